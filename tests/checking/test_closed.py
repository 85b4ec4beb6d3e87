"""What a visible check hands out answers what the task allows, and has nothing that leads to the rest."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator

import numpy as np
import pytest

from course_utils.checking.closed import METHODS, Closed
from course_utils.exercises import exercise
from course_utils.exercises.homework01 import FlawedGradient
from course_utils.exercises.homework02 import ProductsOnly
from course_utils.objectives import Objective, Rosenbrock


def reached(value: object, seen: set[int]) -> Iterator[object]:
    """Everything that attributes, items and closures lead to from an object, without modules and classes."""
    if id(value) in seen or isinstance(value, str | int | float | type | np.ndarray):
        return
    seen.add(id(value))
    yield value
    inner = list(getattr(value, "__dict__", {}).values()) + [
        cell.cell_contents for cell in getattr(value, "__closure__", None) or ()
    ]
    inner += value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    for one in inner:
        yield from reached(one, seen)


@pytest.mark.parametrize(
    ("whole", "allowed"),
    [
        (FlawedGradient(Rosenbrock(4), [1, -1, 1, 1]), ("value", "gradient")),
        (ProductsOnly([1.0, -2.0, 3.0], np.random.default_rng(1)), ("hvp",)),
    ],
)
def test_what_is_allowed_is_answered_and_nothing_leads_to_the_rest(whole, allowed):
    closed, x = Closed(whole), np.linspace(-1, 2, whole.dim)
    for method in METHODS:
        arguments = (x, x[::-1]) if method == "hvp" else (x,)
        if method in allowed:
            np.testing.assert_array_equal(
                getattr(closed, method)(*arguments), getattr(whole, method)(*arguments)
            )
        else:
            with pytest.raises(ValueError, match=f"answers {', '.join(allowed)} alone, not {method}"):
                getattr(closed, method)(*arguments)
    assert not any(isinstance(one, Objective) for one in reached(closed, set()) if one is not closed)
    assert not hasattr(closed, "planted")
    assert copy.deepcopy(closed) is closed


def wrong_entries(objective, x):
    return sorted(objective.planted)


def by_hessian(objective, x):
    return np.flatnonzero(np.abs(objective.hessian(x)).sum(axis=0) < 0)


def by_eigenvalues(objective, x, v):
    return objective._eigenvalues.max()


def by_matrix(objective, x, v):
    return np.linalg.eigvalsh(objective.hessian(x))[-1]


def by_operator(objective, x, v):
    return np.linalg.eigvalsh(objective.hessian_operator(x).matrix())[-1]


def by_gradients(objective, x, v):
    for _ in range(300):
        v = objective.gradient(v / np.linalg.norm(v)) + 11 * v / np.linalg.norm(v)
    return np.linalg.norm(v) - 11


@pytest.mark.parametrize(
    ("task", "function", "told"),
    [
        ("hw01.4", wrong_entries, "'Closed' object has no attribute 'planted'"),
        ("hw01.4", by_hessian, "this objective answers value, gradient alone, not hessian"),
        ("hw02.4", by_eigenvalues, "'Closed' object has no attribute '_eigenvalues'"),
        ("hw02.4", by_matrix, "this objective answers hvp alone, not hessian"),
        ("hw02.4", by_operator, "this objective answers hvp alone, not hessian"),
        ("hw02.4", by_gradients, "this objective answers hvp alone, not gradient"),
    ],
)
def test_the_visible_check_refuses_what_the_grader_refuses_and_cites_the_readers_line(task, function, told):
    message = exercise(task).check(function).message
    assert told in message
    last = inspect.getsource(function).splitlines()[-1 if function is not by_gradients else 2].strip()
    assert f": `{last[:60]}" in message
