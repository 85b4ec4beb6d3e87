"""Runs by the clock: an optimizer trains for so many seconds of processor time, and is looked at on the way.

Seconds are processor time of the process (``process_time``), so that another process beside it does not
count; looks are neither timed nor charged. Costs are gradients of all training examples, as `minimize` counts
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives import Array
from course_utils.optimizers import Optimizer
from course_utils.optimizers.metered import Metered

EARLY = (1, 4, 16)
"""Steps after which there is a look, whatever the time: what a test can make anew."""


@dataclass(frozen=True)
class Problem:
    """What is trained, and how its errors are measured.

    Attributes
    ----------
    objective : the loss of all training examples, an `InBatches`.
    start : rng -> (dim,) parameters to start from.
    errors : x (dim,) -> training error and test error, those that are reported and that a stall is told by.
    shown : x (dim,) -> further named arrays, stored of the last point.
    """

    objective: Any
    start: Callable[[np.random.Generator], Array]
    errors: Callable[[Array], tuple[float, float]]
    shown: Callable[[Array], Mapping[str, Any]] = lambda x: {}


class Clock:
    """Processor time of this process, with all its threads, while the clock runs."""

    def __init__(self) -> None:
        self._before, self._since = 0.0, 0.0
        self._runs = False

    def start(self) -> None:
        """Go on."""
        self._since, self._runs = process_time(), True

    def stop(self) -> None:
        """Stand still."""
        self._before, self._runs = self.seconds, False

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return self._before + (process_time() - self._since if self._runs else 0.0)


@dataclass(frozen=True)
class Stall:
    """When SGD has stalled: ``steps`` without a training error lower by the fraction ``fall`` than before."""

    steps: int
    fall: float

    def reached(self, step: list[int], error: list[float]) -> bool:
        """Tell whether looks at ``step`` with these training errors, in order, show a stall."""
        old = int(np.searchsorted(step, step[-1] - self.steps, side="right"))
        return 0 < old < len(step) and min(error[old:]) > (1 - self.fall) * min(error[:old])


@dataclass
class Looks:
    """What was seen on the way, a list each; `arrays` for the result."""

    problem: Problem
    seen: dict[str, list[float]] = field(default_factory=dict)

    def add(self, step: int, seconds: float, cost: float, x: Array) -> bool:
        """Look at ``x`` and tell whether its training error is finite."""
        train_error, test_error = self.problem.errors(x)
        for name, value in (
            ("step", step),
            ("seconds", seconds),
            ("cost", cost),
            ("train_error", train_error),
            ("test_error", test_error),
        ):
            self.seen.setdefault(name, []).append(value)
        return bool(np.isfinite(train_error))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the looks as arrays (looks,), infinite where single precision ends."""
        with np.errstate(over="ignore"):
            arrays = {name: np.array(values, dtype=np.float32) for name, values in self.seen.items()}
        return {**arrays, "step": arrays["step"].astype(np.int32)}


@dataclass(frozen=True, eq=False)
class Descent:
    """What a run found: its ``looks``, the last finite point and state, and whether it stalled."""

    looks: dict[str, NDArray[Any]]
    x: Array
    state: Any = None
    stalled: bool = False


def descend(
    problem: Problem,
    method: Optimizer,
    x: Array,
    state: Any,
    seconds: float,
    look_every: float,
    rng: np.random.Generator,
    stall: Stall | None = None,
) -> Descent:
    """Run a method for so many ``seconds``, or until it stalls or its training error is not finite."""
    meter, clock, looks = Metered(problem.objective), Clock(), Looks(problem)
    algebra = method.step_flops(problem.objective) / problem.objective.gradient_flops
    looks.add(0, 0.0, 0.0, x)
    sound, step, due, stalled = (x, state), 0, look_every, False
    with np.errstate(all="ignore"):
        while clock.seconds < seconds and not stalled:
            clock.start()
            x, state = method.step(meter, x, state, rng)
            clock.stop()
            step += 1
            if step in EARLY or clock.seconds >= min(due, seconds):
                due = clock.seconds + look_every
                if not looks.add(step, clock.seconds, meter.spent + algebra * step, x):
                    break
                sound = x, state
                steps = [int(number) for number in looks.seen["step"]]
                stalled = stall is not None and stall.reached(steps, looks.seen["train_error"])
    return Descent(looks.arrays(), *sound, stalled)


def descend_by_lbfgs(problem: Problem, memory: int, x: Array, seconds: float, look_every: float) -> Descent:
    """Run SciPy's L-BFGS on all training examples, as `descend` runs the others."""
    from scipy.optimize import minimize

    meter, clock, looks = Metered(problem.objective), Clock(), Looks(problem)
    looks.add(0, 0.0, 0.0, x)
    step, due, sound = 0, look_every, x

    def value_and_gradient(p: Array) -> tuple[float, Array]:
        value, gradient = meter.value_and_gradient(p)
        return float(value), gradient

    def look(intermediate_result: Any) -> None:
        nonlocal step, due, sound
        clock.stop()
        step += 1
        over = clock.seconds >= seconds
        if step in EARLY or clock.seconds >= due or over:
            due = clock.seconds + look_every
            if not looks.add(step, clock.seconds, meter.spent, intermediate_result.x):
                raise StopIteration
            sound = intermediate_result.x.copy()
        if over:
            raise StopIteration
        clock.start()

    with np.errstate(all="ignore"):
        clock.start()
        found = minimize(
            value_and_gradient,
            x,
            jac=True,
            method="L-BFGS-B",
            callback=look,
            options={"maxcor": memory, "maxiter": 10**9, "maxfun": 10**9, "ftol": 0.0, "gtol": 0.0},
        )
        clock.stop()
    if looks.seen["step"][-1] < step and looks.add(step, clock.seconds, meter.spent, found.x):
        sound = found.x  # its line search found no way down
    return Descent(looks.arrays(), sound)
