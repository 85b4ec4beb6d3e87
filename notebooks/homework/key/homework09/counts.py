"""Task hw09.4: the same function in other numbers, and how many random directions are enough."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_GIVEN = {"factor": 3.0, "parameters": 1000, "equations": 30, "sums_of_others": 5, "all": 1786, "first": 465}
_TRUTH = {"ingoing": 1 / 9, "outgoing": 9.0, "filtered": 1.0, "directions": 25.0, "wedge": 1321.0}

COUNTS = Exercise(
    id="hw09.4",
    title="Other numbers, same function",
    data=_GIVEN,
    accepts=parts(**{name: number(value, 1e-4 if value > 20 else 5e-3) for name, value in _TRUTH.items()}),
    hints=(
        "With other numbers the loss along an ingoing weight is the old one with w/3 in the place of w. "
        "What does that do to a second derivative?",
        "A filter-normalised direction is made as long as the filter. What happens to it when all weights "
        "of a layer become three times as large?",
        "`directions`: an equation that is a sum of others asks for nothing new. `wedge`: d + n = D.",
    ),
    model=Solution(
        code="""
exercise("hw09.4").check(
    ingoing=1 / 3**2, outgoing=3**2, filtered=1, directions=30 - 5, wedge=1786 - 465
)
""",
        explanation="Curvature along a parameter depends on the unit of that parameter, so a sharp picture "
        "can be made of any network. And what counts for a random subspace is the number of independent "
        "conditions.",
    ),
    right_answers=(
        _TRUTH,
        {"ingoing": 0.1111, "outgoing": 9, "filtered": 1, "directions": 25, "wedge": 1786 - 465},
    ),
    misconceptions=(
        Misconception(
            "curvature scaled like a slope",
            {**_TRUTH, "ingoing": 1 / 3, "outgoing": 3.0},
            "`ingoing`, `outgoing`: that is how first derivatives change. Differentiate once more.",
        ),
        Misconception(
            "large weights taken for sharp",
            {**_TRUTH, "ingoing": 9.0, "outgoing": 1 / 9},
            "`ingoing`, `outgoing`: the other way round. Where a weight is three times as large, a step of "
            "1 is a third of what it was.",
        ),
        Misconception(
            "sharpness that survives the filter",
            {**_TRUTH, "filtered": 9.0},
            "`filtered`: the directions grow and shrink with the weights. Put both changes together.",
        ),
        Misconception(
            "every equation counted",
            {**_TRUTH, "directions": 30.0},
            "`directions`: five of the equations hold by themselves if the others do.",
        ),
        Misconception(
            "dimension of the solutions for the directions",
            {**_TRUTH, "directions": 975.0},
            "`directions`: that is the dimension of the solution set. How many coordinates are needed to "
            "meet it?",
        ),
        Misconception(
            "wedge as large as the plane",
            {**_TRUTH, "wedge": 465.0},
            "`wedge`: d + n = D at the first meeting. A few directions are enough because the wedge has "
            "many.",
        ),
    ),
)
