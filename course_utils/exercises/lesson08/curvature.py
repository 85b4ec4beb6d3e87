"""Exercises 08.5 and 08.6: a step along negative curvature, and the lowest point of a ball."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call, function
from course_utils.checking.predicates import Predicate, checker, real_array
from course_utils.optimizers import trust_region_step

Array = NDArray[np.float64]


def _symmetric(rng: np.random.Generator, n: int) -> Array:
    entries = rng.normal(size=(n, n))
    return np.asarray((entries + entries.T) / 2 - 0.5 * np.eye(n))


# 08.5 ------------------------------------------------------------------------------------------


def leaving_step(gradient: Array, hessian: Array, rho: float) -> Array:
    """Return −sign(gᵀv)(2|λ|/ρ)v for the lowest eigenvalue λ < 0 of H and its unit eigenvector v."""
    eigenvalues, V = np.linalg.eigh(hessian)
    v = V[:, 0]
    return np.asarray(-np.sign(gradient @ v) * 2 * abs(eigenvalues[0]) / rho * v)


def _places() -> list[tuple[Array, Array, float]]:
    rng = np.random.default_rng(85)
    first = (np.array([0.3, -0.2]), np.array([[1.0, 2.0], [2.0, -1.0]]), 1.7)
    drawn = ((2, 0.6), (4, 3.0), (6, 2.2))
    return [first, *[(0.1 * rng.normal(size=n), _symmetric(rng, n), r) for n, r in drawn]]


def _downhill(gradient: Array, hessian: Array, rho: float) -> Any:
    values, vectors = np.linalg.eigh(hessian)
    step = 2 * values[0] / rho * vectors[:, 0]
    return step if gradient @ step < 0 else -step


LEAVING_STEP = Exercise(
    id="08.5",
    title="A step along negative curvature",
    accepts=function(leaving_step, _places(), rtol=1e-6),
    hints=(
        "`eigenvalues, V = np.linalg.eigh(hessian)`: the lowest eigenvalue comes first, its vector is V[:, "
        "0].",
        "Both directions ±v curve down. Which of them does the gradient point away from?",
        "The length is 2|λ|/ρ, the direction −sign(gᵀv)v.",
    ),
    model=Solution(
        code="""
def leaving_step(gradient, hessian, rho):
    eigenvalues, V = np.linalg.eigh(hessian)
    v = V[:, 0]
    return -np.sign(gradient @ v) * 2 * abs(eigenvalues[0]) / rho * v

