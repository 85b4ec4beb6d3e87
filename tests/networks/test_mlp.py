"""MLP: exact derivatives for every shape, batches, mini-batches, names of parameters, bad input."""

from __future__ import annotations

import pickle
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.networks import MLP, ggn_operator
from course_utils.networks.activations import activations_named
from course_utils.networks.structured_hessian import structured_hessian
from tests.tools.search import examples

STEP = 1e-30  # complex step: no subtraction, so no rounding error in the quotient


def plain_loss(
    sizes: tuple[int, ...],
    x: Any,
    inputs: Any,
    targets: Any,
    activations: tuple[str, ...],
    loss: str,
    decay: float,
    biases: bool,
) -> Any:
    """The definition, example by example and layer by layer, in arithmetic that takes complex parameters."""
    functions = {
        "tanh": np.tanh,
        "relu": lambda z: z * (z.real > 0),
        "sigmoid": lambda z: (1 + np.tanh(z / 2)) / 2,
        "identity": lambda z: z,
    }
    total, at = 0.0, 0
    weights, offsets = [], []
    for fan_in, fan_out in pairwise(sizes):
        rows = x[at : at + fan_out * (fan_in + biases)].reshape(fan_out, fan_in + biases)
        weights.append(rows[:, :fan_in])
        offsets.append(rows[:, fan_in] if biases else np.zeros(fan_out))
        at += rows.size
    for a, target in zip(inputs, targets, strict=True):
        for layer, (w, b) in enumerate(zip(weights, offsets, strict=True)):
            a = w @ a + b
            if layer < len(weights) - 1:
                a = functions[activations[layer]](a)
        if loss == "cross_entropy":
            top = a.real.max()  # no overflow
            total += np.log(np.exp(a - top).sum()) + (top - a[target])
        elif loss == "sigmoid_cross_entropy":
            top = np.maximum(a.real, 0)  # log(1 + eᵃ) without overflow
            total += (top + np.log(np.exp(-top) + np.exp(a - top)) - target * a).sum()
        else:
            total += 0.5 * ((a - target) ** 2).sum()
    return total / len(inputs) + 0.5 * decay * (x**2).sum()


@st.composite
def networks(draw: st.DrawFn, **fixed: Any) -> tuple[MLP, np.ndarray, dict[str, Any]]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    hidden = draw(st.lists(st.integers(1, 5), max_size=3))
    loss = fixed.get("loss") or draw(
        st.sampled_from(["cross_entropy", "squared_error", "sigmoid_cross_entropy"])
    )
    sizes = (draw(st.integers(1, 4)), *hidden, draw(st.integers(2 if loss == "cross_entropy" else 1, 4)))
    examples = draw(st.integers(1, 7))
    inputs = rng.normal(size=(examples, sizes[0]))
    targets = (
        rng.integers(0, sizes[-1], examples)
        if loss == "cross_entropy"
        else rng.normal(size=(examples, sizes[-1]))
    )
    if loss == "sigmoid_cross_entropy":
        targets = rng.choice([0.0, 0.3, 1.0], size=targets.shape)
    names = st.sampled_from(["tanh", "relu", "sigmoid", "identity"])
    settings = {
        "activation": draw(st.one_of(names, st.tuples(*[names] * len(hidden)))),
        "loss": loss,
        "weight_decay": draw(st.sampled_from([0.0, 1e-3, 0.5])),
        "biases": draw(st.booleans()),
        **fixed,
    }
    mlp = MLP(sizes, inputs, targets, **settings)
    x = mlp.initial(rng, scale=draw(st.sampled_from([0.3, 1.0, 3.0]))) + 0.1 * rng.normal(size=mlp.dim)
    return mlp, x, settings


def away_from_kinks(mlp: MLP, x: np.ndarray) -> bool:
    """No pre-activation of a ReLU within 1e-4 of zero: a difference quotient does not cross its kink."""
    a = mlp.inputs.T
    for layer, phi in zip(
        mlp.layers[:-1], activations_named(mlp.activation, len(mlp.layers) - 1), strict=True
    ):
        a = layer.weights(x) @ a + (layer.bias(x)[:, None] if layer.biases else 0.0)
        if phi.name == "relu" and np.abs(a).min() < 1e-4:
            return False
        phi.apply(a)
    return True


