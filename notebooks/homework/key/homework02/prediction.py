"""Task hw02.2: three ways to choose the rate, predicted."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_RIGHT = {
    "line_search": "about as many",
    "last_step": "less than a tenth",
    "loss": "rises at some steps",
}

STEP_RULES = Exercise(
    id="hw02.2",
    title="Three ways to choose the rate",
    data={"eigenvalues": np.logspace(0, 3, 20), "start": np.logspace(0, -3, 20)},
    accepts=parts(
        line_search=choice(_RIGHT["line_search"], ("about as many", "about a thirtieth", "one step")),
        last_step=choice(_RIGHT["last_step"], ("more", "about as many", "less than a tenth")),
        loss=choice(_RIGHT["loss"], ("falls at every step", "rises at some steps")),
    ),
    hints=(
        "The exact line search ends where the next gradient is perpendicular to this one. What does that "
        "make of the path in a valley?",
        "To delete a flat component some step has to have a rate near its 1/λ. What does such a rate do to "
        "the steep components at that moment?",
    ),
    model=Solution(
        code="""
exercise("hw02.2").check(
    line_search="about as many",           # the zigzag of perpendicular steps
    last_step="less than a tenth",  # the rates visit the whole spectrum
    loss="rises at some steps",            # a rate near 1/λ_min blows up steep components for a while
)
""",
        explanation="The greedy rate is no better in the long run: its rates soon alternate between two "
        "values. The rate of the last step, used one step late, visits the whole spectrum and lets the loss "
        "rise on the way.",
    ),
    right_answers=(_RIGHT, {name: f" {text.upper()}." for name, text in _RIGHT.items()}),
    misconceptions=(
        Misconception(
            "best step by step is best overall",
            {**_RIGHT, "line_search": "about a thirtieth"},
            "Each step of the line search gains as much as a step along −g can. That does not make the "
            "sequence good: κ is in the directions, and no line search changes them.",
        ),
        Misconception(
            "line search finds the minimum",
            {**_RIGHT, "line_search": "one step"},
            "It finds the minimum along −g, and −g does not point at the minimum unless g is an eigenvector.",
        ),
        Misconception(
            "stale curvature is worthless",
            {**_RIGHT, "last_step": "more"},
            "The rate belongs to the last step, true. But just that breaks the zigzag in which the best rate "
            "of the present step is caught.",
        ),
        Misconception(
            "fast methods never rise",
            {**_RIGHT, "loss": "falls at every step"},
            "A component with small λ needs a large rate once, one beyond 2/λ_max. What does the loss do at "
            "that step?",
        ),
    ),
)
