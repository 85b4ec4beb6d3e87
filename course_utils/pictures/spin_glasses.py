"""Pictures of spherical spin glasses: where descent ends, and how many critical points there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np

from course_utils.landscapes import Subspace
from course_utils.objectives import Array
from course_utils.random_landscapes import (
    SphericalSpinGlass,
    complexity,
    descend_on_sphere,
    ground_state_energy,
    predicted_index,
    tangent_hessian,
    threshold_energy,
)
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Table, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_SIZES = (10, 20, 40, 80)
_REACH = 1.8
_LOOKS = 24  # moments of a run at which its Hessian is taken
_ENERGIES = np.linspace(-1.8, 0.8, 131)


def glass_descent(
    step: Callable[[Array, Array, float], Array] | None = None, *, size: int = 20, seed: int = 1
) -> Scene:
    """Return gradient descent on the sphere of a spin glass (p = 3), with a start to drag.

    Left the energy on a two-dimensional sheet of the sphere, c + z₁a + z₂b brought back to it, with the run
    as seen from above. Right the run in the plane of energy and index, with the predicted curve, the
    threshold and the ground state.

    Parameters
    ----------
    step : the reader's rule, ``step(x, g, learning_rate)`` for one point; gradient descent by default.
    size : N at first: 10, 20, 40 or 80.
    seed : of the couplings and of the sheet.

    Raises
    ------
    ValueError
        If ``size`` is none of these.
    """
    threshold, ground = threshold_energy(3), ground_state_energy(3)

    @cache
    def sheet(N: int) -> tuple[SphericalSpinGlass, Subspace]:
        rng = np.random.default_rng([seed, N])
        glass = SphericalSpinGlass(N, 3, rng=rng)
        axes = np.linalg.qr(rng.standard_normal((N, 3)))[0].T * np.sqrt(N)
        return glass, Subspace(glass, axes[0], axes[1:], domain=((-_REACH, _REACH),) * 2)

    @lru_cache(maxsize=64)
    def run_from(
        N: int, start: tuple[float, float], steps: int, rate: float
    ) -> tuple[Array, Array, Array, Array]:
        glass, plane = sheet(N)
        path = descend_on_sphere(glass, plane.points(np.array(start)), steps, learning_rate=rate, step=step)
        looks = np.unique(np.geomspace(1, len(path), _LOOKS).astype(int)) - 1
        index = np.sum(np.linalg.eigvalsh(tangent_hessian(glass, path[looks])) < 0, axis=-1)
        return looks, path[looks], glass.energy(path[looks]), index

    law: list[Layer] = [
        Line([(threshold, 0), (threshold, 1)], "grey", "dot", width=1.6, label="threshold −E∞"),
        Line([(ground, 0), (ground, 1)], "green", "dash", width=1.6, label="ground state −E₀"),
        Line(np.stack([_ENERGIES, predicted_index(_ENERGIES, 3)], axis=-1), "black", label="large N"),
    ]

    def update(state: State) -> View:
        N = state.size
        glass, plane = sheet(N)
        looks, x, energy, index = run_from(
            N, tuple(state.start.tolist()), int(state.steps), float(state.learning_rate)
        )
        # Seen along the rays through the centre of the sphere; the far half of it is not in the picture.
        ahead = x @ plane.origin / N
        z = (x @ plane.directions.T / N) / np.where(ahead > 0.05, ahead, np.nan)[:, None]
        slope = np.linalg.norm(glass.gradient(x[[0, -1]]), axis=-1) / np.sqrt(N)
        length = np.linalg.norm(x, axis=-1) / np.sqrt(N)
        rows = [
            (name, number(energy[k], 4), f"{index[k]} of {N - 1}", number(slope[k], 2), f"{length[k]:.3f}")
            for name, k in (("at the start", 0), (f"after {looks[-1]} steps", -1))
        ]
        return View(
            sheet=[
                Landscape(plane, resolution=61, levels=12),
                Line(z, "vermillion", marker="circle", size=2.6, run="descent", steps=looks),
            ],
            plane=[
                *law,
                Line(
                    np.stack([energy, index / (N - 1)], axis=-1),
                    "vermillion",
                    width=1.6,
                    marker="square",
                    size=3.2,
                    label="the run",
                    run="descent",
                    steps=looks,
                ),
                Points((energy[0], index[0] / (N - 1)), "black", size=7, hollow=True),
            ],
            readout=Table(rows, (f"N = {N}", "energy f/N", "negative eigenvalues", "‖g‖ / √N", "‖x‖ / √N")),
        )

    return scene(
        update,
        panels={
            "sheet": Panel("a sheet of the sphere", "z₁", "z₂", (-_REACH, _REACH) * 2, ratio="equal"),
            "plane": Panel(
                "energy and index on the way", "energy f/N", "negative share", (-1.8, 0.8, -0.03, 1.0)
            ),
        },
        handles={"start": Handle((0.6, -0.5), names=("z₁", "z₂"))},
        controls={
            "size": choice("spins N", {str(n): n for n in _SIZES}, size),
            "steps": slider("steps", 1, 200, 80, whole=True),
            "learning_rate": slider("learning rate η", 0.01, 0.2, 0.1, log=True),
        },
        alt="The energy of a spin glass on a sheet of its sphere with a run of gradient descent, and the run "
        "in the plane of energy and index, from half of the eigenvalues negative down to none",
    )


def complexity_curves() -> Scene:
    """Return the complexity of the spherical p-spin glass, with sliders for p, an energy and N.

    Θ of all critical points and Θₖ of those of index 0, 1, 2 and 5 against the energy; exp(NΘ) in numbers.
    """
    kinds = {"all": None, "minima, k = 0": 0, "k = 1": 1, "k = 2": 2, "k = 5": 5}

    def update(state: State) -> View:
        p, N, u = int(state.order), int(state.spins), float(state.energy)
        edge, ground = threshold_energy(p), ground_state_energy(p)
        x = np.linspace(1.12 * ground, 0.2, 400)
        near = np.linspace(1.03 * ground - 0.002, edge + (edge - ground) + 0.01, 300)
        whole: list[Layer] = []
        close: list[Layer] = []
        rows = []
        for number_of, (name, k) in enumerate(kinds.items()):
            color, dash, _ = series(number_of)
            for layers, at in ((whole, x), (close, near)):
                theta = complexity(at, p, k)
                layers.append(Line(np.stack([at, theta], axis=-1), color, dash, label=name))
            theta_here = float(complexity(u, p, k))
            power = N * theta_here / np.log(10)
            rows.append((name, number(theta_here, 3), f"10^{power:.1f}".replace("-", "−")))
        top = float(np.log(p - 1) / 2) * 1.1
        level = float(complexity(edge, p, 0))
        for layers, high in ((whole, top), (close, 2 * level)):
            layers.append(Line([(edge, -top), (edge, high)], "grey", "dot", width=1.6))
            layers.append(Line([(x[0], 0), (0.2, 0)], "grey", width=1.0))
            layers.append(Points([(u, float(complexity(u, p)))], "black", size=7, hollow=True))
        return View(
            whole=whole,
            close=close,
            readout=Table(rows, (f"up to energy {number(u, 4)}", "Θ", f"mean number at N = {N}: exp(NΘ)")),
            message=f"Threshold −E∞ = {number(edge, 4)}, ground state −E₀ = {number(ground, 4)}.",
            windows={
                "whole": (float(x[0]), 0.2, -0.25 * top, top),
                "close": (float(near[0]), float(near[-1]), -0.6 * level, 2 * level),
            },
        )

    return scene(
        update,
        panels={
            "whole": Panel("complexity", "energy u = f/N", "Θ(u)", (-2, 0.2, -0.1, 0.4), ratio=0.75),
            "close": Panel("near the threshold", "energy u = f/N", "Θ(u)", (-1.8, -1.5, -0.1, 0.1)),
        },
        controls={
            "order": slider("p, spins in a term", 3, 10, 3, whole=True),
            "spins": slider("spins N", 10, 1000, 100, log=True, whole=True),
            "energy": slider("energy u", -2.2, 0.0, -1.64),
        },
        alt="Complexity against energy: the curve of all critical points rises to ½ log 2; those of the "
        "minima and of a fixed index leave it at the threshold and stay level above",
    )
