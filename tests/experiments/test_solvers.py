"""Solvers at a saddle: SciPy's live, other libraries' stored, and ours, which leave."""

import pytest

from course_utils.experiments import solvers
from course_utils.optimizers import CubicNewton, NegativeCurvatureDescent, NewtonCG, TrustRegionNewton

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
