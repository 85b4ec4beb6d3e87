"""Task hw02.5: when the loss of a real network rises, predicted and measured."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.datasets import load
from course_utils.networks import MLP
from course_utils.optimizers import GradientDescent, minimize
from key.stored import once

_STEPS = 60


def _first_rise(losses: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    return int(np.argmax(np.diff(losses) > 0)) + 1


def _measured() -> tuple[dict[str, float], dict[str, float]]:
    """Return the numbers asked for, and what else is needed for the misconceptions."""
    digits = load("mnist-10x10").subset(500)
    network = MLP([100, 5, 10], digits.inputs, digits.targets)
    start = network.initial(np.random.default_rng(3))
    x = minimize(network, GradientDescent(0.5), start, 100, record="ends").x[-1]
    value, g = network.value_and_gradient(x)
    H = network.hessian(x)
    largest = float(np.linalg.eigvalsh(H)[-1])
    rates = np.arange(1, 301)
    losses = network.value(x - rates[:, None] * g)
    rise_from = [
        _first_rise(minimize(network, GradientDescent(3 / largest), point, _STEPS).value)
        for point in (x, start)
    ]
    asked = {
        "break_even": float(2 * g @ g / (g @ H @ g)),
        "first_rise": float(rates[np.argmax(losses > value)]),
        "run_rise": float(rise_from[0]),
    }
    beside = {
        "limit": 2 / largest,
        "past_the_lowest": float(rates[_first_rise(losses)]),
        "from_start": float(rise_from[1]),
    }
    return asked, beside


_RIGHT, _BESIDE = once(_measured)

RISING_LOSS = Exercise(
    id="hw02.5",
    title="When does the loss rise?",
    accepts=parts(
        break_even=number(_RIGHT["break_even"], rtol=0.01),
        first_rise=number(_RIGHT["first_rise"], rtol=0.01),
        run_rise=number(_RIGHT["run_rise"], rtol=0.07),  # one step more or less: λ_max is asked to 1 %
    ),
    hints=(
        "`network.hvp(x, g)` is Hg. At which rate does the model of one step say that nothing is gained?",
        "`network.value(x - rates[:, None] * g)` gives the losses after one step with each rate. Compare "
        "them with the loss at x.",
        "`minimize(network, GradientDescent(rate), x, 60).value` holds the losses of a run; entry 0 is the "
        "start.",
    ),
    model=Solution(
        code="""
from course_utils.datasets import load
from course_utils.networks import MLP
from course_utils.optimizers import GradientDescent, minimize

digits = load("mnist-10x10").subset(500)
network = MLP([100, 5, 10], digits.inputs, digits.targets)
start = network.initial(np.random.default_rng(3))
x = minimize(network, GradientDescent(0.5), start, 100).x[-1]
g = network.gradient(x)
rates = np.arange(1, 301)
after = network.value(x - rates[:, None] * g)
rate = 3 / np.linalg.eigvalsh(network.hessian(x))[-1]
run = minimize(network, GradientDescent(rate), x, 60)
exercise("hw02.5").check(
    break_even=2 * g @ g / (g @ network.hvp(x, g)),
    first_rise=rates[np.argmax(after > network.value(x))],
    run_rise=np.argmax(np.diff(run.value) > 0) + 1,
)
""",
        explanation="Training has emptied g of its steep part, so one step may go a hundred times beyond "
        "2/λ_max. In a run the steep part grows back, by a factor near −2 a step, until it outweighs what "
        "the others gain.",
    ),
    right_answers=(_RIGHT, {name: np.array([value * 1.004]) for name, value in _RIGHT.items()}),
    misconceptions=(
        Misconception(
            "stability of a run taken for one step",
            {**_RIGHT, "break_even": _BESIDE["limit"]},
            "2/λ_max is the limit for a run, whatever g is. One step feels the curvature along its own g.",
        ),
        Misconception(
            "lowest point taken for the way back up",
            {**_RIGHT, "break_even": _RIGHT["break_even"] / 2},
            "At gᵀg/gᵀHg the model is lowest. The loss is back at its old value later.",
        ),
        Misconception(
            "loss compared with the smaller rate",
            {**_RIGHT, "first_rise": _BESIDE["past_the_lowest"]},
            "You found where the loss begins to rise *along the line*. It is still far below the loss at x.",
        ),
        Misconception(
            "run begun at the untrained network",
            {**_RIGHT, "run_rise": _BESIDE["from_start"]},
            "That run begins at `start`. The question is about a run from the trained point x.",
        ),
    ),
)
