"""Points that are the same up to a symmetry, and points found twice."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import objectives
from course_utils.critical_points import (
    CriticalPoint,
    NarrowerNetwork,
    align,
    certify,
    same_up_to_symmetry,
    without_duplicates,
)
from course_utils.networks.symmetries import flip_units, permute_units
from tests.tools.networks import small_network
from tests.tools.search import examples


def test_duplicates_are_recognised():
    f = objectives.himmelblau()
    one = certify(f, [3.0, 2.0])
    near, far = replace(one, x=one.x + 1e-9), replace(one, x=one.x + 1e-3)
    higher = replace(one, value=1.0)
    assert without_duplicates([one, near, far, higher, one]) == [one, far, higher]
    assert without_duplicates([one, far], tolerance=1e-2) == [one]
    assert isinstance(one, CriticalPoint)


@examples(40)
@given(depth=st.integers(1, 3), seed=st.integers(0, 10_000), activation=st.sampled_from(["tanh", "sigmoid"]))
def test_equal_networks_are_recognised(depth, seed, activation):
    rng = np.random.default_rng(seed)
    network = small_network((3, *[4] * depth, 2), activation=activation, seed=seed)
    x = rng.normal(size=network.dim)
    y = x
    for layer in range(depth):
        y = permute_units(network, y, layer, rng.permutation(4))
        if activation == "tanh":
            y = flip_units(network, y, layer, np.flatnonzero(rng.random(4) < 0.5))
    np.testing.assert_allclose(align(network, y, x), x, atol=1e-14)
    assert same_up_to_symmetry(network, y, x)
    changed = y.copy()
    changed[rng.integers(network.dim)] += 1e-3
    assert not same_up_to_symmetry(network, changed, x)
    assert same_up_to_symmetry(network, changed, x, tolerance=1e-2)


def test_alignment_of_one_hidden_layer_finds_the_closest_form():
    rng = np.random.default_rng(0)
    network = small_network((2, 3, 2))
    x, y = rng.normal(size=(2, network.dim))
    distances = []
    for order in permutations(range(3)):
        for signs in product([False, True], repeat=3):
            form = flip_units(network, permute_units(network, x, 0, order), 0, np.flatnonzero(signs))
            distances.append(np.linalg.norm(form - y))
    assert np.linalg.norm(align(network, x, y) - y) == pytest.approx(min(distances), rel=1e-12)
    assert float(network.value(align(network, x, y))) == pytest.approx(float(network.value(x)), rel=1e-12)


def test_twins_and_zero_units_do_not_confuse_the_recognition():
    network = small_network((3, 5, 3))
    narrower = NarrowerNetwork(network, (2, 1))
    x = narrower.embed(np.random.default_rng(0).normal(size=narrower.dim))
    y = flip_units(network, permute_units(network, x, 0, [4, 2, 0, 3, 1]), 0, [0, 2])
    assert same_up_to_symmetry(network, x, y)
    points = [certify(network, z) for z in (x, y)]
    assert len(without_duplicates(points)) == 2
    assert len(without_duplicates(points, network=network)) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: align(f, np.zeros((2, f.dim)), np.zeros(f.dim)), "x must be one point"),
        (lambda f: align(f, np.full(f.dim, 1e200), np.zeros(f.dim)), "squared distance is not finite"),
        (lambda f: without_duplicates([], tolerance=-1.0), "tolerance must be"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(small_network())
