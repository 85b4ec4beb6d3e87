"""What every optimizer keeps to: batches, repetition, overflow, labels, sliders."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import Rosenbrock, himmelblau, min_max_saddle, monkey_saddle
from course_utils.optimizers import (
    Adam,
    CubicNewton,
    Equilibrated,
    GradientDescent,
    HessianFree,
    Jacobi,
    KrylovSaddleFreeNewton,
    LowRankSaddleFreeNewton,
    Momentum,
    Muon,
    NegativeCurvatureDescent,
    Nesterov,
    Newton,
    NewtonCG,
    PerturbedGradientDescent,
    SaddleFreeNewton,
    Shampoo,
    Sophia,
    TrustRegionNewton,
    minimize,
)
from tests.tools.search import examples

EVERY = [
    GradientDescent(0.01),
    GradientDescent(0.01, clip_norm=1.0),
    Momentum(0.01, 0.8),
    Nesterov(0.01, 0.8),
    Adam(0.01),
    Newton(0.1),
    SaddleFreeNewton(0.1),
    CubicNewton(),
    TrustRegionNewton(),
    NegativeCurvatureDescent(0.01),
    NewtonCG(),
    HessianFree(),
    PerturbedGradientDescent(0.01),
    Equilibrated(0.01),
    Jacobi(0.01),
    Sophia(0.01),
    LowRankSaddleFreeNewton(rank=1),
    Muon(0.01),
    Shampoo(0.01),
]
DRAW_BY_THE_BATCH = (
    NegativeCurvatureDescent,
    NewtonCG,
    PerturbedGradientDescent,
    Equilibrated,
    Jacobi,
    Sophia,
    LowRankSaddleFreeNewton,
)


def test_exactly_at_a_saddle_only_noise_helps():
    for optimizer in (GradientDescent(), Newton(), SaddleFreeNewton(), Momentum(), Adam()):
        np.testing.assert_array_equal(minimize(min_max_saddle(), optimizer, [0.0, 0.0], 50).x[-1], 0.0)
    left = minimize(
        min_max_saddle(), PerturbedGradientDescent(0.1), [0.0, 0.0], 50, rng=np.random.default_rng(1)
    )
    assert left.value[-1] < -1


@pytest.mark.parametrize(
    "optimizer", [o for o in EVERY if not isinstance(o, DRAW_BY_THE_BATCH)], ids=lambda o: o.label
)
@examples(10)
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


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda o: o.label)
def test_overflow_never_crashes(optimizer):
    run = minimize(monkey_saddle(), optimizer, [[1e50, 1e50], [-1e75, 1.0], [1.0, 0.5]], 60)
    assert np.isfinite(run.x).all()


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
        (lambda: GradientDescent(10**400), "learning_rate must be a finite number > 0, got 1000"),
        (lambda: GradientDescent(0.1, clip_norm=-1.0), "clip_norm must be a finite number > 0 or None"),
        (lambda: Momentum(0.1, 1.0), "momentum must be a finite number ≥ 0 and < 1"),
        (lambda: Adam(0.1, beta2=-0.1), "beta2 must be"),
        (lambda: Newton(-1.0), "damping must be"),
        (lambda: PerturbedGradientDescent(waiting=1.5), "waiting must be a whole number"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("method", "vectors"), [(LowRankSaddleFreeNewton(10), 20), (KrylovSaddleFreeNewton(20), 40)]
)
def test_a_step_keeps_its_bases_and_at_its_peak_holds_up_to_three_times_as_much(method, vectors):
    """Lesson 11's table counts the bases: 2r vectors and 2k."""
    f = Rosenbrock(100_000)
    x = np.random.default_rng(0).normal(size=f.dim)
    tracemalloc.start()
    try:
        method.step(f, x, method.init(f, x), np.random.default_rng(0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert vectors < peak / x.nbytes < 3 * vectors
