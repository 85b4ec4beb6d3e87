"""Exercise 10.6: the eigenvalues that an idle unit adds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def idle_unit(M: Array, decay: float) -> Array:
    """Return the eigenvalues of the Hessian of one idle unit, ascending: (C + d,) for M of shape (C, d)."""
    sigma = np.linalg.svd(M, compute_uv=False)
    flat = np.zeros(sum(M.shape) - 2 * sigma.size)
    found: Array = np.sort(decay + np.concatenate([sigma, -sigma, flat]))
    return found


def _as_a_matrix(M: Array, decay: float) -> Any:
    outputs, inputs = M.shape
    H = decay * np.eye(outputs + inputs)
    H[:outputs, outputs:], H[outputs:, :outputs] = M, M.T
    return np.linalg.eigvalsh(H)


def _errors() -> list[tuple[Array, float]]:
    rng = np.random.default_rng(106)
    return [
        (rng.normal(size=shape) * size, decay)
        for shape, size, decay in (
            ((2, 5), 0.3, 0.2),
            ((3, 4), 1.4, 0.05),
            ((5, 2), 0.7, 0.6),
            ((1, 3), 0.2, 0.4),
        )
    ]


SPARE_SPECTRUM = Exercise(
    id="10.6",
    title="All eigenvalues of an idle unit",
    accepts=function(idle_unit, _errors(), rtol=1e-6),
    hints=(
        "The block of the unit is decay·1 plus a matrix that holds M and Mᵀ off its diagonal, and zeros.",
        "Such a matrix has the eigenvalues +σᵢ and −σᵢ, one pair for each singular value of M.",
        "Count: C + d in all. Those without a σ are the decay itself.",
    ),
    model=Solution(
        code="""
def idle_unit(M, decay):
    outputs, inputs = M.shape
    H = decay * np.eye(outputs + inputs)
    H[:outputs, outputs:], H[outputs:, :outputs] = M, M.T
    return np.linalg.eigvalsh(H)

exercise("10.6").check(idle_unit)
""",
        explanation="decay ± σᵢ(M), and the decay for the rest. So an idle unit opens as many ways down as M "
        "has singular values above the decay, and the others pile up at the decay: the spike of the figure.",
    ),
    right_answers=(idle_unit, _as_a_matrix),
    misconceptions=(
        Misconception(
            "singular values of one sign",
            lambda M, decay: np.sort(
                decay + np.append(np.linalg.svd(M, compute_uv=False), np.zeros(sum(M.shape) - min(M.shape)))
            ),
            "Every σᵢ comes with both signs: the unit can go down as steeply as it can go up.",
        ),
        Misconception(
            "flat directions not counted",
            lambda M, decay: np.sort(
                decay
                + np.concatenate([-np.linalg.svd(M, compute_uv=False), np.linalg.svd(M, compute_uv=False)])
            ),
            "The unit has C + d numbers, so there are as many eigenvalues. Which ones are missing?",
        ),
        Misconception(
            "squares of the singular values",
            lambda M, decay: np.sort(
                decay
                + np.concatenate(
                    [
                        np.linalg.svd(M, compute_uv=False) ** 2,
                        -(np.linalg.svd(M, compute_uv=False) ** 2),
                        np.zeros(sum(M.shape) - 2 * min(M.shape)),
                    ]
                )
            ),
            "MMᵀ has the eigenvalues σ². The block with M and Mᵀ off the diagonal has ±σ.",
        ),
        Misconception(
            "no penalty on an idle unit",
            lambda M, decay: idle_unit(M, 0.0),
            "Where is the weight decay? It adds ½·decay·‖θ‖², over the idle unit too.",
        ),
    ),
)
