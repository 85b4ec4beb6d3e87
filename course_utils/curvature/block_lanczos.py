"""Block Lanczos with full reorthogonalisation and thick restart, for the ends of a large spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from course_utils.curvature.operators import check_symmetric, finite_norms, products
from course_utils.objectives import Array
from course_utils.objectives.lengths import norms, unit

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

MOST_BASIS_NUMBERS = 2**25
"""Of basis vectors held at once: 256 MB of float64, unless the pairs asked for need more."""

MOST_BASIS_VECTORS = 320


class BlockKrylov:
    """A growing Krylov space of H: orthonormal rows V with T = V H Vᵀ, and what leads out of it.

    H Vᵀ = VᵀT + QᵀR on the last block. A block of b start vectors sees b copies of an eigenvalue; where it
    runs out (an invariant subspace, a null space) random vectors take its place, so that the space always
    grows until it is everything. Every new vector is made orthogonal to all earlier ones, twice (Golub &
    Van Loan, *Matrix Computations*, section 10.3; Parlett, *The Symmetric Eigenvalue Problem*, section 6.9).

    Parameters
    ----------
    operator : H.
    width : b, vectors in a block.
    most : vectors that the space holds before it must `restart`.
    start : (m, n) rows to begin with, as far as they go; random ones fill the first block.

    Attributes
    ----------
    size : vectors in the space.
    made : products so far.
    norm : a lower bound of ‖H‖, the longest Hv seen.
    """

    def __init__(
        self, operator: LinearOperator, width: int, most: int, rng: np.random.Generator, start: Array
    ) -> None:
        self.operator, self.rng = operator, rng
        self.dim = int(operator.shape[0])
        self.width, self.most = min(width, self.dim), min(most, self.dim)
        self.size, self.made, self.norm = 0, 0, 0.0
        self.V = np.empty((min(self.most + self.width, self.dim), self.dim))
        self.T = np.zeros((len(self.V), len(self.V)))
        self._next(start[: self.width], 0.0)

    def _next(self, rows: Array, least: float) -> None:
        """Put what ``rows`` add to the space into its next block, and random vectors for what they lack.

        ``self.out`` (b, b) afterwards holds R: rows = R Q + their part inside the space.
        """
        self.block = min(self.width, self.dim - self.size)
        self.out = np.zeros((max(len(rows), 1), self.block))
        taken = 0
        left = rows.copy()
        while taken < self.block:
            size = self.size + taken
            lengths = norms(left)
            best = int(lengths.argmax()) if len(left) else -1
            if best >= 0 and lengths[best] > least:
                v = self._beside(unit(left[best]), size)
                if norms(v) > 0.5:  # unless cancellation has left nothing but rounding
                    v = unit(v)
                    along = left @ v
                    left -= along[:, None] * v
                    self.out[:, taken] = along
                    self.V[size], taken = v, taken + 1
                    continue
                left[best] = 0.0
                continue
            v = self._beside(unit(self.rng.standard_normal(self.dim)), size)
            self.V[size], taken = unit(self._beside(unit(v), size)), taken + 1

    def _beside(self, v: Array, size: int) -> Array:
        """Return what of v (n,) lies outside the first ``size`` vectors.

        Again only where much of v was inside (Daniel, Gragg, Kaufman & Stewart 1976).
        """
        for _ in range(2):
            before = norms(v)
            v = v - (v @ self.V[:size].T) @ self.V[:size]
            if norms(v) > 0.7 * before:
                break
        return v

    def grow(self) -> None:
        """Take the next block into the space: b products."""
        block = self.V[self.size : self.size + self.block]
        W = products(self.operator, block)
        self.made += len(W)
        self.norm = max(self.norm, float(finite_norms(W).max()))
        check_symmetric(block, W, self.norm)
        size = self.size + self.block
        along = np.zeros((len(W), size))
        for _ in range(2):
            more = W @ self.V[:size].T
            W -= more @ self.V[:size]
            along += more
        own = along[:, self.size :]
        along[:, self.size :] = (own + own.T) / 2
        self.T[self.size : size, :size] = along
        self.T[:size, self.size : size] = along.T
        self.size = size
        if self.size == self.dim:
            self.block, self.out = 0, np.zeros((len(W), 0))
        else:
            self._next(W, 10 * np.sqrt(self.dim) * np.finfo(float).eps * self.norm)

    def ritz(self) -> tuple[Array, Array, Array]:
        """Return Ritz values ascending (m,), their coordinates as columns (m, m), and residuals (m,)."""
        values, S = np.linalg.eigh(self.T[: self.size, : self.size])
        last = S[self.size - len(self.out) :]
        return values, S, norms((self.out.T @ last).T)

    def restart(self, keep: NDArray[np.intp], *, fresh: bool = False) -> None:
        """Shrink the space to the Ritz vectors ``keep``, and go on from where it was led (Wu & Simon 2000).

        With ``fresh`` it goes on from random vectors instead; the Ritz vectors should have converged then.
        """
        values, S, _ = self.ritz()
        values, rows = values[keep], self.vectors(S[:, keep])
        leading_out = self.V[self.size : self.size + self.block].copy()
        self.size = len(keep)
        self.V[: self.size] = rows
        self.T[...] = 0.0
        self.T[np.arange(self.size), np.arange(self.size)] = values
        if fresh:
            self._next(np.empty((0, self.dim)), 0.0)
        else:
            self.V[self.size : self.size + self.block] = leading_out

    @property
    def full(self) -> bool:
        """Whether another block fits in only after a restart."""
        return self.size + self.block > self.most

    def vectors(self, S: Array) -> Array:
        """Return the Ritz vectors with these coordinates (m, k) as rows (k, n)."""
        return S.T @ self.V[: self.size]
