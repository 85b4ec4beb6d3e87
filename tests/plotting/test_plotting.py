"""Figures hold what they should, say so in words, and leave no trace in the reader's settings."""

import base64
import io
import json
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from course_utils import plotting
from course_utils.datasets import load
from course_utils.objectives import Objective, catalogue, curvature_trio, himmelblau, min_max_saddle
from course_utils.optimizers import Adam, GradientDescent, Newton, minimize
from course_utils.plotting.runs import named_runs, two_digits
from course_utils.plotting.style import COLORS, DASHES, MARKERS, SERIES

PLANAR = [name for name, objective in catalogue().items() if objective.dim == 2]
LINEAR = [name for name, objective in catalogue().items() if objective.dim == 1]


def two_runs():
    objective = himmelblau()
    start = (0.3, -0.7)
    return objective, {
        "slow": minimize(objective, GradientDescent(0.01), start, 40),
        "fast": minimize(objective, Adam(0.3), start, 40),
    }


def saved(figure):
    """Return the PNG as an image, so that drawing happens and its warnings surface."""
    return Image.open(io.BytesIO(figure.png()))


def lines_of(axes, color):
    return [line for line in axes.get_lines() if line.get_color() == color and len(line.get_xdata()) > 1]


@pytest.mark.parametrize("name", PLANAR)
def test_every_landscape_can_be_drawn(name):
    figure = plotting.contour(catalogue()[name])
    picture = saved(figure)
    assert isinstance(figure, Figure)
    assert picture.width > 500
    assert name in figure.alt
    # Rastrigin's thirty-six hollows cost more ink.
    assert len(figure.png()) < (70_000 if name == "Rastrigin" else 40_000)


@pytest.mark.parametrize("name", LINEAR)
def test_every_curve_can_be_drawn(name):
    figure = plotting.curve(catalogue()[name])
    assert len(figure.png()) < 30_000
    assert name in figure.alt


def test_surface_and_contour_show_the_same():
    figure = plotting.surface_and_contour(
        min_max_saddle(), minimize(min_max_saddle(), Newton(), (1.5, 0.5), 3)
    )
    solid, flat = figure.axes[:2]
    assert solid.name == "3d"
    assert flat.get_xlim() == (-2, 2)
    assert len(figure.png()) < 50_000
    assert "1 × saddle" in figure.alt


def test_the_grid_is_one_call():
    calls = []

    def f(x):
        calls.append(x.shape)
        return x[..., 0] ** 2 + 3 * x[..., 1] ** 2

    class Counted(Objective):
        def _value(self, x):
            return f(x)

        def _gradient(self, x):
            return x * [2, 6]

    plotting.contour(Counted("counted", 2))
    plotting.surface_and_contour(Counted("counted", 2))
    assert len(calls) == 2
    assert len(calls[0]) == 3
    assert calls[0][-1] == 2


def test_paths_are_the_trajectories_and_differ_in_three_ways():
    objective, runs = two_runs()
    figure = plotting.contour(objective, runs)
    axes = figure.axes[0]
    for place, run in enumerate(runs.values()):
        color, dash, marker = SERIES[place]
        drawn = lines_of(axes, COLORS[color])
        assert any(np.array_equal(line.get_xydata(), run.x) for line in drawn)
        assert any(line.get_marker() == MARKERS[marker] for line in drawn)
        assert any(
            line._unscaled_dash_pattern == Line2D([], [], linestyle=DASHES[dash])._unscaled_dash_pattern
            for line in drawn
        )
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["slow", "fast", "minimum", "maximum", "saddle"]


def test_no_two_series_look_alike_without_colour():
    assert len({(dash, marker) for _, dash, marker in SERIES}) == len(SERIES)
    assert len({color for color, _, _ in SERIES}) == len(SERIES)


