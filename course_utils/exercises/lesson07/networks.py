"""Exercise 07.9: which assumptions of the spin-glass model a network keeps."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_WORDS = ("holds", "fails")
_ASKED = ("paths_independent", "gates_independent_of_inputs", "inputs_independent", "low_loss_low_index")
_FOUND = dict(zip(_ASKED, ("fails", "fails", "fails", "holds"), strict=True))

ASSUMPTIONS = Exercise(
    id="07.9",
    title="What the network keeps",
    accepts=parts(**{name: choice(word, _WORDS) for name, word in _FOUND.items()}),
    hints=(
        "The first three are assumptions; the table above compares each with the same numbers in disorder.",
        "Where the measured number is far from that of the shuffled data, the assumption fails.",
        "The last one is what the model was to explain. Lesson 04 found it at certified points of a network.",
    ),
    model=Solution(
        code="""
exercise("07.9").check(
    paths_independent="fails",
    gates_independent_of_inputs="fails",
    inputs_independent="fails",
    low_loss_low_index="holds",
)
""",
        explanation="Every assumption that the proof needs fails, and the conclusion is seen all the same, "
        "as a tendency. So it needs another explanation than this one.",
    ),
    right_answers=(_FOUND, {name: word.upper() for name, word in _FOUND.items()}),
    misconceptions=(
        Misconception(
            "assumptions of a theorem taken for facts",
            dict.fromkeys(_ASKED, "holds"),
            "The first three are what the proof assumes. The table measures each of them.",
        ),
        Misconception(
            "false assumptions make false conclusions",
            dict.fromkeys(_ASKED, "fails"),
            "A conclusion can be true although its proof does not apply. What did lesson 04 find?",
        ),
        Misconception(
            "different paths share no units",
            {**_FOUND, "paths_independent": "holds"},
            "Paths share units, and a unit that is off closes all paths through it at once.",
        ),
        Misconception(
            "gates thrown like coins",
            {**_FOUND, "gates_independent_of_inputs": "holds"},
            "Whether a unit is on depends on the picture: see how often it is on for each digit.",
        ),
        Misconception(
            "neighbouring pixels as independent numbers",
            {**_FOUND, "inputs_independent": "holds"},
            "Neighbouring pixels of a digit go together: see the mean correlation.",
        ),
    ),
)
