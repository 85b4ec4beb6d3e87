"""What all networks share: penalties of any size, mini-batches, and what is said of bad settings."""

import numpy as np
import pytest

from course_utils.networks import MLP, RNN, ReluStudentTeacher, example_slopes, ggn_operator

RNG = np.random.default_rng(0)
INPUTS, CLASSES = RNG.normal(size=(6, 4)), np.array([0, 1, 2, 0, 1, 2])


def network(**settings):
    return network_of(CLASSES, **settings)


def network_of(targets, **settings):
    return MLP((4, 3, 3), INPUTS, targets, **settings)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_huge_weights_have_a_loss_without_decay(activation):
    f = network(activation=activation)
    x = f.initial(np.random.default_rng(1))
    value, gradient = f.value_and_gradient(1e155 * x)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert f.value(1e155 * x) == value
    # Saturated units do not change any more: the loss grows with the weights of the output alone.
    assert value / f.value(1e153 * x) == pytest.approx(100.0)


def test_the_penalty_overflows_only_where_it_must():
    rnn = RNN(2, 3, [[0, 1, 2]], weight_decay=1e-12)
    for f in (network(weight_decay=1e-12), rnn):
        x = np.zeros(f.dim)
        x[0] = 1e156
        with np.errstate(over="ignore"):
            assert f.value(x) == pytest.approx(5e299)


def test_norms_of_vanishing_gradients_do_not_vanish_early():
    # A weight of 1e-20 shrinks the gradient by that factor a step: its square is no float64 after eight.
    rnn = RNN(1, 2, [[0, 1] * 8])
    x = np.zeros(rnn.dim)
    rnn.layers[1].matrix(x)[...] = 1e-20
    rnn.layers[2].weights(x)[...] = [[1.0], [-1.0]]
    norms = rnn.state_gradient_norms(x, step=15)[0]
    np.testing.assert_allclose(norms[-1:-13:-1] / norms[-1], 1e-20 ** np.arange(12), rtol=1e-9)


@pytest.mark.parametrize("size", [1e-170, 1e-160, 1.0])
def test_the_angles_of_tiny_students_are_those_of_large_ones(size):
    f = ReluStudentTeacher(2, 2)
    w = f.initial(np.random.default_rng(3))
    alone = f.gradient(size * w)
    # Where ‖w‖ → 0 the gradient depends on the direction of w alone, up to terms of size ‖w‖.
    np.testing.assert_allclose(alone, f.gradient(max(size, 1e-9) * w), atol=1e-8)


def test_masks_choose_as_their_numbers_do():
    f, mask = network(), np.array([True, False, True, False, False, True])
    x = f.initial(np.random.default_rng(2))
    assert f.batch(mask).value(x) == f.batch([0, 2, 5]).value(x) == f.batch([-6, 2, -1]).value(x)
    text = RNN(2, 3, [[0, 1, 2], [2, 1, 0]])
    at = text.initial(np.random.default_rng(2))
    assert text.batch([False, True]).value(at) == text.batch([1]).value(at)


@pytest.mark.parametrize(
    "indices",
    [[], np.zeros(6, dtype=bool), [True], np.ones(7, dtype=bool), [6], [-7], [0.5], "0", 3, [[1]], None],
    ids=str,
)
def test_batches_without_examples_or_of_others_are_refused(indices):
    for f in (network(), RNN(2, 3, [[0, 1]] * 6)):
        with pytest.raises(ValueError, match="indices must be whole numbers below 6 or a mask of 6"):
            f.batch(indices)


@pytest.mark.parametrize("x", [np.zeros((0, 27)), np.zeros((2, 0, 27))], ids=lambda x: str(x.shape))
def test_no_point_is_a_batch(x):
    f = network(weight_decay=0.1)
    empty = x.shape[:-1]
    assert f.value(x).shape == empty
    assert f.gradient(x).shape == x.shape
    assert f.hessian(x).shape == (*x.shape, 27)
    assert f.hvp(x, x).shape == x.shape
    assert f.predict(x).shape == (*empty, 6, 3)
    assert f.hvp(np.zeros(27), np.zeros((0, 27))).shape == (0, 27)


