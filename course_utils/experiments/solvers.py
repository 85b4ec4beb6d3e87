"""The solvers that people use, started at a saddle, on its ridge and beside it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils.datasets import read_checked
from course_utils.objectives import Objective, Planar, pickled_by_name
from course_utils.optimizers import Optimizer, minimize

SHIPPED = "solvers.json"
STARTS: Mapping[str, tuple[float, float]] = {"saddle": (0.0, 0.0), "ridge": (1.0, 0.0), "beside": (1.0, 1e-8)}
SCIPY_METHODS: tuple[Any, ...] = (  # literals that SciPy's own types name
    "Nelder-Mead",
    "Powell",
    "CG",
    "BFGS",
    "Newton-CG",
    "L-BFGS-B",
    "TNC",
    "COBYLA",
    "COBYQA",
    "SLSQP",
    "trust-constr",
    "dogleg",
    "trust-ncg",
    "trust-exact",
    "trust-krylov",
)
_WITH_HESSIAN = {"Newton-CG", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov"}
_WITHOUT_GRADIENT = {"Nelder-Mead", "Powell", "COBYLA", "COBYQA"}
_NEAR = 1e-2


@pickled_by_name
def saddle_between_minima() -> Planar:
    """f = x₁² − x₂² + ¼x₂⁴: a saddle at 0 between two minima, of −1 at (0, ±√2)."""
    deep = float(np.sqrt(2.0))
    return Planar(
        "saddle between minima",
        lambda a, b: a**2 - b**2 + b**4 / 4,
        lambda a, b: (2 * a, -2 * b + b**3),
        lambda a, b: (2 + 0 * a, 0 * a, -2 + 3 * b**2),
        critical_points=[((0, 0), "saddle"), ((0, deep), "minimum"), ((0, -deep), "minimum")],
    )


class End(NamedTuple):
    """Where a solver ended: its value there, None if it returned no finite point, and what it says."""

    value: float | None
    said: str

    @property
    def verdict(self) -> str:
        """In a word: "leaves" for a minimum, "saddle" for a height of 0, both within 1 %, else "neither"."""
        if self.value is None:
            return "neither"
        if self.value < -1 + _NEAR:
            return "leaves"
        return "saddle" if abs(self.value) < _NEAR else "neither"


def by_scipy(objective: Objective, start: tuple[float, float]) -> dict[str, End]:
    """Return where each of SciPy's fifteen methods of `scipy.optimize.minimize` ends, with default options.

    They get the exact gradient and Hessian where they take one.
    """
    import scipy.optimize

    def height(x: Any) -> float:
        return float(objective.value(x))

    ends = {}
    for method in SCIPY_METHODS:
        derivatives: dict[str, Any] = {}
        if method not in _WITHOUT_GRADIENT:
            derivatives["jac"] = objective.gradient
        if method in _WITH_HESSIAN:
            derivatives["hess"] = objective.hessian
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result: Any = scipy.optimize.minimize(
                height,
                np.array(start),
                method=method,
                **derivatives,
            )
        finite = bool(np.isfinite(result.fun))
        said = "success" if result.success else f"status {result.status}"
        ends[method] = End(float(result.fun) if finite else None, said)
    return ends


def by_ours(
    objective: Objective, methods: Mapping[str, Optimizer], start: tuple[float, float], steps: int
) -> dict[str, End]:
    """Return where optimizers of the course end after ``steps`` steps."""
    ends = {}
    for name, method in methods.items():
        run = minimize(objective, method, np.array(start), steps, record="ends")
        value, norm = float(run.value[-1]), float(run.gradient_norm[-1])
        ends[name] = End(value, "at rest" if norm < 1e-6 else "moving")
    return ends


def shipped() -> dict[str, Any]:
    """Return the stored table of other libraries, made by ``data/solvers.py``; errors as in `read_checked`.

    It holds "versions" by name, the "starts" and the "solvers" with their ends.
    """
    table: dict[str, Any] = json.loads(read_checked(SHIPPED))
    return table


def stored_ends(table: Mapping[str, Any]) -> dict[str, dict[str, End]]:
    """Return solver → place → `End` of a stored table."""
    return {
        row["solver"]: {place: End(end["value"], end["said"]) for place, end in row["ends"].items()}
        for row in table["solvers"]
    }
