"""The whole spectrum from a few random probes: stochastic Lanczos quadrature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature.krylov import lanczos_process
from course_utils.curvature.operators import (
    MOST_PROBES_AT_ONCE,
    as_symmetric_operator,
    rademacher_blocks,
    tridiagonal,
)
from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_array, real_number, whole_number

if TYPE_CHECKING:
    from course_utils.curvature.operators import SymmetricOperator

MOST_BASIS_NUMBERS = 2**25
"""Lanczos vectors held at once: 256 MB of float64, fewer probes in a block where n is large."""


@dataclass(frozen=True)
class SpectralDensity:
    """Estimate of the distribution of the eigenvalues of H, as p probes of k steps see it.

    The quadrature itself is nodes and weights; the density is the same smoothed by a Gaussian of
    width ``sigma``, for the eye only: count with `cumulative`.
    """

    nodes: Array  # (p, k) Ritz values of each probe, ascending
    weights: Array  # (p, k) >= 0, share of the eigenvalues a node stands for; all p·k sum to 1
    residuals: Array  # (p, k) an eigenvalue of H lies that close to the node
    grid: Array  # (m,) ascending
    density: Array  # (m,) per unit of λ
    sigma: float

    def cumulative(self, values: ArrayLike) -> Array:
        """Return the estimated share of eigenvalues <= each of ``values``, shape of ``values``.

        ValueError if they are no real numbers, or NaN; infinite ones may be.
        """
        ends = real_array("values", values)
        if np.isnan(ends).any():
            raise ValueError(f"values must be numbers, got NaN: {values!r:.80}")
        order = np.argsort(self.nodes, axis=None)
        steps = np.concatenate(([0.0], np.cumsum(self.weights.ravel()[order])))
        share: Array = steps[np.searchsorted(self.nodes.ravel()[order], ends, side="right")]
        return np.clip(share, 0.0, 1.0)


def spectral_density(
    operator: SymmetricOperator,
    *,
    steps: int = 80,
    probes: int = 10,
    rng: np.random.Generator,
    grid: ArrayLike | None = None,
    sigma: float | None = None,
    dim: int | None = None,
) -> SpectralDensity:
    """Estimate the density of the eigenvalues of H by stochastic Lanczos quadrature.

    A probe z of independent signs has zᵀf(H)z/n = Σ wᵢ f(λᵢ) with E wᵢ = 1/n; k Lanczos steps from
    z give the Gauss quadrature of that sum, with the Ritz values θ as nodes and the squared first
    entries of their eigenvectors as weights. Exact for polynomials f of degree 2k − 1, hence good to
    about ‖H‖/k in λ; the probes add sampling noise of about 1/√(np).

    Parameters
    ----------
    operator : anything ``scipy.sparse.linalg.aslinearoperator`` takes, or a function v -> Hv. A
        ``matmat`` is given all probes as one block.
    steps : k, Lanczos steps (products) a probe.
    probes : p, number of probes.
    grid : (m,) increasing values of λ at which to give the density. Default: the range of the nodes
        and 4 sigma on either side, at most sigma/2 apart (at 10,001 points at most).
    sigma : width of the Gaussian. Default: 1 % of the range of the nodes.
    dim : n, only needed when ``operator`` is a function.

    Raises
    ------
    ValueError
        If ``steps`` or ``probes`` is below 1, ``sigma`` not positive, or ``grid`` not increasing.

    Notes
    -----
    Golub & Meurant, *Matrices, Moments and Quadrature* (2010), chapter 6; Ubaru, Chen & Saad (2017),
    algorithm 1; for Hessians of networks Ghorbani, Krishnan & Xiao (2019), section 2.
    """
    linear = as_symmetric_operator(operator, dim)
    n = int(linear.shape[0])
    k = min(whole_number("steps", steps, 1), n)
    p = whole_number("probes", probes, 1)
    generator("rng", rng)
    if sigma is not None:
        sigma = real_number("sigma", sigma, above=0.0)
    at_once = max(1, min(MOST_PROBES_AT_ONCE, MOST_BASIS_NUMBERS // (k * n)))
    parts = []
    for block in rademacher_blocks(rng, p, n, at_once):
        alphas, betas, _, lengths = lanczos_process(linear, block / np.sqrt(n), k)
        # A probe that broke down early is padded with its own mean, uncoupled: nodes of weight zero.
        alphas = np.where(np.arange(k) < lengths[:, None], alphas, alphas[:, :1])
        last = np.arange(len(block)), lengths - 1
        leading_out = betas[last].copy()
        betas[last] = 0.0
        nodes, S = np.linalg.eigh(tridiagonal(alphas, betas[:, :-1]))
        parts.append((nodes, S[:, 0] ** 2 / p, leading_out[:, None] * np.abs(S[last])))
    nodes, weights, residuals = (np.concatenate(part) for part in zip(*parts, strict=True))
    if sigma is None:
        low, high = float(nodes.min()), float(nodes.max())
        spread = high - low
        if spread <= 1e-8 * max(abs(low), abs(high)):  # a multiple of the identity
            spread = abs(high) or 1.0
        sigma = 0.01 * spread
    lam = window(nodes, sigma) if grid is None else increasing("grid", grid)
    density = gaussian_mixture(lam, nodes, weights, sigma)
    return SpectralDensity(nodes, weights, residuals, lam, density, sigma)


def window(nodes: Array, sigma: float) -> Array:
    """Return a grid over the nodes and 4 sigma on either side, fine enough to show the smoothing."""
    low, high = nodes.min() - 4 * sigma, nodes.max() + 4 * sigma
    return np.linspace(low, high, int(min(max(2 * (high - low) / sigma + 1, 513), 10_001)))


def increasing(name: str, values: ArrayLike) -> Array:
    """Return ``values`` as an increasing float64 array (m,), or say what is wrong with them."""
    array = real_array(name, values)
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all() or not (np.diff(array) > 0).all():
        raise ValueError(f"{name} must be increasing finite numbers of shape (m,), got {values!r:.80}")
    return array


def gaussian_mixture(grid: Array, nodes: Array, weights: Array, sigma: float) -> Array:
    """Return Σ w N(grid; node, sigma²), shape (m,)."""
    density: Array = np.zeros(grid.shape)
    with np.errstate(over="ignore"):  # a density per unit of λ that float64 does not hold is ∞
        for theta, w in zip(nodes, weights, strict=True):  # one probe at a time: (m, k), not (m, p·k)
            density += np.exp(-0.5 * ((grid[:, None] - theta) / sigma) ** 2) @ w
        density /= math.sqrt(2 * math.pi) * sigma
    return density
