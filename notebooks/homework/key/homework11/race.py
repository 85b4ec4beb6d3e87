"""Task hw11.5: how soon divisors of a gradient leave a saddle, and who wins a race, by whose count."""

from __future__ import annotations

from math import hypot, log, log1p

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

# Measured by the model solution below, which the tests run against these numbers.
_STEPS = {"descent": 926, "axis": 23, "turned": 470, "rows": 666, "gauss_newton": 935}
_DIVISORS = {
    "descent": 1,
    "axis": 0.02,
    "turned": 0.505,
    "rows": hypot(0.495, 0.505) + 0.01,
    "gauss_newton": 1.01,
}
# When the formula is there, between two steps.
_BETWEEN = {name: log(1e4) / log1p(0.01 / divisor) for name, divisor in _DIVISORS.items()}
_WORDS = {"per_step": "Krylov", "per_gradient": "Adam", "on_others": "Momentum"}
_NUMBERS = {"wins": 5, "ratio": 3.0363, "with_search": 0.75908}
_MEASURED: dict[str, float | str] = {**_STEPS, **_WORDS, **_NUMBERS}
_METHODS = ("Momentum", "Adam", "Krylov")

RACE = Exercise(
    id="hw11.5",
    title="Who leaves, and who wins",
    accepts=parts(
        **{name: number(value, 1e-4) for name, value in _STEPS.items()},  # counts: no other is right
        **{name: choice(value, _METHODS) for name, value in _WORDS.items()},
        **{name: number(value, 1e-2) for name, value in _NUMBERS.items()},
    ),
    hints=(
        "Along an eigenvector of P⁻¹H with the eigenvalue μ a step multiplies the distance by 1 − μ. Here "
        "every P is a multiple of the identity, or has H's eigenvectors.",
        "`turned`, `rows`: write down H in turned coordinates: both diagonal entries are (1 − 0.01)/2, the "
        "other two (1 + 0.01)/2 in size.",
        "`run.value[k]` and `run.cost[k]` are the loss and what has been paid after k steps; within a "
        "budget: `run.value[run.cost <= 60]`.",
        "`with_search`: Momentum pays 60 for each of the two rates that lose, and for the third what it "
        "takes to come below 0.3.",
    ),
    model=Solution(
        code="""
from course_utils import optimizers as opt
from course_utils.datasets import load
from course_utils.networks import MLP

digits = load("mnist-10x10")
few = digits.subset(200)
network = MLP([100, 8, 10], few.inputs, few.targets)
others = MLP([100, 8, 10], digits.test_inputs[:1000], digits.test_targets[:1000])
start = network.initial(np.random.default_rng(0))
tried = {("Momentum", rate): opt.Momentum(rate, 0.9) for rate in (0.03, 0.1, 0.3)}
tried |= {("Adam", rate): opt.Adam(rate) for rate in (0.003, 0.01, 0.03)}
tried["Krylov", 1.0] = opt.KrylovSaddleFreeNewton(10, inner_steps=1)
runs = {}
for name, method in tried.items():
    runs[name] = opt.minimize(network, method, start, 8 if name[0] == "Krylov" else 60)

def steps(divisor):  # along the way down, whose curvature is −0.01
    return np.ceil(np.log(1e4) / np.log(1 + 0.01 / divisor))

def lowest(values):
    return min(values, key=values.get)[0]

last = {name: np.flatnonzero(run.cost <= 60)[-1] for name, run in runs.items()}
ends = {name: runs[name].value[k] for name, k in last.items()}
below = {name: run.cost[np.argmax(run.value < 0.3)] for name, run in runs.items()}
krylov, momentum = below["Krylov", 1.0], below["Momentum", 0.3]
exercise("hw11.5").check(
    descent=steps(1),
    axis=steps(0.01 + 0.01),
    turned=steps(0.495 + 0.01),
    rows=steps(np.hypot(0.495, 0.505) + 0.01),
    gauss_newton=steps(1 + 0.01),
    per_step=lowest({name: run.value[5] for name, run in runs.items()}),
    per_gradient=lowest(ends),
    on_others=lowest({name: others.value(runs[name].x[k]) for name, k in last.items()}),
    wins=sum(
        ends["Momentum", m] < ends["Adam", a] for m in (0.03, 0.1, 0.3) for a in (0.003, 0.01, 0.03)
    ),
    ratio=krylov / momentum,
    with_search=krylov / (60 + 60 + momentum),
)
""",
        explanation="A gentle way down is left soon by what divides by its own size, in its own "
        "coordinates. Of the race one can tell any story: by steps Krylov, by gradients Adam, on other "
        "images Momentum; and with the search for a rate counted, Krylov before Momentum.",
    ),
    right_answers=(_MEASURED, {**_MEASURED, "per_step": "krylov", "ratio": 3.04, "with_search": 0.759}),
    misconceptions=(
        Misconception(
            "divisor that does not notice a turn",
            {**_MEASURED, "turned": 23, "rows": 23},
            "`turned`, `rows`: neither the diagonal nor the row norms of turned coordinates are the size of "
            "the way down.",
        ),
        Misconception(
            "time between two steps for a count of steps",
            {**_MEASURED, **_BETWEEN},
            "Steps are counted in whole numbers: after which one is it far enough away for the first time?",
        ),
        Misconception(
            "diagonal without effect",
            {**_MEASURED, "axis": 926},
            "`axis`: along the coordinates |Hᵢᵢ| is the size of the way down itself.",
        ),
        Misconception(
            "Gauss–Newton matrix that sees the way down",
            {**_MEASURED, "gauss_newton": 23},
            "`gauss_newton`: it has no negative eigenvalue; along the way down it is 1 here.",
        ),
        Misconception(
            "winner by steps for the winner",
            {**_MEASURED, "per_gradient": "Krylov"},
            "`per_gradient`: with 60 gradients Krylov makes two steps. Look at the cost.",
        ),
        Misconception(
            "winner in training for the winner on others",
            {**_MEASURED, "on_others": "Adam"},
            "`on_others`: compute the loss on the other images. The lowest loss in training is not the "
            "lowest there.",
        ),
        Misconception(
            "better method in every pair",
            {**_MEASURED, "wins": 0},
            "`wins`: the best Adam is better than the best Momentum. Compare all nine pairs of rates.",
        ),
        Misconception(
            "steps for gradients",
            {**_MEASURED, "ratio": 5 / 40},
            "`ratio`: that is the ratio of steps. A step of Krylov costs many gradients.",
        ),
        Misconception(
            "search for nothing",
            {**_MEASURED, "with_search": 3.0363},
            "`with_search`: the two rates that lost were paid for as well, 60 gradients each.",
        ),
    ),
)
