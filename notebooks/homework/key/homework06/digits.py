"""Task hw06.5: leaving a certified saddle of a network that reads digits."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.exercises.homework06.start import MOVED

# Measured by the model solution below, which the tests run against these numbers.
_MEASURED = {
    "index": 9,
    "at_the_saddle": 0.0,
    "gradient_descent": 75,
    "saddle_free": 9,
    "newton_factor": 0.641,
    "price": 101.8,
    "krylov_price": 5.012,
}


ON_DIGITS = Exercise(
    id="hw06.5",
    title="Out of a certified saddle",
    accepts=parts(
        **{
            name: number(value, rtol=1e-2 if name in ("newton_factor", "price", "krylov_price") else 1e-3)
            for name, value in _MEASURED.items()
        }
    ),
    hints=(
        "`minimize(network, method, start, steps)` returns `x` of shape (steps + 1, n) and `cost`, both "
        "from the start on. `np.abs((run.x - saddle) @ v)` is the distance along v at every step.",
        "`np.argmax(distance > 0.1)` is the first step at which it is larger. The price is `run.cost` at "
        "that step, over the same number of gradient descent.",
        "`newton_factor` is the distance along v after one step over the one before. Compare it with the "
        "formula of task 1, with the λ_min of this saddle.",
    ),
    model=Solution(
        code="""
from course_utils import optimizers as opt
from course_utils.experiments import critical_points
from course_utils.optimizers import minimize

results = critical_points.shipped_results()
row = next(i for i, task in enumerate(results.tasks) if task["copies"] == "1+1+1+1")
network, saddle = critical_points.digits_network(), results.rows[row]["parameters"]
eigenvalues, V = np.linalg.eigh(network.hessian(saddle))
v = V[:, 0]

def leave(method, steps):
    run = minimize(network, method, saddle + 1e-3 * v, steps)
    step = int(np.argmax(np.abs((run.x - saddle) @ v) > 0.1))
    return step, run.cost[step]

gd, gd_cost = leave(opt.GradientDescent(0.25), 100)
sfn, sfn_cost = leave(opt.SaddleFreeNewton(0.1), 12)
krylov, krylov_cost = leave(opt.KrylovSaddleFreeNewton(20, damping=0.1), 12)
newton = minimize(network, opt.Newton(0.1), saddle + 1e-3 * v, 1).x[-1]
stuck = minimize(network, opt.SaddleFreeNewton(0.1), saddle, 10).x[-1]
exercise("hw06.5").check(
    index=np.sum(eigenvalues < 0), at_the_saddle=np.linalg.norm(stuck - saddle), gradient_descent=gd,
    saddle_free=sfn, newton_factor=abs((newton - saddle) @ v) / 1e-3,
    price=sfn_cost / gd_cost, krylov_price=krylov_cost / gd_cost,
)
""",
        explanation="The factors of task 1 hold in a network of 565 parameters. Fewer steps are not less "
        "work: each exact one costs hundreds of gradients.",
    ),
    right_answers=(
        _MEASURED,
        {**_MEASURED, "at_the_saddle": 1e-13, "price": 102, "krylov_price": 5.01},
    ),
    misconceptions=(
        Misconception(
            "steps compared for work",
            {**_MEASURED, "price": 9 / 75, "krylov_price": 9 / 75},
            "You divided numbers of steps. A step of one method is not the work of a step of another: use "
            "`run.cost`.",
        ),
        Misconception(
            "escape without a push",
            {**_MEASURED, "at_the_saddle": 0.1},
            "`at_the_saddle`: you started beside the saddle. Start exactly on it, without the push along v.",
            detect=MOVED,
        ),
        Misconception(
            "half the parameters negative",
            {**_MEASURED, "index": 282},
            "`index`: that would be about half of all eigenvalues. Count the negative ones of this Hessian.",
        ),
        Misconception(
            "Newton expected to leave",
            {**_MEASURED, "newton_factor": 1.719},
            "`newton_factor`: that is the factor of the saddle-free step. Measure it for Newton with damping "
            "0.1, which is less than half of |λ_min|.",
        ),
    ),
)
