"""What `pip install` brings to another machine: the course with its data, and nothing of the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from hatchling.builders.wheel import WheelBuilder

import key
from tests.tools import ROOT

LESSONS = ("01_curvature_and_hessians", "03_local_minima_and_symmetry", "06_saddle_free_newton")

# The last cell of every lesson there: which files of the course, and of anything else, it has imported.
_IMPORTED = """
import sys
print(*sorted({m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)}), sep="\\n")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))))


def _tracked(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        data = {name for name in held if name.startswith("course_utils/_data/")}
        scripts = {name for name in _tracked("data") if name.endswith(".py")}  # they make the data
        fetched = {name for name in _tracked("data") if name.startswith("data/fetched/")}
        assert {f"data/{Path(name).name}" for name in data} == _tracked("data") - scripts - fetched
        shared = {name for name in held if ".data/data/" in name}  # goes to the environment's etc and share
        assert held - data - shared == _tracked("course_utils")
        etc, share = _tracked("jupyter/etc"), _tracked("jupyter/share")
        wanted = {f"etc/jupyter{name.removeprefix('jupyter/etc')}" for name in etc}
        wanted |= {f"share/jupyter{name.removeprefix('jupyter/share')}" for name in share}
        assert {name.partition(".data/data/")[2] for name in shared} == wanted
        for name in data:
            assert archive.read(name) == (ROOT / "data" / Path(name).name).read_bytes(), name
    # What a student downloads: images and text, results of experiments, and a bit more than a megabyte of
    # code: 400 modules and the front end, and the sealed checks of eleven homeworks.
    results = sum(path.stat().st_size for path in (ROOT / "data").glob("*.npz"))
    images_and_text = sum(path.stat().st_size for path in (ROOT / "data").glob("*.bz2"))
    assert results <= 3_000_000
    assert wheel.stat().st_size <= images_and_text + results + 1_100_000


def test_the_wheel_holds_nothing_of_the_homework_s_key(wheel):
    """No file of it, no reference, no model solution and no right answer, in whatever file."""
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    assert not [name for name in texts if name.startswith(("key", "notebooks")) or "/key/" in name]
    held = "\n".join(line.strip() for text in texts.values() for line in text.splitlines())
    for one in key.all_exercises():
        assert one.model.explanation not in held
        code = [line.strip() for line in one.model.code.splitlines()]
        for pair in pairwise(code):  # one line alone may stand anywhere
            if min(map(len, pair)) > 15 and not any(line.startswith(("from ", "import ")) for line in pair):
                assert "\n".join(pair) not in held, one.id
    for homework in sorted((ROOT / "course_utils" / "exercises").glob("homework*")):
        stored = json.loads((homework / "checks.json").read_text(encoding="utf-8"))
        for one in stored:
            assert set(one) == {"id", "title", "hints", "data", "time_limit", "accepts", "misconceptions"}
            assert all(set(part) == {"seal", "settings"} for part in one["accepts"].get("parts", {}).values())


def test_a_checkout_has_one_copy_of_the_data():
    assert not (ROOT / "course_utils" / "_data").exists()  # it would hide what lies in data/


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a clean environment, far from the checkout, into which the wheel was installed."""
    environment = tmp_path_factory.mktemp("elsewhere") / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", ROOT / "constraints.txt", wheel], check=True, env=_clean())
    return python


def _clean() -> dict[str, str]:
    """Return the variables of this process without those that could lead Python to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@pytest.mark.wheel
@pytest.mark.parametrize("lesson", LESSONS)
def test_lessons_run_where_only_the_wheel_is(lesson, installed, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(_IMPORTED))
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    # Run by the new environment's own nbconvert: a kernel is started with the Python of who asks for it.
    run = [installed, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done", "lesson.ipynb"]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=tmp_path, env=_clean())
    assert done.returncode == 0, done.stderr
    imported = nbformat.read(tmp_path / "done.ipynb", as_version=4).cells[-1].outputs[0].text.splitlines()
    home = installed.parents[1].resolve()
    course = [Path(file) for file in imported if "course_utils" in Path(file).parts]
    assert len(course) > 20
    assert all(file.resolve().is_relative_to(home) for file in course), course
    assert not [file for file in imported if Path(file).resolve().is_relative_to(ROOT.resolve())]


@pytest.mark.wheel
def test_the_installation_finds_itself_complete(installed, tmp_path):
    code = (
        "import course_utils; print(course_utils.__file__); "
        "from course_utils.installation import check_installation; print(check_installation())"
    )
    run = [installed, "-X", "utf8", "-c", code]
    done = subprocess.run(run, check=True, capture_output=True, encoding="utf-8", cwd=tmp_path, env=_clean())
    where, *report = done.stdout.splitlines()
    assert Path(where).resolve().is_relative_to(installed.parents[1].resolve())
    assert report[-1] == "Everything is in place.", done.stdout


@pytest.mark.wheel
def test_the_servers_of_the_environment_find_what_the_course_adds(installed):
    for command, line in (
        (["jupyter", "server", "extension", "list"], "course_utils.serving"),
        (["jupyter", "labextension", "list"], "nonconvex"),
    ):
        run = [installed, "-m", *command]
        done = subprocess.run(run, check=True, capture_output=True, text=True, env=_clean())
        said = [text for text in (done.stdout + done.stderr).splitlines() if line in text]
        assert said, done.stderr
        assert any("OK" in text for text in said), said