def test_a_batch_is_one_entry_and_each_path_ends_where_its_start_did():
    objective = himmelblau()
    starts = np.array([[3.0, 2.0], [0.0, 0.0], [200.0, 200.0]])
    run = minimize(objective, GradientDescent(0.01), starts, 60, tol=1e-3)
    assert sorted(set(run.status.tolist())) == ["converged", "diverged"]
    figure = plotting.contour(objective, run)
    saved(figure)
    assert len(figure.legends[0].get_texts()) == 4
    (named,) = named_runs(run)
    assert [len(path) for path in named.each_start(run.x)] == (run.steps + 1).tolist()
    assert "2 converge, 1 diverge" in figure.alt


def test_levels_hold_equally_much_ground_or_are_the_readers():
    figure = plotting.contour(catalogue()["round bowl"], levels=4)
    bands = figure.axes[0].collections[0]
    heights = np.sort(np.concatenate([[0.0], bands.levels]))
    assert len(np.unique(bands.levels)) == 5
    assert heights[-1] == pytest.approx(4.0)
    figure = plotting.contour(catalogue()["round bowl"], levels=[0.1, 0.5, 2.0])
    assert figure.axes[0].collections[0].levels.tolist() == [0.1, 0.5, 2.0]


def test_units_are_equal_where_the_window_allows():
    assert plotting.contour(himmelblau()).axes[0].get_aspect() == 1
    wide = plotting.contour(himmelblau(), window=((-5, 5), (-1, 1)))
    assert wide.axes[0].get_aspect() == "auto"
    assert wide.axes[0].get_xlim() == (-5, 5)


def test_a_constant_and_a_partly_infinite_function_can_be_drawn():
    class Flat(Objective):
        def _value(self, x):
            return np.full(x.shape[:-1], 3.0)

        def _gradient(self, x):
            return np.zeros_like(x)

    class Holed(Flat):
        def _value(self, x):
            return np.log(x[..., 0])

    saved(plotting.contour(Flat("flat", 2)))
    saved(plotting.surface_and_contour(Flat("flat", 2)))
    saved(plotting.contour(Holed("holed", 2)))
    saved(plotting.surface_and_contour(Holed("holed", 2)))
    with pytest.raises(ValueError, match=r"objective must be finite somewhere in .*, got 'holed'"):
        plotting.contour(Holed("holed", 2), window=((-2, -1), (0, 1)))


def test_curve_shows_models_steps_and_refuses_wrong_shapes():
    objective = curvature_trio()[2]
    run = minimize(objective, GradientDescent(0.6), (-1.5,), 5)
    figure = plotting.curve(objective, run, models={"tangent": lambda x: 1 - x})
    saved(figure)
    drawn = [line.get_xydata() for line in figure.axes[0].get_lines()]
    assert any(np.array_equal(xy, np.column_stack([run.x[:, 0], run.value])) for xy in drawn)
    assert "tangent" in figure.alt
    with pytest.raises(ValueError, match=r"models\['one'\] must return shape \(401,\), got \(\)"):
        plotting.curve(objective, models={"one": lambda x: 1.0})


def test_loss_curves_take_either_axis():
    _, runs = two_runs()
    for x, across in (("step", np.arange(41)), ("cost", runs["slow"].cost)):
        for y in ("value", "gradient_norm"):
            figure = plotting.loss_curves(runs, x=x, y=y)
            saved(figure)
            line = lines_of(figure.axes[0], COLORS["blue"])[0]
            assert np.array_equal(line.get_xdata(), across)
            assert np.array_equal(line.get_ydata(), getattr(runs["slow"], y))
            assert figure.axes[0].get_yscale() == "log"
    assert plotting.loss_curves(runs, log=False).axes[0].get_yscale() == "linear"
    shifted = plotting.loss_curves(runs, reference=1.5)
    assert shifted.axes[0].get_ylabel() == "f − 1.5"
    assert np.array_equal(lines_of(shifted.axes[0], COLORS["blue"])[0].get_ydata(), runs["slow"].value - 1.5)


def test_loss_curves_survive_exact_zeros():
    objective = catalogue()["round bowl"]
    run = minimize(objective, Newton(), (1.0, 1.0), 4)
    assert run.value[-1] == 0
    saved(plotting.loss_curves(run))


