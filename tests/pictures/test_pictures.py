"""Pictures with a path name its run in every panel: it can be played, and its steps are linked."""

import numpy as np
import pytest

from course_utils import pictures
from course_utils.curvature.sharpness import sharpness
from course_utils.objectives import himmelblau, quadratic
from course_utils.optimizers import GradientDescent, Momentum, minimize
from course_utils.widgets import Line


def monitor():
    run = minimize(quadratic([1.0, 10.0]), GradientDescent(0.05), [1.0, 1.0], 30)
    steps = np.arange(0, 31, 10)
    return pictures.training_monitor({"slow": run}, {"slow": sharpness(run.objective, run.x[steps])}, steps)


def explore():
    both = [GradientDescent(0.01), Momentum(0.01)]
    return pictures.explore(himmelblau(), both, reference=GradientDescent(0.02), steps=20)


def destinations():
    methods = {"descent": (GradientDescent(0.01), 30)}
    return pictures.destinations(himmelblau(), methods, start=(-1.0, 2.0), resolution=9)


def walk():
    run = minimize(quadratic([1.0, 10.0, 3.0]), GradientDescent(0.05), [1.0, 1.0, 1.0], 30)
    return pictures.run_and_walk(run.x)


@pytest.mark.parametrize(
    ("make", "runs", "panels"),
    [
        (explore, {"GradientDescent", "Momentum", "reference"}, {"landscape", "loss"}),
        (lambda: pictures.basin_explorer(himmelblau(), resolution=20), {"one run"}, {"map", "loss"}),
        (pictures.stability_limit, {"gradient descent"}, {"plane", "loss"}),
        (
            pictures.way_round,
            {"in the plane, x₃ = 0", "with the third coordinate"},
            {"plane", "height", "loss"},
        ),
        (pictures.ridge_escape, {"gradient descent"}, {"plane", "time"}),
        (pictures.iterated_unit, {"t"}, {"states", "slopes"}),
        (pictures.catapult, {"no clipping", "clip the norm", "clip the components"}, {"plane", "loss"}),
        (monitor, {"slow"}, {"loss", "norm", "sharp"}),
        (destinations, {"one run"}, {"map", "loss"}),
        (walk, {"both paths"}, {"run", "walk", "projection"}),
        (pictures.field_walk, {"gradient descent"}, {"slice", "plane"}),
        (pictures.glass_descent, {"descent"}, {"sheet", "plane"}),
    ],
)
def test_a_run_has_its_steps_in_every_panel_that_shows_it(make, runs, panels):
    picture = make()
    ends = {}
    for panel, layers in picture.layers.items():
        for line in layers:
            if isinstance(line, Line) and line.run:
                count = len(np.asarray(line.points))
                last = count - 1 if line.steps is None else int(np.asarray(line.steps)[-1])
                ends.setdefault(line.run, {})[panel] = last
    assert set(ends) == runs
    for shown in ends.values():
        assert set(shown) == panels
        assert len(set(shown.values())) == 1, f"the panels count the steps differently: {shown}"


@pytest.mark.parametrize(
    "make", [explore, destinations, lambda: pictures.basin_explorer(himmelblau(), resolution=20)]
)
def test_each_run_has_a_row_in_the_table_that_its_value_at_a_step_can_stand_in(make):
    picture = make()
    runs = {line.run for layers in picture.layers.values() for line in layers if isinstance(line, Line)}
    assert runs - {""} <= {row[0] for row in picture.readout.rows}
