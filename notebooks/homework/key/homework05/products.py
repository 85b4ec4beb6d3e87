"""Tasks hw05.1 and hw05.3: the wall of a product of weights, and the sizes of matrix powers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

# hw05.1 ----------------------------------------------------------------------------------------

_STEPS, _TARGET, _START = 50, 2.0, 1.1
_MINIMUM = _TARGET ** (1 / _STEPS)


def _wall(
    factor: float = _STEPS, power: int = _STEPS - 1, limit: float = 2.0, sign: int = -1
) -> dict[str, Any]:
    """Return the four numbers where the slope of w^T is taken for ``factor`` · w^``power``."""
    curvature = (factor * _MINIMUM**power) ** 2
    rate = limit / curvature
    slope = factor * _START**power * (_START**_STEPS - _TARGET)
    return {
        "minimum": _MINIMUM,
        "curvature": curvature,
        "largest_rate": rate,
        "landing": _START + sign * rate * slope,
    }


WALL = Exercise(
    id="hw05.1",
    title="The wall of a product",
    data={"steps": _STEPS, "target": _TARGET, "weight": _START},
    accepts=parts(**{name: number(value) for name, value in _wall().items()}),
    hints=(
        "At the minimum the residual is zero. Which of the two terms of L″ is left?",
        "L′ = T w^(T−1) (w^T − y), and at the minimum L″ = (T w^(T−1))². What does lesson 02 say about "
        "learning rates and curvature?",
        "`largest_rate` is 2/L″, and `landing` is w − η L′(w) with w = 1.1 and that rate.",
    ),
    model=Solution(
        code="""
T, y, w = 50, 2.0, 1.1
minimum = y ** (1 / T)
curvature = (T * minimum ** (T - 1)) ** 2
rate = 2 / curvature
landing = w - rate * T * w ** (T - 1) * (w**T - y)
exercise("hw05.1").check(minimum=minimum, curvature=curvature, largest_rate=rate, landing=landing)
""",
        explanation="The slope of w^T is T w^(T−1): one term for each of the T places in which the weight "
        "stands. A rate that is just stable at the bottom throws a start hardly above it far away.",
    ),
    right_answers=(
        _wall(),
        {
            "minimum": float(np.exp(np.log(2) / 50)),
            "curvature": (50 * 2 / 2**0.02) ** 2,
            "largest_rate": 2 * (2**0.02 / 100) ** 2,
            "landing": -125.5,
        },
    ),
    misconceptions=(
        Misconception(
            "shared weight counted once",
            _wall(factor=1.0),
            "You took w^(T−1) for the slope of w^T. The same weight stands in the product T times, and "
            "each place adds its share.",
        ),
        Misconception(
            "power not lowered",
            _wall(power=_STEPS),
            "You took T w^T for the slope of w^T. Differentiating lowers the power by one.",
        ),
        Misconception(
            "fastest rate for the largest stable one",
            _wall(limit=1.0),
            "1/L″ jumps to the bottom of a parabola in one step. How much larger may a rate be before the "
            "steps grow?",
        ),
        Misconception(
            "thrown up the wall",
            _wall(sign=1),
            "`landing`: that step goes along the slope. Descent subtracts it.",
        ),
    ),
)


# hw05.3 ----------------------------------------------------------------------------------------

WORDS = ("shrinks from the start", "grows, then shrinks", "keeps its size", "grows without bound")
_MATRICES = {
    "turned": np.array([[0.54, -0.72], [0.72, 0.54]]),  # 0.9 times a rotation
    "mirrored": np.array([[0.6, 0.8], [0.8, -0.6]]),
    "sheared": np.array([[0.92, 2.0], [0.0, 0.92]]),
    "hardly_sheared": np.array([[0.9, 0.05], [0.0, 0.9]]),
    "forgetful": np.array([[0.0, 5.0], [0.0, 0.0]]),
    "on_the_circle": np.array([[1.0, 0.1], [0.0, 1.0]]),
}
_WORD = {
    "turned": WORDS[0],
    "mirrored": WORDS[2],
    "sheared": WORDS[1],
    "hardly_sheared": WORDS[0],
    "forgetful": WORDS[1],
    "on_the_circle": WORDS[3],
}


def _stretches(matrix: NDArray[np.float64], steps: int) -> list[float]:
    powers = [np.linalg.matrix_power(matrix, t) for t in range(steps + 1)]
    return [float(np.linalg.norm(power, ord=2)) for power in powers]


_SIZES = _stretches(_MATRICES["sheared"], 200)
_PEAK = {"peak_step": float(np.argmax(_SIZES)), "peak": max(_SIZES)}
_TRUTH = {**_WORD, **_PEAK}

POWERS = Exercise(
    id="hw05.3",
    title="Which products explode?",
    data=_MATRICES,
    accepts=parts(
        **{name: choice(word, WORDS) for name, word in _WORD.items()},
        **{name: number(value, rtol=1e-2) for name, value in _PEAK.items()},
    ),
    hints=(
        "The largest singular value says what one step can do, the spectral radius what many steps do in the "
        "end. They agree when the eigenvectors are orthogonal.",
        "Write a 2 × 2 matrix with a on the diagonal and c above it as aI + N, with N² = 0. What is its "
        "t-th power?",
        "a^t on the diagonal, and t c a^(t−1) above it: first t wins, then a^t.",
    ),
    model=Solution(
        code="""
powers = [np.linalg.matrix_power(exercise("hw05.3").data["sheared"], t) for t in range(200)]
size = [np.linalg.norm(power, ord=2) for power in powers]
exercise("hw05.3").check(
    turned="shrinks from the start", mirrored="keeps its size", sheared="grows, then shrinks",
    hardly_sheared="shrinks from the start", forgetful="grows, then shrinks",
    on_the_circle="grows without bound", peak_step=np.argmax(size), peak=max(size),
)
""",
        explanation="ρ(W) < 1 decides what happens in the end, σ_max(W) ≤ 1 that nothing grows on the way. "
        "Between the two lies transient growth, of matrices whose eigenvectors are not orthogonal.",
    ),
    right_answers=(
        _TRUTH,
        {**{name: f" {word.title()}. " for name, word in _WORD.items()}, "peak_step": 12, "peak": 9.6},
    ),
    misconceptions=(
        Misconception(
            "spectral radius decides at once",
            {**_TRUTH, "sheared": WORDS[0], "forgetful": WORDS[0]},
            "You read it off the eigenvalues. They decide what happens in the end; compare the largest "
            "singular values for what the first steps do.",
        ),
        Misconception(
            "largest singular value decides for ever",
            {**_TRUTH, "sheared": WORDS[3], "forgetful": WORDS[3]},
            "A largest singular value above 1 lets one step grow. Do the same directions grow again in the "
            "next steps? Square the matrices.",
        ),
        Misconception(
            "all eigenvalues one, so nothing moves",
            {**_TRUTH, "on_the_circle": WORDS[2]},
            "`on_the_circle`: both eigenvalues are 1, yet the matrix is not the identity. What stands above "
            "the diagonal of its t-th power?",
        ),
        Misconception(
            "any shear grows first",
            {**_TRUTH, "hardly_sheared": WORDS[1]},
            "`hardly_sheared`: a shear alone is not enough. Is its largest singular value above 1?",
        ),
    ),
)
