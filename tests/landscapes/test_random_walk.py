"""The random walk as a null."""

import numpy as np
import pytest

from course_utils.landscapes import project_onto_line, projected_walk, random_walk, walk_residual


def test_steps_have_variance_one_in_every_coordinate():
    walk = random_walk(np.random.default_rng(0), 400, 300)
    assert walk.shape == (401, 300)
    assert not walk[0].any()
    assert np.diff(walk, axis=0).var() == pytest.approx(1, rel=0.02)


def test_projection_agrees_with_that_of_the_whole_walk():
    # 700 coordinates at 1,000 steps are drawn in two blocks of which the first has 524.
    along, away = projected_walk(np.random.default_rng(1), 1000, 700, 900)
    rng = np.random.default_rng(1)
    walk = np.hstack([random_walk(rng, 1000, 524), random_walk(rng, 1000, 176)])
    a, b = project_onto_line(walk, walk[0], walk[900])
    np.testing.assert_allclose(along, a, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(away, b, rtol=1e-6, atol=1e-6)
    assert away[0] == away[900] == 0


def test_in_many_dimensions_the_walk_runs_along_a_half_circle_to_its_solution():
    worst = []
    for dim in (2, 100, 10_000):
        along, away = projected_walk(np.random.default_rng(2), 200, dim, 180)
        length = along[180]
        inside = slice(1, 180)
        predicted = walk_residual(np.clip(along[inside], 0, length), length)
        worst.append(np.abs(away[inside] - predicted).max() / length)
    assert worst[0] > 0.15
    assert worst[2] < 0.02
    assert worst[0] > worst[1] > worst[2]


def test_the_half_circle_at_known_places():
    np.testing.assert_allclose(walk_residual([0.0, 2.0, 5.0, 10.0], 10.0), [0.0, 4.0, 5.0, 0.0])


def test_bad_input_is_named():
    rng = np.random.default_rng(0)
    for call, name in (
        (lambda: random_walk(rng, 0, 3), "steps"),
        (lambda: random_walk(rng, 3, 0), "dim"),
        (lambda: projected_walk(rng, 10, 3, 11), "solution"),
        (lambda: walk_residual([1.0], 0.0), "length"),
        (lambda: walk_residual([2.0], 1.0), "along"),
    ):
        with pytest.raises(ValueError, match=name):
            call()
    with pytest.raises(TypeError, match="rng"):
        random_walk(0, 3, 3)
