"""Task hw02.3: whether a method takes the paths that are expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import describe
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate
from course_utils.objectives import Objective, quadratic

Array = NDArray[np.float64]
Valley = tuple[Objective, Array, float, int]

_NAMES = ("objective", "start", "learning_rate", "steps")
_RTOL = 1e-5  # of the largest coordinate of the path: these paths carry rounding errors on


def valleys(seed: int = 203) -> list[Valley]:
    """Return three valleys, each with a start, a first rate and a number of steps."""
    rng = np.random.default_rng(seed)
    made: list[Valley] = []
    for n, kappa, steps in ((3, 8.0, 5), (4, 20.0, 7), (6, 30.0, 8)):
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = Q @ np.diag(np.linspace(1, kappa, n)) @ Q.T
        objective = quadratic((H + H.T) / 2, center=rng.normal(size=n))
        made.append((objective, rng.normal(size=n), 0.7 / kappa, steps))
    return made


def _path(answer: Any, valley: Valley) -> Array | Verdict:
    """Run the reader's method in one valley, or say why that is impossible."""
    called = call(answer, valley, _NAMES)
    if called.problem is not None:
        return called.problem
    _, start, _, steps = valley
    wanted = (steps + 1, start.size)
    try:
        path = np.asarray(called.output)
    except ValueError:
        path = np.array(None)
    if path.dtype.kind not in "iuf" or path.shape != wanted:
        return not_yet(
            f"Expected all points of the path, the start first, in an array of shape {wanted}; "
            f"got {describe(called.output)}."
        )
    if not np.isfinite(path).all():
        return not_yet("The path holds NaN or infinite numbers: look for a division by zero.")
    if called.changed_input:
        return not_yet("Your function changes the `start` that it is given.")
    return path.astype(np.float64)


def follows(paths: Sequence[Array], seed: int = 203) -> Predicate:
    """Expect a method that takes these paths in the `valleys` of a seed."""

    def compare(answer: Any, paths: Sequence[Array]) -> Verdict:
        for valley, expected in zip(valleys(seed), paths, strict=True):
            path = _path(answer, valley)
            if isinstance(path, Verdict):
                return path
            same = np.abs(path - expected).max(axis=1) <= _RTOL * np.abs(expected).max()
            if not same.all():
                where = ("the start", "the point after the first step", "the point after the second step")
                k = int(np.argmin(same))
                return not_yet(
                    f"In {valley[0].dim} dimensions {where[k] if k < 3 else f'the point after step {k}'} is "
                    "not the expected one."
                )
        return correct()

    return Predicate(list(paths), compare)
