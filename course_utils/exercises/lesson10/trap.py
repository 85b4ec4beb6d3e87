"""Exercise 10.5: the part of a gradient that no Newton step can remove."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def residual(gradient: Array, hessian: Array, cutoff: float) -> float:
    """Return ‖Hs + g‖/‖g‖ for the Newton step s that leaves out eigenvalues within ±cutoff."""
    eigenvalues, V = np.linalg.eigh(hessian)
    left_out = np.abs(eigenvalues) <= cutoff
    return float(np.linalg.norm((V.T @ gradient)[left_out]) / np.linalg.norm(gradient))


def _points() -> list[tuple[Array, Array, float]]:
    rng, found = np.random.default_rng(105), []
    for eigenvalues, cutoff in (
        ([2.0, -0.7, 0.03, -0.02], 0.05),
        ([1.5, 0.2, -0.06, 0.01, -3.0], 0.1),
        ([-0.3, 0.2, 0.002], 0.01),
        ([0.8, -0.001, -0.6, 0.004, 0.3, -0.05], 0.02),
    ):
        Q = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        found.append((rng.normal(size=len(eigenvalues)) * 0.3, (H + H.T) / 2, cutoff))
    return found


def _by_step(gradient: Array, hessian: Array, cutoff: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    step = np.zeros(len(gradient))
    for value, v in zip(eigenvalues, V.T, strict=True):
        if abs(value) > cutoff:
            step -= v * (v @ gradient) / value
    return np.linalg.norm(hessian @ step + gradient) / np.linalg.norm(gradient)


RESIDUAL = Exercise(
    id="10.5",
    title="What a Newton step would leave",
    accepts=function(residual, _points(), rtol=1e-6),
    hints=(
        "In the eigenbasis the gradient has the parts vᵢᵀg, and the step removes a part whole or not at all.",
        "Left are the parts with |λᵢ| ≤ cutoff, of either sign. What is the length of that vector?",
        "Divide by ‖g‖.",
    ),
    model=Solution(
        code="""
def residual(gradient, hessian, cutoff):
    eigenvalues, V = np.linalg.eigh(hessian)
    left_out = np.abs(eigenvalues) <= cutoff
    return np.linalg.norm((V.T @ gradient)[left_out]) / np.linalg.norm(gradient)

exercise("10.5").check(residual)
""",
        explanation="Hs + g is g without the parts that the step removes: what lies where there is next to "
        "no curvature. Near 1 the point is gradient-flat, and no small step makes the gradient zero.",
    ),
    right_answers=(residual, _by_step),
    misconceptions=(
        Misconception(
            "negative eigenvalues left out too",
            lambda gradient, hessian, cutoff: (
                np.linalg.norm(
                    (np.linalg.eigh(hessian)[1].T @ gradient)[np.linalg.eigvalsh(hessian) <= cutoff]
                )
                / np.linalg.norm(gradient)
            ),
            "Your step leaves out negative eigenvalues as well. A Newton step divides by them too: only "
            "their size decides.",
        ),
        Misconception(
            "kept part for the part left",
            lambda gradient, hessian, cutoff: (
                np.linalg.norm(
                    (np.linalg.eigh(hessian)[1].T @ gradient)[np.abs(np.linalg.eigvalsh(hessian)) > cutoff]
                )
                / np.linalg.norm(gradient)
            ),
            "That is the part of the gradient that the step removes. What is left of g after it?",
        ),
        Misconception(
            "length of what is left, not its share",
            lambda gradient, hessian, cutoff: np.linalg.norm(
                (np.linalg.eigh(hessian)[1].T @ gradient)[np.abs(np.linalg.eigvalsh(hessian)) <= cutoff]
            ),
            "The length is right, but a residual is relative: divide by ‖g‖, so that 1 means all of it.",
        ),
        Misconception(
            "cut-off relative to the largest",
            lambda gradient, hessian, cutoff: residual(
                gradient, hessian, cutoff * np.abs(np.linalg.eigvalsh(hessian)).max()
            ),
            "You multiplied the cut-off by the largest eigenvalue. Here it is in the units of λ itself.",
        ),
    ),
)
