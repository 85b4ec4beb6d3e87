"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from course_utils.checking.predicates import number, real_array
from key import fresh, same


def _task_2(clip_by_global_norm: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `clip_by_global_norm`."""
    visible = fresh("hw05.2")

    def equals(came: Any, target: Any) -> Any:
        """Not `same`: arrays of one number, too, keep their shape here."""
        values, _ = real_array(came, "", np.ndim(target))
        return values is not None and values.shape == np.shape(target) and np.allclose(values, target)

    def right(arrays: Any, h: Any) -> Any:
        clipped = clip_by_global_norm(arrays, h)
        flat = np.concatenate([np.ravel(g) for g in arrays])
        factor = min(1.0, h / np.linalg.norm(flat))
        return all(equals(c, factor * g) for c, g in zip(clipped, arrays, strict=True))

    def left_out(bad: Any) -> Any:
        clipped = clip_by_global_norm([np.array([1.0, bad]), np.ones((2, 2))], 1.0)
        zeros = np.zeros(2), np.zeros((2, 2))
        return all(equals(c, zero) for c, zero in zip(clipped, zeros, strict=True))

    def lists(seed: Any, *shapes: Any) -> Any:
        rng = np.random.default_rng(seed)
        return [[rng.normal(size=shape) for shape in shapes] for _ in range(10)]

    return (
        (1.5, "the visible check on other inputs", lambda: visible(clip_by_global_norm)),
        (0.5, "other lists, long and short", lambda: all(right(a, 3.0) for a in lists(1, (5,), (2, 2)))),
        (
            0.5,
            "arrays of any shape, and of integers",
            lambda: (
                all(right(a, 1.0) for a in lists(2, (), (2, 3, 4), (1, 1)))
                and right([np.array([3, 4]), np.array([[12]])], 6.5)
            ),
        ),
        (0.5, "a norm that is not finite", lambda: left_out(np.nan) and left_out(-np.inf)),
    )


def _task_4(truncated_gradient: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `truncated_gradient`."""
    visible = fresh("hw05.4")

    def states(w: Any, x: Any) -> Any:
        powers = w ** np.arange(len(x))
        return np.array([np.sum(powers[:t] * x[:t][::-1]) for t in range(1, len(x) + 1)])

    def by_windows(w: Any, x: Any, y: Any, k: Any) -> Any:
        # s_t inside a window: what the state before it leaves, and the window's own part
        h = np.concatenate([[0.0], states(w, x)])
        total = 0.0
        for start in range(0, len(x), k):
            stop = min(start + k, len(x))

            def inside(v: Any, start: Any = start, stop: Any = stop) -> Any:
                n = np.arange(1, stop - start + 1)
                return v**n * h[start] + states(v, x[start:stop])

            slope = (inside(w + 1e-6) - inside(w - 1e-6)) / 2e-6
            total += np.sum((h[start + 1 : stop + 1] - y[start:stop]) * slope)
        return total / len(x)

    def agrees(w: Any, T: Any, k: Any) -> Any:
        rng = np.random.default_rng(T + k)
        x, y = rng.normal(size=(2, T))
        return number(by_windows(w, x, y, k), 1e-5)(truncated_gradient(w, x, y, k)).is_correct

    return (
        (2, "the visible check on other inputs", lambda: visible(truncated_gradient)),
        (0.75, "nothing cut", lambda: agrees(0.9, 15, 15) and agrees(-1.1, 10, 99)),
        (0.75, "a last window that is shorter", lambda: agrees(0.8, 23, 5) and agrees(1.02, 50, 8)),
        (0.5, "windows of one step", lambda: agrees(0.95, 30, 1)),
    )


def _task_5(adaptive_lengths: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `adaptive_lengths`."""
    visible = fresh("hw05.5")

    def expected(norms: Any, q: Any, warm_up: Any) -> Any:
        known = range(warm_up, len(norms))
        ends = [min(norms[t], np.quantile(norms[:t], q)) for t in known]
        return np.array([*norms[:warm_up], *ends])

    def equal(seed: Any, q: Any, warm_up: Any) -> Any:
        norms = np.exp(np.random.default_rng(seed).standard_t(3, size=40))
        return same(adaptive_lengths(norms, q, warm_up), expected(norms, q, warm_up))

    # Every norm is a record: at quantile 1 the threshold is the record before.
    doubling = 2.0 ** np.arange(10)
    return (
        (1.5, "the visible check on other inputs", lambda: visible(adaptive_lengths)),
        (0.5, "other norms", lambda: all(equal(seed, 0.8, 7) for seed in range(3))),
        (
            0.25,
            "whole numbers",
            lambda: same(adaptive_lengths(np.array([1, 2, 4, 9]), 0.5, 1), [1, 1, 1.5, 2]),
        ),
        (
            0.5,
            "norms that double at every step",
            lambda: same(adaptive_lengths(doubling, 1.0, 1), [1.0, *doubling[:-1]]),
        ),
        (
            0.25,
            "a run shorter than the warm-up",
            lambda: same(adaptive_lengths(doubling, 0.5, 30), doubling),
        ),
    )


HIDDEN = {"hw05.2": _task_2, "hw05.4": _task_4, "hw05.5": _task_5}
