"""`scene`: a live picture from one pure function of what the reader has set."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.canvas import Canvas
from course_utils.widgets.controls import Control, Slider
from course_utils.widgets.drawn import Parts
from course_utils.widgets.errors import explain
from course_utils.widgets.handles import Handle, OnCircle, State
from course_utils.widgets.layers import Layer, Table
from course_utils.widgets.recording import LIMIT, STATES, Recording, check_stops, record
from course_utils.widgets.static import picture
from course_utils.widgets.traits import setting_traits
from course_utils.widgets.view import View

_RESERVED = {"readout", "message", "error", "windows"}  # what a View holds besides panels
_OWN = {
    "panels",
    "handles",
    "controls",
    "view",
    *_RESERVED,
}  # attributes of a Scene that are not of its class


class Scene(Canvas):
    """A live picture with its controls; made by `scene`.

    It can be driven from Python just as from the browser: `move` a handle, `set` a control, then look
    at ``layers``, ``readout``, ``message`` and ``error``. It is a widget like those of ipywidgets: it can
    stand in an ``HBox`` or a ``Tab``, and each control and each handle is a trait of its name, the value or
    the position (x, y), that ``observe`` and ``link`` reach.
    """

    def __init__(
        self,
        update: Callable[[State], View],
        panels: Mapping[str, Panel],
        handles: Mapping[str, Handle],
        controls: Mapping[str, Control],
        groups: Mapping[str, Sequence[str]],
        alt: str,
        stops: Mapping[str, int],
    ) -> None:
        names = list(panels)
        self._parts = Parts(
            update, dict(panels), dict(handles), dict(controls), dict(groups), alt, stops=dict(stops)
        )
        placed = {name: (h, names.index(self._parts.panel_of(name))) for name, h in handles.items()}
        super().__init__(list(panels.values()), placed, controls, groups, alt)
        self.panels, self.handles, self.controls = dict(panels), dict(handles), dict(controls)
        self.error: str | None = None
        self.view = View()
        self.windows: dict[str, Window] = {}
        self._picture: bytes | None = None
        self._placed: dict[str, Array] = {name: np.asarray(h.at, float) for name, h in handles.items()}
        self._wanted = {name: at - self._hung_on(name) for name, at in self._placed.items()}
        self._values = {name: control.value for name, control in controls.items()}
        traits = setting_traits(controls, handles)
        self.add_traits(**traits)
        self._refresh([])
        if traits:
            self.observe(self._set_from_python, list(traits))

    def __repr__(self) -> str:
        return f"Scene({self.alt!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live view, and the first state as a picture with its alt text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        live = bundle[0] if bundle else {}
        if self._picture is None:
            self._picture = picture(
                self.panels,
                self.view,
                self.windows,
                self.handles,
                self.state,
                alt=self.alt,
                error=self.error or "",
            )
        still = {"text/plain": repr(self), "image/png": base64.b64encode(self._picture).decode()}
        return live | still, {"image/png": {"alt": self.alt}}

    @property
    def state(self) -> State:
        """Control values and handle positions as the update function sees them."""
        return State({**self._values, **{name: at.copy() for name, at in self._placed.items()}})

    @property
    def layers(self) -> dict[str, tuple[Layer, ...]]:
        """What every panel shows."""
        return self.view.layers

    @property
    def readout(self) -> Table | str | None:
        """The numbers beneath the picture."""
        return self.view.readout

    @property
    def message(self) -> str:
        """What the picture asks the reader to notice."""
        return self.view.message

    def window_of(self, handle: str) -> Window:
        """Return the window that a handle lives in."""
        return self.windows[self._parts.panel_of(handle)]

    def move(self, handle: str, position: ArrayLike) -> None:
        """Drag ``handle`` to ``position`` (2,), clipped to its window and put where it may go."""
        if handle not in self.handles:
            raise ValueError(f"handle must be one of {', '.join(self.handles)}, got {handle!r}")
        point = np.asarray(position, dtype=np.float64)
        if point.shape != (2,) or not np.isfinite(point).all():
            raise ValueError(f"position must be two finite numbers, got {position!r}")
        self._wanted[handle] = point - self._hung_on(handle)
        self._refresh([])

    def _set_from_python(self, change: Any) -> None:
        """Draw the picture anew when a trait is set, unless it only tells what the picture already shows."""
        name, value = change["name"], change["new"]
        if name in self.handles:
            if value == tuple(self._placed[name]):
                return
            self._wanted[name] = np.asarray(value) - self._hung_on(name)
        else:
            known = self._values[name]
            if value is known or (isinstance(value, (int, float)) and value == known):
                return
            self._values[name] = value
        self._refresh([])

    def _standing(self) -> dict[str, Any]:
        """Return where handles and controls stand; nothing where the reader's own circle cannot tell."""
        try:
            return self._parts.settings(self._placed, self._values)
        except Exception:
            return {}

    def _tell(self) -> None:
        """Bring the traits up to date with what the picture shows, and so all that observes them.

        Who observes one may set another, which draws the picture anew: each is told as it stands by then.
        What an observer raises is raised once all have been told.
        """
        failures = []
        for name in [*self._placed, *self._values]:
            value = tuple(map(float, self._placed[name])) if name in self._placed else self._values[name]
            try:
                self.set_trait(name, value)
            except Exception as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def set(self, control: str, value: Any) -> None:
        """Give ``control`` a value; a slider keeps it between its ends."""
        if control not in self.controls:
            raise ValueError(f"control must be one of {', '.join(self.controls)}, got {control!r}")
        self._values[control] = self.controls[control].take(value)
        self._refresh([])

    def record(
        self, *, states: int = STATES, limit: int = LIMIT, stops: Mapping[str, int] | None = None
    ) -> Recording:
        """Return the picture at many states around the one it stands in, for pages that have no kernel.

        All combinations of stops are recorded where enough stops of each handle and control fit in; elsewhere
        each of them by itself and together with a few stops of the others, above all each control with a few
        places of the first handle. A state whose update function raises is left out.

        Parameters
        ----------
        states : how many at most.
        limit : bytes of the recording at most; there are fewer states where ``states`` would take more.
        stops : name of a handle or a control → how many stops it has (a handle: along each coordinate), where
            the default or the picture's own hint (``stops`` of `scene`) is poor; 1 leaves it where it is.

        Raises
        ------
        TypeError, ValueError
            If an argument is not a whole number ≥ 1, ``stops`` names what is not there, nothing can be moved,
            or ``limit`` is too small for three states.
        """
        return record(self._parts, self._placed, self._values, states=states, limit=limit, stops=stops)

    def _moved(self, positions: dict[str, Any], values: dict[str, Any], reply: list[Any]) -> None:
        """Take what the browser sends; it checks what the reader types, so these are numbers."""
        for name, at in positions.items():
            self._wanted[name] = np.asarray(at, dtype=np.float64) - self._hung_on(name)
        for name, value in values.items():
            self._values[name] = self.controls[name].take(value)
        self._refresh(reply)

    def _hung_on(self, name: str) -> Array:
        """Return where the handle is that this one goes along with; the origin if there is none."""
        centre = self._parts.hung_on(name)
        return self._placed[centre] if centre else np.zeros(2)

    def _refresh(self, reply: list[Any]) -> None:
        """Compute the picture anew; whatever the reader's code raises is shown, and the old picture stays."""
        try:
            with np.errstate(all="ignore"):
                self._placed = self._parts.place(self._wanted, self._values)
                drawn = self._parts.draw(self._placed, self._values)
                frame = self._parts.frame(drawn, self._placed, self._values)
                self.show(list(self.panels.values()), drawn.layers, drawn.windows, frame, reply)
            self.view, self.windows = drawn.view, dict(zip(self.panels, drawn.windows, strict=True))
            self.error = drawn.view.error or None
        except (Exception, KeyboardInterrupt) as error:
            self.error = explain(error)
            self.show_error(self.error, self._standing(), reply)
        self._tell()


