"""Critical points of narrower networks, embedded in wider ones."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import datasets
from course_utils.critical_points import (
    NarrowerNetwork,
    certify,
    embedded_critical_points,
    find_minimum,
    split_patterns,
    split_unit,
    without_duplicates,
    zero_unit_patterns,
)
from course_utils.networks import MLP
from tests.tools.derivatives import check_derivatives
from tests.tools.networks import small_network
from tests.tools.search import examples
from tests.tools.spawned import check_round_trip


def test_patterns():
    assert zero_unit_patterns(3) == [(), (1,), (1, 1), (1, 1, 1)]
    assert split_patterns(3) == [(2,), (3,), (2, 1)]
    assert len(zero_unit_patterns(5)) + len(split_patterns(5)) == 1 + 1 + 2 + 3 + 5 + 7


@examples(40)
@given(
    depth=st.integers(1, 3),
    layer=st.integers(0, 2),
    copies=st.lists(st.integers(1, 2), max_size=3),
    decay=st.sampled_from([0.0, 1e-2]),
    loss=st.sampled_from(["cross_entropy", "squared_error"]),
    seed=st.integers(0, 1000),
)
def test_the_wide_gradient_never_leaves_the_embedded_subspace(depth, layer, copies, decay, loss, seed):
    layer %= depth
    sizes = (3, *[6] * depth, 3)
    wide = small_network(sizes, weight_decay=decay, loss=loss, seed=seed)
    narrower = NarrowerNetwork(wide, copies, layer=layer)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=narrower.dim)
    embedded = narrower.embed(x)
    assert narrower.value(x) == wide.value(embedded)
    E = narrower.embed(np.eye(narrower.dim)).T
    g = wide.gradient(embedded)
    np.testing.assert_allclose(g, E @ np.linalg.lstsq(E, g)[0], atol=1e-12)
    np.testing.assert_allclose(narrower.gradient(x), E.T @ g, atol=1e-12)
    own = narrower.as_mlp()
    if own is not None:
        assert own.value(x) == pytest.approx(float(wide.value(embedded)), abs=1e-12)
        np.testing.assert_allclose(own.gradient(x)[own.layers[0].start :], narrower.gradient(x), atol=1e-12)
    else:
        assert decay > 0 or not copies


def test_the_derivatives_of_a_narrower_network():
    rng = np.random.default_rng(3)
    narrower = NarrowerNetwork(small_network((3, 5, 3)), (2, 1))
    check_derivatives(narrower, rng.normal(size=(2, narrower.dim)), rng)


def test_a_narrower_network_comes_through_a_spawned_process(spawned):
    check_round_trip(NarrowerNetwork(small_network((3, 5, 3)), (2, 1)), spawned)


@pytest.mark.parametrize("copies", [(), (1, 1), (2,), (2, 1), (3, 1)])
@pytest.mark.parametrize("weight_decay", [0.0, 1e-2])
def test_a_minimum_of_a_narrower_network_is_critical_in_the_wide_one(copies, weight_decay):
    rng = np.random.default_rng(1)
    wide = small_network(weight_decay=weight_decay, loss="squared_error")
    narrower = NarrowerNetwork(wide, copies)
    x = find_minimum(narrower, narrower.initial(rng))
    inside, outside = certify(narrower, x), certify(wide, narrower.embed(x))
    assert outside.value == pytest.approx(inside.value, abs=1e-12)
    assert outside.gradient_norm <= 1e-12
    assert outside.certified
    assert inside.index == 0
    assert outside.index > 0


def test_one_unit_may_be_split_in_any_share_without_weight_decay():
    rng = np.random.default_rng(0)
    wide = small_network(weight_decay=0.0, loss="squared_error")
    narrower = NarrowerNetwork(wide, (1, 1))
    x = narrower.embed(find_minimum(narrower, narrower.initial(rng)))
    for share in (-0.5, 0.0, 0.3, 0.5, 1.0, 2.0):
        split = split_unit(wide, x, 1, 3, share)
        assert wide.value(split) == pytest.approx(float(wide.value(x)), abs=1e-12)
        assert np.linalg.norm(wide.gradient(split)) <= 1e-12


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.5])
def test_weight_decay_makes_a_split_unit_regular(share):
    decay = 1e-2
    rng = np.random.default_rng(0)
    wide = small_network(weight_decay=decay)
    narrower = NarrowerNetwork(wide, (1, 1, 1))
    x = narrower.embed(find_minimum(narrower, narrower.initial(rng)))
    unit = wide.unit(0, 1)
    weights = x[np.concatenate([unit.incoming, unit.bias, unit.outgoing])]
    length = np.linalg.norm(wide.gradient(split_unit(wide, x, 1, 3, share)))
    expected = decay * np.hypot(1 - share, share) * np.linalg.norm(weights)
    assert length == pytest.approx(expected, rel=1e-9)


def test_embedded_points_of_a_deep_network():
    network = small_network((3, 3, 3, 2), seed=2)
    points = embedded_critical_points(network, per_width=2, layer=1, rng=np.random.default_rng(0))
    assert len(points) >= 3
    for point in points:
        assert point.gradient_norm <= 1e-9
        assert certify(network, point.x).certified


@pytest.mark.thorough
def test_the_embedding_experiment_on_digits():
    """Width 0 … 5 in five units: the index falls from 45 to 0 by 9 a unit, and the loss with it."""
    digits = datasets.load("mnist-10x10").subset(1000).standardize()
    network = MLP((100, 5, 10), digits.inputs, digits.targets, weight_decay=1e-3)
    start = perf_counter()
    points = embedded_critical_points(network, rng=np.random.default_rng(0))
    seconds = perf_counter() - start

    inputs = np.column_stack([digits.inputs, np.ones(1000)])
    by_width: dict[int, list] = {}
    for point in points:
        weights = network.layers[0].matrix(point.x)
        width = int(np.any(weights != 0, axis=1).sum())
        errors = network.predict(point.x) - np.eye(10)[digits.targets]
        ways_down = int((np.linalg.svd(errors.T @ inputs / 1000, compute_uv=False) > 1e-3).sum())
        assert point.index == (5 - width) * ways_down, point
        by_width.setdefault(width, []).append(point)
    print(f"\n{len(points)} certified points of {network.dim} parameters in {seconds:.1f} s")
    for width, group in by_width.items():
        losses, indices = [p.value for p in group], sorted({p.index for p in group})
        print(
            f"width {width}: {len(group)} points, loss {min(losses):.3f}–{max(losses):.3f}, index {indices}, "
            f"‖g‖ ≤ {max(p.gradient_norm for p in group):.1e}, "
            f"smallest |λ| {min(np.abs(p.eigenvalues).min() for p in group):.1e}"
        )

    assert len(points) >= 15
    assert all(point.certified and point.gradient_norm <= 1e-9 for point in points)
    assert {w: sorted({p.index for p in group}) for w, group in by_width.items()} == {
        width: [9 * (5 - width)] for width in range(6)
    }
    best = [min(p.value for p in by_width[width]) for width in range(6)]
    assert (np.diff(best) < 0).all()
    assert best[0] == pytest.approx(np.log(10), abs=1e-6)
    assert best[1] == pytest.approx(1.633, abs=0.04)
    assert without_duplicates(points, network=network) == points


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: NarrowerNetwork(f, (3, 2)), "copies must be positive and add up to at most 4"),
        (lambda f: NarrowerNetwork(f, (0,)), "copies must be a whole number of at least 1, got 0"),
        (lambda f: NarrowerNetwork(f, (1.5,)), "copies must be a whole number of at least 1, got 1.5"),
        (lambda f: NarrowerNetwork(f, (1,), layer=1), "layer must be a hidden layer"),
        (
            lambda f: NarrowerNetwork(small_network(activation="relu"), (1,)),
            "wide must have an odd activation",
        ),
        (lambda f: split_unit(f, np.zeros(f.dim), 1, 1, 0.5), "unit and spare must differ"),
        (
            lambda f: embedded_critical_points(f, per_width=0, rng=np.random.default_rng()),
            "per_width must be",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(small_network())