BAD = {
    "weight_decay text": (lambda: network(weight_decay="0.1"), "weight_decay must be a finite number"),
    "weight_decay True": (lambda: network(weight_decay=True), "weight_decay must be a finite number"),
    "weight_decay list": (lambda: network(weight_decay=[0.1]), "weight_decay must be a finite number"),
    "sizes number": (lambda: MLP(4, INPUTS, CLASSES), "layer_sizes must be at least two"),
    "sizes text": (lambda: MLP((4, "3", 3), INPUTS, CLASSES), "layer_sizes must be at least two"),
    "sizes None": (lambda: MLP((4, None, 3), INPUTS, CLASSES), "layer_sizes must be at least two"),
    "complex inputs": (lambda: MLP((4, 3), INPUTS * 1j, CLASSES), "inputs must hold real numbers"),
    "text inputs": (lambda: MLP((4, 3), INPUTS.astype(str), CLASSES), "inputs must hold real numbers"),
    "complex point": (lambda: network().value(np.zeros(27) * 1j), "x must hold real numbers"),
    "rng": (lambda: network().initial(0), "rng must be a generator"),
    "scale": (lambda: network().initial(RNG, scale="1"), "scale must be a finite number"),
    "layer": (lambda: network().unit(0.0, 0), "layer must be a hidden layer"),
    "unit": (lambda: network().unit(0, "0"), "unit must be in 0 … 2"),
    "hidden_units": (
        lambda: RNN(2.5, 3, [[0, 1]]),
        "hidden_units must be a whole number .* got 2.5",
    ),
    "vocabulary": (
        lambda: RNN(2, "3", [[0, 1]]),
        "vocabulary_size must be a whole number .* '3'",
    ),
    "rnn rng": (lambda: RNN(2, 3, [[0, 1]]).initial(0), "rng must be a generator"),
    "student": (
        lambda: ReluStudentTeacher("2", 2),
        "k_student must be a whole number .* got '2'",
    ),
    "student rng": (lambda: ReluStudentTeacher(2, 2).initial(0), "rng must be a generator"),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_settings_are_named(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


class Watched(float):
    """A weight decay that notes how often it is multiplied with something."""

    uses = 0

    def __mul__(self, other):
        type(self).uses += 1
        return float(self) * other


@pytest.mark.parametrize("make", [network, lambda: RNN(2, 3, [[0, 1, 2, 1]] * 3)], ids=["MLP", "RNN"])
def test_without_weight_decay_no_pass_is_made_over_the_parameters(make):
    f, rng = make(), np.random.default_rng(3)
    x, v = f.initial(rng), rng.normal(size=(2, f.dim))
    asked = [
        lambda: f.value_and_gradient(x)[1],
        lambda: f.hvp(x, v[0]),
        lambda: f.hvp(np.stack([x, x]), v),
        lambda: ggn_operator(f, x) @ v[0],
    ]
    if isinstance(f, MLP):
        asked.append(lambda: example_slopes(f, x, v))
    free = [ask() for ask in asked]
    for decay in (0.0, 0.25):
        f.weight_decay = Watched(decay)
        for ask, without, along in zip(asked, free, (x, v[0], v, v[0], v @ x), strict=False):
            Watched.uses = 0
            result = ask()
            assert (Watched.uses > 0) == (decay > 0)
            added = decay * (along if np.shape(along) == result.shape else along[:, None])
            np.testing.assert_array_equal(result, without + added)


@pytest.mark.parametrize("loss", ["cross_entropy", "sigmoid_cross_entropy", "squared_error"])
@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_outputs_beyond_float64_have_a_loss(activation, loss):
    targets = CLASSES if loss == "cross_entropy" else np.eye(3)[CLASSES]
    f = network_of(targets, activation=activation, loss=loss)
    x = f.initial(np.random.default_rng(1))
    assert f.value(1e160 * x) == f.value_and_gradient(1e160 * x)[0] == np.inf


@pytest.mark.parametrize("loss", ["cross_entropy", "sigmoid_cross_entropy"])
def test_right_answers_beyond_float64_cost_nothing(loss):
    # One unit per class, which sees its own class alone: all other outputs are far below.
    targets = CLASSES if loss == "cross_entropy" else np.eye(3)[CLASSES]
    f = MLP((3, 3, 3), np.eye(3)[CLASSES], targets, activation="identity", loss=loss, biases=False)
    x = np.r_[np.eye(3).ravel(), (2 * np.eye(3) - 1).ravel()]
    assert f.value(1e3 * x) == f.value(1e160 * x) == 0.0


@pytest.mark.parametrize("biases", ["no", 2, None])
def test_biases_are_there_or_not(biases):
    with pytest.raises(ValueError, match="biases must be True or False, got"):
        network(biases=biases)
