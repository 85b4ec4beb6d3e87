"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.linalg import sqrtm

from course_utils.checking.points import Part
from key import fresh, same


def _task_2(truncated_step: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `truncated_step`."""
    visible = fresh("hw06.2")

    def problem(seed: Any, n: Any) -> Any:
        rng = np.random.default_rng(seed)
        A = rng.normal(size=(n, n))
        return rng.normal(size=n), (A + A.T) / 2

    def full(seed: Any) -> Any:
        g, H = problem(seed, 7)
        return same(truncated_step(g, H, 7, 0.2), -np.linalg.solve(sqrtm(H @ H).real + 0.2 * np.eye(7), g))

    def none(seed: Any) -> Any:
        g, H = problem(seed, 7)
        return same(truncated_step(g, H, 0, 0.2), -g / 0.2)

    spread = (6.0, -5.0, 4.0, -3.0, 2.0, -1.0, 0.5, -0.2)

    def some(seed: Any, rank: Any, sizes: Any = spread) -> Any:  # in a known eigenbasis
        rng = np.random.default_rng(seed)
        V, g = np.linalg.qr(rng.normal(size=(8, 8)))[0], rng.normal(size=8)
        kept = np.where(np.arange(8) < rank, np.abs(sizes), 0)
        return same(truncated_step(g, (V * np.array(sizes)) @ V.T, rank, 0.3), -V @ (V.T @ g / (kept + 0.3)))

    def equal(rank: Any) -> Any:
        return some(rank, rank, (5.0, 5.0, -4.0, -4.0, 2.0, 2.0, 1.0, 1.0))

    def wide(seed: Any) -> Any:  # where single precision loses the small eigenvalues
        return all(some(seed + k, k, (3e6, -2e5, 1e4, -700.0, 40.0, -3.0, 0.5, -0.2)) for k in (1, 3, 5, 8))

    def whole() -> Any:
        return same(truncated_step(np.array([3, -1]), np.diag([2, -4]), 1, 1), [-3, 0.2])

    return (
        (2, "the visible check on other inputs", lambda: visible(truncated_step)),
        (
            1,
            "every rank, equal and very different eigenvalues, integers",
            lambda: (
                all(some(k, k) for k in range(1, 8))
                and all(equal(k) for k in (2, 4, 6))
                and wide(60)
                and whole()
            ),
        ),
        (0.5, "full rank is the saddle-free step", lambda: full(1) and full(2)),
        (0.5, "rank 0 is gradient descent", lambda: none(1) and none(2)),
    )


def _task_4(trust_region_step: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `trust_region_step`."""
    visible = fresh("hw06.4")

    def solves(g: Any, H: Any, r: Any) -> Any:
        g, H = np.asarray(g, dtype=float), np.asarray(H, dtype=float)
        step = np.asarray(trust_region_step(g, H, r), dtype=float)
        length, scale = np.linalg.norm(step), np.abs(np.linalg.eigvalsh(H)).max()
        shift = -(g @ step + step @ H @ step) / max(length**2, 1e-300)
        slack = 1e-3 * scale
        fits = np.linalg.norm(H @ step + shift * step + g) <= 1e-3 * max(np.linalg.norm(g), scale * r)
        border = abs(length - r) <= 1e-3 * r or (length < r and abs(shift) <= slack)
        return fits and border and shift >= -slack and np.linalg.eigvalsh(H)[0] + shift >= -slack

    def draw(seed: Any, n: Any, floor: Any = None) -> Any:
        rng = np.random.default_rng(seed)
        V = np.linalg.qr(rng.normal(size=(n, n)))[0]
        sizes = rng.normal(size=n) if floor is None else floor + rng.random(n)
        return V @ rng.normal(size=n), (V * sizes) @ V.T, V, sizes

    def other(seed: Any) -> Any:
        g, H = draw(seed, 12)[:2]
        return solves(g, H, 0.7)

    def hard(seed: Any, share: Any) -> Any:
        g, H, V, sizes = draw(seed, 6)
        v = V[:, np.argmin(sizes)]
        g = g - v * (v @ g)
        inside = np.linalg.lstsq(H - sizes.min() * np.eye(6), g)[0]
        return solves(g, H, share * np.linalg.norm(inside))

    def nearly_hard(seed: Any, part: Any) -> Any:
        """Ask for the promised digits where ν is close to −λ_min: what is right is known by its parts."""
        _, _, V, sizes = draw(seed, 6)
        above = np.sort(sizes - sizes.min())
        V = V[:, np.argsort(sizes)]
        g, shift = V @ np.r_[part, np.linspace(1, 2, 5)], 2 * part  # so that the part along V[:, 0] is −1/2
        right = -V @ (V.T @ g / (above + shift))
        came = np.asarray(trust_region_step(g, (V * np.sort(sizes)) @ V.T, np.linalg.norm(right)))
        return np.linalg.norm(came - right) <= 2e-4 * np.linalg.norm(right)

    def bowl(seed: Any, scale: Any, share: Any) -> Any:
        g, H = draw(seed, 5, 0.5)[:2]
        return solves(g, scale * H, share * np.linalg.norm(np.linalg.solve(H, g)) / scale)

    def one_way_down(seed: Any, size: Any) -> Any:  # Newton's step lies in the ball
        V = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))[0]
        return solves(size * V @ np.ones(4), (V * [-1.0, 0.5, 2.0, 3.0]) @ V.T, 0.7)

    return (
        (2, "the visible check on other inputs", lambda: visible(trust_region_step)),
        (
            0.5,
            "other matrices",
            lambda: all(other(seed) for seed in range(5)) and one_way_down(1, 1e-3) and one_way_down(2, 0.3),
        ),
        (
            0.5,
            "bowls, inside and on the border",
            lambda: all(bowl(1, scale, share) for scale in (0.02, 1, 50) for share in (0.1, 0.6, 0.95, 1.5)),
        ),
        (
            0.5,
            "the hard case, and close to it",
            lambda: (
                all(hard(seed, share) for seed in (1, 2) for share in (0.5, 1.1, 2))
                and all(nearly_hard(seed, part) for seed in (3, 4) for part in (1e-2, 1e-4))
            ),
        ),
        (0.5, "an exact saddle", lambda: solves(np.zeros(3), np.diag([2.0, -1.0, 0.5]), 0.4)),
    )


HIDDEN = {"hw06.2": _task_2, "hw06.4": _task_4}
