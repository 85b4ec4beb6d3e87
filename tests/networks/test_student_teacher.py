"""ReluStudentTeacher: the closed form against sampling and differences, its kinks, batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.networks import ReluStudentTeacher
from tests.tools.search import examples


@st.composite
def students(draw: st.DrawFn) -> tuple[ReluStudentTeacher, np.ndarray]:
    k_teacher = draw(st.integers(1, 4))
    extra = draw(st.integers(0, 2))
    risk = ReluStudentTeacher(draw(st.integers(1, 4)), k_teacher, k_teacher + extra)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return risk, risk.initial(rng, scale=draw(st.sampled_from([0.5, 1.0, 2.0])))


def smallest_sine(risk: ReluStudentTeacher, x: np.ndarray) -> float:
    """How far the students are from each other's and the teacher's directions, and from zero."""
    w = x.reshape(risk.layers[0].outputs, -1)
    units = np.vstack([w, risk.teacher])
    units = units / np.linalg.norm(units, axis=1, keepdims=True)
    cosine = units @ units.T
    sine = np.sqrt(np.clip(1 - cosine**2, 0, None)) + np.eye(len(units))
    return float(min(sine[: len(w)].min(), np.linalg.norm(w, axis=1).min()))


@examples(60)
@given(students())
def test_derivatives_match_central_differences(case: tuple[ReluStudentTeacher, np.ndarray]) -> None:
    risk, x = case
    if (risk.layers[0].inputs > 1 and smallest_sine(risk, x) < 0.05) or abs(x).min() < 1e-3:
        return
    h = 1e-5
    steps = h * np.eye(risk.dim)
    gradient = (risk.value(x + steps) - risk.value(x - steps)) / (2 * h)
    hessian = (risk.gradient(x + steps) - risk.gradient(x - steps)) / (2 * h)
    value, exact = risk.value_and_gradient(x)
    # Truncation h²·f‴/6 grows like 1/sin² of the smallest angle.
    np.testing.assert_allclose(exact, gradient, rtol=0, atol=1e-8 * (1 + np.abs(gradient).max()))
    np.testing.assert_allclose(risk.hessian(x), hessian, rtol=0, atol=1e-6 * (1 + np.abs(hessian).max()))
    np.testing.assert_array_equal(value, risk.value(x))
    np.testing.assert_array_equal(exact, risk.gradient(x))


@examples(30)
@given(students(), st.integers(0, 2**32))
def test_batches_equal_a_loop(case: tuple[ReluStudentTeacher, np.ndarray], seed: int) -> None:
    risk, x = case
    rng = np.random.default_rng(seed)
    points = x + rng.normal(size=(2, 3, risk.dim))
    v = rng.normal(size=(4, risk.dim))
    for place in np.ndindex(2, 3):
        np.testing.assert_allclose(
            risk.value(points)[place], risk.value(points[place]), rtol=1e-12, atol=1e-14
        )
        np.testing.assert_allclose(risk.gradient(points)[place], risk.gradient(points[place]), atol=1e-14)
        np.testing.assert_allclose(risk.hessian(points)[place], risk.hessian(points[place]), atol=1e-13)
    hessian = risk.hessian(x)
    np.testing.assert_array_equal(hessian, hessian.T)
    np.testing.assert_allclose(risk.hvp(x, v), v @ hessian, rtol=0, atol=1e-13)
    np.testing.assert_allclose(risk.hvp(x, np.eye(risk.dim)), hessian, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("k_student", "k_teacher", "input_dim"), [(3, 3, None), (5, 3, None), (2, 3, 5)])
def test_the_closed_form_is_the_mean_over_gaussian_inputs(
    k_student: int, k_teacher: int, input_dim: int | None
) -> None:
    risk = ReluStudentTeacher(k_student, k_teacher, input_dim)
    rng = np.random.default_rng(k_student)
    x = risk.initial(rng)
    w = risk.layers[0].weights(x)
    z = rng.normal(size=(200_000, w.shape[1]))
    error = np.maximum(z @ w.T, 0).sum(axis=1) - np.maximum(z @ risk.teacher.T, 0).sum(axis=1)
    samples = error**2 / 2
    assert abs(samples.mean() - risk.value(x)) < 4 * samples.std() / np.sqrt(len(z))
    slopes = (error[:, None] * (z @ w.T > 0))[:, :, None] * z[:, None, :]
    deviation = slopes.std(axis=0).ravel() / np.sqrt(len(z))
    assert (np.abs(slopes.mean(axis=0).ravel() - risk.gradient(x)) < 4.5 * deviation).all()


def plain_risk(w: np.ndarray, v: np.ndarray) -> float:
    """The closed form as the docstring has it, pair by pair."""

    def f(a: np.ndarray, b: np.ndarray) -> float:
        lengths = np.linalg.norm(a) * np.linalg.norm(b)
        theta = np.arccos(np.clip(a @ b / lengths, -1, 1)) if lengths else 0.0
        return float(lengths * (np.sin(theta) + (np.pi - theta) * np.cos(theta)) / (2 * np.pi))

    pairs = [sum(f(a, b) for a in one for b in two) for one, two in ((w, w), (w, v), (v, v))]
    return pairs[0] / 2 - pairs[1] + pairs[2] / 2


@examples(60)
@given(students(), st.sampled_from([1e-3, 1.0, 1e3]))
def test_the_risk_is_the_closed_form_pair_by_pair(
    case: tuple[ReluStudentTeacher, np.ndarray], length: float
) -> None:
    risk, x = case
    w = length * x.reshape(risk.layers[0].outputs, -1)
    w[0] *= w[0, 0] > 0  # often a student of length 0
    expected = plain_risk(w, risk.teacher)
    size = 1 + np.sum(np.linalg.norm(w, axis=1)) ** 2
    np.testing.assert_allclose(risk.value(w.ravel()), expected, rtol=0, atol=1e-13 * size)


def test_many_students_go_in_chunks() -> None:
    risk = ReluStudentTeacher(8, 8)
    x = risk.initial(np.random.default_rng(0), shape=(3, 700))
    value, gradient = risk.value_and_gradient(x)
    assert value.shape == (3, 700)
    np.testing.assert_allclose(value[2, 699], risk.value(x[2, 699]), rtol=1e-12)
    np.testing.assert_allclose(gradient[1, 350], risk.gradient(x[1, 350]), rtol=0, atol=1e-13)


def test_the_teacher_is_the_known_minimum() -> None:
    risk = ReluStudentTeacher(6, 6)
    (known,) = risk.critical_points
    assert risk.value(known.x) < 1e-14
    assert np.abs(risk.gradient(known.x)).max() < 1e-15
    assert np.linalg.eigvalsh(risk.hessian(known.x)).min() > 0.05
    assert ReluStudentTeacher(7, 6).critical_points == ()


def test_gradient_keeps_its_digits_close_to_the_teacher() -> None:
    risk = ReluStudentTeacher(5, 5)
    x = risk.teacher.ravel()
    step = 1e-7 * np.random.default_rng(1).normal(size=risk.dim)
    # The second-order term is about 1e-14.
    np.testing.assert_allclose(risk.gradient(x + step), risk.hessian(x) @ step, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kink", ["zero", "same", "opposite", "teacher", "minus teacher", "all zero"])
def test_kinks_give_numbers_and_the_right_value(kink: str) -> None:
    risk = ReluStudentTeacher(3, 3)
    w = risk.initial(np.random.default_rng(2)).reshape(3, 3)
    if kink == "zero":
        w[1] = 0.0
    elif kink == "same":
        w[1] = 2 * w[0]
    elif kink == "opposite":
        w[1] = -w[0]
    elif kink == "teacher":
        w[1] = risk.teacher[2]
    elif kink == "minus teacher":
        w[1] = -risk.teacher[2]
    else:
        w[:] = 0.0
    x = w.ravel()
    assert np.isfinite(risk.gradient(x)).all()
    hessian = risk.hessian(x)
    assert np.isfinite(hessian).all()
    np.testing.assert_array_equal(hessian, hessian.T)
    if kink in ("same", "opposite"):
        # ∂²f/∂w∂v = (π − θ)/2π, without the unit vectors that do not exist.
        expected = np.eye(3) / 2 if kink == "same" else np.zeros((3, 3))
        np.testing.assert_allclose(hessian[:3, 3:6], expected, rtol=0, atol=1e-8)
    # The risk itself is continuous there.
    nearby = risk.value(x + 1e-9 * np.random.default_rng(3).normal(size=(10, 9)))
    np.testing.assert_allclose(nearby, risk.value(x), rtol=0, atol=1e-7)


def test_costs_count_arithmetic() -> None:
    small, large = ReluStudentTeacher(4, 4), ReluStudentTeacher(8, 8)
    # Twice as many units in twice the dimension: pairs grow fourfold, each product of vectors twofold.
    assert 4 < large.gradient_flops / small.gradient_flops < 8
    assert large.hessian_cost > small.hessian_cost > 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 3), "k_student must be a whole number of at least 1, got 0"),
        ((3, 0), "k_teacher must be a whole number of at least 1, got 0"),
        ((3, 3, 2), "input_dim must be a whole number of at least 3, got 2"),
    ],
)
def test_bad_settings_are_named(arguments: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReluStudentTeacher(*arguments)
