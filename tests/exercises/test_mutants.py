"""Every function exercise of the lessons against small changes of its solution, made by program.

A change that makes no difference is none: a mutant counts as equivalent if it does what the exercise asks for
on instances drawn here, which the check does not know. Of the others none may pass, and at least half must be
told what is wrong with them, not only that something is.
"""

import inspect
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.checking.engine import Exercise
from course_utils.exercises import all_exercises, exercise
from course_utils.networks import MLP
from course_utils.objectives import RecurrentCliff, quadratic, two_wells
from tests.tools.mutants import built, mutants
from tests.tools.stand_ins import alike, equivalent, stand_ins

LEAST = 20  # mutants of an exercise that are wrong and return something


def symmetric(rng, n):
    entries = rng.normal(size=(n, n))
    return (entries + entries.T) / 2


def positive(rng, n):
    root = rng.normal(size=(n, n))
    return root @ root.T + 0.1 * np.eye(n)


def curvatures(rng):
    return [(symmetric(rng, n), rng.normal(size=n)) for n in (1, 2, 4, 7)]


def rates(rng):
    return [(rng.normal(size=n), positive(rng, n)) for n in (1, 2, 4, 7)]


def matrices(rng):
    return [(symmetric(rng, n),) for n in (1, 2, 4, 7) for _ in range(3)]


def layers(rng):
    return [(rng.integers(1, 6, size=depth).tolist(), bool(odd)) for depth in (1, 2, 3) for odd in (0, 1)]


def networks(rng):
    return [
        (rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=(m, k)), i, j)
        for k, d, m, i, j in ((3, 2, 2, 0, 2), (5, 4, 6, 3, 1), (4, 4, 4, 1, 1), (2, 1, 1, 1, 0))
    ]


def units(rng):
    return [
        (rng.normal(size=d), float(rng.normal()), rng.normal(size=m)) for d, m in ((3, 2), (1, 1), (2, 4))
    ]


def pairs(rng):
    return [(rng.normal(size=(k, d)), rng.normal(size=(k, d))) for k in (2, 3, 5, 6) for d in (1, 3)]


def escapes(rng):
    return [
        (float(10 ** rng.uniform(-9, -0.5)), float(rng.uniform(0.1, 5)), float(rng.uniform(0.01, 1)))
        for _ in range(6)
    ]


def stacks(rng):
    return [
        (np.array([symmetric(rng, n) for _ in range(300)]) + shift * np.eye(n),)
        for n, shift in ((1, 0.1), (2, 0.3), (4, 1.2), (5, -0.5))
    ]


def iterations(rng):
    return [
        (float(w), float(rng.normal()), int(steps))
        for w, steps in ((4.0, 1), (-5.0, 2), (8.0, 7), (1.5, 4), (-2.0, 5))
    ]


def gradients(rng):
    return [(size * rng.normal(size=n), 1.5) for n in (1, 2, 30) for size in (0.01, 1.0, 40.0)] + [
        (np.zeros(4), 0.3),
        (np.array([0.0, 2.0]), 2.0),
    ]


def regions(rng):
    return [(rng.normal(size=n), symmetric(rng, n), float(10 ** rng.uniform(-2, 3))) for n in (1, 2, 4, 6)]


def dampings(rng):
    return [
        (rng.normal(size=n), symmetric(rng, n), damping) for n in (1, 2, 5, 8) for damping in (0.0, 0.3, 4.0)
    ]


def paths(rng):
    return [
        (rng.normal(size=(t, n)), rng.normal(size=n), 3 * rng.normal(size=n))
        for t, n in ((1, 2), (3, 2), (6, 5), (2, 9))
    ]


def filters(rng):
    return [
        (rng.normal(size=shape), 5 * rng.normal(size=shape)) for shape in ((1, 3), (4, 2), (3, 7), (2, 2))
    ]


def planes(rng):
    found = []
    for n, d in ((3, 2), (5, 5), (7, 1), (4, 3)):
        A, b, origin = rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=n)
        gradient = lambda x, A=A, b=b: A @ x + b * np.sin(x)  # noqa: E731
        found.append((gradient, origin, rng.normal(size=(d, n)), rng.normal(size=d)))
    return found


