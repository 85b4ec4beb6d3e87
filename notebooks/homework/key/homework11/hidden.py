"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.points import Part
from course_utils.checking.predicates import array
from key import fresh
from key.homework11.absolute import by_eigenvalues, turned
from key.homework11.boundary import by_subspaces, drawn


def _task_3(truncated_step: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `truncated_step`; what comes may have any form that the visible check takes."""
    visible = fresh("hw11.3")

    def gives(model: Any, step: Any, within: float = 1e-6) -> bool:
        return array(np.asarray(step, dtype=float), within)(truncated_step(*model)).is_correct

    def right(model: Any) -> bool:
        return gives(model, by_subspaces(*model))

    def right_inside() -> bool:
        rng = np.random.default_rng(31)
        spectrum = [0.5, 1.0, 2.5, 4.0, 6.0, 8.0]
        models = [drawn(rng, spectrum, 100.0, tolerance) for tolerance in (0.5, 0.15, 0.02, 1e-9)]
        for g, H, radius, tolerance in models[:2]:  # a residual a little below the tolerance, and above it
            left = np.linalg.norm(g + H @ by_subspaces(g, H, radius, tolerance)) / np.linalg.norm(g)
            models[:0] = [(g, H, radius, share * float(left)) for share in (1.2, 0.95)]
        g, H, *_ = models[-1]
        return all(map(right, models)) and gives(models[-1], -np.linalg.solve(H, g))

    def right_on_the_surface() -> bool:
        rng = np.random.default_rng(32)
        models = [drawn(rng, [0.5, 2.0, 3.0, 9.0], radius, 1e-8) for radius in (0.02, 0.4, 0.8, 1.2)]
        g, _, radius, _ = models[0]
        return all(map(right, models)) and gives(models[0], -radius * g / np.linalg.norm(g))

    def right_beside_a_saddle() -> bool:
        """Negative curvature in the first direction, and later; a maximum; a step that must not get there."""
        rng = np.random.default_rng(33)
        models = [drawn(rng, [-4.0, 1.0, 2.0], 5.0, 1e-8, 4.0), drawn(rng, [-1.0, -2.0, -5.0], 3.0, 1e-8)]
        models += [drawn(rng, [-1.5, 3.0, 4.0, 6.0, 7.0], 20.0, 1e-8, lean) for lean in (0.1, 0.3)]
        models += [drawn(rng, [-1.5, 3.0, 4.0, 6.0, 7.0], 0.2, 1e-8, 0.3)]
        return all(map(right, models))

    def right_at_the_edges() -> bool:
        """No gradient; a curvature of exactly zero, at once and after a step."""
        saddle = np.diag([1.0, -1.0, 2.0])
        found = [gives((np.zeros(3), saddle, 2.0, 1e-6), np.zeros(3), 1e-15)]
        found.append(gives((np.array([3.0, 0.0]), np.diag([0.0, 1.0]), 2.0, 1e-6), [-2.0, 0.0]))
        found.append(gives((np.array([1.0, 1.0, 0.0]), saddle, np.sqrt(8.0), 1e-6), [-2.0, -2.0, 0.0]))
        found.append(gives((np.ones(4), np.zeros((4, 4)), 3.0, 1e-6), -1.5 * np.ones(4)))
        return all(found)

    def right_for_whole_numbers() -> bool:
        """Also one variable: a minimum, a minimum too far away, a maximum."""
        H = np.array([[2, 1, 0], [1, 3, -1], [0, -1, 4]])
        found = [
            right((np.array([4, -1, 2]), matrix, 3, 1e-6)) for matrix in (H, 3 * H - 7 * np.eye(3, dtype=int))
        ]
        for curvature, radius, step in ((2, 5, -1.5), (2, 1, -1), (-1, 2, -2)):
            found.append(gives((np.array([3]), np.array([[curvature]]), radius, 1e-6), [step]))
        return all(found)

    def right_in_other_units() -> bool:
        rng = np.random.default_rng(34)
        models = [drawn(rng, [0.5, 2.0, 5.0, 7.0], radius, 1e-4) for radius in (0.3, 50.0)]
        models.append(drawn(rng, [-2.0, 3.0, 5.0, 7.0], 9.0, 1e-4, 0.2))
        found = []
        for g, H, radius, tolerance in models:
            step = by_subspaces(g, H, radius, tolerance)
            for size, unit in ((1e-12, 1.0), (1e9, 1.0), (1.0, 1e-12), (1.0, 1e12), (1e-9, 1e-9)):
                scaled = (size * unit * g, unit * H, size * radius, tolerance)
                found.append(gives(scaled, size * step))
        return all(found)

    return (
        (1, "the visible check on other inputs", lambda: visible(truncated_step)),
        (0.5, "inside of the ball, at several tolerances", right_inside),
        (0.5, "on its surface", right_on_the_surface),
        (0.5, "negative curvature, at once and later", right_beside_a_saddle),
        (0.5, "no gradient, no curvature", right_at_the_edges),
        (0.5, "whole numbers, one variable", right_for_whole_numbers),
        (0.5, "other units", right_in_other_units),
    )


def _task_4(absolute: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `absolute`; what comes may have any form that the visible check takes."""
    visible = fresh("hw11.4")

    def gives(H: Any, steps: int, size: Any, within: float = 1e-9) -> bool:
        """Each matrix of a stack is judged alone, against its own largest entry."""
        came = absolute(H.copy(), steps)
        if not array(np.asarray(size, dtype=float), 1e-6)(came).is_correct:
            return False
        each = np.asarray(came)
        return all(array(size[i], within)(each[i]).is_correct for i in np.ndindex(size.shape[:-2]))

    def right(H: Any, steps: int) -> bool:
        return gives(H, steps, by_eigenvalues(H, steps))

    def right_for_stacks() -> bool:
        rng = np.random.default_rng(41)
        stack = np.stack(
            [turned(rng, scale * rng.normal(size=3)) for scale in (1.0, 1e3, 1e-3, 1e-6, 2.0, 7.0)]
        )
        found = [right(stack, steps) for steps in (2, 20)]
        found.append(right(stack.reshape(2, 3, 3, 3), 6))
        found.append(right(rng.normal(size=(4, 1, 1)), 5))
        return all(found)

    def right_from_the_start() -> bool:
        rng = np.random.default_rng(42)
        H = turned(rng, [3.0, -2.0, 0.4, -0.05])
        found = [gives(H, 0, H @ H / np.sqrt(13.1625))]
        found += [right(H, steps) for steps in (1, 2, 3, 5, 9)]
        return all(found) and gives(np.array([[-2.0]]), 4, np.array([[2.0]]))

    def right_without_all_eigenvalues() -> bool:
        rng = np.random.default_rng(43)
        found = [gives(np.zeros((3, 3)), steps, np.zeros((3, 3)), 1e-15) for steps in (0, 4)]
        for values in ([2.0, 0.0, -1.0], [0.0, 0.0, -3.0, 1.0]):
            found += [right(turned(rng, values), steps) for steps in (2, 30)]
        stack = np.stack([turned(rng, [1.0, -3.0]), np.zeros((2, 2)), turned(rng, [0.0, 2.0])])
        return all(found) and right(stack, 12)

    def right_in_other_units() -> bool:
        rng = np.random.default_rng(44)
        H = turned(rng, [3.0, -2.0, 0.4])
        size = by_eigenvalues(H, 7)
        found = [gives(unit * H, 7, unit * size) for unit in (1e200, 1e-200, 1e9, 1e-9)]
        down = -np.array([[2.0, 1.0], [1.0, 3.0]])  # no entry above zero
        found += [gives(unit * down, 3, unit * by_eigenvalues(down, 3)) for unit in (1e200, 1e-200)]
        whole = np.array([[2, -3, 1], [-3, 1, 4], [1, 4, -5]])
        found += [right(whole, steps) for steps in (1, 15)]
        return all(found)

    def right_at_last() -> bool:
        """Sixty steps bring every eigenvalue to its size, in a matrix of sixty."""
        rng = np.random.default_rng(45)
        values = rng.choice([-1.0, 1.0], 60) * rng.uniform(1e-3, 2, 60)
        Q = np.linalg.qr(rng.normal(size=(60, 60)))[0]
        H, size = ((Q * one) @ Q.T for one in (values, np.abs(values)))
        return gives((H + H.T) / 2, 60, size)

    return (
        (1, "the visible check on other inputs", lambda: visible(absolute)),
        (0.5, "stacks of matrices of different sizes", right_for_stacks),
        (0.5, "no step, and few", right_from_the_start),
        (0.5, "eigenvalues of zero, a matrix of zeros", right_without_all_eigenvalues),
        (0.5, "other units, whole numbers", right_in_other_units),
        (0.5, "sixty steps, and every eigenvalue's size", right_at_last),
    )


HIDDEN = {"hw11.3": _task_3, "hw11.4": _task_4}
