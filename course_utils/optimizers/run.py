"""One loop for every objective, every optimizer and any number of starts."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import generator, real_number, whole_number
from course_utils.objectives.lengths import norms
from course_utils.optimizers.base import Optimizer, advance, check_run
from course_utils.optimizers.metered import Metered


@dataclass(frozen=True)
class Trajectory:
    """The record of a run. T is the number of steps made, ... the shape of the batch of starts.

    A start that ends early keeps its last finite point to the end of the arrays. With
    ``record="ends"`` the first axis holds the start and the end, with ``record="values"`` that of x, with
    ``record="tail"`` the start and the last five points.

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
    record: Literal["path", "values", "ends", "tail"] = "path",
) -> Trajectory:
    """Run ``optimizer`` on ``objective`` from one start or a batch of them.

    Parameters
    ----------
    start : (..., n) finite starting points. One of a batch at which the objective is not finite has diverged
        at once.
    steps : at most this many.
    rng : for optimizers that draw noise; by default a generator seeded with 0, so that a run repeats.
    tol : a start has converged when ‖g‖ ≤ tol; 0 never stops early, not even where g is exactly 0.
    record : "path" keeps every point, "values" all values and gradient norms but of the points only the first
        and the last (for very many parameters), "ends" the first and the last of everything (for very many
        starts), "tail" the first and the last five (to see whether they rest).

    Raises
    ------
    ValueError
        If ``start`` has another shape or is not finite, the objective is finite at none of them, ``steps`` or
        ``tol`` is no number ≥ 0, or a step returns anything but points of the same shape. NaN and overflow
        during the run are outcomes, not errors.
    TypeError
        If ``rng`` is no generator.
    """
    check_run(objective, optimizer)
    x = as_points("start", start, objective.dim).copy()
    steps = whole_number("steps", steps, 0)
    tol = real_number("tol", tol, at_least=0.0, finite=False)
    if record not in ("path", "values", "ends", "tail"):
        raise ValueError(f'record must be "path", "values", "ends" or "tail", got {record!r}')
    forgotten = slice(1, -4) if record == "tail" else slice(1, None)
    rng = np.random.default_rng(0) if rng is None else generator("rng", rng)
    meter = Metered(objective)
    meter.meter.starts = max(1, x.size // objective.dim)
    algebra = optimizer.step_flops(objective) / objective.gradient_flops

    with np.errstate(all="ignore"):
        value, gradient = meter.look(x)
        norm = _norms(gradient)
        diverged = ~np.asarray(_usable(value, gradient, norm))
        if diverged.size and diverged.all():
            raise ValueError(
                "start must be where the objective and its gradient are finite, got NaN or infinity"
            )
        converged = np.asarray((norm <= tol) & (tol > 0))
        taken, together = np.zeros(converged.shape, dtype=np.int64), 0  # steps of some starts, and of all
        points, looks, costs = [x], [(value, norm)], [0.0]
        state = optimizer.init(meter, x.copy())
        active = ~(converged | diverged)
        every = _all(active)
        for t in range(1, steps + 1):
            given = x.copy()  # for a rule that works in place
            meter.remember(given, x, value, gradient)
            proposal, state = advance(optimizer, meter, given, state, rng)
            moving = active
            if not _finite(proposal):
                moving = active & np.isfinite(proposal).all(axis=-1)
                every = _all(moving)
            if not every:
                proposal = np.where(moving[..., None], proposal, x)
            next_value, next_gradient = meter.look(proposal)
            next_norm = _norms(next_gradient)
            if not (every and _finite(next_value + next_norm)):  # a sum says it of both at once
                moving = np.asarray(moving & _usable(next_value, next_gradient, next_norm))
                every = _all(moving)
            if moving.size and every:
                x, value, gradient, norm = proposal, next_value, next_gradient, next_norm
                together += 1
            else:
                diverged = diverged | (active & ~moving)
                if not moving.any():
                    break
                x = np.where(moving[..., None], proposal, x)
                gradient = np.where(moving[..., None], next_gradient, gradient)
                value, norm = np.where(moving, next_value, value), np.where(moving, next_norm, norm)
                taken += moving
            active = moving
            if tol > 0:
                converged = converged | (moving & (norm <= tol))
                active = moving & ~converged
                every = _all(active)
            if record != "path":
                del points[forgotten]
            if record in ("ends", "tail"):
                del looks[forgotten], costs[forgotten]
            points.append(x)
            looks.append((value, norm))
            costs.append(meter.spent + algebra * t)

    # Like stack, and much sooner for the many small arrays of a path.
    values, lengths = (np.array(column) for column in zip(*looks, strict=True))
    status = np.where(diverged, "diverged", np.where(converged, "converged", "max_steps"))
    taken += together
    return Trajectory(np.array(points), values, lengths, status, taken, np.array(costs), objective, optimizer)


def _all(mask: NDArray[np.bool_]) -> bool:
    # Without what numpy.all does around it, and for a single start without all that.
    return bool(np.logical_and.reduce(mask, axis=None)) if mask.ndim else bool(mask)


def _finite(numbers: Array) -> bool:
    if not numbers.ndim:
        return isfinite(numbers)
    if numbers.ndim == 1 and isfinite(np.dot(numbers, numbers)):  # the sum of squares tells it much sooner
        return True
    return _all(np.isfinite(numbers))


def _usable(value: Array, gradient: Array, norm: Array) -> NDArray[np.bool_]:
    """Tell where value and gradient are finite; a finite gradient may be too long for a finite norm."""
    finite = np.asarray(np.isfinite(norm))
    if not finite.all():
        finite = np.asarray(np.isfinite(gradient).all(axis=-1))
    return np.asarray(np.isfinite(value) & finite)


def _norms(g: Array) -> Array:
    """Return ‖g‖ over the last axis; much quicker than numpy.linalg.norm where that axis is short."""
    if g.shape in ((1,), (2,)):  # one point of a picture that follows a drag
        a, b = (*g.tolist(), 0.0)[:2]
        square = a * a + b * b
        if 1e-280 < square < 1e300 or a == b == 0:
            return np.asarray(sqrt(square))
    squares: Array = np.asarray(np.einsum("...i,...i->...", g, g))
    lengths: Array = np.asarray(np.sqrt(squares))
    low = high = squares
    if squares.ndim:
        low = np.minimum.reduce(squares, axis=None, initial=1.0)
        high = np.maximum.reduce(squares, axis=None, initial=1.0)
    if not (low > 1e-280 and high < 1e300):
        doubtful = ~((squares > 1e-280) & (squares < 1e300))
        rows = g[doubtful]
        if rows.any():  # where a run has come to rest all of them are zero, and so are their lengths
            lengths[doubtful] = norms(rows)
    return lengths
