"""How many critical points a spherical p-spin glass has: the complexity curves, and their landmarks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array, whole_number
from course_utils.random_landscapes.symmetric_matrices import semicircle_below


def threshold_energy(order: int) -> float:
    """Return −E∞ = −2√((p−1)/p): typical critical points above it have an extensive index, those below none.

    For p = 3 −1.633 (Auffinger, Ben Arous & Černý 2013, section 2).

    Raises
    ------
    ValueError
        If ``order``, p, is less than 2.
    """
    p = whole_number("order", order, 2)
    return float(-2 * np.sqrt((p - 1) / p))


def complexity(energy: ArrayLike, order: int, index: int | None = None) -> Array:
    """Return Θ(u): the mean number of critical points of energy up to u is about exp(NΘ); shape as u.

    Of every index, or of one ``index`` k. With E∞ as in `threshold_energy` and, for u ≤ −E∞,
    I(u) = −u√(u² − E∞²)/E∞² − log(−u + √(u² − E∞²)) + log E∞:

    - Θ(u) = ½log(p−1) − (p−2)u²/(4(p−1)) − [u < −E∞] I(u) up to u = 0, and its value there above;
    - Θₖ(u) = ½log(p−1) − (p−2)u²/(4(p−1)) − (k+1) I(u) for u ≤ −E∞, and ½log(p−1) − (p−2)/p above.

    Auffinger, Ben Arous & Černý (2013), section 2; their mean over the couplings is *annealed*.

    Parameters
    ----------
    order : p, at least 2.
    index : k ≥ 0, a fixed number of negative eigenvalues while N grows.

    Raises
    ------
    ValueError
        If ``order`` is less than 2 or ``index`` negative.
    """
    p, u = whole_number("order", order, 2), real_array("energy", energy)
    most = 0.0 if index is None else threshold_energy(p)
    rate = 1 if index is None else whole_number("index", index, 0) + 1
    at = np.minimum(u, most)
    theta: Array = (
        np.log(p - 1) / 2 - (p - 2) * at**2 / (4 * (p - 1)) - rate * _price(at, -threshold_energy(p))
    )
    return theta


def _price(u: Array, edge: float) -> Array:
    """Return I(u), the price of one eigenvalue outside of the semicircle, 0 above −E∞."""
    below = np.maximum(-u, edge)
    root = np.sqrt(below**2 - edge**2)
    price: Array = below * root / edge**2 - np.log((below + root) / edge)
    return price


def ground_state_energy(order: int, index: int = 0) -> float:
    """Return −Eₖ, below which Θₖ is negative: as N grows no critical points of index k are left there.

    −E₀ is the minimum of f/N: −1.657 for p = 3 (Auffinger, Ben Arous & Černý 2013, section 2). For
    p = 2 all are −√2, the threshold.

    Raises
    ------
    ValueError
        If ``order`` is less than 2 or ``index`` negative.
    """
    from scipy.optimize import brentq

    edge = threshold_energy(order)
    if complexity(edge, order, index) <= 1e-12:  # p = 2
        return edge
    return float(brentq(lambda u: float(complexity(u, order, index)), 2 * edge - 2, edge, xtol=1e-13))


def predicted_index(energy: ArrayLike, order: int) -> Array:
    """Return the fraction of negative eigenvalues at critical points of an energy u, for large N.

    Their Hessian is a semicircle of radius 2√(p(p−1)) around −pu: 0 below the threshold, ½ at u = 0.

    Raises
    ------
    ValueError
        If ``order`` is less than 2.
    """
    p = whole_number("order", order, 2)
    return semicircle_below(real_array("energy", energy) * p / np.sqrt(p * (p - 1)))
