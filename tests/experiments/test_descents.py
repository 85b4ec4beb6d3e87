"""Runs by the clock: what is timed, charged, looked at, and when SGD has stalled."""

import numpy as np
import pytest

from course_utils.experiments import descents
from course_utils.experiments.descents import Clock, Looks, Problem, Stall, descend, descend_by_lbfgs
from course_utils.networks import MLP, InBatches
from course_utils.optimizers import (
    GradientDescent,
    KrylovSaddleFreeNewton,
    Momentum,
    OnBatches,
    OnSubsample,
    SaddleFreeNewton,
    Shampoo,
    minimize,
)
from tests.tools.clock import let_looks_be_time

RNG = np.random.default_rng(3)
INPUTS = RNG.normal(size=(40, 4))
NET = InBatches(MLP([4, 6, 4], INPUTS, INPUTS, loss="squared_error"), 16)
X = NET.network.initial(RNG)
PROBLEM = Problem(NET, lambda rng: X, lambda x: (float(NET.value(x)), float(NET.value(x)) + 1.0))


@pytest.fixture
def time(monkeypatch):
    """Let a step take a second."""
    return let_looks_be_time(monkeypatch)


def test_the_clock_counts_while_it_runs(monkeypatch):
    now = [5.0]
    monkeypatch.setattr(descents, "process_time", lambda: now[0])
    clock = Clock()
    now[0] = 7.0
    assert clock.seconds == 0.0
    clock.start()
    now[0] = 9.5
    assert clock.seconds == 2.5
    clock.stop()
    now[0] = 20.0
    assert clock.seconds == 2.5
    clock.start()
    now[0] = 21.0
    clock.stop()
    assert clock.seconds == 3.5


@pytest.mark.parametrize(
    ("step", "error", "reached"),
    [
        ([0], [9.0], False),
        ([0, 50], [9.0, 9.0], False),  # not long enough
        ([0, 100], [9.0, 9.0], True),
        ([0, 100], [9.0, 8.9], True),  # 1.1 % lower
        ([0, 100], [9.0, 8.8], False),  # 2.2 % lower
        ([0, 50, 100, 150], [9.0, 5.0, 4.99, 4.98], True),
        ([0, 50, 100, 150], [9.0, 5.0, 4.0, 4.98], False),  # the lowest since then counts
        ([0, 50, 100, 150], [5.0, 9.0, 5.0, 4.98], True),  # and the lowest before
    ],
)
def test_a_stall_is_a_training_error_that_has_not_fallen(step, error, reached):
    assert Stall(100, 0.02).reached(step, error) is reached


def test_a_run_is_that_of_minimize_with_looks_by_the_clock(time):
    method = OnBatches(Momentum(0.05, 0.5), 10)
    found = descend(PROBLEM, method, X, method.init(NET, X), 30.0, 7.0, np.random.default_rng(1))
    looks = found.looks
    assert looks["step"].tolist() == [0, 1, 4, 11, 16, 23, 30]  # a second a step
    np.testing.assert_array_equal(looks["seconds"], looks["step"])
    plain = minimize(NET, method, X, 30, rng=np.random.default_rng(1))
    np.testing.assert_allclose(looks["train_error"], plain.value[looks["step"]], rtol=1e-6)
    np.testing.assert_allclose(looks["test_error"], plain.value[looks["step"]] + 1, rtol=1e-6)
    np.testing.assert_allclose(looks["cost"], looks["step"] / 4, rtol=1e-6)
    np.testing.assert_array_equal(found.x, plain.x[-1])
    assert not found.stalled


@pytest.mark.parametrize(
    "method", [OnSubsample(KrylovSaddleFreeNewton(4), 10), OnBatches(Shampoo(), 10), SaddleFreeNewton(1.0)]
)
def test_linear_algebra_is_charged_as_minimize_charges_it(time, method):
    problem = Problem(NET.network, PROBLEM.start, PROBLEM.errors)
    state = method.init(NET.network, X)
    looks = descend(problem, method, X, state, 4.0, 1.0, np.random.default_rng(1)).looks
    plain = minimize(NET.network, method, X, 4, rng=np.random.default_rng(1))
    np.testing.assert_allclose(looks["cost"], plain.cost[looks["step"]], rtol=1e-6)


def test_looks_are_not_timed(time):
    def errors(x):
        time[0] += 100
        return 1.0, 1.0

    slow = Problem(NET, lambda rng: X, errors)
    found = descend(slow, GradientDescent(1e-3), X, None, 9.0, 1.0, np.random.default_rng(0))
    assert found.looks["step"].tolist() == list(range(10))
    np.testing.assert_array_equal(found.looks["seconds"], found.looks["step"])


def test_it_ends_where_it_stalls(time):
    method = GradientDescent(1e-9)
    found = descend(PROBLEM, method, X, None, 1e9, 5.0, np.random.default_rng(0), Stall(20, 0.01))
    assert found.stalled
    assert found.looks["step"][-1] == 21  # the first look at which step 1 or 0 is twenty steps ago


def test_a_run_that_diverges_keeps_its_last_finite_point(time):
    method = GradientDescent(1e3)
    found = descend(PROBLEM, method, X, None, 1e4, 1.0, np.random.default_rng(0))
    assert not np.isfinite(found.looks["train_error"][-1])
    assert found.looks["step"][-1] < 200
    assert np.isfinite(PROBLEM.errors(found.x)[0])


def test_l_bfgs_goes_down_and_is_charged_for_every_gradient(time):
    found = descend_by_lbfgs(PROBLEM, 10, X, 30.0, 7.0)
    looks = found.looks
    assert looks["step"].tolist() == [0, 1, 4, 11, 16, 23, 30]
    np.testing.assert_array_equal(looks["seconds"], looks["step"])
    assert (np.diff(looks["train_error"]) < 0).all()
    assert (looks["cost"] >= looks["step"]).all()
    assert looks["cost"][-1] < 60
    assert float(NET.value(found.x)) == pytest.approx(looks["train_error"][-1], rel=1e-6)


def test_l_bfgs_that_finds_no_way_down_any_more_says_where_it_ended():
    bowl = InBatches(MLP([2, 2], np.eye(2), np.eye(2), loss="squared_error", biases=False), 2)
    problem = Problem(bowl, lambda rng: np.zeros(4), lambda x: (float(bowl.value(x)), 0.0))
    found = descend_by_lbfgs(problem, 5, np.zeros(4), 1e9, 1e9)
    np.testing.assert_allclose(found.x, [1, 0, 0, 1], atol=1e-6)
    assert found.looks["step"][-1] >= 1


def test_looks_are_stored_as_arrays():
    looks = Looks(PROBLEM)
    assert looks.add(0, 0.0, 0.0, X)
    assert looks.add(3, 1.5, 2.5, X)
    arrays = looks.arrays()
    assert sorted(arrays) == ["cost", "seconds", "step", "test_error", "train_error"]
    assert arrays["step"].dtype == np.int32
    assert arrays["seconds"].tolist() == [0.0, 1.5]
