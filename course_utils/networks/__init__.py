"""Losses of networks as Objectives."""

from course_utils.networks.embedding import embed_zero_units, split_unit
from course_utils.networks.example_slopes import example_slopes
from course_utils.networks.forms import Autoencoder, DeepLinear
from course_utils.networks.gauss_newton import ggn_operator
from course_utils.networks.jacobians import log_growth, state_jacobians
from course_utils.networks.minibatch import InBatches, minibatch_operator
from course_utils.networks.mlp import MLP
from course_utils.networks.network import Network
from course_utils.networks.parameters import Layer, Unit
from course_utils.networks.recurrent import RNN, text_windows
from course_utils.networks.student_teacher import ReluStudentTeacher
from course_utils.networks.symmetries import flip_units, permute_units, rescale_units

__all__ = [
    "MLP",
    "RNN",
    "Autoencoder",
    "DeepLinear",
    "InBatches",
    "Layer",
    "Network",
    "ReluStudentTeacher",
    "Unit",
    "embed_zero_units",
    "example_slopes",
    "flip_units",
    "ggn_operator",
    "log_growth",
    "minibatch_operator",
    "permute_units",
    "rescale_units",
    "split_unit",
    "state_jacobians",
    "text_windows",
]