@examples(150)
@given(networks())
def test_value_and_gradient_match_the_definition_by_complex_step(case: Any) -> None:
    mlp, x, s = case

    def loss(point: Any) -> Any:
        arguments = (mlp.inputs, mlp.targets, mlp.activations, s["loss"], s["weight_decay"], s["biases"])
        return plain_loss(mlp.layer_sizes, point, *arguments)

    value, gradient = mlp.value_and_gradient(x)
    expected = np.array([loss(x + 1j * STEP * e).imag / STEP for e in np.eye(mlp.dim)])
    np.testing.assert_allclose(value, loss(x), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(mlp.value(x), value, rtol=1e-14)
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-12 * (1 + np.abs(expected).max()))
    np.testing.assert_array_equal(mlp.gradient(x), gradient)


@examples(150)
@given(networks())
def test_hessian_matches_the_complex_step_of_the_gradient(case: Any) -> None:
    mlp, x, _ = case
    hessian = mlp.hessian(x)
    # The hook takes complex parameters; the public method would refuse them.
    expected = np.array([mlp._gradient(x + 1j * STEP * e).imag / STEP for e in np.eye(mlp.dim)])
    scale = 1 + np.abs(expected).max()
    np.testing.assert_allclose(hessian, expected, rtol=0, atol=1e-12 * scale)
    np.testing.assert_array_equal(hessian, hessian.T)
    np.testing.assert_allclose(mlp.hvp(x, np.eye(mlp.dim)), hessian, rtol=0, atol=1e-12 * scale)
    # Small networks take another way than large ones, which is right for small ones, too.
    assembled = np.empty_like(hessian)
    structured_hessian(mlp.layers, mlp._phis, mlp._loss, x, mlp._data, assembled)
    assembled += mlp.weight_decay * np.eye(mlp.dim)
    np.testing.assert_allclose(assembled, expected, rtol=0, atol=1e-12 * scale)


