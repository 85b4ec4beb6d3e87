"""The figures of a rerun are compared with the stored ones, in the run in which nbval compares the text."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import matplotlib
import nbformat
import numpy as np
import pytest
from PIL import Image

from course_utils.plotting import style
from course_utils.plotting.style import CourseFigure, figure
from tests.tools import ROOT
from tools.figures import (
    PARTS,
    TOLERANCE,
    Figure,
    compare,
    distance,
    figures,
    pinned_matplotlib,
    pixels_count,
)
from tools.run_notebooks import WIDGET_VIEW

pytestmark = pytest.mark.skipif(
    not pixels_count(),
    reason="pixels are compared only under the pinned release of matplotlib",
)

# The notebook's first cell; run here too, for what is stored.
SETUP = """
import numpy as np
from IPython.display import display
from matplotlib.text import Text
from course_utils.plotting import figure

x = np.linspace(0, 6, 300)

def waves(height=1.0, alt="Two waves.", antialiased=True):
    with figure(alt=alt) as fig:
        axes = fig.subplots()
        axes.plot(x, np.sin(x), label="gradient descent")
        axes.plot(x, height * np.cos(x), label="momentum")
        axes.set(xlabel="step", ylabel="loss", ylim=(-1.3, 1.3), title="Two losses")
        axes.legend()
    for text in fig.findobj(Text):
        text.set_antialiased(antialiased)
    return fig

def still(fig, **more):
    data, metadata = fig._repr_mimebundle_()
    display({**data, **more, "text/plain": "Scene"}, metadata=metadata, raw=True)
