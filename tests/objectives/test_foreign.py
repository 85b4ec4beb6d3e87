"""What objectives of other libraries share, tried with NumPy alone."""

import sys

import numpy as np
import pytest

from course_utils.objectives import ForeignObjective, ParameterArray, from_jax, from_torch
from course_utils.objectives.foreign import at_once, library, parameter_arrays
from tests.tools.derivatives import check_derivatives


class Quartic(ForeignObjective):
    """f = Σ xᵢ⁴ in rows, as a library without batches would answer."""

    device = "here"

    def _values(self, points):
        return (points**4).sum(axis=1)

    def _values_and_gradients(self, points):
        return self._values(points), 4 * points**3

    def _products(self, point, directions):
        return 12 * point**2 * directions


class Rounded(Quartic):
    def _values(self, points):
        return super()._values(points.astype(np.float32)).astype(np.float64)


class Detached(Quartic):
    def _values(self, points):
        return super()._values(points) + 5 * points[:, 0]


class Bent(Quartic):
    def _products(self, point, directions):
        return 1.1 * super()._products(point, directions)


class Kinked(Quartic):
    """Σ |xᵢ|, with 10,000 kinks near the start: no gradient difference sees the right Hessian, zero."""

    def _values(self, points):
        return np.abs(points[:, :1] - np.linspace(0.4, 0.6, 10_000)).sum(axis=1)

    def _values_and_gradients(self, points):
        gradient = np.zeros_like(points)
        gradient[:, 0] = np.sign(points[:, :1] - np.linspace(0.4, 0.6, 10_000)).sum(axis=1)
        return self._values(points), gradient

    def _products(self, point, directions):
        return 0 * directions


def quartic(kind=Quartic):
    return kind("quartic", parameter_arrays([("a", (2, 3)), ("b", ())]), np.linspace(0.5, 2, 7), None)


def test_arrays_lie_one_after_the_other_and_are_views():
    a, b = parameter_arrays([("a", (2, 3)), ("b", ())])
    assert (a, b) == (ParameterArray("a", 0, (2, 3)), ParameterArray("b", 6, ()))
    assert (a.stop, b.size, b.stop) == (6, 1, 7)
    x = np.arange(14.0).reshape(2, 7)
    np.testing.assert_array_equal(a.view(x)[1], [[7, 8, 9], [10, 11, 12]])
    np.testing.assert_array_equal(b.view(x), [6, 13])
    a.view(x)[...] = 0
    np.testing.assert_array_equal(x[:, :6], 0)


@pytest.mark.parametrize("batch", [(), (1,), (4,), (2, 3), (0,)])
def test_rows_become_batches(batch):
    rng = np.random.default_rng(0)
    check_derivatives(quartic(), rng.normal(size=(*batch, 7)), rng)


def test_a_block_of_directions_at_each_of_some_points():
    f, rng = quartic(), np.random.default_rng(0)
    x, v = rng.normal(size=(2, 7)), rng.normal(size=(4, 1, 7))
    np.testing.assert_allclose(f.hvp(x, v), 12 * x**2 * v)
    assert f.hvp(x, np.zeros((0, 2, 7))).shape == (0, 2, 7)


def test_the_start_cannot_be_changed_by_accident():
    f = quartic()
    with pytest.raises(ValueError, match="read-only"):
        f.start[0] = 1.0
    with pytest.raises(ValueError, match="parameters must be finite"):
        Quartic("quartic", parameter_arrays([("a", (1,))]), np.array([np.nan]), None)


def test_a_right_gradient_is_not_complained_about():
    f = quartic()
    f._check_derivatives("function")
    assert f.gradient_error < 1e-6
    assert f.hvp_error < 1e-6


@pytest.mark.parametrize("kind", [Rounded, Detached])
def test_a_gradient_of_another_function_is_found(kind):
    f = quartic(kind)
    with pytest.warns(UserWarning, match="the gradient of function differs from the slope"):
        f._check_derivatives("function")
    assert f.gradient_error > 1e-3


def test_a_second_derivative_of_another_function_is_found():
    f = quartic(Bent)
    with pytest.warns(UserWarning, match="Hv of function differs from the change of its gradient by 0.09 of"):
        f._check_derivatives("function")
    assert f.gradient_error < 1e-6


def test_kinks_are_not_complained_about():
    f = quartic(Kinked)
    f._check_derivatives("function")
    assert f.hvp_error < 1e-6


def test_memory_bounds_what_goes_in_one_pass():
    assert at_once(0) == at_once(1) == 4096
    assert at_once(2**20) == 2
    assert at_once(2**40) == 1


@pytest.mark.parametrize(
    ("package", "call"),
    [("torch", lambda: from_torch(None, None, None)), ("jax", lambda: from_jax(None, 1.0))],
)
def test_without_the_library_it_says_how_to_get_it(package, call, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=rf"needs {package}.*pip install 'nonconvex\[{package}\]'"):
        call()


def test_a_fault_inside_a_library_is_not_taken_for_its_absence(monkeypatch, tmp_path):
    (tmp_path / "broken_library.py").write_text("import not_there_at_all", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'not_there_at_all'"):
        library("broken_library", "from_torch", "torch")


def test_a_single_number_is_an_array_of_one_point_too():
    scale = parameter_arrays([("a", (2, 3)), ("scale", ())])[1]
    assert scale.view(np.arange(7.0)).shape == ()
    assert scale.view(np.arange(7.0)) == 6
    assert scale.view(np.zeros((4, 3, 7))).shape == (4, 3)
    x = np.zeros(7)
    scale.view(x)[...] = 5
    assert x[6] == 5


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-160, 1e150, 1e300])
def test_right_derivatives_of_any_size_are_not_complained_about(size):
    class Sized(Quartic):
        def _values(self, points):
            return size * super()._values(points)

        def _values_and_gradients(self, points):
            return self._values(points), size * 4 * points**3

        def _products(self, point, directions):
            return size * 12 * point**2 * directions

    class Wrong(Sized):
        def _products(self, point, directions):
            return 1.1 * super()._products(point, directions)

    f = quartic(Sized)
    f._check_derivatives("function")
    assert max(f.gradient_error, f.hvp_error) < 1e-6
    with pytest.warns(UserWarning, match="Hv of function differs"):
        quartic(Wrong)._check_derivatives("function")
