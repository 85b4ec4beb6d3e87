"""The damping of a second-order step chosen by what it is for: the lowest loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.checks import real_array
from course_utils.optimizers.base import Optimizer
from course_utils.optimizers.second_order import Newton, SaddleFreeNewton

DAMPINGS: tuple[float, ...] = (1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
"""The dampings γ that are tried unless others are given: powers of ten, as in Dauphin et al. 2014."""


def check_dampings(dampings: Sequence[float]) -> None:
    """Raise ValueError unless ``dampings`` holds finite numbers ≥ 0, at least one."""
    values = real_array("dampings", dampings)
    if values.ndim != 1 or values.size == 0 or not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError(f"dampings must hold finite numbers ≥ 0, at least one, got {dampings!r}")


def lowest_loss(
    objective: Objective,
    x: Array,
    directions: Array,
    coordinates: Array,
    scale: Array,
    dampings: Sequence[float],
) -> Array:
    """Return x − Σ cᵢ/(sᵢ + γ) vᵢ with the damping γ that gives the lowest loss.

    Parameters
    ----------
    x : (..., n) points.
    directions : (..., k, n) orthonormal rows vᵢ.
    coordinates, scale : (..., k) parts cᵢ of the gradient along them, and what divides each: sᵢ.
    dampings : λ to try, one loss each (none if there is only one). A step that is not finite loses.
    """
    best: Array = np.full_like(x, np.nan)
    lowest = np.full(x.shape[:-1], np.inf)
    for damping in dampings:
        s = scale + damping
        # 0/0 = 0: where nothing pulls, nothing moves.
        scaled = np.divide(coordinates, s, out=np.zeros_like(s), where=(coordinates != 0) | (s != 0))
        proposal: Array = x - np.matmul(scaled[..., None, :], directions)[..., 0, :]
        if len(dampings) == 1:
            return proposal
        loss = np.where(np.isfinite(proposal).all(axis=-1), objective.value(proposal), np.inf)
        better = loss < lowest
        lowest, best = np.where(better, loss, lowest), np.where(better[..., None], proposal, best)
    return best


@dataclass(frozen=True)
class DampingByLoss(Optimizer):
    """Newton or saddle-free Newton with the damping of lowest loss, chosen anew at every step.

    One decomposition of H serves all dampings; each costs one value of the loss. The lowest of them
    may still be higher than where the step began.

    Attributes
    ----------
    method : `Newton` or `SaddleFreeNewton`; its own damping is not used.
    dampings : λ to try (Dauphin et al. 2014 take powers of ten).
    """

    method: Newton | SaddleFreeNewton = field(default_factory=SaddleFreeNewton)
    dampings: tuple[float, ...] = DAMPINGS

    def __post_init__(self) -> None:
        if not isinstance(self.method, (Newton, SaddleFreeNewton)):
            raise ValueError(f"method must be Newton() or SaddleFreeNewton(), got {self.method!r}")
        check_dampings(self.dampings)

    @property
    def label(self) -> str:
        """Name, for a legend."""
        return f"{type(self.method).__name__}(γ by lowest loss)"

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One step with the best of the dampings."""
        g, H = objective.gradient(x), objective.hessian(x)
        finite = np.isfinite(H).all(axis=(-2, -1), keepdims=True)
        eigenvalues, V = np.linalg.eigh(np.where(finite, H, 0.0))
        rows = np.where(finite, np.swapaxes(V, -1, -2), np.nan)
        scale = np.abs(eigenvalues) if isinstance(self.method, SaddleFreeNewton) else eigenvalues
        coordinates = np.matmul(rows, g[..., None])[..., 0]
        return lowest_loss(objective, x, rows, coordinates, scale, self.dampings), None

    def linear_algebra_flops(self, dim: int) -> float:
        """All eigenvectors of a symmetric matrix, about 9n³, and a product with them for each damping."""
        return 9.0 * dim**3 + 2.0 * (1 + len(self.dampings)) * dim**2
