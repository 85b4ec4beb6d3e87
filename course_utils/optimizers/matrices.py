"""Methods that know that the parameters of a layer are a matrix: Shampoo and Muon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_array, whole_number
from course_utils.objectives.lengths import scaled, unit
from course_utils.optimizers.base import Optimizer, learning_rate, setting

QUINTIC = (3.4445, -4.7750, 2.0315)
"""The coefficients of Muon's iteration: steep at 0, and between 0.68 and 1.14 from then on."""


_STEPS = 5  # of Muon's iteration
_MOST_SQUARED = 400  # exponent of the largest numbers that Shampoo squares as they are


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


def newton_schulz(
    matrix: ArrayLike, steps: int = 5, coefficients: tuple[float, float, float] = QUINTIC
) -> Array:
    """Return UVᵀ, nearly, for matrices UΣVᵀ (..., rows, columns) by products alone.

    X ← aX + b(XXᵀ)X + c(XXᵀ)²X, from M/‖M‖_F: each singular value σ becomes aσ + bσ³ + cσ⁵, and
    U and V stay. With the default coefficients (Jordan et al. 2024) small ones grow quickly, and those above
    a hundredth of ‖M‖_F end between 0.68 and 1.14, not at 1; (1.5, −0.5, 0) converges to 1. A matrix of zeros
    has no U and V, and stays.

    Parameters
    ----------
    matrix : (..., rows, columns) finite, of any size.
    steps : of the iteration, at least 0.
    coefficients : a, b and c.

    Raises
    ------
    ValueError
        If ``matrix`` is no matrix of finite real numbers, ``steps`` no whole number of at least 0, or
        ``coefficients`` are not three finite numbers.
    """
    M = real_array("matrix", matrix)
    if M.ndim < 2 or 0 in M.shape[-2:]:
        raise ValueError(f"matrix must have shape (..., rows, columns), at least one each, got {M.shape}")
    if not np.isfinite(M).all():
        raise ValueError("matrix must be finite, got NaN or infinity")
    abc = real_array("coefficients", coefficients)
    if abc.shape != (3,) or not np.isfinite(abc).all():
        raise ValueError(f"coefficients must be three finite numbers, got {coefficients!r:.80}")
    return _iterated(M, whole_number("steps", steps, 0), *abc.tolist())


def _iterated(matrix: Array, steps: int, a: float, b: float, c: float) -> Array:
    """Return what `newton_schulz` does; NaN where a matrix is not finite, as in a run that diverges."""
    X = unit(matrix.reshape(*matrix.shape[:-2], matrix.shape[-2] * matrix.shape[-1])).reshape(matrix.shape)
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
            matrix.of(direction)[...] = _iterated(matrix.of(m), _STEPS, *QUINTIC)
        return x - self.learning_rate * direction, m

    def step_flops(self, objective: Objective) -> float:
        """Three products in each of five steps, with the shorter side's square: 10(2s²w + s³) a matrix."""
        sides = (sorted(matrix.shape) for matrix in weight_matrices(objective))
        return float(sum(2 * _STEPS * (2 * s**2 * wide + s**3) for s, wide in sides))


class Sums(NamedTuple):
    """L (..., rows, rows) and R (..., columns, columns) of a matrix, both over 4ᵉ, and e (..., 1, 1) ≥ 0."""

    left: Array
    right: Array
    exponent: NDArray[np.intc]


@dataclass(frozen=True)
class Shampoo(Optimizer):
    """Each matrix between the roots of its own two sums of squares: W ← W − ηL^{−1/4} G R^{−1/4}.

    L ← L + GGᵀ and R ← R + GᵀG, from εI (Gupta, Koren & Singer 2018, algorithm 1). They are sums of squares
    of gradients: no curvature is looked at, and no sign of it is known. With L and R of one gradient alone
    and ε = 0 the step is UVᵀ of G = UΣVᵀ, that of Muon. Where squares would overflow the sums are kept
    divided by 4ᵉ.
    """

    learning_rate: float = learning_rate(0.1)
    epsilon: float = setting(1e-6, (1e-12, 1.0), symbol="ε", label="first L and R", above=0.0, log=True)

    def init(self, objective: Objective, x: Array) -> tuple[Sums, ...]:
        """The sums of every matrix."""
        start = x.shape[:-1]

        def first(size: int) -> Array:
            return np.broadcast_to(self.epsilon * np.eye(size), (*start, size, size))

        return tuple(
            Sums(first(matrix.shape[0]), first(matrix.shape[1]), np.zeros((*start, 1, 1), dtype=np.intc))
            for matrix in weight_matrices(objective)
        )

    def step(
        self,
        objective: Objective,
        x: Array,
        state: tuple[Sums, ...],
        rng: np.random.Generator,
    ) -> tuple[Array, tuple[Sums, ...]]:
        """One step of every matrix."""
        g, sums = objective.gradient(x), []
        direction = np.empty_like(g)
        for matrix, (L, R, e) in zip(weight_matrices(objective), state, strict=True):
            own = scaled(g[..., matrix.place])[1][..., None]
            larger = np.maximum(e, np.where(own > _MOST_SQUARED, own, 0)).astype(np.intc)
            G = np.ldexp(matrix.of(g), -larger)
            turned = np.swapaxes(G, -1, -2)
            L, R = np.ldexp(L, 2 * (e - larger)), np.ldexp(R, 2 * (e - larger))
            L, R = L + np.matmul(G, turned), R + np.matmul(turned, G)
            sums.append(Sums(L, R, larger))
            # (4ᵉL)^{−1/4} 2ᵉG (4ᵉR)^{−1/4}: the powers of two cancel.
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
