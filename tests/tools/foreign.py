"""What the tests of `from_torch` and `from_jax` share: our network, and the same weights in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from course_utils.networks import MLP
from course_utils.objectives import ForeignObjective


@st.composite
def networks(draw: st.DrawFn, **fixed: Any) -> tuple[MLP, np.ndarray, np.random.Generator]:
    """A small network of any depth, activation and loss, parameters (..., dim), and a generator."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = (3, *draw(st.lists(st.integers(1, 5), max_size=2)), draw(st.integers(2, 4)))
    settings = {
        "activation": draw(st.sampled_from(["tanh", "sigmoid", "relu", "identity"])),
        "loss": draw(st.sampled_from(["cross_entropy", "squared_error"])),
        "biases": draw(st.booleans()),
        **fixed,
    }
    examples = draw(st.integers(1, 8))
    targets = (
        rng.integers(sizes[-1], size=examples)
        if settings["loss"] == "cross_entropy"
        else rng.normal(size=(examples, sizes[-1]))
    )
    mlp = MLP(sizes, rng.normal(size=(examples, 3)), targets, **settings)
    batch = draw(st.sampled_from([(), (1,), (3,), (2, 2), (0,)]))
    return mlp, rng.normal(size=(*batch, mlp.dim)), rng


def assert_equals_ours(
    theirs: ForeignObjective, mlp: MLP, x: np.ndarray, rng: np.random.Generator, places: np.ndarray
) -> None:
    """Compare all that both answer at ``x`` (..., dim); number i of theirs is number places[i] of ours."""

    def assert_same(found: np.ndarray, ours: np.ndarray) -> None:
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, ours, rtol=0, atol=1e-12 * (1 + np.abs(ours).max(initial=0.0)))

    y = x[..., places]
    assert_same(theirs.value(y), mlp.value(x))
    assert_same(theirs.gradient(y), mlp.gradient(x)[..., places])
    for found, ours in zip(theirs.value_and_gradient(y), mlp.value_and_gradient(x), strict=True):
        assert_same(found, ours if ours.ndim < x.ndim else ours[..., places])
    assert_same(theirs.hessian(y), mlp.hessian(x)[..., places, :][..., places])
    for shape in [x.shape, (mlp.dim,), (3, *[1] * (x.ndim - 1), mlp.dim), (0, *x.shape)]:
        v = rng.normal(size=shape)
        assert_same(theirs.hvp(y, v[..., places]), mlp.hvp(x, v)[..., places])


def in_order(mlp: MLP, arrays: Callable[[Any, np.ndarray], Sequence[np.ndarray]]) -> np.ndarray:
    """Return the places (dim,) in our vector of the numbers in ``arrays(layer, vector)``, layer by layer."""
    every = np.arange(float(mlp.dim))
    flat = [array.ravel() for layer in mlp.layers for array in arrays(layer, every)]
    return np.concatenate(flat).astype(int)
