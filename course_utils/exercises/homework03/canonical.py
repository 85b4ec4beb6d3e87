"""Task hw03.2: one form for all copies of a tanh network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, checker, real_array

Array = NDArray[np.float64]
Matrices = tuple[Array, Array, Array]

_SAME = 1e-9


def _generic() -> Matrices:
    rng = np.random.default_rng(321)
    return rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=(2, 4))


def _without_biases() -> Matrices:
    rng = np.random.default_rng(322)
    return rng.normal(size=(5, 2)), np.array([0.4, 0.0, -1.1, 0.0, 0.7]), rng.normal(size=(3, 5))


_VISIBLE = (_generic(), _without_biases())


def _copies(network: Matrices) -> dict[str, list[Matrices]]:
    """Return copies in another order, with other signs, and with both."""
    rng = np.random.default_rng(323)
    W, b, V = network
    found: dict[str, list[Matrices]] = {"order": [], "signs": [], "both": []}
    for _ in range(4):
        order, signs = rng.permutation(b.size), rng.choice([-1.0, 1.0], b.size)
        found["order"].append((W[order], b[order], V[:, order]))
        found["signs"].append((signs[:, None] * W, signs * b, signs * V))
        found["both"].append((signs[:, None] * W[order], signs * b[order], signs * V[:, order]))
    return found


def _form(answer: Any, network: Matrices) -> Matrices | Verdict:
    """Return the reader's form of a network, or say why there is none."""
    called = call(answer, network, ("W", "b", "V"))
    if called.problem is not None:
        return called.problem
    if called.changed_input:
        return not_yet("Your function changes the arrays that it is given. Compute new ones.")
    if not isinstance(called.output, (tuple, list)) or len(called.output) != 3:
        return not_yet("Your function has to return three arrays, `W, b, V`.")
    arrays = []
    for name, came, given in zip(("W", "b", "V"), called.output, network, strict=True):
        values, problem = real_array(came, f"`{name}` of shape {given.shape}")
        if values is None:
            return not_yet(problem)
        if values.shape != given.shape:
            return not_yet(f"`{name}` came back with shape {values.shape} in place of {given.shape}.")
        arrays.append(values)
    return arrays[0], arrays[1], arrays[2]


def _outputs(network: Matrices) -> Array:
    W, b, V = network
    probes = np.random.default_rng(324).normal(scale=2.0, size=(50, W.shape[1]))
    computed: Array = np.tanh(probes @ W.T + b) @ V.T
    return computed


def _equal(a: Matrices, b: Matrices) -> bool:
    return all(np.abs(x - y).max() <= _SAME for x, y in zip(a, b, strict=True))


def _study(answer: Any, networks: Sequence[Matrices]) -> frozenset[str] | Verdict:
    """Return what is wrong with a canonical form: "function", "order", "signs", "both"."""
    found = set()
    for network in networks:
        form = _form(answer, network)
        if isinstance(form, Verdict):
            return form
        if np.abs(_outputs(form) - _outputs(network)).max() > _SAME:
            found.add("function")
        for change, copies in _copies(network).items():
            for copy in copies:
                other = _form(answer, copy)
                if isinstance(other, Verdict):
                    return other
                if not _equal(form, other):
                    found.add(change)
    return frozenset(found)


def faults(answer: Any, networks: Sequence[Matrices]) -> frozenset[str]:
    """Return what is wrong with a canonical form on these networks ``(W, b, V)``; nothing if it is right.

    "function": it computes another function. "order", "signs", "both": copies that differ so get different
    forms. "unusable": it raises, or returns no three arrays of the right shapes.
    """
    found = _study(answer, networks)
    return frozenset({"unusable"}) if isinstance(found, Verdict) else found


def _check(answer: Any) -> Verdict:
    found = _study(answer, _VISIBLE)
    if isinstance(found, Verdict):
        return found
    if "function" in found:
        return not_yet("Your form does not compute the function of the network that it stands for.")
    if "order" in found:
        return not_yet("Two copies that differ in the order of their units get different forms.")
    if "signs" in found:
        return not_yet("Two copies that differ in the signs of their units get different forms.")
    return not_yet("Copies that differ in order and signs get different forms.") if found else correct()


def _has(condition: Callable[[Any], bool]) -> Predicate:
    return checker(lambda answer: correct() if condition(answer) else not_yet(""))


def _keeps_outgoing(answer: Any) -> bool:
    forms = [_form(answer, network) for network in _VISIBLE]
    return all(
        not isinstance(form, Verdict) and np.array_equal(abs(form[2]), abs(network[2]))
        for form, network in zip(forms, _VISIBLE, strict=True)
    ) and "function" in faults(answer, _VISIBLE)


def _tears_units_apart(answer: Any) -> bool:
    """Whether rows of the form hold numbers of several units."""
    form = _form(answer, _VISIBLE[0])
    if isinstance(form, Verdict):
        return False
    rows, units = abs(form[0]), abs(_VISIBLE[0][0])
    same_numbers = np.allclose(np.sort(rows, axis=0), np.sort(units, axis=0))
    return same_numbers and not (np.abs(rows[:, None] - units).max(axis=-1) < _SAME).any(axis=1).all()


def _all_positive(answer: Any) -> bool:
    form = _form(answer, _VISIBLE[0])
    return not isinstance(form, Verdict) and all(bool((part >= 0).all()) for part in form)


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
    accepts=checker(_check),
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
            detect=_has(lambda answer: faults(answer, _VISIBLE[:1]) == {"signs", "both"}),
        ),
        Misconception(
            "signs settled and order left",
            _signs_alone,
            "Your form does not depend on the signs of the units, but on their order.",
            detect=_has(lambda answer: faults(answer, _VISIBLE) == {"order", "both"}),
        ),
        Misconception(
            "sign read off a zero",
            _sign_of_the_bias,
            "For most networks your form is right. In the second test network some biases are exactly zero: "
            "which sign do those units get?",
            detect=_has(
                lambda answer: (
                    not faults(answer, _VISIBLE[:1]) and faults(answer, _VISIBLE[1:]) == {"signs", "both"}
                )
            ),
        ),
        Misconception(
            "columns sorted one by one",
            _columns_one_by_one,
            "The rows of your W mix numbers of several units. A unit has to move as a whole.",
            detect=_has(_tears_units_apart),
        ),
        Misconception(
            "sizes without signs",
            _absolute_values,
            "All your numbers are positive. A flip changes all signs of a unit together; it does not make "
            "them equal.",
            detect=_has(_all_positive),
        ),
        Misconception(
            "readers of a unit forgotten",
            _outgoing_left,
            "W and b are in a new order, V is in the old one: the next layer hears another unit.",
            detect=_has(_keeps_outgoing),
        ),
    ),
)
