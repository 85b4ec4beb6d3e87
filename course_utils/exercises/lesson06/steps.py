"""Exercises 06.1, 06.4 and 06.5: the saddle-free step by hand, where it leads, and as a function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, choice, either

Array = NDArray[np.float64]


def saddle_free(gradient: Array, hessian: Array, damping: float = 0.0) -> Array:
    """Return −(|H| + γI)⁻¹g."""
    eigenvalues, V = np.linalg.eigh(hessian)
    step: Array = -V @ ((V.T @ gradient) / (np.abs(eigenvalues) + damping))
    return step


# 06.1 ------------------------------------------------------------------------------------------

# Eigenvalues −1, 2 and 5. In two variables, or in another order, the matrix of eigenvectors may be symmetric.
_HESSIAN = np.array([[1.0, 0.0, -2.0], [0.0, 3.0, -2.0], [-2.0, -2.0, 2.0]])
_ALONG = np.array([[2.0, 1.0, 2.0], [2.0, -2.0, -1.0], [1.0, 2.0, -2.0]])
_PARTS = np.array([1.0, 4.0, 5.0])
_GRADIENT = _PARTS @ _ALONG

ONE_STEP = Exercise(
    id="06.1",
    title="One saddle-free step",
    data={"gradient": _GRADIENT, "hessian": _HESSIAN},
    accepts=array(saddle_free(_GRADIENT, _HESSIAN)),
    hints=(
        "Work in the eigenbasis: the step divides each coordinate of the gradient by a positive number.",
        "The eigenvalues are −1 along (2, 1, 2), 2 along (2, −2, −1) and 5 along (1, 2, −2). Split g into "
        "parts along these three.",
        "g = (2, 1, 2) + 4·(2, −2, −1) + 5·(1, 2, −2). Divide the first part by |−1|, the second by |2|, the "
        "third by |5|, and turn the sign.",
    ),
    model=Solution(
        code="""
data = exercise("06.1").data
eigenvalues, V = np.linalg.eigh(data["hessian"])
exercise("06.1").check(-V @ (V.T @ data["gradient"] / np.abs(eigenvalues)))
""",
        explanation="Along (2, −2, −1) and (1, 2, −2) the step is Newton's; along (2, 1, 2), where the "
        "curvature is negative, it has Newton's length and the opposite direction: downhill.",
    ),
    right_answers=(
        saddle_free(_GRADIENT, _HESSIAN),
        [-7.0, 1.0, 2.0],  # −(2, 1, 2) − 2·(2, −2, −1) − (1, 2, −2)
    ),
    misconceptions=(
        Misconception(
            "sign of negative curvature kept",
            -np.linalg.solve(_HESSIAN, _GRADIENT),
            "That is Newton's step. Along the negative curvature it leads uphill, to the saddle.",
        ),
        Misconception(
            "absolute value of every entry",
            -np.linalg.solve(np.abs(_HESSIAN), _GRADIENT),
            "You took the size of every entry of H. |H| has the same eigenvectors as H, and the sizes of its "
            "eigenvalues.",
        ),
        Misconception(
            "step up the gradient",
            -saddle_free(_GRADIENT, _HESSIAN),
            "The length is right, but this step goes uphill along both eigenvectors.",
        ),
        Misconception(
            "rows of eigenvectors for columns",
            -np.linalg.eigh(_HESSIAN)[1].T
            @ (np.linalg.eigh(_HESSIAN)[1] @ _GRADIENT / np.abs(np.linalg.eigvalsh(_HESSIAN))),
            "You took the rows of V for eigenvectors. Multiply one by H: is it only stretched?",
        ),
        Misconception(
            "multiplied by the size of the curvature",
            -(_PARTS * [1.0, 2.0, 5.0]) @ _ALONG,
            "You multiplied by |H|. Where the curvature is weak the step has to become longer, not shorter.",
        ),
    ),
)


# 06.4 ------------------------------------------------------------------------------------------

_WORDS = ("same as Newton", "other than Newton", "no step")
_TRUTH = {
    "in_a_bowl": "same as Newton",
    "beside_a_saddle": "other than Newton",
    "at_a_saddle": "no step",
    "beside_a_maximum": "other than Newton",
    "on_the_ridge": "same as Newton",
}

WHERE = Exercise(
    id="06.4",
    title="When does the absolute value matter?",
    accepts=parts(
        **{name: choice(word, _WORDS) for name, word in _TRUTH.items()}
        # neither method makes a step there, so that they agree as well
        | {"at_a_saddle": either(*(choice(word, _WORDS) for word in ("no step", "same as Newton")))}
    ),
    hints=(
        "Both steps divide the gradient's coordinates by λᵢ or |λᵢ|. Where do these differ, and for which "
        "coordinates does it show?",
        "A coordinate of the gradient that is zero stays where it is, whatever divides it.",
        "On the ridge the gradient has no part along the direction of negative curvature.",
    ),
    model=Solution(
        code="""
