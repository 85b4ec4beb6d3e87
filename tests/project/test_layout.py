"""The tests mirror the package, so that the test of a module is found without searching."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.tools import ROOT

# Folders whose tests are of more than one room.
NO_ROOMS = {"benchmarks", "browser", "homework", "notebooks", "project", "tools"}
# Files beside `test_ROOM.py` that hold every module of their room to the same promise.
ROOM_WIDE = {"exercises/test_mutants.py", "networks/test_pickling.py", "objectives/test_pickling.py"}
# The shelf whose every exercise, of whatever module, is tried by `exercises/test_exercises.py`.
TRIED_AS_A_WHOLE = {"exercises"}
# Modules that have no test file of their name, by the one through which they are tested.
TESTED_IN = {
    "checking/test_functions.py": ["checking/describe.py"],
    "curvature/test_trace.py": ["curvature/functions.py", "curvature/operators.py"],
    "experiments/test_experiments.py": ["experiments/__main__.py", "experiments/command.py"],
    "grading/test_course.py": ["grading/grader.py"],
    "grading/test_grading.py": [
        "grading/__main__.py",
        "grading/lines.py",
        "grading/preprocessors.py",
        "grading/restoring.py",
    ],
    "grading/test_reading.py": ["grading/channels.py", "grading/kernel.py", "grading/session.py"],
    "grading/test_worker.py": ["grading/answering.py"],
    "networks/test_mlp.py": ["networks/parameters.py", "networks/passes.py", "networks/tangents.py"],
    "networks/test_recurrent.py": ["networks/recurrent_passes.py"],
    "objectives/test_numerical.py": [
        "objectives/differences.py",
        "objectives/settled.py",
        "objectives/stencils.py",
    ],
    "objectives/test_torch_module.py": ["objectives/torch_checks.py", "objectives/torch_parts.py"],
    "optimizers/test_optimizers.py": ["optimizers/base.py"],
    "pictures/test_explore.py": ["pictures/ground_layers.py"],
    "running/test_dask_cluster.py": ["running/fitness.py"],
    "running/test_growth.py": ["running/times.py"],
    "running/test_runner.py": ["running/experiment.py", "running/progress.py", "running/workers.py"],
    "running/test_running.py": ["running/journal.py", "running/lock.py"],
    "widgets/test_lattice.py": ["widgets/stops.py"],
    "widgets/test_scene.py": [
        "widgets/canvas.py",
        "widgets/drawn.py",
        "widgets/errors.py",
        "widgets/view.py",
    ],
    "widgets/test_static.py": ["widgets/static_layers.py"],
}


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


def modules(package: Path) -> set[str]:
    """Return the modules of ``package`` that hold something of their own to test."""
    every = (path.relative_to(package) for path in package.rglob("*.py") if path.name != "__init__.py")
    return {place.as_posix() for place in every if place.parts[0] not in TRIED_AS_A_WHOLE}


def entries_at_fault(tests: Path, package: Path, table: Mapping[str, list[str]]) -> list[str]:
    """Return the modules in ``package`` without a test, and the entries of ``table`` that are not needed."""
    there = modules(package)
    mirrored = {name for name in there if (tests / name).with_name(f"test_{Path(name).name}").is_file()}
    listed = [name for names in table.values() for name in names]
    faults = [f"{name}: has no test" for name in there - mirrored - set(listed)]
    faults += [f"{name}: is no module" for name in set(listed) - there]
    faults += [f"{name}: has a test of its own name" for name in mirrored & set(listed)]
    faults += [f"{name}: is listed twice" for name in set(listed) if listed.count(name) > 1]
    faults += [f"{file}: is no test" for file in table if not (tests / file).is_file()]
    return sorted(faults)


def test_each_module_has_a_test_of_its_name_or_an_entry():
    assert entries_at_fault(ROOT / "tests", ROOT / "course_utils", TESTED_IN) == []


def test_a_module_without_a_test_and_an_entry_without_need_are_found(tmp_path):
    for name in ("room/__init__.py", "room/alone.py", "room/listed.py", "room/own.py", "exercises/one.py"):
        (tmp_path / "package" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "package" / name).touch()
    (tmp_path / "tests/room").mkdir(parents=True)
    (tmp_path / "tests/room/test_own.py").touch()
    table = {
        "room/test_own.py": ["room/listed.py", "room/own.py", "room/gone.py"],
        "room/test_gone.py": ["room/listed.py"],
    }
    assert entries_at_fault(tmp_path / "tests", tmp_path / "package", table) == [
        "room/alone.py: has no test",
        "room/gone.py: is no module",
        "room/listed.py: is listed twice",
        "room/own.py: has a test of its own name",
        "room/test_gone.py: is no test",
    ]


def named_in(file: Path) -> Iterator[str]:
    """Yield what ``file``, with the helpers in `tests` that it imports, imports or starts by its name."""
    for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        found: list[str] = []
        if isinstance(one, ast.Import):
            found = [name.name for name in one.names]
        elif isinstance(one, ast.ImportFrom) and one.module:
            found = [f"{one.module}.{name.name}" for name in one.names]
            helper = ROOT.joinpath(*one.module.split(".")).with_suffix(".py")
            if one.module.startswith("tests.") and helper.is_file():
                yield from named_in(helper)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            found = [one.value]
        yield from found


@pytest.mark.parametrize("file", TESTED_IN)
def test_a_listed_test_uses_the_rooms_of_its_modules(file):
    named = set(named_in(ROOT / "tests" / file))
    for module in TESTED_IN[file]:
        room = f"course_utils.{Path(module).parts[0]}"
        assert any(name == room or name.startswith(f"{room}.") for name in named), module


SHELVES = ("course_utils.pictures", "course_utils.exercises", "course_utils.experiments")
# The grader takes the package of the exercises as a setting, `GradeApart.exercises`. `configure` fills it in,
# since the configuration file of a course folder calls nothing else, and those in use are not rewritten.
KNOWS_A_SHELF = {("grading/course.py", "course_utils.exercises")}


def shelves_in_strings(code: str) -> set[str]:
    """Return the strings in ``code``, docstrings aside, that name a shelf: imports that nobody sees."""
    tree = ast.parse(code)
    docstrings = {
        id(one.body[0].value)
        for one in ast.walk(tree)
        if isinstance(one, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and one.body
        and isinstance(one.body[0], ast.Expr)
    }
    return {
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docstrings
        if any(shelf in one.value for shelf in SHELVES)
    }


def test_neither_kits_nor_the_field_name_a_shelf():
    package = ROOT / "course_utils"
    above = {shelf.removeprefix("course_utils.") for shelf in SHELVES} | {"installation.py"}
    found = {
        (place.as_posix(), text)
        for place in (path.relative_to(package) for path in package.rglob("*.py"))
        if place.parts[0] not in above
        for text in shelves_in_strings((package / place).read_text(encoding="utf-8"))
    }
    assert found == KNOWS_A_SHELF


def test_the_name_of_a_shelf_in_a_string_is_found():
    code = '''"""As in `course_utils.pictures`."""
def f() -> str:
    """Not `course_utils.exercises`."""
    return f"{import_module('course_utils.experiments')} course_utils.pictures.probe"
'''
    assert shelves_in_strings(code) == {"course_utils.experiments", " course_utils.pictures.probe"}
    assert shelves_in_strings('NAME = "course_utils.pictures.line"') == {"course_utils.pictures.line"}
