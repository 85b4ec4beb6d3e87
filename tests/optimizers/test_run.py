"""`minimize`: outcomes, what is kept, and what it costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import Planar, RecurrentCliff, Rosenbrock, himmelblau, quadratic
from course_utils.optimizers import (
    Adam,
    DampingByLoss,
    GradientDescent,
    KrylovNewton,
    Momentum,
    Newton,
    PerturbedGradientDescent,
    SaddleFreeNewton,
    from_step,
    minimize,
)
from course_utils.optimizers.run import _finite, _norms
from tests.tools.search import examples


def test_divergence_is_an_outcome():
    run = minimize(Rosenbrock(), GradientDescent(0.1), [[2.0, 2.0], [1.0, 1.0]], 100)
    assert run.status.tolist() == ["diverged", "max_steps"]
    assert np.isfinite(run.x).all()
    assert np.isfinite(run.value).all()
    assert 1 <= run.steps[0] < 100
    np.testing.assert_array_equal(
        run.x[run.steps[0] :, 0], np.broadcast_to(run.x[-1, 0], run.x[run.steps[0] :, 0].shape)
    )
    assert "1 diverged" in run.message
    alone = minimize(Rosenbrock(), GradientDescent(0.1), [2.0, 2.0], 100)
    assert alone.status == "diverged"
    assert len(alone.x) == alone.steps + 1 < 101
    assert "last finite one is kept" in alone.message


def test_convergence_stops_each_start_on_its_own():
    run = minimize(quadratic([1.0, 1.0]), GradientDescent(0.5), [[1e-3, 0.0], [1.0, 0.0]], 100, tol=1e-6)
    assert run.status.tolist() == ["converged", "converged"]
    assert run.steps.tolist() == [10, 20]
    assert (run.gradient_norm[-1] <= 1e-6).all()
    assert len(run.x) == 21
    there = minimize(quadratic([1.0]), GradientDescent(0.5), [0.0], 10, tol=1e-6)
    assert (there.status, len(there.x)) == ("converged", 1)


def test_only_the_ends_are_kept_on_demand():
    start = np.random.default_rng(0).uniform(-4, 4, size=(6, 2))
    path, ends = (minimize(himmelblau(), Momentum(0.005), start, 40, record=r) for r in ("path", "ends"))
    np.testing.assert_array_equal(ends.x, path.x[[0, -1]])
    np.testing.assert_array_equal(ends.value, path.value[[0, -1]])
    np.testing.assert_array_equal(ends.cost, path.cost[[0, -1]])
    values = minimize(himmelblau(), Momentum(0.005), start, 40, record="values")
    np.testing.assert_array_equal(values.x, path.x[[0, -1]])
    for name in ("value", "gradient_norm", "cost", "status", "steps"):
        np.testing.assert_array_equal(getattr(values, name), getattr(path, name))
    for steps, last in ((40, 5), (5, 5), (3, 3)):
        path, tail = (
            minimize(himmelblau(), Momentum(0.005), start, steps, record=r) for r in ("path", "tail")
        )
        for name in ("x", "value", "gradient_norm", "cost"):
            kept = getattr(path, name)[[0, *range(steps + 1 - last, steps + 1)]]
            np.testing.assert_array_equal(getattr(tail, name), kept)


@pytest.mark.parametrize("record", ["path", "values", "ends", "tail"])
def test_a_run_without_a_step_has_one_point(record):
    run = minimize(himmelblau(), GradientDescent(), [1.0, 1.0], 0, record=record)
    assert (run.x.shape, run.value.shape, run.cost.shape) == ((1, 2), (1,), (1,))


def test_cost_counts_gradients_hessians_and_algebra():
    f, n = himmelblau(), 2
    gradient_flops, hessian = 2 * n**2, 2 * n
    steps = 7
    assert minimize(f, GradientDescent(0.01), [1.0, 1.0], steps).cost.tolist() == list(range(steps + 1))
    newton = 1 + hessian + 2 / 3 * n**3 / gradient_flops
    saddle_free = 1 + hessian + 9 * n**3 / gradient_flops
    np.testing.assert_allclose(minimize(f, Newton(), [1.0, 1.0], steps).cost, newton * np.arange(steps + 1))
    np.testing.assert_allclose(
        minimize(f, SaddleFreeNewton(), [[1.0, 1.0]] * 3, steps).cost, saddle_free * np.arange(steps + 1)
    )
    products = from_step(lambda objective, x: x - 1e-3 * objective.hvp(x, np.ones((5, 2)))[0])
    assert minimize(f, products, [1.0, 1.0], 2).cost.tolist() == [0, 10, 20]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: minimize(himmelblau(), GradientDescent(), [1.0], 5), "start must have shape"),
        (lambda: minimize(himmelblau(), GradientDescent(), [np.inf, 0.0], 5), "start must be finite"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], -1), "steps must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], 2.5), "steps must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], 5, tol=-1.0), "tol must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], 5, record="all"), "record must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [1e200, 0.0], 5), "start must be where"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def in_place(o, x):
    x -= 0.01 * o.gradient(x)
    return x


def shaken_first(o, x):
    x += 0.01
    return x - 0.01 * o.gradient(x)


def hoards(o, x, state):
    # Keeps the arrays that it got and gave, and changes them a step later.
    for old in state or ():
        old[...] = np.nan
    after = x - 0.01 * o.gradient(x)
    return after, (x, after)


@pytest.mark.parametrize(
    ("rule", "pure"),
    [
        (in_place, lambda o, x: x - 0.01 * o.gradient(x)),
        (shaken_first, lambda o, x: (x + 0.01) - 0.01 * o.gradient(x + 0.01)),
        (hoards, lambda o, x: x - 0.01 * o.gradient(x)),
    ],
)
@pytest.mark.parametrize("start", [[1.0, 1.0], [[1.0, 1.0], [-2.0, 0.5]]], ids=["one", "batch"])
def test_a_rule_that_works_in_place_leaves_the_record_right(rule, pure, start):
    start = np.array(start)
    before = start.copy()
    ours, theirs = (minimize(himmelblau(), from_step(r, name="rule"), start, 6) for r in (rule, pure))
    for part in ("x", "value", "gradient_norm", "cost"):
        np.testing.assert_array_equal(getattr(ours, part), getattr(theirs, part))
    assert (ours.x[0] != ours.x[-1]).all()
    np.testing.assert_array_equal(start, before)
    np.testing.assert_array_equal(ours.value, himmelblau().value(ours.x))


class InPlace(GradientDescent):
    """A reader's optimizer, not made by from_step."""

    def init(self, objective, x):
        x *= np.nan
        return x

    def step(self, objective, x, state, rng):
        x -= self.learning_rate * objective.gradient(x)
        return x, state


