"""What is remembered of a reader, always in a folder of the test: where, with what faults, by two at once."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.checking import progress as module
from course_utils.checking.progress import VARIABLE, Progress
from tests.tools import ROOT


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A file that the variable names; nothing else is ever written to."""
    path = tmp_path / "somewhere" / "mine.json"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def held(place):
    return json.loads(place.read_text(encoding="utf-8"))


def test_what_is_solved_and_predicted_is_there_again(place):
    mine = Progress("a course")
    assert mine.read().solved == {}
    assert mine.solved("01.3") == ""
    assert mine.predicted("01.a", "by almost 80°") == ""
    again = Progress("a course").read()
    assert list(again.solved) == ["01.3"]
    assert again.predicted == {"01.a": "by almost 80°"}
    assert sorted(held(place)) == ["predicted", "solved", "wanted"]
    assert [one.name for one in place.parent.iterdir() if one.suffix == ".new"] == []


def test_the_first_day_and_the_first_prediction_stay(place):
    place.parent.mkdir()
    place.write_text(json.dumps({"solved": {"01.1": "2020-02-02"}, "predicted": {"01.a": "yes"}}))
    mine = Progress("a course")
    mine.solved("01.1")
    mine.predicted("01.a", "no")
    mine.solved("01.2")
    assert held(place)["solved"]["01.1"] == "2020-02-02"
    assert held(place)["predicted"] == {"01.a": "yes"}
    assert set(held(place)["solved"]) == {"01.1", "01.2"}


@pytest.mark.parametrize("kind", ["off", "OFF"])
def test_the_variable_switches_it_off(kind, monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, kind)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(module, "_in_notebook", lambda: True)
    mine = Progress("a course")
    assert mine.place() is None
    assert mine.solved("01.1") == mine.predicted("01.a", "yes") == ""
    assert not mine.read().wanted
    assert "Nothing is remembered here" in mine.remember(True)
    assert list(tmp_path.iterdir()) == []


def test_only_notebooks_are_remembered_and_no_visitors_of_a_page(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(module, "_home", lambda: tmp_path)
    assert Progress("a course").place() is None  # this is no notebook

    class Shell:
        kernel = object()

    class IPython:
        get_ipython = Shell

    monkeypatch.setitem(sys.modules, "IPython", IPython)
    assert Progress("a course").place() == tmp_path / "a course" / "progress.json"
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    assert Progress("a course").place() is None


@pytest.mark.parametrize(
    ("system", "variables", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support"),
        ("win32", {"HOME": "/h", "APPDATA": "/roaming"}, "/roaming"),
    ],
)
def test_each_system_has_its_place(system, variables, expected, monkeypatch):
    for name in ("XDG_DATA_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", system)
    assert module._home() == Path(expected)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"solved": []}',
        b'{"solved": {"01.1": 3}}',
        b'{"predicted": "all"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'"' + b"a" * (2**20 + 1) + b'"',
        b'{"solved": {"\\ud800": "2026-01-01"}}',  # half a surrogate pair: valid JSON, and no text
        b'{"solved": {"01.1": "\\udfff"}}',
        b'{"predicted": {"01.a": "yes \\ud83d"}}',
        b'{"solved": {}, "predicted": {"\\ude00\\ud83d": "yes"}}',
        b'{"solved": {"\xed\xa0\x80": "2026-01-01"}}',
        b'{"solved": {"01.1": null}}',
        b'{"predicted": {"01.a": ["yes"]}}',
        b"NaN",
    ],
)
def test_a_damaged_file_is_set_aside_with_a_sentence(damage, place):
    place.parent.mkdir()
    place.write_bytes(damage)
    mine = Progress("a course")
    assert mine.read().solved == {}
    assert f"{place} is damaged" in mine.read().fault
    said = mine.solved("01.1")
    assert mine.read().fault == ""
    assert said.endswith("was damaged; it is kept as mine-damaged-1.json, and a new one was begun.")
    assert (place.parent / "mine-damaged-1.json").read_bytes() == damage
    assert list(held(place)["solved"]) == ["01.1"]
    assert mine.solved("01.2") == ""
    place.write_bytes(damage)  # again: the first one is kept too
    assert "mine-damaged-2.json" in Progress("a course").solved("01.3")


