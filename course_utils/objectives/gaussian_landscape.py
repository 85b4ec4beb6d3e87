"""A bowl with hills and hollows put into it: a landscape of the reader's own, in any number of dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives.base import Array, Objective, as_points
from course_utils.objectives.checks import real_array, real_number


class GaussianLandscape(Objective):
    """f(x) = ½b‖x‖² + Σᵢ hᵢ exp(−‖x − cᵢ‖²/2wᵢ²): a hill where hᵢ > 0, a hollow where hᵢ < 0.

    The bowl makes it coercive: it rises in every direction, so that it has a lowest point. In the plane, if
    no critical point is degenerate, minima − saddles + maxima = 1 (Milnor 1963, *Morse Theory*, § 5).

    Parameters
    ----------
    centers : (k, n) places cᵢ.
    heights : (k,) hᵢ, of either sign.
    widths : (k,) wᵢ > 0, the distance from the centre to the steepest ring.
    bowl : b > 0, the curvature of the bowl.
    domain : plot window; −3 … 3 by default.

    Raises
    ------
    ValueError
        If shapes do not fit, a width or ``bowl`` is not positive, or a number is not finite.
    """

    def __init__(
        self,
        centers: ArrayLike,
        heights: ArrayLike,
        widths: ArrayLike,
        *,
        bowl: float = 0.3,
        name: str = "your landscape",
        domain: Sequence[tuple[float, float]] | None = None,
    ) -> None:
        c = real_array("centers", centers)
        if c.ndim != 2 or c.shape[1] == 0:
            raise ValueError(f"centers must have shape (k, n), got {c.shape}")
        self.centers = as_points("centers", c, c.shape[1]).copy()
        self.heights, self.widths = (
            real_array(called, given).copy() for called, given in (("heights", heights), ("widths", widths))
        )
        for called, given in (("heights", self.heights), ("widths", self.widths)):
            if given.shape != c.shape[:1] or not np.isfinite(given).all():
                raise ValueError(f"{called} must be {len(c)} finite numbers, one a center, got {given!r:.80}")
        if (self.widths <= 0).any():
            raise ValueError(f"widths must be positive, got {self.widths.min():g}")
        self.bowl = real_number("bowl", bowl, above=0.0)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            self._sharpness = 1 / self.widths**2
            pulls = self._sharpness[:, None] * np.column_stack([np.ones(len(c)), c])
        # Σ sizeᵢ, Σ sizeᵢ/wᵢ² and Σ sizeᵢcᵢ/wᵢ² as one product.
        self._sums = np.column_stack([np.ones(len(c)), pulls]).T
        # As `_value_and_gradient` needs them, (n, k, 1) and (k, 1): a picture asks thousands of times a drag.
        self._columns = self.centers.T[..., None]
        self._half_sharpness, self._tall = -0.5 * self._sharpness[:, None], self.heights[:, None]
        window = ((-3.0, 3.0),) * min(c.shape[1], 2) if domain is None else domain
        super().__init__(name, c.shape[1], domain=window)

    def _bumps(self, x: Array) -> tuple[Array, Array]:
        """Return x − cᵢ, (..., k, n), and hᵢ exp(−‖x − cᵢ‖²/2wᵢ²), (..., k)."""
        away = x[..., None, :] - self.centers
        squared = np.einsum("...i,...i->...", away, away)
        return away, self.heights * np.exp(-0.5 * self._sharpness * squared)

    def _value(self, x: Array) -> Array:
        return self._value_and_gradient(x)[0]

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        # Coordinate by coordinate, (n, points): points are often many, and coordinates few.
        points = np.ascontiguousarray(x.reshape(-1, self.dim).T)
        away = points[:, None] - self._columns
        squared = np.add.reduce(np.square(away, out=away))
        squared *= self._half_sharpness
        size = np.exp(squared, out=squared)
        size *= self._tall
        sums = self._sums @ size
        value = 0.5 * self.bowl * np.add.reduce(points * points) + sums[0]
        gradient = (self.bowl - sums[1]) * points + sums[2:]
        return value.reshape(x.shape[:-1])[()], np.ascontiguousarray(gradient.T).reshape(x.shape)

    def _hessian(self, x: Array) -> Array:
        away, size = self._bumps(x)
        across = (size / self.widths**4)[..., None] * away
        round_part = self.bowl - np.sum(size / self.widths**2, axis=-1)
        outer = np.matmul(np.swapaxes(across, -1, -2), away)
        total: Array = outer + round_part[..., None, None] * np.eye(self.dim)
        return total

    def _hvp(self, x: Array, v: Array) -> Array:
        away, size = self._bumps(x)
        along = np.matmul(away, v[..., None])[..., 0]
        across = np.matmul((along * size / self.widths**4)[..., None, :], away)[..., 0, :]
        product: Array = across + (self.bowl - np.sum(size / self.widths**2, axis=-1))[..., None] * v
        return product

    @property
    def gradient_flops(self) -> float:
        """About eight operations a coordinate and a bump, and an exponential a bump."""
        return float(len(self.heights) * (8 * self.dim + 20) + 2 * self.dim)
