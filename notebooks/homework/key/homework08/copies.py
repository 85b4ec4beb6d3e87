"""Task hw08.4: what makes two copies of a unit different."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_EQUAL, _PART = "stay equal", "part"
_TRUTH = {
    "gradient_descent": _EQUAL,
    "mini_batches": _EQUAL,
    "adam": _EQUAL,
    "weight_decay": _EQUAL,
    "saddle_free": _EQUAL,
    "dropout": _PART,
    "kick": _PART,
    "trust_region": _PART,
}

COPIES = Exercise(
    id="hw08.4",
    title="Two units that are copies",
    accepts=parts(**{name: choice(word, (_EQUAL, _PART)) for name, word in _TRUTH.items()}),
    hints=(
        "Exchange the two units: the loss stays what it is, for every example. What does that say of the two "
        "gradients where the units are equal?",
        "Two equal units with equal gradients get equal steps from every rule that treats all coordinates "
        "alike. Which of the eight do not?",
        "An eigenvector of H on the symmetric points is either the same on both units or opposite on them. "
        "Of what does |H|⁻¹g consist, and what does the hard case add?",
    ),
    model=Solution(
        code="""
exercise("hw08.4").check(
    gradient_descent="stay equal", mini_batches="stay equal", adam="stay equal",
    weight_decay="stay equal", saddle_free="stay equal",
    dropout="part", kick="part", trust_region="part",
)
""",
        explanation="Noise has to have a part along the way down, and mini-batches have none here: both "
        "units get the same gradient from every example. Dropout and kicks treat the two differently; an "
        "exact trust region finds the way from the Hessian alone.",
    ),
    right_answers=(_TRUTH, {name: f"{word.title()}." for name, word in _TRUTH.items()}),
    misconceptions=(
        Misconception(
            "any noise breaks any symmetry",
            {**_TRUTH, "mini_batches": _PART},
            "`mini_batches`: a batch is a mean over examples, and each of them gives both units the same "
            "gradient. Noise that is the same for both does not part them.",
        ),
        Misconception(
            "rescaling taken for a push",
            {**_TRUTH, "adam": _PART},
            "`adam`: it divides by the size of past gradients, coordinate by coordinate. Those of the two "
            "units have been the same at every step.",
        ),
        Misconception(
            "saddle-free step against a symmetry",
            {**_TRUTH, "saddle_free": _PART},
            "`saddle_free`: |H|⁻¹ stretches the parts of g that are there. How large is the part of g along "
            "a direction in which the units differ?",
        ),
        Misconception(
            "curvature without a gradient does nothing",
            {**_TRUTH, "trust_region": _EQUAL},
            "`trust_region`: this is the hard case. What does an exact step add along v₁, although g has no "
            "part there?",
        ),
        Misconception(
            "dropout as the same for both",
            {**_TRUTH, "dropout": _EQUAL},
            "`dropout`: it switches single units off, at random. In a step in which one of the two is off, "
            "do both get the same gradient?",
        ),
    ),
)
