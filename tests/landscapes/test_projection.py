"""Projection against residual of a path: the plane geometry, and runs against their stored points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.landscapes import project_onto_line, projected_run
from course_utils.objectives import quadratic
from course_utils.optimizers import GradientDescent, Momentum, from_step, minimize


def test_a_right_triangle():
    along, away = project_onto_line([[1.0, 1.0], [4.0, 5.0], [1.0, 5.0]], [1.0, 1.0], [4.0, 1.0])
    assert along == pytest.approx([0.0, 3.0, 0.0])
    assert away == pytest.approx([0.0, 4.0, 4.0])


@given(st.integers(2, 30), st.integers(0, 1000))
def test_pythagoras_holds_in_any_dimension(n, seed):
    rng = np.random.default_rng(seed)
    start, end, points = rng.normal(size=n), rng.normal(size=n), rng.normal(size=(4, 3, n))
    along, away = project_onto_line(points, start, end)
    assert along.shape == away.shape == (4, 3)
    assert along**2 + away**2 == pytest.approx(np.sum((points - start) ** 2, axis=-1))


def test_a_small_residual_survives_far_along_the_line():
    _, away = project_onto_line([1e6, 1e-6, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    assert away == pytest.approx(1e-6)


@pytest.mark.parametrize("optimizer", [GradientDescent(0.05), Momentum(0.02, 0.9)])
def test_a_projected_run_is_the_projection_of_the_run(optimizer):
    objective = quadratic(np.logspace(0, 1.5, 12))
    start, goal = np.linspace(1, 2, 12), np.zeros(12)
    whole = minimize(objective, optimizer, start, 50)
    along, away = project_onto_line(whole.x, start, goal)
    short = projected_run(objective, optimizer, start, goal, 50)
    assert short.along == pytest.approx(along)
    assert short.away == pytest.approx(away)
    assert short.value == pytest.approx(whole.value)


def test_a_random_walk_in_many_dimensions_traces_a_half_circle():
    # β = √(α(A − α)), with A the length of the way: Goodfellow, Vinyals & Saxe (2015).
    walk = np.cumsum(np.random.default_rng(0).normal(size=(901, 3000)), axis=0)
    along, away = project_onto_line(walk, walk[0], walk[-1])
    A = along[-1]
    assert away == pytest.approx(np.sqrt(np.maximum(along * (A - along), 0)), abs=0.05 * A)


def test_bad_input_is_named():
    bowl = quadratic([1.0, 2.0])
    with pytest.raises(ValueError, match="end must be one point"):
        project_onto_line([[1.0, 2.0]], [1.0, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="start must have shape"):
        project_onto_line([[1.0]], [[1.0]], [2.0])
    with pytest.raises(ValueError, match="points must have shape"):
        project_onto_line([1.0, 2.0, 3.0], [1.0, 1.0], [2.0, 1.0])
    with pytest.raises(ValueError, match="steps must be"):
        projected_run(bowl, GradientDescent(), [1.0, 1.0], [0.0, 0.0], 0)
    with pytest.raises(ValueError, match="optimizer must stay finite"):
        projected_run(bowl, GradientDescent(1e200), [1.0, 1.0], [0.0, 0.0], 5)
    with pytest.raises(ValueError, match="left the numbers at step 1"):
        projected_run(bowl, GradientDescent(1e300), [1.0, 1.0], [0.0, 0.0], 5)


def test_a_rule_that_works_in_place_leaves_the_projection_right():
    def in_place(o, x):
        x -= 0.05 * o.gradient(x)
        return x

    objective, start, goal = quadratic(np.logspace(0, 1, 6)), np.linspace(1, 2, 6), np.zeros(6)
    ours, theirs = (
        projected_run(objective, rule, start, goal, 20)
        for rule in (from_step(in_place), GradientDescent(0.05))
    )
    for part in ("along", "away", "value"):
        np.testing.assert_array_equal(getattr(ours, part), getattr(theirs, part))


def test_lengths_whose_squares_overflow():
    along, away = project_onto_line([[3e200, 4e200]], [0.0, 0.0], [1e200, 0.0])
    assert along == pytest.approx([3e200])
    assert away == pytest.approx([4e200])


BAD = {
    "rng": ({"rng": 0}, "rng must be a generator"),
    "steps": ({"steps": 2.0}, "steps must be a whole number of at least 1"),
    "optimizer": ({"optimizer": GradientDescent}, "optimizer must be an Optimizer"),
    "objective": ({"objective": np.sin}, "objective must be an Objective"),
    "end": ({"end": [1j, 0.0]}, "end must hold real numbers"),
}


@pytest.mark.parametrize(("changes", "words"), BAD.values(), ids=BAD)
def test_wrong_kinds_are_named(changes, words):
    good = {"objective": quadratic([1.0, 1.0]), "optimizer": GradientDescent(), "steps": 3}
    with pytest.raises((TypeError, ValueError), match=words):
        projected_run(**({"start": [1.0, 1.0], "end": [0.0, 0.0]} | good | changes))


@pytest.mark.parametrize("size", [1e-300, 1e200])
def test_lines_of_every_length(size):
    along, away = project_onto_line(np.array([3.0, 4.0]) * size, [0.0, 0.0], np.array([2.0, 0.0]) * size)
    assert along / size == pytest.approx(3.0)
    assert away / size == pytest.approx(4.0, rel=1e-3)


def test_a_seed_is_no_generator_and_complex_points_are_refused():
    with pytest.raises(TypeError, match="rng must be a generator"):
        projected_run(quadratic([1.0, 2.0]), GradientDescent(0.1), [1.0, 1.0], [0.0, 0.0], 3, rng=0)
    with pytest.raises(ValueError, match="start must hold real numbers"):
        project_onto_line([1.0, 1.0], np.array([1j, 0.0]), [1.0, 0.0])
