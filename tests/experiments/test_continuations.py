"""The protocol: one stall, many ways on from it, and what the landscape is like there."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from course_utils.experiments.autoencoder import QUICK
from course_utils.experiments.continuations import (
    CONTINUATIONS,
    look_around,
    optimizer,
    protocol_settings,
    protocol_tasks,
    run_task,
)
from course_utils.experiments.descents import Problem
from course_utils.networks import MLP, InBatches, ggn_operator
from course_utils.optimizers import minimize
from course_utils.running.order import predecessors
from course_utils.running.results import Results
from tests.tools.clock import let_looks_be_time

RNG = np.random.default_rng(4)
PIXELS = RNG.uniform(size=(60, 6))
NET = MLP([6, 4, 2, 4, 6], PIXELS, PIXELS, activation="sigmoid", loss="sigmoid_cross_entropy")
PROBLEM = Problem(
    objective=InBatches(NET, 25),
    start=lambda rng: NET.initial(rng, incoming=3),
    errors=lambda x: (float(NET.value(x)), 0.0),
    shown=lambda x: {"first": x[:2]},
)
PLAN = replace(
    QUICK.plan,
    sgd_seconds=60,
    seconds=25,
    look_every=5,
    batch_size=20,
    learning_rate=0.2,
    curvature_examples=30,
    subspace=10,
    spectrum_examples=60,
    spectrum_steps=NET.dim,
    noise_batches=4,
)
SETTING = replace(QUICK, plan=PLAN)


def test_every_task_but_the_first_waits_for_sgd():
    tasks = protocol_tasks(setting="small")
    assert [task["task"] for task in tasks] == ["sgd", *CONTINUATIONS, "stall"]
    assert predecessors(tasks) == [None] + [0] * 7
    assert {task["setting"] for task in tasks} == {"small"}


def test_the_settings_told_are_those_of_the_stored_results():
    identity = {"seed": 7, "settings": {"one": asdict(SETTING), "other": {}}}
    told = protocol_settings(Results(identity, {}, {}), "one")
    for words in (
        "SGD, at most 60 s",
        "batches of 20, momentum 0.9, rate 0.2; lower rate 0.02",
        "rate 0.001",
        "10 pairs",
        "gradients of all examples, products of 30, first damping 0.1",
        "subspace 10, inner steps 1",
        "the best of 7 dampings by the loss of all examples",
        f"of 60 examples, 2 probes of {NET.dim} products",
        "less than 5% lower in 100 steps",
    ):
        assert words in told
    assert told.splitlines()[-1].split() == ["seed", "7"]


@pytest.fixture(scope="module", autouse=True)
def _time():
    """Let a step take a second."""
    with pytest.MonkeyPatch.context() as patch:
        let_looks_be_time(patch)
        yield


@pytest.fixture(scope="module")
def stalled(_time):
    """Return what SGD hands on."""
    return run_task(PROBLEM, PLAN, {"task": "sgd"}, np.random.default_rng(0), None)


def test_sgd_hands_on_its_point_and_velocity(stalled):
    assert stalled["x"].shape == stalled["velocity"].shape == (NET.dim,)
    assert stalled["x"].dtype == np.float32
    assert np.abs(stalled["velocity"]).max() > 0
    assert float(NET.value(stalled["x"].astype(float))) == pytest.approx(stalled["train_error"][-1], rel=1e-5)
    np.testing.assert_allclose(stalled["first"], stalled["x"][:2], rtol=1e-6)
    assert stalled["train_error"][-1] < stalled["train_error"][0]


@pytest.mark.parametrize("name", CONTINUATIONS)
def test_each_goes_on_from_there_and_goes_down(stalled, name):
    row = run_task(PROBLEM, PLAN, {"task": name}, np.random.default_rng(1), stalled)
    assert row["step"][0] == row["seconds"][0] == row["cost"][0] == 0
    assert row["train_error"][0] == pytest.approx(stalled["train_error"][-1], rel=1e-5)
    assert row["train_error"].min() < row["train_error"][0]
    assert row["seconds"][-1] == 25
    assert (np.diff(row["cost"]) > 0).all()
    assert row["first"].shape == (2,)
    assert "x" not in row


def test_sgd_going_on_is_sgd_that_was_not_interrupted():
    method = optimizer(PLAN, "sgd-on")
    rng = np.random.default_rng(5)
    whole = minimize(PROBLEM.objective, method, PROBLEM.start(np.random.default_rng(6)), 12, rng=rng)
    rng = np.random.default_rng(5)
    x = PROBLEM.start(np.random.default_rng(6))
    velocity = method.init(PROBLEM.objective, x)
    for _ in range(8):
        x, velocity = method.step(PROBLEM.objective, x, velocity, rng)
    for _ in range(4):
        x, velocity = method.step(PROBLEM.objective, x, velocity, rng)
    np.testing.assert_allclose(x, whole.x[-1], rtol=1e-12)


def test_the_optimizers_are_those_of_the_plan():
    assert optimizer(PLAN, "sgd-lower").label == "Momentum(η=0.02, μ=0.9) on batches of 20"
    assert optimizer(PLAN, "adam").method.learning_rate == PLAN.adam_rate
    free = optimizer(PLAN, "hessian-free")
    assert (free.operator, free.examples, free.method.damping) == (ggn_operator, 30, PLAN.damping)
    krylov = optimizer(PLAN, "krylov-sfn")
    assert (krylov.operator, krylov.method.subspace, krylov.method.inner_steps) == (None, 10, 1)


def test_what_is_seen_at_the_stall_is_so(stalled):
    x = stalled["x"].astype(float)
    seen = run_task(PROBLEM, PLAN, {"task": "stall"}, np.random.default_rng(2), stalled)
    eigenvalues = np.linalg.eigvalsh(NET.hessian(x))
    g = NET.gradient(x)
    assert seen["gradient_norm"] == pytest.approx(np.linalg.norm(g), rel=1e-9)
    along = g @ NET.hvp(x, g) / (g @ g)
    assert seen["curvature_along_gradient"] == pytest.approx(along, rel=1e-8)
    assert seen["nodes"].min() == pytest.approx(eigenvalues[0], abs=1e-9)
    assert seen["nodes"].max() == pytest.approx(eigenvalues[-1], rel=1e-9)
    assert seen["weights"].sum() == pytest.approx(1.0)
    assert seen["nodes"].shape == seen["residuals"].shape == (PLAN.spectrum_probes, NET.dim)
    # The share of negative eigenvalues: with every step a probe errs by its own randomness alone.
    many = look_around(
        PROBLEM, replace(PLAN, spectrum_probes=400, noise_batches=1), x, np.random.default_rng(3)
    )
    share = many["weights"][many["nodes"] < -1e-7].sum()
    assert share == pytest.approx(np.mean(eigenvalues < -1e-7), abs=0.02)


def test_the_noise_is_the_distance_of_mini_batch_gradients(stalled):
    x = stalled["x"].astype(float)
    every = replace(PLAN, batch_size=60)
    assert look_around(PROBLEM, every, x, np.random.default_rng(0))["gradient_noise"].max() < 1e-12
    some = look_around(PROBLEM, replace(PLAN, noise_batches=300), x, np.random.default_rng(0))
    single = np.array([NET.batch([i]).gradient(x) for i in range(60)]) - NET.gradient(x)
    expected = (single**2).sum(axis=1).mean() / 20 * (60 - 20) / (60 - 1)  # drawn without replacement
    assert (some["gradient_noise"] ** 2).mean() == pytest.approx(expected, rel=0.15)
