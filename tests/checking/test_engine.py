"""What an exercise makes of an answer: outcomes, hints, solution."""

import numpy as np
import pytest

from course_utils.checking import Outcome, engine
from course_utils.checking.engine import Misconception
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number
from tests.tools.toy_exercise import doubling, make


def test_the_four_outcomes():
    toy = make(number(5.0))
    assert toy.check(5.0).outcome is Outcome.CORRECT
    assert toy.check(5.0).message == "Because `five`."
    almost = toy.check(2.0)
    assert (almost.outcome, almost.misconception) == (Outcome.ALMOST, "wrong 2.0")
    assert "That is 2.0." in repr(almost)
    assert toy.check(7.0).outcome is Outcome.NOT_YET
    assert toy.check(...).outcome is Outcome.NOT_ATTEMPTED
    assert toy.check().outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "template", [(..., 1), [..., 2], {"a": ...}, ((1, [...]),), np.array([..., 1], dtype=object)]
)
def test_an_ellipsis_inside_an_answer_is_not_an_attempt(template):
    assert make(number(5.0)).check(template).outcome is Outcome.NOT_ATTEMPTED


def test_an_unwritten_function_is_not_an_attempt():
    def only_dots(x): ...

    def only_docstring(x):
        """Double x."""

    def returns_dots(x):
        return ...

    def computes_with_dots(x):
        factor = ...
        return factor * x

    def returns_a_pair(x):
        return x, ...

    for unwritten in (only_dots, only_docstring, returns_dots, computes_with_dots, returns_a_pair):
        assert doubling().check(unwritten).outcome is Outcome.NOT_ATTEMPTED, unwritten


def test_forgetting_the_return_is_an_attempt():
    def forgets(x):
        y = 2 * x  # noqa: F841

    feedback = doubling().check(forgets)
    assert feedback.outcome is Outcome.NOT_YET
    assert "`return`" in feedback.message


def test_parts_are_passed_by_name():
    toy = make(
        parts(rate=number(0.5), kind=choice("saddle", ("saddle", "minimum"))),
        ({"rate": 0.25, "kind": "saddle"}, {"rate": 0.5, "kind": "minimum"}, {"rate": 1.0, "kind": "saddle"}),
    )
    assert toy.check(rate=0.5, kind="Saddle ").outcome is Outcome.CORRECT
    assert toy.check({"rate": 0.5, "kind": "saddle"}).outcome is Outcome.CORRECT
    # a misconception in one part is "almost" if the others are right, and told in any case
    assert toy.check(rate=0.25, kind="saddle").misconception.startswith("wrong {'rate': 0.25")
    assert toy.check(rate=0.25).misconception.startswith("wrong {'rate': 0.25")
    for kind in ("minimum", "nothing"):
        both = toy.check(rate=0.25, kind=kind)
        assert (both.outcome, both.misconception) == (Outcome.NOT_YET, "")
        assert both.message.endswith("That is {'rate': 0.25, 'kind': 'saddle'}.")
    partly = toy.check(rate=9.0, kind="saddle")
    assert partly.outcome is Outcome.NOT_YET
    assert "Right already: `kind`" in partly.message
    unfinished = toy.check(rate=0.5, kind=...)
    assert unfinished.outcome is Outcome.NOT_ATTEMPTED
    assert "`kind`" in unfinished.message
    for answers in ((0.5, "saddle"), (0.5,)):
        assert "check(rate=…, kind=…)" in toy.check(*answers).message
    assert "`rate`, `kind`" in toy.check(speed=1.0).message
    assert "`check(answer)`" in make(number(5.0)).check(1.0, 2.0).message
    assert "`check(answer)`" in make(number(5.0)).check(value=5.0).message


def test_hints_are_graduated_and_end(monkeypatch):
    monkeypatch.setattr(engine, "_hints_shown", {})
    toy = make(number(5.0))
    first, second, third, fourth = (toy.hint() for _ in range(4))
    assert (first.message, first.footer) == ("first", "1 more hint: call it again.")
    assert (second.message, second.footer) == ("second", "No hints left.")
    assert third == fourth
    assert third.message == "second"
    assert "last hint already" in third.footer
    assert first.outcome is None


def test_the_solution_shows_code_and_reason():
    card = make(number(5.0)).solution()
    assert card.code == "exercise('99.1').check(5)"
    assert "<code>five</code>" in card._repr_html_()
    assert "<pre" in card._repr_html_()


def test_an_exercise_shows_how_to_use_it_and_not_its_answers():
    toy = make(number(5.0))
    assert "check(answer)" in repr(toy)
    assert "99.1 A toy" in toy._repr_html_()
    assert "5.0" not in repr(toy) + toy._repr_html_()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"id": "1.3"}, "id must look like"),
        ({"hints": ("only one",)}, "hints of 99.1 must hold at least 2, got 1"),
        ({"right_answers": (5.0,)}, "right_answers of 99.1 must hold at least 2, got 1"),
        ({"misconceptions": ()}, "misconceptions of 99.1 must hold at least 3, got 0"),
        ({"misconceptions": (Misconception("same", 1.0, ""),) * 3}, "different names"),
        ({"time_limit": 0.0}, "time_limit of 99.1 must be positive"),
    ],
)
def test_an_incomplete_exercise_fails_at_definition(settings, says):
    with pytest.raises(ValueError, match=says):
        make(number(5.0), **settings)


def test_data_is_read_only():
    toy = make(number(5.0), data={"gradient": np.ones(2)})
    with pytest.raises(ValueError, match="read-only"):
        toy.data["gradient"][0] = 3.0
