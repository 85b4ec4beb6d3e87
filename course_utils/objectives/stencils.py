"""A reader's function around points: at steps along coordinates, and one complex step away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives.base import Array
from course_utils.objectives.differences import MULTIPLES
from course_utils.objectives.reader_function import ReaderFunction

COMPLEX_STEP = 2.0**-100  # in units of the window: no difference is taken, so it can be as small as it likes
AT_ONCE = 2**18  # numbers in the points of one call (2 MB)


class Stencils:
    """What derivatives of ``f`` at points x (n, m) are made of.

    Parameters
    ----------
    f : the function.
    scale : (n,) the length of a step of one in every coordinate.
    """

    def __init__(self, f: ReaderFunction, scale: Array) -> None:
        self._f, self._scale = f, scale
        self._upwards = (COMPLEX_STEP * scale)[:, None]  # (n, 1)

    def axes(self, coordinates: NDArray[np.intp], h: Array) -> Array:
        """Return steps h along coordinates, (n, count, m), for h (n, m) in units of the scale."""
        steps = np.zeros((len(self._scale), len(coordinates), h.shape[1]))
        steps[coordinates, np.arange(len(coordinates))] = (h * self._scale[:, None])[coordinates]
        return steps

    def around(
        self,
        x: Array,
        directions: Callable[[NDArray[np.intp]], Array],
        numbers: NDArray[np.intp],
        coordinates: NDArray[np.intp] | None = None,
    ) -> Array:
        """Return f at x + k·d for the `MULTIPLES` k of directions d, (count, 6, m).

        ``directions`` makes some of them, (n, some, m), of their ``numbers``. With ``coordinates`` (count,)
        it is the derivative of f by one coordinate for each direction.
        """
        n, m = x.shape
        result = np.empty((len(numbers), len(MULTIPLES), m))
        some = max(1, AT_ONCE // (n * len(MULTIPLES) * max(m, 1)))
        for start in range(0, len(numbers), some):
            part = numbers[start : start + some]
            moved = x[:, None, None] + MULTIPLES[:, None] * directions(part)[:, :, None]
            if coordinates is None:
                result[part] = self._f.real(moved)
            else:
                result[part] = self._partial(moved, coordinates[part])
        return result

    def complex_step(self, x: Array, beside: Array) -> tuple[Array, Array, Array]:
        """Return f (m,) and its gradient (n, m), and f at points ``beside`` (n, m), all by one call.

        They are NaN where f does not take complex numbers.
        """
        n = len(x)
        points = np.empty((n, n + 1, x.shape[1]), dtype=np.complex128)
        points[:, :n] = x[:, None]
        points.reshape(n * (n + 1), x.shape[1])[:: n + 2] += 1j * self._upwards  # x_i of the i-th
        points[:, n] = beside
        found = self._f.complex(points)
        return found[0].real, found[:n].imag / self._upwards, found[n].real

    def _partial(self, x: Array, coordinates: NDArray[np.intp]) -> Array:
        """Return ∂f/∂x_i at ``x`` (n, count, ...), one i for each of the count, by complex steps."""
        stepped = x.astype(np.complex128)
        h = (COMPLEX_STEP * self._scale[coordinates]).reshape(-1, *[1] * (x.ndim - 2))
        stepped[coordinates, np.arange(len(coordinates))] += 1j * h
        return self._f.complex(stepped).imag / h
