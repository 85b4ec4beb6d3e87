"""A small exercise, for the tests of what exercises are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import Predicate

VECTOR = np.array([3.0, -4.0])


def make(accepts: Predicate, examples: tuple = (1.0, 2.0, 3.0), **settings: Any) -> Exercise:
    """Return an exercise whose misconceptions have these examples; ``settings`` replace its fields."""
    fields = {
        "id": "99.1",
        "title": "A toy",
        "accepts": accepts,
        "hints": ("first", "second"),
        "model": Solution("exercise('99.1').check(5)", "Because `five`."),
        "right_answers": (5.0, 5),
        "misconceptions": tuple(Misconception(f"wrong {e}", e, f"That is {e}.") for e in examples),
        "time_limit": 2.0,
    }
    return Exercise(**(fields | settings))


def double(x: Any) -> Any:
    return 2 * x


def doubling(**settings: Any) -> Exercise:
    """Return an exercise that asks for a function that doubles."""
    wrongs = (lambda x: x, lambda x: 2 * abs(x), lambda x: x**2)
    return make(function(double, [(VECTOR,), (np.array([1.0, 2.0, 5.0]),)]), wrongs, **settings)
