"""Heavy ball over the plane of learning rate and momentum: how fast, and what each component does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import colormaps
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array, quadratic
from course_utils.optimizers import Momentum, minimize
from course_utils.optimizers.heavy_ball import heavy_ball_components, heavy_ball_factor, heavy_ball_roots
from course_utils.optimizers.rates import best_momentum
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, toggle
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Raster, Table, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_PLANE = (0.02, 4.0, 0.0, 0.98)  # ηλ_max and μ: no run with μ < 1 is stable beyond ηλ_max = 4
_COLUMNS, _ROWS = 120, 90
_BANDS = np.array([2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0])  # steps a decimal digit, between the colours
_STEPS = 80
_SHOWN = 5  # components at most: more curves could not be told apart
_FLOOR = 1e-12  # of what is drawn on a logarithmic axis
_SPECTRA: dict[str, ArrayLike] = {
    "κ = 10, both ends": (0.1, 1.0),
    "κ = 100, both ends": (0.01, 1.0),
    "κ = 100, five in between": np.logspace(-2, 0, 5),
    "κ = 1, a round bowl": (1.0, 1.0),
}


def momentum_plane(
    spectra: Mapping[str, ArrayLike] | None = None, *, at: tuple[float, float] = (1.0, 0.3)
) -> Scene:
    """Return the rate of heavy ball over the plane of learning rate and momentum, with a point to drag.

    Dark is fast; grey settings let a component grow. Beside the plane: what is left of each component at
    every step, exactly, by the roots of r² − (1 + μ − ηλ)r + μ = 0; and the run itself, seen along the
    flattest and the steepest eigenvector. A check box draws the settings at which the two roots of the
    flattest component coincide, μ = (1 − √(ηλ_min))², those of the steepest, μ = (√(ηλ_max) − 1)², and the
    best point, where both curves cross.

    Parameters
    ----------
    spectra : name → eigenvalues (n,) with n ≥ 2, positive, to choose from.
    at : (ηλ_max, μ) to begin with.

    Raises
    ------
    ValueError
        If there is no spectrum, or one is not made of two or more positive numbers.
    """
    given = _SPECTRA if spectra is None else spectra
    if not given:
        raise ValueError("spectra must not be empty")
    chosen = {name: _spectrum(name, eigenvalues) for name, eigenvalues in given.items()}
    rasters: dict[str, Raster] = {}

    def ground(name: str) -> Raster:
        if name not in rasters:
            rasters[name] = _raster(chosen[name])
        return rasters[name]

    def update(state: State) -> View:
        lam = chosen[state.spectrum]
        scaled, mu = float(state.settings[0]), float(state.settings[1])
        optimizer = Momentum(scaled / lam[-1], mu)
        rate = float(heavy_ball_factor(optimizer.learning_rate, mu, lam).max())
        ends = lam[[0, -1]]
        bowl = quadratic(ends, name="the bowl", domain=((-1.4, 1.4),) * 2)
        run = minimize(bowl, optimizer, (1.0, 1.0), _STEPS)
        shown = lam[np.unique(np.linspace(0, lam.size - 1, min(_SHOWN, lam.size)).round().astype(int))]
        left = np.abs(heavy_ball_components(optimizer.learning_rate, mu, shown, _STEPS))
        plane: list[Layer] = [ground(state.spectrum)]
        message = _verdict(rate)
        if state.reveal:
            best = best_momentum(lam[0], lam[-1])
            plane += _where_roots_meet(lam[0] / lam[-1])
            plane.append(Points((best.learning_rate * lam[-1], best.momentum), "black", "star", size=9))
            least = float(np.sqrt(best.momentum))
            message += (
                f"\nBest for this spectrum: ηλₘₐₓ = {number(best.learning_rate * lam[-1], 3)}, "
                f"μ = {number(best.momentum, 3)}; a step leaves {number(least, 3)}."
            )
        names = _names(shown)
        parts: list[Layer] = []
        for k, (name, column) in enumerate(zip(names, left.T, strict=True)):
            color, dash, _ = series(k)
            curve = np.stack([np.arange(len(column)), np.maximum(column, _FLOOR)], axis=-1)
            parts.append(Line(curve, color, dash, label=name, run=name))
        return View(
            plane=plane,
            parts=parts,
            path=[
                Landscape(bowl, levels=6),
                Line(run.x, "vermillion", marker="circle", size=2.5, width=1.4, run="run"),
                Points((0, 0), "black", "star"),
            ],
            readout=Table(
                [
                    (name, *_roots(heavy_ball_roots(optimizer.learning_rate, mu, value)))
                    for name, value in zip(names, shown, strict=True)
                ],
                ("component", "roots r", "|r|, a step leaves", ""),
            ),
            message=message,
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "dark is fast, grey grows",
                "learning rate ηλₘₐₓ",
                "momentum μ",
                _PLANE,
                ratio=0.9,
                weight=0.85,
            ),
            "parts": Panel(
                "what is left of each part",
                "step",
                "|part|",
                (0.0, float(_STEPS), 1e-6, 10.0),
                log_y=True,
                weight=0.85,
            ),
            "path": Panel(
                "the run", "along vₘᵢₙ", "along vₘₐₓ", (-1.4, 1.4, -1.4, 1.4), ratio=0.9, weight=0.85
            ),
        },
        handles={"settings": Handle(at, label="η, μ", names=("ηλₘₐₓ", "μ"))},
        controls={
            "spectrum": choice("spectrum", list(chosen)),
            "reveal": toggle("show where roots meet, and the best point"),
        },
        alt="The plane of learning rate and momentum in bands of the steps heavy ball needs a digit, "
        "dark where it is fast, grey where it diverges; beside it the size of each eigen-component against "
        "the step, and the run in the bowl.",
    )


def _spectrum(name: str, eigenvalues: ArrayLike) -> Array:
    lam = np.sort(np.asarray(eigenvalues, dtype=np.float64))
    if lam.ndim != 1 or lam.size < 2 or not np.isfinite(lam).all() or lam[0] <= 0:
        raise ValueError(f"spectra[{name!r}] must be two or more positive numbers, got {eigenvalues!r:.80}")
    return lam


def _raster(lam: Array) -> Raster:
    """Return the plane in bands of steps a decimal digit; the last colour is for settings that diverge."""
    x0, x1, y0, y1 = _PLANE
    scaled = x0 + (np.arange(_COLUMNS) + 0.5) / _COLUMNS * (x1 - x0)
    momenta = y0 + (np.arange(_ROWS) + 0.5) / _ROWS * (y1 - y0)
    # Along λ the larger root is largest at an end: between them the spectrum does not matter.
    ends = lam[[0, -1]] / lam[-1]
    rates = heavy_ball_factor(scaled[:, None], momenta[:, None, None], ends).max(axis=-1)
    with np.errstate(divide="ignore"):
        digits = np.log(10) / -np.log(rates)
    bands = np.where(rates < 1, np.searchsorted(_BANDS, digits), _BANDS.size + 1)
    palette = colormaps["Blues_r"](np.linspace(0.25, 0.95, _BANDS.size + 1))[:, :3]
    return Raster(bands, np.vstack([palette, [0.78, 0.76, 0.74]]))


def _where_roots_meet(ratio: float) -> list[Layer]:
    """Return the settings at which the two roots of the flattest and of the steepest component coincide."""
    flat, steep = np.linspace(*_PLANE[:2], 200), np.linspace(1.0, _PLANE[1], 150)
    return [
        Line(
            np.stack([flat, (1 - np.sqrt(flat * ratio)) ** 2], axis=-1),
            "blue",
            label="roots of λₘᵢₙ meet",
        ),
        Line(
            np.stack([steep, (np.sqrt(steep) - 1) ** 2], axis=-1),
            "vermillion",
            "dash",
            label="roots of λₘₐₓ meet",
        ),
    ]


def _names(shown: Array) -> list[str]:
    """Return a name for each component; equal eigenvalues are numbered."""
    names = [f"λ = {number(value, 3)}" for value in shown]
    return [
        name if names.count(name) == 1 else f"{name} ({names[:k].count(name) + 1})"
        for k, name in enumerate(names)
    ]


def _verdict(rate: float) -> str:
    if rate >= 1:
        return "A component does not shrink: the run does not arrive." if rate == 1 else "A component grows."
    return f"In the long run a step leaves {number(rate, 3)}: {np.log(10) / -np.log(rate):.0f} steps a digit."


def _roots(roots: NDArray[np.complex128]) -> tuple[str, str, str]:
    """Return both roots, the larger modulus, and what that means, in words."""
    first, second = complex(roots[0]), complex(roots[1])
    size = abs(first)
    fate = "grows" if size > 1 else "stays" if size == 1 else "shrinks"
    if first.imag:
        return f"{number(first.real, 3)} ± {number(first.imag, 3)}i", number(size, 3), f"swings, {fate}"
    shown = f"{number(first.real, 3)}, {number(second.real, 3)}"
    way = "changes sides" if first.real < 0 else "creeps" if size < 1 else "moves off"
    return shown, number(size, 3), f"{way}, {fate}"
