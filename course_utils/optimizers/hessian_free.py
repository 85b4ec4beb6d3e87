"""Hessian-free optimization: long, truncated conjugate gradients on a damped quadratic model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_array, real_number, whole_number
from course_utils.objectives.lengths import norms, squares_exponent
from course_utils.optimizers.base import Optimizer, setting

_KEPT_EVERY = 1.3  # iterates are kept at iteration ⌈1.3ʲ⌉
_FEWEST = 10  # iterations over which progress is looked at, at least; a tenth of all beyond 100
_GROWTH = 3 / 2  # of the damping where the model was poor, and its inverse where it was good
_SHORTER, _MOST_SHORTENINGS, _ENOUGH = 0.8, 60, 1e-2  # the line search


class TruncatedResult(NamedTuple):
    """Iterates of `truncated_cg` on φ(d) = gᵀd + ½dᵀAd, the last of them the final one.

    ``iterates`` (m, n) are those that were kept, ``values`` (m,) φ at them; ``products`` with A were made.
    """

    iterates: list[Array]
    values: list[float]
    products: int


def truncated_cg(
    product: Callable[[Array], Array],
    gradient: ArrayLike,
    start: ArrayLike,
    *,
    progress: float = 5e-4,
    most: int = 250,
) -> TruncatedResult:
    """Minimise φ(d) = gᵀd + ½dᵀAd by conjugate gradients, until they make little progress.

    They stop at iteration i > k = max(10, i/10) where φ(dᵢ) < 0 and (φ(dᵢ) − φ(dᵢ₋ₖ))/φ(dᵢ) < kε (Martens
    2010, section 4.4): φ is what the step is for, not the residual. They also stop where nothing is left to
    do, at a direction with pᵀAp ≤ 0, and at a product that is not finite. Iterates ⌈1.3ʲ⌉ are kept for a look
    back (section 4.6).

    Gradients may be of any size: where their squares leave the range of numbers, the problem is solved
    divided by a power of two. Then φ may be 0 or −∞.

    Parameters
    ----------
    product : v (n,) -> Av (n,), A positive semidefinite; linear.
    gradient : (n,) g, finite.
    start : (n,) first iterate, finite; 0 is taken where its product is not finite.
    progress : ε > 0.
    most : iterations, at most.

    Raises
    ------
    TypeError
        If ``product`` cannot be called.
    ValueError
        If the gradient or the start is not finite, their shapes or that of a product do not fit, or a setting
        is out of range.
    """
    progress = real_number("progress", progress, above=0.0)
    most = whole_number("most", most, 1)
    gradient, d = one_vector("gradient", gradient), one_vector("start", start, np.size(gradient))
    multiply, made = checked_product(product, gradient.size), 0
    residual = gradient.copy()  # Ad + g
    if d.any():
        residual += multiply(d)
        made += 1
        if not np.isfinite(residual).all():
            d, residual = np.zeros_like(d), gradient.copy()
    exponent = squares_exponent(residual, gradient)
    if exponent:
        gradient, residual, d = (np.ldexp(v, -exponent) for v in (gradient, residual, d))
    floor = (np.finfo(float).eps * float(norms(gradient))) ** 2
    p, square = -residual, float(residual @ residual)
    history = [0.5 * float(d @ (residual + gradient))]
    iterates: list[Array] = []
    values: list[float] = []
    keep, power = 1, 0
    for i in range(1, most + 1):
        if square <= floor:
            break
        Ap = multiply(p)
        made += 1
        bend = float(p @ Ap)
        if not 0 < bend < np.inf or square / bend == np.inf:
            break
        step = square / bend
        d = d + step * p
        residual += step * Ap
        history.append(0.5 * float(d @ (residual + gradient)))
        if i == keep:
            iterates.append(d)
            values.append(history[-1])
            while ceil(_KEPT_EVERY**power) <= i:
                power += 1
            keep = ceil(_KEPT_EVERY**power)
        k = max(_FEWEST, ceil(0.1 * i))
        if i > k and history[i] < 0 and (history[i] - history[i - k]) / history[i] < k * progress:
            break
        before, square = square, float(residual @ residual)
        p = -residual + (square / before) * p
    if not iterates or iterates[-1] is not d:
        iterates.append(d)
        values.append(history[-1])
    if exponent:
        with np.errstate(over="ignore"):
            iterates = [np.ldexp(d, exponent) for d in iterates]
            values = np.ldexp(values, 2 * exponent).tolist()
    return TruncatedResult(iterates, values, made)


def one_vector(name: str, x: ArrayLike, size: int | None = None) -> Array:
    """Return ``x`` as one finite vector (n,), of ``size`` numbers if that is given, or say what is wrong."""
    vector = real_array(name, x)
    if vector.ndim != 1 or size not in (None, vector.size):
        raise ValueError(f"{name} must have shape ({'n' if size is None else size},), got {vector.shape}")
    return as_points(name, vector, vector.size)


def checked_product(product: Callable[[Array], Array], size: int) -> Callable[[Array], Array]:
    """Return v (n,) -> Av (n,) that says what is wrong with ``product``, or with what it returns."""
    if not callable(product):
        raise TypeError(f"product must be a function v -> Av, got {product!r:.80}")

    def multiply(v: Array) -> Array:
        image = real_array("what product returns", product(v))
        if image.shape != (size,):
            raise ValueError(f"product must return shape ({size},), got {image.shape}")
        return image

    return multiply


class HessianFreeState(NamedTuple):
    """The damping λ (...,) for the next step, and where the last conjugate gradients ended, (..., n)."""

    damping: Array
    direction: Array


@dataclass(frozen=True)
class HessianFree(Optimizer):
    """Hessian-free optimization (Martens 2010), with the rules of its section 4.

    d minimises gᵀd + ½dᵀ(B + λI)d by `truncated_cg`, begun at a multiple of the last solution. Of the
    iterates that were kept, from the last one back, the first is taken whose predecessor is no better on f
    (CG-backtracking). With the reduction ratio ρ = (f(x + d) − f(x))/(gᵀd + ½dᵀBd), λ becomes ⅔λ where
    ρ > ¾ and 3/2·λ where ρ < ¼ (Levenberg–Marquardt). Then x ← x + αd with the first α = 0.8ʲ that lowers f
    enough. B is what ``objective.hvp`` multiplies with; it should have no negative eigenvalue: the
    Gauss–Newton matrix of a network, on some of the examples (`OnSubsample`). Martens' preconditioner is
    left out.

    Attributes
    ----------
    damping : λ of the first step.
    progress : ε of the conjugate gradients' stop.
    inner_iterations : of conjugate gradients in a step, at most.
    decay : multiple of the last solution at which they begin (1 in the paper, less since).
    """

    damping: float = setting(1.0, (1e-4, 1e2), symbol="λ", label="first damping", at_least=0.0, log=True)
    progress: float = setting(5e-4, (1e-5, 1e-1), symbol="ε", label="relative progress", above=0.0, log=True)
    inner_iterations: int = setting(
        250, (1, 250), symbol="i", label="inner iterations", at_least=1, whole=True
    )
    decay: float = setting(0.95, (0.0, 1.0), symbol="ξ", label="part of the last solution", at_least=0.0)

    def init(self, objective: Objective, x: Array) -> HessianFreeState:
        """The first damping, and no solution yet."""
        return HessianFreeState(np.full(x.shape[:-1], float(self.damping)), np.zeros_like(x))

    def step(
        self, objective: Objective, x: Array, state: HessianFreeState, rng: np.random.Generator
    ) -> tuple[Array, HessianFreeState]:
        """One model, its solution and its line search for each point, one after the other."""
        value, g = objective.value_and_gradient(x)
        after, damping, direction = x.copy(), state.damping.copy(), state.direction.copy()
        for place in np.ndindex(x.shape[:-1]):
            if np.isfinite(g[place]).all() and np.isfinite(value[place]):
                after[place], damping[place], direction[place] = self._one(
                    objective,
                    x[place],
                    float(value[place]),
                    g[place],
                    float(damping[place]),
                    direction[place],
                )
        return after, HessianFreeState(damping, direction)

    def _one(
        self, objective: Objective, x: Array, value: float, g: Array, damping: float, last: Array
    ) -> tuple[Array, float, Array]:
        found = truncated_cg(
            lambda v: objective.hvp(x, v) + damping * v,
            g,
            self.decay * last if np.isfinite(last).all() else np.zeros_like(last),
            progress=self.progress,
            most=int(self.inner_iterations),
        )
        d, model = found.iterates[-1], found.values[-1]
        lower = _value(objective, x + d)
        for earlier, its_model in zip(found.iterates[-2::-1], found.values[-2::-1], strict=True):
            candidate = _value(objective, x + earlier)
            if candidate >= lower:
                break
            d, model, lower = earlier, its_model, candidate
        length = float(norms(d))
        predicted = model - 0.5 * damping * length * length
        ratio = (lower - value) / predicted if predicted < 0 else -np.inf
        if ratio > 3 / 4:
            damping /= _GROWTH
        elif not ratio >= 1 / 4 and g.any():
            damping *= _GROWTH
        alpha, slope = 1.0, min(float(g @ d), 0.0)
        for _ in range(_MOST_SHORTENINGS):
            if lower <= value + _ENOUGH * alpha * slope:
                return x + alpha * d, damping, found.iterates[-1]
            alpha *= _SHORTER
            lower = _value(objective, x + alpha * d)
        return x, damping, np.zeros_like(x)


def _value(objective: Objective, x: Array) -> float:
    """Return f(x), infinite where it is not a number."""
    value = float(objective.value(x)) if np.isfinite(x).all() else np.inf
    return value if value == value else np.inf
