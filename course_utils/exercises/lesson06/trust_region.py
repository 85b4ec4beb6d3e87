"""Exercises 06.2 and 06.3: the absolute value of a matrix, and the key step of the derivation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def _symmetric(rng: np.random.Generator, n: int) -> Array:
    entries = rng.normal(size=(n, n))
    return np.asarray((entries + entries.T) / 2)


def absolute(hessian: Array) -> Array:
    """Return |H| = Σ|λᵢ|eᵢeᵢᵀ."""
    eigenvalues, V = np.linalg.eigh(hessian)
    size: Array = (V * np.abs(eigenvalues)) @ V.T
    return size


# 06.2 ------------------------------------------------------------------------------------------


def _hessians() -> list[tuple[Array]]:
    rng = np.random.default_rng(62)
    return [(np.array([[1.0, 2.0], [2.0, -1.0]]),), *[(_symmetric(rng, n),) for n in (2, 3, 6)]]


def _root_of_the_square(hessian: Array) -> Any:
    from scipy.linalg import sqrtm

    return np.real(sqrtm(hessian @ hessian))


def _sum_of_projections(hessian: Array) -> Any:
    eigenvalues, vectors = np.linalg.eigh(hessian)
    return sum(abs(value) * np.outer(e, e) for value, e in zip(eigenvalues, vectors.T, strict=True))


ABSOLUTE = Exercise(
    id="06.2",
    title="The absolute value of a matrix",
    accepts=function(absolute, _hessians()),
    hints=(
        "|H| is a matrix with the eigenvectors of H. Which shape has Σ|λᵢ|eᵢ, and which shape is needed?",
        "eᵢeᵢᵀ is the projection on eᵢ: `np.outer(e, e)`.",
        "H = V diag(λ) Vᵀ. Change λ alone.",
    ),
    model=Solution(
        code="""
def absolute(hessian):
    eigenvalues, V = np.linalg.eigh(hessian)
    return V @ np.diag(np.abs(eigenvalues)) @ V.T

exercise("06.2").check(absolute)
""",
        explanation="Each eigenvalue is replaced by its size, between one eigenvector and its transpose: "
        "|H| = Σ|λᵢ|eᵢeᵢᵀ, the positive square root of H².",
    ),
    right_answers=(absolute, _root_of_the_square, _sum_of_projections),
    misconceptions=(
        Misconception(
            "every entry made positive",
            lambda hessian: np.abs(hessian),
            "You took the absolute value of every entry. That changes the eigenvectors, and the result may "
            "still curve down somewhere: try d = (1, −1) on a matrix of ones outside the diagonal.",
        ),
        Misconception(
            "sum of vectors for a matrix",
            lambda hessian: np.linalg.eigh(hessian)[1] @ np.abs(np.linalg.eigh(hessian)[0]),
            "Σ|λᵢ|eᵢ adds up vectors and gives a vector. A matrix that acts on gradients needs eᵢeᵢᵀ.",
        ),
        Misconception(
            "left in the eigenbasis",
            lambda hessian: np.diag(np.abs(np.linalg.eigvalsh(hessian))),
            "The eigenvalues are right, but this matrix acts along the axes. Rotate back: V … Vᵀ.",
        ),
        Misconception(
            "square without its root",
            lambda hessian: hessian @ hessian,
            "H² has the squares of the eigenvalues. One more operation leads from λ² to |λ|.",
        ),
    ),
)


# 06.3 ------------------------------------------------------------------------------------------


def best_step(gradient: Array, hessian: Array, radius: float) -> Array:
    """Return the minimiser of gᵀΔ where Δᵀ|H|Δ ≤ r."""
    direction = np.linalg.solve(absolute(hessian), gradient)
    step: Array = -np.sqrt(radius / (gradient @ direction)) * direction
    return step


def _cases() -> list[tuple[Array, Array, float]]:
    rng = np.random.default_rng(63)
    first = (np.array([1.0, 1.0]), np.diag([4.0, -1.0]), 0.5)
    others = [(rng.normal(size=n), _symmetric(rng, n), r) for n, r in ((2, 2.0), (3, 0.1), (5, 1.0))]
    g, H = rng.normal(size=3), _symmetric(rng, 3)
    # the last region is so large that the full saddle-free step ends inside it
    return [first, *others, (g, H, 9 * float(g @ np.linalg.solve(absolute(H), g)))]


def _by_whitening(gradient: Array, hessian: Array, radius: float) -> Any:
    # With Δ = |H|^(−1/2) u the region is a ball: the best u is along −|H|^(−1/2) g.
    eigenvalues, V = np.linalg.eigh(hessian)
    root = (V / np.sqrt(np.abs(eigenvalues))) @ V.T
    pull = root @ gradient
    return -root @ pull / np.linalg.norm(pull) * radius**0.5


BEST_STEP = Exercise(
    id="06.3",
    title="The key step: Lagrange",
    accepts=function(best_step, _cases(), rtol=1e-6),
    hints=(
        "gᵀΔ is linear, so its minimum lies on the border Δᵀ|H|Δ = r. Set the gradient of "
        "gᵀΔ + ν(Δᵀ|H|Δ − r) with respect to Δ to zero.",
        "g + 2ν|H|Δ = 0, so Δ points along −|H|⁻¹g. Its length is open: put Δ = −t|H|⁻¹g into the border.",
        "t² gᵀ|H|⁻¹g = r.",
    ),
    model=Solution(
        code="""
