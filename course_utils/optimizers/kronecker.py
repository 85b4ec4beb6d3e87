"""K-FAC: a Gauss–Newton step whose blocks, one a layer, are Kronecker products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.optimizers.base import Optimizer, learning_rate, setting
from course_utils.optimizers.matrices import weight_matrices


class FactorState(NamedTuple):
    """Running means of the factors (A, S) of each layer, and the steps so far."""

    factors: tuple[tuple[Array, Array], ...]
    t: int


@dataclass(frozen=True)
class KFAC(Optimizer):
    """Kronecker-factored Gauss–Newton: in each layer W ← W − η(S + (√γ/π)I)⁻¹ ∇_W (A + π√γ I)⁻¹, W with b.

    A is the mean of aaᵀ over what enters the layer, S that of ssᵀ over derivatives by what leaves it, under
    the network's own predictions: S ⊗ A stands for the layer's block of the Gauss–Newton matrix (Martens &
    Grosse 2015, section 3; damping as in section 6.3, π² the mean eigenvalue of A over that of S). Both are
    positive semidefinite, so the step is one of descent and sees no negative curvature. Momentum and the
    rescaling by the exact Gauss–Newton matrix are left out. It goes from one start at a time.

    Attributes
    ----------
    memory : β of the running means, which begin as plain ones.
    """

    learning_rate: float = learning_rate(0.3)
    damping: float = setting(1e-2, (1e-6, 10.0), symbol="γ", label="damping", above=0.0, log=True)
    memory: float = setting(
        0.95, (0.0, 0.99), symbol="β", label="memory of the factors", at_least=0.0, below=1.0
    )

    def init(self, objective: Objective, x: Array) -> FactorState:
        """No factors yet; ValueError for an objective that has none, or several starts."""
        if not hasattr(objective, "kronecker_factors"):
            raise ValueError(
                f"objective must be a network with kronecker_factors, such as an MLP, got {objective.name}"
            )
        if x.ndim != 1:
            raise ValueError(f"start must be one point of shape ({objective.dim},) for KFAC, got {x.shape}")
        return FactorState((), 0)

    def step(
        self, objective: Objective, x: Array, state: FactorState, rng: np.random.Generator
    ) -> tuple[Array, FactorState]:
        """One step of every layer."""
        g, t = objective.gradient(x), state.t + 1
        seen = objective.kronecker_factors(x, rng)  # type: ignore[attr-defined]
        keep = min(1 - 1 / t, self.memory)
        factors = tuple(
            (keep * A + (1 - keep) * new_A, keep * S + (1 - keep) * new_S)
            for (A, S), (new_A, new_S) in zip(state.factors or seen, seen, strict=True)
        )
        direction, root = np.empty_like(g), np.sqrt(self.damping)
        for matrix, (A, S) in zip(weight_matrices(objective), factors, strict=True):
            # Where nothing enters a layer, or no error comes back, its factor and its gradient are zero.
            size_A, size_S = (max(np.trace(one) / len(one), np.finfo(float).tiny) for one in (A, S))
            balance = np.sqrt(size_A / size_S)
            damped_A, damped_S = A + balance * root * np.eye(len(A)), S + root / balance * np.eye(len(S))
            left = np.linalg.solve(damped_S, matrix.of(g))
            matrix.of(direction)[...] = np.linalg.solve(damped_A, left.T).T
        return x - self.learning_rate * direction, FactorState(factors, t)

    def step_flops(self, objective: Objective) -> float:
        """A solve with each factor, 2m³/3, and their products with the gradient."""
        shapes = (matrix.shape for matrix in weight_matrices(objective))
        return float(sum(2 / 3 * (r**3 + c**3) + 2 * r * c * (r + c) for r, c in shapes))
