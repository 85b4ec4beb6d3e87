"""Task hw03.2: whether all copies of a tanh network get one form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.feedback import Verdict, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, fault_free, holds, real_array

Array = NDArray[np.float64]
Matrices = tuple[Array, Array, Array]

_SAME = 1e-9


def _generic(seed: int) -> Matrices:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=(2, 4))


def _without_biases(seed: int) -> Matrices:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(5, 2)), np.array([0.4, 0.0, -1.1, 0.0, 0.7]), rng.normal(size=(3, 5))


def examples(seed: int = 321) -> tuple[Matrices, Matrices]:
    """Return a network and one in which some biases are zero."""
    return _generic(seed), _without_biases(seed + 1)


_VISIBLE = examples()


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
        values, problem = real_array(came, f"`{name}` of shape {given.shape}", given.ndim)
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


_MESSAGES = {
    "function": "Your form does not compute the function of the network that it stands for.",
    "order": "Two copies that differ in the order of their units get different forms.",
    "signs": "Two copies that differ in the signs of their units get different forms.",
    "both": "Copies that differ in order and signs get different forms.",
}


def has_one_form(networks: Sequence[Matrices]) -> Predicate:
    """Expect a function that gives all copies of each of these networks one form."""
    return fault_free(lambda answer: _study(answer, networks), _MESSAGES)


# Misconceptions --------------------------------------------------------------------------------


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


DETECTORS = {
    "order settled and signs left": holds(lambda answer: faults(answer, _VISIBLE[:1]) == {"signs", "both"}),
    "signs settled and order left": holds(lambda answer: faults(answer, _VISIBLE) == {"order", "both"}),
    "sign read off a zero": holds(
        lambda answer: not faults(answer, _VISIBLE[:1]) and faults(answer, _VISIBLE[1:]) == {"signs", "both"}
    ),
    "columns sorted one by one": holds(_tears_units_apart),
    "sizes without signs": holds(_all_positive),
    "readers of a unit forgotten": holds(_keeps_outgoing),
}
