"""Handles: points that the reader drags, and where each may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array

Motion = Literal["plane", "line", "curve", "circle"]


class State(Mapping[str, Any]):
    """What the reader has set: handle positions (2,) and control values by name, read-only.

    ``state.start`` and ``state["start"]`` are the same.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(
                f"the state has no {name!r}; it has {', '.join(self.__dict__.get('_values', ()))}"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"State({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


@dataclass(frozen=True)
class Anywhere:
    """Free to go anywhere in the window."""

    motion: Motion = field(default="plane", init=False)

    def place(self, position: Array, state: State) -> Array:
        """Stay."""
        return position


@dataclass(frozen=True)
class OnLine:
    """Kept at one height: on the x-axis by default."""

    y: float = 0.0
    motion: Motion = field(default="line", init=False)

    def place(self, position: Array, state: State) -> Array:
        """Move straight up or down to the line."""
        return np.array([position[0], self.y])


@dataclass(frozen=True)
class OnGraph:
    """Kept on the graph of ``function(x, state)``, which may change with the controls."""

    function: Callable[[float, State], float]
    motion: Motion = field(default="curve", init=False)

    def place(self, position: Array, state: State) -> Array:
        """Move straight up or down to the graph."""
        return np.array([position[0], float(self.function(float(position[0]), state))])


@dataclass(frozen=True)
class OnPolyline:
    """Kept on a polyline through ``points`` (n, 2): at the point of it that is nearest."""

    points: ArrayLike
    motion: Motion = field(default="curve", init=False)

    def place(self, position: Array, state: State) -> Array:
        """Move to the nearest point of the polyline."""
        corners = np.asarray(self.points, dtype=np.float64)
        start, along = corners[:-1], np.diff(corners, axis=0)
        squared = np.maximum(np.sum(along**2, axis=1), np.finfo(float).tiny)
        share = np.clip(np.sum((position - start) * along, axis=1) / squared, 0.0, 1.0)
        feet = start + share[:, None] * along
        nearest: Array = feet[np.argmin(np.sum((feet - position) ** 2, axis=1))]
        return nearest


@dataclass(frozen=True)
class OnCircle:
    """Kept on a circle: to turn a direction. ``centre`` is a point or the name of another handle.

    When the centre moves, the handle goes with it and keeps its angle.
    """

    centre: tuple[float, float] | str
    radius: float
    motion: Motion = field(default="circle", init=False)

    def middle(self, state: State) -> Array:
        """Return the centre (2,)."""
        return np.asarray(state[self.centre] if isinstance(self.centre, str) else self.centre, dtype=float)

    def place(self, position: Array, state: State) -> Array:
        """Move along the ray from the centre; from the centre itself: to the right."""
        centre = self.middle(state)
        ray = position - centre
        length = float(np.hypot(*ray))
        return centre + self.radius * (ray / length if length > 0 else np.array([1.0, 0.0]))


@dataclass(frozen=True)
class Handle:
    """A draggable point: by pointer, by arrow keys and by the number boxes beneath the picture.

    Attributes
    ----------
    at : where it starts.
    label : what it is called in the picture and to screen readers; its name by default.
    panel : the panel it lives in; the first by default.
    on : where it may go.
    names : what its coordinates are called.
    among : (name of a whole slider, number): it is there only while the slider is at least that number, so
        that there can be more and fewer of its kind. A double click in its panel puts the next one there,
        ``Delete`` takes this one away; several handles with one number come and go together.
    """

    at: tuple[float, float]
    label: str = ""
    panel: str = ""
    on: Anywhere | OnLine | OnGraph | OnPolyline | OnCircle = field(default_factory=Anywhere)
    shape: Literal["circle", "square", "diamond", "triangle"] = "circle"
    color: str = "black"
    names: tuple[str, str] = ("x", "y")
    among: tuple[str, int] | None = None

    def is_there(self, state: State) -> bool:
        """Return whether it is to be seen."""
        return self.among is None or state[self.among[0]] >= self.among[1]

    @property
    def shown_names(self) -> tuple[str, ...]:
        """Names of the numbers that can be typed."""
        if self.on.motion == "circle":
            return ("angle °",)
        one = self.on.motion == "line" or isinstance(self.on, OnGraph)
        return self.names[:1] if one else self.names
