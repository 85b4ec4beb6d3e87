"""Quadratic functions of any Hessian and dimension."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives.base import Array, Kind, Objective
from course_utils.objectives.checks import real_array, real_number
from course_utils.objectives.lengths import scaled


class Quadratic(Objective):
    """f(x) = ½ (x−c)ᵀH(x−c) with a symmetric H, given in full or by its diagonal.

    A diagonal H is never formed, so a hundred thousand dimensions are no trouble.
    """

    def __init__(
        self, hessian: Array, center: Array, name: str, domain: tuple[tuple[float, float], ...] | None
    ) -> None:
        self.matrix = hessian
        self.center = center
        eigenvalues = hessian if hessian.ndim == 1 else np.linalg.eigvalsh(hessian)
        zero = np.abs(eigenvalues) <= 1e-12 * np.abs(eigenvalues).max()  # the rounding of eigvalsh
        negative, positive = bool((eigenvalues[~zero] < 0).any()), bool((eigenvalues[~zero] > 0).any())
        kind: Kind = "saddle"
        if not (negative and positive):
            kind = "degenerate" if zero.any() else "minimum" if positive else "maximum"
        super().__init__(name, center.size, domain=domain, critical_points=[(center, kind)])

    def _product(self, v: Array) -> Array:
        return self.matrix * v if self.matrix.ndim == 1 else v @ self.matrix

    def _value(self, x: Array) -> Array:
        d = x - self.center
        return self._half(d, self._product(d))

    def _gradient(self, x: Array) -> Array:
        return self._product(x - self.center)

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        d = x - self.center
        g = self._product(d)
        return self._half(d, g), g

    def _half(self, d: Array, g: Array) -> Array:
        """Return ½dᵀg for g = Hd, with its sign where terms of both signs are beyond float64."""
        with np.errstate(invalid="ignore"):
            total = np.asarray(np.sum(0.5 * d * g, axis=-1))
        lost = np.isnan(total)
        if lost.any():
            smaller, exponent = scaled(d[lost])
            half = np.sum(0.5 * smaller * self._product(smaller), axis=-1)
            total[lost] = np.ldexp(half, 2 * exponent[..., 0])
        return total

    def _hessian(self, x: Array) -> Array:
        full = np.diag(self.matrix) if self.matrix.ndim == 1 else self.matrix
        return np.broadcast_to(full, (*x.shape[:-1], self.dim, self.dim)).copy()

    def _hvp(self, x: Array, v: Array) -> Array:
        return np.broadcast_to(self._product(v), np.broadcast_shapes(x.shape, v.shape)).copy()


def quadratic(
    hessian: ArrayLike,
    *,
    center: ArrayLike | None = None,
    name: str = "quadratic",
    domain: tuple[tuple[float, float], ...] | None = None,
) -> Quadratic:
    """Return f(x) = ½ (x−c)ᵀH(x−c), with exact derivatives H(x−c) and H.

    Parameters
    ----------
    hessian : (n, n) symmetric matrix, or (n,) its diagonal.
    center : (n,) the critical point c; the origin by default.

    Raises
    ------
    ValueError
        If ``hessian`` is not finite, not square or not symmetric, or ``center`` does not fit it.
    """
    H = real_array("hessian", hessian).copy()
    if H.ndim not in (1, 2) or H.size == 0 or (H.ndim == 2 and H.shape[0] != H.shape[1]):
        raise ValueError(f"hessian must have shape (n, n) or, as a diagonal, (n,), got {H.shape}")
    if not np.isfinite(H).all():
        raise ValueError("hessian must be finite, got NaN or infinity")
    if H.ndim == 2:
        if not np.allclose(H, H.T, rtol=1e-12, atol=1e-12 * np.abs(H).max()):
            raise ValueError(
                f"hessian must be symmetric, got a largest difference of {np.abs(H - H.T).max():.3g}"
            )
        H = (H + H.T) / 2
    c = np.zeros(H.shape[0]) if center is None else real_array("center", center).copy()
    if c.shape != (H.shape[0],):
        raise ValueError(f"center must have shape ({H.shape[0]},), got {c.shape}")
    return Quadratic(H, c, name, domain)


def rotated_quadratic(
    eigenvalues: tuple[float, float],
    angle: float,
    *,
    name: str = "quadratic",
    domain: tuple[tuple[float, float], ...] | None = None,
) -> Quadratic:
    """Return the 2-D quadratic with these eigenvalues, the first eigenvector at ``angle`` radians."""
    angle = real_number("angle", angle)
    c, s = np.cos(angle), np.sin(angle)
    V = np.array([[c, -s], [s, c]])
    return quadratic(V @ np.diag(real_array("eigenvalues", eigenvalues)) @ V.T, name=name, domain=domain)