@pytest.mark.parametrize(
    ("sizes", "examples", "dtype", "by_layers"),
    [
        ((5, 2, 5), 5, "float64", False),
        ((2, 3, 1), 4, "float64", False),
        ((2, 3, 1), 4, "float32", True),  # whose Hessian is exact to double precision all the same
        ((5, 2, 5), 500, "float64", True),
        ((20, 5, 5), 4, "float64", True),
    ],
)
def test_the_hessian_of_few_numbers_is_made_of_products(
    sizes: tuple[int, ...], examples: int, dtype: str, by_layers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(*args: Any) -> None:
        calls.append(args)
        structured_hessian(*args)

    monkeypatch.setattr("course_utils.networks.mlp.structured_hessian", counted)
    rng = np.random.default_rng(5)
    data = rng.normal(size=(examples, sizes[0])), rng.normal(size=(examples, sizes[-1]))
    data = tuple(half.astype(np.float32) for half in data)
    mlp = MLP(sizes, *data, loss="squared_error", weight_decay=0.1, dtype=dtype)
    double = MLP(sizes, *data, loss="squared_error", weight_decay=0.1)
    x = rng.normal(size=mlp.dim)
    expected = np.array([double._gradient(x + 1j * STEP * e).imag / STEP for e in np.eye(mlp.dim)])
    np.testing.assert_allclose(mlp.hessian(x), expected, rtol=0, atol=1e-13 * np.abs(expected).max())
    assert bool(calls) is by_layers


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("sizes", [(30, 2, 10), (7, 4), (12, 5, 6, 3)])
def test_many_points_share_one_product_with_the_examples(
    sizes: tuple[int, ...], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlp, x = digits_like(sizes, 50, dtype=dtype)
    points = x + np.random.default_rng(3).normal(size=(2, 4, mlp.dim))
    alone = [mlp.value_and_gradient(point) for point in points.reshape(8, -1)]
    with_examples = []

    def product(a: Any, b: Any, **settings: Any) -> Any:
        if b.shape in ((sizes[0] + 1, 50), (50, sizes[0] + 1)):
            with_examples.append(a.shape)
        return matmul(a, b, **settings)

    matmul = np.matmul
    monkeypatch.setattr(np, "matmul", product)
    value, gradient = mlp.value_and_gradient(points)
    rows = 8 * sizes[1]
    assert with_examples == [(rows, sizes[0] + 1), (rows, 50)]
    close = 1e-12 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(value.ravel(), [f for f, _ in alone], rtol=close)
    expected = np.array([g for _, g in alone]).reshape(gradient.shape)
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=close * np.abs(expected).max())


@examples(50)
@given(networks())
def test_hessian_matches_central_differences_of_the_gradient(case: Any) -> None:
    mlp, x, _ = case
    if not away_from_kinks(mlp, x):
        return
    h = 1e-6
    expected = np.array(
        [(mlp.gradient(x + h * e) - mlp.gradient(x - h * e)) / (2 * h) for e in np.eye(mlp.dim)]
    )
    # Rounding eps/h ≈ 2e-10 and truncation h²·|third derivative of g|/6, with room for large weights.
    np.testing.assert_allclose(mlp.hessian(x), expected, rtol=0, atol=1e-7 * (1 + np.abs(expected).max()))


@examples(60)
@given(networks(), st.sampled_from([(1,), (3,), (2, 3), (0,)]), st.integers(0, 2**32))
def test_batches_of_points_equal_a_loop(case: Any, shape: tuple[int, ...], seed: int) -> None:
    mlp, x, _ = case
    rng = np.random.default_rng(seed)
    points = x + 0.3 * rng.normal(size=(*shape, mlp.dim))
    value, gradient = mlp.value_and_gradient(points)
    hessian, v = mlp.hessian(points), rng.normal(size=points.shape)
    product = mlp.hvp(points, v)
    predicted = mlp.predict(points)
    assert value.shape == shape
    assert mlp.value(points).shape == shape
    assert predicted.shape == (*shape, mlp.examples, mlp.layer_sizes[-1])
    for place in np.ndindex(shape):
        np.testing.assert_allclose(value[place], mlp.value(points[place]), rtol=1e-12)
        np.testing.assert_allclose(gradient[place], mlp.gradient(points[place]), rtol=0, atol=1e-12)
        np.testing.assert_array_equal(hessian[place], mlp.hessian(points[place]))
        np.testing.assert_allclose(product[place], hessian[place] @ v[place], rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(predicted[place], mlp.predict(points[place]), rtol=1e-12, atol=1e-14)


def digits_like(sizes: tuple[int, ...], examples: int = 700, **settings: Any) -> tuple[MLP, np.ndarray]:
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(examples, sizes[0]))
    mlp = MLP(sizes, inputs, rng.integers(0, sizes[-1], examples), **settings)
    return mlp, mlp.initial(rng) + 0.1 * rng.normal(size=mlp.dim)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(
    "sizes", [(30, 6, 10), (20, 5, 4, 6, 5), (4, 40, 3), (9, 12, 11, 10, 3), (20, 2, 9, 4), (1, 12, 1, 12, 2)]
)
def test_hessian_in_several_chunks_of_examples_equals_the_products(
    sizes: tuple[int, ...], activation: str, biases: bool
) -> None:
    mlp, x = digits_like(sizes, activation=activation, biases=biases)
    hessian = mlp.hessian(x)
    np.testing.assert_array_equal(hessian, hessian.T)
    products = mlp.hvp(x, np.eye(mlp.dim))
    assert np.abs(hessian - products).max() <= 1e-13 * np.abs(hessian).max()


def test_many_points_and_directions_in_chunks_equal_a_loop() -> None:
    mlp, x = digits_like((30, 6, 10))
    rng = np.random.default_rng(2)
    points = x + rng.normal(size=(7, 20, mlp.dim))
    value, gradient = mlp.value_and_gradient(points)
    np.testing.assert_allclose(value[3, 4], mlp.value(points[3, 4]), rtol=1e-13)
    np.testing.assert_allclose(gradient[6, 19], mlp.gradient(points[6, 19]), rtol=0, atol=1e-13)
    directions = rng.normal(size=(3, 50, mlp.dim))
    block = mlp.hvp(x, directions)
    np.testing.assert_allclose(block[2, 49], mlp.hvp(x, directions[2, 49]), rtol=0, atol=1e-13)


@pytest.mark.parametrize("directions", [1, 3])
def test_products_over_chunks_of_examples_are_the_mean_over_mini_batches(directions: int) -> None:
    mlp, x = digits_like((3, 300, 2), examples=1000)
    v = np.random.default_rng(2).normal(size=(directions, mlp.dim))
    parts = [mlp.batch(np.arange(start, start + 250)).hvp(x, v) for start in range(0, 1000, 250)]
    product = mlp.hvp(x, v)
    np.testing.assert_allclose(product, np.mean(parts, axis=0), rtol=0, atol=1e-13 * np.abs(product).max())


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", ["sigmoid", "identity"]])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error", "sigmoid_cross_entropy"])
def test_examples_in_chunks_make_the_mean_over_mini_batches(loss: str, activation: Any) -> None:
    rng = np.random.default_rng(1)
    sizes, examples = (3, 260, 4, 2), 1000  # chunks of a quarter of the examples
    targets = rng.integers(0, 2, examples) if loss == "cross_entropy" else rng.uniform(size=(examples, 2))
    mlp = MLP(
        sizes, rng.normal(size=(examples, 3)), targets, loss=loss, activation=activation, weight_decay=0.1
    )
    x, v = rng.normal(size=(2, mlp.dim)) / 2
    parts = [mlp.batch(np.arange(start, start + 100)) for start in range(0, examples, 100)]
    value, gradient = mlp.value_and_gradient(x)
    gauss_newton = ggn_operator(mlp, x) @ v
    results = {"gradient": gradient, "hvp": mlp.hvp(x, v), "ggn": gauss_newton}
    expected = {
        "gradient": np.mean([part.gradient(x) for part in parts], axis=0),
        "hvp": np.mean([part.hvp(x, v) for part in parts], axis=0),
        "ggn": np.mean([ggn_operator(part, x) @ v for part in parts], axis=0),
    }
    for name, result in results.items():
        size = np.abs(expected[name]).max()
        np.testing.assert_allclose(result, expected[name], rtol=0, atol=1e-14 * size, err_msg=name)
    np.testing.assert_allclose(value, np.mean([part.value(x) for part in parts]), rtol=1e-14)
    np.testing.assert_allclose(mlp.value(x), value, rtol=1e-15)
    assert mlp.gradient(x[None]).shape == (1, mlp.dim)
    # A complex step, which only the formulas behind the public methods take.
    bent = mlp._gradient(x + 1e-30j * v).imag / 1e-30
    np.testing.assert_allclose(results["hvp"], bent, rtol=0, atol=1e-12 * np.abs(bent).max())