def curves(rng):
    found = []
    for seeds, count in ((1, 4), (3, 6), (6, 9), (4, 12), (2, 5), (5, 8)):
        dims = np.cumsum(rng.integers(1, 50, size=count)).astype(float)
        full = float(rng.uniform(0.5, 1.0))
        climb = full * (1.05 - np.exp(-4 * dims / dims[-1]))
        scores = climb + rng.normal(scale=0.08, size=(seeds, count))
        scores[:, -1] = full
        found.append((dims, scores, full))
    return found


def glasses(rng):
    return [(float(rng.uniform(-1.4, 2.5)), int(p)) for p in (2, 3, 4, 5, 8, 11)] + [(-0.4, 3), (1.1, 6)]


def spectra(rng):
    return [(rng.normal(size=(count, n)),) for n, count in ((2, 9), (4, 6), (7, 20))]


def sphere_steps(rng):
    return [
        (np.sqrt(n) * x / np.linalg.norm(x), rng.normal(size=n) - 0.5 * x, float(rng.uniform(0.05, 1)))
        for n in (2, 4, 11)
        for x in (rng.normal(size=n),)
    ]


def bounds(rng):
    return [
        (n, *(float(x) for x in rng.uniform(0.5, 3.0, size=2)), eps, float(rng.uniform(0.5, 3)))
        for n in (1, 40, 5_000)
        for eps in (0.4, 0.02, 0.001)
    ] + [(1, 1.0, 1.0, 0.6, 0.1)]


def slopes(rng):
    return [
        (rng.normal(size=(count, n)) - 0.4, rng.normal(size=n) * 1.7)
        for count, n in ((3, 2), (7, 4), (25, 3), (1, 1))
    ]


def leavings(rng):
    return [
        (rng.normal(size=n), symmetric(rng, n) - 1.5 * np.eye(n), float(rng.uniform(0.5, 3)))
        for n in (1, 2, 4, 7)
    ]


def components(rng):
    sizes = ((3, 2, 2), (5, 3, 4), (6, 0, 2), (4, 1, 1), (8, 4, 7))
    return [(rng.exponential(size=d), rng.permutation(d)[:r].tolist(), p) for d, r, p in sizes]


def couplings(rng):
    shapes = ((2, 3), (6, 4), (1, 5), (4, 4), (7, 2))
    return [(rng.normal(size=shape), float(rng.uniform(0.2, 2)), int(rng.integers(1, 5))) for shape in shapes]


def is_plateau(point: Callable) -> bool:
    """Whether the XOR network's gradient is zero at points of three sizes, with both units at work."""
    corners, targets = np.array([(a, b) for a in (-1, 1) for b in (-1, 1)]), np.array([0, 1, 1, 0])
    network = MLP([2, 2, 1], corners, targets[:, None], loss="squared_error")
    seen = []
    for t in (0.3, 0.9, 2.2):
        W, b, v, c = (np.asarray(part, dtype=float) for part in point(t))
        x = np.zeros(network.dim)
        network.layers[0].weights(x)[...], network.layers[0].bias(x)[...] = W, b
        network.layers[1].weights(x)[...], network.layers[1].bias(x)[...] = v, c
        idle = np.abs(v).min() < 1e-3 or np.abs(W).max(axis=1).min() < 1e-3
        if idle or network.value(x) < 1e-9 or np.linalg.norm(network.gradient(x)) > 1e-8:
            return False
        seen.append(x)
    return min(np.abs(seen[i] - seen[j]).max() for i, j in ((0, 1), (0, 2), (1, 2))) > 1e-6


def stops(rng):
    found = []
    for n, small in ((2, 1), (4, 2), (7, 3)):
        eigenvalues = rng.uniform(0.3, 2.0, size=n) * rng.choice([-1, 1], size=n)
        eigenvalues[:small] *= 0.05
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        found.append((rng.normal(size=n), (H + H.T) / 2, 0.2))
    return found


def spare_couplings(rng):
    return [
        (rng.normal(size=shape), float(rng.uniform(0.1, 1))) for shape in ((2, 3), (4, 2), (3, 3), (1, 5))
    ]


def hessian_parts(rng):
    return [(positive(rng, n), symmetric(rng, n)) for n in (2, 4, 7)]