_Kind = TypeVar("_Kind", bound=Scene)


def scene(
    update: Callable[[State], View],
    *,
    panels: Mapping[str, Panel] | Panel,
    handles: Mapping[str, Handle] | None = None,
    controls: Mapping[str, Control] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    alt: str,
    stops: Mapping[str, int] | None = None,
    kind: type[_Kind] = Scene,
) -> _Kind:
    """Return a live picture: drag a handle or move a control, and ``update`` draws it anew.

    Parameters
    ----------
    update : a pure function of the `State`, returning a `View`. What it raises is shown in the widget.
    panels : by name, drawn side by side; a single `Panel` is called ``"picture"``.
    handles : draggable points by name.
    controls : from `slider`, `choice` and `toggle`, by name.
    groups : heading → names of the controls beneath it.
    alt : what the first picture shows, in a sentence, for those who cannot see it.
    stops : what a recording of it is to hold: name of a handle or a control → how many stops it has (a
        handle: along each coordinate), where `Scene.record` would choose poorly because there is so much to
        move. One that has 1 rests in the recording, and the page shows it as such.
    kind : a subclass of `Scene` with properties of its own, made of the picture's state.

    Raises
    ------
    TypeError, ValueError
        If a name is used twice or unknown, ``alt`` is empty, a handle's panel has no fixed window, or
        ``stops`` holds anything but whole numbers ≥ 1.
    """
    panels = {"picture": panels} if isinstance(panels, Panel) else dict(panels)
    handles, controls, groups = dict(handles or {}), dict(controls or {}), dict(groups or {})
    _check(panels, handles, controls, groups, alt)
    check_stops([*handles, *controls], stops or {})
    return kind(update, panels, handles, controls, groups, alt, stops or {})


