"""The pictures of ill-conditioning and of training, driven from Python."""

import numpy as np
import pytest

from course_utils.curvature.sharpness import sharpness
from course_utils.networks import MLP
from course_utils.objectives import quadratic
from course_utils.optimizers import GradientDescent, Momentum, minimize
from course_utils.pictures.conditioning import gradient_components, stability_limit
from course_utils.pictures.training import spectral_progress, training_monitor
from course_utils.widgets import Arrow, Line, Points, number
from tests.tools.scenes import exercise_every_control


def arrows(scene):
    return {layer.label: np.asarray(layer.end) for layer in scene.layers["plane"] if isinstance(layer, Arrow)}


@pytest.mark.parametrize("angle", [0.0, 20.0, 75.0])
@pytest.mark.parametrize("kappa", [1.0, 7.0, 50.0])
def test_the_parts_add_up_and_the_way_is_newtons(angle, kappa):
    picture = gradient_components(kappa, angle)
    picture.move("downhill", (-1.2, 0.7))
    shown = arrows(picture)
    downhill = shown["−g"]
    assert shown["part along vₘₐₓ"] + shown["part along vₘᵢₙ"] == pytest.approx(downhill)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    V = np.array([[c, -s], [s, c]])
    H = V @ np.diag([kappa, 1.0]) @ V.T
    assert shown["way to the minimum, −H⁻¹g"] == pytest.approx(np.linalg.solve(H, downhill))


def test_the_angle_shown_is_the_angle_between_the_arrows():
    picture = gradient_components(10.0, 30.0)
    widest = 0.0
    for turn in np.radians(np.arange(0, 360, 7)):
        picture.move("downhill", (1.5 * np.cos(turn), 1.5 * np.sin(turn)))
        shown = arrows(picture)
        a, b = shown["−g"], shown["way to the minimum, −H⁻¹g"]
        angle = np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        (marked,) = [layer for layer in picture.layers["miss"] if isinstance(layer, Points)]
        assert np.ravel(marked.points)[1] == pytest.approx(angle, abs=1e-6)
        widest = max(widest, angle)
    curve = next(layer for layer in picture.layers["miss"] if isinstance(layer, Line))
    kantorovich = np.degrees(np.arccos(2 * np.sqrt(10) / 11))
    assert np.asarray(curve.points)[:, 1].max() == pytest.approx(kantorovich, abs=0.02)
    assert widest <= kantorovich + 1e-9


def test_eigenvectors_and_zero_are_said():
    picture = gradient_components(10.0, 0.0)
    picture.move("downhill", (1.0, 0.0))
    assert "straight at the minimum" in picture.message
    picture.move("downhill", (0.0, 0.0))
    assert picture.message == "g = 0: this point is the minimum."
    assert picture.error is None


def test_the_reader_finds_the_limit_with_the_slider():
    picture = stability_limit(1.0, 10.0)
    picture.set("learning_rate", 0.199)
    assert "of the loss is left" in picture.message
    picture.set("learning_rate", 0.201)
    picture.move("start", (0.0, 1.0))
    assert "unstable" in picture.message
    assert picture.readout.rows[1][3] == "grows, changing sides"
    assert "0.2;" not in picture.message
    picture.set("reveal", True)
    assert "2/λₘₐₓ = 0.2; the best fixed rate is 2/(λₘᵢₙ + λₘₐₓ) = 0.1818" in picture.message


def test_controls_of_the_valley_pictures():
    assert exercise_every_control(gradient_components()) > 8
    assert exercise_every_control(stability_limit()) > 8


def test_bad_eigenvalues_are_named():
    with pytest.raises(ValueError, match="smallest and largest"):
        stability_limit(2.0, 1.0)


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
    picture.set("steps", 200.0)
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
