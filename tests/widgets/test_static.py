"""What is left of a live picture in a committed notebook, in HTML and for strict comparison."""

import base64
import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_utils.plotting.style import style
from course_utils.widgets import Handle, Line, Panel, Table, View, scene, static
from course_utils.widgets.static_layers import draw_layer
from tests.tools.notebooks import write_notebook
from tests.tools.scenes import astray

CELLS = [
    "from course_utils.objectives import min_max_saddle\n"
    "from course_utils.optimizers import GradientDescent, from_step\n"
    "from course_utils.pictures import explore",
    "explore(min_max_saddle(), GradientDescent(), alt='A saddle with a path that slides off it')",
    "def broken(objective, x):\n    return x / nothing\n\nexplore(min_max_saddle(), from_step(broken)).error",
]


def run(*command, cwd):
    # Libraries of the test runner may warn on some platforms; what is tested here is what they write.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Return the folder of an executed notebook, its widget views dropped as for a commit."""
    folder = tmp_path_factory.mktemp("export")
    path = folder / "live.ipynb"
    write_notebook(path, CELLS)
    run("nbconvert", "--to", "notebook", "--inplace", "--execute", path.name, cwd=folder)
    notebook = json.loads(path.read_text())
    notebook["metadata"].pop("widgets", None)
    notebook["cells"][1]["outputs"][0]["data"].pop("application/vnd.jupyter.widget-view+json")
    path.write_text(json.dumps(notebook))
    return folder


def test_the_notebook_keeps_picture_and_alt_text(executed):
    cells = json.loads((executed / "live.ipynb").read_text())["cells"]
    (output,) = cells[1]["outputs"]
    assert output["data"]["text/plain"] == ["Scene('A saddle with a path that slides off it')"]
    assert output["metadata"]["image/png"]["alt"] == "A saddle with a path that slides off it"
    assert 5_000 < len(output["data"]["image/png"]) < 55_000


def test_an_error_names_the_line_of_the_cell(executed):
    cells = json.loads((executed / "live.ipynb").read_text())["cells"]
    (output,) = cells[2]["outputs"]
    said = "".join(output["data"]["text/plain"])
    assert "broken: NameError: name 'nothing' is not defined" in said
    assert "line 2 of broken: return x / nothing" in said
    assert "ipykernel" not in said


def test_html_shows_the_picture_with_its_alt_text(executed):
    # nbconvert's default template drops the alt text of every output; its classic one keeps it.
    run("nbconvert", "--to", "html", "--template", "classic", "live.ipynb", cwd=executed)
    html = (executed / "live.html").read_text()
    assert 'alt="A saddle with a path that slides off it"' in html
    assert "data:image/png;base64," in html


def test_strict_comparison_passes_without_the_stored_view(executed):
    said = run(
        *(
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--nbval",
            "--nbval-current-env",
            "-q",
            "live.ipynb",
        ),
        cwd=executed,
    )
    assert "3 passed" in said


@pytest.mark.parametrize("length", [20, 45, 69, 120])
def test_the_readout_is_not_cut_off(length):
    rows = [("a", "9" * (length - 3)), ("b", "1")]
    picture = scene(
        lambda state: View(plot=[], readout=Table(rows)),
        panels={"plot": Panel("t", window=(0, 1, 0, 1))},
        alt="t",
    )
    png = base64.b64decode(picture._repr_mimebundle_()[0]["image/png"])
    ink = np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 128
    assert ink.any()
    assert not ink[:, -3:].any()


def crowded(**settings):
    """Return a scene of two panels with wide numbers, long names and handles at the edges."""
    panels = {
        "left": Panel("t", "x", "relative curvature", (0, 1, -0.012, 0.012)),
        "right": Panel(
            "a title that is longer than the plot below it is wide",
            "a name as long as that, and then some",
            "a name longer than the plot is high",
            (-1e-3, 123456.0, -0.0001234, 0.5),
            ratio=0.4,
        ),
    }
    handles = {"corner": Handle((1, 0.012), panel="left"), "end": Handle((123456.0, 0.5), panel="right")}
    layers = [
        Line([(0, 0), (1, 0)], label="a label that needs more room than there is below so narrow a panel")
    ]
    return scene(
        lambda state: View(left=layers, right=layers), panels=panels, handles=handles, alt="t", **settings
    )


def test_no_text_of_a_still_leaves_its_panel():
    assert astray(crowded()) == []
    png = base64.b64decode(crowded()._repr_mimebundle_()[0]["image/png"])
    ink = np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 128
    assert ink.any()
    assert not ink[:, :2].any()
    assert not ink[:, -2:].any()


def test_with_margins_that_do_not_follow_texts_would_leave(monkeypatch):
    monkeypatch.setattr(static, "_sides", lambda ax, title: (0.75, 0.2))
    found = astray(crowded())
    assert any("numbers and name of y" in one for one in found)
    assert any("a title" in one for one in found)


def test_a_title_above_a_power_of_ten_is_in_the_picture():
    tiny = Panel("a title", "x", "y", (0, 1, -0.00012, 0.00012))
    assert astray(scene(lambda state: View(plot=[]), panels={"plot": tiny}, alt="t")) == []


def test_filled_curves_have_an_edge_that_every_release_draws():
    with style():
        ax = Figure().subplots()
    for height in range(1, 9):
        draw_layer(ax, Line([(0, 0), (1, height), (2, 0)], fill=0.2), (0, 2, 0, 9), halo=False)
    assert {patch.get_linestyle() for patch in ax.patches} == {"solid"}
