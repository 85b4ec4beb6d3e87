"""Exercise 03.7: what a small gradient proves, and what it does not."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_WORDS = ("local minimum", "saddle", "undecided", "not stationary")
_POINTS = {
    "a": (1e-12, (0.31, 0.8, 5.0)),
    "b": (1e-12, (-0.02, 0.8, 5.0)),
    "c": (1e-12, (0.0, 0.8, 5.0)),
    "d": (3e-2, (0.31, 0.8, 5.0)),
}
_RIGHT = {"a": "local minimum", "b": "saddle", "c": "undecided", "d": "not stationary", "best": "neither"}

VERDICTS = Exercise(
    id="03.7",
    title="What does a small gradient prove?",
    data={name: np.array([norm, *eigenvalues]) for name, (norm, eigenvalues) in _POINTS.items()},
    accepts=parts(
        **{name: choice(_RIGHT[name], _WORDS) for name in _POINTS},
        best=choice("neither", ("gradient norm", "eigenvalues", "neither")),
    ),
    hints=(
        "First ask of each point: is the slope gone? Only then do the eigenvalues decide anything.",
        "With the slope gone: all positive, both signs, or some zero and the others of one sign.",
        "For the last question think of the student that was stuck: which of its numbers said that a better "
        "one exists?",
    ),
    model=Solution(
        code="""
exercise("03.7").check(
    a="local minimum",   # no slope, curved up in every direction
    b="saddle",          # no slope, one direction down, however gently
    c="undecided",       # no slope, one flat direction: higher orders decide
    d="not stationary",  # a slope is left: the eigenvalues classify nothing
    best="neither",      # both tests look at one point
)
""",
        explanation="A small gradient says that a point is nearly level, the eigenvalues say how the loss "
        "bends there. Both are local: neither knows whether a better minimum exists elsewhere.",
    ),
    right_answers=(_RIGHT, {name: word.upper() for name, word in _RIGHT.items()}),
    misconceptions=(
        Misconception(
            "level ground taken for a minimum",
            {**_RIGHT, "b": "local minimum"},
            "At `b` the gradient test is passed, but one eigenvalue is negative: there is a way down, and "
            "gradient descent takes it, slowly.",
        ),
        Misconception(
            "flat direction taken for a way down",
            {**_RIGHT, "c": "saddle"},
            "In `c` no direction curves down. One does not curve at all, and there the second derivatives "
            "are silent.",
        ),
        Misconception(
            "flat direction taken for a floor",
            {**_RIGHT, "c": "local minimum"},
            "In `c` one direction does not curve. It may be the floor of a valley, as with ReLU units, or "
            "the shoulder of a slope.",
        ),
        Misconception(
            "classified on a slope",
            {**_RIGHT, "d": "local minimum"},
            "At `d` a slope is left: one step downhill, and the loss is lower. Eigenvalues name the kind of "
            "a stationary point only.",
        ),
        Misconception(
            "positive eigenvalues prove the best",
            {**_RIGHT, "best": "eigenvalues"},
            "`best`: a spurious minimum has positive eigenvalues too. They describe one valley, and do not "
            "know of the others.",
        ),
    ),
)
