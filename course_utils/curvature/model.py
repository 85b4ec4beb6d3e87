"""The second-order model of a function around a point, and what it says of a step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array
from course_utils.objectives.lengths import scaled


def directional_curvature(hessian: ArrayLike, direction: ArrayLike) -> Array:
    """Return the second derivative dᵀHd / dᵀd along directions of any length.

    Parameters
    ----------
    hessian : (n, n) symmetric.
    direction : (..., n), none of them zero.

    Returns
    -------
    (...,) curvatures, each between the smallest and the largest eigenvalue.

    Raises
    ------
    ValueError
        If the shapes do not fit or a direction is zero.
    """
    H = real_array("hessian", hessian)
    if H.ndim != 2 or H.shape[0] != H.shape[1]:
        raise ValueError(f"hessian must have shape (n, n), got {H.shape}")
    d, _ = scaled(as_points("direction", direction, H.shape[0]))  # of any length: squares stay in range
    squared = np.sum(d * d, axis=-1)
    if (squared == 0).any():
        raise ValueError("direction must not be zero: it points nowhere")
    curvature: Array = np.sum((d @ H) * d, axis=-1) / squared
    return curvature


def taylor_model(objective: Objective, center: ArrayLike, x: ArrayLike) -> Array:
    """Return T₂(x) = f(c) + gᵀ(x−c) + ½(x−c)ᵀH(x−c) at points ``x`` (..., n).

    The gradient g and the Hessian H are taken at ``center`` c (n,).

    The error f − T₂ is o(‖x−c‖²), and O(‖x−c‖³) where third derivatives exist.

    Raises
    ------
    ValueError
        If ``center`` is not one point or ``x`` does not fit.
    """
    c = as_points("center", center, objective.dim)
    if c.ndim != 1:
        raise ValueError(f"center must be one point of shape ({objective.dim},), got {c.shape}")
    d = as_points("x", x, objective.dim) - c
    value, g = objective.value_and_gradient(c)
    curved = objective.hvp(c, d.reshape(-1, objective.dim)).reshape(d.shape)
    model: Array = value + d @ g + 0.5 * np.sum(d * curved, axis=-1)
    return model


@dataclass(frozen=True)
class StepModel:
    """What a step was promised to gain and what it gained. Decreases are positive.

    Attributes
    ----------
    first_order : −gᵀs, the tangent's promise.
    second_order : −gᵀs − ½sᵀHs, the parabola's promise.
    actual : f(x) − f(x+s).
    curvature : sᵀHs / sᵀs, the curvature along the step.
    """

    first_order: float
    second_order: float
    actual: float
    curvature: float


def step_model(objective: Objective, x: ArrayLike, step: ArrayLike) -> StepModel:
    """Compare predicted and actual decrease of ``objective`` for the step x → x + step, both (n,).

    Raises
    ------
    ValueError
        If ``x`` or ``step`` is not one vector of n numbers, or the step is zero.
    """
    point, s = as_points("x", x, objective.dim), as_points("step", step, objective.dim)
    if point.ndim != 1 or s.ndim != 1:
        raise ValueError(f"x and step must have shape ({objective.dim},), got {point.shape} and {s.shape}")
    if not s.any():
        raise ValueError("step must not be zero")
    value, g = objective.value_and_gradient(point)
    first, curved = float(-g @ s), float(s @ objective.hvp(point, s))
    actual = float(value - objective.value(point + s))
    short, _ = scaled(s)  # the squares of a step of any length stay in range
    curvature = float(short @ objective.hvp(point, short)) / float(short @ short)
    return StepModel(first, first - curved / 2, actual, curvature)


def optimal_step_size(objective: Objective, x: ArrayLike) -> Array:
    """Return the learning rate that the second-order model likes best, η* = gᵀg / gᵀHg.

    Parameters
    ----------
    x : (..., n) points.

    Returns
    -------
    (...,) rates; infinity where gᵀHg ≤ 0, for there the model falls for ever; NaN where g = 0.

    Notes
    -----
    Goodfellow, Bengio & Courville (2016), equation 4.10.
    """
    point = as_points("x", x, objective.dim)
    g, _ = scaled(objective.gradient(point))  # the rate does not depend on its length
    squared, curved = np.sum(g * g, axis=-1), np.sum(g * objective.hvp(point, g), axis=-1)
    rate = np.divide(squared, curved, out=np.full_like(squared, math.inf), where=curved > 0)
    return np.where(squared == 0, math.nan, rate)
