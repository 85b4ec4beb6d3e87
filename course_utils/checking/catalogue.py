"""Where the exercises of a course are found, and the table of its misconceptions."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.checking.describe import describe
from course_utils.checking.engine import ID, Exercise
from course_utils.checking.progress import Progress
from course_utils.checking.released import RELEASED, titles

if TYPE_CHECKING:
    from course_utils.checking.prediction import Prediction


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
    progress : where what the reader solves and predicts is remembered; None remembers nothing.
    """

    package: str
    progress: Progress | None = None

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
                return replace(found[id], when_solved=self.progress.solved) if self.progress else found[id]
            raise ValueError(f"id must be one of {', '.join(found)}, got {id!r}")
        existing = ", ".join(one.id for one in self.all_exercises())
        raise ValueError(f"id must be a text, one of {existing}; got {describe(id)}")

    def predict(
        self, question: str, options: Sequence[str], *, truth: str, reveal: str, id: str
    ) -> Prediction:
        """Return a card that asks for a prediction, see `predict`, and remembers it."""
        from course_utils.checking.prediction import predict  # here, for what the import of ipywidgets costs

        remember = self.progress.predicted if self.progress else None
        return predict(question, options, truth=truth, reveal=reveal, id=id, when_chosen=remember)

    def contents(self) -> dict[str, str]:
        """Return id → title of every exercise, read from the sources: nothing is imported for it."""
        found: dict[str, str] = {}
        for folder in map(Path, import_module(self.package).__path__):
            for name in _modules(self.package):
                room = folder / name
                for file in sorted(room.rglob("*.py")) if room.is_dir() else [room.with_suffix(".py")]:
                    found |= _titles(file)
                if (room / RELEASED).exists():
                    found |= titles(room / RELEASED)
        order = {name: k for k, name in enumerate(_modules(self.package))}
        return dict(sorted(found.items(), key=lambda one: (order[str(_module_of(one[0]))], _number(one[0]))))

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


def _titles(file: Path) -> dict[str, str]:
    """Return id → title of the exercises that a file writes down."""
    found = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Exercise":
            words = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
            found[str(words["id"])] = str(words["title"])
    return found


def _number(id: str) -> int:
    return int(id.rpartition(".")[2])


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
