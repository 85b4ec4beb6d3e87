"""A random matrix in the place of a network's Hessian: a positive part and one that the residuals make.

H = JJᵀ/m + √(2ε) W: the Gauss–Newton part of a square loss with Jacobian J (n × m, independent standard
Gaussian entries), and a GOE matrix W of semicircle radius 2 for the part that the residuals weigh, whose size
grows like the square root of the loss ε (Pennington & Bahri 2017). Real Jacobians are not
Gaussian, and the two parts of a real Hessian are not independent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_array, real_number, whole_number
from course_utils.random_landscapes.symmetric_matrices import sample_goe


def sample_network_hessian(
    rng: np.random.Generator, size: int, parameters_per_equation: float, energy: float
) -> Array:
    """Return one matrix H (n, n) of the model.

    Parameters
    ----------
    size : n, the number of parameters.
    parameters_per_equation : φ = n/m, in (0, 1]; m is rounded to a whole number.
    energy : ε ≥ 0, the loss.
    """
    phi, epsilon = _checked(parameters_per_equation, energy)
    rng, n = generator("rng", rng), whole_number("size", size, 1)
    m = round(n / phi)
    J = rng.standard_normal((n, m))
    H: Array = J @ J.T / m + np.sqrt(2 * epsilon) * sample_goe(n, 1, rng=rng)[0]
    return H


def critical_energy(parameters_per_equation: float) -> float:
    """Return ε_c, below which no eigenvalue of the model is negative for large n.

    ε_c = (1 − 20φ − 8φ² + (1 + 8φ)^{3/2}) / 16 (Pennington & Bahri 2017); 1/8 for φ → 0 and
    0 at φ = 1, where there are as many equations as parameters.
    """
    phi, _ = _checked(parameters_per_equation, 0.0)
    return float(max((1 - 20 * phi - 8 * phi**2 + (1 + 8 * phi) ** 1.5) / 16, 0.0))


def network_density(x: ArrayLike, parameters_per_equation: float, energy: float) -> Array:
    """Return the eigenvalue density of the model for large n at ``x``; shape as ``x``.

    The R-transforms of the two parts add up, 1/(1 − φG) + 2εG + 1/G = x, and the density is −Im G/π of the
    root of this cubic below the real axis (Pennington & Bahri 2017).

    Raises
    ------
    ValueError
        If ``energy`` is not positive: without the second part the density is Marchenko and Pastur's.
    """
    phi, epsilon = _checked(parameters_per_equation, energy)
    if epsilon == 0:
        raise ValueError("energy must be positive, got 0")
    z = real_array("x", x)
    flat = z.ravel()
    # Companion matrices of −2εφG³ + (2ε + φx)G² + (1 − φ − x)G + 1 = 0, one for each x.
    leading = -2 * epsilon * phi
    companion = np.zeros((flat.size, 3, 3))
    companion[:, 1, 0] = companion[:, 2, 1] = 1.0
    companion[:, 0, 2] = -1.0 / leading
    companion[:, 1, 2] = -(1 - phi - flat) / leading
    companion[:, 2, 2] = -(2 * epsilon + phi * flat) / leading
    density = np.maximum(-np.linalg.eigvals(companion).imag.min(axis=1), 0.0) / np.pi
    return np.asarray(density.reshape(z.shape))


def left_edge(parameters_per_equation: float, energy: float) -> float:
    """Return the smallest eigenvalue of the model for large n.

    On the real axis left of the spectrum G runs from 0 to where x(G) = 1/(1 − φG) + 2εG + 1/G is largest.
    """
    phi, epsilon = _checked(parameters_per_equation, energy)
    if epsilon == 0:
        return float((1 - np.sqrt(phi)) ** 2)
    # With v = −1/G, x′ vanishes where 2ε(v + φ)² = v²(v² + 2φv − φ(1 − φ)), at one v
    # from √2ε to √(2ε + φ). Halved in the logarithm: SciPy's root finders bring all of scipy.optimize, 30 MB.
    low, high = np.sqrt(2 * epsilon), np.sqrt(2 * epsilon + phi)
    for _ in range(70):  # to the last digit, from 1e-150 even
        v = np.sqrt(low) * np.sqrt(high)
        if 2 * epsilon * (v + phi) ** 2 > v**2 * (v * (v + 2 * phi) - phi * (1 - phi)):
            low = v
        else:
            high = v
    return float(high * (1 - phi - high) / (high + phi) - 2 * epsilon / high)


def negative_share(parameters_per_equation: float, energy: float) -> float:
    """Return the share of negative eigenvalues of the model for large n, 0 up to the critical energy.

    Close above it the share grows like (ε/ε_c − 1)^{3/2} (Pennington & Bahri 2017), a law of the edge, which
    holds near ε_c only.
    """
    edge = left_edge(parameters_per_equation, energy)
    if edge >= 0:
        return 0.0
    # ρ vanishes like a square root at the edge: x = edge(1 − s²) makes the integrand smooth.
    nodes, weights = np.polynomial.legendre.leggauss(60)
    s = (nodes + 1) / 2
    rho = network_density(edge * (1 - s**2), parameters_per_equation, energy)
    return float(np.sum(weights / 2 * rho * 2 * s) * -edge)


def _checked(parameters_per_equation: float, energy: float) -> tuple[float, float]:
    phi = real_number("parameters_per_equation", parameters_per_equation, above=0.0)
    if phi > 1:
        raise ValueError(f"parameters_per_equation must be at most 1, got {parameters_per_equation!r:.80}")
    return phi, real_number("energy", energy, at_least=0.0)
