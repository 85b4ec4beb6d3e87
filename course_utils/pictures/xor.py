"""Two hidden units that try to learn the exclusive or, moved by hand."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Arrow, Layer, Line, Points, Raster, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
_TARGETS = np.array([0.0, 1.0, 1.0, 0.0])
_LEVELS = {"1/8": 1 / 8, "1/12": 1 / 12, "1/16": 1 / 16, "0": 0.0}
_SIDE, _CELLS, _SHADES = 2.0, 81, 64
_LOUDEST = 40.0  # the steepest units
_FACTORS = np.geomspace(0.05, _LOUDEST, 161)
_COLORS = ("blue", "green")


def xor_units(
    weights: ArrayLike = ((1.0, 0.3), (0.2, 1.0)), biases: ArrayLike = (0.9, 0.6), *, alt: str | None = None
) -> Scene:
    """Return the answer of a 2-2-1 tanh network in the plane of its inputs, with its units to drag.

    The reader moves the incoming weights and biases of both hidden units; the output weights are the best
    ones for them (least squares), so that the loss ½ mean r² and its gradient are those of the units alone.
    Beside it the loss while both units are made steeper, which has limits and may never reach them. The
    readout gives ‖g‖ twice: with the slope 1/cosh² z, and with 1 − tanh² z, which float64 rounds to zero.

    Parameters
    ----------
    weights : (2, 2) incoming weights at first, a row for each unit; shown where they fit the window.
    biases : (2,) biases at first.

    Raises
    ------
    ValueError
        If shapes do not fit.
    """
    W, b = real_array("weights", weights), real_array("biases", biases)
    if W.shape != (2, 2) or b.shape != (2,):
        raise ValueError(f"weights must have shape (2, 2) and biases (2,), got {W.shape} and {b.shape}")
    side = np.linspace(-_SIDE, _SIDE, _CELLS)
    plane = np.stack(np.meshgrid(side, side), axis=-1)
    levels: list[Layer] = []
    for name, height in _LEVELS.items():
        levels.append(Line([(_FACTORS[0], height), (_FACTORS[-1], height)], "grey", "dot", width=1.3))
        levels.append(Text((_FACTORS[0] * 1.25, height + 0.004), name, "#555555", size=11))

    def update(state: State) -> View:
        W, b = np.stack([state.first, state.second]), np.array([state.b1, state.b2])
        curve = _loss_of_steepness(tuple(W.ravel()), tuple(b))
        v, c, r = _best_output(_hidden(_CORNERS, state.steepness * W, state.steepness * b))
        loss = float(r @ r) / 8
        answer = _hidden(plane, state.steepness * W, state.steepness * b) @ v + c
        shade = np.clip((answer + 0.25) / 1.5 * _SHADES, 0, _SHADES - 1).astype(int)
        exact, rounded = _slopes(state.steepness * W, state.steepness * b, v, r)
        return View(
            plane=[
                Raster(shade, _palette()),
                *_unit_layers(W, b),
                Points(_CORNERS[_TARGETS == 1], "black", "circle", size=9, label="target 1"),
                Points(_CORNERS[_TARGETS == 0], "black", "circle", size=9, hollow=True, label="target 0"),
            ],
            loss=[
                *levels,
                Line(np.stack([_FACTORS, curve], axis=-1), "vermillion", label="these units, made steeper"),
                Points((state.steepness, loss), "black", "star", size=8, label="now"),
            ],
            readout=Table(
                [
                    (
                        number(loss, 4),
                        ", ".join(number(value, 3) for value in r + _TARGETS),
                        number(exact, 2),
                        number(rounded, 2),
                    )
                ],
                ("loss", "answers at the four corners", "‖g‖", "‖g‖ with 1 − tanh²"),
            ),
            message="Blue: answers of −¼ and below; white: ½; red: 5/4 and above.",
        )

    top = 0.14
    return scene(
        update,
        panels={
            "plane": Panel("the answer", "x₁", "x₂", (-_SIDE, _SIDE, -_SIDE, _SIDE), ratio="equal"),
            "loss": Panel(
                "the loss",
                "steepness of both units",
                "loss",
                (_FACTORS[0], _FACTORS[-1], -0.005, top),
                log_x=True,
            ),
        },
        handles={
            "first": Handle(tuple(np.clip(W[0], -_SIDE, _SIDE)), "w₁", names=("w₁₁", "w₁₂")),
            "second": Handle(tuple(np.clip(W[1], -_SIDE, _SIDE)), "w₂", names=("w₂₁", "w₂₂")),
        },
        controls={
            "b1": slider("bias of unit 1", -3.0, 3.0, float(np.clip(b[0], -3, 3))),
            "b2": slider("bias of unit 2", -3.0, 3.0, float(np.clip(b[1], -3, 3))),
            "steepness": slider("steepness", float(_FACTORS[0]), _LOUDEST, 1.0, log=True),
        },
        # As fine as leaves room for both weights moved, a few places each, at every stop of the steepness.
        stops={"first": 7, "second": 7, "b1": 3, "b2": 3, "steepness": 4},
        alt=alt
        or "The answer of a small network over the plane of its two inputs, the lines of its two hidden "
        "units, and its loss while they are made steeper.",
    )


def _hidden(x: Array, W: Array, b: Array) -> Array:
    """Return what the two units answer, (..., 2)."""
    return np.tanh(x @ W.T + b)


def _best_output(a: Array) -> tuple[Array, float, Array]:
    """Return output weights (2,), bias and errors (4,) of the best answer for hidden answers ``a`` (4, 2)."""
    features = np.column_stack([a, np.ones(len(a))])
    # Columns that differ by rounding alone are one column: weights of 1e15 would answer with noise.
    best = np.linalg.lstsq(features, _TARGETS, rcond=1e-12)[0]
    best[np.abs(best) < 1e-12] = 0.0  # of units that cancel, rounding would be left
    return best[:2], float(best[2]), features @ best - _TARGETS


@lru_cache(maxsize=64)
def _loss_of_steepness(weights: tuple[float, ...], biases: tuple[float, ...]) -> Array:
    W, b = np.reshape(weights, (2, 2)), np.array(biases)
    errors = [_best_output(_hidden(_CORNERS, k * W, k * b))[2] for k in _FACTORS]
    return np.asarray(np.sum(np.square(errors), axis=-1) / 8)


def _slopes(W: Array, b: Array, v: Array, r: Array) -> tuple[float, float]:
    """Return ‖g‖ of the units' weights and biases, exactly and with a slope that rounding makes zero."""
    z = _CORNERS @ W.T + b
    inputs = np.column_stack([_CORNERS, np.ones(4)])
    small = np.exp(-2 * np.abs(z))
    exact, rounded = 4 * small / (1 + small) ** 2, 1 - np.tanh(z) ** 2
    both = [np.einsum("i,ij,ik,j->jk", r, slope, inputs, v) / 4 for slope in (exact, rounded)]
    return float(np.linalg.norm(both[0])), float(np.linalg.norm(both[1]))


def _unit_layers(W: Array, b: Array) -> list[Layer]:
    """Draw each unit's weights as an arrow, and the line on which it answers zero."""
    layers: list[Layer] = []
    for k in range(2):
        layers.append(Arrow((0.0, 0.0), W[k], _COLORS[k]))
        length = float(W[k] @ W[k])
        if length > 0:
            foot, along = -b[k] * W[k] / length, np.array([-W[k, 1], W[k, 0]]) / np.sqrt(length)
            ends = foot + 3 * _SIDE * np.array([[-1.0], [1.0]]) * along
            layers.append(Line(ends, _COLORS[k], ("solid", "dash")[k], label=f"unit {k + 1} answers 0"))
    return layers


@lru_cache(maxsize=1)
def _palette() -> Array:
    """Return shades from blue over white to red, (64, 3)."""
    t = np.linspace(-1, 1, _SHADES)[:, None]
    ends = np.array([[0.25, 0.52, 0.80], [0.92, 0.47, 0.25]])
    side = np.where(t < 0, ends[0], ends[1])
    return np.asarray(1 + np.abs(t) * (side - 1))
