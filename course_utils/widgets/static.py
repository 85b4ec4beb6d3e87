"""A scene as a small PNG, for paper, code hosts and HTML exports."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from course_utils.objectives import Array
from course_utils.plotting.style import MARKERS, SHARPNESS, CourseFigure, figure, set_plain_numbers
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Raster, Table, color_code
from course_utils.widgets.static_layers import HALO, draw_layer, label, legend_sample
from course_utils.widgets.view import View

# Inches: the plot of a panel of weight 1, what surrounds it, and a line of text.
_PLOT = 3.2
_LEFT, _RIGHT, _TOP, _BELOW, _LINE = 0.75, 0.2, 0.35, 0.62, 0.2
_EDGE = 0.04  # what stays free at the edge of the figure
_MONOSPACE = 8 / 90  # width of a character of the readout: whole pixels, of which there are 90 an inch
_DPI = 72  # several pictures share a notebook of a few hundred kilobytes


def picture(
    panels: Mapping[str, Panel],
    view: View,
    windows: Mapping[str, Window],
    handles: Mapping[str, Handle],
    state: State,
    *,
    alt: str,
    error: str,
) -> bytes:
    """Return what a scene shows, with its handles where ``state`` has them, as a PNG of some tens of kB."""
    fig = still(panels, view, windows, handles, state, alt=alt, error=error)
    made = fig.png()
    fig.clear()  # its parts refer to one another, so that Python would keep them for quite a while
    return made


def still(
    panels: Mapping[str, Panel],
    view: View,
    windows: Mapping[str, Window],
    handles: Mapping[str, Handle],
    state: State,
    *,
    alt: str,
    error: str,
) -> CourseFigure:
    """Return the figure of which `picture` makes a PNG; numbers beside an axis have their room."""
    widths = [_PLOT * panel.weight for panel in panels.values()]
    heights: list[float] = []
    for panel, plot in zip(panels.values(), widths, strict=True):
        heights.append(
            panel.plot_ratio * plot if panel.plot_ratio else heights[-1] if heights else 0.75 * plot
        )
    layers = [view.layers.get(name, ()) for name in panels]
    samples = [[legend_sample(layer) for layer in inside if label(layer)] for inside in layers]
    with figure(alt=alt) as fig:
        fig.set_layout_engine("none")
        fig.set_dpi(SHARPNESS * _DPI)  # at which it is drawn: no two sizes of a font measure alike
        axes = {name: fig.add_axes((0, 0, 1, 1)) for name in panels}
        titles = [
            _draw_panel(axes[name], panel, inside, windows.get(name, (0.0, 1.0, 0.0, 1.0)))
            for (name, panel), inside in zip(panels.items(), layers, strict=True)
        ]
        set_plain_numbers(fig.axes)
        place = partial(_place, fig, list(axes.values()), widths, heights)
        place([(_LEFT, _RIGHT)] * len(axes), _TOP)
        sides = [_sides(ax, title) for ax, title in zip(axes.values(), titles, strict=True)]
        top = max(_above(ax, title) for ax, title in zip(axes.values(), titles, strict=True))
        width = sum(widths) + sum(left + right for left, right in sides)
        notes = _notes(view, error, int((width - 0.3) / _MONOSPACE))
        below = _LINE * max(map(len, samples)) + _LINE * len(notes) + 0.2
        width, height = place(sides, top, below, 0.3 + _MONOSPACE * max(map(len, notes), default=0))
        explained = [(ax, shown) for ax, shown in zip(axes.values(), samples, strict=True) if shown]
        begins = [ax.get_position().x0 - 0.1 / width for ax, _ in explained]
        for (ax, shown), begin, end in zip(explained, begins, [*begins[1:], 1.0], strict=False):
            _explain(fig, ax, shown, begin, end)
        _draw_handles(axes, handles, state)
        lowest = 0.08 + _LINE * len(notes)
        for k, note in enumerate(notes):
            fig.text(
                0.15 / width, (lowest - _LINE * (k + 0.5)) / height, note, fontsize=10, family="monospace"
            )
        fig.set_dpi(_DPI)
    return fig


def _place(
    fig: CourseFigure,
    axes: Sequence[Axes],
    widths: Sequence[float],
    heights: Sequence[float],
    sides: Sequence[tuple[float, float]],
    top: float,
    below: float = 0.0,
    least: float = 0.0,
) -> tuple[float, float]:
    """Put the panels side by side and return the figure's width and height, all in inches."""
    width = max(sum(widths) + sum(map(sum, sides)), least)
    low = _BELOW + below
    height = top + max(heights) + low
    fig.set_size_inches(width, height)
    x = 0.0
    for ax, wide, high, (left, right) in zip(axes, widths, heights, sides, strict=True):
        ax.set_position(((x + left) / width, low / height, wide / width, high / height))
        x += left + wide + right
    return width, height


def _sides(ax: Axes, title: Text) -> tuple[float, float]:
    """Return the inches that a panel needs left and right of its plot; long names are set smaller."""
    renderer, inch = _renderer(ax)
    _fit(title, ax.bbox.width + _RIGHT * inch, renderer)
    _fit(ax.xaxis.label, ax.bbox.width + 2 * _RIGHT * inch, renderer)
    _fit(ax.yaxis.label, ax.bbox.height + 2 * _TOP * inch, renderer)
    boxes = [axis.get_tightbbox(renderer) for axis in (ax.xaxis, ax.yaxis)]
    marks = Bbox.union([box for box in boxes if box is not None])
    before, after = (ax.bbox.x0 - marks.x0) / inch, (marks.x1 - ax.bbox.x1) / inch
    return _room(_LEFT, before), _room(_RIGHT, after)


