"""Task hw03.2: one form for all copies of a tanh network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.exercises.homework03.forms import DETECTORS, Array, Matrices, examples, has_one_form

# Right answers ---------------------------------------------------------------------------------


def canonical_form(W: Array, b: Array, V: Array) -> Matrices:
    """Make the first number of a unit that is not zero positive, then sort the units."""
    units = np.column_stack([W, b, V.T])
    for unit in units:
        first = unit[unit != 0][:1]
        unit *= np.sign(first) if first.size else 1.0
    units = units[np.lexsort(units.T[::-1])]
    d = W.shape[1]
    return units[:, :d], units[:, d], units[:, d + 1 :].T


def _by_lists(W: Array, b: Array, V: Array) -> list[Array]:
    """Take the larger of a unit and its negative in the order of lists, and sort the lists."""
    units = [[*w, bias, *v] for w, bias, v in zip(W, b, V.T, strict=True)]
    rows = np.array(sorted(max(unit, [-z for z in unit]) for unit in units))
    d = W.shape[1]
    return [rows[:, :d], rows[:, d], rows[:, d + 1 :].T]


# Misconceptions --------------------------------------------------------------------------------


def _in_order(W: Array, b: Array, V: Array, order: NDArray[np.intp]) -> Matrices:
    return W[order], b[order], V[:, order]


def _order_alone(W: Array, b: Array, V: Array) -> Matrices:
    return _in_order(W, b, V, np.argsort(np.linalg.norm(W, axis=1)))


def _signs_alone(W: Array, b: Array, V: Array) -> Matrices:
    signs = np.where(W[:, 0] < 0, -1.0, 1.0)
    return signs[:, None] * W, signs * b, signs * V


def _sign_of_the_bias(W: Array, b: Array, V: Array) -> Matrices:
    signs = np.where(b < 0, -1.0, 1.0)
    return _order_alone(signs[:, None] * W, signs * b, signs * V)


def _outgoing_left(W: Array, b: Array, V: Array) -> Matrices:
    W, b, _ = canonical_form(W, b, V)
    return W, b, V


def _columns_one_by_one(W: Array, b: Array, V: Array) -> Matrices:
    W, b, V = _signs_alone(W, b, V)
    return np.sort(W, axis=0), np.sort(b), np.sort(V, axis=1)


def _absolute_values(W: Array, b: Array, V: Array) -> Matrices:
    return _order_alone(abs(W), abs(b), abs(V))


CANONICAL_FORM = Exercise(
    id="hw03.2",
    title="One form for all copies",
    accepts=has_one_form(examples()),
    hints=(
        "Put all that belongs to a unit into one row: its weights in, its bias, its weights out. Symmetry "
        "then sorts rows, and flips whole rows.",
        "Decide the sign of a row first, by a rule that gives a row and its negative the same result. "
        "Which number can it look at if some are zero?",
        "Make the first number of each row that is not zero positive, then sort the rows like words: "
        "`np.lexsort(rows.T[::-1])`.",
    ),
    model=Solution(
        code="""
def canonical_form(W, b, V):
    units = np.column_stack([W, b, V.T])
    for unit in units:
        first = unit[unit != 0][:1]
        unit *= np.sign(first) if first.size else 1.0
    units = units[np.lexsort(units.T[::-1])]
    d = W.shape[1]
    return units[:, :d], units[:, d], units[:, d + 1 :].T

exercise("hw03.2").check(canonical_form)
""",
        explanation="A rule for the sign of a unit, then a rule for the order, and both look at the unit as "
        "a whole: then all 2ᵏ k! copies have one form, and two networks can be compared.",
    ),
    right_answers=(canonical_form, _by_lists),
    misconceptions=(
        Misconception(
            "order settled and signs left",
            _order_alone,
            "Your form does not depend on the order of the units, but on their signs: −v tanh(−w·z − b) is "
            "the same unit.",
            detect=DETECTORS["order settled and signs left"],
        ),
        Misconception(
            "signs settled and order left",
            _signs_alone,
            "Your form does not depend on the signs of the units, but on their order.",
            detect=DETECTORS["signs settled and order left"],
        ),
        Misconception(
            "sign read off a zero",
            _sign_of_the_bias,
            "For most networks your form is right. In the second test network some biases are exactly zero: "
            "which sign do those units get?",
            detect=DETECTORS["sign read off a zero"],
        ),
        Misconception(
            "columns sorted one by one",
            _columns_one_by_one,
            "The rows of your W mix numbers of several units. A unit has to move as a whole.",
            detect=DETECTORS["columns sorted one by one"],
        ),
        Misconception(
            "sizes without signs",
            _absolute_values,
            "All your numbers are positive. A flip changes all signs of a unit together; it does not make "
            "them equal.",
            detect=DETECTORS["sizes without signs"],
        ),
        Misconception(
            "readers of a unit forgotten",
            _outgoing_left,
            "W and b are in a new order, V is in the old one: the next layer hears another unit.",
            detect=DETECTORS["readers of a unit forgotten"],
        ),
    ),
)

FRESH = has_one_form(examples(9321))
