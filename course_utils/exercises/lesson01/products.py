"""Exercises 01.5 and 01.7: curvature without the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call, function
from course_utils.checking.predicates import Predicate, checker, direction, number, real_array

Array = NDArray[np.float64]
Gradient = Callable[[Array], Array]

# 01.5 ------------------------------------------------------------------------------------------

_HVP_RTOL = 1e-5
_HVP_CALLS = 4  # gradients; central differences need two, a fourth-order formula four


def _soft_gradient(x: Array) -> Array:
    """Gradient of Σ log cosh(xᵢ) + ½ Σ sin(xᵢ + xᵢ₊₁)."""
    slope = np.tanh(x)
    pair = 0.5 * np.cos(x[:-1] + x[1:])
    slope[:-1] += pair
    slope[1:] += pair
    return np.asarray(slope)


def _soft_hvp(gradient: Gradient, x: Array, v: Array) -> Array:
    pair = -0.5 * np.sin(x[:-1] + x[1:]) * (v[:-1] + v[1:])
    product = (1 - np.tanh(x) ** 2) * v
    product[:-1] += pair
    product[1:] += pair
    return np.asarray(product)


def _hvp_inputs() -> list[tuple[Gradient, Array, Array]]:
    rng = np.random.default_rng(15)
    points = [(np.array([0.5, -1.0]), np.array([1.0, 2.0]))]
    points += [(rng.normal(size=n), rng.normal(size=n)) for n in (3, 40)]
    return [(_soft_gradient, x, v) for x, v in points]


_exact_hvp = function(_soft_hvp, _hvp_inputs(), rtol=_HVP_RTOL)


def _check_hvp(answer: Any) -> Verdict:
    """Compare with the exact product; a right one that needs many gradients is not matrix-free."""
    verdict = _exact_hvp(answer)
    if not verdict.is_correct:
        return verdict
    calls = len(_distances_asked(answer))
    if calls > _HVP_CALLS:
        return not_yet(
            f"The product is right, but it took {calls} gradients in 40 dimensions; two are enough."
        )
    return verdict


def _distances_asked(answer: Any) -> list[float]:
    """Return how far from x a reader's hvp asks for gradients, in order; 0 is x itself."""
    _, x, v = _hvp_inputs()[-1]
    asked: list[float] = []

    def watched(point: Array) -> Array:
        asked.append(float(np.linalg.norm(np.asarray(point, dtype=np.float64) - x)))
        return _soft_gradient(point)

    call(answer, (watched, x, v), ("gradient", "x", "v"))
    return asked


def _explains(reason: Callable[[list[float]], bool]) -> Predicate:
    """Build a detector for nearly right products from the distances at which gradients are asked."""
    nearly = function(_soft_hvp, _hvp_inputs(), rtol=2.0)

    def check(answer: Any) -> Verdict:
        return correct() if nearly(answer).is_correct and reason(_distances_asked(answer)) else not_yet("")

    return checker(check)


def _central(gradient: Gradient, x: Array, v: Array, step: float = 1e-5) -> Array:
    return (gradient(x + step * v) - gradient(x - step * v)) / (2 * step)


def _fourth_order(gradient: Gradient, x: Array, v: Array) -> Array:
    near, far = (gradient(x + h * v) - gradient(x - h * v) for h in (1e-3, 2e-3))
    return (8 * near - far) / (12 * 1e-3)


def _scaled_step(gradient: Gradient, x: Array, v: Array) -> Array:
    step = 1e-5 / np.sqrt(v @ v)
    ahead, behind = np.add(x, step * v), np.subtract(x, step * v)
    return (gradient(ahead) - gradient(behind)) * (0.5 / step)


def _whole_hessian(gradient: Gradient, x: Array, v: Array) -> Array:
    return np.array([_central(gradient, x, axis) for axis in np.eye(x.size)]) @ v


def _is_undivided(answer: Any) -> Verdict:
    """Find a product that is parallel to Hv and at least a thousand times too short."""
    arguments = _hvp_inputs()[-1]
    exact = _soft_hvp(*arguments)
    called = call(answer, arguments, ("gradient", "x", "v"))
    if called.problem is not None:
        return called.problem
    product, problem = real_array(called.output, "a vector")
    if product is None or product.shape != exact.shape:
        return not_yet(problem)
    size = float(np.linalg.norm(product))
    if not 0 < size < 1e-3 * float(np.linalg.norm(exact)):
        return not_yet("")
    return direction(exact)(product)


