"""Answers that are functions."""

import sys

import numpy as np

from course_utils.checking import Outcome
from course_utils.checking.functions import call, function
from course_utils.checking.predicates import choice, direction
from course_utils.objectives import min_max_saddle
from tests.tools.toy_exercise import VECTOR, double, doubling


def test_a_function_names_the_input_on_which_it_fails():
    def below_five(x):
        return np.where(x < 5, 2 * x, 0.0)

    message = doubling().check(below_five).message
    assert message.startswith("With x = [1, 2, 5] it returned [2, 4, 0]; expected [2, 4, 10].")


def test_rounding_is_not_shown_in_an_array():
    inputs = [(np.array([[0.1, 2.0], [2.0, -0.1]]),), (np.array([[1.0, 3.0], [3.0, -1.0]]),)]
    squared = function(lambda matrix: matrix @ matrix + [[0, -3e-17], [1e-17, 0]], inputs)
    message = squared(lambda matrix: matrix @ matrix * [[1, -0.0], [1, 2]]).message
    assert message.startswith("With matrix = [[0.1, 2], [2, −0.1]] it returned [[4.01, 0], [0, 8.02]]")
    assert "expected [[4.01, 0], [0, 4.01]]" in message


def test_a_function_answer_has_to_be_one():
    assert "check(f)" in doubling().check(double(VECTOR)).message
    assert "(x)" in doubling().check(lambda x, y: x).message
    assert "(x)" in doubling().check(lambda: 3).message


def test_a_function_may_be_anything_that_can_be_called():
    class Doubler:
        def __call__(self, x):
            return x + x

    assert doubling().check(Doubler()).outcome is Outcome.CORRECT
    assert doubling().check(np.positive).misconception
    assert doubling().check(lambda *arguments: 2 * arguments[0]).outcome is Outcome.CORRECT


def test_a_function_that_changes_its_input_is_told_so_and_changes_a_copy():
    def in_place(x):
        x *= 2
        return x

    def in_place_and_wrong(x):
        x *= 7
        return x

    before = VECTOR.copy()
    feedback = doubling().check(in_place)
    assert feedback.misconception == "changes its input"
    assert "also changes" in doubling().check(in_place_and_wrong).message
    assert np.array_equal(before, VECTOR)


def test_a_function_may_return_other_things_than_numbers():
    sign = function(
        lambda x: "up" if x > 0 else "down", [(1.0,), (-2.0,)], result=lambda e: choice(e, ("up", "down"))
    )
    assert sign(lambda x: "UP" if x > 0 else "Down").is_correct
    assert "With x = −2" in sign(lambda x: "up").message


def test_an_exception_is_one_sentence_with_its_line():
    def fails(x):
        scale = 0
        return x[10] / scale

    message = doubling().check(fails).message
    assert message.startswith(
        "Your code raised IndexError: index 10 is out of bounds for axis 0 with size 2 (line "
    )
    assert "`return x[10] / scale`" in message
    assert "Traceback" not in message


def test_arguments_of_every_kind_are_compared():
    def touches(target, arrays, table):
        arrays[0][0] += 1.0
        return 0.0

    def leaves(target, arrays, table):
        return target.value(arrays[0])

    arguments = (min_max_saddle(), [np.ones(2), np.zeros(2)], {"a": np.ones(3)})
    names = ("target", "arrays", "table")
    assert not call(leaves, arguments, names).changed_input
    assert call(touches, arguments, names).changed_input
    assert arguments[1][0].tolist() == [1.0, 1.0]


def test_a_value_that_is_nearly_right_is_not_shown_beside_itself():
    message = doubling().check(lambda x: 2 * x * (1 + 1e-5 * (x > 2))).message
    assert message == "With x = [3, −4] it returned [6.0001, −8]; expected [6, −8]."
    message = doubling().check(lambda x: 2 * x * (1 + 3e-6)).message
    assert message == "With x = [3, −4] it returned [6, −8]: right in these digits, but more are asked for."


def test_several_outputs_are_called_by_their_names():
    both = function(lambda x: (x, 2 * x), [(VECTOR,), (VECTOR[::-1] + 1,)], outputs=("same", "twice"))
    assert both(lambda x: [x, x + x]).is_correct
    assert both(lambda x: np.array([x, x + x])).is_correct  # the rows of one array, as NumPy stacks them
    assert both.diagnose(lambda x: np.array([x, -x - x])) == "`twice`: Every value has the wrong sign."
    assert not both(lambda x: np.float64(2.0)).is_correct
    assert "`twice`: The shape is right" in both(lambda x: (x, -x - x)).message
    assert both.diagnose(lambda x: (x, -x - x)) == "`twice`: Every value has the wrong sign."
    assert "Expected 2 arrays, `same, twice`" in both(lambda x: x[:1]).message.replace("expected", "Expected")
    assert both.diagnose(lambda x: x[:1]) == ""


def test_what_is_wrong_with_all_values_is_said_after_the_counterexample():
    message = doubling().check(lambda x: -2 * x).message
    assert (
        message == "With x = [3, −4] it returned [−6, 8]; expected [6, −8]. Every value has the wrong sign."
    )


def test_values_right_up_to_something_are_aligned_before_they_are_compared():
    def align(came, right):
        return came * np.linalg.norm(right) / np.linalg.norm(came)

    inputs = [(VECTOR,), (np.array([1.0, 2.0]),)]
    assert function(double, inputs, result=direction).diagnose(lambda x: abs(x)) == ""
    said = function(double, inputs, result=direction, align=align).diagnose(lambda x: abs(x))
    assert said == "The sizes are right, but the signs are lost."


def test_a_function_that_returns_nothing_is_told_so():
    def empty(x):
        """Nothing yet."""

    feedback = doubling().check(empty)
    assert (feedback.outcome, "write its body" in feedback.message) == (Outcome.NOT_ATTEMPTED, True)
    feedback = doubling().check(lambda x: None)
    assert (feedback.outcome, "returned None" in feedback.message) == (Outcome.NOT_YET, True)
    assert "still returns `...`" in doubling().check(lambda x: ...).message


def test_who_calls_himself_deeply_is_told_the_limit_and_a_way_round_it():
    def deep(x, levels=2000):
        return deep(x, levels - 1) if levels else 2 * x

    def raised(levels):
        def deeper(x):
            sys.setrecursionlimit(5000)
            return deep(x, levels)

        return deeper

    message = doubling().check(lambda x: deep(x)).message
    assert f"deeper than Python's limit of {sys.getrecursionlimit():,} calls" in message
    assert "sys.setrecursionlimit" in message
    assert doubling().check(raised(2000)).outcome is Outcome.CORRECT
    assert "limit of 5,000 calls" in doubling().check(raised(9000)).message
