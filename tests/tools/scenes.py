"""Scenes and their parts, for the tests of everything live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from course_utils.plotting.style import SHARPNESS, CourseFigure, style
from course_utils.widgets import Line, Panel, Scene, State, View, scene
from course_utils.widgets.static import still

_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
WINDOW = (-2.0, 2.0, -1.0, 1.0)


def plain(update: Callable[[State], View] = lambda state: View(), **settings: Any) -> Scene:
    """Return a scene with one panel that shows ``WINDOW``; ``settings`` are those of `scene`."""
    return scene(update, **{"panels": Panel("p", "x", "y", WINDOW), "alt": "a test", **settings})


def exercise_every_control(scene: Scene) -> int:
    """Move every control to both ends and every handle to the corners of its window.

    After each move the picture must be drawn without an error, and all that it shows must have
    survived the way to the browser. Everything returns to where it was. Returns the number of moves.
    In the still picture of the first state no text is cut off and none lies over another panel.
    """
    assert astray(scene) == []
    before = dict(scene.state)
    moves = 0
    for what in _moves(scene):
        assert scene.error is None, f"{scene!r} after {what}: {scene.error}"
        frame = scene.frame
        sent = np.frombuffer(frame["data"], dtype=np.float32)
        drawn = sum(layer["n"] for panel in frame["panels"] for layer in panel["layers"])
        assert sent.size == 2 * drawn, f"{scene!r} after {what}: {sent.size} numbers for {drawn} points"
        assert not np.isinf(sent).any(), f"{scene!r} after {what}: infinite coordinates"
        for panel in frame["panels"]:
            x0, x1, y0, y1 = panel["window"]
            assert np.isfinite([x0, x1, y0, y1]).all(), f"{scene!r} after {what}: window {panel['window']}"
            assert x0 < x1, f"{scene!r} after {what}: window {panel['window']}"
            assert y0 < y1, f"{scene!r} after {what}: window {panel['window']}"
        moves += 1
    for name in scene.controls:
        scene.set(name, before[name])
    for name in scene.handles:
        scene.move(name, before[name])
    assert scene.error is None
    return moves


def astray(scene: Scene) -> list[str]:
    """Return the texts of a scene's still picture that leave it or lie over another panel."""
    fig = still(
        *(scene.panels, scene.view, scene.windows, scene.handles, scene.state),
        alt=scene.alt,
        error=scene.error or "",
    )
    fig.set_dpi(SHARPNESS * fig.dpi)
    with style():  # ticks are made anew when they are needed
        fig.draw_without_rendering()
        return _out_of_place(fig)


def _out_of_place(fig: CourseFigure) -> list[str]:
    renderer = FigureCanvasAgg(fig).get_renderer()
    plots = [(str(k), ax.bbox) for k, ax in enumerate(fig.axes)]
    written = [(str(k), *each) for k, ax in enumerate(fig.axes) for each in _written(ax, renderer)]
    written += [
        (str(k), "a legend", legend.get_window_extent(renderer)) for k, legend in enumerate(fig.legends)
    ]
    written += [("below", text.get_text(), text.get_window_extent(renderer)) for text in fig.texts]
    found = []
    for panel, text, box in written:
        whole = fig.bbox
        if box.x0 < 0 or box.y0 < 0 or box.x1 > whole.x1 or box.y1 > whole.y1:
            found.append(f"{text!r} leaves the picture: {box.extents.round()} in {whole.extents.round()}")
        others = [(other, plot) for other, plot in plots] + [(other, at) for other, _, at in written]
        if any(other != panel and box.overlaps(at) for other, at in others):
            found.append(f"{text!r} lies over another panel")
    return found


def _written(ax: Axes, renderer: Any) -> Iterator[tuple[str, Bbox]]:
    """Yield what is written in a panel and where; of what is cut at its edge, that which is cut."""
    for axis, name in ((ax.xaxis, "numbers and name of x"), (ax.yaxis, "numbers and name of y")):
        yield name, axis.get_tightbbox(renderer)
    for text in (*ax.texts, ax._left_title):
        if text.get_text():
            yield text.get_text(), text.get_window_extent(renderer)


def _moves(scene: Scene) -> Iterator[str]:
    for name, control in scene.controls.items():
        first: Any = scene.state[name]
        for end in control.ends:
            scene.set(name, end)
            yield f"{name} = {end!r}"
        scene.set(name, first)
        yield f"{name} = {first!r}"
    for name in scene.handles:
        at = scene.state[name].copy()
        x0, x1, y0, y1 = scene.window_of(name)
        for corner in product((x0, x1), (y0, y1)):
            scene.move(name, corner)
            yield f"{name} at {corner}"
        scene.move(name, at)
        yield f"{name} at {at}"


def lines(scene: Scene, panel: str) -> list[Line]:
    """Return the lines that a panel shows."""
    return [layer for layer in scene.layers[panel] if isinstance(layer, Line)]


def cells(scene: Scene, row: int) -> list[str]:
    """Return the cells of a row of the readout, with minus signs that `float` reads."""
    return [cell.replace("−", "-") for cell in scene.readout.rows[row]]


def read(text: str) -> float:
    """Return the number that a cell shows, undoing `course_utils.widgets.number`."""
    mantissa, _, power = text.replace("−", "-").partition("·10")
    return float(f"{mantissa}e{power.translate(_RAISED) or 0}")
