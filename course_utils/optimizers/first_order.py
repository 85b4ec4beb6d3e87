"""Optimizers that look at the gradient alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_array, real_number
from course_utils.objectives.lengths import norms, scaled
from course_utils.optimizers.base import Optimizer, learning_rate, setting


def clip_by_norm(gradient: ArrayLike, threshold: float) -> Array:
    """Return the gradient (..., n), shortened to ``threshold`` where it is longer; its direction stays.

    g ← (h/‖g‖) g if ‖g‖ > h (Pascanu, Mikolov & Bengio 2013, Algorithm 1), for gradients of any size. One
    that holds NaN or infinity has no direction, and becomes NaN throughout.

    Raises
    ------
    ValueError
        If ``gradient`` is no array of real vectors, or ``threshold`` not positive.
    """
    h = real_number("threshold", threshold, above=0.0, finite=False)
    g = _vectors(gradient)
    with np.errstate(all="ignore"):
        unit, exponent = scaled(g)
        length = norms(unit, keepdims=True)
        clipped = np.where(np.ldexp(length, exponent) > h, unit * (h / length), g)
    finite = np.isfinite(g).all(axis=-1, keepdims=True)
    return np.where(finite, clipped, np.nan)


def clip_by_value(gradient: ArrayLike, threshold: float) -> Array:
    """Return the gradient (..., n) with every component cut to ±``threshold``; its direction may turn.

    gᵢ ← max(−h, min(h, gᵢ)) (Goodfellow, Bengio & Courville 2016, section 10.11.1, after Mikolov 2012).

    Raises
    ------
    ValueError
        If ``gradient`` is no array of real vectors, or ``threshold`` not positive.
    """
    h = real_number("threshold", threshold, above=0.0, finite=False)
    return np.clip(_vectors(gradient), -h, h)


def _vectors(gradient: ArrayLike) -> Array:
    g = real_array("gradient", gradient)
    if g.ndim == 0:
        raise ValueError(f"gradient must have shape (..., n), got the single number {gradient!r:.80}")
    return g


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """Steepest descent with a fixed learning rate, x ← x − ηg; ``clip_norm`` shortens long gradients."""

    learning_rate: float = learning_rate(0.1)
    clip_norm: float | None = setting(
        None, (1e-2, 1e2), symbol="h", label="clip the norm at", above=0.0, log=True, optional=True
    )

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One step downhill."""
        g = objective.gradient(x)
        if self.clip_norm is not None:
            g = clip_by_norm(g, self.clip_norm)
        return x - self.learning_rate * g, None


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Heavy ball: v ← μv − ηg, x ← x + v (Polyak 1964)."""

    learning_rate: float = learning_rate(0.1)
    momentum: float = setting(0.9, (0.0, 0.99), symbol="μ", label="momentum", at_least=0.0, below=1.0)

    def init(self, objective: Objective, x: Array) -> Array:
        """At rest."""
        return np.zeros_like(x)

    def step(
        self, objective: Objective, x: Array, state: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """One step of the ball."""
        v = self.momentum * state - self.learning_rate * objective.gradient(x)
        return x + v, v


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Momentum with the gradient taken where the ball is about to be (Nesterov 1983).

    v ← μv − η∇f(x + μv), x ← x + v (the form of Sutskever et al. 2013, equations 3 and 4).
    """

    def step(
        self, objective: Objective, x: Array, state: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """One step with a look ahead."""
        v = self.momentum * state - self.learning_rate * objective.gradient(x + self.momentum * state)
        return x + v, v


class AdamState(NamedTuple):
    """Running mean of the gradient, root of that of its square, (..., n) each, and the steps so far."""

    mean: Array
    root: Array
    t: int


@dataclass(frozen=True)
class Adam(Optimizer):
    """Steps scaled, coordinate by coordinate, by the root mean square gradient.

    Kingma & Ba (2015), Algorithm 1.
    """

    learning_rate: float = learning_rate(0.05)
    beta1: float = setting(0.9, (0.0, 0.99), symbol="β₁", label="memory of the mean", at_least=0.0, below=1.0)
    beta2: float = setting(
        0.999, (0.9, 0.9999), symbol="β₂", label="memory of the square", at_least=0.0, below=1.0
    )
    epsilon: float = setting(1e-8, (1e-8, 1e-2), symbol="ε", label="floor of the scale", above=0.0, log=True)

    def init(self, objective: Objective, x: Array) -> AdamState:
        """No memory yet."""
        return AdamState(np.zeros_like(x), np.zeros_like(x), 0)

    def step(
        self, objective: Objective, x: Array, state: AdamState, rng: np.random.Generator
    ) -> tuple[Array, AdamState]:
        """One step, with the bias of the young means corrected."""
        g = objective.gradient(x)
        mean = self.beta1 * state.mean + (1 - self.beta1) * g
        # √v for v ← β₂v + (1 − β₂)g², whose squares may leave the range of numbers.
        root = np.hypot(np.sqrt(self.beta2) * state.root, np.sqrt(1 - self.beta2) * g)
        t = state.t + 1
        m, scale = mean / (1 - self.beta1**t), root / np.sqrt(1 - self.beta2**t)
        return x - self.learning_rate * m / (scale + self.epsilon), AdamState(mean, root, t)


def uniform_in_ball(shape: tuple[int, ...], radius: float, rng: np.random.Generator) -> Array:
    """Return points spread evenly in balls of the given radius about 0; ``shape`` is (..., n)."""
    direction = rng.standard_normal(shape)
    direction /= norms(direction, keepdims=True)
    return radius * rng.random((*shape[:-1], 1)) ** (1 / shape[-1]) * direction


@dataclass(frozen=True)
class PerturbedGradientDescent(Optimizer):
    """Gradient descent that shakes itself where the gradient is small (Jin et al. 2017, Algorithm 2).

    If ‖g‖ ≤ ``gradient_threshold`` and no noise was added for ``waiting`` steps, x ← x + ξ with ξ
    uniform in a ball of radius ``noise_radius``; then x ← x − ηg. The paper's stopping rule is left
    out: `minimize` decides when to stop.
    """

    learning_rate: float = learning_rate(0.1)
    noise_radius: float = setting(0.01, (1e-6, 1.0), symbol="r", label="noise radius", above=0.0, log=True)
    gradient_threshold: float = setting(
        0.01, (1e-6, 1.0), symbol="g₀", label="gradient threshold", above=0.0, log=True
    )
    waiting: int = setting(10, (1, 100), symbol="t₀", label="steps between shakes", at_least=1, whole=True)

    def init(self, objective: Objective, x: Array) -> Array:
        """Ready to shake: steps since the last noise, shape (...,)."""
        return np.full(x.shape[:-1], float(self.waiting))

    def step(
        self, objective: Objective, x: Array, state: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """One step; rows at a small gradient are shaken first."""
        g = objective.gradient(x)
        shake = (norms(g) <= self.gradient_threshold) & (state >= self.waiting)
        if shake.any():
            x = np.where(shake[..., None], x + uniform_in_ball(x.shape, self.noise_radius, rng), x)
            g = objective.gradient(x)
        return x - self.learning_rate * g, np.where(shake, 1.0, state + 1.0)
