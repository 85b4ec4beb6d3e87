"""Task hw07.6: what a finding is about, and which assumption it speaks against."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

_DECIDES = {"one_curve": "landscape", "heights": "search", "number_found": "search"}
_BREAKS = {
    "closed_at_once": "paths",
    "zeros_and_ones": "gates",
    "ink": "inputs",
    "decay": "weights",
    "same_loss": "none",
}
_ASSUMPTIONS = ("paths", "gates", "inputs", "weights", "none")
_TRUTH = {**_DECIDES, **_BREAKS}

WORDS = Exercise(
    id="hw07.6",
    title="What does it show?",
    accepts=parts(
        **{name: choice(word, ("landscape", "search")) for name, word in _DECIDES.items()},
        **{name: choice(word, _ASSUMPTIONS) for name, word in _BREAKS.items()},
    ),
    hints=(
        "For the first three ask: would other starts have given the same? Section 4 of the lesson tried two "
        "kinds.",
        "For the others, read the four assumptions one by one: does the finding contradict this very one? A "
        "finding that the model predicts contradicts none.",
        "`closed_at_once` is about two paths and one picture, `zeros_and_ones` about one path and two "
        "pictures.",
    ),
    model=Solution(
        code="""
exercise("hw07.6").check(
    one_curve="landscape", heights="search", number_found="search",
    closed_at_once="paths", zeros_and_ones="gates", ink="inputs", decay="weights", same_loss="none",
)
""",
        explanation="The curve is the landscape's; where the points lie on it, and how many there are, is "
        "the search's. Four findings break an assumption each; the fifth is what the model was to explain.",
    ),
    right_answers=(_TRUTH, {name: f" {word.upper()}." for name, word in _TRUTH.items()}),
    misconceptions=(
        Misconception(
            "heights of a sample for those there are",
            {**_TRUTH, "heights": "landscape"},
            "`heights`: from points along descents the same method finds low ones. What has changed, the "
            "landscape or the starts?",
        ),
        Misconception(
            "found taken for existing",
            {**_TRUTH, "number_found": "landscape"},
            "`number_found`: the landscape is the same after 600 and after 1,200 starts.",
        ),
        Misconception(
            "law put down to the search",
            {**_TRUTH, "one_curve": "search"},
            "`one_curve`: two searches that look at different heights agree where they overlap. What do they "
            "have in common?",
        ),
        Misconception(
            "shared units blamed on the picture",
            {**_TRUTH, "closed_at_once": "gates"},
            "`closed_at_once`: this is one picture and many paths. Which assumption is about several paths?",
        ),
        Misconception(
            "units that know zeros blamed on paths",
            {**_TRUTH, "zeros_and_ones": "paths"},
            "`zeros_and_ones`: this is one unit and several pictures. Which assumption says that pictures do "
            "not matter to it?",
        ),
        Misconception(
            "prediction mistaken for a premise",
            {**_TRUTH, "same_loss": "weights"},
            "`same_loss`: that is what the model is to explain, and it is seen. It contradicts nothing that "
            "was assumed.",
        ),
    ),
)