"""


def waves(**settings: Any) -> CourseFigure:
    names: dict[str, Any] = {}
    exec(SETUP, names)
    return names["waves"](**settings)


def stored(fig: CourseFigure, text: str | None = None) -> list[dict[str, Any]]:
    data, metadata = fig._repr_mimebundle_()
    if text:
        data["text/plain"] = text
    return [{"output_type": "display_data", "data": data, "metadata": metadata}]


def only_text(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}]


class Case(NamedTuple):
    source: str
    outputs: Callable[[], list[dict[str, Any]]]  # as stored
    told: str  # in the failure; "" if the cell must pass
    files: tuple[str, ...] = ()


LIVE = f'still(waves(), **{{"{WIDGET_VIEW}": {{"model_id": "1", "version_major": 2, "version_minor": 0}}}})'
CASES = {
    "unchanged": Case("waves()", lambda: stored(waves()), ""),
    "other edges": Case("waves()", lambda: stored(waves(antialiased=False)), ""),
    "changed curve": Case("waves()", lambda: stored(waves(height=0.95)), "Figure 1 differs by", PARTS),
    "changed alt text": Case(
        "still(waves())",
        lambda: stored(waves(alt="Two weaves."), "Scene"),
        "stored: 'Two weaves.'\n  new:    'Two waves.'",
        PARTS,
    ),
    "figure gone": Case(
        'display({"text/plain": "Scene"}, raw=True)',
        lambda: stored(waves(), "Scene"),
        "stores 1 figures of this cell, the rerun made 0",
        ("stored",),
    ),
    "figure come anew": Case(
        "waves()",
        lambda: only_text("Figure: Two waves."),
        "stores 0 figures of this cell, the rerun made 1",
        ("new",),
    ),
    "live picture": Case(LIVE, lambda: stored(waves(), "Scene"), ""),
    "changed live picture": Case(
        LIVE, lambda: stored(waves(height=0.95), "Scene"), "Figure 1 differs by", PARTS
    ),
    "changed text and curve": Case(
        "still(waves())", lambda: stored(waves(height=0.95), "Other"), "Figure 1 differs by", PARTS
    ),
    "ignored": Case("# NBVAL_IGNORE_OUTPUT\nwaves()", lambda: stored(waves(height=0.5)), ""),
    "error": Case("1 / 0", lambda: stored(waves()), "ZeroDivisionError"),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """What nbval with the plugin says of every cell, "" if it passes; and the folder of its figures."""
    folder = tmp_path_factory.mktemp("figures")
    cells = [nbformat.v4.new_code_cell(SETUP, execution_count=1)]
    for number, case in enumerate(CASES.values(), 2):
        outputs = [nbformat.from_dict(output) for output in case.outputs()]
        cells.append(nbformat.v4.new_code_cell(case.source, execution_count=number, outputs=outputs))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "tiny.ipynb")
    (folder / "out").mkdir()
    (folder / "out" / "tiny-cell1-figure1-new.png").touch()  # left by an earlier run
    command = [sys.executable, "-m", "pytest", "-q", "-c", "pyproject.toml", "-p", "no:cacheprovider"]
    command += ["-p", "no:randomly"]
    command += ["-p", "tools.figures", "--nbval", "--nbval-current-env", "--color=no"]
    command += ["--figures-folder", str(folder / "out"), f"--junitxml={folder / 'junit.xml'}"]
    run = subprocess.run(
        [*command, str(folder / "tiny.ipynb")], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 1, run.stdout + run.stderr
    told = []
    for result in ElementTree.parse(folder / "junit.xml").iter("testcase"):
        told.append("".join(failure.text or "" for failure in result))
    assert len(told) == len(cells), run.stdout + run.stderr
    assert told.pop(0) == ""
    return told, folder / "out"


@pytest.mark.parametrize("name", CASES)
def test_a_cell_fails_when_its_figure_differs_and_leaves_the_pictures(name, outcomes):
    number, case = list(CASES).index(name), CASES[name]
    told, folder = outcomes[0][number], outcomes[1]
    assert bool(told) == bool(case.told), told
    assert case.told in told
    files = {path.name for path in folder.glob(f"tiny-cell{number + 1}-*")}
    assert files == {f"tiny-cell{number + 1}-figure1-{part}.png" for part in case.files}


def test_a_failure_tells_text_and_figure_together(outcomes):
    told = outcomes[0][list(CASES).index("changed text and curve")]
    assert "Other" in told
    assert "differs by" in told


def is_close(one: CourseFigure, other: CourseFigure) -> bool:
    far = distance(one.png(), other.png())
    assert far.worst > 0
    return far.whole <= TOLERANCE.whole and far.worst <= TOLERANCE.worst


@contextmanager
def drawn_with(hinting: str) -> Iterator[None]:
    with style(), matplotlib.rc_context({"text.hinting": hinting}):
        yield


def test_another_font_rendering_is_close(monkeypatch):
    here = waves().png()
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[CourseFigure.__module__], "style", lambda: drawn_with("no_hinting"))
        there = waves().png()
    far = distance(here, there)
    assert 0 < far.worst <= TOLERANCE.worst
    assert far.whole <= TOLERANCE.whole


def test_a_curve_that_is_two_percent_higher_is_not_close():
    assert not is_close(waves(), waves(height=1.02))


def test_a_dot_more_is_not_close():
    dotted = waves()
    dotted.axes[0].plot([3], [0.5], "o")
    assert not is_close(waves(), dotted)


def test_a_ground_in_other_greys_is_not_close():
    def ground(level: float) -> CourseFigure:
        with figure(alt="A grey ground.") as fig:
            fig.subplots().imshow(np.full((5, 5), level), vmin=0, vmax=1, aspect="auto")
        return fig

    assert not is_close(ground(0.5), ground(0.53))


def blank(width: float, height: float) -> bytes:
    with figure(width, height, alt="Empty.") as fig:
        fig.subplots()
    return fig.png()


def test_another_size_is_not_close():
    assert distance(blank(7, 3), blank(7, 3.5)) == (np.inf, np.inf)


def test_pictures_of_two_sizes_are_saved_on_a_common_ground(tmp_path):
    told = compare([Figure(blank(7, 3), "")], [Figure(blank(6, 3.5), "")], tmp_path, "sizes")
    assert "differs by inf levels" in told[0]
    sizes = {}
    for part in PARTS:
        with Image.open(tmp_path / f"sizes-figure1-{part}.png") as picture:
            sizes[part] = picture.size
    assert sizes["difference"] == (sizes["stored"][0], sizes["new"][1])


def test_pixels_count_under_the_release_that_drew_the_stored_figures():
    release, patch = pinned_matplotlib().rsplit(".", 1)
    assert pixels_count(f"{release}.{int(patch) + 1}")
    assert not pixels_count("1.0.0")


def test_only_pictures_count():
    outputs = [{"output_type": "stream", "text": "x"}, *only_text("y"), *stored(waves())]
    (found,) = figures(outputs)
    assert found.alt == "Two waves."
    assert found.png.startswith(b"\x89PNG")


def test_where_rounding_decides_only_pixels_are_passed_over(tmp_path):
    one, other, renamed = (
        figures(stored(waves(height=height, alt=alt)))
        for height, alt in ((1.0, "Two waves."), (0.5, "Two waves."), (1.0, "Two weaves."))
    )
    assert compare(one, other, tmp_path, "a") != []
    assert compare(one, other, tmp_path, "b", pixels=False) == []
    assert compare(one, renamed, tmp_path, "c", pixels=False) != []
    assert compare(one, [], tmp_path, "d", pixels=False) != []
