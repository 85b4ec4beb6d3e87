"""Eigenvalues from products Hv alone: the Lanczos process.

Vectors are rows throughout: ``basis[j]`` and ``ritz_vectors[i]`` are directions in parameter space
which can be handed to ``hvp``, a line or a plane as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature.operators import (
    as_symmetric_operator,
    check_difference,
    check_symmetric,
    finite_norms,
    products,
    tridiagonal,
)
from course_utils.objectives import Array, as_points
from course_utils.objectives.checks import generator, real_number, whole_number
from course_utils.objectives.lengths import norms, unit

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

    from course_utils.curvature.operators import SymmetricOperator


_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class LanczosResult:
    """What k steps of Lanczos know about H: V H Vᵀ = T, tridiagonal, with eigenpairs (θ, s).

    Attributes
    ----------
    invariant : the subspace is mapped into itself (``betas[-1]`` is rounding error), so that every
        Ritz value is an eigenvalue. Happens early when the start has no part in some eigenspaces.
    """

    alphas: Array  # (k,) diagonal of T
    betas: Array  # (k,) betas[j] couples basis[j] to basis[j + 1]; the last one leads out of the subspace
    basis: Array  # (k, n) orthonormal rows V; the first is the direction of the start
    ritz_values: Array  # (k,) θ, ascending
    ritz_vectors: Array  # (k, n) orthonormal rows u = Vᵀs
    residuals: Array  # (k,) ‖Hu − θu‖ = betas[-1] |last entry of s|: an eigenvalue lies that close to θ
    invariant: bool

    @property
    def tridiagonal(self) -> Array:
        """T = V H Vᵀ, shape (k, k)."""
        return tridiagonal(self.alphas, self.betas[:-1])


def lanczos_process(operator: LinearOperator, starts: Array, steps: int) -> tuple[Array, Array, Array, Array]:
    """Run Lanczos from p unit vectors at once, a block of p products a step.

    Three-term recurrence β_j v_{j+1} = H v_j − α_j v_j − β_{j−1} v_{j−1} (Lanczos 1950; Golub & Van
    Loan, *Matrix Computations*, section 10.1). In floating point the new vector is instead made
    orthogonal to *all* earlier ones, twice (Parlett, *The Symmetric Eigenvalue Problem*, section
    6.9: "twice is enough"), or copies of converged eigenvalues would appear.

    Parameters
    ----------
    starts : (p, n) unit rows.
    steps : k, at most n.

    Returns
    -------
    alphas, betas : (p, k), zero in the columns after a breakdown.
    basis : (p, k, n), zero rows after a breakdown.
    lengths : (p,) number of steps before the breakdown, k without one.
    """
    p, n = starts.shape
    alphas, betas = np.zeros((2, p, steps))
    basis = np.zeros((p, steps, n))
    lengths = np.full(p, steps)
    scale = np.zeros(p)  # a lower bound of ‖H‖, against which β counts as zero
    alive = np.arange(p)
    v = starts
    for j in range(steps):
        basis[alive, j] = v
        w = products(operator, v)
        alphas[alive, j] = np.einsum("pn,pn->p", v, w)
        scale[alive] = np.maximum(scale[alive], finite_norms(w))
        if j == 0 and p > 1:
            check_symmetric(v, w, float(scale.max()))
        V = basis[:, : j + 1] if len(alive) == p else basis[alive, : j + 1]  # a view while all go on
        for again in (False, True):
            along = np.matmul(V, w[:, :, None])
            if j and not again:  # before v, a symmetric H leads to the last vector alone, by the last β
                back = along[:, :j, 0].copy()
                back[:, -1] -= betas[alive, j - 1]
                worst = int((np.abs(back).max(axis=1) / np.maximum(scale[alive], _TINY)).argmax())
                check_difference(float(np.abs(back[worst]).max()), float(scale[alive][worst]), n)
            w = w - np.matmul(along.transpose(0, 2, 1), V)[:, 0]  # the operator may keep what it returned
        betas[alive, j] = norms(w)
        goes_on = betas[alive, j] > 10 * np.sqrt(n) * np.finfo(float).eps * scale[alive]
        lengths[alive[~goes_on]] = j + 1
        alive, w = alive[goes_on], w[goes_on]
        if not alive.size:
            break
        v = unit(w)
    return alphas, betas, basis, lengths


def start_direction(start: ArrayLike, mix: float | None, rng: np.random.Generator | None) -> Array:
    """Return the unit vector along start/‖start‖ + mix · r/‖r‖, r Gaussian, or along r if start = 0."""
    v = as_points("start", start, np.size(start))
    if v.ndim != 1:
        raise ValueError(f"start must be one vector of shape (n,), got {v.shape}")
    if mix is not None:
        mix = real_number("mix", mix, at_least=0.0)
    if mix and rng is None:
        raise ValueError("rng is needed to mix a random vector into the start, got None")
    if not v.any() and not mix:
        raise ValueError("start must not be zero unless a random vector is mixed in, got all zeros")
    v = unit(v)
    if mix:
        v = v + mix * unit(generator("rng", rng).standard_normal(v.size))
    return unit(v)


def lanczos(
    operator: SymmetricOperator,
    start: ArrayLike,
    steps: int,
    *,
    mix: float | None = None,
    rng: np.random.Generator | None = None,
) -> LanczosResult:
    """Project a symmetric H onto the Krylov space of v, Hv, …, H^{k−1}v, by k products.

    The extreme Ritz values approach the extreme eigenvalues first, from inside. What the start is
    orthogonal to stays out of sight: from the gradient alone, a negative eigenvalue can be missed
    altogether; a little of a random vector (``mix``) makes that improbable.

    Parameters
    ----------
    operator : anything ``scipy.sparse.linalg.aslinearoperator`` takes, or a function v -> Hv.
    start : (n,) vector, for instance the gradient.
    steps : k, at least 1. The result has min(steps, n) steps, fewer if the subspace is invariant.
    mix : length of the random vector added to the start scaled to length 1. With it, a start of
        zeros (the gradient at a saddle) is allowed: the random vector is then all there is.
    rng : source of the random vector.

    Raises
    ------
    ValueError
        If the operator does not fit the start, returns NaN or is not symmetric, ``start`` is zero without
        ``mix``,
        ``mix`` is negative or comes without ``rng``, or ``steps`` is below 1.

    Notes
    -----
    ‖Hu − θu‖ = β_k |s_k| (Parlett 1998, section 13.2); the subspace is that of the Krylov
    saddle-free Newton method (Dauphin et al. 2014, algorithm 1).

    Examples
    --------
    >>> import numpy as np
    >>> result = lanczos(np.diag([-1.0, 2.0, 3.0]), [1.0, 1.0, 1.0], steps=3)
    >>> np.round(result.ritz_values, 6)
    array([-1.,  2.,  3.])
    """
    v = start_direction(start, mix, rng)
    linear = as_symmetric_operator(operator, v.size)
    k = min(whole_number("steps", steps, 1), v.size)
    alphas, betas, basis, lengths = lanczos_process(linear, v[None], k)
    k_done = int(lengths[0])
    alphas, betas, basis = alphas[0, :k_done], betas[0, :k_done], basis[0, :k_done]
    ritz_values, S = np.linalg.eigh(tridiagonal(alphas, betas[:-1]))
    return LanczosResult(
        alphas=alphas,
        betas=betas,
        basis=basis,
        ritz_values=ritz_values,
        ritz_vectors=S.T @ basis,
        residuals=betas[-1] * np.abs(S[-1]),
        invariant=k_done < k or k_done == v.size,
    )
