"""One look for every figure, and a Figure that tells a screen reader what it shows."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import matplotlib.style
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import LogFormatterSciNotation, ScalarFormatter
from PIL import Image

from course_utils.objectives import Kind

COLORS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
    "grey": "#777777",
}
"""Okabe & Ito's palette, which every common kind of colour vision tells apart, by name."""

Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]
Marker = Literal["circle", "square", "diamond", "triangle", "down", "star", "plus", "cross"]
SERIES: tuple[tuple[str, Dash, Marker], ...] = (
    ("blue", "solid", "circle"),
    ("vermillion", "dash", "square"),
    ("green", "dashdot", "triangle"),
    ("purple", "dot", "diamond"),
    ("black", "longdash", "down"),
    ("orange", "solid", "star"),
    ("sky", "dash", "plus"),
)
"""Colour, dash and marker of the k-th of several curves: never told apart by colour alone."""

DASHES: dict[Dash, Any] = {
    "solid": "-",
    "dash": (0, (4, 2)),
    "dot": (0, (1, 1.4)),
    "dashdot": (0, (6, 2, 1, 2)),
    "longdash": (0, (8, 3)),
}
"""Matplotlib's line style for each kind of dash."""

MARKERS: dict[Marker, str] = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle": "^",
    "down": "v",
    "star": "*",
    "plus": "P",
    "cross": "X",
}
"""Matplotlib's sign for each kind of marker."""

# Critical points are white with a black edge, so that no path can be mistaken for one.
KIND_MARKERS: dict[Kind, str] = {"minimum": "v", "maximum": "^", "saddle": "X", "degenerate": "D"}
# Light on purpose: curves of every colour of the palette must stand out on it.
GROUND_COLORS = LinearSegmentedColormap.from_list("ground", ["#9db8d9", "#c3d5ea", "#e6eef7", "#fbfcfe"])

_STYLE_FILE = Path(__file__).with_name("course.mplstyle")
# Pixels per CSS pixel: a projector or a high-resolution screen shows the difference.
SHARPNESS = 1.25


@contextmanager
def style() -> Iterator[None]:
    """Apply the course's look inside a ``with`` block, whatever the reader's own settings are."""
    with matplotlib.style.context(["default", _STYLE_FILE]):
        yield


@dataclass(frozen=True)
class ShownFigure:
    """What ``Out`` keeps of a figure that a cell ended with: its picture and its description."""

    alt: str
    bundle: tuple[dict[str, str], dict[str, dict[str, object]]] = field(repr=False)

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        return self.bundle


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _without_formula(text: str) -> str:
    """Return what matplotlib writes at a tick without the formula around it."""
    return text.removeprefix(r"$\mathdefault{").removesuffix("}$")


class PlainNumbers(ScalarFormatter):
    """Numbers along an axis as plain text, and only the power of ten that they share as a formula.

    matplotlib sets every number as a formula, which takes twenty times as long and half of a picture's time.
    """

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the number at a tick without the formula around it."""
        return _without_formula(super().__call__(x, pos))


class PlainPowers(LogFormatterSciNotation):
    """Numbers along a logarithmic axis as plain text, such as 10⁻³ and 2·10⁻³; see `PlainNumbers`."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the number at a tick without the formula around it."""
        text = _without_formula(super().__call__(x, pos)).replace(r"\times", "·")
        text = re.sub(r"\^\{(.*)\}", lambda exponent: exponent[1].translate(_SUPERSCRIPTS), text)
        return text.replace("-", "−")


def set_plain_numbers(axes: Sequence[Axes]) -> None:
    """Let axes with matplotlib's own formatter of numbers have `PlainNumbers` or `PlainPowers`."""
    for axis in (axis for one in axes for axis in (one.xaxis, one.yaxis)):
        major, minor = axis.get_major_formatter(), axis.get_minor_formatter()
        if type(major) is ScalarFormatter:
            axis.set_major_formatter(PlainNumbers())
        if axis.get_scale() not in ("log", "symlog"):
            continue
        scale: Any = axis.get_transform()
        if type(major) is LogFormatterSciNotation:
            axis.set_major_formatter(PlainPowers(scale.base, major.labelOnlyBase))
        if type(minor) is LogFormatterSciNotation:
            axis.set_minor_formatter(PlainPowers(scale.base, minor.labelOnlyBase))


