"""Pictures of escape: the hard case, the direction of noise, waiting times with a mean and without."""

import numpy as np
import pytest
from scipy.stats import norm

from course_utils.objectives import flat_direction, quadratic
from course_utils.optimizers import GradientDescent, minimize, trust_region_step
from course_utils.pictures import model_minimum, noise_direction, waiting_times
from course_utils.pictures.escape import flat_time, noise_time, strict_time
from tests.tools.scenes import cells, exercise_every_control


@pytest.mark.parametrize("make", [model_minimum, noise_direction, waiting_times])
def test_every_control_can_be_moved_to_both_ends(make):
    assert exercise_every_control(make()) > 2


def labelled(scene, panel, label):
    return next(layer for layer in scene.layers[panel] if getattr(layer, "label", "") == label)


def test_the_hard_case_appears_on_the_axis_in_a_ball_that_is_large_enough():
    scene = model_minimum()
    assert cells(scene, 1)[2] == "on the border"
    scene.move("gradient", (0.0, 1.2))  # the step along g alone has the length 1.2/(2 + 1) = 0.4
    assert cells(scene, 1)[2] == "hard case: two minima"
    ends = np.asarray(labelled(scene, "plane", "minimum in the ball").points)
    np.testing.assert_allclose(np.linalg.norm(ends, axis=-1), 1.0)
    np.testing.assert_allclose(ends[0], ends[1] * [-1, 1])
    np.testing.assert_allclose(ends[:, 1], -0.4)
    scene.set("radius", 0.3)
    assert cells(scene, 1)[2] == "on the border"


def test_the_curve_meets_the_radius_at_the_multiplier():
    scene = model_minimum()
    g = np.array([0.5, 1.2])
    _, nu = trust_region_step(g, np.diag([-1.0, 2.0]), 1.0)
    points = np.asarray(labelled(scene, "secular", "‖s(ν)‖").points)
    assert np.interp(float(nu), *points.T) == pytest.approx(1.0, rel=0.02)


def test_noise_across_the_way_down_never_leaves():
    scene = noise_direction()
    assert "steps" in cells(scene, 2)[1]
    scene.move("direction", (0.6, 0.0))
    assert cells(scene, 0)[1] == "0"
    assert cells(scene, 2)[1] == "not within 400 steps"
    assert cells(scene, 3)[1] == "never, never"


@pytest.mark.parametrize("degrees", [5, 30, 90])
def test_the_median_follows_the_law_of_the_spread(degrees):
    scene = noise_direction()
    scene.set("sigma", 0.01)
    angle = np.radians(degrees)
    scene.move("direction", (0.6 * np.cos(angle), 0.6 * np.sin(angle)))
    median = int(cells(scene, 2)[1].split()[0])
    law = noise_time(0.01 * np.sin(angle), 0.1, 0.5)
    assert abs(median - law) < 12  # four standard errors of a median of 96 runs


def test_the_law_of_noise_is_the_variance_of_the_recursion():
    eta, lam, along = 0.1, 0.5, 0.02
    variances = [0.0]
    while norm.sf(1 / np.sqrt(variances[-1] or 1e-300)) < 0.25:
        variances.append((1 + eta * lam) ** 2 * variances[-1] + (eta * along) ** 2)
    steps = len(variances) - 1
    assert steps - 1 < noise_time(along, eta, lam) <= steps
    assert noise_time(0.0, eta, lam) == np.inf


def test_the_two_times_are_those_of_gradient_descent():
    offset, eta = 0.1, 0.02
    strict = minimize(quadratic([1.0, -0.5]), GradientDescent(eta), [0.0, offset], 1000).x[:, 1]
    assert abs(np.argmax(strict >= 1) - strict_time(np.array(offset), eta, 0.5)) <= 1
    # x₁² − x₂⁴ is −¼λx⁴ with λ = 4
    flat = minimize(flat_direction(4, -1), GradientDescent(eta / 20), [0.0, offset], 14_000).x[:, 1]
    assert np.argmax(flat >= 1) == pytest.approx(float(flat_time(np.array(offset), eta / 20, 4.0)), rel=0.02)


def test_a_flat_saddle_has_a_mean_far_above_its_median():
    scene = waiting_times()

    def numbers():
        return [float(cells(scene, k)[1].split()[0].replace(",", "")) for k in range(3)]

    median, mean, longest = numbers()
    assert mean < 1.5 * median
    flat = scene.controls["saddle"].ends[-1]
    scene.set("saddle", flat)
    median, mean, longest = numbers()
    assert mean > 20 * median
    assert longest > 1e4 * median
