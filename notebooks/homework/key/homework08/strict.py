"""Task hw08.1: strict or not, on landscapes that the lesson does not show."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

_YES, _NO = "strict", "not strict"
_DIM = 6
_WORDS = {
    "ring": _YES,
    "cross": _YES,
    "monkey": _NO,
    "two_layers": _YES,
    "decayed_chain": _YES,
    "shoulder": _NO,
}
_NUMBERS = {"saddles": float(3**_DIM - 1 - 2 * _DIM), "flattest": -2 / (2 * _DIM - 1)}
_TRUTH = _WORDS | _NUMBERS

STRICT = Exercise(
    id="hw08.1",
    title="Strict or not?",
    accepts=parts(
        **{name: choice(word, (_YES, _NO)) for name, word in _WORDS.items()},
        saddles=number(_NUMBERS["saddles"], rtol=1e-4),
        flattest=number(_NUMBERS["flattest"]),
    ),
    hints=(
        "List the critical points first. Each has to be a local minimum, flat or not, or to have a negative "
        "eigenvalue.",
        "A product of two weights has second derivatives at zero, a product of three has none. Weight decay "
        "adds its own to every diagonal entry.",
        "Tensor decomposition: each of the n coordinates is −, 0 or + in use. All 0 is the maximum, one in "
        "use a minimum. With k in use the lowest eigenvalue is −2/(2k − 1).",
    ),
    model=Solution(
        code="""
exercise("hw08.1").check(
    ring="strict", cross="strict", monkey="not strict",
    two_layers="strict", decayed_chain="strict", shoulder="not strict",
    saddles=3**6 - 1 - 2 * 6, flattest=-2 / (2 * 6 - 1),
)
""",
        explanation="Strict asks one thing of a point that is no minimum: a negative eigenvalue. Minima may "
        "be flat (ring, cross) and even bad: weight decay turns the flat saddle of the chain into a local "
        "minimum at zero weights, above the lowest one.",
    ),
    right_answers=(
        _TRUTH,
        {name: value.upper() if isinstance(value, str) else value for name, value in _TRUTH.items()},
    ),
    misconceptions=(
        Misconception(
            "flat minima against strictness",
            {**_TRUTH, "ring": _NO, "cross": _NO},
            "`ring`, `cross`: their minima have eigenvalues of zero. That is allowed: only a point that is "
            "no minimum has to curve down.",
        ),
        Misconception(
            "two layers as flat as three",
            {**_TRUTH, "two_layers": _NO},
            "`two_layers`: at w = 0 compute ∂²f/∂w₁∂w₂. It is not zero.",
        ),
        Misconception(
            "strict landscape without bad minima",
            {**_TRUTH, "decayed_chain": _NO},
            "`decayed_chain`: weight decay gives every direction at w = 0 the curvature 0.1. So what kind of "
            "point is it? That it lies above the lowest minimum does not matter here.",
        ),
        Misconception(
            "shoulder that is no saddle",
            {**_TRUTH, "shoulder": _YES},
            "`shoulder`: at 0 it falls along −x₁, so the point is no minimum. Which eigenvalue says so?",
        ),
        Misconception(
            "three ways down and no curvature",
            {**_TRUTH, "monkey": _YES},
            "`monkey`: it has ways down, three of them. Are they ways that the second derivatives see?",
        ),
        Misconception(
            "maximum counted among saddles",
            {**_TRUTH, "saddles": _NUMBERS["saddles"] + 1},
            "`saddles`: one of these points has no way up. It is a maximum.",
        ),
        Misconception(
            "steepest saddle for the flattest",
            {**_TRUTH, "flattest": -2 / 3},
            "`flattest`: that is the saddle with two parts in use. With more in use the curvature is weaker.",
        ),
    ),
)
