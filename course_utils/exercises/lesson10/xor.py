"""Exercise 10.3: the reader's own critical points of the XOR network, which also drive a widget."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import describe
from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import named, real_array

Array = NDArray[np.float64]
Place = tuple[Array, Array, Array, float]
Kind = Literal["critical", "one point", "solved", "idle", "blind", "level", "sloping"]

_CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
_TARGETS = np.array([0.0, 1.0, 1.0, 0.0])
_SIZES = (0.4, 1.0, 1.7)
_IN_USE = 1e-3  # smallest weight of a unit in use


def _parameters(answer: Any, t: float) -> Place | Verdict:
    called = call(answer, (t,), ("t",))
    if called.problem is not None:
        return called.problem
    given = called.output
    if not isinstance(given, tuple | list) or len(given) != 4:
        return not_yet(f"Return the four parts `W, b, v, c`; got {describe(given)}.")
    read = []
    for name, part, shape in zip("Wbvc", given, ((2, 2), (2,), (2,), ()), strict=True):
        values, problem = real_array(part, f"`{name}`, real numbers of shape {shape}", len(shape))
        if values is None:
            return not_yet(problem)
        if values.shape != shape:
            return not_yet(f"`{name}` must have shape {shape}; got {values.shape}.")
        read.append(values)
    W, b, v, c = read
    return W, b, v, float(c)


def _gradient(place: Place) -> tuple[Array, Array]:
    """Return the errors (4,) and the gradient (9,) of ½ mean r²."""
    W, b, v, c = place
    a = np.tanh(_CORNERS @ W.T + b)
    r = a @ v + c - _TARGETS
    back = r[:, None] * v * (1 - a**2) / 4
    return r, np.concatenate([(back.T @ _CORNERS).ravel(), back.sum(axis=0), a.T @ r / 4, [r.mean()]])


def _kind(answer: Any) -> Kind | Verdict:
    """Name what a reader's points are."""
    found = [_parameters(answer, t) for t in _SIZES]
    for one in found:
        if isinstance(one, Verdict):
            return one
    places = [one for one in found if not isinstance(one, Verdict)]
    for place in places:
        W, _, v, c = place
        r, gradient = _gradient(place)
        if np.abs(r).max() < 1e-6:
            return "solved"
        if np.abs(v).min() < _IN_USE:
            return "idle"
        if np.abs(W).max(axis=1).min() < _IN_USE:
            return "blind"
        if np.linalg.norm(gradient) > 1e-9 * (1 + np.linalg.norm(v) + abs(c)):
            return "level" if np.ptp(r + _TARGETS) < 1e-9 else "sloping"
    vectors = [np.concatenate([one.ravel() for one in place[:3]]) for place in places]
    same = any(np.allclose(vectors[i], vectors[j], atol=1e-6) for i, j in ((0, 1), (0, 2), (1, 2)))
    return "one point" if same else "critical"


def _doubled(t: float) -> Place:
    return np.array([[t, 0], [2 * t, 0]]), np.zeros(2), np.array([np.tanh(2 * t), -np.tanh(t)]), 0.5


def _biased(t: float) -> Place:
    a = np.tanh(np.array([[t + 0.3, 0.3 - t], [2 * t - 0.5, -0.5 - 2 * t]]))
    v = np.array([a[1, 0] - a[1, 1], a[0, 1] - a[0, 0]])
    return np.array([[t, 0], [2 * t, 0]]), np.array([0.3, -0.5]), v, 0.5 - float(v @ a[:, 0])


def _solved(t: float) -> Place:
    # Sums of the inputs are −2, 0, 0, 2: tanh(s + 1) − tanh(s − 1) is even, and larger in the middle.
    sides, middle = (float(np.tanh(t * (s + 1)) - np.tanh(t * (s - 1))) for s in (2, 0))
    v = 1 / (middle - sides)
    return np.full((2, 2), t), np.array([t, -t]), np.array([v, -v]), -sides * v


PLATEAU = Exercise(
    id="10.3",
    title="A saddle with both units at work",
    data={"corners": _CORNERS, "targets": _TARGETS},
    accepts=named(_kind, "critical", "The gradient at your point is not zero."),
    hints=(
        "Everywhere outside the solutions the answer is ½ at all four corners. So c and the two units have "
        "to add up to ½.",
        "A unit at work at a critical point looks at one input alone, or at none, and both at the same one.",
        "Without biases a unit answers −tanh t and +tanh t. Choose output weights with which the two units "
        "cancel.",
    ),
    model=Solution(
        code="""
def plateau(t):
    W = np.array([[t, 0.0], [2 * t, 0.0]])
    v = np.array([np.tanh(2 * t), -np.tanh(t)])
    return W, np.zeros(2), v, 0.5

exercise("10.3").check(plateau)
""",
        explanation="The units cancel at all four corners, so every error is ±½ and the output weights see "
        "no slope. |φ′| is the same at all corners, so the units see none either. Neither "
        "unit is idle: a saddle in plain work.",
    ),
    right_answers=(
        _doubled,
        lambda t: (np.array([[0, t], [0, t]]), np.zeros(2), np.array([3.0, -3.0]), np.float64(0.5)),
        lambda t: ([[0, -t], [0, t]], [0, 0], (1.5, 1.5), 0.5),
    ),
    misconceptions=(
        Misconception(
            "solution taken for a saddle",
            _solved,
            "That network answers right at all four corners: it is a global minimum. Look for a point with "
            "errors.",
            detect=named(_kind, "solved"),
        ),
        Misconception(
            "unit without outgoing weight at work",
            lambda t: (np.array([[t, 0], [0, t]]), np.zeros(2), np.zeros(2), 0.5),
            "It is critical, but a unit has outgoing weight zero: it is not at work. Both are to have v ≠ 0.",
            detect=named(_kind, "idle"),
        ),
        Misconception(
            "unit without inputs at work",
            lambda t: (np.zeros((2, 2)), np.array([t, -t]), np.ones(2), 0.5),
            "A unit has incoming weights zero and answers a constant. Both are to look at an input.",
            detect=named(_kind, "blind"),
        ),
        Misconception(
            "constant answer taken for critical",
            _biased,
            "It does answer ½ everywhere, yet there is a slope: |φ′| differs from corner to corner. What "
            "makes tanh′ equal at +t and −t?",
            detect=named(_kind, "level"),
        ),
        Misconception(
            "one point for all t",
            lambda t: _doubled(1.0),
            "That is a critical point, and the same one for every t. Let t be a weight.",
            detect=named(_kind, "one point"),
        ),
    ),
)