exercise("08.5").check(leaving_step)
""",
        explanation="Along v the model is gᵀs − ½|λ|‖s‖² + (ρ/6)‖s‖³. With ‖s‖ = 2|λ|/ρ and gᵀs ≤ 0 it "
        "falls by "
        "2|λ|³/3ρ² at least, and f with it.",
    ),
    right_answers=(leaving_step, _downhill),
    misconceptions=(
        Misconception(
            "uphill along the eigenvector",
            lambda gradient, hessian, rho: -leaving_step(gradient, hessian, rho),
            "Your step has gᵀs > 0: it goes up the slope first. The other sign curves down just as much.",
        ),
        Misconception(
            "row of V for an eigenvector",
            lambda gradient, hessian, rho: (
                -np.sign(gradient @ np.linalg.eigh(hessian)[1][0])
                * 2
                * abs(np.linalg.eigvalsh(hessian)[0])
                / rho
                * np.linalg.eigh(hessian)[1][0]
            ),
            "Eigenvectors are the columns of V: V[:, 0].",
        ),
        Misconception(
            "largest curvature to leave along",
            lambda gradient, hessian, rho: (
                -np.sign(gradient @ np.linalg.eigh(hessian)[1][:, -1])
                * 2
                * abs(np.linalg.eigvalsh(hessian)[-1])
                / rho
                * np.linalg.eigh(hessian)[1][:, -1]
            ),
            "V[:, −1] belongs to the largest eigenvalue: that way the function curves up.",
        ),
        Misconception(
            "length without its two",
            lambda gradient, hessian, rho: leaving_step(gradient, hessian, rho) / 2,
            "Half as long as asked for: 2|λ|/ρ.",
        ),
    ),
)

# 08.6 ------------------------------------------------------------------------------------------

_SLACK = 1e-6


def lowest_in_ball(gradient: Array, hessian: Array, radius: float) -> Array:
    """Return a minimum of gᵀs + ½sᵀHs over ‖s‖ ≤ r."""
    return trust_region_step(gradient, hessian, radius)[0]


def _model(s: Array, g: Array, H: Array) -> float:
    return float(g @ s + s @ H @ s / 2)


_BOWL = (np.array([1.0, -0.5]), np.array([[3.0, 1.0], [1.0, 2.0]]), 5.0)
_FAR = (np.array([4.0, 3.0]), np.array([[2.0, 0.5], [0.5, 1.0]]), 0.5)
_SLOPE = (np.array([0.4, 1.0, -0.3]), np.array([[1.0, 2.0, 0.5], [2.0, -1.0, 1.0], [0.5, 1.0, 3.0]]), 0.8)
_TOP = (np.zeros(3), np.array([[1.0, 1.2, -0.4], [1.2, -0.9, 0.8], [-0.4, 0.8, 0.5]]), 0.7)
_HARD = (np.array([0.0, 1.2]), np.diag([-1.0, 2.0]), 1.0)
_TIGHT = (np.array([1.0, -0.5]), np.array([[3.0, 1.0], [1.0, 2.0]]), 0.6)
_TURN = np.array([[0.8, -0.6], [0.6, 0.8]])
_NEAR = (_TURN @ np.array([0.1, 0.02]), _TURN @ np.diag([-0.5, 2.0]) @ _TURN.T, 1.0)
_CASES = {
    "in a bowl": _BOWL,
    "in a bowl, with a ball a little too small": _TIGHT,
    "in a bowl, with a small ball": _FAR,
    "on the slope beside a saddle": _SLOPE,
    "next to a saddle that lies inside the ball": _NEAR,
    "exactly at a saddle": _TOP,
    "on a ridge, with g at a right angle to v₁": _HARD,
}


def _step(answer: Any, case: tuple[Array, Array, float]) -> Array | Verdict:
    called = call(answer, case, ("gradient", "hessian", "radius"))
    if called.problem is not None:
        return called.problem
    step, problem = real_array(called.output, f"a step of {case[0].size} numbers", 1)
    if step is None:
        return not_yet(problem)
    if step.shape != case[0].shape:
        return not_yet(f"Expected a step of shape {case[0].shape}, like the gradient, got {step.shape}.")
    return step


def _falls_short(step: Array, place: str) -> str:
    """Return what is wrong with a step, "" if nothing is."""
    g, H, r = _CASES[place]
    length, came = float(np.linalg.norm(step)), _model(step, g, H)
    lowest = lowest_in_ball(g, H, r)
    best = _model(lowest, g, H)
    if length > r * (1 + _SLACK):
        return f"Your step leaves the ball {place}: it is {length:.3g} long, and the radius is {r:g}."
    if came <= best + _SLACK * (1 + abs(best)):
        return ""
    if length == 0:
        return f"Your step is zero {place}, and the model falls to {best:.3g} inside the ball."
    if came > 0:
        return f"Your step goes up {place}: the model rises by {came:.3g}."
    if length < r * (1 - _SLACK) and np.linalg.norm(lowest) >= r * (1 - _SLACK):
        short = f"Your step stops inside the ball {place}, at {length:.3g} of {r:g}"
        return f"{short}; the lowest point is on the border."
    return f"Your step ends at the wrong point {place}: the model is {came:.3g}, and {best:.3g} is possible."


def _check(answer: Any) -> Verdict:
    for place, case in _CASES.items():
        step = _step(answer, case)
        if isinstance(step, Verdict):
            return step
        problem = _falls_short(step, place)
        if problem:
            return not_yet(problem)
    return correct()


def _like(wrong: Any) -> Predicate:
    """Detect an answer that takes the same steps as ``wrong`` in all cases."""

    def check(answer: Any) -> Verdict:
        for case in _CASES.values():
            step = _step(answer, case)
            if isinstance(step, Verdict):
                return step
            if not np.allclose(step, wrong(*case), rtol=1e-6, atol=1e-9):
                return not_yet("")
        return correct()

    return checker(check)


def _by_bisection(gradient: Array, hessian: Array, radius: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    c = V.T @ gradient
    if eigenvalues[0] > 0 and np.linalg.norm(c / eigenvalues) <= radius:
        return -V @ (c / eigenvalues)
    low = max(0.0, -eigenvalues[0])
    if abs(c[0]) < 1e-12:
        rest = -c[1:] / (eigenvalues[1:] + low)
        if rest @ rest <= radius**2:
            return V @ np.append(np.sqrt(radius**2 - rest @ rest), rest)
    high = low + np.linalg.norm(c) / radius + 1e-12
    for _ in range(200):
        nu = (low + high) / 2
        low, high = (nu, high) if np.linalg.norm(c / (eigenvalues + nu)) > radius else (low, nu)
    return -V @ (c / (eigenvalues + high))


def _newton(gradient: Array, hessian: Array, radius: float) -> Any:
    step = -np.linalg.solve(hessian, gradient)
    length = float(np.linalg.norm(step))
    return step * min(1.0, radius / length) if length > 0 else step


def _steepest(gradient: Array, hessian: Array, radius: float) -> Any:
    length = np.linalg.norm(gradient)
    return -radius * gradient / length if length > 0 else np.zeros_like(gradient)


def _saddle_free(gradient: Array, hessian: Array, radius: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    step = -V @ (V.T @ gradient / np.abs(eigenvalues))
    length = float(np.linalg.norm(step))
    return step * min(1.0, radius / length) if length > 0 else step


OWN_REGION = Exercise(
    id="08.6",
    title="The lowest point of a ball",
    accepts=checker(_check),
    hints=(
        "In the eigenbasis s(ν) has the coordinates −cᵢ/(λᵢ + ν), with c = Vᵀg. In a bowl try ν = 0 first.",
        "Otherwise look for the ν > max(0, −λ₁) with ‖s(ν)‖ = r: the length falls with ν, so halve an "
        "interval.",
        "If c₁ = 0 and s(−λ₁), without its first coordinate, is shorter than r, make up the rest along v₁.",
    ),
    model=Solution(
        code="""
