"""A curve with two fixed ends, bent so that the loss along it is low."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.landscapes.barrier import LineLoss
from course_utils.objectives import Array, Objective, as_points


class BentCurve(Objective):
    """The mean loss along a quadratic Bézier curve, as a function of the point that bends it.

    p(t) = (1 − t)²·start + 2t(1 − t)·middle + t²·end, and the mean of f(p(t)) over evenly spaced t
    between the ends (Garipov et al. 2018, section 3). With ``middle`` halfway it is the straight line.

    Parameters
    ----------
    objective : f, of dim parameters; ``middle``, the parameters of this objective, has as many.
    start, end : (dim,) each.
    count : points of the curve, without its ends, over which the mean is taken.

    Raises
    ------
    ValueError
        If an end is not one point of the objective, or ``count`` < 1.
    """

    def __init__(self, objective: Objective, start: ArrayLike, end: ArrayLike, count: int = 7) -> None:
        ends = [as_points(name, x, objective.dim) for name, x in (("start", start), ("end", end))]
        for name, point in zip(("start", "end"), ends, strict=True):
            if point.ndim != 1:
                raise ValueError(f"{name} must be one point of shape ({objective.dim},), got {point.shape}")
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}")
        super().__init__(f"curve on {objective.name}", objective.dim, domain=objective.domain)
        self.objective = objective
        self.start, self.end = ends
        self.t = np.linspace(0.0, 1.0, count + 2)[1:-1]

    @property
    def halfway(self) -> Array:
        """The point between the ends, (dim,): as ``middle`` it makes the curve straight."""
        return (self.start + self.end) / 2

    def along(self, middle: ArrayLike, count: int = 41) -> LineLoss:
        """Return the loss at ``count`` points of the curve that ``middle`` (dim,) bends, ends included.

        Raises
        ------
        ValueError
            If ``middle`` is not one point, or ``count`` < 3.
        """
        bend = as_points("middle", middle, self.dim)
        if bend.ndim != 1:
            raise ValueError(f"middle must be one point of shape ({self.dim},), got {bend.shape}")
        if count < 3:
            raise ValueError(f"count must be at least 3, got {count}")
        t = np.linspace(0.0, 1.0, count)
        return LineLoss(t, self.objective.value(self._points(bend, t)))

    def _points(self, middle: Array, t: Array) -> Array:
        """Return the points (..., m, dim) at the places ``t`` (m,)."""
        t = t[:, None]
        bent: Array = 2 * t * (1 - t) * middle[..., None, :]
        return (1 - t) ** 2 * self.start + t**2 * self.end + bent

    def _value(self, x: Array) -> Array:
        mean: Array = self.objective.value(self._points(x, self.t)).mean(axis=-1)
        return mean

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value, gradient = self.objective.value_and_gradient(self._points(x, self.t))
        share = 2 * self.t * (1 - self.t)
        return value.mean(axis=-1), np.einsum("m,...mn->...n", share, gradient) / len(self.t)

    def _hessian(self, x: Array) -> Array:
        H = self.objective.hessian(self._points(x, self.t))
        share = (2 * self.t * (1 - self.t)) ** 2
        mean: Array = np.einsum("m,...mij->...ij", share, H) / len(self.t)
        return mean
