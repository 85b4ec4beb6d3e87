"""The hidden tests of every function task against small changes of its solution, made by program.

A change that makes no difference is none: a mutant counts as equivalent if it does what the task asks for on
instances drawn here, which no test of the task knows. Of the others none may earn all points. Functions that
only look right are tried as well: they know the visible examples by heart or overwrite what they are given.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.stats import kstest

import key
from course_utils.checking import points as awarded
from course_utils.checking.functions import Examples
from course_utils.checking.sandbox import Run, run
from course_utils.exercises import exercise
from course_utils.exercises.homework01 import FlawedGradient
from course_utils.exercises.homework02 import ProductsOnly
from course_utils.exercises.homework03 import faults
from course_utils.exercises.homework03.minima import compared, hollows
from course_utils.exercises.homework04 import Task, kick_faults
from course_utils.objectives import Rastrigin, Rosenbrock, Wells, quadratic
from tests.homework.test_answers import Line, before, points
from tests.homework.tools import is_answer, source, task_of, tasks
from tests.tools.mutants import built, mutants
from tests.tools.stand_ins import alike, equivalent, stand_ins

LEAST = 20  # mutants of a task that are wrong, with the functions that only look right

Function = Callable[..., Any]
Inputs = list[tuple[Any, ...]]


def turned(rng: np.random.Generator, values: Any) -> np.ndarray:
    """A symmetric matrix with these eigenvalues."""
    values = np.asarray(values, dtype=float)
    Q = np.linalg.qr(rng.normal(size=(values.size, values.size)))[0]
    matrix = Q @ np.diag(values) @ Q.T
    return (matrix + matrix.T) / 2


def products(rng: np.random.Generator) -> Inputs:
    drawn = [
        (rng.normal(size=n), rng.normal(size=(N, n)), rng.choice([-1.0, 1.0], N)) for n, N in ((1, 1), (4, 9))
    ]
    return [(w, X, y, rng.normal(size=(*k, w.size))) for w, X, y in drawn for k in ((), (3,))] + [
        (900 * w, X, y, w) for w, X, y in drawn
    ]


def gradients(rng: np.random.Generator) -> Inputs:
    sound = [Rosenbrock(4), quadratic(turned(rng, [1, 5, -2])), Rastrigin(5)]
    drawn: Inputs = []
    for objective in sound:
        n = objective.dim
        for factors in (
            np.ones(n),
            np.where(np.arange(n) == n - 1, -1.0, 1.0),
            np.where(np.arange(n) < 2, 1.2, 1),
        ):
            drawn += [(FlawedGradient(objective, factors, scale=s), rng.normal(size=n)) for s in (1e-7, 1e5)]
    return drawn


SPECTRA = (
    [2, 1],
    [-1, -3],
    [2, -1],
    [1, 0],
    [-1, 0, 0],
    [3, -2, 0],
    [0, 0],
    [1],
    [-1],
    [1e-3, 1],
    [1, 3e-8],
    [1, 3e-9],
)
SPECTRA += ([1, 1, 1, 1, 1.5e-8], [-1, -1, -1, -1.2e-8])


def points_of_a_landscape(rng: np.random.Generator) -> Inputs:
    level = [(1e-8 * rng.normal(size=len(values)), turned(rng, values)) for values in SPECTRA]
    return level + [(g + size, H) for g, H in level[:4] for size in (3e-7, 0.02, -1e-5)]


def verdicts(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for values in (*SPECTRA, [0, 0, 0, 1, -2], [0, 0, 2, 1]):
        H, n = turned(rng, values), len(values)
        kernel = np.linalg.eigh(H)[1][:, np.argsort(np.abs(np.linalg.eigvalsh(H)))]
        for slopes in (
            np.zeros(n),
            np.ones(n),
            np.eye(n)[0],
            0.7 + 0.3 * np.eye(n)[0],
            20 * np.eye(n)[0] + 1,
        ):
            length = float(np.linalg.norm(slopes)) or 1.0
            drawn += [
                (kernel @ slopes, H, tolerance, 1e-8) for tolerance in (1e-9, 0.9 * length, 1.1 * length)
            ]
            drawn += [(1e-4 * (kernel @ slopes), H, share * length, 1e-8) for share in (9e-5, 1.1e-4)]
    return drawn


def valleys(rng: np.random.Generator) -> Inputs:
    drawn = [
        (quadratic(turned(rng, v)), rng.normal(size=len(v)), 0.1, 9) for v in ([1, 4], [1, 3, 9], [2, -1, 1])
    ]
    drawn += [(quadratic([2.0]), np.array([1.5]), 0.2, 3), (quadratic([1.0, 3.0]), np.zeros(2), 0.2, 4)]
    return [*drawn, (Wells([-1.0, -0.5]), np.array([0.1, 0.2]), 0.3, 12), (drawn[0][0], drawn[0][1], 0.1, 0)]


def spectra(rng: np.random.Generator) -> Inputs:
    values = (
        [4.0, 1.0],
        [-5.0, 3.0, 0.5],
        [-9.0, -2.0, -1.0],
        [0.0, -1.0, -2.0],
        [7.0, 6.0, -1.0, 0.0],
        [3.0, 2.0, -3.5],
    )
    return [(ProductsOnly(v, rng), rng.normal(size=len(v)), rng.normal(size=len(v))) for v in values]


def landscapes(rng: np.random.Generator) -> Inputs:
    near = rng.uniform(-1.5, 1.5, (15, 2))
    axis = np.array([[0.5, 0.0], [0.0, 0.0], [0.0, -1.2], [1.0, 1e-9]])
    return [
        (Rastrigin(), rng.uniform(-2.2, 2.2, (40, 2)), 0.002, 80, 0.01),
        (Wells([-1.0, -0.6]), np.concatenate([near, axis, 30 * near[:3]]), 0.2, 250, 0.05),
        (Wells([-1.0]), rng.uniform(-2, 2, (9, 1)), 0.2, 200, 0.05),
        (quadratic([-1.0, 2.0]), near, 0.1, 50, 0.05),
        hollows(3e-3, rng),
        hollows(500.0, rng),
    ]


def norms(rng: np.random.Generator) -> Inputs:
    drawn = [np.exp(rng.normal(size=n)) for n in (1, 2, 6, 25)] + [
        2.0 ** np.arange(8),
        np.ones(5),
        np.array([3, 1, 9, 2]),
    ]
    return [(d, q, w) for d in drawn for q in (0.0, 0.5, 0.83, 1.0) for w in (1, 3, 40)]


def lists(rng: np.random.Generator) -> Inputs:
    drawn = [[rng.normal(size=s) for s in shapes] for shapes in (((3,), (2, 2)), ((), (1, 4)), ((5,),))]
    drawn += [
        [np.zeros(3), np.zeros((2, 2))],
        [np.array([3, 4]), np.array([[12]])],
        [np.array([np.inf, 1.0]), np.ones(2)],
    ]
    drawn += [[np.ones((2, 2)), np.array(np.nan)]]
    return [(arrays, h) for arrays in drawn for h in (0.1, 1.0, 13.0, 100.0)]


def series(rng: np.random.Generator) -> Inputs:
    sizes = ((1, 1), (1, 3), (6, 2), (9, 4), (12, 12), (7, 1), (10, 50))
    return [(w, rng.normal(size=T), rng.normal(size=T), k) for T, k in sizes for w in (0.0, 0.9, -1.2)]


def ranks(rng: np.random.Generator) -> Inputs:
    made = [turned(rng, v) for v in ([2.0], [3, -4], [5, -4, 1, 0.5], [2, 2, -1, -1, 0])] + [
        np.diag([3, -5, 1])
    ]
    return [
        (rng.normal(size=len(H)), H, k, d)
        for H in made
        for k in (0, len(H) // 2 + 1, len(H))
        for d in (0.1, 2.0)
    ]


def balls(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for values in (
        [2.0],
        [-1.0],
        [3, 0.5],
        [200, 90, 40],
        [1, -2],
        [4, 1, -0.5],
        [2, 2, -1, -1],
        [0.01, 0.03],
    ):
        H, n = turned(rng, values), len(values)
        V = np.linalg.eigh(H)[1]
        slopes = [rng.normal(size=n), 1e-4 * rng.normal(size=n)]
        if min(values) < 0:  # nothing along the lowest direction, and nothing at all
            slopes += [V[:, 1:] @ rng.normal(size=n - 1), np.zeros(n)]
        for g in slopes:
            newton = np.linalg.norm(np.linalg.solve(H, g)) or 1.0
            drawn += [(g, H, share * newton) for share in (0.05, 0.5, 0.93, 1.1, 30.0)]
    return drawn


def gaps_of_spectra(rng: np.random.Generator) -> Inputs:
    drawn = [rng.normal(size=size) for size in ((1, 3), (4, 3), (1, 11), (9, 5))]
    drawn += [1e-80 * rng.normal(size=(3, 6)), 1e80 * rng.exponential(size=(2, 8))]
    drawn += [rng.integers(-3, 3, (6, 7)), np.zeros((2, 4)), np.array([[5, 5, 5, 1], [0, 2, 4, 4]])]
    return [(spectra,) for spectra in drawn]


def ends_of_searches(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for n, k, m, radius in ((1, 1, 12, 1.0), (2, 2, 90, 0.5), (3, 2, 70, 0.25), (2, 4, 80, 2.0)):
        x = radius * rng.integers(-8, 9, (m, n)) / 4  # some exactly a radius apart
        steps = rng.choice([0.0, 0.5, 0.75, np.inf], m)  # some exactly at the tolerance
        drawn.append((x, steps, rng.integers(-1, 2, (m, k)).astype(float), radius, 0.5))
    alone = (np.ones((1, 2)), np.zeros(1), np.array([[-1.0, 2.0, -3.0]]), 1.0, 1e-8)
    return [*drawn, alone, (alone[0], np.ones(1), *alone[2:]), tuple(v[:0] for v in alone[:3]) + alone[3:]]


def chains(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for saddles, floor in ((1, 0.0), (1, 0.05), (2, 1e-3), (4, 0.0), (5, 0.02), (6, 1e-9), (9, 0.0)):
        waiting, growing, start = rng.uniform((0.3, 1.2, 0.1), (0.9, 2.0, 0.5))
        drawn += [(saddles, waiting, growing, start, goal, floor) for goal in (0.55, 3.0)]
    return [*drawn, (3, 0.5, 1.4, 0.2, 6.0, 0.2)]


def paths(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for steps, n in ((2, 3), (3, 1), (5, 4), (12, 3), (4, 9)):
        path = np.cumsum(rng.normal(size=(steps, n)) / np.arange(1, n + 1), axis=0) + 3 * rng.normal(size=n)
        drawn += [(path, count) for count in range(1, min(steps, n) + 1)]
    return drawn


def grounds(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for rows, columns in ((1, 1), (1, 7), (6, 1), (3, 3), (5, 8), (9, 6)):
        heights = rng.normal(size=(rows, columns))
        steps = np.round(2 * heights)
        for ground in (heights, steps, -5 - abs(steps)):
            for _ in range(3):
                first, second = (tuple(rng.integers((rows, columns)).tolist()) for _ in range(2))
                drawn.append((ground, first, second))
    return drawn


def pulls(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for N, d, C in (
        (1, 1, 1),
        (3, 2, 1),
        (9, 1, 2),
        (12, 3, 1),
        (15, 4, 2),
        (8, 2, 4),
        (30, 5, 1),
        (20, 3, 3),
    ):
        for share in (0.0, 0.35, 1.0, 2.2, -0.7):
            inputs, errors = rng.normal(size=(N, d)), rng.normal(size=(N, C))
            sums = inputs @ rng.normal(size=d) + rng.normal()
            given = inputs, errors, sums, rng.normal(size=C), share
            drawn += [(*given, tolerance) for tolerance in (1e-9, 0.02, 0.1)]
    whole = rng.integers(-3, 4, (6, 2)), rng.integers(-2, 3, (6, 1)), rng.integers(-2, 3, 6), np.array([2])
    zero = np.ones((4, 2)), np.zeros((4, 2)), np.ones(4), np.ones(2)
    units = [(a, 1e-10 * r, *rest, 1e-10 * tolerance) for a, r, *rest, tolerance in drawn[::4]]
    return [*drawn, *units, (*whole, 3, 0.05), (*zero, 0.5, 0.0)]


def first_parts(rng: np.random.Generator) -> Inputs:
    drawn = [low + scale * rng.exponential(size=n) for n in (2, 7, 60) for low, scale in ((0.2, 3), (2, 0.1))]
    drawn += [np.array([3.0]), np.full(4, 0.9), np.array([7, 2, 3]), np.append(drawn[-1], 0.01)]
    drawn += [1e180 * drawn[1], 1e-180 * drawn[1], np.array([0.0, 1.0]), np.array([2.0, -1.0]), np.zeros(2)]
    return [(values,) for values in drawn]


def balls_of_conjugate_gradients(rng: np.random.Generator) -> Inputs:
    drawn: Inputs = []
    for values in ([2.0], [-1.0], [3, 0.5], [1, -2], [4, 1, -0.5], [9, 5, 4, 2, 1], [7, 6, 5, 3, -0.6]):
        H = turned(rng, values)
        for lean in (1.0, 0.1):
            g = H @ rng.normal(size=len(values)) * lean + (1 - lean) * H @ H @ np.ones(len(values))
            for radius in (0.04, 0.7, 60.0):
                drawn += [(g, H, radius, tolerance) for tolerance in (1e-7, 0.07, 0.3)]
    drawn += [(1e-10 * g, H, 1e-10 * radius, tolerance) for g, H, radius, tolerance in drawn[::5]]
    drawn += [(g, 1e-9 * H, radius, tolerance) for g, H, radius, tolerance in drawn[2:40:5]]
    whole = np.array([2, -1]), np.array([[3, 1], [1, 2]])
    level = np.array([1.0, 0.0]), np.diag([0.0, 2.0])
    return [*drawn, (*whole, 5, 1e-7), (*level, 3.0, 1e-7), (np.zeros(2), level[1], 1.0, 1e-7)]


def symmetric_stacks(rng: np.random.Generator) -> Inputs:
    drawn = [turned(rng, values) for values in ([1.5], [2, -0.3], [1, 0, -4], [3, 2, -0.01, -5, 0.4])]
    drawn += [np.stack([drawn[2], 100 * turned(rng, [1, 2, -2]), np.zeros((3, 3))])]
    drawn += [drawn[1][None, None], 1e190 * drawn[1], 1e-190 * drawn[2], np.array([[1, 2], [2, -3]])]
    return [(H, steps) for H in drawn for steps in (0, 1, 4, 22)]


# What a task asks for, where that is not the values of its solution ------------------------------


def one_form(form: Function) -> bool:
    rng = np.random.default_rng(5)
    sizes = ((1, 1, 1), (2, 3, 1), (6, 2, 3), (9, 4, 2))
    nets = [(rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=(m, k))) for k, d, m in sizes]
    for W, b, V in nets[2:]:
        units = np.column_stack([W, b, V.T])
        units[:] = abs(units[0])
        for unit in range(1, len(units)):  # one number makes the difference
            units[unit, (unit - 1) % units.shape[1]] += 0.25 * unit
        d = W.shape[1]
        nets.append((units[:, :d].copy(), units[:, d].copy(), units[:, d + 1 :].T.copy()))
    for W, b, V in nets[1:4]:
        W, b, V = W.copy(), b.copy(), V.copy()
        W[0], b[0], V[:, 0] = 0.0, 0.0, 0.0
        W[1, 0] = 0.0
        nets.append((W, b, V))
    return not faults(form, nets)


def minima_found(search: Function) -> bool:
    for given in landscapes(np.random.default_rng(6)):
        kept = given[1].copy()
        right = key.homework03.multi_start(*given)
        if not compared(given[0], search(given[0], kept, *given[2:]), right, given[-1]).is_correct:
            return False
        if not np.array_equal(kept, given[1]):
            return False
    return True


def kicks_kept(descent: Function) -> bool:
    asked = [
        Task((3.0, 1.0, -0.2), (0.3, -1.0, 0.2), threshold=1e-12, seed=3),
        Task((5.0, 2.0, -0.3), (0.0, 0.0, 0.0), steps=120, waiting=8, seed=4),
        Task((4.0, 6.0), (0.0, 0.0), threshold=1.0, waiting=1, seed=5),
        Task((4.0, 6.0), (0.5, 0.0), threshold=2.0, steps=30, seed=6),
    ]
    if kick_faults(descent, asked):
        return False
    for n, seed in ((1, 7), (4, 8)):
        thrown = key.homework04.kicks_of(
            descent, Task((1.0,) * n, (0.0,) * n, 1e-9, 1500, 1e-3, 1e9, 1, seed=seed)
        )
        if len(thrown) < 1500 or kstest(np.linalg.norm(thrown, axis=1) ** n, "uniform").pvalue < 1e-4:
            return False
        if abs(thrown.mean(axis=0)).max() > 0.1:
            return False
    runs = [descent(*asked[1].arguments[:-1], seed)[0] for seed in (1, 1, 2)]
    return np.array_equal(runs[0], runs[1]) and not np.array_equal(runs[0], runs[2])


def smallest_in_balls(step: Function) -> bool:
    """Whether steps lie in their balls and the model is as low there as at the solution's step."""
    solution = solved("hw06.4")
    for g, H, r in balls(np.random.default_rng(7)):
        given = g.copy(), H.copy()
        came, right = np.asarray(step(*given, r)), solution(g, H, r)
        if came.shape != g.shape or not np.array_equal(given[0], g) or not np.array_equal(given[1], H):
            return False
        low, mine = (g @ x + x @ H @ x / 2 for x in (right, came))
        if not (np.linalg.norm(came) <= r * (1 + 1e-4) and mine <= low + 1e-3 * abs(low)):
            return False
    return True


