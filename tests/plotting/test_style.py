"""Figures say in words what they show, and leave no trace in the reader's settings."""

import base64
import gc
import io
import json
import subprocess
import sys

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from course_utils import plotting
from course_utils.datasets import load
from course_utils.objectives import curvature_trio, himmelblau
from course_utils.plotting.style import COLORS, set_plain_numbers
from tests.tools.figures import saved, two_runs


def test_panels_of_one_figure():
    objective, runs = two_runs()
    with plotting.figure(8, 3.5, alt="Paths, and the loss along them.") as figure:
        left, right = figure.subplots(1, 2)
        assert plotting.contour(objective, runs, axes=left) is figure
        assert plotting.loss_curves(runs, axes=right) is figure
    saved(figure)
    assert figure.alt == "Paths, and the loss along them."
    assert left.get_legend() is not None
    assert not figure.legends
    with plotting.figure(alt="Three curvatures.") as figure:
        for axes, objective in zip(figure.subplots(1, 3), curvature_trio(), strict=True):
            plotting.curve(objective, legend=False, axes=axes)
    saved(figure)
    assert not any(axes.get_legend() for axes in figure.axes)


def test_a_figure_that_has_been_shown_keeps_no_pixels():
    figure = plotting.loss_curves(two_runs()[1])
    first = figure.png()
    gc.collect()
    # By their types: isinstance asks some objects of torch for their class, and they warn.
    assert not [one for one in gc.get_objects() if issubclass(type(one), RendererAgg)]
    assert figure.png() == first


def test_nor_does_it_keep_the_dozens_of_ticks_of_a_logarithmic_axis():
    with plotting.figure(alt="Growth.") as figure:
        axes = figure.subplots()
        axes.semilogy([0, 1], [1e-3, 1e3])
    before = len(axes.yaxis.get_minor_ticks())
    first = figure.png()
    assert before > 40
    assert len(axes.yaxis.minorTicks) + len(axes.yaxis.majorTicks) <= 2
    assert figure.png() == first


def test_plain_numbers_are_no_formulas_but_the_power_of_ten_that_they_share_is():
    with plotting.figure(alt="A line.") as figure:
        axes = figure.subplots()
        axes.plot([0, 3e5], [-0.25, 0.5])
        axes.set(xticks=[0, 1e5, 3e5], yticks=[-0.25, 0.5])
        set_plain_numbers(figure.axes)
        figure.canvas.draw()
    written = [[text.get_text() for text in axis.get_ticklabels()] for axis in (axes.xaxis, axes.yaxis)]
    assert written == [["0", "1", "3"], ["−0.25", "0.50"]]
    assert axes.xaxis.get_offset_text().get_text() == r"$\times\mathdefault{10^{5}}\mathdefault{}$"


def numbers_beside(axis) -> list[str]:
    return [text.get_text() for text in axis.get_ticklabels(which="both") if text.get_text()]


@pytest.mark.parametrize(
    ("ends", "base", "numbers", "expected"),
    [
        ((1e-9, 1e3), 10, [1e-13, 1e-9, 1.0, 1e3], ["10⁻¹³", "10⁻⁹", "10⁰", "10³"]),
        ((0.2, 0.9), 10, [0.2, 0.6], ["2·10⁻¹", "6·10⁻¹"]),
        ((0.25, 1024), 2, [0.25, 1024.0], ["2⁻²", "2¹⁰"]),
    ],
)
def test_numbers_along_a_logarithmic_axis_are_no_formulas_either(ends, base, numbers, expected):
    with plotting.figure(alt="A line.") as figure:
        axes = figure.subplots()
        axes.plot([0, 1], ends)
        axes.set_yscale("log", base=base)
        set_plain_numbers(figure.axes)
        figure.canvas.draw()
    both = axes.yaxis.get_major_formatter(), axes.yaxis.get_minor_formatter()
    assert [next(filter(None, (name(number) for name in both)), "") for number in numbers] == expected


def test_numbers_of_both_signs_along_a_logarithmic_axis_are_no_formulas_either():
    with plotting.figure(alt="A line.") as figure:
        axes = figure.subplots()
        axes.plot([0, 1], [-100, 100])
        axes.set_yscale("symlog", linthresh=0.01)
        figure.png()
        figure.canvas.draw()
    assert {"−10⁰", "−10⁻²", "0", "10⁻²", "10⁰"} <= set(numbers_beside(axes.yaxis))


def test_every_figure_has_plain_numbers():
    with plotting.figure(alt="A line.") as figure:
        axes = figure.subplots()
        axes.semilogy([0, 0.5], [1e-3, 1e3])
    figure.png()
    figure.canvas.draw()
    assert not any("$" in text for axis in (axes.xaxis, axes.yaxis) for text in numbers_beside(axis))
    assert "10⁻³" in numbers_beside(axes.yaxis)


def test_a_formatter_that_was_chosen_stays():
    with plotting.figure(alt="A line.") as figure:
        axes = figure.subplots()
        axes.semilogy([1, 2], [1, 100])
        axes.xaxis.set_major_formatter("{x:.0f} m")
        axes.yaxis.set_major_formatter("{x:.0f} s")
        axes.yaxis.set_minor_formatter("")
        chosen = [
            get()
            for axis in (axes.xaxis, axes.yaxis)
            for get in (axis.get_major_formatter, axis.get_minor_formatter)
        ]
        figure.png()
    assert [
        get()
        for axis in (axes.xaxis, axes.yaxis)
        for get in (axis.get_major_formatter, axis.get_minor_formatter)
    ] == chosen


