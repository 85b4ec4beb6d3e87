"""Steps of any optimizer that see some of the examples only: for everything, or for the curvature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import generator
from course_utils.optimizers.base import Optimizer, check_method, number_of_examples, setting
from course_utils.optimizers.first_order import Momentum
from course_utils.optimizers.metered import Metered

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator


_OF_CURVATURE = frozenset({"kronecker_factors"})  # what of an objective's further methods is curvature


def _drawn(objective: Any, examples: int, rng: np.random.Generator) -> Any:
    """Return the loss of ``examples`` random examples of ``objective``, of all where there are no more."""
    every = number_of_examples(objective)
    return objective.batch(generator("rng", rng).choice(every, min(examples, every), replace=False))


@dataclass(frozen=True)
class OnBatches(Optimizer):
    """Another optimizer on random mini-batches, one a step: with `Momentum` the usual SGD.

    The objective is a loss over examples, with ``examples`` (their number) and ``batch(indices)``.

    Attributes
    ----------
    method : the optimizer.
    batch_size : examples in a mini-batch, drawn without replacement.
    """

    method: Optimizer = field(default_factory=Momentum)
    batch_size: int = setting(100, (1, 1000), symbol="B", label="batch size", at_least=1, whole=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_method("method", self.method)

    @property
    def label(self) -> str:
        """That of the method, and the batch size."""
        return f"{self.method.label} on batches of {int(self.batch_size)}"

    def init(self, objective: Objective, x: Array) -> Any:
        """The state of the method; ValueError for an objective that is no loss over examples."""
        number_of_examples(objective)
        return self.method.init(objective, x)

    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """One step of the method on one mini-batch."""
        return self.method.step(_drawn(objective, int(self.batch_size), rng), x, state, rng)

    def linear_algebra_flops(self, dim: int) -> float:
        """Those of the method."""
        return self.method.linear_algebra_flops(dim)

    def step_flops(self, objective: Objective) -> float:
        """Those of the method."""
        return self.method.step_flops(objective)


class SubsampledCurvature(Objective):
    """Value and gradient of all examples, curvature of some: Hessian, products, factors of K-FAC.

    Whatever else an optimizer asks for (``layers``, ``examples``) is that of all examples; a mini-batch has
    its own values and gradients, and the same curvature.

    Parameters
    ----------
    whole : the loss of all examples.
    part : the loss of some of them.
    operator : (part, x) -> the operator that `hvp` multiplies with at a point x (n,), for instance
        `course_utils.networks.ggn_operator`. Default: the Hessian. It is made once for a point.

    Raises
    ------
    TypeError
        If ``operator`` is neither None nor callable.
    ValueError
        If ``whole`` and ``part`` are not objectives of the same parameters, or the operator does not fit.
    """

    def __init__(
        self,
        whole: Objective,
        part: Objective,
        operator: Callable[[Any, Array], LinearOperator] | None = None,
    ) -> None:
        for name, loss in (("whole", whole), ("part", part)):
            if not isinstance(loss, Objective):
                raise ValueError(f"{name} must be an Objective, got {loss!r:.80}")
        if part.dim != whole.dim:
            raise ValueError(f"part must have the {whole.dim} parameters of the whole, got {part.dim}")
        check_operator(operator)
        super().__init__(whole.name, whole.dim, domain=whole.domain)
        self.critical_points = whole.critical_points
        self.whole, self.part, self.operator = whole, part, operator
        self._made: tuple[Array, LinearOperator] | None = None

    def _value(self, x: Array) -> Array:
        return self.whole.value(x)

    def _gradient(self, x: Array) -> Array:
        return self.whole.gradient(x)

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        return self.whole.value_and_gradient(x)

    def _hessian(self, x: Array) -> Array:
        return self.part.hessian(x) if self.operator is None else super()._hessian(x)

    def _hvp(self, x: Array, v: Array) -> Array:
        if self.operator is None:
            return self.part.hvp(x, v)
        if x.ndim != 1:
            raise ValueError(f"x must be one point of shape ({self.dim},), got {x.shape}")
        if self._made is None or not np.array_equal(self._made[0], x):
            self._made = x.copy(), self._make(self.operator, x)
        return np.asarray(self._made[1] @ v.T).T

    def _make(self, operator: Callable[[Any, Array], LinearOperator], x: Array) -> LinearOperator:
        part = self.part
        made = operator(part.objective if isinstance(part, Metered) else part, x)
        if getattr(made, "shape", None) != (self.dim, self.dim):
            raise ValueError(
                f"operator must return a linear operator of shape ({self.dim}, {self.dim}), got {made!r:.80}"
            )
        return part.charging(made) if isinstance(part, Metered) else made

    def batch(self, indices: ArrayLike) -> SubsampledCurvature:
        """Return the loss of the examples ``indices`` alone, with the same curvature."""
        return SubsampledCurvature(self.whole.batch(indices), self.part, self.operator)  # type: ignore[attr-defined]

    @property
    def gradient_flops(self) -> float:
        """Those of all examples."""
        return self.whole.gradient_flops

    @property
    def hessian_cost(self) -> float:
        """That of some examples, in gradients of all; with an operator that of its products."""
        cost = self.part.hessian_cost if self.operator is None else super().hessian_cost
        return cost * self.part.gradient_flops / self.whole.gradient_flops

    def __getattr__(self, name: str) -> Any:
        if name in ("whole", "part") or (name.startswith("__") and name.endswith("__")):  # while unpickled
            raise AttributeError(name)
        return getattr(self.part if name in _OF_CURVATURE else self.whole, name)


def check_operator(operator: Any) -> None:
    """Raise TypeError unless ``operator`` is None or a function (part, x) -> operator."""
    if operator is not None and not callable(operator):
        raise TypeError(
            "operator must be a function (part, x) -> linear operator, such as networks.ggn_operator, "
            f"or None, got {operator!r:.80}"
        )


@dataclass(frozen=True)
class OnSubsample(Optimizer):
    """Another optimizer whose curvature is that of random examples, drawn anew for each step.

    Values and gradients are those of all examples (Byrd, Chin, Neveitt & Nocedal 2011; Martens 2010, section
    4.2). The objective is a loss over examples, as for `OnBatches`.

    Attributes
    ----------
    method : the optimizer.
    examples : for the curvature, drawn without replacement.
    operator : as in `SubsampledCurvature`.
    """

    method: Optimizer
    examples: int = setting(
        500, (1, 10_000), symbol="S", label="examples for curvature", at_least=1, whole=True
    )
    operator: Callable[[Any, Array], LinearOperator] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_method("method", self.method)
        check_operator(self.operator)

    @property
    def label(self) -> str:
        """That of the method, and the number of examples."""
        return f"{self.method.label}, curvature of {int(self.examples)}"

    def init(self, objective: Objective, x: Array) -> Any:
        """The state of the method; ValueError for an objective that is no loss over examples."""
        number_of_examples(objective)
        return self.method.init(objective, x)

    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """One step of the method, with the curvature of new examples."""
        part = _drawn(objective, int(self.examples), rng)
        return self.method.step(SubsampledCurvature(objective, part, self.operator), x, state, rng)

    def linear_algebra_flops(self, dim: int) -> float:
        """Those of the method."""
        return self.method.linear_algebra_flops(dim)

    def step_flops(self, objective: Objective) -> float:
        """Those of the method."""
        return self.method.step_flops(objective)