def _check(
    panels: Mapping[str, Panel],
    handles: Mapping[str, Handle],
    controls: Mapping[str, Control],
    groups: Mapping[str, Sequence[str]],
    alt: str,
) -> None:
    """Raise ValueError if the parts of a scene do not fit together."""
    if not panels:
        raise ValueError("panels must not be empty")
    taken = sorted(set(panels) & _RESERVED)
    if taken:
        raise ValueError(f"panels must not be called {', '.join(sorted(_RESERVED))}, got {', '.join(taken)}")
    if not alt.strip():
        raise ValueError("alt must say what the picture shows, got an empty text")
    settings = [*handles, *controls]
    both = set(handles) & set(controls)
    if both:
        raise ValueError(f"handles and controls must have different names, got {', '.join(both)} twice")
    taken = sorted(name for name in settings if hasattr(Scene, name) or name in _OWN)
    if taken:
        raise ValueError(
            f"handles and controls must not be called {', '.join(taken)}: a picture has that already"
        )
    strangers = [name for names in groups.values() for name in names if name not in controls]
    if strangers:
        raise ValueError(f"groups must name controls, got {', '.join(strangers)}")
    before: list[str] = []
    for name, handle in handles.items():
        panel = handle.panel or next(iter(panels))
        if panel not in panels:
            raise ValueError(f"panel of handle {name!r} must be one of {', '.join(panels)}, got {panel!r}")
        if None in panels[panel].window:
            raise ValueError(f"panel {panel!r} must have a fixed window, because handle {name!r} lives in it")
        among = handle.among and controls.get(handle.among[0])
        if handle.among and not (isinstance(among, Slider) and among.whole and not among.switch):
            raise ValueError(f"among of handle {name!r} must name a whole slider, got {handle.among[0]!r}")
        centre = handle.on.centre if isinstance(handle.on, OnCircle) else None
        if isinstance(centre, str) and centre not in before:
            raise ValueError(f"centre of handle {name!r} must be a handle before it, got {centre!r}")
        before.append(name)
