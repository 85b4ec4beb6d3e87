"""Pictures of what a subspace sees of a Hessian, and of how damping changes one step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature import LanczosResult, lanczos
from course_utils.objectives import Array, Objective, as_points
from course_utils.plotting.style import Dash, Marker
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_KEPT = 32  # spectra that are remembered while sliders go back and forth
_DAMPINGS = np.geomspace(1e-6, 10.0, 57)


def krylov_view(
    eigenvalues: ArrayLike, gradient: ArrayLike, *, most: int = 40, subspace: int = 10, seed: int = 0
) -> Scene:
    """Return what k products with a Hessian show of its spectrum, started from the gradient.

    Lanczos depends on H and g only through the eigenvalues and the gradient's parts along the
    eigenvectors, so a diagonal matrix stands for any Hessian. Sliders set k, the gradient's part along
    the most negative eigenvector (the others keep their proportions), and a random vector in the start.

    Parameters
    ----------
    eigenvalues : (n,) of H, at least one of them negative.
    gradient : (n,) its parts along the eigenvectors, in the same order.
    most : the largest k, at most n.
    subspace : k, to begin with.
    seed : of the random vector.

    Raises
    ------
    ValueError
        If shapes do not fit, or no eigenvalue is negative.
    """
    values = as_points("eigenvalues", eigenvalues, np.size(eigenvalues))
    parts = as_points("gradient", gradient, values.size)
    if values.ndim != 1 or parts.ndim != 1 or values.min() >= 0:
        raise ValueError(f"eigenvalues must be (n,) with a negative one, got shape {values.shape}")
    lowest = int(values.argmin())
    rest = np.where(np.arange(values.size) == lowest, 0.0, parts)
    rest = rest / np.linalg.norm(rest)
    share = float(abs(parts[lowest]) / np.linalg.norm(parts))
    share = min(share, 0.9) if share >= 1e-12 else 0.0  # the ends of its slider, or switched off
    most = min(most, values.size)
    counts = np.arange(1, most + 1)

    @lru_cache(maxsize=_KEPT)
    def process(overlap: float, mix: float) -> tuple[LanczosResult, Array]:
        start = np.sqrt(1 - overlap**2) * rest
        start[lowest] = overlap
        seen = lanczos(lambda v: values * v, start, most, mix=mix, rng=np.random.default_rng(seed))
        T = seen.tridiagonal
        smallest = [np.linalg.eigvalsh(T[:k, :k])[0] for k in range(1, len(T) + 1)]
        return seen, np.array(smallest + [smallest[-1]] * (most - len(smallest)))

    def update(state: State) -> View:
        overlap, mix, k = float(state.overlap), float(state.mix), int(state.subspace)
        seen, smallest = process(overlap, mix)
        T = seen.tridiagonal[:k, :k]
        ritz: Array = np.linalg.eigvalsh(T).astype(np.float64)
        curve = np.stack([counts, smallest], axis=-1)
        rows = [
            ("smallest Ritz value", number(ritz[0], 3)),
            ("smallest eigenvalue", number(values[lowest], 3)),
            ("negative Ritz values", f"{np.sum(ritz < 0)} (eigenvalues: {np.sum(values < 0)})"),
            ("products with H", f"{len(T)}, {2 * len(T)} gradient equivalents"),
        ]
        return View(
            spectrum=[
                Points(_row(values, 1.0), "grey", "circle", size=4, label="eigenvalues of H"),
                Points(_row(ritz, 0.0), "blue", "diamond", size=5, label="Ritz values, from k products"),
                Line([(0, -0.6), (0, 1.6)], "black", "dot", width=1.2),
            ],
            falls=[
                Line(curve, "blue", label="smallest Ritz value"),
                Line(
                    [(1, values[lowest]), (most, values[lowest])], "grey", "dash", label="smallest eigenvalue"
                ),
                Line([(1, 0), (most, 0)], "black", "dot", width=1.2),
                Points((k, smallest[k - 1]), "black", "diamond", size=7),
            ],
            readout=Table(rows),
            message="" if ritz[0] < 0 else "The subspace sees no negative curvature: it looks like a bowl.",
        )

    margin = 0.05 * float(np.ptp(values))
    return scene(
        update,
        panels={
            "spectrum": Panel(
                "the spectrum and what is seen of it",
                "curvature",
                "",
                (float(values.min()) - margin, float(values.max()) + margin, -0.6, 1.9),
                ratio=0.45,
            ),
            "falls": Panel(
                "smallest curvature seen", "subspace size k", "Ritz value", (1.0, float(most), None, None)
            ),
        },
        controls={
            "subspace": slider("subspace size k", 1, most, subspace, whole=True),
            "overlap": slider(
                "part of g along the lowest eigenvector", 1e-12, 0.9, share, log=True, switch=True, off=0.0
            ),
            "mix": slider("random vector in the start", 0.0, 1.0, 0.0),
        },
        alt="Eigenvalues of a Hessian above, below them the Ritz values of a small Krylov subspace; beside "
        "them the smallest Ritz value against the size of the subspace.",
    )


def _row(values: Array, height: float) -> Array:
    return np.stack([values, np.full(values.shape, height)], axis=-1)


def damping_view(objective: Objective, points: Mapping[str, ArrayLike], *, alt: str | None = None) -> Scene:
    """Return the loss after one step against its damping, for Newton and saddle-free Newton.

    Parameters
    ----------
    objective : with a Hessian that can be decomposed, once for each point, when this is called.
    points : name → (n,) parameters, such as those along a run; a slider leads through them.
    alt : description of the first picture; by default made of the names.

    Raises
    ------
    ValueError
        If there are fewer than two points.
    """
    names = list(points)
    if len(names) < 2:
        raise ValueError(f"points must hold at least two, got {len(names)}")
    cases = [_after_steps(objective, as_points(name, points[name], objective.dim)) for name in names]

    def update(state: State) -> View:
        before, lowest, curves = cases[int(state.moment)]
        layers: list[Layer] = []
        rows: list[tuple[str, ...]] = []
        for (name, color, dash, marker), losses in zip(_LOOKS, curves, strict=True):
            shown = np.clip(np.nan_to_num(losses, nan=np.inf), None, 10 * before)
            best = int(losses.argmin())
            layers += [
                Line(np.stack([_DAMPINGS, shown], axis=-1), color, dash, label=name),
                Points((_DAMPINGS[best], shown[best]), color, marker, size=7),
            ]
            rows.append((name, number(_DAMPINGS[best], 2), number(losses[best], 4)))
        rows.append(("no step", "", number(before, 4)))
        ends = [(_DAMPINGS[0], before), (_DAMPINGS[-1], before)]
        top = max(1.6 * before, 1e-12)
        return View(
            losses=[
                *layers,
                Line(ends, "grey", "dot", label="loss before the step"),
                Line([(-lowest, 0), (-lowest, top)], "purple", "dashdot", label="−λ_min", width=1.4),
            ],
            readout=Table(rows, (names[int(state.moment)], "best γ", "loss")),
            windows={"losses": (float(_DAMPINGS[0]), float(_DAMPINGS[-1]), 0.0, top)},
        )

    return scene(
        update,
        panels={
            "losses": Panel(
                "loss after one step",
                "damping γ",
                "loss",
                (float(_DAMPINGS[0]), float(_DAMPINGS[-1]), 0.0, 1.6 * cases[0][0]),
                log_x=True,
                ratio=0.45,
            )
        },
        controls={"moment": slider("moment", 0, len(names) - 1, 0, whole=True)},
        alt=alt
        or f"Loss after one step against the damping, for Newton and saddle-free Newton, at {names[0]}.",
    )


_LOOKS: tuple[tuple[str, str, Dash, Marker], ...] = (
    ("saddle-free Newton", "blue", "solid", "circle"),
    ("Newton", "vermillion", "dash", "square"),
)


def _after_steps(objective: Objective, x: Array) -> tuple[float, float, tuple[Array, Array]]:
    """Return the loss at x, the smallest eigenvalue there, and the losses after both steps (dampings,)."""
    eigenvalues, V = np.linalg.eigh(objective.hessian(x))
    coordinates = V.T @ objective.gradient(x)

    def losses(scale: Array) -> Array:
        with np.errstate(all="ignore"):
            return objective.value(x - (coordinates / (scale + _DAMPINGS[:, None])) @ V.T)

    return (
        float(objective.value(x)),
        float(eigenvalues[0]),
        (losses(np.abs(eigenvalues)), losses(eigenvalues)),
    )
