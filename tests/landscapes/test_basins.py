"""Local minima of a window, and the map of the starts that lead to them."""

import tracemalloc

import numpy as np
import pytest

from course_utils import objectives
from course_utils.landscapes import NOWHERE, ON_A_CYCLE, basin_map, local_minima, settled_at
from course_utils.optimizers import GradientDescent, Momentum, Newton, minimize


def bent(x):
    """Return two kinked hollows, with an ``if`` that arrays cannot take."""
    left, right = abs(x[0] + 1) + x[1] ** 2, 2 * abs(x[0] - 1) + x[1] ** 2 + 0.5
    return left if left < right else right


@pytest.mark.parametrize(
    "name", ["Himmelblau", "Rosenbrock", "ill-conditioned bowl", "tilted bowl", "curved ravine", "plateau"]
)
def test_known_minima_are_found_and_no_others(name):
    objective = objectives.catalogue()[name]
    known = np.array([point.x for point in objective.critical_points if point.kind == "minimum"])
    found = local_minima(objective)
    assert len(found) == len(known)
    for minimum in known:
        assert np.abs(found - minimum).max(axis=1).min() < 1e-4


def test_rastrigin_has_a_grid_of_minima():
    found = local_minima(objectives.Rastrigin(), ((-2.4, 2.4), (-2.4, 2.4)))
    assert len(found) == 25
    np.testing.assert_allclose(found[0], 0, atol=1e-8)
    assert (np.diff(objectives.Rastrigin().value(found)) > -1e-8).all()


@pytest.mark.parametrize("name", ["min-max saddle", "monkey saddle", "dome"])
def test_without_minima_none_is_found(name):
    assert local_minima(objectives.catalogue()[name]).shape == (0, 2)


def test_minima_at_kinks_are_found():
    found = local_minima(objectives.from_function(bent, 2))
    np.testing.assert_allclose(found, [[-1, 0], [1, 0]], atol=1e-5)


def test_small_steps_lead_each_start_downhill_into_its_own_basin():
    objective = objectives.from_function(lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2, 2)
    found = basin_map(objective, GradientDescent(0.02), resolution=20, steps=400)
    np.testing.assert_allclose(found.minima, [[-1, 0], [1, 0]], atol=1e-5)
    assert (found.labels == (found.x > 0)).all()
    np.testing.assert_allclose(found.shares, [0.5, 0.5])


@pytest.mark.parametrize(("share", "resting"), [(0.95, True), (1.1, False), (1.2, False)])
def test_beyond_two_over_the_curvature_runs_swing_round_a_minimum_and_do_not_rest_in_it(share, resting):
    himmelblau = objectives.himmelblau()
    minima = local_minima(himmelblau)
    limits = 2 / np.linalg.eigvalsh(himmelblau.hessian(minima))[:, -1]
    sharpest = int(limits.argmin())
    rate = GradientDescent(share * limits[sharpest])
    found = basin_map(himmelblau, rate, minima=minima, resolution=40, steps=150)
    if resting:
        assert found.shares[sharpest] > 0.2
        assert not np.any(found.labels == ON_A_CYCLE)
    else:
        assert found.shares[sharpest] < 0.01
        assert np.mean(found.labels == ON_A_CYCLE) > 0.2


def test_cycles_rest_and_all_else_are_told_apart():
    f = objectives.from_function(lambda x: x[0] ** 2 / 2 + x[0] ** 4 / 4 + x[1] ** 2 / 2, 2)
    # x − η(x + x³) = −x where x² = 2/η − 1: the steps of rate 1.6 swing between ±½ if they start there.
    starts = [[0.5, 0.0], [0.45, 0.0], [3e-4, 0.0]]
    run = minimize(f, GradientDescent(1.6), starts, 6)
    assert settled_at(run, [[0.0, 0.0]], 0.1).tolist() == [ON_A_CYCLE, NOWHERE, 0]
    assert int(settled_at(minimize(f, GradientDescent(1.6), starts[0], 6), [[0.0, 0.0]], 0.1)) == ON_A_CYCLE
    # A swing that is small beside the reach counts as rest.
    assert settled_at(run, [[0.0, 0.0]], 20.0).tolist() == [0, 0, 0]


def test_rest_at_another_point_is_nowhere():
    run = minimize(objectives.min_max_saddle(), Newton(), [[1.0, 0.5]], 10)
    assert settled_at(run, [[1.0, 1.0]], 0.1).tolist() == [NOWHERE]


