"""Task hw10.2: minimum, strict saddle, flat saddle, or no critical point at all."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_MINIMUM, _STRICT, _FLAT, _NOT = _WORDS = ("minimum", "strict saddle", "flat saddle", "not critical")
_TRUTH = {
    "closed_once": _NOT,  # the slope of w₁ is −w₂w₃
    "closed_twice": _STRICT,  # ∂²f/∂w₁∂w₂ = −w₃
    "four_layers": _FLAT,  # H = 0; w₁, w₂, w₃ opened together lead down
    "penalised": _MINIMUM,  # eigenvalues 2 ± 1
    "solved": _MINIMUM,
    "idle_biased": _STRICT,
    "idle_bare": _FLAT,  # φ′ is the same at all corners, so nothing couples v to the other weights
    "level": _NOT,  # φ′ differs from corner to corner
    "steep": _NOT,  # the slope is 10⁻¹⁷ or less, and no zero
}

KINDS = Exercise(
    id="hw10.2",
    title="What kind of point?",
    accepts=parts(**{name: choice(word, _WORDS) for name, word in _TRUTH.items()}),
    hints=(
        "First the slopes. In a chain, the slope of w₁ is (product − 1) times all the other weights.",
        "The second derivative by two weights of a chain with product 0 is minus the product of all others.",
        "XOR, both answers ½: the errors are ½·x₁x₂. An idle unit couples its v to its incoming weights by "
        "the sum of x₁x₂·φ′(z)·(x₁, x₂, 1) over the corners. When is that zero?",
        "Lesson 10, section 2: at finite weights every critical point that makes an error answers ½ "
        "everywhere.",
    ),
    model=Solution(
        code="""
exercise("hw10.2").check(
    closed_once="not critical",
    closed_twice="strict saddle",
    four_layers="flat saddle",
    penalised="minimum",
    solved="minimum",
    idle_biased="strict saddle",
    idle_bare="flat saddle",
    level="not critical",
    steep="not critical",
)
""",
        explanation="One closed weight is a slope, two are a strict saddle, three a flat one; a penalty "
        "above the coupling makes a minimum of it. And a gradient that is computed as zero is no critical "
        "point where a theorem says that there is none.",
    ),
    right_answers=(_TRUTH, {name: word.upper() for name, word in _TRUTH.items()}),
    misconceptions=(
        Misconception(
            "zero product taken for zero slope",
            {**_TRUTH, "closed_once": _STRICT},
            "`closed_once`: opening w₁ alone changes the product at once, since the others are open.",
        ),
        Misconception(
            "three layers always flat",
            {**_TRUTH, "closed_twice": _FLAT},
            "`closed_twice`: w₃ is open. So two weights, opened together, change the product to second "
            "order.",
        ),
        Misconception(
            "no negative eigenvalue, so a minimum",
            {**_TRUTH, "four_layers": _MINIMUM, "idle_bare": _MINIMUM},
            "`four_layers`, `idle_bare`: no eigenvalue is negative, but that is not enough for a minimum. "
            "Look for a way down of third or fourth order.",
        ),
        Misconception(
            "saddle of two layers under any penalty",
            {**_TRUTH, "penalised": _STRICT},
            "`penalised`: without the penalty the eigenvalues are ±1. What does it add to both?",
        ),
        Misconception(
            "flat directions against a minimum",
            {**_TRUTH, "solved": _FLAT},
            "`solved`: the loss is zero there, and nowhere less. Flat directions do not change that.",
        ),
        Misconception(
            "constant answer without a slope",
            {**_TRUTH, "level": _STRICT},
            "`level`: the answer is ½ everywhere, but the units are in use. Compute the slope in their "
            "incoming weights: φ′ is not the same at all corners.",
        ),
        Misconception(
            "zero in float64 taken for zero",
            {**_TRUTH, "steep": _MINIMUM},
            "`steep`: the loss is near 1/16. Which losses can a critical point of this network have?",
        ),
    ),
)
