"""The loss on the straight line between two points, and how high the barrier on it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array, whole_number


@dataclass(frozen=True, eq=False)
class LineLoss:
    """The loss on the straight line from one point to another.

    Attributes
    ----------
    t : (m,) from 0 to 1.
    loss : (m,) f at (1 − t)·start + t·end.
    """

    t: Array
    loss: Array

    @property
    def barrier(self) -> float:
        """How far the loss rises above the straight line between its two ends, at most; 0 if nowhere.

        max over t of f(t) − (1 − t)f(0) − t·f(1) (Entezari et al. 2022, section 2).
        """
        between = (1 - self.t) * self.loss[0] + self.t * self.loss[-1]
        return float(np.max(self.loss - between))


def largest_rise(values: ArrayLike) -> float:
    """Return the largest climb from any value (m,) to a later one; 0 for values that never climb.

    Of a `LineLoss` it is what a walker along the line meets at worst; unlike the barrier it does not depend
    on where the line ends.

    Raises
    ------
    ValueError
        If ``values`` is not (m,) with m ≥ 1, or not finite.
    """
    y = real_array("values", values)
    if y.ndim != 1 or y.size == 0 or not np.isfinite(y).all():
        raise ValueError(f"values must be finite, of shape (m,) with m ≥ 1, got {y.shape}")
    return float(np.max(y - np.minimum.accumulate(y)))


def straight_line(objective: Objective, start: ArrayLike, end: ArrayLike, count: int = 41) -> LineLoss:
    """Return the loss at ``count`` points of the straight line from ``start`` to ``end``, both (dim,).

    Raises
    ------
    ValueError
        If an end is not one point of the objective, or ``count`` < 3.
    """
    a, b = (as_points(name, point, objective.dim) for name, point in (("start", start), ("end", end)))
    for name, point in (("start", a), ("end", b)):
        if point.ndim != 1:
            raise ValueError(f"{name} must be one point of shape ({objective.dim},), got {point.shape}")
    whole_number("count", count, 3)
    t = np.linspace(0.0, 1.0, count)
    return LineLoss(t, objective.value((1 - t[:, None]) * a + t[:, None] * b))
