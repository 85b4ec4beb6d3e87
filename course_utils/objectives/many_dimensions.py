"""Classic test functions of any dimension, and functions of one variable."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import real_number, whole_number


class Rosenbrock(Objective):
    """f = Σᵢ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²: a curved valley, minimum at (1, …, 1) (Rosenbrock 1960)."""

    def __init__(self, dim: int = 2) -> None:
        dim = whole_number("dim", dim, 2)
        super().__init__(
            f"Rosenbrock {dim}-D" if dim > 2 else "Rosenbrock",
            dim,
            domain=((-2.0, 2.0), (-1.0, 3.0)),
            critical_points=[(np.ones(dim), "minimum")],
        )

    def _value(self, x: Array) -> Array:
        here, after = x[..., :-1], x[..., 1:]
        total: Array = np.sum(100 * (after - here * here) ** 2 + (1 - here) ** 2, axis=-1)
        return total

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        here, after = x[..., :-1], x[..., 1:]
        rise, rest = after - here * here, 1 - here
        g = np.zeros_like(x)
        g[..., :-1] = -400 * here * rise - 2 * rest
        g[..., 1:] += 200 * rise
        return np.sum(100 * rise * rise + rest * rest, axis=-1), g

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _hessian(self, x: Array) -> Array:
        H = np.zeros((*x.shape, self.dim))
        i = np.arange(self.dim - 1)
        H[..., i, i] = 1200 * x[..., :-1] ** 2 - 400 * x[..., 1:] + 2
        H[..., i + 1, i + 1] += 200
        H[..., i, i + 1] = H[..., i + 1, i] = -400 * x[..., :-1]
        return H

    def _hvp(self, x: Array, v: Array) -> Array:
        # H is tridiagonal: three numbers a row, and no matrix.
        here, after = x[..., :-1], x[..., 1:]
        beside = -400 * here
        product = np.zeros(np.broadcast_shapes(x.shape, v.shape))
        product[..., :-1] = (1200 * here**2 - 400 * after + 2) * v[..., :-1] + beside * v[..., 1:]
        product[..., 1:] += 200 * v[..., 1:] + beside * v[..., :-1]
        return product


class Rastrigin(Objective):
    """f = 10n + Σᵢ xᵢ² − 10 cos 2πxᵢ: a bowl with a regular grid of minima (Rastrigin 1974)."""

    def __init__(self, dim: int = 2) -> None:
        dim = whole_number("dim", dim, 1)
        super().__init__(
            f"Rastrigin {dim}-D" if dim > 2 else "Rastrigin",
            dim,
            domain=((-3.0, 3.0),) * min(dim, 2),
            critical_points=[(np.zeros(dim), "minimum")],
        )

    def _value(self, x: Array) -> Array:
        total: Array = np.sum(10 + x**2 - 10 * np.cos(2 * np.pi * _beside_whole(x)), axis=-1)
        return total

    def _gradient(self, x: Array) -> Array:
        return 2 * x + 20 * np.pi * np.sin(2 * np.pi * _beside_whole(x))

    def _diagonal(self, x: Array) -> Array:
        return 2 + 40 * np.pi**2 * np.cos(2 * np.pi * _beside_whole(x))

    def _hessian(self, x: Array) -> Array:
        return self._diagonal(x)[..., None] * np.eye(self.dim)

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._diagonal(x) * v


def _beside_whole(x: Array) -> Array:
    """Return 0 for numbers so large that all of them are whole: cos 2πx is 1 there; others as they are."""
    whole = np.abs(x) >= 2.0**52
    return np.where(whole, 0.0, x) if whole.any() else x


class SlopedParabola(Objective):
    """f(x) = slope·x + ½·curvature·x² + ⅙·bend·x³ in one variable: what one gradient step gains."""

    def __init__(self, curvature: float, slope: float = -1.0, bend: float = 0.0) -> None:
        for name, number in (("curvature", curvature), ("slope", slope), ("bend", bend)):
            real_number(name, number)
        self.curvature, self.slope, self.bend = curvature, slope, bend
        sign = "negative" if curvature < 0 else "positive" if curvature > 0 else "zero"
        stationary = []
        if bend == 0 and curvature != 0:
            stationary = [([-slope / curvature], "minimum" if curvature > 0 else "maximum")]
        super().__init__(f"{sign} curvature", 1, domain=((-2.0, 2.0),), critical_points=stationary)  # type: ignore[arg-type]

    def _value(self, x: Array) -> Array:
        # By Horner's rule no power of a large z meets a coefficient of zero or a power of the other sign.
        z = x[..., 0]
        return z * (self.slope + z * (self.curvature / 2 + z * (self.bend / 6)))

    def _gradient(self, x: Array) -> Array:
        return self.slope + x * (self.curvature + x * (self.bend / 2))

    def _hessian(self, x: Array) -> Array:
        return (self.curvature + self.bend * x)[..., None]


def curvature_trio() -> tuple[SlopedParabola, SlopedParabola, SlopedParabola]:
    """Return three functions of one variable with the same slope at 0 and curvature −1, 0 and 1.

    After Goodfellow, Bengio & Courville (2016), figure 4.4.
    """
    return SlopedParabola(-1.0), SlopedParabola(0.0), SlopedParabola(1.0)
