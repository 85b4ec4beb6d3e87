"""Exercises 11.3 and 11.4: steps scaled by row norms, and steps cut to a sign."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]

# 11.3 ------------------------------------------------------------------------------------------


def equilibrated_step(gradient: Array, products: Array, rate: float, damping: float) -> Array:
    """Return −ηg/(d + γ) with dᵢ the root of the mean of (Hz)ᵢ² over the products."""
    rows = np.sqrt(np.mean(products**2, axis=0))
    return np.asarray(-rate * gradient / (rows + damping))


def _probes() -> list[tuple[Array, Array, float, float]]:
    rng, found = np.random.default_rng(113), []
    for n, m, rate, damping in ((3, 5, 0.3, 0.2), (2, 1, 1.4, 0.05), (6, 9, 0.7, 0.6)):
        H = rng.normal(size=(n, n)) * 2
        z = rng.choice([-1.0, 1.0], size=(m, n))
        found.append((rng.normal(size=n), z @ (H + H.T), rate, damping))
    return found


def _by_norms(gradient: Array, products: Array, rate: float, damping: float) -> Any:
    d = np.linalg.norm(products, axis=0) / len(products) ** 0.5
    return -gradient * (rate / (d + damping))


ROWS = Exercise(
    id="11.3",
    title="Row norms from random signs",
    accepts=function(equilibrated_step, _probes(), rtol=1e-6),
    hints=(
        "(Hz)ᵢ = Σⱼ Hᵢⱼzⱼ. For independent signs the mean of its square is Σⱼ Hᵢⱼ².",
        "`products` has a row for each z: average over axis 0, after squaring and before the root.",
        "The step is −rate·gradient/(row norms + damping), entry by entry.",
    ),
    model=Solution(
        code="""
def equilibrated_step(gradient, products, rate, damping):
    rows = np.sqrt(np.mean(products**2, axis=0))
    return -rate * gradient / (rows + damping)

exercise("11.3").check(equilibrated_step)
""",
        explanation="The mean of (Hz)ᵢ² is the squared length of row i, since the products of different "
        "signs average to zero. A row is long if its parameter takes part in any curvature, of either sign.",
    ),
    right_answers=(equilibrated_step, _by_norms),
    misconceptions=(
        Misconception(
            "mean size for mean square",
            lambda gradient, products, rate, damping: (
                -rate * gradient / (np.mean(np.abs(products), axis=0) + damping)
            ),
            "The mean of |(Hz)ᵢ| is no row norm. Square, average, then take the root.",
        ),
        Misconception(
            "mean taken before the square",
            lambda gradient, products, rate, damping: (
                -rate * gradient / (np.abs(np.mean(products, axis=0)) + damping)
            ),
            "You average Hz itself: over random signs that goes to zero.",
        ),
        Misconception(
            "mean square without the root",
            lambda gradient, products, rate, damping: (
                -rate * gradient / (np.mean(products**2, axis=0) + damping)
            ),
            "That is the squared row norm: a step divided by it has the wrong unit. Take the root.",
        ),
        Misconception(
            "sum over probes, not mean",
            lambda gradient, products, rate, damping: (
                -rate * gradient / (np.sqrt(np.sum(products**2, axis=0)) + damping)
            ),
            "With more probes your steps become shorter. Average over them.",
        ),
        Misconception(
            "damping inside the root",
            lambda gradient, products, rate, damping: (
                -rate * gradient / np.sqrt(np.mean(products**2, axis=0) + damping)
            ),
            "The damping is added to the row norms, after the root.",
        ),
        Misconception(
            "equilibrated step uphill",
            lambda gradient, products, rate, damping: -equilibrated_step(gradient, products, rate, damping),
            "The step goes up: the sign is wrong.",
        ),
    ),
)

# 11.4 ------------------------------------------------------------------------------------------


def sophia_step(mean: Array, curvature: Array, rate: float, scale: float, epsilon: float) -> Array:
    """Return −η clip(m/max(γh, ε), ±1)."""
    return np.asarray(-rate * np.clip(mean / np.maximum(scale * curvature, epsilon), -1.0, 1.0))


def _states() -> list[tuple[Array, Array, float, float, float]]:
    rng, found = np.random.default_rng(114), []
    for n, rate, scale, epsilon in ((4, 0.3, 0.5, 1e-3), (6, 0.02, 2.0, 1e-6), (9, 1.5, 0.8, 1e-2)):
        curvature = rng.uniform(0.3, 2.5, size=n) * np.where(np.arange(n) % 3 == 1, -1.0, 1.0)
        found.append((rng.normal(size=n) * 0.9, curvature, rate, scale, epsilon))
    found.append((np.array([0.2, -0.004, 0.5]), np.array([0.0, -0.7, 1.2]), 0.6, 1.5, 0.02))
    return found


def _by_cases(mean: Array, curvature: Array, rate: float, scale: float, epsilon: float) -> Any:
    step = np.zeros(len(mean))
    for i, (m, h) in enumerate(zip(mean, curvature, strict=True)):
        below = scale * h if scale * h > epsilon else epsilon
        step[i] = -rate * (np.sign(m) if abs(m) > below else m / below)
    return step


CLIPPED = Exercise(
    id="11.4",
    title="One step of Sophia",
    accepts=function(sophia_step, _states(), rtol=1e-6),
    hints=(
        "First what m is divided by: γh, but never less than ε. For a negative h that is ε.",
        "Then cut the quotient to −1 … 1, each coordinate by itself, and multiply by −η.",
        "`np.maximum` and `np.clip`.",
    ),
    model=Solution(
        code="""
