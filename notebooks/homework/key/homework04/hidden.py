"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from course_utils.checking.predicates import real_array
from course_utils.exercises.homework04 import Task, kick_faults
from course_utils.exercises.homework04.verdicts import judges
from course_utils.objectives import Wells
from key import fresh
from key.homework04 import kicks_of
from key.homework04.judge import judge as right_verdict


def _task_2(perturbed_descent: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `perturbed_descent`."""
    visible = fresh("hw04.2")

    rain = {n: Task((1.0,) * n, (0.0,) * n, 1e-9, 2000, 1e-3, 1e9, 1, seed=n) for n in (3, 20)}
    rest = Task((0.5, 2.0, 8.0), (0.0, 0.0, 0.0), waiting=1, threshold=5e-3, seed=5)
    hills = Wells([-0.2] + [1.0] * 19)

    def fills_ball(n: Any) -> Any:
        kicks = kicks_of(perturbed_descent, rain[n])
        lengths = np.linalg.norm(kicks, axis=1)
        # The n-th power of the length is uniform in 0 … 1, and every coordinate has the variance 1/(n + 2).
        even = abs(np.mean(lengths**n) - 1 / 2) < 0.04 and abs(np.mean(lengths**n < 0.25) - 1 / 4) < 0.05
        round_ = np.abs(kicks.T @ kicks / len(kicks) - np.eye(n) / (n + 2)).max() < 0.25 / (n + 2)
        return len(kicks) == 2000 and even and round_ and np.abs(kicks.mean(axis=0)).max() < 0.1

    def ends(seed: Any) -> Any:
        path, _ = perturbed_descent(hills, np.zeros(20), 0.2, 500, 1e-3, 1e-3, 50, seed)
        read, _ = real_array(path, "a path")
        return read[-1] if read is not None else np.full(20, np.nan)

    return (
        (1.5, "the visible check on other inputs", lambda: visible(perturbed_descent)),
        (0.5, "kicks fill the ball in 3 dimensions", lambda: fills_ball(3)),
        (0.5, "kicks fill the ball in 20 dimensions", lambda: fills_ball(20)),
        (
            0.5,
            "the seed",
            lambda: np.array_equal(ends(1), ends(1)) and not np.array_equal(ends(1), ends(2)),
        ),
        (0.5, "waiting of 1", lambda: not kick_faults(perturbed_descent, [rest])),
        (0.5, "from a saddle to a minimum", lambda: all(hills.value(ends(k)) < -0.0099 for k in range(3))),
    )


def _task_3(judge: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `judge`."""
    visible = fresh("hw04.3")

    rng = np.random.default_rng(2043)

    def turned(eigenvalues: Any, slopes: Any = 0.0) -> Any:
        """Gradient and Hessian in axes that are turned at random."""
        eigenvalues = np.array(eigenvalues)
        Q = np.linalg.qr(rng.normal(size=(eigenvalues.size, eigenvalues.size)))[0]
        hessian = Q @ np.diag(eigenvalues) @ Q.T
        return Q @ (np.zeros(eigenvalues.size) + slopes), (hessian + hessian.T) / 2

    def judged(points: Any, cutoff: Any = 1e-8, tolerance: float = 1e-7) -> Any:
        given = [(*point, tolerance, cutoff) for point in points]
        return all(judges(right_verdict(*one))(judge(*one)).is_correct for one in given)

    many = np.concatenate([rng.uniform(-2, -0.1, 7), np.zeros(3), rng.uniform(0.1, 2, 20)])
    first = np.eye(30)[0]
    units = [([-3, -1, 2, 5], 0), ([1, 2, 3, 4], 0), ([0, 2, 3, 4], 0), ([0, -2, 3, 4], [1e-3, 0, 0, 0])]
    signs = [([-1, 0, 2], 0), ([-1, -2, 0], 0), ([1, 0, 0], 0), ([-1, -2, -3], 0), ([1, 1, 1, 1, 1.5e-8], 0)]
    coarse = [([3e-3, 1, 2], 0), ([-3e-3, 1, 2], 0), ([-3e-2, 1, 2], 0)]
    share = [([0, 1, -2], [share, np.sqrt(1 - share**2), 0]) for share in (0.985, 0.989, 0.992, 1.0)]
    share += [([0, 0, 0, 1, -2], [0.5, 0.5, 0.5, rest, 0]) for rest in (0.1, 0.5)]
    limits = [([-1, 1, 2, 3], size * np.ones(4) / 2) for size in (0.6, 0.97, 1.03, 1.7)]
    at_limit = np.array([3.0, -4.0]), np.diag([1.0, -2.0])  # exactly 5 long, whoever computes it

    def near_limit(tolerance: float) -> bool:
        points = [turned(values, tolerance * slopes) for values, slopes in limits]
        return bool(judged(points, tolerance=tolerance))

    large = [
        (many, 0),
        (many, 1e-3 * np.eye(30)[8]),
        (many, 1e-3 * first),
        (abs(many), 1e-8 * first),
    ]
    return (
        (1.5, "the visible check on other inputs", lambda: visible(judge)),
        (0.5, "thirty dimensions", lambda: judged([turned(*point) for point in large])),
        (
            0.5,
            "both signs, zeros, one sign",
            lambda: (
                judged([turned(*point) for point in signs])
                and judged([turned(*point) for point in coarse], cutoff=1e-2)
            ),
        ),
        (0.5, "small units", lambda: judged([turned(1e-9 * np.array(e), s) for e, s in units])),
        (
            0.5,
            "a share near 0.99, a slope near the tolerance",
            lambda: (
                judged([turned(*point) for point in share])
                and all(near_limit(tolerance) for tolerance in (1e-12, 1e-7, 3e-5, 2e-3, 40.0))
                and judged([at_limit], tolerance=5.0)
            ),
        ),
        (
            0.5,
            "a Hessian of zeros, and one dimension",
            lambda: judged(
                [(np.zeros(3), np.zeros((3, 3))), (np.ones(3), np.zeros((3, 3)))]
                + [(np.array([s]), np.array([[h]])) for s in (0.0, 1.0) for h in (-2.0, 3.0)]
            ),
        ),
    )


HIDDEN = {"hw04.2": _task_2, "hw04.3": _task_3}
