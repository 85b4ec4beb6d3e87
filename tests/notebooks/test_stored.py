"""What can be seen of a committed notebook without running it (nbval runs it)."""

import re

import nbformat
import pytest

from tests.tools import ROOT
from tools.make_slides import minutes_of_sections

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert [path.name[:2] for path in NOTEBOOKS][:2] == ["00", "01"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_is_valid_and_small(notebook, request):
    nbformat.validate(notebook)
    path = request.node.callspec.params["notebook"]
    assert path.stat().st_size <= 400 * 1024


def test_every_code_cell_was_executed_in_order_without_error(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


def test_code_cells_are_short(notebook):
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= 15, cell.source


def test_every_picture_has_alt_text(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata.get("image/png", {}).get("alt", "").strip(), cell.source


def test_no_widget_state_and_no_machine_is_stored(notebook):
    assert "widgets" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in code_cells(notebook):
        assert "execution" not in cell.metadata
        for output in cell.outputs:
            data = output.get("data", {})
            assert "application/vnd.jupyter.widget-view+json" not in data
            text = str(data.get("text/plain", "")) + str(output.get("text", ""))
            assert " at 0x" not in text, cell.source


def test_a_lesson_has_a_slide_map(notebook, request):
    path = request.node.callspec.params["notebook"]
    if path.name.startswith("00"):
        pytest.skip("00_start_here is not a lecture")
    slides = [
        cell for cell in notebook.cells if cell.metadata.get("slideshow", {}).get("slide_type") == "slide"
    ]
    notes = [
        cell for cell in notebook.cells if cell.metadata.get("slideshow", {}).get("slide_type") == "notes"
    ]
    assert len(slides) >= 5
    assert len(notes) >= 3


def test_the_minutes_of_the_slide_map_add_up_to_those_at_the_head(notebook, request):
    if request.node.callspec.params["notebook"].name.startswith("00"):
        pytest.skip("00_start_here is not a lecture")
    time = r"\*\*Time\*\*: about\s+\d+\s+minutes\s+alone,\s+(\d+)\s+in\s"
    (head,) = re.findall(time, notebook.cells[0].source)
    text = "\n".join(cell.source for cell in notebook.cells)
    sections = set(re.findall(r"^## (\d+) ·", text, re.M))
    minutes = minutes_of_sections(notebook)
    assert sum(minutes.values()) == int(head)
    assert set(minutes) <= sections
    assert min(minutes.values()) > 0


def shown(cell):
    """Return whether a cell shows text or a figure, other than a live picture, a question or a hint."""
    texts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs]
    return any(not text.startswith(("Scene(", "Prediction ", "… Not attempted", "➜")) for text in texts)


def test_what_answers_a_prediction_is_folded(notebook):
    """The first thing that is shown after a question, and all that follows it before the next paragraph."""
    asked, followed = None, False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            asked = None if followed or cell.source.startswith("## ") else asked
        elif cell.source.rstrip().startswith("predict(") or "\npredict(" in cell.source:
            asked, followed = cell.source, False
        elif asked and shown(cell) and "exercise" not in cell.metadata.get("tags", []):
            assert cell.metadata.get("jupyter", {}).get("outputs_hidden"), (asked, cell.source)
            followed = True


def test_folded_outputs_are_folded_for_every_reader(notebook):
    for cell in code_cells(notebook):
        folded = cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
        assert folded == ("hide-output" in cell.metadata.get("tags", [])), cell.source
        assert not (folded and "Scene(" in str(cell.outputs)), "a live picture must not be folded"


def test_the_two_sliders_of_the_first_page_follow_each_other_to_their_ends():
    cells = nbformat.read(NOTEBOOKS[0], as_version=4).cells
    names = {"display": lambda *shown: None}
    for cell in cells:
        if cell.cell_type == "code" and "import explore" in cell.source:
            exec(cell.source, names)
    (linked,) = [cell.source for cell in cells if "link((mine" in cell.source]
    exec(linked, names)
    mine, picture = names["mine"], names["picture"]
    (control,) = [one for one in picture.control_list if one["name"] == "learning_rate"]
    assert (mine.min, mine.max) == (control["low"], control["high"])
    for value in (control["low"], 0.0123, 0.00217, control["high"]):
        picture.learning_rate = value
        assert mine.value == pytest.approx(value, rel=1e-12)
        steps = value / mine.step  # the slider shows and keeps whole steps
        assert steps == pytest.approx(round(steps), abs=1e-6)
        assert format(value, mine.readout_format) == f"{value:.5f}"
    for value in (mine.min, 0.02, mine.max):
        mine.value = value
        assert picture.learning_rate == value
