"""A picture of Pennington and Bahri's random Hessian: two parts, two sliders, and where the index begins."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.objectives import Array
from course_utils.random_landscapes import (
    critical_energy,
    left_edge,
    negative_share,
    network_density,
    sample_goe,
)
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Bars, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_LEAST = 0.05  # parameters per equation: the sampled Jacobian is 1/_LEAST times as long as wide
_MOST_ENERGY = 0.3
_KEPT = 8  # ratios φ, a matrix each
_EDGES = np.linspace(-1.6, 4.4, 61)
_X = np.linspace(-1.6, 4.4, 241)


def critical_loss(*, size: int = 160, seed: int = 0) -> Scene:
    """Return the random Hessian JJᵀ/m + √(2ε)W with sliders for φ = n/m and ε (Pennington & Bahri 2017).

    Left the eigenvalues of one sampled matrix with the density for large n; right the share of negative ones
    against ε, which leaves zero at ε_c.

    Parameters
    ----------
    size : n, of the sampled matrix.
    seed : of the matrix.
    """
    rng = np.random.default_rng(seed)
    jacobian = rng.standard_normal((size, round(size / _LEAST))).astype(np.float32)  # 2 MB, and kept
    noise = sample_goe(size, 1, rng=rng)[0]

    @lru_cache(maxsize=_KEPT)
    def at(phi: float) -> tuple[Array, Array]:
        """Return H₀, and the points of the curve of the index."""
        J = jacobian[:, : round(size / phi)]
        critical = critical_energy(phi)
        above = critical + (_MOST_ENERGY - critical) * np.linspace(0.0, 1.0, 14) ** 2  # densest near ε_c
        shares = [negative_share(phi, energy) for energy in above[1:]]
        return (J @ J.T).astype(np.float64) / J.shape[1], np.stack(
            [[0.0, *above], [0.0, 0.0, *shares]], axis=-1
        )

    def update(state: State) -> View:
        phi, energy = float(state.phi), float(state.energy)
        positive, curve = at(round(phi, 4))
        eigenvalues = np.linalg.eigvalsh(positive + np.sqrt(2 * energy) * noise)
        critical, share = critical_energy(phi), float(np.mean(eigenvalues < 0))
        heights = np.histogram(eigenvalues, _EDGES)[0] / size / np.diff(_EDGES)
        below = _EDGES[1:] <= 1e-9
        rows = [
            ("ε_c", number(critical, 3), ""),
            ("smallest eigenvalue", number(eigenvalues[0], 3), number(left_edge(phi, energy), 3)),
            ("share of negative ones", f"{share:.1%}", f"{negative_share(phi, energy):.1%}"),
        ]
        return View(
            spectrum=[
                Bars(_EDGES, np.where(below, 0.0, heights), "blue", label="λ > 0"),
                Bars(_EDGES, np.where(below, heights, 0.0), "vermillion", label="λ < 0"),
                Line(
                    np.stack([_X, network_density(_X, phi, energy)], axis=-1),
                    "black",
                    "dash",
                    label="large n",
                ),
            ],
            index=[
                Line(curve, "black", label="α(ε), large n"),
                Line([(critical, 0.0), (critical, 0.5)], "grey", "dot", label="ε_c", width=1.6),
                Points((energy, share), "vermillion", "square", label="sampled", size=7),
            ],
            readout=Table(rows, ("", f"sampled, n = {size}", "large n")),
            message="Below ε_c: all eigenvalues are positive." if energy < critical else "",
        )

    return scene(
        update,
        panels={
            "spectrum": Panel("eigenvalues of H₀ + H₁", "λ", "density", (-1.6, 4.4, 0.0, 1.2), ratio=0.75),
            "index": Panel("index against loss", "loss ε", "negative share α", (0.0, _MOST_ENERGY, 0.0, 0.5)),
        },
        controls={
            "phi": slider("parameters per equation φ", _LEAST, 1.0, 0.25),
            "energy": slider("loss ε", 1e-3, _MOST_ENERGY, 0.1),
        },
        alt="Eigenvalues of a random Hessian, some of them negative, and the share of negative ones against "
        "the loss: zero up to a critical loss, then rising",
    )