def test_products_at_a_point_that_is_asked_again_stay_the_same_and_apart_from_their_gauss_newton_part() -> (
    None
):
    """What is kept from the second product on is that of the Hessian; other parts of it are not its own."""
    rng = np.random.default_rng(4)
    inputs, targets = rng.normal(size=(1000, 3)), rng.uniform(size=(1000, 2))

    def fresh() -> MLP:
        return MLP((3, 260, 4, 2), inputs, targets, loss="squared_error", activation="sigmoid")

    mlp = fresh()
    x, v = rng.normal(size=mlp.dim) / 2, rng.normal(size=(3, mlp.dim))
    first = mlp.hvp(x, v[0])
    for _ in range(3):
        np.testing.assert_array_equal(mlp.hvp(x, v[0]), first)
    np.testing.assert_array_equal(ggn_operator(mlp, x) @ v[0], ggn_operator(fresh(), x) @ v[0])
    np.testing.assert_array_equal(mlp.hvp(x, v), fresh().hvp(x, v))
    there = fresh().hvp(x + 0.1, v[0])
    np.testing.assert_array_equal(mlp.hvp(x + 0.1, v[0]), there)


def test_peak_memory_of_wide_layers_with_few_inputs_is_bounded() -> None:
    """There a chunk of many examples would take much memory and time for nothing: parameters are few."""
    rng, examples = np.random.default_rng(0), 16_000
    mlp = MLP((10, 1000, 5), rng.normal(size=(examples, 10)), rng.integers(0, 5, examples))
    x = mlp.initial(rng)
    for call in (mlp.value, mlp.gradient):
        tracemalloc.start()
        call(x)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most <= 8 * 1000 * examples / 4  # of the hidden units alone


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_peak_memory_of_derivatives_of_many_examples_is_bounded(dtype: str) -> None:
    sizes, examples = (40, 300, 200, 300, 5), 6000
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(examples, 40))
    mlp = MLP(sizes, inputs, rng.integers(0, 5, examples), activation="sigmoid", dtype=dtype)
    x = mlp.initial(rng)
    activations = np.dtype(dtype).itemsize * examples * sum(sizes[1:])

    def peak(call: Any) -> int:
        tracemalloc.start()
        call()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    room = 2**22 + 8 * x.nbytes
    assert peak(lambda: mlp.gradient(x)) <= 0.5 * activations + room
    assert peak(lambda: mlp.value(x)) <= 0.5 * activations + room
    # A product keeps what enters and what comes back, and not the passes of the point before.
    assert peak(lambda: mlp.hvp(x, x)) <= 2.2 * activations + room
    assert peak(lambda: mlp.hvp(2 * x, x)) <= 2.2 * activations + room
    # From the second at a point on slopes and bends are kept, too.
    assert peak(lambda: [mlp.hvp(3 * x, x) for _ in range(3)]) <= 4.3 * activations + room


