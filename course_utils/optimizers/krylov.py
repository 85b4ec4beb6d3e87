"""Newton's methods on the way to scale: the curvature is looked at in a small Krylov subspace only."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.lengths import norms, ordinary, scaled
from course_utils.optimizers.base import Optimizer, setting
from course_utils.optimizers.damping import DAMPINGS, check_dampings, lowest_loss


def krylov_basis(
    objective: Objective, x: Array, start: Array, steps: int, *, inside: Array | None = None
) -> tuple[Array, Array]:
    """Return bases of the Krylov spaces span{v, Hv, …, H^{k−1}v}, one for each point of a batch.

    The Lanczos process of `course_utils.curvature.lanczos`, with every vector made orthogonal to all
    earlier ones twice, for points that have a Hessian each: k calls of ``objective.hvp`` in all.

    Parameters
    ----------
    x : (..., n) points.
    start : (..., n) start vectors v of any length; a start of zeros gives a basis of zeros.
    steps : k, at most n.
    inside : (..., n) vectors with which to go on, made orthogonal, where a subspace is invariant before
        it has k dimensions: what is left of a gradient when a random part was mixed into the start.

    Returns
    -------
    basis : (..., k, n) orthonormal rows V; zero rows where there is nothing to go on with.
    projected : (..., k, k) the symmetric matrix V H Vᵀ.
    """
    basis, images = np.zeros((2, *x.shape[:-1], steps, x.shape[-1]))
    v, scale = _unit(start, 0.0), np.zeros((*x.shape[:-1], 1))
    rounding = 10 * np.sqrt(x.shape[-1]) * np.finfo(float).eps
    for j in range(steps):
        basis[..., j, :] = v
        images[..., j, :] = objective.hvp(x, v)
        w = images[..., j, :]
        if j + 1 == steps:
            break
        scale = np.maximum(scale, norms(w, keepdims=True))
        known = basis[..., : j + 1, :]
        v = _unit(_beside(known, w), rounding * scale)
        if inside is not None:
            ended = ~v.any(axis=-1, keepdims=True)
            if ended.any():
                left = _unit(_beside(known, inside), rounding * norms(inside, keepdims=True))
                v = np.where(ended, left, v)
    projected = np.matmul(basis, np.swapaxes(images, -1, -2))
    return basis, (projected + np.swapaxes(projected, -1, -2)) / 2


def _beside(basis: Array, w: Array) -> Array:
    """Return what of w lies outside the basis; twice is enough against rounding (Parlett 1998, 6.9)."""
    for _ in range(2):
        inside = _combine(basis, _coordinates(basis, w))
        w = np.subtract(w, inside, out=inside)  # in memory that is there already
    return w


def _unit(w: Array, least: Array | float) -> Array:
    """Return w/‖w‖, or zeros where ‖w‖ is not above ``least`` or not finite."""
    plain = norms(w, keepdims=True)
    if ordinary(plain) and np.all(plain > least):
        return w / plain
    shrunk, exponent = scaled(w)  # squares could overflow or vanish
    length = norms(shrunk, keepdims=True)
    unit: Array = np.divide(shrunk, length, out=np.zeros_like(w), where=np.ldexp(length, exponent) > least)
    return unit


def _coordinates(basis: Array, v: Array) -> Array:
    product: Array = np.matmul(basis, v[..., None])[..., 0]
    return product


def _combine(basis: Array, coordinates: Array) -> Array:
    product: Array = np.matmul(coordinates[..., None, :], basis)[..., 0, :]
    return product


@dataclass(frozen=True)
class _KrylovMethod(Optimizer):
    """What the methods share that rescale the gradient inside a Krylov subspace."""

    subspace: int = setting(20, (1, 100), symbol="k", label="subspace size", at_least=1, whole=True)
    damping: float | None = setting(
        None, (1e-6, 10.0), symbol="γ", label="damping", at_least=0.0, log=True, optional=True
    )
    mix: float = setting(0.1, (0.0, 1.0), symbol="m", label="random part", at_least=0.0)
    inner_steps: int = setting(1, (1, 10), symbol="j", label="inner steps", at_least=1, whole=True)
    dampings: tuple[float, ...] = DAMPINGS

    def __post_init__(self) -> None:
        super().__post_init__()
        check_dampings(self.dampings)

    @abstractmethod
    def rescaling(self, ritz_values: Array) -> Array:
        """Return by what each Ritz direction is divided, before damping."""

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One subspace: 2k gradient equivalents, then ``inner_steps`` steps inside it."""
        g = objective.gradient(x)
        k = min(int(self.subspace), objective.dim)
        start = _unit(g, 0.0)
        if self.mix:
            start = start + self.mix * _unit(rng.standard_normal(x.shape), 0.0)
        V, projected = krylov_basis(objective, x, start, k, inside=g)
        finite = np.isfinite(projected).all(axis=(-2, -1), keepdims=True)
        ritz_values, S = np.linalg.eigh(np.where(finite, projected, 0.0))
        directions = np.matmul(np.swapaxes(S, -1, -2), V)
        if not finite.all():
            directions = np.where(finite, directions, np.nan)
        scale = self.rescaling(ritz_values)
        dampings = self.dampings if self.damping is None else (self.damping,)
        for inner in range(int(self.inner_steps)):
            g = objective.gradient(x) if inner else g
            x = lowest_loss(objective, x, directions, _coordinates(directions, g), scale, dampings)
        return x, None

    def linear_algebra_flops(self, dim: int) -> float:
        """Making k vectors orthogonal twice, V H Vᵀ and the Ritz vectors: about 8k²n."""
        k = min(int(self.subspace), dim)
        return 8.0 * k**2 * dim


@dataclass(frozen=True)
class KrylovSaddleFreeNewton(_KrylovMethod):
    """Saddle-free Newton in a Krylov subspace (Dauphin et al. 2014, section 6 and its algorithm).

    With V the (k, n) basis of Lanczos from the gradient, Ĥ = V H Vᵀ = QΛQᵀ: x ← x − Vᵀ(|Ĥ| + γI)⁻¹Vg.
    |V H Vᵀ| is not V|H|Vᵀ unless the subspace is invariant, which it is for k = n: then this is
    `SaddleFreeNewton`. A step costs k products (2k gradient equivalents) and stores 2k vectors, V and HV.

    Attributes
    ----------
    subspace : k; at most n are used.
    damping : λ; None takes, at every step, the one of ``dampings`` with the lowest loss.
    mix : length of a random vector added to the start of length 1. Without it, a negative curvature
        that the gradient has no part in is never seen.
    inner_steps : steps in one subspace, each with a new gradient and the old Ĥ.
    """

    def rescaling(self, ritz_values: Array) -> Array:
        """|θ|: the size of the curvature, whatever its sign."""
        return np.abs(ritz_values)


@dataclass(frozen=True)
class KrylovNewton(_KrylovMethod):
    """Damped Newton in the same subspace, x ← x − Vᵀ(Ĥ + γI)⁻¹Vg: what the absolute value is compared with.

    Settings as in `KrylovSaddleFreeNewton`.
    """

    def rescaling(self, ritz_values: Array) -> Array:
        """θ with its sign: negative curvature attracts unless the damping exceeds it."""
        return ritz_values
