"""Task hw10.3: the signs of the curvature along which two copies of a unit are pulled apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]
Pull = tuple[Array, Array, Array, Array, float, float]


def signs_apart(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    """Return how many eigenvalues of a pull are below, within and above ±tolerance."""
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(share * (1 - share) * A, B, tolerance)


def coupling(inputs: Array, errors: Array, sums: Array, outgoing: Array) -> tuple[Array, Array]:
    """Return A (d + 1, d + 1) and B (C, d + 1) of the lesson, for any number C of outputs."""
    a, t = np.column_stack([inputs, np.ones(len(inputs))]), np.tanh(sums)
    A = np.einsum("n,ni,nj->ij", errors @ outgoing * -2 * t * (1 - t**2), a, a) / len(a)
    B = np.einsum("nc,n,ni->ci", errors, 1 - t**2, a) / len(a)
    return A, B


def pull(A: Array, B: Array) -> Array:
    """Return [[A, Bᵀ], [B, 0]]."""
    return np.block([[A, B.T], [B, np.zeros((len(B), len(B)))]])


def signs(A: Array, B: Array, tolerance: float) -> Any:
    """Return how many eigenvalues of [[A, Bᵀ], [B, 0]] are below, within and above ±tolerance."""
    values = np.linalg.eigvalsh(pull(A, B))
    return np.array(
        [np.sum(values < -tolerance), np.sum(abs(values) <= tolerance), np.sum(values > tolerance)]
    )


def drawn(rng: np.random.Generator, N: int, d: int, C: int, share: float) -> Pull:
    """Return a unit of a random network on random examples.

    The tolerance divides the sizes of the eigenvalues where the gap is widest, so that no rounding decides.
    """
    inputs, w = rng.normal(size=(N, d)), rng.normal(size=d)
    sums = inputs @ w * 1.5 / np.linalg.norm(w) + 0.3 * rng.normal()
    errors, outgoing = rng.normal(size=(N, C)), rng.normal(size=C) + 0.5
    A, B = coupling(inputs, errors, sums, outgoing)
    sizes = np.sort(abs(np.linalg.eigvalsh(pull(share * (1 - share) * A, B))))[1:]
    gap = int(np.argmax(np.diff(sizes)))
    return inputs, errors, sums, outgoing, share, float(sizes[gap : gap + 2].mean())


def definite(rng: np.random.Generator, d: int, share: float, size: float = 1.0) -> Pull:
    """Return a unit with one output at a critical point, B = 0, and A = size·(1 … d + 1) on the diagonal."""
    inputs, _, sums, outgoing, _, _ = drawn(rng, 60 * (d + 1), d, 1, share)
    upper = np.triu_indices(d + 1)

    def entries(errors: Array) -> Array:
        A, B = coupling(inputs, errors[:, None], sums, outgoing)
        return np.concatenate([A[upper], B.ravel()])

    wanted = np.concatenate([size * np.diag(np.arange(1.0, d + 2))[upper], np.zeros(d + 1)])
    errors = np.linalg.lstsq(np.column_stack([entries(one) for one in np.eye(len(inputs))]), wanted)[0]
    return inputs, errors[:, None], sums, outgoing, share, 1e-6


def _pulls(seed: int) -> list[Pull]:
    rng = np.random.default_rng(seed)
    shapes = ((20, 3, 1), (30, 4, 2), (12, 2, 1), (40, 5, 2), (25, 1, 3), (30, 4, 1))
    shares = (0.3, 0.5, 1.7, 0.8, 0.4, -0.6)
    found = [drawn(rng, *shape, share) for shape, share in zip(shapes, shares, strict=True)]
    return [*found, definite(rng, 1, 0.25), definite(rng, 2, 1.4), definite(rng, 1, 0.6, -2.0)]


def _by_loops(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> tuple[int, int, int]:
    """Add up the examples one by one, and count signs in the spectrum."""
    (N, d), C = inputs.shape, errors.shape[1]
    K = np.zeros((d + 1 + C, d + 1 + C))
    for x, r, z in zip(inputs, errors, sums, strict=True):
        a = np.append(x, 1.0)
        slope = 1 / np.cosh(z) ** 2
        K[: d + 1, : d + 1] -= (
            share * (1 - share) * 2 * np.tanh(z) * slope * (r @ outgoing) * np.outer(a, a) / N
        )
        K[d + 1 :, : d + 1] += slope * np.outer(r, a) / N
        K[: d + 1, d + 1 :] += slope * np.outer(a, r) / N
    values = np.linalg.eigvalsh(K)
    negative, positive = int((values < -tolerance).sum()), int((values > tolerance).sum())
    return negative, values.size - negative - positive, positive


# Misconceptions --------------------------------------------------------------------------------


def _without_bias(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(share * (1 - share) * A[:-1, :-1], B[:, :-1], tolerance)


def _incoming_alone(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(share * (1 - share) * A, B[:0], tolerance)


def _uncoupled(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(share * (1 - share) * A, 0 * B, tolerance)


def _without_share(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    return signs(*coupling(inputs, errors, sums, outgoing), tolerance)


def _half_coupled(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(share * (1 - share) * A, B / 2, tolerance)


def _turned_over(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(-share * (1 - share) * A, B, tolerance)


def _summed(
    inputs: Array, errors: Array, sums: Array, outgoing: Array, share: float, tolerance: float
) -> Any:
    A, B = coupling(inputs, errors, sums, outgoing)
    return signs(share * (1 - share) * A * len(inputs), B * len(inputs), tolerance)


APART = Exercise(
    id="hw10.3",
    title="Two copies, pulled apart",
    accepts=function(signs_apart, _pulls(103)),
    hints=(
        "Expand the answer of an example: the first copy adds (s v + q) φ(z + (1 − s) u·ã), the second "
        "((1 − s) v − q) φ(z − s u·ã). The terms of first order cancel.",
        "Left to second order is ½ s(1 − s) v φ″(z)(u·ã)² + q φ′(z)(u·ã). The loss changes by the mean of r "
        "times that.",
        "So K has s(1 − s)A in the block of u, B and Bᵀ beside it, and zeros in the block of q. With tanh, "
        "φ′ = 1 − tanh², φ″ = −2 tanh·φ′; in A stands r·v, a number for each example.",
    ),
    model=Solution(
        code="""
