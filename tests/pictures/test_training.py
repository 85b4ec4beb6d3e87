"""The pictures of training: the monitor of curvature, and progress along each eigenvector."""

import numpy as np
import pytest

from course_utils.curvature.sharpness import sharpness
from course_utils.networks import MLP
from course_utils.objectives import quadratic
from course_utils.optimizers import GradientDescent, Momentum, minimize
from course_utils.pictures.training import spectral_progress, training_monitor
from course_utils.widgets import Line, number
from tests.tools.scenes import exercise_every_control


@pytest.fixture(scope="module")
def runs():
    rng = np.random.default_rng(3)
    network = MLP([6, 4, 3], rng.normal(size=(30, 6)), rng.integers(0, 3, 30))
    start = network.initial(rng)
    return {f"η = {rate}": minimize(network, GradientDescent(rate), start, 60) for rate in (0.5, 1.0)}


STEPS = np.arange(0, 61, 10)


def measured(runs):
    return {name: sharpness(run.objective, run.x[STEPS]) for name, run in runs.items()}


def test_the_monitor_gives_both_sides_of_the_second_order_model(runs):
    picture = training_monitor(runs, measured(runs), STEPS)
    picture.set("run", "η = 1.0")
    picture.set("moment", 3)
    run = runs["η = 1.0"]
    g = run.objective.gradient(run.x[30])
    shown = dict(picture.readout.rows)
    assert shown["slope promises ηgᵀg"] == number(g @ g, 3)
    back = 0.5 * g @ run.objective.hessian(run.x[30]) @ g
    assert shown["curvature takes back ½η²gᵀHg"] == number(back, 3)
    assert shown["loss f"] == number(run.value[30])
    assert exercise_every_control(picture) >= 5


def test_the_monitor_refuses_what_does_not_fit(runs):
    good = measured(runs)
    with pytest.raises(ValueError, match="must have the names"):
        training_monitor(runs, {}, STEPS)
    with pytest.raises(ValueError, match="steps must be at least two"):
        training_monitor(runs, good, [10, 5])
    with pytest.raises(ValueError, match="steps must number"):
        training_monitor(runs, good, STEPS + 1)
    bowl = quadratic([1.0, 2.0, 3.0])
    other = {"heavy": minimize(bowl, Momentum(0.1), np.ones(3), 60)}
    with pytest.raises(ValueError, match="must be gradient descent"):
        training_monitor(other, {"heavy": sharpness(bowl, other["heavy"].x[STEPS])}, STEPS)


def test_progress_agrees_with_gradient_descent():
    eigenvalues = np.array([10.0, 1.0, 1e-2, 1e-5, 0.0])
    components = np.array([1.0, -2.0, 3.0, 4.0, 5.0])
    seen = []
    picture = spectral_progress(
        eigenvalues, components, measure=lambda left: seen.append(left) or "text", measured="what"
    )
    for steps in (10.0, 200.0):  # the curves show no more than has been run
        picture.set("steps", steps)
        curves = [layer for layer in picture.layers["run"] if isinstance(layer, Line)]
        assert [np.asarray(line.points)[:, 0].max() <= steps for line in curves] == [True, True]
    bowl = quadratic(eigenvalues)
    run = minimize(bowl, GradientDescent(0.1), components, 200)
    assert seen[-1] == pytest.approx(run.x[-1])
    shown = dict(picture.readout.rows)
    assert shown["what"] == "text"
    assert shown["directions done (less than 1/e left)"] == "2 of 5"
    assert shown["exactly flat directions"] == "1"
    share = float(shown["loss above the minimum left"].split()[0]) / 100
    assert share == pytest.approx(run.value[-1] / run.value[0], rel=0.05)
    assert exercise_every_control(picture) >= 3


def test_progress_refuses_what_is_no_bowl():
    with pytest.raises(ValueError, match="eigenvalues must not be negative"):
        spectral_progress([1.0, -0.1], [1.0, 1.0])
    with pytest.raises(ValueError, match="must not be negative, nor all zero"):
        spectral_progress([0.0, 0.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="eigenvalues and components"):
        spectral_progress([1.0, 2.0], [1.0])
