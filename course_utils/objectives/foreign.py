"""What objectives of other libraries share: named arrays in one vector, batches, a check of the gradient."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives.base import Array, Objective, as_points
from course_utils.objectives.lengths import unit

# Numbers that the passes of one batch of points or directions may hold: 16 MB in float64. Beyond the cache a
# batch is no quicker than its points one by one, and its memory grows with each of them.
HELD_AT_ONCE = 2**21
MOST_AT_ONCE = 4096

# Steps and tolerance (relative) of the differences that derivatives are compared with. Kinks and truncation
# stay below the tolerance, float32 and a detached part do not.
STEP, HVP_STEP = 1e-7, 1e-9
ENOUGH = 1e-4
TRIALS = 3
ENDS = np.array([[1.0], [-1.0]])


@dataclass(frozen=True)
class ParameterArray:
    """Where one parameter array of a network lies in the vector of all of them.

    Attributes
    ----------
    name : what its own library calls it, for example ``"conv1.weight"``.
    start : place of its first number in the parameter vector.
    shape : its shape; its numbers lie row by row (the last index runs fastest).
    """

    name: str
    start: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Numbers in the array."""
        return prod(self.shape)

    @property
    def stop(self) -> int:
        """Place just after the last number."""
        return self.start + self.size

    def view(self, x: Array) -> Array:
        """Return the array as a view of shape (..., *shape) into ``x`` of shape (..., dim)."""
        return x[..., self.start : self.stop].reshape((*x.shape[:-1], *self.shape))


def parameter_arrays(shapes: Iterable[tuple[str, Sequence[int]]]) -> tuple[ParameterArray, ...]:
    """Return arrays of the given (name, shape), one after the other."""
    arrays: list[ParameterArray] = []
    for name, shape in shapes:
        arrays.append(ParameterArray(name, arrays[-1].stop if arrays else 0, tuple(map(int, shape))))
    return tuple(arrays)