def test_spectrum_counts_signs_and_zeros():
    values = np.concatenate([-np.logspace(-3, -1, 7), np.zeros(5), np.logspace(-4, 1, 30)])
    figure = plotting.spectrum({"before": values, "after": np.abs(values)})
    assert len(figure.png()) < 40_000
    before, after = figure.axes
    texts = [text.get_text() for text in before.get_legend().get_texts()]
    assert [text.split()[:2] for text in texts] == [["7", "negative,"], ["30", "positive,"], ["5", "zero"]]
    assert [t.get_text().split()[0] for t in after.get_legend().get_texts()] == ["37", "5"]
    heights = {True: 0.0, False: 0.0}
    for bar in before.patches:
        assert bar.get_x() >= -1e-12 or bar.get_x() + bar.get_width() <= 1e-12, "no bar mixes signs"
        heights[bar.get_x() + bar.get_width() / 2 < 0] += bar.get_height()
    assert heights == {True: 7, False: 30}
    assert all(bool(bar.get_hatch()) == (bar.get_x() < -1e-12) for bar in before.patches if bar.get_height())
    assert figure.alt.startswith("Spectrum before: 42 eigenvalues from −0.1 to 10, 7 negative, 5 zero.")


@pytest.mark.parametrize(
    "values", [[0.0], [0.0, 0.0], [1.0], [-3.0], [5.0, 5.0], [-1e-3, 1e3], np.arange(-3, 900)]
)
@pytest.mark.parametrize("log", [True, False])
def test_odd_spectra_can_be_drawn(values, log):
    figure = plotting.spectrum(values, log=log)
    saved(figure)
    drawn = sum(bar.get_height() for bar in figure.axes[0].patches)
    assert drawn == np.count_nonzero(values)


def test_tolerance_decides_what_is_zero():
    assert "2 negative, 1 zero" in plotting.spectrum([-1, -0.1, 0, 1]).alt
    assert "1 negative, 2 zero" in plotting.spectrum([-1, -0.1, 0, 1], tolerance=0.1).alt


@pytest.mark.parametrize(
    "hessian", [[[2, 1], [1, -1]], np.eye(2), -np.eye(2), np.zeros((2, 2)), [[0, 1], [1, 0]]]
)
def test_polar_curvature_reaches_the_eigenvalues(hessian):
    figure = plotting.polar_curvature(hessian)
    saved(figure)
    eigenvalues = np.linalg.eigvalsh(hessian)
    up, down = figure.axes[1].get_lines()[:2]
    curves = np.concatenate([up.get_ydata(), down.get_ydata()])
    assert np.nanmax(curves) == pytest.approx(eigenvalues[1], abs=1e-3)
    assert np.nanmin(curves) == pytest.approx(eigenvalues[0], abs=1e-3)
    assert up.get_linestyle() != down.get_linestyle()


def test_polar_curvature_in_words():
    alt = plotting.polar_curvature([[2, 0], [0, -1]]).alt
    assert alt.endswith("eigenvalue −1 at 90°, eigenvalue 2 at 0°.")


def test_images_keep_their_order_and_captions():
    data = load()
    figure = plotting.images(data.inputs[:12], captions=data.targets[:12], columns=5)
    saved(figure)
    assert len(figure.axes) == 12
    assert np.array_equal(figure.axes[7].images[0].get_array(), data.inputs[7].reshape(10, 10))
    assert [axes.get_title() for axes in figure.axes] == [str(label) for label in data.targets[:12]]
    widths = {round(axes.get_position().width, 9) for axes in figure.axes}
    assert len(widths) == 1
    colour = load("cifar10-10x10")
    saved(plotting.images(colour.inputs[:3], image_shape=colour.image_shape))


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


