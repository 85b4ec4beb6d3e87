"""Unrolling a recurrent network in time, back-propagation through time, and the tangent of both.

Arrays are (..., units, T, S): time before sequences, so that one step of all sequences is one matrix
product and all steps together, with the last two axes merged, are another. Leading axes are points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.networks.losses import Loss
from course_utils.networks.parameters import Layer
from course_utils.objectives.base import Array

Layers = tuple[Layer, Layer, Layer]  # input, recurrent, output


def flat(a: Array) -> Array:
    """Merge time and sequences."""
    return a.reshape(*a.shape[:-2], a.shape[-2] * a.shape[-1])


def unroll(layers: Layers, x: Array, characters: Array, first: Array) -> tuple[Array, Array]:
    """Return the hidden states h_0 … h_T and the outputs of every step.

    Parameters
    ----------
    layers : input, recurrent and output layer.
    x : (..., dim) parameters.
    characters : (V + 1, T, S), one unit vector a character above a row of ones.
    first : (H, S), h_0.

    Returns
    -------
    states : (..., H + 1, T + 1, S) with a last row of ones.
    z : (..., V, T·S).
    """
    read, repeat, write = layers
    hidden, (steps, sequences) = repeat.outputs, characters.shape[1:]
    states = np.empty((*x.shape[:-1], hidden + 1, steps + 1, sequences), dtype=x.dtype)
    states[..., hidden, :, :] = 1.0
    h = states[..., :hidden, :, :]
    h[..., 0, :] = first
    drive = (read.matrix(x) @ flat(characters)).reshape(*x.shape[:-1], hidden, steps, sequences)
    w = repeat.matrix(x)
    for t in range(steps):
        z = w @ h[..., t, :]
        z += drive[..., t, :]
        np.tanh(z, out=h[..., t + 1, :])
    return states, write.matrix(x) @ flat(states[..., 1:, :])


def back_in_time(layers: Layers, x: Array, states: Array, delta: Array) -> tuple[Array, Array]:
    """Return ∂loss/∂h_t and ∂loss/∂z_t of steps 1 … T, both (..., H, T, S), for ``delta`` (..., V, T·S)."""
    _, repeat, write = layers
    h = states[..., : repeat.outputs, 1:, :]
    arriving = (write.weights(x).swapaxes(-1, -2) @ delta).reshape(h.shape)
    slope = 1.0 - h * h
    w = repeat.matrix(x).swapaxes(-1, -2)
    deltas = np.empty_like(arriving)
    for t in range(h.shape[-2] - 1, -1, -1):
        if t < h.shape[-2] - 1:
            arriving[..., t, :] += w @ deltas[..., t + 1, :]
        np.multiply(arriving[..., t, :], slope[..., t, :], out=deltas[..., t, :])
    return arriving, deltas


def collect(layers: Layers, x: Array, characters: Array, states: Array, deltas: Array, delta: Array) -> Array:
    """Return the gradient (..., dim) from ∂loss/∂z of the hidden and of the output units."""
    read, repeat, write = layers
    gradient = np.empty_like(x)
    before = flat(states[..., : repeat.inputs, :-1, :])
    np.matmul(flat(deltas), flat(characters).T, out=read.matrix(gradient))
    np.matmul(flat(deltas), before.swapaxes(-1, -2), out=repeat.matrix(gradient))
    np.matmul(delta, flat(states[..., 1:, :]).swapaxes(-1, -2), out=write.matrix(gradient))
    return gradient


@dataclass(frozen=True)
class Unrolled:
    """All that second derivatives at one point share.

    Attributes
    ----------
    x : (dim,) the point.
    states : (H + 1, T + 1, S).
    response : (V, T·S) probabilities.
    delta : (V, T·S) ∂loss/∂z of the outputs.
    arriving, deltas : (H, T, S) ∂loss/∂h_t and ∂loss/∂z_t.
    """

    x: Array
    states: Array
    response: Array
    delta: Array
    arriving: Array
    deltas: Array


def linearize(layers: Layers, loss: Loss, x: Array, characters: Array, first: Array) -> Unrolled:
    """Return the forward and backward pass at one point ``x`` (dim,)."""
    states, z = unroll(layers, x, characters, first)
    response = loss.response(z)
    delta = loss.gradient(response)
    arriving, deltas = back_in_time(layers, x, states, delta)
    return Unrolled(x.copy(), states, response, delta, arriving, deltas)


def tangent(layers: Layers, loss: Loss, at: Unrolled, characters: Array, v: Array) -> Array:
    """Return Hv, (k, dim), of the mean loss for directions ``v`` (k, dim), all in one pass."""
    read, repeat, write = layers
    hidden, (steps, sequences) = repeat.outputs, characters.shape[1:]
    h, w = at.states[:hidden], repeat.matrix(at.x)
    slope = 1.0 - h[:, 1:] ** 2
    # What the changed weights do to the states that they meet.
    drive = read.matrix(v) @ flat(characters) + repeat.matrix(v) @ flat(h[:, :-1])
    drive = drive.reshape(len(v), hidden, steps, sequences)
    r = np.zeros((len(v), hidden, steps + 1, sequences))
    for t in range(steps):
        step = w @ r[:, :, t]
        step += drive[:, :, t]
        np.multiply(step, slope[:, t], out=r[:, :, t + 1])
    r_z = write.matrix(v) @ flat(at.states[:, 1:]) + write.weights(at.x) @ flat(r[:, :, 1:])

    r_delta = loss.curvature_product(at.response, r_z)
    r_deltas = write.weights(at.x).T @ r_delta + write.weights(v).swapaxes(1, 2) @ at.delta
    r_deltas = r_deltas.reshape(len(v), hidden, steps, sequences)
    r_deltas[:, :, :-1] += (repeat.matrix(v).swapaxes(1, 2) @ flat(at.deltas[:, 1:])).reshape(
        len(v), hidden, steps - 1, sequences
    )
    bend = -2.0 * at.arriving * h[:, 1:]
    for t in range(steps - 1, -1, -1):
        if t < steps - 1:
            r_deltas[:, :, t] += w.T @ r_deltas[:, :, t + 1]
        r_deltas[:, :, t] *= slope[:, t]
        r_deltas[:, :, t] += bend[:, t] * r[:, :, t + 1]

    result = collect(layers, v, characters, at.states, r_deltas, r_delta)
    repeat.matrix(result)[...] += flat(at.deltas) @ flat(r[:, :, :-1]).swapaxes(1, 2)
    write.weights(result)[...] += at.delta @ flat(r[:, :, 1:]).swapaxes(1, 2)
    return result
