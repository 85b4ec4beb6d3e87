"""A saddle between two wells: the smallest landscape on which leaving a saddle leads somewhere."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Array
from course_utils.objectives.beyond import rising
from course_utils.objectives.checks import real_number
from course_utils.objectives.planar import Pair, Planar, Triple, pickled_by_name


@pickled_by_name
def two_wells(angle: float = 0.0) -> Planar:
    """f = u² − v² + ½v⁴ in coordinates (u, v) turned by ``angle`` radians.

    A saddle with f = 0 at the origin, two minima with f = −½ at v = ±1, and between them the ridge v = 0,
    on which gradient descent runs into the saddle.

    Raises
    ------
    ValueError
        If ``angle`` is not finite.
    """
    angle = real_number("angle", angle)
    c, s = float(np.cos(angle)), float(np.sin(angle))

    def turned(a: Array, b: Array) -> Pair:
        return c * a + s * b, c * b - s * a

    def value(a: Array, b: Array) -> Array:
        u, v = turned(a, b)
        return rising(lambda: u**2 - v**2 + v**4 / 2)

    def gradient(a: Array, b: Array) -> Pair:
        u, v = turned(a, b)
        du, dv = 2 * u, -2 * v + 2 * v**3
        return c * du - s * dv, s * du + c * dv

    def hessian(a: Array, b: Array) -> Triple:
        _, v = turned(a, b)
        up, down = 2.0, -2 + 6 * v**2
        return c * c * up + s * s * down, c * s * (up - down), s * s * up + c * c * down

    return Planar(
        "two wells",
        value,
        gradient,
        hessian,
        critical_points=[((0, 0), "saddle"), ((-s, c), "minimum"), ((s, -c), "minimum")],
    )
