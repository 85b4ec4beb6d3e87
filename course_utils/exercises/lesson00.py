"""The exercise of 00, start here: small enough to show how exercises behave."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import number

GRADIENT_NORM = Exercise(
    id="00.1",
    title="The length of a gradient",
    accepts=number(math.sqrt(40.0), rtol=1e-3),
    hints=(
        "Differentiate x₁² + 3x₂² with respect to x₁ and to x₂, and put in (1, 1).",
        "The gradient is (2x₁, 6x₂). The length of a vector is the root of the sum of its squares.",
    ),
    model=Solution(
        code="""
gradient = np.array([2.0, 6.0])
exercise("00.1").check(np.linalg.norm(gradient))
""",
        explanation="The gradient is (2x₁, 6x₂) = (2, 6) at (1, 1), and its length √(4 + 36).",
    ),
    right_answers=(math.sqrt(40.0), np.linalg.norm([2.0, 6.0]), 6.325),
    misconceptions=(
        Misconception(
            "value taken for gradient",
            4.0,
            "That is the value of the function at (1, 1). The gradient collects its two derivatives.",
        ),
        Misconception(
            "components added for a length",
            8.0,
            "You added the components. The length of a vector comes from their squares.",
        ),
        Misconception(
            "root forgotten in a length",
            40.0,
            "That is the squared length: one step is missing.",
        ),
    ),
)

EXERCISES = (GRADIENT_NORM,)
