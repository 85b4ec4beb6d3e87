"""Send an objective to a process that starts from nothing, as all processes do on Windows and macOS."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from course_utils.objectives import Objective
from tests.tools.derivatives import points_in_domain


def answers(objective: Objective, x: np.ndarray) -> dict[str, Any]:
    """Return all that an objective says of itself and of the points ``x`` (..., n)."""
    return {
        "type": type(objective),
        "name": objective.name,
        "dim": objective.dim,
        "domain": objective.domain,
        "critical points": [(point.x, point.kind) for point in objective.critical_points],
        "value": objective.value(x),
        "gradient": objective.gradient(x),
        "Hessian": objective.hessian(x),
    }


def answer_elsewhere(pickled: bytes, x: np.ndarray) -> tuple[dict[str, Any], bytes]:
    """Return the answers of a pickled objective, and the objective pickled again; runs in that process."""
    # Unpickled here, not by the pool: what fails then fails one test, instead of ending the process.
    objective = pickle.loads(pickled)
    return answers(objective, x), pickle.dumps(objective)


def check_round_trip(objective: Objective, pool: ProcessPoolExecutor) -> None:
    """Check that ``objective`` says the same in a process of ``pool``, and after the way back."""
    x = points_in_domain(objective, (2,), np.random.default_rng(0))
    there, back = pool.submit(answer_elsewhere, pickle.dumps(objective), x).result()
    assert_same(there, answers(objective, x))
    assert_same(answers(pickle.loads(back), x), answers(objective, x))


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compare exactly, except that sums over many numbers may be added up in another order."""
    for key, ours in expected.items():
        if key in ("value", "gradient", "Hessian"):
            size = 1 + np.abs(ours).max()
            np.testing.assert_allclose(found[key], ours, rtol=0, atol=1e-14 * size, err_msg=key)
        else:
            np.testing.assert_equal(found[key], ours, err_msg=key)


def concrete_classes(room: str) -> set[type[Objective]]:
    """Return the classes of objectives that a package of the course, for example "networks", defines."""
    found, waiting = set(), [Objective]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(f"course_utils.{room}.") and not kind.__abstractmethods__:
            found.add(kind)
    return found