def smallest_with_penalty(step: Function) -> bool:
    """Whether the cubic model is as low at a step as at the solution's."""
    solution = solved("hw08.5")
    for g, H, size in balls(np.random.default_rng(8)):
        M = 2 * np.abs(H).max() / size
        given = g.copy(), H.copy()
        came, right = np.asarray(step(*given, M)), solution(g, H, M)
        if came.shape != g.shape or not np.array_equal(given[0], g) or not np.array_equal(given[1], H):
            return False
        low, mine = (g @ x + x @ H @ x / 2 + M / 6 * np.linalg.norm(x) ** 3 for x in (right, came))
        if not mine <= low + 1e-5 * abs(low):
            return False
    return True


@dataclass(frozen=True)
class Asked:
    """What a task asks for: the values of its solution on drawn inputs, or a property."""

    draw: Callable[[np.random.Generator], Inputs] | None = None
    holds: Callable[[Function], bool] | None = None
    agree: Callable[[Any, Any], bool] = alike
    most: int = 34  # mutants, evenly spread over all that can be made

    def is_met(self, function: Function, solution: Function) -> bool:
        with warnings.catch_warnings(), np.errstate(all="ignore"), suppress(Exception):
            warnings.simplefilter("ignore")
            if self.holds is not None:
                return self.holds(function)
            return equivalent(function, solution, self.draw(np.random.default_rng(0)), self.agree)
        return False


