"""Optimizers, and `minimize`, which runs any of them on any Objective from any number of starts."""

from course_utils.optimizers.base import Optimizer, setting
from course_utils.optimizers.custom import from_step
from course_utils.optimizers.damping import DAMPINGS, DampingByLoss
from course_utils.optimizers.first_order import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    PerturbedGradientDescent,
    clip_by_norm,
    clip_by_value,
)
from course_utils.optimizers.krylov import KrylovNewton, KrylovSaddleFreeNewton
from course_utils.optimizers.run import Trajectory, minimize
from course_utils.optimizers.second_order import Newton, SaddleFreeNewton

__all__ = [
    "DAMPINGS",
    "Adam",
    "DampingByLoss",
    "GradientDescent",
    "KrylovNewton",
    "KrylovSaddleFreeNewton",
    "Momentum",
    "Nesterov",
    "Newton",
    "Optimizer",
    "PerturbedGradientDescent",
    "SaddleFreeNewton",
    "Trajectory",
    "clip_by_norm",
    "clip_by_value",
    "from_step",
    "minimize",
    "setting",
]
