"""Basins of attraction: in which minimum each start comes to rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.base import Window
from course_utils.objectives.checks import whole_number
from course_utils.objectives.lengths import norms
from course_utils.objectives.windows import window_of
from course_utils.optimizers import Optimizer, Trajectory, minimize

_MOST_CANDIDATES = 200  # grid minima that are followed down: a narrow valley has many, all of one minimum
_BOX = 3  # cells around a grid minimum in which the descent stays at first, so that it cannot jump a hill
_RING = 128  # directions in which a minimum must not be undercut
_TAIL = 4  # last steps of a run that tell rest, a cycle of two or four points, and anything else apart
_RETURN = 1e-3  # of its longest step: how closely a run on a settled cycle comes back
_BLOCK = 10_000  # starts that run together

NOWHERE = -1
"""The label of a start whose run has left, still moves or rests at no minimum."""

ON_A_CYCLE = -2
"""The label of a start whose run swings for ever between two or four points."""


@dataclass(frozen=True, eq=False)
class BasinMap:
    """In which minimum the run from every start of a grid comes to rest, for one optimizer.

    Attributes
    ----------
    x, y : (columns,) and (rows,) coordinates of the starts, the centres of equal cells of the window.
    labels : (rows, columns) number of the minimum in which the run comes to rest, `ON_A_CYCLE` if it swings
        for ever between two or four points, `NOWHERE` otherwise: it has left, it still moves, or it
        rests at no minimum.
    minima : (k, 2) local minima, the lowest first.
    values : (k,) f at the minima.
    reach : how near to a minimum the last points of a run have to lie.
    """

    x: Array
    y: Array
    labels: NDArray[np.int16]
    minima: Array
    values: Array
    reach: float

    @property
    def shares(self) -> Array:
        """The fraction of all starts that come to rest in each minimum, (k,); the others do in none."""
        counts = np.bincount(self.labels[self.labels >= 0], minlength=len(self.minima))
        return counts / self.labels.size


@np.errstate(all="ignore")  # far out heights and slopes leave double precision, and nothing rests there
def local_minima(objective: Objective, window: Window | None = None, resolution: int = 161) -> Array:
    """Return the local minima (k, 2) of a function of two variables inside a window, the lowest first.

    Every point of a grid that no neighbour undercuts is followed down (by `scipy.optimize.minimize`);
    ends that agree count once. Minima much narrower than a cell of the grid, or within a cell of the window's
    edge, are missed.

    Parameters
    ----------
    window : ((low, high), (low, high)); the objective's own domain by default.
    resolution : grid points along each axis.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, ``window`` cannot be drawn, or ``resolution`` < 5.
    """
    from scipy.optimize import minimize as descend

    x, y = _grid(objective, window, resolution)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    heights = np.nan_to_num(objective.value(grid), nan=np.inf)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(heights, 1, mode="edge"), (3, 3))
    lowest = np.isfinite(heights) & (heights == around.min(axis=(-2, -1)))
    lowest[[0, -1]] = lowest[:, [0, -1]] = False  # downhill leads out of the window there
    candidates = grid[lowest][np.argsort(heights[lowest])[:_MOST_CANDIDATES]]
    cell = np.array([x[1] - x[0], y[1] - y[0]])
    turn = np.linspace(0, 2 * np.pi, _RING, endpoint=False)
    ring = 0.3 * cell * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    typical_slope = float(np.ptp(heights[np.isfinite(heights)]) / np.hypot(x[-1] - x[0], y[-1] - y[0]))

    def height(at: Array) -> float:
        return float(objective.value(at))

    found: list[Array] = []
    for at in candidates:
        box = list(zip(at - _BOX * cell, at + _BOX * cell, strict=True))
        end = descend(height, at, jac=objective.gradient, method="L-BFGS-B", bounds=box, tol=1e-14).x
        if float(norms(objective.gradient(end))) > 1e-6 * typical_slope:
            # On along a valley, or at a kink, where no gradient vanishes: a search without gradients.
            end = descend(height, end, method="Nelder-Mead", tol=1e-9, options={"maxiter": 400}).x
        inside = bool(np.all((end > [x[0], y[0]]) & (end < [x[-1], y[-1]])))
        lowest_here = bool(np.isfinite(height(end)) and np.all(objective.value(end + ring) >= height(end)))
        if inside and lowest_here and all(np.abs(end - other).max() > cell.max() for other in found):
            found.append(end)
    # Equal minima differ in their last digits: those must not decide the order.
    order = sorted(range(len(found)), key=lambda i: (round(height(found[i]), 9), *found[i].round(6)))
    return np.array([found[i] for i in order]).reshape(-1, 2)


def basin_map(
    objective: Objective,
    optimizer: Optimizer,
    *,
    minima: ArrayLike | None = None,
    window: Window | None = None,
    resolution: int = 80,
    steps: int = 200,
    seed: int = 0,
) -> BasinMap:
    """Run ``optimizer`` from every point of a grid and say where each run comes to rest (see `settled_at`).

    To lie near a minimum is not to have arrived there: with long steps a run can swing round it for ever.
    So the last points of a run decide, all of them within a twentieth of the distance between the two
    closest minima (a fiftieth of the window's diagonal if there is only one).

    Parameters
    ----------
    minima : (k, 2) to which minima; found by `local_minima` by default.
    window : ((low, high), (low, high)) of the starts; the objective's own domain by default.
    resolution : starts along each axis.
    steps : of every run, at least 4.
    seed : of the generator that an optimizer with noise draws from.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, ``window`` cannot be drawn, ``resolution`` < 5,
        ``steps`` < 4, or there is no minimum.
    """
    whole_number("resolution", resolution, 5)
    x, y = (_centres(axis) for axis in _grid(objective, window, resolution + 1))
    targets = (
        local_minima(objective, window) if minima is None else as_points("minima", minima, objective.dim)
    )
    if targets.ndim != 2 or len(targets) == 0:
        raise ValueError(f"minima must have shape (k, 2) with k ≥ 1, got {targets.shape}")
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    reach, rng = _reach(targets, x, y), np.random.default_rng(seed)
    labels = np.empty(len(starts), dtype=np.int16)
    for first in range(0, len(starts), _BLOCK):
        block = slice(first, first + _BLOCK)
        with np.errstate(all="ignore"):
            value, gradient = objective.value_and_gradient(starts[block])
        if not np.any(np.isfinite(value) & np.isfinite(gradient).all(axis=-1)):
            labels[block] = NOWHERE  # where some can start, minimize counts the others as diverged
            continue
        run = minimize(objective, optimizer, starts[block], steps, rng=rng, record="tail")
        labels[block] = settled_at(run, targets, reach)
    return BasinMap(x, y, labels.reshape(len(y), len(x)), targets, objective.value(targets), reach)


def settled_at(run: Trajectory, minima: ArrayLike, reach: float) -> NDArray[np.int16]:
    """Return for every start of a run the number of the minimum in which it comes to rest.

    The last five points decide. They lie within ``reach`` of one minimum: that one, unless the run is on a
    settled cycle, where it comes back to the same point after four steps and is not at rest: `ON_A_CYCLE`
    (a cycle of two points counts, longer ones than four do not). All others, diverged ones too: `NOWHERE`.

    Parameters
    ----------
    run : a trajectory with its path, ``x`` of shape (T+1, ..., n) with T ≥ 4.
    minima : (k, n).
    reach : how near is near; a swing of less than a tenth of it counts as rest.

    Raises
    ------
    ValueError
        If the path is too short, although not every start diverged.
    """
    targets = np.asarray(minima, dtype=np.float64)
    tail = run.x[-_TAIL - 1 :]
    diverged = run.status == "diverged"
    if len(tail) <= _TAIL:
        if not diverged.all():
            raise ValueError(f"run must have a path of at least {_TAIL} steps, got {len(run.x) - 1}")
        return np.full(diverged.shape, NOWHERE, dtype=np.int16)
    nearest = norms(tail[-1][..., None, :] - targets).argmin(axis=-1)
    near = (norms(tail - targets[nearest]) <= reach).all(axis=0)
    longest = norms(np.diff(tail, axis=0)).max(axis=0)
    back = norms(tail[-1] - tail[0])
    cycle = (back <= _RETURN * longest) & (longest > 0.1 * reach)
    labels = np.where(cycle, ON_A_CYCLE, np.where(near, nearest, NOWHERE))
    return np.where(diverged, NOWHERE, labels).astype(np.int16)


def _reach(minima: Array, x: Array, y: Array) -> float:
    """How near to a minimum a run has to stay to have arrived."""
    if len(minima) == 1:
        return 0.02 * float(np.hypot(x[-1] - x[0], y[-1] - y[0]))
    apart = norms(minima[:, None] - minima)
    return 0.05 * float(apart[np.triu_indices(len(minima), 1)].min())


def _centres(edges: Array) -> Array:
    return (edges[:-1] + edges[1:]) / 2


def _grid(objective: Objective, window: Window | None, resolution: int) -> tuple[Array, Array]:
    if objective.dim != 2:
        raise ValueError(f"objective must have dim 2 for a map of its basins, got {objective.dim}")
    whole_number("resolution", resolution, 5)
    (x0, x1), (y0, y1) = window_of(objective, window)
    return np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution)