exercise("06.4").check(
    in_a_bowl="same as Newton",           # |H| = H
    beside_a_saddle="other than Newton",  # the coordinate along v_min goes the other way
    at_a_saddle="no step",                # g = 0, and |H|⁻¹ 0 = 0, as for Newton
    beside_a_maximum="other than Newton", # Newton climbs to it, the saddle-free step leaves it
    on_the_ridge="same as Newton",        # nothing pulls along v_min: both walk into the saddle
)
""",
        explanation="The absolute value matters for coordinates with λᵢ < 0 and a gradient that is not zero.",
    ),
    right_answers=(
        _TRUTH,
        {name: f" {word.title()}. " for name, word in _TRUTH.items()},
        {**_TRUTH, "at_a_saddle": "same as Newton"},
    ),
    misconceptions=(
        Misconception(
            "absolute value makes a step from nothing",
            {**_TRUTH, "at_a_saddle": "other than Newton"},
            "At the saddle itself the gradient is zero. What is |H|⁻¹ times zero?",
        ),
        Misconception(
            "negative curvature always felt",
            {**_TRUTH, "on_the_ridge": "other than Newton"},
            "The curvature on the ridge is negative, but the step sees it only through the gradient. Which "
            "part has the gradient across the ridge?",
        ),
        Misconception(
            "only saddles attract Newton",
            {**_TRUTH, "beside_a_maximum": "same as Newton"},
            "Near a maximum every eigenvalue is negative. Where does H⁻¹g point then, and where |H|⁻¹g?",
        ),
        Misconception(
            "another method in every bowl",
            {**_TRUTH, "in_a_bowl": "other than Newton"},
            "In a bowl every eigenvalue is positive. What does |λ| change?",
        ),
    ),
)


# 06.5 ------------------------------------------------------------------------------------------


def _inputs() -> list[tuple[Array, Array, float]]:
    rng = np.random.default_rng(65)
    cases = []
    for n, damping in ((2, 0.0), (2, 0.5), (3, 0.1), (6, 0.0), (12, 1.0)):
        entries = rng.normal(size=(n, n))
        cases.append((rng.normal(size=n), (entries + entries.T) / 2, damping))
    return cases


def _by_square_root(gradient: Array, hessian: Array, damping: float) -> Any:
    from scipy.linalg import sqrtm

    size = np.real(sqrtm(hessian @ hessian))
    return -np.linalg.solve(size + damping * np.eye(len(gradient)), gradient)


def _by_sum(gradient: Array, hessian: Array, damping: float) -> Any:
    step = np.zeros_like(gradient)
    eigenvalues, vectors = np.linalg.eigh(hessian)
    for value, vector in zip(eigenvalues, vectors.T, strict=True):
        step = step - vector * (vector @ gradient) / (abs(value) + damping)
    return step


OWN_STEP = Exercise(
    id="06.5",
    title="Your own saddle-free Newton",
    accepts=function(saddle_free, _inputs(), rtol=1e-6),
    hints=(
        "`np.linalg.eigh` gives eigenvalues and, in columns, eigenvectors V. What are g's coordinates?",
        "The coordinates are `V.T @ gradient`. Divide each by the size of its eigenvalue plus the damping.",
        "Back from coordinates to a vector: `V @ coordinates`. And the sign: a step goes down.",
    ),
    model=Solution(
        code="""
def saddle_free_step(gradient, hessian, damping):
    eigenvalues, V = np.linalg.eigh(hessian)
    return -V @ (V.T @ gradient / (np.abs(eigenvalues) + damping))

exercise("06.5").check(saddle_free_step)
""",
        explanation="Rotate into the eigenbasis, divide by |λᵢ| + damping, rotate back, go down.",
    ),
    right_answers=(saddle_free, _by_square_root, _by_sum),
    misconceptions=(
        Misconception(
            "Newton with another name",
            lambda gradient, hessian, damping: (
                -np.linalg.solve(hessian + damping * np.eye(len(gradient)), gradient)
            ),
            "That is damped Newton: eigenvalues that stay negative still attract to the saddle.",
        ),
        Misconception(
            "damping inside the absolute value",
            lambda gradient, hessian, damping: saddle_free(
                gradient, hessian + damping * np.eye(len(gradient)), 0.0
            ),
            "You take |λ + damping|. For a negative λ that makes the divisor smaller, and the step longer: "
            "damping has to do the opposite.",
        ),
        Misconception(
            "eigenvectors read as rows",
            lambda gradient, hessian, damping: (
                -np.linalg.eigh(hessian)[1].T
                @ (np.linalg.eigh(hessian)[1] @ gradient / (np.abs(np.linalg.eigh(hessian)[0]) + damping))
            ),
            "`eigh` puts the eigenvectors into columns: coordinates are `V.T @ g`, and `V @ …` leads back.",
        ),
        Misconception(
            "damping forgotten",
            lambda gradient, hessian, damping: saddle_free(gradient, hessian, 0.0),
            "Without damping it is right. Where an eigenvalue is nearly zero, what keeps the step finite?",
        ),
        Misconception(
            "uphill saddle-free step",
            lambda gradient, hessian, damping: -saddle_free(gradient, hessian, damping),
            "Your step goes up the gradient. Return what is added to x.",
        ),
    ),
)
