"""Live slices through the loss of a network: choose the directions, or rescale what does not matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.landscapes import Subspace, normalize_filters
from course_utils.networks import MLP, rescale_units
from course_utils.objectives import Array, Objective, Tabulated, as_points
from course_utils.objectives.checks import real_number
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, OnCircle, State
from course_utils.widgets.layers import Arrow, Landscape, Layer, Line, Points, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_RESOLUTION = 13  # a network is evaluated at the square of it, in every frame
_FINE = 61  # of the spline through these values
_LEVELS = 12
_CENTRES = {"first": (0.0, 1.3), "second": (0.0, -1.3)}
_TURN = np.linspace(0, np.pi / 2, 31)
_ARC = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=-1)  # from random to special
_NORMALISATIONS = ("none", "by filter, biases moved", "by filter, biases left alone")


def slice_compass(
    objective: Objective,
    point: ArrayLike,
    random: ArrayLike,
    special: ArrayLike,
    *,
    names: tuple[str, str] = ("v_min", "v_max"),
    distance: float = 1.0,
    alt: str | None = None,
) -> Scene:
    """Return the loss on a plane through ``point``, whose two directions the reader turns.

    Each direction turns from one that is random to one that is special, an eigenvector for example; the two
    are made orthonormal, the first as it is. Beside the picture stand the eigenvalues of the Hessian within
    the plane, from exact products.

    Parameters
    ----------
    point : (n,) the middle of the picture.
    random : (2, n) two directions. special : (2, n) the two that they turn to; all four independent.
    names : what the special ones are called.
    distance : the picture reaches this far to all sides.
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If shapes do not fit, the directions are dependent, or ``distance`` is not positive.
    """
    x = as_points("point", point, objective.dim)
    pairs = [as_points(name, d, objective.dim) for name, d in (("special", special), ("random", random))]
    if x.ndim != 1 or any(pair.shape != (2, objective.dim) for pair in pairs):
        raise ValueError(
            f"point must have shape ({objective.dim},), random and special (2, {objective.dim}), got "
            f"{x.shape}, {pairs[1].shape} and {pairs[0].shape}"
        )
    real_number("distance", distance, above=0.0)
    basis = np.concatenate(pairs)
    lengths = np.linalg.norm(basis, axis=1)
    if not lengths.all() or np.linalg.matrix_rank(basis / lengths[:, None]) < 4:
        raise ValueError("random and special must be independent: a combination of them is zero")
    basis = basis / lengths[:, None]
    curved = basis @ objective.hvp(x, basis).T
    here = float(objective.value(x))
    reach = (-distance, distance)

    def update(state: State) -> View:
        arms = [state[name] - centre for name, centre in _CENTRES.items()]
        angles = [np.arctan2(arm[1], arm[0]) for arm in arms]
        mix: Array = np.zeros((2, 4))
        for row, angle in enumerate(angles):
            mix[row, [2 + row, row]] = np.cos(angle), np.sin(angle)
        # Made orthonormal in order: neither is looked at in another unit than the other.
        gram = mix @ basis @ basis.T @ mix.T
        mix = np.asarray(np.linalg.solve(np.linalg.cholesky(gram), mix))
        seen = mix @ basis
        plane = Subspace(objective, x, seen, domain=(reach, reach))
        low, high = np.linalg.eigvalsh(mix @ curved @ mix.T)
        compass: list[Layer] = []
        for (name, centre), special_name, color in zip(
            _CENTRES.items(), names, ("vermillion", "blue"), strict=True
        ):
            compass += [
                Line(np.array(centre) + _ARC, "grey", "dot"),
                Arrow(centre, state[name], color),
                Text((centre[0] + 1.15, centre[1] - 0.35), "random", size=12),
                Text((centre[0], centre[1] + 1.12), special_name, size=12),
            ]
        shares = [f"{float(d @ v) ** 2:.0%}" for d, v in zip(seen, basis[:2], strict=True)]
        shape = "a minimum" if low > 0 else "a saddle" if high > 0 else "a maximum"
        return View(
            compass=compass,
            plane=[_ground(plane), Points([(0.0, 0.0)], "black", "cross", size=7)],
            readout=Table(
                [(*shares, number(low, 3), number(high, 3), number(here, 3))],
                (
                    f"first: share of {names[0]}",
                    f"second: share of {names[1]}",
                    "lower λ seen",
                    "upper λ seen",
                    "f here",
                ),
            ),
            message=f"To second order the picture shows {shape}.",
        )

    return scene(
        update,
        panels={
            "compass": Panel("turn the directions", window=(-1.5, 2.1, -2.7, 2.7), ratio="equal", weight=0.6),
            "plane": Panel("the loss on the plane", "first", "second", (*reach, *reach), ratio="equal"),
        },
        handles={
            name: Handle((x0 + 1.0, y0), name, on=OnCircle((x0, y0), 1.0), color=color)
            for (name, (x0, y0)), color in zip(_CENTRES.items(), ("vermillion", "blue"), strict=True)
        },
        alt=alt or "A slice of the loss along two random directions: a bowl around the point.",
    )


def _ground(plane: Subspace) -> Landscape:
    """Return the plane's landscape, by a spline where it is finite: a network takes its time."""
    try:
        return Landscape(Tabulated(plane, _RESOLUTION), _FINE, _LEVELS)
    except ValueError:  # not finite somewhere: no spline goes through that
        return Landscape(plane, _FINE, _LEVELS)


