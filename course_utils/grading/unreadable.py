"""Where a value that came from a student's kernel holds what cannot be read, or was not written yet."""

from __future__ import annotations

from typing import Any

_MOST = 1_000_000  # places that are looked at


def holds_placeholder(data: Any) -> bool:
    """Whether `answering.describe` met ``...``, alone or in a collection, or a function without a body."""
    if not isinstance(data, list) or not data:
        return False
    if data[0] == "function":
        return data[-1] is True
    inner = data[-1] if data[0] in ("list", "tuple", "dict") and isinstance(data[-1], list) else []
    if data[0] == "dict":
        inner = [pair[-1] for pair in inner if isinstance(pair, list) and pair]
    return data == ["ellipsis"] or ["ellipsis"] in inner


def unreadable(data: Any) -> tuple[str, str] | None:
    """Return the place of the first opaque value in what `encode` made, and what it is; None without one.

    Places are written as in Python: ``[3]``, ``['larger'][0]``, and "" for the whole.
    """
    left = [("", data)]
    for _ in range(_MOST):
        if not left:
            break
        place, here = left.pop()
        if not isinstance(here, list) or not here:
            continue
        kind, *rest = here
        if kind == "opaque":
            return place, str(rest[0]) if rest else ""
        if not rest or not isinstance(rest[-1], list):
            continue
        if kind in ("list", "tuple", "objects"):
            left += [(f"{place}[{i}]", item) for i, item in reversed(list(enumerate(rest[-1])))]
        elif kind in ("set", "frozenset"):
            left += [(place, item) for item in rest[-1]]
        elif kind == "dict":
            pairs = [one for one in rest[-1] if isinstance(one, list) and len(one) == 2]
            left += [(f"{place}[{_key(key)}]", item) for key, item in reversed(pairs)]
    return None


def _key(data: Any) -> str:
    return repr(data) if isinstance(data, str | int) else "…"
