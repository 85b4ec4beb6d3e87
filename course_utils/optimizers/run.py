"""One loop for every objective, every optimizer and any number of starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array, Objective, as_points
from course_utils.optimizers.base import Optimizer


class Metered(Objective):
    """An objective that counts what it is asked, in gradient equivalents for one point.

    A gradient costs 1 (with or without the value), a value alone 1/3 (the forward pass of the three
    that a gradient takes), a Hessian-vector product 2 a direction, a Hessian ``hessian_cost``. Points
    that are not finite pass through: what becomes of them is decided by `minimize`.
    """

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.name, self.dim, self.domain = objective.name, objective.dim, objective.domain
        self.critical_points = objective.critical_points
        self.spent = 0.0
        self._seen: tuple[Array, Array, Array] | None = None

    def look(self, x: Array) -> tuple[Array, Array]:
        """Return value and gradient for the record, uncharged."""
        return self.objective._value_and_gradient(x)

    def remember(self, x: Array, value: Array, gradient: Array) -> None:
        """Keep what the record saw: the next step often asks for the gradient at that very array."""
        self._seen = (x, value, gradient)

    def value(self, x: ArrayLike) -> Array:  # noqa: D102
        self.spent += 1 / 3
        return self._value(np.asarray(x, dtype=np.float64))

    def gradient(self, x: ArrayLike) -> Array:  # noqa: D102
        return self.value_and_gradient(x)[1]

    def value_and_gradient(self, x: ArrayLike) -> tuple[Array, Array]:  # noqa: D102
        self.spent += 1.0
        if self._seen is not None and x is self._seen[0]:
            return self._seen[1], self._seen[2].copy()
        return self.objective._value_and_gradient(np.asarray(x, dtype=np.float64))

    def hessian(self, x: ArrayLike) -> Array:  # noqa: D102
        self.spent += self.objective.hessian_cost
        return self.objective._hessian(np.asarray(x, dtype=np.float64))

    def hvp(self, x: ArrayLike, v: ArrayLike) -> Array:  # noqa: D102
        points, directions = np.asarray(x, dtype=np.float64), np.asarray(v, dtype=np.float64)
        self.spent += 2.0 * max(1.0, directions.size / points.size)
        return self.objective._hvp(points, directions)

    def _value(self, x: Array) -> Array:
        return self.objective._value(x)

    def _gradient(self, x: Array) -> Array:
        return self.objective._gradient(x)


@dataclass(frozen=True)
class Trajectory:
    """The record of a run. T is the number of steps made, ... the shape of the batch of starts.

    A start that ends early keeps its last finite point to the end of the arrays. With
    ``record="ends"`` the first axis holds the start and the end only.

    Attributes
    ----------
    x : (T+1, ..., n) points.
    value : (T+1, ...) f at the points.
    gradient_norm : (T+1, ...) ‖g‖ at the points.
    status : (...,) "converged" (‖g‖ ≤ tol), "diverged" (the next point was not finite) or "max_steps".
    steps : (...,) steps made by each start.
    cost : (T+1,) gradient equivalents spent by one start up to each point; looking at the value and
        gradient for this record is not charged.
    """

    x: Array
    value: Array
    gradient_norm: Array
    status: NDArray[np.str_]
    steps: NDArray[np.int64]
    cost: Array
    objective: Objective
    optimizer: Optimizer

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        name = type(self.optimizer).__name__
        if self.status.ndim:
            counts = {s: int(np.sum(self.status == s)) for s in ("converged", "diverged", "max_steps")}
            said = ", ".join(f"{count} {s}" for s, count in counts.items() if count)
            return f"{name} from {self.status.size} starts: {said}"
        outcome = {
            "converged": "converged: the gradient norm reached the tolerance",
            "diverged": "diverged: the next point was not finite, and the last finite one is kept",
            "max_steps": "used all its steps",
        }[str(self.status)]
        return f"{name} {outcome} (step {int(self.steps)}, value {self.value[-1]:.4g})"


def minimize(
    objective: Objective,
    optimizer: Optimizer,
    start: ArrayLike,
    steps: int,
    *,
    rng: np.random.Generator | None = None,
    tol: float = 0.0,
    record: Literal["path", "ends"] = "path",
) -> Trajectory:
    """Run ``optimizer`` on ``objective`` from one start or a batch of them.

    Parameters
    ----------
    start : (..., n) finite starting points.
    steps : at most this many.
    rng : for optimizers that draw noise; by default a generator seeded with 0, so that a run repeats.
    tol : a start has converged when ‖g‖ ≤ tol; 0 never stops early, not even where g is exactly 0.
    record : "path" keeps every point, "ends" the first and the last (for very many starts).

    Raises
    ------
    ValueError
        If ``start`` has another shape or is not finite, ``steps`` < 0, ``tol`` < 0, or a step returns
        points of another shape. NaN and overflow during the run are outcomes, not errors.
    """
    x = as_points("start", start, objective.dim).copy()
    if not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(f"steps must be a whole number ≥ 0, got {steps!r}")
    if not tol >= 0:
        raise ValueError(f"tol must be ≥ 0, got {tol!r}")
    if record not in ("path", "ends"):
        raise ValueError(f'record must be "path" or "ends", got {record!r}')
    rng = np.random.default_rng(0) if rng is None else rng
    meter = Metered(objective)
    algebra = optimizer.linear_algebra_flops(objective.dim) / objective.gradient_flops

    with np.errstate(all="ignore"):
        value, gradient = meter.look(x)
        norm = _norms(gradient)
        if not (np.isfinite(value).all() and np.isfinite(norm).all()):
            raise ValueError(
                "start must be where the objective and its gradient are finite, got NaN or infinity"
            )
        converged = np.asarray((norm <= tol) & (tol > 0))
        diverged = np.zeros_like(converged)
        taken = np.zeros(converged.shape, dtype=np.int64)
        history, costs = [(x, value, norm)], [0.0]
        state = optimizer.init(meter, x)
        for t in range(1, steps + 1):
            active = ~(converged | diverged)
            meter.remember(x, value, gradient)
            proposal, state = optimizer.step(meter, x, state, rng)
            proposal = np.asarray(proposal, dtype=np.float64)
            if proposal.shape != x.shape:
                raise ValueError(
                    f"a step of {type(optimizer).__name__} must return points of shape {x.shape}, "
                    f"got {proposal.shape}"
                )
            finite = np.isfinite(proposal)
            # Over a short last axis `all` is slow, and it is rarely needed.
            moving = active.copy() if finite.all() else active & finite.all(axis=-1)
            if not moving.all():
                proposal = np.where(moving[..., None], proposal, x)
            next_value, next_gradient = meter.look(proposal)
            next_norm = _norms(next_gradient)
            moving &= np.isfinite(next_value) & np.isfinite(next_norm)
            diverged = diverged | (active & ~moving)
            if not moving.any():
                break
            if moving.all():
                x, value, gradient, norm = proposal, next_value, next_gradient, next_norm
            else:
                x = np.where(moving[..., None], proposal, x)
                gradient = np.where(moving[..., None], next_gradient, gradient)
                value, norm = np.where(moving, next_value, value), np.where(moving, next_norm, norm)
            converged = converged | (moving & (norm <= tol) & (tol > 0))
            taken += moving
            if record == "ends":
                del history[1:], costs[1:]
            history.append((x, value, norm))
            costs.append(meter.spent + algebra * t)

    points, values, norms = (np.stack(column) for column in zip(*history, strict=True))
    status = np.where(diverged, "diverged", np.where(converged, "converged", "max_steps"))
    return Trajectory(points, values, norms, status, taken, np.array(costs), objective, optimizer)


def _norms(g: Array) -> Array:
    """Return ‖g‖ over the last axis; much quicker than numpy.linalg.norm where that axis is short."""
    norms: Array = np.sqrt(np.einsum("...i,...i->...", g, g))
    return norms
