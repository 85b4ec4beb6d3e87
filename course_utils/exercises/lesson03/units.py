"""Exercises 03.2, 03.3 and 03.4: changes of the hidden units that the function does not notice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import direction

Array = NDArray[np.float64]
Matrices = tuple[Array, Array, Array]

# 03.2 ------------------------------------------------------------------------------------------

_SIZES: list[tuple[list[int], bool]] = [
    ([3], True),
    ([3], False),
    ([5, 4], True),
    ([2, 2, 6], False),
    ([1], True),
]


def _copies(hidden_sizes: list[int], odd: bool) -> int:
    orders = prod(factorial(k) for k in hidden_sizes)
    return orders * 2 ** sum(hidden_sizes) if odd else orders


def _copies_in_a_loop(hidden_sizes: list[int], odd: bool) -> float:
    count = 1.0
    for k in hidden_sizes:
        for unit in range(1, k + 1):
            count *= unit * (2 if odd else 1)
    return count


COPIES = Exercise(
    id="03.2",
    title="How many copies of one network?",
    accepts=function(_copies, _SIZES, rtol=1e-9),
    hints=(
        "Count the orders of one layer first. Do the orders of two layers get in each other's way?",
        "Every order of one layer goes with every order of the next, so the counts multiply.",
        "If the activation is odd, each unit may also change its sign, on its own: a factor of two for each.",
    ),
    model=Solution(
        code="""
from math import factorial, prod

def copies(hidden_sizes, odd):
    orders = prod(factorial(k) for k in hidden_sizes)
    return orders * 2 ** sum(hidden_sizes) if odd else orders

exercise("03.2").check(copies)
""",
        explanation="A layer of k units has k! orders, an odd activation gives each of its units a sign, and "
        "layers are independent of each other: the product over layers of k!, or of 2^k k!.",
    ),
    right_answers=(_copies, _copies_in_a_loop),
    misconceptions=(
        Misconception(
            "signs of the units forgotten",
            lambda hidden_sizes, odd: prod(factorial(k) for k in hidden_sizes),
            "With `odd` true your count is too small: φ(−z) = −φ(z), so a unit whose weights all change "
            "sign, incoming and outgoing, computes the same.",
        ),
        Misconception(
            "signs counted for every activation",
            lambda hidden_sizes, odd: _copies(hidden_sizes, True),
            "With `odd` false your count is too large: a ReLU of −z is not minus the ReLU of z, so flipping "
            "a unit changes the function.",
        ),
        Misconception(
            "units exchanged between layers",
            lambda hidden_sizes, odd: factorial(sum(hidden_sizes)) * (2 ** sum(hidden_sizes) if odd else 1),
            "You let a unit of one layer change places with a unit of another. Only units of the same layer "
            "are interchangeable.",
        ),
        Misconception(
            "counts of the layers added",
            lambda hidden_sizes, odd: sum(factorial(k) * (2**k if odd else 1) for k in hidden_sizes),
            "For one layer your count is right. With two, every form of the first goes with every form of "
            "the second.",
        ),
        Misconception(
            "one sign for a whole layer",
            lambda hidden_sizes, odd: prod(factorial(k) * (2 if odd else 1) for k in hidden_sizes),
            "You count one sign for each layer. Every unit has a sign of its own.",
        ),
    ),
)


# 03.3 ------------------------------------------------------------------------------------------


def _networks() -> list[tuple[Array, Array, Array, int, int]]:
    """Return incoming weights, biases, outgoing weights and the two units of small random networks."""
    rng = np.random.default_rng(33)
    shapes = [(4, 3, 4, 1, 2), (5, 2, 6, 0, 3)]  # as many outputs as units or more: the wrong axis works too
    return [
        (rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=(outputs, k)), i, j)
        for k, d, outputs, i, j in shapes
    ]


def _swap(W: Array, b: Array, V: Array, i: int, j: int) -> Matrices:
    order = np.arange(len(b))
    order[[i, j]] = j, i
    return W[order], b[order], V[:, order]


def _swap_in_copies(W: Array, b: Array, V: Array, i: int, j: int) -> Matrices:
    W, b, V = W.copy(), b.copy(), V.copy()
    W[[i, j]], b[[i, j]], V[:, [i, j]] = W[[j, i]], b[[j, i]], V[:, [j, i]]
    return W, b, V


def _overwriting(W: Array, b: Array, V: Array, i: int, j: int) -> Matrices:
    W, b, V = W.copy(), b.copy(), V.copy()
    W[i], W[j] = W[j], W[i]
    b[i], b[j] = b[j], b[i]
    V[:, i], V[:, j] = V[:, j], V[:, i]
    return W, b, V


def _rows_of_outgoing(W: Array, b: Array, V: Array, i: int, j: int) -> Matrices:
    W, b, _ = _swap(W, b, V, i, j)
    rows = np.arange(len(V))
    rows[[i, j]] = j, i
    return W, b, V[rows]


SWAP = Exercise(
    id="03.3",
    title="Swap two units",
    accepts=function(_swap, _networks(), rtol=1e-9, outputs=("W", "b", "V")),
    hints=(
        "Which numbers belong to unit i? It reads, it has a bias, and somebody listens to it.",
        "Row i of W, entry i of b, column i of V. Swap all three with those of unit j.",
        "Make an array of indices 0, 1, 2, … with i and j exchanged, and index W, b and V by it. Indexing "
        "with an array makes a copy.",
    ),
    model=Solution(
        code="""
