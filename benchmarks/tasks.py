"""What is timed: the shapes of the networks and the arrays that every library gets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

CLASSES = 10
DIRECTIONS = 32
LANCZOS_STEPS = 50
TOP = 5
STARTS, SCIPY_STARTS, STEPS = 160_000, 500, 200

# name → (inputs, hidden units …, classes); the number of parameters stands in the name
NETWORKS = {
    "154, depth 1": (25, 4, CLASSES),
    "565, depth 1": (100, 5, CLASSES),
    "1,120, depth 1": (100, 10, CLASSES),
    "3,340, depth 1": (100, 30, CLASSES),
    "19,990, depth 1": (100, 180, CLASSES),
    "535, depth 3": (82, 5, 5, 5, CLASSES),
    "1,130, depth 3": (79, 10, 10, 10, CLASSES),
    "96,730, depth 2": (100, 260, 260, CLASSES),
    "1,008,910, depth 2": (100, 950, 950, CLASSES),
}
# That of `course_utils.experiments.autoencoder`: sigmoid units around a linear code, 2,837,314 parameters.
AUTOENCODER = (784, 1000, 500, 250, 30, 250, 500, 1000, 784)
SMALL = [name for name, sizes in NETWORKS.items() if max(sizes[1:]) <= 30]
LARGE = [name for name in NETWORKS if name not in SMALL]
MORE = "; 10,000 examples"  # after a network's name; 1,000 otherwise

# kind → its problems, of which a quick run leaves out those of `LARGE`
AUTODIFF = {
    "gradient": [*SMALL, *LARGE],
    "one hvp": [*SMALL, *LARGE, *(name + MORE for name in ("154, depth 1", "3,340, depth 1", *LARGE))],
    "32 hvps": [*SMALL, *LARGE, *(name + MORE for name in ("154, depth 1", "3,340, depth 1"))],
    "Hessian": SMALL,
    "Lanczos": [*SMALL, *LARGE[:-1]],
}
# The largest eigenvalues without the look for those that were missed, which no other library takes.
UNCHECKED = "top 5, unchecked"
SPECTRA = {
    "top 5": ["565, depth 1", "3,340, depth 1", "19,990, depth 1"],
    UNCHECKED: ["3,340, depth 1", "19,990, depth 1"],
    "density": ["565, depth 1", "3,340, depth 1", "19,990, depth 1"],
}


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
    """Return the arrays of one problem, a network's name or that with `MORE`: float64, seeded."""
    sizes = NETWORKS[name.removesuffix(MORE)]
    examples = 10_000 if name.endswith(MORE) else 1_000
    rng = np.random.default_rng(0)
    n = parameters(sizes)
    # Every unit's input has a variance near 1, whatever the width.
    x = np.concatenate(
        [
            rng.standard_normal(outputs * (inputs + 1)) / np.sqrt(max(4, inputs / 25))
            for inputs, outputs in pairwise(sizes)
        ]
    )
    return Problem(
        sizes,
        rng.standard_normal((examples, sizes[0])) / np.sqrt(sizes[0]),
        rng.integers(CLASSES, size=examples),
        x,
        rng.standard_normal((DIRECTIONS, n)),
    )


def images(name: str) -> Problem:
    """Return the deep autoencoder's arrays for "10,000 images", say: in single precision, seeded.

    Like digits, about half of the pixels are black, and thirty patterns make up the others.
    """
    examples = int(name.removesuffix(" images").replace(",", ""))
    rng = np.random.default_rng(0)
    patterns = rng.standard_normal((30, AUTOENCODER[0]), dtype=np.float32) / np.float32(np.sqrt(30))
    inputs = rng.standard_normal((examples, 30), dtype=np.float32) @ patterns
    np.clip(inputs, 0.0, 1.0, out=inputs)
    x = np.concatenate(
        [
            rng.standard_normal(outputs * (below + 1), dtype=np.float32) / np.float32(np.sqrt(below))
            for below, outputs in pairwise(AUTOENCODER)
        ]
    )
    return Problem(AUTOENCODER, inputs, inputs, x, rng.standard_normal((1, x.size), dtype=np.float32))


def digest(result: Any) -> list[float]:
    """Return numbers by which two libraries' results are compared: norm, first entry, a random projection.

    The projection of a difference is about as large as its norm.
    """
    array = np.asarray(result, dtype=np.float64)
    direction = np.random.default_rng(0).standard_normal(array.shape)
    return [float(np.linalg.norm(array)), float(array.reshape(-1)[0]), float(np.vdot(direction, array))]


def agree(one: list[float], other: list[float], tolerance: float) -> bool:
    """Tell whether two digests differ by at most ``tolerance`` of the norm."""
    return bool(np.abs(np.subtract(one, other)).max() <= tolerance * one[0])
