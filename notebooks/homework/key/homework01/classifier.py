"""Tasks hw01.1 and hw01.2: the Hessians of two classifiers without hidden units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

Array = NDArray[np.float64]

# hw01.1 ----------------------------------------------------------------------------------------

_CLASSES, _PIXELS, _SQUARED_LENGTH = 10, 100, 15.0
_p = 1 / _CLASSES
_RIGHT: dict[str, Any] = {
    "largest": _SQUARED_LENGTH * _p,
    "zeros": _CLASSES * _PIXELS - (_CLASSES - 1),
    "mean_curvature": _SQUARED_LENGTH * (1 - _p) / (_CLASSES * _PIXELS),
    "negative": "never",
}
_OUTPUT_HESSIAN = _p * np.eye(_CLASSES) - _p**2  # diag(p) − ppᵀ at equal probabilities
_BY_FACTORS = {
    "largest": np.linalg.eigvalsh(_OUTPUT_HESSIAN)[-1] * _SQUARED_LENGTH,
    "zeros": np.int64(_CLASSES * _PIXELS - np.linalg.matrix_rank(_OUTPUT_HESSIAN)),
    "mean_curvature": np.trace(_OUTPUT_HESSIAN) * _SQUARED_LENGTH / 1000,
    "negative": "Never.",
}

SOFTMAX_HESSIAN = Exercise(
    id="hw01.1",
    title="The Hessian of a softmax classifier",
    data={"classes": _CLASSES, "pixels": _PIXELS, "squared_length": _SQUARED_LENGTH},
    accepts=parts(
        largest=number(_RIGHT["largest"]),
        zeros=number(_RIGHT["zeros"], rtol=1e-6),
        mean_curvature=number(_RIGHT["mean_curvature"]),
        negative=choice("never", ("never", "for some W", "for every W")),
    ),
    hints=(
        "First differentiate the loss twice with respect to the ten outputs z. What becomes of a second "
        "derivative when z = Wa is put in?",
        "The Hessian in z is diag(p) − ppᵀ, the one in W its Kronecker product with aaᵀ: eigenvalues "
        "multiply. Which p belongs to W = 0?",
        "uᵀ(diag(p) − ppᵀ)u is the variance of a number that takes the value u_k with probability p_k.",
    ),
    model=Solution(
        code="""
