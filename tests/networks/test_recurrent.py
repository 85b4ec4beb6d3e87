"""RNN: exact derivatives through time, windows with carried states, gradient norms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.networks import RNN, text_windows
from course_utils.optimizers import Epochs, GradientDescent, OnBatches, minimize
from tests.tools.search import examples

STEP = 1e-30


@st.composite
def recurrent_networks(draw: st.DrawFn) -> tuple[RNN, np.ndarray]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    hidden, vocabulary = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    count, steps = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    rnn = RNN(
        hidden,
        vocabulary,
        rng.integers(0, vocabulary, (count, steps + 1)),
        initial_state=draw(st.sampled_from([None, rng.uniform(-1, 1, (count, hidden))])),
        weight_decay=draw(st.sampled_from([0.0, 0.1])),
    )
    x = rnn.initial(rng, spectral_radius=draw(st.sampled_from([0.5, 1.0, 2.0])))
    return rnn, x + 0.1 * rng.normal(size=rnn.dim)


def plain_loss(rnn: RNN, x: Any, first: Any) -> Any:
    """The definition, sequence by sequence and step by step, in arithmetic that takes complex parameters."""
    h_size, v_size = rnn.hidden_units, rnn.vocabulary_size
    read = x[: h_size * (v_size + 1)].reshape(h_size, v_size + 1)
    repeat = x[read.size : read.size + h_size**2].reshape(h_size, h_size)
    write = x[read.size + repeat.size :].reshape(v_size, h_size + 1)
    total = 0.0
    for sequence, h in zip(rnn.sequences, first, strict=True):
        for now, then in pairwise(sequence):
            h = np.tanh(read[:, now] + read[:, -1] + repeat @ h)
            z = write[:, :-1] @ h + write[:, -1]
            total = total + np.log(np.exp(z).sum()) - z[then]
    return total / (len(rnn.sequences) * rnn.steps) + 0.5 * rnn.weight_decay * (x**2).sum()


@examples(60)
@given(recurrent_networks())
def test_value_and_gradient_match_the_definition_by_complex_step(case: tuple[RNN, np.ndarray]) -> None:
    rnn, x = case
    first = rnn._first.T
    value, gradient = rnn.value_and_gradient(x)
    expected = np.array([plain_loss(rnn, x + 1j * STEP * e, first).imag / STEP for e in np.eye(rnn.dim)])
    np.testing.assert_allclose(value, plain_loss(rnn, x, first), rtol=1e-13)
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-13 * (1 + np.abs(expected).max()))


@examples(60)
@given(recurrent_networks())
def test_products_match_the_complex_step_of_the_gradient(case: tuple[RNN, np.ndarray]) -> None:
    rnn, x = case
    # The hook takes complex parameters; the public method would refuse them.
    expected = rnn._gradient(x + 1j * STEP * np.eye(rnn.dim)).imag / STEP
    scale = 1 + np.abs(expected).max()
    np.testing.assert_allclose(rnn.hvp(x, np.eye(rnn.dim)), expected, rtol=0, atol=1e-12 * scale)
    hessian = rnn.hessian(x)
    np.testing.assert_allclose(hessian, expected, rtol=0, atol=1e-12 * scale)
    np.testing.assert_array_equal(hessian, hessian.T)


@examples(30)
@given(recurrent_networks(), st.integers(0, 2**32))
def test_batches_of_points_equal_a_loop(case: tuple[RNN, np.ndarray], seed: int) -> None:
    rnn, x = case
    points = x + 0.3 * np.random.default_rng(seed).normal(size=(2, 2, rnn.dim))
    value, gradient = rnn.value_and_gradient(points)
    probabilities = rnn.predict(points)
    np.testing.assert_allclose(rnn.value(points), value, rtol=1e-13)
    for place in np.ndindex(2, 2):
        np.testing.assert_allclose(value[place], rnn.value(points[place]), rtol=1e-13)
        np.testing.assert_allclose(gradient[place], rnn.gradient(points[place]), rtol=0, atol=1e-13)
        np.testing.assert_allclose(probabilities[place], rnn.predict(points[place]), rtol=1e-12)
    assert probabilities.shape == (2, 2, len(rnn.sequences), rnn.steps, rnn.vocabulary_size)


def text_network(steps: int = 12, count: int = 3, **settings: Any) -> tuple[RNN, np.ndarray]:
    rng = np.random.default_rng(1)
    rnn = RNN(6, 4, rng.integers(0, 4, (count, steps + 1)), **settings)
    return rnn, rnn.initial(rng, spectral_radius=1.2)


def test_predictions_are_probabilities_of_the_next_character() -> None:
    rnn, x = text_network()
    probabilities = rnn.predict(x)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1.0, rtol=1e-14)
    hit = np.take_along_axis(probabilities, rnn.sequences[:, 1:, None], axis=-1)
    np.testing.assert_allclose(-np.log(hit).mean(), rnn.value(x), rtol=1e-13)


def test_states_carried_over_windows_give_the_value_of_the_whole() -> None:
    rnn, x = text_network()
    window, values = RNN(6, 4, rnn.sequences[:, :5]), []
    for start in (0, 4, 8):
        if start:
            window = window.following(x, rnn.sequences[:, start : start + 5])
        values.append(window.value(x))
    np.testing.assert_allclose(np.mean(values), rnn.value(x), rtol=1e-13)
    np.testing.assert_allclose(window.final_state(x), rnn.final_state(x), rtol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_truncated_gradient(decay: float) -> None:
    rnn, x = text_network(weight_decay=decay)
    value, gradient = rnn.value_and_gradient(x)
    for window in (12, 100):
        exact = rnn.truncated_gradient(x, window)
        np.testing.assert_allclose(exact[0], value, rtol=1e-14)
        np.testing.assert_allclose(exact[1], gradient, rtol=0, atol=1e-15)
    # A window that does not divide T: the parts weigh by their lengths.
    cut = rnn.truncated_gradient(x, 5)
    np.testing.assert_allclose(cut[0], value, rtol=1e-13)
    assert np.abs(cut[1] - gradient).max() > 1e-3
    parts, state = decay * x, None
    for start, stop in ((0, 5), (5, 10), (10, 12)):
        part = RNN(6, 4, rnn.sequences[:, start : stop + 1], initial_state=state)
        parts = parts + (stop - start) / 12 * part.gradient(x)
        state = part.final_state(x)
    np.testing.assert_allclose(cut[1], parts, rtol=0, atol=1e-15)


def test_state_gradient_norms_are_those_of_the_first_state() -> None:
    rnn, x = text_network()
    h = 1e-6
    gradient = np.empty((3, 6))
    for sequence, unit in np.ndindex(3, 6):
        step = np.zeros((3, 6))
        step[sequence, unit] = h
        up, down = (RNN(6, 4, rnn.sequences, initial_state=s).value(x) for s in (step, -step))
        gradient[sequence, unit] = (up - down) / (2 * h)
    norms = rnn.state_gradient_norms(x)
    assert norms.shape == (3, 13)
    np.testing.assert_allclose(norms[:, 0], np.linalg.norm(gradient, axis=1), rtol=1e-7)


def test_state_gradient_norms_of_one_step_at_a_later_state() -> None:
    rnn, x = text_network()
    norms = rnn.state_gradient_norms(x, step=9)
    assert (norms[:, 10:] == 0).all()
    head = RNN(6, 4, rnn.sequences[:, :6])
    tail = head.following(x, rnn.sequences[:, 5:])
    np.testing.assert_allclose(norms[:, 5], tail.state_gradient_norms(x, step=4)[:, 0] * 7 / 12, rtol=1e-12)


def test_gradients_vanish_or_explode_with_the_recurrent_matrix() -> None:
    rng = np.random.default_rng(2)
    rnn = RNN(60, 4, rng.integers(0, 4, (5, 41)))
    ratios = []
    for radius in (0.5, 4.0):
        x = rnn.initial(rng, scale=0.1, spectral_radius=radius)
        norms = rnn.state_gradient_norms(x, step=40)
        ratios.append(np.median(norms[:, 0] / norms[:, 40]))
    assert ratios[0] < 1e-6
    assert ratios[1] > 1e3


def test_batches_of_sequences_average_to_the_whole() -> None:
    state = np.random.default_rng(3).uniform(-1, 1, (3, 6))
    rnn, x = text_network(initial_state=state)
    rnn.hvp(x, x)
    parts = [rnn.batch([i]) for i in range(3)]
    np.testing.assert_allclose(np.mean([p.gradient(x) for p in parts], axis=0), rnn.gradient(x), atol=1e-15)
    np.testing.assert_allclose(np.mean([p.hvp(x, x) for p in parts], axis=0), rnn.hvp(x, x), atol=1e-14)


def test_optimizers_on_mini_batches_take_sequences_for_examples() -> None:
    rnn, x = text_network()
    assert rnn.examples == len(rnn.sequences) == 3
    assert rnn.batch([0, 2]).examples == 2
    # All sequences in one batch are the loss itself.
    for method in (Epochs(GradientDescent(0.1), batches=1), OnBatches(GradientDescent(0.1), 3)):
        run = minimize(rnn, method, x, 2, rng=np.random.default_rng(0))
        plain = minimize(rnn, GradientDescent(0.1), x, 2)
        np.testing.assert_allclose(run.x, plain.x, atol=1e-15)
    # One sequence a step, each once a pass, in the order drawn.
    run = minimize(rnn, Epochs(GradientDescent(0.1), batches=3), x, 1, rng=np.random.default_rng(5))
    for chosen in np.random.default_rng(5).permutation(3):
        x = x - 0.1 * rnn.batch([chosen]).gradient(x)
    np.testing.assert_allclose(run.x[-1], x, atol=1e-15)
    assert run.cost[-1] == pytest.approx(1.0)


def test_text_windows_continue_each_other() -> None:
    text = np.arange(107)
    windows = text_windows(text, sequences=4, steps=5)
    assert windows.shape == (5, 4, 6)
    np.testing.assert_array_equal(windows[1:, :, 0], windows[:-1, :, -1])
    np.testing.assert_array_equal(windows[0, :, 0], [0, 26, 52, 78])


def test_names_and_filters_cover_every_parameter_once() -> None:
    rnn, _ = text_network()
    assert [layer.name for layer in rnn.layers] == ["input", "recurrent", "output"]
    np.testing.assert_array_equal(
        np.concatenate([np.arange(rnn.dim)[f] for f in rnn.filters]), np.arange(rnn.dim)
    )
    radius = np.abs(np.linalg.eigvals(rnn.layers[1].weights(rnn.initial(np.random.default_rng(4))))).max()
    assert 0.3 < radius < 2.0  # six units: only roughly the circle of the limit
    assert rnn.initial(np.random.default_rng(4), shape=(2, 3)).shape == (2, 3, rnn.dim)
    assert rnn.gradient_flops > 4 * 36 * rnn.dim


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden_units": 0}, "hidden_units must be a whole number of at least 1"),
        ({"vocabulary_size": 1}, "vocabulary_size must be a whole number of at least 2, got 1"),
        ({"sequences": [0, 1, 2]}, r"sequences must have shape \(S, T \+ 1\)"),
        ({"sequences": [[0.0, 1.0]]}, "sequences must be integers"),
        ({"sequences": [[0, 4]]}, "sequences must lie in 0 … 3, got 0 to 4"),
        ({"initial_state": np.zeros((2, 3))}, r"initial_state must have shape \(1, 3\), got \(2, 3\)"),
        ({"initial_state": np.full((1, 3), np.inf)}, "initial_state must be finite"),
        ({"weight_decay": np.nan}, "weight_decay must be a finite number"),
    ],
)
def test_bad_settings_are_named(changes: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"hidden_units": 3, "vocabulary_size": 4, "sequences": [[0, 1, 2]]}
    with pytest.raises(ValueError, match=message):
        RNN(**(good | changes))


def test_bad_arguments_are_named() -> None:
    rnn, x = text_network()
    with pytest.raises(ValueError, match="x must be one point"):
        rnn.final_state(np.stack([x, x]))
    with pytest.raises(ValueError, match="step must be a whole number in 1 … 12, got 13"):
        rnn.state_gradient_norms(x, step=13)
    with pytest.raises(ValueError, match="window must be a whole number of at least 1, got 0"):
        rnn.truncated_gradient(x, 0)
    with pytest.raises(ValueError, match="indices must be whole numbers below"):
        rnn.batch(1)
    with pytest.raises(ValueError, match="characters must be a 1-dimensional array of integers"):
        text_windows([0.5, 1.0], 1, 1)
    with pytest.raises(ValueError, match="sequences must be a whole number of at least 1, got 0"):
        text_windows([0, 1, 2], 0, 3)
    with pytest.raises(ValueError, match=r"characters must hold at least .* = 8 of them, got 3"):
        text_windows([0, 1, 2], 2, 3)
