"""Newton and saddle-free Newton with the full Hessian."""

import numpy as np

from course_utils.objectives import from_function, min_max_saddle, quadratic
from course_utils.optimizers import Newton, SaddleFreeNewton, minimize


def test_newton_solves_a_quadratic_in_one_step_and_saddle_free_newton_agrees():
    A = np.random.default_rng(0).standard_normal((4, 4))
    bowl = quadratic(A @ A.T + np.eye(4), center=[1.0, 2.0, 3.0, 4.0])
    for optimizer in (Newton(), SaddleFreeNewton()):
        np.testing.assert_allclose(minimize(bowl, optimizer, np.zeros(4), 1).x[-1], bowl.center, atol=1e-10)
    for damping in (0.0, 0.3):
        pair = [minimize(bowl, o, np.zeros(4), 5).x for o in (Newton(damping), SaddleFreeNewton(damping))]
        np.testing.assert_allclose(*pair, rtol=1e-8, atol=1e-10)


def test_near_a_saddle_newton_is_caught_and_saddle_free_newton_leaves():
    start = [0.5, 1e-3]
    np.testing.assert_allclose(minimize(min_max_saddle(), Newton(), start, 1).x[-1], 0.0, atol=1e-15)
    x = minimize(min_max_saddle(), SaddleFreeNewton(), start, 10).x
    np.testing.assert_allclose(x[1:, 0], 0.0, atol=1e-15)
    np.testing.assert_allclose(x[:, 1], 1e-3 * 2.0 ** np.arange(11), rtol=1e-12)  # −|λ|⁻¹g doubles the offset


def test_damping_above_the_most_negative_eigenvalue_cures_newton():
    undamped, damped = (minimize(min_max_saddle(), Newton(d), [0.5, 1e-3], 20).x[-1, 1] for d in (0.0, 3.0))
    assert abs(undamped) < 1e-15
    assert abs(damped) > 1e-2


def test_singular_hessians_neither_crash_nor_move_what_nothing_pulls():
    flat = quadratic([1.0, 0.0])
    np.testing.assert_allclose(minimize(flat, Newton(), [3.0, 2.0], 1).x[-1], [0.0, 2.0])
    np.testing.assert_allclose(minimize(flat, SaddleFreeNewton(), [3.0, 2.0], 1).x[-1], [0.0, 2.0])
    line = from_function(lambda x: x[0] + 0 * x[1], 2)
    assert minimize(line, SaddleFreeNewton(), [[0.0, 0.0], [1.0, 1.0]], 3).status.tolist() == ["diverged"] * 2
