"""Exercises 07.6 to 07.8: the index at an energy, a step on a sphere, and the ground state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import number
from course_utils.random_landscapes import (
    complexity,
    ground_state_energy,
    predicted_index,
    semicircle_below,
    threshold_energy,
)

Array = NDArray[np.float64]

# 07.6 ------------------------------------------------------------------------------------------


def _share(z: Array | float) -> float:
    return float(semicircle_below(z))


def _by_angle(energy: float, order: int) -> float:
    """Integrate the semicircle by the angle φ with λ = 2 cos φ."""
    z = order * energy / np.sqrt(order * (order - 1))
    angle = np.arccos(np.clip(z / 2, -1, 1))
    return float(1 - angle / np.pi + np.sin(2 * angle) / (2 * np.pi))


PREDICTED_INDEX = Exercise(
    id="07.6",
    title="The index at an energy",
    accepts=function(
        lambda energy, order: float(predicted_index(energy, order)),
        [(-1.2, 3), (-1.0, 4), (0.3, 2), (-1.68, 3), (-2.4, 4), (1.9, 5), (0.7, 7)],
    ),
    hints=(
        "A Hessian eigenvalue is √(p(p−1))·s − pu with s from a semicircle on [−2, 2]. When is it negative?",
        "When s < z = pu/√(p(p−1)). Which part of the semicircle lies below z? Outside of [−2, 2]: none or "
        "all.",
        "With z clipped to [−2, 2]: ½ + z√(4 − z²)/4π + arcsin(z/2)/π.",
    ),
    model=Solution(
        code="""
def index_fraction(energy, order):
    z = np.clip(order * energy / np.sqrt(order * (order - 1)), -2, 2)
    return 1 / 2 + z * np.sqrt(4 - z**2) / (4 * np.pi) + np.arcsin(z / 2) / np.pi

exercise("07.6").check(index_fraction)
""",
        explanation="The semicircle is shifted by −pu and has the radius 2√(p(p−1)). It touches zero where "
        "pu = −2√(p(p−1)), at the threshold u = −2√((p−1)/p): below it nothing is negative.",
    ),
    right_answers=(
        lambda energy, order: float(predicted_index(energy, order)),
        lambda energy, order: semicircle_below(energy * np.sqrt(order / (order - 1))),
        _by_angle,
    ),
    misconceptions=(
        Misconception(
            "semicircle of the field",
            lambda energy, order: _share(energy),
            "That is the law of the Gaussian field, shift −ε and radius 2. The glass has its own: −pu and "
            "2√(p(p−1)).",
        ),
        Misconception(
            "shift without the order of the glass",
            lambda energy, order: _share(energy / np.sqrt(order * (order - 1))),
            "The semicircle is shifted by −pu, p times the energy.",
        ),
        Misconception(
            "share above for share below",
            lambda energy, order: 1 - _share(order * energy / np.sqrt(order * (order - 1))),
            "That is the share of positive eigenvalues: it falls with the energy.",
        ),
        Misconception(
            "radius of p(p−1)",
            lambda energy, order: _share(order * energy / (order * (order - 1))),
            "The radius is 2√(p(p−1)): the square root is missing.",
        ),
        Misconception(
            "index falling in a straight line",
            lambda energy, order: float(
                np.clip(0.5 + order * energy / np.sqrt(order * (order - 1)) / 4, 0, 1)
            ),
            "You spread the eigenvalues evenly between the ends. They fill a semicircle.",
        ),
    ),
)


# 07.7 ------------------------------------------------------------------------------------------


def _steps() -> list[tuple[Array, Array, float]]:
    rng = np.random.default_rng(77)
    found = []
    for n, rate in ((3, 0.1), (5, 0.7), (9, 0.02), (2, 0.4)):
        x = rng.standard_normal(n)
        found.append((x * np.sqrt(n) / np.linalg.norm(x), rng.standard_normal(n) + x, rate))
    return found


def _sphere_step(x: Array, g: Array, learning_rate: float) -> Array:
    y = x - learning_rate * (g - (g @ x) / (x @ x) * x)
    return np.asarray(y * np.linalg.norm(x) / np.linalg.norm(y))


def _by_projector(x: Array, g: Array, learning_rate: float) -> Array:
    """Use the matrix that takes away what lies along x."""
    u = x / np.sqrt(np.sum(x**2))
    y = x - learning_rate * (np.eye(len(x)) - np.outer(u, u)) @ g
    return np.asarray(np.sqrt(len(x)) * y / np.sqrt(np.sum(y**2)))


SPHERE_STEP = Exercise(
    id="07.7",
    title="A step on the sphere",
    accepts=function(_sphere_step, _steps()),
    hints=(
        "The gradient has a part along x that leads off the sphere. Take it away first.",
        "The part along x is (g·x / x·x) x. Step along what is left: y = x − η (g − that part).",
        "Then bring y back: multiply it with ‖x‖/‖y‖, so that its length is again that of x, √N.",
    ),
    model=Solution(
        code="""
