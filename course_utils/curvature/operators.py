"""What every matrix-free routine shares: a symmetric operator and blocks of random probes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from course_utils.objectives import Array

if TYPE_CHECKING:
    from scipy.sparse import sparray, spmatrix
    from scipy.sparse.linalg import LinearOperator

    SymmetricOperator: TypeAlias = LinearOperator | Array | sparray | spmatrix | Callable[[Array], Array]

MOST_PROBES_AT_ONCE = 32
"""A wider block of products gains little speed and holds that many copies of the activations."""


def as_symmetric_operator(operator: SymmetricOperator, dim: int | None = None) -> LinearOperator:
    """Return ``operator`` as an (n, n) SciPy operator.

    Parameters
    ----------
    operator : a LinearOperator, a dense or sparse matrix, or a function v (n,) -> Hv (n,).
        Symmetry is checked for a dense matrix and taken on trust for the others.
    dim : n, needed when ``operator`` is a function, which does not know its size.

    Raises
    ------
    ValueError
        If the operator is not square, a dense matrix is not symmetric or not finite, or ``dim`` is
        missing or contradicts the operator.
    """
    from scipy.sparse.linalg import LinearOperator, aslinearoperator

    if isinstance(operator, np.ndarray) and not (np.isrealobj(operator) and np.isfinite(operator).all()):
        raise ValueError("operator must hold finite real numbers, got NaN, infinity or complex numbers")
    if callable(operator) and not isinstance(operator, LinearOperator):
        if dim is None:
            raise ValueError("dim is needed when operator is a function, got None")
        return LinearOperator((dim, dim), matvec=operator, dtype=np.dtype(np.float64))
    try:
        linear: LinearOperator = aslinearoperator(operator)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(
            f"operator must be a matrix, an operator or a function, got {operator!r:.80}"
        ) from error
    rows, columns = linear.shape
    if rows != columns or rows == 0:
        raise ValueError(f"operator must be square, got shape {linear.shape}")
    if dim is not None and dim != rows:
        raise ValueError(f"operator must act on vectors of length {dim}, got shape {linear.shape}")
    if isinstance(operator, np.ndarray):
        asymmetry = np.abs(operator - operator.T).max()
        if asymmetry > 1e-8 * np.abs(operator).max():
            raise ValueError(f"operator must be symmetric, got max|H - Hᵀ| = {asymmetry:.3g}")
    return linear


def products(operator: LinearOperator, directions: Array) -> Array:
    """Return Hv (p, n) for the rows of ``directions`` (p, n), as one block where the operator can.

    Raises
    ------
    ValueError
        If a product is NaN or infinite.
    """
    block = operator.matmat(directions.T) if len(directions) > 1 else operator.matvec(directions[0])[:, None]
    result: Array = np.ascontiguousarray(np.asarray(block, dtype=np.float64).T)
    if not np.isfinite(result).all():
        raise ValueError("operator must return finite products, got NaN or infinity")
    return result


def rademacher_blocks(
    rng: np.random.Generator, probes: int, dim: int, at_once: int = MOST_PROBES_AT_ONCE
) -> Iterator[Array]:
    """Yield ``probes`` random vectors of independent signs ±1, in blocks of shape (<= at_once, dim)."""
    for first in range(0, probes, at_once):
        rows = min(at_once, probes - first)
        yield 2.0 * rng.integers(0, 2, size=(rows, dim)).astype(np.float64) - 1.0


def at_least(name: str, value: Any, least: int) -> int:
    """Return the whole number ``value``, or say that it is none or below ``least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)
