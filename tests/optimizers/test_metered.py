"""What a rule asks of its objective inside `minimize`: passed on, and counted."""

import copy
import pickle

import numpy as np
import pytest

from course_utils.networks import (
    MLP,
    RNN,
    InBatches,
    example_slopes,
    ggn_operator,
    minibatch_operator,
)
from course_utils.objectives import Objective, Rosenbrock, himmelblau
from course_utils.objectives.hessian_operator import HessianOperator
from course_utils.optimizers import KrylovSaddleFreeNewton, from_step, minimize
from course_utils.optimizers.metered import Metered

RNG = np.random.default_rng(0)
NETWORK = MLP((4, 3, 3), RNG.normal(size=(12, 4)), np.arange(12) % 3, weight_decay=0.1)
START = NETWORK.initial(RNG)


def run(rule, objective=NETWORK, start=START, steps=3):
    return minimize(objective, from_step(rule, name="rule"), start, steps)


def one_step(objective, start, rule):
    """Return what a rule that moves nothing saw, and what it was charged."""
    seen = []

    def looking(o, x):
        seen.append(rule(o, x))
        return x

    paid = float(run(looking, objective, start, 1).cost[-1])
    return seen[0], paid


def test_newton_on_the_operator_is_newton():
    def free(o, x):
        H = o.hessian_operator(x)
        return x - 0.1 * np.linalg.solve(H @ np.eye(x.size), o.gradient(x))

    def plain(o, x):
        return x - 0.1 * np.linalg.solve(o.hessian(x), o.gradient(x))

    for objective, start in ((NETWORK, START), (himmelblau(), [1.0, 1.5]), (Rosenbrock(4), [0.5] * 4)):
        np.testing.assert_allclose(
            run(free, objective, start).x, run(plain, objective, start).x, rtol=1e-9, atol=1e-11
        )


@pytest.mark.parametrize(
    ("rule", "cost"),
    [
        (lambda o, x: o.value(x), 1 / 3),
        (lambda o, x: o.gradient(x), 1.0),
        (lambda o, x: o.value_and_gradient(x), 1.0),
        (lambda o, x: o.hvp(x, x), 2.0),
        (lambda o, x: o.hvp(x, np.ones((5, x.size))), 10.0),
        (lambda o, x: o.hessian_operator(x) @ x, 2.0),
        (lambda o, x: o.hessian_operator(x).rmatvec(x), 2.0),
        (lambda o, x: o.hessian_operator(x) @ np.ones((x.size, 4)), 8.0),
        (lambda o, x: o.hessian_operator(x).T @ x, 2.0),
        (lambda o, x: o.hessian_operator(x).matrix(), NETWORK.hessian_cost),
        (lambda o, x: o.hessian(x), NETWORK.hessian_cost),
        (lambda o, x: o.value(np.stack([x] * 6)), 2.0),
        (lambda o, x: o.gradient(np.stack([x] * 6)), 6.0),
        (lambda o, x: o.hessian(np.stack([x] * 2)), 2 * NETWORK.hessian_cost),
        (lambda o, x: o.batch(np.arange(3)).gradient(x), 0.25),
        (lambda o, x: o.batch(np.arange(3)).hvp(x, x), 0.5),
        (lambda o, x: o.batch(np.arange(6)).batch([0]).gradient(x), 1 / 12),
        (lambda o, x: o.batch(np.arange(6)).hessian_operator(x) @ x, 1.0),
        (lambda o, x: o.predict(x), 1 / 3),
        (lambda o, x: o.error_rate(x), 1 / 3),
        (lambda o, x: o.error_rate(np.stack([x] * 3)), 1.0),
        (lambda o, x: (o.layers, o.filters, o.inputs, o.targets, o.examples, o.layer_sizes), 0.0),
        (lambda o, x: o.layers[0].matrix(x), 0.0),
        (lambda o, x: (o.gradient_flops, o.hessian_cost, o.dim, o.name, o.domain), 0.0),
    ],
)
def test_a_rule_sees_what_the_network_shows_and_pays(rule, cost):
    seen, paid = one_step(NETWORK, START, rule)
    expected = rule(NETWORK, START)
    for ours, theirs in zip(
        seen if isinstance(seen, tuple) else (seen,),
        expected if isinstance(expected, tuple) else (expected,),
        strict=True,
    ):
        assert np.array_equal(ours, theirs) if isinstance(theirs, np.ndarray) else ours == theirs
    assert paid == pytest.approx(cost, abs=1e-15)


def test_a_batch_of_starts_shares_the_bill():
    starts = np.stack([START] * 4)
    for rule, cost in (
        (lambda o, x: o.gradient(x), 1.0),
        (lambda o, x: [o.gradient(row) for row in x], 1.0),
        (lambda o, x: o.hvp(x, np.ones_like(x)), 2.0),
        (lambda o, x: o.hvp(x, np.ones((5, 1, x.shape[-1]))), 10.0),
        (lambda o, x: o.hvp(x, np.ones(x.shape[-1])), 2.0),
        (lambda o, x: o.batch([0, 1, 2]).gradient(x), 0.25),
    ):
        assert one_step(NETWORK, starts, rule)[1] == pytest.approx(cost)
    alone, together = (minimize(NETWORK, KrylovSaddleFreeNewton(3), x, 4).cost for x in (START, starts))
    np.testing.assert_allclose(together, alone)


