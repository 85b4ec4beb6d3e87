"""Networks in other processes: every kind of network, activation and loss."""

import numpy as np
import pytest

from course_utils.networks import MLP, RNN, Autoencoder, DeepLinear, InBatches, ReluStudentTeacher
from tests.tools.spawned import check_round_trip, concrete_classes

RNG = np.random.default_rng(0)
INPUTS, CLASSES, VECTORS = RNG.standard_normal((7, 3)), RNG.integers(0, 2, 7), RNG.standard_normal((7, 2))
TEXT = RNG.integers(0, 4, (3, 6))

EVERY = {
    **{
        f"MLP, {activation}, {loss}": MLP(
            (3, 4, 2), INPUTS, targets, activation=activation, loss=loss, weight_decay=0.1
        )
        for activation in ("tanh", "relu", "sigmoid", "identity")
        for loss, targets in (("cross_entropy", CLASSES), ("squared_error", VECTORS))
    },
    "MLP without biases": MLP((3, 4, 2), INPUTS, CLASSES, biases=False),
    "mini-batch of an MLP": MLP((3, 4, 2), INPUTS, CLASSES).batch([5, 0, 2]),
    "DeepLinear": DeepLinear((3, 2, 2), INPUTS, VECTORS),
    "Autoencoder": Autoencoder((2,), INPUTS, activation="tanh"),
    "RNN": RNN(3, 4, TEXT, initial_state=RNG.standard_normal((3, 3)), weight_decay=0.1),
    "mini-batch of an RNN": RNN(3, 4, TEXT).batch([2, 0]),
    "Autoencoder in single precision": Autoencoder(
        (4, 2),
        np.abs(np.tanh(INPUTS)),
        code_activation="identity",
        loss="sigmoid_cross_entropy",
        dtype="float32",
    ),
    "InBatches": InBatches(MLP((3, 4, 2), INPUTS, CLASSES), 3),
    "ReluStudentTeacher": ReluStudentTeacher(3, 2),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_network_comes_through_a_spawned_process(name, spawned):
    check_round_trip(EVERY[name], spawned)


def test_no_class_of_networks_is_left_out():
    assert concrete_classes("networks") <= {type(network) for network in EVERY.values()}
