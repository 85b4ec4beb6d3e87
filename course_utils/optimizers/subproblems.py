"""The minimum of a second-order model in a ball, and with a cubic penalty: exact, hard case included."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array
from course_utils.objectives.lengths import norms

_MOST_STEPS = 100  # of Newton's method for one number; quadratic convergence needs a dozen
_SMALL_CHANGE = 4 * float(np.finfo(float).eps)  # relative; a smaller one is rounding
_FAR = 1000  # exponents of float64 end at 1024
_NOTHING = -10_000  # the exponent of 0, below all others


def trust_region_step(gradient: ArrayLike, hessian: ArrayLike, radius: ArrayLike) -> tuple[Array, Array]:
    """Return the minimum s of gᵀs + ½sᵀHs over ‖s‖ ≤ r, and the multiplier ν of the constraint.

    s is a global minimum exactly if (H + νI)s = −g with ν ≥ 0, H + νI positive semidefinite and
    ν(r − ‖s‖) = 0 (Moré & Sorensen 1983, lemma 2.1). In the *hard case* g has no part along the lowest
    eigenvectors and ‖(H − λ₁I)⁺g‖ < r: then ν = −λ₁, and what is missing to the border is made up
    along the eigenvector v₁, to either side. It is decided in the eigenbasis; a part
    along v₁ as small as 1e-300 is no hard case.

    Parameters
    ----------
    gradient : (..., n) g.
    hessian : (..., n, n) H, symmetric.
    radius : (...,) r > 0.

    Returns
    -------
    step : (..., n); NaN where g or H is not finite.
    multiplier : (...,); ∞ where it is beyond float64.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a radius is not positive.
    """
    return _solved(gradient, hessian, "radius", radius, ball_border)


def cubic_step(gradient: ArrayLike, hessian: ArrayLike, penalty: ArrayLike) -> tuple[Array, Array]:
    """Return the global minimum s of gᵀs + ½sᵀHs + (M/6)‖s‖³, and ν = M‖s‖/2.

    (H + νI)s = −g with H + νI positive semidefinite (Nesterov & Polyak 2006, equation 2.5 and section 5.1);
    in the hard case as in `trust_region_step`. At g = 0 with λ₁ < 0 the step has the length 2|λ₁|/M.

    Parameters
    ----------
    gradient : (..., n) g.
    hessian : (..., n, n) H, symmetric.
    penalty : (...,) M > 0.

    Returns
    -------
    step : (..., n); NaN where g or H is not finite.
    multiplier : (...,).

    Raises
    ------
    ValueError
        If the shapes do not fit, or a penalty is not positive.
    """
    return _solved(gradient, hessian, "penalty", penalty, cubic_border)


def _solved(
    gradient: ArrayLike,
    hessian: ArrayLike,
    name: str,
    limit: ArrayLike,
    border: Callable[[Array, Array, Array], tuple[Array, Array]],
) -> tuple[Array, Array]:
    """Check the model and its ``limit``, solve in the eigenbasis by ``border``, and come back from there."""
    g, H = _checked(gradient, hessian)
    limits = _positive(name, limit, g.shape[:-1])
    eigenvalues, V, slopes = decompose(g, H)
    s, multiplier = border(eigenvalues, slopes, limits)
    return combine(V, s), multiplier


def ball_border(eigenvalues: Array, slopes: Array, radius: Array) -> tuple[Array, Array]:
    """Return `trust_region_step` in the eigenbasis: its coordinates (..., n) and ν (...,)."""
    # ν is about |c|/r, and can leave float64 where the step does not: then the model is divided by 2ᵏ.
    k = np.maximum(_exponent(slopes) - np.frexp(radius)[1], _exponent(eigenvalues))
    k = np.where((np.abs(k) > _FAR) & (k > _NOTHING / 2), k, 0)
    if k.any():
        slopes, eigenvalues = np.ldexp(slopes, -k[..., None]), np.ldexp(eigenvalues, -k[..., None])
    least, above = _shifted(eigenvalues)
    # No single coordinate |cᵢ|/(λᵢ + ν) is longer than r.
    start = np.max(np.abs(slopes) / radius[..., None] - above, axis=-1)
    step, nu = _border(slopes, least, above, np.maximum(start, 0.0), lambda nu: radius, 0)
    with np.errstate(over="ignore"):
        return step, np.ldexp(nu, k)


def _exponent(x: Array) -> NDArray[np.intc]:
    """Return e (...,) with the largest of x (..., n) in size between 2ᵉ⁻¹ and 2ᵉ."""
    largest = np.abs(x).max(axis=-1)
    return np.where(largest > 0, np.frexp(largest)[1], _NOTHING)


def cubic_border(eigenvalues: Array, slopes: Array, penalty: Array) -> tuple[Array, Array]:
    """Return `cubic_step` in the eigenbasis: its coordinates (..., n) and ν (...,)."""
    least, above = _shifted(eigenvalues)
    low = least[..., None]
    # No single coordinate is longer than 2ν/M: (λᵢ + ν)ν ≥ M|cᵢ|/2, and ν lies beyond the root of equality.
    # By the roots of both products: M|c|/2 can leave float64 where ν does not.
    pull, hold = np.sqrt(penalty[..., None] / 2) * np.sqrt(np.abs(slopes)), np.sqrt(above) * np.sqrt(low)
    whole = above + low + np.hypot(above - low, 2 * pull)
    share = np.divide(pull + hold, whole, out=np.zeros_like(whole), where=whole > 0)  # at most 1
    start = np.max(2 * (pull - hold) * share, axis=-1)
    return _border(slopes, least, above, np.maximum(start, 0.0), lambda nu: 2 * nu / penalty, 1)


def _shifted(eigenvalues: Array) -> tuple[Array, Array]:
    """Return max(0, −λ₁) (...,), and the eigenvalues raised by it: ≥ 0, and exactly 0 for the lowest."""
    least = np.asarray(np.maximum(-eigenvalues[..., 0], 0.0))
    return least, eigenvalues + least[..., None]


def _border(
    slopes: Array,
    least: Array,
    above: Array,
    beyond: Array,
    length: Callable[[Array], Array],
    power: int,
) -> tuple[Array, Array]:
    """Return s (..., n) with sᵢ = −cᵢ/(λᵢ + ν), and the ν ≥ max(0, −λ₁) at which ‖s‖ = length(ν), or 0.

    Newton's method for 1/‖s‖ = 1/length(ν) from the left: both sides are concave in ν after −1/length is
    brought over, so that it never passes the root (Conn, Gould & Toint 2000, section 7.3.3). The unknown is
    u = ν − max(0, −λ₁), whose digits are kept where ν is next to −λ₁.

    Parameters
    ----------
    slopes : (..., n) c, the parts of g along the eigenvectors.
    least, above : max(0, −λ₁) and λ + max(0, −λ₁).
    beyond : (...,) a first u, 0 or left of the root.
    length : of ν (...,), proportional to ν to the ``power``.
    """
    pulled = slopes != 0
    everywhere = bool(pulled.all())

    def over(numerators: Array, divisors: Array) -> Array:
        """Return their quotients; 0/0 = 0: where nothing pulls, nothing moves."""
        if everywhere:
            return numerators / divisors
        return np.divide(numerators, divisors, out=np.zeros_like(slopes), where=pulled)

    with np.errstate(all="ignore"):
        shortest = -over(slopes, above)
        inside = np.asarray(norms(shortest) <= length(least))
        u = np.where(inside, 0.0, beyond)
        for _ in range(0 if inside.all() else _MOST_STEPS):
            raised, nu = above + u[..., None], least + u
            s = -over(slopes, raised)
            size = norms(s)
            times = size / length(nu)  # ‖s‖ over what it should be
            weight = np.square(s / size[..., None])
            curve = np.add.reduce(over(weight, raised), axis=-1)
            change = (times - 1) / (curve + power * times / nu)
            change = np.where(inside | ~(change > 0), 0.0, change)
            u = u + change
            if not (change > _SMALL_CHANGE * u).any():
                break
        s = np.where(inside[..., None], shortest, -over(slopes, above + u[..., None]))
        hard = inside & (least > 0)
        if hard.any():
            target, so_far = length(least), norms(s)
            missing = np.sqrt(np.maximum(target - so_far, 0.0)) * np.sqrt(target + so_far)
            s[..., 0] = np.where(hard, missing, s[..., 0])
    finite = np.asarray(np.isfinite(slopes).all(axis=-1))
    return np.where(finite[..., None], s, np.nan), np.where(finite, least + u, np.nan)


def decompose(g: Array, H: Array) -> tuple[Array, Array, Array]:
    """Return eigenvalues (..., n), eigenvectors (..., n, n) and Vᵀg (..., n); NaN where H is not finite."""
    entries, parts = np.isfinite(H), np.isfinite(g)
    if entries.all() and parts.all():
        eigenvalues, V = np.linalg.eigh(H)
        return eigenvalues, V, in_basis(V, g)
    finite = np.asarray(entries.all(axis=(-2, -1)) & parts.all(axis=-1))
    eigenvalues, V = np.linalg.eigh(np.where(finite[..., None, None], H, 0.0))
    slopes = in_basis(V, np.where(finite[..., None], g, 0.0))
    return eigenvalues, V, np.where(finite[..., None], slopes, np.nan)


def in_basis(V: Array, g: Array) -> Array:
    """Return Vᵀg (..., n), the parts of g (..., n) along the columns of V (..., n, n)."""
    parts: Array = np.matmul(V.swapaxes(-1, -2), g[..., None])[..., 0]
    return parts


def combine(V: Array, coordinates: Array) -> Array:
    """Return Σ cᵢvᵢ (..., n) for coordinates (..., n) and columns vᵢ of V (..., n, n)."""
    total: Array = np.matmul(V, coordinates[..., None])[..., 0]
    return total


def _checked(gradient: ArrayLike, hessian: ArrayLike) -> tuple[Array, Array]:
    g, H = real_array("gradient", gradient), real_array("hessian", hessian)
    if g.ndim == 0 or g.shape[-1] == 0 or H.shape != (*g.shape, g.shape[-1]):
        raise ValueError(
            "gradient and hessian must have shapes (..., n) and (..., n, n) with n ≥ 1, "
            f"got {g.shape} and {H.shape}"
        )
    return g, H


def _positive(name: str, number: ArrayLike, batch: tuple[int, ...]) -> Array:
    values = real_array(name, number)
    if not (values > 0).all() or not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite and > 0, got {number!r:.80}")
    try:
        return np.broadcast_to(values, batch)
    except ValueError:
        raise ValueError(
            f"{name} must be one number or one for each model, shape {batch}, got shape {values.shape}"
        ) from None