def sophia_step(mean, curvature, rate, scale, epsilon):
    quotient = mean / np.maximum(scale * curvature, epsilon)
    return -rate * np.clip(quotient, -1, 1)

exercise("11.4").check(sophia_step)
""",
        explanation="With negative curvature the quotient is m/ε, huge, and is cut to the sign of m: a "
        "step of the full length η down the slope. The size of a negative curvature plays no part.",
    ),
    right_answers=(sophia_step, _by_cases),
    misconceptions=(
        Misconception(
            "negative curvature taken by its size",
            lambda mean, curvature, rate, scale, epsilon: (
                -rate * np.clip(mean / np.maximum(scale * np.abs(curvature), epsilon), -1, 1)
            ),
            "That is what saddle-free Newton does with a negative curvature. Sophia takes ε in its place.",
        ),
        Misconception(
            "negative curvature turns the step",
            lambda mean, curvature, rate, scale, epsilon: (
                -rate * np.clip(mean / (scale * curvature + epsilon), -1, 1)
            ),
            "Dividing by a negative curvature sends the step uphill, as in Newton's method: max(γh, ε) "
            "forbids it.",
        ),
        Misconception(
            "clipped before divided",
            lambda mean, curvature, rate, scale, epsilon: (
                -rate * np.clip(mean, -1, 1) / np.maximum(scale * curvature, epsilon)
            ),
            "Divide first: it is the quotient that is cut, so that no coordinate moves farther than η.",
        ),
        Misconception(
            "clipped by the norm",
            lambda mean, curvature, rate, scale, epsilon: (
                -rate
                * (mean / np.maximum(scale * curvature, epsilon))
                / max(1.0, float(np.linalg.norm(mean / np.maximum(scale * curvature, epsilon))))
            ),
            "You shortened the whole vector. Here every coordinate is cut by itself.",
        ),
        Misconception(
            "curvature without its scale",
            lambda mean, curvature, rate, scale, epsilon: (
                -rate * np.clip(mean / np.maximum(curvature, epsilon), -1, 1)
            ),
            "γ is missing: the quotient is m/max(γh, ε).",
        ),
    ),
)