def swap_units(W, b, V, i, j):
    order = np.arange(len(b))
    order[[i, j]] = j, i
    return W[order], b[order], V[:, order]

exercise("03.3").check(swap_units)
""",
        explanation="All that belongs to a unit moves together: its row of W, its bias, and its column of V. "
        "The sum over units in V φ(Wz + b) then has the same terms in another order.",
    ),
    right_answers=(_swap, _swap_in_copies),
    misconceptions=(
        Misconception(
            "outgoing weights left behind",
            lambda W, b, V, i, j: (*_swap(W, b, V, i, j)[:2], V),
            "W and b are swapped, V is not. The next layer still listens in the old order, so it hears "
            "unit j where unit i was.",
        ),
        Misconception(
            "bias left behind",
            lambda W, b, V, i, j: (_swap(W, b, V, i, j)[0], b, _swap(W, b, V, i, j)[2]),
            "The weights are swapped, the biases are not: each unit now fires at the other one's threshold.",
        ),
        Misconception(
            "rows of the outgoing weights",
            _rows_of_outgoing,
            "You exchange two rows of V, which are output units. Hidden unit i is heard through column i.",
        ),
        Misconception(
            "row overwritten before it is read",
            _overwriting,
            "Both rows hold the same numbers now. `W[i], W[j] = W[j], W[i]` works for lists; the rows of an "
            "array are views, and the first assignment changes what the second one reads.",
        ),
    ),
)


# 03.4 ------------------------------------------------------------------------------------------


def _unit_weights() -> list[tuple[Array, float, Array]]:
    rng = np.random.default_rng(34)
    return [
        (rng.normal(size=d), float(rng.normal()), rng.normal(size=m)) for d, m in ((2, 1), (4, 3), (1, 5))
    ]


def _joined(w: Any, b: Any, v: Any) -> Array:
    return np.concatenate([np.atleast_1d(np.asarray(part, dtype=float)) for part in (w, b, v)])


def _flat(w: Array, b: float, v: Array) -> Array:
    return _joined(w, b, -v)


def _aligned(came: Array, right: Array) -> Array:
    """Return what came with the length of the right vector, on its side."""
    size = float(np.linalg.norm(came)) or 1.0
    return np.asarray(came * np.copysign(np.linalg.norm(right) / size, came @ right or 1.0))


def _flat_by_differences(w: Array, b: float, v: Array) -> Array:
    up, down = 1 + 1e-6, 1 - 1e-6
    return (_joined(up * w, up * b, v / up) - _joined(down * w, down * b, v / down)) / 2e-6


_wrong: Callable[[Any, Any, Any], Any] = lambda w, b, v: _joined(w, b, 1 / v)  # noqa: E731

FLAT_DIRECTION = Exercise(
    id="03.4",
    title="The flat direction of a ReLU unit",
    accepts=function(_flat, _unit_weights(), result=partial(direction, degrees=1e-3), align=_aligned),
    hints=(
        "Write down the parameters of the unit after a rescaling by β, as a curve in parameter space: where "
        "is it at β = 1?",
        "The direction of a curve is its derivative. Differentiate (βw, βb, v/β) with respect to β.",
        "At β = 1 the derivative of v/β is −v.",
    ),
    model=Solution(
        code="""
def flat_direction(w, b, v):
    return np.concatenate([w, [b], -v])

exercise("03.4").check(flat_direction)
""",
        explanation="The curve (βw, βb, v/β) has constant loss; its tangent at β = 1 is (w, b, −v). The "
        "gradient is orthogonal to it everywhere, and at a critical point it is an eigenvector with λ = 0.",
    ),
    right_answers=(_flat, _flat_by_differences, lambda w, b, v: -3 * np.hstack([w, b, -v])),
    misconceptions=(
        Misconception(
            "all weights grow together",
            lambda w, b, v: _joined(w, b, v),
            "Along your direction incoming and outgoing weights both grow, and so does what the unit "
            "contributes. One has to shrink as the other grows.",
        ),
        Misconception(
            "bias left out of the rescaling",
            lambda w, b, v: _joined(w, 0 * b, -v),
            "βφ(z) = φ(βz) needs the whole of z = w·a + b to be scaled: the bias takes part.",
        ),
        Misconception(
            "reciprocal weights for the derivative",
            _wrong,
            "The outgoing weights become v/β, one and the same β for all of them. Your direction holds "
            "1/v, entry by entry.",
        ),
        Misconception(
            "incoming weights alone",
            lambda w, b, v: _joined(w, b, 0 * v),
            "You scale what comes in and leave what goes out: the unit then contributes β times as much.",
        ),
    ),
)
