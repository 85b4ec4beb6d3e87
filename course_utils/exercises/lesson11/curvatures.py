"""Exercises 11.1 and 11.2: |H|v from a few products, and a step with the few curvatures that matter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]

# 11.1 ------------------------------------------------------------------------------------------


def absolute_times(T: Array, basis: Array, length: float) -> Array:
    """Return ‖v‖Vᵀ|T|e₁, what k steps of Lanczos from v know of |H|v."""
    theta, S = np.linalg.eigh(T)
    return np.asarray(length * basis.T @ (S @ (np.abs(theta) * S[0])))


def _processes() -> list[tuple[Array, Array, float]]:
    rng, found = np.random.default_rng(111), []
    for n, k, length in ((3, 2, 1.7), (6, 4, 0.4), (8, 3, 2.6), (5, 5, 1.3)):
        diagonal, beside = rng.normal(size=k) * 1.5, rng.uniform(0.4, 1.2, size=k - 1)
        T = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        found.append((T, np.linalg.qr(rng.normal(size=(n, k)))[0].T, length))
    return found


def _by_square(T: Array, basis: Array, length: float) -> Any:
    values, V = np.linalg.eigh(T @ T)  # |T| is the root of T²
    root = V @ np.diag(np.sqrt(np.maximum(values, 0.0))) @ V.T
    return length * root[0] @ basis


ABSOLUTE = Exercise(
    id="11.1",
    title="|H|v without H",
    accepts=function(absolute_times, _processes(), rtol=1e-6),
    hints=(
        "In the basis, v is ‖v‖e₁ and H is T. So |H|v becomes ‖v‖|T|e₁, and the basis carries it back.",
        "|T| is not T with positive entries: it is SΘSᵀ with |θ| in place of θ.",
        "`theta, S = np.linalg.eigh(T)`; Sᵀe₁ is the first row of S.",
    ),
    model=Solution(
        code="""
def absolute_times(T, basis, length):
    theta, S = np.linalg.eigh(T)
    return length * basis.T @ (S @ (np.abs(theta) * S[0]))

exercise("11.1").check(absolute_times)
""",
        explanation="Any function of H works the same way: with 1/(|θ| + γ) in place of |θ|, and the "
        "gradient for v, this is the step of Krylov saddle-free Newton.",
    ),
    right_answers=(absolute_times, _by_square),
    misconceptions=(
        Misconception(
            "absolute value entry by entry",
            lambda T, basis, length: length * basis.T @ np.abs(T)[:, 0],
            "You took the absolute value of the entries of T. |T| has the eigenvectors of T, and |θ|.",
        ),
        Misconception(
            "length of the vector forgotten",
            lambda T, basis, length: absolute_times(T, basis, 1.0),
            "The first row of the basis is v/‖v‖: multiply by the length of v.",
        ),
        Misconception(
            "sign of the curvature kept",
            lambda T, basis, length: length * basis.T @ T[:, 0],
            "That is Hv: the absolute value is missing.",
        ),
        Misconception(
            "start taken for the last vector",
            lambda T, basis, length: (
                length
                * basis.T
                @ (np.linalg.eigh(T)[1] @ (np.abs(np.linalg.eigvalsh(T)) * np.linalg.eigh(T)[1][-1]))
            ),
            "v lies along the first vector of the basis: it is e₁ that |T| is applied to.",
        ),
    ),
)

# 11.2 ------------------------------------------------------------------------------------------


def low_rank_step(gradient: Array, eigenvalues: Array, vectors: Array, damping: float) -> Array:
    """Return −(U|Λ|Uᵀ + γI)⁻¹g."""
    along = vectors @ gradient
    rest = gradient - vectors.T @ along
    return np.asarray(-rest / damping - vectors.T @ (along / (np.abs(eigenvalues) + damping)))


def _parts() -> list[tuple[Array, Array, Array, float]]:
    rng, found = np.random.default_rng(112), []
    for n, r, damping in ((3, 1, 0.5), (6, 2, 1.6), (7, 4, 0.3), (4, 4, 0.8)):
        eigenvalues = rng.uniform(1.0, 3.0, size=r) * np.where(np.arange(r) % 2, 1.0, -1.0)
        vectors = np.linalg.qr(rng.normal(size=(n, r)))[0].T
        found.append((rng.normal(size=n), eigenvalues, vectors, damping))
    return found


def _by_solving(gradient: Array, eigenvalues: Array, vectors: Array, damping: float) -> Any:
    H = vectors.T @ np.diag(np.abs(eigenvalues)) @ vectors + damping * np.eye(len(gradient))
    return np.linalg.solve(H, -gradient)


LOW_RANK = Exercise(
    id="11.2",
    title="A few curvatures, and gradient descent for the rest",
    accepts=function(low_rank_step, _parts(), rtol=1e-6),
    hints=(
        "Split g into its part in the span of the rows of U, and the rest. What does the matrix do to each?",
        "On the rest U|Λ|Uᵀ is zero, so it is divided by γ. Along uᵢ the matrix is |λᵢ| + γ.",
        "`along = vectors @ gradient` are the parts; `vectors.T @ …` carries them back.",
    ),
    model=Solution(
        code="""
def low_rank_step(gradient, eigenvalues, vectors, damping):
    along = vectors @ gradient
    rest = gradient - vectors.T @ along
    return -rest / damping - vectors.T @ (along / (np.abs(eigenvalues) + damping))

exercise("11.2").check(low_rank_step)
""",
        explanation="For n of millions nothing of the size n × n is ever made. The damping has two "
        "jobs: it guards the directions that were looked at, and 1/γ is the learning rate of those that "
        "were not.",
    ),
    right_answers=(low_rank_step, _by_solving),
    misconceptions=(
        Misconception(
            "part outside the subspace dropped",
            lambda gradient, eigenvalues, vectors, damping: (
                -vectors.T @ ((vectors @ gradient) / (np.abs(eigenvalues) + damping))
            ),
            "You move in the subspace alone, as Krylov saddle-free Newton does. Here the rest takes a "
            "step, too.",
        ),
        Misconception(
            "few curvatures with their sign",
            lambda gradient, eigenvalues, vectors, damping: (
                -(gradient - vectors.T @ (vectors @ gradient)) / damping
                - vectors.T @ ((vectors @ gradient) / (eigenvalues + damping))
            ),
            "With its sign a negative curvature turns the step round, towards the saddle.",
        ),
        Misconception(
            "rest with the learning rate 1",
            lambda gradient, eigenvalues, vectors, damping: (
                -(gradient - vectors.T @ (vectors @ gradient))
                - vectors.T @ ((vectors @ gradient) / (np.abs(eigenvalues) + damping))
            ),
            "On the rest the matrix is γI: its inverse divides by γ.",
        ),
        Misconception(
            "part in the subspace moved twice",
            lambda gradient, eigenvalues, vectors, damping: (
                -gradient / damping - vectors.T @ ((vectors @ gradient) / (np.abs(eigenvalues) + damping))
            ),
            "Subtract from g what lies in the subspace before you divide by γ, or that part moves twice.",
        ),
        Misconception(
            "uphill with a few curvatures",
            lambda gradient, eigenvalues, vectors, damping: (
                -low_rank_step(gradient, eigenvalues, vectors, damping)
            ),
            "The step goes up: it is minus the inverse times g.",
        ),
    ),
)
