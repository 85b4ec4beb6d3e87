"""Tasks, by the names of their cells."""

from __future__ import annotations

from course_utils.grading.tasks import of_others, task_name, task_order


def test_tasks_are_named_by_their_cells():
    assert [task_name(id) for id in ("hw03-2-test", "hw03-12", "setup")] == ["hw03.2", "hw03.12", "setup"]
    assert sorted(["hw01.10", "hw01.9", "hw02.1"], key=task_order) == ["hw01.9", "hw01.10", "hw02.1"]


def test_cells_of_another_homework_are_told_by_their_marks():
    marks = ["hw08-3-solution", "hw05-1-test", "setup", "hw08-3-solution", "hw5-1", "hw06-1-text"]
    assert of_others(marks, ["hw05-1-test", "hw05-2-test"]) == ["hw08-3-solution", "hw06-1-text"]
