"""Functions of one variable, and losses along runs."""

import numpy as np
import pytest

from course_utils import plotting
from course_utils.objectives import catalogue, curvature_trio, himmelblau
from course_utils.optimizers import Adam, GradientDescent, Newton, minimize
from course_utils.plotting.style import COLORS
from tests.tools.figures import lines_of, saved, two_runs

LINEAR = [name for name, objective in catalogue().items() if objective.dim == 1]


@pytest.mark.parametrize("name", LINEAR)
def test_every_curve_can_be_drawn(name):
    figure = plotting.curve(catalogue()[name])
    assert len(figure.png()) < 30_000
    assert name in figure.alt


def test_curve_shows_models_steps_and_refuses_wrong_shapes():
    objective = curvature_trio()[2]
    run = minimize(objective, GradientDescent(0.6), (-1.5,), 5)
    figure = plotting.curve(objective, run, models={"tangent": lambda x: 1 - x})
    saved(figure)
    drawn = [line.get_xydata() for line in figure.axes[0].get_lines()]
    assert any(np.array_equal(xy, np.column_stack([run.x[:, 0], run.value])) for xy in drawn)
    assert "tangent" in figure.alt
    with pytest.raises(ValueError, match=r"models\['one'\] must return shape \(401,\), got \(\)"):
        plotting.curve(objective, models={"one": lambda x: 1.0})


def test_loss_curves_take_either_axis():
    _, runs = two_runs()
    for x, across in (("step", np.arange(41)), ("cost", runs["slow"].cost)):
        for y in ("value", "gradient_norm"):
            figure = plotting.loss_curves(runs, x=x, y=y)
            saved(figure)
            line = lines_of(figure.axes[0], COLORS["blue"])[0]
            assert np.array_equal(line.get_xdata(), across)
            assert np.array_equal(line.get_ydata(), getattr(runs["slow"], y))
            assert figure.axes[0].get_yscale() == "log"
    assert plotting.loss_curves(runs, log=False).axes[0].get_yscale() == "linear"
    shifted = plotting.loss_curves(runs, reference=1.5)
    assert shifted.axes[0].get_ylabel() == "f − 1.5"
    assert np.array_equal(lines_of(shifted.axes[0], COLORS["blue"])[0].get_ydata(), runs["slow"].value - 1.5)


def test_loss_curves_survive_exact_zeros():
    objective = catalogue()["round bowl"]
    run = minimize(objective, Newton(), (1.0, 1.0), 4)
    assert run.value[-1] == 0
    saved(plotting.loss_curves(run))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.curve(himmelblau()), "objective must have dim 1 .* got 2"),
        (lambda: plotting.curve(curvature_trio()[0], window=(0, np.inf)), "window must lie between"),
        (lambda: plotting.loss_curves([]), "trajectories must hold at least one run, got none"),
        (lambda: plotting.loss_curves(two_runs()[1], x="time"), "x must be one of .* got 'time'"),
        (lambda: plotting.loss_curves(two_runs()[1], y="loss"), "y must be one of .* got 'loss'"),
        (
            lambda: plotting.loss_curves(two_runs()[1], y="gradient_norm", reference=1.0),
            "reference is for y='value', got 1.0",
        ),
        (
            lambda: plotting.loss_curves(minimize(himmelblau(), Adam(), (0, 0), 9, record="ends")),
            'recorded with record="path" or "values"',
        ),
        (
            lambda: plotting.curve(curvature_trio()[0], two_runs()[1]),
            r"trajectories must hold points of dim 1 here, got x of shape \(41, 2\)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
