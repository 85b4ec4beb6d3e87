"""The contract of everything that can be minimised."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives.checks import common_shape, real_array, whole_number

if TYPE_CHECKING:
    from course_utils.objectives.hessian_operator import HessianOperator

Array = NDArray[np.float64]
"""The type of an array of float64, of any shape."""

Kind = Literal["minimum", "maximum", "saddle", "degenerate"]
"""What the eigenvalues of the Hessian say about a critical point: "degenerate" when one of them is zero."""

Window = tuple[tuple[float, float], ...]

# Memory that goes back to the system comes back page by page, at up to the price of the arithmetic in it.
# glibc keeps more of it once a block of just under 32 MB has come and gone (mallopt(3), M_MMAP_THRESHOLD);
# the block is never written to and costs nothing. Elsewhere this has no effect.
np.empty(2**22 - 2**10)


@dataclass(frozen=True)
class KnownPoint:
    """A critical point known in closed form.

    Attributes
    ----------
    x : (n,) array, the gradient is zero here.
    kind : what the eigenvalues of the Hessian say: ``"degenerate"`` when one of them is zero.
    """

    x: Array
    kind: Kind


def as_points(name: str, x: ArrayLike, dim: int) -> Array:
    """Return ``x`` as float64 points of shape (..., dim), or say what is wrong with it.

    Raises
    ------
    ValueError
        If ``x`` does not hold real numbers, its last axis is not ``dim`` long, or it holds NaN or infinity.
    """
    points = real_array(name, x)
    if points.ndim == 0 or points.shape[-1] != dim:
        raise ValueError(f"{name} must have shape (..., {dim}), got {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity")
    return points


def _known_points(given: Any, dim: int) -> tuple[KnownPoint, ...]:
    """Return critical points given as pairs (x, kind), or say what is wrong with one of them."""
    expected = f"critical_points must be pairs (x, kind) with x of shape ({dim},)"
    try:
        pairs = [(x, kind) for x, kind in given]
    except (TypeError, ValueError):
        raise ValueError(f"{expected}, got {given!r:.80}") from None
    known = []
    for x, kind in pairs:
        point = as_points("x", x, dim)
        if point.ndim != 1:
            raise ValueError(f"{expected}, got shape {point.shape}")
        if kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {list(get_args(Kind))}, got {kind!r:.80}")
        known.append(KnownPoint(point, kind))
    return tuple(known)


class Objective(ABC):
    """A function of ``dim`` real parameters with exact first and second derivatives.

    Points are float64 arrays of shape (..., dim): any leading axes are a batch. A subclass writes
    the formulas ``_value``, ``_gradient`` and one of ``_hessian`` and ``_hvp``; the public methods
    check their input and fill in what follows from the others. What is beyond float64 is ±∞, without a
    warning; entries of derivatives whose terms are beyond it with both signs may be NaN.

    Attributes
    ----------
    name : what a legend or a menu calls it.
    dim : n, the number of parameters.
    domain : plot window, one (low, high) pair for each of the first ``min(dim, 2)`` coordinates.
    critical_points : those known in closed form (often not all of them).
    """

    # What methods beyond those of every objective cost a rule, by name, in gradient equivalents.
    further_costs: ClassVar[Mapping[str, float]] = {}

    def __init__(
        self,
        name: str,
        dim: int,
        *,
        domain: Sequence[tuple[float, float]] | None = None,
        critical_points: Sequence[tuple[ArrayLike, Kind]] = (),
    ) -> None:
        dim = whole_number("dim", dim, 1)
        ends = real_array("domain", ((-2.0, 2.0),) * min(dim, 2) if domain is None else domain)
        shaped = ends.shape == (min(dim, 2), 2) and bool(np.isfinite(ends).all())
        if not shaped or not (ends[:, 0] < ends[:, 1]).all():
            raise ValueError(
                f"domain must be {min(dim, 2)} pairs (low, high) with low < high, got {domain!r}"
            )
        self.name = name
        self.dim = dim
        self.domain: Window = tuple((float(low), float(high)) for low, high in ends)
        self.critical_points = _known_points(critical_points, dim)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}, dim={self.dim}>"

    # What a subclass writes. Inputs are checked float64 arrays.
    @abstractmethod
    def _value(self, x: Array) -> Array: ...

    @abstractmethod
    def _gradient(self, x: Array) -> Array: ...

    def _hessian(self, x: Array) -> Array:
        columns = np.moveaxis(np.broadcast_to(np.eye(self.dim), (*x.shape[:-1], self.dim, self.dim)), -2, 0)
        return np.moveaxis(self._hvp(x, columns), 0, -1)

    def _hvp(self, x: Array, v: Array) -> Array:
        product: Array = np.matmul(self._hessian(x), v[..., None])[..., 0]
        return product

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        return self._value(x), self._gradient(x)

    # What everybody calls.
    def value(self, x: ArrayLike) -> Array:
        """Return f(x), shape (...,), for points ``x`` of shape (..., dim)."""
        with np.errstate(over="ignore"):
            return self._value(as_points("x", x, self.dim))

    def gradient(self, x: ArrayLike) -> Array:
        """Return the gradient, shape (..., dim)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._gradient(as_points("x", x, self.dim))

    def value_and_gradient(self, x: ArrayLike) -> tuple[Array, Array]:
        """Return f(x) and the gradient together, for what one pass costs."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._value_and_gradient(as_points("x", x, self.dim))

    def hessian(self, x: ArrayLike) -> Array:
        """Return the Hessian, shape (..., dim, dim)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._hessian(as_points("x", x, self.dim))

    def hvp(self, x: ArrayLike, v: ArrayLike) -> Array:
        """Return the Hessian-vector product H(x)v, shape (..., dim); ``x`` and ``v`` broadcast.

        One point ``x`` (dim,) with ``v`` (k, dim) is a block of k directions in one pass.
        """
        points, directions = as_points("x", x, self.dim), as_points("v", v, self.dim)
        if points.ndim > 1 and directions.ndim > 1:
            common_shape(x=points, v=directions)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._hvp(points, directions)

    def hessian_operator(self, x: ArrayLike) -> HessianOperator:
        """Return H at one point ``x`` (dim,) as a SciPy operator, formed only by its `matrix`."""
        from course_utils.objectives.hessian_operator import HessianOperator

        point = as_points("x", x, self.dim)
        if point.ndim != 1:
            raise ValueError(f"x must be one point of shape ({self.dim},), got {point.shape}")
        point = point.copy()  # the operator stays that of this point
        return HessianOperator(self.dim, lambda v: self._hvp(point, v), lambda: self._hessian(point))

    @property
    def bare(self) -> Objective:
        """The objective itself, where this one only counts what it is asked, as in `minimize`."""
        return self

    def _charge(self, cost: float, points: int = 1) -> None:  # noqa: B027
        """Count gradient equivalents that are spent past the methods above; here nobody asks for them."""

    @property
    def gradient_flops(self) -> float:
        """Arithmetic of one gradient, the unit in which linear algebra is charged: 2n² by default."""
        return 2.0 * self.dim**2

    @property
    def hessian_cost(self) -> float:
        """Cost of one Hessian in gradient equivalents: n products of two gradients each by default."""
        return 2.0 * self.dim
