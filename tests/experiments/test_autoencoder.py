"""The deep autoencoder: its loss, its protocol on a small one, and the results that come with the course."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from course_utils.experiments import autoencoder as experiment
from course_utils.experiments.continuations import CONTINUATIONS
from course_utils.networks import MLP
from course_utils.running import run
from tests.tools.clock import let_looks_be_time
from tests.tools.derivatives import check_derivatives

PIXELS = np.random.default_rng(0).uniform(size=(12, 8))
SIZES = (8, 6, 4, 2, 4, 6, 8)


def test_derivatives_of_an_autoencoder():
    net = experiment.network(SIZES, PIXELS)
    assert net.activations == ("sigmoid", "sigmoid", "identity", "sigmoid", "sigmoid")
    assert net.dtype == np.float32
    double = MLP(SIZES, PIXELS, PIXELS, activation=net.activations, loss="sigmoid_cross_entropy")
    rng = np.random.default_rng(1)
    x = double.initial(rng, incoming=3, shape=(2,))
    check_derivatives(double, x, rng)
    v = rng.normal(size=(3, net.dim))
    for single, exact in (
        (net.gradient(x), double.gradient(x)),
        (net.hvp(x[0], v), double.hvp(x[0], v)),
    ):
        np.testing.assert_allclose(single, exact, atol=1e-5 * np.abs(exact).max())


def test_the_deep_network_has_the_size_of_the_paper():
    layers = list(zip(experiment.DEEP, experiment.DEEP[1:], strict=False))
    assert sum((inputs + 1) * outputs for inputs, outputs in layers) == 2_837_314
    assert experiment.DEEP[::-1] == experiment.DEEP


def test_squared_errors_are_sums_over_pixels_and_means_over_images(monkeypatch):
    net = experiment.network(SIZES, PIXELS)
    x = net.initial(np.random.default_rng(2), incoming=3)
    expected = ((net.predict(x) - PIXELS) ** 2).sum(axis=1).mean()
    for at_once in (5, 12, 1000):
        monkeypatch.setattr(experiment, "AT_ONCE", at_once)
        assert experiment.squared_error(net, x) == pytest.approx(expected, rel=1e-6)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Return the results of the quick form."""
    out = tmp_path_factory.mktemp("autoencoder") / "quick.npz"
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as executor:
        let_looks_be_time(patch, 0.01)
        return run(experiment.AUTOENCODER, out, executor=executor, quick=True)


def test_a_small_autoencoder_goes_through_the_whole_protocol(quick):
    assert quick.complete
    assert not {"x", "velocity"} & set(quick.names)
    sgd = experiment.row(quick, "sgd")
    assert sgd["train_error"][-1] < sgd["train_error"][0]
    for name in CONTINUATIONS:
        found = experiment.row(quick, name)
        assert found["train_error"][0] == pytest.approx(sgd["train_error"][-1], rel=1e-4)
        assert found["train_error"].min() < found["train_error"][0]
        assert found["reconstructions"].shape == (10, 100)
    assert experiment.row(quick, "stall")["weights"].sum() == pytest.approx(1.0)
    with pytest.raises(KeyError, match="no finished task 'other'"):
        experiment.row(quick, "other")
    lines = experiment.summary(quick).splitlines()
    assert len(lines) == 8
    assert sum(title in line for line in lines for title in CONTINUATIONS.values()) == 6
