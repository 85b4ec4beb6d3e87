"""Exercises 11.5 and 11.6: what Shampoo makes of one gradient, and what each method has to store."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

Array = NDArray[np.float64]

# 11.5 ------------------------------------------------------------------------------------------


def shampoo_step(gradient: Array, rate: float) -> Array:
    """Return −η (GGᵀ)^{−1/4} G (GᵀG)^{−1/4}, which is −ηUVᵀ."""
    U, _, Vt = np.linalg.svd(gradient)
    return np.asarray(-rate * U @ Vt)


def _power(S: Array, exponent: float) -> Array:
    values, V = np.linalg.eigh(S)
    return np.asarray((V * values**exponent) @ V.T)


def _by_roots(gradient: Array, rate: float) -> Any:
    left, right = _power(gradient @ gradient.T, -0.25), _power(gradient.T @ gradient, -0.25)
    return -rate * left @ gradient @ right


def _one_sided(gradient: Array, rate: float) -> Any:
    return -rate * gradient @ _power(gradient.T @ gradient, -0.5)  # the polar factor


def _gradients() -> list[tuple[Array, float]]:
    rng, found = np.random.default_rng(115), []
    for n, rate in ((2, 0.3), (3, 1.6), (5, 0.08)):
        U, V = (np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(2))
        found.append((U @ np.diag(rng.uniform(0.4, 4.0, size=n)) @ V.T, rate))
    return found


BOTH_SIDES = Exercise(
    id="11.5",
    title="The first step of Shampoo",
    accepts=function(shampoo_step, _gradients(), rtol=1e-6),
    hints=(
        "A symmetric positive matrix to a power: keep its eigenvectors, take the eigenvalues to that power.",
        "Or first on paper, with G = UΣVᵀ: what are GGᵀ and GᵀG, and their powers?",
        "(GGᵀ)^{−1/4} = UΣ^{−1/2}Uᵀ. From the left and from the right, what is left of Σ?",
    ),
    model=Solution(
        code="""
def shampoo_step(gradient, rate):
    def power(S):
        values, V = np.linalg.eigh(S)
        return (V * values**-0.25) @ V.T
    left, right = power(gradient @ gradient.T), power(gradient.T @ gradient)
    return -rate * left @ gradient @ right

exercise("11.5").check(shampoo_step)
""",
        explanation="Σ^{−1/2}ΣΣ^{−1/2} = I: what is left is −ηUVᵀ, the step that Muon approximates by "
        "products. Shampoo goes on from here with sums over all gradients so far, Muon with a running mean "
        "of them.",
    ),
    right_answers=(shampoo_step, _by_roots, _one_sided),
    misconceptions=(
        Misconception(
            "square roots on both sides",
            lambda gradient, rate: (
                -rate * _power(gradient @ gradient.T, -0.5) @ gradient @ _power(gradient.T @ gradient, -0.5)
            ),
            "With exponents −1/2 on both sides the singular values become 1/σ: weak directions take the "
            "longest "
            "steps. Shampoo has −1/4 on each side.",
        ),
        Misconception(
            "fourth root from one side alone",
            lambda gradient, rate: -rate * _power(gradient @ gradient.T, -0.25) @ gradient,
            "One side alone leaves the roots of the singular values. G stands between two factors.",
        ),
        Misconception(
            "sign of every entry",
            lambda gradient, rate: -rate * np.sign(gradient),
            "That is sign descent, which looks at each entry alone. Shampoo treats the matrix as a whole.",
        ),
        Misconception(
            "whole matrix divided by its norm",
            lambda gradient, rate: -rate * gradient / np.linalg.norm(gradient),
            "One number for the whole matrix keeps the proportions of its singular values. Here they "
            "become equal.",
        ),
        Misconception(
            "left and right factors exchanged",
            lambda gradient, rate: (
                -rate * _power(gradient.T @ gradient, -0.25) @ gradient @ _power(gradient @ gradient.T, -0.25)
            ),
            "GGᵀ belongs to the left of G, GᵀG to its right: for a matrix that is not square nothing "
            "else fits.",
        ),
    ),
)

# 11.6 ------------------------------------------------------------------------------------------

LAYERS = (784, 1000, 500, 250, 30, 250, 500, 1000, 784)
_GIGABYTE = 4e-9  # of one number in single precision
_N = sum((a + 1) * b for a, b in pairwise(LAYERS))
_FACTORS = sum((a + 1) ** 2 + b**2 for a, b in pairwise(LAYERS))
_STORED = {
    "hessian": _N**2 * _GIGABYTE,
    "krylov": 50 * _N * _GIGABYTE,
    "kfac": _FACTORS * _GIGABYTE,
    "adam": 2 * _N * _GIGABYTE,
}

_ROUNDED = 0.02  # three decimals are enough, also of the smallest, 0.0227

STORAGE = Exercise(
    id="11.6",
    title="What has to be stored?",
    data={"layers": LAYERS, "bytes": 4, "vectors": 50},
    accepts=parts(**{name: number(value, _ROUNDED) for name, value in _STORED.items()}),
    hints=(
        "Each unit has a weight for every unit below and a bias: a layer is a matrix of b rows and a + "
        "1 columns.",
        "Exact: n² numbers. Krylov: 50 vectors of n. Adam: two of n. K-FAC: for each layer two square "
        "matrices.",
        "K-FAC's are (a + 1) × (a + 1) and b × b. Numbers times 4 bytes, over 10⁹.",
    ),
    model=Solution(
        code="""