@pytest.mark.parametrize("name", ["recurrent cliff", "Rosenbrock", "plateau", "curved ravine"])
def test_nothing_is_cut_off_or_overlaps_the_legend(name):
    objective = catalogue()[name]
    start = [(low + high) / 2 for low, high in objective.domain]
    figure = plotting.contour(objective, minimize(objective, GradientDescent(1e-4), start, 3))
    figure.png()
    renderer = figure.canvas.get_renderer()
    drawn, legend = figure.axes[0].get_tightbbox(renderer), figure.legends[0].get_window_extent(renderer)
    assert drawn.x0 >= 0
    assert drawn.y0 >= 0
    assert drawn.y1 <= figure.bbox.y1
    assert drawn.x1 <= legend.x0
    assert legend.x1 <= figure.bbox.x1


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
    ("number", "words"),
    [(0.0, "0"), (-0.0, "0"), (1234, "1200"), (-0.123, "−0.12"), (99.6, "100"), (3e7, "3e+07"), (2.0, "2")],
)
def test_two_digits(number, words):
    assert two_digits(number) == words


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.contour(catalogue()["Rosenbrock 5-D"]), "objective must have dim 2 .* got 5"),
        (lambda: plotting.curve(himmelblau()), "objective must have dim 1 .* got 2"),
        (lambda: plotting.contour(himmelblau(), "path"), "trajectories must be a Trajectory, .* got 'p'"),
        (lambda: plotting.contour(himmelblau(), [np.zeros((3, 2))]), "trajectories must be a Trajectory"),
        (
            lambda: plotting.contour(himmelblau(), window=((1, 0), (0, 1))),
            r"window must be .* got \(\(1, 0\)",
        ),
        (lambda: plotting.contour(himmelblau(), window=(0, 1)), r"window must be .* got \(0, 1\)"),
        (lambda: plotting.curve(curvature_trio()[0], window=(0, np.inf)), r"window must be \(low, high\)"),
        (lambda: plotting.contour(himmelblau(), levels=1), r"levels must be in 2 … 100, .* got 1"),
        (
            lambda: plotting.contour(himmelblau(), levels=[3, 1]),
            "levels must be a whole number, or .* increasing",
        ),
        (lambda: plotting.loss_curves([]), "trajectories must hold at least one run, got none"),
        (lambda: plotting.loss_curves(two_runs()[1], x="time"), "x must be one of .* got 'time'"),
        (lambda: plotting.loss_curves(two_runs()[1], y="loss"), "y must be one of .* got 'loss'"),
        (
            lambda: plotting.loss_curves(two_runs()[1], y="gradient_norm", reference=1.0),
            "reference is for y='value', got 1.0",
        ),
        (
            lambda: plotting.loss_curves(minimize(himmelblau(), Adam(), (0, 0), 9, record="ends")),
            'recorded with record="path"',
        ),
        (
            lambda: plotting.curve(curvature_trio()[0], two_runs()[1]),
            r"trajectories must hold points of dim 1 here, got x of shape \(41, 2\)",
        ),
        (lambda: plotting.spectrum([]), r"eigenvalues must have shape \(n,\) with n ≥ 1, got \(0,\)"),
        (lambda: plotting.spectrum({}), "eigenvalues must hold at least one spectrum"),
        (lambda: plotting.spectrum([1, np.nan]), "eigenvalues must be finite"),
        (lambda: plotting.spectrum([1.0], tolerance=-1), "tolerance must be ≥ 0, got -1"),
        (lambda: plotting.polar_curvature(np.eye(3)), r"hessian must be a finite symmetric \(2, 2\)"),
        (lambda: plotting.polar_curvature([[0, 1], [2, 0]]), r"hessian must be a finite symmetric"),
        (lambda: plotting.images(np.zeros((2, 99))), r"pixels must have shape \(k, 100\) .* got \(2, 99\)"),
        (lambda: plotting.images(np.zeros((2, 100)), captions="a"), "captions must be 2, .* got 1"),
        (lambda: plotting.images(np.zeros((2, 100)), columns=0), r"columns must be in 1 … 50, got 0"),
        (
            lambda: plotting.images(np.zeros((2, 100)), image_shape=(100,)),
            r"image_shape must be .* got \(100,\)",
        ),
        (lambda: plotting.figure(alt=" "), "alt must say in words"),
        (lambda: plotting.figure(0.5, alt="x"), r"width must be in 1 … 20 inches, got 0.5"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