def best_step(gradient, hessian, radius):
    eigenvalues, V = np.linalg.eigh(hessian)
    direction = V @ (V.T @ gradient / np.abs(eigenvalues))     # |H|⁻¹ g
    return -np.sqrt(radius / (gradient @ direction)) * direction

exercise("06.3").check(best_step)
""",
        explanation="g + 2ν|H|Δ = 0 gives the direction −|H|⁻¹g, and Δᵀ|H|Δ = r its length. Other radii give "
        "other lengths of one direction; r = gᵀ|H|⁻¹g gives the full saddle-free step.",
    ),
    right_answers=(best_step, _by_whitening),
    misconceptions=(
        Misconception(
            "radius left out of the step",
            lambda gradient, hessian, radius: -np.linalg.solve(absolute(hessian), gradient),
            "The direction is right. Does the step end on the border of the region, for every radius?",
        ),
        Misconception(
            "step capped at the full one",
            lambda gradient, hessian, radius: best_step(
                gradient,
                hessian,
                min(radius, float(gradient @ np.linalg.solve(absolute(hessian), gradient))),
            ),
            "In a large region you stop at −|H|⁻¹g, inside of it. gᵀΔ is linear: it goes on falling, up to "
            "the border.",
        ),
        Misconception(
            "region taken for a ball",
            lambda gradient, hessian, radius: -np.sqrt(radius) * gradient / np.linalg.norm(gradient),
            "That minimises over a ball, ΔᵀΔ ≤ r, and gives gradient descent. This region is an ellipsoid.",
        ),
        Misconception(
            "border reached with its square",
            lambda gradient, hessian, radius: (
                -radius
                / (gradient @ np.linalg.solve(absolute(hessian), gradient))
                * np.linalg.solve(absolute(hessian), gradient)
            ),
            "The direction is right. Put your step into Δᵀ|H|Δ: Δ enters twice.",
        ),
        Misconception(
            "Hessian with its signs in the region",
            lambda gradient, hessian, radius: (
                -np.sqrt(radius / abs(gradient @ np.linalg.solve(hessian, gradient)))
                * np.linalg.solve(hessian, gradient)
            ),
            "You used H in place of |H|. With negative eigenvalues ΔᵀHΔ ≤ r is not even a bounded region.",
        ),
        Misconception(
            "maximum on the border",
            lambda gradient, hessian, radius: -best_step(gradient, hessian, radius),
            "The border has two points along this line. Which one is lower?",
        ),
    ),
)
