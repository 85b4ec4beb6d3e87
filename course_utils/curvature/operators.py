"""What every matrix-free routine shares: a symmetric operator and blocks of random probes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array, whole_number
from course_utils.objectives.lengths import norms

if TYPE_CHECKING:
    from scipy.sparse import sparray, spmatrix
    from scipy.sparse.linalg import LinearOperator

    SymmetricOperator: TypeAlias = LinearOperator | Array | sparray | spmatrix | Callable[[Array], Array]

MOST_PROBES_AT_ONCE = 32
"""A wider block of products gains little speed and holds that many copies of the activations."""

ASYMMETRY = 1e-4
"""Products that differ by more than this fraction of ‖H‖ are no rounding, not even of float32."""


def as_symmetric_operator(operator: SymmetricOperator, dim: int | None = None) -> LinearOperator:
    """Return ``operator`` as an (n, n) SciPy operator.

    Parameters
    ----------
    operator : a LinearOperator, a dense or sparse matrix, or a function v (n,) -> Hv (n,).
        Symmetry is checked for a dense matrix at once, for the others by the products.
    dim : n, needed when ``operator`` is a function, which does not know its size.

    Raises
    ------
    ValueError
        If the operator is not square or not real, a matrix is not finite, a dense one not symmetric, or
        ``dim`` is missing or contradicts the operator.
    """
    from scipy.sparse import issparse
    from scipy.sparse.linalg import LinearOperator, aslinearoperator

    from course_utils.curvature.functions import FunctionOperator

    if dim is not None:
        dim = whole_number("dim", dim, 1)
    if isinstance(operator, np.ndarray | list | tuple):
        operator = finite_array("operator", operator)
        if operator.ndim != 2:
            raise ValueError(f"operator must be square, got shape {operator.shape}")
    elif issparse(operator):
        finite_array("operator", operator.tocoo().data)
    elif callable(operator) and not isinstance(operator, LinearOperator):
        if dim is None:
            raise ValueError("dim is needed when operator is a function, got None")
        return FunctionOperator(operator, dim)
    try:
        linear: LinearOperator = aslinearoperator(operator)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(
            f"operator must be a matrix, an operator or a function, got {operator!r:.80}"
        ) from error
    rows, columns = linear.shape
    if rows != columns or rows == 0:
        raise ValueError(f"operator must be square, got shape {linear.shape}")
    if linear.dtype is not None and linear.dtype.kind not in "biuf":
        raise ValueError(f"operator must be real, got dtype {linear.dtype}")
    if dim is not None and dim != rows:
        raise ValueError(f"operator must act on vectors of length {dim}, got shape {linear.shape}")
    if isinstance(operator, np.ndarray):
        asymmetry = np.abs(operator / 2 - operator.T / 2).max()  # halves: the difference cannot overflow
        if asymmetry > 0.5e-8 * np.abs(operator).max():
            raise ValueError(f"operator must be symmetric, got max|H - Hᵀ| = {2 * asymmetry:.3g}")
    return linear


def finite_array(name: str, numbers: Any) -> Array:
    """Return ``numbers`` as a float64 array, or say that they are not finite or not real."""
    array = real_array(name, numbers)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers, got NaN or infinity")
    return array


def products(operator: LinearOperator, directions: Array) -> Array:
    """Return Hv (p, n) for the rows of ``directions`` (p, n), as one block where the operator can.

    The operator gets copies and may overwrite them; the result is never its own array.

    Raises
    ------
    ValueError
        If a product is complex, NaN or infinite.
    """
    given = directions.copy().T
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told below
        if len(directions) == 1:
            block = operator.matvec(given[:, 0])[:, None]
        elif _vector_by_vector(operator):
            block = np.stack([np.array(operator.matvec(v)) for v in given.T], axis=1)
        else:
            block = operator.matmat(given)
    result: Array = np.array(real_array("what operator returns", block).T, order="C")
    if not np.isfinite(result).all():
        raise ValueError("operator must return finite products, got NaN or infinity")
    return result


def _vector_by_vector(operator: LinearOperator) -> bool:
    """Tell whether a block is multiplied by a reader's function of one vector, called for each of them.

    SciPy then keeps what each call has returned, which may be the same array every time.
    """
    from scipy.sparse.linalg import LinearOperator

    # Of an operator made of functions it is None where none was given for blocks.
    given = getattr(operator, "_CustomLinearOperator__matmat_impl", False)
    usual = LinearOperator._matmat  # type: ignore[attr-defined]  # the stubs lack it
    return given is None or getattr(type(operator), "_matmat", None) is usual


def finite_norms(images: Array) -> Array:
    """Return the lengths of products Hv (p, n), or say that float64 does not hold them."""
    lengths = norms(images)
    if not np.isfinite(lengths).all():
        raise ValueError("operator must return finite products, got some that are longer than float64 holds")
    return lengths


def check_symmetric(directions: Array, images: Array, norm: float) -> None:
    """Raise ValueError if uᵀHv and vᵀHu differ, for unit rows u, v and their products with H."""
    between = directions @ images.T
    check_difference(float(np.abs(between - between.T).max(initial=0.0)), norm, directions.shape[1])


def check_difference(difference: float, norm: float, dim: int) -> None:
    """Raise ValueError if uᵀHv and vᵀHu of unit vectors (dim,) differ by more than rounding."""
    # Below 1e-308 numbers have few digits left.
    if difference > ASYMMETRY * norm + dim**1.5 * np.finfo(np.float64).smallest_subnormal:
        raise ValueError(
            f"operator must be symmetric, got uᵀHv and vᵀHu that differ by {difference:.3g} for unit vectors "
            f"u and v, where ‖H‖ is about {norm:.3g}"
        )


def formed(operator: LinearOperator) -> tuple[Array, int, int]:
    """Return H (n, n) divided by 2ᵉ so that its largest entry lies in [½, 1), e, and the products made.

    H is exactly symmetric. An objective forms its own Hessian; otherwise H is multiplied with the identity,
    block by block.

    Raises
    ------
    ValueError
        If H is not finite or not symmetric.
    """
    from course_utils.objectives.hessian_operator import HessianOperator

    n, made = int(operator.shape[0]), 0
    given = getattr(operator, "A", None)  # of a matrix that SciPy has wrapped
    if isinstance(operator, HessianOperator):
        with np.errstate(over="ignore", invalid="ignore"):
            H = operator.matrix()
    elif given is not None:
        H = real_array("operator", given if isinstance(given, np.ndarray) else given.toarray())
    else:
        H, made = np.empty((n, n)), n
        for first in range(0, n, MOST_PROBES_AT_ONCE):
            rows = slice(first, min(first + MOST_PROBES_AT_ONCE, n))
            H[rows] = products(operator, np.eye(rows.stop - first, n, first))
    if not np.isfinite(H).all():
        raise ValueError("operator must be finite, got a Hessian with NaN or infinity")
    exponent = int(np.frexp(np.abs(H).max())[1])
    H = np.ldexp(H, -exponent)
    difference = np.abs(H - H.T).max()
    if difference > ASYMMETRY * np.abs(H).max():
        raise ValueError(
            f"operator must be symmetric, got max|H - Hᵀ| = {np.ldexp(difference, exponent):.3g}"
        )
    return (H + H.T) / 2, exponent, made


def tridiagonal(diagonal: Array, beside: Array) -> Array:
    """Return symmetric tridiagonal matrices (..., k, k) from (..., k) and (..., k - 1) entries."""
    k = diagonal.shape[-1]
    row = np.arange(k)
    T = np.zeros((*diagonal.shape, k))
    T[..., row, row] = diagonal
    T[..., row[1:], row[:-1]] = T[..., row[:-1], row[1:]] = beside
    return T


def rademacher_blocks(
    rng: np.random.Generator, probes: int, dim: int, at_once: int = MOST_PROBES_AT_ONCE
) -> Iterator[Array]:
    """Yield ``probes`` random vectors of independent signs ±1, in blocks of shape (<= at_once, dim)."""
    for first in range(0, probes, at_once):
        rows = min(at_once, probes - first)
        yield 2.0 * rng.integers(0, 2, size=(rows, dim)).astype(np.float64) - 1.0
