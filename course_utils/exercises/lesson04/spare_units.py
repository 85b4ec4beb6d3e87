"""Exercise 04.6: the index of a narrow network inside a wide one."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import number

_UNITS, _USED, _CLASSES = 8, 3, 10

SPARE_UNITS = Exercise(
    id="04.6",
    title="The index of spare units",
    data={"hidden_units": _UNITS, "units_in_use": _USED, "classes": _CLASSES},
    accepts=number((_UNITS - _USED) * (_CLASSES - 1)),
    hints=(
        "Look at the table of widths: by how much does the index change from one width to the next?",
        "It is the same for every spare unit, and tied to the number of classes. Why one less than that?",
        "Multiply the number of spare units by the number of classes minus one.",
    ),
    model=Solution(
        code="""
data = exercise("04.6").data
spare = data["hidden_units"] - data["units_in_use"]
exercise("04.6").check(spare * (data["classes"] - 1))
""",
        explanation="A spare unit can help each class against the others. The errors of an example add up to "
        "zero, so that makes one direction fewer than classes, and each curves down as long as weight decay "
        "is weaker.",
    ),
    right_answers=(45, np.float64((_UNITS - _USED) * (_CLASSES - 1))),
    misconceptions=(
        Misconception(
            "one way down for each spare unit",
            _UNITS - _USED,
            "Each spare unit opens more than one way down: count the drop from width to width in the table.",
        ),
        Misconception(
            "one way down for every class",
            (_UNITS - _USED) * _CLASSES,
            "Nearly: one direction for each class would be too many. Softmax outputs add up to one.",
        ),
        Misconception(
            "used units counted as spare",
            _USED * (_CLASSES - 1),
            "You counted the units in use. They sit at a minimum of their own; the others open ways down.",
        ),
        Misconception(
            "index of the width in the lesson",
            18,
            "That is the index in a network of five units. How many are spare in this one?",
        ),
    ),
)
