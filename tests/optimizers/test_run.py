"""`minimize`: outcomes, what is kept, and what it costs."""

import numpy as np
import pytest

from course_utils.objectives import Rosenbrock, himmelblau, quadratic
from course_utils.optimizers import GradientDescent, Momentum, Newton, SaddleFreeNewton, from_step, minimize


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
