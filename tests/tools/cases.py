"""Cases of a test: those that every run tries, and those left to `make test-thorough`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest


def first_of_each(
    cases: Iterable[Any], kind: Callable[[Any], Hashable], name: Callable[[Any], str] = str
) -> list[Any]:
    """Return ``cases`` as parameters called by ``name``; all but the first of each ``kind`` are thorough."""
    cases = list(cases)
    first = {kind(case): k for k, case in reversed(list(enumerate(cases)))}
    return [
        pytest.param(case, id=name(case), marks=[pytest.mark.thorough] * (first[kind(case)] != k))
        for k, case in enumerate(cases)
    ]
