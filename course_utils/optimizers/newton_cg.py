"""Newton-CG that stops its conjugate gradients as soon as they meet negative curvature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_number
from course_utils.objectives.lengths import norms, squares_exponent, unit
from course_utils.optimizers.base import Optimizer, setting
from course_utils.optimizers.curvature_steps import lowest_direction
from course_utils.optimizers.hessian_free import checked_product, one_vector

_MOST_ROUNDS = 2  # of n iterations: exact arithmetic needs one
_MOST_HALVINGS = 60
_ENOUGH = 0.1  # η of the line search


class CappedResult(NamedTuple):
    """What `capped_cg` found.

    ``kind`` "solution": ‖(H + 2εI)d + g‖ ≤ ζ̂‖g‖. "negative curvature": dᵀHd < −ε‖d‖². ``products`` with H
    were made.
    """

    direction: Array
    kind: Literal["solution", "negative curvature"]
    products: int


class _Cap:
    """The bounds that follow from M ≥ ‖H‖, found out on the way (as `capped_cg` says)."""

    def __init__(self, damping: float, accuracy: float) -> None:
        self.damping, self.accuracy, self.largest = damping, accuracy, 0.0

    def see(self, product: Array, vector: Array) -> None:
        length = float(norms(vector))
        if length > 0:
            self.largest = max(self.largest, float(norms(product)) / length)

    @property
    def condition(self) -> float:
        return (self.largest + 2 * self.damping) / self.damping

    @property
    def relative(self) -> float:
        """ζ̂: the residual at which the system counts as solved, over ‖g‖."""
        return self.accuracy / (3 * self.condition)

    def bound(self, iteration: int) -> float:
        """√T τ^{j/2}: the residual that a positive definite H + 2εI could not exceed, over ‖g‖."""
        root = np.sqrt(self.condition)
        tau = root / (root + 1)
        with np.errstate(
            over="ignore", divide="ignore"
        ):  # where the condition is beyond all bounds, so is this
            return float(2 * np.square(self.condition) / (1 - np.sqrt(tau)) * tau ** (iteration / 2))


def capped_cg(
    product: Callable[[Array], Array], gradient: ArrayLike, *, damping: float, accuracy: float = 0.5
) -> CappedResult:
    """Solve (H + 2εI)d = −g by conjugate gradients, or return a direction with dᵀHd < −ε‖d‖².

    Royer, O'Neill & Wright (2020), algorithm 1. Negative curvature is noticed where CG meets it (a search
    direction or an iterate with d̄ᵀ(H + 2εI)d̄ < ε‖d̄‖²), and also from a residual that falls too slowly for
    a positive definite matrix; then the difference of two iterates has it. It needs at most about
    min(n, √(‖H‖/ε)·log) products. A way down at a right angle to g is not met: then d is a solution. At a
    product that is not finite it stops with what it has.

    Parameters
    ----------
    product : v (n,) -> Hv (n,); linear.
    gradient : (n,) g ≠ 0, finite, of any size: d is divided and multiplied by a power of two where need be.
    damping : ε > 0.
    accuracy : ζ in (0, 1) of the solution.

    Raises
    ------
    TypeError
        If ``product`` cannot be called.
    ValueError
        If the gradient is zero or not finite, its shape or that of a product does not fit, or a setting is
        out of range.
    """
    damping = real_number("damping", damping, above=0.0)
    accuracy = real_number("accuracy", accuracy, above=0.0)
    if accuracy >= 1:
        raise ValueError(f"accuracy must be a number < 1, got {accuracy!r}")
    g = one_vector("gradient", gradient)
    if not g.any():
        raise ValueError(f"gradient must be finite and not zero, got {gradient!r:.80}")
    multiply = checked_product(product, g.size)
    exponent = squares_exponent(g)
    if not exponent:
        return _capped(multiply, g, damping, accuracy)
    found = _capped(multiply, np.ldexp(g, -exponent), damping, accuracy)
    with np.errstate(over="ignore"):
        return found._replace(direction=np.ldexp(found.direction, exponent))


def _capped(
    product: Callable[[Array], Array], gradient: Array, damping: float, accuracy: float
) -> CappedResult:
    """Do what `capped_cg` says, for a gradient whose squares stay in the range of numbers."""
    cap, eps = _Cap(damping, accuracy), damping
    first = float(norms(gradient))
    y = Hy = np.zeros_like(gradient)
    r, p = gradient, -gradient
    Hp = product(p)
    if not np.isfinite(Hp).all():
        return CappedResult(y, "solution", 1)
    cap.see(Hp, p)
    iterates = [(y, Hy)]

    def low(v: Array, Hv: Array) -> bool:
        exponent = squares_exponent(v)
        if exponent:  # a solution may be as long as H is small
            v, Hv = np.ldexp(v, -exponent), np.ldexp(Hv, -exponent)
        return bool(v @ Hv + eps * (v @ v) < 0)  # vᵀ(H + 2εI)v < ε‖v‖²

    if low(p, Hp):
        return CappedResult(p, "negative curvature", 1)
    for j in range(1, _MOST_ROUNDS * gradient.size + 2):
        step = (r @ r) / (p @ Hp + 2 * eps * (p @ p))
        y, Hy = y + step * p, Hy + step * Hp
        size = r @ r
        r = r + step * (Hp + 2 * eps * p)
        beta = (r @ r) / size
        p, before = -r + beta * p, Hp
        Hp = product(p)
        if not np.isfinite(Hp).all():
            break
        for image, vector in ((Hp, p), (Hy, y), (beta * before - Hp, r)):  # r = βp_before − p
            cap.see(image, vector)
        if low(y, Hy):
            return CappedResult(y, "negative curvature", j + 1)
        if float(norms(r)) <= cap.relative * first:
            return CappedResult(y, "solution", j + 1)
        if low(p, Hp):
            return CappedResult(p, "negative curvature", j + 1)
        if float(norms(r)) > cap.bound(j) * first:
            step = (r @ r) / (p @ Hp + 2 * eps * (p @ p))
            for earlier, image in iterates:
                d, Hd = y + step * p - earlier, Hy + step * Hp - image
                if low(d, Hd):
                    return CappedResult(d, "negative curvature", j + 1)
        iterates.append((y, Hy))
    return CappedResult(y, "solution", j + 1)  # as far as rounding and products let it


@dataclass(frozen=True)
class NewtonCG(Optimizer):
    """Newton's method by capped conjugate gradients, along negative curvature where they meet it.

    Royer, O'Neill & Wright (2020), algorithm 3. Where ‖g‖ > ε_g, d is what `capped_cg` returns, a damped
    Newton step or negative curvature, scaled to −sign(dᵀg)|dᵀHd|/‖d‖² · d/‖d‖. Where ‖g‖ ≤ ε_g,
    Lanczos from a random vector looks for the lowest curvature, and d has its size if it is below −ε_H. Then
    x ← x + αd with the first α = θʲ for which f falls by more than (η/6)α³‖d‖³. It is made for Hessian
    products alone: no matrix, no eigenvectors. No step is made where neither slope nor curvature is left.

    Attributes
    ----------
    gradient_tolerance : ε_g.
    curvature_tolerance : ε_H, also the damping of the conjugate gradients.
    subspace : Lanczos steps of a look for curvature, at most n are made.
    """

    gradient_tolerance: float = setting(
        1e-4, (1e-8, 1.0), symbol="ε_g", label="gradient tolerance", above=0.0, log=True
    )
    curvature_tolerance: float = setting(
        1e-2, (1e-6, 1.0), symbol="ε_H", label="curvature tolerance", above=0.0, log=True
    )
    subspace: int = setting(20, (1, 100), symbol="k", label="subspace size", at_least=1, whole=True)

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One direction and its line search for each point, one after the other."""
        value, g = objective.value_and_gradient(x)
        after = x.copy()
        for place in np.ndindex(x.shape[:-1]):
            if np.isfinite(g[place]).all() and np.isfinite(x[place]).all():
                d = self._direction(objective, x[place], g[place], rng)
                after[place] = _search(objective, x[place], d, float(value[place]))
        return after, None

    def _direction(self, objective: Objective, x: Array, g: Array, rng: np.random.Generator) -> Array:
        if float(norms(g)) <= self.gradient_tolerance:
            curvature, v = lowest_direction(objective, x, int(self.subspace), rng)
            if not curvature < -self.curvature_tolerance:
                return np.zeros_like(x)
            return -_sign(float(v @ g)) * abs(float(curvature)) * v
        found = capped_cg(lambda v: objective.hvp(x, v), g, damping=self.curvature_tolerance)
        if found.kind == "solution":
            return found.direction
        d = unit(found.direction)
        return -_sign(float(d @ g)) * abs(float(d @ objective.hvp(x, d))) * d


def _sign(number: float) -> float:
    return -1.0 if number < 0 else 1.0


def _search(objective: Objective, x: Array, d: Array, value: float) -> Array:
    """Return x + αd for the first α = 2⁻ʲ that lowers f by (η/6)α³‖d‖³, or x where none does."""
    alpha, length = 1.0, float(norms(d))
    for _ in range(_MOST_HALVINGS if length > 0 else 0):
        with np.errstate(over="ignore"):
            enough = _ENOUGH / 6 * float(np.float64(alpha * length) ** 3)
        if objective.value(x + alpha * d) < value - enough:
            return x + alpha * d
        alpha /= 2
    return x
