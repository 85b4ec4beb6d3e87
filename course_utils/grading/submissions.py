"""What was handed in, found in a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_NOTEBOOK = re.compile(r"(?:(?P<student>.+?)__)?(?P<assignment>hw\d\d)\.ipynb", re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """One student's notebook for one assignment; ``file`` is None if there is none to grade."""

    student: str
    assignment: str
    file: Path | None
    remark: str = ""

    @property
    def id(self) -> str:
        """The student's name in nbgrader and in file names."""
        return re.sub(r"[^\w.@-]", "_", self.student).strip(".") or "_"


def find(folder: Path, assignments: list[str]) -> list[Submission]:
    """Return a submission for every student and every assignment that anybody handed in.

    Accepted are ``student/hw03.ipynb``, also deeper, as in nbgrader's ``student/hw03/hw03.ipynb``, and
    ``student__hw03.ipynb`` or ``hw03.ipynb`` (the student is called like the folder) in ``folder`` itself.

    Raises
    ------
    ValueError
        If there is no such folder, or no notebook of the homework in it.
    """
    if not folder.is_dir():
        raise ValueError(f"DIR must be a folder of submissions, got {str(folder)!r}")
    files: dict[tuple[str, str], list[Path]] = {}
    students: set[str] = {path.name for path in folder.iterdir() if _is_student(path)}
    for path in sorted(folder.rglob("*.ipynb")):
        inside = path.relative_to(folder).parts
        match = _NOTEBOOK.fullmatch(path.name)
        if match is None or not path.is_file() or any(part.startswith(".") for part in inside):
            continue
        student = inside[0] if len(inside) > 1 else match["student"] or folder.resolve().name
        assignment = match["assignment"].lower()
        if assignment in assignments:
            students.add(student)
            files.setdefault((student, assignment), []).append(path)
    if not files:
        raise ValueError(f"no {', '.join(f'{one}.ipynb' for one in assignments)} in {str(folder)!r}")
    handed_in = sorted({assignment for _, assignment in files})
    return _distinct(
        [
            _one(student, assignment, files.get((student, assignment), []))
            for student in sorted(students)
            for assignment in handed_in
        ]
    )


def _is_student(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "__"))


def _one(student: str, assignment: str, files: list[Path]) -> Submission:
    if not files:
        return Submission(student, assignment, None, f"no {assignment}.ipynb was handed in")
    if len(files) > 1:
        return Submission(student, assignment, None, f"{len(files)} files {assignment}.ipynb: keep one")
    return Submission(student, assignment, files[0])


def _distinct(found: list[Submission]) -> list[Submission]:
    """Refuse two students whose names differ only in signs that a file name cannot have."""
    names: dict[str, str] = {}
    for one in found:
        if names.setdefault(one.id, one.student) != one.student:
            raise ValueError(f"rename one of the folders {names[one.id]!r} and {one.student!r}: too alike")
    return found
