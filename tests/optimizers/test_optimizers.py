import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import optimizers
from course_utils.objectives import (
    Rosenbrock,
    from_function,
    himmelblau,
    min_max_saddle,
    monkey_saddle,
    quadratic,
)
from course_utils.optimizers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    Newton,
    PerturbedGradientDescent,
    SaddleFreeNewton,
    from_step,
    minimize,
)

EVERY = [
    GradientDescent(0.01),
    GradientDescent(0.01, clip_norm=1.0),
    Momentum(0.01, 0.8),
    Nesterov(0.01, 0.8),
    Adam(0.01),
    Newton(0.1),
    SaddleFreeNewton(0.1),
    PerturbedGradientDescent(0.01),
]
SPECTRUM = np.array([0.5, 1.0, 3.0])


def test_gradient_descent_on_a_quadratic_is_a_geometric_sequence():
    start = np.array([1.0, -2.0, 3.0])
    x = minimize(quadratic(SPECTRUM), GradientDescent(0.2), start, 30).x
    expected = start * (1 - 0.2 * SPECTRUM) ** np.arange(31)[:, None]
    np.testing.assert_allclose(x, expected, rtol=1e-12)


def heavy_ball_matrix(eigenvalue: float, rate: float, momentum: float, lookahead: bool) -> np.ndarray:
    """One step of (x, v) on ½λx², as a matrix."""
    seen = 1 + 0 * momentum
    v_from_v = momentum - rate * eigenvalue * (momentum if lookahead else 0.0)
    v_from_x = -rate * eigenvalue * seen
    return np.array([[1 + v_from_x, v_from_v], [v_from_x, v_from_v]])


@pytest.mark.parametrize(
    ("optimizer", "lookahead"), [(Momentum(0.2, 0.7), False), (Nesterov(0.2, 0.7), True)]
)
def test_momentum_on_a_quadratic_is_a_power_of_a_matrix(optimizer, lookahead):
    x = minimize(quadratic(SPECTRUM), optimizer, [1.0, 1.0, 1.0], 25).x
    for i, eigenvalue in enumerate(SPECTRUM):
        M = heavy_ball_matrix(eigenvalue, 0.2, 0.7, lookahead)
        expected = [(np.linalg.matrix_power(M, t) @ [1.0, 0.0])[0] for t in range(26)]
        np.testing.assert_allclose(x[:, i], expected, rtol=1e-10, atol=1e-13)


def test_the_best_fixed_rate_contracts_by_kappa_minus_one_over_kappa_plus_one():
    low, high = 1.0, 25.0
    kappa = high / low
    run = minimize(quadratic([low, high]), GradientDescent(2 / (low + high)), [1.0, 1.0], 50)
    contraction = np.linalg.norm(run.x[1:], axis=-1) / np.linalg.norm(run.x[:-1], axis=-1)
    np.testing.assert_allclose(contraction, (kappa - 1) / (kappa + 1), rtol=1e-9)


def test_heavy_ball_at_its_best_contracts_like_the_square_root_of_kappa():
    low, high = 1.0, 100.0
    root = math.sqrt(high / low)
    rate = 4 / (math.sqrt(low) + math.sqrt(high)) ** 2
    momentum = ((root - 1) / (root + 1)) ** 2
    for eigenvalue in (low, 10.0, high):
        M = heavy_ball_matrix(eigenvalue, rate, momentum, lookahead=False)
        assert np.abs(np.linalg.eigvals(M)).max() == pytest.approx((root - 1) / (root + 1), rel=1e-6)
    run = minimize(quadratic([low, high]), Momentum(rate, momentum), [1.0, 1.0], 200)
    measured = (np.linalg.norm(run.x[-1]) / np.linalg.norm(run.x[100])) ** (1 / 100)
    assert measured == pytest.approx((root - 1) / (root + 1), rel=0.02)


@pytest.mark.parametrize(("factor", "shrinks"), [(0.99, True), (1.01, False)])
def test_gradient_descent_is_stable_up_to_two_over_the_largest_eigenvalue(factor, shrinks):
    run = minimize(quadratic(SPECTRUM), GradientDescent(factor * 2 / SPECTRUM.max()), np.ones(3), 400)
    assert (run.value[-1] < run.value[0]) == shrinks


def test_adam_begins_with_a_step_of_the_learning_rate_against_the_sign():
    x = minimize(quadratic(SPECTRUM), Adam(0.1, epsilon=1e-12), [1.0, -1.0, 2.0], 1).x
    np.testing.assert_allclose(x[1] - x[0], [-0.1, 0.1, -0.1], rtol=1e-9)


