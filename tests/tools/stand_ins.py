"""Functions that only look right, and whether a function is right after all.

`stand_ins` know the shown example by heart, leave an argument out or overwrite what they are given.
`equivalent` compares a function with the right one on inputs that are drawn independently of any test.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Function = Callable[..., Any]


def stand_ins(reference: Function, shown: tuple[Any, ...]) -> list[tuple[str, Function]]:
    """Return functions that only look right, each with what it does.

    Parameters
    ----------
    reference : the right function.
    shown : arguments of the example that every reader has seen.
    """
    example = reference(*copy.deepcopy(shown))

    def overwrites(*given: Any) -> Any:
        value = reference(*copy.deepcopy(given))
        _zero(given)
        return value

    def wipes(*given: Any) -> Any:
        value = _map(np.zeros_like, reference(*copy.deepcopy(given)))
        _zero(given)
        return value

    def only_there(*given: Any) -> Any:
        return example if alike(given, shown) else _map(np.zeros_like, reference(*given))

    found: list[tuple[str, Function]] = [
        ("always the value of the shown example", lambda *given: copy.deepcopy(example)),
        ("right for the shown example, zero elsewhere", only_there),
        ("right, and overwrites its inputs with zeros", overwrites),
        ("overwrites its inputs with zeros and returns zeros", wipes),
        ("rounds its inputs to integers", lambda *given: reference(*_map(_rounded, given))),
        ("right, but for its last entry", lambda *given: _map(_last_lost, reference(*given))),
    ]
    for i, value in enumerate(shown):
        if callable(value):
            continue
        found.append((f"keeps argument {i} as it was shown", _with(reference, i, lambda _, v=value: v)))
        if type(value) is float:
            for factor in (1e-4, 1e-2, 1e2, 1e4):
                fixed = factor * value
                found.append((f"takes {fixed:g} for argument {i}", _with(reference, i, lambda _, v=fixed: v)))
        if np.ndim(value) >= 2:
            found.append((f"transposes argument {i}", _with(reference, i, lambda v: np.swapaxes(v, -1, -2))))
            found.append((f"sees the diagonal of argument {i} alone", _with(reference, i, _diagonal)))
            found.append((f"sees one triangle of argument {i} alone", _with(reference, i, np.tril)))
        if np.ndim(value) >= 1:
            found.append((f"reads argument {i} backwards", _with(reference, i, lambda v: v[::-1])))
    return found


def alike(first: Any, second: Any, rtol: float = 1e-6) -> bool:
    """Whether two values agree: arrays and numbers to ``rtol`` of the largest, tuples entry by entry."""
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and all(
            alike(a, b, rtol) for a, b in zip(first, second, strict=True)
        )
    try:
        a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    except (TypeError, ValueError):
        return bool(first == second)
    scale = float(np.abs(b).max(initial=0.0))
    return a.shape == b.shape and bool((np.abs(a - b) <= rtol * scale).all())


def equivalent(
    function: Function,
    reference: Function,
    inputs: Iterable[tuple[Any, ...]],
    agree: Callable[[Any, Any], bool] | None = None,
) -> bool:
    """Whether a function agrees with the reference on all inputs and leaves them as they were.

    Parameters
    ----------
    agree : called with both values; None asks whether they are `alike`, to six digits of the largest entry.
    """
    agree = agree or alike
    for given in inputs:
        mine, theirs = copy.deepcopy(given), copy.deepcopy(given)
        try:
            value = function(*mine)
        except Exception:
            return False
        kept = all(_same(a, b) for a, b in zip(mine, given, strict=True))
        if not (kept and agree(value, reference(*theirs))):
            return False
    return True


def _same(after: Any, before: Any) -> bool:
    """Whether data is what it was; of functions and objectives nothing is asked."""
    if isinstance(before, np.ndarray):
        return np.array_equal(after, before, equal_nan=before.dtype.kind == "f")
    if isinstance(before, list | tuple):
        return len(after) == len(before) and all(map(_same, after, before))
    return True


def _map(change: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_map(change, part) for part in value)
    return value if callable(value) or isinstance(value, str) else change(value)


def _zero(given: tuple[Any, ...] | list[Any]) -> None:
    for value in given:
        if isinstance(value, np.ndarray):
            value[...] = 0
        elif isinstance(value, list | tuple):
            _zero(value)


def _rounded(value: Any) -> Any:
    return np.rint(value) if isinstance(value, np.ndarray) or type(value) is float else value


def _last_lost(value: Any) -> Any:
    changed = np.array(value, dtype=float)
    changed.reshape(-1)[-1:] += 1.0
    return changed if changed.ndim else float(changed)


def _diagonal(value: Any) -> Any:
    return value * np.eye(value.shape[-2], value.shape[-1])


def _with(reference: Function, position: int, change: Callable[[Any], Any]) -> Function:
    """Return the reference with one argument changed before the call."""

    def changed(*given: Any) -> Any:
        return reference(*given[:position], change(given[position]), *given[position + 1 :])

    return changed
