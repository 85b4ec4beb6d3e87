"""Task hw07.2: semicircles and spin glasses in other units than those of the lesson."""

from __future__ import annotations

from scipy.optimize import brentq

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.random_landscapes import semicircle_below, threshold_energy

_GIVEN = {"rows": 450, "shift": 7.5, "other_radius": 20.0, "order": 5, "coupling_deviation": 2.0}


def _height_of_a_quarter() -> float:
    """Return z with a quarter of the semicircle on [−2, 2] below it."""
    return float(brentq(lambda z: float(semicircle_below(z)) - 0.25, -2, 0))


_THRESHOLD = 2 * threshold_energy(5)
_TRUTH = {
    "radius": 15.0,  # the variance beside the diagonal is 2/16
    "negative": float(semicircle_below(-1.0)),
    "sum_radius": 25.0,
    "threshold": _THRESHOLD,
    "quarter": -_THRESHOLD / 2 * _height_of_a_quarter(),
}

UNITS = Exercise(
    id="hw07.2",
    title="Somebody else's units",
    data=_GIVEN,
    accepts=parts(**{name: number(value) for name, value in _TRUTH.items()}),
    hints=(
        "An entry of W beside the diagonal is (a + b)/4 with two independent normal numbers. Its variance? "
        "The radius is 2√(N · that).",
        "`negative`: an eigenvalue of W + 7.5·I is negative where that of W is below −7.5, half of the "
        "radius down. `sum_radius`: variances of independent entries add up, not radii.",
        "Doubling every coupling doubles every energy. `quarter`: the semicircle of the lesson has a quarter "
        "of itself below z = −0.808, and α(u) is its part below √(p/(p−1))·u for couplings of deviation 1.",
    ),
    model=Solution(
        code="""
from scipy.optimize import brentq
from course_utils.random_landscapes import predicted_index, semicircle_below, threshold_energy

exercise("hw07.2").check(
    radius=2 * np.sqrt(450 * 2 / 16),
    negative=semicircle_below(2 * -7.5 / 15),
    sum_radius=np.hypot(15, 20),
    threshold=2 * threshold_energy(5),
    quarter=2 * brentq(lambda u: predicted_index(u, 5) - 0.25, -1.7, 0),
)
""",
        explanation="Say the variance before the radius: with another variance every threshold moves. "
        "Energies are proportional to the couplings; the index depends on the energy in units of E∞ alone.",
    ),
    right_answers=(
        _TRUTH,
        {"radius": 15, "negative": 0.1955, "sum_radius": 25, "threshold": -3.5777, "quarter": -1.4453},
    ),
    misconceptions=(
        Misconception(
            "one of two entries forgotten",
            {**_TRUTH, "radius": float(2 * (450 / 16) ** 0.5)},
            "`radius`: an entry of W beside the diagonal is a sum of *two* entries of A, over 4. Variances "
            "of independent numbers add up.",
        ),
        Misconception(
            "the diagonal sets the radius",
            {**_TRUTH, "radius": float(2 * (450 / 4) ** 0.5)},
            "`radius`: you took the variance on the diagonal, where both entries of A are the same one. The "
            "diagonal is a small part of the matrix.",
        ),
        Misconception(
            "semicircle pushed the wrong way",
            {**_TRUTH, "negative": float(semicircle_below(1.0))},
            "`negative`: adding 7.5 to every eigenvalue makes fewer of them negative, not more.",
        ),
        Misconception(
            "eigenvalues spread evenly",
            {**_TRUTH, "negative": 0.25},
            "`negative`: a quarter of the *width* lies below zero. How much of a semicircle is that?",
        ),
        Misconception(
            "radii of a sum added",
            {**_TRUTH, "sum_radius": 35.0},
            "`sum_radius`: the entries are independent, so their variances add up. Radii go like the roots "
            "of variances.",
        ),
        Misconception(
            "couplings taken for standard ones",
            {**_TRUTH, "threshold": _THRESHOLD / 2, "quarter": _TRUTH["quarter"] / 2},
            "`threshold`, `quarter`: that is for couplings of deviation 1. What does doubling every coupling "
            "do to f?",
        ),
        Misconception(
            "index in proportion to the energy",
            {**_TRUTH, "quarter": _THRESHOLD / 2},
            "`quarter`: half way down to the threshold the share is not half of ½. Use the semicircle.",
        ),
    ),
)
