"""Task hw06.3: which start ends at which kind of critical point."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_KINDS = ("minimum", "saddle", "maximum")
_STARTS = {
    "A": (0.2, 0.3),
    "B": (0.2, 1.3),
    "C": (0.9, 1.2),
    "D": (0.0, 0.3),
    "E": (0.0, 0.0),
    "F": (0.5, 1.1),
}
_NEWTON = ("maximum", "saddle", "minimum", "maximum", "maximum", "minimum")
_SADDLE_FREE = ("minimum", "minimum", "minimum", "saddle", "maximum", "minimum")
_TRUTH = {f"newton_{start}": kind for start, kind in zip(_STARTS, _NEWTON, strict=True)}
_TRUTH |= {f"saddle_free_{start}": kind for start, kind in zip(_STARTS, _SADDLE_FREE, strict=True)}

ENDS = Exercise(
    id="hw06.3",
    title="Which start ends where?",
    data={"starts": _STARTS},
    accepts=parts(**{name: choice(kind, _KINDS) for name, kind in _TRUTH.items()}),
    hints=(
        "x and y are on their own: each follows φ(x) = x⁴/4 − x²/2, with a maximum at 0 and minima at ±1. A "
        "point with one coordinate at a maximum and one at a minimum is a saddle.",
        "Newton moves x to x − φ′/φ″ = 2x³/(3x² − 1). Where does that lead from 0.2, from 0.5, from 1.3?",
        "The saddle-free step divides φ′ by |φ″|. Where φ′ = 0 it does nothing in that coordinate.",
    ),
    model=Solution(
        code="""
exercise("hw06.3").check(
    newton_A="maximum", newton_B="saddle", newton_C="minimum",
    newton_D="maximum", newton_E="maximum", newton_F="minimum",
    saddle_free_A="minimum", saddle_free_B="minimum", saddle_free_C="minimum",
    saddle_free_D="saddle", saddle_free_E="maximum", saddle_free_F="minimum",
)
""",
        explanation="Newton keeps a coordinate below 1/√5 at the top, and leaps across from 0.5. The "
        "saddle-free step leaves the top from every place but the top itself: on the line x = 0 it walks "
        "into a saddle, in spite of its name.",
    ),
    right_answers=(
        _TRUTH,
        {name: f" {kind.title()}. " for name, kind in _TRUTH.items()},
    ),
    misconceptions=(
        Misconception(
            "saddle-free step from the very top",
            {**_TRUTH, "saddle_free_D": "minimum", "saddle_free_E": "minimum"},
            "`saddle_free_D`, `saddle_free_E`: both begin where a coordinate of the gradient is zero, and "
            "dividing zero by |φ″| leaves it zero.",
        ),
        Misconception(
            "saddle-free method at no saddle",
            {**_TRUTH, "saddle_free_D": "minimum"},
            "`saddle_free_D`: the slope across the line x = 0 is exactly zero there. Can a step leave the "
            "line?",
        ),
        Misconception(
            "Newton descends everywhere",
            {**_TRUTH, **{f"newton_{start}": "minimum" for start in "ABD"}},
            "You let Newton go downhill. Where φ″ < 0 its step x − φ′/φ″ goes up.",
        ),
        Misconception(
            "Newton afraid of minima",
            {**_TRUTH, "newton_F": "saddle"},
            "`newton_F`: φ″ is negative at 0.5, but the step is so long that it leaps across the top. "
            "Compute 2x³/(3x² − 1).",
        ),
        Misconception(
            "saddle where all curvatures are negative",
            {**_TRUTH, "newton_A": "saddle", "newton_D": "saddle"},
            "`newton_A`, `newton_D`: both coordinates go to the top. What is a point at which every "
            "eigenvalue is negative?",
        ),
    ),
)
