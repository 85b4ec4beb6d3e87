"""A loss seen from a few directions only."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import objectives
from course_utils.landscapes import Subspace, plane_through, random_directions
from tests.tools.derivatives import batches, check_derivatives
from tests.tools.networks import small_network
from tests.tools.search import examples
from tests.tools.spawned import check_round_trip


@examples(30)
@given(name=st.sampled_from(sorted(objectives.catalogue())), count=st.integers(1, 4), batch=batches)
def test_derivatives_along_any_directions(name, count, batch):
    objective, rng = objectives.catalogue()[name], np.random.default_rng(1)
    count = min(count, objective.dim)
    origin = np.mean(
        [*objective.domain, *[objective.domain[-1]] * (objective.dim - len(objective.domain))], 1
    )
    slice_ = Subspace(objective, origin, 0.3 * rng.standard_normal((count, objective.dim)))
    check_derivatives(slice_, 0.5 * rng.standard_normal((*batch, count)), rng)


def test_derivatives_in_a_subspace_of_a_network():
    rng = np.random.default_rng(0)
    network = small_network()
    training = Subspace(network, network.initial(rng), random_directions(rng, 3, network.dim))
    check_derivatives(training, rng.standard_normal((2, 3)), rng)


def test_a_slice_of_a_quadratic_is_the_quadratic_of_the_slice():
    rng = np.random.default_rng(2)
    H = np.diag([-3.0, 1.0, 4.0, 10.0])
    origin, P = rng.standard_normal(4), rng.standard_normal((2, 4))
    slice_ = Subspace(objectives.quadratic(H), origin, P)
    np.testing.assert_allclose(slice_.hessian([0.3, -0.2]), P @ H @ P.T)
    np.testing.assert_allclose(slice_.gradient([0.0, 0.0]), P @ H @ origin)


def test_the_mean_curvature_of_random_slices_is_the_trace_by_n():
    rng = np.random.default_rng(3)
    eigenvalues = np.r_[-5.0, np.linspace(0.1, 30, 39)]
    bowl = objectives.quadratic(np.diag(eigenvalues))
    curvature = [
        Subspace(bowl, np.zeros(40), random_directions(rng, 1, 40)).hessian([0.0])[0, 0] for _ in range(2000)
    ]
    # Var(vᵀHv) = 2(n Σλ² − (Σλ)²)/(n²(n + 2)) for v uniform on the sphere
    n, total = 40, eigenvalues.sum()
    spread = np.sqrt(2 * (n * (eigenvalues**2).sum() - total**2) / (n**2 * (n + 2)))
    assert np.mean(curvature) == pytest.approx(total / n, abs=4.5 * spread / np.sqrt(2000))


def test_all_directions_give_the_objective_itself():
    network = small_network()
    rng = np.random.default_rng(4)
    origin = network.initial(rng)
    whole = Subspace(network, origin, random_directions(rng, network.dim, network.dim))
    x = network.initial(rng)
    z = whole.coordinates(x)
    np.testing.assert_allclose(whole.points(z), x, atol=1e-12)
    assert whole.value(z) == pytest.approx(float(network.value(x)))
    np.testing.assert_allclose(
        np.linalg.eigvalsh(whole.hessian(z)), np.linalg.eigvalsh(network.hessian(x)), atol=1e-12
    )


def test_coordinates_are_those_of_the_nearest_point_of_the_slice():
    slice_ = Subspace(objectives.quadratic(np.eye(3)), [1.0, 2.0, 3.0], [[2.0, 0.0, 0.0], [2.0, 1.0, 0.0]])
    np.testing.assert_allclose(
        slice_.coordinates([[1.0, 2.0, 9.0], [5.0, 3.0, -7.0]]), [[0, 0], [1, 1]], atol=1e-12
    )
    assert slice_.coordinates(np.zeros((0, 3))).shape == (0, 2)


def test_three_points_are_corners_of_their_plane():
    three = np.random.default_rng(5).standard_normal((3, 6))
    slice_ = Subspace(objectives.quadratic(np.eye(6)), *plane_through(three))
    np.testing.assert_allclose(slice_.points([[0, 0], [1, 0], [0, 1]]), three, atol=1e-14)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_directions_of_any_length_are_independent(scale):
    slice_ = Subspace(objectives.quadratic(np.eye(2)), [0.0, 0.0], [[scale, 0.0], [0.0, 1.0]])
    assert slice_.dim == 2


def test_a_slice_comes_through_a_spawned_process(spawned):
    check_round_trip(Subspace(objectives.himmelblau(), [0.0, 0.0], [[1.0, 2.0]]), spawned)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda f: Subspace(f, [[0.0, 0.0]], [[1.0, 0.0]]), "origin must be one point"),
        (lambda f: Subspace(f, [0.0], [[1.0, 0.0]]), "origin must have shape"),
        (lambda f: Subspace(f, [0.0, 0.0], [1.0, 0.0]), r"directions must have shape \(k, 2\)"),
        (lambda f: Subspace(f, [0.0, 0.0], np.zeros((0, 2))), r"directions must have shape \(k, 2\)"),
        (lambda f: Subspace(f, [0.0, 0.0], np.eye(3)), "directions must have shape"),
        (lambda f: Subspace(f, [0.0, 0.0], [[1.0, 0.0], [2.0, 0.0]]), "directions must be linearly indep"),
        (lambda f: Subspace(f, [0.0, 0.0], [[0.0, 0.0]]), "directions must be linearly independent"),
        (lambda f: Subspace(f, [0.0, 0.0], [[np.nan, 0.0]]), "directions must be finite"),
        (lambda f: Subspace(f, [0.0, 0.0], [[1.0, 0.0]]).value([1.0, 2.0]), "x must have shape"),
        (lambda f: Subspace(f, [0.0, 0.0], [[1.0, 0.0]]).points([[1.0, 2.0]]), "z must have shape"),
        (lambda f: plane_through([[0.0, 0.0], [1.0, 1.0]]), "points must be three finite points"),
        (lambda f: plane_through([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), "points must not lie on one line"),
    ],
)
def test_bad_arguments_are_named(call, problem):
    with pytest.raises(ValueError, match=problem):
        call(objectives.himmelblau())