def sphere_step(x, g, learning_rate):
    y = x - learning_rate * (g - (g @ x) / (x @ x) * x)
    return y * np.linalg.norm(x) / np.linalg.norm(y)

exercise("07.7").check(sphere_step)
""",
        explanation="Project, step, bring back. Without the first the length of the step depends on a part "
        "of g that means nothing here, without the second the run leaves the sphere and slows down.",
    ),
    right_answers=(_sphere_step, _by_projector),
    misconceptions=(
        Misconception(
            "left off the sphere",
            lambda x, g, learning_rate: x - learning_rate * (g - (g @ x) / (x @ x) * x),
            "The direction is right, but the new point is not on the sphere: a tangent leads off it. Bring "
            "it back.",
        ),
        Misconception(
            "gradient not projected",
            lambda x, g, learning_rate: (
                (x - learning_rate * g) * np.linalg.norm(x) / np.linalg.norm(x - learning_rate * g)
            ),
            "You step along all of g. Its part along x changes the length only, and with it how far the step "
            "goes after you bring it back. Take that part away first.",
        ),
        Misconception(
            "brought back to the unit sphere",
            lambda x, g, learning_rate: (lambda y: y / np.linalg.norm(y))(
                x - learning_rate * (g - (g @ x) / (x @ x) * x)
            ),
            "Your point has the length 1. The sphere has the radius ‖x‖ = √N.",
        ),
        Misconception(
            "uphill on the sphere",
            lambda x, g, learning_rate: _sphere_step(x, -g, learning_rate),
            "Your step goes uphill: descent subtracts the gradient.",
        ),
        Misconception(
            "projection on a vector that is not of length one",
            lambda x, g, learning_rate: (lambda y: y * np.linalg.norm(x) / np.linalg.norm(y))(
                x - learning_rate * (g - (g @ x) * x)
            ),
            "You take away (g·x) x. That is right for an x of length 1; here divide by x·x = N.",
        ),
    ),
)


# 07.8 ------------------------------------------------------------------------------------------

_ORDER = 4


def _without_the_price() -> float:
    return -float(np.sqrt(4 * (_ORDER - 1) / (_ORDER - 2) * complexity(0.0, _ORDER)))


GROUND_STATE = Exercise(
    id="07.8",
    title="The ground state of another glass",
    data={"order": _ORDER},
    accepts=number(ground_state_energy(_ORDER)),
    hints=(
        "Where there is not even one minimum, the mean number exp(NΘ₀) is below 1. What is Θ₀ at the border?",
        "Θ₀(u) = 0 for an energy below the threshold. `random_landscapes.complexity(u, 4, 0)` computes "
        "Θ₀(u).",
        "Look for its zero between −1.9 and the threshold, by eye in the picture or with "
        "`scipy.optimize.brentq`.",
    ),
    model=Solution(
        code="""
from scipy.optimize import brentq
from course_utils.random_landscapes import complexity, threshold_energy

zero = brentq(lambda u: complexity(u, 4, 0), -2.0, threshold_energy(4))
exercise("07.8").check(zero)
""",
        explanation="Below the energy where Θ₀ = 0 the mean number of minima is exponentially small. For p "
        "= 4 the band of minima between it and the threshold is wider than for p = 3.",
    ),
    right_answers=(ground_state_energy(_ORDER), -1.794, -1.7941),
    misconceptions=(
        Misconception(
            "threshold for the ground state",
            threshold_energy(_ORDER),
            "That is the threshold −E∞. Minima go on below it, down to where Θ₀ = 0.",
        ),
        Misconception(
            "ground state of three spins",
            ground_state_energy(3),
            "That belongs to p = 3.",
        ),
        Misconception(
            "lowest saddle",
            ground_state_energy(_ORDER, 1),
            "There Θ₁ is zero: saddles of index 1 end, minima go on below.",
        ),
        Misconception(
            "price of the edge left out",
            _without_the_price(),
            "You left out I(u), which pays for pushing an eigenvalue out of the semicircle below the "
            "threshold.",
        ),
        Misconception(
            "energy without its sign",
            -ground_state_energy(_ORDER),
            "The size is right; the energy of the lowest point is negative.",
        ),
    ),
)
