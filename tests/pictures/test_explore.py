"""`explore`: every objective, every optimizer, and the reader's own."""

import numpy as np
import pytest

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
from course_utils.pictures import explore
from course_utils.widgets import setting_controls
from tests.tools.cases import first_of_each
from tests.tools.scenes import exercise_every_control, lines

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


@pytest.mark.parametrize("objective", first_of_each(DRAWABLE, type, lambda objective: objective.name))
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


def test_a_setting_moves_its_own_path_alone():
    calls = []

    def rule(objective, x):
        calls.append(x)
        return x - 0.01 * objective.gradient(x)

    made = explore(himmelblau(), [from_step(rule), Momentum(0.01)], start=(-1.0, 2.0), steps=5)
    assert len(calls) == 5
    made.set("Momentum.learning_rate", 0.02)
    assert len(calls) == 5
    assert [len(line.points) for line in lines(made, "landscape")] == [6, 6]
    made.move("start", (0.5, -1.5))
    assert np.array_equal(lines(made, "landscape")[0].points[0], [0.5, -1.5])
    made.set("steps", 7)
    assert len(calls) == 5 + 5 + 7


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
    assert "γ=0.5" in lines(made, "landscape")[2].label

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
    assert made.frame["error"] == made.error


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
