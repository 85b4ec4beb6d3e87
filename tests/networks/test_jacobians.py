"""Jacobians of the state, and how far their products grow."""

import numpy as np
import pytest

from course_utils.networks import RNN, log_growth, state_jacobians
from tests.tools.networks import text_network


def test_jacobians_are_the_derivatives_of_the_state():
    network, x = text_network()
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
    network, x = text_network()
    with pytest.raises(ValueError, match="x must be one point"):
        state_jacobians(network, np.tile(x, (2, 1)))