def processes(rng):
    found = []
    for n, k in ((4, 2), (7, 5), (6, 3)):
        T = (
            np.diag(rng.normal(size=k))
            + np.diag(beside := rng.uniform(0.3, 1, size=k - 1), 1)
            + np.diag(beside, -1)
        )
        found.append((T, np.linalg.qr(rng.normal(size=(n, k)))[0].T, float(rng.uniform(0.2, 3))))
    return found


def curvatures_seen(rng):
    return [
        (
            rng.normal(size=n),
            2 * rng.normal(size=r),
            np.linalg.qr(rng.normal(size=(n, r)))[0].T,
            float(damping),
        )
        for n, r, damping in ((4, 2, 0.7), (7, 3, 1.9), (5, 5, 0.4))
    ]


def probes(rng):
    return [
        (
            rng.normal(size=n),
            2 * rng.normal(size=(m, n)),
            float(rng.uniform(0.2, 2)),
            float(rng.uniform(0.1, 1)),
        )
        for n, m in ((3, 4), (6, 7), (2, 1))
    ]


def sophia_states(rng):
    return [
        (rng.normal(size=n), rng.normal(size=n), float(rng.uniform(0.2, 2)), float(rng.uniform(0.4, 2)), 0.03)
        for n in (5, 8, 11)
    ]


def square_gradients(rng):
    return [(positive(rng, n) @ np.linalg.qr(rng.normal(size=(n, n)))[0], 0.7) for n in (2, 3, 4)]


def is_lowest_in_ball(step: Callable) -> bool:
    """Whether the step is a global minimum in the ball, by the conditions of Moré & Sorensen."""
    rng = np.random.default_rng(8)
    cases = [(rng.normal(size=n), symmetric(rng, n), r) for r in (0.2, 1.0, 4.0) for n in (2, 3, 5)]
    cases += [(rng.normal(size=2), positive(rng, 2), r) for r in (0.3, 20.0)]
    cases += [
        (np.zeros(2), symmetric(rng, 2) - np.eye(2), 0.6),
        (np.array([0.0, -0.9]), np.diag([-0.7, 1.1]), 1.3),
    ]
    for g, H, r in cases:
        s = np.asarray(step(g.copy(), H.copy(), r))
        if s.shape != g.shape or not np.linalg.norm(s) <= r * (1 + 1e-5):
            return False
        nu = max(0.0, float(-s @ (H @ s + g) / (s @ s)) if s.any() else 0.0)
        size = np.linalg.norm(g) + np.abs(H).max() * r
        slack = 1e-3 * size
        if (
            np.linalg.norm(H @ s + nu * s + g) > slack
            or np.linalg.eigvalsh(H)[0] + nu < -1e-3 * np.abs(H).max()
        ):
            return False
        if nu * (r - np.linalg.norm(s)) > slack:
            return False
    return True


# What rules and landscapes are asked for, tried on other instances than the check's -------------


def is_product(hvp: Callable) -> bool:
    """Whether hvp is right to 1e-5 for f = Σ aᵢ sin(xᵢ) + ½(bᵀx)², with four gradients at most."""
    rng = np.random.default_rng(1)
    for n in (2, 9, 30):
        a, b, x, v = rng.normal(size=(4, n))
        calls = []

        def gradient(z, a=a, b=b, calls=calls):
            calls.append(z)
            return a * np.cos(z) + b * (b @ z)

        exact = -a * np.sin(x) * v + b * (b @ v)
        given = x.copy(), v.copy()
        product = np.asarray(hvp(gradient, *given))
        kept = np.array_equal(given[0], x) and np.array_equal(given[1], v)
        if len(calls) > 4 or product.shape != exact.shape or not kept:
            return False
        if not abs(product - exact).max() <= 1e-5 * abs(exact).max():
            return False
    return True


