"""Every named test function of the course, by name."""

from __future__ import annotations

from course_utils.objectives.base import Objective
from course_utils.objectives.cliff import RecurrentCliff
from course_utils.objectives.many_dimensions import Rastrigin, Rosenbrock, curvature_trio
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
    ]
    return {function.name: function for function in functions}