def test_directions_of_a_wide_network_go_through_one_by_one_in_little_memory() -> None:
    mlp, x = digits_like((300, 500, 2), examples=20)
    directions = np.random.default_rng(2).normal(size=(8, mlp.dim))
    alone = [mlp.hvp(x, direction) for direction in directions]
    tracemalloc.start()
    block = mlp.hvp(x, directions)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(block, alone)
    assert peak <= block.nbytes + 6 * x.nbytes


def test_hvp_pairs_points_with_directions_and_broadcasts() -> None:
    mlp, x = digits_like((3, 4, 3), examples=9)
    rng = np.random.default_rng(3)
    points, v = x + rng.normal(size=(4, 1, mlp.dim)), rng.normal(size=(5, 1, 6, mlp.dim))
    product = mlp.hvp(points, v)
    assert product.shape == (5, 4, 6, mlp.dim)
    np.testing.assert_allclose(product[2, 3, 1], mlp.hessian(points[3, 0]) @ v[2, 0, 1], rtol=0, atol=1e-12)


def test_no_points_and_no_directions_give_empty_results() -> None:
    mlp, x = digits_like((3, 4, 3), examples=9)
    assert mlp.hvp(x, np.empty((0, mlp.dim))).shape == (0, mlp.dim)
    assert mlp.hvp(np.empty((0, mlp.dim)), x).shape == (0, mlp.dim)


def test_the_remembered_pass_does_not_outlive_a_change_of_the_point() -> None:
    mlp, x = digits_like((4, 3, 3), examples=20)
    v = np.ones(mlp.dim)
    mlp.hvp(x, v)
    x[:] += 0.5
    np.testing.assert_allclose(mlp.hvp(x, v), mlp.hessian(x) @ v, rtol=0, atol=1e-12)
    part = mlp.batch([0, 1, 2])
    np.testing.assert_allclose(part.hvp(x, v), part.hessian(x) @ v, rtol=0, atol=1e-12)


def test_mini_batches_average_to_the_whole() -> None:
    mlp, x = digits_like((4, 3, 3), examples=20, weight_decay=0.1)
    order = np.random.default_rng(4).permutation(20)
    parts = [mlp.batch(order[i : i + 5]) for i in range(0, 20, 5)]
    np.testing.assert_allclose(np.mean([p.gradient(x) for p in parts], axis=0), mlp.gradient(x), atol=1e-14)
    np.testing.assert_allclose(np.mean([p.hessian(x) for p in parts], axis=0), mlp.hessian(x), atol=1e-14)
    np.testing.assert_array_equal(parts[0].targets, mlp.targets[order[:5]])


def test_softmax_without_weight_decay_has_exact_zero_eigenvalues() -> None:
    mlp, x = digits_like((6, 4, 5), examples=200)
    eigenvalues = np.linalg.eigvalsh(mlp.hessian(x))
    # Adding one number to all logits changes nothing: one direction for each hidden unit and the bias.
    assert (np.abs(eigenvalues) < 1e-14).sum() == 4 + 1
    decayed, _ = digits_like((6, 4, 5), examples=200, weight_decay=0.1)
    assert (np.abs(np.linalg.eigvalsh(decayed.hessian(x))) < 1e-14).sum() == 0


