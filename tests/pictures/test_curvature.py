"""The pictures of curvature."""

import numpy as np
import pytest

from course_utils.curvature import step_model
from course_utils.objectives import from_function, himmelblau, min_max_saddle, quadratic
from course_utils.pictures import curvature_dial, step_gain, taylor_model
from course_utils.widgets import Points
from tests.tools.scenes import exercise_every_control, lines, read


@pytest.mark.parametrize(
    "make",
    [step_gain, lambda: curvature_dial(min_max_saddle()), lambda: taylor_model(himmelblau())],
    ids=["step_gain", "curvature_dial", "taylor_model"],
)
def test_pictures_of_curvature_bear_every_move(make):
    made = make()
    assert made.error is None
    exercise_every_control(made)


def test_step_gain_agrees_with_the_step_model():
    made = step_gain(-1.5, curvature=0.8, third=-0.5, learning_rate=0.7)
    made.move("start", (0.6, 0.0))
    f = from_function(lambda x: -1.5 * x[0] + 0.4 * x[0] ** 2 - 0.5 / 6 * x[0] ** 3, 1, domain=[(-3, 3)])
    model = step_model(f, [0.6], -0.7 * f.gradient([0.6]))
    shown = [read(row[1]) for row in made.readout.rows]
    assert shown == pytest.approx([model.first_order, model.second_order, model.actual], rel=2e-3)
    assert made.state.start[1] == pytest.approx(float(f.value([0.6])))


@pytest.mark.parametrize(
    ("curvature", "rate", "says"),
    [
        (-1.0, 0.5, "Negative"),
        (0.0, 0.5, "Zero"),
        (1.0, 0.5, "falls by less"),
        (1.0, 2.5, "rises instead of falling"),
    ],
)
def test_step_gain_names_the_regime(curvature, rate, says):
    made = step_gain(curvature=curvature, learning_rate=rate)
    assert says in made.message
    first, second, actual = (read(row[1]) for row in made.readout.rows)
    assert second == pytest.approx(actual, rel=1e-3)  # without a third derivative the model is exact
    assert np.sign(round(second - first, 6)) == -np.sign(curvature)


def test_curvature_dial_shows_the_eigenvalues_only_when_asked():
    f = quadratic([[2.0, 1.0], [1.0, -1.0]])
    made = curvature_dial(f, (0.0, 0.0))
    eigenvalues, vectors = np.linalg.eigh(f.hessian([0.0, 0.0]))
    made.move("direction", vectors[:, 0])
    assert made.readout.rows[0][0] == "dᵀHd"
    assert read(made.readout.rows[0][1]) == pytest.approx(eigenvalues[0], rel=1e-3)
    assert len(made.readout.rows) == 2
    made.set("reveal", True)
    shown = [read(row[1]) for row in made.readout.rows[2:]]
    assert shown == pytest.approx(eigenvalues, rel=1e-3)
    positive, negative = lines(made, "polar")[:2]
    assert (positive.dash, negative.dash) == ("solid", "dash")
    radius = np.hypot(*np.asarray(negative.points).T)
    assert np.nanmax(radius) == pytest.approx(-eigenvalues[0], rel=1e-3)


def test_taylor_model_error_falls_with_the_third_power():
    made = taylor_model(himmelblau(), (1.0, 1.0))
    error, *_ = lines(made, "falls")
    r, e = np.asarray(error.points)[:40].T
    slope = np.polyfit(np.log(r), np.log(e), 1)[0]
    assert slope == pytest.approx(3.0, abs=0.1)
    (chosen,) = (layer for layer in made.layers["falls"] if isinstance(layer, Points))
    assert np.asarray(chosen.points)[0] == pytest.approx(made.state.distance)


def test_taylor_model_of_a_quadratic_is_exact_and_still_drawn():
    made = taylor_model(quadratic([1.0, -2.0]))
    assert made.error is None
    exercise_every_control(made)