HVP = Exercise(
    id="01.5",
    title="A Hessian-vector product without the Hessian",
    data={"relative_tolerance": _HVP_RTOL},
    accepts=replace(checker(_check_hvp), diagnose=_exact_hvp.diagnose),
    hints=(
        "Hv says how the gradient changes when x moves along v: two gradients show it.",
        "Compare the gradients at x + h v and x − h v. How far apart are these two points, in units of v?",
        "Divide by 2h. The error of the formula shrinks like h², rounding grows like 10⁻¹⁶/h: h = 10⁻⁵ "
        "suits both.",
    ),
    model=Solution(
        code="""
def hvp(gradient, x, v, h=1e-5):
    return (gradient(x + h * v) - gradient(x - h * v)) / (2 * h)

exercise("01.5").check(hvp)
""",
        explanation="Two gradients give Hv in any dimension; the n × n matrix never exists. "
        "Automatic differentiation gives the same product without the error of differences.",
    ),
    right_answers=(_central, _fourth_order, _scaled_step),
    misconceptions=(
        Misconception(
            "two forgotten in central differences",
            lambda gradient, x, v: 2 * _central(gradient, x, v),
            "Your product is twice too large: x − h v and x + h v are 2h apart.",
            detect=function(lambda gradient, x, v: 2 * _soft_hvp(gradient, x, v), _hvp_inputs(), rtol=1e-3),
        ),
        Misconception(
            "difference not divided by the step",
            lambda gradient, x, v: gradient(x + 1e-5 * v) - gradient(x - 1e-5 * v),
            "Your product is tiny: the difference of two gradients has to be divided by the distance "
            "between them.",
            detect=checker(_is_undivided),
        ),
        Misconception(
            "v scaled to length one",
            lambda gradient, x, v: _central(gradient, x, v / np.linalg.norm(v)),
            "Hv is linear in v: twice as long a v must give twice the product. Yours loses the length of v.",
            detect=function(
                lambda gradient, x, v: _soft_hvp(gradient, x, v / np.linalg.norm(v)), _hvp_inputs(), rtol=1e-3
            ),
        ),
        Misconception(
            "whole Hessian formed for one product",
            _whole_hessian,
            "The product is right, but you computed the whole Hessian, a gradient or two for each "
            "coordinate. Move x along v itself: two gradients are enough in any dimension.",
            detect=_explains(lambda distances: len(distances) > 40),
        ),
        Misconception(
            "one-sided difference",
            lambda gradient, x, v: (gradient(x + 1e-4 * v) - gradient(x)) / 1e-4,
            "Nearly: a difference to one side has an error that shrinks only like h. Look the same distance "
            "to the other side too.",
            detect=_explains(lambda distances: 0.0 in distances and 1e-8 < max(distances) < 1e-2),
        ),
        Misconception(
            "difference step too large",
            lambda gradient, x, v: _central(gradient, x, v, 0.3),
            "Nearly: the step is so large that the curvature changes along it. The error shrinks like h².",
            detect=_explains(lambda distances: max(distances, default=0.0) > 1e-3),
        ),
        Misconception(
            "difference step too small",
            lambda gradient, x, v: _central(gradient, x, v, 1e-13),
            "Nearly: the step is so small that the two gradients agree in almost all digits, and their "
            "difference is mostly rounding error.",
            detect=_explains(lambda distances: 0 < max(distances, default=0.0) < 1e-8),
        ),
    ),
)


# 01.7 ------------------------------------------------------------------------------------------

# A spectrum like that of a small network: a bulk near zero, a few large eigenvalues, some negative ones.
_SPECTRUM = np.concatenate(
    [np.full(3, -0.5), np.full(90, 0.01), np.array([0.4, 0.7, 1.1, 2.0, 3.0, 5.0, 9.0])]
)

MEAN_CURVATURE = Exercise(
    id="01.7",
    title="Curvature along a random direction",
    data={"eigenvalues": _SPECTRUM},
    accepts=number(float(_SPECTRUM.mean()), rtol=0.01),
    hints=(
        "In the eigenbasis the curvature along a unit vector v is Σ λᵢ vᵢ². What is vᵢ² on average?",
        "The squares v₁² … vₙ² add up to 1, and none of them is special: each is 1/n on average.",
        "So the mean curvature is (λ₁ + … + λₙ)/n = tr H / n.",
    ),
    model=Solution(
        code="""
eigenvalues = exercise("01.7").data["eigenvalues"]
exercise("01.7").check(eigenvalues.sum() / eigenvalues.size)
""",
        explanation="The curvature along a random direction averages tr H / n. A few negative eigenvalues "
        "hardly move that average, so random slices seldom show them.",
    ),
    right_answers=(
        float(_SPECTRUM.sum() / _SPECTRUM.size),
        # the trace of the matrix in some other basis, over n
        np.trace(np.diag(_SPECTRUM)[::-1, ::-1]) / len(_SPECTRUM),
    ),
    misconceptions=(
        Misconception(
            "trace not divided by the dimension",
            float(_SPECTRUM.sum()),
            "That is the trace. A random unit vector spreads its length 1 over all n eigenvectors.",
        ),
        Misconception(
            "midpoint of the extreme eigenvalues",
            float(_SPECTRUM.min() + _SPECTRUM.max()) / 2,
            "The curvature lies between the extremes, but not halfway on average: every eigenvalue counts.",
        ),
        Misconception(
            "average of the sizes",
            float(abs(_SPECTRUM).mean()),
            "You averaged |λ|. Curvature keeps its sign: negative eigenvalues lower the mean.",
        ),
        Misconception(
            "largest eigenvalue rules a random direction",
            float(_SPECTRUM.max()),
            "A random direction is nearly perpendicular to any one eigenvector, also to the one of the "
            "largest λ.",
        ),
    ),
)
