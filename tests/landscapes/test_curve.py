"""A curve between two points that goes round what stands between them."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.landscapes import BentCurve, straight_line
from course_utils.networks import MLP
from course_utils.optimizers import GradientDescent, minimize
from tests.tools.derivatives import check_derivatives


def small_network():
    rng = np.random.default_rng(0)
    return MLP([3, 2, 2], rng.standard_normal((5, 3)), rng.integers(0, 2, 5))


@pytest.mark.parametrize("shape", ["bezier", "polygon"])
@pytest.mark.parametrize("make", [objectives.himmelblau, small_network])
def test_derivatives_of_the_mean_along_the_curve(make, shape):
    objective, rng = make(), np.random.default_rng(1)
    start, end = 0.7 * rng.standard_normal((2, objective.dim))
    curve = BentCurve(objective, start, end, count=4, shape=shape)
    check_derivatives(curve, rng.standard_normal((4, objective.dim)), rng)


def test_a_polygon_goes_straight_to_its_corner_and_a_bezier_curve_passes_it_by():
    corner, t = np.array([0.0, 4.0]), [0.0, 0.25, 0.5, 0.75, 1.0]
    polygon, bezier = (
        BentCurve(objectives.himmelblau(), [-2.0, 0.0], [2.0, 0.0], shape=shape)
        for shape in ("polygon", "bezier")
    )
    np.testing.assert_allclose(polygon.points(corner, t), [[-2, 0], [-1, 2], [0, 4], [1, 2], [2, 0]])
    np.testing.assert_allclose(bezier.points(corner, t), [[-2, 0], [-1, 1.5], [0, 2], [1, 1.5], [2, 0]])
    assert polygon.points([corner, -corner], t).shape == (2, 5, 2)


@pytest.mark.parametrize("shape", ["bezier", "polygon"])
def test_bent_halfway_the_curve_is_the_straight_line(shape):
    himmelblau = objectives.himmelblau()
    curve = BentCurve(himmelblau, [3.0, 2.0], [-2.0, 3.0], shape=shape)
    straight, line = curve.along(curve.halfway), straight_line(himmelblau, [3.0, 2.0], [-2.0, 3.0])
    np.testing.assert_allclose(straight.loss, line.loss, rtol=1e-12, atol=1e-10)
    assert straight.barrier == pytest.approx(line.barrier)


def test_the_ends_stay_where_they_are():
    curve = BentCurve(objectives.himmelblau(), [3.0, 2.0], [-2.0, 3.0])
    for middle in ([0.0, 0.0], [1.0, 4.0]):
        loss = curve.along(middle).loss
        np.testing.assert_allclose(loss[[0, -1]], objectives.himmelblau().value([[3.0, 2.0], [-2.0, 3.0]]))


def test_a_parabola_along_a_parabolic_valley_meets_no_barrier():
    # f = (x₂ − x₁²)²: its floor between (−1, 1) and (1, 1) is the Bézier curve with the middle (0, −1).
    valley = objectives.from_function(lambda x: (x[..., 1] - x[..., 0] ** 2) ** 2, 2)
    curve = BentCurve(valley, [-1.0, 1.0], [1.0, 1.0])
    assert curve.along([0.0, -1.0]).barrier == pytest.approx(0, abs=1e-12)
    assert curve.along(curve.halfway).barrier == pytest.approx(1.0)
    found = minimize(curve, GradientDescent(0.5), curve.halfway, 500).x[-1]
    np.testing.assert_allclose(found, [0.0, -1.0], atol=1e-6)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda f: BentCurve(f, [[0.0, 0.0]], [1.0, 1.0]), "start must be one point"),
        (lambda f: BentCurve(f, [0.0, 0.0], [1.0, 1.0, 1.0]), "end must have shape"),
        (lambda f: BentCurve(f, [0.0, 0.0], [1.0, 1.0], count=0), "count must be at least 1, got 0"),
        (lambda f: BentCurve(f, [0.0, 0.0], [1.0, 1.0], shape="arc"), "shape must be one of"),
        (lambda f: BentCurve(f, [0.0, 0.0], [1.0, 1.0]).along([[0.0, 0.0]]), "middle must be one point"),
        (lambda f: BentCurve(f, [0.0, 0.0], [1.0, 1.0]).along([0.0, 0.0], 2), "count must be at least 3"),
    ],
)
def test_bad_requests_are_refused(call, problem):
    with pytest.raises(ValueError, match=problem):
        call(objectives.himmelblau())
