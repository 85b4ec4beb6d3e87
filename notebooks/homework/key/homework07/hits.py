"""Task hw07.4: how many critical points a search has found, each counted once, by index."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def count_by_index(
    points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tolerance: float
) -> NDArray[np.int64]:
    """Return how many critical points of each index were found, each counted once.

    Parameters
    ----------
    points : (m, n) where a search ended.
    newton_steps : (m,) what is left of Newton's step there; a point is one if it is at most ``tolerance``.
    eigenvalues : (m, k) of the Hessian there, in any order.
    radius : points that are closer than this to one that is counted are that one again.
    """
    kept: list[int] = []
    for i in np.flatnonzero(newton_steps <= tolerance):
        if all(np.linalg.norm(points[i] - points[j]) >= radius for j in kept):
            kept.append(int(i))
    index = np.sum(eigenvalues[kept] < 0, axis=1)
    return np.bincount(index, minlength=eigenvalues.shape[1] + 1)


Case = tuple[Array, Array, Array, float, float]


def search(seed: int, n: int, k: int, centres: int, ends: int, radius: float) -> Case:
    """Return where a search might have ended: hits around some points, and ends that are none, mixed."""
    rng = np.random.default_rng(seed)
    cells = np.stack(np.unravel_index(rng.permutation(3**n)[:centres], (3,) * n), axis=-1)
    places = 12 * radius * (cells - 1) + 3.3 * radius
    spectra = rng.normal(size=(centres, k))
    hit = rng.integers(centres, size=ends)
    jitter = rng.normal(size=(ends, n))
    jitter *= 0.4 * radius * rng.random((ends, 1)) / np.linalg.norm(jitter, axis=1, keepdims=True)
    steps = np.where(rng.random(ends) < 0.35, 10.0 ** rng.uniform(-5, 1, ends), 1e-9)
    steps[rng.random(ends) < 0.1] = np.inf
    spectra = np.where((steps > 1e-7)[:, None], rng.normal(size=(ends, k)), spectra[hit])
    return places[hit] + jitter, steps, rng.permuted(spectra, axis=1), radius, 1e-7


def _cases(seed: int = 74) -> list[Case]:
    shapes = ((2, 2, 3, 14, 0.01), (3, 3, 6, 18, 1.0), (4, 3, 5, 16, 0.3))
    return [search(seed + 10 * i, *shape) for i, shape in enumerate(shapes)]


def _by_distances(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    """Go through all pairs at once: a row is new if no row that was counted before lies close to it."""
    good = newton_steps <= tol
    x, spectra = points[good], eigenvalues[good]
    close = np.linalg.norm(x[:, None] - x[None], axis=-1) < radius
    new = np.zeros(len(x), dtype=bool)
    for i in range(len(x)):
        new[i] = not (close[i] & new).any()
    counts = np.zeros(spectra.shape[1] + 1, dtype=int)
    np.add.at(counts, (spectra[new] < 0).sum(axis=1), 1)
    return counts


def _every_hit(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    return count_by_index(points, newton_steps, eigenvalues, 0.0, tol)


def _uncertified(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    return count_by_index(points, newton_steps, eigenvalues, radius, np.inf)


def _first_hit(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    kept: list[int] = []
    for i in range(len(points)):
        if all(np.linalg.norm(points[i] - points[j]) >= radius for j in kept):
            kept.append(i)
    good = [i for i in kept if newton_steps[i] <= tol]
    return np.bincount(np.sum(eigenvalues[good] < 0, axis=1), minlength=eigenvalues.shape[1] + 1)


def _last_hit(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    good = newton_steps <= tol
    x, spectra = points[good], eigenvalues[good]
    new = np.append(True, np.linalg.norm(np.diff(x, axis=0), axis=1) >= radius)
    return np.bincount(np.sum(spectra[new] < 0, axis=1), minlength=spectra.shape[1] + 1)


def _on_a_grid(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    good = newton_steps <= tol
    cells = np.round(points[good] / radius)
    first = np.unique(cells, axis=0, return_index=True)[1]
    spectra = eigenvalues[good][first]
    return np.bincount(np.sum(spectra < 0, axis=1), minlength=spectra.shape[1] + 1)


def _positive(points: Array, newton_steps: Array, eigenvalues: Array, radius: float, tol: float) -> Any:
    return count_by_index(points, newton_steps, -eigenvalues, radius, tol)


HITS = Exercise(
    id="hw07.4",
    title="Every point once",
    accepts=function(count_by_index, _cases()),
    hints=(
        "Three things in this order: leave out what is no critical point, leave out what has been counted "
        "already, count the rest by index.",
        "Keep a list of the rows that you have counted. A certified row is new if its distance to *every* "
        "row in the list is at least `radius`.",
        "`np.bincount(index, minlength=k + 1)` counts how often each index occurs, those included that do "
        "not.",
    ),
    model=Solution(
        code="""
def count_by_index(points, newton_steps, eigenvalues, radius, tolerance):
    kept = []
    for i in np.flatnonzero(newton_steps <= tolerance):
        if all(np.linalg.norm(points[i] - points[j]) >= radius for j in kept):
            kept.append(i)
    index = np.sum(eigenvalues[kept] < 0, axis=1)
    return np.bincount(index, minlength=eigenvalues.shape[1] + 1)

exercise("hw07.4").check(count_by_index)
""",
        explanation="A search hits some points often and others once, and ends beside no point at all. What "
        "is left after certificate and copies is a lower bound of the number there are.",
    ),
    right_answers=(count_by_index, _by_distances),
    misconceptions=(
        Misconception(
            "every hit a new point",
            _every_hit,
            "You count a point as often as it was found. Ends that are closer than `radius` are one point.",
        ),
        Misconception(
            "ends without a certificate counted",
            _uncertified,
            "You count ends where a long Newton step is left, too. Nothing is critical there.",
        ),
        Misconception(
            "first hit certified or not",
            _first_hit,
            "You leave out copies first and then what is no critical point. So an end that is none, beside a "
            "point, hides the hits of it that come later.",
        ),
        Misconception(
            "compared with the hit before",
            _last_hit,
            "You compare each end with the one before it. The same point can come back after others.",
        ),
        Misconception(
            "points rounded to a grid",
            _on_a_grid,
            "You round the points to find equal ones. Two ends beside each other can lie on both sides of a "
            "border of the grid: measure distances.",
        ),
        Misconception(
            "ways up counted as index",
            _positive,
            "You count positive eigenvalues. The index is the number of negative ones.",
        ),
    ),
)

FRESH = function(count_by_index, _cases(9074))