def test_what_python_cannot_write_as_it_is_is_no_error(place):
    assert Progress("a course").predicted("01.a", "half \ud83d, whole \U0001f600") == ""
    assert held(place)["predicted"] == {"01.a": "half ?, whole \U0001f600"}
    place.write_bytes(b'{"predicted": {"01.b": "\\ud83d\\ude00"}}')  # a whole pair is one character
    assert Progress("a course").read().predicted == {"01.b": "\U0001f600"}
    assert Progress("a course").solved("01.1") == ""


def test_what_cannot_be_written_is_said_once_and_is_no_error(tmp_path, monkeypatch):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    monkeypatch.setenv(
        VARIABLE, str(blocked / "mine.json")
    )  # as root may write anywhere, a file is in the way
    mine = Progress("a course")
    said = mine.solved("01.1")
    assert said.startswith("This is not remembered yet: ")
    assert "cannot be written" in said
    assert mine.solved("01.2") == mine.predicted("01.a", "yes") == ""
    assert set(mine.read().solved) == {"01.1", "01.2"}  # for as long as this notebook lives
    assert "cannot be" in mine.read().fault
    assert Progress("a course").read().solved == {}
    assert blocked.read_text() == "in the way"
    blocked.unlink()  # what was in the way is gone
    assert mine.solved("01.3") == "What could not be remembered before is remembered now."
    assert set(held(blocked / "mine.json")["solved"]) == {"01.1", "01.2", "01.3"}
    assert held(blocked / "mine.json")["predicted"] == {"01.a": "yes"}
    assert mine.read().fault == ""
    monkeypatch.setenv(VARIABLE, str(tmp_path))  # a folder in the place of the file
    assert "cannot be written" in Progress("a course").solved("01.1")


@pytest.mark.parametrize("repeat", ["01.1", "01.2"])
def test_a_sharing_violation_of_another_reader_loses_nothing(repeat, place, monkeypatch):
    """As `os.replace` fails on Windows while another notebook reads the file."""
    place.parent.mkdir()
    place.write_text(json.dumps({"solved": {"00.1": "2020-02-02"}}))
    mine = Progress("a course")

    def shared(*names):
        raise PermissionError(13, "used by another process")

    with monkeypatch.context() as windows:
        windows.setattr(os, "replace", shared)
        assert "cannot be written (used by another process)" in mine.solved("01.1")
    assert set(held(place)["solved"]) == {"00.1"}
    assert "remembered now" in mine.solved(repeat)
    assert set(held(place)["solved"]) == {"00.1", "01.1", repeat}


def test_a_wish_that_could_not_be_written_is_kept_as_well(place):
    place.mkdir(parents=True)  # a folder in the place of the file
    mine = Progress("a course")
    mine.solved("01.1")
    assert "cannot be written" in mine.remember(False)
    assert not mine.read().wanted
    place.rmdir()
    mine.solved("01.2")
    assert held(place) == {"wanted": False, "solved": {}, "predicted": {}}


def test_what_is_forgotten_is_not_written_later(place):
    place.mkdir(parents=True)
    mine = Progress("a course")
    mine.solved("01.1")
    mine.forget()
    place.rmdir()
    mine.solved("01.2")
    assert list(held(place)["solved"]) == ["01.2"]


def test_a_read_only_file_is_set_aside_with_a_sentence_and_loses_nothing(place):
    place.parent.mkdir()
    before = json.dumps({"solved": {"00.1": "2020-02-02"}})
    place.write_text(before)
    place.chmod(0o444)
    mine = Progress("a course")
    assert mine.read().fault == ""
    said = mine.solved("01.1")
    assert said.endswith("was read-only; it is kept as mine-read-only-1.json, and a new one goes on from it.")
    assert (place.parent / "mine-read-only-1.json").read_text() == before
    assert set(held(place)["solved"]) == {"00.1", "01.1"}
    assert mine.solved("01.2") == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_no_error(place):
    place.parent.mkdir()
    place.parent.chmod(0o500)
    try:
        assert "cannot be written" in Progress("a course").solved("01.1")
    finally:
        place.parent.chmod(0o700)


