"""Rates on quadratics: closed forms against runs, for gradient descent, heavy ball, Nesterov and Newton."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.objectives import quadratic
from course_utils.optimizers import Adam, GradientDescent, Momentum, Nesterov, Newton, minimize
from course_utils.optimizers.rates import (
    best_gradient_descent,
    best_momentum,
    contraction_factor,
    observed_rate,
    tuned_methods,
)

KAPPAS = (1.0, 4.0, 100.0, 1e4)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("scale", [1.0, 1e-3, 50.0])
def test_settings_reach_the_rates_of_the_theory(kappa, scale):
    eigenvalues = scale * np.logspace(0, np.log10(kappa), 41)
    for method in tuned_methods(eigenvalues[0], eigenvalues[-1]).values():
        # A double root: an error of 1e-16 in the coefficients is one of 1e-8 in the factor.
        factor = contraction_factor(method.optimizer, eigenvalues).max()
        assert factor == pytest.approx(method.rate, abs=3e-7)


@pytest.mark.parametrize("kappa", [4.0, 100.0])
@pytest.mark.parametrize("nudge", [0.9, 1.1])
def test_no_other_fixed_rate_beats_the_best_one(kappa, nudge):
    best = best_gradient_descent(1.0, kappa)
    other = GradientDescent(nudge * best.learning_rate)
    ends = [1.0, kappa]
    assert contraction_factor(other, ends).max() > contraction_factor(best, ends).max()


@settings(deadline=None)  # four hundred steps on a busy machine
@given(
    st.floats(0.05, 1.9),
    st.floats(0.0, 0.95),
    st.sampled_from([GradientDescent, Momentum, Nesterov]),
)
def test_the_factor_is_what_a_long_run_shows(rate, momentum, kind):
    optimizer = kind(rate) if kind is GradientDescent else kind(rate, momentum)
    factor = float(contraction_factor(optimizer, 1.0))
    run = minimize(quadratic([1.0]), optimizer, [1.0], 400)
    size = np.abs(run.x[:, 0])
    # The component may pass through zero on its way round, so look at the largest of twenty steps; a double
    # root adds a factor t, which a tolerance of 400^(1/200) allows for.
    early, late = size[180:200].max(), size[380:400].max()
    if late > 1e-290:
        assert (late / early) ** (1 / 200) == pytest.approx(factor, rel=0.03)
    else:
        assert factor < 0.3


def test_gradient_descent_breaks_at_two_over_lambda():
    assert contraction_factor(GradientDescent(0.2), [1.0, 10.0]) == pytest.approx([0.8, 1.0])
    assert contraction_factor(GradientDescent(0.21), 10.0) > 1
    assert contraction_factor(GradientDescent(0.1), -1.0) > 1


def test_newton_does_not_see_the_curvature():
    assert contraction_factor(Newton(), [1e-3, 5.0, -2.0]) == pytest.approx([0, 0, 0])
    assert contraction_factor(Newton(damping=1.0), [1.0, 3.0]) == pytest.approx([0.5, 0.25])
    assert contraction_factor(Newton(), 0.0) == 1.0


def test_observed_rate_leaves_out_the_first_half():
    errors = np.concatenate([np.full(51, 7.0), 7.0 * 0.9 ** np.arange(1, 51)])
    assert observed_rate(errors) == pytest.approx(0.9)


@pytest.mark.parametrize("optimizer", [Adam(), GradientDescent(0.1, clip_norm=1.0)])
def test_a_step_that_is_not_linear_has_no_factor(optimizer):
    with pytest.raises(ValueError, match="optimizer must be"):
        contraction_factor(optimizer, [1.0])


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="eigenvalues must be finite"):
        contraction_factor(GradientDescent(0.1), [np.nan])
    for ends in ((0.0, 1.0), (2.0, 1.0), (1.0, np.inf), (-1.0, 1.0)):
        with pytest.raises(ValueError, match="smallest and largest"):
            best_momentum(*ends)
    with pytest.raises(ValueError, match="errors must have shape"):
        observed_rate([1.0, 0.5])
    with pytest.raises(ValueError, match="positive and finite"):
        observed_rate([1.0, 0.5, 0.0])
