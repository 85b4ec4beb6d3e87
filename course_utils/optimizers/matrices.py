"""Methods that know that the parameters of a layer are a matrix: Shampoo and Muon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.lengths import unit
from course_utils.optimizers.base import Optimizer, learning_rate, setting

QUINTIC = (3.4445, -4.7750, 2.0315)
"""The coefficients of Muon's iteration: steep at 0, and between 0.68 and 1.14 from then on."""


class Matrix(NamedTuple):
    """Where a matrix lies in the parameter vector, and its shape."""

    place: slice
    shape: tuple[int, int]

    def of(self, x: Array) -> Array:
        """Return it as a view of shape (..., rows, columns) into ``x`` (..., n)."""
        return x[..., self.place].reshape(*x.shape[:-1], *self.shape)


def weight_matrices(objective: Objective) -> tuple[Matrix, ...]:
    """Return the matrices of an objective with ``layers``; one column of all parameters without them.

    A layer of an `MLP` is [W b], its biases a last column. An array of a PyTorch module with more than two
    dimensions has a row for each output, and one with a single dimension is a column.
    """
    found = []
    for layer in getattr(objective, "layers", ()):
        shape = tuple(layer.shape)
        rows = shape[0] if shape else 1
        found.append(Matrix(slice(layer.start, layer.stop), (rows, layer.size // max(rows, 1))))
    return tuple(found) or (Matrix(slice(0, objective.dim), (objective.dim, 1)),)


def newton_schulz(matrix: Array, steps: int = 5, coefficients: tuple[float, float, float] = QUINTIC) -> Array:
    """Return UVᵀ, nearly, for matrices UΣVᵀ (..., rows, columns) by products alone.

    X ← aX + b(XXᵀ)X + c(XXᵀ)²X, from M/‖M‖_F: each singular value σ becomes aσ + bσ³ + cσ⁵, and
    U and V stay. With the default coefficients (Jordan et al. 2024) small ones grow quickly, and those above
    a hundredth of ‖M‖_F end between 0.68 and 1.14, not at 1; (1.5, −0.5, 0) converges to 1. Zeros stay.

    Parameters
    ----------
    steps : of the iteration.
    """
    a, b, c = coefficients
    X = unit(matrix.reshape(*matrix.shape[:-2], -1)).reshape(matrix.shape)
    tall = matrix.shape[-2] > matrix.shape[-1]
    X = np.swapaxes(X, -1, -2) if tall else X
    for _ in range(steps):
        square = np.matmul(X, np.swapaxes(X, -1, -2))
        X = a * X + np.matmul(b * square + c * np.matmul(square, square), X)
    return np.swapaxes(X, -1, -2) if tall else X


@dataclass(frozen=True)
class Muon(Optimizer):
    """Momentum, made orthogonal matrix by matrix: M ← μM + G, W ← W − η·orthogonal(M).

    Jordan et al. (2024), with `newton_schulz` in five steps; without the look ahead and the factor for the
    shape that their program adds, and for biases as well (in theirs Adam moves what is no matrix). In every
    direction in which M has a part the step is about η long, however short M is: at a saddle it does not
    slow down, and at a minimum it does not stop.
    """

    learning_rate: float = learning_rate(0.02)
    momentum: float = setting(0.95, (0.0, 0.99), symbol="μ", label="momentum", at_least=0.0, below=1.0)

    def init(self, objective: Objective, x: Array) -> Array:
        """At rest."""
        return np.zeros_like(x)

    def step(
        self, objective: Objective, x: Array, state: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """One step of every matrix."""
        m = self.momentum * state + objective.gradient(x)
        direction = np.empty_like(m)
        for matrix in weight_matrices(objective):
            matrix.of(direction)[...] = newton_schulz(matrix.of(m))
        return x - self.learning_rate * direction, m

    def step_flops(self, objective: Objective) -> float:
        """Three products in each of five steps, with the shorter side's square: 10(2s²w + s³) a matrix."""
        sides = (sorted(matrix.shape) for matrix in weight_matrices(objective))
        return float(sum(10 * (2 * s**2 * wide + s**3) for s, wide in sides))


@dataclass(frozen=True)
class Shampoo(Optimizer):
    """Each matrix between the roots of its own two sums of squares: W ← W − ηL^{−1/4} G R^{−1/4}.

    L ← L + GGᵀ and R ← R + GᵀG, from εI (Gupta, Koren & Singer 2018, algorithm 1). They are sums of squares
    of gradients: no curvature is looked at, and no sign of it is known. With L and R of one gradient alone
    and ε = 0 the step is UVᵀ of G = UΣVᵀ, that of Muon.
    """

    learning_rate: float = learning_rate(0.1)
    epsilon: float = setting(1e-6, (1e-12, 1.0), symbol="ε", label="first L and R", above=0.0, log=True)

    def init(self, objective: Objective, x: Array) -> tuple[tuple[Array, Array], ...]:
        """L and R of every matrix, (..., rows, rows) and (..., columns, columns)."""
        start = x.shape[:-1]
        return tuple(
            tuple(np.broadcast_to(self.epsilon * np.eye(size), (*start, size, size)) for size in matrix.shape)  # type: ignore[misc]
            for matrix in weight_matrices(objective)
        )

    def step(
        self,
        objective: Objective,
        x: Array,
        state: tuple[tuple[Array, Array], ...],
        rng: np.random.Generator,
    ) -> tuple[Array, tuple[tuple[Array, Array], ...]]:
        """One step of every matrix."""
        g, sums = objective.gradient(x), []
        direction = np.empty_like(g)
        for matrix, (L, R) in zip(weight_matrices(objective), state, strict=True):
            G = matrix.of(g)
            turned = np.swapaxes(G, -1, -2)
            L, R = L + np.matmul(G, turned), R + np.matmul(turned, G)
            sums.append((L, R))
            matrix.of(direction)[...] = np.matmul(
                np.matmul(_inverse_fourth_root(L), G), _inverse_fourth_root(R)
            )
        return x - self.learning_rate * direction, tuple(sums)

    def step_flops(self, objective: Objective) -> float:
        """All eigenvectors of L and R and the roots made of them, 11m³ each, and four products with G."""
        shapes = (matrix.shape for matrix in weight_matrices(objective))
        return float(sum(11 * (r**3 + c**3) + 4 * r * c * (r + c) for r, c in shapes))


def _inverse_fourth_root(S: Array) -> Array:
    """Return S^{−1/4} of positive definite matrices (..., m, m); NaN where one is not finite."""
    finite = np.asarray(np.isfinite(S).all(axis=(-2, -1), keepdims=True))
    values, V = np.linalg.eigh(np.where(finite, S, np.eye(S.shape[-1])))
    # Sums of squares have no eigenvalue below that of the start, which rounding may hide.
    floor = np.finfo(float).eps * values[..., -1:]
    root = np.maximum(values, floor) ** -0.25
    return np.where(finite, np.matmul(V * root[..., None, :], np.swapaxes(V, -1, -2)), np.nan)
