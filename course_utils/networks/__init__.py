"""Losses of networks as Objectives."""

from course_utils.networks.mlp import MLP
from course_utils.networks.network import Network
from course_utils.networks.parameters import Layer, Unit

__all__ = ["MLP", "Layer", "Network", "Unit"]
