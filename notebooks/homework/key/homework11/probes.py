"""Task hw11.2: what random probes tell of a diagonal and of row norms, and how soon."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_H = np.array([[2.0, 3.0, 1.0], [3.0, -1.0, -2.0], [1.0, -2.0, 4.0]])
_BESIDE = float(_H[0] @ _H[0] - _H[0, 0] ** 2)
_SQUARES = _H[2] ** 2
_TRUTH = {
    "one_probe": np.sqrt(_BESIDE),
    "probes": _BESIDE / (0.1 * _H[0, 0]) ** 2,
    "gaussian": (_BESIDE + 2 * _H[0, 0] ** 2) / (0.1 * _H[0, 0]) ** 2,
    "row": float(_SQUARES.sum()),
    "row_spread": float(np.sqrt(2 * (_SQUARES.sum() ** 2 - _SQUARES @ _SQUARES))),
}

PROBES = Exercise(
    id="hw11.2",
    title="What a probe tells",
    data={"H": _H},
    accepts=parts(**{name: number(value, 1e-3) for name, value in _TRUTH.items()}),
    hints=(
        "z₁(Hz)₁ = H₁₁z₁² + H₁₂z₁z₂ + H₁₃z₁z₃. With signs the first term is no random number.",
        "The mean of m probes has a variance that is m times smaller.",
        "For normal z the mean of z⁴ is 3, so z² has the variance 2.",
        "`row_spread`: (Hz)ᵢ² − Σⱼ Hᵢⱼ² is the sum of 2 HᵢⱼHᵢₖ zⱼzₖ over pairs j < k, whose products of "
        "signs are uncorrelated.",
    ),
    model=Solution(
        code="""
beside = 3**2 + 1**2
squares = np.array([1.0, 4.0, 16.0])
exercise("hw11.2").check(
    one_probe=np.sqrt(beside),
    probes=beside / (0.1 * 2) ** 2,
    gaussian=(beside + 2 * 2**2) / (0.1 * 2) ** 2,
    row=squares.sum(),
    row_spread=np.sqrt(2 * (squares.sum() ** 2 - squares @ squares)),
)
""",
        explanation="What a probe misses of the diagonal is what lies beside it, and that is what a row norm "
        "adds to it. A diagonal needs hundreds of probes; optimizers take one every so often, and average "
        "over steps.",
    ),
    right_answers=(_TRUTH, {**_TRUTH, "one_probe": 3.1623, "row_spread": 18.33}),
    misconceptions=(
        Misconception(
            "variance for deviation",
            {**_TRUTH, "one_probe": 10.0},
            "`one_probe`: that is the variance. Asked for is the standard deviation, its root.",
        ),
        Misconception(
            "diagonal counted as noise",
            {**_TRUTH, "one_probe": np.sqrt(14.0), "probes": 350.0},
            "`one_probe`, `probes`: z₁² is 1 for a sign, so that H₁₁ comes out exactly and adds no noise.",
        ),
        Misconception(
            "error that falls with the number of probes",
            {**_TRUTH, "probes": np.sqrt(10.0) / 0.2, "gaussian": np.sqrt(18.0) / 0.2},
            "`probes`, `gaussian`: the deviation falls with the root of their number, not with the number.",
        ),
        Misconception(
            "normal numbers as good as signs",
            {**_TRUTH, "gaussian": 250.0},
            "`gaussian`: z₁² is no longer 1; what does H₁₁z₁² add?",
        ),
        Misconception(
            "variance 1 of a squared normal number",
            {**_TRUTH, "gaussian": 350.0},
            "`gaussian`: the variance of z₁² is not 1. The mean of z⁴ is 3.",
        ),
        Misconception(
            "root taken too early",
            {**_TRUTH, "row": np.sqrt(21.0)},
            "`row`: that is the row norm. Asked for is the mean of the squares.",
        ),
        Misconception(
            "row norm known from one probe",
            {**_TRUTH, "row_spread": 0.0},
            "`row_spread`: (Hz)₃ is 1, 3, 5 or 7 in size, by the signs. That spreads.",
        ),
    ),
)