def test_an_optimizer_of_ones_own_may_work_in_place():
    ours, theirs = (minimize(himmelblau(), o(0.01), [1.0, 1.0], 6) for o in (InPlace, GradientDescent))
    np.testing.assert_array_equal(ours.x, theirs.x)


class Careless(Planar):
    """An objective that changes the points which it is given."""

    def _gradient(self, x):
        g = super()._gradient(x)
        x *= 0.0
        return g


def test_an_objective_that_changes_its_points_leaves_the_record_right():
    f = Careless("bowl", lambda a, b: a**2 + b**2, lambda a, b: (2 * a, 2 * b), lambda a, b: (2, 0, 2))
    # The rule's own copy is changed before it is used, so that the first step leads to −ηg.
    assert minimize(f, GradientDescent(0.25), [2.0, 4.0], 1).x.tolist() == [[2.0, 4.0], [1.0, 2.0]]


def test_a_start_where_nothing_is_defined_ends_alone():
    f = Planar(
        "logarithm",
        lambda a, b: a - np.log(a) + b**2,
        lambda a, b: (1 - 1 / np.where(a > 0, a, np.nan), 2 * b),
        lambda a, b: (1 / a**2, 0 * a, 2 + 0 * a),
    )
    starts = np.array([[1.5, 1.0], [-1.0, 1.0], [0.5, 0.0]])
    for optimizer in (GradientDescent(0.1), Newton(), SaddleFreeNewton(), DampingByLoss(), Adam(0.1)):
        run = minimize(f, optimizer, starts, 20)
        assert run.status.tolist() == ["max_steps", "diverged", "max_steps"]
        assert run.steps.tolist() == [20, 0, 20]
        np.testing.assert_array_equal(run.x[:, 1], np.broadcast_to(starts[1], (21, 2)))
        assert np.isfinite(run.value[:, [0, 2]]).all()
        alone = minimize(f, optimizer, starts[0], 20)
        np.testing.assert_allclose(run.x[:, 0], alone.x, rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="start must be where"):
        minimize(f, GradientDescent(), starts[[1, 1]], 3)


