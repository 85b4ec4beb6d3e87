"""Task hw11.4: the size of a symmetric matrix by products alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def absolute(H: Array, steps: int) -> Array:
    """Return H S (..., n, n), where S comes from ``steps`` of S ← (3S − S³)/2 from H/‖H‖."""
    scale = np.max(np.abs(H), axis=(-2, -1), keepdims=True)
    S = H / np.where(scale > 0, scale, 1)
    norm = np.sqrt(np.sum(S**2, axis=(-2, -1), keepdims=True))
    S = S / np.where(norm > 0, norm, 1)
    for _ in range(steps):
        S = (3 * S - S @ S @ S) / 2
    return np.asarray(H @ S)


def by_eigenvalues(H: Array, steps: int) -> Any:
    """Let the iteration run on the eigenvalues."""
    H = np.asarray(H, dtype=float)
    size = np.max(np.abs(H), axis=(-2, -1))[..., None]
    size = np.where(size > 0, size, 1.0)
    values, V = np.linalg.eigh(H / size[..., None])
    length = np.linalg.norm(values, axis=-1, keepdims=True)
    s = values / np.where(length > 0, length, 1.0)
    for _ in range(steps):
        s = 1.5 * s - 0.5 * s**3
    return np.einsum("...ij,...j,...kj->...ik", V, size * values * s, V)


def turned(rng: np.random.Generator, eigenvalues: Any) -> Array:
    """Return a symmetric matrix with these eigenvalues, turned at random."""
    values = np.asarray(eigenvalues, dtype=float)
    Q = np.linalg.qr(rng.normal(size=(values.size, values.size)))[0]
    H = Q @ np.diag(values) @ Q.T
    return np.asarray((H + H.T) / 2)


def _matrices(seed: int) -> list[tuple[Array, int]]:
    rng = np.random.default_rng(seed)
    stack = np.stack([turned(rng, values) for values in ([3.0, -1.0, 0.2], [-9.0, 2.0, 4.0])])
    return [
        (turned(rng, [2.0, -1.0, 0.5]), 30),
        (turned(rng, [5.0, -3.0, 0.1, -0.02]), 3),
        (turned(rng, [1.0, -0.6]), 1),
        (turned(rng, [-4.0, 0.3, 0.7, 2.0, -0.01]), 8),
        (stack, 25),
        (stack[:, :2, :2], 2),
    ]


# Misconceptions --------------------------------------------------------------------------------


def _signs(H: Array, steps: int) -> Any:
    return np.linalg.solve(H, absolute(H, steps))


def _entries(H: Array, steps: int) -> Any:
    return np.abs(H)


def _in_units(H: Array, steps: int) -> Any:
    return absolute(H, steps) / np.linalg.norm(H, axis=(-2, -1), keepdims=True)


def _elementwise(H: Array, steps: int) -> Any:
    S = H / np.linalg.norm(H, axis=(-2, -1), keepdims=True)
    for _ in range(steps):
        S = (3 * S - S**3) / 2
    return H @ S


def _one_short(H: Array, steps: int) -> Any:
    return absolute(H, steps - 1)


def _exact(H: Array, steps: int) -> Any:
    values, V = np.linalg.eigh(H)
    return V * np.abs(values)[..., None, :] @ np.swapaxes(V, -1, -2)


def _by_largest(H: Array, steps: int) -> Any:
    """Divide by the largest eigenvalue's size."""
    S = H / np.abs(np.linalg.eigvalsh(H)).max(axis=-1)[..., None, None]
    for _ in range(steps):
        S = (3 * S - S @ S @ S) / 2
    return H @ S


def _one_norm(H: Array, steps: int) -> Any:
    """Divide a whole stack by one norm."""
    S = H / np.linalg.norm(H)
    for _ in range(steps):
        S = (3 * S - S @ S @ S) / 2
    return H @ S


ABSOLUTE = Exercise(
    id="hw11.4",
    title="The size of a matrix by products alone",
    accepts=function(absolute, _matrices(114)),
    hints=(
        "`@` multiplies the last two axes, for stacks as well. `H**3` cubes each entry; H³ is `H @ H @ H`.",
        "Each matrix has its own norm: sum over the axes (-2, -1), with `keepdims=True`.",
        "Squares of 10²⁰⁰ overflow. Divide by the largest entry first, then by the norm of what is left.",
        "Keep H itself for the last product: |H| is H sign(H), with the H that was given.",
    ),
    model=Solution(
        code="""
def absolute(H, steps):
    scale = np.max(np.abs(H), axis=(-2, -1), keepdims=True)
    S = H / np.where(scale > 0, scale, 1)
    norm = np.sqrt(np.sum(S**2, axis=(-2, -1), keepdims=True))
    S = S / np.where(norm > 0, norm, 1)
    for _ in range(steps):
        S = (3 * S - S @ S @ S) / 2
    return H @ S

exercise("hw11.4").check(absolute)
""",
        explanation="Some two dozen steps, of products alone, bring every eigenvalue above a thousandth of "
        "the norm to its size. Smaller ones are still on their way up and come out too small: the needle at "
        "zero of the lesson again.",
    ),
    right_answers=(absolute, by_eigenvalues),
    misconceptions=(
        Misconception(
            "sign for size",
            _signs,
            "That is sign(H), the result of the iteration. Multiply it by H.",
        ),
        Misconception(
            "sizes of the entries",
            _entries,
            "You took the size of each entry. |H| has the size of each *eigenvalue*, and H's eigenvectors.",
        ),
        Misconception(
            "result in units of the norm",
            _in_units,
            "Your result is divided by ‖H‖. The last product is with H as it was given.",
        ),
        Misconception(
            "entries cubed",
            _elementwise,
            "You cubed the entries. S³ is a product of matrices.",
        ),
        Misconception(
            "one step short",
            _one_short,
            "You made one step too few; with `steps = 0` the result is H²/‖H‖.",
        ),
        Misconception(
            "limit for the iteration",
            _exact,
            "That is the limit of many steps. Asked for is where the iteration stands after `steps` of them.",
        ),
        Misconception(
            "largest eigenvalue for the norm",
            _by_largest,
            "You divided by the largest eigenvalue. The start is H/‖H‖ in the Frobenius norm, which needs no "
            "eigenvalue.",
        ),
        Misconception(
            "one norm for a stack",
            _one_norm,
            "In a stack each matrix has its own norm.",
        ),
    ),
)

FRESH = function(absolute, _matrices(9114))
