"""Tasks, by the names of their cells."""

from __future__ import annotations

from course_utils.grading.tasks import task_name, task_order


def test_tasks_are_named_by_their_cells():
    assert [task_name(id) for id in ("hw03-2-test", "hw03-12", "setup")] == ["hw03.2", "hw03.12", "setup"]
    assert sorted(["hw01.10", "hw01.9", "hw02.1"], key=task_order) == ["hw01.9", "hw01.10", "hw02.1"]