def same_entries(first: Any, second: Any) -> bool:
    return np.array_equal(np.sort(np.ravel(first)), np.sort(np.ravel(second)))


def same_word(first: Any, second: Any) -> bool:
    return str(first) == str(second)


def to_one_percent(first: Any, second: Any) -> bool:
    return bool(abs(float(first) - float(second)) <= 0.01 * abs(second) + 1e-9)


ASKED = {
    "hw01.2": Asked(products),
    "hw01.4": Asked(gradients, agree=same_entries),
    "hw01.5": Asked(points_of_a_landscape, agree=same_word),
    "hw02.3": Asked(valleys),
    "hw02.4": Asked(spectra, agree=to_one_percent),
    "hw03.2": Asked(holds=one_form),
    "hw03.3": Asked(holds=minima_found, most=20),
    "hw04.2": Asked(holds=kicks_kept, most=20),
    "hw04.3": Asked(verdicts),
    "hw05.2": Asked(lists),
    "hw05.4": Asked(series),
    "hw05.5": Asked(norms),
    "hw06.2": Asked(ranks),
    "hw06.4": Asked(holds=smallest_in_balls),
    "hw07.3": Asked(gaps_of_spectra),
    "hw07.4": Asked(ends_of_searches),
    "hw08.2": Asked(chains),
    "hw08.5": Asked(holds=smallest_with_penalty),
    "hw09.2": Asked(paths),
    "hw09.5": Asked(grounds),
    "hw10.3": Asked(pulls, most=24),
    "hw10.4": Asked(first_parts),
    "hw11.3": Asked(balls_of_conjugate_gradients),
    "hw11.4": Asked(symmetric_stacks),
}


