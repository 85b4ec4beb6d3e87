"""The picture of several ways to go on from one point."""

import numpy as np
import pytest

from course_utils.pictures import after_the_stall
from tests.tools.scenes import cells, exercise_every_control, lines

LOSSES = {"cheap": [1.0, 0.9, 0.8, 0.7, 0.6], "dear": [1.0, 0.5, 0.4], "wild": [1.0, np.nan, 3.0]}
COUNTED = {
    "gradients": {"cheap": [0, 1, 2, 3, 4], "dear": [0, 10, 20], "wild": [0, 1, 2]},
    "steps": {"cheap": range(5), "dear": range(3), "wild": range(3)},
}


def test_who_is_ahead_depends_on_what_is_counted_and_on_the_budget():
    scene = after_the_stall(LOSSES, COUNTED)
    scene.move("line", (0.2, 0.0))  # 4 gradients
    assert cells(scene, 0) == ["cheap", "0.6", "4"]
    assert scene.message == "Ahead: cheap."
    scene.set("unit", "steps")  # 0.8 of a step
    scene.move("line", (0.5, 0.0))  # 2 steps
    assert cells(scene, 0) == ["dear", "0.4", "2"]
    scene.set("unit", "gradients")  # 10
    assert cells(scene, 0) == ["dear", "0.5", "1"]


def test_at_first_all_of_the_race_is_seen_and_then_as_much_as_was_spent():
    scene = after_the_stall(LOSSES, COUNTED)
    assert scene.message == "Ahead: dear."
    assert [len(line.points) for line in lines(scene, "runs")[:3]] == [5, 3, 3]
    scene.move("line", (0.0, 0.0))
    assert scene.message == "All are at the start."
    assert [cells(scene, k)[0] for k in range(3)] == list(LOSSES)
    assert all(np.shape(line.points) == (1, 2) for line in lines(scene, "runs")[:3])
    scene.move("line", (0.5, 0.0))  # 10 gradients of 20
    cheap, dear, _ = lines(scene, "runs")[:3]
    np.testing.assert_allclose(cheap.points, np.stack([np.arange(5) / 20, LOSSES["cheap"]], axis=-1))
    np.testing.assert_allclose(dear.points, [[0, 1], [0.5, 0.5]])


def test_where_not_every_step_was_looked_at_the_steps_are_told_and_not_the_looks():
    seconds = {"quick": [0.0, 1.0, 2.0], "slow": [0.0, 1.0, 2.0]}
    losses = {"quick": [1.0, 0.9, 0.8], "slow": [1.0, 0.95, 0.94]}
    steps = {"quick": [0, 700, 1400], "slow": [0, 2, 5]}
    scene = after_the_stall(losses, {"seconds": seconds, "steps": steps})
    scene.move("line", (0.6, 0.0))
    assert [cells(scene, k) for k in range(2)] == [["quick", "0.9", "700"], ["slow", "0.95", "2"]]
    scene.move("line", (1.0, 0.0))
    assert cells(scene, 0) == ["quick", "0.8", "1,400"]
    without = after_the_stall(losses, {"seconds": seconds})
    without.move("line", (1.0, 0.0))
    assert cells(without, 0) == ["quick", "0.8", "2"]


def test_a_run_that_failed_keeps_its_start():
    scene = after_the_stall(LOSSES, COUNTED)
    scene.move("line", (0.5, 0.0))
    assert ["wild", "1", "2"] in [cells(scene, k) for k in range(3)]
    exercise_every_control(scene)


def test_a_logarithmic_axis_works():
    exercise_every_control(after_the_stall(LOSSES, COUNTED, log=True))


def test_what_was_not_trained_on_is_a_menu_away_and_its_rise_in_the_picture():
    losses = {"wise": [1.0, 0.9, 0.8], "by heart": [1.0, 0.5, 0.1]}
    test = {"wise": [2.0, 1.9, 1.8], "by heart": [2.0, 2.5, 3.5]}
    counted = {"gradients": {"wise": [0, 1, 2], "by heart": [0, 1, 2]}}
    scene = after_the_stall(losses, counted, test=test)
    scene.move("line", (1.0, 0.0))
    assert cells(scene, 0)[:2] == ["by heart", "0.1"]
    scene.set("of", "other examples")
    assert cells(scene, 0)[:2] == ["wise", "1.8"]
    assert scene.message == "Ahead: wise."
    np.testing.assert_allclose(lines(scene, "runs")[1].points, [[0, 2], [0.5, 2.5], [1, 3.5]])
    _, _, low, high = scene.frame["panels"][0]["window"]
    assert low < 0.1
    assert high > 3.5
    exercise_every_control(scene)
    alone = after_the_stall(losses, counted)
    assert "of" not in alone.controls
    wild = after_the_stall(losses, counted, test={**test, "by heart": [2.0, 1e9, 1e300]})
    assert wild.frame["panels"][0]["window"][3] < 5


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ({"a": [1.0, 0.5], "b": [1.0, 2.0]}, r"test must have the names \['a'\]"),
        ({}, "test must have the names"),
        ({"a": [1.0, 0.5, 0.2]}, r"one number for each of test\['a'\]"),
    ],
)
def test_a_bad_test_is_named(test, words):
    with pytest.raises(ValueError, match=words):
        after_the_stall({"a": [1.0, 0.5]}, {"steps": {"a": [0, 1]}}, test=test)


@pytest.mark.parametrize(
    ("losses", "counted", "words"),
    [
        ({}, COUNTED, "at least one run"),
        ({"a": [1.0, 0.5]}, {"steps": {"b": [0, 1]}}, "must have the names"),
        ({"a": [1.0, 0.5]}, {"steps": {"a": [0, 1, 2]}}, "must be increasing, one number for each of losses"),
        ({"a": [1.0, 0.5]}, {"steps": {"a": [1, 0]}}, "must be increasing"),
    ],
)
def test_bad_input_is_named(losses, counted, words):
    with pytest.raises(ValueError, match=words):
        after_the_stall(losses, counted)
