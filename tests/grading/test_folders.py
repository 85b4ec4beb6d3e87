"""Folders of submissions, and what a grading that was killed left behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course_utils.grading.folders import Folder, tidy_up

HOLD = """
import sys
from course_utils.grading.folders import Folder
folder = Folder()
(folder.path / "work").mkdir()
(folder.path / "work" / "closed").mkdir(mode=0)
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_the_next_grading_removes_what_a_killed_one_left_and_nothing_of_a_running_one():
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        left = Path(other.stdout.readline().strip())
        mine = Folder()
        assert tidy_up() == []
        assert left.is_dir()
        other.kill()
        other.wait()
        assert tidy_up() == [left]
        assert not left.exists()
        assert mine.path.is_dir()
        mine.remove()
        assert not mine.path.exists()


def test_folders_of_others_are_left_alone(place):
    (place / "submission-of-mine").mkdir()  # without an owner: not made by a grading
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "owner").touch()
    (place / "submission-link").symlink_to(elsewhere)
    assert tidy_up() == []
    assert (place / "submission-of-mine").is_dir()
    assert (elsewhere / "owner").exists()
    assert (place / "submission-link").is_symlink()


def test_a_folder_that_was_taken_away_at_birth_is_made_anew(place, monkeypatch):
    from course_utils.grading import folders

    taken = []

    def seize_late(descriptor):
        if not taken:
            taken.extend(place.glob("submission-*"))
            for folder in taken:
                (folder / "owner").unlink()
                folder.rmdir()

    monkeypatch.setattr(folders, "seize", seize_late)
    folder = Folder()
    assert taken
    assert folder.path not in taken
    assert (folder.path / "owner").exists()
    folder.remove()
