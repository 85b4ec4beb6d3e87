"""What an optimizer is: settings that validate themselves, and one step that reads like its formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import is_finite, is_number, real_array


def setting(
    default: float | None,
    slider: tuple[float, float],
    *,
    symbol: str,
    label: str,
    at_least: float | None = None,
    above: float | None = None,
    below: float | None = None,
    log: bool = False,
    whole: bool = False,
    optional: bool = False,
) -> Any:
    """Return a dataclass field for a numeric setting, with all that a slider and a check need.

    The metadata holds ``range`` (ends of a slider), ``log`` (is the slider logarithmic), ``symbol``,
    ``label``, ``whole`` (integers only), ``optional`` (may be None) and ``bounds``: the values that
    make sense at all, as (at_least, above, below).
    """
    metadata = {
        "range": slider,
        "log": log,
        "symbol": symbol,
        "label": label,
        "whole": whole,
        "optional": optional,
        "bounds": (at_least, above, below),
    }
    return field(default=default, metadata=metadata)


def learning_rate(default: float) -> Any:
    """Return the setting that most optimizers share: η > 0."""
    return setting(default, (1e-4, 10.0), symbol="η", label="learning rate", above=0.0, log=True)


def _expected(metadata: Any) -> str:
    at_least, above, below = metadata["bounds"]
    parts = [
        f"{word} {limit:g}"
        for word, limit in (("≥", at_least), (">", above), ("<", below))
        if limit is not None
    ]
    kind = "a whole number" if metadata["whole"] else "a finite number"
    return " ".join([kind, " and ".join(parts)]).strip() + (" or None" if metadata["optional"] else "")


@dataclass(frozen=True)
class Optimizer(ABC):
    """An update rule. Its dataclass fields are its settings: a slider, a legend, a record each.

    `step` works on a batch: ``x`` has shape (..., n) and every row moves on its own.
    """

    def __post_init__(self) -> None:
        for f in fields(self):
            if "bounds" not in f.metadata:
                continue
            value, (at_least, above, below) = getattr(self, f.name), f.metadata["bounds"]
            if value is None and f.metadata["optional"]:
                continue
            if (
                not is_number(value)
                or not is_finite(value)
                or (f.metadata["whole"] and value != int(value))
                or (at_least is not None and value < at_least)
                or (above is not None and value <= above)
                or (below is not None and value >= below)
            ):
                raise ValueError(f"{f.name} must be {_expected(f.metadata)}, got {value!r:.80}")

    @property
    def label(self) -> str:
        """Name and settings, for a legend: ``Momentum(η=0.1, μ=0.9)``."""
        shown = [
            f"{f.metadata['symbol']}={getattr(self, f.name):g}"
            for f in fields(self)
            if "symbol" in f.metadata and getattr(self, f.name) is not None
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def init(self, objective: Objective, x: Array) -> Any:
        """Return the state before the first step (momentum, counters); None when there is none."""
        return None

    @abstractmethod
    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """Return the next points, shape (..., n), and the next state."""

    def linear_algebra_flops(self, dim: int) -> float:
        """Return the arithmetic of one step beyond evaluating the objective: solves, eigenvectors."""
        return 0.0

    def step_flops(self, objective: Objective) -> float:
        """Return the same for an objective, in whose layers the arithmetic of some methods lies."""
        return self.linear_algebra_flops(objective.dim)


def check_run(objective: Any, optimizer: Any) -> None:
    """Raise ValueError unless ``objective`` is an Objective and ``optimizer`` an Optimizer."""
    if not isinstance(objective, Objective):
        raise ValueError(
            f"objective must be an Objective, got {objective!r:.80}: "
            "make one of a function by objectives.from_function(f, dim)"
        )
    check_method("optimizer", optimizer)


def check_method(name: str, optimizer: Any) -> None:
    """Raise ValueError unless ``optimizer`` is an Optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise ValueError(
            f"{name} must be an Optimizer such as GradientDescent(0.1), got {optimizer!r:.80}: "
            "make one of your own rule by from_step(rule)"
        )


def number_of_examples(objective: Any, least: int = 1) -> int:
    """Return how many examples ``objective`` is a loss over, or say that they are fewer than ``least``."""
    examples = getattr(objective, "examples", 0) if callable(getattr(objective, "batch", None)) else 0
    if not examples >= least:
        raise ValueError(
            f"objective must have a method batch and at least {least} example{'s' * (least > 1)}, "
            f"got {getattr(objective, 'name', objective)!s:.80}"
        )
    return int(examples)


def advance(
    optimizer: Optimizer, objective: Objective, x: Array, state: Any, rng: np.random.Generator
) -> tuple[Array, Any]:
    """Return the next points and state; what a rule does to ``x`` or its result later changes neither.

    Parameters
    ----------
    x : (..., n) the rule's own copy of the points, which it may change.

    Raises
    ------
    ValueError
        If the step does not return points of the shape of ``x``, in real numbers.
    """
    shape = x.shape
    proposal, state = optimizer.step(objective, x, state, rng)
    name = type(optimizer).__name__
    points = real_array(f"what a step of {name} returns", proposal).copy()
    if points.shape != shape:
        raise ValueError(f"a step of {name} must return points of shape {shape}, got {points.shape}")
    return points, state
