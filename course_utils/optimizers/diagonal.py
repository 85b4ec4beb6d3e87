"""One learning rate for each parameter, from products of the Hessian with random signs."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.optimizers.base import Optimizer, learning_rate, setting


def probe(objective: Objective, x: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a vector z of random signs (..., n) and Hz, for each point its own."""
    z = 2.0 * rng.integers(0, 2, size=x.shape).astype(np.float64) - 1.0
    return z, objective.hvp(x, z)


class ProbeState(NamedTuple):
    """What the probes said, together (..., n), how many there were, and the steps so far."""

    total: Array
    probes: int
    t: int


@dataclass(frozen=True)
class _Probing(Optimizer):
    """What the methods share that divide the gradient by a mean over probes of H."""

    learning_rate: float = learning_rate(0.1)
    damping: float = setting(1e-2, (1e-6, 10.0), symbol="γ", label="damping", above=0.0, log=True)
    every: int = setting(1, (1, 50), symbol="k", label="steps between probes", at_least=1, whole=True)

    @abstractmethod
    def together(self, total: Array, z: Array, product: Array) -> Array:
        """Return what all probes said, with one more, z with product Hz."""

    @abstractmethod
    def scale(self, total: Array, probes: int) -> Array:
        """Return what the gradient is divided by, before damping."""

    def init(self, objective: Objective, x: Array) -> ProbeState:
        """No probe yet."""
        return ProbeState(np.zeros_like(x), 0, 0)

    def step(
        self, objective: Objective, x: Array, state: ProbeState, rng: np.random.Generator
    ) -> tuple[Array, ProbeState]:
        """One step, after a probe if it is time for one."""
        g = objective.gradient(x)
        total, probes, t = state
        if t % int(self.every) == 0:
            total, probes = self.together(total, *probe(objective, x, rng)), probes + 1
        d = self.scale(total, probes) + self.damping
        return x - self.learning_rate * g / d, ProbeState(total, probes, t + 1)


@dataclass(frozen=True)
class Equilibrated(_Probing):
    """Gradient descent scaled by the row norms of H: x ← x − ηg/(d + γ), dᵢ = √mean (Hz)ᵢ² → √Σⱼ Hᵢⱼ².

    Dauphin, de Vries & Bengio (2015), algorithm 1 (ESGD), whose z are Gaussian. Dividing by the row norms
    makes rows of H equally long, whatever the signs of the curvature are. Every step stays one of descent.

    Attributes
    ----------
    every : steps from one probe to the next, each of them a product; the paper takes 20.
    """

    def together(self, total: Array, z: Array, product: Array) -> Array:
        """√Σ (Hz)ᵢ², without the squares, which may leave the range of numbers; E (Hz)ᵢ² is Σⱼ Hᵢⱼ²."""
        root: Array = np.hypot(total, product)
        return root

    def scale(self, total: Array, probes: int) -> Array:
        """The root of the mean square."""
        scale: Array = total / np.sqrt(probes)
        return scale


@dataclass(frozen=True)
class Jacobi(_Probing):
    """Gradient descent scaled by the size of H's diagonal: x ← x − ηg/(|d| + γ), d = mean z ⊙ Hz → diag H.

    The absolute value keeps it a step of descent. Where curvatures of both signs share a coordinate, its
    diagonal entry is small although they are large (Dauphin, de Vries & Bengio 2015, section 4).

    Attributes
    ----------
    every : steps from one probe to the next, each of them a product.
    """

    def together(self, total: Array, z: Array, product: Array) -> Array:
        """Σ zᵢ(Hz)ᵢ: its mean over random signs is Hᵢᵢ (Bekas, Kokiopoulou & Saad 2007)."""
        return total + z * product

    def scale(self, total: Array, probes: int) -> Array:
        """The size of the mean."""
        return np.abs(total / probes)


class SophiaState(NamedTuple):
    """Running means of the gradient and of the Hessian's diagonal, (..., n) each, and the steps so far."""

    mean: Array
    curvature: Array
    t: int


@dataclass(frozen=True)
class Sophia(Optimizer):
    """Momentum over the Hessian's diagonal, cut to one: x ← x − η clip(m/max(γh, ε), ±1).

    m ← β₁m + (1 − β₁)g; every k steps h ← β₂h + (1 − β₂)z ⊙ Hz (Liu et al. 2023, algorithm 3 with the
    estimate of Hutchinson, Sophia-H; its weight decay is left out). Where h is negative or near zero the
    quotient is cut to the sign of m: there the step is one of sign descent with momentum, of length η,
    and no Newton step.

    Attributes
    ----------
    scale : γ; a coordinate takes steps of full length η until |m| < γh.
    """

    learning_rate: float = learning_rate(0.01)
    beta1: float = setting(
        0.96, (0.0, 0.99), symbol="β₁", label="memory of the mean", at_least=0.0, below=1.0
    )
    beta2: float = setting(
        0.99, (0.0, 0.999), symbol="β₂", label="memory of the curvature", at_least=0.0, below=1.0
    )
    scale: float = setting(
        0.01, (1e-3, 10.0), symbol="γ", label="scale of the curvature", above=0.0, log=True
    )
    epsilon: float = setting(
        1e-12, (1e-12, 1e-2), symbol="ε", label="floor of the curvature", above=0.0, log=True
    )
    every: int = setting(10, (1, 50), symbol="k", label="steps between probes", at_least=1, whole=True)

    def init(self, objective: Objective, x: Array) -> SophiaState:
        """No memory yet."""
        return SophiaState(np.zeros_like(x), np.zeros_like(x), 0)

    def step(
        self, objective: Objective, x: Array, state: SophiaState, rng: np.random.Generator
    ) -> tuple[Array, SophiaState]:
        """One step, after a probe if it is time for one."""
        g = objective.gradient(x)
        m, h, t = state
        if t % int(self.every) == 0:
            z, product = probe(objective, x, rng)
            h = self.beta2 * h + (1 - self.beta2) * z * product
        m = self.beta1 * m + (1 - self.beta1) * g
        cut = np.clip(m / np.maximum(self.scale * h, self.epsilon), -1.0, 1.0)
        return x - self.learning_rate * cut, SophiaState(m, h, t + 1)