layers = exercise("11.6").data["layers"]
pairs = list(zip(layers[:-1], layers[1:]))
n = sum((a + 1) * b for a, b in pairs)
factors = sum((a + 1) ** 2 + b ** 2 for a, b in pairs)
exercise("11.6").check(
    hessian=4e-9 * n ** 2, krylov=4e-9 * 50 * n, kfac=4e-9 * factors, adam=4e-9 * 2 * n
)
""",
        explanation="32 terabytes for the matrix that Newton's method starts from; all the others fit "
        "on a laptop. K-FAC stores little more than Adam, since no layer is much wider than its neighbours.",
    ),
    right_answers=(
        _STORED,
        {name: round(value, 3) for name, value in _STORED.items()},
        {name: float(f"{value:.3g}") for name, value in _STORED.items()},
    ),
    misconceptions=(
        Misconception(
            "blocks of K-FAC multiplied out",
            {**_STORED, "kfac": sum(((a + 1) * b) ** 2 for a, b in pairwise(LAYERS)) * _GIGABYTE},
            "You stored the blocks of the layers. K-FAC keeps their two factors, and never multiplies them.",
        ),
        Misconception(
            "gibibytes for gigabytes",
            {name: value * 1e9 / 2**30 for name, value in _STORED.items()},
            "You divided by 2³⁰, which gives gibibytes (GiB). A gigabyte (GB) is 10⁹ bytes.",
        ),
        Misconception(
            "bytes for gigabytes",
            {name: value * 1e9 for name, value in _STORED.items()},
            "Those are bytes. A gigabyte (GB) is 10⁹ of them.",
        ),
        Misconception(
            "megabytes for gigabytes",
            {name: value * 1e3 for name, value in _STORED.items()},
            "Those are megabytes (MB). A gigabyte (GB) is a thousand of them.",
        ),
        Misconception(
            "numbers for bytes",
            {name: value / 4 for name, value in _STORED.items()},
            "You counted numbers. In single precision each takes four bytes.",
        ),
        Misconception(
            "double precision",
            {name: 2 * value for name, value in _STORED.items()},
            "That is eight bytes a number. In single precision a number has four.",
        ),
        Misconception(
            "only half of a symmetric matrix",
            {**_STORED, "hessian": _STORED["hessian"] / 2},
            "It would do to store half of the Hessian; asked for is the whole of it, n² numbers.",
        ),
        Misconception(
            "one memory for Adam",
            {**_STORED, "adam": _STORED["adam"] / 2},
            "Adam keeps two running means, of the gradient and of its square.",
        ),
    ),
)