def _room(usual: float, needed: float) -> float:
    """Return the ``usual`` room where what is ``needed`` fits in, and else a little more than that."""
    return usual if needed <= usual else needed + _EDGE


def _above(ax: Axes, title: Text) -> float:
    """Return the inches that a figure with `_TOP` above its highest plot needs there for this title.

    Measured after `_sides`, which settles the numbers beside the plot.
    """
    renderer, inch = _renderer(ax)
    if ax.yaxis.get_offset_text().get_text():  # a power of ten that numbers share: the title goes above it
        ax.get_tightbbox(renderer, bbox_extra_artists=[])
    height = float(renderer.height)
    return _room(_TOP, _TOP + (title.get_window_extent(renderer).y1 - height) / inch)


def _renderer(ax: Axes) -> tuple[Any, float]:
    """Return what measures texts, and how many of its pixels are an inch."""
    whole = ax.get_figure(root=True)
    assert whole is not None
    canvas: Any = FigureCanvasAgg(whole)
    return canvas.get_renderer(), whole.dpi


def _fit(text: Text, room: float, renderer: Any) -> None:
    """Set a text smaller that is longer than ``room`` pixels."""
    for _ in range(3):  # a font is not quite twice as wide in twice the size
        box = text.get_window_extent(renderer)
        length = max(box.width, box.height)
        if length > room:
            text.set(fontsize=0.99 * float(text.get_fontsize()) * room / length)


def _explain(fig: CourseFigure, ax: Axes, shown: list[Line2D], begin: float, end: float) -> None:
    """Put a legend of ``shown`` below a panel, from ``begin`` to ``end`` at most (fractions of the width)."""
    width, height = fig.get_size_inches()
    look = {"borderaxespad": 0.0, "borderpad": 0.0, "labelspacing": 0.25, "fontsize": 10}
    anchor = (begin, ax.get_position().y0 + (0.08 - _BELOW) / height)
    legend = fig.legend(handles=shown, loc="upper left", bbox_to_anchor=anchor, **look)
    renderer, inch = _renderer(ax)
    lengths = [text.get_window_extent(renderer).width for text in legend.get_texts()]
    beside = legend.get_window_extent(renderer).width - max(lengths)
    for text in legend.get_texts():
        _fit(text, ((end - begin) * width - 3 * _EDGE) * inch - beside, renderer)


def _notes(view: View, error: str, columns: int) -> list[str]:
    """Return the readout and the messages as lines of text."""
    notes = _readout_lines(view.readout)
    for text in (view.message, error):
        for line in text.splitlines():
            notes += textwrap.wrap(line, columns)
    return notes


def _readout_lines(readout: Table | str | None) -> list[str]:
    """Return a readout as lines of text in columns."""
    if readout is None or isinstance(readout, str):
        return [readout] if readout else []
    rows = [
        list(map(str, row)) for row in ([readout.columns] if readout.columns else []) + list(readout.rows)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _draw_handles(axes: dict[str, Axes], handles: Mapping[str, Handle], state: State) -> None:
    for name, handle in handles.items():
        if not handle.is_there(state):
            continue
        ax = axes[handle.panel or next(iter(axes))]
        look: dict[str, Any] = {
            "color": color_code(handle.color),
            "markeredgecolor": "white",
            "markeredgewidth": 1.5,
        }
        ax.plot(*state[name], MARKERS[handle.shape], markersize=11, zorder=10, clip_on=False, **look)
        _tag(ax, handle.label or name.replace("_", " "), state[name])


def _tag(ax: Axes, name: str, at: Array) -> None:
    """Write a handle's name right of it and above, but within the panel, as the browser does."""
    look: dict[str, Any] = {
        "textcoords": "offset points",
        "weight": "bold",
        "zorder": 11,
        "path_effects": HALO,
    }
    tag = ax.annotate(name, (at[0], at[1]), (8, 8), **look)
    renderer, inch = _renderer(ax)
    box = tag.get_window_extent(renderer)
    if box.x1 > ax.bbox.x1 + _RIGHT * inch:
        tag.set(x=-8, ha="right")
    if box.y1 > ax.bbox.y1 + _TOP * inch:
        tag.set(y=-8, va="top")


def _draw_panel(ax: Axes, panel: Panel, layers: tuple[Layer, ...], window: Window) -> Text:
    """Draw a panel and what lies in it; return its title."""
    ax.set(xlabel=panel.x, ylabel=panel.y)
    title = ax.set_title(panel.title, loc="left")
    if panel.log_x:
        ax.set_xscale("log")
    if panel.log_y:
        ax.set_yscale("log")
    ax.set(xlim=window[:2], ylim=window[2:])
    ground = any(isinstance(layer, (Landscape, Raster)) for layer in layers)
    ax.grid(not ground)
    for layer in layers:
        draw_layer(ax, layer, window, halo=ground)
    return title
