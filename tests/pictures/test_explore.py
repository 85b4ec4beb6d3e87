"""`explore`, and the pictures of curvature."""

import numpy as np
import pytest

from course_utils.curvature import step_model
from course_utils.objectives import catalogue, from_function, himmelblau, min_max_saddle, quadratic
from course_utils.optimizers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    Newton,
    PerturbedGradientDescent,
    SaddleFreeNewton,
    from_step,
    minimize,
)
from course_utils.pictures import curvature_dial, explore, step_gain, taylor_model
from course_utils.widgets import Line, Points, setting_controls
from tests.tools.scenes import exercise_every_control

OPTIMIZERS = [
    GradientDescent(),
    Momentum(),
    Nesterov(),
    Adam(),
    PerturbedGradientDescent(),
    Newton(),
    SaddleFreeNewton(),
]
DRAWABLE = [objective for objective in catalogue().values() if objective.dim <= 2]


def lines(scene, panel):
    return [layer for layer in scene.layers[panel] if isinstance(layer, Line)]


@pytest.mark.parametrize("objective", DRAWABLE, ids=lambda objective: objective.name)
def test_every_objective_and_every_optimizer(objective):
    made = explore(objective, OPTIMIZERS, steps=4, resolution=31)
    assert made.error is None
    assert exercise_every_control(made) > 30
    paths = [line for line in lines(made, "landscape") if line.label != "f"]
    assert len(paths) == len(lines(made, "loss")) == len(made.readout.rows) == len(OPTIMIZERS)
    looks = {(line.color, line.dash, line.marker) for line in paths}
    assert len(looks) == len(OPTIMIZERS)
    assert len({(line.dash, line.marker) for line in paths}) == len(OPTIMIZERS)  # without any colour too


def test_the_path_is_what_minimize_makes():
    f = himmelblau()
    made = explore(f, Momentum(0.01, 0.8), start=(-1.0, 2.0), steps=30)
    made.set("learning_rate", 0.005)
    made.move("start", (0.5, -1.5))
    run = minimize(f, Momentum(0.005, 0.8), [0.5, -1.5], 30)
    (path,) = lines(made, "landscape")
    assert np.array_equal(path.points, run.x)
    assert path.label == run.optimizer.label
    (loss,) = lines(made, "loss")
    assert np.asarray(loss.points)[:, 1] == pytest.approx(run.value)  # its minimum is 0
    made.set("steps", 7)
    assert len(lines(made, "landscape")[0].points) == 8


def test_controls_come_from_the_settings():
    made = explore(quadratic([1.0, 2.0]), [GradientDescent(0.2), GradientDescent(0.4), Newton()])
    assert list(made.controls) == [
        "steps",
        "GradientDescent.learning_rate",
        "GradientDescent.clip_norm",
        "GradientDescent 2.learning_rate",
        "GradientDescent 2.clip_norm",
        "Newton.damping",
    ]
    assert made.state["GradientDescent 2.learning_rate"] == 0.4
    assert made.state["GradientDescent.clip_norm"] is None
    assert made.state["Newton.damping"] == 0.0
    made.set("Newton.damping", 0.5)
    assert "λ=0.5" in lines(made, "landscape")[2].label

    (only,) = setting_controls(Adam(), only=["learning_rate"], ranges={"learning_rate": (0.01, 1)}).values()
    assert (only.low, only.high, only.log) == (0.01, 1, True)
    assert setting_controls(Momentum(momentum=0.0))["momentum"].value == 0.0


def test_the_readers_own_rule_drives_the_picture():
    def half(objective, x, share=0.5):
        return x - share * objective.gradient(x)

    f = quadratic([1.0, 1.0])
    made = explore(f, from_step(half), start=(1.0, 1.0), steps=3, reference=GradientDescent(0.5))
    ghost, path = lines(made, "landscape")
    assert np.allclose(ghost.points, path.points)
    assert ghost.width > path.width
    made.set("share", 1.0)
    assert np.asarray(lines(made, "landscape")[1].points)[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (lambda objective, x: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda objective, x: x[0], "must return points of shape (2,), got ()"),
        (lambda objective, x: x.nothing, "AttributeError"),
    ],
)
def test_a_rule_that_fails_is_named_and_the_others_still_show(rule, says):
    made = explore(min_max_saddle(), [GradientDescent(), from_step(rule, name="mine")], steps=5)
    assert made.error.startswith("mine: ")
    assert says in made.error
    assert len(lines(made, "landscape")) == 1
    assert made.canvas.frame["error"] == made.error


