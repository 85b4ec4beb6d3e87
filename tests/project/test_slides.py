"""What of a lesson's text comes on its slides."""

import re

import nbformat
import pytest

from tests.tools import ROOT
from tools.make_slides import shown

LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))[1:]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_exercises_are_for_the_notebook_wherever_they_stand_in_a_cell(path):
    cells = nbformat.read(path, as_version=4).cells
    asked = [cell for cell in cells if cell.cell_type == "markdown" and "· exercise " in cell.source]
    inside = [cell for cell in asked if shown(cell.source)]
    assert inside
    assert [cell.source for cell in asked if "· exercise " in shown(cell.source)] == []
    for cell in inside:
        words = shown(cell.source)
        assert cell.source.startswith(words)
        assert not re.fullmatch("#.*", words)  # a heading with nothing beneath it
        assert cell.source.removeprefix(words).startswith("\n\n**")


def test_text_without_exercises_is_shown_whole():
    text = "**Explain.** So it is (exercise 1.1).\n\n**Next.** And on."
    assert shown(text) == text
    assert shown("## Slide map\n\n| a | b |") == ""
