"""A curve with two fixed ends, bent so that the loss along it is low."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from course_utils.landscapes.barrier import LineLoss
from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array

CurveShape = Literal["bezier", "polygon"]


class BentCurve(Objective):
    """The mean loss along a curve between two points, as a function of the point that bends it.

    A quadratic Bézier curve, p(t) = (1 − t)²·start + 2t(1 − t)·middle + t²·end, or a polygon of two equal
    times, from ``start`` straight to ``middle`` at t = ½ and straight on to ``end``; and the mean of f(p(t))
    over evenly spaced t between the ends (Garipov et al. 2018, section 3). With ``middle`` halfway either is
    the straight line.

    Parameters
    ----------
    objective : f, of dim parameters; ``middle``, the parameters of this objective, has as many.
    start, end : (dim,) each.
    count : points of the curve, without its ends, over which the mean is taken.
    shape : ``"bezier"`` or ``"polygon"``.

    Raises
    ------
    ValueError
        If an end is not one point of the objective, ``count`` < 1, or there is no such ``shape``.
    """

    def __init__(
        self,
        objective: Objective,
        start: ArrayLike,
        end: ArrayLike,
        count: int = 7,
        *,
        shape: CurveShape = "bezier",
    ) -> None:
        ends = [as_points(name, x, objective.dim) for name, x in (("start", start), ("end", end))]
        for name, point in zip(("start", "end"), ends, strict=True):
            if point.ndim != 1:
                raise ValueError(f"{name} must be one point of shape ({objective.dim},), got {point.shape}")
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}")
        if shape not in get_args(CurveShape):
            raise ValueError(f"shape must be one of {get_args(CurveShape)}, got {shape!r}")
        super().__init__(f"curve on {objective.name}", objective.dim, domain=objective.domain)
        self.objective = objective
        self.shape: CurveShape = shape
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

    def points(self, middle: ArrayLike, t: ArrayLike) -> Array:
        """Return the points (..., m, dim) of the curve that ``middle`` (..., dim) bends, at ``t`` (m,)."""
        return self._points(as_points("middle", middle, self.dim), np.atleast_1d(real_array("t", t)))

    def _points(self, middle: Array, t: Array) -> Array:
        share = self._share(t)[:, None]
        # What is not the middle's is the ends', split so that the curve is straight with a middle halfway.
        rest: Array = (1 - t[:, None] - share / 2) * self.start + (t[:, None] - share / 2) * self.end
        return rest + share * middle[..., None, :]

    def _share(self, t: Array) -> Array:
        """Return the weight of the middle at the places ``t``."""
        return 2 * t * (1 - t) if self.shape == "bezier" else 1 - np.abs(1 - 2 * t)

    def _value(self, x: Array) -> Array:
        mean: Array = self.objective.value(self._points(x, self.t)).mean(axis=-1)
        return mean

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value, gradient = self.objective.value_and_gradient(self._points(x, self.t))
        share = self._share(self.t)
        return value.mean(axis=-1), np.einsum("m,...mn->...n", share, gradient) / len(self.t)

    def _hessian(self, x: Array) -> Array:
        H = self.objective.hessian(self._points(x, self.t))
        share = self._share(self.t) ** 2
        mean: Array = np.einsum("m,...mij->...ij", share, H) / len(self.t)
        return mean
