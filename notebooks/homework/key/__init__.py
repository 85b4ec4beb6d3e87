"""The key to the homework: right answers, model solutions, misconceptions with examples, and their tests.

For the lecturer alone. Graded cells import it, the course does not: what students' checks need of it is
written into the course by ``make checks`` (see `course_utils.checking.released`).
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.checking import Catalogue
from course_utils.checking.points import Part
from course_utils.checking.predicates import Predicate, real_array

_KEY = Catalogue(__name__)
exercise = _KEY.exercise
all_exercises = _KEY.all_exercises


def parts(id: str) -> Mapping[str, Predicate]:
    """Return the predicates of a task of several values, by name; each gives a verdict on a value.

    Parameters
    ----------
    id : of the task, "hw03.1".
    """
    found: Mapping[str, Predicate] = exercise(id).accepts.expected
    return found


def fresh(id: str) -> Predicate:
    """Return the visible check of a function on other inputs: to know the visible ones earns nothing.

    Parameters
    ----------
    id : of the task, "hw03.2".
    """
    checks: dict[str, Predicate] = import_module(f"{__name__}.homework{id[2:4]}").FRESH
    return checks[id]


def same(came: Any, expected: ArrayLike, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Whether numbers of this shape came, each within ``atol`` plus ``rtol`` times the expected one.

    What came is read as the visible checks read it. `numpy.allclose` would spread one row or number over all.

    Parameters
    ----------
    came : what a student's function returned.
    expected : the right numbers; a single one may come in any shape.
    rtol, atol : the tolerances.
    """
    target = np.asarray(expected, dtype=float)
    values, _ = real_array(came, "", target.ndim)
    if values is None:
        return False
    if values.size == target.size == 1:
        values = values.reshape(target.shape)
    return values.shape == target.shape and np.allclose(values, target, rtol=rtol, atol=atol)


def share(id: str, names: Sequence[str], answers: Mapping[str, Any]) -> float:
    """Return which share, 0 … 1, of the values called ``names`` is right; a missing one is not.

    Parameters
    ----------
    id : of the task, "hw05.3".
    names : of some of its values.
    answers : what the student gave, by name.
    """
    predicates = parts(id)
    return sum(predicates[name](answers.get(name)).is_correct for name in names) / len(names)


def hidden_tests(id: str, function: Callable[..., Any]) -> tuple[Part, ...]:
    """Return what `award` takes for a student's function.

    Parameters
    ----------
    id : of the task, "hw03.2".
    """
    tests: dict[str, Callable[..., tuple[Part, ...]]]
    tests = import_module(f"{__name__}.homework{id[2:4]}.hidden").HIDDEN
    return tests[id](function)


__all__ = ["all_exercises", "exercise", "fresh", "hidden_tests", "parts", "same", "share"]
