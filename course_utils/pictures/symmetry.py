"""Symmetry to touch: change a trained network's parameters and watch what its function does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import colormaps
from numpy.typing import ArrayLike

from course_utils.landscapes import straight_line
from course_utils.networks import MLP, permute_units
from course_utils.objectives import Array, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Bars, Layer, Line, Points, Raster, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_ORDERS = 24  # shuffled orders to choose from
_SHADES = 255
_SAME = 1e-10  # an answer that changes by less has not changed: rounding
_TILES_A_ROW = 4
_LINE_POINTS = 21


def unit_symmetries(
    networks: Mapping[str, tuple[MLP, ArrayLike]],
    image_shape: tuple[int, int],
    image: ArrayLike,
    *,
    alt: str | None = None,
) -> Scene:
    """Return sliders that permute, flip and rescale the hidden units of trained networks.

    Left, the incoming weights of every unit as a picture; in the middle, the answer to one image before
    and after; right, the loss on the straight line from the trained parameters to the changed ones. To
    flip or rescale, incoming weights and bias are multiplied by c and outgoing weights divided by it,
    whether or not the activation allows that: the pictures tell.

    Parameters
    ----------
    networks : name → (network with one hidden layer, its trained parameters (dim,)).
    image_shape : height and width of the images that the networks read.
    image : (height·width,) the image that they answer.
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If there is no network, one has not exactly one hidden layer, or the networks differ in size.
    """
    if not networks:
        raise ValueError("networks must hold at least one, got none")
    trained = {
        name: (network, as_points("parameters", x, network.dim)) for name, (network, x) in networks.items()
    }
    sizes = {network.layer_sizes for network, _ in trained.values()}
    if len(sizes) != 1 or len(next(iter(sizes))) != 3:
        raise ValueError(f"networks must have one hidden layer and equal layer_sizes, got {sorted(sizes)}")
    k, classes = next(iter(sizes))[1:]
    if k < 2:
        raise ValueError(f"networks must have at least 2 hidden units, got {k}")
    pixels = as_points("image", image, int(np.prod(image_shape)))[None]
    before = {name: network.predict(x, pixels)[0] for name, (network, x) in trained.items()}
    rng = np.random.default_rng(3)
    orders = [np.arange(k), *(rng.permutation(k) for _ in range(_ORDERS))]

    def update(state: State) -> View:
        network, x = trained[state.network]
        order = orders[state.order]
        factors = np.ones(k)
        factors[0] = state.scale
        factors[: state.flips] *= -1.0
        changed = permute_units(network, scaled(network, x, factors), 0, order.tolist())
        answer = network.predict(changed, pixels)[0]
        line = straight_line(network, x, changed, _LINE_POINTS)
        difference = float(np.abs(answer - before[state.network]).max())
        losses = network.value(np.stack([x, changed]))
        moved = float(np.linalg.norm(changed - x))
        edges = np.arange(classes + 1) - 0.5
        answers: list[Layer] = [
            Bars(edges, before[state.network], "sky", label="as trained"),
            Points(
                np.stack([np.arange(classes), answer], axis=-1), "black", "diamond", label="after the change"
            ),
        ]
        way = np.stack([line.t, line.loss], axis=-1)
        # rounding decides the digits of a smaller difference: they would be others on another machine
        shown = number(difference, 2) if difference > _SAME else f"at most {number(_SAME)}"
        rows = [
            ("as trained", f"{losses[0]:.12f}", "", ""),
            ("after the change", f"{losses[1]:.12f}", shown, number(moved, 3)),
        ]
        return View(
            weights=_tiles(network, changed, x, order, image_shape),
            answer=answers,
            line=[Line(way, "blue"), Points(way[[0, -1]], "blue", "square")],
            readout=Table(rows, ("", "loss", "largest change of the answer", "parameters moved by")),
            message=_verdict(state, difference, moved),
        )

    height, width = image_shape
    rows = -(-k // _TILES_A_ROW)
    across, up = _TILES_A_ROW * (width + 1) + 1, rows * (height + 1) + 1
    return scene(
        update,
        panels={
            "weights": Panel(
                "weights, numbered as trained",
                "orange below 0, purple above",
                window=(0.0, float(across), 0.0, float(up)),
                ratio="equal",
            ),
            "answer": Panel(
                "answer to one image",
                "class",
                "probability",
                (-0.6, classes - 0.4, 0.0, 1.0),
                weight=0.8,
            ),
            "line": Panel(
                "loss on the line",
                "trained (0) … changed (1)",
                "loss",
                (0, 1, 0, None),
                weight=0.8,
            ),
        },
        controls={
            "network": choice("network", list(trained)),
            "order": slider("order of the units (0: as trained)", 0, _ORDERS, 0, whole=True),
            "flips": slider("flip the signs of this many units", 0, k, 0, whole=True),
            "scale": slider("scale unit 1 by β", 0.25, 4.0, 1.0, log=True),
        },
        alt=alt
        or f"The weights of {k} hidden units as small pictures, the answer before and after a change "
        "of its parameters, and the loss on the straight line between the two.",
    )


def scaled(network: MLP, x: Array, factors: Array) -> Array:
    """Return parameters with incoming weights and biases times c and outgoing weights over c, by unit."""
    result = x.copy()
    network.layers[0].matrix(result)[...] *= factors[:, None]
    network.layers[1].weights(result)[...] /= factors
    return result


def _tiles(
    network: MLP, changed: Array, trained: Array, order: Array, image_shape: tuple[int, int]
) -> list[Layer]:
    """Return the units' incoming weights side by side, numbered as they were before."""
    height, width = image_shape
    weights = network.layers[0].weights(changed)
    largest = 1.5 * float(np.abs(network.layers[0].weights(trained)).max())
    shade = 1 + np.rint(np.clip(weights / largest, -1, 1) * (_SHADES // 2) + _SHADES // 2).astype(int)
    rows = -(-len(weights) // _TILES_A_ROW)
    cells = np.zeros((rows * (height + 1) + 1, _TILES_A_ROW * (width + 1) + 1), dtype=int)
    names: list[Layer] = []
    for unit, picture in enumerate(shade.reshape(-1, height, width)):
        row, column = divmod(unit, _TILES_A_ROW)
        low, left = (rows - 1 - row) * (height + 1) + 1, column * (width + 1) + 1
        cells[low : low + height, left : left + width] = picture[::-1]
        names.append(Text((left + 0.4, low + height - 1.2), f"{order[unit] + 1}", anchor="left", size=12))
    palette = np.concatenate([[[0.2, 0.2, 0.2]], colormaps["PuOr"](np.linspace(0, 1, _SHADES))[:, :3]])
    return [Raster(cells, palette), *names]


def _verdict(state: State, difference: float, moved: float) -> str:
    if moved == 0:
        return "Nothing is changed yet."
    if difference <= _SAME:
        return "Other parameters, same function: the answer differs by rounding only."
    return f"The function has changed: the {state.network} network does not have this symmetry."