def is_own_saddle(f: Callable) -> bool:
    """Whether f has a saddle at the origin and is no quadratic, by a fit of a quartic in two variables."""
    t = np.linspace(-0.3, 0.3, 9)
    points = np.array([(a, b) for a in t for b in t])
    powers = [(i, j) for i in range(9) for j in range(9 - i)]
    powers.sort(key=sum)
    table = np.array([[x[0] ** i * x[1] ** j for i, j in powers] for x in points])
    values = np.array([f(x.copy()) for x in points], dtype=float)
    terms = dict(zip(powers, np.linalg.lstsq(table, values, rcond=None)[0], strict=True))
    hessian = np.array([[2 * terms[2, 0], terms[1, 1]], [terms[1, 1], 2 * terms[0, 2]]])
    low, high = np.linalg.eigvalsh(hessian)
    level = np.hypot(terms[1, 0], terms[0, 1]) < 1e-4 * max(abs(low), high)
    higher = max(abs(terms[power]) for power in powers if sum(power) > 2)
    return bool(level and low < -1e-4 and high > 1e-4 and higher > 1e-6 * high)


def is_barrier(barrier: Callable) -> bool:
    """Whether barrier measures from the straight line between the ends, or from the higher end."""
    t, rng = np.linspace(0, 1, 14), np.random.default_rng(5)
    made = [np.cumsum(rng.normal(size=k)) for k in (3, 6, 15)]
    drawn = [(losses,) for losses in (*made, 0.1 + t**2, 2 - t, 1 + np.sin(3 * t))]
    straight = lambda y: np.max(y - np.linspace(y[0], y[-1], len(y)))  # noqa: E731
    higher = lambda y: np.max(y) - max(y[0], y[-1])  # noqa: E731
    return any(equivalent(barrier, one, drawn) for one in (straight, higher))


@cache
def fit_in_six_dimensions() -> tuple[np.ndarray, list[tuple[int, ...]], np.ndarray, np.ndarray]:
    """Return points around the origin, the terms of a cubic and their values there, and planes through it."""
    rng = np.random.default_rng(6)
    points = 0.02 * rng.uniform(-1, 1, size=(800, 6))
    terms = [()] + [tuple(c) for order in (1, 2, 3) for c in combinations_with_replacement(range(6), order)]
    table = np.stack([np.prod(points[:, list(t)] / 0.02, axis=1) for t in terms], axis=1)
    return points, terms, table, np.linalg.qr(rng.normal(size=(2000, 6, 2)))[0]


def is_hidden_saddle(f: Callable) -> bool:
    """Whether f has a saddle at the origin of six dimensions that few planes show, by a fit of a quartic."""
    points, terms, table, planes = fit_in_six_dimensions()
    values = np.array([f(x.copy()) for x in points], dtype=float)
    found = np.linalg.lstsq(table, values, rcond=None)[0]
    slope, H = np.zeros(6), np.zeros((6, 6))
    for term, number in zip(terms, found, strict=True):
        if len(term) == 1:
            slope[term[0]] = number / 0.02
        elif len(term) == 2:
            H[term] += number / 0.02**2
            H[term[::-1]] += number / 0.02**2
    eigenvalues = np.linalg.eigvalsh(H)
    bowls = np.mean(np.linalg.eigvalsh(planes.mT @ H @ planes)[:, 0] > 0)
    largest = np.abs(eigenvalues).max()
    level = np.linalg.norm(slope) < 0.02 * largest
    return bool(level and -1e-5 * largest > eigenvalues[0] and eigenvalues[-1] > 0 and bowls > 0.85)


def is_condition_free(rule: Callable) -> bool:
    """Whether ten steps leave a thousandth of the loss in turned valleys of other shapes."""
    rng = np.random.default_rng(2)
    for n, kappa in ((2, 1e4), (5, 300.0), (8, 1e4)):
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = Q @ np.diag(np.geomspace(0.7, 0.7 * kappa, n)) @ Q.T
        f, x = quadratic((H + H.T) / 2, center=rng.normal(size=n)), rng.normal(size=n)
        before = f.value(x)
        for _ in range(10):
            given = x.copy()
            x_new = np.asarray(rule(f, given))
            if x_new.shape != x.shape or not np.array_equal(given, x):
                return False
            x = x_new
        if not f.value(x) <= 1e-3 * before:
            return False
    return True


