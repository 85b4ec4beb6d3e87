"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import datasets, networks, objectives
from course_utils.checking.points import Part
from course_utils.checking.predicates import number
from course_utils.exercises.homework02 import ProductsOnly
from key import fresh, homework02, same


def _task_3(barzilai_borwein: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `barzilai_borwein`."""
    visible = fresh("hw02.3")

    rng, key = np.random.default_rng(1203), homework02.barzilai_borwein
    root = rng.normal(size=(5, 5))
    valley = objectives.quadratic(root @ root.T + 0.5 * np.eye(5), center=rng.normal(size=5))
    saddle, start = objectives.quadratic([3.0, 1.0, -0.5]), rng.normal(size=5)

    def same_path(*given: Any) -> Any:
        expected = key(*given)
        return same(barzilai_borwein(*given), expected, rtol=0, atol=1e-5 * np.abs(expected).max())

    return (
        (2, "the visible check on other inputs", lambda: visible(barzilai_borwein)),
        (1, "another valley, twelve steps", lambda: same_path(valley, start, 0.05, 12)),
        (0.5, "a saddle", lambda: same_path(saddle, np.array([0.2, 0.3, 1.0]), 0.1, 10)),
        (0.5, "a start at the minimum", lambda: same_path(valley, valley.center, 0.1, 5)),
    )


def _task_4(largest_eigenvalue: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `largest_eigenvalue`."""
    visible = fresh("hw02.4")

    rng = np.random.default_rng(1204)
    digits = datasets.load("mnist-10x10").subset(200)
    network = networks.MLP([100, 5, 10], digits.inputs, digits.targets)
    theta, direction = network.initial(rng), rng.normal(size=network.dim)
    products = homework02.ProductsOf(network)
    top = np.linalg.eigvalsh(network.hessian(theta))[-1]
    wide = ProductsOnly(np.r_[-12.0, np.linspace(-3, 5, 4_998), 9.0], rng)
    there, along = rng.normal(size=5_000), rng.normal(size=5_000)

    def is_largest(expected: Any, *given: Any) -> Any:
        return number(expected, 0.01)(largest_eigenvalue(*given))

    return (
        (1, "the visible check on other inputs", lambda: visible(largest_eigenvalue)),
        (1, "a network on digits", lambda: is_largest(top, products, theta, direction)),
        (1, "5,000 dimensions", lambda: is_largest(9.0, wide, there, along)),
    )


HIDDEN = {"hw02.3": _task_3, "hw02.4": _task_4}
