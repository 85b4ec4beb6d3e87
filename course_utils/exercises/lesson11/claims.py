"""Exercise 11.7: what is said of today's optimizers at saddles."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_TRUE, _FALSE = "true", "false"
_STATEMENTS = {
    "sophia": ("Sophia divides by the size of a negative curvature, like saddle-free Newton", _FALSE),
    "kfac_sees": ("the matrix that K-FAC divides by has a negative eigenvalue at a strict saddle", _FALSE),
    "kfac_caught": ("K-FAC is drawn into strict saddles, like Newton's method", _FALSE),
    "descent": (
        "starting ten times nearer to a strict saddle costs gradient descent a number of steps more, "
        "and not ten times as many",
        _TRUE,
    ),
    "muon": ("starting ten times nearer to a strict saddle costs Muon as many steps more", _FALSE),
    "turned": (
        "scaling each parameter by its diagonal entry |Hᵢᵢ| works alike in turned coordinates",
        _FALSE,
    ),
    "exact": ("exactly at a saddle, without noise, saddle-free Newton stays where it is", _TRUE),
}
_FOUND = {name: answer for name, (_, answer) in _STATEMENTS.items()}

LEAVING = Exercise(
    id="11.7",
    title="What is said of optimizers at saddles",
    data={name: statement for name, (statement, _) in _STATEMENTS.items()},
    accepts=parts(**{name: choice(answer, (_TRUE, _FALSE)) for name, answer in _FOUND.items()}),
    hints=(
        "For each method write down what the gradient is divided by, and ask whether that can be negative.",
        "Where is a step of fixed length, and where does it shrink with the gradient?",
        "At a saddle g = 0. What does each of them do with zero?",
    ),
    model=Solution(
        code="""
exercise("11.7").check(
    sophia="false", kfac_sees="false", kfac_caught="false", descent="true",
    muon="false", turned="false", exact="true",
)
""",
        explanation="Methods that divide by something positive go down and leave strict saddles, as "
        "gradient descent does; what differs is how long they take, and whether negative curvature makes it "
        "shorter.",
    ),
    right_answers=(_FOUND, {name: answer.capitalize() for name, answer in _FOUND.items()}),
    misconceptions=(
        Misconception(
            "Sophia taken for saddle-free Newton",
            {**_FOUND, "sophia": _TRUE},
            "Look at max(γh, ε) for a negative h: what is left of its size?",
        ),
        Misconception(
            "Gauss–Newton sees negative curvature",
            {**_FOUND, "kfac_sees": _TRUE},
            "A and S are means of squares, aaᵀ and ssᵀ. Can their product have a negative eigenvalue?",
        ),
        Misconception(
            "every second-order method is Newton's",
            {**_FOUND, "kfac_caught": _TRUE},
            "Newton's method is caught because it divides by a negative number. What does K-FAC divide by?",
        ),
        Misconception(
            "fixed steps slow down at saddles",
            {**_FOUND, "muon": _TRUE},
            "The length of Muon's step does not depend on that of the gradient.",
        ),
        Misconception(
            "diagonals do not mind turning",
            {**_FOUND, "turned": _TRUE},
            "Turn the parameters by 45° in the picture, and read the diagonal.",
        ),
        Misconception(
            "saddle-free means free at the saddle",
            {**_FOUND, "exact": _FALSE},
            "The step is −|H|⁻¹g, and g is zero there.",
        ),
    ),
)
