"""Exercises 01.3 and 01.4: what the eigenvectors and eigenvalues say about the shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, direction

Array = NDArray[np.float64]


# 01.3 ------------------------------------------------------------------------------------------

# Of size three: the eigenvectors of two variables, which have one free angle, may well be a symmetric matrix.
_SADDLE_HESSIAN = np.array([[1.0, 2.0, 0.0], [2.0, -0.5, 1.0], [0.0, 1.0, 2.0]])
_SADDLE_GRADIENT = np.array([1.0, -1.0, 2.0])
_EIGENVALUES, _EIGENVECTORS = np.linalg.eigh(_SADDLE_HESSIAN)

MOST_NEGATIVE = Exercise(
    id="01.3",
    title="The direction of most negative curvature",
    data={"hessian": _SADDLE_HESSIAN, "gradient": _SADDLE_GRADIENT},
    accepts=direction(_EIGENVECTORS[:, 0]),
    hints=(
        "The dial showed it for two variables: turn the direction until the curvature along it is lowest.",
        "At the extremes of dᵀHd / dᵀd the direction is an eigenvector of H.",
        "`np.linalg.eigh` sorts the eigenvalues upwards and puts the eigenvectors into the columns.",
    ),
    model=Solution(
        code="""
H = exercise("01.3").data["hessian"]
eigenvalues, eigenvectors = np.linalg.eigh(H)
exercise("01.3").check(eigenvectors[:, 0])
""",
        explanation="The curvature along a direction is lowest along the eigenvector of the smallest "
        "eigenvalue. Its sign and length are free: a direction and its opposite have the same curvature.",
    ),
    right_answers=(
        _EIGENVECTORS[:, 0],
        -3.0 * _EIGENVECTORS[:, 0],
        # perpendicular to two rows of H − λI
        np.cross(*(_SADDLE_HESSIAN - _EIGENVALUES[0] * np.eye(3))[:2]).tolist(),
    ),
    misconceptions=(
        Misconception(
            "strongest curvature instead of most negative",
            _EIGENVECTORS[:, 2],
            "That is the direction of the largest eigenvalue: the loss curves up most strongly there. "
            "Look for the one along which it curves down.",
        ),
        Misconception(
            "gradient taken for a curvature direction",
            _SADDLE_GRADIENT,
            "That is the gradient, the direction of steepest slope. Curvature comes from the Hessian alone.",
        ),
        Misconception(
            "diagonal read as the eigenvalues",
            [0.0, 1.0, 0.0],
            "The axis with the lowest diagonal entry has negative curvature, but not the most negative: "
            "the entries beside the diagonal tilt the directions of extreme curvature.",
        ),
        Misconception(
            "row read for an eigenvector",
            _EIGENVECTORS[0],
            "That is a row of the matrix of eigenvectors. `eigh` puts each eigenvector into a column.",
        ),
    ),
)


# 01.4 ------------------------------------------------------------------------------------------

_KINDS = ("minimum", "maximum", "saddle", "degenerate")
_SPECTRA = {"a": (3.0, 0.5), "b": (2.0, -1.0), "c": (-1.0, -4.0), "d": (1.0, 0.0), "e": (2.0, 0.0, -1.0)}
_LABELS = {"a": "minimum", "b": "saddle", "c": "maximum", "d": "degenerate", "e": "saddle"}

CLASSIFY = Exercise(
    id="01.4",
    title="What kind of stationary point?",
    data={name: np.array(spectrum) for name, spectrum in _SPECTRA.items()},
    accepts=parts(**{name: choice(kind, _KINDS) for name, kind in _LABELS.items()}),
    hints=(
        "Each eigenvalue says how the loss bends along its eigenvector: up, down, or not to second order.",
        "One direction up and one down settle the matter. Without such a pair, every eigenvalue counts.",
        "An eigenvalue 0 hands the decision to higher-order terms: x² + y⁴, x² − y⁴ and x² + y³ share the "
        "eigenvalues 2 and 0.",
    ),
    model=Solution(
        code="""
exercise("01.4").check(
    a="minimum",     # up in both directions
    b="saddle",      # up in one, down in the other
    c="maximum",     # down in both
    d="degenerate",  # the test says nothing: x² + y⁴ and x² − y⁴ look alike to it
    e="saddle",      # up in one and down in another, whatever happens along the third
)
""",
        explanation="Eigenvalues of both signs make a saddle, even beside a zero. If the nonzero ones share "
        "a sign and some are zero, second derivatives cannot decide.",
    ),
    right_answers=(
        _LABELS,
        {name: f" {kind.upper()}." for name, kind in _LABELS.items()},
    ),
    misconceptions=(
        Misconception(
            "minimum and maximum swapped",
            {**_LABELS, "a": "maximum", "c": "minimum"},
            "`a` and `c` are the wrong way round: positive curvature bends the loss upwards on every side.",
        ),
        Misconception(
            "zero eigenvalue counted as positive",
            {**_LABELS, "d": "minimum"},
            "In `d` one direction has no curvature. Compare x² + y⁴ with x² − y⁴ at the origin: the same "
            "eigenvalues, and only one of them is a minimum.",
        ),
        Misconception(
            "any zero eigenvalue leaves it open",
            {**_LABELS, "e": "degenerate"},
            "In `e` the zero does not matter: the loss rises along one direction and falls along another, "
            "and no higher-order term can undo that.",
        ),
        Misconception(
            "positive determinant means minimum",
            {**_LABELS, "c": "minimum"},
            "In `c` the eigenvalues have a positive product, but both are negative. Look at the signs one "
            "by one.",
        ),
    ),
)
