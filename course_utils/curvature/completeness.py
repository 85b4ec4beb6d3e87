"""Did an eigenvalue go unseen? Random probes of what is orthogonal to the eigenvectors found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils.curvature.operators import products, tridiagonal
from course_utils.objectives import Array
from course_utils.objectives.lengths import norms, unit

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

PROBES, STEPS = 4, 50
RISK = 1e-6
"""Of a wrong margin, over the random probes, whatever the spectrum is."""


@dataclass(frozen=True)
class Complement:
    """The ends of the spectrum of H on the orthogonal complement of some eigenvectors, as probes see them.

    Attributes
    ----------
    lowest, highest : extreme Ritz values, inside the spectrum there.
    margin : with probability 1 − `RISK` no eigenvalue there lies further out than these by more.
    made : products.
    """

    lowest: float
    highest: float
    margin: float
    made: int


def probe_complement(operator: LinearOperator, vectors: Array, rng: np.random.Generator) -> Complement:
    """Run Lanczos from random probes orthogonal to ``vectors`` (m, n), m < n, each on its own, in one block.

    No basis is kept: without reorthogonalisation copies of Ritz values appear, but none outside the spectrum
    (Paige 1980). From a random start in N dimensions, k steps miss an end of the spectrum by more than
    ε times its width with probability at most 1.648 √N exp(−(2k − 1)√ε) (Kuczyński & Woźniakowski 1992,
    theorem 4.2), and p independent ones with the p-th power of that.
    """
    rest = int(operator.shape[0]) - len(vectors)
    steps = min(STEPS, rest)

    def beside(v: Array) -> Array:
        return v - (v @ vectors.T) @ vectors

    alphas, betas = np.zeros((2, PROBES, steps))
    v = unit(beside(beside(rng.standard_normal((PROBES, int(operator.shape[0]))))))
    before, beta = np.zeros_like(v), np.zeros(PROBES)
    for j in range(steps):
        w = beside(products(operator, v))
        alphas[:, j] = np.einsum("pn,pn->p", v, w)
        # A probe that has ended is padded with its own mean, uncoupled.
        alphas[:, j] = np.where(v.any(axis=1), alphas[:, j], alphas[:, 0])
        w = beside(w - alphas[:, j, None] * v - beta[:, None] * before)
        before, beta = v, norms(w)
        betas[:, j] = beta
        v = unit(w)
    ritz_values = np.linalg.eigvalsh(tridiagonal(alphas, betas[:, :-1]))
    lowest, highest = float(ritz_values.min()), float(ritz_values.max())
    root = (math.log(1.648 * math.sqrt(rest)) + math.log(2 / RISK) / PROBES) / (2 * steps - 1)
    share = root * root
    width = (highest - lowest) / (1 - 2 * share) if share < 0.5 else math.inf
    margin = 0.0 if steps == rest else share * width if width > 0 else 0.0
    return Complement(lowest, highest, margin, PROBES * steps)
