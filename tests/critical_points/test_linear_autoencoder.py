"""The critical points of linear autoencoders, known in closed form."""

from collections import Counter

import numpy as np
import pytest

from course_utils.critical_points import (
    certify,
    damped_newton_search,
    linear_autoencoder_points,
    trust_region_search,
)
from course_utils.networks.forms import Autoencoder
from tests.tools.networks import small_network


def principal_data(d, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(100, d)) * np.linspace(2.0, 0.7, d)


@pytest.mark.parametrize(("d", "p"), [(2, 1), (4, 2), (5, 3), (6, 2), (3, 3)])
def test_the_closed_form_of_the_linear_autoencoder(d, p):
    data = principal_data(d)
    f = Autoencoder((p,), data, activation="identity", biases=False)
    points = linear_autoencoder_points(data, p)
    rng = np.random.default_rng(0)
    for known in points:
        # Every equal form has the same signs of curvature: mix the code by an invertible C.
        C = np.eye(p) + 0.3 * rng.normal(size=(p, p))
        decoder = f.layers[1].weights(known.x) @ C
        encoder = np.linalg.solve(C, f.layers[0].weights(known.x))
        mixed = np.concatenate([encoder.ravel(), decoder.ravel()])
        for x in (known.x, mixed):
            point = certify(f, x)
            assert point.certified, (known.components, point)
            assert point.value == pytest.approx(known.value, abs=1e-12)
            assert point.index == known.index
            assert int((np.abs(point.eigenvalues) <= point.cutoff).sum()) == known.zeros
            optimal = known.components == tuple(range(p))
            assert point.kind == ("degenerate" if optimal else "saddle")
            assert (point.index == 0) == optimal


@pytest.mark.parametrize(
    ("finder", "d", "p", "starts", "least"),
    [
        pytest.param(damped_newton_search, 5, 2, 250, 15, marks=pytest.mark.thorough),
        (damped_newton_search, 4, 2, 80, 9),
        (trust_region_search, 4, 2, 80, 9),
    ],
)
def test_finders_meet_the_critical_points_of_the_linear_autoencoder(finder, d, p, starts, least):
    data = principal_data(d)
    f = Autoencoder((p,), data, activation="identity", biases=False)
    known = linear_autoencoder_points(data, p)
    rng = np.random.default_rng(0)
    scales = np.resize([0.3, 0.6, 0.9], (starts, 1))
    found: Counter = Counter()
    for end in finder(f, scales * rng.normal(size=(starts, f.dim))):
        if not end.certified:
            continue
        product = f.layers[1].weights(end.x) @ f.layers[0].weights(end.x)
        (match,) = [point for point in known if np.abs(point.map - product).max() < 1e-6]
        assert end.value == pytest.approx(match.value, abs=1e-9)
        assert end.index == match.index
        assert end.kind == ("saddle" if match.index else "degenerate")
        found[match.components] += 1

    full = [point for point in known if len(point.components) == p]
    print(
        f"\n{finder.__name__}, d={d}, p={p}: {len(found)} of {len(known)} critical points, "
        f"{sum(point.components in found for point in full)} of the {len(full)} of full rank, "
        f"{found.total()} of {starts} starts certified"
    )
    for point in known:
        print(
            f"  {point.components!s:8} loss {point.value:.4f} index {point.index:2d}: "
            f"{found[point.components]} times"
        )
    assert len(found) >= least


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: linear_autoencoder_points(np.eye(3), 2), "inputs must have distinct variances"),
        (lambda f: linear_autoencoder_points(principal_data(3), 4), "hidden must be in 1 … 3"),
        (lambda f: linear_autoencoder_points(np.zeros(3), 1), "inputs must have shape"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(small_network())
