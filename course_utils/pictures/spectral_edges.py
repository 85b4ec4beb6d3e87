"""A picture of neighbours and edges in random spectra: what order there is among random eigenvalues."""

from __future__ import annotations

from functools import cache

import numpy as np

from course_utils.objectives import Array
from course_utils.random_landscapes import (
    neighbour_gaps,
    sample_goe,
    sample_largest_eigenvalues,
    tracy_widom,
    tracy_widom_moments,
    wigner_surmise,
)
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Bars, Layer, Line, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_LARGEST = 120
_GAPS = 4000  # about, in each histogram
_EDGES = 1500
_S = np.linspace(0.0, 4.0, 33)
_T = np.linspace(-6.0, 4.0, 41)


def gaps_and_edges(*, seed: int = 0) -> Scene:
    """Return gaps and largest eigenvalues of GOE matrices, with a slider for their dimension N.

    Left the gaps between neighbours beside those of independent numbers; right the largest eigenvalue,
    N^(2/3)(λmax − 2), beside its limit, the law of Tracy and Widom. The slider begins at N = 1, where there
    is no gap yet, so that the gaps can be guessed.

    Parameters
    ----------
    seed : of the matrices.
    """
    density = np.diff(tracy_widom(_T)) / np.diff(_T)
    mean, deviation = tracy_widom_moments()
    s, t = (_S[1:] + _S[:-1]) / 2, (_T[1:] + _T[:-1]) / 2

    @cache
    def gaps_of(N: int) -> tuple[Array, float]:
        rng = np.random.default_rng([seed, N])
        count = max(20, 2 * _GAPS // N)
        gaps = neighbour_gaps(np.linalg.eigvalsh(sample_goe(N, count, rng=rng)), middle=0.5 if N > 3 else 1.0)
        gaps = gaps / gaps.mean()
        return np.histogram(gaps, _S)[0] / gaps.size / np.diff(_S), float(np.mean(gaps < 0.1))

    @cache
    def edges_of(N: int) -> tuple[Array, float, float]:
        rng = np.random.default_rng([seed, N, 1])
        scaled = N ** (2 / 3) * (sample_largest_eigenvalues(N, _EDGES, rng=rng) - 2)
        heights = np.histogram(scaled, _T)[0] / scaled.size / np.diff(_T)
        return heights, float(scaled.mean()), float(scaled.std())

    def update(state: State) -> View:
        N = int(state.dimension)
        edges, at, spread = edges_of(N)
        beside: list[Layer] = []
        close, law = "—", ""
        if N > 1:
            gaps, share = gaps_of(N)
            close, law = f"{share:.1%}", f"{1 - np.exp(-np.pi / 400):.1%}"
            beside = [
                Bars(_S, gaps, "blue", label="neighbours"),
                Line(np.stack([s, np.exp(-s)], axis=-1), "vermillion", "dash", label="independent, e⁻ˢ"),
                Line(np.stack([s, wigner_surmise(s)], axis=-1), "black", label="Wigner's surmise"),
            ]
        rows = [
            ("gaps below a tenth of the mean", close, law),
            ("mean of N^(2/3) (λmax − 2)", number(at, 3), number(mean, 4)),
            ("its standard deviation", number(spread, 3), number(deviation, 4)),
            ("so λmax varies by ±", number(spread / N ** (2 / 3), 2), number(deviation / N ** (2 / 3), 2)),
        ]
        return View(
            gaps=beside,
            edge=[
                Bars(_T, edges, "green", label="largest eigenvalue"),
                Line(np.stack([t, density], axis=-1), "black", label="Tracy–Widom"),
            ],
            readout=Table(rows, (f"N = {N}", "sampled", "law")),
            message="" if N > 1 else "One eigenvalue has no neighbour: raise N.",
        )

    return scene(
        update,
        panels={
            "gaps": Panel(
                "gaps between neighbours", "gap / mean gap", "density", (0, 4, 0, 1.05), ratio=0.75
            ),
            "edge": Panel("the largest eigenvalue", "N^(2/3) (λmax − 2)", "density", (-6, 4, 0, 0.45)),
        },
        controls={"dimension": slider("dimension N", 1, _LARGEST, 1, whole=True)},
        alt="Histogram of the largest eigenvalue beside the law of Tracy and Widom, and from N = 2 on that "
        "of the gaps between neighbouring eigenvalues, beside the law of independent numbers",
    )
