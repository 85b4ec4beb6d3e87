"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import objectives
from course_utils.checking.points import Part
from course_utils.checking.predicates import choice
from course_utils.datasets import load
from course_utils.exercises.homework01 import KINDS, FlawedGradient, with_a_zero_entry
from course_utils.networks import MLP
from key import fresh, homework01, same


def _task_2(logistic_hvp: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `logistic_hvp`."""
    visible = fresh("hw01.2")

    rng, key = np.random.default_rng(1102), homework01.logistic_hvp
    X, y = rng.normal(size=(30, 8)), rng.choice([-1.0, 1.0], 30)
    w, block = rng.normal(size=8), rng.normal(size=(5, 8))
    far = np.array([[1000.0], [-1000.0], [300.0], [0.4]])
    wide = rng.normal(size=(3, 200_000)) / 400

    def same_product(*given: Any) -> Any:
        return same(logistic_hvp(*given), key(*given), rtol=1e-8, atol=1e-14)

    return (
        (1.5, "the visible check on other inputs", lambda: visible(logistic_hvp)),
        (1, "a block of directions", lambda: same_product(w, X, y, block)),
        (
            0.75,
            "margins up to 1,000",
            lambda: same_product(np.ones(1), far, np.array([1.0, 1, -1, -1]), np.ones(1)),
        ),
        (0.75, "200,000 inputs", lambda: same_product(wide[0], wide, np.array([1.0, -1, 1]), wide[1])),
    )


def _task_4(wrong_entries: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `wrong_entries`."""
    visible = fresh("hw01.4")

    rng, key, flaw = np.random.default_rng(1104), homework01.wrong_entries, FlawedGradient
    x, rosenbrock = rng.normal(size=6), objectives.Rosenbrock(6)
    swapped = flaw(rosenbrock, order=[0, 1, 3, 2, 4, 5], scale=1e6)
    right = flaw(rosenbrock, scale=1e6)
    small = flaw(objectives.Rastrigin(6), [1, 1, -1, 1, 1, 0.5], scale=1e6)
    falling = flaw(objectives.quadratic(np.arange(1.0, 7.0)), [1, 1, 1, 0.5, 1, 1], scale=1e6)
    digits = load("mnist-10x10").subset(100)
    network = MLP([100, 5, 10], digits.inputs, digits.targets)
    theta, factors = network.initial(rng), np.ones(network.dim)
    factors[np.argsort(np.abs(network.gradient(theta)))[[-1, -8, -40]]] = [-1.0, 0.5, 0.0]
    flawed = flaw(network, factors)

    def same_entries(*given: Any) -> Any:
        came = np.asarray(wrong_entries(*given))
        return came.ndim == 1 and np.array_equal(np.sort(came), key(*given))

    return (
        (1.5, "the visible check on other inputs", lambda: visible(wrong_entries)),
        (
            0.5,
            "large numbers, out of order and right",
            lambda: (
                same_entries(swapped, x)
                and same_entries(right, with_a_zero_entry(x))
                and same_entries(small, x / 10)
                and same_entries(falling, -np.ones(6))
            ),
        ),
        (1, "a network on digits", lambda: same_entries(flawed, theta)),
    )


def _task_5(kind: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `kind`."""
    visible = fresh("hw01.5")

    Q = np.linalg.qr(np.random.default_rng(1105).normal(size=(40, 40)))[0]
    key, words, monkey = homework01.kind, KINDS, objectives.monkey_saddle()

    def rank_deficient(*parts: Any) -> Any:
        spectrum = np.concatenate([np.full(count, float(value)) for count, value in parts])
        columns = Q[:, : spectrum.size]
        return np.zeros(40), columns @ np.diag(spectrum) @ columns.T

    def same_kind(*points: Any) -> Any:
        return all(choice(key(*at), words)(kind(*at)).is_correct for at in points)

    flat = [rank_deficient((20, 1)), rank_deficient((15, -2)), rank_deficient((9, 1), (1, -0.1))]
    turn = np.array([[np.cos(0.75), -np.sin(0.75)], [np.sin(0.75), np.cos(0.75)]])
    units = [
        (np.zeros(2), scale * turn @ np.diag(values) @ turn.T)
        for scale in (1e-9, 1e9)
        for values in ([1.0, 2.0], [-1.0, -3.0], [2.0, -1.0], [1.0, 0.0])
    ]
    near = [(size * np.ones(100) / 10, np.eye(100)) for size in (0.9e-6, 1.1e-6)]
    Q_6 = np.linalg.qr(Q[:6, :6])[0]
    edges = [np.r_[np.full(5, size), share * 1e-8] for size in (-1.0, 1.0) for share in (-1.1, 0.9, 1.1)]
    flat += [(np.zeros(6), Q_6 @ np.diag(values) @ Q_6.T) for values in edges]
    small = [(np.zeros(1), np.array([[value]])) for value in (-2.0, 0.0, 3.0)]
    small += [(np.zeros(2), np.zeros((2, 2))), (monkey.gradient([0, 0]), monkey.hessian([0, 0]))]
    return (
        (1, "the visible check on other inputs", lambda: visible(kind)),
        (0.5, "any unit of the loss", lambda: same_kind(*units)),
        (0.5, "zeros up to rounding and to the limit", lambda: same_kind(*flat)),
        (0.5, "the limit of the slope", lambda: same_kind(*near)),
        (0.5, "one dimension, zero Hessians", lambda: same_kind(*small)),
    )


HIDDEN = {"hw01.2": _task_2, "hw01.4": _task_4, "hw01.5": _task_5}
