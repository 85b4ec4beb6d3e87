"""Exercises 06.6 and 06.7: what size costs, and what a subspace does to the absolute value."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, number

# 06.6 ------------------------------------------------------------------------------------------

COST = Exercise(
    id="06.6",
    title="A network ten times as large",
    data={"times_larger": 10},
    accepts=number(100.0),
    hints=(
        "How does the work of an eigendecomposition grow with the number of parameters n? And a gradient's?",
        "n³ against n: both grow, one of them faster.",
        "1000-fold work for the decomposition, 10-fold for the gradient.",
    ),
    model=Solution(
        code="""
times = exercise("06.6").data["times_larger"]
exercise("06.6").check(times**3 / times)
""",
        explanation="The decomposition costs some n³ operations, a gradient (on fixed data) some n: their "
        "ratio grows like n².",
    ),
    right_answers=(100, np.float64(10) ** 2),
    misconceptions=(
        Misconception(
            "gradient of unchanged cost",
            1000.0,
            "That is the growth of the decomposition alone. The larger network's gradient costs more too.",
        ),
        Misconception(
            "both grow alike",
            1.0,
            "A gradient touches every parameter a few times; a decomposition mixes all rows with all rows.",
        ),
        Misconception(
            "entries of the matrix counted",
            10.0,
            "The matrix has n² entries, so forming it grows like that. Its eigenvectors cost n times more.",
        ),
        Misconception(
            "gradient growth multiplied on",
            10_000.0,
            "You multiplied the two growths. The question asks for the one measured in the other.",
        ),
    ),
)


# 06.7 ------------------------------------------------------------------------------------------

_HESSIAN = np.diag([2.0, -5.0])  # vᵀHv is negative and no −1: the size matters, and its powers differ
_BASIS = np.array([[1.0, 1.0]]) / np.sqrt(2)

SUBSPACE = Exercise(
    id="06.7",
    title="Project first, or take sizes first?",
    data={"hessian": _HESSIAN, "basis": _BASIS},
    accepts=parts(projected_first=array([[1.5]]), absolute_first=array([[3.5]])),
    hints=(
        "With one row v in V both are a single number: the size of vᵀHv, and vᵀ|H|v.",
        "vᵀHv is a mean of the eigenvalues, here with equal weights. Of which numbers is vᵀ|H|v the mean?",
        "The size of the mean of 2 and −5, and the mean of 2 and 5.",
    ),
    model=Solution(
        code="""
H, V = exercise("06.7").data["hessian"], exercise("06.7").data["basis"]
exercise("06.7").check(projected_first=np.abs(V @ H @ V.T), absolute_first=V @ np.abs(H) @ V.T)
""",
        explanation="Projected first, positive and negative curvature cancel before the size is taken, and "
        "the step becomes too long. They agree when the subspace is invariant. (H is diagonal, so |H| has "
        "the sizes of its entries; and a 1 × 1 matrix is its own eigenvalue.)",
    ),
    right_answers=(
        {"projected_first": np.abs(_BASIS @ _HESSIAN @ _BASIS.T), "absolute_first": 3.5},
        {"projected_first": [[1.5]], "absolute_first": _BASIS @ np.diag([2.0, 5.0]) @ _BASIS.T},
    ),
    misconceptions=(
        Misconception(
            "row of length two for a unit row",
            {"projected_first": [[3.0]], "absolute_first": [[7.0]]},
            "Both are twice too large: the row of V has length 1, with entries 1/√2.",
        ),
        Misconception(
            "absolute value commutes with projection",
            {"projected_first": [[3.5]], "absolute_first": [[3.5]]},
            "They differ here: in vᵀHv the positive eigenvalue cancels a part of the negative one.",
        ),
        Misconception(
            "projected curvature with its sign",
            {"projected_first": [[-1.5]], "absolute_first": [[3.5]]},
            "`projected_first`: vᵀHv is negative here. Its size is asked for.",
        ),
        Misconception(
            "curvature cancels on both sides",
            {"projected_first": [[1.5]], "absolute_first": [[1.5]]},
            "`absolute_first`: after the sizes are taken there is nothing negative left to cancel.",
        ),
    ),
)
