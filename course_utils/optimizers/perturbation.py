"""What the theorem on perturbed gradient descent prescribes, and what it promises."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course_utils.objectives.checks import real_number, whole_number
from course_utils.optimizers.first_order import PerturbedGradientDescent


@dataclass(frozen=True)
class TheoremSettings:
    """Settings and promise of Jin et al. (2017), theorem 3 and algorithm 2.

    Attributes
    ----------
    optimizer : step η = c/ℓ, noise radius r = √c ε/χ²ℓ, gradient threshold g_thres = √c ε/χ² and, as steps
        between shakes, t_thres = χℓ/c²√(ρε), rounded up.
    chi : χ = 3 max(log(nℓΔ/cε²δ), 4).
    least_fall : f_thres = (c/χ³)√(ε³/ρ), by which t_thres steps after a shake lower f at a saddle.
    curvature : √(ρε): the end is a point with ‖g‖ ≤ ε and λ_min ≥ −√(ρε).
    steps : the promise: by then such a point was met, with probability 1 − δ at least.
    """

    optimizer: PerturbedGradientDescent
    chi: float
    least_fall: float
    curvature: float
    steps: float


def theorem_settings(
    dim: int,
    *,
    smoothness: float,
    hessian_lipschitz: float,
    accuracy: float,
    gap: float,
    failure: float = 0.1,
    constant: float = 1.0,
) -> TheoremSettings:
    """Return what the theorem prescribes for perturbed gradient descent on a function with these bounds.

    The theorem holds for every c below an absolute constant c_max ≤ 1, whose value the paper does not give:
    c = 1, the default, is the kindest reading. Along the proof each step of a long gradient lowers f
    by ½ηg_thres², and t_thres steps at a saddle by f_thres; the promised steps are the gap over
    the smaller of the two falls a step, c′ε²/χ⁴ℓ with c′ = min(½c², c³).

    Parameters
    ----------
    dim : n.
    smoothness : ℓ, a bound of ‖H‖.
    hessian_lipschitz : ρ, with ‖H(x) − H(y)‖ ≤ ρ‖x − y‖.
    accuracy : ε, at most ℓ²/ρ.
    gap : Δ ≥ f(x₀) − min f.
    failure : δ in (0, 1).
    constant : c in (0, 1].

    Raises
    ------
    ValueError
        If a number is out of range, or what follows from them is beyond float64.
    """
    n = whole_number("dim", dim, 1)
    ell = real_number("smoothness", smoothness, above=0.0)
    rho = real_number("hessian_lipschitz", hessian_lipschitz, above=0.0)
    eps = real_number("accuracy", accuracy, above=0.0)
    gap = real_number("gap", gap, above=0.0)
    delta = real_number("failure", failure, above=0.0)
    c = real_number("constant", constant, above=0.0)
    if delta >= 1:
        raise ValueError(f"failure must be a probability below 1, got {failure!r}")
    if c > 1:
        raise ValueError(f"constant must be a number ≤ 1, got {constant!r}")
    if eps / ell > ell / rho:
        raise ValueError(f"accuracy must be at most smoothness²/hessian_lipschitz, got {accuracy!r}")
    # Squares and products of what is given may leave the range of numbers: logarithms and roots do not.
    odds = math.log(n) + math.log(ell) + math.log(gap) - math.log(c) - 2 * math.log(eps) - math.log(delta)
    chi = 3 * max(odds, 4.0)
    threshold = math.sqrt(c) * eps / chi**2
    curvature = math.sqrt(rho) * math.sqrt(eps)
    least_fall = c / chi**3 * eps * (eps / curvature)
    waiting = chi * (ell / curvature) / c**2
    steps = chi**4 * (gap / eps) * (ell / eps) / min(c**2 / 2, c**3)
    if not (math.isfinite(waiting) and least_fall > 0 and threshold / ell > 0):
        raise ValueError(
            "smoothness, hessian_lipschitz and accuracy must give settings that float64 can hold, got "
            f"{smoothness!r}, {hessian_lipschitz!r} and {accuracy!r}"
        )
    return TheoremSettings(
        PerturbedGradientDescent(
            c / ell,
            noise_radius=threshold / ell,
            gradient_threshold=threshold,
            waiting=math.ceil(waiting),
        ),
        chi=chi,
        least_fall=least_fall,
        curvature=curvature,
        steps=steps,
    )
