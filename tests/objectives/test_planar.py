"""Functions of two variables: what makes each of them worth drawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import objectives
from course_utils.objectives import Planar, catalogue
from course_utils.optimizers import GradientDescent, minimize
from tests.tools.search import examples

CATALOGUE = catalogue()


def test_himmelblau_has_all_nine_critical_points():
    points = CATALOGUE["Himmelblau"].critical_points
    assert len({tuple(p.x.round(6)) for p in points}) == 9
    assert [sum(p.kind == kind for p in points) for kind in ("minimum", "saddle", "maximum")] == [4, 4, 1]
    # Morse: on a plane, with f rising in all directions far away, minima − saddles + maxima = 1.
    np.testing.assert_allclose(
        [CATALOGUE["Himmelblau"].value(p.x) for p in points if p.kind == "minimum"], 0, atol=1e-20
    )


def test_hills_keep_the_start_from_the_goal():
    hills = CATALOGUE["hills"]
    line = np.linspace([-2.0, 0.0], [2.0, 0.0], 200)
    values = hills.value(line)
    assert values[60:120].max() > values[0] + 0.5
    assert values[-1] < values[0]


def on_arrays(f):
    return Planar(f.name, *f._formulas, domain=f.domain)


PLAIN = [f for f in CATALOGUE.values() if isinstance(f, Planar) and f._plain]
NUMBERS = st.one_of(st.floats(-6, 6), st.floats())


@given(f=st.sampled_from(PLAIN), x=st.tuples(NUMBERS, NUMBERS))
@examples(200)
def test_a_single_point_as_python_numbers_gives_the_same_bits(f, x):
    arrays = on_arrays(f)
    with np.errstate(all="ignore"):
        for name in ("_value", "_gradient", "_hessian"):
            ours, theirs = (getattr(one, name)(np.array(x)) for one in (f, arrays))
            np.testing.assert_array_equal(ours, theirs)
            assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)


def test_plain_formulas_get_a_single_point_as_python_numbers():
    got = []

    def value(a, b):
        got.append(type(a))
        return a * b

    f = Planar("product", value, lambda a, b: (b, a), lambda a, b: (0 * a, 1 + 0 * a, 0 * a), plain=True)
    assert [f.value([2.0, 3.0]), *f.value([[2.0, 3.0]])] == [6.0, 6.0]
    assert got == [float, np.ndarray]
    assert np.isinf(CATALOGUE["Himmelblau"].value([1e100, 0.0]))  # where Python's power raises


@pytest.mark.parametrize("rate", [0.1, 0.4])
def test_descent_from_behind_the_hills_ends_in_a_hollow(rate):
    hills = CATALOGUE["hills"]
    starts = np.stack(np.meshgrid(np.linspace(-3.5, -0.5, 16), np.linspace(-3, 3, 31)), axis=-1)
    run = minimize(hills, GradientDescent(rate), starts, int(200 / rate), record="ends")
    assert run.gradient_norm[-1].max() < 1e-6
    assert run.x[-1][..., 0].max() < 0  # the goal is at (2, 0)


def test_the_plateau_looks_like_a_minimum_and_is_none():
    plateau = objectives.plateau(0.02)
    norm = np.linalg.norm(plateau.gradient([0.0, 0.0]))
    assert 0 < norm <= 0.02 + 1e-15


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.flat_direction(2), "power must be a whole number of at least 3"),
        (lambda: objectives.flat_direction(3, 2), "sign must be"),
        (lambda: objectives.plateau(0.0), "slope must be a finite number > 0"),
        (lambda: objectives.curved_ravine(-1.0), "steepness must be a finite number > 0"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
