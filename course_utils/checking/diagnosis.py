"""How a wrong function's values relate to the right ones: a sign, a factor, a power, an argument left out.

A counterexample says that a function is wrong; a relation that holds on every input says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import format_number

Array = NDArray[np.float64]
Function = Callable[..., Any]

_RTOL = 1e-6
_CLOSE = 1e-3  # of the largest entry
_DECIMALS = 7  # values rounded to fewer are recognised


def relation(pairs: Sequence[tuple[Array, Array]]) -> str:
    """Say in one sentence how the values that came relate to the right ones, "" if no relation is known.

    Parameters
    ----------
    pairs : for each input what came and what is right, two real arrays of one shape.
    """
    if len(pairs) < 2 or all(_near(came, right) for came, right in pairs):
        return ""
    if all(_is_rounded(came, right) for came, right in pairs):
        return "The values are right but rounded: keep all digits."
    if is_close(pairs):
        return ""
    for holds, sentence in _RELATIONS:
        if all(holds(came, right) for came, right in pairs):
            return sentence
    first = pairs[0][0]
    if all(came.shape == first.shape and _near(came, first) for came, _ in pairs):
        return "It returns the same for every input."
    factors = [_factor(came, right) for came, right in pairs if right.any()]
    known = np.array([factor for factor in factors if factor is not None])
    if known.size == len(factors) and all(_near(came, right) for came, right in pairs if not right.any()):
        if _near(known, np.full(known.size, known[0])):
            return f"Every value is {format_number(known[0])} times the right one."
        if all(right.ndim == 1 < right.size for _, right in pairs):
            sign = " up to its sign" if known.min() < 0 else ""
            return f"The direction is right{sign}, the length is not."
    offsets = np.concatenate([(came - right).ravel() for came, right in pairs])
    if abs(offsets[0]) > _RTOL and _near(offsets, np.full(offsets.size, offsets[0])):
        way = "large" if offsets[0] > 0 else "small"
        return f"Every value is too {way} by {format_number(abs(offsets[0]))}."
    if all(right.min() >= 0 for _, right in pairs) and any(came.min() < 0 for came, _ in pairs):
        return "The right values are never negative; some of yours are."
    if all(_symmetric(right) for _, right in pairs) and not all(_symmetric(came) for came, _ in pairs):
        return "The right matrix is symmetric; yours is not."
    return ""


def is_close(pairs: Sequence[tuple[Array, Array]]) -> bool:
    """Whether all values are off by so little that a step or a tolerance may be to blame, not a formula."""
    return all(_near(came, right, _CLOSE) for came, right in pairs)


def extent(
    pairs: Sequence[tuple[Array, Array]], inputs: Sequence[tuple[Any, ...]], names: Sequence[str]
) -> str:
    """Say in one sentence on which inputs alone a function is right, "" if no argument decides.

    Parameters
    ----------
    pairs : as in `relation`.
    inputs : the tuples of arguments that led to them.
    names : the names of the arguments.
    """
    right = [_near(came, target) for came, target in pairs]
    if all(right) or not any(right):
        return ""
    for i, name in enumerate(names):
        what, sizes = _measured([given[i] for given in inputs])
        inside = [size for size, ok in zip(sizes, right, strict=True) if ok]
        outside = [size for size, ok in zip(sizes, right, strict=True) if not ok]
        if min(len(inside), len(outside)) < 2:
            break  # one of a kind may be right by chance
        if max(inside) < min(outside):
            return (
                f"It is right where {what.format(name)} is at most {format_number(max(inside))}, not beyond."
            )
        if min(inside) > max(outside):
            return (
                f"It is right where {what.format(name)} is at least {format_number(min(inside))}, not below."
            )
    if right[0] and not any(right[1:]):
        return "It is right for the first example alone."
    return ""


def effect(
    answer: Function, reference: Function, inputs: Sequence[tuple[Any, ...]], names: Sequence[str]
) -> str:
    """Say in one sentence which argument has another effect than on the reference, "" if none is found.

    Each argument that is a number or an array is changed: scaled entry by entry, doubled, turned to its
    negative, shifted by one, reversed. The values before and after are compared: they may stay, grow by a
    power of two, change sign.
    Where a function raises or returns other things than real numbers nothing is said.

    Parameters
    ----------
    answer, reference : functions that leave their arguments as they are.
    inputs : tuples of arguments.
    names : the names of the arguments.
    """
    for i, name in enumerate(names):
        usable = [given for given in inputs if _is_float(given[i])]
        for change, observe in _EXPERIMENTS:
            changes = [(given, (*given[:i], change(given[i]), *given[i + 1 :])) for given in usable]
            found = [
                tuple(_seen(function, observe, *both) for function in (answer, reference)) for both in changes
            ]
            known = [both for both in found if None not in both]
            if len(known) > 1 and len(set(known)) == 1:  # one of a kind may be so by chance
                mine, right = known[0]
                if observe is _dependence and not mine and not _is_ignored(answer, i, usable):
                    continue  # a sign or a direction of it has an effect
                if mine != right and (said := _SAID[observe].get(right)):
                    return said.format(name=name, mine=_SAID_OF_YOURS.get(mine, "does not"))
    return ""


def _is_ignored(answer: Function, i: int, inputs: Sequence[tuple[Any, ...]]) -> bool:
    """Whether none of the changes of argument ``i`` changes what a function returns."""
    return not any(
        _seen(answer, _dependence, given, (*given[:i], change(given[i]), *given[i + 1 :]))
        for given in inputs
        for change, _ in _EXPERIMENTS
    )


def _measured(values: Sequence[Any]) -> tuple[str, list[float]]:
    """Return what is measured of an argument, a number or the length of an array or list, and its sizes."""
    if all(isinstance(value, bool | int | float) for value in values):
        return "`{}`", [float(value) for value in values]
    if all(isinstance(value, list | np.ndarray) for value in values):
        return "the length of `{}`", [float(len(value)) for value in values]
    return "", [0.0] * len(values)


def _near(came: Array, right: Array, rtol: float = _RTOL) -> bool:
    return bool((np.abs(came - right) <= rtol * np.abs(right).max(initial=0.0)).all())


def _symmetric(matrix: Array) -> bool:
    return matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and _near(matrix, matrix.T)


def _factor(came: Array, right: Array) -> float | None:
    """Return c if what came is c times the right value and neither is zero."""
    factor = float((came * right).sum() / (right**2).sum())
    return factor if factor and _near(came, factor * right) else None


# Relations of one value to the right one, the more special first ------------------------------------


def _is_one_over(came: Array, right: Array) -> bool:
    return bool(right.all()) and _near(came, 1 / right)


def _is_transpose(came: Array, right: Array) -> bool:
    return right.ndim == 2 and right.shape[0] == right.shape[1] and _near(came.T, right)


def _is_reversed(came: Array, right: Array) -> bool:
    return right.size > 1 and _near(np.flip(came), right)


def _is_permuted(came: Array, right: Array) -> bool:
    return right.size > 1 and _near(np.sort(came, axis=None), np.sort(right, axis=None))


def _is_wrong_at_the_end(came: Array, right: Array) -> bool:
    return right.size > 1 and not _near(came, right) and _near(came.ravel()[:-1], right.ravel()[:-1])


def _is_rounded(came: Array, right: Array) -> bool:
    return any(_near(came, np.round(right, decimals)) for decimals in range(_DECIMALS))


_RELATIONS: tuple[tuple[Callable[[Array, Array], bool], str], ...] = (
    (lambda came, right: not came.any(), "It returns zero for every input."),
    (lambda came, right: _near(came, -right), "Every value has the wrong sign."),
    (lambda came, right: _near(came, abs(right)), "The sizes are right, but the signs are lost."),
    (lambda came, right: _near(abs(came), abs(right)), "The sizes are right; some signs are wrong."),
    (_is_one_over, "Every value is one over the right one."),
    (lambda came, right: _near(came, right**2), "Every value is the square of the right one."),
    (lambda came, right: _near(came, np.sqrt(abs(right))), "Every value is the root of the right one."),
    (_is_transpose, "Every matrix is the transpose of the right one."),
    (_is_reversed, "The entries are right, but in the reverse order."),
    (_is_permuted, "The entries are right, but not in their places."),
    (_is_wrong_at_the_end, "Everything is right but the last entry."),
)

# What changing one argument does to the value --------------------------------------------------------


def _dependence(after: Array, before: Array) -> Hashable:
    return not _near(after, before)


def _unevenly_scaled(value: Any) -> Any:
    """Return an argument that has grown more towards its end, where order, direction and place change, too.

    Symmetric matrices stay so, and positive definite ones.
    """
    scaled = 1.5 * value
    for axis, size in enumerate(np.shape(value)):
        scaled = scaled * np.linspace(1.0, 2.0, size).reshape([-1] + [1] * (np.ndim(value) - axis - 1))
    return scaled


def _power(after: Array, before: Array) -> Hashable:
    """Return p where the values were multiplied by 2ᵖ, -2 < p < 4."""
    factor = _factor(after, before) or 0.0
    p = round(float(np.log2(factor))) if factor > 0 else 9
    return p if p in range(-1, 4) and _near(after, 2.0**p * before) else "another"


def _parity(after: Array, before: Array) -> Hashable:
    return "even" if _near(after, before) else "odd" if _near(after, -before) else "another"


def _shift(after: Array, before: Array) -> Hashable:
    return "even" if _near(after, before) else "another"


def _order(after: Array, before: Array) -> Hashable:
    if before.size < 2:
        return "even" if _near(after, before) else "another"
    return "turned" if _near(after, before[::-1]) else "another"


_EXPERIMENTS: tuple[tuple[Callable[[Any], Any], Callable[[Array, Array], Hashable]], ...] = (
    (_unevenly_scaled, _dependence),
    (lambda value: 2 * value, _power),
    (lambda value: -value, _parity),
    (lambda value: value + 1, _shift),
    (lambda value: value[::-1] if np.ndim(value) == 1 else value, _order),
)
_DOUBLED = "When `{name}` doubles, the right result "
_REVERSED = "When the entries of `{name}` come in reverse order, "
_TURNED = "When `{name}` changes its sign, the right result "
_SAID: dict[Callable[[Array, Array], Hashable], dict[Any, str]] = {
    _dependence: {True: "`{name}` has no effect on your result."},
    _power: {
        0: _DOUBLED + "stays the same; yours {mine}.",
        1: _DOUBLED + "doubles; yours {mine}.",
        2: _DOUBLED + "grows fourfold; yours {mine}.",
        3: _DOUBLED + "grows eightfold; yours {mine}.",
        -1: _DOUBLED + "halves; yours {mine}.",
    },
    _shift: {"even": "When 1 is added to `{name}`, the right result stays the same; yours does not."},
    _order: {
        "even": _REVERSED + "the right result stays the same; yours does not.",
        "turned": _REVERSED + "those of the right result do so too; yours do not.",
    },
    _parity: {
        "even": _TURNED + "keeps its own; yours {mine}.",
        "odd": _TURNED + "changes its own; yours {mine}.",
    },
}
_SAID_OF_YOURS: dict[Any, str] = {
    0: "stays the same",
    1: "doubles",
    2: "grows fourfold",
    3: "grows eightfold",
    -1: "halves",
    "even": "keeps it",
    "odd": "changes it",
}


def _is_float(value: Any) -> bool:
    return type(value) is float or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def _seen(
    function: Function,
    observe: Callable[[Array, Array], Hashable],
    given: tuple[Any, ...],
    changed: tuple[Any, ...],
) -> Hashable:
    """Return what is observed when arguments change, None where that cannot be said."""
    try:
        after, before = (np.asarray(function(*arguments)) for arguments in (changed, given))
    except Exception:  # a reader's function may raise anything
        return None
    if after.shape != before.shape or not {after.dtype.kind, before.dtype.kind} <= set("iuf"):
        return None
    if not (before.any() and np.isfinite(after).all() and np.isfinite(before).all()):
        return None
    return observe(after.astype(np.float64), before.astype(np.float64))
