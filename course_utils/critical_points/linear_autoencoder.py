"""Ground truth for finders: all critical points of the linear autoencoder."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, as_points
from course_utils.objectives.checks import real_array, whole_number


@dataclass(frozen=True, eq=False)
class ProjectionPoint:
    """A critical point of a linear autoencoder d-p-d: the projection on r ≤ p principal components.

    Attributes
    ----------
    components : the r components S that are kept, 0 the one with the largest variance, ascending.
    value : its loss, half the variance of the components that are dropped.
    index : number of negative eigenvalues of the Hessian.
    zeros : number of zero eigenvalues, one for each dimension of the surface of equal points around it.
    x : (2dp,) one of its equal forms, as parameters of ``Autoencoder((p,), …)``.
    map : (d, d) the projection AB itself, the same for all equal forms.
    """

    components: tuple[int, ...]
    value: float
    index: int
    zeros: int
    x: Array
    map: Array


def linear_autoencoder_points(inputs: ArrayLike, hidden: int) -> list[ProjectionPoint]:
    """Return the critical points of ``Autoencoder((hidden,), inputs, activation="identity", biases=False)``.

    The loss ½ mean ‖ABx − x‖² of a decoder A (d, p) and an encoder B (p, d) depends on the data through
    Σ = mean xxᵀ alone, with eigenvalues λ₀ > λ₁ > … > 0. Its critical points are A = U_S C, B = C⁻¹U_Sᵀ
    for every set S of at most p principal components (Baldi & Hornik 1989; for r = |S| < p
    the further columns of A and rows of B are zero before C mixes them), one for each S up to the
    invertible C. With the second-order terms of the loss worked out in the eigenbasis of Σ

    - value = ½ Σ_{j∉S} λⱼ;
    - index = #{(i ∈ S, j ∉ S): λⱼ > λᵢ} + (p − r)(d − r): one way down for every better component that
      could be swapped in, and for every dropped component that an unused unit could take up;
    - zeros = p² − (p − r)², from C.

    So the only set without a way down is that of the p largest. Ordered from the smallest value up.

    Parameters
    ----------
    inputs : (N, d) examples; they are not centred here.
    hidden : p, from 1 to d.

    Raises
    ------
    ValueError
        If ``inputs`` are not (N, d), ``hidden`` is not in 1 … d, or two variances are equal or one is
        zero (then critical points are no longer separate).
    """
    data = real_array("inputs", inputs)
    if data.ndim != 2 or len(data) == 0:
        raise ValueError(f"inputs must have shape (N, d), got {data.shape}")
    data = as_points("inputs", data, data.shape[1])
    d = data.shape[1]
    if whole_number("hidden", hidden, 1) > d:
        raise ValueError(f"hidden must be in 1 … {d}, got {hidden}")
    variances, vectors = np.linalg.eigh(data.T @ data / len(data))
    variances, vectors = variances[::-1], vectors[:, ::-1]
    gaps = -np.diff(variances, append=0.0)
    if not (gaps > 1e-9 * variances[0]).all():
        raise ValueError(f"inputs must have distinct variances above 0, got {variances}")
    sets = [kept for r in range(hidden + 1) for kept in combinations(range(d), r)]
    return sorted((_point(kept, variances, vectors, hidden) for kept in sets), key=lambda point: point.value)


def _point(kept: tuple[int, ...], variances: Array, vectors: Array, hidden: int) -> ProjectionPoint:
    d, r = variances.size, len(kept)
    dropped = [j for j in range(d) if j not in kept]
    decoder = np.zeros((d, hidden))
    decoder[:, :r] = vectors[:, list(kept)]
    return ProjectionPoint(
        components=kept,
        value=0.5 * float(variances[dropped].sum()),
        index=sum(j < i for i in kept for j in dropped) + (hidden - r) * (d - r),
        zeros=hidden**2 - (hidden - r) ** 2,
        x=np.concatenate([decoder.T.ravel(), decoder.ravel()]),
        map=decoder @ decoder.T,
    )
