"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from course_utils.checking.predicates import number
from key import fresh, same


def _task_2(explained: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `explained`."""
    visible = fresh("hw09.2")

    def right(path: Any, count: Any) -> Any:
        values = np.linalg.eigvalsh(np.cov(path, rowvar=False))[::-1]
        return same(explained(path, count), values[:count] / values.sum(), atol=1e-9)

    def drawn(seed: Any, steps: Any, dim: Any, away: Any = 0.0) -> Any:
        return np.cumsum(np.random.default_rng(seed).normal(size=(steps, dim)), axis=0) + away

    def straight() -> Any:
        path = np.array([1.0, -2.0, 0.5]) + np.linspace(0, 2, 9)[:, None] * np.array([3.0, 1.0, -1.0])
        return same(explained(path, 2), [1, 0], atol=1e-9)

    def large() -> Any:
        path = drawn(4, 50, 20_000, 1.0)
        centred = path - path.mean(axis=0)
        values = np.linalg.eigvalsh(centred @ centred.T)[::-1]
        return same(explained(path, 4), values[:4] / values.sum(), atol=1e-9)

    return (
        (1.5, "the visible check on other inputs", lambda: visible(explained)),
        (
            0.5,
            "far from the origin, a single component",
            lambda: right(drawn(1, 30, 6, 50.0), 3) and right(drawn(2, 8, 3), 1),
        ),
        (
            0.5,
            "a straight line, more steps than dimensions",
            lambda: straight() and right(drawn(3, 300, 4), 4),
        ),
        (0.5, "20,000 dimensions", large),
    )


def _lowest_pass(heights: Any, first: Any, second: Any) -> Any:
    """Return the height of the pass: the level at which water from ``first`` comes to ``second``."""
    level = np.full((heights.shape[0] + 2, heights.shape[1] + 2), np.inf)
    inner = level[1:-1, 1:-1]
    inner[first] = heights[first]
    for _ in range(heights.size):
        near = np.minimum.reduce([level[:-2, 1:-1], level[2:, 1:-1], level[1:-1, :-2], level[1:-1, 2:]])
        inner[...] = np.minimum(inner, np.maximum(near, heights))
    return inner[second]


def _task_5(pass_height: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `pass_height`."""
    visible = fresh("hw09.5")

    def right(heights: Any, first: Any, second: Any) -> Any:
        lowest = _lowest_pass(heights, first, second)
        return number(lowest, 1e-9)(pass_height(heights, first, second)).is_correct

    def drawn(seed: Any, rows: Any, columns: Any, low: Any = 0, high: Any = 9) -> Any:
        return np.random.default_rng(seed).integers(low, high, (rows, columns)).astype(float)

    spiral = np.full((7, 7), 9.0)
    spiral[0, :] = spiral[:, 6] = spiral[6, :] = spiral[2:, 0] = spiral[2, :5] = spiral[2:5, 4] = 1.0
    spiral[4, 2:5] = 1.0
    spiral[6, 3] = 4.0
    return (
        (2, "the visible check on other inputs", lambda: visible(pass_height)),
        (
            0.5,
            "the same cell, neighbours, a single row",
            lambda: (
                right(drawn(1, 5, 4), (2, 3), (2, 3))
                and right(drawn(2, 5, 4) + 0.5, (2, 3), (3, 3))
                and right(drawn(3, 1, 12), (0, 1), (0, 10))
                and right(drawn(4, 9, 1), (8, 0), (2, 0))
            ),
        ),
        (
            0.5,
            "equal and negative heights",
            lambda: (
                all(right(drawn(seed, 6, 8, -5, 1), (5, 0), (1, 7)) for seed in range(5, 9))
                and right(np.full((3, 4), -2.5), (0, 0), (2, 3))
            ),
        ),
        (
            1,
            "passes that no straight path crosses",
            lambda: (
                right(spiral, (0, 0), (4, 2))
                and all(right(drawn(seed, 11, 11, 0, 1000), (0, 5), (10, 5)) for seed in range(10, 16))
            ),
        ),
    )


HIDDEN = {"hw09.2": _task_2, "hw09.5": _task_5}
