"""The spherical p-spin glass: a random polynomial on a sphere, whose critical points have a theory."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import generator, real_array, whole_number
from course_utils.objectives.lengths import norms

_LARGEST = 2**26  # couplings: half a gigabyte while they are made symmetric
_NUMBERS_AT_ONCE = 2**20  # in the contracted couplings of one block of points: 8 MB


class SphericalSpinGlass(Objective):
    """f(x) = N^(−(p−1)/2) Σ Jᵢⱼₖ… xᵢxⱼxₖ… on the sphere ‖x‖ = √N, J independent normal numbers.

    ⟨f(x)f(y)⟩ = N (x·y/N)^p over the draws: the Hamiltonian of Auffinger, Ben Arous & Černý (2013, section
    1). The *energy* f/N has a typical size of 1/√N at a random point, and its minimum tends to −1.657
    for p = 3. Off the sphere f is the value at the point of the sphere below, f(√N x/‖x‖): so it is an
    objective like any other, its gradient is that along the sphere, and it is constant along x.

    Parameters
    ----------
    dim : N, at least 2.
    order : p, at least 2.
    rng : draws the couplings.

    Raises
    ------
    ValueError
        If ``dim`` or ``order`` is less than 2, or N^p is above 67 million.
    """

    def __init__(self, dim: int, order: int = 3, *, rng: np.random.Generator) -> None:
        whole_number("dim", dim, 2)
        whole_number("order", order, 2)
        generator("rng", rng)
        if float(dim) ** order > _LARGEST:
            raise ValueError(f"dim**order must be at most {_LARGEST}, got {dim}**{order}")
        super().__init__(f"spin glass, N = {dim}, p = {order}", dim)
        self.order = order
        self._rows, self._columns = np.triu_indices(dim)
        J = rng.standard_normal((dim,) * order)
        symmetric = np.zeros_like(J)
        for axes in permutations(range(order)):
            symmetric += J.transpose(axes)
        # Of the last two axes each pair is kept once; all derivatives come from products with this.
        pairs = symmetric.reshape(-1, dim, dim)[:, self._rows, self._columns]
        self._couplings: Array = pairs / (factorial(order) * dim ** ((order - 1) / 2))

    def energy(self, x: ArrayLike) -> Array:
        """Return f(x)/N, shape (...,)."""
        return self.value(x) / self.dim

    def project(self, x: ArrayLike) -> Array:
        """Return the points √N x/‖x‖ of the sphere, shape (..., N)."""
        points = real_array("x", x)
        projected: Array = points * (np.sqrt(self.dim) / self._lengths(points))[..., None]
        return projected

    def sample(self, count: int, *, rng: np.random.Generator) -> Array:
        """Return ``count`` points spread evenly over the sphere, shape (count, N)."""
        whole_number("count", count, 1)
        generator("rng", rng)
        return self.project(rng.standard_normal((count, self.dim)))

    def _lengths(self, x: Array) -> Array:
        lengths = norms(x)
        if (lengths == 0).any():
            raise ValueError("x must not be 0: no point of the sphere is below it")
        return lengths

    def _packed(self, y: Array) -> Array:
        """Return the couplings contracted with y until a matrix is left, one of each pair, (..., pairs)."""
        monomials = np.ones((*y.shape[:-1], 1))
        for power in range(1, self.order - 1):
            monomials = (monomials[..., None] * y[..., None, :]).reshape(*y.shape[:-1], self.dim**power)
        return monomials @ self._couplings

    def _contracted(self, y: Array) -> Array:
        """Return A with f = yᵀAy, shape (..., N, N)."""
        packed = self._packed(y)
        A = np.empty((*y.shape, self.dim))
        A[..., self._rows, self._columns] = A[..., self._columns, self._rows] = packed
        return A

    def _parts(self, x: Array) -> tuple[Array, Array, Array, Array]:
        """Return the unit vectors u, the scale √N/‖x‖, and f and A at the point of the sphere."""
        lengths = self._lengths(x)
        u = x / lengths[..., None]
        y = np.sqrt(self.dim) * u
        A = self._contracted(y)
        return u, np.sqrt(self.dim) / lengths, np.einsum("...i,...ij,...j->...", y, A, y), A

    def _value(self, x: Array) -> Array:
        y = (x * (np.sqrt(self.dim) / self._lengths(x))[..., None]).reshape(-1, self.dim)
        twice = np.where(self._rows == self._columns, 1.0, 2.0)
        at_once = max(1, _NUMBERS_AT_ONCE // self._rows.size)
        f = np.empty(len(y))
        for i in range(0, len(y), at_once):  # no matrix for each of many points
            part = y[i : i + at_once]
            pairs = part[:, self._rows] * part[:, self._columns]
            f[i : i + at_once] = np.einsum("kj,kj,j->k", self._packed(part), pairs, twice)
        return f.reshape(x.shape[:-1])

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        u, scale, f, A = self._parts(x)
        slope = self.order * np.sqrt(self.dim) * np.einsum("...ij,...j->...i", A, u)
        tangent = slope - np.einsum("...i,...i->...", slope, u)[..., None] * u
        return f, scale[..., None] * tangent

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _hessian(self, x: Array) -> Array:
        u, scale, f, A = self._parts(x)
        p, N = self.order, self.dim
        outer, c = u[..., :, None] * u[..., None, :], p * (p - 1)
        bent = np.einsum("...ij,...j->...i", A, u)
        slope = p * np.sqrt(N) * bent
        tangent = slope - np.einsum("...i,...i->...", slope, u)[..., None] * u
        # cPAP − (pf/N)P with P = I − uuᵀ, and what the slope adds where u turns; pf is uᵀ∇f‖y‖ (Euler).
        mixed = (c * bent + tangent / np.sqrt(N))[..., :, None] * u[..., None, :]
        along = (c * f / N + p * f / N)[..., None, None] * outer
        H = c * A - mixed - np.swapaxes(mixed, -1, -2) + along
        H[..., np.arange(N), np.arange(N)] -= (p * f / N)[..., None]
        scaled: Array = (scale**2)[..., None, None] * H
        return scaled
