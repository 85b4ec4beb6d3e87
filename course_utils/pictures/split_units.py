"""A unit split into two copies, and what becomes of the minimum that it came from."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks import MLP, split_unit
from course_utils.objectives import Array, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice
from course_utils.widgets.handles import Handle, OnLine, State
from course_utils.widgets.layers import Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_SHARES = np.linspace(-0.5, 1.5, 121)
_STEPS = np.linspace(-1.0, 1.0, 101)
_ZERO = 1e-9  # of the largest eigenvalue


def split_shares(network: MLP, x: ArrayLike, *, reach: float = 1.5, alt: str | None = None) -> Scene:
    """Return the line of critical points that splitting a hidden unit makes, with the share to drag.

    The unit's two copies share its outgoing weights, s and 1 − s. Left the extreme curvatures of pulling
    the copies apart, s(1 − s)·λ(A), over the largest |λ(A)| (Fukumizu & Amari 2000, theorem 3); right the
    loss of the wide network along the direction that curves down most, or up least. The readout gives the
    lowest eigenvalue of the whole Hessian and the number of negative ones.

    Parameters
    ----------
    network : one hidden layer, no weight decay (it allows no share but ½, see `split_unit`).
    x : (dim,) a critical point of it.
    reach : how far the incoming weights of the two copies are pulled apart.

    Raises
    ------
    ValueError
        If ``network`` has weight decay or more hidden layers, or ``x`` has another shape.
    """
    if network.weight_decay > 0 or len(network.layers) != 2:
        raise ValueError(
            "network must have one hidden layer and no weight decay, got "
            f"{network.layer_sizes} with {network.weight_decay:g}"
        )
    narrow = as_points("x", x, network.dim)
    if narrow.shape != (network.dim,):
        raise ValueError(f"x must have shape ({network.dim},), got {narrow.shape}")
    units = network.layer_sizes[1]

    def pulls(wide: MLP, unit: int, share: float) -> Array:
        """Return the directions that move the copies apart and keep their weighted mean, (d + 1, n)."""
        first, second = (wide.layers[0].filter(place) for place in (unit, units))
        found = np.zeros((first.stop - first.start, wide.dim))
        found[:, first], found[:, second] = (1 - share) * np.eye(len(found)), -share * np.eye(len(found))
        return found

    @cache
    def apart(unit: int) -> tuple[Array, Array]:
        """Return the eigenvalues and eigenvectors of A."""
        wide, half = split_unit(network, narrow, 0, unit, 0.5)
        D = pulls(wide, unit, 0.5)
        found = np.linalg.eigh(D @ wide.hvp(half, D).T * 4)
        return found.eigenvalues, found.eigenvectors

    @lru_cache(maxsize=256)
    def look(unit: int, share: float) -> tuple[Array, Array]:
        """Return the Hessian's eigenvalues, and the loss along the most telling pull."""
        wide, point = split_unit(network, narrow, 0, unit, share)
        curvatures, vectors = apart(unit)
        k = int(np.argmin(share * (1 - share) * curvatures))
        way = reach * vectors[:, k] @ pulls(wide, unit, share)
        loss = 100 * (wide.value(point + _STEPS[:, None] * way) / wide.value(point) - 1)
        return np.asarray(np.linalg.eigvalsh(wide.hessian(point)), dtype=np.float64), np.stack(
            [_STEPS * reach, loss], axis=-1
        )

    def update(state: State) -> View:
        share = float(state.share[0])
        unit = state.unit if units > 1 else 0
        curvatures = apart(unit)[0]
        sizes = curvatures / (np.abs(curvatures).max() or 1.0)  # 0 for a unit that is not in use
        eigenvalues, way = look(unit, round(share, 3))
        cutoff = _ZERO * float(np.abs(eigenvalues).max())
        down = int(np.sum(eigenvalues < -cutoff))
        curves = _SHARES * (1 - _SHARES)
        now = share * (1 - share)
        extremes = f"{number(curvatures[0], 2)} … {number(curvatures[-1], 2)}"
        lowest = 0.0 if abs(eigenvalues[0]) <= cutoff else float(eigenvalues[0])
        return View(
            line=[
                Line([(_SHARES[0], 0), (_SHARES[-1], 0)], "grey", "dot", width=1.3),
                Line(np.stack([_SHARES, curves * sizes[-1]], axis=-1), "blue", label="s(1 − s) λ_max(A)"),
                Line(
                    np.stack([_SHARES, curves * sizes[0]], axis=-1),
                    "vermillion",
                    "dash",
                    label="s(1 − s) λ_min(A)",
                ),
                Points([(share, now * sizes[0]), (share, now * sizes[-1])], "black", "circle"),
            ],
            way=[
                Line([(-reach, 0), (reach, 0)], "grey", "dot", width=1.3),
                Line(way, "black"),
            ],
            readout=Table(
                [(number(share, 3), extremes, number(lowest, 3), f"{down} of {eigenvalues.size}")],
                ("share s", "eigenvalues of A", "lowest eigenvalue of the Hessian", "negative"),
            ),
            message="A saddle: pull the copies apart and the loss falls."
            if down
            else "No way down in second order: the Hessian has zeros along the line of splits.",
        )

    return scene(
        update,
        panels={
            "line": Panel(
                "curvature of pulling the copies apart",
                "share s of the first copy",
                "relative curvature",
                (float(_SHARES[0]), float(_SHARES[-1]), -0.8, 0.8),
            ),
            "way": Panel(
                "loss as they are pulled apart",
                "distance pulled",
                "change of the loss (%)",
                (-reach, reach, None, None),
            ),
        },
        handles={"share": Handle((0.5, 0.0), "share", on=OnLine(), names=("s", ""))},
        # A menu of one word offers nothing.
        controls={"unit": choice("unit that is split", {str(k + 1): k for k in range(units)})}
        if units > 1
        else {},
        alt=alt
        or "Curvatures of pulling two copies of a unit apart against the share of the first one, parabolas "
        "through 0 and 1; and the loss along that way.",
    )
