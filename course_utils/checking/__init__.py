"""What an exercise is made of: check, graduated hints and solution, and predictions to commit to.

A course's exercises are data on a shelf of their own (`course_utils.exercises`), found by a `Catalogue`.

How to add an exercise
----------------------
1.  Open the module of its lesson on the shelf, ``lesson01`` for ids "01.1", "01.2", … (``homework03`` for
    "hw03.1", …), a file or a package that holds a tuple ``EXERCISES``; a new module is found by its name.
2.  Write an `engine.Exercise`. Choose what it ``accepts``: from `predicates` `number`, `array`, `choice`,
    `direction`, `subspace`, `parts` of these, `named` where a function of yours names what an answer is,
    or `checker` for a test of your own; from `functions` `function`, which compares the reader's function
    with yours on inputs drawn with a seeded generator.
    Test properties with a tolerance, never the way an answer is written.
3.  Give two hints or more, from a nudge to nearly there; a solution whose code is a cell that ends in
    ``exercise("01.1").check(…)``; two right answers written differently; three misconceptions or more.
    A misconception is found when the answer agrees with its example; give ``detect`` where that is too
    narrow (and always with `checker` and `named`). Its message says what the reader did and what to
    reconsider, not the answer.
4.  Add it to ``EXERCISES`` and run ``pytest tests/exercises``: right answers must be correct,
    misconceptions named, the solution run, and hostile answers met, without a test of its own.
5.  In the notebook show ``exercise("01.1").data``, then a cell with ``...`` where the answer goes that
    ends in ``exercise("01.1").check(answer)``.

A sketch::

    EXERCISE = Exercise(
        id="02.1",
        title="The largest stable learning rate",
        data={"eigenvalues": np.array([1.0, 10.0])},
        accepts=number(0.2),
        hints=("Follow one eigenvector: by which factor does a step shrink it?", "|1 − ηλ| < 1 for every λ."),
        model=Solution(code='exercise("02.1").check(2 / 10.0)', explanation="η < 2/λ_max."),
        right_answers=(0.2, np.float32(0.2)),
        misconceptions=(
            Misconception("best rate of one direction", 0.1, "That rate is optimal along one eigenvector. …"),
            Misconception("smallest eigenvalue limits the rate", 2.0, "Which eigenvector blows up first? …"),
            Misconception("best fixed rate for the largest stable", 2 / 11, "That rate converges fastest. …"),
        ),
    )
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from course_utils.checking.catalogue import Catalogue, MisconceptionRow
from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Feedback, Outcome
from course_utils.checking.points import award
from course_utils.checking.progress import Progress

if TYPE_CHECKING:
    from course_utils.checking.prediction import Prediction, predict
    from course_utils.checking.progress_map import ProgressMap

# What shows widgets is imported when it is first asked for: graders and homework have no use for ipywidgets.
_WITH_WIDGETS = {"Prediction": "prediction", "predict": "prediction", "ProgressMap": "progress_map"}


def __getattr__(name: str) -> Any:
    """Return what shows widgets; AttributeError for any other name."""
    if name not in _WITH_WIDGETS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WITH_WIDGETS[name]}"), name)


__all__ = [
    "Catalogue",
    "Exercise",
    "Feedback",
    "Misconception",
    "MisconceptionRow",
    "Outcome",
    "Prediction",
    "Progress",
    "ProgressMap",
    "Solution",
    "award",
    "predict",
]
