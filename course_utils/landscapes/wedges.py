"""A toy landscape whose low ground is a union of wedges, and random planes that meet it or miss it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array, whole_number

_ROUNDS = 200  # of `nearest_on_plane`; each lowers the distance, so it ends long before


class Wedges(Objective):
    """Half the squared distance to the nearest of all n-dimensional coordinate subspaces of ℝᴰ.

    f(x) = ½ Σ of the D − n smallest xᵢ²: at the nearest wedge the n largest coordinates are free and the
    others are 0 (Fort & Jastrzębski 2019, section 3). Its low ground, f = 0, is the union of all
    D!/(n!(D − n)!) wedges; between two of them f has a ridge with a kink, where the lower side counts.

    Parameters
    ----------
    dim : D, at least 2.
    wedge_dim : n, from 0 (a point) to D − 1.

    Raises
    ------
    ValueError
        If ``dim`` or ``wedge_dim`` is out of range.
    """

    def __init__(self, dim: int, wedge_dim: int) -> None:
        dim = whole_number("dim", dim, 2)
        wedge_dim = whole_number("wedge_dim", wedge_dim, 0, dim - 1)
        super().__init__(f"union of {wedge_dim}-wedges in {dim} dimensions", dim)
        self.wedge_dim = wedge_dim

    def held(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Return which coordinates are 0 on the wedge that is nearest to ``x``, (..., D)."""
        return self._held(as_points("x", x, self.dim))

    def _held(self, x: Array) -> NDArray[np.bool_]:
        count = self.dim - self.wedge_dim
        smallest = np.argsort(np.abs(x), axis=-1, kind="stable")[..., :count]
        held = np.zeros(x.shape, dtype=bool)
        np.put_along_axis(held, smallest, True, axis=-1)
        return held

    def _value(self, x: Array) -> Array:
        half: Array = np.sum(np.where(self._held(x), x, 0.0) ** 2, axis=-1) / 2
        return half

    def _gradient(self, x: Array) -> Array:
        return np.where(self._held(x), x, 0.0)

    def _hvp(self, x: Array, v: Array) -> Array:
        return np.where(self._held(x), v, 0.0)


@dataclass(frozen=True, eq=False)
class PlanePoint:
    """Where on a plane descent to the nearest wedge comes to rest.

    Attributes
    ----------
    coordinates : (d,) z in origin + z @ directions.
    distance : from there to the nearest wedge, in units of the parameters.
    """

    coordinates: Array
    distance: float


def nearest_on_plane(
    wedges: Wedges, origin: ArrayLike, directions: ArrayLike, start: ArrayLike | None = None
) -> PlanePoint:
    """Return the point of the plane origin + z @ directions at which descent to the wedges comes to rest.

    Takes turns: choose the nearest wedge, then go to the plane's point that is nearest to that wedge, a
    least-squares problem. Neither turn raises the distance, and there are finitely many wedges, so it ends
    at a local minimum of the distance on the plane (or on a ridge that leads to none lower).

    Parameters
    ----------
    origin : (D,). directions : (d, D). start : (d,) coordinates to begin at; zeros by default.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    at = as_points("origin", origin, wedges.dim)
    rows = as_points("directions", directions, wedges.dim)
    if at.ndim != 1 or rows.ndim != 2 or len(rows) == 0:
        raise ValueError(
            f"origin must have shape ({wedges.dim},) and directions (d, {wedges.dim}) with d ≥ 1, got "
            f"{at.shape} and {rows.shape}"
        )
    z = np.zeros(len(rows)) if start is None else real_array("start", start)
    if z.shape != (len(rows),):
        raise ValueError(f"start must have shape ({len(rows)},), got {z.shape}")
    best = np.sqrt(2 * float(wedges.value(at + z @ rows)))
    for _ in range(_ROUNDS):
        held = wedges.held(at + z @ rows)
        candidate: Array = np.asarray(np.linalg.lstsq(rows[:, held].T, -at[held], rcond=None)[0])
        distance = float(np.sqrt(2 * float(wedges.value(at + candidate @ rows))))
        if not distance < best * (1 - 1e-12):
            break
        z, best = candidate, distance
    return PlanePoint(z, float(best))
