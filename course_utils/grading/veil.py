"""What a submission sees of the homework's exercises while it is graded: their titles and their data.

The exercises themselves hold references, model solutions and right answers. In the kernel that is graded
their modules are not there; packages of the same name take their place, whose checks answer nothing.
"""

from __future__ import annotations

import pickle
import pkgutil
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SOURCE = '''"""The homework's exercises while it is graded: their checks are made elsewhere."""

from pathlib import Path
from pickle import loads

from course_utils.grading.veil import Veiled

EXERCISES = tuple(Veiled(*one) for one in loads(Path(__file__).with_name("data.pickle").read_bytes()))
'''
_HOMEWORK = re.compile(r"homework\d\d")


class Veiled:
    """An exercise of which only the title and the data are known."""

    def __init__(self, id: str, title: str, data: dict[str, Any]) -> None:
        self.id, self.title, self.data = id, title, data
        self.misconceptions = ()

    def check(self, *answer: Any, **parts: Any) -> Any:
        """Say that the check is made elsewhere."""
        from course_utils.checking.feedback import Feedback

        text = "Homework is being graded: checks are made apart from this notebook."
        return Feedback("exercise", f"{self.id} {self.title}", text)

    hint = solution = check


def modules(package: str) -> list[str]:
    """Return the names of the homework's modules in a package of exercises."""
    spec = find_spec(package) if package else None
    places = (spec.submodule_search_locations or []) if spec else []
    return [one.name for one in pkgutil.iter_modules(places) if _HOMEWORK.fullmatch(one.name)]


def shown(module: str) -> bytes:
    """Return what may be known of a module's exercises, pickled."""
    return pickle.dumps([(one.id, one.title, dict(one.data)) for one in import_module(module).EXERCISES])


def write(folder: Path, module: str, data: bytes) -> None:
    """Write the package that takes the place of a module into ``folder``."""
    place = folder / module.rpartition(".")[2]
    place.mkdir()
    (place / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (place / "data.pickle").write_bytes(data)