def test_a_recurrent_network_goes_on_on_the_same_meter():
    rnn = RNN(2, 3, [[0, 1, 2, 1, 0]])
    x = rnn.initial(np.random.default_rng(1))
    seen, paid = one_step(rnn, x, lambda o, x: o.following(x, [[0, 2, 1]]).gradient(x))
    np.testing.assert_array_equal(seen, rnn.following(x, [[0, 2, 1]]).gradient(x))
    assert paid == pytest.approx(0.5)  # half as many steps
    seen, paid = one_step(rnn, x, lambda o, x: o.truncated_gradient(x, 2)[1])
    np.testing.assert_array_equal(seen, rnn.truncated_gradient(x, 2)[1])
    assert paid == 1.0


class Half(Objective):
    """½‖x‖² whose gradient is its argument itself, and which says so."""

    further_costs = {"probe": 5.0}  # noqa: RUF012

    def _value(self, x):
        return (x**2).sum(-1) / 2

    def _gradient(self, x):
        return x

    def _hvp(self, x, v):
        return v

    def probe(self, x):
        return float(x[0])


def test_an_objective_of_ones_own_is_passed_on_too():
    assert one_step(Half("half", 2), [3.0, 4.0], lambda o, x: o.probe(x)) == (3.0, 5.0)
    assert one_step(Half("half", 2), [3.0, 4.0], lambda o, x: o.hessian(x).tolist())[0] == [[1, 0], [0, 1]]
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        one_step(Half("half", 2), [3.0, 4.0], lambda o, x: o.nothing_of_that_name)


def test_what_a_rule_does_to_its_gradient_stays_with_it():
    def greedy(o, x):
        value, g = o.value_and_gradient(x)
        value *= 0
        g *= 0.5
        return x - g

    ran = run(greedy, Half("half", 1), [8.0])
    assert ran.x[:, 0].tolist() == [8.0, 4.0, 2.0, 1.0]
    assert ran.value.tolist() == [32.0, 8.0, 2.0, 0.5]


class Twice(Half):
    """An objective with an operator of its own: 2I for I."""

    def hessian_operator(self, x):
        return HessianOperator(self.dim, lambda v: 2.0 * v, lambda: 2.0 * np.eye(self.dim))


def test_an_operator_of_ones_own_is_counted():
    for ask, cost in (
        (lambda o, x: o.hessian_operator(x) @ x, 2.0),
        (lambda o, x: o.hessian_operator(x) @ np.eye(2), 4.0),
        (lambda o, x: o.hessian_operator(x).matrix() @ x, Half("half", 2).hessian_cost),
    ):
        seen, paid = one_step(Twice("twice", 2), [3.0, 4.0], ask)
        np.testing.assert_array_equal(seen, 2 * np.eye(2) if seen.ndim == 2 else [6.0, 8.0])
        assert paid == cost


def test_it_can_be_copied_and_sent():
    meter = Metered(himmelblau())
    for same in (copy.copy(meter), pickle.loads(pickle.dumps(meter))):
        assert same.value([0.0, 0.0]) == 170.0


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda o, x: o.gradient(x[:1]), "x must have shape"),
        (lambda o, x: o.value(x * 1j), "x must hold real numbers"),
        (lambda o, x: o.hvp(x, 3.0), "v must have shape"),
        (lambda o, x: o.batch([]), "indices must be whole numbers"),
    ],
)
def test_bad_questions_are_named(rule, words):
    with pytest.raises(ValueError, match=words):
        one_step(NETWORK, START, rule)


def test_copies_pay_too():
    assert one_step(NETWORK, START, lambda o, x: copy.deepcopy(o).gradient(x))[1] == 1.0


@pytest.mark.parametrize(
    ("rule", "cost"),
    [
        (lambda o, x: ggn_operator(o, x) @ x, 2.0),
        (lambda o, x: ggn_operator(o, x) @ np.stack([x, -x], axis=1), 4.0),
        (lambda o, x: minibatch_operator(o, x, 5) @ x, 2.0),
        (lambda o, x: minibatch_operator(o, x, 5, operator=ggn_operator) @ x, 2.0),
        (lambda o, x: example_slopes(o, x, x), 1.0),
        (lambda o, x: InBatches(o, 5).gradient(x), 1.0),
    ],
    ids=["G v", "G V", "H v in batches", "G v in batches", "slopes", "gradient in batches"],
)
def test_what_is_made_of_a_network_is_made_of_a_counted_one_and_counts(rule, cost):
    seen, charged = one_step(NETWORK, START, rule)
    assert np.array_equal(seen, rule(NETWORK, START))
    assert charged == pytest.approx(cost)
