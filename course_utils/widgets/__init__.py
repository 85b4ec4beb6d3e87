"""Live pictures: drag a point, move a slider, and Python draws the answer at once.

`explore(objective, optimizers)` is ready made: a landscape, a draggable start, a path for each optimizer
with sliders for its settings, and the loss beside it. The reader's own rule goes in with `from_step`,
and ``reference=`` draws a ghost path behind it. Ready made as well: `step_gain()`, one gradient step and
what it gains; `curvature_dial(objective)`, the curvature along a direction turned by hand; and
`taylor_model(objective)`, the second-order model at a draggable point and its error.

Everything else is a `scene`: one pure function from what the reader has set to what is to be seen. ::

    from course_utils.widgets import Arrow, Handle, Landscape, Line, Panel, Table, View, number, scene, slider

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
    `Panel` : title, axis labels, window (an end that is None follows what is drawn), log axes, ratio.
    `Handle` : where it starts, where it may go: `Anywhere`, `OnLine`, `OnGraph`, `OnPolyline`, `OnCircle`.
    `slider`, `choice`, `toggle` : controls; ``groups={"heading": ["name", ...]}`` arranges them in columns.
What comes out
    `View` : for each panel its layers `Landscape` or `Raster`, `Line`, `Points`, `Arrow`, `Text`, `Bars`;
        a readout (`Table` or a sentence); a message; windows. ``color, dash, marker = series(k)`` is the
        style of the k-th curve: nothing is told apart by colour alone.
For tests
    ``s.move("start", (x, y))``, ``s.set("rate", 0.1)``, ``s.state``, ``s.layers``, ``s.readout``,
    ``s.message``, ``s.error`` (None, or what the update function raised).

End a cell with the scene itself: it shows live, and its first state is stored as a picture with ``alt``.
"""

from course_utils.plotting.style import COLORS
from course_utils.widgets.axes import Panel
from course_utils.widgets.basins import basin_explorer
from course_utils.widgets.canvas import Canvas
from course_utils.widgets.cliffs import catapult, iterated_unit
from course_utils.widgets.clipping import clip_directions, clipped_average
from course_utils.widgets.conditioning import gradient_components, stability_limit
from course_utils.widgets.controls import choice, setting_controls, slider, toggle
from course_utils.widgets.curvature import curvature_dial, step_gain, taylor_model
from course_utils.widgets.detour import way_round
from course_utils.widgets.explore import explore
from course_utils.widgets.handles import Anywhere, Handle, OnCircle, OnGraph, OnLine, OnPolyline, State
from course_utils.widgets.jacobians import jacobian_growth
from course_utils.widgets.krylov import damping_view, krylov_view
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
from course_utils.widgets.line import line_between
from course_utils.widgets.random_matrices import height_and_index, random_hessians
from course_utils.widgets.saddles import eigenbasis_steps, ridge_escape, saddle_shapes
from course_utils.widgets.scene import Scene, View, scene
from course_utils.widgets.spectra import slice_turner, spectrum_browser
from course_utils.widgets.symmetry import unit_symmetries
from course_utils.widgets.training import spectral_progress, training_monitor
from course_utils.widgets.trust_region import destinations, trust_region

__all__ = [
    "COLORS",
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
    "Scene",
    "State",
    "Table",
    "Text",
    "View",
    "basin_explorer",
    "catapult",
    "choice",
    "clip_directions",
    "clipped_average",
    "curvature_dial",
    "damping_view",
    "destinations",
    "eigenbasis_steps",
    "explore",
    "gradient_components",
    "height_and_index",
    "iterated_unit",
    "jacobian_growth",
    "krylov_view",
    "line_between",
    "number",
    "random_hessians",
    "ridge_escape",
    "saddle_shapes",
    "scene",
    "series",
    "setting_controls",
    "slice_turner",
    "slider",
    "spectral_progress",
    "spectrum_browser",
    "stability_limit",
    "step_gain",
    "taylor_model",
    "toggle",
    "training_monitor",
    "trust_region",
    "unit_symmetries",
    "way_round",
]
