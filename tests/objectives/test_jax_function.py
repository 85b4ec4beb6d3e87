"""`from_jax`: a reader's function of a pytree."""

import functools
import pickle
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given

from course_utils.objectives import from_jax
from tests.tools.derivatives import check_derivatives
from tests.tools.foreign import assert_equals_ours, in_order, networks
from tests.tools.search import examples
from tests.tools.spawned import check_round_trip

jax = pytest.importorskip(
    "jax", reason="jax is not installed: `make test-jax` installs it and runs this file"
)
jnp = jax.numpy

ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "identity": lambda z: z}


class Dense(NamedTuple):
    """A layer of the reader's."""

    weights: np.ndarray
    bias: np.ndarray


def network_loss(layers, mlp):
    a = jnp.asarray(mlp.inputs)
    for layer in layers:
        z = a @ layer.weights.T + (layer.bias if mlp.biases else 0.0)
        a = z if layer is layers[-1] else ACTIVATIONS[mlp.activation](z)
    if mlp.loss == "squared_error":
        return jnp.mean(0.5 * jnp.sum((a - mlp.targets) ** 2, axis=-1))
    return -jnp.mean(jax.nn.log_softmax(a)[jnp.arange(len(a)), mlp.targets])


def bowl(p):
    return jnp.sum(p["a"] ** 2) + jnp.prod(jnp.sin(p["b"]))


def bowl_objective():
    return from_jax(bowl, {"b": np.linspace(0.1, 0.5, 3), "a": jnp.ones((2, 2))})


@examples(4)
@given(networks(activation="tanh"))
def test_it_equals_our_network(drawn):
    mlp, x, rng = drawn
    start = mlp.initial(rng)
    layers = [Dense(layer.weights(start), layer.bias(start)) for layer in mlp.layers]
    theirs = from_jax(functools.partial(network_loss, mlp=mlp), layers, name="ours")
    places = in_order(mlp, lambda layer, v: (layer.weights(v), layer.bias(v)))
    np.testing.assert_array_equal(theirs.start, start[places])
    assert_equals_ours(theirs, mlp, x, rng, places)


@pytest.mark.parametrize("batch", [(), (1,), (5,), (2, 3), (0,)])
def test_derivatives_agree_with_differences(batch):
    rng = np.random.default_rng(0)
    check_derivatives(bowl_objective(), rng.normal(size=(*batch, 7)), rng)


def test_the_gradient_is_that_of_a_complex_step():
    f, h = bowl_objective(), 1e-30
    x = f.start + 0.1
    a, b = x[:4], x[4:]
    by_step = []
    for i in range(7):
        z = np.concatenate([a, b]).astype(complex)
        z[i] += 1j * h
        by_step.append(np.imag(np.sum(z[:4] ** 2) + np.prod(np.sin(z[4:]))) / h)
    np.testing.assert_allclose(f.gradient(x), by_step, rtol=1e-14)


def test_names_places_and_the_way_back():
    f = bowl_objective()
    assert [(layer.name, layer.start, layer.shape) for layer in f.layers] == [
        ("a", 0, (2, 2)),
        ("b", 4, (3,)),
    ]
    back = f.parameters_at(np.arange(7.0))
    np.testing.assert_array_equal(back["a"], [[0, 1], [2, 3]])
    np.testing.assert_array_equal(back["b"], [4, 5, 6])
    with pytest.raises(ValueError, match=r"x must have shape \(\.\.\., 7\), got \(3,\)"):
        f.parameters_at([0.0, 1.0, 2.0])
    assert repr(f) == f"<JaxObjective 'bowl', dim=7, float64 on {f.device}>"
    assert from_jax(lambda p: p**2, 3.0).layers[0].name == "x"


def test_it_computes_in_float64_and_leaves_the_switch_of_jax_alone():
    before = jax.config.jax_enable_x64
    f = from_jax(lambda p: jnp.sum(p["w"] ** 3), {"w": jnp.full(2, 0.1, jnp.float32)})
    x = np.array([1 + 1e-12, 1.0])
    assert f.value(x) - f.value([1.0, 1.0]) == pytest.approx(3e-12, rel=1e-3)
    assert f.gradient_error < 1e-6
    assert jax.config.jax_enable_x64 == before
    assert jnp.ones(2).dtype == (jnp.float64 if before else jnp.float32)


