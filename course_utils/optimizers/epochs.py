"""Any optimizer on mini-batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import generator
from course_utils.optimizers.base import Optimizer, check_method, number_of_examples, setting
from course_utils.optimizers.first_order import Momentum


@dataclass(frozen=True)
class Epochs(Optimizer):
    """An optimizer on mini-batches: one step of this is a pass through all examples in a new order.

    A record has one entry a pass, where that of `OnBatches`, one mini-batch a step, looks at all examples as
    often.

    Attributes
    ----------
    optimizer : makes one step a mini-batch; its state goes on from one to the next.
    batches : mini-batches in a pass, of as equal size as can be.
    """

    optimizer: Optimizer = field(default_factory=Momentum)
    batches: int = setting(10, (1, 100), symbol="b", label="mini-batches a pass", at_least=1, whole=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_method("optimizer", self.optimizer)

    @property
    def label(self) -> str:
        """That of the optimizer, and the number of mini-batches."""
        return f"{self.optimizer.label}, {int(self.batches)} mini-batches a pass"

    def init(self, objective: Objective, x: Array) -> Any:
        """The optimizer's own; ValueError for an objective without that many examples."""
        number_of_examples(objective, int(self.batches))
        return self.optimizer.init(objective, x)

    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """One pass."""
        examples = number_of_examples(objective, int(self.batches))
        order = generator("rng", rng).permutation(examples)
        for chosen in np.array_split(order, int(self.batches)):
            x, state = self.optimizer.step(objective.batch(chosen), x, state, rng)  # type: ignore[attr-defined]
        return x, state

    def linear_algebra_flops(self, dim: int) -> float:
        """That of the optimizer, once a mini-batch."""
        return int(self.batches) * self.optimizer.linear_algebra_flops(dim)

    def step_flops(self, objective: Objective) -> float:
        """The same, in the layers of an objective."""
        return int(self.batches) * self.optimizer.step_flops(objective)