def lowest_in_ball(gradient, hessian, radius):
    eigenvalues, V = np.linalg.eigh(hessian)
    c = V.T @ gradient
    if eigenvalues[0] > 0 and np.linalg.norm(c / eigenvalues) <= radius:
        return -V @ (c / eigenvalues)
    low = max(0.0, -eigenvalues[0])
    if abs(c[0]) < 1e-12:
        rest = -c[1:] / (eigenvalues[1:] + low)
        if rest @ rest <= radius**2:
            return V @ np.append(np.sqrt(radius**2 - rest @ rest), rest)
    high = low + np.linalg.norm(c) / radius + 1e-12
    for _ in range(200):
        nu = (low + high) / 2
        if np.linalg.norm(c / (eigenvalues + nu)) > radius:
            low = nu
        else:
            high = nu
    return -V @ (c / (eigenvalues + high))

exercise("08.6").check(lowest_in_ball)
""",
        explanation="One number ν is looked for. In the hard case no ν > −λ₁ is long enough, and the ball's "
        "border is reached along v₁, to either side: the step leaves a saddle at which g is exactly zero.",
    ),
    right_answers=(lowest_in_ball, _by_bisection),
    misconceptions=(
        Misconception(
            "Newton's step cut to the radius",
            _newton,
            "Cut to length, Newton's step still goes to the saddle. Where H has a negative eigenvalue the "
            "lowest "
            "point is on the border, in a direction of its own.",
            detect=_like(_newton),
        ),
        Misconception(
            "steepest descent to the border",
            _steepest,
            "You go along −g to the border. The curvature bends the best direction, and at g = 0 yours is "
            "none.",
            detect=_like(_steepest),
        ),
        Misconception(
            "saddle-free step cut to the radius",
            _saddle_free,
            "That is the step of lesson 06, cut to length: a good one, but not the lowest point, and at g "
            "= 0 "
            "it does not move.",
            detect=_like(_saddle_free),
        ),
    ),
)
