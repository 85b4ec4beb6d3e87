"""What a critical point is, and what it takes to believe that one was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature import classify
from course_utils.objectives import Array, Kind, Objective, as_points
from course_utils.objectives.checks import real_array, real_number
from course_utils.objectives.lengths import norms

ROUNDING = 1e-10
"""Eigenvalues below this fraction of the largest are zero to `numpy.linalg.eigh`, by default."""

MOST_RESIDUAL = 1e-2
"""The largest residual of a certified point: a Newton step takes away all but 1 % of its gradient."""

MOST_CHANGE = 0.25
"""An eigenvalue that a Newton step changes by more than this fraction of itself is not settled."""


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A point where the gradient vanishes, or a candidate, with the evidence for it.

    Attributes
    ----------
    x : (n,) the point.
    value : f(x).
    gradient_norm : ‖g‖.
    eigenvalues : (n,) of the Hessian, ascending.
    index : number of eigenvalues below −cutoff.
    kind : "minimum", "maximum", "saddle" (both signs) or "degenerate" (eigenvalues within ±cutoff and
        only one sign beside them). A minimum with exactly flat symmetry directions is "degenerate".
    certified : whether `certify` accepted it.
    residual : ‖Hs + g‖/‖g‖, in [0, 1], for the Newton step s that leaves out eigenvalues within
        ±cutoff: the part of the gradient in the near-kernel of H. 0 where g = 0.
    cutoff : what counts as a zero eigenvalue.
    """

    x: Array
    value: float
    gradient_norm: float
    eigenvalues: Array
    index: int
    kind: Kind
    certified: bool
    residual: float
    cutoff: float

    @property
    def index_fraction(self) -> float:
        """The fraction α of negative eigenvalues, which papers plot against the value."""
        return self.index / self.eigenvalues.size

    def __repr__(self) -> str:
        verdict = "certified" if self.certified else "uncertified"
        return (
            f"<{verdict} {self.kind}: value={self.value:.6g}, index={self.index} of {self.x.size}, "
            f"‖g‖={self.gradient_norm:.1e}, residual={self.residual:.1e}>"
        )


def certify(
    objective: Objective,
    x: ArrayLike,
    *,
    gradient_tolerance: float = 1e-9,
    eigenvalue_cutoff: float | None = None,
) -> CriticalPoint:
    """Return the point ``x`` (n,) with its spectrum and a verdict on whether a critical point is here.

    A small gradient is not enough. Methods that drive ‖g‖ down also stop where g lies in the near-kernel
    of H, so that no small step changes it: *gradient-flat* points, at which ‖g‖ has a minimum above
    zero (Frye et al. 2021). The truncated Newton step s = −Σ vᵢvᵢᵀg/λᵢ, over |λᵢ| > cutoff, tells them
    apart: there the residual ‖Hs + g‖/‖g‖ is near 1.

    ``x`` is certified if

    1. ‖g‖ ≤ ``gradient_tolerance``, and
    2. the residual is at most 1 %, or what remains of the gradient, ‖Hs + g‖, is rounding error: at
       most 64 ε ‖H‖‖x‖ with ε = 2.2e-16. (Along an exact symmetry both λ and the slope are zero.)

    Where 1 holds, the eigenvalues are taken again at x + s. Near a regular critical point one step
    changes none of them much. Near a degenerate one, or on a shelf of tiny slope without any, the
    smallest change by half or more; such unsettled eigenvalues count as zero, and the cut-off is raised
    accordingly. So a degenerate point is certified only if its gradient is zero to rounding.

    Where value, gradient or Hessian are not finite, the point is "degenerate" and not certified, and its
    eigenvalues and its residual are NaN.

    Parameters
    ----------
    gradient_tolerance : largest gradient norm of a certified point.
    eigenvalue_cutoff : eigenvalues within ± this are zero; 1e-10·max|λ| by default.

    Raises
    ------
    ValueError
        If ``x`` is not one finite point, or a tolerance is negative.

    Examples
    --------
    >>> from course_utils.objectives import himmelblau, plateau
    >>> certify(himmelblau(), [3.0, 2.0])
    <certified minimum: value=0, index=0 of 2, ‖g‖=0.0e+00, residual=0.0e+00>
    >>> certify(plateau(slope=1e-10), [0.0, 0.0]).certified
    False
    """
    point = one_point("x", x, objective)
    real_number("gradient_tolerance", gradient_tolerance, at_least=0.0)
    if eigenvalue_cutoff is not None:
        real_number("eigenvalue_cutoff", eigenvalue_cutoff, at_least=0.0)
    with np.errstate(all="ignore"):  # what is not finite ends up in the verdict
        value, gradient = objective.value_and_gradient(point)
        hessian = objective.hessian(point)
    if not (np.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(hessian).all()):
        return _nowhere(point, float(value), gradient)
    eigenvalues, vectors = np.linalg.eigh(hessian)
    if not np.isfinite(eigenvalues).all():  # of finite entries: float64 does not hold them
        return _nowhere(point, float(value), gradient)
    largest = float(np.abs(eigenvalues).max())
    verdict = classify(
        eigenvalues, tolerance=ROUNDING * largest if eigenvalue_cutoff is None else eigenvalue_cutoff
    )
    norm = float(norms(gradient))
    slopes = vectors.T @ gradient
    if 0 < norm <= gradient_tolerance:
        step = vectors @ truncated_step(slopes, eigenvalues, verdict.tolerance)
        change = np.abs(_after(objective, point + step) - eigenvalues)
        unsettled = ~(change <= MOST_CHANGE * np.abs(eigenvalues))  # NaN is not settled
        doubtful = float(np.abs(eigenvalues[unsettled]).max(initial=0.0))
        verdict = classify(eigenvalues, tolerance=max(verdict.tolerance, doubtful))
    remainder = float(norms(slopes[np.abs(eigenvalues) <= verdict.tolerance]))
    residual = min(remainder / norm, 1.0) if norm else 0.0
    rounding = 64 * np.finfo(np.float64).eps * largest * float(norms(point))
    return CriticalPoint(
        x=point.copy(),
        value=float(value),
        gradient_norm=norm,
        eigenvalues=eigenvalues,
        index=verdict.index,
        kind=verdict.kind,
        certified=bool(norm <= gradient_tolerance and (residual <= MOST_RESIDUAL or remainder <= rounding)),
        residual=residual,
        cutoff=verdict.tolerance,
    )


