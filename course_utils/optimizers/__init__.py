"""Optimizers, and `minimize`, which runs any of them on any Objective from any number of starts."""

from course_utils.optimizers.base import Optimizer, setting
from course_utils.optimizers.curvature_steps import CubicNewton, NegativeCurvatureDescent, TrustRegionNewton
from course_utils.optimizers.custom import from_step
from course_utils.optimizers.damping import DAMPINGS, DampingByLoss
from course_utils.optimizers.diagonal import Equilibrated, Jacobi, Sophia
from course_utils.optimizers.epochs import Epochs
from course_utils.optimizers.first_order import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    PerturbedGradientDescent,
    clip_by_norm,
    clip_by_value,
)
from course_utils.optimizers.hessian_free import HessianFree, TruncatedResult, truncated_cg
from course_utils.optimizers.kronecker import KFAC
from course_utils.optimizers.krylov import KrylovNewton, KrylovSaddleFreeNewton
from course_utils.optimizers.low_rank import LowRankSaddleFreeNewton
from course_utils.optimizers.matrices import Muon, Shampoo, newton_schulz
from course_utils.optimizers.newton_cg import CappedResult, NewtonCG, capped_cg
from course_utils.optimizers.perturbation import TheoremSettings, theorem_settings
from course_utils.optimizers.run import Trajectory, minimize
from course_utils.optimizers.second_order import Newton, SaddleFreeNewton
from course_utils.optimizers.subproblems import cubic_step, trust_region_step
from course_utils.optimizers.subsampled import OnBatches, OnSubsample, SubsampledCurvature

__all__ = [
    "DAMPINGS",
    "KFAC",
    "Adam",
    "CappedResult",
    "CubicNewton",
    "DampingByLoss",
    "Epochs",
    "Equilibrated",
    "GradientDescent",
    "HessianFree",
    "Jacobi",
    "KrylovNewton",
    "KrylovSaddleFreeNewton",
    "LowRankSaddleFreeNewton",
    "Momentum",
    "Muon",
    "NegativeCurvatureDescent",
    "Nesterov",
    "Newton",
    "NewtonCG",
    "OnBatches",
    "OnSubsample",
    "Optimizer",
    "PerturbedGradientDescent",
    "SaddleFreeNewton",
    "Shampoo",
    "Sophia",
    "SubsampledCurvature",
    "TheoremSettings",
    "Trajectory",
    "TruncatedResult",
    "TrustRegionNewton",
    "capped_cg",
    "clip_by_norm",
    "clip_by_value",
    "cubic_step",
    "from_step",
    "minimize",
    "newton_schulz",
    "setting",
    "theorem_settings",
    "truncated_cg",
    "trust_region_step",
]
