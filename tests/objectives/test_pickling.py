"""Objectives in other processes: every one of the course, and the reader's own."""

import copy
import pickle

import numpy as np
import pytest

from course_utils import objectives
from course_utils.objectives import (
    GaussianLandscape,
    Planar,
    Tabulated,
    Wells,
    catalogue,
    from_function,
    hills_detour,
    pickled_by_name,
)
from tests.tools.spawned import check_round_trip, concrete_classes


def bent(x):
    return x[0] ** 2 + np.sin(x[1])


def height(a, b):
    return a**2 + b**2


def slopes(a, b):
    return 2 * a, 2 * b


def bends(a, b):
    return 2 + 0 * a, 0 * a, 2 + 0 * b


@pickled_by_name
def my_bowl(steepness, *, name="my bowl"):
    """As CONTRIBUTING.md writes a new objective: lambdas in a function of a module."""
    return Planar(
        name,
        lambda a, b: steepness * (a**2 + b**2),
        lambda a, b: (2 * steepness * a, 2 * steepness * b),
        lambda a, b: (2 * steepness + 0 * a, 0 * a, 2 * steepness + 0 * b),
        critical_points=[((0, 0), "minimum")],
    )


EVERY = {
    **catalogue(),
    **{
        objective.name: objective
        for objective in (
            objectives.two_wells(0.3),
            objectives.flat_direction(5, -1),
            objectives.plateau(slope=0.1),
            objectives.curved_ravine(7.0),
            Wells((-1.0, 2.0)),
            hills_detour(),
            GaussianLandscape([[0.5, -1.0], [1.0, 1.0]], [2.0, -1.0], [0.4, 0.8]),
            from_function(bent, 2),
            Planar("formulas of a module", height, slopes, bends, critical_points=[((0, 0), "minimum")]),
            my_bowl(3.0),
            my_bowl(2.0, name="my other bowl"),
        )
    },
    "a spline of hills": Tabulated(objectives.hills(), 21),
    "other parameters of a plateau": objectives.plateau(slope=0.3),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_objective_comes_through_a_spawned_process(name, spawned):
    check_round_trip(EVERY[name], spawned)


def test_no_class_of_objectives_is_left_out():
    with_a_library = {objectives.TorchObjective, objectives.JaxObjective}  # in the tests of their modules
    assert concrete_classes("objectives") - with_a_library <= {type(f) for f in EVERY.values()}


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda f: pickle.loads(pickle.dumps(f))])
def test_what_was_set_on_an_objective_goes_along(twin):
    f = objectives.plateau(slope=0.1)
    f.name, f.domain = "a shelf", ((-1.0, 1.0), (0.0, 3.0))
    again = twin(twin(f))
    assert (again.name, again.domain) == ("a shelf", ((-1.0, 1.0), (0.0, 3.0)))
    assert again.gradient([0.0, 0.0])[1] == f.gradient([0.0, 0.0])[1] == pytest.approx(-0.1)
    f.name = "of this one alone"
    assert again.name == "a shelf"


def test_lambdas_can_be_copied_but_not_pickled():
    f = Planar("mine", lambda a, b: a + b, lambda a, b: (1, 1), lambda a, b: (0, 0, 0))
    assert copy.deepcopy(f).value([1.0, 2.0]) == copy.copy(f).value([1.0, 2.0]) == 3
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(f)
