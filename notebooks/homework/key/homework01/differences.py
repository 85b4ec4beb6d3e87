"""Task hw01.3: the best step of a difference formula, predicted."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_STEPS = (1e-2, 1e-5, 1e-8, 1e-11)
_RIGHT = {"one_sided": 1e-8, "central": 1e-5, "larger": 100, "smaller": 10}

DIFFERENCE_STEPS = Exercise(
    id="hw01.3",
    title="The best step of a difference formula",
    data={"steps": _STEPS},
    accepts=parts(
        one_sided=number(_RIGHT["one_sided"], rtol=0.01),
        central=number(_RIGHT["central"], rtol=0.01),
        larger=number(_RIGHT["larger"], rtol=0.01),
        smaller=number(_RIGHT["smaller"], rtol=0.01),
    ),
    hints=(
        "Two errors compete: Taylor's formula, which is cut off, and rounding, at about 10⁻¹⁶ of each "
        "gradient. How does either depend on h?",
        "Rounding is divided by h. What is cut off is of order h to one side, and of order h² when both "
        "sides are used. Where are the two equal?",
        "h = √10⁻¹⁶ for the one-sided formula, h = ∛10⁻¹⁶ for central differences, in orders of magnitude.",
    ),
    model=Solution(
        code="""
exercise("hw01.3").check(
    one_sided=1e-8,  # h and 1e-16 / h are equal
    central=1e-5,    # h**2 and 1e-16 / h are equal
    larger=100,      # the cut-off rules: h**2
    smaller=10,      # rounding rules: 1 / h
)
""",
        explanation="One-sided: h ≈ 10⁻¹⁶/h, so h ≈ 10⁻⁸, and half of the digits are lost. Central: "
        "h² ≈ 10⁻¹⁶/h, so h ≈ 10⁻⁵. To its right the error grows like h², to its left like 1/h.",
    ),
    right_answers=(_RIGHT, {"one_sided": "1e-8", **_RIGHT, "larger": 100.0, "smaller": 10.0}),
    misconceptions=(
        Misconception(
            "smaller steps are always better",
            {**_RIGHT, "one_sided": 1e-11, "central": 1e-11},
            "In exact arithmetic, yes. But two gradients that agree in eleven digits leave only the other "
            "five for their difference.",
        ),
        Misconception(
            "one step for every formula",
            {**_RIGHT, "one_sided": 1e-5},
            "10⁻⁵ suits a formula whose error is of order h². The one-sided formula errs by order h: where "
            "does that meet the rounding?",
        ),
        Misconception(
            "both arms equally steep",
            {**_RIGHT, "larger": 10},
            "Right of the best step Taylor's remainder rules, and the central formula has no term of "
            "order h.",
        ),
        Misconception(
            "rounding grows like its square",
            {**_RIGHT, "smaller": 100},
            "Left of the best step the rounding of two gradients is divided by 2h. How often does h appear "
            "there?",
        ),
    ),
)