def test_predict_and_error_rate() -> None:
    mlp, x = digits_like((4, 3, 3), examples=50)
    probabilities = mlp.predict(x)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1.0, rtol=1e-14)
    assert mlp.error_rate(x) == np.mean(probabilities.argmax(axis=-1) != mlp.targets)
    np.testing.assert_array_equal(mlp.predict(x, mlp.inputs[:7]), probabilities[:7])
    assert mlp.error_rate(x, mlp.inputs, probabilities.argmax(axis=-1)) == 0.0
    assert mlp.error_rate(np.stack([x, -x])).shape == (2,)


@pytest.mark.parametrize("biases", [True, False])
def test_later_changes_of_the_data_do_not_reach_the_network(biases: bool) -> None:
    inputs, targets = np.ones((3, 1)), np.zeros((3, 1))
    mlp = MLP((1, 1), inputs, targets, loss="squared_error", biases=biases)
    x = np.ones(mlp.dim)
    before = mlp.value(x)
    inputs[:], targets[:] = 7.0, 5.0
    assert mlp.value(x) == before
    for part in (mlp, mlp.batch([0, 1])):
        with pytest.raises(ValueError, match="read-only"):
            part.inputs[0, 0] = 3.0
        with pytest.raises(ValueError, match="read-only"):
            part.targets[0] = 3.0


def test_names_of_parameters_cover_each_number_once() -> None:
    mlp, x = digits_like((4, 3, 2, 5), examples=5)
    assert [layer.name for layer in mlp.layers] == ["hidden 1", "hidden 2", "output"]
    np.testing.assert_array_equal(
        np.concatenate([np.arange(mlp.dim)[f] for f in mlp.filters]), np.arange(mlp.dim)
    )
    unit = mlp.unit(0, 1)
    np.testing.assert_array_equal(x[unit.incoming], mlp.layers[0].weights(x)[1])
    np.testing.assert_array_equal(x[unit.bias], mlp.layers[0].bias(x)[[1]])
    np.testing.assert_array_equal(x[unit.outgoing], mlp.layers[1].weights(x)[:, 1])
    mlp.layers[2].weights(x)[...] = 0.0
    mlp.layers[2].bias(x)[...] = 0.0
    np.testing.assert_allclose(mlp.value(x), np.log(5), rtol=1e-15)


def test_initial_weights_have_the_documented_spread() -> None:
    rng = np.random.default_rng(5)
    inputs, targets = rng.normal(size=(3, 200)), np.array([0, 1, 2])
    for activation, variance in (("tanh", 2 / 500), ("relu", 2 / 200)):
        mlp = MLP((200, 300, 10), inputs, targets, activation=activation)
        start = mlp.initial(rng, scale=2.0)
        # Standard error of a variance from 60,000 numbers: 0.6 %.
        assert abs(mlp.layers[0].weights(start).var() / (4 * variance) - 1) < 0.03
        assert not mlp.layers[0].bias(start).any()
    assert mlp.initial(rng, shape=(2, 3)).shape == (2, 3, mlp.dim)
    for kinds in (("relu", "tanh"), ("tanh", "relu")):  # each layer by the activation that it feeds
        mlp = MLP((200, 300, 300, 10), inputs, targets, activation=kinds)
        start = mlp.initial(rng)
        for layer, kind in zip(mlp.layers, (*kinds, kinds[-1]), strict=True):
            variance = 2 / layer.inputs if kind == "relu" else 2 / (layer.inputs + layer.outputs)
            assert abs(layer.weights(start).var() / variance - 1) < 0.1


def test_resizing_keeps_a_choice_of_activations_where_it_has_a_meaning() -> None:
    mlp, _ = digits_like((4, 3, 2, 3), examples=5, activation=["tanh", "identity"])
    assert mlp.resized((4, 6, 6, 3)).activations == ("tanh", "identity")
    with pytest.raises(ValueError, match="one for each of the hidden layers, here 1"):
        mlp.resized((4, 6, 3))
    one, _ = digits_like((4, 3, 2, 3), examples=5, activation="relu")
    assert one.resized((4, 6, 3)).activations == ("relu",)


