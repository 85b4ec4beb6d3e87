"""Recognising a critical point that another one turns into by a symmetry of the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.critical_points.certify import CriticalPoint, one_point
from course_utils.networks import MLP
from course_utils.networks.activations import ACTIVATIONS
from course_utils.networks.symmetries import flip_units, permute_units
from course_utils.objectives import Array
from course_utils.objectives.checks import real_number
from course_utils.objectives.lengths import norms


def align(network: MLP, x: ArrayLike, reference: ArrayLike) -> Array:
    """Return ``x`` (dim,) with its hidden units renamed and, if φ is odd, flipped to lie near ``reference``.

    A layer of k tanh units has 2ᵏk! equal forms (k! if φ is not odd). Its units are matched by the
    assignment with the least squared distance between their weights, incoming and outgoing, each with
    its better sign. With one hidden layer this is the closest form there is. In a deeper network the
    layers are matched from the inputs up, comparing only the sizes of outgoing weights where the layer
    above has not been matched yet: a bad match can leave a distance too large, never one too small.
    The rescalings of ReLU and identity units are not undone.

    Raises
    ------
    ValueError
        If ``x`` or ``reference`` is not one point of the network, or their squared distance overflows.
    """
    # SciPy's dense assignment would bring all of scipy.optimize, 18 MB; this one takes a zero for "no match".
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    point, goal = one_point("x", x, network), one_point("reference", reference, network)
    last = len(network.layers) - 2
    for layer in range(last + 1):
        odd = ACTIVATIONS[network.activations[layer]].odd
        same, flipped = np.zeros((2, network.layers[layer].outputs, network.layers[layer].outputs))
        below, above = network.layers[layer], network.layers[layer + 1]
        ours, theirs = below.matrix(point), below.matrix(goal)
        same += _squared_distances(ours, theirs)
        flipped += _squared_distances(-ours, theirs)
        ours, theirs = above.weights(point).T, above.weights(goal).T
        if layer < last:
            ours, theirs = np.sort(np.abs(ours), axis=1), np.sort(np.abs(theirs), axis=1)
        same += _squared_distances(ours, theirs)
        flipped += _squared_distances(ours if layer < last else -ours, theirs)
        cost = np.minimum(same, flipped) if odd else same
        if not np.isfinite(cost).all():
            raise ValueError("x and reference are too far apart: their squared distance is not finite")
        matched = min_weight_full_bipartite_matching(csr_array(np.maximum(cost, np.finfo(np.float64).tiny)))
        order = np.argsort(matched[1])
        point = permute_units(network, point, layer, order.tolist())
        if odd:
            turned = flipped[order, np.arange(order.size)] < same[order, np.arange(order.size)]
            point = flip_units(network, point, layer, np.flatnonzero(turned).tolist())
    return point


def same_up_to_symmetry(network: MLP, x: ArrayLike, y: ArrayLike, *, tolerance: float = 1e-6) -> bool:
    """Return whether renaming and flipping hidden units takes ``x`` to ``y``: see `align`.

    They are the same if ‖align(x) − y‖ ≤ tolerance·(1 + ‖y‖).
    """
    goal = one_point("y", y, network)
    distance = norms(align(network, x, goal) - goal)
    return bool(distance <= tolerance * (1.0 + norms(goal)))


def without_duplicates(
    points: Sequence[CriticalPoint], *, network: MLP | None = None, tolerance: float = 1e-6
) -> list[CriticalPoint]:
    """Return the first of all points that are the same, in the order given.

    Two points are the same if their values differ by at most tolerance·(1 + |value|) and their distance
    is at most tolerance·(1 + ‖x‖); given a ``network``, up to its symmetries.

    Raises
    ------
    ValueError
        If ``tolerance`` < 0.
    """
    real_number("tolerance", tolerance, at_least=0.0)

    def same(one: CriticalPoint, other: CriticalPoint) -> bool:
        if abs(one.value - other.value) > tolerance * (1.0 + abs(other.value)):
            return False
        if network is not None:
            return same_up_to_symmetry(network, one.x, other.x, tolerance=tolerance)
        return bool(norms(one.x - other.x) <= tolerance * (1.0 + norms(other.x)))

    kept: list[CriticalPoint] = []
    for point in points:
        if not any(same(point, other) for other in kept):
            kept.append(point)
    return kept


def _squared_distances(rows: Array, others: Array) -> Array:
    """Return ‖row i − other j‖², shape (k, k)."""
    difference = rows[:, None] - others
    squares: Array = np.einsum("ijn,ijn->ij", difference, difference)
    return squares
