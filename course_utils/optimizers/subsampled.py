"""Steps of any optimizer that see some of the examples only: for everything, or for the curvature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.optimizers.base import Optimizer, setting
from course_utils.optimizers.first_order import Momentum
from course_utils.optimizers.metered import Metered

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator


def _drawn(objective: Any, examples: int, rng: np.random.Generator) -> Any:
    """Return the loss of ``examples`` random examples of ``objective``, of all where there are no more."""
    every = int(objective.examples)
    return objective.batch(rng.choice(every, min(examples, every), replace=False))


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

    @property
    def label(self) -> str:
        """That of the method, and the batch size."""
        return f"{self.method.label} on batches of {int(self.batch_size)}"

    def init(self, objective: Objective, x: Array) -> Any:
        """The state of the method."""
        return self.method.init(objective, x)

    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """One step of the method on one mini-batch."""
        return self.method.step(_drawn(objective, int(self.batch_size), rng), x, state, rng)

    def step_flops(self, objective: Objective) -> float:
        """Those of the method."""
        return self.method.step_flops(objective)


class SubsampledCurvature(Objective):
    """Value and gradient of all examples, products with the curvature of some.

    Parameters
    ----------
    whole : the loss of all examples.
    part : the loss of some of them.
    operator : (part, x) -> the operator that `hvp` multiplies with at a point x (n,), for instance
        `course_utils.networks.ggn_operator`. Default: the Hessian. It is made once for a point.
    """

    def __init__(
        self,
        whole: Objective,
        part: Objective,
        operator: Callable[[Any, Array], LinearOperator] | None = None,
    ) -> None:
        super().__init__(whole.name, whole.dim, domain=whole.domain)
        self.whole, self.part, self.operator = whole, part, operator
        self._made: tuple[Array, LinearOperator] | None = None

    def _value(self, x: Array) -> Array:
        return self.whole.value(x)

    def _gradient(self, x: Array) -> Array:
        return self.whole.gradient(x)

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        return self.whole.value_and_gradient(x)

    def _hvp(self, x: Array, v: Array) -> Array:
        if self.operator is None:
            return self.part.hvp(x, v)
        if x.ndim != 1:
            raise ValueError(f"x must be one point of shape ({self.dim},), got {x.shape}")
        if self._made is None or not np.array_equal(self._made[0], x):
            self._made = x.copy(), self._make(self.operator, x)
        return np.asarray(self._made[1] @ v.T).T

    def _make(self, operator: Callable[[Any, Array], LinearOperator], x: Array) -> LinearOperator:
        if isinstance(self.part, Metered):
            return self.part.charging(operator(self.part.objective, x))
        return operator(self.part, x)

    @property
    def gradient_flops(self) -> float:
        """Those of all examples."""
        return self.whole.gradient_flops


@dataclass(frozen=True)
class OnSubsample(Optimizer):
    """Another optimizer whose curvature is that of random examples, drawn anew for each step.

    Values and gradients are those of all examples (Byrd, Chin, Neveitt & Nocedal 2011; Martens 2010, section
    4.2). The objective is a loss over examples, as for `OnBatches`.

    Attributes
    ----------
    method : the optimizer; it may ask for values, gradients and products, and not for a Hessian.
    examples : for the curvature, drawn without replacement.
    operator : as in `SubsampledCurvature`.
    """

    method: Optimizer
    examples: int = setting(
        500, (1, 10_000), symbol="S", label="examples for curvature", at_least=1, whole=True
    )
    operator: Callable[[Any, Array], LinearOperator] | None = None

    @property
    def label(self) -> str:
        """That of the method, and the number of examples."""
        return f"{self.method.label}, curvature of {int(self.examples)}"

    def init(self, objective: Objective, x: Array) -> Any:
        """The state of the method."""
        return self.method.init(objective, x)

    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """One step of the method, with the curvature of new examples."""
        part = _drawn(objective, int(self.examples), rng)
        return self.method.step(SubsampledCurvature(objective, part, self.operator), x, state, rng)

    def step_flops(self, objective: Objective) -> float:
        """Those of the method."""
        return self.method.step_flops(objective)
