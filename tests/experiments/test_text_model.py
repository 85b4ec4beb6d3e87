"""The recurrent network on a novel: its loss, its protocol on a small one, and the shipped results."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from course_utils.curvature import spectral_density
from course_utils.datasets import load_text
from course_utils.experiments import catalogue
from course_utils.experiments import text_model as experiment
from course_utils.experiments.continuations import CONTINUATIONS
from course_utils.networks import RNN, ggn_operator
from course_utils.running import run
from tests.tools.clock import let_looks_be_time
from tests.tools.derivatives import check_derivatives
from tests.tools.protocol import errors_of_sgd


def test_it_reads_the_beginnings_of_equal_parts_of_the_text():
    text = load_text()
    net = experiment.network(experiment.QUICK, text.train, 30)
    part = len(text.train) // 30
    assert net.sequences.shape == (30, 11)
    for number in (0, 7, 29):
        first = number * part
        np.testing.assert_array_equal(net.sequences[number], text.train[first : first + 11])


def test_derivatives_of_the_quick_network():
    net = experiment.network(experiment.QUICK, load_text().train, 3)
    rng = np.random.default_rng(1)
    x = net.initial(rng, shape=(2,))
    check_derivatives(net, x, rng)
    # The Gauss-Newton part has no negative eigenvalue and is the Hessian of the linearised outputs.
    eigenvalues = np.linalg.eigvalsh(ggn_operator(net, x[0]).matrix())
    assert eigenvalues[0] > -1e-12 * eigenvalues[-1]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Return the results of the quick form."""
    out = tmp_path_factory.mktemp("text") / "quick.npz"
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as executor:
        let_looks_be_time(patch, 0.01)
        return run(experiment.TEXT_MODEL, out, executor=executor, quick=True)


def test_a_small_network_goes_through_the_whole_protocol(quick):
    assert quick.complete
    assert not {"x", "velocity"} & set(quick.names)
    sgd = quick.row(task="sgd")
    assert sgd["train_error"][0] == pytest.approx(np.log(len(load_text().vocabulary)), rel=0.05)
    assert sgd["train_error"][-1] < sgd["train_error"][0]
    for name in CONTINUATIONS:
        found = quick.row(task=name)
        assert found["train_error"][0] == pytest.approx(sgd["train_error"][-1], rel=1e-4)
        assert found["train_error"].min() < found["train_error"][0]
    assert quick.row(task="stall")["weights"].sum() == pytest.approx(1.0)
    point = quick.row(task="stall")["point"].astype(float)
    assert experiment.problem(experiment.QUICK).errors(point)[0] == pytest.approx(sgd["train_error"][-1])
    lines = experiment.summary(quick).splitlines()
    assert len(lines) == 8
    assert sum("nats per character" in line for line in lines) == 7


@pytest.fixture(scope="module")
def shipped():
    return experiment.shipped_results()


def test_the_shipped_file_is_that_of_the_experiment_as_it_is(shipped):
    assert catalogue()["text-model"] is experiment.TEXT_MODEL
    identity = experiment.TEXT_MODEL.identity(shipped.identity["seed"], quick=False)
    assert {name: shipped.identity[name] for name in identity} == identity
    assert shipped.complete
    assert not shipped.errors
    objective = experiment.problem(experiment.FULL).objective
    assert isinstance(objective.network, RNN)
    # As the module and data/README.md say.
    assert objective.dim == 30_426
    assert f"{objective.dim:,} parameters" in str(experiment.__doc__)


def test_the_first_steps_of_the_shipped_run_are_made_anew(shipped, monkeypatch):
    let_looks_be_time(monkeypatch, experiment.FULL.plan.sgd_seconds / 16)
    rng = np.random.default_rng(np.random.SeedSequence(shipped.identity["seed"], spawn_key=(0,)))
    again = experiment.run(shipped.tasks[0], rng)
    stored = shipped.row(task="sgd")
    for name in ("step", "cost", "train_error", "test_error"):
        shared = np.isin(again["step"], stored["step"])
        seen = np.isin(stored["step"], again["step"])
        assert shared.sum() >= 4
        np.testing.assert_allclose(again[name][shared], stored[name][seen], rtol=1e-4)


def test_the_stored_stall_is_that_of_its_point(shipped):
    look, sgd = shipped.row(task="stall"), shipped.row(task="sgd")
    x, problem = look["point"].astype(float), experiment.problem(experiment.FULL)
    assert problem.errors(x) == pytest.approx((sgd["train_error"][-1], sgd["test_error"][-1]), rel=1e-5)
    g = problem.objective.gradient(x)
    assert look["gradient_norm"] == pytest.approx(np.linalg.norm(g), rel=1e-5)
    product = problem.objective.hvp(x, g)
    assert look["curvature_along_gradient"] == pytest.approx(g @ product / (g @ g), rel=1e-4)


@pytest.mark.thorough
def test_the_stored_spectrum_is_that_of_the_stored_point(shipped):
    """By other start vectors: the extreme eigenvalues, and the share that is below zero for sure."""
    look = shipped.row(task="stall")
    H = experiment.problem(experiment.FULL).objective.hessian_operator(look["point"].astype(float))
    density = spectral_density(H, steps=60, probes=1, rng=np.random.default_rng(3))
    for end in (np.min, np.max):
        assert end(look["nodes"]) == pytest.approx(end(density.nodes), rel=0.01)
    sure = [
        (weights * (nodes < -residuals)).sum() / weights.sum()
        for nodes, weights, residuals in (
            (look["nodes"], look["weights"], look["residuals"]),
            (density.nodes, density.weights, density.residuals),
        )
    ]
    assert sure == pytest.approx([0.01, 0.01], abs=0.01)


@pytest.mark.thorough
def test_the_first_twentieth_of_the_shipped_run_is_made_anew(shipped):
    sgd, at = shipped.row(task="sgd"), [0, 1, 4, 16, 91, 165, 239]
    assert sgd["step"][:7].tolist() == at
    assert at[-1] == pytest.approx(0.05 * sgd["step"][-1], rel=0.01)
    errors = errors_of_sgd(experiment.problem(experiment.FULL), experiment.FULL.plan, at)
    stored = np.stack([sgd["train_error"], sgd["test_error"]], axis=1)[:7]
    np.testing.assert_allclose(errors, stored, rtol=1e-4)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "looks"),
    [("adam", [1, 4, 16]), ("l-bfgs", [1, 4]), ("hessian-free", [1, 3]), ("krylov-sfn", [1, 2, 3])],
)
def test_the_first_steps_from_the_stall_are_made_anew(shipped, monkeypatch, name, looks):
    """From the stored point; the two ways on by SGD need the velocity there, too, which is not stored."""
    let_looks_be_time(monkeypatch, experiment.FULL.plan.seconds / looks[-1])
    number = next(k for k, task in enumerate(shipped.tasks) if task["task"] == name)
    rng = np.random.default_rng(np.random.SeedSequence(shipped.identity["seed"], spawn_key=(number,)))
    point = shipped.row(task="stall")["point"]
    again = experiment.run(shipped.tasks[number], rng, {"x": point, "velocity": np.zeros_like(point)})
    stored = shipped.row(task=name)
    shared = np.isin(again["step"], [0, *looks])
    seen = np.isin(stored["step"], [0, *looks])
    assert again["step"][shared].tolist() == stored["step"][seen].tolist() == [0, *looks]
    for error in ("train_error", "test_error", "cost"):
        np.testing.assert_allclose(again[error][shared], stored[error][seen], rtol=1e-4)