def test_too_few_steps_to_judge_are_refused():
    run = minimize(objectives.himmelblau(), GradientDescent(0.01), [[0.0, 0.0]], 3)
    with pytest.raises(ValueError, match="at least 4 steps, got 3"):
        settled_at(run, [[3.0, 2.0]], 0.1)


def test_momentum_changes_the_map():
    himmelblau = objectives.himmelblau()
    plain, heavy = (basin_map(himmelblau, Momentum(0.005, m), resolution=40) for m in (0.0, 0.9))
    assert 0.02 < np.mean(plain.labels != heavy.labels) < 0.5


def test_starts_that_run_away_belong_to_no_minimum():
    found = basin_map(objectives.himmelblau(), GradientDescent(0.5), resolution=12, steps=30)
    assert (found.labels == NOWHERE).all()
    assert found.shares.sum() == 0


def test_starts_where_the_function_is_not_defined_belong_to_no_minimum():
    def right_half(p):
        return np.where(p[0] > 0, (p[0] - 1) ** 2 + p[1] ** 2, np.nan)

    f = objectives.from_function(right_half, 2, name="half", domain=((-3.0, 2.0), (0.0, 1.0)))
    # Starts run in blocks of rows of the grid: here whole blocks of them lie where nothing is defined.
    turned = objectives.from_function(
        lambda p: right_half(p[::-1]), 2, name="lower half", domain=((0.0, 1.0), (-3.0, 2.0))
    )
    for half, minimum in ((f, [1.0, 0.0]), (turned, [0.0, 1.0])):
        found = basin_map(half, GradientDescent(0.2), minima=[minimum], resolution=160, steps=60)
        x, y = np.meshgrid(found.x, found.y)
        defined = (x if half is f else y) > 0
        assert np.array_equal(found.labels == NOWHERE, ~defined)
        assert (found.labels[defined] == 0).all()


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: local_minima(objectives.Rosenbrock(3)), "dim 2"),
        (
            lambda: local_minima(objectives.himmelblau(), resolution=3),
            "resolution must be a whole number of at least 5",
        ),
        (lambda: basin_map(objectives.min_max_saddle(), GradientDescent(0.1)), "minima must have shape"),
        (lambda: basin_map(objectives.himmelblau(), GradientDescent(0.1), minima=[1.0, 2.0]), "minima must"),
    ],
)
def test_bad_requests_are_refused(call, problem):
    with pytest.raises(ValueError, match=problem):
        call()


def test_a_map_keeps_the_ends_of_its_runs_not_their_paths():
    f, steps = objectives.himmelblau(), 60
    minima = local_minima(f)
    tracemalloc.start()
    try:
        found = basin_map(f, GradientDescent(0.01), minima=minima, resolution=60, steps=steps)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    path = (steps + 1) * 60**2 * 2 * 8
    assert peak < path
    run = minimize(f, GradientDescent(0.01), np.stack(np.meshgrid(found.x, found.y), axis=-1), steps)
    assert np.array_equal(found.labels, settled_at(run, minima, found.reach))


@pytest.mark.parametrize(
    "window", [((0, 1e-310), (0, 1)), ((-1e308, 1e308), (0, 1)), ((0, 1), (1, 0)), (0, 1)]
)
def test_windows_that_cannot_be_drawn_are_refused(window):
    for call in (local_minima, lambda f, w: basin_map(f, GradientDescent(0.01), window=w)):
        with pytest.raises(ValueError, match="window must"):
            call(objectives.himmelblau(), window)


def test_a_window_as_large_as_double_precision_allows_warns_of_nothing():
    found = local_minima(objectives.himmelblau(), ((-1e100, 1e100), (-1e99, 2e99)), 21)
    assert found.shape[1] == 2
    assert local_minima(objectives.catalogue()["monkey saddle"], ((-1e200, 4e199), (-1e154, 0)), 21).size == 0
    minima = [[0.0, 0.0], [0.0, 1e200]]
    rest = basin_map(
        objectives.quadratic([1.0, 1.0]),
        GradientDescent(1.0),
        minima=minima,
        window=((-1, 1), (-1, 1)),
        steps=6,
    )
    assert (rest.labels == 0).all()
    assert rest.reach == pytest.approx(5e198)
