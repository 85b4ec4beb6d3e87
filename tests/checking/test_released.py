"""Exercises without their key check like whole ones."""

import json

import numpy as np
import pytest

from course_utils.checking import Misconception, Outcome, Solution
from course_utils.checking.feedback import correct, not_yet
from course_utils.checking.parts import parts
from course_utils.checking.predicates import Predicate, array, checker, choice, number
from course_utils.checking.released import read, write
from tests.tools.toy_exercise import doubling, make

RIGHT = {"size": 1234.5, "steps": 0.0, "word": "up", "pair": [0.25, 8.0]}
MODEL = Solution("exercise('hw99.1').check(…)", "Because it is twelve hundred and something.")


def of_parts():
    accepts = parts(
        size=number(1234.5),
        steps=number(0.0),
        word=choice("up", ("up", "down")),
        pair=array([8.0, 0.25], in_any_order=True),
    )
    wrongs = {"half of it": {"size": 617.25}, "the wrong way": {"word": "down", "steps": 1.0}, "both": {}}
    wrongs["both"] = wrongs["half of it"] | wrongs["the wrong way"]
    return make(
        accepts,
        id="hw99.1",
        model=MODEL,
        right_answers=(RIGHT, RIGHT),
        misconceptions=tuple(
            Misconception(name, {**RIGHT, **changed}, f"That is {name}.") for name, changed in wrongs.items()
        ),
        data={"matrix": np.eye(2), "start": (0.5, 1.0)},
    )


def lists(expected):
    def compare(answer, expected):
        return correct() if list(answer) == expected else not_yet("Another list.")

    return Predicate(expected, compare)


EVEN = checker(lambda answer: correct() if answer % 2 == 0 else not_yet("That is odd."))


@pytest.fixture(scope="module")
def exercises(tmp_path_factory):
    """Each exercise whole and released."""
    own = make(EVEN, id="hw99.3", misconceptions=tuple(Misconception(n, 1, "No.", EVEN) for n in "abc"))
    built = make(
        lists([1, 2]),
        id="hw99.4",
        misconceptions=tuple(Misconception(n, [n], f"Not {n}.", lists([n])) for n in "def"),
    )
    whole = [of_parts(), doubling(id="hw99.2"), own, built]
    file = tmp_path_factory.mktemp("released") / "checks.json"
    write(file, whole)
    return file, {one.id: one for one in whole}, {
        one.id: one for one in read(file, own={"hw99.3": EVEN, "hw99.4": lists})
    }  # fmt: skip


ANSWERS = {
    "hw99.1": [
        RIGHT,
        {**RIGHT, "size": 1235.0},
        {**RIGHT, "size": 1240.0},
        {**RIGHT, "size": 617.0},
        {**RIGHT, "word": "down", "steps": 1},
        {**RIGHT, "word": "down", "steps": 1, "size": 617.25},
        {**RIGHT, "pair": np.array([[8.0], [0.25]])},
        {**RIGHT, "pair": (8.0, 0.3)},
        {**RIGHT, "pair": [8.0]},
        {**RIGHT, "word": "sideways"},
        {**RIGHT, "steps": "none"},
        {"size": 1234.5},
    ],
    "hw99.2": [
        lambda x: 2 * x,
        lambda x: x,
        lambda x: 2 * abs(x),
        lambda x: x**2,
        lambda x: 3 * x,
        lambda x: 2 * x + 1,
        lambda x: np.cumsum(x),
        lambda x: x[:1],
        lambda x, y: x,
        5.0,
    ],
    "hw99.3": [2, 3, "x"],
    "hw99.4": [[1, 2], ["d"], ["e"], [7]],
}


@pytest.mark.parametrize("id", ANSWERS)
def test_a_released_exercise_says_what_the_whole_one_says(exercises, id):
    _, whole, released = exercises
    for answer in ANSWERS[id]:
        first, second = whole[id].check(answer), released[id].check(answer)
        assert (first.outcome, first.misconception) == (second.outcome, second.misconception)
        if first.outcome is not Outcome.CORRECT:
            assert first.message == second.message
    assert repr(whole[id]) == repr(released[id])
    assert repr(whole[id].hint()) != repr(released[id].hint())  # they count together


def test_what_is_right_is_explained_where_it_cannot_be_read_before(exercises):
    _, _, released = exercises
    assert released["hw99.1"].check(RIGHT).message == MODEL.explanation
    assert "others" in released["hw99.2"].check(lambda x: 2 * x).message
    assert "your lecturer" in released["hw99.2"].solution().message


def test_data_arrive_as_they_were(exercises):
    _, _, released = exercises
    np.testing.assert_array_equal(released["hw99.1"].data["matrix"], np.eye(2))
    assert not released["hw99.1"].data["matrix"].flags.writeable
    assert released["hw99.1"].data["start"] == (0.5, 1.0)


def test_nothing_of_the_key_is_in_the_file(exercises):
    file, _, released = exercises
    text = file.read_text(encoding="utf-8")
    for secret in ("1234.5", "617", "twelve hundred", "Because"):
        assert secret not in text
    for one in released.values():
        assert (one.model, one.right_answers) == (None, ())
        assert all(wrong.example is None for wrong in one.misconceptions)
    seals = json.loads(text)[0]["accepts"]["parts"]
    assert all(set(part) == {"seal", "settings"} for part in seals.values())


def test_a_value_that_has_no_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match="ask for parts"):
        write(tmp_path / "checks.json", [make(number(5.0), id="hw99.1")])


def test_what_cannot_be_sealed_is_refused(tmp_path):
    accepts = parts(of_parts=parts(a=number(1.0)), near=array([1.0], atol=0.5))
    right = {"of_parts": {"a": 1.0}, "near": [1.0]}
    wrong = tuple(Misconception(n, {**right, "near": [9.0 + i]}, "No.") for i, n in enumerate("abc"))
    one = make(accepts, id="hw99.1", right_answers=(right, right), misconceptions=wrong)
    with pytest.raises(ValueError, match="can be sealed"):
        write(tmp_path / "checks.json", [one])
