"""Panels, and the window of data coordinates that each of them shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_utils.objectives import Array
from course_utils.objectives.windows import LARGEST, SMALLEST, check_ends, thin
from course_utils.widgets.layers import Layer, layer_points

Window = tuple[float, float, float, float]
PartialWindow = tuple[float | None, float | None, float | None, float | None]
FOLLOW: PartialWindow = (None, None, None, None)
_DECADES = 16.0  # a logarithmic axis shows no more than double precision can resolve
_FAR = 1e4  # windows away from the picture; beyond it the exact place no longer matters


@dataclass(frozen=True)
class Panel:
    """One picture of a scene.

    Attributes
    ----------
    title, x, y : words above it and along its axes.
    window : (x low, x high, y low, y high); an end that is None follows what is drawn.
    log_x, log_y : logarithmic axes.
    ratio : height / width of the plot; ``"equal"`` gives both axes one scale (angles look right); None
        makes it as high as its neighbour.
    weight : share of the width.
    """

    title: str = ""
    x: str = ""
    y: str = ""
    window: PartialWindow = FOLLOW
    log_x: bool = False
    log_y: bool = False
    ratio: float | str | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        self.check(self.window)
        if self.ratio == "equal" and None in self.window:
            raise ValueError('ratio="equal" needs a window without None')
        if isinstance(self.ratio, str) and self.ratio != "equal":
            raise ValueError(f'ratio must be a number, "equal" or None, got {self.ratio!r}')

    def check(self, window: PartialWindow) -> None:
        """Raise ValueError if the ends that ``window`` gives could not be drawn and cut into ticks."""
        for low, high, log in ((*window[:2], self.log_x), (*window[2:], self.log_y)):
            ends = [end for end in (low, high) if end is not None]
            if log and any(end <= 0 for end in ends):
                raise ValueError(f"window must be positive on a logarithmic axis, got {window}")
            if log and any(end < SMALLEST for end in ends):
                raise ValueError(
                    f"window must begin at {SMALLEST} or above on a logarithmic axis, got {window}"
                )
            check_ends("window", low, high, window)
            if log and low is not None and high is not None and high / LARGEST > low:
                raise ValueError(f"window must span less than {LARGEST} on a logarithmic axis, got {window}")

    @property
    def plot_ratio(self) -> float | None:
        """Height / width of the plot as a number."""
        if self.ratio == "equal":
            x0, x1, y0, y1 = (float(end) for end in self.window if end is not None)
            return (y1 - y0) / (x1 - x0)
        return None if self.ratio is None else float(self.ratio)

    def unit(self, points: Array, window: Window) -> Array:
        """Return ``points`` (n, 2) with the window mapped to the unit square; off a log axis: NaN."""
        out = np.empty(points.shape)
        for axis, log in ((0, self.log_x), (1, self.log_y)):
            low, high = window[2 * axis : 2 * axis + 2]
            with np.errstate(all="ignore"):
                if log:
                    column = np.log(points[:, axis] / low) / np.log(high / low)
                    column = np.where(points[:, axis] > 0, column, np.nan)
                else:
                    column = (points[:, axis] - low) / (high - low)
            out[:, axis] = np.clip(column, -_FAR, _FAR)  # keeps NaN
        return out


def _round_out(low: float, high: float) -> tuple[float, float]:
    """Widen [low, high] to round numbers, so that a moving curve does not make the axis tremble."""
    size = max(abs(low), abs(high))
    if thin(low, high) or high - low <= SMALLEST:  # flat as far as ticks can tell
        spread = size if size > SMALLEST else 1.0
        low, high = low - 0.5 * spread, high + 0.5 * spread
    rough = (high - low) / 5
    unit = 10.0 ** np.floor(np.log10(rough))
    step = unit * next(m for m in (1, 2, 2.5, 5, 10) if m * unit >= rough * 0.999)
    return float(np.floor(low / step + 1e-9) * step), float(np.ceil(high / step - 1e-9) * step)


def _round_out_log(values: Array) -> tuple[float, float]:
    positive = values[values > SMALLEST]
    if not positive.size:
        return 0.1, 1.0
    top = np.ceil(np.log10(positive.max()) - 1e-9)
    bottom = max(np.floor(np.log10(positive.min()) + 1e-9), top - _DECADES)
    return float(10.0 ** min(bottom, top - 1)), float(10.0**top)


def resolve_window(panel: Panel, layers: Sequence[Layer], window: PartialWindow | None = None) -> Window:
    """Return the window to show: the given ends, and round numbers around the layers for the others.

    Raises
    ------
    ValueError
        If an end that is given cannot be drawn (`Panel.check`).
    """
    ends = panel.window if window is None else window
    panel.check(ends)
    if None not in ends:
        return tuple(float(end) for end in ends)  # type: ignore[return-value, arg-type]
    stacked = [layer_points(layer) for layer in layers]
    points = np.concatenate([*stacked, np.empty((0, 2))])
    result: list[float] = []
    for axis, log in ((0, panel.log_x), (1, panel.log_y)):
        given = ends[2 * axis : 2 * axis + 2]
        values = points[:, axis]
        values = values[np.isfinite(values) & (np.abs(values) < LARGEST)]
        if not values.size:
            values = np.array([0.1, 1.0] if log else [0.0, 1.0])
        if log:
            low, high = _round_out_log(values)
        else:
            known = [end for end in given if end is not None]
            low, high = (
                _round_out(min(values.min(), *known), max(values.max(), *known))
                if known
                else (_round_out(float(values.min()), float(values.max())))
            )
        low, high = (
            auto if end is None else float(end) for auto, end in zip((low, high), given, strict=True)
        )
        if log:  # as many decades as a ratio of two numbers can hold
            low, high = (
                (low, min(high, low * LARGEST)) if given[1] is None else (max(low, high / LARGEST), high)
            )
        if thin(low, high) or (not log and high - low < SMALLEST):  # all drawn lies outside the end given
            room = max(1.0, 1e-3 * abs(low if given[0] is not None else high))
            if given[0] is not None:
                high = low * 10 if log else low + room
            else:
                low = high / 10 if log else high - room
        result += [low, high]
    return tuple(result)  # type: ignore[return-value]
