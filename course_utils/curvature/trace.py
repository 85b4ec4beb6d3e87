"""Trace and diagonal of H from a few products: random probes, and what their products know of H already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from course_utils.curvature.operators import (
    MOST_PROBES_AT_ONCE,
    as_symmetric_operator,
    formed,
    products,
    rademacher_blocks,
)
from course_utils.objectives import Array
from course_utils.objectives.checks import generator, whole_number
from course_utils.objectives.lengths import norms, squares_exponent, unit

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

    from course_utils.curvature.operators import SymmetricOperator

TraceMethod = Literal["xtrace", "hutch++", "hutchinson"]
DiagonalMethod = Literal["xdiag", "hutchinson"]


@dataclass(frozen=True)
class TraceEstimate:
    """Estimate of tr H, the mean of unbiased samples, so that its error is estimated as well."""

    estimate: float
    standard_error: float  # of the estimate, from the spread of the samples; 0 if H was multiplied out
    samples: Array  # (p,) one a probe; (1,) if H was multiplied out
    method: Literal["xtrace", "hutch++", "hutchinson", "exact"]
    num_matvecs: int  # products made


@dataclass(frozen=True)
class DiagonalEstimate:
    """Estimate of the diagonal of H, the mean of samples, so that its error is estimated as well."""

    estimate: Array  # (n,)
    standard_error: Array  # (n,) of each entry, from the spread of the samples; 0 if H was multiplied out
    method: Literal["xdiag", "hutchinson", "exact"]
    num_matvecs: int  # products made


def trace(
    operator: SymmetricOperator,
    num_matvecs: int,
    *,
    method: TraceMethod = "xtrace",
    rng: np.random.Generator,
    dim: int | None = None,
) -> TraceEstimate:
    """Estimate tr H from ``num_matvecs`` products at most.

    - ``"hutchinson"``: the mean of zᵀHz over vectors z of random signs, exact for a diagonal H, with variance
      2 Σ_{i≠j} Hᵢⱼ² for one probe. The error falls as 1/√m (Hutchinson 1990).
    - ``"hutch++"``: a third of the products find a basis Q of what H maps random vectors to, tr QᵀHQ takes
      another third, and Hutchinson's estimate of the rest the last: 1/m (Meyer, Musco, Musco & Woodruff
      2021, algorithm 1).
    - ``"xtrace"``: one half finds Q, the other multiplies it. Each probe is the test vector for the
      basis made of all others, so none is spent on one purpose alone (Epperly, Tropp & Webber 2024, with
      their normalisation). Best where eigenvalues decay, as those of a network do. Its samples share most of
      a basis, so that their spread tells too little once many probes are used: over spectra that decay and
      such that do not, the standard error was 0.73 to 0.94 of the true one with 30 to 90 products (n = 200).

    With as many products as rows the last two multiply H out, and the trace is exact.

    Parameters
    ----------
    operator : anything ``scipy.sparse.linalg.aslinearoperator`` takes, or a function v -> Hv.
    num_matvecs : m, at least 2, 6 and 4.
    dim : n, only needed when ``operator`` is a function.

    Raises
    ------
    ValueError
        If ``num_matvecs`` is too small for the method to estimate its error, or ``method`` is unknown.
    TypeError
        If ``rng`` is no generator.
    """
    linear = as_symmetric_operator(operator, dim)
    least = {"hutchinson": 2, "hutch++": 6, "xtrace": 4}
    if not isinstance(method, str) or method not in least:
        raise ValueError(f"method must be one of {list(least)}, got {method!r}")
    m = whole_number("num_matvecs", num_matvecs, least[method])
    generator("rng", rng)
    if method != "hutchinson" and m >= linear.shape[0]:
        H, exponent, made = formed(linear)
        samples = np.ldexp(np.atleast_1d(np.trace(H)), exponent)
        return TraceEstimate(float(samples[0]), 0.0, samples, "exact", made)
    samplers: dict[str, Callable[[LinearOperator, int, np.random.Generator], tuple[Array, int]]] = {
        "hutchinson": _hutchinson, "hutch++": _hutch_plus_plus, "xtrace": _xtrace
    }  # fmt: skip
    samples, exponent = samplers[method](linear, m, rng)
    made = {"hutchinson": m, "hutch++": m // 3 * 3, "xtrace": m // 2 * 2}[method]
    center = samples.mean()
    error = norms(samples - center) / np.sqrt(samples.size * (samples.size - 1))
    with np.errstate(over="ignore"):  # a trace that float64 does not hold is ∞
        center, error, samples = (np.ldexp(numbers, exponent) for numbers in (center, error, samples))
    return TraceEstimate(float(center), float(error), samples, method, made)


def diagonal(
    operator: SymmetricOperator,
    num_matvecs: int,
    *,
    method: DiagonalMethod = "xdiag",
    rng: np.random.Generator,
    dim: int | None = None,
) -> DiagonalEstimate:
    """Estimate the diagonal of H from ``num_matvecs`` products at most.

    - ``"hutchinson"``: the mean of z ⊙ Hz over vectors z of random signs; entry i has variance Σ_{j≠i} Hᵢⱼ²
      for one probe (Bekas, Kokiopoulou & Saad 2007).
    - ``"xdiag"``: the diagonal of QQᵀH for a basis Q of what H maps random vectors to, and that estimate for
      the rest, each probe against the basis of all others (Epperly, Tropp & Webber 2024). Samples that share
      a basis depend on one another, so their spread tells too little where nothing decays: for the identity
      two thirds of the error.

    With as many products as rows the latter multiplies H out, and the diagonal is exact. Parameters and
    errors are those of `trace`, with at least 2 products for "hutchinson" and 4 for "xdiag".
    """
    linear = as_symmetric_operator(operator, dim)
    least = {"hutchinson": 2, "xdiag": 4}
    if not isinstance(method, str) or method not in least:
        raise ValueError(f"method must be one of {list(least)}, got {method!r}")
    m = whole_number("num_matvecs", num_matvecs, least[method])
    generator("rng", rng)
    n = int(linear.shape[0])
    if method != "hutchinson" and m >= n:
        H, exponent, made = formed(linear)
        return DiagonalEstimate(np.ldexp(np.diag(H), exponent), np.zeros(n), "exact", made)
    if method == "hutchinson":
        mean, spread = np.zeros((2, n))
        seen = 0
        power: int | None = None
        for z in rademacher_blocks(rng, m, n):
            images, power = _ordinary(products(linear, z), power)
            for sample in z * images:  # Welford's update: samples are not kept
                seen += 1
                before = sample - mean
                mean += before / seen
                spread = np.hypot(spread, before * np.sqrt((seen - 1) / seen))
        error = spread / np.sqrt(m * (m - 1))
        return DiagonalEstimate(np.ldexp(mean, power or 0), np.ldexp(error, power or 0), method, m)
    z = np.concatenate(list(rademacher_blocks(rng, m // 2, n)))
    sketch = _Sketch(linear, z)
    directions = sketch.left_out @ sketch.Q  # (p, n) what only probe i has seen
    samples = (z * sketch.images_left_out[:, None] - sketch.left_out @ sketch.images) * directions
    error = norms((samples - samples.mean(axis=0)).T) / np.sqrt(len(z) * (len(z) - 1))
    estimate = np.einsum("qn,qn->n", sketch.Q, sketch.images) + samples.mean(axis=0)
    estimate, error = np.ldexp(estimate, sketch.exponent), np.ldexp(error, sketch.exponent)
    return DiagonalEstimate(estimate, error, method, 2 * len(z))


class _Sketch:
    """A basis Q (q, n) of Hz for probes z (p, n), and the direction of it that each probe alone has seen.

    Attributes
    ----------
    exponent : e; where squares of Hz would leave the range of float64, H stands for H/2ᵉ below.
    mapped : Hz, as rows.
    Q : orthonormal rows; fewer than p if H has a smaller rank, which the probes then know exactly.
    images : HQ, as rows.
    left_out : (p, q) unit rows s: without probe i the basis spans Q up to sᵢ. Zero if the rank is smaller.
    images_left_out : (p,) sᵢ · QHzᵢ, the part of Hzᵢ along that direction.
    """

    def __init__(self, operator: LinearOperator, z: Array) -> None:
        from scipy.linalg import qr, solve_triangular

        self.mapped, self.exponent = _ordinary(_blocks(operator, z))
        Q, R, order = qr(self.mapped.T, mode="economic", pivoting=True)
        sizes = np.abs(np.diag(R))
        rank = int(np.sum(sizes > z.shape[1] * np.finfo(float).eps * sizes.max(initial=0.0)))
        self.Q: Array = np.ascontiguousarray(Q[:, :rank].T, dtype=np.float64)
        self.images, _ = _ordinary(_blocks(operator, self.Q), self.exponent)
        self.left_out, self.images_left_out = np.zeros((len(z), rank)), np.zeros(len(z))
        if 0 < rank == len(z):
            scale = sizes.max()
            # Row i of the inverse is orthogonal to the columns of all other probes.
            inverse = solve_triangular(R / scale, np.eye(rank))
            self.left_out[order] = unit(inverse)
            self.images_left_out[order] = scale / norms(inverse)


def _ordinary(images: Array, exponent: int | None = None) -> tuple[Array, int]:
    """Return products divided by 2ᵉ, and e: by default 0 where sums of their squares are in range."""
    if exponent is None:
        exponent = squares_exponent(images)
    return np.ldexp(images, -exponent) if exponent else images, exponent


def _blocks(operator: LinearOperator, rows: Array) -> Array:
    """Return the products with ``rows`` (p, n), at most `MOST_PROBES_AT_ONCE` at a time."""
    parts = [rows[i : i + MOST_PROBES_AT_ONCE] for i in range(0, len(rows), MOST_PROBES_AT_ONCE)]
    return np.concatenate([products(operator, part) for part in parts]) if parts else np.empty_like(rows)


def _xtrace(operator: LinearOperator, num_matvecs: int, rng: np.random.Generator) -> tuple[Array, int]:
    n = int(operator.shape[0])
    z: Array = np.sqrt(n) * unit(rng.standard_normal((num_matvecs // 2, n)))
    sketch = _Sketch(operator, z)
    Q, images, s = sketch.Q, sketch.images, sketch.left_out
    inside = z @ Q.T
    inside -= np.einsum("pq,pq->p", inside, s)[:, None] * s  # coordinates in the basis without probe i
    outside = z - inside @ Q
    mapped = sketch.mapped - inside @ images  # H times that
    # In the directions left, the probe is as a random one of the length that makes its sample unbiased.
    dimensions = n - (len(Q) - s.any(axis=1))
    known = np.einsum("qn,qn->", Q, images) - np.einsum("pn,pn->p", s @ Q, s @ images)
    samples: Array = known + dimensions * np.einsum(
        "pn,pn->p", unit(outside), mapped / norms(outside)[:, None]
    )
    return samples, sketch.exponent


def _hutch_plus_plus(
    operator: LinearOperator, num_matvecs: int, rng: np.random.Generator
) -> tuple[Array, int]:
    n, third = int(operator.shape[0]), num_matvecs // 3
    z = np.concatenate(list(rademacher_blocks(rng, 2 * third, n)))
    sketch = _Sketch(operator, z[:third])
    rest = z[third:] - (z[third:] @ sketch.Q.T) @ sketch.Q
    mapped, exponent = _ordinary(_blocks(operator, rest), sketch.exponent)
    samples: Array = np.einsum("qn,qn->", sketch.Q, sketch.images) + np.einsum("pn,pn->p", rest, mapped)
    return samples, exponent


def _hutchinson(operator: LinearOperator, num_matvecs: int, rng: np.random.Generator) -> tuple[Array, int]:
    samples: list[Array] = []
    exponent: int | None = None
    for z in rademacher_blocks(rng, num_matvecs, int(operator.shape[0])):
        images, exponent = _ordinary(products(operator, z), exponent)
        samples.append((z * images).sum(axis=1))
    return np.concatenate(samples), exponent or 0
