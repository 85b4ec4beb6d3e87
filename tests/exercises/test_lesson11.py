"""Answers to lesson 11 that readers may well give, beside those that the exercises list."""

import numpy as np

from course_utils.checking import Outcome
from course_utils.curvature import lanczos
from course_utils.exercises import exercise
from course_utils.exercises.lesson11.curvatures import absolute_times, low_rank_step
from course_utils.exercises.lesson11.diagonals import equilibrated_step, sophia_step
from course_utils.exercises.lesson11.matrices import LAYERS, shampoo_step
from course_utils.networks import Autoencoder
from course_utils.objectives import quadratic
from course_utils.optimizers import Equilibrated, LowRankSaddleFreeNewton, Muon, Sophia, minimize
from course_utils.optimizers.low_rank import large_curvatures

H = np.diag([3.0, -2.0, 0.5, -0.1]) + 0.2


def test_the_answer_to_11_1_is_the_absolute_value_of_a_hessian():
    v = np.array([1.0, -1.0, 2.0, 0.5])
    seen = lanczos(H, v, 4)
    values, V = np.linalg.eigh(H)
    exact = V @ (np.abs(values) * (V.T @ v))
    np.testing.assert_allclose(
        absolute_times(seen.tridiagonal, seen.basis, float(np.linalg.norm(v))), exact, atol=1e-9
    )


def test_the_answers_are_steps_of_the_courses_optimizers():
    f, x = quadratic(H), np.array([1.0, 0.5, -1.0, 2.0])
    g = f.gradient(x)
    pairs = large_curvatures(f, x, 2, np.random.default_rng(0))
    moved = minimize(f, LowRankSaddleFreeNewton(rank=2, damping=0.4), x, 1, rng=np.random.default_rng(0))
    np.testing.assert_allclose(moved.x[1] - x, low_rank_step(g, *pairs, 0.4), atol=1e-9)
    z = 2.0 * np.random.default_rng(1).integers(0, 2, size=4) - 1
    moved = minimize(f, Equilibrated(0.3, damping=0.2), x, 1, rng=np.random.default_rng(1))
    np.testing.assert_allclose(moved.x[1] - x, equilibrated_step(g, (H @ z)[None], 0.3, 0.2), atol=1e-12)
    moved = minimize(f, Sophia(0.1, beta1=0.0, beta2=0.0), x, 1, rng=np.random.default_rng(1))
    np.testing.assert_allclose(moved.x[1] - x, sophia_step(g, z * (H @ z), 0.1, 0.01, 1e-12), atol=1e-12)


def test_shampoos_first_step_is_muons_direction():
    G = np.random.default_rng(2).standard_normal((3, 3))
    U, _, Vt = np.linalg.svd(G)
    np.testing.assert_allclose(shampoo_step(G, 0.5), -0.5 * U @ Vt, atol=1e-9)
    assert exercise("11.5").check(lambda gradient, rate: -rate * gradient).outcome is not Outcome.CORRECT
    assert Muon().label == "Muon(η=0.02, μ=0.95)"


def test_the_network_of_11_6_is_that_of_the_talk():
    encoder = LAYERS[1:5]
    network = Autoencoder(encoder, np.zeros((1, 784)), activation="sigmoid")
    assert network.layer_sizes == LAYERS
    assert network.dim == 2_837_314
