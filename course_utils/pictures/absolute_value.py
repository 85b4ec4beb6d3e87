"""A picture of a function of a Hessian that products alone can draw: |H|v, or (|H| + γ)⁻¹v."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature import lanczos
from course_utils.objectives import Array, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_ABSOLUTE, _INVERSE = "|λ|", "1/(|λ| + γ)"
_LEAST = 1e-12  # relative errors below it are rounding
_KEPT = 64


def absolute_curvature(eigenvalues: ArrayLike, vector: ArrayLike, *, most: int = 40, steps: int = 6) -> Scene:
    """Return the polynomial by which k steps of Lanczos replace |λ|, and how far |H|v is off for each k.

    ‖v‖Vᵀ f(T)e₁ = p(H)v, where p is the polynomial of degree k − 1 that equals f at the Ritz values. A
    diagonal matrix stands for any Hessian, since H and v enter through the eigenvalues and v's parts alone.
    Errors are shown up to k, so that the further ones can be guessed.

    Parameters
    ----------
    eigenvalues : (n,) of H.
    vector : (n,) the parts of v along the eigenvectors, in the same order; not zero.
    most : the largest k, at most n.
    steps : k, to begin with.

    Raises
    ------
    ValueError
        If the shapes do not fit, or ``vector`` is zero.
    """
    values = as_points("eigenvalues", eigenvalues, np.size(eigenvalues))
    v = as_points("vector", vector, values.size)
    if values.ndim != 1 or v.ndim != 1 or not v.any() or not values.any():
        raise ValueError(
            f"eigenvalues and vector must be (n,) each and not zero, got {values.shape} and {v.shape}"
        )
    most = min(most, values.size)
    seen = lanczos(lambda w: values * w, v, most)
    most = len(seen.alphas)
    T, scale = seen.tridiagonal, float(np.abs(values).max())
    low, high = float(values.min()), float(values.max())
    grid = np.linspace(low, high, 401)
    basis_on_grid = _orthonormal_polynomials(seen.alphas, seen.betas, grid)
    start = v / np.linalg.norm(v)

    def function(name: str, gamma: float, x: Array) -> Array:
        return np.abs(x) if name == _ABSOLUTE else 1 / (np.abs(x) + gamma)

    @lru_cache(maxsize=_KEPT)
    def process(name: str, gamma: float) -> tuple[list[Array], Array]:
        """Return f(T_k)e₁ for each k, and the relative error of each k."""
        exact = function(name, gamma, values) * start
        coefficients, errors = [], []
        for k in range(1, most + 1):
            theta, S = np.linalg.eigh(T[:k, :k])
            coefficients.append(S @ (function(name, gamma, theta) * S[0]))
            miss = coefficients[-1] @ seen.basis[:k] - exact
            errors.append(np.linalg.norm(miss) / np.linalg.norm(exact))
        return coefficients, np.maximum(np.array(errors), _LEAST)

    def update(state: State) -> View:
        name, k = str(state.function), int(min(state.steps, most))
        gamma = float(state.gamma) * scale
        coefficients, errors = process(name, gamma)
        theta: Array = np.linalg.eigvalsh(T[:k, :k]).astype(np.float64)
        polynomial = coefficients[k - 1] @ basis_on_grid[:k]
        exact = function(name, gamma, grid)
        top = 1.25 * float(exact.max())
        shown = np.clip(polynomial, -top, 2 * top)
        counts = np.arange(1.0, most + 1)
        return View(
            function=[
                Line(_pairs(grid, exact), "grey", width=5.0, opacity=0.6, label=f"f = {name}"),
                Line(_pairs(grid, shown), "blue", label=f"p, of degree {k - 1}"),
                Points(
                    _pairs(theta, function(name, gamma, theta)), "vermillion", "diamond", label="Ritz values"
                ),
                Points(_pairs(values, np.zeros_like(values)), "black", "plus", size=3.5, label="eigenvalues"),
            ],
            falls=[
                Line(_pairs(counts, errors)[:k], "blue", label="relative error of f(H)v"),
                Points((k, errors[k - 1]), "black", "diamond", size=7),
            ],
            readout=Table(
                [
                    ("relative error of f(H)v", number(errors[k - 1], 2)),
                    ("products with H", f"{k}, {2 * k} gradient equivalents"),
                    ("negative among the Ritz values", f"{np.sum(theta < 0)} of {k}"),
                ]
            ),
            windows={
                "function": (low, high, -0.15 * top, top),
                "falls": (1.0, float(most), _decade(errors.min()), 10 * _decade(errors.max())),
            },
        )

    return scene(
        update,
        panels={
            "function": Panel("what Lanczos takes for f", "curvature λ", "f(λ)", (low, high, None, None)),
            "falls": Panel(
                "how far f(H)v is off",
                "products k",
                "relative error",
                (1.0, float(most), None, None),
                log_y=True,
            ),
        },
        controls={
            "steps": slider("products k", 1, most, min(steps, most), whole=True),
            "function": choice("f", [_ABSOLUTE, _INVERSE]),
            "gamma": slider("damping γ, as a part of the largest |λ|", 1e-4, 1.0, 0.1, log=True),
        },
        alt="The absolute value and the polynomial that Lanczos takes for it, equal at the Ritz values; "
        "beside it the error of the product for as many products as the slider tells, and for fewer.",
    )


def _decade(x: float) -> float:
    """Return the power of ten at or below ``x``."""
    return float(10.0 ** np.floor(np.log10(x)))


def _orthonormal_polynomials(alphas: Array, betas: Array, x: Array) -> Array:
    """Return q₀(x) … q_{k−1}(x), shape (k, len(x)).

    β_j q_{j+1} = (x − α_j) q_j − β_{j−1} q_{j−1} from q₀ = 1.
    """
    q = np.empty((len(alphas), x.size))
    before, now = np.zeros_like(x), np.ones_like(x)
    for j in range(len(alphas)):
        q[j] = now
        if j + 1 < len(alphas):
            back = betas[j - 1] * before if j else 0.0
            before, now = now, ((x - alphas[j]) * now - back) / betas[j]
    return q


def _pairs(x: Array, y: Array) -> Array:
    return np.stack([x, y], axis=-1)