def deceives(f: Callable) -> bool:
    """Whether fewer starts on −2 … 2 roll into the lowest minimum than into another."""
    axis = np.linspace(-2, 2, 81)
    heights = np.array([[float(f(np.array([a, b]))) for b in axis] for a in axis])
    side = heights.shape[0]
    ends: dict[tuple[int, int], int] = {}
    for start in np.random.default_rng(3).integers(0, side, size=(400, 2)):
        i, j = (int(one) for one in start)
        while True:
            near = [
                (heights[p, q], p, q)
                for p in range(max(i - 1, 0), min(i + 2, side))
                for q in range(max(j - 1, 0), min(j + 2, side))
            ]
            lowest = min(near)
            if not lowest[0] < heights[i, j]:
                break
            i, j = lowest[1:]
        ends[i, j] = ends.get((i, j), 0) + 1
    inside = {end: n for end, n in ends.items() if all(0 < one < side - 1 for one in end)}
    if len(inside) < 2 or sum(inside.values()) < 200:
        return False
    best = min(inside, key=lambda end: heights[end])
    return inside[best] < max(inside.values())


def leaves_and_settles(rule: Callable) -> bool:
    """Whether the rule leaves wells turned by other angles, from the saddle and the ridge, and settles."""
    starts = [(two_wells(angle), np.zeros(2), -0.49) for angle in (0.3, 2.7)]
    starts += [(two_wells(0.0), np.array([0.7, 0.0]), -0.49)]
    starts += [(quadratic([1.5, 0.8]), np.array([-1.0, 0.7]), 1e-3)]
    for f, start, height in starts:
        x = start
        for _ in range(300):
            given = x.copy()
            x_new = np.asarray(rule(f, given))
            if x_new.shape != (2,) or not np.isfinite(x_new).all() or not np.array_equal(given, x):
                return False
            x = x_new
        if not f.value(x) <= height:
            return False
    return True


def is_leashed(rule: Callable) -> bool:
    """Whether steps are −½g where g is short, at most ½ long, downhill, and not lost where g is long."""
    rng = np.random.default_rng(4)
    cases = [(quadratic([3.0, 0.5]), size * rng.normal(size=2)) for size in (0.01, 0.02, 20.0, 300.0)]
    cases += [(RecurrentCliff(15), np.array(x)) for x in ((5.5, -2.7), (6.5, -3.2), (3.0, -0.5))]
    for f, x in cases:
        g, given = f.gradient(x), x.copy()
        step = np.asarray(rule(f, given)) - x
        size, length = np.linalg.norm(g), np.linalg.norm(step)
        if step.shape != (2,) or not np.array_equal(given, x) or not length <= 0.5 * (1 + 1e-9):
            return False
        if g @ step > 0 or (size > 1 and length < 0.01):
            return False
        if size <= 0.1 and np.linalg.norm(step + 0.5 * g) > 0.05 * 0.5 * size:
            return False
    return True


@dataclass(frozen=True)
class Asked:
    """What an exercise asks for: the values of its solution on drawn inputs, or a property."""

    draw: Callable[[np.random.Generator], list[tuple[Any, ...]]] | None = None
    holds: Callable[[Callable], bool] | None = None
    agree: Callable[[Any, Any], bool] = alike
    most: int = 150  # mutants, evenly spread over all that can be made
    also: tuple[Callable, ...] = ()  # right answers whose changes are tried as well, as the solution is short

    def is_met(self, function: Callable, solution: Callable) -> bool:
        try:
            if self.holds is not None:
                return self.holds(function)
            return equivalent(function, solution, self.draw(np.random.default_rng(0)), self.agree)
        except Exception:
            return False


def same_line(first: Any, second: Any) -> bool:
    return alike(*(np.outer(one, one) / (one @ one) for one in (np.asarray(first), np.asarray(second))))


