"""Leaving saddles: the experiment, its stored results, and intervals for medians."""

import numpy as np
import pytest
from scipy.stats import linregress

from course_utils.experiments import escape
from course_utils.experiments.critical_points import digits_network
from course_utils.objectives import Wells
from course_utils.optimizers import GradientDescent, PerturbedGradientDescent
from course_utils.running import run as run_experiment


@pytest.fixture(scope="module")
def shipped():
    return escape.shipped_results()


def test_shipped_results_are_complete(shipped):
    assert shipped.complete
    assert len(shipped.tasks) == 101
    assert "index 9" in escape.summary(shipped)


def test_all_but_newton_leave_every_saddle_from_beside_it(shipped):
    slow = []
    for index in escape.INDICES:
        for name in escape.METHODS:
            steps = shipped.row(part="network", index=index, method=name, start="beside")["steps"]
            left = np.mean(np.isfinite(steps))
            assert left == 0 if name == "Newton" else left >= 0.9
            slow += [name] if 0 < left < 1 else []
    assert set(slow) == {
        "negative curvature"
    }  # at 600 steps: its steps are short where the curvature is small


def test_the_dimension_counts_by_half_its_logarithm(shipped):
    rows = [shipped.row(part="dimension", dim=dim)["steps"] for dim in escape.DIMENSIONS]
    x = np.repeat(np.log(escape.DIMENSIONS), len(rows[0]))
    fit = linregress(x, np.concatenate(rows))
    expected = 0.5 / np.log(1 + escape.SETTINGS["quadratic_rate"] * escape.SETTINGS["curvature"])
    assert abs(fit.slope - expected) < 3 * fit.stderr


def test_the_curvature_counts_by_its_inverse(shipped):
    rows = [shipped.row(part="curvature", curvature=one)["steps"] for one in escape.CURVATURES]
    fit = linregress(np.log(1 / np.array(escape.CURVATURES)), np.log([np.median(one) for one in rows]))
    assert fit.slope == pytest.approx(1.0, abs=0.03)


def test_a_task_repeats(shipped):
    task = next(t for t in shipped.tasks if t["part"] == "dimension" and t["dim"] == 10)
    number = shipped.tasks.index(task)
    one, other = (escape.run(task, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one["steps"], other["steps"])
    _, low, high = escape.median_interval(shipped.rows[number]["steps"])
    assert low - 20 <= np.median(one["steps"]) <= high + 20


def test_saddles_are_certified_and_of_their_index():
    network = digits_network()
    saddles = escape.saddles()
    assert tuple(saddles) == escape.INDICES
    for index in (36, 9):
        x = saddles[index]
        assert np.linalg.norm(network.gradient(x)) < 1e-9
        assert np.sum(np.linalg.eigvalsh(network.hessian(x)) < -1e-6) == index


def test_leave_counts_steps_and_cost():
    f, start = Wells([-1.0]), np.array([0.1])
    rng = np.random.default_rng(0)
    steps, cost, seconds = escape.leave(f, GradientDescent(0.5), start, -0.2, 50, rng)
    x, count = 0.1, 0
    while f.value([x]) >= -0.2:
        x, count = x - 0.5 * (x**3 - x), count + 1
    assert (steps, cost) == (count, count)
    assert seconds > 0
    np.testing.assert_array_equal(start, [0.1])
    assert escape.leave(f, GradientDescent(0.5), np.zeros(1), -0.2, 7, rng)[:2] == (np.inf, 7)
    assert np.isfinite(escape.leave(f, PerturbedGradientDescent(0.5), np.zeros(1), -0.2, 50, rng)[0])


def test_mini_batches_cost_their_share_and_draw_anew():
    network = digits_network()
    start = network.initial(np.random.default_rng(0))
    ends = [
        escape.leave(network, escape.MiniBatchDescent(0.1), start, -1.0, 3, np.random.default_rng(seed))
        for seed in (0, 1)
    ]
    assert ends[0][1] == pytest.approx(0.3)


@pytest.mark.thorough
def test_a_quick_run(tmp_path):
    results = run_experiment(escape.ESCAPE, tmp_path / "quick.npz", workers=1, quick=True)
    assert results.complete
    assert results.column("steps").shape == (4, 20)


def test_the_interval_of_a_median_holds_it_as_often_as_promised():
    rng, inside = np.random.default_rng(0), 0
    for _ in range(2000):
        _, low, high = escape.median_interval(rng.exponential(size=20))
        inside += low <= np.log(2) <= high
    assert inside / 2000 == pytest.approx(0.9586, abs=0.02)
    middle, low, high = escape.median_interval([1.0, 2.0, 3.0, 4.0, np.inf, np.inf, np.inf])
    assert (middle, high) == (4.0, np.inf)


@pytest.mark.parametrize("values", [[1.0, 2.0], [np.nan] * 20, np.ones((3, 3)), []])
def test_bad_samples_are_refused(values):
    with pytest.raises(ValueError, match="values must be"):
        escape.median_interval(values)
