"""Task hw03.4: how many minima sixty runs on real digits have found."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number
from course_utils.critical_points import same_up_to_symmetry
from course_utils.datasets import load
from course_utils.networks import MLP
from course_utils.optimizers import Momentum, minimize
from key.stored import once

_CLASSES, _STARTS, _UNITS, _APART = (3, 5, 8), 60, 2, 1e-3
_OPTIONS = ("one for each run", "one for each vector", "a few, fewer than vectors", "one")


def trained_runs() -> tuple[MLP, NDArray[np.float64]]:
    """Return the network of the task, two tanh units on a hundred digits, and its runs' ends (60, dim)."""
    digits = load("mnist-10x10")
    chosen = np.isin(digits.targets, _CLASSES)
    pictures, labels = digits.inputs[chosen][:100], digits.targets[chosen][:100]
    centred = pictures - pictures.mean(axis=0)
    inputs = centred @ np.linalg.svd(centred, full_matrices=False)[2][:4].T
    targets = np.searchsorted(_CLASSES, labels)
    network = MLP([4, _UNITS, 3], inputs / inputs.std(axis=0), targets, weight_decay=0.01)
    starts = network.initial(np.random.default_rng(0), shape=_STARTS)
    return network, minimize(network, Momentum(0.3, 0.9), starts, 600, record="ends").x[-1]


def _measured() -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Return the numbers asked for, and the share of the runs that end in each copy of the best minimum."""
    network, ends = trained_runs()
    vectors: list[NDArray[np.float64]] = []
    minima: list[NDArray[np.float64]] = []
    for end in ends:
        if all(np.linalg.norm(end - x) > _APART for x in vectors):
            vectors.append(end)
            if not any(same_up_to_symmetry(network, end, x, tolerance=_APART) for x in minima):
                minima.append(end)
    losses = network.value(ends)
    best = losses < losses.min() + 1e-6
    # Rounding alone says which of the copies has the least loss, so none of them is preferred.
    together = np.linalg.norm(ends[best, None] - ends[best], axis=-1) <= _APART
    measured = {"vectors": len(vectors), "minima": len(minima), "best_share": float(best.mean())}
    return measured, together.sum(axis=1) / _STARTS


_MEASURED, _SHARES_OF_COPIES = once(_measured)
_FEWEST, _MOST = float(_SHARES_OF_COPIES.min()), float(_SHARES_OF_COPIES.max())
_RIGHT: dict[str, Any] = {"prediction": "a few, fewer than vectors", **_MEASURED}
_COPIES = 2**_UNITS * 2  # 2² · 2!

DIGITS_MINIMA = Exercise(
    id="hw03.4",
    title="Sixty runs, how many minima?",
    accepts=parts(
        prediction=choice(_RIGHT["prediction"], _OPTIONS),
        vectors=number(_MEASURED["vectors"], rtol=1e-6),
        minima=number(_MEASURED["minima"], rtol=1e-6),
        best_share=number(_MEASURED["best_share"], rtol=0.05),
    ),
    hints=(
        "Two ends are the same vector if they lie at most 0.001 apart. What do copies of one network have "
        "in common?",
        "Bring every end into your canonical form (or compare with `same_up_to_symmetry` of "
        "`course_utils.critical_points`), then count again.",
        "`network.layers[0].weights(x)` is W, `network.layers[0].bias(x)` is b, and "
        "`network.layers[1].weights(x)` is V. The biases of the outputs belong to no hidden unit.",
    ),
    model=Solution(
        code="""
from course_utils.critical_points import same_up_to_symmetry
from key.homework03.digits import trained_runs

network, ends = trained_runs()
vectors, minima = [], []
for end in ends:
    if all(np.linalg.norm(end - x) > 1e-3 for x in vectors):
        vectors.append(end)
    if not any(same_up_to_symmetry(network, end, x, tolerance=1e-3) for x in minima):
        minima.append(end)
losses = network.value(ends)
exercise("hw03.4").check(
    prediction="a few, fewer than vectors",
    vectors=len(vectors),
    minima=len(minima),
    best_share=np.mean(losses < losses.min() + 1e-6),
)
""",
        explanation="Each minimum has 2² · 2! copies, and the runs are spread over them. Once copies count "
        "as one, few are left; and here most starts lead to the best one.",
    ),
    right_answers=(
        _RIGHT,
        {**_RIGHT, "prediction": "A few, fewer than vectors.", "minima": np.float64(_MEASURED["minima"])},
    ),
    misconceptions=(
        Misconception(
            "copies counted as minima",
            {**_RIGHT, "minima": _MEASURED["vectors"]},
            "`minima`: those are different parameter vectors. Which of them hold the same function?",
        ),
        Misconception(
            "all possible copies for those found",
            {**_RIGHT, "vectors": _COPIES * _MEASURED["minima"]},
            "`vectors`: that is how many copies exist. Did the runs come upon every one of them?",
        ),
        Misconception(
            "as many minima as runs",
            {**_RIGHT, "vectors": _STARTS},
            "`vectors`: two runs that end in one point differ in their last digits. At most 0.001 apart "
            "counts as the same.",
        ),
        Misconception(
            "share of the best vector alone",
            {**_RIGHT, "best_share": _MOST},
            "`best_share`: the best minimum has several copies, and a run that ends in any of them counts.",
            parts(
                best_share=number((_FEWEST + _MOST) / 2, rtol=1.01 * (_MOST - _FEWEST) / (_MOST + _FEWEST))
            ),
        ),
    ),
)
