"""Task hw10.4: how large a random part may be before a Hessian with a given first part has a way down."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def critical_size(eigenvalues: Array) -> float:
    """Return the largest σ for which H₀ + σW has no negative eigenvalue; H₀ has these eigenvalues (n,)."""
    lowest = float(np.min(eigenvalues))
    if lowest <= 0:
        return 0.0
    # The edge is 0 where x = σ²·mean 1/(λ − x) and 1 = σ²·mean 1/(λ − x)², in units of the lowest eigenvalue.
    values, low, high = eigenvalues / lowest, 0.0, 1.0
    for _ in range(80):
        x = (low + high) / 2
        low, high = (x, high) if np.mean(x / (values - x) ** 2 - 1 / (values - x)) < 0 else (low, x)
    return float(lowest / np.sqrt(np.mean(1 / (values - low) ** 2)))


def _by_edges(eigenvalues: Array) -> float:
    """Halve σ itself: the edge is the highest point of a curve that is concave in x."""
    from scipy.optimize import brentq

    lowest = float(np.min(eigenvalues))
    if lowest <= 0:
        return 0.0
    values = np.asarray(eigenvalues) / lowest

    def edge(sigma: float) -> float:
        top = brentq(lambda x: 1 - sigma**2 * np.mean(1 / (values - x) ** 2), -sigma, 1 - 1e-9)
        return float(top - sigma**2 * np.mean(1 / (values - top)))

    low, high = 1e-7, float(np.mean(values))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if edge(middle) > 0 else (low, middle)
    return low * lowest


def _spectra(seed: int) -> list[tuple[Array]]:
    rng = np.random.default_rng(seed)
    drawn = [rng.exponential(size=n) * scale + low for n, scale, low in ((5, 2.0, 0.3), (30, 0.4, 0.02))]
    J = rng.normal(size=(20, 60))
    few = np.array([0.4, 3.0, 0.4, 1.1]) * (1 + rng.random())
    return [(np.asarray(values),) for values in (*drawn, np.linalg.eigvalsh(J @ J.T / 60), few)]


# Misconceptions --------------------------------------------------------------------------------


def _own_radius(eigenvalues: Array) -> Any:
    return np.min(eigenvalues) / 2


def _mean_alone(eigenvalues: Array) -> Any:
    return np.mean(eigenvalues) / 2


def _square(eigenvalues: Array) -> Any:
    return critical_size(eigenvalues) ** 2


def _energy(eigenvalues: Array) -> Any:
    return critical_size(eigenvalues) ** 2 / 2


def _summed(eigenvalues: Array) -> Any:
    """Take sums for means: as if each eigenvalue weighed 1."""
    return critical_size(eigenvalues) / np.sqrt(len(eigenvalues))


def _at_half(eigenvalues: Array) -> Any:
    """Put x = λ_min/2, where the maximum lies if all are equal."""
    x = np.min(eigenvalues) / 2
    return np.sqrt(x / np.mean(1 / (eigenvalues - x)))


SIZE = Exercise(
    id="hw10.4",
    title="How much noise a Hessian bears",
    accepts=function(critical_size, _spectra(104), rtol=1e-5),
    hints=(
        "E(σ) falls from λ_min as σ grows. You look for its zero.",
        "At the maximum the derivative by x is zero: σ² mean 1/(λ − x)² = 1. And E = 0 says "
        "x = σ² mean 1/(λ − x). Put the first into the second.",
        "What is left is one equation for x between 0 and λ_min, mean x/(λ − x)² = mean 1/(λ − x). Its left "
        "side minus its right one rises all the way; halve the interval some sixty times.",
        "Very large or small numbers: divide by λ_min first, and multiply the result by it.",
    ),
    model=Solution(
        code="""
def critical_size(eigenvalues):
    lowest = np.min(eigenvalues)
    if lowest <= 0:
        return 0.0
    values, low, high = eigenvalues / lowest, 0.0, 1.0
    for _ in range(80):
        x = (low + high) / 2
        if np.mean(x / (values - x) ** 2 - 1 / (values - x)) < 0:
            low = x
        else:
            high = x
    return lowest / np.sqrt(np.mean(1 / (values - low) ** 2))

exercise("hw10.4").check(critical_size)
""",
        explanation="For the eigenvalues of JJᵀ/m this is √(2ε_c) of Pennington & Bahri; it works for any "
        "first part. A lone small eigenvalue hardly counts: the noise bends the whole bulk before its edge "
        "comes to zero.",
    ),
    right_answers=(critical_size, _by_edges),
    misconceptions=(
        Misconception(
            "edge moved by the noise's own radius",
            _own_radius,
            "λ_min − 2σ is the edge only if all eigenvalues are equal. Otherwise the lowest are too few "
            "to be moved so far.",
        ),
        Misconception(
            "half of the mean eigenvalue",
            _mean_alone,
            "You used the mean eigenvalue. Those near the lower edge decide.",
        ),
        Misconception(
            "square of the size",
            _square,
            "That is σ². Asked for is σ.",
        ),
        Misconception(
            "energy for the size",
            _energy,
            "That is ε, with σ = √(2ε). Asked for is σ.",
        ),
        Misconception(
            "every eigenvalue with the weight of all",
            _summed,
            "You took sums over the eigenvalues. The formula has means: each of n counts 1/n.",
        ),
        Misconception(
            "maximum at half of the lowest",
            _at_half,
            "You evaluated at x = λ_min/2. There the maximum lies only if all eigenvalues are equal.",
        ),
    ),
)

FRESH = function(critical_size, _spectra(9104), rtol=1e-5)
