"""Exercises of lesson 02 against the course's own curvature and optimizers."""

import numpy as np
import pytest

from course_utils import curvature
from course_utils.checking import Outcome
from course_utils.exercises import exercise
from course_utils.objectives import quadratic
from course_utils.optimizers import GradientDescent, Newton, from_step, minimize
from course_utils.optimizers.rates import best_gradient_descent, best_momentum, contraction_factor


def test_the_courses_condition_number_is_correct():
    assert exercise("02.1").check(curvature.condition_number).outcome is Outcome.CORRECT


def test_the_courses_best_rate_is_correct():
    def best_rate(gradient, hessian):
        # a quadratic whose gradient at the origin is the given one
        objective = quadratic(hessian, center=-np.linalg.solve(hessian, gradient))
        return curvature.optimal_step_size(objective, np.zeros(gradient.size))

    assert exercise("02.2").check(best_rate).outcome is Outcome.CORRECT


def test_break_even_leaves_the_loss_where_it_was():
    data = exercise("02.4").data
    g, H = data["gradient"], data["hessian"]
    objective = quadratic(H, center=-np.linalg.solve(H, g))
    rate = 2 * g @ g / (g @ H @ g)
    before, after = objective.value([np.zeros(2), -rate * g])
    assert after == pytest.approx(before)
    # One step may go farther than a run: the two limits of the lesson differ here.
    assert rate > 1.5 * 2 / np.linalg.eigvalsh(H)[-1]


def test_the_stability_limit_separates_runs_that_converge_from_those_that_do_not():
    eigenvalues = exercise("02.5").data["eigenvalues"]
    limit = 2 / eigenvalues.max()
    assert exercise("02.5").check(limit).outcome is Outcome.CORRECT
    for share, converges in ((0.99, True), (1.01, False)):
        run = minimize(quadratic(eigenvalues), GradientDescent(share * limit), np.ones(3), 1000)
        assert bool(run.value[-1] < 1e-6) is converges


def test_the_steps_needed_follow_from_the_rates():
    data = exercise("02.6").data
    kappa, factor = data["condition_number"], data["factor"]
    steps = [
        np.log(factor) / -np.log(contraction_factor(optimizer, [1.0, kappa]).max())
        for optimizer in (best_gradient_descent(1.0, kappa), best_momentum(1.0, kappa))
    ]
    feedback = exercise("02.6").check(gradient_descent=steps[0], heavy_ball=steps[1], newton=1)
    assert feedback.outcome is Outcome.CORRECT


def newton(objective, x):
    return x - np.linalg.solve(objective.hessian(x), objective.gradient(x))


def test_a_right_rule_is_an_optimizer_that_agrees_with_newton():
    assert exercise("02.7").check(newton).outcome is Outcome.CORRECT
    valley = quadratic([[2.0, 1.0], [1.0, 30.0]], center=[1.0, -1.0])
    mine = minimize(valley, from_step(newton), [4.0, 2.0], 3)
    assert mine.x == pytest.approx(minimize(valley, Newton(), [4.0, 2.0], 3).x)


def test_a_rule_that_changes_its_point_is_told_so():
    def careless(objective, x):
        x -= np.linalg.solve(objective.hessian(x), objective.gradient(x))
        return x

    feedback = exercise("02.7").check(careless)
    assert feedback.outcome is Outcome.NOT_YET
    assert "changes the `x`" in feedback.message


@pytest.mark.parametrize("rate", [1e-4, 1e-2, 1e4])
def test_plain_gradient_steps_are_recognised_at_any_rate(rate):
    feedback = exercise("02.7").check(lambda objective, x: x - rate * objective.gradient(x))
    assert feedback.misconception == "one rate for all directions"


def test_a_slow_but_well_directed_rule_is_not_called_a_misconception():
    feedback = exercise("02.7").check(lambda objective, x: x + 0.1 * (newton(objective, x) - x))
    assert feedback.outcome is Outcome.NOT_YET
    assert "steps left more than" in feedback.message


def test_the_count_of_directions_agrees_with_gradient_descent_itself():
    data = exercise("02.8").data
    eigenvalues = data["eigenvalues"]
    run = minimize(
        quadratic(eigenvalues),
        GradientDescent(1 / eigenvalues.max()),
        np.ones(eigenvalues.size),
        data["steps"],
        record="ends",
    )
    done = int((run.x[-1] < np.exp(-1)).sum())
    assert exercise("02.8").check(done).outcome is Outcome.CORRECT


def test_what_the_lesson_measures_is_correct():
    data = exercise("02.6").data
    kappa = data["condition_number"]
    eigenvalues = np.logspace(0, np.log10(kappa), 20)
    counted = {}
    for name, optimizer in (
        ("gradient_descent", best_gradient_descent(1.0, kappa)),
        ("heavy_ball", best_momentum(1.0, kappa)),
    ):
        run = minimize(quadratic(eigenvalues), optimizer, np.ones(20), 3000)
        distance = np.linalg.norm(run.x, axis=-1)
        counted[name] = int(np.argmax(distance < distance[0] / data["factor"]))
    assert counted["gradient_descent"] < 2600  # farther from what the rate says than rounding
    assert exercise("02.6").check(**counted, newton=1).outcome is Outcome.CORRECT
    assert (
        exercise("02.6").check(**{**counted, "gradient_descent": 2000}, newton=1).outcome
        is not Outcome.CORRECT
    )


@pytest.mark.parametrize(
    "rule",
    [
        lambda objective, x: 0.5 * x,
        lambda objective, x: np.zeros(x.size),
        lambda objective, x: np.linalg.solve(objective.hessian(x), objective.gradient(x)) - x,
        lambda objective, x: 1.3 * newton(objective, x),
    ],
)
def test_a_step_that_knows_the_origin_is_told_so(rule):
    assert exercise("02.7").check(rule).misconception == "step that depends on the origin"


def test_the_way_to_the_minimum_turned_round_is_another_way():
    data = exercise("02.3").data
    way = -np.linalg.solve(data["hessian"], data["gradient"])
    assert exercise("02.3").check(way).outcome is Outcome.CORRECT
    for wrong in (way[::-1], np.abs(way), way * [1, 2]):
        assert exercise("02.3").check(wrong).outcome is not Outcome.CORRECT
