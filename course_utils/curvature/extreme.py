"""The ends of the spectrum: by decomposing H where it fits, by block Lanczos beyond."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from course_utils.curvature.block_lanczos import MOST_BASIS_NUMBERS, MOST_BASIS_VECTORS, BlockKrylov
from course_utils.curvature.completeness import PROBES, STEPS, Complement, probe_complement
from course_utils.curvature.operators import ASYMMETRY, as_symmetric_operator, formed, products
from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_number, whole_number
from course_utils.objectives.lengths import norms

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

    from course_utils.curvature.operators import SymmetricOperator

LARGEST_FORMED = 3000
"""Rows up to which H is formed and decomposed, in a few seconds at most, unless told otherwise."""

MOST_PRODUCTS = 5000
WIDEST_BLOCK = 8


@dataclass(frozen=True)
class EigenpairsResult:
    """Extreme eigenpairs of H, with the residuals that say how far to trust each of them.

    A residual bounds the distance of λ to *an* eigenvalue. That none was left out is another matter, and
    `complete` and `margin` speak of it.

    Attributes
    ----------
    method : "decomposed" where H was formed, or "block Lanczos".
    complete : whether all pairs converged and no eigenvalue further out was missed, copies included: certain
        if H was decomposed, unless the residuals say that the operator is none (a RuntimeWarning says it,
        too); by Lanczos as far as random probes of the orthogonal complement see.
    margin : with probability 1 − 10⁻⁶, over the probes and whatever the spectrum, no missed eigenvalue lies
        further out than the returned ones by more than this; 0 if H was decomposed, inf if not checked.
    products : how many vectors H was multiplied with, those for the residuals included.
    """

    eigenvalues: Array  # (m,) ascending
    eigenvectors: Array  # (m, n) orthonormal rows
    residuals: Array  # (m,) ‖Hv − λv‖, computed from fresh products
    method: Literal["decomposed", "block Lanczos"]
    complete: bool
    margin: float
    products: int


def extreme_eigenpairs(
    operator: SymmetricOperator,
    k: int,
    *,
    which: Literal["both", "smallest", "largest"] = "both",
    tol: float = 1e-10,
    rng: np.random.Generator,
    dim: int | None = None,
    largest_formed: int = LARGEST_FORMED,
    max_products: int = MOST_PRODUCTS,
) -> EigenpairsResult:
    """Return the k algebraically smallest or largest eigenpairs of H, or k at both ends.

    Eigenvalues come with their multiplicity, zeros included. Up to ``largest_formed`` rows H is formed (an
    objective's own Hessian where ``operator`` is its `hessian_operator`, products with the identity
    otherwise) and decomposed. Beyond, block Lanczos with full reorthogonalisation and thick restart finds
    pairs, then random probes of the orthogonal complement look for what it missed; it goes on until they find
    nothing.

    Parameters
    ----------
    operator : anything ``scipy.sparse.linalg.aslinearoperator`` takes, or a function v -> Hv.
    k : number of pairs at each end asked for; both ends together are at most all n pairs.
    tol : largest residual ‖Hv − λv‖ relative to ‖H‖. A smaller one than rounding permits counts as rounding.
    rng : draws starts and probes: the same seed gives the same result.
    dim : n, only needed when ``operator`` is a function.
    largest_formed : rows up to which H is formed; 0 to never form it.
    max_products : of block Lanczos and its check together, at most. Where they do not suffice a
        RuntimeWarning says so, and the result is not ``complete``.

    Raises
    ------
    ValueError
        If ``k`` is below 1 or above n, ``which`` is unknown, ``tol`` is negative, or the operator turns out
        to be not symmetric or not finite.
    TypeError
        If ``rng`` is no generator.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> extreme_eigenpairs(np.diag([0.0, 3.0, 0.0, 5.0]), 2, which="smallest", rng=rng).eigenvalues
    array([0., 0.])
    """
    linear = as_symmetric_operator(operator, dim)
    n = int(linear.shape[0])
    if whole_number("k", k, 1) > n:
        raise ValueError(f"k must be at most n = {n}, got {k}")
    if which not in ("both", "smallest", "largest"):
        raise ValueError(f"which must be 'both', 'smallest' or 'largest', got {which!r}")
    real_number("tol", tol, at_least=0.0)
    generator("rng", rng)
    low = 0 if which == "largest" else int(k)
    high = 0 if which == "smallest" else min(int(k), n - low)
    most = whole_number("max_products", max_products, 1)
    if n <= whole_number("largest_formed", largest_formed, 0):
        return by_decomposition(linear, low, high)
    return by_lanczos(linear, low, high, tol=tol, rng=rng, most_products=most)


def by_decomposition(operator: LinearOperator, low: int, high: int) -> EigenpairsResult:
    """Return ``low`` smallest and ``high`` largest pairs of H, formed and decomposed."""
    from scipy.linalg import eigh

    H, exponent, made = formed(operator)
    n, size = len(H), float(norms(H.ravel()))
    mixed = np.cos(np.arange(1.0, n + 1))[None]  # v³ is linear on the axes, along which H was formed
    gap = norms(np.ldexp(products(operator, mixed), -exponent) - mixed @ H) if made else 0.0
    made += made > 0
    if n > 200 and min(low, high) == 0 and low + high < n // 4:
        first = 0 if low else n - high
        values, vectors = eigh(H, subset_by_index=[first, first + low + high - 1], overwrite_a=True)
    else:
        values, vectors = np.linalg.eigh(H)
        chosen = np.r_[:low, n - high : n]
        values, vectors = values[chosen], vectors[:, chosen]
    rows = np.ascontiguousarray(vectors.T)
    with np.errstate(over="ignore"):
        values = np.ldexp(values, exponent)
    if not np.isfinite(values).all():
        raise ValueError("operator must have eigenvalues that float64 holds, got some beyond 1.8e308")
    residuals = norms(products(operator, rows) - values[:, None] * rows)
    linear = bool((np.ldexp(residuals, -exponent) <= ASYMMETRY * size).all())
    linear = linear and bool(np.all(gap <= ASYMMETRY * size * norms(mixed)))
    if not linear:
        warnings.warn(
            "operator is not linear, or its products are not those of its matrix: residuals are up to "
            f"{residuals.max():.3g}, and the result is not complete",
            RuntimeWarning,
            stacklevel=3,
        )
    return EigenpairsResult(
        eigenvalues=values,
        eigenvectors=rows,
        residuals=residuals,
        method="decomposed",
        complete=linear,
        margin=0.0,
        products=made + len(rows),
    )


def by_lanczos(
    operator: LinearOperator,
    low: int,
    high: int,
    *,
    tol: float,
    rng: np.random.Generator,
    most_products: int = MOST_PRODUCTS,
    start: Array | None = None,
) -> EigenpairsResult:
    """Return ``low`` smallest and ``high`` largest pairs of H by block Lanczos, and whether they are all.

    ``start`` (m, n) are rows near the eigenvectors, where some are known.
    """
    n, wanted = int(operator.shape[0]), low + high
    tol = max(tol, 100 * math.sqrt(n) * float(np.finfo(float).eps))
    width = min(max(low, high) + 1, WIDEST_BLOCK)
    most = max(min(MOST_BASIS_NUMBERS // n, MOST_BASIS_VECTORS), 2 * wanted + 4 * width)
    space = BlockKrylov(operator, width, most, rng, np.empty((0, n)) if start is None else start)
    complement, probed, blocks = None, 0, 0
    while True:
        space.grow()
        blocks += 1
        whole = space.size == n
        spent = space.made + probed + width + wanted > most_products and space.size >= wanted
        if not (space.size >= wanted and (blocks % 4 == 0 or space.full or whole or spent)):
            continue
        values, S, misses = space.ritz()
        ends = np.r_[:low, len(values) - high : len(values)]
        slack = tol * max(space.norm, float(np.abs(values).max()))
        converged = bool((misses[ends] <= slack).all())
        # After a look beside the pairs found, the space must see as much as the probes did.
        seen = complement is None or blocks >= STEPS or whole
        if converged and seen and not whole and space.made + probed + PROBES * STEPS <= most_products:
            complement = probe_complement(operator, space.vectors(S[:, ends]), rng)
            probed += complement.made
            if _beyond(values[ends], low, complement) <= slack:
                break
            space.restart(ends, fresh=True)
            blocks = 0
        elif whole or spent or (converged and seen):
            complement = None
            break
        elif space.full:
            space.restart(_kept(len(values), low, high, most - 2 * width))
    values, rows = values[ends], space.vectors(S[:, ends])
    residuals = norms(products(operator, rows) - values[:, None] * rows)
    beyond = math.inf if complement is None else _beyond(values, low, complement)
    margin = 0.0 if whole else max(beyond + complement.margin, 0.0) if complement is not None else math.inf
    reason = ""
    if not (whole or complement is not None):
        before = "it could look for missed eigenvalues" if converged else "it had converged"
        reason = f"block Lanczos stopped at max_products = {most_products} before {before}"
    elif residuals.max() > 10 * slack:
        reason = "the operator is less accurate than tol, or not linear"
    if reason:
        warnings.warn(
            f"{reason}: residuals are up to {residuals.max():.3g}, and the result is not complete",
            RuntimeWarning,
            stacklevel=3,
        )
    return EigenpairsResult(
        eigenvalues=values,
        eigenvectors=rows,
        residuals=residuals,
        method="block Lanczos",
        complete=not reason,
        margin=margin,
        products=space.made + probed + wanted,
    )


def _beyond(values: Array, low: int, complement: Complement) -> float:
    """Return how much further out than the pairs found, ``low`` of them lowest, the complement reaches."""
    below = values[low - 1] - complement.lowest if low else -math.inf
    above = complement.highest - values[low] if low < len(values) else -math.inf
    return float(max(below, above))


def _kept(size: int, low: int, high: int, most: int) -> NDArray[np.intp]:
    """Return which of ``size`` Ritz pairs to keep in a restart: those wanted, and their neighbours."""
    spare = max(min(most, size) - low - high, 0) // 2
    below = low + (spare * (low > 0)) // (1 + (high > 0))
    above = high + (spare * (high > 0)) // (1 + (low > 0))
    kept: NDArray[np.intp] = np.r_[:below, size - above : size]
    return kept
