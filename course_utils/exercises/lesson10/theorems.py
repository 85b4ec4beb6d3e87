"""Exercise 10.2: which theorem speaks of which network."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_WORDS = ("proven", "counterexample", "no theorem")
_VERDICTS = {
    "linear_squared": "proven",
    "linear_softmax": "proven",
    "linear_narrow": "counterexample",
    "relu_teacher": "counterexample",
    "tanh_digits": "no theorem",
    "tanh_wide": "no theorem",
}

THEOREMS = Exercise(
    id="10.2",
    title="Which theorem speaks of your network?",
    data={
        "linear_squared": "linear, 10-4-4-10, squared error, data in general position",
        "linear_softmax": "linear, 10-10-3, softmax cross-entropy",
        "linear_narrow": "linear, 2-1-2, a convex loss that is no squared error",
        "relu_teacher": "ReLU, 20 units learn 20 units",
        "tanh_digits": "tanh, 100-5-10, cross-entropy, 1,000 digits",
        "tanh_wide": "tanh, 100-50-10, squared error, 1,000 digits",
    },
    accepts=parts(**{name: choice(word, _WORDS) for name, word in _VERDICTS.items()}),
    hints=(
        "Go down the table: does the model fit, does the loss fit, does the width fit?",
        "Linear networks: squared error at any width, another convex loss only without a narrow layer.",
        "Wide layers: Nguyen & Hein need about as many units as examples.",
    ),
    model=Solution(
        code="""
exercise("10.2").check(
    linear_squared="proven",
    linear_softmax="proven",
    linear_narrow="counterexample",
    relu_teacher="counterexample",
    tanh_digits="no theorem",
    tanh_wide="no theorem",
)
""",
        explanation="Kawaguchi, then Laurent & von Brecht; the narrow one is the weighted example of the "
        "lesson, and the ReLU students are those of Safran & Shamir. Fifty units for a thousand digits are "
        "far from wide: of the networks that one trains, nothing is proven.",
    ),
    right_answers=(_VERDICTS, {name: word.upper() for name, word in _VERDICTS.items()}),
    misconceptions=(
        Misconception(
            "linear networks never have bad minima",
            {**_VERDICTS, "linear_narrow": "proven"},
            "Squared error at any width; for other convex losses the theorem asks that no layer is "
            "narrower than both inputs and outputs. This one is.",
        ),
        Misconception(
            "wide taken for wider than the outputs",
            {**_VERDICTS, "tanh_wide": "proven"},
            "Wide means as many units as *examples*, or nearly. How many digits are there?",
        ),
        Misconception(
            "no theorem taken for a counterexample",
            {**_VERDICTS, "tanh_digits": "counterexample", "tanh_wide": "counterexample"},
            "That nothing is proven does not show that there is a bad minimum. Do you have one for this "
            "network and these data?",
        ),
        Misconception(
            "as many units as the teacher are enough",
            {**_VERDICTS, "relu_teacher": "proven"},
            "As many units as the teacher: just there Safran & Shamir's students get stuck.",
        ),
    ),
)