def test_a_rule_that_returns_nan_is_reported():
    made = explore(min_max_saddle(), from_step(lambda objective, x: x * np.nan, name="mine"), steps=5)
    assert made.error is None
    assert "mine diverged" in made.message
    assert made.readout.rows[0][3] == "diverged"


def test_a_runaway_does_not_flatten_the_others():
    f = min_max_saddle()
    made = explore(f, [GradientDescent(0.1), Newton()], start=(0.1, 1.5), steps=200)
    y0, y1 = made.windows["loss"][2:]
    heights = f.value(np.array([[0.0, 2.0], [2.0, 0.0]]))
    assert y0 >= heights[0] - 1e-9
    assert y1 <= heights[1] + 1e-9


def test_noise_is_the_same_in_every_picture():
    made = explore(min_max_saddle(), PerturbedGradientDescent(), start=(1.0, 0.0), steps=80)
    first = np.asarray(lines(made, "landscape")[0].points)
    made.move("start", (0.5, 0.5))
    made.move("start", (1.0, 0.0))
    assert np.array_equal(lines(made, "landscape")[0].points, first)


def test_a_logarithmic_loss_axis_needs_the_lowest_minimum():
    assert explore(himmelblau(), Adam()).panels["loss"].log_y
    assert not explore(min_max_saddle(), Adam()).panels["loss"].log_y
    local = from_function(
        lambda x: x[0] ** 3 - 3 * x[0], 1, domain=[(-4, 4)], critical_points=[([1.0], "minimum")]
    )
    made = explore(local, GradientDescent(0.01))
    assert not made.panels["loss"].log_y
    assert made.error is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((catalogue()["Rosenbrock 5-D"], Adam()), "one or two parameters to be drawn, got 5.*restriction"),
        ((lambda x: x, Adam()), "objective must be an Objective.*from_function"),
        ((himmelblau(), []), "optimizers must not be empty"),
        ((himmelblau(), [Adam]), r"optimizers must be Optimizer objects.*from_step\(rule\)"),
    ],
)
def test_wrong_arguments_name_what_to_do(arguments, says):
    with pytest.raises(ValueError, match=says):
        explore(*arguments)


@pytest.mark.parametrize(("keyword", "value"), [("steps", 0), ("steps", 2.5), ("start", [1, 2, 3])])
def test_wrong_settings_name_themselves(keyword, value):
    with pytest.raises(ValueError, match=keyword):
        explore(himmelblau(), Adam(), **{keyword: value})


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
    shown = [float(row[1].replace("−", "-")) for row in made.readout.rows]
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
    first, second, actual = (float(row[1].replace("−", "-")) for row in made.readout.rows)
    assert second == pytest.approx(actual, rel=1e-3)  # without a third derivative the model is exact
    assert np.sign(round(second - first, 6)) == -np.sign(curvature)


def test_curvature_dial_shows_the_eigenvalues_only_when_asked():
    f = quadratic([[2.0, 1.0], [1.0, -1.0]])
    made = curvature_dial(f, (0.0, 0.0))
    eigenvalues, vectors = np.linalg.eigh(f.hessian([0.0, 0.0]))
    made.move("direction", vectors[:, 0])
    assert made.readout.rows[0][0] == "dᵀHd"
    assert float(made.readout.rows[0][1].replace("−", "-")) == pytest.approx(eigenvalues[0], rel=1e-3)
    assert len(made.readout.rows) == 2
    made.set("reveal", True)
    shown = [float(row[1].replace("−", "-")) for row in made.readout.rows[2:]]
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
