"""The way round the hills, and the barrier on a straight line."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.landscapes import local_minima
from course_utils.objectives import Detour, hills, hills_detour, quadratic
from course_utils.optimizers import GradientDescent, minimize
from tests.tools.derivatives import check_derivatives


def test_derivatives():
    rng = np.random.default_rng(0)
    check_derivatives(hills_detour(), rng.uniform(-3, 3, (2, 4, 3)), rng)


def test_the_slice_is_the_rough_landscape_and_far_away_is_the_smooth_one():
    rng = np.random.default_rng(1)
    flat = rng.uniform(-3, 3, (20, 2))
    detour = hills_detour(stiffness=0.0)
    np.testing.assert_allclose(detour.value(np.column_stack([flat, np.zeros(20)])), hills().value(flat))
    far = detour.value(np.column_stack([flat, np.full(20, 30.0)]))
    np.testing.assert_allclose(far, detour.smooth.value(flat))


def test_traps_of_the_plane_are_saddles_in_space_and_every_start_off_the_plane_gets_through():
    detour = hills_detour()
    goal, *traps = local_minima(hills())
    assert len(traps) == 2
    for trap in traps:
        at = np.array([*trap, 0.0])
        assert np.linalg.norm(detour.gradient(at)) < 1e-4
        assert (np.linalg.eigvalsh(detour.hessian(at)) < 0).sum() == 1
    starts = np.random.default_rng(2).uniform([-3.5, -3, -0.01], [3.5, 3, 0.01], (200, 3))
    end = minimize(detour, GradientDescent(0.4), starts, 1000, record="ends").x[-1]
    assert (np.linalg.norm(end - [*goal, 0.0], axis=-1) < 0.05).all()
    starts[:, 2] = 0.0
    end = minimize(detour, GradientDescent(0.4), starts, 1000, record="ends").x[-1]
    assert (end[:, 2] == 0).all()
    assert 0.3 < np.mean(np.linalg.norm(end - [*goal, 0.0], axis=-1) < 0.05) < 0.7


def test_a_strong_pull_keeps_the_trap():
    trap = local_minima(hills())[-1]
    assert np.linalg.eigvalsh(hills_detour(stiffness=0.6).hessian([*trap, 0.0]))[0] > 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((hills(), objectives.Rosenbrock(3), 1.0, 0.1), "same dim"),
        ((hills(), quadratic([1.0, 1.0]), 0.0, 0.1), "width must be a finite number > 0"),
        ((hills(), quadratic([1.0, 1.0]), 1.0, -0.1), "stiffness must be"),
    ],
)
def test_bad_detours_are_refused(arguments, problem):
    with pytest.raises(ValueError, match=problem):
        Detour(*arguments)
