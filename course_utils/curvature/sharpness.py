"""The largest eigenvalue of the Hessian along a path, and the share of the gradient along its direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points


@dataclass(frozen=True)
class Sharpness:
    """λ_max at the points of a path, its eigenvector, and the gradient measured against it."""

    eigenvalues: Array  # (m,) the algebraically largest eigenvalue of H
    eigenvectors: Array  # (m, n) unit, signs arbitrary
    gradient_share: Array  # (m,) in [0, 1]: (gᵀv)² / gᵀg, the part of ‖g‖² along v; NaN where g = 0


def sharpness(objective: Objective, points: ArrayLike, *, tol: float = 1e-6) -> Sharpness:
    """Return the sharpness λ_max(H) at ``points`` (m, n), in the order of a path.

    Each Lanczos run starts from the eigenvector of the point before: neighbours on a path differ little,
    and a handful of products Hv suffices (SciPy's ``eigsh``). The first starts from the gradient, or from
    ones where that is zero.

    Parameters
    ----------
    tol : accuracy of an eigenvalue relative to itself.

    Raises
    ------
    ValueError
        If ``points`` are not finite points (m, n) with m ≥ 1 and n ≥ 3, or ``tol`` is negative.

    Notes
    -----
    The name is that of Cohen et al. (2021), section 1; λ_max against 2/η tells whether gradient descent with
    learning rate η is locally stable.
    """
    from scipy.sparse.linalg import eigsh

    path = as_points("points", points, objective.dim)
    if path.ndim != 2 or len(path) == 0 or objective.dim < 3:
        raise ValueError(f"points must have shape (m, n) with m ≥ 1 and n ≥ 3, got {path.shape}")
    if not tol >= 0:
        raise ValueError(f"tol must be at least 0, got {tol!r}")
    gradients = objective.gradient(path)
    start = gradients[0] if gradients[0].any() else np.ones(objective.dim)
    values, vectors = np.empty(len(path)), np.empty(path.shape)
    for k, x in enumerate(path):
        # A little of everything, or an eigenvalue that overtakes along the path would not be seen.
        v0 = start / np.linalg.norm(start) + 0.1 * np.ones(objective.dim) / np.sqrt(objective.dim)
        value, vector = eigsh(objective.hessian_operator(x), k=1, which="LA", v0=v0, tol=tol)
        values[k], vectors[k] = value[0], vector[:, 0]
        start = vectors[k]
    along, squared = np.sum(gradients * vectors, axis=1) ** 2, np.sum(gradients**2, axis=1)
    share = np.divide(along, squared, out=np.full(len(path), np.nan), where=squared > 0)
    return Sharpness(values, vectors, np.minimum(share, 1.0))
