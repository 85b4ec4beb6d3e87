"""Exercise 10.4: the index of a minimum with units added that do nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def _minima() -> list[tuple[Array, float, int]]:
    rng = np.random.default_rng(104)
    shapes = (((3, 5), 0.6, 2), ((4, 2), 0.3, 1), ((2, 6), 1.1, 3), ((5, 5), 0.9, 4), ((3, 4), 9.0, 2))
    return [(rng.normal(size=shape) / np.sqrt(shape[1]), decay, spare) for shape, decay, spare in shapes]


def _index(M: Array, decay: float, spare: int) -> int:
    return int(spare * np.sum(np.linalg.svd(M, compute_uv=False) > decay))


def _by_eigenvalues(M: Array, decay: float, spare: int) -> int:
    C, d = M.shape
    block = np.block([[decay * np.eye(d), M.T], [M, decay * np.eye(C)]])
    return spare * int((np.linalg.eigvalsh(block) < 0).sum())


def _rank(M: Array, decay: float, spare: int) -> int:
    return spare * int(np.linalg.matrix_rank(M))


def _squares(M: Array, decay: float, spare: int) -> int:
    return spare * int(np.sum(np.linalg.svd(M, compute_uv=False) ** 2 > decay))


def _one(M: Array, decay: float, spare: int) -> int:
    return _index(M, decay, 1)


def _kept(M: Array, decay: float, spare: int) -> int:
    return spare * int(np.sum(np.linalg.svd(M, compute_uv=False) < decay))


ZERO_UNITS = Exercise(
    id="10.4",
    title="What do idle units add?",
    accepts=function(_index, _minima()),
    hints=(
        "The Hessian of one idle unit has the block M between its incoming and its outgoing weights, and the "
        "decay on its diagonal.",
        "The eigenvalues of [[0, Mᵀ], [M, 0]] are ± the singular values of M, and zeros. What does the "
        "diagonal add?",
        "Negative: decay − σ for each singular value σ above the decay, for each idle unit.",
    ),
    model=Solution(
        code="""
def idle_index(M, decay, spare):
    sigma = np.linalg.svd(M, compute_uv=False)
    return spare * np.sum(sigma > decay)

exercise("10.4").check(idle_index)
""",
        explanation="decay ± σ for every idle unit: with a weight decay above the largest singular value the "
        "minimum of the narrow network stays a minimum in every wider one.",
    ),
    right_answers=(_index, _by_eigenvalues),
    misconceptions=(
        Misconception(
            "weight decay ignored in the index",
            _rank,
            "That counts every singular value that is not zero. Weight decay adds to the diagonal, and "
            "keeps some of them above zero.",
        ),
        Misconception(
            "squared singular values",
            _squares,
            "You compare σ² with the decay, as the eigenvalues of MᵀM are. The block has ± σ.",
        ),
        Misconception(
            "idle units not counted",
            _one,
            "Each idle unit has such a block of its own: multiply by their number.",
        ),
        Misconception(
            "held directions counted",
            _kept,
            "Those are the singular values *below* the decay, which it turns into ways up.",
        ),
    ),
)
