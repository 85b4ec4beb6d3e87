"""Landscapes show their ground, their critical points and the runs on them."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from course_utils import plotting
from course_utils.objectives import Objective, catalogue, himmelblau, min_max_saddle
from course_utils.optimizers import GradientDescent, Newton, minimize
from course_utils.plotting.runs import named_runs
from course_utils.plotting.style import COLORS, DASHES, MARKERS, SERIES
from tests.tools.cases import first_of_each
from tests.tools.figures import lines_of, saved, two_runs

PLANAR = [name for name, objective in catalogue().items() if objective.dim == 2]


@pytest.mark.parametrize("name", first_of_each(PLANAR, lambda name: type(catalogue()[name])))
def test_every_landscape_can_be_drawn(name):
    figure = plotting.contour(catalogue()[name])
    png = figure.png()
    assert isinstance(figure, Figure)
    assert Image.open(io.BytesIO(png)).width > 500
    assert name in figure.alt
    # Rastrigin's thirty-six hollows cost more ink.
    assert len(png) < (70_000 if name == "Rastrigin" else 40_000)


def test_surface_and_contour_show_the_same():
    figure = plotting.surface_and_contour(
        min_max_saddle(), minimize(min_max_saddle(), Newton(), (1.5, 0.5), 3)
    )
    solid, flat = figure.axes[:2]
    assert solid.name == "3d"
    assert flat.get_xlim() == (-2, 2)
    assert len(figure.png()) < 50_000
    assert "1 × saddle" in figure.alt


def test_a_grid_is_a_few_calls_with_some_rows_each():
    calls = []

    def f(x):
        calls.append(x.shape)
        return x[..., 0] ** 2 + 3 * x[..., 1] ** 2

    class Counted(Objective):
        def _value(self, x):
            return f(x)

        def _gradient(self, x):
            return x * [2, 6]

    for draw in (plotting.contour, plotting.surface_and_contour):
        calls.clear()
        draw(Counted("counted", 2))
        assert sum(rows for rows, _, _ in calls) == 161
        assert {shape[1:] for shape in calls} == {(161, 2)}
        assert max(rows * columns for rows, columns, _ in calls) <= 4096
        assert len(calls) == 7


@pytest.mark.parametrize("resolution", [5, 64])
def test_a_costly_function_is_looked_at_as_often_as_asked(resolution):
    points = []

    class Costly(Objective):
        def _value(self, x):
            points.append(x.reshape(-1, 2))
            return x[..., 0] ** 2 + x[..., 1]

        def _gradient(self, x):
            return np.stack([2 * x[..., 0], np.ones_like(x[..., 1])], axis=-1)

    plotting.contour(Costly("costly", 2), window=((-1, 3), (0, 2)), resolution=resolution)
    seen = np.concatenate(points)
    assert len(seen) == resolution**2
    np.testing.assert_allclose(np.unique(seen[:, 0]), np.linspace(-1, 3, resolution))
    np.testing.assert_allclose(np.unique(seen[:, 1]), np.linspace(0, 2, resolution))


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.contour(catalogue()["Rosenbrock 5-D"]), "objective must have dim 2 .* got 5"),
        (lambda: plotting.contour(himmelblau(), "path"), "trajectories must be a Trajectory, .* got 'p'"),
        (lambda: plotting.contour(himmelblau(), [np.zeros((3, 2))]), "trajectories must be a Trajectory"),
        (
            lambda: plotting.contour(himmelblau(), window=((1, 0), (0, 1))),
            r"window must have low < high, got \(\(1, 0\)",
        ),
        (lambda: plotting.contour(himmelblau(), window=(0, 1)), r"window must be .* got \(0, 1\)"),
        (lambda: plotting.contour(himmelblau(), resolution=4), "resolution must be .* at least 5, got 4"),
        (lambda: plotting.contour(himmelblau(), levels=1), r"levels must be in 2 … 100, .* got 1"),
        (
            lambda: plotting.contour(himmelblau(), levels=[3, 1]),
            "levels must be a whole number, or .* increasing",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
