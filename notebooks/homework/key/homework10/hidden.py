"""Hidden tests of the functions of this homework: what a submission is graded by beside the visible check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq

from course_utils.checking.points import Part
from course_utils.checking.predicates import real_array
from course_utils.critical_points import NarrowerNetwork, split_unit
from course_utils.networks import MLP
from course_utils.random_landscapes import critical_energy
from key import fresh
from key.homework10.apart import definite


def _in_a_network(seed: Any, d: Any, C: Any, share: Any, loss: Any) -> Any:
    """Return the arguments for unit 1 of a random network, and its pull cut out of the whole Hessian."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(15, d))
    targets = rng.integers(0, C, 15) if loss == "cross_entropy" else rng.normal(size=(15, C))
    wide = MLP([d, 4, C], inputs, targets, loss=loss)
    narrow = NarrowerNetwork(wide, (1, 1, 1))
    x = split_unit(wide, narrow.embed(rng.normal(size=narrow.dim)), 1, 3, share)
    first, second = wide.unit(0, 1), wide.unit(0, 3)
    D = np.zeros((d + 1 + C, wide.dim))
    for row, (one, other) in enumerate(
        zip([*first.incoming, *first.bias], [*second.incoming, *second.bias], strict=True)
    ):
        D[row, one], D[row, other] = 1 - share, -share
    for row, (one, other) in enumerate(zip(first.outgoing, second.outgoing, strict=True)):
        D[d + 1 + row, one], D[d + 1 + row, other] = 1, -1
    wanted = np.eye(C)[targets] if loss == "cross_entropy" else targets
    sums = inputs @ x[first.incoming] + x[first.bias]
    outgoing = x[first.outgoing] + x[second.outgoing]
    return (inputs, wide.predict(x) - wanted, sums, outgoing, share), D @ wide.hessian(x) @ D.T


def _pulled(inputs: Any, errors: Any, sums: Any, outgoing: Any, share: Any) -> Any:
    """Return K by differences of the answers themselves, whatever the formulas say."""
    d, C = inputs.shape[1], errors.shape[1]

    def change(p: Any) -> Any:
        pull = inputs @ p[:d] + p[d]
        first, second = np.tanh(sums + (1 - share) * pull), np.tanh(sums - share * pull)
        answers = np.outer(first, share * outgoing + p[d + 1 :])
        answers += np.outer(second, (1 - share) * outgoing - p[d + 1 :])
        return np.mean(np.sum(errors * answers, axis=1))

    E, h = np.eye(d + 1 + C), 1e-4
    mixed = [[change(h * (a + b)) - change(h * (a - b)) for b in E] for a in E]
    other = [[change(h * (-a - b)) - change(h * (b - a)) for b in E] for a in E]
    return (np.array(mixed) + np.array(other)) / (4 * h**2)


