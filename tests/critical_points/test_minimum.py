"""Minima to the last digits, by L-BFGS and then by Newton."""

import numpy as np
import pytest

from course_utils.critical_points import certify, find_minimum
from course_utils.objectives import catalogue, from_function, quadratic


@pytest.mark.parametrize("name", ["Himmelblau", "Rosenbrock 5-D", "curved ravine", "Rastrigin 10-D"])
def test_a_minimum_is_found_to_the_last_digits(name):
    f = catalogue()[name]
    for start in np.random.default_rng(0).uniform(-3.0, 3.0, size=(12, f.dim)):
        point = certify(f, find_minimum(f, start))
        assert (point.kind, point.certified) == ("minimum", True), point


def test_a_start_on_a_ridge_does_not_end_at_the_saddle():
    # L-BFGS walks down the ridge x₂ = 0 to the saddle at 0 and cannot see the two minima beside it.
    f = from_function(lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4, 2)
    assert certify(f, find_minimum(f, [1.0, 1e-9]), gradient_tolerance=1e-6).index == 0


class Counted:
    """Counts how often the Hessian is asked for."""

    def __init__(self, objective):
        self.objective, self.hessians = objective, 0

    def __getattr__(self, name):
        return getattr(self.objective, name)

    def hessian(self, x):
        self.hessians += 1
        return self.objective.hessian(x)


def test_newton_begins_where_it_is_told_to():
    counted = {}
    for newton_from in (1e-1, 1e-9):
        f = Counted(catalogue()["Rosenbrock 5-D"])
        x = find_minimum(f, np.zeros(5), newton_from=newton_from)
        assert np.linalg.norm(f.gradient(x)) < 1e-9
        counted[newton_from] = f.hessians
    assert counted[1e-1] > counted[1e-9]


def test_a_descent_that_is_cut_short_is_finished_by_newton():
    f = quadratic(np.geomspace(1e-3, 1.0, 30))
    x = find_minimum(f, np.ones(30), max_descent_steps=1)
    assert np.linalg.norm(f.gradient(x)) < 1e-14


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": np.zeros((2, 3))}, "start must be one point"),
        ({"newton_from": -1.0}, "newton_from must be"),
        ({"max_descent_steps": 0}, "max_descent_steps must be"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        find_minimum(quadratic([1.0, 2.0, 3.0]), **{"start": np.zeros(3), **arguments})
