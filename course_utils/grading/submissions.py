"""What was handed in, found in a folder, whatever a browser or a learning platform made of its name."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from lzma import LZMAError
from pathlib import Path, PurePosixPath

from course_utils.grading.cleaning import assignment_in

UNKNOWN = "?"  # an assignment that cannot be told, and points where nothing could be graded
_NAMED = re.compile(r"(?<![a-z0-9])(hw\d\d)(?!\d)", re.IGNORECASE)
_PLATFORM = (
    re.compile(r"(?P<student>.+_\d+)_assignsubmission_file_?(?P<rest>.*)"),  # Moodle
    re.compile(r"(?P<student>[^_]+)(?:_late)?_(?P<id>\d+)_\d+_(?P<rest>.+)", re.IGNORECASE),  # Canvas
    re.compile(r"(?P<student>.+?)__(?P<rest>.+)"),
)
_LEFT_BEHIND = (".ipynb_checkpoints", "__pycache__")
_OF_MACOS = ("._", "__MACOSX")
_IGNORED = ("timestamp.txt", "desktop.ini", "thumbs.db")
_MOST_FILES, _LARGEST = 200, 200_000_000  # of a zip: notebooks, and bytes of all of them
_BROKEN: tuple[type[Exception], ...]  # what reading a zip can raise
_BROKEN = (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile)
_BROKEN += (zlib.error, LZMAError)
_LONGEST_ID = 120  # bytes; file names are made of it, and may have 255


@dataclass(frozen=True)
class Submission:
    """One student's notebook for one assignment; ``file`` is None if there is none to grade.

    Attributes
    ----------
    remark : why there is none.
    is_missing : whether that is because nothing was handed in, which earns 0.
    shown : the file as the lecturer knows it.
    """

    student: str
    assignment: str
    file: Path | None
    remark: str = ""
    is_missing: bool = False
    shown: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """The student's name in nbgrader and in file names."""
        name = re.sub(r"[^\w.@-]", "_", self.student).strip(".") or "_"
        if len(name.encode()) <= _LONGEST_ID:
            return name
        return f"{name[: _LONGEST_ID // 5]}-{sha256(self.student.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class _Found:
    """A file, whose it is, how it is called in the table, and why it is not looked into, if it is not.

    ``inside`` is the first part of its path in a zip.
    """

    student: str
    path: Path
    shown: str
    inside: str = ""
    problem: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether it, or a folder around it, has a name that begins with a dot."""
        return _is_hidden(tuple(self.shown.split("/")))


def find(folder: Path, assignments: list[str], unpacked: Path | None = None) -> list[Submission]:
    """Return a submission for every student and every assignment that anybody handed in.

    Accepted are ``student/hw03.ipynb``, also deeper, as in nbgrader's ``student/hw03/hw03.ipynb``;
    ``student__hw03.ipynb`` or ``hw03.ipynb`` (the student is called like the folder) in ``folder`` itself;
    exports of Moodle and Canvas; any of these in a folder ``hw03``; and zips of these, unpacked into
    ``unpacked``. A notebook of another name belongs to the homework whose cells it holds. Every other file
    has a row that says what to do.

    Raises
    ------
    ValueError
        If there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise ValueError(f"DIR must be a folder of submissions, got {str(folder)!r}")
    files: dict[tuple[str, str], list[_Found]] = {}
    own = [path for path in folder.iterdir() if not _NAMED.fullmatch(path.name)]
    own += [path for path in folder.glob("*/*") if _is_of_homework(path.relative_to(folder).parts)]
    students = {_student_of(_readable(path.name)) for path in own if _is_student(path)}
    strange: list[Submission] = []
    for one in _all_files(folder, unpacked):
        students.add(one.student)
        if not one.problem and _is_notebook(one.path):
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
        whole = path.relative_to(folder).parts
        if _is_passed_over(whole):
            continue
        inside = whole[_is_of_homework(whole) :]
        problem = _problem(path, folder.joinpath(*whole[: len(whole) - len(inside) + 1]))
        if path.name.lower() in _IGNORED or (path.is_dir() and not problem):
            continue
        name, shown = _readable(inside[0]), _readable("/".join(whole))
        is_alone = len(inside) == 1
        student = _student_of(_readable(path.stem) if is_alone else name, _readable(folder.resolve().name))
        if path.suffix.lower() == ".zip" and unpacked is not None and not problem:
            files = _unpack(path, student, shown, unpacked)
            problem = "no notebook could be unpacked; unpack it by hand" if not files else ""
            if is_alone and not _of_platform(name) and any(_of_platform(one.inside) for one in files):
                problem = "the export of a whole class; unpack it here, and remove it"
            if not problem:
                found += files
                continue
        found.append(_Found(student, path, shown, problem=problem))
    return found


