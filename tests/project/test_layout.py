"""The tests mirror the package, so that the test of a module is found without searching."""

from pathlib import Path

from tests.tools import ROOT

# Folders whose tests are of more than one room.
NO_ROOMS = {"benchmarks", "browser", "homework", "notebooks", "project", "tools"}
# Files beside `test_ROOM.py` that hold every module of their room to the same promise.
ROOM_WIDE = {"exercises/test_mutants.py", "networks/test_pickling.py", "objectives/test_pickling.py"}


def without_a_module(tests: Path, package: Path) -> list[str]:
    """Return the test files that have neither a module nor a room of their name in ``package``."""
    lost = []
    for path in sorted(tests.rglob("test_*.py")):
        place = path.relative_to(tests)
        room, name = package / place.parent, path.stem.removeprefix("test_")
        if place.parts[0] in NO_ROOMS or place.as_posix() in ROOM_WIDE:
            continue
        is_module = (room / f"{name}.py").is_file() or (room / name / "__init__.py").is_file()
        is_room = name == room.name and (room / "__init__.py").is_file()
        if not (is_module or is_room):
            lost.append(place.as_posix())
    return lost


def test_each_test_file_has_the_name_of_a_module_or_of_its_room():
    assert without_a_module(ROOT / "tests", ROOT / "course_utils") == []


def test_the_exceptions_are_still_needed():
    assert all((ROOT / "tests" / name).is_dir() for name in NO_ROOMS)
    assert all((ROOT / "tests" / name).is_file() for name in ROOM_WIDE)


def test_a_test_file_elsewhere_is_found(tmp_path):
    for name in ("room/__init__.py", "room/part.py", "room/shelf/__init__.py", "alone.py"):
        (tmp_path / "package" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "package" / name).touch()
    for name in (
        "room/part",
        "room/shelf",
        "room/room",
        "alone",
        "room/gone",
        "gone/gone",
        "gone/part",
        "part",
    ):
        path = (tmp_path / "tests" / name).with_name(f"test_{Path(name).name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    lost = ["gone/test_gone.py", "gone/test_part.py", "room/test_gone.py", "test_part.py"]
    assert without_a_module(tmp_path / "tests", tmp_path / "package") == lost
