"""Task hw02.6: what centring and scaling of real inputs do to the condition number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.curvature import condition_number
from course_utils.datasets import load
from course_utils.objectives import Array

_LEAST = 0.1  # standard deviation of the pixels that are kept


def with_bias(inputs: Array) -> Array:
    """Return the inputs with a column of ones."""
    return np.column_stack([inputs, np.ones(len(inputs))])


def _hessian_condition(inputs: Array) -> float:
    A = with_bias(inputs)
    return condition_number(A.T @ A / len(A))


def _versions() -> dict[str, Array]:
    pixels = load("mnist-10x10").subset(1000).inputs
    raw = pixels[:, pixels.std(axis=0) > _LEAST]
    centred = raw - raw.mean(axis=0)
    return {
        "raw": raw,
        "scaled": raw / np.sqrt((raw**2).mean(axis=0)),
        "centred": centred,
        "standardised": centred / centred.std(axis=0),
    }


def _of_all(versions: dict[str, Array], condition: Callable[[Array], float]) -> dict[str, float]:
    return {name: condition(inputs) for name, inputs in versions.items()}


_VERSIONS = _versions()
_RIGHT = _of_all(_VERSIONS, _hessian_condition)

PIXELS = Exercise(
    id="hw02.6",
    title="The condition number of pixels",
    data={"least_deviation": _LEAST},
    accepts=parts(**{name: number(value, rtol=0.01) for name, value in _RIGHT.items()}),
    hints=(
        "Add the column of ones first: `A = np.column_stack([inputs, np.ones(len(inputs))])`. What is the "
        "Hessian of ‖Ab − t‖²/2N with respect to b?",
        "H = AᵀA/N, whatever the targets are. κ is its largest eigenvalue over its smallest.",
        "The root mean square of a column is `np.sqrt((inputs**2).mean(axis=0))`; only for centred columns "
        "is it the standard deviation.",
    ),
    model=Solution(
        code="""
from course_utils.datasets import load

pixels = load("mnist-10x10").subset(1000).inputs
raw = pixels[:, pixels.std(axis=0) > 0.1]
centred = raw - raw.mean(axis=0)

def kappa(inputs):
    A = np.column_stack([inputs, np.ones(len(inputs))])
    return np.linalg.cond(A.T @ A / len(A))

exercise("hw02.6").check(
    raw=kappa(raw),
    scaled=kappa(raw / np.sqrt((raw**2).mean(axis=0))),
    centred=kappa(centred),
    standardised=kappa(centred / centred.std(axis=0)),
)
""",
        explanation="Centring removes the mean image, the direction of the largest eigenvalue; scaling evens "
        "out dim and bright pixels. Both together help most, and what is left are the correlations between "
        "pixels.",
    ),
    right_answers=(
        _RIGHT,
        _of_all(_VERSIONS, lambda inputs: float(np.linalg.cond(with_bias(inputs)) ** 2)),
    ),
    misconceptions=(
        Misconception(
            "inputs' condition number for the Hessian's",
            _of_all(_VERSIONS, lambda inputs: float(np.linalg.cond(with_bias(inputs)))),
            "That is the condition number of A. The Hessian is AᵀA/N, and its eigenvalues are squares of the "
            "singular values of A.",
        ),
        Misconception(
            "bias left out of the Hessian",
            _of_all(_VERSIONS, lambda inputs: condition_number(inputs.T @ inputs / len(inputs))),
            "Your Hessian has no bias. The column of ones belongs to it: it is what the mean image is "
            "parallel to.",
        ),
        Misconception(
            "standard deviation for root mean square",
            {**_RIGHT, "scaled": _hessian_condition(_VERSIONS["raw"] / _VERSIONS["raw"].std(axis=0))},
            "`scaled` divides by the root mean square, the square root of the diagonal of H. Columns that "
            "are not centred have a smaller standard deviation.",
        ),
        Misconception(
            "condition number of inputs upside down",
            {name: 1 / value for name, value in _RIGHT.items()},
            "The larger eigenvalue goes on top: κ is at least 1.",
        ),
        Misconception(
            "centring changes nothing",
            {**_RIGHT, "centred": _RIGHT["raw"]},
            "Subtracting the mean leaves the fit unchanged, since the bias takes it up. But H changes: look "
            "at its largest eigenvalue before and after.",
        ),
    ),
)
