"""What is timed: the shapes of the networks and the arrays that every library gets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

EXAMPLES = 1000
CLASSES = 10
DIRECTIONS = 32
LANCZOS_STEPS = 50
STARTS, SCIPY_STARTS, STEPS = 160_000, 500, 200

# name → (inputs, hidden units …, classes); the number of parameters stands in the name
NETWORKS = {
    "154, depth 1": (25, 4, CLASSES),
    "565, depth 1": (100, 5, CLASSES),
    "1,120, depth 1": (100, 10, CLASSES),
    "3,340, depth 1": (100, 30, CLASSES),
    "535, depth 3": (82, 5, 5, 5, CLASSES),
    "1,130, depth 3": (79, 10, 10, 10, CLASSES),
}
KINDS = ("gradient", "one hvp", "32 hvps", "Hessian", "Lanczos")


@dataclass(frozen=True)
class Problem:
    """A network, its data, a point and directions; the same for every library."""

    sizes: tuple[int, ...]
    inputs: np.ndarray
    targets: np.ndarray
    x: np.ndarray
    v: np.ndarray


def parameters(sizes: tuple[int, ...]) -> int:
    """Return the number of weights and biases."""
    return sum(outputs * (inputs + 1) for inputs, outputs in pairwise(sizes))


def problem(name: str) -> Problem:
    """Return the arrays of one network: float64, seeded."""
    sizes = NETWORKS[name]
    rng = np.random.default_rng(0)
    n = parameters(sizes)
    return Problem(
        sizes,
        rng.standard_normal((EXAMPLES, sizes[0])) / np.sqrt(sizes[0]),
        rng.integers(CLASSES, size=EXAMPLES),
        0.5 * rng.standard_normal(n),
        rng.standard_normal((DIRECTIONS, n)),
    )


def digest(result: Any) -> list[float]:
    """Return two numbers by which two libraries' results are compared: Frobenius norm and first entry."""
    array = np.asarray(result, dtype=np.float64)
    return [float(np.linalg.norm(array)), float(array.reshape(-1)[0])]
