"""One derivative checker for every Objective."""

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from course_utils.objectives import Objective

# Central differences at two steps, extrapolated; their disagreement bounds the error of the finer one.
# Stated tolerance: TOLERANCE × the size of what is compared, plus that bound.
TOLERANCE = 1e-6

batches = st.sampled_from([(), (1,), (4,), (2, 3), (0,)])  # leading axes of points


def points_in_domain(objective: Objective, batch: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return random points (..., n) of the plot window, its last side repeated for further coordinates."""
    window = np.array([*objective.domain, *[objective.domain[-1]] * (objective.dim - len(objective.domain))])
    return rng.uniform(window[:, 0], window[:, 1], size=(*batch, objective.dim))


def differences(f, x: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivative of ``f`` along ``direction`` and a bound of its error, by central differences."""
    h = 1e-4 * (1 + np.abs(x).max(initial=0.0))
    coarse = (f(x + h * direction) - f(x - h * direction)) / (2 * h)
    fine = (f(x + h / 2 * direction) - f(x - h / 2 * direction)) / h
    return (4 * fine - coarse) / 3, np.abs(fine - coarse)


def assert_close(name: str, exact: np.ndarray, numerical: np.ndarray, error: np.ndarray, size: float) -> None:
    if np.max(error, initial=0.0) > 1e-2 * size:  # a place too wild for differences tests nothing
        reject()
    gap = np.abs(exact - numerical)
    assert np.all(gap <= TOLERANCE * size + error), (
        f"{name}: off by {gap.max():.3g} where values are about {size:.3g}"
    )


def check_derivatives(objective: Objective, x: np.ndarray, rng: np.random.Generator) -> None:
    """Check shapes, gradient, Hessian and hvp of ``objective`` at points ``x`` (..., n)."""
    batch, n = x.shape[:-1], objective.dim
    value, g, H = objective.value(x), objective.gradient(x), objective.hessian(x)
    assert value.shape == batch
    assert g.shape == (*batch, n)
    assert H.shape == (*batch, n, n)
    both = objective.value_and_gradient(x)
    np.testing.assert_allclose(both[0], value, rtol=1e-12)
    np.testing.assert_allclose(both[1], g, rtol=1e-12)

    d = rng.standard_normal(n)
    size = 1 + float(np.abs(value).max(initial=0)) + float(np.abs(g).max(initial=0))
    assert_close("gradient", g @ d, *differences(objective.value, x, d), size)
    size = 1 + float(np.abs(g).max(initial=0)) + float(np.abs(H).max(initial=0))
    assert_close("Hessian", H @ d, *differences(objective.gradient, x, d), size)
    np.testing.assert_allclose(
        H, np.swapaxes(H, -1, -2), rtol=1e-13, atol=1e-14 * (1 + np.abs(H).max(initial=0))
    )

    v = rng.standard_normal((*batch, n))
    scale = 1e-12 * (1 + np.abs(H).max(initial=0)) * n
    np.testing.assert_allclose(objective.hvp(x, v), (H @ v[..., None])[..., 0], rtol=1e-11, atol=scale)
    if x.size:
        one, block = x.reshape(-1, n)[0], rng.standard_normal((3, n))
        np.testing.assert_allclose(
            objective.hvp(one, block), block @ objective.hessian(one), rtol=1e-11, atol=scale
        )
        operator = objective.hessian_operator(one)
        np.testing.assert_allclose(operator @ block[0], objective.hvp(one, block[0]), rtol=1e-11, atol=scale)
        np.testing.assert_allclose(operator @ block.T, objective.hvp(one, block).T, rtol=1e-11, atol=scale)
