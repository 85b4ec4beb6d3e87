"""Exercise 09.10: tools and what they draw of three known landscapes."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_WORDS = (
    "faithful",
    "axis in other units",
    "start not in the middle",
    "biases do not move",
    "directions not orthogonal",
)
_FAULTS = {
    "a": "axis in other units",
    "b": "faithful",
    "c": "biases do not move",
    "d": "start not in the middle",
    "e": "directions not orthogonal",
}


def _sheet(
    scale: float = 1.0, shift: float = 0.0, cosine: float = 0.0, bias: float = 0.2
) -> dict[str, list[float]]:
    """Return what a tool with these faults draws of the three known landscapes."""
    t = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    moved = scale * (t + shift)
    return {
        "bowl": np.round(moved**2 / 2, 3).tolist(),
        "corner": [round(scale**2 * (1 + shift) ** 2 * (1 + cosine), 3)],
        "biases": np.round(bias * moved**2 / 2, 3).tolist(),
    }


TOOLS = Exercise(
    id="09.10",
    title="Check five tools",
    data={
        "coordinates": [-1.0, -0.5, 0.0, 0.5, 1.0],
        "a": _sheet(scale=2.0),
        "b": _sheet(bias=0.3),
        "c": _sheet(bias=0.0),
        "d": _sheet(shift=0.25),
        "e": _sheet(cosine=0.6),
    },
    accepts=parts(**{name: choice(fault, _WORDS) for name, fault in _FAULTS.items()}),
    hints=(
        "The bowl is ½‖θ − θ₀‖²: at a distance of 1 along a direction of length 1 it is ½, in the middle 0.",
        "At the corner (1, 1) it is 1 if the two directions are at right angles: ½(1 + 1 + 2 cos).",
        "The third landscape sees the biases alone. Any curvature may come out, but none at all is a sign.",
    ),
    model=Solution(
        code="""
exercise("09.10").check(
    a="axis in other units",
    b="faithful",
    c="biases do not move",
    d="start not in the middle",
    e="directions not orthogonal",
)
""",
        explanation="Three landscapes whose pictures one can write down show each of these faults in a "
        "minute, without reading any code.",
    ),
    right_answers=(_FAULTS, {name: fault.upper() for name, fault in _FAULTS.items()}),
    misconceptions=(
        Misconception(
            "every tool is faithful",
            dict.fromkeys(_FAULTS, "faithful"),
            "One of the five is. Compare the bowl at 1, in the middle and at the corner with ½, 0 and 1.",
        ),
        Misconception(
            "long axis taken for slanted directions",
            {**_FAULTS, "a": "directions not orthogonal"},
            "The corner alone cannot tell: look at the bowl along one direction first.",
        ),
        Misconception(
            "steep biases taken for a fault",
            {**_FAULTS, "b": "axis in other units"},
            "How much of a direction lies in the biases is chance. The bowl has the right height.",
        ),
        Misconception(
            "shifted bowl taken for another scale",
            {**_FAULTS, "d": "axis in other units"},
            "Another scale would keep the lowest point in the middle. Where is it?",
        ),
    ),
)
