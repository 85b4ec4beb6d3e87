"""A loss seen from a few directions only: a slice, a plane through eigenvectors, training in a subspace."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array


class Subspace(Objective):
    """The loss on the flat piece origin + z₁d₁ + … + z_k d_k, as a function of z.

    g_z = P g and H_z = P H Pᵀ, with the directions as the rows of P: derivatives along the piece alone, which
    say nothing of what the loss does across it. With two directions it is a picture of a loss (Goodfellow,
    Vinyals & Saxe 2015; Li et al. 2018a), with many random ones what is trained where a network moves in
    few dimensions (Li et al. 2018b).

    Parameters
    ----------
    objective : f, of n parameters.
    origin : (n,) where z = 0 is.
    directions : (k, n), of any length; z counts in these lengths.
    domain : window of the first two of z, as of every Objective; ±1 by default.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the directions are linearly dependent.
    """

    def __init__(
        self,
        objective: Objective,
        origin: ArrayLike,
        directions: ArrayLike,
        *,
        domain: Sequence[tuple[float, float]] | None = None,
    ) -> None:
        n = objective.dim
        self.origin = as_points("origin", origin, n).copy()
        if self.origin.ndim != 1:
            raise ValueError(f"origin must be one point of shape ({n},), got {self.origin.shape}")
        self.directions = as_points("directions", directions, n).copy()
        if self.directions.ndim != 2 or not 1 <= len(self.directions) <= n:
            raise ValueError(f"directions must have shape (k, {n}), 1 ≤ k ≤ {n}, got {self.directions.shape}")
        lengths = np.abs(self.directions).max(axis=1)
        if not lengths.all() or np.linalg.matrix_rank(self.directions / lengths[:, None]) < len(lengths):
            raise ValueError("directions must be linearly independent: a combination of them is zero")
        count = len(self.directions)
        window = ((-1.0, 1.0),) * min(count, 2) if domain is None else domain
        super().__init__(f"{count}-dimensional slice of {objective.name}", count, domain=window)
        self.objective = objective

    def points(self, z: ArrayLike) -> Array:
        """Return the parameters (..., n) at ``z`` (..., k)."""
        return self._points(as_points("z", z, self.dim))

    def _points(self, z: Array) -> Array:
        moved: Array = self.origin + z @ self.directions
        return moved

    def coordinates(self, x: ArrayLike) -> Array:
        """Return the z (..., k) of the points of the slice that are nearest to ``x`` (..., n)."""
        moved = as_points("x", x, self.objective.dim) - self.origin
        flat = moved.reshape(-1, moved.shape[-1])
        z = np.linalg.lstsq(self.directions.T, flat.T)[0].T
        return np.asarray(z.reshape(*moved.shape[:-1], self.dim))

    def _value(self, x: Array) -> Array:
        return self.objective.value(self._points(x))

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value, gradient = self.objective.value_and_gradient(self._points(x))
        return value, gradient @ self.directions.T

    def _hessian(self, x: Array) -> Array:
        products = self.objective.hvp(self._points(x)[..., None, :], self.directions)
        H = products @ self.directions.T
        symmetric: Array = (H + np.swapaxes(H, -1, -2)) / 2  # of the rounding errors
        return symmetric

    def _hvp(self, x: Array, v: Array) -> Array:
        product: Array = self.objective.hvp(self._points(x), v @ self.directions) @ self.directions.T
        return product

    @property
    def gradient_flops(self) -> float:
        """Arithmetic of one gradient: that of the whole objective, and the way there and back."""
        return self.objective.gradient_flops + 4.0 * self.directions.size


def plane_through(points: ArrayLike) -> tuple[Array, Array]:
    """Return an origin (n,) and two directions (2, n) of the plane through three ``points`` (3, n).

    z = (0, 0), (1, 0) and (0, 1) are the three points, so a `Subspace` shows them all.

    Raises
    ------
    ValueError
        If the shape is not (3, n), or the points lie on one line.
    """
    three = real_array("points", points)
    if three.ndim != 2 or len(three) != 3 or not np.isfinite(three).all():
        raise ValueError(f"points must be three finite points, shape (3, n), got {three.shape}")
    directions = three[1:] - three[0]
    sizes = np.abs(directions).max(axis=1)
    if not sizes.all() or np.linalg.matrix_rank(directions / sizes[:, None]) < 2:
        raise ValueError("points must not lie on one line")
    return three[0].copy(), directions
