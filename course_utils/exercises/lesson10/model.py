"""Exercises 10.7 and 10.8: where the random matrices would put a Hessian, and what a critical loss says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice

Array = NDArray[np.float64]

# 10.7 ------------------------------------------------------------------------------------------


def energy(gauss_newton: Array, rest: Array) -> float:
    """Return ε for which JJᵀ/m + √(2ε)W has parts of the sizes of these two, up to a common factor."""
    n = len(rest)
    scale = np.trace(gauss_newton) / n
    return float(np.sum(rest**2) / n / (2 * scale**2))


def _parts() -> list[tuple[Array, Array]]:
    rng, found = np.random.default_rng(107), []
    for n, m, size in ((3, 5, 0.4), (6, 9, 1.7), (10, 30, 0.2)):
        J, W = rng.normal(size=(n, m)) * size * 2, rng.normal(size=(n, n)) * size
        found.append((J @ J.T / m, W + W.T))
    return found


def _by_eigenvalues(gauss_newton: Array, rest: Array) -> Any:
    mean = np.linalg.eigvalsh(gauss_newton).mean()
    return np.mean((np.linalg.eigvalsh(rest) / mean) ** 2) / 2


ENERGY = Exercise(
    id="10.7",
    title="Where would the model put this Hessian?",
    accepts=function(energy, _parts(), rtol=1e-6),
    hints=(
        "In the model the mean eigenvalue of H₀ is 1. Divide both parts by the mean eigenvalue of the first.",
        "The mean square of the eigenvalues of W is 1 (its semicircle has radius 2). What is that of √(2ε)W?",
        "The mean square of the eigenvalues is tr R²/n, the sum of all squared entries over n.",
    ),
    model=Solution(
        code="""
def energy(gauss_newton, rest):
    mean = np.linalg.eigvalsh(gauss_newton).mean()
    return np.mean((np.linalg.eigvalsh(rest) / mean) ** 2) / 2

exercise("10.7").check(energy)
""",
        explanation="In units in which the positive part has the mean eigenvalue 1, the other has the mean "
        "square 2ε. With φ this places any Hessian in the picture, whether it looks like the model or not.",
    ),
    right_answers=(energy, _by_eigenvalues),
    misconceptions=(
        Misconception(
            "two of the model forgotten",
            lambda gauss_newton, rest: 2 * energy(gauss_newton, rest),
            "The model writes √(2ε)W: the mean square of its eigenvalues is 2ε, not ε.",
        ),
        Misconception(
            "parts in their own units",
            lambda gauss_newton, rest: np.sum(rest**2) / len(rest) / 2,
            "You did not divide by the mean eigenvalue of the positive part. In the model that is 1.",
        ),
        Misconception(
            "scale of a Hessian not squared",
            lambda gauss_newton, rest: np.sum(rest**2) / len(rest) / 2 / (np.trace(gauss_newton) / len(rest)),
            "A square of eigenvalues is divided by the square of their unit.",
        ),
        Misconception(
            "squared entries of one row",
            lambda gauss_newton, rest: np.mean(rest**2) / 2 / (np.trace(gauss_newton) / len(rest)) ** 2,
            "You averaged over n² entries. The eigenvalues are n: tr R² is the sum of all squared entries.",
        ),
    ),
)

# 10.8 ------------------------------------------------------------------------------------------

_YES, _NO = "follows", "does not follow"
_STATEMENTS = {
    "all_positive": ("a point of this sample with the loss 0.25 has no negative eigenvalue", _YES),
    "every_critical_point": ("every critical point of this network with the loss 0.25 is a minimum", _NO),
    "where_a_run_stopped": ("a run that stopped at the loss 0.25 has found a minimum", _NO),
    "twice_as_wide": ("a critical point of a network twice as wide with the loss 0.25 is a minimum", _NO),
    "the_best": ("a minimum of this sample with the loss 0.25 is nearly the global one", _NO),
    "saddles_higher": ("the saddles of this sample have losses of 0.29 or more", _YES),
}
_FOUND = {name: answer for name, (_, answer) in _STATEMENTS.items()}

CRITICAL_LEVEL = Exercise(
    id="10.8",
    title="What does a critical loss say?",
    data={name: statement for name, (statement, _) in _STATEMENTS.items()},
    accepts=parts(**{name: choice(answer, (_YES, _NO)) for name, answer in _FOUND.items()}),
    hints=(
        "The sample is a list. What is said of its members follows; what is said of others need not.",
        "How were the points of such a list found? By symmetry, and from narrower networks.",
        "The table by width is about networks that differ in their number of units alone.",
    ),
    model=Solution(
        code="""
exercise("10.8").check(
    all_positive="follows",
    every_critical_point="does not follow",
    where_a_run_stopped="does not follow",
    twice_as_wide="does not follow",
    the_best="does not follow",
    saddles_higher="follows",
)
""",
        explanation="A level that divides a sample always exists if its lowest point is a minimum. It is "
        "a law only with a proof that no critical point was left out, and for the network at hand.",
    ),
    right_answers=(_FOUND, {name: answer.upper() for name, answer in _FOUND.items()}),
    misconceptions=(
        Misconception(
            "sample taken for all critical points",
            {**_FOUND, "every_critical_point": _YES},
            "The points were made from narrower networks. Nobody has seen the others.",
        ),
        Misconception(
            "end of a run taken as critical",
            {**_FOUND, "where_a_run_stopped": _YES},
            "The statement is about critical points. Is the gradient zero where a run stops?",
        ),
        Misconception(
            "one critical loss for every width",
            {**_FOUND, "twice_as_wide": _YES},
            "Put an idle unit beside the best minimum of the narrower network: which loss, and which index?",
        ),
        Misconception(
            "minimum means nearly the best",
            {**_FOUND, "the_best": _YES},
            "No negative eigenvalue is a statement about the neighbourhood of a point.",
        ),
        Misconception(
            "a sample proves nothing at all",
            dict.fromkeys(_FOUND, _NO),
            "Two of the statements speak of the points of the sample alone.",
        ),
    ),
)
