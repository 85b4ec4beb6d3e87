"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from course_utils.exercises.homework03 import faults
from course_utils.exercises.homework03.minima import hollows
from course_utils.objectives import Rastrigin, Wells
from key import fresh, homework03


def _task_2(canonical_form: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `canonical_form`."""
    visible = fresh("hw03.2")

    rng = np.random.default_rng(2032)

    def network(k: Any, d: Any, m: Any) -> Any:
        return rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=(m, k))

    zeros, length, twins, silent, alike, deaf = (network(5, 3, 2) for _ in range(6))
    zeros[0][:3, 0] = 0.0
    length[0][:] = [[3, 4, 0], [4, 3, 0], [0, 3, 4], [0, 4, -3], [5, 0, 0]]
    length[1][:] = [1, -1, 1, 1, -1]
    for part in (twins[0], twins[1], twins[2].T):
        part[1], part[3] = part[0], -part[2]  # two equal units, and two that become equal by a flip
    for part in (silent[0], silent[1], silent[2].T):
        part[2:4] = 0.0
    alike[0][1], alike[1][1] = alike[0][0], alike[1][0]
    deaf[0][1:3], deaf[1][1:3] = 0.0, 0.0  # they read nothing; their outgoing weights can still be flipped
    ones = np.abs(rng.normal(size=6)) + np.vstack([np.zeros(6), np.eye(6)])  # they differ in one number each
    single = ones[:, :3], ones[:, 3], ones[:, 4:].T
    return (
        (1.5, "the visible check on other inputs", lambda: visible(canonical_form)),
        (0.5, "first weights that are zero", lambda: not faults(canonical_form, [zeros])),
        (0.5, "units of equal length", lambda: not faults(canonical_form, [length])),
        (0.5, "equal units, silent units", lambda: not faults(canonical_form, [twins, silent])),
        (
            0.5,
            "units that read the same, nothing, or nearly the same",
            lambda: not faults(canonical_form, [alike, deaf, single]),
        ),
        (0.5, "other sizes", lambda: not faults(canonical_form, [network(1, 2, 1), network(12, 4, 3)])),
    )


def _task_3(multi_start: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `multi_start`."""
    visible = fresh("hw03.3")

    rng = np.random.default_rng(2033)
    many = rng.uniform(-2.4, 2.4, (60, 2))
    space = np.concatenate([rng.uniform(-2, 2, (40, 3)), [[0.5, 0, 1], [0, 0, 0], [0, 1, 1]]])
    near = rng.uniform(-1.5, 1.5, (20, 2))
    tasks = {
        "another": (Rastrigin(), many, 0.002, 80, 0.01),
        "saddles": (Wells([-1.0, -2.0, -0.5]), space, 0.1, 400, 0.05),
        "slope": (Wells([-1.0, -0.05]), np.concatenate([near, near * [1.0, 1e-3]]), 0.2, 900, 0.05),
        "diverging": (Wells([-1.0, -2.0]), np.concatenate([near, 40 * near]), 0.2, 200, 0.05),
        "small": hollows(1e-3, rng),
        "large": hollows(800.0, rng),
    }

    def agrees(name: Any) -> Any:
        objective, starts, rate, steps, radius = tasks[name]
        found = multi_start(objective, starts.copy(), rate, steps, radius)
        return homework03.same_minima(
            objective, found, homework03.multi_start(objective, starts, rate, steps, radius), radius
        )

    return (
        (1.5, "the visible check on other inputs", lambda: visible(multi_start)),
        (0.5, "many minima", lambda: agrees("another")),
        (0.5, "other scales, slopes near the limit", lambda: agrees("small") and agrees("large")),
        (0.5, "saddles in three dimensions", lambda: agrees("saddles")),
        (0.5, "runs on their way", lambda: agrees("slope")),
        (0.5, "runs that diverge", lambda: agrees("diverging")),
    )


HIDDEN = {"hw03.2": _task_2, "hw03.3": _task_3}