def answered(task: str) -> str:
    return next(cell.source for cell in source(task[:4]).cells if is_answer(cell) and task_of(cell) == task)


def solved(task: str) -> Function:
    """The solution of a task as a function."""
    name = key.exercise(task).model.code.rpartition("check(")[2].strip().rstrip(")")
    return built(answered(task), name, dict(before(task[:4])[task]))


def earns_all(task: str, name: str, function: Function, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a function of this name earns all points; once it has lost some, no other part is tried."""
    lost = False

    def until_one_is_lost(test: Callable[[], float], seconds: float) -> Run[float]:
        nonlocal lost
        if lost:
            return Run(None, False, "")
        ran = run(test, seconds)
        lost = ran.value != 1.0
        return ran

    with monkeypatch.context() as patch:
        patch.setattr(awarded, "run", until_one_is_lost)
        return points(task[:4], task, **{name: function}) == tasks(task[:4])[task]


def look_right(task: str) -> Iterator[tuple[str, Function]]:
    """Functions that only look right."""
    visible, solution = exercise(task).accepts, solved(task)
    if isinstance(visible, Examples):
        yield "knows the visible examples by heart", visible.expected
    seen: list[tuple[Any, ...]] = []
    exercise(task).check(lambda *given: seen.append(given))
    with suppress(Exception):  # some change nothing that they could: a number has no last entry
        yield from stand_ins(solution, seen[0])


@pytest.mark.thorough
@pytest.mark.parametrize("task", ASKED)
def test_no_wrong_function_earns_all_points(task, monkeypatch, record_property):
    asked, solution = ASKED[task], solved(task)
    assert asked.is_met(solution, solution)
    assert earns_all(task, solution.__name__, solution, monkeypatch)
    monkeypatch.setattr(awarded, "TIME_LIMIT", 1.0)
    monkeypatch.setattr(Line, "seconds", 1.0)
    made = mutants(answered(task))
    chosen = np.unique(np.linspace(0, len(made) - 1, min(asked.most, len(made))).astype(int))
    tried: list[tuple[str, Function]] = list(look_right(task))
    for mutant in (made[i] for i in chosen):
        with suppress(Exception):  # a default or a name at the top that cannot be computed
            scope = dict(before(task[:4])[task])
            tried.append((mutant.change, built(mutant.source, solution.__name__, scope)))
    lost, same, survivors = [], [], []
    for change, function in tried:
        if not earns_all(task, solution.__name__, function, monkeypatch):
            lost.append(change)
        else:
            (same if asked.is_met(function, solution) else survivors).append(change)
    record_property("hidden tests", (len(lost), len(same), len(survivors)))
    print(f"{task}: {len(lost)} lost points; equivalent: {'; '.join(same)}")
    assert survivors == []
    assert len(lost) >= LEAST


def test_every_function_task_is_tried():
    functions = [one.id for one in key.all_exercises() if callable(one.right_answers[0])]
    assert functions == list(ASKED)