def test_newton_solves_a_quadratic_in_one_step_and_saddle_free_newton_agrees():
    A = np.random.default_rng(0).standard_normal((4, 4))
    bowl = quadratic(A @ A.T + np.eye(4), center=[1.0, 2.0, 3.0, 4.0])
    for optimizer in (Newton(), SaddleFreeNewton()):
        np.testing.assert_allclose(minimize(bowl, optimizer, np.zeros(4), 1).x[-1], bowl.center, atol=1e-10)
    for damping in (0.0, 0.3):
        pair = [minimize(bowl, o, np.zeros(4), 5).x for o in (Newton(damping), SaddleFreeNewton(damping))]
        np.testing.assert_allclose(*pair, rtol=1e-8, atol=1e-10)


def test_near_a_saddle_newton_is_caught_and_saddle_free_newton_leaves():
    start = [0.5, 1e-3]
    np.testing.assert_allclose(minimize(min_max_saddle(), Newton(), start, 1).x[-1], 0.0, atol=1e-15)
    x = minimize(min_max_saddle(), SaddleFreeNewton(), start, 10).x
    np.testing.assert_allclose(x[1:, 0], 0.0, atol=1e-15)
    np.testing.assert_allclose(x[:, 1], 1e-3 * 2.0 ** np.arange(11), rtol=1e-12)  # −|λ|⁻¹g doubles the offset


def test_damping_above_the_most_negative_eigenvalue_cures_newton():
    undamped, damped = (minimize(min_max_saddle(), Newton(d), [0.5, 1e-3], 20).x[-1, 1] for d in (0.0, 3.0))
    assert abs(undamped) < 1e-15
    assert abs(damped) > 1e-2


def test_exactly_at_a_saddle_only_noise_helps():
    for optimizer in (GradientDescent(), Newton(), SaddleFreeNewton(), Momentum(), Adam()):
        np.testing.assert_array_equal(minimize(min_max_saddle(), optimizer, [0.0, 0.0], 50).x[-1], 0.0)
    left = minimize(
        min_max_saddle(), PerturbedGradientDescent(0.1), [0.0, 0.0], 50, rng=np.random.default_rng(1)
    )
    assert left.value[-1] < -1


def test_escape_time_follows_the_logarithm_of_the_offset():
    rate, eigenvalue = 0.1, 2.0  # f = x₁² − x₂²
    offsets = 10.0 ** -np.arange(1, 13)
    run = minimize(min_max_saddle(), GradientDescent(rate), np.stack([0 * offsets, offsets], -1), 200)
    measured = np.argmax(np.abs(run.x[:, :, 1]) >= 1, axis=0)
    np.testing.assert_array_equal(
        measured, np.ceil(np.log(1 / offsets) / math.log(1 + rate * eigenvalue) - 1e-9)
    )


def test_singular_hessians_neither_crash_nor_move_what_nothing_pulls():
    flat = quadratic([1.0, 0.0])
    np.testing.assert_allclose(minimize(flat, Newton(), [3.0, 2.0], 1).x[-1], [0.0, 2.0])
    np.testing.assert_allclose(minimize(flat, SaddleFreeNewton(), [3.0, 2.0], 1).x[-1], [0.0, 2.0])
    line = from_function(lambda x: x[0] + 0 * x[1], 2)
    assert minimize(line, SaddleFreeNewton(), [[0.0, 0.0], [1.0, 1.0]], 3).status.tolist() == ["diverged"] * 2


def test_clipping_shortens_the_step_and_keeps_its_direction():
    f, start = quadratic([100.0, 1.0]), [[1.0, 1.0], [1e-3, 1e-3]]
    plain, clipped = (minimize(f, GradientDescent(0.1, clip_norm=h), start, 1).x for h in (None, 2.0))
    steps, short = plain[1] - plain[0], clipped[1] - clipped[0]
    assert np.linalg.norm(short[0]) == pytest.approx(0.1 * 2.0)
    assert short[0] @ steps[0] == pytest.approx(np.linalg.norm(short[0]) * np.linalg.norm(steps[0]))
    np.testing.assert_array_equal(short[1], steps[1])


def test_perturbations_fill_the_ball_evenly():
    points = optimizers.first_order.uniform_in_ball((200_000, 3), 2.0, np.random.default_rng(0))
    radius = np.linalg.norm(points, axis=-1)
    assert radius.max() <= 2.0
    # In a ball of radius 2 half of the volume lies within 2·2^(−1/3): 5σ of the sampled share.
    assert abs(np.mean(radius < 2 * 0.5 ** (1 / 3)) - 0.5) < 5 * 0.5 / math.sqrt(200_000)


