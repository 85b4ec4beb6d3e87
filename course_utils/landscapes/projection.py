"""A path in many dimensions as a curve in two: how far along the line from start to end, how far off it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import generator, real_array, whole_number
from course_utils.objectives.lengths import norms
from course_utils.optimizers import Optimizer
from course_utils.optimizers.base import advance, check_run


def project_onto_line(points: ArrayLike, start: ArrayLike, end: ArrayLike) -> tuple[Array, Array]:
    """Return projection and residual of ``points`` (..., n) on the line from ``start`` to ``end``, (n,) each.

    α = (x − start)ᵀu and β = ‖x − start − αu‖ with u = (end − start)/‖end − start‖ (Goodfellow, Vinyals &
    Saxe 2015, the plots of projection against residual).

    Returns
    -------
    along, away : (...,) each, in units of the parameters; ``away`` is not negative.

    Raises
    ------
    ValueError
        If the shapes do not fit, or start and end are the same point.
    """
    a = real_array("start", start)
    if a.ndim != 1 or a.size == 0:
        raise ValueError(f"start must have shape (n,), got {a.shape}")
    a, b, x = (
        as_points("start", a, a.size),
        as_points("end", end, a.size),
        as_points("points", points, a.size),
    )
    length = float(norms(b - a)) if b.ndim == 1 else 0.0
    if b.ndim != 1 or length == 0:
        raise ValueError(
            f"end must be one point (n,) different from start, got shape {b.shape} at distance {length}"
        )
    unit, moved = (b - a) / length, x - a
    return _split(moved, unit)


def _split(moved: Array, unit: Array) -> tuple[Array, Array]:
    """Return the part of ``moved`` (..., n) along ``unit`` (n,), and the length of what is left."""
    # Plain sums: threads gain nothing here, and wait for one another where the processors are busy.
    along = np.einsum("...i,i->...", moved, unit)
    # From the vector itself: the difference of two squared lengths would lose small residuals to rounding.
    rest = moved - along[..., None] * unit
    return np.asarray(along), norms(rest)


@dataclass(frozen=True)
class ProjectedRun:
    """A run of which only projection, residual and value were kept, T steps from the start."""

    along: Array  # (T+1,) α, distance covered along the line from the start to the end
    away: Array  # (T+1,) β, distance from that line
    value: Array  # (T+1,) f
    optimizer: Optimizer


def projected_run(
    objective: Objective,
    optimizer: Optimizer,
    start: ArrayLike,
    end: ArrayLike,
    steps: int,
    *,
    rng: np.random.Generator | None = None,
) -> ProjectedRun:
    """Run ``optimizer`` from ``start`` and keep of each point only where it lies against the line to ``end``.

    `minimize` keeps all points, which for a hundred thousand parameters and a thousand steps are 800 MB.

    Parameters
    ----------
    start, end : (n,) each; ``end`` is where the runs to be compared all lead, such as the known minimum.
    steps : T, at least 1.
    rng : for optimizers that draw noise; seeded with 0 by default.

    Raises
    ------
    ValueError
        If the arguments do not fit, or a point of the run is not finite.
    """
    check_run(objective, optimizer)
    x, goal = as_points("start", start, objective.dim).copy(), as_points("end", end, objective.dim)
    steps = whole_number("steps", steps, 1)
    rng = np.random.default_rng(0) if rng is None else generator("rng", rng)
    project_onto_line(x, x, goal)  # says so if the line makes no sense
    origin, unit = x, (goal - x) / norms(goal - x)
    record, value = np.zeros((steps + 1, 2)), np.zeros(steps + 1)
    value[0] = objective.value(x)
    with np.errstate(all="ignore"):
        state = optimizer.init(objective, x.copy())
        for t in range(1, steps + 1):
            x, state = advance(optimizer, objective, x.copy(), state, rng)
            finite = bool(np.isfinite(x).all())
            if finite:
                record[t], value[t] = _split(x - origin, unit), objective.value(x)
            if not (finite and np.isfinite(value[t])):
                raise ValueError(
                    f"optimizer must stay finite, but {optimizer.label} left the numbers at step {t}"
                )
    return ProjectedRun(record[:, 0], record[:, 1], value, optimizer)