def test_a_large_batch_goes_in_blocks_and_gives_the_same():
    f = from_jax(lambda p: jnp.sum(jnp.tanh(jnp.outer(p, p)) ** 2), np.linspace(-1, 1, 40))
    f._at_once = 4
    x = np.random.default_rng(0).normal(size=(11, 40))
    one_by_one = np.array([f.value(point) for point in x])
    np.testing.assert_allclose(f.value(x), one_by_one, rtol=1e-14)
    v = np.random.default_rng(1).normal(size=(11, 40))
    np.testing.assert_allclose(f.hvp(x[0], v), v @ f.hessian(x[0]), rtol=1e-11, atol=1e-11)


def test_its_cost_is_what_jax_counts():
    w = np.ones((30, 20))
    f = from_jax(lambda p: jnp.sum((jnp.asarray(w) @ p) ** 2), np.ones(20))
    assert f.gradient_flops == pytest.approx(2 * 2 * 30 * 20, rel=0.2)


def test_it_travels_to_another_process(spawned):
    check_round_trip(bowl_objective(), spawned)


@jax.custom_jvp
def cube(x):
    return x**3


@cube.defjvp
def _(points, directions):
    (x,), (v,) = points, directions
    return cube(x), 3 * x**2 * v * READ["weight"]


@jax.custom_vjp
def square(x):
    return x**2


square.defvjp(lambda x: (x**2, x), lambda x, g: (2 * x * g * READ["weight"],))

READ = {"weight": 1.0, "x": np.array([[0.5, -1.0], [2.0, 0.3]])}

