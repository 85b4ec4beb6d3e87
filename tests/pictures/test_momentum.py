"""The plane of learning rate and momentum, driven from Python, against runs."""

import numpy as np
import pytest

from course_utils.objectives import quadratic
from course_utils.optimizers import Momentum, minimize
from course_utils.optimizers.rates import best_momentum, contraction_factor
from course_utils.pictures import momentum_plane
from course_utils.widgets import Line, Points, Raster
from tests.tools.scenes import cells, exercise_every_control, lines, read

SPECTRUM = np.array([0.2, 0.5, 1.0, 4.0])


def picture(at=(1.0, 0.3)):
    return momentum_plane({"mine": SPECTRUM, "others": [1.0, 2.0]}, at=at)


@pytest.mark.parametrize("at", [(1.0, 0.3), (3.2, 0.9), (0.1, 0.0), (3.9, 0.5)])
def test_components_and_rate_are_those_of_a_run(at):
    shown = picture(at)
    optimizer = Momentum(at[0] / 4.0, at[1])
    run = minimize(quadratic(SPECTRUM), optimizer, np.ones(4), 80)
    curves = lines(shown, "parts")
    assert [curve.run for curve in curves] == ["λ = 0.2", "λ = 0.5", "λ = 1", "λ = 4"]
    for k, curve in enumerate(curves):
        left = np.asarray(curve.points)[: len(run.x), 1]
        assert left == pytest.approx(np.maximum(np.abs(run.x[:, k]), 1e-12), rel=1e-6, abs=1e-9)
    factors = contraction_factor(optimizer, SPECTRUM)
    for row, factor in enumerate(factors):
        assert read(cells(shown, row)[2]) == pytest.approx(factor, rel=6e-3)
    (path,) = lines(shown, "path")
    assert np.asarray(path.points) == pytest.approx(run.x[:, [0, -1]], rel=1e-9, abs=1e-12)
    assert ("grows" in shown.message) == (factors.max() > 1)


def test_the_plane_shows_the_rate_of_every_setting():
    (raster,) = [layer for layer in picture().layers["plane"] if isinstance(layer, Raster)]
    grid = np.asarray(raster.cells)
    rows, columns = grid.shape
    for row, column in np.random.default_rng(0).integers([rows, columns], size=(60, 2)):
        scaled = 0.02 + (column + 0.5) / columns * (4.0 - 0.02)
        mu = (row + 0.5) / rows * 0.98
        rate = contraction_factor(Momentum(scaled / 4.0, mu), SPECTRUM).max()
        if rate >= 1:
            assert grid[row, column] == len(raster.palette) - 1
        else:
            edges = np.array([2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0])
            assert grid[row, column] == np.sum(edges < np.log(10) / -np.log(rate))


def test_the_best_point_is_shown_on_demand_where_the_curves_cross():
    shown = picture()
    assert not [layer for layer in shown.layers["plane"] if isinstance(layer, (Line, Points))]
    shown.set("reveal", True)
    best = best_momentum(0.2, 4.0)
    (star,) = [layer for layer in shown.layers["plane"] if isinstance(layer, Points)]
    at = np.ravel(star.points)
    assert at == pytest.approx([4 * best.learning_rate, best.momentum])
    for curve in lines(shown, "plane"):
        x, y = np.asarray(curve.points).T
        assert np.interp(at[0], x, y) == pytest.approx(at[1], abs=1e-3)
    shown.move("settings", at)
    rate = read(shown.message.split("a step leaves ")[1].split(":")[0])
    for nudge in ((0.2, 0), (-0.2, 0), (0, 0.05), (0, -0.05)):
        shown.move("settings", at + nudge)
        assert "grows" in shown.message or read(shown.message.split("leaves ")[1].split(":")[0]) > rate


def test_equal_eigenvalues_have_names_of_their_own_and_many_are_thinned_out():
    twins = momentum_plane({"round": [1.0, 1.0]})
    assert [row[0] for row in twins.readout.rows] == ["λ = 1 (1)", "λ = 1 (2)"]
    many = momentum_plane({"many": np.linspace(1, 50, 300)})
    assert len(lines(many, "parts")) == 5
    assert [many.readout.rows[k][0] for k in (0, -1)] == ["λ = 1", "λ = 50"]


def test_every_control_can_be_moved():
    assert exercise_every_control(momentum_plane()) > 10


@pytest.mark.parametrize("bad", [[1.0], [0.0, 1.0], [[1.0, 2.0]], [1.0, np.inf]])
def test_a_spectrum_that_is_none_is_named(bad):
    with pytest.raises(ValueError, match=r"spectra\['bad'\] must be two or more positive numbers"):
        momentum_plane({"bad": bad})
    with pytest.raises(ValueError, match="spectra must not be empty"):
        momentum_plane({})