classes, pixels, squared_length = 10, 100, 15.0
p = np.full(classes, 1 / classes)
of_outputs = np.diag(p) - np.outer(p, p)
exercise("hw01.1").check(
    largest=squared_length / classes,
    zeros=classes * pixels - (classes - 1),
    mean_curvature=np.trace(of_outputs) * squared_length / (classes * pixels),
    negative="never",
)
""",
        explanation="H = (diag(p) − ppᵀ) ⊗ aaᵀ. One image curves the loss in 9 of 1,000 directions, equally "
        "at W = 0, and never downwards: uᵀ(diag(p) − ppᵀ)u is a variance.",
    ),
    right_answers=(_RIGHT, _BY_FACTORS),
    misconceptions=(
        Misconception(
            "ten classes, ten curved directions",
            {**_RIGHT, "zeros": _CLASSES * _PIXELS - _CLASSES},
            "What happens to the probabilities when the same number is added to all ten outputs? That "
            "direction is flat, too.",
        ),
        Misconception(
            "diagonal entry taken for an eigenvalue",
            {**_RIGHT, "largest": _SQUARED_LENGTH * _p * (1 - _p)},
            "p(1 − p) stands on the diagonal of diag(p) − ppᵀ. The entries beside it change the eigenvalues: "
            "try a direction u with Σ uₖ = 0.",
        ),
        Misconception(
            "image left out of the curvature",
            {**_RIGHT, "largest": _p, "mean_curvature": (1 - _p) / (_CLASSES * _PIXELS)},
            "That is the curvature with respect to the outputs z. The weights reach z through a, and a "
            "enters a second derivative twice.",
        ),
        Misconception(
            "length of the image in place of its square",
            {**_RIGHT, "largest": np.sqrt(_SQUARED_LENGTH) * _p},
            "‖a‖ enters once for each of the two derivatives.",
        ),
        Misconception(
            "trace not shared among the parameters",
            {**_RIGHT, "mean_curvature": _SQUARED_LENGTH * (1 - _p)},
            "That is the trace. The mean over random directions shares it among all parameters.",
        ),
        Misconception(
            "every classifier has saddles",
            {**_RIGHT, "negative": "for some W"},
            "Networks with hidden units have negative curvature. Here z is linear in W: whose sign decides "
            "about uᵀ(diag(p) − ppᵀ)u?",
        ),
    ),
)

# hw01.2 ----------------------------------------------------------------------------------------


def logistic_hvp(w: Array, inputs: Array, labels: Array, v: Array) -> Array:
    """Return Hv, shape like ``v`` (..., n), of the mean of log(1 + exp(−y aᵀw)) at ``w`` (n,).

    H = Aᵀ diag(s) A / N with s = σ(m)(1 − σ(m)), m = y aᵀw; even in m, so |m| avoids the overflow.
    """
    falling = np.exp(-np.abs(labels * (inputs @ w)))
    product: Array = ((v @ inputs.T) * (falling / (1 + falling) ** 2)) @ inputs / len(inputs)
    return product


def _problems(seed: int = 102) -> list[tuple[Array, Array, Array, Array]]:
    rng = np.random.default_rng(seed)
    made = []
    for examples, n in ((1, 2), (6, 3), (40, 5)):
        inputs = rng.normal(size=(examples, n))
        labels = np.where(rng.random(examples) < 0.5, -1.0, 1.0)
        made.append((rng.normal(size=n), inputs, labels, rng.normal(size=n)))
    return made


def _by_sigmoid(w: Array, inputs: Array, labels: Array, v: Array) -> Array:
    sigmoid = 1 / (1 + np.exp(-labels * (inputs @ w)))
    return np.asarray(inputs.T @ (sigmoid * (1 - sigmoid) * (inputs @ v)) / labels.size)


def _by_matrix(w: Array, inputs: Array, labels: Array, v: Array) -> Array:
    slope = 1 / (4 * np.cosh(inputs @ w / 2) ** 2)
    return np.asarray(np.einsum("i,ij,ik->jk", slope, inputs, inputs) @ v / len(labels))


def _sigmoid_itself(w: Array, inputs: Array, labels: Array, v: Array) -> Array:
    sigmoid = 1 / (1 + np.exp(-labels * (inputs @ w)))
    return np.asarray(inputs.T @ (sigmoid * (inputs @ v)) / len(labels))


def _label_kept(w: Array, inputs: Array, labels: Array, v: Array) -> Array:
    sigmoid = 1 / (1 + np.exp(-labels * (inputs @ w)))
    return np.asarray(inputs.T @ (labels * sigmoid * (1 - sigmoid) * (inputs @ v)) / len(labels))


LOGISTIC_HVP = Exercise(
    id="hw01.2",
    title="A Hessian-vector product of logistic regression",
    accepts=function(logistic_hvp, _problems(), rtol=1e-8),
    hints=(
        "The derivative of log(1 + exp(−m)) is −σ(−m), and σ′ = σ(1 − σ). What does the chain rule add for "
        "m = y aᵀw?",
        "H = Aᵀ diag(s) A / N with s = σ(m)(1 − σ(m)). From which end should Xᵀ diag(s) X v be multiplied?",
        "s is the same for m and −m: with e = exp(−|m|) it is e/(1 + e)², and e never overflows.",
    ),
    model=Solution(
        code="""
def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-np.abs(labels * (inputs @ w)))
    s = e / (1 + e) ** 2
    return (s * (v @ inputs.T)) @ inputs / len(inputs)

exercise("hw01.2").check(logistic_hvp)
""",
        explanation="Hv = Xᵀ(s ∘ Xv)/N takes two products with X and no matrix of n × n. The labels drop "
        "out: y² = 1, and s does not change with the sign of the margin.",
    ),
    right_answers=(logistic_hvp, _by_sigmoid, _by_matrix),
    misconceptions=(
        Misconception(
            "sum over the examples in place of the mean",
            lambda w, inputs, labels, v: logistic_hvp(w, inputs, labels, v) * len(labels),
            "The loss is a mean over the examples; so is its Hessian.",
        ),
        Misconception(
            "sigmoid taken for its derivative",
            _sigmoid_itself,
            "σ(m) belongs to the gradient. The Hessian differentiates once more: what is σ′?",
        ),
        Misconception(
            "label counted in the curvature",
            _label_kept,
            "The label enters the margin twice, once for each derivative. What is y² for y = ±1?",
        ),
        Misconception(
            "curvature of least squares",
            lambda w, inputs, labels, v: inputs.T @ (inputs @ v) / len(labels),
            "XᵀX/N is the Hessian of the squared error, the same everywhere. The logistic loss bends most "
            "where the margin is near 0.",
        ),
    ),
)

FRESH = function(logistic_hvp, _problems(9102), rtol=1e-8)
