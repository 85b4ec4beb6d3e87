"""The reader's own update rule as an optimizer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from typing import Any, ClassVar

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_number
from course_utils.optimizers.base import Optimizer, setting


@dataclass(frozen=True)
class CustomOptimizer(Optimizer):
    """What `from_step` returns: its settings are the keyword arguments of the reader's function."""

    function: ClassVar[Callable[..., Any]]
    stateful: ClassVar[bool]

    def step(self, objective: Objective, x: Array, state: Any, rng: np.random.Generator) -> tuple[Array, Any]:
        """Call the reader's function."""
        settings = vars(self)
        if not self.stateful:
            return self.function(objective, x, **settings), None
        result = self.function(objective, x, state, **settings)
        if not (isinstance(result, tuple) and len(result) == 2):
            raise ValueError(
                f"{type(self).__name__}(objective, x, state) must return the pair (x, state), "
                f"got {type(result).__name__}"
            )
        return result


def from_step(function: Callable[..., Any], *, name: str | None = None) -> Optimizer:
    """Return an optimizer made of the reader's own update rule.

    Parameters
    ----------
    function : ``rule(objective, x)`` returning the next x, or ``rule(objective, x, state)`` returning
        (next x, next state), where state is None before the first step. ``x`` has shape (..., n).
        Further arguments with numeric defaults become settings, each with a slider:
        ``def rule(objective, x, learning_rate=0.1)``.
    name : for legends; the function's own name by default.

    Raises
    ------
    ValueError
        If ``function`` is not callable in one of these forms.

    Examples
    --------
    >>> from course_utils.objectives import quadratic
    >>> from course_utils.optimizers import minimize
    >>> def half_way(objective, x):
    ...     return x / 2
    >>> float(minimize(quadratic([1.0, 1.0]), from_step(half_way), [4.0, 0.0], 2).x[-1, 0])
    1.0
    """
    if not callable(function):
        raise ValueError(f"function must be callable as rule(objective, x), got {function!r:.80}")
    # A functools.partial is called by the name of its function, an object by that of its class.
    plain = getattr(function, "func", function)
    called = str(getattr(plain, "__name__", type(plain).__name__)) if name is None else name
    if not isinstance(called, str) or not called:
        raise ValueError(f"name must be a text for legends, got {name!r:.80}")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise ValueError(f"function must be written in Python as rule(objective, x), got {called}") from error
    parameters = list(signature.parameters.values())
    required = [
        p
        for p in parameters
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    optional = [p for p in parameters if p.default is not p.empty]
    if len(required) not in (2, 3) or len(required) + len(optional) != len(parameters):
        raise ValueError(
            "function must take (objective, x) or (objective, x, state), then numbers with defaults, "
            f"got {called}{signature}"
        )
    settings = []
    for p in optional:
        if hasattr(CustomOptimizer, p.name) or p.name in ("function", "stateful"):
            raise ValueError(f"{p.name} must have another name: it is that of a part of every optimizer")
        real_number(f"the default of {p.name}", p.default)
        positive = p.default > 0
        slider = (p.default / 100, p.default * 10.0) if positive else (p.default - 1.0, p.default + 1.0)
        settings.append(
            (
                p.name,
                float,
                setting(p.default, slider, symbol=p.name, label=p.name.replace("_", " "), log=positive),
            )
        )
    made = make_dataclass(
        called,
        settings,
        bases=(CustomOptimizer,),
        frozen=True,
        namespace={"function": staticmethod(function), "stateful": len(required) == 3},
    )
    optimizer: Optimizer = made()
    return optimizer
