"""Task hw10.5: a minimum in a wider network and in two parts, and the end of a search that is none."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

# Measured by the model solution below, which the tests run against these numbers.
_MEASURED: dict[str, float | str] = {
    "split": 4,
    "level": 2,
    "idle": 3,
    "rest": 0.021308,
    "bears": 0.00095772,
    "model": "saddle",
    "slope": 0.017922,
    "left": 0.97232,
    "after": 1.2907,
}
_WORDS = ("minimum", "saddle")

TAKEN_APART = Exercise(
    id="hw10.5",
    title="One minimum, and one that is none",
    accepts=parts(
        **{
            name: choice(value, _WORDS) if isinstance(value, str) else number(value, 1e-2)
            for name, value in _MEASURED.items()
        }
    ),
    hints=(
        "`NarrowerNetwork(wide, (1, 1, 1)).embed(x)` has an idle unit in the place of the fourth; "
        "`split_unit(wide, …, 1, 3, 0.4)` gives it a part of the second one.",
        "G = `ggn_operator(network, x).matrix()` and R = `network.hessian(x) - G`. `rest` is the root of the "
        "mean of the squared eigenvalues; `bears` comes from your task 4.",
        "`model`: would H₀ + σW, with σ as large as R, still have no negative eigenvalue?",
        "`left`, `after`: in the eigenbasis of H at `end`, leave out the parts with |λ| ≤ 2·10⁻³; divide the "
        "other ones by λ for the step.",
    ),
    model=Solution(
        code="""
from scipy.optimize import brentq

from course_utils.critical_points import NarrowerNetwork, find_minimum, split_unit
from course_utils.datasets import load
from course_utils.experiments import critical_points
from course_utils.networks import MLP, ggn_operator

digits = load("mnist-10x10").subset(1000)
few = digits.targets < 4
quarters = digits.inputs[few].reshape(-1, 2, 5, 2, 5).mean(axis=(2, 4)).reshape(-1, 4)
quarters = (quarters - quarters.mean(axis=0)) / quarters.std(axis=0)
wanted = np.eye(4)[digits.targets[few]]
narrow, wide = (MLP([4, units, 4], quarters, wanted, loss="squared_error") for units in (3, 4))
x = find_minimum(narrow, narrow.initial(np.random.default_rng(1)))
network, results = critical_points.digits_network(), critical_points.shipped_results()
end = results.rows[np.flatnonzero(~results.column("certified"))[10]]["parameters"]

idle = NarrowerNetwork(wide, (1, 1, 1)).embed(x)
spectrum = np.linalg.eigvalsh(wide.hessian(split_unit(wide, idle, 1, 3, 0.4)))
G = ggn_operator(narrow, x).matrix()
rest = np.sqrt(np.mean(np.linalg.eigvalsh(narrow.hessian(x) - G) ** 2))
values = np.linalg.eigvalsh(G)  # task 4: where the maximum is, and the size at which it is zero
top = brentq(lambda x: np.mean(x / (values - x) ** 2 - 1 / (values - x)), 0, (1 - 1e-9) * values[0])
bears = 1 / np.sqrt(np.mean(1 / (values - top) ** 2))

g = network.gradient(end)
eigenvalues, V = np.linalg.eigh(network.hessian(end))
flat, parts = abs(eigenvalues) <= 2e-3, V.T @ g
step = -V @ np.where(flat, 0, parts / eigenvalues)
exercise("hw10.5").check(
    split=np.sum(spectrum < -1e-9),
    level=np.sum(abs(spectrum) <= 1e-9),
    idle=np.sum(np.linalg.eigvalsh(wide.hessian(idle)) < -1e-9),
    rest=rest,
    bears=bears,
    model="minimum" if rest <= bears else "saddle",
    slope=np.linalg.norm(g),
    left=np.linalg.norm(parts[flat]) / np.linalg.norm(g),
    after=np.linalg.norm(network.gradient(end + step)) / np.linalg.norm(g),
)
""",
        explanation="A certified minimum is a saddle as soon as one of its units is doubled, and the model "
        "would call it a saddle as it stands. The end of the search has a small slope that no Newton step "
        "takes away.",
    ),
    right_answers=(
        _MEASURED,
        {**_MEASURED, "rest": 0.0213, "bears": 9.58e-4, "model": "Saddle", "after": 1.29},
    ),
    misconceptions=(
        Misconception(
            "minimum that outlives its splitting",
            {**_MEASURED, "split": 0},
            "`split`: with these outputs the copies of a unit have ways down, whatever the share. Take the "
            "Hessian of `wide` at the split point.",
        ),
        Misconception(
            "line of shares as the only flat direction",
            {**_MEASURED, "level": 1},
            "`level`: one zero comes from the share. The targets of an example add up to 1 and so do the "
            "answers here: what does that mean for B?",
        ),
        Misconception(
            "way down for every output",
            {**_MEASURED, "idle": 4},
            "`idle`: each singular value of M above zero is a way down. The errors of an example add up to "
            "zero.",
        ),
        Misconception(
            "square root of a sum of squares",
            {**_MEASURED, "rest": 0.11864},
            "`rest`: that is the root of the sum. A σW of that size has σ² as the *mean* of its squared "
            "eigenvalues.",
        ),
        Misconception(
            "half of the lowest for what a Hessian bears",
            {**_MEASURED, "bears": 0.00021192},
            "`bears`: half of the lowest eigenvalue would be right if all were equal.",
        ),
        Misconception(
            "certificate against the model",
            {**_MEASURED, "model": "minimum"},
            "`model`: that is what the point is. What would the model say, which knows only sizes?",
        ),
        Misconception(
            "slope of zero where a search has ended",
            {**_MEASURED, "slope": 0.0},
            "`slope`: a search can end where the gradient no longer falls. Compute it.",
        ),
        Misconception(
            "Newton step that takes all",
            {**_MEASURED, "left": 0.0, "after": 0.0},
            "`left`, `after`: your step divides by every eigenvalue, also by those that are nearly zero. "
            "Leave these out, and look at the gradient where the step ends.",
        ),
    ),
)
