"""All critical points in a box, with a proof that there are no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.critical_points.certify import CriticalPoint, certify
from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_array, whole_number
from course_utils.objectives.lengths import norms

_AT_ONCE = 2**19  # numbers in the Hessians of one block of boxes: 4 MB
_SAFETY = 0.9  # of the radius within which theory allows one critical point alone
_ROUNDING = 1e-9  # relative: bounds are widened by it
_POLISH = 8  # Newton steps
_FARTHEST = 10.0  # of them; a longer one leads elsewhere


@dataclass(frozen=True, eq=False)
class Census:
    """What `every_critical_point` found in a box.

    Attributes
    ----------
    points : the critical points, each with its certificate.
    boxes : how many boxes were looked at.
    undecided : (k, n) centres of boxes that were still neither empty nor within a proven ball when they
        had become too small. None: the list is complete.
    """

    points: tuple[CriticalPoint, ...]
    boxes: int
    undecided: Array

    @property
    def complete(self) -> bool:
        """Whether every box was decided."""
        return len(self.undecided) == 0


def every_critical_point(
    objective: Objective,
    box: ArrayLike,
    third_derivatives: Callable[[Array], Array],
    fourth_bounds: ArrayLike,
    *,
    halvings: int = 16,
) -> Census:
    """Find all critical points in a box by halving it until every part is decided.

    In a box of centre c and half sides h the slope at c + d is g(c) + H(c)d, up to ½Σ|Tᵢⱼₗ(c)|hⱼhₗ and
    ⅙ΣBᵢⱼₗₘhⱼhₗhₘ, with T the third derivatives and B the bounds of the fourth. A box is *empty* if that, or
    the same multiplied by H(c)⁻¹, cannot be zero in some coordinate. It is *settled* if it lies in a
    ball around a critical point in which H cannot become singular, since its change is bounded as well:
    then no second one is there (as in Kantorovich's theorem). Other boxes are halved in every coordinate.
    So the list is complete, up to the rounding of float64, against which bounds are widened by 1e-9.

    Meant for a few dimensions: the work grows exponentially with n, which is the point.

    Parameters
    ----------
    box : (n, 2) low and high end of each coordinate.
    third_derivatives : takes points (m, n), returns ∂³f/∂xᵢ∂xⱼ∂xₗ, (m, n, n, n).
    fourth_bounds : (n, n, n, n), which no fourth derivative exceeds in size, in the box and near it.
    halvings : boxes that are undecided after so many are given up and reported: near a critical point
        whose Hessian is singular none is ever settled.

    Raises
    ------
    ValueError
        If the arrays have the wrong shape, a side is empty, or a bound is negative.
    """
    n = objective.dim
    ends, bounds = real_array("box", box), real_array("fourth_bounds", fourth_bounds)
    if ends.shape != (n, 2) or not np.isfinite(ends).all() or not (ends[:, 0] < ends[:, 1]).all():
        raise ValueError(f"box must be {n} pairs (low, high) with low < high, got {box!r:.80}")
    if bounds.shape != (n, n, n, n) or not np.isfinite(bounds).all() or (bounds < 0).any():
        raise ValueError(f"fourth_bounds must be bounds ≥ 0 of shape {(n,) * 4}, got {bounds.shape}")
    whole_number("halvings", halvings, 1)
    half = (ends[:, 1] - ends[:, 0]) / 2
    centres, seen = ends.mean(axis=-1)[None], 0
    corners = np.stack(np.meshgrid(*[(-0.5, 0.5)] * n, indexing="ij"), axis=-1).reshape(-1, n)
    search = _Search(objective, third_derivatives, bounds)
    for _ in range(halvings):
        seen += len(centres)
        at_once = max(1, _AT_ONCE // n**2)
        parts = [centres[i : i + at_once] for i in range(0, len(centres), at_once)]
        left = [search.open(part, half) for part in parts]
        centres = np.concatenate([*left, np.empty((0, n))])
        if len(centres) == 0:
            break
        half = half / 2
        centres = (centres[:, None] + 2 * half * corners).reshape(-1, n)
    x = search.polished()
    inside = x[((x >= ends[:, 0]) & (x < ends[:, 1])).all(axis=-1)]
    points = sorted((certify(objective, point) for point in inside), key=lambda point: point.value)
    return Census(tuple(points), seen, centres)


class _Search:
    """What is known so far: balls around critical points, each proven to hold no other one."""

    def __init__(self, objective: Objective, third: Callable[[Array], Array], fourth: Array) -> None:
        self.objective, self.third, self.fourth = objective, third, fourth
        self.found: Array = np.empty((0, objective.dim))
        self.radii: Array = np.empty(0)

    def open(self, centres: Array, half: Array) -> Array:
        """Return the ``centres`` (m, n) of boxes, half sides (n,), that are neither empty nor settled."""
        reach = float(norms(half))
        centres = centres[~self.hold(centres, reach)]
        g, H, T = self.objective.gradient(centres), self.objective.hessian(centres), self.third(centres)
        rest = np.abs(T).reshape(-1, g.shape[-1], half.size**2) @ np.outer(half, half).ravel() / 2
        rest = (rest + self.fourth @ half @ half @ half / 6) * (1 + _ROUNDING) + _ROUNDING
        maybe = (np.abs(g) <= np.abs(H) @ half * (1 + _ROUNDING) + rest).all(axis=-1)
        centres, g, H, rest = centres[maybe], g[maybe], H[maybe], rest[maybe]
        eigenvalues, V = np.linalg.eigh(H)
        sizes = np.abs(eigenvalues)
        regular = (sizes > 1e-12 * sizes.max(axis=-1, keepdims=True)).all(axis=-1)
        divided = np.where(regular[:, None], eigenvalues, 1.0)
        inverse = np.einsum("kia,ka,kja->kij", V, 1 / divided, V)
        offset = np.abs(np.einsum("kij,kj->ki", inverse, g))
        missed = np.einsum("kij,kj->ki", np.abs(inverse), rest)
        maybe = ~regular | (offset <= half * (1 + _ROUNDING) + missed).all(axis=-1)
        self.settle(centres[maybe & regular & (offset <= 2 * half).all(axis=-1)])
        centres = centres[maybe]
        return centres[~self.hold(centres, reach)]

    def hold(self, centres: Array, reach: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which boxes, with corners ``reach`` away from their centres (m, n), lie in a ball, (m,)."""
        squares = np.sum(centres**2, axis=-1)[:, None] + np.sum(self.found**2, axis=-1)
        apart = np.sqrt(np.maximum(squares - 2 * centres @ self.found.T, 0.0))
        inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
        inside = (apart + reach < self.radii).any(axis=-1)
        return inside

    def settle(self, starts: Array) -> None:
        """Run Newton's method from ``starts`` (m, n); put a ball around each critical point that it finds."""
        x = starts
        for _ in range(_POLISH):
            g, H = self.objective.gradient(x), self.objective.hessian(x)
            regular = np.abs(np.linalg.eigvalsh(H)).min(axis=-1) > 0
            step = _newton_step(g[regular], H[regular])
            x = (x[regular] + step)[norms(step) < _FARTHEST]
        g, H, T = self.objective.gradient(x), self.objective.hessian(x), self.third(x)
        smallest = np.abs(np.linalg.eigvalsh(H)).min(axis=-1)
        # ‖H(x + d) − H(x)‖ ≤ (t + q‖d‖)‖d‖: the ball ends where that could reach the smallest |λ|.
        t, q = norms(T.reshape(-1, g.shape[-1] ** 3)), float(norms(self.fourth.ravel()))
        radii = _SAFETY * 2 * smallest / (t + np.sqrt(t**2 + 4 * q * smallest) + _ROUNDING)
        # A critical point is within 2‖H⁻¹g‖ if that is a small part of the ball (Newton–Kantorovich).
        proven = norms(g) <= 0.1 * smallest * radii
        for point, radius in zip(x[proven], radii[proven], strict=True):
            if not (norms(self.found - point) < self.radii).any():
                self.found = np.concatenate([self.found, point[None]])
                self.radii = np.append(self.radii, radius)

    def polished(self) -> Array:
        """Return the critical points (k, n) as exactly as Newton's method gives them."""
        x: Array = self.found
        for _ in range(_POLISH):
            x = x + _newton_step(self.objective.gradient(x), self.objective.hessian(x))
        return x


def _newton_step(g: Array, H: Array) -> Array:
    return np.asarray(np.linalg.solve(H, -g[..., None])[..., 0], dtype=np.float64)
