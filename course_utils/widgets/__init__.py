"""What a live picture is made of: drag a point, move a slider, and Python draws the answer at once.

A picture is a `scene`: one pure function from what the reader has set to what is to be seen. The course's
own are on the shelf `course_utils.pictures`. ::

    from course_utils.objectives import catalogue
    from course_utils.widgets import Arrow, Handle, Landscape, Panel, Table, View, number, scene, slider

    f = catalogue()["Himmelblau"]

    def update(state):                       # state.start: (2,) array; state.rate: a number
        g = f.gradient(state.start)
        after = state.start - state.rate * g
        return View(
            plane=[Landscape(f), Arrow(state.start, after, label="one step")],
            readout=Table([("f before", number(f.value(state.start))), ("f after", number(f.value(after)))]),
        )

    scene(update,
          panels={"plane": Panel("Himmelblau", "x₁", "x₂", (-5, 5, -5, 5), ratio="equal")},
          handles={"start": Handle((-1, 2))},
          controls={"rate": slider("learning rate η", 1e-3, 0.1, 0.01, log=True)},
          alt="Contours of Himmelblau's function with one gradient step from the point (-1, 2)")

What goes in
    - `Panel` : title, axis labels, window (an end that is None follows what is drawn), log axes, ratio.
    - `Handle` : where it starts, where it may go: `Anywhere`, `OnLine`, `OnGraph`, `OnPolyline`, `OnCircle`.
      With ``among=("count", 3)`` it is there while the slider ``count`` is 3 or more: a double click puts
      the next one, Delete takes one away.
    - `slider`, `choice`, `toggle` : controls; ``groups={"heading": ["name", ...]}`` arranges them in columns.
What comes out
    - `View` : for each panel its layers `Landscape` or `Raster`, `Line`, `Points`, `Arrow`, `Text`, `Bars`;
      a readout (`Table` or a sentence); a message; windows. ``color, dash, marker = series(k)`` is the
      style of the k-th curve: nothing is told apart by colour alone.
    - A `Line` with a ``run`` can be played, and its steps are marked together with those of the same run in
      other panels and in the row of the table of that name.
Among other widgets
    A scene is one: it can stand in an ``HBox``; ``observe`` and ``link`` of ipywidgets reach each control and
    each handle, ``link((FloatSlider(), "value"), (s, "rate"))``.
Without a kernel
    ``s.record()`` evaluates the picture at some hundred states; pages and slides answer the reader from them.
For tests
    ``s.move("start", (x, y))``, ``s.set("rate", 0.1)``, ``s.state``, ``s.layers``, ``s.readout``,
    ``s.message``, ``s.error`` (None, or what the update function raised).

End a cell with the scene itself: it shows live, and its first state is stored as a picture with ``alt``.
"""

from course_utils.plotting.style import COLORS
from course_utils.widgets.axes import Panel
from course_utils.widgets.canvas import Canvas
from course_utils.widgets.controls import choice, setting_controls, slider, toggle
from course_utils.widgets.handles import Anywhere, Handle, OnCircle, OnGraph, OnLine, OnPolyline, State
from course_utils.widgets.layers import (
    Arrow,
    Bars,
    Landscape,
    Layer,
    Line,
    Points,
    Raster,
    Table,
    Text,
    number,
    series,
)
from course_utils.widgets.recording import Recording
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.storing import RECORDING, store_recordings
from course_utils.widgets.view import View

__all__ = [
    "COLORS",
    "RECORDING",
    "Anywhere",
    "Arrow",
    "Bars",
    "Canvas",
    "Handle",
    "Landscape",
    "Layer",
    "Line",
    "OnCircle",
    "OnGraph",
    "OnLine",
    "OnPolyline",
    "Panel",
    "Points",
    "Raster",
    "Recording",
    "Scene",
    "State",
    "Table",
    "Text",
    "View",
    "choice",
    "number",
    "scene",
    "series",
    "setting_controls",
    "slider",
    "store_recordings",
    "toggle",
]
