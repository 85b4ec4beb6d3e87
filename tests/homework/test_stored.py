"""What workers measure once for a class."""

from __future__ import annotations

import numpy as np
import pytest

from key import stored


@pytest.fixture
def times(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "__file__", str(tmp_path / "stored.py"))
    return []


def measuring(times):
    def measure():
        times.append(1)
        return {"value": 0.1}, np.arange(3.0)

    return measure


def test_in_the_grader_s_copy_of_the_key_it_is_measured_once(tmp_path, times):
    (tmp_path / "measured").mkdir()
    first, second = stored.once(measuring(times)), stored.once(measuring(times))
    assert len(times) == 1
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])
    assert [path.suffix for path in (tmp_path / "measured").iterdir()] == [".pickle"]  # no half ones


def test_beside_the_sources_nothing_is_kept(tmp_path, times):
    for _ in range(2):
        stored.once(measuring(times))
    assert len(times) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_release_begins_anew(tmp_path):
    course = pytest.importorskip("course_utils.grading.course")
    (tmp_path / "sources" / "key" / "measured").mkdir(parents=True)
    (tmp_path / "sources" / "key" / "stored.py").touch()
    made = course.Course(tmp_path / "course")
    for _ in range(2):
        made._bring_key(tmp_path / "sources" / "key")
        folder = tmp_path / "course" / "key" / course.MEASURED
        assert list(folder.iterdir()) == []
        (folder / "old.pickle").touch()
