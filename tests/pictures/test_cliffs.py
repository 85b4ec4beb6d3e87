"""Cliffs and clipping: products of slopes, clipped directions and averages, and their pictures."""

import numpy as np
import pytest

from course_utils import pictures
from course_utils.datasets import TextDataset
from course_utils.experiments import text_clipping
from course_utils.networks import RNN, log_growth, state_jacobians, text_windows
from course_utils.objectives import RecurrentCliff
from course_utils.optimizers import clip_by_norm, clip_by_value
from course_utils.optimizers.clipping import clipped_rest, turned_degrees
from course_utils.pictures.cliffs import states_and_slopes
from tests.tools.scenes import exercise_every_control

TEXT = TextDataset.from_strings("toy", "abcab cabba acb abc " * 20, "abc cab " * 40)


def small_network(units=5, sequences=3, steps=6):
    windows = text_windows(TEXT.train, sequences, steps)
    network = RNN(units, len(TEXT.vocabulary), windows[0])
    return network, network.initial(np.random.default_rng(3), spectral_radius=1.5)


def test_jacobians_are_the_derivatives_of_the_state():
    network, x = small_network()
    jacobians = state_jacobians(network, x)
    assert jacobians.shape == (3, 6, 5, 5)
    step = 1e-6
    rng = np.random.default_rng(0)
    v = rng.standard_normal(5)
    ends = [
        RNN(
            5, network.vocabulary_size, network.sequences, initial_state=np.tile(s * step * v, (3, 1))
        ).final_state(x)
        for s in (1, -1)
    ]
    measured = (ends[0] - ends[1]) / (2 * step)
    for sequence in range(3):
        change = v
        for factor in jacobians[sequence]:
            change = factor @ change
        np.testing.assert_allclose(measured[sequence], change, rtol=1e-6, atol=1e-8)


def test_growth_agrees_with_the_determinant_and_with_normal_factors():
    rng = np.random.default_rng(1)
    factors = rng.standard_normal((30, 4, 4))
    growth = log_growth(factors)
    assert growth.shape == (31, 4)
    assert (growth[0] == 0).all()
    np.testing.assert_allclose(
        growth[1], np.log(np.linalg.svd(factors[0], compute_uv=False)), atol=1e-10, err_msg="one factor"
    )
    determinants = np.cumsum(np.linalg.slogdet(factors)[1])
    np.testing.assert_allclose(growth[1:].sum(axis=1), determinants, rtol=1e-10)
    product = np.linalg.norm(np.linalg.multi_dot(factors[::-1]), 2)
    assert abs(growth[-1, 0] - np.log(product)) < 0.1 * np.log(product)
    symmetric = np.diag([2.0, 1.0, 0.1])
    np.testing.assert_allclose(
        log_growth(np.tile(symmetric, (300, 1, 1)))[-1] / 300, np.log([2, 1, 0.1]), atol=1e-9
    )


@pytest.mark.parametrize("wrong", [np.ones((3, 2)), np.ones((3, 2, 4)), np.full((1, 2, 2), np.nan)])
def test_growth_says_what_it_expects(wrong):
    with pytest.raises(ValueError, match="jacobians must"):
        log_growth(wrong)


def test_jacobians_want_one_point():
    network, x = small_network()
    with pytest.raises(ValueError, match="x must be one point"):
        state_jacobians(network, np.tile(x, (2, 1)))


def test_slopes_agree_with_the_exact_gradient_and_with_the_geometric_sum():
    s, slope = states_and_slopes(6.0, -2.9, 12)
    exact = RecurrentCliff(12).gradient([6.0, -2.9])[1]
    np.testing.assert_allclose(2 * (s[-1] - 0.7) * slope[-1], exact, rtol=1e-12)
    np.testing.assert_allclose(states_and_slopes(5.0, -2.5, 9)[1][-1], np.sum(1.25 ** np.arange(9)) / 4)


def test_clipping_by_value_keeps_signs_and_bounds_components():
    g = np.random.default_rng(2).standard_normal((50, 7)) * 3
    cut = clip_by_value(g, 0.5)
    assert np.abs(cut).max() == 0.5
    assert (np.sign(cut) == np.sign(g)).all()
    assert (np.sum(cut * g, axis=-1) > 0).all()
    np.testing.assert_array_equal(clip_by_value(g, 100.0), g)


