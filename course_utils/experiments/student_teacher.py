"""How often gradient descent ends in a spurious minimum of the ReLU student–teacher risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.datasets import DATA_FOLDER, read_checked
from course_utils.networks import ReluStudentTeacher
from course_utils.objectives import Array
from course_utils.optimizers import GradientDescent, minimize
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, load_results

SHIPPED = "student-teacher.npz"
EQUAL_SIZES = (6, 7, 8, 9, 10, 12, 15, 20)
WIDER_STUDENTS = ((11, 10), (12, 10))
SETTINGS: Mapping[str, float] = {
    "learning_rate": 0.1,
    "tolerance": 1e-8,
    "most_steps": 20_000,
    "stuck_above": 1e-3,
}
_BLOCK = 250  # steps after which students that have converged leave the batch


def descend(
    objective: ReluStudentTeacher, start: Array, learning_rate: float, tolerance: float, most_steps: int
) -> tuple[Array, Array, Array]:
    """Run gradient descent from every row of ``start`` (m, dim) until ‖g‖ ≤ ``tolerance``.

    Returns the ends (m, dim), their risks (m,) and gradient norms (m,). Students that have converged
    leave the batch, which makes the slow ones no slower.
    """
    x = start.copy()
    value, norm = np.full(len(x), np.nan), np.full(len(x), np.nan)
    moving = np.arange(len(x))
    for _ in range(0, most_steps, _BLOCK):
        run = minimize(
            objective, GradientDescent(learning_rate), x[moving], _BLOCK, tol=tolerance, record="ends"
        )
        x[moving], value[moving], norm[moving] = run.x[-1], run.value[-1], run.gradient_norm[-1]
        moving = moving[run.status == "max_steps"]
        if moving.size == 0:
            break
    return x, value, norm


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return (student, teacher) sizes and how many runs: 1,000 for each pair, in tasks of 250."""
    if quick:
        return [{"k_student": k, "k_teacher": k, "runs": 40} for k in (6, 8)]
    sizes = [*((k, k) for k in EQUAL_SIZES), *WIDER_STUDENTS]
    return [{"k_student": n, "k_teacher": k, "runs": 250} for n, k in sizes for _ in range(4)]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Train ``runs`` students from Gaussian weights of variance 1/d and say where each ended.

    Results, one entry a run: ``risk``; ``gradient_norm``; ``smallest_eigenvalue`` of the exact Hessian at
    the end of runs that are stuck (risk above ``stuck_above``), NaN for the others.
    """
    objective = ReluStudentTeacher(parameters["k_student"], parameters["k_teacher"])
    start = objective.initial(rng, shape=parameters["runs"])
    x, risk, norm = descend(
        objective, start, SETTINGS["learning_rate"], SETTINGS["tolerance"], int(SETTINGS["most_steps"])
    )
    smallest = np.full(len(x), np.nan)
    for i in np.flatnonzero(risk > SETTINGS["stuck_above"]):
        smallest[i] = np.linalg.eigvalsh(objective.hessian(x[i]))[0]
    return {
        "risk": risk.astype(np.float32),
        "gradient_norm": norm.astype(np.float32),
        "smallest_eigenvalue": smallest.astype(np.float32),
    }


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def stuck_counts(results: Results) -> dict[tuple[int, int], tuple[int, int]]:
    """Return (k_student, k_teacher) → (runs that are stuck, all runs)."""
    counts: dict[tuple[int, int], tuple[int, int]] = {}
    above = results.identity["settings"]["stuck_above"]
    for index, row in results.rows.items():
        task = results.tasks[index]
        size = (task["k_student"], task["k_teacher"])
        stuck, total = counts.get(size, (0, 0))
        counts[size] = (stuck + int(np.sum(row["risk"] > above)), total + row["risk"].size)
    return counts


def binomial_interval(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper–Pearson) confidence interval of a proportion.

    Raises
    ------
    ValueError
        If ``successes`` is not in 0 … ``trials``, there is no trial, or ``level`` is not in (0, 1).
    """
    from scipy.special import betaincinv  # scipy.stats would take eight times the memory

    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"successes must be in 0 … trials with trials ≥ 1, got {successes} of {trials}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level!r}")
    tail, failures = (1 - level) / 2, trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return low, high


def summary(results: Results) -> str:
    """Return one line for each size: how many runs are stuck, with a 95 % interval."""
    lines = []
    for (student, teacher), (stuck, total) in stuck_counts(results).items():
        low, high = binomial_interval(stuck, total)
        lines.append(
            f"{student:2d} students, {teacher:2d} teachers: {stuck:4d} of {total} stuck, "
            f"{stuck / total:.1%} (95 % interval {low:.1%} to {high:.1%})"
        )
    return "\n".join(lines)


STUDENT_TEACHER = Experiment(
    name="student-teacher",
    description="How often a ReLU student ends in a spurious minimum (20 minutes on one core).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