KINDS = {
    "plain": lambda p: READ["weight"] * jnp.sum((READ["x"] @ p) ** 2),
    "jit": lambda p: jax.jit(lambda q: READ["weight"] * jnp.sum(jnp.sin(READ["x"] @ q)))(p),
    "vmap": lambda p: jnp.mean(jax.vmap(lambda row: READ["weight"] * jnp.tanh(row @ p))(READ["x"])),
    "scan": lambda p: jax.lax.scan(
        lambda s, row: (jnp.sin(s + READ["weight"] * row @ p), None), jnp.zeros((), p.dtype), READ["x"]
    )[0],
    "cond": lambda p: jax.lax.cond(
        p[0] > 0, lambda q: READ["weight"] * jnp.sum(q**2), lambda q: jnp.sum(READ["x"] @ q**3), p
    ),
    "remat": jax.checkpoint(lambda p: READ["weight"] * jnp.sum(jnp.sin(READ["x"] @ p) ** 2)),
    "grad": lambda p: jnp.sum(jax.grad(lambda q: READ["weight"] * jnp.sum(jnp.sin(READ["x"] @ q)))(p) ** 2),
    "custom_jvp": lambda p: jnp.sum(cube(READ["x"] @ p)),
    "custom_vjp": lambda p: READ["weight"] * jnp.sum(square(READ["x"] @ p)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_function_reads_is_constant_from_then_on(kind, monkeypatch):
    f, rng = from_jax(KINDS[kind], np.array([1.0, 0.4])), np.random.default_rng(0)
    check_derivatives(f, rng.normal(size=(3, 2)), rng)
    x, v = rng.normal(size=(7, 2)), rng.normal(size=(9, 2))
    before = from_jax(KINDS[kind], f.start)
    expected = before.value(x), before.gradient(x), before.hvp(x[0], v)
    with monkeypatch.context() as changed:
        changed.setitem(READ, "weight", 5.0)
        changed.setitem(READ, "x", READ["x"].copy())
        # Blocks of 8 and 16, which f has never seen; the gradient is that of the same function.
        for found, right in zip((f.value(x), f.gradient(x), f.hvp(x[0], v)), expected, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-13)
        assert f.gradient_flops > 0
    held = READ["x"].copy()
    try:
        READ["x"] *= 3  # in place, as a reader standardises data
        np.testing.assert_allclose(f.value(np.repeat(x, 3, axis=0)), np.repeat(expected[0], 3), rtol=1e-13)
        np.testing.assert_allclose(f.gradient(np.repeat(x, 3, axis=0))[::3], expected[1], rtol=1e-13)
    finally:
        READ["x"][...] = held


def test_it_works_where_nothing_is_compiled():
    with jax.disable_jit():
        f = bowl_objective()
        np.testing.assert_allclose(f.gradient(f.start), bowl_objective().gradient(f.start), rtol=1e-14)


def test_a_scan_in_float32_is_told_why_it_fails():
    def sums(p):
        return jax.lax.scan(lambda s, a: (s + a**2, None), jnp.zeros((), jnp.float32), p)[0]

    with pytest.raises(TypeError, match="carry") as caught:
        from_jax(sums, np.ones(3))
    assert any("from_jax computes in float64" in note for note in caught.value.__notes__)


def test_it_is_pickled_without_what_was_compiled():
    f = bowl_objective()
    f.value(f.start)
    assert pickle.loads(pickle.dumps(f)).value(f.start) == f.value(f.start)


@pytest.mark.parametrize(
    ("function", "parameters", "message"),
    [
        (None, 1.0, "function must be a function of the parameters, got None"),
        (bowl, {"a": np.ones(2), "b": 3}, r"parameters\['b'\] is 3 \(int64\): bind what is no parameter"),
        (bowl, {"a": np.ones(2), "b": True}, r"parameters\['b'\] is True \(bool\)"),
        (bowl, {"a": np.ones(2), "b": "x"}, r"parameters\['b'\] is 'x'"),
        (bowl, {"a": np.ones(2) * 1j, "b": 1.0}, r"parameters\['a'\] .*\(complex128\)"),
        (
            bowl,
            {"a": np.array([1.0, np.inf]), "b": 1.0},
            r"finite, but parameters\['a'\] holds NaN or infinity",
        ),
        (lambda p: 0.0, {}, "parameters must hold at least one number"),
        (lambda p: 0.0, np.ones(0), "parameters must hold at least one number"),
        (lambda p: p, np.ones(3), r"one real number \(say, the mean\), got .*shape=\(3,\)"),
        (lambda p: (p, 1), 1.0, "must return one real number"),
        (lambda p: p * 1j, 1.0, "must return one real number"),
        (lambda p: float(p), 1.0, "jax.jit can trace, got ConcretizationTypeError"),
        (lambda p: 1.0 if p > 0 else p, 1.0, "jax.jit can trace, got TracerBoolConversionError"),
        (lambda p: np.sin(p), 1.0, "jax.jit can trace, got TracerArrayConversionError"),
        (lambda p: 3.0, 1.0, "function must depend on the parameters, got a constant"),
        (lambda p: jnp.sum(jnp.ones(3)), np.ones(2), "function must depend on the parameters"),
        (jnp.log, 0.0, "function must be finite at the given parameters, got -inf"),
    ],
)
def test_what_is_no_loss_is_refused(function, parameters, message):
    with pytest.raises(ValueError, match=message):
        from_jax(function, parameters)


@pytest.mark.parametrize(
    "function",
    [
        lambda p: jnp.sum(jax.lax.stop_gradient(p) * p),
        lambda p: jnp.sum(p.astype(jnp.float32) ** 2) * 1.0,
        lambda p: jnp.sum((p + jax.lax.stop_gradient(jnp.round(p) - p)) ** 2),
    ],
    ids=["stop_gradient", "float32", "straight through"],
)
def test_a_gradient_that_is_not_that_of_the_values_is_told(function):
    with pytest.warns(UserWarning, match="the gradient of function differs"):
        f = from_jax(function, np.linspace(0.3, 2.0, 5))
    assert f.gradient_error > 1e-4


def test_parameters_that_are_single_numbers():
    f = from_jax(lambda p: p["a"] ** 2 * jnp.sum(p["b"]), {"a": 2.0, "b": np.ones(2)})
    back = f.parameters_at([3.0, 4.0, 5.0])
    assert (float(back["a"]), np.shape(back["a"]), back["b"].tolist()) == (3.0, (), [4.0, 5.0])
    assert f.layers[0].view(np.zeros((4, 3))).shape == (4,)
