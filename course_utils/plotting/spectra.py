"""Eigenvalues of Hessians, and curvature against direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.projections.polar import PolarAxes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.plotting.runs import two_digits
from course_utils.plotting.style import COLORS, figure, style

# Sign is told by colour and by hatch or dash, everywhere.
_POSITIVE: dict[str, Any] = {"facecolor": COLORS["blue"], "edgecolor": "white", "linewidth": 0.4}
_NEGATIVE: dict[str, Any] = {"facecolor": "#f4c9a8", "edgecolor": COLORS["vermillion"], "hatch": "////"}
_DOTTED: dict[str, Any] = {"color": "black", "linestyle": (0, (1, 1.4)), "linewidth": 1.5}
_SIGN_LINES: dict[str, dict[str, Any]] = {
    "positive": {"color": COLORS["blue"], "linestyle": "-"},
    "negative": {"color": COLORS["vermillion"], "linestyle": "--"},
}
_BINS = 60


@style()
def spectrum(
    eigenvalues: ArrayLike | Mapping[str, ArrayLike],
    *,
    log: bool = True,
    tolerance: float | None = None,
    title: str = "",
    alt: str | None = None,
) -> Figure:
    """Show spectra as histograms, one below the other on one axis: bulk, outliers, negative part.

    Every eigenvalue also has a tick under its bar, so that a single outlier cannot be missed. The count
    axis is logarithmic. Zero eigenvalues are counted, not drawn among the others.

    Parameters
    ----------
    eigenvalues : (n,) in any order, or name → (n,).
    log : asinh axis for λ, which is logarithmic on both sides and linear around 0; False: linear axis.
    tolerance : |λ| up to this counts as zero; 1e-10·max|λ| of each spectrum by default.
    title, alt : as in `contour`.

    Raises
    ------
    ValueError
        If a spectrum is empty, not one-dimensional or not finite, or ``tolerance`` < 0.
    """
    spectra = _checked_spectra(eigenvalues)
    if tolerance is not None and not tolerance >= 0:
        raise ValueError(f"tolerance must be ≥ 0, got {tolerance!r}")
    cutoffs = {
        name: 1e-10 * float(np.abs(values).max()) if tolerance is None else tolerance
        for name, values in spectra.items()
    }
    words = [_spectrum_in_words(name, values, cutoffs[name]) for name, values in spectra.items()]
    whole = figure(7.0, 1.2 + 1.75 * len(spectra), alt=alt or " ".join(words))
    panels = whole.subplots(len(spectra), sharex=True, squeeze=False)[:, 0]
    edges, linear_width = _bins(list(spectra.values()), list(cutoffs.values()), log)
    for axes, (name, values) in zip(panels, spectra.items(), strict=True):
        if log:
            axes.set_xscale("asinh", linear_width=linear_width)
        _draw_spectrum(axes, values, cutoffs[name], edges)
        axes.set_title(name, loc="left")
    if log:
        panels[-1].set_xticks(*_signed_decades(edges, linear_width))
        panels[-1].minorticks_off()
    panels[-1].set_xlim(edges[0], edges[-1])
    panels[-1].set_xlabel("eigenvalue λ of the Hessian")
    whole.suptitle(title)
    return whole


@style()
def polar_curvature(
    hessian: ArrayLike,
    *,
    title: str = "curvature dᵀHd in every direction d",
    alt: str | None = None,
) -> Figure:
    """Show the curvature dᵀHd of a 2×2 Hessian over all unit directions d = (cos φ, sin φ).

    Left as distance from the centre (solid blue where positive, dashed vermillion where negative), with
    the eigenvectors; right against the angle, between the eigenvalues, which are its extremes.

    Raises
    ------
    ValueError
        If ``hessian`` is not a finite symmetric (2, 2) matrix.
    """
    H = np.asarray(hessian, dtype=np.float64)
    if H.shape != (2, 2) or not np.isfinite(H).all() or not np.allclose(H, H.T):
        raise ValueError(f"hessian must be a finite symmetric (2, 2) matrix, got {hessian!r:.80}")
    eigenvalues, eigenvectors = np.linalg.eigh(H)
    angles = np.linspace(0, 2 * np.pi, 721)
    d = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    curvature = np.einsum("ki,ij,kj->k", d, H, d)
    # Rounded, so that −1e-17 degrees do not become 180.
    turns = [round(float(np.degrees(np.arctan2(v[1], v[0]))), 6) % 180 for v in eigenvectors.T]
    reach = float(np.abs(eigenvalues).max()) or 1.0
    eigenvalues[np.abs(eigenvalues) < 1e-12 * reach] = 0.0
    facts = [f"eigenvalue {two_digits(v)} at {turn:.0f}°" for v, turn in zip(eigenvalues, turns, strict=True)]
    words = (
        "Curvature of a 2×2 Hessian against direction, polar and against the angle: " + ", ".join(facts) + "."
    )
    whole = figure(8.4, 3.8, alt=alt or words)
    whole.set_layout_engine("constrained")
    _draw_round(
        cast(PolarAxes, whole.add_subplot(1, 2, 1, projection="polar")), angles, curvature, turns, reach
    )
    _draw_against_angle(whole.add_subplot(1, 2, 2), angles, curvature, eigenvalues)
    handles = [
        Line2D([], [], **_SIGN_LINES["positive"], label="positive: curves up"),
        Line2D([], [], **_SIGN_LINES["negative"], label="negative: curves down"),
        Line2D([], [], **_DOTTED, label="eigenvectors vᵢ, eigenvalues λᵢ"),
    ]
    whole.legend(handles=handles, loc="outside lower center", ncols=3)
    whole.suptitle(title)
    return whole


def _draw_round(axes: PolarAxes, angles: Array, curvature: Array, turns: list[float], reach: float) -> None:
    axes.plot(angles, np.where(curvature >= 0, curvature, np.nan), **_SIGN_LINES["positive"])
    axes.plot(angles, np.where(curvature < 0, -curvature, np.nan), **_SIGN_LINES["negative"])
    axes.fill(angles, curvature.clip(min=0), facecolor=COLORS["blue"], alpha=0.15)
    hatched: dict[str, Any] = {
        "facecolor": "none",
        "edgecolor": COLORS["vermillion"],
        "hatch": "///",
        "alpha": 0.4,
    }
    axes.fill(angles, (-curvature).clip(min=0), **hatched)
    for number, turn in zip("₁₂", turns, strict=True):
        for side in (turn, turn + 180):
            axes.plot(np.radians([side, side]), [0, 1.06 * reach], **_DOTTED)
        axes.annotate(f"v{number}", (np.radians(turn), 1.2 * reach), ha="center", va="center", weight="bold")
    axes.set_rmax(1.35 * reach)
    axes.set_xticks(np.radians(np.arange(0, 360, 45)))
    # The panel beside it has the scale.
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.set_yticklabels([])


def _draw_against_angle(axes: Axes, angles: Array, curvature: Array, eigenvalues: Array) -> None:
    degrees = np.degrees(angles)
    axes.plot(degrees, np.where(curvature >= 0, curvature, np.nan), **_SIGN_LINES["positive"])
    axes.plot(degrees, np.where(curvature < 0, curvature, np.nan), **_SIGN_LINES["negative"])
    axes.axhline(0, color="#555555", linewidth=0.9)
    # Above and below their lines, so that equal eigenvalues do not hide each other's name.
    for number, side, value in zip("₁₂", ("top", "bottom"), eigenvalues, strict=True):
        axes.axhline(value, **_DOTTED)
        axes.text(366, value, f"λ{number} = {two_digits(value)}", verticalalignment=side, fontweight="bold")
    axes.set(xlim=(0, 360), xticks=np.arange(0, 361, 90), xlabel="direction φ in degrees", ylabel="dᵀHd")
    axes.grid()


def _checked_spectra(eigenvalues: ArrayLike | Mapping[str, ArrayLike]) -> dict[str, Array]:
    named = eigenvalues if isinstance(eigenvalues, Mapping) else {"": eigenvalues}
    if not named:
        raise ValueError("eigenvalues must hold at least one spectrum, got none")
    spectra = {}
    for name, values in named.items():
        array = np.asarray(values, dtype=np.float64)
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"eigenvalues must have shape (n,) with n ≥ 1, got {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError("eigenvalues must be finite, got NaN or infinity")
        spectra[str(name)] = np.sort(array)
    return spectra


def _bins(spectra: list[Array], cutoffs: list[float], log: bool) -> tuple[Array, float]:
    """Return bin edges that never mix signs, and the width around 0 where the axis is linear."""
    sizes = np.concatenate([np.abs(v)[np.abs(v) > cut] for v, cut in zip(spectra, cutoffs, strict=True)])
    largest = float(sizes.max(initial=0.0)) or 1.0
    low = min(0.0, *(float(values[0]) for values in spectra))
    high = max(0.0, *(float(values[-1]) for values in spectra))
    # Linear where the middle of the bulk lies, but leave at least two decades and at most six.
    linear_width = float(np.clip(np.median(sizes) if sizes.size else 1.0, 1e-6 * largest, 1e-2 * largest))
    scale = linear_width if log else 1e6 * largest
    ends = np.arcsinh(np.array([low, high]) / scale)
    step = np.ptp(ends) / _BINS or 1.0
    counts = np.ceil(np.abs(ends) / step * 1.02).astype(int)
    return scale * np.sinh(step * np.arange(-counts[0] - 1, counts[1] + 2)), linear_width


def _draw_spectrum(axes: Axes, values: Array, cutoff: float, edges: Array) -> None:
    negative, positive = values[values < -cutoff], values[values > cutoff]
    zeros = values.size - negative.size - positive.size
    for part, look in ((positive, _POSITIVE), (negative, _NEGATIVE)):
        heights, _ = np.histogram(part, edges)
        full = np.flatnonzero(heights)
        axes.bar(edges[full], heights[full], np.diff(edges)[full], align="edge", **look)
    highest = max(np.histogram(values, edges)[0].max(), zeros)
    axes.set_yscale("log")
    axes.set_ylim(0.35, 2.2 * highest)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:.0f}" if count >= 1 else ""))
    for part, color in ((positive, _POSITIVE["facecolor"]), (negative, _NEGATIVE["edgecolor"])):
        axes.vlines(part, 0.4, 0.62, color=color, linewidth=0.9)
    handles: list[Any] = [
        Patch(
            **_NEGATIVE,
            label=f"{negative.size} negative, λ$_\\mathrm{{min}}$ = {two_digits(float(values[0]))}",
        ),
        Patch(
            **_POSITIVE,
            label=f"{positive.size} positive, λ$_\\mathrm{{max}}$ = {two_digits(float(values[-1]))}",
        ),
    ]
    if zeros:
        axes.plot(
            [0, 0], [0.35, zeros], color="black", linewidth=1.4, marker="D", markevery=[1], markersize=5
        )
        handles.append(Line2D([], [], color="black", marker="D", markersize=5, label=f"{zeros} zero"))
    if not negative.size:
        handles.pop(0)
    axes.legend(handles=handles, loc="upper right")
    axes.set_ylabel("count")


def _signed_decades(edges: Array, linear_width: float) -> tuple[list[float], list[str]]:
    """Return ticks at 0 and at powers of ten that are far enough apart on an asinh axis."""
    first, last = int(np.ceil(np.log10(linear_width))), int(np.floor(np.log10(np.abs(edges[[0, -1]]).max())))
    every = max(1, round((last - first) / 5))
    powers = range(last, first - 1, -every)
    ticks = [(0.0, "0")]
    for power in powers:
        if 10.0**power <= edges[-1]:
            ticks.append((10.0**power, f"$10^{{{power}}}$"))
        if -(10.0**power) >= edges[0]:
            ticks.append((-(10.0**power), f"$-10^{{{power}}}$"))
    return [tick for tick, _ in ticks], [label for _, label in ticks]


def _spectrum_in_words(name: str, values: Array, cutoff: float) -> str:
    negative, zero = int((values < -cutoff).sum()), int((np.abs(values) <= cutoff).sum())
    span = f"from {two_digits(float(values[0]))} to {two_digits(float(values[-1]))}"
    heading = f"Spectrum {name}" if name else "Spectrum"
    return f"{heading}: {values.size} eigenvalues {span}, {negative} negative, {zero} zero."
