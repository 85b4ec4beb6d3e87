"""A cliff that nobody drew: one recurrent unit, iterated many times."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import real_number, whole_number


class RecurrentCliff(Objective):
    """Loss of one recurrent unit after ``iterations`` steps, as a function of its weight and bias.

    s₀ = 0.5, sₜ = σ(w sₜ₋₁ + b), f(w, b) = (s_T − 0.7)² with σ the logistic function: the example of
    Pascanu, Mikolov & Bengio (2013), figure 6. Where two attractors of the map meet, f has a wall.
    Derivatives are carried along the recursion, so they are exact.
    """

    def __init__(self, iterations: int = 50, target: float = 0.7) -> None:
        self.iterations = whole_number("iterations", iterations, 1)
        self.target = real_number("target", target)
        if not 0 < self.target < 1:
            raise ValueError(f"target must lie between 0 and 1, got {target}")
        super().__init__("recurrent cliff", 2, domain=((2.0, 8.0), (-5.0, -1.0)))

    def _roll(self, x: Array, order: int) -> tuple[Array, Array, Array]:
        """Return the last state s (...,), its gradient (..., 2) and Hessian (..., 2, 2), up to ``order``."""
        from scipy.special import expit  # here, because it takes as long to import as NumPy

        w = x[..., 0]
        s, ds, d2s = np.full(w.shape, 0.5), np.zeros(x.shape), np.zeros((*x.shape, 2))
        for _ in range(self.iterations):
            # u = w s + b, so ∂u = (s, 1) + w ∂s and ∂²u = w ∂²s + ∂s in the row and column of w.
            if order >= 1:
                du = w[..., None] * ds
                du[..., 0] += s
                du[..., 1] += 1
                if order >= 2:
                    d2u = w[..., None, None] * d2s
                    d2u[..., 0, :] += ds
                    d2u[..., :, 0] += ds
            s = expit(w * s + x[..., 1])
            if order >= 1:
                slope = s * (1 - s)
                if order >= 2:
                    bend = slope * (1 - 2 * s)
                    d2s = bend[..., None, None] * du[..., :, None] * du[..., None, :]
                    d2s += slope[..., None, None] * d2u
                ds = slope[..., None] * du
        return s, ds, d2s

    def _value(self, x: Array) -> Array:
        return (self._roll(x, 0)[0] - self.target) ** 2

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        s, ds, _ = self._roll(x, 1)
        miss = s - self.target
        return miss**2, 2 * miss[..., None] * ds

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _hessian(self, x: Array) -> Array:
        s, ds, d2s = self._roll(x, 2)
        return 2 * ds[..., :, None] * ds[..., None, :] + 2 * (s - self.target)[..., None, None] * d2s
