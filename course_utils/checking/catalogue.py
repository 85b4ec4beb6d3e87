"""Where the exercises of a course are found, and the table of its misconceptions."""

from __future__ import annotations

import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from course_utils.checking.describe import describe
from course_utils.checking.engine import ID, Exercise


@dataclass(frozen=True)
class MisconceptionRow:
    """A row of the table of misconceptions across the course."""

    exercise_id: str
    exercise_title: str
    name: str
    message: str


@dataclass(frozen=True)
class Catalogue:
    """The exercises of one course: what the modules of a package hold.

    Attributes
    ----------
    package : its dotted name. Its modules ``lessonNN`` and ``homeworkNN`` each hold a tuple ``EXERCISES``.
    """

    package: str

    def exercise(self, id: str) -> Exercise:
        """Return an exercise by its id, importing only the lesson that it belongs to.

        Parameters
        ----------
        id : "01.3" for the third exercise of lesson 1, "hw03.2" for the second task of homework 3.

        Raises
        ------
        ValueError
            If there is no such exercise; the message lists the ids that exist.
        """
        module = _module_of(id) if isinstance(id, str) else None
        if module in _modules(self.package):
            found = {one.id: one for one in _load(self.package, module)}
            if id in found:
                return found[id]
            raise ValueError(f"id must be one of {', '.join(found)}, got {id!r}")
        existing = ", ".join(one.id for one in self.all_exercises())
        raise ValueError(f"id must be a text, one of {existing}; got {describe(id)}")

    def all_exercises(self) -> tuple[Exercise, ...]:
        """Return the exercises of all lessons and homework, in order.

        Raises
        ------
        ValueError
            If two misconceptions of the course share a name.
        """
        found = tuple(one for module in _modules(self.package) for one in _load(self.package, module))
        owner: dict[str, str] = {}
        for one in found:
            for wrong in one.misconceptions:
                if wrong.name in owner:
                    raise ValueError(
                        f"misconception {wrong.name!r} is in both {owner[wrong.name]} and {one.id}"
                    )
                owner[wrong.name] = one.id
        return found

    def misconceptions(self) -> tuple[MisconceptionRow, ...]:
        """Return every misconception of the course with the exercise that catches it."""
        return tuple(
            MisconceptionRow(one.id, one.title, wrong.name, wrong.message)
            for one in self.all_exercises()
            for wrong in one.misconceptions
        )


def _module_of(id: str) -> str | None:
    match = ID.fullmatch(id)
    return f"{'homework' if match[1] else 'lesson'}{match[2]}" if match else None


@cache
def _modules(package: str) -> tuple[str, ...]:
    """Names of the modules of exercises, lessons before homework."""
    names = [module.name for module in pkgutil.iter_modules(import_module(package).__path__)]
    return tuple(
        sorted(
            (n for n in names if re.fullmatch(r"(lesson|homework)\d\d", n)), key=lambda n: (n[0] != "l", n)
        )
    )


@cache
def _load(package: str, module: str) -> tuple[Exercise, ...]:
    """Return the exercises of one module in order, checking that their ids fit it and differ."""
    found: tuple[Exercise, ...] = tuple(import_module(f"{package}.{module}").EXERCISES)
    return validate(module, found)


def validate(module: str, exercises: tuple[Exercise, ...]) -> tuple[Exercise, ...]:
    """Return the exercises if their ids differ and belong to the module, or say what is wrong.

    Raises
    ------
    ValueError
        If an id belongs elsewhere or is used twice.
    """
    seen: set[str] = set()
    for one in exercises:
        if _module_of(one.id) != module:
            raise ValueError(f"{module} must hold its own exercises, got id {one.id!r}")
        if one.id in seen:
            raise ValueError(f"ids in {module} must differ, got {one.id!r} twice")
        seen.add(one.id)
    return exercises
