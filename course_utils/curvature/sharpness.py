"""The largest eigenvalue of the Hessian along a path, and the share of the gradient along its direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.curvature.extreme import LARGEST_FORMED, by_decomposition, by_lanczos
from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import real_number, whole_number
from course_utils.objectives.lengths import unit


@dataclass(frozen=True)
class Sharpness:
    """λ_max at the points of a path, its eigenvector, and the gradient measured against it."""

    eigenvalues: Array  # (m,) the algebraically largest eigenvalue of H
    eigenvectors: Array  # (m, n) unit, signs arbitrary; where λ_max is multiple, one of its eigenvectors
    gradient_share: Array  # (m,) in [0, 1]: (gᵀv)² / gᵀg, the part of ‖g‖² along v; NaN where g = 0
    residuals: Array  # (m,) ‖Hv − λv‖
    complete: NDArray[np.bool_]  # (m,) whether no larger eigenvalue was missed: see `EigenpairsResult`


def sharpness(
    objective: Objective, points: ArrayLike, *, tol: float = 1e-6, largest_formed: int = LARGEST_FORMED
) -> Sharpness:
    """Return the sharpness λ_max(H) at ``points`` (m, n), in the order of a path.

    Up to ``largest_formed`` parameters H is formed and decomposed. Beyond, block Lanczos starts from the
    eigenvector of the point before: neighbours on a path differ little, and a handful of products Hv
    suffices, beside those of the look for what was missed.

    Parameters
    ----------
    tol : largest residual relative to ‖H‖, of block Lanczos.
    largest_formed : parameters up to which H is formed.

    Raises
    ------
    ValueError
        If ``points`` are not finite points (m, n) with m ≥ 1, or ``tol`` is negative.

    Notes
    -----
    The name is that of Cohen et al. (2021), section 1; λ_max against 2/η tells whether gradient descent with
    learning rate η is locally stable.
    """
    path = as_points("points", points, objective.dim)
    if path.ndim != 2 or len(path) == 0:
        raise ValueError(f"points must have shape (m, {objective.dim}) with m ≥ 1, got {path.shape}")
    real_number("tol", tol, at_least=0.0)
    form = objective.dim <= whole_number("largest_formed", largest_formed, 0)
    gradients, rng = objective.gradient(path), np.random.default_rng(0)
    start, found = unit(gradients[:1]), []
    for x in path:
        H = objective.hessian_operator(x)
        found.append(
            by_decomposition(H, 0, 1) if form else by_lanczos(H, 0, 1, tol=tol, rng=rng, start=start)
        )
        start = found[-1].eigenvectors
    vectors = np.concatenate([pair.eigenvectors for pair in found])
    along = np.sum(unit(gradients) * vectors, axis=1) ** 2
    return Sharpness(
        eigenvalues=np.concatenate([pair.eigenvalues for pair in found]),
        eigenvectors=vectors,
        gradient_share=np.where(gradients.any(axis=1), np.minimum(along, 1.0), np.nan),
        residuals=np.concatenate([pair.residuals for pair in found]),
        complete=np.array([pair.complete for pair in found]),
    )
