"""Trajectories in figures: what each one is called, what it looks like, what is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.lines import Line2D

from course_utils.objectives import Array
from course_utils.optimizers import Trajectory
from course_utils.plotting.style import COLORS, DASHES, MARKERS, SERIES

Runs = Trajectory | Sequence[Trajectory] | Mapping[str, Trajectory]

_STATUS = {"converged": "converge", "diverged": "diverge", "max_steps": "use all their steps"}


@dataclass(frozen=True)
class NamedRun:
    """A trajectory with its name in the legend and its place in the series of looks."""

    name: str
    trajectory: Trajectory
    place: int

    @property
    def color(self) -> str:
        """Colour of line and markers."""
        return COLORS[SERIES[self.place % len(SERIES)][0]]

    @property
    def dash(self) -> Any:
        """Dash pattern of the line."""
        return DASHES[SERIES[self.place % len(SERIES)][1]]

    @property
    def marker(self) -> str:
        """Marker of its points."""
        return MARKERS[SERIES[self.place % len(SERIES)][2]]

    @property
    def handle(self) -> Line2D:
        """The line, marker and name that a legend shows."""
        return Line2D([], [], color=self.color, linestyle=self.dash, marker=self.marker, label=self.name)

    def each_start(self, values: Array) -> list[Array]:
        """Return ``values`` (T+1, ..., *) start by start, each up to the last step that start made."""
        made = self.trajectory.steps.reshape(-1)
        batched = values.reshape(len(values), made.size, *values.shape[1 + self.trajectory.steps.ndim :])
        return [batched[: steps + 1, k] for k, steps in enumerate(made.tolist())]


def named_runs(trajectories: Runs | None, dim: int | None = None) -> list[NamedRun]:
    """Return the runs with their names: the keys of a mapping, otherwise the optimizers' labels.

    Raises
    ------
    ValueError
        If anything but a Trajectory is among them, or one is not in ``dim`` dimensions or was
        recorded without its path.
    """
    if trajectories is None:
        return []
    if isinstance(trajectories, Trajectory):
        trajectories = [trajectories]
    names: list[str] | None = None
    if isinstance(trajectories, Mapping):
        names, trajectories = [str(name) for name in trajectories], list(trajectories.values())
    runs = []
    for place, run in enumerate(trajectories):
        if not isinstance(run, Trajectory):
            raise ValueError(
                f"trajectories must be a Trajectory, or a sequence or mapping of them, got {run!r:.80}"
            )
        if dim is not None and run.x.shape[-1] != dim:
            raise ValueError(f"trajectories must hold points of dim {dim} here, got x of shape {run.x.shape}")
        needed, of = (run.value, 'or "values"') if dim is None else (run.x, "to show their points")
        if len(needed) != run.steps.max() + 1:
            raise ValueError(f'trajectories must be recorded with record="path" {of}, got one of ends only')
        runs.append(NamedRun(run.optimizer.label if names is None else names[place], run, place))
    return runs


def runs_in_words(runs: Sequence[NamedRun], y: str = "value") -> str:
    """Return a sentence on how each run went, with two digits and no rounding errors: stable text."""
    sentences = []
    for run in runs:
        values = getattr(run.trajectory, y)
        steps = int(run.trajectory.steps.max())
        if run.trajectory.status.ndim:
            statuses = run.trajectory.status.reshape(-1).tolist()
            counts = ", ".join(f"{statuses.count(s)} {_STATUS[s]}" for s in _STATUS if s in statuses)
            sentences.append(f" {run.name} from {len(statuses)} starts: {counts}.")
            continue
        first, last = float(values[0]), float(values[-1])
        end = "diverges" if run.trajectory.status == "diverged" else f"ends at {_digits(last, first)}"
        sentences.append(f" {run.name} starts at {y.replace('_', ' ')} {_digits(first, first)} and {end}")
        sentences[-1] += f" after {steps} steps."
    return "".join(sentences)


def two_digits(number: float) -> str:
    """Return a number with two significant digits, written out when it is neither huge nor tiny."""
    rounded = float(f"{number:.2g}") + 0.0  # + 0.0 makes −0 a 0
    written = f"{rounded:.0f}" if 100 <= abs(rounded) < 1e5 else f"{rounded:g}"
    return written.replace("-", "−")


def _digits(number: float, scale: float) -> str:
    return two_digits(number) if abs(number) > 1e-9 * max(1.0, abs(scale)) else "almost 0"
