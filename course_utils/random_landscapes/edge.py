"""Neighbours and edges of a random spectrum: repulsion, and how far the largest eigenvalue strays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_array, whole_number
from course_utils.random_landscapes.symmetric_matrices import semicircle_below

_NODES = 32  # of the quadrature: twice as many change F₁ by less than 1e-10
_WINDOW = (-10.0, 8.0)  # beyond, F₁ is 0 or 1 to 1e-13


def neighbour_gaps(eigenvalues: ArrayLike, *, middle: float = 0.5) -> Array:
    """Return gaps between neighbours in units of the mean gap where they are, one dimension.

    Each eigenvalue is replaced by N times the fraction of the semicircle below it, so that gaps are 1 on
    average in every part of the spectrum (*unfolding*).

    Parameters
    ----------
    eigenvalues : (..., N) of GOE matrices as `sample_goe` makes them, ascending.
    middle : the fraction of each spectrum, around its middle, from which gaps are taken.

    Raises
    ------
    ValueError
        If there are less than 2 eigenvalues, or ``middle`` is not in (0, 1].
    """
    values = real_array("eigenvalues", eigenvalues)
    if values.ndim == 0 or values.shape[-1] < 2:
        raise ValueError(f"eigenvalues must have shape (..., N) with N ≥ 2, got {values.shape}")
    if not 0 < middle <= 1:
        raise ValueError(f"middle must be in (0, 1], got {middle!r}")
    n = values.shape[-1]
    gaps = np.diff(n * semicircle_below(values), axis=-1)
    aside = int((n - 1) * (1 - middle) / 2)
    return np.asarray(gaps[..., aside : n - 1 - aside].ravel())


def wigner_surmise(gap: ArrayLike) -> Array:
    """Return (π/2)s exp(−πs²/4), the density of gaps of 2×2 GOE matrices, and nearly that of large ones.

    At s = 0 it is 0, neighbours repel; the gaps of independent numbers have the density e⁻ˢ. NaN stays NaN.
    """
    s = np.clip(real_array("gap", gap), 0.0, 100.0)  # 0 on both sides; beyond 100 no float64 is as small
    density: Array = np.asarray(np.pi / 2 * s * np.exp(-np.pi * s**2 / 4))
    return density


def sample_largest_eigenvalues(size: int, count: int, *, rng: np.random.Generator) -> Array:
    """Return the largest eigenvalue of each of ``count`` GOE matrices as `sample_goe` makes them, (count,).

    From tridiagonal matrices with the same eigenvalues (Dumitriu & Edelman 2002): N normal numbers on the
    diagonal, chi-distributed ones beside it.

    Raises
    ------
    ValueError
        If ``size`` or ``count`` is less than 1.
    """
    from scipy.linalg import eigh_tridiagonal

    n = whole_number("size", size, 1)
    whole_number("count", count, 1)
    generator("rng", rng)
    diagonal = rng.standard_normal((count, n)) * np.sqrt(2 / n)
    beside = np.sqrt(rng.chisquare(np.arange(n - 1, 0, -1), (count, n - 1)) / n)
    if n == 1:
        return np.asarray(diagonal[:, 0])
    largest = [
        eigh_tridiagonal(d, e, eigvals_only=True, select="i", select_range=(n - 1, n - 1))[0]
        for d, e in zip(diagonal, beside, strict=True)
    ]
    return np.array(largest)


def tracy_widom(s: ArrayLike) -> Array:
    """Return F₁(s), the limit of P(N^(2/3)(λmax − 2) ≤ s) for the GOE, shape as ``s``.

    The determinant of 1 − K on the half line, K(x, y) = ½Ai((x + y)/2 + s) (Ferrari & Spohn 2005), by
    Gauss–Legendre quadrature (Bornemann 2010). Its mean is −1.2065, its standard deviation 1.2680.
    NaN stays NaN.
    """
    from scipy.special import airy

    at = real_array("s", s)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    x, w = 8 * (nodes + 1), 8 * weights  # on 0 … 16; beyond, the Airy function is below 1e-13 for s ≥ −2
    shifted = np.clip(np.where(np.isnan(at), 0.0, at), *_WINDOW).ravel()
    reach = np.maximum(1.0, (8 - shifted) / 8)  # longer where s is negative
    X, W = reach[:, None] * x, reach[:, None] * w
    kernel = airy((X[:, :, None] + X[:, None, :]) / 2 + shifted[:, None, None])[0] / 2
    roots = np.sqrt(W)
    F = np.linalg.det(np.eye(_NODES) - roots[:, :, None] * kernel * roots[:, None, :])
    distribution: Array = np.where(np.isnan(at), np.nan, np.clip(F, 0.0, 1.0).reshape(at.shape))
    return distribution


def tracy_widom_moments() -> tuple[float, float]:
    """Return mean and standard deviation of the distribution F₁, by integrating it."""
    s = np.linspace(*_WINDOW, 91)
    masses, middles = np.diff(tracy_widom(s)), (s[1:] + s[:-1]) / 2
    mean = float(masses @ middles)
    # Sheppard's correction: what spreading each mass evenly over its cell would add.
    return mean, float(np.sqrt(masses @ middles**2 - mean**2 - (s[1] - s[0]) ** 2 / 12))
