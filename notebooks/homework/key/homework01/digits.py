"""Task hw01.6: the curvature that the gradient of a real network feels, before and after training."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.datasets import load
from course_utils.networks import MLP
from course_utils.optimizers import Momentum, minimize
from key.stored import once

_CUTOFF = 1e-4  # of λ_max: above all rounding, so that the count is the same on every machine


def _measured() -> tuple[dict[str, float], dict[str, float]]:
    """Return the numbers asked for, and what else is needed for the misconceptions."""
    digits = load("mnist-10x10").subset(500)
    network = MLP([100, 5, 10], digits.inputs, digits.targets)
    start = network.initial(np.random.default_rng(4))
    trained = minimize(network, Momentum(0.1, 0.9), start, 100, record="ends").x[-1]
    ratios, squares = [], []
    for x in (start, trained):
        H, g = network.hessian(x), network.gradient(x)
        squares.append(float(g @ g))
        ratios.append(float(g @ H @ g / (g @ g) / (np.trace(H) / network.dim)))
    values, vectors = np.linalg.eigh(H)
    down = vectors[:, 0] * -np.sign(vectors[:, 0] @ g)
    distances = np.linspace(0, 10, 1001)
    ahead, behind = (network.value(trained + s * distances[:, None] * down) for s in (1, -1))
    asked = {
        "negative_share": float(np.mean(values < -_CUTOFF * values[-1])),
        "ratio_start": ratios[0],
        "ratio_trained": ratios[1],
        "best_step": float(distances[ahead.argmin()]),
    }
    beside = {
        "dim": network.dim,
        "any_negative": float(np.mean(values < 0)),
        "uphill_step": float(distances[behind.argmin()]),
        "square_start": squares[0],
        "square_trained": squares[1],
    }
    return asked, beside


_RIGHT, _BESIDE = once(_measured)

DIGITS_CURVATURE = Exercise(
    id="hw01.6",
    title="The curvature that a gradient feels",
    data={"cutoff": _CUTOFF},
    accepts=parts(
        negative_share=number(_RIGHT["negative_share"], rtol=0.04),  # one eigenvalue more or less
        ratio_start=number(_RIGHT["ratio_start"], rtol=0.02),
        ratio_trained=number(_RIGHT["ratio_trained"], rtol=0.02),
        best_step=number(_RIGHT["best_step"], rtol=0.01),
    ),
    hints=(
        "`network.hessian(x)` is the whole matrix, 565 by 565; `np.linalg.eigh` takes a few hundredths of a "
        "second for it.",
        "The curvature along g is gᵀHg / gᵀg. Along a random direction it is tr H / n on average.",
        "Turn v so that gᵀv ≤ 0, then look at `network.value(x + t[:, None] * v)` for all t at once.",
    ),
    model=Solution(
        code="""
from course_utils.datasets import load
from course_utils.networks import MLP
from course_utils.optimizers import Momentum, minimize

digits = load("mnist-10x10").subset(500)
network = MLP([100, 5, 10], digits.inputs, digits.targets)
start = network.initial(np.random.default_rng(4))
trained = minimize(network, Momentum(0.1, 0.9), start, 100).x[-1]
ratios = []
for x in (start, trained):
    g, H = network.gradient(x), network.hessian(x)
    ratios.append((g @ H @ g / (g @ g)) / (np.trace(H) / network.dim))
eigenvalues, eigenvectors = np.linalg.eigh(H)
v = eigenvectors[:, 0]
v = -v if g @ v > 0 else v
t = np.linspace(0, 10, 1001)
exercise("hw01.6").check(
    negative_share=np.mean(eigenvalues < -1e-4 * eigenvalues[-1]),
    ratio_start=ratios[0],
    ratio_trained=ratios[1],
    best_step=t[network.value(trained + t[:, None] * v).argmin()],
)
""",
        explanation="At the start g lies in the steep directions; training removes just that part, and what "
        "is left feels less curvature than a random direction. Down the negative direction only the loss "
        "itself ends the step.",
    ),
    right_answers=(
        _RIGHT,
        {**_RIGHT, "negative_share": round(_RIGHT["negative_share"] * _BESIDE["dim"]) / _BESIDE["dim"]},
    ),
    misconceptions=(
        Misconception(
            "rounding counted as negative curvature",
            {**_RIGHT, "negative_share": _BESIDE["any_negative"]},
            "You counted every eigenvalue below 0, and dozens are zeros that rounding made negative. Use the "
            "cutoff of the text.",
        ),
        Misconception(
            "gradient left at its own length",
            {
                **_RIGHT,
                "ratio_start": _RIGHT["ratio_start"] * _BESIDE["square_start"],
                "ratio_trained": _RIGHT["ratio_trained"] * _BESIDE["square_trained"],
            },
            "gᵀHg shrinks with the square of ‖g‖. A curvature belongs to the direction alone.",
        ),
        Misconception(
            "trace taken for the mean curvature",
            {
                **_RIGHT,
                "ratio_start": _RIGHT["ratio_start"] / _BESIDE["dim"],
                "ratio_trained": _RIGHT["ratio_trained"] / _BESIDE["dim"],
            },
            "You compared with tr H. The mean over random directions is smaller: by which factor?",
        ),
        Misconception(
            "eigenvector followed uphill",
            {**_RIGHT, "best_step": _BESIDE["uphill_step"]},
            "An eigenvector comes with either sign. You went to the side on which the slope points up at "
            "first: look at gᵀv.",
        ),
    ),
)
