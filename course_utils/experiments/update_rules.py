"""What libraries do under the names clipping and Adam: stored answers, and the formulas that give them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.datasets import read_checked
from course_utils.objectives import Array

SHIPPED = "update-rules.json"
_TORCH = 1e-6  # in the denominator of `torch.nn.utils.clip_grad_norm_`


def shipped() -> dict[str, Any]:
    """Return the stored answers, made by ``data/update_rules.py``; errors as in `read_checked`.

    It holds "versions" by library, the "cases" (gradients of two variables, and a threshold), under
    "clipping" what each call makes of them, and under "first_steps" how long a first step of Adam is, as a
    multiple of the learning rate, by the size of the gradient.
    """
    table: dict[str, Any] = json.loads(read_checked(SHIPPED))
    return table


def clipped(call: str, gradients: ArrayLike, threshold: float) -> Array:
    """Return what the formula of a library's call makes of the gradients of several variables.

    Parameters
    ----------
    call : ``"torch clip_grad_norm_"``: all times min(1, h/(‖g‖ + 1e-6)). ``"keras clipnorm"``: each variable
        times min(1, h/‖gᵢ‖). ``"optax clip_by_global_norm"``, ``"keras global_clipnorm"``: all times
        min(1, h/‖g‖).
    gradients : (variables, n), not zero.
    threshold : h > 0.

    Raises
    ------
    ValueError
        If there is no such call.
    """
    g = np.asarray(gradients, dtype=np.float64)
    whole = float(np.linalg.norm(g))
    match call:
        case "torch clip_grad_norm_":
            return g * min(1.0, threshold / (whole + _TORCH))
        case "keras clipnorm":
            each = np.linalg.norm(g, axis=-1, keepdims=True)
            return np.asarray(g * np.minimum(1.0, threshold / np.where(each > 0, each, threshold)))
        case "optax clip_by_global_norm" | "keras global_clipnorm":
            return g * min(1.0, threshold / whole)
    raise ValueError(f"call must be one of those of the stored table, got {call!r}")


def first_step(call: str, gradient: float) -> float:
    """Return a first step of Adam as a multiple of the learning rate, by the formula of a library's call.

    |g|/(|g| + 1e-8), in which ε is added after the bias is corrected (Kingma & Ba 2015, Algorithm 1); Keras
    adds ε = 1e-7 before, as at the end of the paper's section 2: √(1 − β₂)|g|/(√(1 − β₂)|g| + 1e-7) with
    β₂ = 0.999.

    Raises
    ------
    ValueError
        If the call is not of Adam.
    """
    if "dam" not in call:
        raise ValueError(f"call must be one of Adam, got {call!r}")
    size, floor = (np.sqrt(1 - 0.999) * abs(gradient), 1e-7) if "keras" in call else (abs(gradient), 1e-8)
    return float(size / (size + floor))


def clipping_rows(table: Mapping[str, Any], case: str) -> list[tuple[str, Array, float]]:
    """Return for a case of the stored table each call, the gradients after it and their length together."""
    return [
        (call, np.asarray(answers[case]["after"], dtype=np.float64), float(answers[case]["length"]))
        for call, answers in table["clipping"].items()
    ]