@pytest.mark.parametrize("sizes", [(60, 10, 10), (4, 40, 3), (2, 100, 2), (30, 20, 20, 4), (3, 2)])
def test_peak_memory_of_a_hessian_is_at_most_three_times_its_size_plus_the_activations(
    sizes: tuple[int, ...],
) -> None:
    mlp, x = digits_like(sizes, examples=1000)
    activations = 8 * 1000 * (sum(sizes) + len(sizes) - 1)
    tracemalloc.start()
    hessian = mlp.hessian(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 3 * hessian.nbytes + 2**20 + activations


def test_a_pickled_network_computes_the_same() -> None:
    mlp, x = digits_like((4, 3, 3), examples=20)
    mlp.hvp(x, x)
    twin = pickle.loads(pickle.dumps(mlp))
    np.testing.assert_array_equal(twin.hvp(x, x), mlp.hvp(x, x))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layer_sizes": (4,)}, "layer_sizes must be at least two positive integers"),
        ({"layer_sizes": (4, 0, 3)}, "layer_sizes must be at least two positive integers"),
        ({"layer_sizes": (4, 2.5, 3)}, "layer_sizes must be at least two positive integers"),
        ({"layer_sizes": (4, 3, 1)}, "at least 2 outputs for cross_entropy, got 1"),
        ({"inputs": np.ones((5, 3))}, r"inputs must have shape \(..., 4\), got \(5, 3\)"),
        ({"inputs": np.ones((0, 4))}, r"inputs must have shape \(N, 4\) with N ≥ 1"),
        ({"inputs": np.full((5, 4), np.nan)}, "inputs must be finite"),
        ({"targets": np.zeros(4, int)}, r"targets must have shape \(5,\)"),
        ({"targets": np.full(5, 3)}, "targets must lie in 0 … 2, got values from 3 to 3"),
        ({"targets": np.zeros(5)}, "targets must be integer classes"),
        ({"loss": "squared_error"}, r"targets must have shape \(5, 3\) for squared_error"),
        ({"loss": "hinge"}, "loss must be one of 'cross_entropy', .*'squared_error', got 'hinge'"),
        ({"loss": "sigmoid_cross_entropy", "targets": np.full((5, 3), 1.5)}, "targets must lie in 0 … 1"),
        ({"activation": ("tanh", "relu")}, "one for each of the hidden layers, here 1, got"),
        ({"dtype": "float16"}, "dtype must be 'float64' or 'float32', got 'float16'"),
        ({"dtype": "double trouble"}, "dtype must be 'float64' or 'float32', got 'double trouble'"),
        ({"activation": "gelu"}, "activation must be one of tanh, relu, sigmoid, identity, got 'gelu'"),
        ({"weight_decay": -1.0}, "weight_decay must be a finite number ≥ 0, got -1.0"),
    ],
)
def test_bad_settings_are_named(changes: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"layer_sizes": (4, 2, 3), "inputs": np.ones((5, 4)), "targets": np.zeros(5, int)}
    with pytest.raises(ValueError, match=message):
        MLP(**(good | changes))


def test_bad_arguments_are_named() -> None:
    mlp, x = digits_like((4, 3, 3), examples=5)
    with pytest.raises(ValueError, match="x must have shape"):
        mlp.value(x[:-1])
    with pytest.raises(ValueError, match="indices must be whole numbers below"):
        mlp.batch([[0, 1]])
    with pytest.raises(ValueError, match="inputs and targets must be given together"):
        mlp.error_rate(x, mlp.inputs)
    with pytest.raises(ValueError, match="layer must be a hidden layer, in 0 … 0, got 1"):
        mlp.unit(1, 0)
    with pytest.raises(ValueError, match="unit must be in 0 … 2 of layer 'hidden 1', got 3"):
        mlp.unit(0, 3)
    regression = MLP((4, 2), mlp.inputs, np.zeros((5, 2)), loss="squared_error")
    with pytest.raises(ValueError, match="loss must be 'cross_entropy', got 'squared_error'"):
        regression.error_rate(regression.initial(np.random.default_rng(0)))
