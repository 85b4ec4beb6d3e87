"""A landscape from noise: a smooth Gaussian random field, as a sum of waves, and what its Hessians are."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import generator, whole_number
from course_utils.random_landscapes.symmetric_matrices import sample_goe

_WAVES_AT_ONCE = 2**18  # numbers in the phases of one block of points: 2 MB
_MATRICES_AT_ONCE = 2**18  # numbers in one block of random matrices: 2 MB
_DEVIATIONS = np.linspace(-9.0, 9.0, 73)  # of the shift of a Hessian, in standard deviations


class GaussianField(Objective):
    """φ(x) = √(2N/M) Σⱼ cos(kⱼ·x + bⱼ) over M waves: a random function of N variables.

    The wave vectors kⱼ are Gaussian, of variance 1/N in each component, the phases bⱼ uniform. So
    ⟨φ(x)φ(y)⟩ = N exp(−‖x − y‖²/2N) over the draws (random Fourier features, Rahimi & Recht 2007), and φ
    is Gaussian up to 1/M: the field of Bray & Dean (2007) with f(z) = e⁻ᶻ. It is as rough in all places
    and directions, and its features are √N wide. Its *height* is ε = φ/N.

    Parameters
    ----------
    dim : N.
    waves : M. Where all entries of a Hessian are wanted nearly Gaussian take many more than N².
    rng : draws the wave vectors and phases.

    Attributes
    ----------
    wave_vectors : (M, N).
    phases : (M,) in [0, 2π).

    Raises
    ------
    ValueError
        If ``dim`` or ``waves`` is less than 1.
    """

    def __init__(self, dim: int, waves: int = 1000, *, rng: np.random.Generator) -> None:
        whole_number("dim", dim, 1)
        whole_number("waves", waves, 1)
        generator("rng", rng)
        side = 3 * np.sqrt(dim)
        super().__init__(f"Gaussian field {dim}-D", dim, domain=((-side / 2, side / 2),) * min(dim, 2))
        self.wave_vectors: Array = rng.standard_normal((waves, dim)) / np.sqrt(dim)
        self.phases: Array = rng.uniform(0.0, 2 * np.pi, waves)
        self._amplitude = float(np.sqrt(2 * dim / waves))

    def height(self, x: ArrayLike) -> Array:
        """Return ε = φ(x)/N, shape (...,)."""
        return self.value(x) / self.dim

    def third_derivatives(self, x: ArrayLike) -> Array:
        """Return ∂³φ/∂xᵢ∂xⱼ∂xₗ, shape (..., N, N, N), for points ``x`` (..., N)."""
        points, n = as_points("x", x, self.dim), self.dim
        i, j, k = np.array(list(combinations_with_replacement(range(n), 3))).T
        triples = self.wave_vectors[:, i] * self.wave_vectors[:, j] * self.wave_vectors[:, k]
        sums = [np.sin(self._waves(block)) @ triples for block in self._blocks(points)]
        third = np.empty((sum(map(len, sums)), n, n, n))
        for one, two, three in permutations((i, j, k)):
            third[:, one, two, three] = self._amplitude * np.concatenate(sums)
        return third.reshape(*points.shape, n, n)

    def fourth_derivative_bounds(self) -> Array:
        """Return what no fourth derivative exceeds in size anywhere: √(2N/M) Σ |kᵢkⱼkₗkₘ|, (N, N, N, N)."""
        K = np.abs(self.wave_vectors)
        pairs = K[:, :, None] * K[:, None, :]
        bounds: Array = self._amplitude * np.tensordot(pairs, pairs, axes=(0, 0))
        return bounds

    def _waves(self, x: Array) -> Array:
        return x @ self.wave_vectors.T + self.phases

    def _blocks(self, x: Array) -> list[Array]:
        """Return the points (m, N) in blocks whose phases fit into memory."""
        flat = x.reshape(-1, self.dim)
        at_once = max(1, _WAVES_AT_ONCE // len(self.phases))
        return [flat[i : i + at_once] for i in range(0, max(len(flat), 1), at_once)]

    def _value(self, x: Array) -> Array:
        values = [np.cos(self._waves(block)).sum(axis=-1) for block in self._blocks(x)]
        return self._amplitude * np.concatenate(values).reshape(x.shape[:-1])

    def _gradient(self, x: Array) -> Array:
        slopes = [np.sin(self._waves(block)) @ self.wave_vectors for block in self._blocks(x)]
        return -self._amplitude * np.concatenate(slopes).reshape(x.shape)

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        values, slopes = [], []
        for block in self._blocks(x):
            angle = self._waves(block)
            values.append(np.cos(angle).sum(axis=-1))
            slopes.append(np.sin(angle) @ self.wave_vectors)
        return (
            self._amplitude * np.concatenate(values).reshape(x.shape[:-1]),
            -self._amplitude * np.concatenate(slopes).reshape(x.shape),
        )

    def _hessian(self, x: Array) -> Array:
        # All pairs kᵢkⱼ at once, and one product for all points.
        rows, columns = np.triu_indices(self.dim)
        pairs = self.wave_vectors[:, rows] * self.wave_vectors[:, columns]
        halves = np.concatenate([np.cos(self._waves(block)) @ pairs for block in self._blocks(x)])
        H = np.empty((len(halves), self.dim, self.dim))
        H[:, rows, columns] = H[:, columns, rows] = -self._amplitude * halves
        return H.reshape(*x.shape, self.dim)

    def _hvp(self, x: Array, v: Array) -> Array:
        bend = np.cos(self._waves(x)) * (v @ self.wave_vectors.T)
        product: Array = -self._amplitude * (bend @ self.wave_vectors)
        return product


def expected_critical_points(dim: int, count: int, *, rng: np.random.Generator) -> Array:
    """Return the mean number of critical points of each index in a unit of volume, shape (N+1,).

    The Kac–Rice formula: (2π)^(−N/2) E[|det H|; index k], as every slope is Gaussian with variance 1, and
    H is independent of it. H is a GOE matrix (`sample_goe`) plus a number s of variance 1/N on the whole
    diagonal, as ⟨HᵢᵢHⱼⱼ⟩ = 1/N for an isotropic field; −s is the part that goes with the height. The mean
    is taken over ``count`` matrices and their negatives, and for each over s by quadrature: minima are
    made where s is large.
    Volume is measured in the units of x: a cube whose sides are one correlation length, √N, has N^(N/2).

    Raises
    ------
    ValueError
        If ``dim`` or ``count`` is less than 1.
    """
    whole_number("count", count, 1)
    at_once = max(1, _MATRICES_AT_ONCE // whole_number("dim", dim, 1) ** 2)
    blocks = [min(at_once, count - done) for done in range(0, count, at_once)]
    eigenvalues = np.concatenate([np.linalg.eigvalsh(sample_goe(dim, size, rng=rng)) for size in blocks])
    totals = np.zeros(dim + 1)
    weights = np.exp(-(_DEVIATIONS**2) / 2)
    for s, weight in zip(_DEVIATIONS / np.sqrt(dim), weights / weights.sum(), strict=True):
        shifted = eigenvalues + s
        sizes, index = np.abs(shifted).prod(axis=-1), np.sum(shifted < 0, axis=-1)
        totals += weight * np.bincount(index, weights=sizes, minlength=dim + 1)
    totals = (totals + totals[::-1]) / 2  # −H is as likely as H
    density: Array = totals / count / (2 * np.pi) ** (dim / 2)
    return density
