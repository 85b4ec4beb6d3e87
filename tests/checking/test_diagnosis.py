"""What is said of all values of a wrong function together."""

import numpy as np
import pytest

from course_utils.checking.diagnosis import effect, extent, relation

RIGHT = [np.array([1.5, -2.0, 0.25]), np.array([3.0, 0.5]), np.array([-1.25, 4.0, 2.0, 1.0])]
MATRICES = [np.array([[1.0, 2.0], [-3.0, 0.5]]), np.array([[0.2, 1.0], [5.0, -1.0]])]
SYMMETRIC = [np.array([[1.0, 2.0], [2.0, -0.5]]), np.array([[0.2, 1.0], [1.0, -1.0]])]
POSITIVE = [np.array(value) for value in (0.5, 2.0, 7.0)]


@pytest.mark.parametrize(
    ("change", "right", "says"),
    [
        (lambda v: -v, RIGHT, "wrong sign"),
        (abs, RIGHT, "signs are lost"),
        (lambda v: v * (1 - 2 * (np.arange(v.size) == 0)), RIGHT, "some signs"),
        (lambda v: 0 * v, RIGHT, "zero for every input"),
        (lambda v: 1 / v, RIGHT, "one over"),
        (lambda v: v**2, RIGHT, "the square"),
        (np.sqrt, POSITIVE, "the root"),
        (lambda v: 3 * v, RIGHT, "3 times"),
        (lambda v: v * (v @ v), RIGHT, "direction is right, the length"),
        (lambda v: v * v.sum(), RIGHT, "up to its sign"),
        (lambda v: v + 0.5, RIGHT, "too large by 0.5"),
        (lambda v: v - 0.5, RIGHT, "too small by 0.5"),
        (lambda v: v[::-1], RIGHT, "reverse order"),
        (lambda v: np.roll(v, 1), RIGHT[::2], "not in their places"),
        (lambda v: np.append(v[:-1], v[-1] + 1), RIGHT, "last entry"),
        (lambda v: np.round(v / 3, 3), [3 * np.array([0.12345, 1.0]), np.ones(2)], ""),
        (lambda v: np.round(v, 2), [v / 7 for v in RIGHT], "rounded"),
        (lambda m: m.T, MATRICES, "transpose"),
        (lambda m: m @ np.diag([1.0, 2.0]), SYMMETRIC, "symmetric; yours is not"),
        (lambda v: np.array(3.0), POSITIVE, "same for every input"),
        (lambda v: 3 - v, POSITIVE, "never negative"),
        (lambda v: v, RIGHT, ""),
        (lambda v: v * (1 + 1e-5), RIGHT, ""),
        (np.cos, RIGHT, ""),
    ],
)
def test_a_relation_that_always_holds_is_said(change, right, says):
    said = relation([(change(value), value) for value in right])
    assert says in said
    assert bool(said) is bool(says)


def test_no_factor_is_said_where_the_right_value_is_zero_and_the_wrong_one_is_not():
    pairs = [(np.array(2.0), np.array(1.0)), (np.array(4.0), np.array(2.0))]
    assert "2 times" in relation([*pairs, (np.array(0.0), np.array(0.0))])
    assert relation([*pairs, (np.array(0.2), np.array(0.0))]) == ""
    right = [(value, value) for value in POSITIVE]
    assert relation([*right, (np.array(0.2), np.array(0.0))]) == ""


def test_one_example_proves_no_relation():
    assert relation([(np.array(2.0), np.array(1.0))]) == ""


INPUTS = [(np.array([1.0, 3.0, -2.0]), 0.5), (np.array([4.0, -1.0]), 3.0), (np.array([2.0, 5.0, 1.0]), 2.0)]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x, h: x / np.linalg.norm(x), "`h` has no effect"),
        (lambda x, h: h * np.ones_like(x), "`x` has no effect"),
        (
            lambda x, h: h**2 * x / np.linalg.norm(x),
            "When `h` doubles, the right result doubles; yours grows fourfold",
        ),
        (lambda x, h: h * x, "When `x` doubles, the right result stays the same; yours doubles"),
        (lambda x, h: h * np.cos(x), "When `x` doubles, the right result stays the same; yours does not"),
        (
            lambda x, h: h * abs(x) / np.linalg.norm(x),
            "When `x` changes its sign, the right result changes its own; yours keeps it",
        ),
        (lambda x, h: h * np.sort(x) / np.linalg.norm(x), "`x`"),
        (lambda x, h: h * x / abs(x).sum(), ""),
    ],
)
def test_an_argument_of_another_effect_is_named(wrong, says):
    said = effect(wrong, lambda x, h: h * x / np.linalg.norm(x), INPUTS, ("x", "h"))
    assert says in said
    assert bool(said) is bool(says)


@pytest.mark.parametrize("wrong", [lambda x, h: h * np.sign(x), lambda x, h: h * np.sign(x) ** 2])
def test_an_argument_whose_size_alone_is_ignored_has_an_effect(wrong):
    """Sign descent asks for the signs."""
    said = effect(wrong, lambda x, h: h * x, INPUTS, ("x", "h"))
    assert said == "When `x` doubles, the right result doubles; yours stays the same."


def test_an_added_constant_and_the_order_count_too():
    def spread(x):
        return x.max() - x.min()

    inputs = [given[:1] for given in INPUTS]
    assert "1 is added to `x`" in effect(lambda x: abs(x).max(), spread, inputs, ("x",))
    assert "reverse order" in effect(lambda x: abs(x[0] - x[:-1].mean()), spread, inputs, ("x",))


def test_a_place_is_an_effect():
    """Where the largest entry stands does not change when all entries grow alike."""

    def highest(x):
        return np.max(x - np.linspace(x[0], x[-1], len(x)))

    def place(x):
        return np.argmax(x - np.linspace(x[0], x[-1], len(x)))

    t = np.linspace(0, 1, 9)
    inputs = [(np.sin(np.pi * t**power) + slope * t,) for power, slope in ((1, 0.3), (2, 1.0), (0.7, -0.5))]
    assert effect(place, highest, inputs, ("x",)) == (
        "When `x` doubles, the right result doubles; yours stays the same."
    )


def test_a_function_that_raises_on_a_changed_argument_is_left_alone():
    def fails(x, h):
        if h not in (0.5, 3.0, 2.0) or x[0] not in (1.0, 4.0, 2.0):
            raise RuntimeError
        return x

    assert effect(fails, lambda x, h: h * x, INPUTS, ("x", "h")) == ""


@pytest.mark.parametrize(
    ("right", "says"),
    [
        ((True, True, False, False, False), "`steps` is at most 2"),
        ((False, False, False, True, True), "`steps` is at least 4"),
        ((True, False, True, False, True), ""),
        ((True, False, False, False, False), "first example alone"),
        ((False, True, False, False, False), ""),
        ((True,) * 5, ""),
    ],
)
def test_where_a_function_is_right_is_said(right, says):
    inputs = [(np.ones(3), steps) for steps in (1, 2, 3, 4, 5)]
    pairs = [(np.array(1.0 if ok else 2.0), np.array(1.0)) for ok in right]
    said = extent(pairs, inputs, ("x", "steps"))
    assert says in said
    assert bool(said) is bool(says)
