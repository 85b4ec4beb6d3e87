"""An objective that counts what an update rule asks of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

    from course_utils.objectives.hessian_operator import HessianOperator


class Meter:
    """What has been spent so far, in gradient equivalents for one start."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.starts = 1  # how many share the bill

    def __deepcopy__(self, memo: Any) -> Meter:
        return self  # a rule that copies its objective pays for the copy, too


class Metered(Objective):
    """An objective that counts what it is asked, in gradient equivalents for one start.

    A gradient costs 1 (with or without the value), a value alone 1/3 (the forward pass of the three
    that a gradient takes), a Hessian-vector product 2 a direction, also one of its operators, a Hessian
    ``hessian_cost``; each times the points asked for, over the number of starts. Whatever else the
    objective has is passed on: methods in its ``further_costs`` are charged, and a mini-batch that
    it returns counts on the same meter, a gradient by its share of the arithmetic.

    Points that are not finite pass through: what becomes of them is decided by `minimize`.
    """

    def __init__(self, objective: Objective, meter: Meter | None = None, unit: float = 1.0) -> None:
        self.objective = objective
        self.name, self.dim, self.domain = objective.name, objective.dim, objective.domain
        self.critical_points = objective.critical_points
        self.meter = Meter() if meter is None else meter
        self._unit = unit
        self._seen: tuple[Array, Array, Array, Array] | None = None

    @property
    def bare(self) -> Objective:  # noqa: D102
        return self.objective.bare

    @property
    def spent(self) -> float:
        """Gradient equivalents so far, for one start."""
        return self.meter.spent

    def look(self, x: Array) -> tuple[Array, Array]:
        """Return value and gradient for the record, uncharged."""
        if x.ndim == 1 and self._seen is not None and x.tobytes() == self._seen[1].tobytes():
            return self._seen[2:]  # at rest
        return self.objective._value_and_gradient(x.copy())

    def remember(self, given: Array, x: Array, value: Array, gradient: Array) -> None:
        """Keep what the record saw at ``x``: the next step often asks for it at ``given``, its copy."""
        self._seen = (given, x, value, gradient)

    def _charge(self, cost: float, points: int = 1) -> None:
        self.meter.spent += cost * self._unit * points / self.meter.starts

    def value(self, x: ArrayLike) -> Array:  # noqa: D102
        return self._value(self._points(x))

    def gradient(self, x: ArrayLike) -> Array:  # noqa: D102
        return self._gradient(self._points(x))

    def value_and_gradient(self, x: ArrayLike) -> tuple[Array, Array]:  # noqa: D102
        return self._value_and_gradient(self._points(x))

    def hessian(self, x: ArrayLike) -> Array:  # noqa: D102
        return self._hessian(self._points(x))

    def hvp(self, x: ArrayLike, v: ArrayLike) -> Array:  # noqa: D102
        return self._hvp(self._points(x), self._points(v, "v"))

    def hessian_operator(self, x: ArrayLike) -> HessianOperator:  # noqa: D102
        # The usual operator calls what is counted here: products, and the matrix if it is formed.
        if type(self.objective).hessian_operator is Objective.hessian_operator:
            return super().hessian_operator(x)
        from course_utils.objectives.hessian_operator import HessianOperator

        operator = self.objective.hessian_operator(x)

        def products(v: Array) -> Array:
            self._charge(2.0, v.size // self.dim)
            return np.asarray(operator @ v.T).T

        def matrix() -> Array:
            self._charge(self.objective.hessian_cost)
            return operator.matrix()

        return HessianOperator(self.dim, products, matrix)

    def charging(self, operator: LinearOperator) -> LinearOperator:
        """Return an operator made of what is counted here, a Gauss–Newton matrix say, that counts as well."""
        from scipy.sparse.linalg import LinearOperator

        def product(v: Array) -> Array:
            self._charge(2.0, v.size // operator.shape[1])
            return np.asarray(operator @ v)

        return LinearOperator(
            operator.shape, matvec=product, rmatvec=product, matmat=product, dtype=operator.dtype
        )

    def _value(self, x: Array) -> Array:
        self._charge(1 / 3, x.size // self.dim)
        return self.objective._value(x)

    def _gradient(self, x: Array) -> Array:
        self._charge(1.0, x.size // self.dim)
        seen = self._seen_at(x)
        return self.objective._gradient(x) if seen is None else seen[1].copy()

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        self._charge(1.0, x.size // self.dim)
        seen = self._seen_at(x)
        return self.objective._value_and_gradient(x) if seen is None else (seen[0].copy(), seen[1].copy())

    def _seen_at(self, x: Array) -> tuple[Array, Array] | None:
        """Return value and gradient if the record has just seen them at ``x``."""
        # The same array may hold another point by now, if the rule changes it in place.
        if self._seen is None or x is not self._seen[0] or x.tobytes() != self._seen[1].tobytes():
            return None
        return self._seen[2:]

    def _hessian(self, x: Array) -> Array:
        self._charge(self.objective.hessian_cost, x.size // self.dim)
        return self.objective._hessian(x)

    def _hvp(self, x: Array, v: Array) -> Array:
        self._charge(2.0, int(np.prod(np.broadcast_shapes(x.shape, v.shape)[:-1])))
        return self.objective._hvp(x, v)

    @property
    def gradient_flops(self) -> float:  # noqa: D102
        return self.objective.gradient_flops

    @property
    def hessian_cost(self) -> float:  # noqa: D102
        return self.objective.hessian_cost

    def _points(self, x: ArrayLike, name: str = "x") -> Array:
        points = real_array(name, x)
        if points.ndim == 0 or points.shape[-1] != self.dim:
            return as_points(name, points, self.dim)  # says what is wrong
        return points

    def __getattr__(self, name: str) -> Any:
        if name == "objective" or (name.startswith("__") and name.endswith("__")):  # while being unpickled
            raise AttributeError(name)
        found = getattr(self.objective, name)
        return (
            self._charging(found, self.objective.further_costs.get(name, 0.0)) if callable(found) else found
        )

    def _charging(self, method: Callable[..., Any], cost: float) -> Callable[..., Any]:
        @wraps(method)
        def charged(*args: Any, **settings: Any) -> Any:
            if cost:
                x = args[0] if args else settings.get("x", 0.0)
                self._charge(cost, max(1, np.size(x) // self.dim))
            return self._metered(method(*args, **settings))

        return charged

    def _metered(self, result: Any) -> Any:
        """Return objectives and operators with this meter, everything else as it is."""
        if isinstance(result, Objective):
            share = result.gradient_flops / self.objective.gradient_flops
            return Metered(result, self.meter, self._unit * share)
        if isinstance(result, (np.ndarray, str, float, int, tuple)):
            return result
        from scipy.sparse.linalg import LinearOperator

        return self.charging(result) if isinstance(result, LinearOperator) else result