class ForeignObjective(Objective):
    """A loss that another library differentiates, as a function of one float64 vector.

    A subclass writes the formulas for rows: of points, and of directions at one point.

    Attributes
    ----------
    layers : tuple of `ParameterArray`: the name, the place and the shape of each parameter array, in order.
    start : (dim,) the parameters as they were given.
    device : where the library computes, always in float64.
    gradient_error : how far its gradient is from differences of its values, relative to its length, at a
        point near the start; 0 within their rounding. A warning is given above 1e-4.
    hvp_error : the same of Hv and differences of gradients, the least of three points.
    """

    device: str
    gradient_error: float
    hvp_error: float

    def __init__(self, name: str, layers: Sequence[ParameterArray], start: Array, domain: Any) -> None:
        super().__init__(name, start.size, domain=domain)
        self.layers = tuple(layers)
        self.start = as_points("parameters", start, start.size).copy()
        self.start.setflags(write=False)

    @abstractmethod
    def _values(self, points: Array) -> Array:
        """Return f, (m,), at ``points`` (m, dim)."""

    @abstractmethod
    def _values_and_gradients(self, points: Array) -> tuple[Array, Array]:
        """Return f, (m,), and the gradients, (m, dim)."""

    @abstractmethod
    def _products(self, point: Array, directions: Array) -> Array:
        """Return Hv, (k, dim), for ``directions`` (k, dim) at one point (dim,)."""

    def _value(self, x: Array) -> Array:
        if not x.size:
            return np.zeros(x.shape[:-1])
        return self._values(x.reshape(-1, self.dim)).reshape(x.shape[:-1])

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        if not x.size:
            return np.zeros(x.shape[:-1]), np.zeros(x.shape)
        value, gradient = self._values_and_gradients(x.reshape(-1, self.dim))
        return value.reshape(x.shape[:-1]), gradient.reshape(x.shape)

    def _hvp(self, x: Array, v: Array) -> Array:
        shape = np.broadcast_shapes(x.shape, v.shape)
        # Axes that only v has are a block of directions at one point; axes of x are a loop.
        block = shape[: len(shape) - x.ndim]
        points = np.broadcast_to(x, shape[len(block) :])
        directions = np.broadcast_to(v, shape).reshape(prod(block), *points.shape)
        result = np.empty(directions.shape)
        for place in np.ndindex(points.shape[:-1] if block != (0,) else (0,)):
            result[:, *place] = self._products(points[place], directions[:, *place])
        return result.reshape(shape)

    def _hessian(self, x: Array) -> Array:
        result = np.empty((*x.shape, self.dim))
        identity = np.eye(self.dim)
        for place in np.ndindex(x.shape[:-1]):
            rows = self._products(x[place], identity)
            np.add(rows, rows.T, out=result[place])
        result /= 2
        return result

    def _check_derivatives(self, source: str) -> None:
        """Set ``gradient_error`` and ``hvp_error``, and warn of the first that is no rounding error.

        At points beside the start, since a fresh network often sits on the kink of a ReLU. What is found: a
        part that was detached or rounded, passes in less than float64, wrong second derivatives.
        """
        rng = np.random.default_rng(0)
        size = 1.0 + float(np.abs(self.start).max())
        points = self.start + 1e-3 * size * rng.standard_normal((TRIALS, self.dim))
        self.gradient_error = self._gradient_error(points[0], STEP * size, rng)
        # The smallest of some: where a kink lies between two points, no gradient changes as H says.
        self.hvp_error = min(self._hvp_error(point, HVP_STEP * size, rng) for point in points)
        if not self.gradient_error <= ENOUGH:
            warnings.warn(
                f"the gradient of {source} differs from the slope of its values by {self.gradient_error:.1g} "
                "of its length: does a part detach, round, or compute in less than float64? What follows "
                "from derivatives (curvature, certificates) is then that much off",
                stacklevel=4,
            )
        elif not self.hvp_error <= ENOUGH:
            warnings.warn(
                f"Hv of {source} differs from the change of its gradient by {self.hvp_error:.1g} of its "
                "length: a second derivative that a part defines is wrong, and with it curvature and "
                "certificates; values and gradients are right",
                stacklevel=4,
            )

    def _one_point(self, x: ArrayLike) -> Array:
        """Return ``x`` as a copy of one point (dim,), or say what is wrong with it."""
        point = as_points("x", x, self.dim)
        if point.ndim != 1:
            raise ValueError(f"x must be one point of shape ({self.dim},), got {point.shape}")
        return point.copy()

    def _gradient_error(self, point: Array, h: float, rng: np.random.Generator) -> float:
        value, gradient = self._value_and_gradient(point)
        direction = rng.standard_normal(self.dim)
        direction /= np.linalg.norm(direction)
        direction += unit(gradient)
        ends = self._value(point + h * direction * ENDS)
        value, gradient, ends = _of_ordinary_size(value, gradient, ends)
        length = float(np.linalg.norm(gradient))
        gap = abs(float(ends[0] - ends[1]) / (2 * h) - float(gradient @ direction))
        return _beyond_rounding(gap, abs(float(value)) / h, length)

    def _hvp_error(self, point: Array, h: float, rng: np.random.Generator) -> float:
        direction = rng.standard_normal(self.dim)
        product = self._products(point, direction[None])[0]
        ends = self._gradient(point + h * direction * ENDS)
        product, ends = _of_ordinary_size(product, ends)
        gap = float(np.linalg.norm((ends[0] - ends[1]) / (2 * h) - product))
        return _beyond_rounding(gap, float(np.linalg.norm(ends[0])) / h, float(np.linalg.norm(product)))


def _of_ordinary_size(*arrays: Array) -> list[Array]:
    """Return ``arrays`` divided by the power of two that takes the largest of their numbers to about 1."""
    largest = max(float(np.abs(array).max()) for array in arrays)
    exponent = int(np.frexp(largest)[1]) if np.isfinite(largest) else 0
    return [np.ldexp(array, -exponent) for array in arrays]


def _beyond_rounding(gap: float, scale: float, length: float) -> float:
    """Return the part of ``gap`` that rounding of size ``scale`` does not explain, relative to ``length``."""
    left = gap - 1e3 * float(np.finfo(np.float64).eps) * scale
    return left / max(length, left) if not left <= 0 else 0.0


def library(package: str, called: str, extra: str) -> Any:
    """Return the imported ``package``, or say how to install what ``called`` needs."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise ModuleNotFoundError(
            f"{called} needs {package}, which is not installed: python -m pip install 'nonconvex[{extra}]'",
            name=package,
        ) from error


def at_once(held: int) -> int:
    """Return how many points or directions go in one pass, when one of them holds ``held`` numbers."""
    return max(1, min(MOST_AT_ONCE, HELD_AT_ONCE // max(held, 1)))