def _after(objective: Objective, x: Array) -> Array:
    """Return the eigenvalues of H at ``x`` (n,), NaN if it is not finite there."""
    with np.errstate(all="ignore"):
        hessian = objective.hessian(x) if np.isfinite(x).all() else np.full((x.size, x.size), np.nan)
    if not np.isfinite(hessian).all():
        return np.full(x.size, np.nan)
    return np.asarray(np.linalg.eigvalsh(hessian), dtype=np.float64)


def _nowhere(point: Array, value: float, gradient: Array) -> CriticalPoint:
    """Return the verdict on a point without finite derivatives: nothing is known, nothing certified."""
    return CriticalPoint(
        x=point.copy(),
        value=value,
        gradient_norm=float(norms(gradient)),
        eigenvalues=np.full(point.size, np.nan),
        index=0,
        kind="degenerate",
        certified=False,
        residual=np.nan,
        cutoff=np.nan,
    )


def residual_by_cutoff(objective: Objective, x: ArrayLike, cutoffs: ArrayLike) -> Array:
    """Return the residual ‖Hs + g‖/‖g‖ of the truncated Newton step for each cut-off, shape (m,).

    A curve that rises early says that g lies where there is next to no curvature. At a critical point g
    is rounding error, and so is the curve; it is 0 where g = 0.

    Parameters
    ----------
    x : (n,) a point.
    cutoffs : (m,) not negative; eigenvalues within ± a cut-off are left out of the step.

    Raises
    ------
    ValueError
        If ``x`` is not one finite point, or a cut-off is negative.
    """
    point, limits = one_point("x", x, objective), real_array("cutoffs", cutoffs)
    if limits.ndim != 1 or not (limits >= 0).all():
        raise ValueError(f"cutoffs must be numbers ≥ 0 of shape (m,), got {cutoffs!r:.80}")
    gradient = objective.gradient(point)
    eigenvalues, vectors = np.linalg.eigh(objective.hessian(point))
    left_out = np.abs(eigenvalues) <= limits[:, None]
    remainder, norm = norms(np.where(left_out, vectors.T @ gradient, 0.0)), float(norms(gradient))
    return remainder / norm if norm else remainder


def truncated_step(slopes: Array, eigenvalues: Array, cutoff: float | Array) -> Array:
    """Return −slope/λ where |λ| > cutoff and 0 elsewhere: the Newton step in the eigenbasis of H."""
    kept = np.abs(eigenvalues) > cutoff
    return -np.divide(slopes, eigenvalues, out=np.zeros_like(slopes), where=kept)


def one_point(name: str, x: ArrayLike, objective: Objective) -> Array:
    """Return ``x`` as one finite point (dim,), or say what is wrong with it."""
    point = as_points(name, x, objective.dim)
    if point.ndim != 1:
        raise ValueError(f"{name} must be one point of shape ({objective.dim},), got {point.shape}")
    return point
