"""Exercise 01.6: the reader's own landscape, which also drives a widget."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict
from course_utils.checking.functions import values_at
from course_utils.checking.predicates import named

Array = NDArray[np.float64]
Shape = Literal["saddle", "textbook", "one sign", "flat", "sloping", "kinked"]

_STEP = 1e-3  # distance of the points at which the landscape is looked at
_SLOPE = 1e-3  # a slope above this part of the curvature is a saddle elsewhere, or none
_FLAT = 1e-4  # a curvature below this cannot be told from zero
_FAR = np.array([[1.1, 0.3], [-0.7, 0.9], [0.2, -1.3], [-1.8, -1.6], [1.9, 1.7]])  # where the model is tried
_MODEL = 1e-4  # of the height: a landscape that is nearer to its quadratic model is nothing else


def _grid(step: float) -> Array:
    """Return the points (3, 3, 2) of a grid around the origin."""
    along = step * np.array([-1.0, 0.0, 1.0])
    return np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1)


def _derivatives(values: Array, step: float) -> tuple[Array, Array]:
    """Gradient and Hessian at the centre of a 3 × 3 grid, by central differences."""
    across, along = values[:, 1], values[1, :]
    gradient = np.array([across[2] - across[0], along[2] - along[0]]) / (2 * step)
    mixed = (values[2, 2] - values[2, 0] - values[0, 2] + values[0, 0]) / 4
    bends = [line[2] - 2 * line[1] + line[0] for line in (across, along)]
    return gradient, np.array([[bends[0], mixed], [mixed, bends[1]]]) / step**2


def _shape(answer: Any) -> Shape | Verdict:
    """Name the shape of a reader's landscape at the origin."""
    coarse, fine = values_at(answer, _grid(_STEP)), values_at(answer, _grid(_STEP / 2))
    if isinstance(coarse, Verdict):
        return coarse
    if isinstance(fine, Verdict):
        return fine
    coarse_gradient, hessian = _derivatives(coarse, _STEP)
    fine_gradient, finer_hessian = _derivatives(fine, _STEP / 2)
    gradient = (
        4 * fine_gradient - coarse_gradient
    ) / 3  # Richardson: third derivatives leave no slope behind
    curvatures = np.linalg.eigvalsh(hessian)
    largest = float(abs(curvatures).max())
    slope = float(np.linalg.norm(gradient))
    # A smooth function looks the same at half the distance; a kink looks twice as sharp.
    if largest > _FLAT and abs(finer_hessian - hessian).max() > 0.1 * largest:
        return "kinked"
    if slope > _SLOPE * max(largest, _FLAT):
        return "sloping"
    if abs(curvatures).min() <= max(_FLAT, 1e-5 * largest):
        return "flat"
    if curvatures[0] > 0 or curvatures[1] < 0:
        return "one sign"
    far = values_at(answer, _FAR)
    if isinstance(far, Verdict):  # not defined there: no quadratic
        return "saddle"
    model = np.einsum("ni,ij,nj->n", _FAR, hessian, _FAR) / 2
    off = abs(far - coarse[1, 1] - model).max()
    return "textbook" if off <= _MODEL * abs(model).max() else "saddle"


OWN_LANDSCAPE = Exercise(
    id="01.6",
    title="Your own saddle",
    accepts=named(_shape, "saddle", "There is no saddle with curvature at the origin."),
    hints=(
        "Start from one variable: which function curves up at 0, and which curves down?",
        "Add two of them, one in `x[0]` that curves up and one in `x[1]` that curves down, both level at 0.",
        "Any smooth function will do whose Hessian at the origin has a positive and a negative eigenvalue, "
        "such as a cosine in each variable, one of them with a minus.",
    ),
    model=Solution(
        code="""
def landscape(x):
    return x[0] ** 2 - x[1] ** 2 + 0.1 * x[0] ** 4

exercise("01.6").check(landscape)
""",
        explanation="Near the origin only the second-order terms count: one eigenvalue positive, one "
        "negative. What you add at higher order changes the landscape farther out.",
    ),
    right_answers=(
        lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 2,
        lambda x: np.sin(x[0]) * x[1],
        lambda x: float(np.cos(3 * x[0]) - np.cos(x[1]) + x[1] ** 4),
        lambda x: x @ np.array([[1.0, 4.0], [4.0, 1.0]]) @ x + 7.0 + x[0] ** 3,
    ),
    misconceptions=(
        Misconception(
            "saddle of the textbooks",
            lambda x: x[0] ** 2 - x[1] ** 2,
            "It is a saddle, but a quadratic one like those of the textbooks: Newton's method jumps to the "
            "origin from everywhere. To make it yours add something of higher order, such as a fourth power.",
            detect=named(_shape, "textbook"),
        ),
        Misconception(
            "bowl for a saddle",
            lambda x: x[0] ** 2 + x[1] ** 2,
            "The origin is stationary, but the loss bends the same way in every direction: a bowl or a dome. "
            "A saddle needs one direction up and one down.",
            detect=named(_shape, "one sign"),
        ),
        Misconception(
            "no curvature where one is needed",
            lambda x: x[0] ** 2 - x[1] ** 4,
            "The origin is stationary, but along some direction the second derivative is zero, so the "
            "Hessian cannot tell a saddle. (If yours is tiny on purpose, multiply it.)",
            detect=named(_shape, "flat"),
        ),
        Misconception(
            "slope left at the origin",
            lambda x: x[0] ** 2 - x[1] ** 2 + x[0],
            "The gradient at the origin is not zero, so the landscape is not level there. A linear term, or "
            "a shift, moves the saddle away.",
            detect=named(_shape, "sloping"),
        ),
        Misconception(
            "kink for curvature",
            lambda x: abs(x[0]) - abs(x[1]),
            "The curvature at the origin depends on how closely one looks: there is a kink (such as |x|), a "
            "jump or a very fast wiggle. A saddle is smooth.",
            detect=named(_shape, "kinked"),
        ),
    ),
)