def test_angles():
    assert turned_degrees([1, 0], [1, 1]) == pytest.approx(45)
    assert turned_degrees([1, 0], [-2, 0]) == pytest.approx(180)
    assert turned_degrees([1.0, 1e-9], [1.0, 0.0]) == pytest.approx(np.degrees(1e-9), rel=1e-6)
    g = np.random.default_rng(4).standard_normal((20, 30))
    assert turned_degrees(g, clip_by_norm(g, 0.1)).max() < 1e-6


@pytest.mark.parametrize("threshold", [0.05, 0.7, 3.0, 20.0, 500.0])
def test_clipped_descent_comes_to_rest_where_said(threshold):
    samples = np.array([0, 1, 2.5, 3, 4, 5.5, 6, 7, 50.0])
    x = 20.0
    for _ in range(40_000):
        x -= 0.02 * clip_by_value(x - samples, threshold).mean()
    assert clipped_rest(samples, threshold) == pytest.approx(x, abs=1e-3)


def test_the_rest_lies_between_median_and_mean():
    samples = np.array([0.0, 1.0, 2.0, 10.0])
    assert clipped_rest(samples, 1e-6) == pytest.approx(1.5)
    assert clipped_rest(samples, 1e6) == pytest.approx(samples.mean())
    assert clipped_rest([4.0], 0.1) == pytest.approx(4.0)


@pytest.mark.parametrize(("samples", "threshold", "name"), [([], 1.0, "samples"), ([1.0], 0.0, "threshold")])
def test_the_rest_needs_samples_and_a_threshold(samples, threshold, name):
    with pytest.raises(ValueError, match=f"{name} must"):
        clipped_rest(samples, threshold)


def test_every_control_of_the_pictures():
    network, x = small_network()
    for make in (
        pictures.iterated_unit,
        pictures.catapult,
        pictures.clip_directions,
        pictures.clipped_average,
        lambda: pictures.jacobian_growth(network, x),
    ):
        picture = make()
        assert exercise_every_control(picture) > 0
        assert picture.alt


def test_the_catapult_without_a_leash_leaves_and_with_it_stays():
    rows = {row[0]: row for row in pictures.catapult().readout.rows}
    assert float(rows["no clipping"][1]) > 3
    assert float(rows["clip the norm"][1]) == pytest.approx(0.5)
    assert rows["no clipping"][3] == "not yet"
    assert rows["clip the norm"][3].startswith("step")


def test_runs_differ_by_their_settings_alone():
    settings = {"steps": 6, "hidden_units": 4, "sequences": 2, "window": 5}
    free, loose, tight = (text_clipping.train_on_text(TEXT, 0.5, h, **settings) for h in (None, 1e9, 1e-3))
    np.testing.assert_array_equal(free.x, loose.x)
    assert free.loss[0] == tight.loss[0]
    assert free.gradient_norm[0] == tight.gradient_norm[0]
    start = RNN(4, len(TEXT.vocabulary), text_windows(TEXT.train, 2, 5)[0]).initial(np.random.default_rng(0))
    assert np.linalg.norm(tight.x - start) <= 6 * 0.5 * 1e-3 * (1 + 1e-9)


def test_the_shipped_runs_are_those_of_the_experiment():
    results = text_clipping.shipped_results()
    assert results.complete
    assert results.identity == text_clipping.TEXT_CLIPPING.identity(0, False)
    grid = text_clipping.held_out_grid(results)
    assert {losses.shape for losses in grid.values()} == {(6, 2)}
    one = text_clipping.find(results, 1.0, None, 1)
    assert one["loss"].shape == (150,)
    assert grid["no clipping"][3, 1] == one["held_out"]
    assert (one["largest_norm"] >= one["mean_norm"]).all()
    assert "no clipping" in text_clipping.summary(results)
    with pytest.raises(ValueError, match="must be those of a run"):
        text_clipping.find(results, 0.7, None)