def test_a_gradient_whose_square_overflows_is_finite():
    start = [7.96994992, -3.98497496]
    run = minimize(RecurrentCliff(700), GradientDescent(0.5, clip_norm=1.0), start, 5)
    gradient = RecurrentCliff(700).gradient(start)
    assert np.abs(gradient).max() > 1e155
    assert run.gradient_norm[0] == pytest.approx(np.hypot(*gradient))
    assert run.steps == 5
    np.testing.assert_allclose(np.linalg.norm(run.x[1] - run.x[0]), 0.5)
    steep = Planar("steep", lambda a, b: a, lambda a, b: (1.7e308, 1.7e308), lambda a, b: (0 * a, 0, 0))
    longest = minimize(steep, GradientDescent(1.0, clip_norm=1.0), [0.0, 0.0], 1)
    np.testing.assert_allclose(longest.x[-1], [-(0.5**0.5)] * 2)
    assert minimize(quadratic([1.0, 1.0]), GradientDescent(0.5), [1.2e154, 1.2e154], 1).steps == 1


EMPTY = [GradientDescent(0.1), Newton(), SaddleFreeNewton(), DampingByLoss(), Adam(), KrylovNewton(2)]


@pytest.mark.parametrize("optimizer", [*EMPTY, PerturbedGradientDescent()], ids=lambda o: o.label)
@pytest.mark.parametrize("batch", [(0,), (3, 0)], ids=str)
def test_no_start_is_a_batch(optimizer, batch):
    for tol in (0.0, 1e-3):
        run = minimize(himmelblau(), optimizer, np.zeros((*batch, 2)), 5, tol=tol)
        assert run.x.shape == (1, *batch, 2)
        assert run.status.shape == run.steps.shape == batch
        assert "0 starts" in run.message


GOOD = {"objective": himmelblau(), "optimizer": GradientDescent(), "start": [0.0, 0.0], "steps": 2}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"objective": lambda x: x**2}, r"objective must be an Objective, .* objectives\.from_function"),
        ({"optimizer": lambda o, x: x}, "optimizer must be an Optimizer .* from_step"),
        ({"optimizer": GradientDescent}, "optimizer must be an Optimizer"),
        ({"start": [1j, 0.0]}, "start must hold real numbers"),
        ({"start": np.array([1 + 0j, 0.0])}, "start must hold real numbers"),
        ({"start": ["1", "2"]}, "start must hold real numbers"),
        ({"steps": True}, "steps must be a whole number of at least 0, got True"),
        ({"steps": "3"}, "steps must be a whole number of at least 0, got '3'"),
        ({"tol": "small"}, "tol must be a number ≥ 0, got 'small'"),
        ({"tol": np.nan}, "tol must be a number ≥ 0, got nan"),
        ({"rng": 0}, "rng must be a generator, as numpy.random.default_rng"),
        ({"rng": np.random}, "rng must be a generator"),
        ({"optimizer": from_step(lambda o, x: None, name="rule")}, "a step of rule returns .* None"),
        ({"optimizer": from_step(lambda o, x: x * 1j, name="rule")}, "a step of rule returns must hold real"),
        ({"optimizer": from_step(lambda o, x: (x, x), name="rule")}, r"must return points of shape \(2,\)"),
    ],
)
def test_wrong_kinds_are_named(changes, words):
    with pytest.raises((TypeError, ValueError), match=words):
        minimize(**(GOOD | changes))


@given(st.lists(st.one_of(st.just(0.0), st.floats()), min_size=1, max_size=3))
@examples(300)
def test_one_vector_is_measured_as_in_a_batch(numbers):
    g = np.array(numbers)
    with np.errstate(all="ignore"):
        assert _finite(g) == np.isfinite(g).all()
        np.testing.assert_array_equal(_norms(g), _norms(g[None])[0])


@pytest.mark.parametrize("start", [[3.0, 2.0], [-0.27, -0.92]])
def test_a_run_at_rest_looks_once(start):
    looked = []

    def value(a, b):
        looked.append((float(a), float(b)))
        return a**2 + b**2

    f = Planar("bowl", value, lambda a, b: (2 * a, 2 * b), lambda a, b: (2 + 0 * a, 0 * a, 2 + 0 * a))
    run = minimize(f, Newton(), start, 20)
    assert (len(run.x), run.steps, str(run.status)) == (21, 20, "max_steps")
    assert looked == [tuple(start), (0.0, 0.0)]
    np.testing.assert_array_equal(run.value[1:], 0.0)
    np.testing.assert_allclose(run.cost, np.arange(21) * run.cost[1])
