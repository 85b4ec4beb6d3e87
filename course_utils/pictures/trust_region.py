"""Pictures of saddle-free Newton: the region that it trusts, and where each method ends from each start."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike

from course_utils.landscapes import ON_A_CYCLE, BasinMap, basin_map
from course_utils.objectives import Array, KnownPoint, Objective, as_points
from course_utils.optimizers import Optimizer, minimize
from course_utils.pictures.ground_layers import objective_layers, objective_panel
from course_utils.plotting import basin_name, basin_palette
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Arrow, Landscape, Layer, Line, Points, Raster, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_LEAST = 1e-6  # a smaller |λ| would make the region reach beyond any picture
_ROUND = np.linspace(0, 2 * np.pi, 181)
_CIRCLE = np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=-1)
_FAR = np.linspace(-3.0, 3.0, 61)


def trust_region(objective: Objective, point: ArrayLike | None = None, *, radius: float = 4.0) -> Scene:
    """Return the region Δᵀ|H|Δ ≤ r around a point to drag, and the steps that are taken from there.

    Drawn are its border, the border of the larger region |½ΔᵀHΔ| ≤ r (hyperbolas where H has both signs),
    the best point for the first-order model inside it, and the full steps of Newton and saddle-free
    Newton. Beside it, along the border of the ellipse: what the slope promises, gᵀΔ, and what f does.

    Parameters
    ----------
    objective : of two parameters.
    point : (2,) to begin with.
    radius : r, to begin with; a slider goes from a hundredth to ten times that.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, or ``radius`` ≤ 0.
    """
    if objective.dim != 2:
        raise ValueError(f"objective must have two parameters, got {objective.dim}")
    if not radius > 0:
        raise ValueError(f"radius must be positive, got {radius}")
    panel = objective_panel(objective, f"{objective.name}: a step and its region")
    still = objective_layers(objective)
    low, high = (np.array(ends) for ends in zip(*objective.domain, strict=True))
    at = low + 0.4 * (high - low) if point is None else as_points("point", point, 2)
    degrees = np.degrees(_ROUND)

    def update(state: State) -> View:
        x, r = np.asarray(state.point), float(state.radius)
        g, H = objective.gradient(x), objective.hessian(x)
        eigenvalues, V = np.linalg.eigh(H)
        size = np.maximum(np.abs(eigenvalues), _LEAST)
        curvature = np.where(eigenvalues < 0, -size, size)
        border = (_CIRCLE * np.sqrt(r / size)) @ V.T
        parts = V.T @ g
        full, newton = -V @ (parts / size), -V @ (parts / curvature)
        reach = float(np.sqrt(max(parts @ (parts / size), 1e-300)))
        best = full * np.sqrt(r) / reach
        slope = border @ g
        change = objective.value(x + border) - objective.value(x)
        direction = V.T @ best * np.sqrt(size)
        angle = float(np.degrees(np.arctan2(direction[1], direction[0])) % 360)
        bent = 0.5 * float(best @ H @ best)
        plane: list[Layer] = [
            *still,
            Line(x + _discrepancy(curvature, r) @ V.T, "grey", "dash", label="|½ΔᵀHΔ| = r", width=1.6),
            Line(x + border, "green", label="Δᵀ|H|Δ = r", fill=0.12),
            Arrow(x, x + newton, "vermillion", "dash", label="Newton"),
            Arrow(x, x + full, "blue", label="saddle-free Newton"),
            Points(x + best, "green", "diamond", label="lowest gᵀΔ in the region", size=7),
        ]
        lowest = float(slope.min())
        rows = [
            ("eigenvalues of H", f"{number(eigenvalues[0], 3)}, {number(eigenvalues[1], 3)}", ""),
            ("best point in the region", number(best @ g, 3), number(_change(objective, x, best), 3)),
            ("full saddle-free step", number(full @ g, 3), number(_change(objective, x, full), 3)),
            ("full Newton step", number(newton @ g, 3), number(_change(objective, x, newton), 3)),
            ("|½ΔᵀHΔ| at the best point", number(abs(bent), 3), f"at most r = {number(r, 3)}"),
        ]
        return View(
            plane=plane,
            around=[
                Line(np.stack([degrees, slope], axis=-1), "blue", "dash", label="slope alone, gᵀΔ"),
                Line(np.stack([degrees, change], axis=-1), "black", label="f(x+Δ) − f(x)"),
                Points((angle, lowest), "green", "diamond", size=7, label="direction of −|H|⁻¹g"),
            ],
            readout=Table(rows, ("", "gᵀΔ", "change of f")),
        )

    return scene(
        update,
        panels={
            "plane": panel,
            "around": Panel(
                "along the border of the region", "way round (degrees)", "change", (0.0, 360.0, None, None)
            ),
        },
        handles={"point": Handle((float(at[0]), float(at[1])), label="x", names=("x₁", "x₂"))},
        controls={"radius": slider("radius r", radius / 100, 10 * radius, radius, log=True)},
        alt=f"{objective.name} with the elliptic region around a point, the longer hyperbolic one, and the "
        "steps of Newton and saddle-free Newton; beside it the slope's promise along the ellipse.",
    )


def _change(objective: Objective, x: Array, step: Array) -> float:
    return float(objective.value(x + step) - objective.value(x))


def _discrepancy(curvature: Array, r: float) -> Array:
    """Return the border of |½ΔᵀHΔ| ≤ r in the eigenbasis (m, 2): an ellipse, or four hyperbolas."""
    axes = np.sqrt(2 * r / np.abs(curvature))
    if curvature[0] * curvature[1] > 0:
        ellipse: Array = _CIRCLE * axes
        return ellipse
    branch = np.stack([np.cosh(_FAR), np.sinh(_FAR)], axis=-1)
    lift = np.full((1, 2), np.nan)
    four = [branch, -branch, branch[:, ::-1], -branch[:, ::-1]]
    return np.concatenate([part for one in four for part in (one * axes, lift)])


def destination_map(
    objective: Objective, optimizer: Optimizer, *, resolution: int = 60, steps: int = 60
) -> BasinMap:
    """Return at which critical point of any kind every start of a grid ends, `landscapes.basin_map`-like.

    The ``minima`` of the map are all known critical points: minima first, then saddles, then maxima.
    """
    return basin_map(
        objective,
        optimizer,
        minima=np.stack([point.x for point in _ordered(objective)]),
        resolution=resolution,
        steps=steps,
    )


def destination_shares(objective: Objective, found: BasinMap) -> dict[str, float]:
    """Return the fraction of starts of a `destination_map` that end at each kind of point, or nowhere."""
    kinds = np.array([point.kind for point in _ordered(objective)])
    shares = {kind: float(found.shares[kinds == kind].sum()) for kind in ("minimum", "saddle", "maximum")}
    return {**shares, "none of them": max(0.0, 1.0 - sum(shares.values()))}


def destinations(
    objective: Objective,
    methods: Mapping[str, tuple[Optimizer, int]],
    *,
    start: tuple[float, float],
    resolution: int = 60,
) -> Scene:
    """Return a map for each method, to choose from: which start ends where, saddles and maxima included.

    Parameters
    ----------
    objective : of two parameters, with its critical points known.
    methods : name → optimizer and how many steps each run makes.
    start : of one run to drag across the maps.
    resolution : starts along each axis.

    Raises
    ------
    ValueError
        If there is no method, or the objective knows no minimum.
    """
    points = _ordered(objective)
    minima = sum(point.kind == "minimum" for point in points)
    if not methods or not minima:
        raise ValueError("methods must hold at least one, and objective must know a minimum")
    maps = {
        name: destination_map(objective, optimizer, resolution=resolution, steps=steps)
        for name, (optimizer, steps) in methods.items()
    }
    palette = np.vstack([basin_palette(minima), to_rgb("#e9e4d4"), to_rgb("#8c6d46")])
    color = np.array(
        [*range(minima + 2), *(minima + 2 + (point.kind == "maximum") for point in points[minima:])]
    )
    ground = Landscape(objective, levels=12)
    rasters = {
        name: Raster(color[found.labels - ON_A_CYCLE], palette, contours=ground)
        for name, found in maps.items()
    }
    names = _names([point.kind for point in points])
    marks: list[Layer] = [Points(np.stack([point.x for point in points]), "white", size=9.0)]
    marks += [Text(point.x, name, "black", size=11) for point, name in zip(points, names, strict=True)]
    shares = {name: destination_shares(objective, found) for name, found in maps.items()}

    def update(state: State) -> View:
        optimizer, steps = methods[state.method]
        run = minimize(objective, optimizer, state.start, steps)
        apart = np.linalg.norm(maps[state.method].minima - run.x[-1], axis=-1)
        near = int(apart.argmin())
        there = apart[near] <= 0.1
        end = f"{points[near].kind} {names[near]}" if there else "none of the points"
        path = Line(run.x, "black", width=1.8, marker="circle", size=2.6, label="one run", run="one run")
        loss = np.stack([np.arange(len(run.value)), run.value], axis=-1)
        ended = points[near].kind if there else "none of them"
        parts = shares[state.method]
        rows = [
            (state.method, *(f"{share:.0%}" for share in parts.values())),
            ("one run", *("here" if kind == ended else "" for kind in parts)),
        ]
        return View(
            map=[rasters[state.method], *marks, path],
            loss=[Line(loss, "black", label=f"the run ends at {end}", run="one run")],
            readout=Table(rows, ("starts that end at a …", *parts)),
        )

    (x0, x1), (y0, y1) = objective.domain
    return scene(
        update,
        panels={
            "map": Panel(f"{resolution**2:,} starts", "x₁", "x₂", (x0, x1, y0, y1), ratio="equal"),
            "loss": Panel("f along the run from the handle", "step", "f"),
        },
        handles={"start": Handle(start, names=("x₁", "x₂"))},
        controls={"method": choice("method", list(methods))},
        alt=f"{objective.name}: every start in the colour of the critical point where {next(iter(methods))} "
        "ends. Letters are minima, S and a number saddles, M maxima; dark grey starts end at none.",
    )


def _ordered(objective: Objective) -> list[KnownPoint]:
    rank = {"minimum": 0, "saddle": 1, "maximum": 2, "degenerate": 3}
    return sorted(objective.critical_points, key=lambda point: rank[point.kind])


def _names(kinds: list[str]) -> list[str]:
    """Return A, B, … for minima, S₁, S₂, … for saddles, M for maxima."""
    saddles = iter(range(1, len(kinds) + 1))
    return [
        basin_name(k) if kind == "minimum" else f"S{next(saddles)}" if kind == "saddle" else "M"
        for k, kind in enumerate(kinds)
    ]
