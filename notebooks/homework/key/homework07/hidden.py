"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from key import fresh, same
from key.homework07.hits import search


def _task_3(gap_ratios: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `gap_ratios`."""
    visible = fresh("hw07.3")

    def expected(spectra: Any) -> Any:
        gaps = [np.diff(sorted(row)) for row in np.asarray(spectra, dtype=float)]
        pairs = [np.sort([gap[:-1], gap[1:]], axis=0) for gap in gaps]
        return np.array([[1.0 if b == 0 else a / b for a, b in pair.T] for pair in pairs])

    def right(spectra: Any) -> Any:
        return same(gap_ratios(spectra), expected(spectra), rtol=1e-7)

    def draw(seed: Any, count: Any, n: Any) -> Any:
        return np.random.default_rng(seed).normal(size=(count, n))

    ties = np.array([[2, 5, 2], [4, 4, 4], [7, 1, 7], [-3, 0, 3]])
    crowd = np.array([[1.5, 1.5, 0.5, 1.5, 2.5], [0.0, -1.0, 0.0, -1.0, 3.0]])
    return (
        (1.5, "the visible check on other inputs", lambda: visible(gap_ratios)),
        (
            0.5,
            "other sizes",
            lambda: all(right(draw(*drawn)) for drawn in ((1, 6, 3), (2, 1, 40), (3, 30, 9), (4, 4, 4))),
        ),
        (0.5, "equal eigenvalues, and integers", lambda: right(ties) and right(crowd)),
        (0.5, "any scale", lambda: all(right(size * draw(5, 4, 6)) for size in (1e-100, 1e-12, 1e100))),
    )


def _task_4(count_by_index: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `count_by_index`."""
    visible = fresh("hw07.4")

    def counts(case: Any, wanted: Any) -> Any:
        return same(count_by_index(*case), wanted, 0, 0)

    def expected(points: Any, steps: Any, eigenvalues: Any, radius: Any, tolerance: Any) -> Any:
        found = np.zeros(eigenvalues.shape[1] + 1)
        counted: list[Any] = []
        for x, step, spectrum in zip(points, steps, eigenvalues, strict=True):
            if step <= tolerance and not any(np.sum((x - y) ** 2) < radius**2 for y in counted):
                counted.append(x)
                found[np.count_nonzero(spectrum < 0)] += 1
        return found

    def others(*shapes: Any) -> Any:
        drawn = [search(700 + i, *shape) for i, shape in enumerate(shapes)]
        return all(counts(case, expected(*case)) for case in drawn)

    def by_hand(x: Any, steps: Any, index: Any, wanted: Any, radius: Any = 0.5, tolerance: Any = 0.25) -> Any:
        """Judge ends on a line, with three eigenvalues each."""
        eigenvalues = np.where(np.arange(3) < np.array(index, dtype=int)[:, None], -2.0, 0.0)
        points = np.array(x, dtype=float).reshape(-1, 1) * np.ones(2) / np.sqrt(2)
        return counts((points, np.array(steps, dtype=float), eigenvalues, radius, tolerance), wanted)

    def at_the_border() -> Any:
        # Powers of two: steps of exactly the tolerance, points exactly a radius apart along an axis.
        points = np.array([[0.0, 0.0], [0.5, 0.0], [0.5, 0.25], [8.0, 8.0], [8.0, 8.5]])
        steps = np.array([0.25, 0.0, 0.125, 0.25, 0.5])
        eigenvalues = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, -1.0], [-3.0, -1.0], [2.0, 2.0]])
        return counts((points, steps, eigenvalues, 0.5, 0.25), [1, 1, 1])

    return (
        (1.5, "the visible check on other inputs", lambda: visible(count_by_index)),
        (
            0.75,
            "other searches",
            lambda: others((2, 2, 8, 60, 1e-4), (3, 2, 20, 40, 5.0), (5, 7, 4, 30, 1e-3), (1, 1, 1, 9, 2.0)),
        ),
        (
            0.75,
            "an end that is none in front of a point, and a chain of ends",
            lambda: (
                by_hand([0, -0.1, 4, 4.2, 4], [9, 0, np.inf, 0, 0], [2, 1, 2, 0, 0], [1, 1, 0, 0])
                and by_hand([0, 0.4, 0.8, 1.4], [0, 0, 0, 0], [3, 1, 3, 1], [0, 1, 0, 2])
                and by_hand([-0.3, 3, -0.2, 3.1, -0.1], [0, 0, 0, 0, 0], [1, 3, 1, 3, 1], [0, 1, 0, 1])
            ),
        ),
        (0.5, "exactly at the tolerance and the radius; eigenvalues that are 0", at_the_border),
        (
            0.5,
            "nothing found",
            lambda: (
                by_hand([1, 2, 3], [1, np.inf, 2], [0, 1, 2], [0, 0, 0, 0])
                and by_hand([1], [0], [3], [0, 0, 0, 1])
                and counts((np.zeros((0, 2)), np.zeros(0), np.zeros((0, 2)), 0.5, 0.5), [0, 0, 0])
            ),
        ),
    )


HIDDEN = {"hw07.3": _task_3, "hw07.4": _task_4}