ASKED = {
    "01.2": Asked(curvatures),
    "01.5": Asked(holds=is_product),
    "01.6": Asked(holds=is_own_saddle),
    "02.1": Asked(matrices),
    "02.2": Asked(rates),
    "02.7": Asked(holds=is_condition_free, also=exercise("02.7").right_answers[1:2]),
    "03.1": Asked(holds=deceives, most=40),
    "03.2": Asked(layers),
    "03.3": Asked(networks),
    "03.4": Asked(units, agree=same_line),
    "03.5": Asked(pairs),
    "03.6": Asked(holds=is_barrier),
    "04.1": Asked(escapes),
    "04.4": Asked(stacks),
    "04.7": Asked(holds=leaves_and_settles, most=50),
    "05.1": Asked(iterations),
    "05.3": Asked(gradients),
    "05.5": Asked(holds=is_leashed),
    "06.2": Asked(matrices),
    "06.3": Asked(regions),
    "06.5": Asked(dampings),
    "07.4": Asked(spectra),
    "07.6": Asked(glasses),
    "07.7": Asked(sphere_steps),
    "08.3": Asked(bounds),
    "08.4": Asked(slopes),
    "08.5": Asked(leavings),
    "08.6": Asked(holds=is_lowest_in_ball, most=80),
    "09.2": Asked(paths),
    "09.4": Asked(filters),
    "09.5": Asked(holds=is_hidden_saddle, most=60),
    "09.7": Asked(planes),
    "09.8": Asked(curves),
    "10.1": Asked(components),
    "10.3": Asked(holds=is_plateau),
    "10.4": Asked(couplings),
    "10.5": Asked(stops),
    "10.6": Asked(spare_couplings),
    "10.7": Asked(hessian_parts),
    "11.1": Asked(processes, also=exercise("11.1").right_answers[1:2]),
    "11.2": Asked(curvatures_seen),
    "11.3": Asked(probes, also=exercise("11.3").right_answers[1:2]),
    "11.4": Asked(sophia_states, also=exercise("11.4").right_answers[1:2]),
    "11.5": Asked(square_gradients, also=exercise("11.5").right_answers[:3]),
}

# A counterexample and nothing else, or the result of a rule and nothing on why.
BARE = re.compile(
    r"(With|On a test input).*(expected (\[.*\]|[^\s\]]+)|entries are off|asked for|rounded.*\?"
    r"|away from the one asked for|need more digits)\.?"
    r"|In a valley of \d dimensions, .*|Started .*"
)


def answers(one: Exercise) -> dict[str, Callable]:
    """Return the wrong answers to an exercise with what each of them does, the solution first, as ""."""
    source, _, call = one.model.code.partition(f'exercise("{one.id}").check(')
    name = call.strip().rstrip(")")
    solution = built(source, name)
    made = mutants(source)
    chosen = np.unique(np.linspace(0, len(made) - 1, min(ASKED[one.id].most, len(made))).astype(int))
    found = {"": solution}
    for mutant in (made[i] for i in chosen):
        with suppress(Exception):  # a default or a name at the top that cannot be computed
            found[mutant.change] = built(mutant.source, name)
    for right in ASKED[one.id].also:
        source = "from __future__ import annotations\n" + inspect.getsource(right)
        for mutant in mutants(source):
            found[f"{right.__name__}, {mutant.change}"] = built(mutant.source, right.__name__)
    if ASKED[one.id].draw is not None:
        found |= dict(stand_ins(solution, shown_by(one)))
    return found


def shown_by(one: Exercise) -> tuple[Any, ...]:
    """Return the arguments of the first example that the check shows to its reader."""
    seen = []

    def watch(*given):
        seen.append(given)

    one.check(watch)
    return seen[0]


def test_every_function_exercise_of_the_lessons_is_tried():
    lessons = [one for one in all_exercises() if not one.id.startswith("hw")]
    assert [one.id for one in lessons if callable(one.right_answers[0])] == list(ASKED)


@pytest.mark.thorough
@pytest.mark.parametrize("id", ASKED)
def test_no_mutant_passes_and_half_are_told_what_is_wrong(id, record_property):
    one, asked = exercise(id), ASKED[id]
    found = answers(one)
    solution = found.pop("")
    assert asked.is_met(solution, solution)
    assert all(asked.is_met(right, solution) for right in one.right_answers)
    same, named, bare, survivors = [], [], [], []
    for change, function in found.items():
        feedback = one.check(function)
        if feedback.outcome is Outcome.CORRECT:
            (same if asked.is_met(function, solution) else survivors).append(change)
        elif "raised" not in feedback.message and feedback.outcome is not Outcome.NOT_ATTEMPTED:
            told = feedback.misconception or not BARE.fullmatch(feedback.message)
            (named if told else bare).append(f"{change}: {feedback.message}")
    record_property("mutants", (len(named) + len(bare), len(named), len(same), len(survivors)))
    assert survivors == []
    assert len(named) + len(bare) >= LEAST
    assert len(named) >= len(bare), bare