def signs_apart(inputs, errors, sums, outgoing, share, tolerance):
    a, t = np.column_stack([inputs, np.ones(len(inputs))]), np.tanh(sums)
    slope, outputs = 1 - t**2, errors.shape[1]
    A = a.T @ (a * (errors @ outgoing * -2 * t * slope)[:, None]) / len(a)
    B = errors.T @ (a * slope[:, None]) / len(a)
    K = np.block([[share * (1 - share) * A, B.T], [B, np.zeros((outputs, outputs))]])
    values = np.linalg.eigvalsh(K)
    negative, positive = np.sum(values < -tolerance), np.sum(values > tolerance)
    return negative, values.size - negative - positive, positive

exercise("hw10.3").check(signs_apart)
""",
        explanation="These counts are what a split adds to the spectrum: nothing couples a pull to the other "
        "weights. With one output B is zero and A decides, with several there is a way down wherever B is "
        "not zero.",
    ),
    right_answers=(signs_apart, _by_loops),
    misconceptions=(
        Misconception(
            "copies without biases",
            _without_bias,
            "Your counts add up to one too few: the biases of the copies can be pulled apart as well.",
        ),
        Misconception(
            "incoming weights pulled alone",
            _incoming_alone,
            "Your counts add up to d + 1. The outgoing weights move too, by ±q: C more.",
        ),
        Misconception(
            "pull without its coupling",
            _uncoupled,
            "You left B out. It vanishes at critical points with one output, but not in general.",
        ),
        Misconception(
            "share without effect",
            _without_share,
            "Your counts do not depend on the share. What stands in front of A?",
        ),
        Misconception(
            "coupling halved",
            _half_coupled,
            "K is the matrix in ½ (u, q)ᵀK(u, q). The mixed term q·Bu comes from two of its blocks, ½ each.",
        ),
        Misconception(
            "bend of tanh turned over",
            _turned_over,
            "Your A has the wrong sign: tanh bends down where it is positive, φ″ = −2 tanh·(1 − tanh²).",
        ),
        Misconception(
            "sum over examples for their mean",
            _summed,
            "Your eigenvalues are N times too large for the tolerance: the loss is a mean over examples.",
        ),
    ),
)

FRESH = function(signs_apart, _pulls(9103))
