"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from key import fresh, same


def _walk(saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float) -> Any:
    """Return the exits of a chain by walking through its steps, in logarithms."""
    heights, step, exits = np.full(saddles, log(start)), 0, []
    for at in range(saddles):
        while heights[at] < log(goal):
            step += 1
            heights[at] += log(growing)
            heights[at + 1 :] += log(waiting)
            heights[at + 1 :] = np.maximum(heights[at + 1 :], log(floor) if floor > 0 else -np.inf)
        exits.append(step)
    return exits


def _task_2(exit_steps: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `exit_steps`."""
    visible = fresh("hw08.2")

    def right(*case: Any) -> Any:
        return same(exit_steps(*case), _walk(*case), 0, 0)

    return (
        (1.5, "the visible check on other inputs", lambda: visible(exit_steps)),
        (
            0.5,
            "one saddle, a low goal, a start on the floor",
            lambda: (
                right(1, 0.5, 1.4, 0.3, 7.0, 0.0)
                and right(3, 0.6, 1.7, 0.21, 0.35, 0.0)
                and right(4, 0.45, 1.3, 0.05, 1.9, 0.05)
            ),
        ),
        (
            0.5,
            "a floor under some of the waits",
            lambda: right(6, 0.8, 1.9, 0.4, 3.0, 1e-4) and right(5, 0.55, 1.45, 0.3, 2.5, 1e-9),
        ),
        (
            0.5,
            "waits beyond the smallest float64",
            lambda: right(8, 0.5, 1.5, 0.35, 5.5, 0.0) and right(6, 0.3, 1.35, 0.35, 5.5, 0.0),
        ),
    )


def _task_5(cubic_step: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `cubic_step`."""
    visible = fresh("hw08.5")

    def solves(g: Any, H: Any, M: Any) -> Any:
        """Whether (H + νI)s = −g with ν = M‖s‖/2 and no negative eigenvalue of H + νI."""
        g, H = np.asarray(g, dtype=float), np.asarray(H, dtype=float)
        step = np.asarray(cubic_step(g, H, M), dtype=float)
        nu, eigenvalues = M * np.linalg.norm(step) / 2, np.linalg.eigvalsh(H)
        scale = max(np.linalg.norm(g), np.abs(eigenvalues).max() * np.linalg.norm(step))
        fits = np.linalg.norm(H @ step + nu * step + g) <= 1e-3 * scale
        return fits and eigenvalues[0] + nu >= -1e-3 * np.abs(eigenvalues).max()

    def draw(seed: Any, n: Any, floor: Any = None) -> Any:
        rng = np.random.default_rng(seed)
        V = np.linalg.qr(rng.normal(size=(n, n)))[0]
        sizes = rng.normal(size=n) if floor is None else floor + rng.random(n)
        return V @ rng.normal(size=n), (V * sizes) @ V.T, V, sizes

    def other(seed: Any, M: Any, size: float = 1.0) -> Any:
        g, H = draw(seed, 12)[:2]
        return solves(size * g, H, M)

    def bowl(seed: Any, scale: Any, M: Any, size: float = 1.0) -> Any:
        g, H = draw(seed, 5, 0.5)[:2]
        return solves(size * g, scale * H, M)

    def hard(seed: Any, share: Any) -> Any:
        """No part of g along the lowest eigenvector; ``share`` below 1: no ν > −λ₁ is long enough."""
        g, H, V, sizes = draw(seed, 6)
        v = V[:, np.argmin(sizes)]
        g = g - v * (v @ g)
        inside = np.linalg.lstsq(H - sizes.min() * np.eye(6), g)[0]
        return solves(g, H, share * 2 * abs(sizes.min()) / np.linalg.norm(inside))

    return (
        (2, "the visible check on other inputs", lambda: visible(cubic_step)),
        (
            0.5,
            "other matrices, weak and strong penalties",
            lambda: (
                all(other(seed, M) for seed in range(3) for M in (1e-2, 0.7, 30.0))
                and all(other(4, 30.0, size) for size in (1e-3, 1e3))
            ),
        ),
        (
            0.5,
            "bowls, and a minimum",
            lambda: (
                all(bowl(1, scale, M) for scale in (0.02, 1, 50) for M in (0.1, 2.0))
                and all(bowl(2, 0.02, 2.0, size) for size in (1e-3, 1e-2))
                and same(cubic_step(np.zeros(3), np.diag([2.0, 1.0, 0.5]), 0.4), np.zeros(3), atol=1e-6)
            ),
        ),
        (
            0.5,
            "the hard case",
            lambda: all(hard(seed, share) for seed in (1, 2) for share in (0.1, 0.8, 1.5)),
        ),
        (
            0.5,
            "an exact saddle",
            lambda: (
                solves(np.zeros(3), np.diag([2.0, -1.0, 0.5]), 0.4)
                and solves(np.zeros(2), np.diag([-3.0, 1.0]), 1.5)
                and np.isclose(np.linalg.norm(cubic_step(np.zeros(2), np.diag([-3.0, 1.0]), 1.5)), 4.0)
            ),
        ),
    )


HIDDEN = {"hw08.2": _task_2, "hw08.5": _task_5}
