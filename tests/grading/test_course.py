"""The course folder's configuration file."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

course = pytest.importorskip("course_utils.grading.course")


def configured(folder, *lines: str):
    text = course.CONFIGURATION + "".join(f"{line}\n" for line in lines)
    (folder / course.CONFIGURATION_FILE).write_text(text, encoding="utf-8")
    return folder


def test_the_file_says_how_long_a_submission_may_take_unless_the_command_does(tmp_path):
    assert course.Course(tmp_path).total_seconds == 120
    configured(tmp_path, "c.GradeApart.total_seconds = 3600")
    assert course.Course(tmp_path).total_seconds == 3600
    assert course.Course(tmp_path, {"total_seconds": 60.0}).total_seconds == 60


@pytest.mark.parametrize("name", ["totl_seconds", "cell_secnds"])
def test_a_setting_that_there_is_not_is_refused_in_words(tmp_path, name):
    configured(tmp_path, f"c.GradeApart.{name} = 60")
    with pytest.raises(ValueError, match=f"no setting c.GradeApart.{name}; there are cell_seconds, "):
        course.Course(tmp_path)


def asked(folder, order: dict) -> dict:
    command = [sys.executable, "-m", "course_utils.grading.grader", str(folder), "{}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as grader:
        assert grader.stdin is not None
        assert grader.stdout is not None
        grader.stdin.write(json.dumps(order) + "\n")
        grader.stdin.flush()
        answer = grader.stdout.readline()  # only then may the controller hang up, which ends all work
    return json.loads(answer)


def test_the_controller_hears_both_from_the_grader(tmp_path):
    configured(tmp_path, "c.GradeApart.total_seconds = 3600")
    assert asked(tmp_path, {"order": "limit"}) == {"total_seconds": 3600.0}
    configured(tmp_path, "c.GradeApart.totl_seconds = 3600")
    assert "there is no setting c.GradeApart.totl_seconds" in asked(tmp_path, {"order": "limit"})["failed"]
