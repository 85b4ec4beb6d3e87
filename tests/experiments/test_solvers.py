"""Solvers at a saddle: SciPy's live, other libraries' stored, and ours, which leave."""

import re
import tomllib

import nbformat
import numpy as np
import pytest
import scipy.optimize

from course_utils.experiments import solvers
from course_utils.objectives import min_max_saddle
from course_utils.optimizers import CubicNewton, NegativeCurvatureDescent, NewtonCG, TrustRegionNewton
from tests.tools import ROOT

FROM_VALUES = {"Nelder-Mead", "Powell", "COBYLA", "COBYQA"}
OURS = {
    "negative curvature": NegativeCurvatureDescent(0.1, hessian_lipschitz=10.0),
    "cubic": CubicNewton(),
    "trust region": TrustRegionNewton(),
    "Newton-CG": NewtonCG(),
}


def test_exactly_at_the_saddle_only_methods_without_a_gradient_leave():
    ends = solvers.by_scipy(solvers.saddle_between_minima(), solvers.STARTS["saddle"])
    assert len(ends) == 15
    assert {name for name, end in ends.items() if end.verdict == "leaves"} == FROM_VALUES
    assert sum(end.said == "success" for end in ends.values()) >= 14


def test_on_the_ridge_one_trust_region_method_leaves():
    ends = solvers.by_scipy(solvers.saddle_between_minima(), solvers.STARTS["ridge"])
    region = {name: ends[name].verdict for name in ("trust-exact", "trust-ncg", "trust-krylov", "dogleg")}
    assert region.pop("trust-exact") == "leaves"
    assert "leaves" not in region.values()


@pytest.mark.parametrize("start", [(1.0, 1.0), (-2.0, 2.0), (0.5, -0.5)])
def test_newton_cg_reports_success_on_a_slope_where_it_has_not_moved(start):
    """Along −g, where its search begins, the curvature of x₁² − x₂² is exactly zero: what lesson 06 shows."""
    f = min_max_saddle()
    assert np.linalg.norm(f.gradient(start)) > 1
    end = scipy.optimize.minimize(f.value, start, method="Newton-CG", jac=f.gradient, hess=f.hessian)
    assert (end.success, end.nit) == (True, 1)
    assert end.x.tolist() == list(start)


@pytest.mark.parametrize(
    ("p", "q", "stays"), [(1, 0, False), (2, 1, False), (3, 2, False), (1, 1, True), (1, 2, False)]
)
def test_powell_stays_at_a_saddle_that_is_turned_by_45_degrees(p, q, stays):
    """Along both axes the function rises then; it is exact, so that no rounding decides."""

    def turned(x):
        u, v, square = p * x[0] + q * x[1], p * x[1] - q * x[0], p * p + q * q
        return (u**2 - v**2) / square + v**4 / (4 * square**2)

    end = scipy.optimize.minimize(turned, (0.0, 0.0), method="Powell")
    assert end.success
    assert end.fun == pytest.approx(0 if stays else -1, abs=1e-6)


def lesson(number):
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return nbformat.read(path, as_version=4).cells


def test_lesson_04_shows_who_leaves_and_names_all_fifteen():
    (cell,) = [cell for cell in lesson("04") if "by_scipy" in cell.source]
    printed = cell.outputs[0].text
    leave, stay, success = printed.splitlines()
    assert set(leave.partition(": ")[2].split(", ")) == FROM_VALUES
    assert set((leave + ", " + stay.partition(": ")[2]).partition(": ")[2].split(", ")) == set(
        solvers.SCIPY_METHODS
    )
    assert success == "15 report success"


@pytest.mark.parametrize("number", ["04", "06"])
def test_lessons_point_to_the_table_of_all_fifteen(number):
    text = "\n".join(cell.source for cell in lesson(number))
    (section,) = re.findall(r"Lesson 08, section (\d+),\s+(?:starts all of these|has the table)", text)
    cells = lesson("08")
    (table,) = [k for k, cell in enumerate(cells) if "in solvers.SCIPY_METHODS" in cell.source]
    before = "\n".join(cell.source for cell in cells[:table])
    assert re.findall(r"^## (\d+) ·", before, re.M)[-1] == section


@pytest.mark.parametrize("number", ["06", "08"])
def test_lessons_name_the_versions_of_scipy_that_were_tried_from_the_lowest_allowed_on(number):
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    (lowest,) = [need.partition(">=")[2].partition(",")[0] for need in needs if need.startswith("scipy>")]
    text = "\n".join(cell.source for cell in lesson(number) if cell.cell_type == "markdown")
    (named,) = re.findall(r"SciPy (\d+\.\d+\.\d+), (\d+\.\d+\.\d+) and (\d+\.\d+\.\d+)", text)
    assert named[0].startswith(f"{lowest}.")


@pytest.mark.parametrize("place", solvers.STARTS)
def test_ours_leave_from_everywhere(place):
    ends = solvers.by_ours(solvers.saddle_between_minima(), OURS, solvers.STARTS[place], 400)
    assert {end.verdict for end in ends.values()} == {"leaves"}


def test_the_stored_table_is_of_the_same_function_and_starts():
    table = solvers.shipped()
    assert {place: tuple(start) for place, start in table["starts"].items()} == dict(solvers.STARTS)
    f = solvers.saddle_between_minima()
    for row in table["solvers"]:
        assert table["versions"][row["library"]]
        for end in row["ends"].values():
            if end["x"] is not None:
                assert float(f.value(end["x"])) == pytest.approx(end["value"], abs=1e-5)


def test_what_the_facts_of_the_stored_table_rest_on():
    ends = solvers.stored_ends(solvers.shipped())
    gradient = [row["solver"] for row in solvers.shipped()["solvers"] if row["uses"] != "values only"]
    at_saddle = {name for name in gradient if ends[name]["saddle"].verdict == "leaves"}
    assert at_saddle == {"iminuit MIGRAD", "Pymanopt TrustRegions, use_rand"}
    assert ends["CMA-ES, σ = 1e-3"]["saddle"].verdict == "leaves"
    assert ends["CMA-ES, σ = 1e-6"]["saddle"].verdict == "saddle"
    assert ends["SPSA (noisyopt)"]["saddle"].verdict == "saddle"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(-1.0, "leaves"), (0.0, "saddle"), (1e-9, "saddle"), (-0.5, "neither"), (None, "neither")],
)
def test_verdicts(value, verdict):
    assert solvers.End(value, "").verdict == verdict
