"""All critical points of a function of two variables in a window, each with its certificate."""

from __future__ import annotations

import numpy as np

from course_utils.critical_points.certify import CriticalPoint, certify
from course_utils.objectives import Array, Objective
from course_utils.objectives.base import Window
from course_utils.objectives.checks import whole_number
from course_utils.objectives.lengths import norms
from course_utils.objectives.windows import window_of

_NEWTON_STEPS = 30
_REACH = 3.0  # cells that a Newton run may go from the cell it starts in
_ARRIVED = 1e-13  # of a cell: a step so short is Newton's last, or rounding
_SAME = 1e-6  # of a cell: ends nearer to one another are one point


def planar_critical_points(
    objective: Objective, window: Window | None = None, *, resolution: int = 81
) -> list[CriticalPoint]:
    """Return the certified critical points inside a window, the lowest first.

    Both components of the gradient vanish where their zero lines cross. In every cell of a grid at whose
    corners both change sign, Newton's method on g = 0 starts from the middle; its ends are certified by
    `certify`, and what is not is left out. A pair of points closer together than a cell can be missed:
    `euler_characteristic` tells, and `every_critical_point` proves, where higher derivatives are known.

    Parameters
    ----------
    window : ((low, high), (low, high)); the objective's own domain by default.
    resolution : grid points along each axis, at least 5.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, ``window`` cannot be drawn, or ``resolution`` < 5.
    """
    if objective.dim != 2:
        raise ValueError(f"objective must have dim 2 for all its critical points, got {objective.dim}")
    whole_number("resolution", resolution, 5)
    (x0, x1), (y0, y1) = window_of(objective, window)
    x, y = np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution)
    cell = np.array([x[1] - x[0], y[1] - y[0]])
    with np.errstate(all="ignore"):
        gradient = objective.gradient(np.stack(np.meshgrid(x, y), axis=-1))
    corners = np.stack([gradient[:-1, :-1], gradient[1:, :-1], gradient[:-1, 1:], gradient[1:, 1:]])
    crossed = ((corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0)).all(axis=-1)
    rows, columns = np.nonzero(crossed)
    starts = np.stack([x[columns], y[rows]], axis=-1) + cell / 2
    found: list[CriticalPoint] = []
    for end in _newton(objective, starts, cell):
        inside = bool(np.all((end >= [x0, y0]) & (end <= [x1, y1])))
        if inside and all((np.abs(end - other.x) > _SAME * cell).any() for other in found):
            point = certify(objective, end)
            if point.certified:
                found.append(point)
    return sorted(found, key=lambda point: (round(point.value, 9), *point.x.round(6)))


def _newton(objective: Objective, starts: Array, cell: Array) -> Array:
    """Return where Newton's method on g = 0 ends from each start (k, 2), for those that stay near."""
    at, near, moving = starts.copy(), np.ones(len(starts), dtype=bool), np.arange(len(starts))
    for _ in range(_NEWTON_STEPS):
        if not len(moving):
            break
        with np.errstate(all="ignore"):
            H, g = objective.hessian(at[moving]), objective.gradient(at[moving])
            a, b, d = H[:, 0, 0], H[:, 0, 1], H[:, 1, 1]
            # The 2 × 2 system by Cramer's rule; no step is longer than a cell.
            step = -np.stack([d * g[:, 0] - b * g[:, 1], a * g[:, 1] - b * g[:, 0]], axis=-1)
            step /= (a * d - b * b)[:, None]
            step *= np.minimum(1.0, 1.0 / np.max(np.abs(step) / cell, axis=-1))[:, None]
        at[moving] += np.nan_to_num(step)
        near[moving] = norms((at[moving] - starts[moving]) / cell) <= _REACH
        moving = moving[near[moving] & (np.abs(step) > _ARRIVED * cell).any(axis=-1)]
    return at[near]


def euler_characteristic(points: list[CriticalPoint]) -> int:
    """Return minima − saddles + maxima, Σ(−1)^index.

    1 for all the critical points of a function on the plane that rises in every direction, if none is
    degenerate (Milnor 1963, *Morse Theory*, § 5): another number says that some are missing.
    """
    return sum((-1) ** point.index for point in points)
