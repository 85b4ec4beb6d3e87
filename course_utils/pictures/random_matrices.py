"""Pictures of random Hessians: what the dimension does to their eigenvalues, and what the height does."""

from __future__ import annotations

import numpy as np

from course_utils.objectives import Array
from course_utils.random_landscapes import (
    REPULSION,
    estimate_all_positive,
    sample_goe,
    semicircle_below,
    semicircle_density,
)
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Bars, Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_LARGEST = 24
_GROWN = 10  # the largest dimension whose probability is estimated; beyond it the asymptote is shown
_PARTICLES = 20_000
_EIGENVALUES = 6_000  # in each histogram, over as many matrices as that takes
_EDGES = np.linspace(-3.2, 3.2, 49)  # 0 is an edge: no bar mixes signs
_X = np.linspace(-3.2, 3.2, 321)


def random_hessians(*, seed: int = 0) -> Scene:
    """Return the eigenvalues of random symmetric matrices, with a slider for their dimension N.

    Left a histogram over many matrices with the semicircle; right the probability that all N
    eigenvalues are positive, for fair coins and for matrices (`estimate_all_positive` up to N = 10, the
    asymptote exp(−θN²) as a curve), up to the N of the slider.

    Parameters
    ----------
    seed : of the matrices.
    """
    rng = np.random.default_rng(seed)
    sizes = np.arange(1, _LARGEST + 1)
    counts, spreads = [], []
    for size in sizes.tolist():
        eigenvalues = np.linalg.eigvalsh(sample_goe(size, max(200, _EIGENVALUES // size), rng=rng))
        counts.append(np.histogram(eigenvalues, _EDGES, density=True)[0])
        spreads.append(float(np.sum(eigenvalues < 0, axis=-1).std()))
    estimates = estimate_all_positive(_GROWN, _PARTICLES, rng=rng)
    coins, asymptote = 0.5**sizes, np.exp(-REPULSION * sizes**2)

    def odds(count: int) -> list[Layer]:
        """Return what is known up to the dimension of the slider: no more, so that it can be guessed."""
        known, grown = sizes[:count], sizes[: min(count, _GROWN)]
        law = np.stack([known, asymptote[:count]], axis=-1)
        return [
            Line(np.stack([known, coins[:count]], axis=-1), "blue", marker="circle", label="fair coins, 2⁻ᴺ"),
            Line(law, "vermillion", "dash", label="exp(−θN²), θ = ln 3 / 4"),
            Points(
                np.stack([grown, estimates[: len(grown)]], axis=-1), "vermillion", "square", "random matrices"
            ),
        ]

    def update(state: State) -> View:
        k = int(state.dimension) - 1
        measured = k < _GROWN
        chance = estimates[k] if measured else asymptote[k]
        here = [(sizes[k], coins[k]), (sizes[k], chance)]
        rows = [
            ("P(all positive)", number(coins[k], 2), ("" if measured else "about ") + number(chance, 2)),
            ("number of negative ones varies by ±", number(np.sqrt(sizes[k]) / 2, 2), number(spreads[k], 2)),
        ]
        return View(
            spectrum=[*_signed_bars(counts[k]), _semicircle(0.0)],
            odds=[*odds(k + 1), Points(here, "black", "circle", size=7, hollow=True)],
            readout=Table(rows, (f"N = {sizes[k]}", "fair coins", "random matrices")),
        )

    lowest = 10.0 ** np.floor(np.log10(asymptote[-1]))
    return scene(
        update,
        panels={
            "spectrum": Panel(
                "eigenvalues, many matrices", "λ", "density", (-3.2, 3.2, 0.0, 0.62), ratio=0.75
            ),
            "odds": Panel(
                "are all N positive?",
                "dimension N",
                "probability",
                (0.0, _LARGEST + 1.0, lowest, 10.0),
                log_y=True,
            ),
        },
        controls={"dimension": slider("dimension N", 1, _LARGEST, 1, whole=True)},
        alt="Histogram of the eigenvalues of random symmetric matrices beside a semicircle, and the "
        "probability that all are positive, for coins and for matrices, up to the dimension of a slider",
    )


def height_and_index(*, size: int = 200, matrices: int = 40, seed: int = 0) -> Scene:
    """Return the spectrum of a random landscape's Hessians at critical points of a given height.

    For a Gaussian random field with the covariance N exp(−‖x−y‖²/2N) the Hessian at a critical point of
    height ε·N is, to leading order, a random symmetric matrix shifted by −ε (Bray & Dean 2007): the
    index fraction is α(ε) = F(ε), the part of the semicircle below ε, and all are minima below ε = −2.

    Parameters
    ----------
    size : N, the dimension of the sampled matrices.
    matrices : how many are sampled.
    seed : of the matrices.

    Raises
    ------
    ValueError
        If ``size`` or ``matrices`` is less than 1.
    """
    eigenvalues = np.linalg.eigvalsh(sample_goe(size, matrices, rng=np.random.default_rng(seed))).ravel()
    heights = np.linspace(-2.6, 2.6, 105)
    curve: list[Layer] = [
        Line([(-2, 0), (-2, 1)], "grey", "dot", width=1.4),
        Line(
            np.stack([heights, semicircle_below(heights)], axis=-1),
            "black",
            label="α(ε), semicircle",
            width=2.8,
        ),
    ]
    edges, x = 1.5 * _EDGES, 1.5 * _X

    def update(state: State) -> View:
        shifted = eigenvalues - state.height
        fraction = float(np.mean(shifted < 0))
        rows = [(number(state.height, 3), f"{fraction:.1%}", f"{float(semicircle_below(state.height)):.1%}")]
        return View(
            spectrum=[
                *_signed_bars(np.histogram(shifted, edges, density=True)[0], edges),
                Line(
                    np.stack([x, semicircle_density(x + state.height)], axis=-1),
                    "black",
                    "dash",
                    label="semicircle",
                ),
            ],
            index=[*curve, Points((state.height, fraction), "vermillion", "square", size=7, label="sampled")],
            readout=Table(rows, ("height ε", "negative, sampled", "negative, semicircle")),
            message="All eigenvalues are positive: critical points this low are minima."
            if fraction == 0
            else "",
        )

    return scene(
        update,
        panels={
            "spectrum": Panel(
                "Hessian at a critical point of height ε", "λ", "density", (-4.8, 4.8, 0.0, 0.45), ratio=0.75
            ),
            "index": Panel(
                "index against height", "height ε", "negative fraction α", (-2.6, 2.6, -0.03, 1.03)
            ),
        },
        controls={"height": slider("height ε", -2.6, 2.6, 0.0)},
        alt="A semicircle of eigenvalues, half of them negative at height 0, and the fraction of negative "
        "ones against the height, rising from 0 below −2 to 1",
    )


def _signed_bars(heights: Array, edges: Array = _EDGES) -> list[Layer]:
    """Return bars for a histogram, negative eigenvalues in another colour than positive ones."""
    below = edges[1:] <= 1e-9
    return [
        Bars(edges, np.where(below, 0.0, heights), "blue", label="λ > 0"),
        Bars(edges, np.where(below, heights, 0.0), "vermillion", label="λ < 0"),
    ]


def _semicircle(center: float) -> Line:
    return Line(np.stack([_X, semicircle_density(_X - center)], axis=-1), "black", "dash", label="semicircle")