def test_own_figures_have_the_look_inside_the_block_only():
    before = dict(mpl.rcParams)
    with plotting.figure(alt="A line.") as figure:
        (line,) = figure.subplots().plot([0, 1])
    assert line.get_linewidth() == 2.2
    assert line.get_color() == COLORS["blue"]
    plotting.contour(himmelblau()).png()
    assert dict(mpl.rcParams) == before


def test_the_readers_settings_do_not_leak_in():
    plain = plotting.loss_curves(two_runs()[1]).png()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 30}):
        assert plotting.loss_curves(two_runs()[1]).png() == plain


def test_text_is_readable_when_projected():
    objective, runs = two_runs()
    figures = [
        plotting.contour(objective, runs),
        plotting.loss_curves(runs),
        plotting.spectrum([-1, 1, 2]),
        plotting.polar_curvature([[1, 0], [0, -1]]),
        plotting.images(load().inputs[:2], captions=["a", "b"]),
    ]
    for figure in figures:
        figure.png()
        texts = [text for text in figure.findobj(mpl.text.Text) if text.get_text() and text.get_visible()]
        assert texts
        assert min(text.get_fontsize() for text in texts) >= 11


def test_display_is_a_picture_with_words():
    figure = plotting.contour(himmelblau(), alt="Four valleys <of equal depth>.")
    data, metadata = figure._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "Figure: Four valleys <of equal depth>."
    width, height = Image.open(io.BytesIO(figure.png())).size
    assert metadata["image/png"]["alt"] == "Four valleys <of equal depth>."
    assert metadata["image/png"]["width"] < width
    assert metadata["image/png"]["width"] / metadata["image/png"]["height"] == pytest.approx(
        width / height, rel=0.01
    )
    assert figure.png() == base64.b64decode(data["image/png"]), "drawing twice gives the same bytes"


def test_alt_text_reaches_the_html_of_nbconvert(tmp_path):
    """Run a notebook that also uses pyplot, which would otherwise take over the display of figures."""
    import nbformat
    from nbconvert import HTMLExporter

    code = (
        "import matplotlib.pyplot as plt\n"
        "from course_utils.plotting import figure\n"
        "with figure(alt='A \"line\" & more.') as fig:\n"
        "    fig.subplots().plot([0, 1])\n"
        "fig"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    run = (
        "import sys, nbformat\n"
        "from nbconvert.preprocessors import ExecutePreprocessor\n"
        "notebook = nbformat.reads(sys.stdin.read(), 4)\n"
        "ExecutePreprocessor(timeout=60, kernel_name='python3').preprocess(notebook)\n"
        "sys.stdout.write(nbformat.writes(notebook))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", run],
        input=json.dumps(notebook),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    executed = nbformat.reads(done.stdout, 4)
    (output,) = executed.cells[0].outputs
    assert output.data["text/plain"] == 'Figure: A "line" & more.'
    assert output.metadata["image/png"]["alt"] == 'A "line" & more.'
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(executed)
    assert 'alt="A &quot;line&quot; &amp; more."' in html or "alt='A \"line\" &amp; more.'" in html


def test_pyplot_is_never_needed():
    code = (
        "import sys\n"
        "from course_utils import plotting\n"
        "from course_utils.objectives import himmelblau\n"
        "plotting.surface_and_contour(himmelblau()).png()\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.figure(alt=" "), "alt must say in words"),
        (lambda: plotting.figure(0.5, alt="x"), r"width must be in 1 … 20 inches, got 0.5"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# A notebook's kernel, without a notebook.
_SESSION = """
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.user_ns["shell"] = shell
for source in (
    "from course_utils import plotting",
    "plotting.figure(alt='A line.')",
    "mine = plotting.figure(alt='A line.')\\nmine",
    "print([type(one).__name__ for one in (Out[2], Out[3], _2, mine)])",
    "print(Out[2], Out[2]._repr_mimebundle_()[0].keys() == mine._repr_mimebundle_()[0].keys())",
    "print(len(shell.events.callbacks['post_run_cell']))",
    "del mine",
    "import gc\\n1",
    "2",
    "3",
    "gc.collect()\\nprint(sum(isinstance(one, plotting.CourseFigure) for one in gc.get_objects()))",
):
    shell.run_cell(source, store_history=True).raise_error()
"""


def test_of_a_figure_that_was_shown_out_keeps_the_picture_alone():
    run = subprocess.run([sys.executable, "-c", _SESSION], capture_output=True, text=True, check=True)
    told = [line for line in run.stdout.splitlines() if line and not line.startswith("Out[")]
    assert told[-4] == "['ShownFigure', 'ShownFigure', 'ShownFigure', 'CourseFigure']"
    assert told[-3] == "Figure: A line. True"
    assert told[-2] == "1", "the callback that gives memory back, and no others"
    assert told[-1] == "0", "figures that live on"
