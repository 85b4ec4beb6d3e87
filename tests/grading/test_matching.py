"""Cells that lost their marks, were copied, moved, or answered in a cell beside."""

from __future__ import annotations

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.grading.matching import (
    answer_beside,
    collect_words,
    grade_after_answers,
    id_of,
    mark_again,
    names_bound,
    names_in,
)


def marked(cell, id, *, grade=False, solution=False):
    cell.metadata.nbgrader = {"grade_id": id, "grade": grade, "solution": solution}
    return cell


def truth():
    return {
        "hw01-1-text": marked(new_markdown_cell("## 1"), "hw01-1-text"),
        "hw01-1-solution": marked(new_code_cell("a = ...\nb = ..."), "hw01-1-solution", solution=True),
        "hw01-1-test": marked(new_code_cell("# graded"), "hw01-1-test", grade=True),
        "hw01-2-text": marked(new_markdown_cell("## 2"), "hw01-2-text"),
        "hw01-2-solution": marked(new_code_cell("def f(x):\n    ..."), "hw01-2-solution", solution=True),
        "hw01-2-test": marked(new_code_cell("# graded too"), "hw01-2-test", grade=True),
        "hw01-3-explain": marked(new_markdown_cell("Here."), "hw01-3-explain", grade=True, solution=True),
    }


def handed_in():
    cells = [copy.deepcopy(cell) for cell in truth().values()]
    cells[1].source, cells[4].source, cells[6].source = "a = 1\nb = 2", "def f(x):\n    return x", "Because."
    return cells


def test_all_marks_are_found_again_by_what_the_cells_hold():
    cells = handed_in()
    wanted = [id_of(cell) for cell in cells]
    for cell in cells:
        cell.metadata.pop("nbgrader")
    cells.insert(2, new_code_cell("scratch = 3"))
    assert mark_again(cells, truth()) == len(wanted)
    assert [id_of(cell) for cell in cells if id_of(cell)] == wanted
    assert id_of(cells[2]) is None


def test_marks_that_are_there_stay():
    cells = handed_in()
    assert mark_again(cells, truth()) == 0
    answer_beside(cells, truth())
    assert collect_words(cells, truth()) == []
    assert [cell.source for cell in cells] == [cell.source for cell in handed_in()]


@pytest.mark.parametrize("marks", [True, False])
def test_a_copy_that_was_left_as_it_was_undoes_no_answer(marks):
    cells = handed_in()
    stub = copy.deepcopy(truth()["hw01-1-solution"])
    if not marks:
        stub.metadata.pop("nbgrader")
    cells.insert(2, stub)
    mark_again(cells, truth())
    answer_beside(cells, truth())
    written = [cell.source for cell in cells if id_of(cell) == "hw01-1-solution" and cell.source]
    assert written == ["a = 1\nb = 2"]
    if marks:
        assert stub.source == ""


def test_an_answer_in_a_new_cell_counts_wherever_it_stands():
    cells = handed_in()
    cells[1].source = truth()["hw01-1-solution"].source
    cells.insert(0, new_code_cell("a, b = 1, 2"))
    cells.append(new_code_cell("a = 5"))
    answer_beside(cells, truth())
    assert id_of(cells[0]) == "hw01-1-solution"
    assert cells[2].source == ""


def test_an_answer_in_pieces_above_its_cell_is_not_undone_by_it():
    cells = handed_in()
    cells[1].source = truth()["hw01-1-solution"].source
    cells[1:1] = [new_code_cell("b = 2"), new_markdown_cell("And"), new_code_cell("a = 1")]
    answer_beside(cells, truth())
    assert [cell.source for cell in cells[1:5]] == ["a = ...\nb = ...", "b = 2", "And", "a = 1"]
    assert [id_of(cell) for cell in cells[1:6]] == ["hw01-1-solution", None, None, None, "hw01-1-test"]


def test_pieces_below_an_answer_cell_move_nothing():
    cells = handed_in()
    cells[1].source = truth()["hw01-1-solution"].source
    cells[2:2] = [new_code_cell("b = 2"), new_code_cell("c = 1")]
    before = [cell.source for cell in cells]
    answer_beside(cells, truth())
    assert [cell.source for cell in cells] == before


def test_words_beside_their_cell_or_in_a_copy_of_it_count():
    cells = handed_in()
    cells[6].source = truth()["hw01-3-explain"].source
    cells.append(new_markdown_cell("Because."))
    assert collect_words(cells, truth()) == ["hw01-3-explain"]
    assert cells[6].source == "Because."
    cells = handed_in()
    cells.append(copy.deepcopy(truth()["hw01-3-explain"]))
    assert collect_words(cells, truth()) == ["hw01-3-explain"]
    assert [cell.source for cell in cells if id_of(cell) == "hw01-3-explain"][-1] == "Because."


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("It isn't a minimum: the trace hides a saddle.", True),
        ("# a saddle,\n# because", True),
        ('"""A saddle."""', True),
        ("", False),
        ("trace = 3", False),
        ("!pip install numpy", False),
    ],
)
def test_words_in_a_cell_of_code_beside_count(text, counts):
    """A new cell is one of code, and not everybody changes its kind."""
    cells = handed_in()
    cells[6].source = truth()["hw01-3-explain"].source
    cells.append(new_code_cell(text))
    assert collect_words(cells, truth()) == ["hw01-3-explain"] * counts
    assert cells[6].source == (text if counts else "Here.")


def test_a_graded_cell_comes_after_its_answer():
    cells = handed_in()
    cells.insert(0, cells.pop(2))
    cells.append(cells.pop(4))
    grade_after_answers(cells)
    order = [id_of(cell) for cell in cells]
    assert order.index("hw01-1-test") > order.index("hw01-1-solution")
    assert order.index("hw01-2-test") > order.index("hw01-2-solution")


def test_names_that_a_cell_binds():
    assert names_bound("!ls\na, (b, c) = 1, (2, 3)\ndef f():\n    d = 1\nx.y = 2") == {"a", "b", "c", "f"}
    assert names_bound("def (") == set()


@pytest.mark.parametrize(
    "source",
    ["wall = 1", "wall['a'] = 3", "wall.update(a=3)", "!ls\nif True:\n    wall = 1", "def wall(x): ...",
     "from helper import f as wall", "import wall", "class wall: ...", "(a, *wall) = 1, 2"],
)  # fmt: skip
def test_a_name_that_a_cell_may_bind_or_change_is_found(source):
    assert "wall" in names_in(source)


@pytest.mark.parametrize("source", ["", "# wall = 1", "'wall'", "print(walls)", "wall = (", "x.wall = 1"])
def test_other_names_are_not(source):
    assert "wall" not in names_in(source)