def _task_3(signs_apart: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `signs_apart`."""
    visible = fresh("hw10.3")

    def counts(case: Any) -> Any:
        came, _ = real_array(signs_apart(*case), "three counts", 1)
        return None if came is None else came.tolist()

    def right(given: Any, K: Any) -> Any:
        """With next to no tolerance, one in the widest gap between sizes, and two beside the largest size.

        K grows with the errors: with both of them and the tolerance in another unit the counts stay.
        """
        inputs, errors, *others = given
        values = np.linalg.eigvalsh(K)
        sizes = np.sort(np.abs(values))
        at = 1 + np.argmax(np.diff(sizes[1:]))
        found = []
        for tolerance in (1e-6, float(sizes[at : at + 2].mean()), 0.98 * sizes[-1], 1.02 * sizes[-1]):
            wanted = [np.sum(values < -tolerance), np.sum(np.abs(values) <= tolerance)]
            wanted.append(np.sum(values > tolerance))
            found += [
                counts((inputs, unit * errors, *others, unit * tolerance)) == wanted
                for unit in (1, 1e-9, 1e9)
            ]
        return all(found)

    def right_on_the_line() -> Any:
        rng, found = np.random.default_rng(7), []
        for d in (1, 3):
            for share, ways in ((0.5, 0), (0.05, 0), (1.3, d + 1), (-2.0, d + 1)):
                signs = [ways, 1, d + 1 - ways]
                found.append(counts(definite(rng, d, share)) == signs)
                found.append(counts(definite(rng, d, share, -3.0)) == signs[::-1])
        return all(found)

    def right_at_the_ends() -> Any:
        rng, found = np.random.default_rng(8), []
        for share in (0.0, 1.0):
            found.append(counts(definite(rng, 2, share)) == [0, 4, 0])
            given, K = _in_a_network(9, 2, 4, share, "squared_error")
            rank = np.linalg.matrix_rank(K[3:, :3])
            found.append(counts((*given, 1e-9)) == [rank, 7 - 2 * rank, rank])
        inputs, errors, sums, outgoing, *_ = definite(rng, 2, 0.5)
        found.append(counts((inputs, 0 * errors, sums, outgoing, 0.5, 0.0)) == [0, 4, 0])
        return all(found)

    def right_when_small() -> Any:
        """One example, with sums of zero: A is zero, and B has rank 1. One input. Whole numbers."""
        one = (np.array([[2]]), np.array([[3, -1]]), np.array([0]), np.array([1, 2]), 0.5, 1e-9)
        x, r = np.array([[1, 0], [2, -1], [0, 3]]), np.array([[1, 2], [0, -1], [3, 1]])
        whole = (x, r, x @ [1, -2] + 1, np.array([2, -1]), 2)
        found = [right(whole, _pulled(*whole)), right(*_in_a_network(10, 1, 1, 0.3, "squared_error"))]
        return counts(one) == [1, 2, 1] and all(found)

    return (
        (1.5, "the visible check on other inputs", lambda: visible(signs_apart)),
        (
            1,
            "against the Hessian of whole networks",
            lambda: all(
                right(*_in_a_network(seed, d, C, share, loss))
                for seed, (d, C, share) in enumerate(
                    ((3, 1, 0.4), (4, 2, 0.7), (2, 3, 1.2), (5, 2, -0.4), (4, 3, 0.2))
                )
                for loss in ("squared_error", "cross_entropy")
                if C > 1 or loss == "squared_error"
            ),
        ),
        (0.5, "one output: minima on a piece of the line", right_on_the_line),
        (0.5, "shares of 0 and 1, errors of zero", right_at_the_ends),
        (0.5, "one example, one input, whole numbers", right_when_small),
    )


def _edge(eigenvalues: Any, sigma: Any) -> Any:
    """Return the lower edge of H₀ + σW over λ_min, of whole numbers and in any unit."""
    values = np.asarray(eigenvalues) / np.min(eigenvalues)
    ratio = sigma / np.min(eigenvalues)
    top = brentq(lambda x: 1 - ratio**2 * np.mean(1 / (values - x) ** 2), -ratio, 1 - 1e-9, xtol=1e-14)
    return top - ratio**2 * np.mean(1 / (values - top))


def _task_4(critical_size: Callable[..., Any]) -> tuple[Part, ...]:
    """Return the tests of `critical_size`."""
    visible = fresh("hw10.4")

    def size_of(values: Any) -> Any:
        """Return the number that came, read as the visible check reads it."""
        came, _ = real_array(critical_size(values), "a number")
        return came.item() if came is not None and came.size == 1 else np.nan

    def right(values: Any, within: Any = 1e-4) -> Any:
        came = size_of(values)
        return _edge(values, came * (1 - within)) > 0 > _edge(values, came * (1 + within))

    def near(values: Any, size: Any, within: Any = 1e-4) -> Any:
        return np.isclose(size_of(values), size, rtol=within, atol=0)

    few = np.array([3.0, 0.7, 1.0, 9.0, 0.9])

    def in_other_units() -> Any:
        size = size_of(few.copy())
        units = all(near(unit * few, unit * size) for unit in (1e200, 1e-200, 1e-8))
        return right(few) and units and right(np.array([5, 2, 7])) and near(np.array([4, 4]), 2)

    def lone() -> Any:
        """One small eigenvalue of many, in front, in the middle and at the end."""
        many = 2 + np.random.default_rng(2).random(400)
        placed = [np.insert(many, place, 1e-3) for place in (0, 200, 400)]
        return all(right(values) for values in (*placed, np.append(many, [1e-3] * 40)))

    def large() -> Any:
        J = np.random.default_rng(3).normal(size=(200, 800))
        values = np.linalg.eigvalsh(J @ J.T / 800)
        model = near(values, np.sqrt(2 * critical_energy(1 / 4)), 0.03)
        return model and right(values) and right(np.tile(values, 1000))

    return (
        (1.5, "the visible check on other inputs", lambda: visible(critical_size)),
        (
            0.5,
            "equal eigenvalues, and a single one",
            lambda: near(np.full(7, 0.6), 0.3) and near(np.array([5.0]), 2.5) and right(np.repeat(few, 3)),
        ),
        (
            0.5,
            "a lowest eigenvalue of zero or less",
            lambda: all(
                size_of(values) == 0
                for values in (np.array([0.0, 2.0, 1.0]), np.array([1.0, -0.3, 4.0]), np.zeros(3))
            ),
        ),
        (0.5, "other units, whole numbers", in_other_units),
        (0.5, "a lone small eigenvalue", lone),
        (0.5, "200,000 eigenvalues, and the model of the lesson", large),
    )


HIDDEN = {"hw10.3": _task_3, "hw10.4": _task_4}