def _is_passed_over(parts: tuple[str, ...]) -> bool:
    """Whether a path is what programs leave behind; behind a dot, all but notebooks and zips is."""
    if any(part in _LEFT_BEHIND or part.startswith(_OF_MACOS) for part in parts):
        return True
    return _is_hidden(parts) and not parts[-1].lower().endswith((".ipynb", ".zip"))


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") for part in parts)


def _is_notebook(path: Path | PurePosixPath) -> bool:
    return path.name.lower().endswith(".ipynb")  # also one that is called .ipynb and nothing else


def _problem(path: Path, own: Path) -> str:
    """Return why a path cannot be read as something that its student handed in; "" if it can."""
    if path.is_symlink() and not (path.is_file() and own != path and _leads_into(path, own)):
        return "a link to something else; ask for the file itself"
    if not path.is_file() and not path.is_dir():
        return "neither a file nor a folder; ask for the .ipynb"
    needed = os.R_OK | (os.X_OK if path.is_dir() else 0)
    return "" if os.access(path, needed) else "cannot be read by you; change its permissions"


def _leads_into(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _readable(name: str) -> str:
    """Return a file's name in letters that a table can hold, also where they are not Unicode."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _of_platform(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in _PLATFORM[:2])


def _student_of(name: str, otherwise: str = "") -> str:
    """Return the student of a folder or a file from its name; a file called hw03 is ``otherwise``'s."""
    name = name.lstrip(".") or name
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
    target = unpacked / sha256(shown.encode()).hexdigest()[:24]
    found: list[_Found] = []
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                inside = PurePosixPath(info.filename.replace("\\", "/"))
                if info.is_dir() or not _is_notebook(inside) or _is_passed_over(inside.parts):
                    continue
                size += info.file_size
                if size > _LARGEST or len(found) == _MOST_FILES:
                    return []
                content = archive.read(info)
                place = target / str(len(found)) / inside.name
                place.parent.mkdir(parents=True, exist_ok=True)
                if not place.is_file() or place.read_bytes() != content:
                    place.write_bytes(content)
                found.append(_Found(student, place, f"{shown}/{inside}", inside.parts[0]))
    except _BROKEN:
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
    parents = [_NAMED.fullmatch(part) for part in (*one.path.parts[-2:-1], one.shown.split("/")[0])]
    return next((match[1].lower() for match in parents if match and match[1].lower() in assignments), "")


def _what_to_do(one: _Found, assignments: list[str]) -> str:
    if one.problem:
        return f"{one.shown}: {one.problem}"
    if _is_notebook(one.path):
        return f"{one.shown}: which homework is it? Call it {assignments[0]}.ipynb, or as it should be"
    return f"{one.shown}: not a notebook; ask for the .ipynb"


def _is_of_homework(parts: tuple[str, ...]) -> bool:
    """Whether a path lies in a folder that holds what everybody handed in for one homework."""
    return len(parts) > 1 and _NAMED.fullmatch(parts[0]) is not None


def _is_student(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "__"))


def _one(student: str, assignment: str, files: list[_Found]) -> Submission:
    # What lies behind a dot may be an older copy, of an editor or a bin: it counts where nothing else does.
    files = [one for one in files if not one.is_hidden] or files
    if not files:
        return Submission(student, assignment, None, f"no {assignment}.ipynb was handed in", True)
    if len({one.path.read_bytes() for one in files}) > 1:
        named = ", ".join(one.shown for one in files)
        return Submission(student, assignment, None, f"{len(files)} files {assignment}: keep one of {named}")
    return Submission(student, assignment, files[0].path, shown=files[0].shown)


def _distinct(found: Iterable[Submission]) -> list[Submission]:
    """Refuse two students whose names differ only in signs that a file name cannot have."""
    names: dict[str, str] = {}
    rows = list(found)
    for one in rows:
        if names.setdefault(one.id, one.student) != one.student:
            raise ValueError(f"rename one of the folders {names[one.id]!r} and {one.student!r}: too alike")
    return rows
