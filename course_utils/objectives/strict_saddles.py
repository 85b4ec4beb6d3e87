"""Three problems of which it is proven that every critical point is a minimum or curves down somewhere."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives.base import Array, Kind, KnownPoint, Objective
from course_utils.objectives.beyond import rising
from course_utils.objectives.checks import real_array, whole_number

_MOST_LISTED = 81  # critical points of one problem that are named: 3⁴


class MatrixFactorization(Objective):
    """f(U) = ¼‖UUᵀ − M‖²_F for n×r matrices U: the best factor of a positive semidefinite M.

    The critical points are U = Q_S Λ_S^{1/2} R for a set S of at most r eigenvectors of M and any rotation R.
    All minima are global, all others have negative curvature (Ge, Jin & Zheng 2017, theorem 1 for r ≥ rank M;
    for smaller r Baldi & Hornik 1989). Known points have R = I; for r ≥ 2 they lie on curves of equal ones.

    Parameters
    ----------
    matrix : (n, n) M, symmetric and positive semidefinite.
    rank : r, 1 … n. Points are the rows of U one after the other, dimension n·r.

    Raises
    ------
    ValueError
        If ``matrix`` is not finite, symmetric and positive semidefinite, or ``rank`` out of range.
    """

    def __init__(self, matrix: ArrayLike, rank: int = 1, *, name: str | None = None) -> None:
        M = real_array("matrix", matrix).copy()
        if M.ndim != 2 or M.shape[0] != M.shape[1] or M.size == 0 or not np.isfinite(M).all():
            raise ValueError(f"matrix must be finite with shape (n, n), got shape {M.shape}")
        scale = float(np.abs(M).max())
        if np.abs(M - M.T).max() > 1e-12 * scale:
            raise ValueError("matrix must be symmetric, got one that differs from its transpose")
        eigenvalues, Q = np.linalg.eigh(M)
        if eigenvalues[0] < -1e-12 * max(scale, eigenvalues[-1]):
            raise ValueError(f"matrix must be positive semidefinite, got an eigenvalue {eigenvalues[0]:.3g}")
        n = len(M)
        self.rank = whole_number("rank", rank, 1, n)
        self.matrix = (M + M.T) / 2
        reach = 1.4 * max(float(np.sqrt(eigenvalues[-1])), 0.5)
        super().__init__(
            f"matrix factorization {n}×{self.rank}" if name is None else name,
            n * self.rank,
            domain=((-reach, reach),) * min(n * self.rank, 2),
        )
        positive = [i for i in range(n) if eigenvalues[i] > 1e-12 * eigenvalues[-1]]
        points = []
        for size in range(min(self.rank, len(positive)) + 1):
            for chosen in combinations(positive, size):
                U = np.zeros((n, self.rank))
                U[:, :size] = Q[:, list(chosen)] * np.sqrt(eigenvalues[list(chosen)])
                signs = (1.0, -1.0) if size and self.rank == 1 else (1.0,)
                points += [(sign * U).ravel() for sign in signs]
        listed = points if len(points) <= _MOST_LISTED else []
        self.critical_points = _known(self, listed)

    def _factor(self, x: Array) -> Array:
        return x.reshape(*x.shape[:-1], len(self.matrix), self.rank)

    def _error(self, U: Array) -> Array:
        return U @ np.swapaxes(U, -1, -2) - self.matrix

    def _value(self, x: Array) -> Array:
        return rising(lambda: np.sum(self._error(self._factor(x)) ** 2, axis=(-2, -1)) / 4)

    def _gradient(self, x: Array) -> Array:
        U = self._factor(x)
        return (self._error(U) @ U).reshape(x.shape)

    def _hvp(self, x: Array, v: Array) -> Array:
        U, V = self._factor(x), self._factor(v)
        cross = V @ np.swapaxes(U, -1, -2)
        product_ = self._error(U) @ V + (cross + np.swapaxes(cross, -1, -2)) @ U
        return product_.reshape(*product_.shape[:-2], self.dim)


class PhaseRetrieval(Objective):
    """f(x) = Σ (⟨aₖ, x⟩² − ⟨aₖ, z⟩²)²/4m: find z from the sizes of m products, their signs being lost.

    Real measurements (Sun, Qu & Wright 2018 treat complex ones). With Gaussian aₖ and enough of them the only
    minima are ±z and all other critical points curve down, with high probability: for a given set that is to
    be checked. 0 is a maximum.

    Parameters
    ----------
    vectors : (m, n) aₖ.
    signal : (n,) z.

    Raises
    ------
    ValueError
        If they are not finite or do not fit each other.
    """

    def __init__(self, vectors: ArrayLike, signal: ArrayLike, *, name: str | None = None) -> None:
        A, z = real_array("vectors", vectors).copy(), real_array("signal", signal).copy()
        if A.ndim != 2 or A.size == 0 or not np.isfinite(A).all():
            raise ValueError(f"vectors must be finite with shape (m, n), got shape {A.shape}")
        if z.shape != (A.shape[1],) or not np.isfinite(z).all():
            raise ValueError(f"signal must be finite with shape ({A.shape[1]},), got shape {z.shape}")
        self.vectors, self.signal, self.sizes = A, z, (A @ z) ** 2
        super().__init__(f"phase retrieval {z.size}-D" if name is None else name, z.size, domain=_around(z))
        self.critical_points = _known(self, [np.zeros_like(z), z, -z])

    def _value(self, x: Array) -> Array:
        return np.asarray(np.mean(((x @ self.vectors.T) ** 2 - self.sizes) ** 2, axis=-1) / 4)

    def _gradient(self, x: Array) -> Array:
        p = x @ self.vectors.T
        gradient: Array = ((p**2 - self.sizes) * p) @ self.vectors / len(self.vectors)
        return gradient

    def _hvp(self, x: Array, v: Array) -> Array:
        p = x @ self.vectors.T
        along: Array = ((3 * p**2 - self.sizes) * (v @ self.vectors.T)) @ self.vectors / len(self.vectors)
        return along

    @property
    def gradient_flops(self) -> float:
        """Two products with the m×n vectors."""
        return 4.0 * self.vectors.size


class ExpectedPhaseRetrieval(Objective):
    """`PhaseRetrieval` with infinitely many Gaussian vectors, f = ¼(3‖x‖⁴ + 3‖z‖⁴ − 2‖x‖²‖z‖² − 4⟨x, z⟩²).

    Its critical points are 0 (a maximum), ±z (minima) and the sphere of x ⟂ z with ‖x‖ = ‖z‖/√3, where the
    curvature along z is −2‖z‖²: the expectation of every saddle in one formula (after Sun, Qu & Wright 2018).
    """

    def __init__(self, signal: ArrayLike, *, name: str | None = None) -> None:
        z = real_array("signal", signal).copy()
        if z.ndim != 1 or z.size < 2 or not np.isfinite(z).all() or not z.any():
            raise ValueError(f"signal must be finite, not 0 and of 2 numbers or more, got {signal!r:.80}")
        self.signal = z
        super().__init__(
            f"expected phase retrieval {z.size}-D" if name is None else name, z.size, domain=_around(z)
        )
        across = np.linalg.svd(z[None])[2][1:] * np.linalg.norm(z) / np.sqrt(3)
        ring = [sign * row for row in across for sign in (1, -1)]
        self.critical_points = _known(self, [np.zeros_like(z), z, -z, *ring])

    def _value(self, x: Array) -> Array:
        squares, total = np.sum(x**2, axis=-1), float(self.signal @ self.signal)
        return rising(
            lambda: (3 * squares**2 + 3 * total**2 - 2 * squares * total) / 4 - (x @ self.signal) ** 2
        )

    def _gradient(self, x: Array) -> Array:
        squares, total = np.sum(x**2, axis=-1, keepdims=True), float(self.signal @ self.signal)
        gradient: Array = (3 * squares - total) * x - 2 * (x @ self.signal)[..., None] * self.signal
        return gradient

    def _hvp(self, x: Array, v: Array) -> Array:
        squares, total = np.sum(x**2, axis=-1, keepdims=True), float(self.signal @ self.signal)
        inner = np.sum(x * v, axis=-1, keepdims=True)
        along: Array = (3 * squares - total) * v + 6 * inner * x
        return along - 2 * (v @ self.signal)[..., None] * self.signal


class TensorDecomposition(Objective):
    """f(u) = ½‖u‖⁴ − ½‖u‖² − ¼Σ ⟨aᵢ, u⟩⁴: find the orthonormal parts of the tensor T = Σ aᵢ⊗aᵢ⊗aᵢ⊗aᵢ.

    Ge et al. (2015, section 3.1) maximise T(u, u, u, u) on the sphere. Here the sphere gives way to the first
    two terms, which leave the directions of the critical points and the signs of the curvature across them as
    they are: with k of the aᵢ in use, ⟨aᵢ, u⟩² = 1/(2k − 1) for these and 0 for the others. k = 0 is a
    maximum, k = 1 the 2n minima ±aᵢ, every other k a saddle with curvature −2/(2k − 1): 3ⁿ points in all.

    Parameters
    ----------
    components : (n, n) orthonormal rows aᵢ.

    Raises
    ------
    ValueError
        If the rows are not orthonormal.
    """

    def __init__(self, components: ArrayLike, *, name: str | None = None) -> None:
        A = real_array("components", components).copy()
        if A.ndim != 2 or A.shape[0] != A.shape[1] or A.size == 0 or not np.isfinite(A).all():
            raise ValueError(f"components must be finite with shape (n, n), got shape {A.shape}")
        n = len(A)
        if np.abs(A @ A.T - np.eye(n)).max() > 1e-12 * n:
            raise ValueError("components must be orthonormal rows, got rows that are not")
        self.components = A
        super().__init__(
            f"tensor decomposition {n}-D" if name is None else name, n, domain=((-1.5, 1.5),) * min(n, 2)
        )
        listed = []
        if 3**n <= _MOST_LISTED:
            for signs in product((-1.0, 0.0, 1.0), repeat=n):
                used = sum(sign != 0 for sign in signs)
                listed.append(np.array(signs) @ A / np.sqrt(max(2 * used - 1, 1)))
        self.critical_points = _known(self, listed)

    def _value(self, x: Array) -> Array:
        squares = np.sum(x**2, axis=-1)
        return rising(lambda: (squares**2 - squares) / 2 - np.sum((x @ self.components.T) ** 4, axis=-1) / 4)

    def _gradient(self, x: Array) -> Array:
        squares = np.sum(x**2, axis=-1, keepdims=True)
        gradient: Array = (2 * squares - 1) * x - (x @ self.components.T) ** 3 @ self.components
        return gradient

    def _hvp(self, x: Array, v: Array) -> Array:
        squares, inner = np.sum(x**2, axis=-1, keepdims=True), np.sum(x * v, axis=-1, keepdims=True)
        parts = 3 * (x @ self.components.T) ** 2 * (v @ self.components.T)
        along: Array = (2 * squares - 1) * v + 4 * inner * x - parts @ self.components
        return along


def _around(z: Array) -> tuple[tuple[float, float], ...]:
    reach = 1.5 * max(float(np.abs(z).max()), 0.5)
    return ((-reach, reach),) * min(z.size, 2)


def _known(objective: Objective, points: list[Array]) -> tuple[KnownPoint, ...]:
    """Return points that are critical by a formula, each with the kind that its eigenvalues say."""
    return tuple(
        KnownPoint(x, _kind(real_array("eigenvalues", np.linalg.eigvalsh(objective.hessian(x)))))
        for x in points
    )


def _kind(eigenvalues: Array) -> Kind:
    zero = np.abs(eigenvalues) <= 1e-10 * np.abs(eigenvalues).max()
    negative, positive = bool((eigenvalues[~zero] < 0).any()), bool((eigenvalues[~zero] > 0).any())
    if negative and positive:
        return "saddle"
    return "degenerate" if zero.any() else "minimum" if positive else "maximum"
