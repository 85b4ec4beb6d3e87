"""The settings that the theorem on perturbed gradient descent prescribes."""

import math

import pytest

from course_utils.optimizers import theorem_settings

GIVEN = {"smoothness": 3.0, "hessian_lipschitz": 2.0, "accuracy": 0.01, "gap": 5.0}


@pytest.mark.parametrize("c", [1.0, 0.25])
def test_the_constants_are_those_of_algorithm_2(c):
    settings = theorem_settings(50, **GIVEN, failure=0.2, constant=c)
    chi = 3 * max(math.log(50 * 3 * 5 / (c * 1e-4 * 0.2)), 4)
    method = settings.optimizer
    assert settings.chi == pytest.approx(chi)
    assert method.learning_rate == pytest.approx(c / 3)
    assert method.noise_radius == pytest.approx(math.sqrt(c) / chi**2 * 0.01 / 3)
    assert method.gradient_threshold == pytest.approx(math.sqrt(c) / chi**2 * 0.01)
    assert method.waiting == math.ceil(chi / c**2 * 3 / math.sqrt(0.02))
    assert settings.least_fall == pytest.approx(c / chi**3 * math.sqrt(1e-6 / 2))
    assert settings.curvature == pytest.approx(math.sqrt(0.02))


def test_the_promise_covers_long_gradients_and_saddles():
    for c in (1.0, 0.5, 0.1):
        s = theorem_settings(10, **GIVEN, constant=c)
        by_slope = 5 / (s.optimizer.learning_rate * s.optimizer.gradient_threshold**2 / 2)
        at_saddles = 5 / (s.least_fall / (s.chi * 3 / (c**2 * s.curvature)))
        assert s.steps == pytest.approx(max(by_slope, at_saddles))


def test_the_dimension_enters_by_the_fourth_power_of_a_logarithm():
    few, many = (theorem_settings(n, **GIVEN) for n in (10, 10**5))
    assert many.steps / few.steps == pytest.approx((many.chi / few.chi) ** 4)
    assert many.chi - few.chi == pytest.approx(3 * math.log(1e4))


def test_chi_is_twelve_at_least():
    easy = theorem_settings(1, smoothness=1.0, hessian_lipschitz=1.0, accuracy=1.0, gap=1e-3, failure=0.5)
    assert easy.chi == 12


@pytest.mark.parametrize("exponent", [-700, -565, 565, 700])
def test_they_go_with_the_units_in_which_the_function_is_measured(exponent):
    plain, unit = theorem_settings(50, **GIVEN), 2.0**exponent
    # f in other units: ℓ, ρ, ε and Δ grow with it; the learning rate shrinks, steps stay.
    found = theorem_settings(50, **{name: unit * value for name, value in GIVEN.items()})
    assert found.chi == pytest.approx(plain.chi)
    assert found.steps == pytest.approx(plain.steps)
    assert found.least_fall == pytest.approx(unit * plain.least_fall)
    assert found.curvature == pytest.approx(unit * plain.curvature)
    for name, size in (
        ("learning_rate", 1 / unit),
        ("noise_radius", 1),
        ("gradient_threshold", unit),
        ("waiting", 1),
    ):
        ours, theirs = getattr(found.optimizer, name), getattr(plain.optimizer, name)
        assert ours == pytest.approx(size * theirs, rel=1e-9), name


def test_settings_beyond_all_numbers_are_refused():
    with pytest.raises(ValueError, match="must give settings that float64 can hold"):
        theorem_settings(2, smoothness=1e200, hessian_lipschitz=1e-200, accuracy=1e-200, gap=1.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dim": 0}, "dim must be a whole number of at least 1"),
        ({"failure": 1.0}, "failure must be a probability below 1, got 1.0"),
        ({"constant": 2.0}, "constant must be a number ≤ 1, got 2.0"),
        ({"accuracy": 5.0}, "accuracy must be at most smoothness²/hessian_lipschitz, got 5.0"),
        ({"gap": 0.0}, "gap must be a finite number > 0"),
    ],
)
def test_bad_input_is_named(change, words):
    settings = {"dim": 3, **GIVEN, **change}
    with pytest.raises(ValueError, match=words):
        theorem_settings(settings.pop("dim"), **settings)
