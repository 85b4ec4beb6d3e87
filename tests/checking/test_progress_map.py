"""The map of what is done: live for the reader, and stored without anybody's progress."""

import re

import pytest

from course_utils import exercises
from course_utils.checking import Progress, ProgressMap
from course_utils.checking.progress import VARIABLE
from course_utils.exercises import all_exercises, exercise, predict, where_was_i

CONTENTS = {"01.1": "The first", "01.2": "The <second>", "02.1": "Another", "hw01.1": "At home"}


@pytest.fixture
def progress(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine.json"))
    monkeypatch.setattr(exercises.progress, "_told", set())
    monkeypatch.setattr(exercises.progress, "_left", {})
    monkeypatch.setattr(exercises.progress, "_trouble", "")
    return exercises.progress


def rows(shown):
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", shown.value)]
    return [row for row in cells if row]


def test_it_shows_what_is_done_and_what_comes_next(progress):
    shown = ProgressMap(progress, CONTENTS)
    assert rows(shown) == [["01", "0 of 2", "01.1 · 01.2 ·", ""], ["02", "0 of 1", "02.1 ·", ""]]
    assert "Begin with: exercise 01.1, The first." in shown.value
    progress.solved("01.1")
    progress.solved("hw01.1")
    progress.predicted("02.a", "yes")
    shown.refresh()
    assert rows(shown)[0] == ["01", "1 of 2", "01.1 ✔ 01.2 ·", ""]
    assert rows(shown)[1][3] == "1"
    assert rows(shown)[2][:2] == ["hw01", "1 of 1"]
    assert "Next: exercise 01.2, The &lt;second&gt;." in shown.value
    for id in CONTENTS:
        progress.solved(id)
    shown.refresh()
    assert "Every exercise of the lessons is solved." in shown.value


def test_it_says_where_it_is_kept_and_how_to_switch_it_off(progress, tmp_path, monkeypatch):
    shown = ProgressMap(progress, CONTENTS)
    assert str(tmp_path / "mine.json") in shown.value
    assert "Nothing more is remembered" in shown.remember(False)
    assert "You have switched this off" in shown.value
    assert shown.forget() == "What was remembered is forgotten."
    assert "Kept on this machine" in shown.value
    monkeypatch.setenv(VARIABLE, "off")
    shown.refresh()
    assert "Nothing is remembered here" in shown.value


def test_a_damaged_file_is_said_instead_of_beginning_anew(progress, tmp_path):
    (tmp_path / "mine.json").write_text('{"solved": {"01.1": "2026-01-')
    shown = ProgressMap(progress, CONTENTS)
    assert "mine.json is damaged" in shown.value
    assert "Begin with" not in shown.value
    progress.solved("01.1")
    shown.refresh()
    assert "is damaged" not in shown.value
    assert "Next: exercise 01.2" in shown.value


def test_what_could_not_be_written_is_on_the_map_with_a_sentence(progress, tmp_path):
    (tmp_path / "mine.json").mkdir()
    progress.solved("01.1")
    shown = ProgressMap(progress, CONTENTS)
    assert rows(shown)[0] == ["01", "1 of 2", "01.1 ✔ 01.2 ·", ""]
    assert "mine.json cannot be" in shown.value
    assert "Next: exercise 01.2" in shown.value


def test_what_a_notebook_stores_is_the_same_for_every_reader(progress):
    before = where_was_i()._repr_mimebundle_()
    progress.solved("00.1")
    after = where_was_i()._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert before[kind] == after[kind]
        assert "00.1" not in after[kind]
    assert "00.1 ✔" in where_was_i().value


def test_the_contents_are_those_of_the_exercises():
    assert exercises._COURSE.contents() == {one.id: one.title for one in all_exercises()}
    assert list(exercises._COURSE.contents()) == [one.id for one in all_exercises()]


def test_a_right_answer_is_remembered_and_a_wrong_one_is_not(progress):
    assert exercise("00.1").check(40).outcome != "correct"
    assert progress.read().solved == {}
    assert exercise("00.1").check(40**0.5).outcome == "correct"
    assert list(progress.read().solved) == ["00.1"]


def test_a_prediction_is_remembered_and_trouble_is_said_on_the_card(progress, tmp_path, monkeypatch):
    card = predict("Up or down?", ["up", "down"], truth="down", reveal="Downhill.", id="00.z")
    card.choose("up")
    assert progress.read().predicted == {"00.z": "up"}
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    other = predict("Up or down?", ["up", "down"], truth="down", reveal="Downhill.", id="00.y")
    other.choose("down")
    assert "This is not remembered yet" in other.children[2].value


def test_without_a_memory_everything_works_the_same():
    silent = Progress("a course")
    assert ProgressMap(silent, CONTENTS).value.count("<tr>") == 3
