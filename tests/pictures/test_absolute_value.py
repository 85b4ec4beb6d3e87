"""The picture of the polynomial that Lanczos takes for an absolute value."""

import numpy as np
import pytest

from course_utils.pictures import absolute_curvature
from tests.tools.scenes import cells, exercise_every_control, lines, read

VALUES = np.array([-2.0, -0.5, 0.1, 0.4, 1.0, 3.0])
VECTOR = np.array([1.0, -2.0, 0.5, 1.0, 1.0, 0.3])


def test_the_error_is_that_of_the_product():
    scene = absolute_curvature(VALUES, VECTOR, steps=3)
    krylov = np.stack([VALUES**j * VECTOR for j in range(3)], axis=1)
    Q = np.linalg.qr(krylov)[0]
    theta, S = np.linalg.eigh(Q.T @ np.diag(VALUES) @ Q)
    approximate = Q @ S @ (np.abs(theta) * (S.T @ (Q.T @ VECTOR)))
    exact = np.abs(VALUES) * VECTOR
    error = np.linalg.norm(approximate - exact) / np.linalg.norm(exact)
    assert read(cells(scene, 0)[1]) == pytest.approx(error, rel=0.06)


def test_the_polynomial_meets_the_function_at_the_ritz_values():
    scene = absolute_curvature(VALUES, VECTOR, steps=4)
    for name in ("|λ|", "1/(|λ| + γ)"):
        scene.set("function", name)
        drawn = np.asarray(lines(scene, "function")[1].points)
        ritz = np.asarray(scene.layers["function"][2].points)
        between = np.interp(ritz[:, 0], drawn[:, 0], drawn[:, 1])
        np.testing.assert_allclose(between, ritz[:, 1], atol=0.02 * np.abs(ritz[:, 1]).max())


def test_errors_are_shown_up_to_the_products_of_the_slider():
    scene = absolute_curvature(VALUES, VECTOR, steps=3)
    before = np.asarray(lines(scene, "falls")[0].points)
    assert before[:, 0].tolist() == [1, 2, 3]
    scene.set("steps", 5)
    np.testing.assert_array_equal(np.asarray(lines(scene, "falls")[0].points)[:3], before)


def test_as_many_products_as_dimensions_are_exact():
    scene = absolute_curvature(VALUES, VECTOR, steps=6)
    assert read(cells(scene, 0)[1]) < 1e-8
    assert cells(scene, 2)[1] == "2 of 6"
    exercise_every_control(scene)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="eigenvalues and vector"):
        absolute_curvature([1.0, 2.0], [0.0, 0.0])
