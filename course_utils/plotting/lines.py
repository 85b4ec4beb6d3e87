"""Curves given by their numbers: measurements against a setting, one path against another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.plotting.style import COLORS, DASHES, MARKERS, SERIES, add_legend, axes_or_new, style

_MARKS = 8  # markers along a curve of many points


@style()
def lines(
    curves: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    x: str,
    y: str,
    alt: str,
    log_x: bool = False,
    log_y: bool = False,
    dots: bool = False,
    low: float | None = None,
    high: float | None = None,
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Show curves that are given by their points, each with its own colour, dash and marker.

    Parameters
    ----------
    curves : name → (x, y), two arrays (m,) each.
    x, y : labels of the axes.
    alt : what the figure shows, in a sentence or two.
    log_x, log_y : logarithmic axes.
    dots : draw every point as a small dot and none of the connecting line: for scattered measurements.
    low, high : ends of the y axis; chosen by the data where None.
    title, axes : as in `contour`.

    Raises
    ------
    ValueError
        If there is no curve, or one does not consist of two arrays of the same length.
    """
    if not curves:
        raise ValueError("curves must hold at least one curve, got none")
    whole, area = axes_or_new(axes, 5.4, 3.2, alt)
    handles = []
    for place, (name, (across, up)) in enumerate(curves.items()):
        at, values = np.asarray(across, dtype=np.float64), np.asarray(up, dtype=np.float64)
        if at.ndim != 1 or at.shape != values.shape or at.size == 0:
            raise ValueError(
                f"curves[{name!r}] must be two arrays of shape (m,), got {at.shape} and {values.shape}"
            )
        color, dash, marker = SERIES[place % len(SERIES)]
        look: dict[str, Any] = {"color": COLORS[color], "label": name}
        if dots:
            handles += area.plot(at, values, ".", markersize=3, alpha=0.6, **look)
        else:
            every = max(1, round(at.size / _MARKS))
            look |= {"linestyle": DASHES[dash], "marker": MARKERS[marker]}
            handles += area.plot(at, values, markevery=every, markersize=5, **look)
    area.set(xlabel=x, ylabel=y, title=title)
    area.set_xscale("log" if log_x else "linear")
    area.set_yscale("log" if log_y else "linear")
    area.set_ylim(low, high)
    area.grid()
    if len(curves) > 1:
        add_legend(area, handles, outside=axes is None)
    return whole
