"""The Gauss–Newton operator against JᵀH_loss J from Jacobians by complex step; the rest against ∂²z/∂θ²."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import LinearOperator

from course_utils.curvature import extreme_eigenpairs, trace
from course_utils.networks import MLP, RNN, Autoencoder, ggn_operator, minibatch_operator
from course_utils.objectives import quadratic
from tests.tools.search import examples

PHI = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "identity": lambda z: z,
}


def mlp_outputs(mlp, x):
    """The outputs (N, C) by the definition, for complex parameters too."""
    a, start = mlp.inputs.astype(complex), 0
    for layer, (inputs, outputs) in enumerate(zip(mlp.layer_sizes, mlp.layer_sizes[1:], strict=False)):
        columns = inputs + mlp.biases
        W = x[start : start + outputs * columns].reshape(outputs, columns)
        start += W.size
        z = a @ W[:, :inputs].T + (W[:, inputs] if mlp.biases else 0)
        a = z if layer == len(mlp.layer_sizes) - 2 else PHI[mlp.activations[layer]](z)
    return a


def rnn_outputs(rnn, x):
    """The outputs (S·T, V) by the definition, for complex parameters too."""
    h_size, v_size = rnn.hidden_units, rnn.vocabulary_size
    read = x[: h_size * (v_size + 1)].reshape(h_size, v_size + 1)
    repeat = x[read.size : read.size + h_size**2].reshape(h_size, h_size)
    write = x[read.size + repeat.size :].reshape(v_size, h_size + 1)
    z = []
    for sequence, h in zip(rnn.sequences, rnn._first.T.astype(complex), strict=True):
        for now in sequence[:-1]:
            h = np.tanh(read[:, now] + read[:, -1] + repeat @ h)
            z.append(write[:, :-1] @ h + write[:, -1])
    return np.array(z)


def jacobian(outputs, x):
    """∂z/∂θ, (N, C, dim), exact to rounding."""
    return np.stack([outputs(x + 1e-30j * e).imag / 1e-30 for e in np.eye(x.size)], axis=-1)


def loss_derivatives(z, targets, shares=False):
    """∂loss/∂z (N, C) and ∂²loss/∂z² (N, C, C) of the mean loss; ``shares``: sigmoid outputs."""
    if shares:
        p = (1 + np.tanh(z / 2)) / 2
        return (p - targets) / len(z), np.eye(z.shape[1]) * (p * (1 - p))[:, None] / len(z)
    if targets.ndim == 2:
        return (z - targets) / len(z), np.broadcast_to(np.eye(z.shape[1]), (*z.shape, z.shape[1])) / len(z)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    curvature = np.eye(z.shape[1]) * p[:, None] - p[:, :, None] * p[:, None]
    return (p - np.eye(z.shape[1])[targets]) / len(z), curvature / len(z)


@st.composite
def networks(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    decay = draw(st.sampled_from([0.0, 0.1]))
    if draw(st.booleans()):
        vocabulary, count = draw(st.integers(2, 4)), draw(st.integers(1, 3))
        text = rng.integers(0, vocabulary, (count, draw(st.integers(2, 6))))
        first = rng.uniform(-1, 1, (count, 2))
        network = RNN(2, vocabulary, text, initial_state=first, weight_decay=decay)
        targets, outputs = text[:, 1:].ravel(), rnn_outputs
    else:
        sizes = (2, *draw(st.lists(st.integers(1, 4), max_size=3)), draw(st.integers(2, 3)))
        count = draw(st.integers(1, 6))
        loss = draw(st.sampled_from(["cross_entropy", "squared_error"]))
        targets = rng.integers(0, sizes[-1], count)
        if loss == "squared_error":
            targets = rng.normal(size=(count, sizes[-1]))
        network = MLP(
            sizes, rng.normal(size=(count, 2)), targets, loss=loss, weight_decay=decay,
            activation=draw(st.sampled_from(sorted(PHI))), biases=draw(st.booleans()),
        )  # fmt: skip
        outputs = mlp_outputs
    x = network.initial(rng, scale=draw(st.sampled_from([0.5, 2.0])))
    return network, x + 0.1 * rng.normal(size=x.shape), targets, (lambda at: outputs(network, at)), rng


def test_gauss_newton_of_a_deep_autoencoder_with_a_linear_code():
    rng = np.random.default_rng(5)
    images = rng.uniform(size=(6, 5))
    settings = {"activation": "sigmoid", "code_activation": "identity", "loss": "sigmoid_cross_entropy"}
    network = Autoencoder((4, 3, 2), images, **settings)
    x = network.initial(rng, incoming=15)
    J = jacobian(lambda at: mlp_outputs(network, at), x)
    curvature = loss_derivatives(mlp_outputs(network, x).real, images, shares=True)[1]
    expected = np.einsum("nci,ncd,ndj->ij", J, curvature, J)
    G = ggn_operator(network, x).matrix()
    np.testing.assert_allclose(G, expected, atol=1e-13 * np.abs(expected).max())
    assert np.linalg.eigvalsh(G)[0] > -1e-13 * np.abs(G).max()
    assert np.linalg.eigvalsh(network.hessian(x))[0] < -1e-3 * np.abs(G).max()
    single = Autoencoder((4, 3, 2), images, **settings, dtype="float32")
    product = minibatch_operator(single, x, 4, operator=ggn_operator) @ np.ones(x.size)
    np.testing.assert_allclose(product, expected @ np.ones(x.size), atol=1e-5 * np.abs(expected).max())


@examples(60)
@given(networks())
def test_both_parts_of_the_hessian_match_the_definition(case):
    network, x, targets, outputs, rng = case
    J = jacobian(outputs, x)
    slope, curvature = loss_derivatives(outputs(x).real, targets)
    expected = np.einsum("nci,ncd,ndj->ij", J, curvature, J) + network.weight_decay * np.eye(x.size)
    G = ggn_operator(network, x)
    size = 1 + np.abs(expected).max()
    np.testing.assert_allclose(G.matrix(), expected, atol=1e-12 * size)
    np.testing.assert_array_equal(G.matrix(), G.matrix().T)
    v = rng.normal(size=(5, x.size))
    np.testing.assert_allclose(G @ v.T, expected @ v.T, atol=1e-11 * size)
    np.testing.assert_allclose(G @ v[0], expected @ v[0], atol=1e-11 * size)
    assert np.linalg.eigvalsh(G.matrix())[0] > -1e-12 * size
    # The rest: residuals times the second derivatives of the outputs.
    h = 1e-5
    bent = [
        np.einsum("nc,nci->i", slope, jacobian(outputs, x + h * e) - jacobian(outputs, x - h * e)) / (2 * h)
        for e in np.eye(x.size)
    ]
    rest = network.hessian(x) - G.matrix()
    if getattr(network, "activation", "tanh") != "relu":  # its kinks could lie within h
        np.testing.assert_allclose(rest, bent, atol=1e-7 * size)


def test_without_hidden_units_or_residuals_it_is_the_hessian():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(20, 4))
    linear = MLP([4, 3], inputs, rng.integers(0, 3, 20), weight_decay=0.1)
    x = linear.initial(rng)
    np.testing.assert_allclose(ggn_operator(linear, x).matrix(), linear.hessian(x), atol=1e-14)
    deep = MLP([4, 5, 3], inputs, np.zeros((20, 3)), loss="squared_error")
    x = deep.initial(rng)
    taught = MLP([4, 5, 3], inputs, deep.predict(x), loss="squared_error")
    np.testing.assert_allclose(ggn_operator(taught, x).matrix(), taught.hessian(x), atol=1e-13)
    away = x + 0.3 * rng.normal(size=x.size)
    assert np.abs(ggn_operator(taught, away).matrix() - taught.hessian(away)).max() > 0.01


def test_it_works_with_the_tools_for_curvature_and_many_examples_in_chunks():
    rng = np.random.default_rng(1)
    network = MLP([6, 9, 5], rng.normal(size=(7000, 6)), rng.integers(0, 5, 7000))
    x = network.initial(rng)
    operator = ggn_operator(network, x)
    assert isinstance(operator, LinearOperator)
    G = operator.matrix()
    few = (
        np.add.reduce(
            [ggn_operator(network.batch(part), x).matrix() for part in np.split(np.arange(7000), 7)]
        )
        / 7
    )
    np.testing.assert_allclose(G, few, atol=1e-13)
    exact = np.linalg.eigvalsh(G)
    for formed in (3000, 0):
        pairs = extreme_eigenpairs(operator, 3, rng=rng, largest_formed=formed)
        np.testing.assert_allclose(pairs.eigenvalues, np.r_[exact[:3], exact[-3:]], atol=1e-9)
    assert trace(operator, x.size, rng=rng).estimate == pytest.approx(np.trace(G))


def test_it_stays_that_of_its_point_and_leaves_the_network_as_it_was():
    rng = np.random.default_rng(2)
    network = MLP([3, 4, 2], rng.normal(size=(9, 3)), rng.integers(0, 2, 9))
    x, v = network.initial(rng), rng.normal(size=network.dim)
    before = network.hvp(x, v)
    operator = ggn_operator(network, x)
    product = operator @ v
    np.testing.assert_array_equal(network.hvp(x, v), before)
    x += 1.0
    network.hvp(x, v)
    np.testing.assert_array_equal(operator @ v, product)


def test_an_autoencoder_is_a_network_too_and_what_is_none_is_named():
    rng = np.random.default_rng(3)
    network = Autoencoder((2,), rng.normal(size=(8, 4)))
    x = network.initial(rng)
    J = jacobian(lambda at: mlp_outputs(network, at), x)
    np.testing.assert_allclose(
        ggn_operator(network, x).matrix(), np.einsum("nci,ncj->ij", J, J) / 8, atol=1e-13
    )
    with pytest.raises(
        TypeError, match="network must be an MLP, an RNN or made by from_torch, got Quadratic"
    ):
        ggn_operator(quadratic([1.0, 2.0]), [0.0, 0.0])
    with pytest.raises(ValueError, match="x must be one point"):
        ggn_operator(network, np.zeros((2, network.dim)))
    with pytest.raises(ValueError, match="v must hold real numbers"):
        ggn_operator(network, x) @ (1j * x)
