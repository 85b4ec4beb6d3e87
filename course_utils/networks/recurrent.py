"""A recurrent network that predicts the next character of a text."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.networks.losses import CrossEntropy
from course_utils.networks.network import (
    CHUNK,
    Network,
    check_weight_decay,
    decayed,
    in_chunks,
    penalty,
)
from course_utils.networks.parameters import Layer
from course_utils.networks.recurrent_passes import (
    Unrolled,
    back_in_time,
    collect,
    linearize,
    tangent,
    unroll,
)
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.checks import chosen_examples, generator, real_number, whole_number
from course_utils.objectives.lengths import norms


class RNN(Network):
    """The loss of a tanh recurrent network on given character sequences.

    With c_t the unit vector of the character at step t,

        h_t = tanh(W_in c_t + b + W h_{t−1}),    p_t = softmax(W_out h_t + b_out),

    and the loss is the mean over all sequences and steps of −log p_t[c_{t+1}], plus
    ½·``weight_decay``·‖θ‖² over all parameters. Gradient and Hessian are exact: they go through all T
    steps. The first state h_0 is a constant, so that a long text is learned in windows: each one starts
    from the state in which the one before ended (`following`), and no derivative crosses the border,
    which is truncated back-propagation through time (see also `truncated_gradient`).

    Parameters
    ----------
    hidden_units : H, length of the state.
    vocabulary_size : V, number of different characters.
    sequences : (S, T + 1) integers in 0 … V − 1: S sequences with T predictions each.
    initial_state : (S, H) first states h_0; zero by default.
    weight_decay : strength of the penalty, not negative.

    Attributes
    ----------
    layers : three `Layer`: ``"input"`` [W_in b], ``"recurrent"`` W, ``"output"`` [W_out b_out].
    steps : T.
    """

    further_costs: ClassVar[Mapping[str, float]] = {
        "predict": 1 / 3,
        "final_state": 1 / 3,
        "state_gradient_norms": 1.0,
        "truncated_gradient": 1.0,
    }

    def __init__(
        self,
        hidden_units: int,
        vocabulary_size: int,
        sequences: ArrayLike,
        *,
        initial_state: ArrayLike | None = None,
        weight_decay: float = 0.0,
    ) -> None:
        self.hidden_units = hidden_units = whole_number("hidden_units", hidden_units, 1)
        self.vocabulary_size = vocabulary_size = whole_number("vocabulary_size", vocabulary_size, 2)
        self.weight_decay = check_weight_decay(weight_decay)
        read = Layer("input", 0, hidden_units, vocabulary_size)
        repeat = Layer("recurrent", read.stop, hidden_units, hidden_units, biases=False)
        write = Layer("output", repeat.stop, vocabulary_size, hidden_units)
        self.layers: tuple[Layer, Layer, Layer] = (read, repeat, write)
        super().__init__(f"recurrent network of {hidden_units} units", write.stop)
        self._set_sequences(sequences, initial_state)

    def _set_sequences(self, sequences: ArrayLike, initial_state: ArrayLike | None) -> None:
        text = np.asarray(sequences)
        if text.ndim != 2 or text.shape[0] < 1 or text.shape[1] < 2:
            raise ValueError(f"sequences must have shape (S, T + 1) with S, T ≥ 1, got {text.shape}")
        if text.dtype.kind not in "iu":
            raise ValueError(f"sequences must be integers, one a character, got dtype {text.dtype}")
        if text.min() < 0 or text.max() >= self.vocabulary_size:
            raise ValueError(
                f"sequences must lie in 0 … {self.vocabulary_size - 1}, got {text.min()} to {text.max()}"
            )
        count, self.steps = text.shape[0], text.shape[1] - 1
        first = np.zeros((count, self.hidden_units))
        if initial_state is not None:
            first = as_points("initial_state", initial_state, self.hidden_units)
            if first.shape != (count, self.hidden_units):
                raise ValueError(
                    f"initial_state must have shape {(count, self.hidden_units)}, got {first.shape}"
                )
        self.sequences = text
        self._first = np.ascontiguousarray(first.T)
        self._characters = np.zeros((self.vocabulary_size + 1, self.steps, count))
        step, sequence = np.indices((self.steps, count))
        self._characters[text.T[:-1], step, sequence] = 1.0
        self._characters[-1] = 1.0
        self._loss = CrossEntropy(text.T[1:].ravel().astype(np.intp), 1.0 / (self.steps * count))

    @property
    def examples(self) -> int:
        """S, the number of sequences."""
        return len(self.sequences)

    def following(self, x: ArrayLike, sequences: ArrayLike) -> RNN:
        """Return the loss on the next window, (S, any length), from the states in which this one ends.

        The states are those under the parameters ``x`` (dim,); from then on they are constants.
        """
        network = copy(self)
        network._set_sequences(sequences, self.final_state(x))
        return network

    def batch(self, indices: ArrayLike) -> RNN:
        """Return the same loss on the sequences ``indices`` alone."""
        chosen = chosen_examples(indices, self.examples)
        network = copy(self)
        network._set_sequences(self.sequences[chosen], self._first.T[chosen])
        return network

    def initial(
        self,
        rng: np.random.Generator,
        *,
        scale: float = 1.0,
        spectral_radius: float = 1.0,
        shape: int | tuple[int, ...] = (),
    ) -> Array:
        """Return random starting parameters, shape (*shape, dim).

        W is Gaussian with variance ``spectral_radius``²/H, so that its largest eigenvalue has about that
        modulus (circular law): above 1 gradients can explode on their way back through time, below 1 they
        vanish. W_in and W_out are Gaussian with variance scale²·2/(inputs + outputs) (Glorot & Bengio
        2010, equation 12); biases are zero.
        """
        generator("rng", rng)
        scale = real_number("scale", scale, at_least=0.0)
        spectral_radius = real_number("spectral_radius", spectral_radius, at_least=0.0)
        start = np.zeros((*np.atleast_1d(np.asarray(shape, dtype=int)), self.dim))
        for layer in self.layers:
            deviation = scale * np.sqrt(2.0 / (layer.inputs + layer.outputs))
            if layer is self.layers[1]:
                deviation = spectral_radius / np.sqrt(self.hidden_units)
            weights = layer.weights(start)
            weights[...] = rng.normal(scale=deviation, size=weights.shape)
        return start

    def predict(self, x: ArrayLike) -> Array:
        """Return the probabilities of the next character, shape (..., S, T, V)."""
        count = self._first.shape[1]

        def answer(points: Array) -> Array:
            p = self._loss.response(unroll(self.layers, points, self._characters, self._first)[1])
            return np.moveaxis(p.reshape(*p.shape[:-1], self.steps, count), (-3, -1), (-1, -3))

        probabilities: Array = in_chunks(answer, as_points("x", x, self.dim), self._points_at_once)
        return probabilities

    def final_state(self, x: ArrayLike) -> Array:
        """Return the states h_T, shape (S, H), at one point ``x`` (dim,)."""
        states, _ = unroll(self.layers, self._one_point(x), self._characters, self._first)
        return np.ascontiguousarray(states[: self.hidden_units, -1].T)

    def state_gradient_norms(self, x: ArrayLike, *, step: int | None = None) -> Array:
        """Return ‖∂loss/∂h_t‖ for t = 0 … T and every sequence, shape (S, T + 1), at one point ``x``.

        Read from the right, these are the norms on the way back through time. With ``step`` (1 … T)
        only that step's share of the loss counts: what its error still weighs t steps earlier, by which
        Pascanu, Mikolov & Bengio 2013 define exploding and vanishing gradients. The penalty of weight
        decay plays no part.
        """
        point = self._one_point(x)
        if step is not None:
            whole_number("step", step, 1, self.steps)
        states, z = unroll(self.layers, point, self._characters, self._first)
        delta = self._loss.gradient(self._loss.response(z))
        if step is not None:
            steps = delta.reshape(self.vocabulary_size, self.steps, -1)
            steps[:, : step - 1] = 0.0
            steps[:, step:] = 0.0
        arriving, deltas = back_in_time(self.layers, point, states, delta)
        at_start = self.layers[1].matrix(point).T @ deltas[:, 0]
        return norms(np.concatenate([at_start[:, None], arriving], axis=1), axis=0).T

    def truncated_gradient(self, x: ArrayLike, window: int) -> tuple[Array, Array]:
        """Return the loss and its gradient cut off every ``window`` steps, () and (dim,), at one point.

        States are carried across the cuts, derivatives are not. With ``window`` ≥ T the gradient is exact;
        otherwise it is not the gradient of any function.
        """
        point = self._one_point(x)
        whole_number("window", window, 1)
        value, gradient = penalty(self.weight_decay, point), self.weight_decay * point
        part = self
        for start in range(0, self.steps, window):
            text = self.sequences[:, start : start + window + 1]
            state = part.final_state(point) if start else self._first.T
            part = copy(self)
            part._set_sequences(text, state)
            loss, slope = part._loss_and_gradient(point)
            value = value + loss * (part.steps / self.steps)
            gradient += slope * (part.steps / self.steps)
        return value, gradient

    def _one_point(self, x: ArrayLike) -> Array:
        point = as_points("x", x, self.dim)
        if point.ndim != 1:
            raise ValueError(f"x must be one point of shape ({self.dim},), got {point.shape}")
        return point

    @property
    def _points_at_once(self) -> int:
        widest = max(self.hidden_units, self.vocabulary_size) + 1
        return max(1, CHUNK // int(widest * (self.steps + 1) * self.examples))

    def _loss_and_gradient(self, x: Array) -> tuple[Array, Array]:
        states, z = unroll(self.layers, x, self._characters, self._first)
        value, response = self._loss.value_and_response(z)
        delta = self._loss.gradient(response)
        _, deltas = back_in_time(self.layers, x, states, delta)
        return value, collect(self.layers, x, self._characters, states, deltas, delta)

    def _value(self, x: Array) -> Array:
        def value(points: Array) -> Array:
            return self._loss.value(unroll(self.layers, points, self._characters, self._first)[1])

        loss: Array = in_chunks(value, x, self._points_at_once)
        return loss + penalty(self.weight_decay, x)

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value, gradient = in_chunks(self._loss_and_gradient, x, self._points_at_once)
        return decayed(self.weight_decay, x, value, gradient)

    def _linearize(self, x: Array) -> Unrolled:
        return linearize(self.layers, self._loss, x, self._characters, self._first)

    def _products(self, at: Unrolled, v: Array) -> Array:
        return tangent(self.layers, self._loss, at, self._characters, v)

    @property
    def _directions_at_once(self) -> int:
        return self._points_at_once

    @property
    def gradient_flops(self) -> float:
        """Matrix products of one gradient: forward, into the weights, and back through time."""
        multiplications = 2 * self.dim + self.hidden_units * (self.hidden_units + self.vocabulary_size)
        return float(2.0 * self.steps * self.examples * multiplications)


def text_windows(characters: ArrayLike, sequences: int, steps: int) -> NDArray[np.intp]:
    """Cut a text into windows for truncated back-propagation, shape (windows, sequences, steps + 1).

    The text is split into ``sequences`` long parts that are read side by side. Each window repeats the
    last character of the one before, and sequence s of a window goes on where sequence s of the window
    before ended: the state can be carried over. What is left at the ends is dropped.

    Parameters
    ----------
    characters : (N,) integers, the whole text.
    sequences : how many parts are read at once.
    steps : predictions of one window.
    """
    text = np.asarray(characters)
    if text.ndim != 1 or text.dtype.kind not in "iu":
        raise ValueError(f"characters must be a 1-dimensional array of integers, got {characters!r:.80}")
    whole_number("sequences", sequences, 1)
    whole_number("steps", steps, 1)
    windows = (text.size // sequences - 1) // steps
    if windows < 1:
        raise ValueError(
            f"characters must hold at least sequences × (steps + 1) = {sequences * (steps + 1)} of them, "
            f"got {text.size}"
        )
    parts = text[: sequences * (text.size // sequences)].reshape(sequences, -1).astype(np.intp)
    return np.stack([parts[:, i * steps : (i + 1) * steps + 1] for i in range(windows)])
