"""A minimum to the last digits, from a start: what embeddings and experiments begin with."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.critical_points.certify import one_point
from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_number, whole_number
from course_utils.objectives.lengths import norms


def find_minimum(
    objective: Objective,
    start: ArrayLike,
    *,
    newton_from: float = 1e-4,
    max_descent_steps: int = 5000,
    max_newton_steps: int = 50,
) -> Array:
    """Return a local minimum (n,) to the last digits of float64: L-BFGS first, Newton to finish.

    The Newton steps are saddle-free, −|H|⁻¹g, halved until the value does not rise, so they also leave
    the saddles at which L-BFGS may have stopped. They end when neither f nor ‖g‖ falls, which takes a few
    steps unless the minimum is degenerate or at infinity; `certify` tells whether they got there.

    Parameters
    ----------
    start : (n,) where L-BFGS begins.
    newton_from : at least 0; L-BFGS ends once no entry of the gradient is larger. Where H still has negative
        eigenvalues a Newton step needs its eigenvectors: with thousands of parameters it is cheaper to come
        nearer first.
    max_descent_steps, max_newton_steps : the most of each.

    Raises
    ------
    ValueError
        If ``start`` is not one point, ``newton_from`` is negative or ``max_descent_steps`` < 1.
    """
    from scipy.optimize import minimize

    x: Array = one_point("start", start, objective)
    real_number("newton_from", newton_from, at_least=0.0)
    whole_number("max_descent_steps", max_descent_steps, 1)

    def value_and_gradient(z: Array) -> tuple[float, Array]:
        value, gradient = objective.value_and_gradient(z)
        return float(value), gradient

    x = minimize(
        value_and_gradient,
        x,
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": max_descent_steps,
            "maxfun": 2 * max_descent_steps,
            "maxcor": 30,
            "gtol": newton_from,
            "ftol": 0.0,
        },
    ).x
    value, gradient = objective.value_and_gradient(x)
    norm = norms(gradient)
    for _ in range(max_newton_steps):
        step, lowest = _saddle_free_step(objective.hessian(x), gradient)
        slack = 1e-14 * (1.0 + abs(value))  # values repeat to rounding only
        length = 1.0
        while objective.value(x - length * step) > value + slack and length > 1e-8:
            length /= 2
        after = x - length * step
        next_value, next_gradient = objective.value_and_gradient(after)
        next_norm = norms(next_gradient)
        lower = next_value < value - slack or next_norm < norm
        if not lower and lowest >= 0:
            break
        x, value, gradient, norm = after, next_value, next_gradient, next_norm
    return x


def _saddle_free_step(hessian: Array, gradient: Array) -> tuple[Array, float]:
    """Return |H|⁻¹g, and the smallest eigenvalue of H if it is negative beyond rounding, 0 otherwise."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    try:  # where H is positive definite, |H| is H, and a Cholesky factor costs a tenth of the eigenvectors
        factor = cho_factor(hessian, lower=True)
        pivots = np.diagonal(factor[0])
        if pivots.min() > 1e-5 * pivots.max():
            return np.asarray(cho_solve(factor, gradient)), 0.0
    except LinAlgError:
        pass
    eigenvalues, vectors = np.linalg.eigh(hessian)
    size = np.abs(eigenvalues)
    step = vectors @ ((vectors.T @ gradient) / np.maximum(size, 1e-10 * size.max()))
    return step, min(float(eigenvalues[0] + 1e-10 * size.max()), 0.0)
