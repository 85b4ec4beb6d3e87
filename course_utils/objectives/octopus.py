"""Du et al.'s octopus: a landscape that hands gradient descent from saddle to saddle, each time nearer."""

from __future__ import annotations

import math

import numpy as np

from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import real_number, whole_number


class Octopus(Objective):
    """A smooth function with a chain of n strict saddles that holds gradient descent for a time ~ (L/γ)ⁿ.

    After Du et al. (2017), theorem 4.1 and appendix. With z = |x_m|, one coordinate has the height

    - φ(z) = −γz² for z ≤ τ,
    - φ(z) = −γz² + (10γ − 14L)(z − τ)³/3τ + (5L − 3γ)(z − τ)⁴/2τ² for τ < z ≤ 2τ,
    - φ(z) = L(z − 4τ)² − ν beyond, with ν = 13γτ²/6 + 37Lτ²/6,

    and passes on to the next one by the switch a(z): 0 up to τ, 1 from 2τ, and between them
    10u³ − 15u⁴ + 6u⁵ with u = (z − τ)/τ. The tail that begins at coordinate m is

        F_m = φ(x_m) + (1 − a(x_m)) L Σ_{k>m} x_k² + a(x_m) F_{m+1},    F_{n+1} = 0,    f = F_1.

    The paper gives f in the tentacles, where |x_m| ≤ τ for all m behind the first with |x_m| < 2τ (there
    both agree), and extends it by an existence theorem; this recursion is defined everywhere, is even in
    every coordinate and has continuous second derivatives. At the k-th saddle the first k − 1
    coordinates are ±4τ, the others 0; the 2ⁿ minima are at (±4τ, …, ±4τ), with the value −nν.

    Parameters
    ----------
    dim : n, the number of tentacles.
    smoothness : L > 0: waiting coordinates have the curvature 2L.
    descent : γ in (0, L]: the way down of every saddle has the curvature −2γ.
    length : τ > 0; a coordinate leaves its saddle at 2τ and ends at 4τ. The paper takes e.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    def __init__(
        self, dim: int = 2, *, smoothness: float = 1.0, descent: float = 1.0, length: float = math.e
    ) -> None:
        dim = whole_number("dim", dim, 1)
        self.smoothness = real_number("smoothness", smoothness, above=0.0)
        self.descent = real_number("descent", descent, above=0.0)
        self.length = real_number("length", length, above=0.0)
        if self.descent > self.smoothness:
            raise ValueError(f"descent must be at most the smoothness {smoothness!r}, got {descent!r}")
        self.drop = (13 * self.descent + 37 * self.smoothness) * self.length**2 / 6
        saddles = [np.where(np.arange(dim) < passed, 4 * self.length, 0.0) for passed in range(dim)]
        super().__init__(
            f"octopus {dim}-D",
            dim,
            domain=((-0.5 * self.length, 5.5 * self.length),) * min(dim, 2),
            critical_points=[
                *((x, "saddle" if dim > 1 else "maximum") for x in saddles),
                (np.full(dim, 4 * self.length), "minimum"),
            ],
        )

    @property
    def free_from(self) -> float:
        """2τ: a coordinate beyond it has left its saddle."""
        return 2 * self.length

    def passed(self, x: Array) -> Array:
        """Return how many saddles lie behind points ``x`` (..., n): leading coordinates beyond 2τ, (...,)."""
        behind: Array = np.cumprod(np.abs(x) > self.free_from, axis=-1).sum(axis=-1)
        return behind

    def _heights(self, z: Array) -> tuple[Array, Array, Array]:
        """Return φ − Lz², whose squares cancel far away, and the first two derivatives of φ at z ≥ 0."""
        L, c, t = self.smoothness, self.descent, self.length
        u, inner = np.clip(z - t, 0.0, t), np.minimum(z, 2 * t)
        cubic, quartic = (10 * c - 14 * L) / (3 * t), (5 * L - 3 * c) / (2 * t**2)
        near = (
            -(c + L) * inner**2 + cubic * u**3 + quartic * u**4,
            -2 * c * inner + 3 * cubic * u**2 + 4 * quartic * u**3,
            -2 * c + 6 * cubic * u + 12 * quartic * u**2,
        )
        far = (8 * L * t * (2 * t - z) - self.drop, 2 * L * (z - 4 * t), np.full_like(z, 2 * L))
        beyond = z > 2 * t
        first, second, third = (np.where(beyond, b, a) for a, b in zip(near, far, strict=True))
        return first, second, third

    def _switch(self, z: Array) -> tuple[Array, Array, Array]:
        """Return a and its first two derivatives at z ≥ 0."""
        t = self.length
        u = np.clip((z - t) / t, 0.0, 1.0)
        return (
            u**3 * (10 - 15 * u + 6 * u**2),
            30 * u**2 * (1 - u) ** 2 / t,
            60 * u * (1 - u) * (1 - 2 * u) / t**2,
        )

    def _chain(self, x: Array) -> tuple[Array, Array, Array]:
        """Return f − L‖x‖² (...,), G (..., n) and w (..., n).

        G_m = F_{m+1} − L Σ_{k>m} x_k² obeys G_{m−1} = φ(x_m) − L x_m² + a(x_m) G_m, and w_m is the product
        of the switches before m: without either a product of n factors would be taken for every pair.
        """
        z = np.abs(x)
        steps, a = self._heights(z)[0], self._switch(z)[0]
        G = np.zeros_like(x)
        for m in range(self.dim - 1, 0, -1):
            G[..., m - 1] = steps[..., m] + a[..., m] * G[..., m]
        w = np.ones_like(x)
        w[..., 1:] = np.cumprod(a[..., :-1], axis=-1)
        return steps[..., 0] + a[..., 0] * G[..., 0], G, w

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        z, L = np.abs(x), self.smoothness
        above, G, w = self._chain(x)
        slope = np.sign(x) * (self._heights(z)[1] + self._switch(z)[1] * G)
        return above + L * np.sum(x**2, axis=-1), w * slope + 2 * L * (1 - w) * x

    def _value(self, x: Array) -> Array:
        return self._value_and_gradient(x)[0]

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _hvp(self, x: Array, v: Array) -> Array:
        z, sign, L = np.abs(x), np.sign(x), self.smoothness
        _, G, w = self._chain(x)
        (_, height1, height2), (a, switch1, switch2) = self._heights(z), self._switch(z)
        # ∂²f/∂x_l∂x_m = w_l a′_l (Π_{l<j<m} a_j) D_m for l < m, with D_m below.
        D = sign * (height1 + switch1 * G) - 2 * L * x
        product = (w * (height2 + switch2 * G) + 2 * L * (1 - w)) * v
        pull = w * sign * switch1
        before, after = np.zeros((2, *product.shape[:-1]))
        for m in range(self.dim):
            product[..., m] += D[..., m] * before
            before = a[..., m] * before + pull[..., m] * v[..., m]
        for m in range(self.dim - 1, -1, -1):
            product[..., m] += pull[..., m] * after
            after = a[..., m] * after + D[..., m] * v[..., m]
        return product
