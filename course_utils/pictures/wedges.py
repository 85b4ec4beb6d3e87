"""Wedges in space, and the random line or plane that meets them or misses them."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from course_utils.landscapes import Subspace, Wedges, nearest_on_plane, random_directions
from course_utils.objectives import Array
from course_utils.plotting.style import Dash
from course_utils.widgets.axes import Panel, PartialWindow
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_REACH = 2.0  # how far wedges and planes are drawn
_MEETS = 1e-9
_COLORS = ("blue", "green", "purple")
_DASHES: tuple[Dash, ...] = ("solid", "dash", "dot")


def wedges_in_space(*, alt: str | None = None) -> Scene:
    """Return the wedges of three dimensions seen from a side, with a random line or plane among them.

    The wedges are the three axes (n = 1) or the three coordinate planes (n = 2); the line (d = 1) or plane
    (d = 2) goes through a point that the reader drags along the screen. Beside it, what training on the
    line or plane sees: the distance to the nearest wedge. Drawn after Fort & Jastrzębski (2019), figure 1.
    """

    def update(state: State) -> View:
        eye = _eye(state.turn, state.tilt)
        foot = np.asarray(state.foot) @ eye
        P = random_directions(np.random.default_rng(state.seed), 2, 3)[: state.d]
        wedges = Wedges(3, state.n)
        meeting = [one for one in _meetings(state.n, foot, P) if np.abs(one).max() <= 3 * _REACH]
        best = min(
            (nearest_on_plane(wedges, foot, P, start) for start in _starts(state.d)),
            key=lambda one: (round(one.distance, 9), float(np.abs(one.coordinates).max())),
        )
        space = [*_wedges(state.n, eye), _piece(foot, P, eye), *_marks(meeting, foot, P, eye)]
        seen, window = _seen(wedges, foot, P)
        z = best.coordinates
        place = z if len(z) == 2 else np.array([z[0], best.distance])
        seen.append(Points(place, "black", "star", size=8, label="nearest"))
        total = state.d + state.n
        sign = "<" if total < 3 else "=" if total == 3 else ">"
        meets = best.distance < _MEETS
        kind = {1: "line", 2: "plane"}[state.d]
        return View(
            space=space,
            seen=seen,
            windows={"seen": window},
            readout=Table(
                [(f"{state.d} + {state.n} {sign} 3", number(best.distance if not meets else 0.0, 3))],
                ("d + n against D", "distance to the nearest wedge, at best"),
            ),
            message=f"The {kind} {'meets' if meets else 'misses'} the wedges.",
        )

    side = 3.2
    return scene(
        update,
        panels={
            "space": Panel("in space", window=(-side, side, -side, side), ratio="equal"),
            "seen": Panel("seen from the line or plane", "z₁", "distance, or z₂", (-2.0, 2.0, -2.0, 2.0)),
        },
        handles={"foot": Handle((0.9, 0.7), "point", names=("right", "up"))},
        controls={
            "n": choice("wedges", {"axes, n = 1": 1, "coordinate planes, n = 2": 2}, 2),
            "d": choice("among them", {"a line, d = 1": 1, "a plane, d = 2": 2}),
            "turn": slider("turn (°)", -180.0, 180.0, 30.0),
            "tilt": slider("tilt (°)", -80.0, 80.0, 25.0),
            "seed": slider("another line or plane", 0, 20, 3, whole=True),
        },
        alt=alt or "Three coordinate planes in space and a random line that meets each of them in a point.",
    )


def _eye(turn: float, tilt: float) -> Array:
    """Return the screen's two directions in space, right and up, as rows (2, 3)."""
    a, b = np.radians([turn, tilt])
    right = [-np.sin(a), np.cos(a), 0.0]
    up = [-np.sin(b) * np.cos(a), -np.sin(b) * np.sin(a), np.cos(b)]
    return np.array([right, up])


def _wedges(n: int, eye: Array) -> list[Layer]:
    layers: list[Layer] = []
    for k, free in enumerate(combinations(range(3), n)):
        axes = _REACH * np.eye(3)[list(free)]
        name = "x" + "".join("₁₂₃"[i] for i in free)
        if n == 1:
            corners = np.array([-axes[0], axes[0]])
        else:
            signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
            corners = signs @ axes
        layers.append(
            Line(corners @ eye.T, _COLORS[k], _DASHES[k], width=3.0 if n == 1 else 1.5, fill=0.18 * (n == 2))
        )
        layers.append(Text(1.12 * (axes.sum(axis=0) @ eye.T), name, size=12))
    return layers


def _piece(foot: Array, P: Array, eye: Array) -> Layer:
    if len(P) == 1:
        ends = foot + 1.5 * _REACH * np.array([[-1.0], [1.0]]) * P[0]
        return Line(ends @ eye.T, "vermillion", width=3.0)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    return Line((foot + _REACH * signs @ P) @ eye.T, "vermillion", width=2.0, fill=0.2)


def _meetings(n: int, foot: Array, P: Array) -> list[Array]:
    """Return z (d,) of each point in which the line or plane meets a wedge; (2, 2) where that is a line."""
    found = []
    for free in combinations(range(3), n):
        held = [i for i in range(3) if i not in free]
        A, b = P[:, held].T, -foot[held]  # A z = b
        if len(held) < len(P):  # a plane meets a plane in a line
            normal = A[0] / (A[0] @ A[0])
            along = np.array([-A[0, 1], A[0, 0]]) / np.linalg.norm(A[0])
            found.append(b[0] * normal + _REACH * np.array([[-1.0], [1.0]]) * along)
        elif len(held) == len(P) and abs(np.linalg.det(A)) > _MEETS:
            found.append(np.linalg.solve(A, b))
    return found


def _marks(meeting: list[Array], foot: Array, P: Array, eye: Array) -> list[Layer]:
    marks: list[Layer] = []
    for z in meeting:
        at = (foot + z @ P) @ eye.T
        marks.append(Points(at, "black", "star", size=8) if z.ndim == 1 else Line(at, "black", width=3.5))
    return marks


def _seen(wedges: Wedges, foot: Array, P: Array) -> tuple[list[Layer], PartialWindow]:
    """Return what the line or plane sees of the distance, and the window that shows it."""
    if len(P) == 2:
        return [Landscape(Subspace(wedges, foot, P), 81)], (-2.0, 2.0, -2.0, 2.0)
    t = np.linspace(-3.0, 3.0, 241)
    away = np.sqrt(2 * wedges.value(foot + t[:, None] * P[0]))
    return [Line(np.stack([t, away], axis=-1), "vermillion")], (-3.0, 3.0, 0.0, 2.0)


def _starts(d: int) -> Array:
    """Return coordinates (m, d) from which descent finds every local minimum that the picture shows."""
    side = np.linspace(-2.0, 2.0, 7)
    return np.stack(np.meshgrid(*[side] * d), axis=-1).reshape(-1, d)
