"""Task hw08.6: gradient noise beside a certified saddle where two units are copies."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

# Measured by the model solution below, which the tests run against these numbers.
_MEASURED = {
    "index": 19,
    "along": 0.0,
    "average": 0.04869,
    "beside": 1.0321e-4,
    "doubled": 3.988,
    "fall": 9.206e-4,
}
_TOLERANCE = dict.fromkeys(_MEASURED, 1e-2) | {"index": 1e-3, "along": 1e-6}

NOISE = Exercise(
    id="hw08.6",
    title="Noise beside a saddle made of copies",
    accepts=parts(**{name: number(value, _TOLERANCE[name]) for name, value in _MEASURED.items()}),
    hints=(
        "`eigenvalues, V = np.linalg.eigh(network.hessian(saddle))`, and v is `V[:, 0]`.",
        "Square the 1,000 slopes first, then average: `np.mean(example_slopes(network, theta, u) ** 2)`.",
        "`minimize(network, opt.CubicNewton(), saddle, 1)` returns `value` with two entries, before and "
        "after the step.",
    ),
    model=Solution(
        code="""
from course_utils import optimizers as opt
from course_utils.experiments import critical_points
from course_utils.networks import example_slopes
from course_utils.optimizers import minimize

results = critical_points.shipped_results()
rows = [i for i, task in enumerate(results.tasks) if task["copies"] == "2+1+1+1"]
network, saddle = critical_points.digits_network(), results.rows[rows[3]]["parameters"]
directions = np.random.default_rng(0).normal(size=(50, network.dim))
directions /= np.linalg.norm(directions, axis=1, keepdims=True)
eigenvalues, V = np.linalg.eigh(network.hessian(saddle))
v = V[:, 0]

def noise_at(theta, u):
    return np.mean(example_slopes(network, theta, u) ** 2)

run = minimize(network, opt.CubicNewton(), saddle, 1)
exercise("hw08.6").check(
    index=np.sum(eigenvalues < 0), along=noise_at(saddle, v), average=noise_at(saddle, directions),
    beside=noise_at(saddle + 0.005 * v, v),
    doubled=noise_at(saddle + 0.01 * v, v) / noise_at(saddle + 0.005 * v, v),
    fall=run.value[0] - run.value[1],
)
""",
        explanation="v has opposite signs on the two copies, and every example gives both the same "
        "gradient: no noise along v at all, with plenty elsewhere. Beside the saddle it comes back with the "
        "square of the distance. The cubic step needs none.",
    ),
    right_answers=(_MEASURED, {**_MEASURED, "along": 4.5e-31, "doubled": 4, "average": 0.0487}),
    misconceptions=(
        Misconception(
            "noise of an average direction along v",
            {**_MEASURED, "along": 0.04869},
            "`along`: that is the noise in an average direction. Take v itself, the eigenvector of the "
            "lowest eigenvalue.",
        ),
        Misconception(
            "squares of slopes that were averaged first",
            {**_MEASURED, "average": 0.0},
            "`average`: the mean of the slopes is the slope of the whole loss, and that is zero here. Square "
            "each slope before you average.",
        ),
        Misconception(
            "noise that grows with the distance",
            {**_MEASURED, "doubled": 2.0},
            "`doubled`: the *slopes* grow with the distance. N is a mean of their squares.",
        ),
        Misconception(
            "fall of gradient descent at a saddle",
            {**_MEASURED, "fall": 0.0},
            "`fall`: a step made of the gradient goes nowhere from here. The cubic model has its minimum "
            "along v: is the run that of `opt.CubicNewton()`, with one step?",
        ),
    ),
)
