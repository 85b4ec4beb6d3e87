"""Look whether everything is there that the course needs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import metadata

from course_utils import datasets

DISTRIBUTION = "nonconvex"
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(.*?)(;.*)?$")
_BOUND = re.compile(r"(>=|<)\s*([0-9]+(?:\.[0-9]+)*)")


@dataclass(frozen=True)
class Item:
    """One thing that was looked at: its name, its version and what is wrong ("" if nothing)."""

    name: str
    version: str
    problem: str


@dataclass(frozen=True)
class Installation:
    """The result of `check_installation`: shows a line an item, and what to do about what is wrong."""

    items: tuple[Item, ...]
    versions: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is wrong."""
        return not any(item.problem for item in self.items)

    def __repr__(self) -> str:
        lines = []
        for item in self.items:
            version = f" {item.version}" if self.versions and item.version else ""
            lines.append(
                f"✗ {item.name}{version}: {item.problem}" if item.problem else f"✓ {item.name}{version}"
            )
        lines.append(
            "Everything is in place." if self.complete else "Mend what is marked ✗, then run this again."
        )
        return "\n".join(lines)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])


def _version_problem(version: str, wanted: str) -> str:
    for sign, limit in _BOUND.findall(wanted):
        below = _numbers(version) < _numbers(limit)
        if below if sign == ">=" else not below:
            return (
                f"version {version} was found, {wanted} is needed: install the course again (README, Start)"
            )
    return ""


def _package(name: str, wanted: str) -> Item:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Item(name, "", "not installed: install the course again (README, Start)")
    return Item(name, version, _version_problem(version, wanted))


def check_installation(*, versions: bool = False) -> Installation:
    """Return whether Python, the packages and the data files are as the course needs them.

    Parameters
    ----------
    versions : show version numbers, as a report of a fault should.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    try:
        course = metadata.metadata(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        missing = "not installed: run `make lab`, or the pip lines of the README, in the folder of the course"
        return Installation((Item("the course", "", missing),), versions)
    items = [Item("Python", python, _version_problem(python, course["Requires-Python"] or ""))]
    for requirement in metadata.requires(DISTRIBUTION) or []:
        match = _REQUIREMENT.match(requirement)
        if match and "extra" not in (match[3] or ""):
            items.append(_package(match[1], match[2]))
    readers: dict[str, Callable[[], object]] = {
        name: partial(datasets.load, name) for name in datasets.IMAGES
    }
    for name, read in (readers | {"text": datasets.load_text}).items():
        items.append(_data(name, read))
    return Installation(tuple(items), versions)


def _data(name: str, read: Callable[[], object]) -> Item:
    try:
        read()
    except (OSError, ValueError) as error:
        return Item(f"data: {name}", "", str(error))
    return Item(f"data: {name}", "", "")