def test_the_reader_switches_it_off_and_on_and_forgets(place):
    mine, other = Progress("a course"), Progress("a course")
    mine.solved("01.1")
    assert "Nothing more is remembered" in mine.remember(False)
    assert other.solved("01.2") == ""  # another notebook knows it too
    assert list(held(place)["solved"]) == ["01.1"]
    assert not mine.read().wanted
    assert str(place) in mine.remember(True)
    assert mine.solved("01.2") == ""
    assert list(held(place)["solved"]) == ["01.1", "01.2"]
    assert mine.forget() == "What was remembered is forgotten."
    assert not place.exists()
    assert mine.forget() == "What was remembered is forgotten."


WRITER = """
import sys
from course_utils.checking.progress import Progress
mine = Progress("a course")
for k in range(15):
    said = mine.solved(f"{sys.argv[1]}.{k}")
    assert said == "", said
"""


def test_notebooks_at_once_lose_nothing(place):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, f"{k:02d}"], cwd=ROOT, env=os.environ.copy())
        for k in range(3)
    ]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    assert set(held(place)["solved"]) == {f"{k:02d}.{j}" for k in range(3) for j in range(15)}


def test_threads_lose_nothing_either(place):
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda k: Progress("a course").solved(f"01.{k}"), range(20)))
    assert said == [""] * 20
    assert len(held(place)["solved"]) == 20


HOLDER = """
import sys
from pathlib import Path
from course_utils.checking.progress import _alone
with _alone(Path(sys.argv[1]), 5.0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_holds(place):
    """Let another process hold the lock; give a function that ends that."""
    place.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-c", HOLDER, str(place)]
    with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"

        def release():
            holder.communicate("\n", timeout=30)
            assert holder.returncode == 0

        yield release
        holder.kill()


def test_one_that_holds_the_lock_for_long_costs_a_sentence_and_no_answer(place, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    mine = Progress("a course")
    with another_holds(place) as release:
        assert "cannot be written (another notebook is writing to it)" in mine.solved("01.1")
        assert mine.solved("01.2") == mine.predicted("01.a", "yes") == ""
        assert not place.exists()
        assert Progress("a course").remember(True).startswith("This is not remembered yet")
        release()
        assert Progress("a course").solved("02.1") == ""
        assert mine.solved("01.3") == "What could not be remembered before is remembered now."
    assert set(held(place)["solved"]) == {"01.1", "01.2", "01.3", "02.1"}
    assert held(place)["predicted"] == {"01.a": "yes"}


def test_a_lock_that_is_held_for_a_moment_costs_nothing(place):
    with another_holds(place) as release, ThreadPoolExecutor(1) as pool:
        said = pool.submit(Progress("a course").solved, "01.1")
        release()
        assert said.result(30) == ""
    assert list(held(place)["solved"]) == ["01.1"]


LAST = """
import sys
from course_utils.checking import progress
progress._PATIENCE = 0.05
print(progress.Progress("a course").solved("01.1"), flush=True)
sys.stdin.readline()
"""


def test_what_is_left_is_written_when_the_notebook_ends(place):
    with (
        another_holds(place) as release,
        subprocess.Popen([sys.executable, "-c", LAST], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as mine,
    ):
        assert "another notebook" in mine.stdout.readline()
        release()
        mine.communicate("\n", timeout=30)
    assert mine.returncode == 0
    assert list(held(place)["solved"]) == ["01.1"]


def test_a_notebooks_kernel_remembers_in_the_systems_place(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    for name in ("XDG_DATA_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    cell = 'from course_utils.exercises import exercise\nexercise("00.1").check(40**0.5)'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (found,) = tmp_path.rglob("progress.json")
    assert list(held(found)["solved"]) == ["00.1"]