class CourseFigure(Figure):
    """A matplotlib Figure in the course's look that carries a description of what it shows.

    Made without pyplot: nothing opens a window, nothing has to be closed. As the last value of a cell
    it appears as a PNG whose ``alt`` text is the description; nbconvert writes it into the HTML. IPython's
    ``Out`` keeps the picture, and not all that it was drawn from.
    Used in a ``with`` block, everything drawn inside has the look of the course::

        with figure(alt="A straight line through the origin.") as fig:
            fig.subplots().plot([0, 1], [0, 1])
        fig

    Attributes
    ----------
    alt : what the figure shows, in words.
    """

    def __init__(self, *args: Any, alt: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        FigureCanvasAgg(self)
        self.alt = alt
        self._drawing = ExitStack()

    def __enter__(self) -> CourseFigure:
        self._drawing.enter_context(style())
        return self

    def __exit__(self, *error: object) -> None:
        self._drawing.close()

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def png(self) -> bytes:
        """Return the picture as a PNG of at most 256 colours, half the size of a full one."""
        with style():
            canvas: Any = FigureCanvasAgg(self)
            self.set_dpi(SHARPNESS * self.dpi)
            try:
                set_plain_numbers(self.axes)
                self._lay_out()
                canvas.draw()
                picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
            finally:
                self.set_dpi(self.dpi / SHARPNESS)
                self._forget_pixels()
        buffer = io.BytesIO()
        # The octree keeps rare colours, such as a thin line's; median cut would merge them into greys.
        few = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(buffer, "png", optimize=True)
        return buffer.getvalue()

    def _forget_pixels(self) -> None:
        """Let go of the picture just drawn, up to 4 MB: a notebook keeps every figure that it has shown."""
        FigureCanvasAgg(self)
        for text in self.findobj(Text):
            text._renderer = None  # type: ignore[attr-defined]  # as when a figure is pickled
        for axes in self.axes:
            for axis in (axes.xaxis, axes.yaxis):
                axis.reset_ticks()  # a logarithmic one has dozens, 0.5 MB; drawing makes them anew

    def _lay_out(self) -> None:
        """Place the axes: from the same beginning every time, as one pass builds on the one before."""
        for axes in self.axes:
            if spec := axes.get_subplotspec():
                axes.set_subplotspec(spec)
        engine: Any = self.get_layout_engine()
        # Drawing makes a pass. With equal units the first two leave too little room.
        equal = any(axes.get_aspect() != "auto" for axes in self.axes)
        for _ in range(2 if equal and engine is not None else 0):
            engine.execute(self)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        data = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}}

    def _ipython_display_(self) -> None:
        # Goes before the formatter that pyplot registers for every Figure, which would crop the picture.
        from IPython import get_ipython
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        if (shell := get_ipython()) is not None:
            _keep_only(ShownFigure(self.alt, (data, metadata)), self, shell)


def _keep_only(picture: ShownFigure, shown: CourseFigure, shell: Any) -> None:
    """Put ``picture`` into the place of ``shown`` in ``Out``, once the cell has run and put it there."""

    def replace(result: object) -> None:
        shell.events.unregister("post_run_cell", replace)
        for number, output in shell.user_ns["_oh"].items():
            if output is shown:
                shell.user_ns["_oh"][number] = picture
                shell.push({f"_{number}": picture}, interactive=False)

    shell.events.register("post_run_cell", replace)


def figure(width: float = 7.0, height: float = 3.5, *, alt: str) -> CourseFigure:
    """Return an empty figure of ``width`` × ``height`` inches; draw into it in a ``with`` block.

    Parameters
    ----------
    alt : what the figure shows, in a sentence or two, for those who do not see it. It is stored with
        the notebook and compared in tests: numbers in it must be rounded.

    Raises
    ------
    ValueError
        If a length is not in 1 … 20 inches, or ``alt`` is empty.
    """
    for name, length in (("width", width), ("height", height)):
        if not 1 <= length <= 20:
            raise ValueError(f"{name} must be in 1 … 20 inches, got {length}")
    if not alt.strip():
        raise ValueError("alt must say in words what the figure shows, got an empty text")
    with style():
        # "compressed" is the constrained layout that knows of axes with equal units.
        return CourseFigure(figsize=(width, height), layout="compressed", alt=alt)


def axes_or_new(axes: Axes | None, width: float, height: float, alt: str) -> tuple[Figure, Axes]:
    """Return the figure and axes to draw into: the given ones, or new ones with ``alt`` text."""
    if axes is None:
        new = figure(width, height, alt=alt)
        return new, new.subplots()
    whole = axes.get_figure(root=True)
    if whole is None:
        raise ValueError("axes must belong to a figure, got axes that were removed from theirs")
    return whole, axes


def add_legend(axes: Axes, handles: Sequence[Artist], *, outside: bool) -> None:
    """Explain ``handles``: right of a whole figure, which is widened for it, or inside one panel."""
    if not handles:
        return
    whole = axes.get_figure(root=True)
    if not outside or not isinstance(whole, CourseFigure):
        axes.legend(handles=handles, loc="best", frameon=True, framealpha=0.85, edgecolor="none")
        return
    legend = whole.legend(handles=handles, loc="outside right upper")
    canvas: Any = FigureCanvasAgg(whole)
    room = legend.get_window_extent(canvas.get_renderer()).width / whole.dpi
    width, height = whole.get_size_inches()
    whole.set_size_inches(width + room + 0.05, height)
