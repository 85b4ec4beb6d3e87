"""What was handed in, found in a folder, whatever a browser or a learning platform made of its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_utils.grading.cleaning import assignment_in

UNKNOWN = "?"  # the assignment of a file of which it cannot be told
_NAMED = re.compile(r"(?<![a-z0-9])(hw\d\d)(?!\d)", re.IGNORECASE)
_PLATFORM = (
    re.compile(r"(?P<student>.+_\d+)_assignsubmission_file_?(?P<rest>.*)"),  # Moodle
    re.compile(r"(?P<student>[^_]+)(?:_late)?_(?P<id>\d+)_\d+_(?P<rest>.+)", re.IGNORECASE),  # Canvas
    re.compile(r"(?P<student>.+?)__(?P<rest>.+)"),
)
_IGNORED = ("timestamp.txt", "desktop.ini", "thumbs.db")
_MOST_FILES, _LARGEST = 200, 200_000_000  # of a zip: notebooks, and bytes of all of them


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


@dataclass(frozen=True)
class _Found:
    """A file, whose it is, and how it is called in the table."""

    student: str
    path: Path
    shown: str


def find(folder: Path, assignments: list[str], unpacked: Path | None = None) -> list[Submission]:
    """Return a submission for every student and every assignment that anybody handed in.

    Accepted are ``student/hw03.ipynb``, also deeper, as in nbgrader's ``student/hw03/hw03.ipynb``;
    ``student__hw03.ipynb`` or ``hw03.ipynb`` (the student is called like the folder) in ``folder`` itself;
    exports of Moodle and Canvas; and zips of these, unpacked into ``unpacked``. A notebook of another name
    belongs to the homework whose cells it holds. Every other file has a row that says what to do.

    Raises
    ------
    ValueError
        If there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise ValueError(f"DIR must be a folder of submissions, got {str(folder)!r}")
    files: dict[tuple[str, str], list[_Found]] = {}
    students = {_student_of(path.name) for path in folder.iterdir() if _is_student(path)}
    strange: list[Submission] = []
    for one in _all_files(folder, unpacked):
        students.add(one.student)
        if one.path.suffix.lower() == ".ipynb":
            assignment = _assignment(one, assignments)
            if assignment:
                files.setdefault((one.student, assignment), []).append(one)
                continue
        strange.append(Submission(one.student, UNKNOWN, None, _what_to_do(one, assignments)))
    if not files and not strange:
        raise ValueError(f"no {', '.join(f'{one}.ipynb' for one in assignments)} in {str(folder)!r}")
    handed_in = sorted({assignment for _, assignment in files})
    rows = [
        _one(student, assignment, files.get((student, assignment), []))
        for student in sorted(students)
        for assignment in handed_in
    ]
    return _distinct(rows + sorted(strange, key=lambda one: (one.student, one.remark)))


def _all_files(folder: Path, unpacked: Path | None) -> list[_Found]:
    """Return all files that may be a submission, those in zips included."""
    found: list[_Found] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if not path.is_file() or any(part.startswith((".", "__MACOSX")) for part in inside):
            continue
        if path.name.lower() in _IGNORED or "__pycache__" in inside:
            continue
        name, shown = inside[0], "/".join(inside)
        student = _student_of(name if len(inside) > 1 else path.stem, folder.resolve().name)
        if path.suffix.lower() == ".zip" and unpacked is not None:
            found += _unpack(path, student, shown, unpacked) or [_Found(student, path, shown)]
        else:
            found.append(_Found(student, path, shown))
    return found


def _student_of(name: str, otherwise: str = "") -> str:
    """Return the student of a folder or a file from its name; a file called hw03 is ``otherwise``'s."""
    for pattern in _PLATFORM:
        match = pattern.fullmatch(name)
        if match:
            groups = match.groupdict()
            return "_".join(part for part in (groups["student"], groups.get("id")) if part)
    if otherwise and _NAMED.match(name):
        return otherwise
    return re.sub(r"[ _-]+hw\d\d\b.*", "", name, flags=re.IGNORECASE) or name


def _unpack(path: Path, student: str, shown: str, unpacked: Path) -> list[_Found]:
    """Copy the notebooks out of a zip, under names of our own; nothing if it cannot be read."""
    target = unpacked / re.sub(r"[^\w.-]", "_", shown)
    found: list[_Found] = []
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                inside = PurePosixPath(info.filename.replace("\\", "/"))
                if info.is_dir() or inside.suffix.lower() != ".ipynb" or "__MACOSX" in inside.parts:
                    continue
                if inside.name.startswith(".") or ".ipynb_checkpoints" in inside.parts:
                    continue
                size += info.file_size
                if size > _LARGEST or len(found) == _MOST_FILES:
                    return []
                content = archive.read(info)
                place = target / str(len(found)) / inside.name
                place.parent.mkdir(parents=True, exist_ok=True)
                if not place.is_file() or place.read_bytes() != content:
                    place.write_bytes(content)
                found.append(_Found(student, place, f"{shown}/{inside}"))
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return []
    return found


def _assignment(one: _Found, assignments: list[str]) -> str:
    """Return the homework that a notebook is: what its name says, else what its cells say."""
    name = one.path.stem
    for pattern in _PLATFORM:
        match = pattern.fullmatch(name)
        name = match["rest"] if match else name
    named = _NAMED.search(name)
    if named and named[1].lower() in assignments:
        return named[1].lower()
    inside = assignment_in(one.path)
    if inside in assignments:
        return inside
    parents = [_NAMED.fullmatch(part) for part in one.path.parts[-2:-1]]
    return next((match[1].lower() for match in parents if match and match[1].lower() in assignments), "")


def _what_to_do(one: _Found, assignments: list[str]) -> str:
    kind = one.path.suffix.lower()
    if kind == ".ipynb":
        return f"{one.shown}: which homework is it? Call it {assignments[0]}.ipynb, or as it should be"
    if kind == ".zip":
        return f"{one.shown}: no notebook could be unpacked; unpack it by hand"
    return f"{one.shown}: not a notebook; ask for the .ipynb"


def _is_student(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "__"))


def _one(student: str, assignment: str, files: list[_Found]) -> Submission:
    if not files:
        return Submission(student, assignment, None, f"no {assignment}.ipynb was handed in")
    if len({one.path.read_bytes() for one in files}) > 1:
        named = ", ".join(one.shown for one in files)
        return Submission(student, assignment, None, f"{len(files)} files {assignment}: keep one of {named}")
    return Submission(student, assignment, files[0].path)


def _distinct(found: Iterable[Submission]) -> list[Submission]:
    """Refuse two students whose names differ only in signs that a file name cannot have."""
    names: dict[str, str] = {}
    rows = list(found)
    for one in rows:
        if names.setdefault(one.id, one.student) != one.student:
            raise ValueError(f"rename one of the folders {names[one.id]!r} and {one.student!r}: too alike")
    return rows
