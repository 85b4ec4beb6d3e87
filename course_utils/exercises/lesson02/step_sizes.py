"""Exercises 02.2, 02.4 and 02.5: the best learning rate, break-even, and the limit of stability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import number

Array = NDArray[np.float64]

# 02.2 ------------------------------------------------------------------------------------------


def _best_rate(gradient: Array, hessian: Array) -> float:
    return float(gradient @ gradient / (gradient @ hessian @ gradient))


def _steps() -> list[tuple[Array, Array]]:
    rng = np.random.default_rng(22)
    made = [(np.array([1.0, 2.0]), np.array([[8.0, 1.0], [1.0, 2.0]]))]
    for n in (2, 3, 6):
        root = rng.normal(size=(n, n))
        made.append((2 * rng.normal(size=n), root @ root.T + 0.3 * np.eye(n)))
    return made


def _by_direction(gradient: Array, hessian: Array) -> float:
    unit = gradient / np.linalg.norm(gradient)
    return float(1 / np.einsum("i,ij,j->", unit, hessian, unit))


def _by_parabola(gradient: Array, hessian: Array) -> float:
    # the vertex of the parabola through three losses along −g
    losses = [
        -rate * gradient @ gradient + 0.5 * rate**2 * gradient @ hessian @ gradient for rate in (0, 1, 2)
    ]
    a = (losses[2] - 2 * losses[1] + losses[0]) / 2
    b = losses[1] - losses[0] - a
    return float(-b / (2 * a))


BEST_RATE = Exercise(
    id="02.2",
    title="The best learning rate for one step",
    accepts=function(_best_rate, _steps(), rtol=1e-6),
    hints=(
        "Along −g the second-order model is a parabola in η. Where is its lowest point?",
        "Set the derivative of −η gᵀg + ½ η² gᵀHg with respect to η to zero.",
        "η* = gᵀg / gᵀHg.",
    ),
    model=Solution(
        code="""
def best_rate(gradient, hessian):
    return gradient @ gradient / (gradient @ hessian @ gradient)

exercise("02.2").check(best_rate)
""",
        explanation="η* = gᵀg / gᵀHg is one over the curvature along g, so it lies between 1/λ_max and "
        "1/λ_min.",
    ),
    right_answers=(_best_rate, _by_direction, _by_parabola),
    misconceptions=(
        Misconception(
            "curvature taken for the rate",
            lambda gradient, hessian: 1 / _best_rate(gradient, hessian),
            "That is the curvature along g. High curvature wants a *small* step.",
        ),
        Misconception(
            "steepest direction decides every step",
            lambda gradient, hessian: 1 / np.linalg.eigvalsh(hessian)[-1],
            "1/λ_max is the best rate only if g points along v_max. Which curvature does this g feel?",
        ),
        Misconception(
            "break-even taken for best",
            lambda gradient, hessian: 2 * _best_rate(gradient, hessian),
            "Twice too large: at that rate the parabola is back at its old height, and the step gains "
            "nothing.",
        ),
        Misconception(
            "length of the gradient left in",
            lambda gradient, hessian: 1 / (gradient @ hessian @ gradient),
            "Make g twice as long: the best rate must stay the same, for the slope and the step both double. "
            "Yours changes.",
        ),
    ),
)

# 02.4 ------------------------------------------------------------------------------------------

_GRADIENT = np.array([3.0, 1.0])
_HESSIAN = np.array([[2.0, 1.0], [1.0, 10.0]])
_BEST = _best_rate(_GRADIENT, _HESSIAN)
_LOW, _HIGH = (float(value) for value in np.linalg.eigvalsh(_HESSIAN))

BREAK_EVEN = Exercise(
    id="02.4",
    title="The largest step that does not raise the loss",
    data={"gradient": _GRADIENT, "hessian": _HESSIAN},
    accepts=number(2 * _BEST),
    hints=(
        "The loss rises when ½ η² gᵀHg > η gᵀg. At which η are both sides equal?",
        "Divide by η and solve for it. Compare the result with η*.",
        "η = 2 gᵀg / gᵀHg, twice the best rate.",
    ),
    model=Solution(
        code="""
data = exercise("02.4").data
g, H = data["gradient"], data["hessian"]
exercise("02.4").check(2 * g @ g / (g @ H @ g))
""",
        explanation="The parabola along −g is back at its old height at 2η*. That can lie far beyond "
        "2/λ_max: one step may gain while the run is unstable.",
    ),
    right_answers=(2 * _BEST, np.array([20.0 / float(_GRADIENT @ _HESSIAN @ _GRADIENT)])),
    misconceptions=(
        Misconception(
            "best rate taken for break-even",
            _BEST,
            "That is the rate that gains most. You can go farther before the step loses.",
        ),
        Misconception(
            "limit of the run taken for the limit of a step",
            2 / _HIGH,
            "2/λ_max keeps a whole run stable, whatever g is. This one step, along this g, may go farther.",
        ),
        Misconception(
            "flattest direction sets the break-even",
            2 / _LOW,
            "2/λ_min would be right if g pointed along v_min. Which curvature does this g feel?",
        ),
    ),
)

# 02.5 ------------------------------------------------------------------------------------------

_EIGENVALUES = np.array([0.5, 3.0, 8.0])

STABILITY_LIMIT = Exercise(
    id="02.5",
    title="Where gradient descent breaks",
    data={"eigenvalues": _EIGENVALUES},
    accepts=number(2 / 8.0),
    hints=(
        "Follow one eigenvector: by which factor does a step multiply the component along it?",
        "The factor is 1 − ηλ. The component shrinks while |1 − ηλ| < 1. Which λ breaks first?",
        "1 − ηλ_max = −1 at the limit.",
    ),
    model=Solution(
        code="""
eigenvalues = exercise("02.5").data["eigenvalues"]
exercise("02.5").check(2 / eigenvalues.max())
""",
        explanation="|1 − ηλ| < 1 for every λ means η < 2/λ_max. The steepest direction breaks first, and "
        "all others have to live with its limit.",
    ),
    right_answers=(0.25, np.float32(2) / 8),
    misconceptions=(
        Misconception(
            "best rate of the steepest direction taken for the limit",
            1 / 8.0,
            "At 1/λ_max the steepest component vanishes in one step. It survives larger rates, changing "
            "sides.",
        ),
        Misconception(
            "best fixed rate taken for the limit",
            2 / 8.5,
            "2/(λ_min + λ_max) is the fixed rate that converges fastest. A little above it the run is "
            "slower, but still converges.",
        ),
        Misconception(
            "flattest direction sets the limit",
            2 / 0.5,
            "The flattest direction could take that rate. What happens along the steepest one meanwhile?",
        ),
        Misconception(
            "mean curvature sets the limit",
            float(2 / _EIGENVALUES.mean()),
            "Eigendirections do not average: each component is multiplied by its own 1 − ηλ, and one that "
            "grows is enough to break the run.",
        ),
    ),
)