def rescaled_slices(
    network: MLP, point: ArrayLike, directions: ArrayLike, *, distance: float = 1.5, alt: str | None = None
) -> Scene:
    """Return one random slice of a ReLU network's loss, and that of a rescaled copy which answers the same.

    The incoming weights and bias of a hidden unit are multiplied by β, its outgoing weights divided by it:
    by one β for all units, or by another for each, from 1/β to β (Dinh et al. 2017, section 4). Both
    pictures take the same two random directions, as they are or rescaled filter by filter.

    Parameters
    ----------
    network : with one hidden layer of ReLU or identity units.
    point : (n,) its parameters. directions : (2, n).
    distance : the pictures reach this far, in units of the directions.
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If shapes do not fit, ``distance`` is not positive, or the units cannot be rescaled.
    """
    x, rows = as_points("point", point, network.dim), as_points("directions", directions, network.dim)
    if x.ndim != 1 or rows.shape != (2, network.dim):
        raise ValueError(
            f"point must have shape ({network.dim},) and directions (2, {network.dim}), got {x.shape} and "
            f"{rows.shape}"
        )
    real_number("distance", distance, above=0.0)
    units = network.layers[0].outputs
    spread = np.random.default_rng(0).permutation(np.linspace(-1, 1, units))
    reach = (-distance, distance)
    rescale_units(network, x, 0, 1.0)  # says so if it cannot be done

    def looked_at(at: Array, how: str) -> Subspace:
        taken = rows
        if how != _NORMALISATIONS[0]:
            taken = normalize_filters(network.layers, at, rows, move_biases=how == _NORMALISATIONS[1])
        return Subspace(network, at, taken, domain=(reach, reach))

    originals = {how: looked_at(x, how) for how in _NORMALISATIONS}
    grid = np.stack(np.meshgrid(*[np.linspace(*reach, 7)] * 2), axis=-1)

    def update(state: State) -> View:
        factors = np.full(units, state.beta) if state.which == "all alike" else state.beta**spread
        changed = rescale_units(network, x, 0, factors)
        first, other = originals[state.how], looked_at(changed, state.how)
        values = [plane.value(grid) for plane in (first, other)]
        spans = [np.linalg.eigvalsh(plane.hessian(np.zeros(2))) for plane in (first, other)]
        rows_shown = [
            (name, f"{float(plane.value(np.zeros(2))):.6f}", *(number(one, 3) for one in span))
            for name, plane, span in zip(("as trained", "rescaled"), (first, other), spans, strict=True)
        ]
        apart = float(np.abs(values[0] - values[1]).max())
        same = apart <= 1e-9 * float(np.abs(values[0]).max())
        told = "Both pictures are the same." if same else f"The pictures differ by up to {number(apart, 2)}."
        return View(
            trained=[_ground(first)],
            rescaled=[_ground(other)],
            readout=Table(rows_shown, ("", "loss in the middle", "lower λ seen", "upper λ seen")),
            message=f"{told} Both networks give the same answer to every image.",
        )

    window = (*reach, *reach)
    return scene(
        update,
        panels={
            "trained": Panel("as trained", "direction 1", "direction 2", window, ratio="equal"),
            "rescaled": Panel("rescaled, the same function", "direction 1", "", window, ratio="equal"),
        },
        controls={
            "beta": slider("β", 0.125, 8.0, 1.0, log=True),
            "which": choice("units rescaled", ("all alike", "unit by unit")),
            "how": choice("directions normalised", _NORMALISATIONS),
        },
        alt=alt or "Two slices of one network's loss side by side, equal as long as nothing is rescaled.",
    )
