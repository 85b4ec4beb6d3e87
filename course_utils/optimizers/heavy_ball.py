"""Heavy ball on a quadratic, solved: the roots of its recurrence, its rate, each component at each step.

Along an eigenvector of H with eigenvalue λ a step of v ← μv − ηg, x ← x + v is

    x_{t+1} = (1 + μ − ηλ) x_t − μ x_{t−1},    with x_{−1} = x_0, because the ball starts at rest.

Its solutions are sums of r^t, where r is a root of r² − (1 + μ − ηλ)r + μ = 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array
from course_utils.objectives.checks import common_shape, real_array


def heavy_ball_roots(
    learning_rate: ArrayLike, momentum: ArrayLike, eigenvalues: ArrayLike
) -> NDArray[np.complex128]:
    """Return both roots of r² − (1 + μ − ηλ)r + μ = 0, the larger modulus first; the arguments broadcast.

    Two conjugate roots, of modulus √μ, where (1 − √μ)² < ηλ < (1 + √μ)²; two real ones elsewhere.

    Parameters
    ----------
    learning_rate, momentum, eigenvalues : η, μ ≥ 0 and λ, finite.

    Returns
    -------
    (..., 2) roots.

    Raises
    ------
    ValueError
        If an argument is not finite, a momentum is negative, or the shapes do not fit together.

    Notes
    -----
    Polyak (1964), section 2; Goh (2017), *Why momentum really works*.
    """
    total, product = _sum_and_product(learning_rate, momentum, eigenvalues)
    discriminant = total**2 - 4 * product
    real = np.sqrt(np.maximum(discriminant, 0.0))
    larger = (total + np.where(total < 0, -real, real)) / 2
    smaller = np.divide(product, larger, out=np.zeros_like(larger), where=larger != 0)  # without cancellation
    turning = np.sqrt(np.maximum(-discriminant, 0.0)) / 2
    first = np.where(discriminant >= 0, larger + 0j, total / 2 + 1j * turning)
    second = np.where(discriminant >= 0, smaller + 0j, total / 2 - 1j * turning)
    return np.stack([first, second], axis=-1)


def heavy_ball_factor(learning_rate: ArrayLike, momentum: ArrayLike, eigenvalues: ArrayLike) -> Array:
    """Return the modulus of the larger root: by how much one step shrinks the component in the long run.

    The arguments are those of `heavy_ball_roots` and broadcast to the shape (...) of the result; above 1 the
    component grows.
    """
    return larger_root(*_sum_and_product(learning_rate, momentum, eigenvalues))


def heavy_ball_components(learning_rate: float, momentum: float, eigenvalues: ArrayLike, steps: int) -> Array:
    """Return what is left of each component after 0 … ``steps`` steps, as multiples of its start.

    With the roots r and q, |q| ≤ |r|, and c₁ = 1 − ηλ, it is c_t = c₁U_t − μU_{t−1}, where
    U_t = (r^t − q^t)/(r − q), or t r^{t−1} where both coincide.

    Parameters
    ----------
    learning_rate, momentum : η and μ ≥ 0, finite.
    eigenvalues : (n,) λ, finite.
    steps : T ≥ 0.

    Returns
    -------
    (T+1, n) components; 1 at step 0.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    lam = real_array("eigenvalues", eigenvalues)
    if steps < 0 or lam.ndim != 1:
        raise ValueError(
            f"steps must be ≥ 0 and eigenvalues of shape (n,), got {steps} and shape {lam.shape}"
        )
    total, product = _sum_and_product(learning_rate, momentum, lam)
    u = _u(np.arange(steps + 1.0)[:, None], total, product)
    after: Array = (1 - learning_rate * lam) * u[1:] - product * u[:-1]
    return np.concatenate([np.ones((1, lam.size)), after])


def _u(t: Array, total: Array, product: Array) -> Array:
    """Return U_t = (r^t − q^t)/(r − q) for the roots with this sum and product, without cancellation."""
    discriminant = total**2 - 4 * product
    with np.errstate(all="ignore"):
        # Conjugate roots √μ e^{±iθ}: U_t = √μ^{t−1} sin(tθ)/sin θ.
        size = np.sqrt(product)
        theta = np.arctan2(np.sqrt(np.maximum(-discriminant, 0.0)), total)
        wave = np.where(np.sin(theta) == 0, t, np.sin(t * theta) / np.sin(theta))
        turning = np.where(t == 0, 0.0, size ** (t - 1) * wave)
        # Real roots r and q = μ/r of one sign: U_t = r^{t−1}(1 − p^t)/(1 − p) with p = q/r.
        apart = np.sqrt(np.maximum(discriminant, 0.0))
        r = (total + np.where(total < 0, -apart, apart)) / 2
        gap = np.where(r == 0, 1.0, apart / np.abs(r))  # 1 − p
        series = np.where(gap == 0, t, np.expm1(t * np.log1p(-gap)) / -np.where(gap == 0, 1.0, gap))
        straight = np.where(t == 0, 0.0, r ** (t - 1) * series)
    return np.where(discriminant < 0, turning, straight)


def larger_root(total: Array, product: Array) -> Array:
    """Return the larger modulus, (...), of the two roots with this sum and product, (...) each."""
    discriminant = total**2 - 4 * product
    real = (np.abs(total) + np.sqrt(np.maximum(discriminant, 0.0))) / 2
    # A pair of conjugate roots has the modulus √product; product > 0 there, whatever rounding says.
    return np.where(discriminant >= 0, real, np.sqrt(np.abs(product)))


def _sum_and_product(
    learning_rate: ArrayLike, momentum: ArrayLike, eigenvalues: ArrayLike
) -> tuple[Array, Array]:
    eta, mu, lam = (
        real_array(name, given)
        for name, given in (
            ("learning_rate", learning_rate),
            ("momentum", momentum),
            ("eigenvalues", eigenvalues),
        )
    )
    for name, given in (("learning_rate", eta), ("momentum", mu), ("eigenvalues", lam)):
        if not np.isfinite(given).all():
            raise ValueError(f"{name} must be finite, got NaN or infinity")
    if (mu < 0).any():
        raise ValueError(f"momentum must not be negative, got {mu.min()}")
    common_shape(learning_rate=eta, momentum=mu, eigenvalues=lam)
    total = 1 + mu - eta * lam
    return total, np.broadcast_to(mu, total.shape).astype(np.float64)
