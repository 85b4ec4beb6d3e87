"""The course's live pictures, ready made.

`explore(objective, optimizers)` is the one that everything starts from: a landscape, a draggable start, a
path for each optimizer with sliders for its settings, and the loss beside it. The reader's own rule goes in
with `from_step`, and ``reference=`` draws a ghost path behind it. The others belong to one lesson each.
What a picture is made of is in `course_utils.widgets`.

>>> from course_utils import pictures
>>> pictures.saddle_shapes()  # doctest: +ELLIPSIS
Scene(...)
"""

from course_utils.pictures.absolute_value import absolute_curvature
from course_utils.pictures.after_stall import after_the_stall
from course_utils.pictures.basins import basin_explorer
from course_utils.pictures.bend import bend_by_hand
from course_utils.pictures.cliffs import catapult, iterated_unit
from course_utils.pictures.clipping import clip_directions, clipped_average
from course_utils.pictures.conditioning import gradient_components, stability_limit
from course_utils.pictures.curvature import curvature_dial, step_gain, taylor_model
from course_utils.pictures.detour import way_round
from course_utils.pictures.escape import model_minimum, noise_direction, waiting_times
from course_utils.pictures.explore import explore
from course_utils.pictures.flat_points import gradient_flat_point
from course_utils.pictures.jacobians import jacobian_growth
from course_utils.pictures.krylov import damping_view, krylov_view
from course_utils.pictures.line import line_between
from course_utils.pictures.momentum import momentum_plane
from course_utils.pictures.network_hessians import critical_loss
from course_utils.pictures.octopus import octopus_tentacles
from course_utils.pictures.own_landscape import OwnLandscape, own_landscape
from course_utils.pictures.paths import line_of_training, run_and_walk
from course_utils.pictures.random_fields import field_walk
from course_utils.pictures.random_matrices import height_and_index, random_hessians
from course_utils.pictures.saddles import eigenbasis_steps, ridge_escape, saddle_shapes
from course_utils.pictures.slices import rescaled_slices, slice_compass
from course_utils.pictures.spectra import slice_turner, spectrum_browser
from course_utils.pictures.spectral_edges import gaps_and_edges
from course_utils.pictures.spin_glasses import complexity_curves, glass_descent
from course_utils.pictures.split_units import split_shares
from course_utils.pictures.symmetry import unit_symmetries
from course_utils.pictures.training import spectral_progress, training_monitor
from course_utils.pictures.trust_region import destinations, trust_region
from course_utils.pictures.turned_saddle import turned_saddle
from course_utils.pictures.volumes import distance_spread, volume_shell
from course_utils.pictures.wedges import wedges_in_space
from course_utils.pictures.xor import xor_units

__all__ = [
    "OwnLandscape",
    "absolute_curvature",
    "after_the_stall",
    "basin_explorer",
    "bend_by_hand",
    "catapult",
    "clip_directions",
    "clipped_average",
    "complexity_curves",
    "critical_loss",
    "curvature_dial",
    "damping_view",
    "destinations",
    "distance_spread",
    "eigenbasis_steps",
    "explore",
    "field_walk",
    "gaps_and_edges",
    "glass_descent",
    "gradient_components",
    "gradient_flat_point",
    "height_and_index",
    "iterated_unit",
    "jacobian_growth",
    "krylov_view",
    "line_between",
    "line_of_training",
    "model_minimum",
    "momentum_plane",
    "noise_direction",
    "octopus_tentacles",
    "own_landscape",
    "random_hessians",
    "rescaled_slices",
    "ridge_escape",
    "run_and_walk",
    "saddle_shapes",
    "slice_compass",
    "slice_turner",
    "spectral_progress",
    "spectrum_browser",
    "split_shares",
    "stability_limit",
    "step_gain",
    "taylor_model",
    "training_monitor",
    "trust_region",
    "turned_saddle",
    "unit_symmetries",
    "volume_shell",
    "waiting_times",
    "way_round",
    "wedges_in_space",
    "xor_units",
]