@pytest.mark.parametrize(
    "optimizer", EVERY[:-1], ids=lambda o: o.label
)  # the last draws its noise by the batch
@settings(max_examples=10, deadline=None)
@given(batch=st.sampled_from([(1,), (5,), (2, 3)]), seed=st.integers(0, 2**32 - 1))
def test_a_batch_is_its_starts_one_by_one(optimizer, batch, seed):
    start = np.random.default_rng(seed).uniform(-4, 4, size=(*batch, 2))
    together = minimize(himmelblau(), optimizer, start, 12)
    assert together.x.shape == (13, *batch, 2)
    assert together.value.shape == together.gradient_norm.shape == (13, *batch)
    assert together.status.shape == together.steps.shape == batch
    for i in np.ndindex(*batch):
        alone = minimize(himmelblau(), optimizer, start[i], 12)
        np.testing.assert_allclose(together.x[(slice(None), *i)], alone.x, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda o: o.label)
def test_a_run_repeats_and_leaves_its_start_alone(optimizer):
    start = np.array([1.0, 1.0])
    first, second = (
        minimize(himmelblau(), optimizer, start, 10, rng=np.random.default_rng(7)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(start, [1.0, 1.0])


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


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda o: o.label)
def test_overflow_never_crashes(optimizer):
    run = minimize(monkey_saddle(), optimizer, [[1e50, 1e50], [-1e75, 1.0], [1.0, 0.5]], 60)
    assert np.isfinite(run.x).all()


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


def test_the_readers_rule_drives_everything():
    def downhill(objective, x, learning_rate=0.01):
        return x - learning_rate * objective.gradient(x)

    def heavy(objective, x, v, learning_rate=0.01, momentum=0.8):
        v = (0.0 if v is None else momentum * v) - learning_rate * objective.gradient(x)
        return x + v, v

    start = np.random.default_rng(0).uniform(-3, 3, size=(4, 2))
    for rule, ours in ((downhill, GradientDescent(0.01)), (heavy, Momentum(0.01, 0.8))):
        mine = from_step(rule)
        np.testing.assert_allclose(
            minimize(himmelblau(), mine, start, 9).x, minimize(himmelblau(), ours, start, 9).x
        )
        assert mine.label.startswith(rule.__name__)
    faster = dataclasses.replace(from_step(downhill), learning_rate=0.02)
    np.testing.assert_allclose(
        minimize(himmelblau(), faster, start, 3).x, minimize(himmelblau(), GradientDescent(0.02), start, 3).x
    )
    (field,) = dataclasses.fields(faster)
    assert field.metadata["range"] == pytest.approx((1e-4, 0.1))
    assert field.metadata["log"]


def test_labels_name_the_settings():
    assert Momentum(0.1, 0.5).label == "Momentum(η=0.1, μ=0.5)"
    assert GradientDescent(0.1).label == "GradientDescent(η=0.1)"
    assert GradientDescent(0.1, clip_norm=2.0).label == "GradientDescent(η=0.1, h=2)"


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda o: o.label)
def test_every_setting_can_have_a_slider(optimizer):
    for field in dataclasses.fields(optimizer):
        low, high = field.metadata["range"]
        assert low < high
        assert low > 0 or not field.metadata["log"]
        assert field.metadata["label"]
        for end in (low, high):  # both ends of the slider are settings that make sense
            dataclasses.replace(optimizer, **{field.name: end})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: GradientDescent(0.0), "learning_rate must be a finite number > 0, got 0.0"),
        (lambda: GradientDescent(float("nan")), "learning_rate must be"),
        (lambda: GradientDescent("fast"), "learning_rate must be"),
        (lambda: GradientDescent(0.1, clip_norm=-1.0), "clip_norm must be a finite number > 0 or None"),
        (lambda: Momentum(0.1, 1.0), "momentum must be a finite number ≥ 0 and < 1"),
        (lambda: Adam(0.1, beta2=-0.1), "beta2 must be"),
        (lambda: Newton(-1.0), "damping must be"),
        (lambda: PerturbedGradientDescent(waiting=1.5), "waiting must be a whole number"),
        (lambda: minimize(himmelblau(), GradientDescent(), [1.0], 5), "start must have shape"),
        (lambda: minimize(himmelblau(), GradientDescent(), [np.inf, 0.0], 5), "start must be finite"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], -1), "steps must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], 2.5), "steps must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], 5, tol=-1.0), "tol must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [0.0, 0.0], 5, record="all"), "record must be"),
        (lambda: minimize(himmelblau(), GradientDescent(), [1e200, 0.0], 5), "start must be where"),
        (
            lambda: minimize(himmelblau(), from_step(lambda f, x: x[..., 0]), [0.0, 0.0], 1),
            "must return points of shape",
        ),
        (lambda: minimize(himmelblau(), from_step(lambda f, x, s: x), [0.0, 0.0], 1), "must return the pair"),
        (lambda: from_step(3), "function must be callable"),
        (lambda: from_step(lambda x: x), "function must take"),
        (lambda: from_step(lambda f, x, rate="fast": x), "the default of rate must be a number"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
