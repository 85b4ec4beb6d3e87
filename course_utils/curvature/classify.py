"""What the eigenvalues of a Hessian say about a stationary point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Kind, Objective, as_points
from course_utils.objectives.checks import real_array, real_number
from course_utils.objectives.lengths import norms


@dataclass(frozen=True)
class Classification:
    """The verdict of the second-derivative test.

    Attributes
    ----------
    kind : "minimum", "maximum", "saddle", or "degenerate" where the test cannot tell.
    eigenvalues : (n,) ascending.
    index : number of eigenvalues below −tolerance.
    zeros : number of eigenvalues within ±tolerance, counted as zero.
    tolerance : the cut-off that was used.
    """

    kind: Kind
    eigenvalues: Array
    index: int
    zeros: int
    tolerance: float

    @property
    def reason(self) -> str:
        """The verdict in words."""
        n = self.eigenvalues.size
        if self.kind == "minimum":
            return f"all {n} eigenvalues are positive: the function curves up in every direction"
        if self.kind == "maximum":
            return f"all {n} eigenvalues are negative: the function curves down in every direction"
        if self.kind == "saddle":
            return (
                f"{self.index} negative and {n - self.index - self.zeros} positive eigenvalues: down and up"
            )
        return (
            f"{self.zeros} of {n} eigenvalues are zero (within {self.tolerance:.1e}) and the others do not "
            "disagree in sign: the test says nothing, higher derivatives decide"
        )


def classify(eigenvalues: ArrayLike, *, tolerance: float | None = None) -> Classification:
    """Classify a stationary point from the eigenvalues of its Hessian.

    Both signs present make a saddle, whatever the other eigenvalues are; a zero eigenvalue beside one
    sign only leaves the question open, and the answer is "degenerate".

    Parameters
    ----------
    eigenvalues : (n,) real, in any order.
    tolerance : an eigenvalue with |λ| ≤ tolerance counts as zero; 1e-10·max|λ| by default.

    Raises
    ------
    ValueError
        If ``eigenvalues`` is empty, not finite or not one-dimensional, or ``tolerance`` < 0.

    Examples
    --------
    >>> classify([2.0, -2.0]).kind, classify([2.0, 0.0]).kind
    ('saddle', 'degenerate')
    """
    values = real_array("eigenvalues", eigenvalues)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"eigenvalues must have shape (n,) with n ≥ 1, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("eigenvalues must be finite, got NaN or infinity")
    values = np.sort(values)
    cutoff = (
        1e-10 * float(np.abs(values).max())
        if tolerance is None
        else real_number("tolerance", tolerance, at_least=0.0)
    )
    negative, positive = int(np.sum(values < -cutoff)), int(np.sum(values > cutoff))
    zeros = values.size - negative - positive
    kind: Kind
    if negative and positive:
        kind = "saddle"
    elif zeros:
        kind = "degenerate"
    else:
        kind = "minimum" if positive else "maximum"
    return Classification(kind, values, negative, zeros, cutoff)


def classify_point(
    objective: Objective, x: ArrayLike, *, gradient_tolerance: float = 1e-6, tolerance: float | None = None
) -> Classification:
    """Classify the stationary point ``x`` (n,) of an objective from its exact Hessian.

    Raises
    ------
    ValueError
        If ``x`` is not one point, or its gradient norm is above ``gradient_tolerance``: then it is not
        stationary, and the eigenvalues of the Hessian classify nothing.
    """
    point = as_points("x", x, objective.dim)
    if point.ndim != 1:
        raise ValueError(f"x must be one point of shape ({objective.dim},), got {point.shape}")
    norm = float(norms(objective.gradient(point)))
    if not norm <= real_number("gradient_tolerance", gradient_tolerance, at_least=0.0):
        raise ValueError(
            f"x must be stationary: its gradient norm is {norm:.3g}, above {gradient_tolerance:.3g}"
        )
    return classify(np.linalg.eigvalsh(objective.hessian(point)), tolerance=tolerance)


def condition_number(hessian: ArrayLike) -> float:
    """Return κ = max|λ| / min|λ| ≥ 1 of a symmetric matrix; infinity when it is singular.

    Parameters
    ----------
    hessian : (n, n) symmetric, or (n,) its eigenvalues.

    Raises
    ------
    ValueError
        If ``hessian`` has another shape, is not finite or is zero.
    """
    H = real_array("hessian", hessian)
    if H.size == 0 or H.ndim not in (1, 2) or (H.ndim == 2 and H.shape[0] != H.shape[1]):
        raise ValueError(f"hessian must have shape (n, n) or, as eigenvalues, (n,), got {H.shape}")
    if not np.isfinite(H).all() or not H.any():
        raise ValueError("hessian must be finite and not zero")
    sizes = np.abs(H if H.ndim == 1 else np.linalg.eigvalsh(H))
    smallest, largest = float(sizes.min()), float(sizes.max())
    return largest / smallest if smallest > 1e-15 * largest else float("inf")
