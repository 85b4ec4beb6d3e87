"""Task hw03.5: the saddles of a deep linear network on real digits, in closed form."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, number
from course_utils.datasets import load

Array = NDArray[np.float64]

_WIDTH, _COMPONENTS, _ROWS = 3, 10, 50


def digit_halves() -> tuple[Array, Array]:
    """Return ten whitened components of the upper half of a thousand digits, and the lower half."""
    pictures = load("mnist-10x10").subset(1000).inputs
    centred = pictures - pictures.mean(axis=0)
    upper, lower = centred[:, :_ROWS], centred[:, _ROWS:]
    inputs = upper @ np.linalg.svd(upper, full_matrices=False)[2][:_COMPONENTS].T
    return inputs / inputs.std(axis=0), lower


def _stairs(gain: Array, top: float) -> Array:
    return top - np.concatenate([[0.0], np.cumsum(gain[:_WIDTH])])


_INPUTS, _TARGETS = digit_halves()
_S = np.asarray(np.linalg.svd(_TARGETS.T @ _INPUTS / len(_INPUTS), compute_uv=False), dtype=np.float64)
_TOP = float((_TARGETS**2).sum(axis=1).mean() / 2)
_RIGHT: dict[str, Any] = {
    "losses": _stairs(_S**2 / 2, _TOP),
    "count": sum(comb(_COMPONENTS, kept) for kept in range(_WIDTH + 1)),
    "lowest": -_S[:_WIDTH],
}

LINEAR_SADDLES = Exercise(
    id="hw03.5",
    title="The saddles of a deep linear network",
    data={"hidden_units": _WIDTH, "inputs": _COMPONENTS},
    accepts=parts(
        losses=array(_RIGHT["losses"]),
        count=number(_RIGHT["count"], rtol=1e-6),
        lowest=array(_RIGHT["lowest"]),
    ),
    hints=(
        "With whitened inputs the loss is ½‖A − M‖² and a constant, where A = W₂W₁ is the map and M the "
        "correlation of targets and inputs. Write M as a sum of its singular directions.",
        "At a critical point A keeps some of these directions as they are and drops the others. Each one "
        "that is kept saves σ²/2. How many can a network of three hidden units keep?",
        "An unused unit sees what is left, M − A. With weights a in and b out the loss changes by "
        "−bᵀ(M − A)a to second order: which unit vectors make that lowest?",
    ),
    model=Solution(
        code="""
from math import comb
from key.homework03.linear import digit_halves

inputs, targets = digit_halves()
sigma = np.linalg.svd(targets.T @ inputs / len(inputs), compute_uv=False)
top = (targets**2).sum(axis=1).mean() / 2
exercise("hw03.5").check(
    losses=top - np.cumsum([0, *sigma[:3] ** 2 / 2]),
    count=sum(comb(10, kept) for kept in range(4)),
    lowest=-sigma[:3],
)
""",
        explanation="A critical point keeps at most three singular directions: Σ C(10, r) losses, and one "
        "of them the best. The run waits at those that keep the largest, and leaves at the rate of the next.",
    ),
    right_answers=(_RIGHT, {**_RIGHT, "losses": list(_RIGHT["losses"]), "lowest": tuple(_RIGHT["lowest"])}),
    misconceptions=(
        Misconception(
            "singular values without their square",
            {**_RIGHT, "losses": _stairs(_S / 2, _TOP)},
            "`losses`: a squared error saves a squared singular value, not the value itself.",
        ),
        Misconception(
            "factor of a half lost",
            {**_RIGHT, "losses": _stairs(_S**2, _TOP)},
            "`losses`: the loss is the mean of *half* the squared error.",
        ),
        Misconception(
            "three directions at every saddle",
            {**_RIGHT, "count": comb(_COMPONENTS, _WIDTH)},
            "`count`: these are the points at which all three units are in use. A saddle may keep fewer.",
        ),
        Misconception(
            "any number of directions kept",
            {**_RIGHT, "count": 2**_COMPONENTS},
            "`count`: W₂W₁ goes through three hidden units. How many directions can pass?",
        ),
        Misconception(
            "saddles with one way of curving down",
            {**_RIGHT, "lowest": np.full(_WIDTH, -_S[0])},
            "`lowest`: at the second saddle the largest singular direction is in use. Which is the largest "
            "that is not?",
        ),
        Misconception(
            "curvature of a squared weight",
            {**_RIGHT, "lowest": -(_S[:_WIDTH] ** 2)},
            "`lowest`: near a saddle the loss falls by σ times the product of a weight in and a weight out.",
        ),
    ),
)
