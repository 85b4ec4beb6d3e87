"""Task hw04.5: the ways down that a spare unit opens, on real digits."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.critical_points import find_minimum
from course_utils.datasets import load
from course_utils.networks import MLP, embed_zero_units
from course_utils.optimizers import GradientDescent, minimize
from key.stored import once

Array = NDArray[np.float64]

_DECAY, _RATE, _OFFSET, _DROP, _SPARE = 0.03, 0.1, 1e-6, 1e-4, 3


def trained_narrow() -> tuple[MLP, Array]:
    """Return the network of the task, two tanh units on three hundred digits, and its minimum."""
    digits = load("mnist-10x10").subset(300)
    centred = digits.inputs - digits.inputs.mean(axis=0)
    inputs = centred @ np.linalg.svd(centred, full_matrices=False)[2][:10].T
    narrow = MLP([10, 2, 10], inputs / inputs.std(axis=0), digits.targets, weight_decay=_DECAY)
    return narrow, find_minimum(narrow, narrow.initial(np.random.default_rng(0)))


def _measured() -> tuple[dict[str, Any], Array]:
    """Return the numbers asked for, and the singular values that explain them."""
    narrow, x = trained_narrow()
    errors = narrow.predict(x) - np.eye(10)[narrow.targets]
    read = np.column_stack([narrow.inputs, np.ones(narrow.examples)])
    sigma = np.linalg.svd(errors.T @ read / narrow.examples, compute_uv=False)
    wide, y = embed_zero_units(narrow, x, 0)
    eigenvalues, V = np.linalg.eigh(wide.hessian(y))
    run = minimize(wide, GradientDescent(_RATE), y + _OFFSET * V[:, 0], 600)
    index = int(np.sum(eigenvalues < -1e-9))
    steps = int(np.argmax(run.value < wide.value(y) - _DROP))
    measured = {"index": index, "lowest": float(eigenvalues[0]), "three": _SPARE * index, "steps": steps}
    return measured, np.asarray(sigma, dtype=np.float64)


_RIGHT, _SIGMA = once(_measured)
_DOWN = -_RIGHT["lowest"]
_NEEDED = sqrt(2 * _DROP / _DOWN)  # the distance at which the loss has fallen by the drop

SPARE_UNIT = Exercise(
    id="hw04.5",
    title="The ways down of a spare unit",
    data={"weight_decay": _DECAY, "learning_rate": _RATE, "offset": _OFFSET, "drop": _DROP},
    accepts=parts(
        index=number(_RIGHT["index"], rtol=1e-6),
        lowest=number(_RIGHT["lowest"], rtol=0.005),
        three=number(_RIGHT["three"], rtol=1e-6),
        steps=number(_RIGHT["steps"], rtol=0.006),
    ),
    hints=(
        "With all weights of the new unit at zero, which second derivatives that involve it are not zero? "
        "Differentiate once by a weight in and once by a weight out.",
        "These form M = (1/N) Σ (answer − target)(inputs, 1)ᵀ, and weight decay adds itself on the diagonal: "
        "the eigenvalues are weight decay ± σᵢ(M). Which of them are negative?",
        "At the distance x from the saddle along the lowest eigenvector the loss has fallen by ½|λ|x², and x "
        "grows by 1 + η|λ| in each step.",
    ),
    model=Solution(
        code="""
from key.homework04.spare_unit import trained_narrow
from course_utils.networks import embed_zero_units
from course_utils.optimizers import GradientDescent, minimize

narrow, x = trained_narrow()
errors = narrow.predict(x) - np.eye(10)[narrow.targets]
read = np.column_stack([narrow.inputs, np.ones(300)])
sigma = np.linalg.svd(errors.T @ read / 300, compute_uv=False)
index = int(np.sum(sigma > 0.03))
wide, y = embed_zero_units(narrow, x, 0)
lowest, V = np.linalg.eigh(wide.hessian(y))
run = minimize(wide, GradientDescent(0.1), y + 1e-6 * V[:, 0], 600)
steps = np.argmax(run.value < wide.value(y) - 1e-4)
exercise("hw04.5").check(index=index, lowest=0.03 - sigma[0], three=3 * index, steps=steps)
""",
        explanation="Each spare unit has the eigenvalues weight decay ± σᵢ(M), on its own: only those "
        "directions in which the errors pull harder than the weight decay lead down.",
    ),
    right_answers=(
        _RIGHT,
        {
            **_RIGHT,
            "lowest": _DECAY - _SIGMA[0],
            "steps": log(_NEEDED / _OFFSET) / log(1 + _RATE * _DOWN),
        },
    ),
    misconceptions=(
        Misconception(
            "nine for every network",
            {**_RIGHT, "index": 9, "three": 27},
            "`index`: nine is what the lesson's network has, with a weak weight decay. Count the negative "
            "eigenvalues here.",
        ),
        Misconception(
            "weight decay left out",
            {**_RIGHT, "lowest": -_SIGMA[0]},
            "`lowest`: that is −σ₁(M). Weight decay curves the loss up in every direction.",
        ),
        Misconception(
            "spare units share their ways down",
            {**_RIGHT, "three": _RIGHT["index"]},
            "`three`: each spare unit can go down on its own. How many blocks has the Hessian?",
        ),
        Misconception(
            "escape to a distance of one",
            {**_RIGHT, "steps": log(1 / _OFFSET) / log(1 + _RATE * _DOWN)},
            "`steps`: that is the time to a distance of 1. The loss has fallen by 0.0001 much earlier.",
        ),
        Misconception(
            "steps of the gradient flow",
            {**_RIGHT, "steps": log(_NEEDED / _OFFSET) / (_RATE * _DOWN)},
            "`steps`: close, but a step multiplies the offset by 1 + η|λ|, not by e to the η|λ|. Measure it.",
        ),
    ),
)
