"""A random walk: the null that every picture of a training path has to be compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_array, real_number, whole_number

_BLOCK = 2**19  # numbers drawn at once: 4 MB


def random_walk(rng: np.random.Generator, steps: int, dim: int) -> Array:
    """Return a walk of Gaussian steps from the origin, (steps + 1, dim), of variance 1 in every coordinate.

    Raises
    ------
    ValueError, TypeError
        If ``steps`` or ``dim`` < 1, or ``rng`` is no generator.
    """
    steps, dim = whole_number("steps", steps, 1), whole_number("dim", dim, 1)
    walk = np.zeros((steps + 1, dim))
    np.cumsum(generator("rng", rng).standard_normal((steps, dim)), axis=0, out=walk[1:])
    return walk


def projected_walk(rng: np.random.Generator, steps: int, dim: int, solution: int) -> tuple[Array, Array]:
    """Return projection and residual of a `random_walk` on the line to its own step ``solution``.

    The coordinates are drawn a few at a time and only their sums are kept, so that 30,000 dimensions need
    no more memory than two.

    Parameters
    ----------
    solution : the step that is called the solution, in 1 … steps.

    Returns
    -------
    along, away : (steps + 1,) each, as in `project_onto_line`.

    Raises
    ------
    ValueError, TypeError
        If a number is out of range, or ``rng`` is no generator.
    """
    steps, dim = whole_number("steps", steps, 1), whole_number("dim", dim, 1)
    solution, rng = whole_number("solution", solution, 1, steps), generator("rng", rng)
    with_end, squares = np.zeros(steps + 1), np.zeros(steps + 1)
    width = max(1, _BLOCK // steps)
    for first in range(0, dim, width):
        walk = random_walk(rng, steps, min(width, dim - first))
        with_end += np.einsum("ti,i->t", walk, walk[solution])
        squares += np.einsum("ti,ti->t", walk, walk)
    along = with_end / np.sqrt(squares[solution])
    # Where the walk is on the line, at its start and its solution, the difference is zero up to rounding.
    away = np.sqrt(np.maximum(squares - along**2, 0.0))
    away[[0, solution]] = 0.0
    return along, away


def walk_residual(along: ArrayLike, length: float) -> Array:
    """Return β = √(α(A − α)), the residual of a random walk of very many dimensions.

    Before the solution α is the share of the steps that are done, times A; the part of the walk that is
    done and the part to come are at right angles, so the walk runs along a half circle over the line from
    its start to its solution. Beyond the solution α stays at A, and the formula no longer holds.

    Parameters
    ----------
    along : (...,) α in 0 … A. length : A > 0, the distance of the solution from the start.

    Raises
    ------
    ValueError
        If A is not positive, or an α lies outside 0 … A.
    """
    length = real_number("length", length, above=0.0)
    alpha = real_array("along", along)
    if not ((alpha >= 0) & (alpha <= length)).all():
        raise ValueError(f"along must lie in 0 … {length:g}, got {alpha.min():g} … {alpha.max():g}")
    return np.asarray(np.sqrt(alpha * (length - alpha)))
