"""Searches along the sphere of a spin glass: descent, and Newton's method for points of every index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_number, whole_number
from course_utils.objectives.lengths import norms
from course_utils.random_landscapes.spin_glass import SphericalSpinGlass


def tangent_basis(x: Array) -> Array:
    """Return an orthonormal basis of what is orthogonal to x (..., N), as columns (..., N, N−1).

    The columns but the first of the reflection that takes x to the first axis (Householder).
    """
    n = x.shape[-1]
    w = x / norms(x)[..., None]
    w[..., 0] += np.where(w[..., 0] >= 0, 1.0, -1.0)
    reflection = np.eye(n) - 2 * w[..., :, None] * w[..., None, :] / np.sum(w * w, axis=-1)[..., None, None]
    basis: Array = reflection[..., :, 1:]
    return basis


def tangent_hessian(glass: SphericalSpinGlass, x: ArrayLike) -> Array:
    """Return the Hessian along the sphere in an orthonormal basis of its tangents, (..., N−1, N−1).

    That is Bᵀ(∇²f − (x·∇f/N) I)B for the polynomial f and a basis B of what is orthogonal to x. At a
    critical point of energy u it is, to leading order, a GOE matrix of semicircle radius
    2√(p(p−1)) around −pu.
    """
    y = glass.project(x)
    B = tangent_basis(y)
    H: Array = np.swapaxes(B, -1, -2) @ glass.hessian(y) @ B
    return H


@dataclass(frozen=True, eq=False)
class SpherePoints:
    """Where a search on the sphere ended, m points of it.

    Attributes
    ----------
    x : (m, N) on the sphere.
    energy : (m,) f/N.
    gradient_norm : (m,) along the sphere.
    eigenvalues : (m, N−1) of the Hessian along the sphere, ascending.
    newton_step : (m,) length of the Newton step that is left, ∞ where the Hessian is singular.
    """

    x: Array
    energy: Array
    gradient_norm: Array
    eigenvalues: Array
    newton_step: Array

    @property
    def index(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Number of negative eigenvalues, (m,)."""
        return np.asarray(np.sum(self.eigenvalues < 0, axis=-1))

    @property
    def certified(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether ‖g‖ ≤ 1e-9 √N and the Newton step that is left is at most 1e-7, (m,)."""
        small = self.gradient_norm <= 1e-9 * np.sqrt(self.x.shape[-1])
        return np.asarray(small & (self.newton_step <= 1e-7))


def look_at(glass: SphericalSpinGlass, x: ArrayLike) -> SpherePoints:
    """Return the evidence on what is at the points ``x`` (m, N) of the sphere."""
    y = glass.project(x)
    value, gradient = glass.value_and_gradient(y)
    eigenvalues, V = np.linalg.eigh(tangent_hessian(glass, y))
    slopes = np.einsum("kij,ki->kj", tangent_basis(y) @ V, gradient)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = norms(np.where(slopes == 0, 0.0, slopes / eigenvalues))
    return SpherePoints(y, value / glass.dim, norms(gradient), eigenvalues, step)


def newton_on_sphere(
    glass: SphericalSpinGlass, starts: ArrayLike, *, steps: int = 60, longest: float = 0.2
) -> SpherePoints:
    """Run Newton's method along the sphere from each of ``starts`` (m, N); ends that are none stay in.

    A step is −H⁻¹g in the tangents at x, then back to the sphere. It is drawn to critical points of
    every index alike.

    Parameters
    ----------
    steps : of each run.
    longest : fraction of the radius √N to which a step is shortened.

    Raises
    ------
    ValueError
        If ``steps`` is less than 1 or ``longest`` is not positive.
    """
    whole_number("steps", steps, 1)
    real_number("longest", longest, above=0.0)
    x = glass.project(starts)
    moving = np.arange(len(x))
    for _ in range(steps):
        y = x[moving]
        u = y / np.sqrt(glass.dim)
        g = glass.gradient(y)
        # In the tangents it is H, along x it is 1: the solution has no part along x.
        mixed = (g / np.sqrt(glass.dim) + u / 2)[:, :, None] * u[:, None, :]
        bordered = glass.hessian(y) + mixed + np.swapaxes(mixed, -1, -2)
        step = np.linalg.solve(bordered, -g[..., None])[..., 0]
        length = norms(step)
        limit = longest * np.sqrt(glass.dim)
        x[moving] = glass.project(y + step * np.minimum(1.0, limit / np.maximum(length, limit))[:, None])
        moving = moving[norms(g) > 1e-12 * np.sqrt(glass.dim)]
        if moving.size == 0:
            break
    return look_at(glass, x)


def descend_on_sphere(
    glass: SphericalSpinGlass,
    starts: ArrayLike,
    steps: int,
    *,
    learning_rate: float = 0.1,
    tolerance: float = 0.0,
    step: Callable[[Array, Array, float], Array] | None = None,
) -> Array:
    """Run gradient descent along the sphere from ``starts`` (..., N); return its points (T+1, ..., N).

    A step is x − ηg, then back to the sphere: x ← √N (x − ηg)/‖x − ηg‖.

    Parameters
    ----------
    learning_rate : η; for p = 3 up to about 0.2 it is stable.
    tolerance : the runs end when all have ‖g‖ ≤ ``tolerance``·√N.
    step : another rule than the one above, ``step(x, g, learning_rate)`` for one point (N,).

    Raises
    ------
    ValueError
        If ``steps`` or ``tolerance`` is negative or ``learning_rate`` not positive.
    """
    whole_number("steps", steps, 0)
    rate = real_number("learning_rate", learning_rate, above=0.0)
    limit = real_number("tolerance", tolerance, at_least=0.0) * np.sqrt(glass.dim)
    path = [glass.project(starts)]
    for _ in range(steps):
        x = path[-1]
        g = glass.gradient(x)
        if np.all(norms(g) <= limit):
            break
        path.append(glass.project(x - rate * g) if step is None else np.asarray(step(x, g, rate)))
    return np.array(path)
