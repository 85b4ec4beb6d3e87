"""The straight line from the start of a run to its end, and a run beside a random walk."""

import numpy as np
import pytest

from course_utils.landscapes import random_walk, random_walk_share
from course_utils.optimizers import Momentum, minimize
from course_utils.pictures import line_of_training, run_and_walk
from tests.tools.scenes import cells, exercise_every_control, lines


def test_the_line_joins_the_ends_of_the_run_it_is_shown_with(networks):
    scene = line_of_training(networks["tanh"][0])
    on_line, in_run = (np.asarray(lines(scene, panel)[0].points)[:, 1] for panel in ("line", "run"))
    assert on_line[0] == pytest.approx(in_run[0])
    assert on_line[-1] == pytest.approx(in_run[-1])
    assert cells(scene, 0)[1:] == ["0 of 40", "0"]
    assert scene.state.depth == 1
    scene.set("depth", 5)
    scene.set("rule", "Adam")
    scene.set("rate", 0.5)
    assert float(cells(scene, 1)[2]) > 0.1  # this run climbs
    assert exercise_every_control(scene) > 10
    scene.set("rule", "gradient descent")
    scene.set("rate", 1.0)
    scene.set("scale", 5.0)
    assert scene.error is None


def test_the_walk_shows_its_null_beside_the_run(networks):
    network, x = networks["tanh"]
    run = minimize(network, Momentum(0.1, 0.9), x, 40)
    scene = run_and_walk(run.x)
    scene.set("dim", 1000)
    scene.set("null", True)
    shares = [float(cell.rstrip("%")) / 100 for cell in cells(scene, 2)[1:4]]
    np.testing.assert_allclose(shares, [random_walk_share(k, 41) for k in (1, 2, 3)], atol=0.006)
    drawn = [float(cell.rstrip("%")) / 100 for cell in cells(scene, 1)[1:4]]
    np.testing.assert_allclose(drawn, shares, atol=0.05)
    assert float(cells(scene, 1)[4]) == pytest.approx(0.5, abs=0.03)
    projection = {line.label: np.asarray(line.points) for line in lines(scene, "projection")}
    np.testing.assert_allclose(projection["training"][36], [1, 0], atol=1e-9)
    scene.set("dim", 2)
    assert cells(scene, 1)[3] == "0%"  # a plane has no third component
    scene.set("dim", 1000)
    assert exercise_every_control(scene) > 6


def test_what_a_walk_comes_to_is_not_shown_before_the_reader_asks():
    scene = run_and_walk(random_walk(np.random.default_rng(0), 60, 50))
    assert scene.state.dim == 2
    before = [line.label for line in lines(scene, "projection")]
    assert before == ["training", "random walk"]
    scene.set("null", True)
    assert [line.label for line in lines(scene, "projection")] == ["√(α(A − α))", *before]


def test_two_walks_look_alike_and_a_path_of_few_points_is_refused():
    walk = random_walk(np.random.default_rng(5), 60, 800)
    scene = run_and_walk(walk)
    assert abs(float(cells(scene, 0)[1].rstrip("%")) - 61) < 5
    for points in (walk[:9], walk[0], np.full((12, 2), np.nan)):
        with pytest.raises(ValueError, match="points must be finite"):
            run_and_walk(points)
