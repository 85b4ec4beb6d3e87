"""Task hw11.1: what steps of different methods cost, in gradients and in seconds."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_TRUTH = {
    "free": 1 + 40 * 2 / 4 + 9 / 3,
    "krylov": 1 + 20 * 2 + 3 * (1 + 4 / 3),
    "sophia": 1 + 5 * 2 / 50,
    "clock": (1.5 + 40 * 0.8 + 9 * 0.5) / 1.8,
    "searched": 12 * 30 + 3 * 150.0,
}

PRICES = Exercise(
    id="hw11.1",
    title="The price of a step",
    accepts=parts(**{name: number(value, 1e-3) for name, value in _TRUTH.items()}),
    hints=(
        "Write down for each step: how many gradients, products and losses, each with its price and the "
        "share of the examples that it sees.",
        "`sophia`: in a pass there are 50 steps, and 5 of them make a product, on a fiftieth of the "
        "examples.",
        "`clock`: add up the seconds of one Hessian-free step first. The prices in gradients play no part.",
    ),
    model=Solution(
        code="""
exercise("hw11.1").check(
    free=1 + 40 * 2 / 4 + 9 / 3,
    krylov=1 + 20 * 2 + 3 * (1 + 4 / 3),
    sophia=50 * (1 / 50) + 5 * 2 / 50,
    clock=(1.5 + 40 * 0.8 + 9 * 0.5) / 1.8,
    searched=12 * 30 + 3 * 150,
)
""",
        explanation="One Hessian-free step is 24 gradients, and 21 passes of SGD by the clock: here a "
        "product takes a little longer than two gradients, and a pass in mini-batches longer than one. The "
        "search for a rate was nearly half of Adam's work.",
    ),
    right_answers=(_TRUTH, {**_TRUTH, "free": 24, "krylov": 48, "clock": 21.11}),
    misconceptions=(
        Misconception(
            "part of the examples at the price of all",
            {**_TRUTH, "free": 84.0},
            "`free`: a product on a quarter of the examples costs a quarter of a product.",
        ),
        Misconception(
            "product for one gradient",
            {**_TRUTH, "free": 14.0, "krylov": 28.0, "sophia": 1.1},
            "A product costs *two* gradients of the examples that it sees.",
        ),
        Misconception(
            "losses for nothing",
            {**_TRUTH, "free": 21.0, "krylov": 44.0},
            "`free`, `krylov`: you left out the losses. Three of them cost a gradient.",
        ),
        Misconception(
            "inner steps for nothing",
            {**_TRUTH, "krylov": 41.0},
            "`krylov`: the inner steps are in few dimensions, but each looks at all examples again.",
        ),
        Misconception(
            "probe on all examples",
            {**_TRUTH, "sophia": 11.0},
            "`sophia`: its products see the examples of one mini-batch.",
        ),
        Misconception(
            "gradients for seconds",
            {**_TRUTH, "clock": 24.0},
            "`clock`: that is the price in gradients. Asked for is the time, in passes of SGD.",
        ),
        Misconception(
            "search left out",
            {**_TRUTH, "searched": 450.0},
            "`searched`: the tries of the other settings were work as well.",
        ),
    ),
)
