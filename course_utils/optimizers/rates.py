"""How fast optimizers settle on a quadratic: the factor of one step, and the settings that theory advises.

On f = ½xᵀHx a step of a linear method acts on each eigenvector of H alone. Its spectral radius there is
the factor by which that component shrinks a step, once the run has settled; the largest over all
eigenvalues is the rate of the run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array, real_number
from course_utils.optimizers.base import Optimizer
from course_utils.optimizers.first_order import GradientDescent, Momentum, Nesterov
from course_utils.optimizers.heavy_ball import heavy_ball_factor, larger_root
from course_utils.optimizers.second_order import Newton


def contraction_factor(optimizer: Optimizer, eigenvalues: ArrayLike) -> Array:
    """Return the factor by which one step shrinks a component with eigenvalue λ in the long run.

    Above 1 the component grows. For gradient descent |1 − ηλ|; for Newton's method damping/(λ + damping);
    for heavy ball and Nesterov the larger root of r² − (1 + μ − ηλ)r + μ = 0 and of
    r² − (1 + μ)(1 − ηλ)r + μ(1 − ηλ) = 0, which follow from writing two successive points as one state.

    Parameters
    ----------
    optimizer : GradientDescent without clipping, Momentum, Nesterov or Newton.
    eigenvalues : (...,) finite, of either sign.

    Returns
    -------
    (...,) factors, not negative.

    Raises
    ------
    ValueError
        If the optimizer is another one, or its step is not linear; or an eigenvalue is not finite.

    Notes
    -----
    Polyak (1964), section 1; Lessard, Recht & Packard (2016), section 2.2.
    """
    lam = real_array("eigenvalues", eigenvalues)
    if not np.isfinite(lam).all():
        raise ValueError("eigenvalues must be finite, got NaN or infinity")
    match optimizer:
        case GradientDescent(clip_norm=None):
            return np.abs(1 - optimizer.learning_rate * lam)
        case Newton():
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.abs(optimizer.damping / (lam + optimizer.damping))
            return np.where(lam == 0, 1.0, factor)
        case Nesterov():
            shrink = 1 - optimizer.learning_rate * lam
            return larger_root((1 + optimizer.momentum) * shrink, optimizer.momentum * shrink)
        case Momentum():
            return heavy_ball_factor(optimizer.learning_rate, optimizer.momentum, lam)
    raise ValueError(
        "optimizer must be GradientDescent without clipping, Momentum, Nesterov or Newton, "
        f"got {optimizer.label if isinstance(optimizer, Optimizer) else optimizer!r:.80}"
    )


def best_gradient_descent(smallest: float, largest: float) -> GradientDescent:
    """Return gradient descent with the best fixed rate for eigenvalues in [smallest, largest].

    η = 2/(λ_min + λ_max); its rate is (κ − 1)/(κ + 1) (Polyak 1964; Boyd & Vandenberghe 2004, section 9.3).
    """
    low, high = _checked(smallest, largest)
    return GradientDescent(2 / (low + high))


def best_momentum(smallest: float, largest: float) -> Momentum:
    """Return heavy ball with its best settings for eigenvalues in [smallest, largest].

    η = 4/(√λ_max + √λ_min)², μ = ((√κ − 1)/(√κ + 1))²; its rate is (√κ − 1)/(√κ + 1) (Polyak 1964).
    """
    low, high = _checked(smallest, largest)
    root = math.sqrt(high / low)
    return Momentum(4 / (math.sqrt(high) + math.sqrt(low)) ** 2, ((root - 1) / (root + 1)) ** 2)


def standard_nesterov(smallest: float, largest: float) -> Nesterov:
    """Return Nesterov's method with its standard constant settings for eigenvalues in [smallest, largest].

    η = 1/λ_max, μ = (√κ − 1)/(√κ + 1) (Nesterov 2004, scheme 2.2.11). On a quadratic its rate is exactly
    1 − 1/√κ (Lessard, Recht & Packard 2016, proposition 1); other settings reach 1 − 2/√(3κ + 1) there.
    """
    low, high = _checked(smallest, largest)
    root = math.sqrt(high / low)
    return Nesterov(1 / high, (root - 1) / (root + 1))


def _checked(smallest: float, largest: float) -> tuple[float, float]:
    low, high = real_number("smallest", smallest), real_number("largest", largest, finite=False)
    if not 0 < low <= high < math.inf:
        raise ValueError(
            "smallest and largest must be eigenvalues with 0 < smallest ≤ largest, "
            f"got {smallest!r} and {largest!r}"
        )
    return low, high


def observed_rate(errors: ArrayLike) -> float:
    """Return the factor a step by which ``errors`` (T+1,) shrank over the second half of a run.

    (e_T / e_m)^(1/(T−m)) with m = ⌊T/2⌋: the first half, in which fast components still matter, is left out.

    Raises
    ------
    ValueError
        If there are fewer than three errors, or the two that count are not positive and finite.
    """
    e = real_array("errors", errors)
    if e.ndim != 1 or e.size < 3:
        raise ValueError(f"errors must have shape (T+1,) with T ≥ 2, got {e.shape}")
    middle = (e.size - 1) // 2
    first, last = float(e[middle]), float(e[-1])
    if not (0 < first < math.inf and 0 < last < math.inf):
        raise ValueError(
            f"errors must be positive and finite at the middle and the end, got {first} and {last}"
        )
    return float((last / first) ** (1 / (e.size - 1 - middle)))


@dataclass(frozen=True)
class TunedMethod:
    """An optimizer set for eigenvalues in a known range, and the rate that theory gives it there."""

    optimizer: Optimizer
    rate: float


def tuned_methods(smallest: float, largest: float) -> dict[str, TunedMethod]:
    """Return gradient descent, heavy ball and Nesterov's method with their settings and rates, by name.

    The settings of `best_gradient_descent`, `best_momentum` and `standard_nesterov`.
    """
    low, high = _checked(smallest, largest)
    kappa, root = high / low, math.sqrt(high / low)
    return {
        "gradient descent": TunedMethod(best_gradient_descent(low, high), (kappa - 1) / (kappa + 1)),
        "heavy ball": TunedMethod(best_momentum(low, high), (root - 1) / (root + 1)),
        "Nesterov": TunedMethod(standard_nesterov(low, high), 1 - 1 / root),
    }
