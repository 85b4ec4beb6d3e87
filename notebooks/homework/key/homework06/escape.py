"""Task hw06.1: how fast three methods leave a saddle, by formula."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_GIVEN = {
    "curvature": -0.04,
    "learning_rate": 0.5,
    "damping": 0.01,
    "newton_damping": 0.03,
    "offset": 1e-4,
}


def _steps(factor: float) -> float:
    return float(np.ceil(np.log(1 / _GIVEN["offset"]) / np.log(factor)))


_TRUTH = {
    "gradient_descent": _steps(1 + 0.5 * 0.04),
    "saddle_free": _steps(1 + 0.04 / 0.05),
    "newton_factor": -3.0,
    "least_damping": 0.02,
}

ESCAPE = Exercise(
    id="hw06.1",
    title="How fast does each one leave?",
    data=_GIVEN,
    accepts=parts(
        **{
            name: number(value, 1e-6 if value > 9 else 1e-3) for name, value in _TRUTH.items()
        }  # steps are whole
    ),
    hints=(
        "Along the eigenvector the gradient is λu. Write the new u after one step as (a factor) · u.",
        "The factors are 1 − ηλ, 1 − λ/(|λ| + damping) and 1 − λ/(λ + damping). With λ < 0, which of them "
        "are larger than 1?",
        "A factor q takes log(10⁴)/log q steps, rounded up. Newton leaves when its factor is larger than 1 "
        "in size, whatever its sign.",
    ),
    model=Solution(
        code="""
data = exercise("hw06.1").data
curvature, way = data["curvature"], np.log(1 / data["offset"])
gd = 1 - data["learning_rate"] * curvature
sfn = 1 - curvature / (abs(curvature) + data["damping"])
newton = 1 - curvature / (curvature + data["newton_damping"])
exercise("hw06.1").check(
    gradient_descent=np.ceil(way / np.log(gd)),
    saddle_free=np.ceil(way / np.log(sfn)),
    newton_factor=newton,
    least_damping=abs(curvature) / 2,
)
""",
        explanation="The saddle-free factor is at most 2 and hardly depends on |λ| while the damping is "
        "smaller. Newton's is γ/(γ − |λ|): larger than 1 in size as soon as γ > |λ|/2, with leaps from side "
        "to side up to γ = |λ|.",
    ),
    right_answers=(
        _TRUTH,
        {"gradient_descent": 466, "saddle_free": 16, "newton_factor": -3, "least_damping": 0.04 / 2},
    ),
    misconceptions=(
        Misconception(
            "doubling whatever the damping",
            {**_TRUTH, "saddle_free": _steps(2.0)},
            "`saddle_free`: the distance doubles without damping. What is the factor with it?",
        ),
        Misconception(
            "damping above the whole eigenvalue",
            {**_TRUTH, "least_damping": 0.04},
            "`least_damping`: that makes H + γI positive definite, which is more than was asked. Look at the "
            "size of the factor for a damping a little below it.",
        ),
        Misconception(
            "leap without its sign",
            {**_TRUTH, "newton_factor": 3.0},
            "`newton_factor`: the size is right. On which side of the saddle does the step end?",
        ),
        Misconception(
            "steps counted as continuous time",
            {**_TRUTH, "gradient_descent": float(np.ceil(np.log(1e4) / 0.02))},
            "`gradient_descent`: you let the distance grow like e^(η|λ|t). A step multiplies by 1 + η|λ|, "
            "which is less than e^(η|λ|).",
        ),
        Misconception(
            "absolute value in Newton's factor",
            {**_TRUTH, "newton_factor": 1 + 0.04 / 0.07},
            "`newton_factor`: that is the saddle-free factor. Newton's method keeps the sign of λ: what is "
            "λ + γ?",
        ),
    ),
)
