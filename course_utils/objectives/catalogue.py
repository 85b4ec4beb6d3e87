"""Every named test function of the course, by name."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Objective
from course_utils.objectives.cliff import RecurrentCliff
from course_utils.objectives.many_dimensions import Rastrigin, Rosenbrock, curvature_trio
from course_utils.objectives.octopus import Octopus
from course_utils.objectives.planar import (
    curved_ravine,
    degenerate_valley,
    flat_direction,
    hills,
    himmelblau,
    min_max_saddle,
    monkey_saddle,
    plateau,
)
from course_utils.objectives.quadratic import quadratic, rotated_quadratic
from course_utils.objectives.strict_saddles import (
    ExpectedPhaseRetrieval,
    MatrixFactorization,
    PhaseRetrieval,
    TensorDecomposition,
)


def catalogue() -> dict[str, Objective]:
    """Return every named test function: name → Objective, in the order in which lessons meet them."""
    functions: list[Objective] = [
        *curvature_trio(),
        quadratic([1.0, 1.0], name="round bowl"),
        rotated_quadratic((10.0, 1.0), 0.5, name="tilted bowl"),
        quadratic([1.0, 100.0], name="ill-conditioned bowl"),
        quadratic([-1.0, -2.0], name="dome"),
        min_max_saddle(),
        monkey_saddle(),
        degenerate_valley(),
        flat_direction(4),
        flat_direction(4, -1),
        flat_direction(3),
        plateau(),
        Rosenbrock(),
        Rosenbrock(5),
        himmelblau(),
        Rastrigin(),
        Rastrigin(10),
        hills(),
        curved_ravine(),
        RecurrentCliff(),
        *strict_saddle_problems(),
        Octopus(),
        Octopus(5),
    ]
    return {function.name: function for function in functions}


def strict_saddle_problems() -> tuple[Objective, ...]:
    """Return small examples, two in the plane, of the problems in `strict_saddles`, all with known points."""
    turned = np.array([[0.8, 0.6], [-0.6, 0.8]])
    vectors = np.random.default_rng(8).standard_normal((40, 4))
    return (
        MatrixFactorization(turned @ np.diag([2.0, 0.5]) @ turned.T),
        MatrixFactorization(np.diag([3.0, 2.0, 1.0]), 2),
        TensorDecomposition(turned),
        TensorDecomposition(np.eye(4)),
        ExpectedPhaseRetrieval([0.8, 0.6]),
        ExpectedPhaseRetrieval([1.0, -2.0, 0.5]),
        PhaseRetrieval(vectors, [1.0, -0.5, 0.25, 2.0]),
    )
