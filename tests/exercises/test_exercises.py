"""Every exercise of the course against its right answers, its misconceptions and hostile answers."""

import itertools
import re
import sys
import time
import warnings
from dataclasses import replace

import numpy as np
import pytest

import key
from course_utils.checking import Outcome, sandbox
from course_utils.checking.engine import Exercise
from course_utils.checking.parts import Parts
from course_utils.checking.predicates import plain
from course_utils.exercises import all_exercises, exercise
from tests.tools.cases import first_of_each

RELEASED = [one for one in all_exercises() if one.id.startswith("hw")]  # the homework, without its key
EXERCISES = [one for one in all_exercises() if not one.id.startswith("hw")] + list(key.all_exercises())
EVERY = EXERCISES + RELEASED

NAMES = [one.id if one.model else f"{one.id} released" for one in EVERY]

each_exercise = pytest.mark.parametrize("one", EXERCISES, ids=[one.id for one in EXERCISES])
every_exercise = pytest.mark.parametrize("one", EVERY, ids=NAMES)
# Of the homework what students have: its checks with the key are the same ones, tried by make test-thorough.
KEYED = [one for one in EXERCISES if one.id.startswith("hw")]
every_exercise_in_hand = pytest.mark.parametrize(
    "one",
    [
        *first_of_each(
            [one for one in EVERY if one not in KEYED], lambda one: one.id.split(".")[0], lambda one: one.id
        ),
        *(pytest.param(one, id=f"{one.id} with its key", marks=pytest.mark.thorough) for one in KEYED),
    ],
)


def whole(one: Exercise) -> Exercise:
    """Return an exercise with its key."""
    return one if one.model else key.exercise(one.id)


def submit(one: Exercise, answer, **settings):
    """Check an answer as a reader would, with one short time limit for all."""
    one = replace(one, **settings) if settings else one
    return (
        one.check(**answer)
        if isinstance(one.accepts, Parts) and isinstance(answer, dict)
        else one.check(answer)
    )


@each_exercise
def test_right_answers_are_correct(one):
    for answer in one.right_answers:
        feedback = submit(one, answer)
        assert feedback.outcome is Outcome.CORRECT, repr(feedback)
        assert feedback.message == one.model.explanation


def mostly_wrong_words(one: Exercise, answer) -> bool:
    """Return whether an answer of several words to choose is wrong in more than half of them."""
    if not isinstance(one.accepts, Parts) or not isinstance(answer, dict):
        return False
    right = {name: plain(word) for name, word in one.right_answers[0].items() if isinstance(word, str)}
    wrong = sum(plain(answer[name]) != word for name, word in right.items())
    return len(right) > 1 and 2 * wrong > len(right)


@each_exercise
def test_misconceptions_are_named(one):
    for wrong in one.misconceptions:
        feedback = submit(one, wrong.example)
        if mostly_wrong_words(one, wrong.example):
            assert feedback.outcome is Outcome.NOT_YET, repr(feedback)
            assert feedback.message.endswith(wrong.message)
            continue
        assert (feedback.outcome, feedback.misconception) == (Outcome.ALMOST, wrong.name), repr(feedback)
        assert feedback.message == wrong.message


@every_exercise
def test_one_word_for_everything_is_almost_only_where_half_of_it_is_right(one):
    if not isinstance(one.accepts, Parts):
        return
    words = {name: part for name, part in one.accepts.expected.items() if "options" in part.settings}
    right = whole(one).right_answers[0]
    for word in {option for part in words.values() for option in part.settings["options"]}:
        answer = {**right, **dict.fromkeys(words, word)}
        wrong = sum(plain(word) != plain(right[name]) for name in words)
        if len(words) > 1 and 2 * wrong > len(words):
            assert submit(one, answer).outcome is Outcome.NOT_YET, word


@each_exercise
def test_the_solution_is_a_cell_that_runs_and_is_correct(one):
    lines = one.model.code.strip().split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f'exercise("{one.id}").check('))
    scope = {"np": np, "exercise": key.exercise if one.id.startswith("hw") else exercise}
    exec("\n".join(lines[:start]), scope)
    assert eval("\n".join(lines[start:]), scope).outcome is Outcome.CORRECT


@every_exercise
def test_unanswered_is_not_attempted(one):
    templates = [..., (..., ...), [...]]
    if isinstance(one.accepts, Parts):
        names = list(one.accepts.expected)
        templates += [dict.fromkeys(names, ...), {**whole(one).right_answers[0], names[-1]: ...}]
    elif callable(whole(one).right_answers[0]):

        def unwritten(*arguments): ...

        def returns_dots(*arguments):
            return ...

        templates += [unwritten, returns_dots]
    for template in templates:
        assert submit(one, template).outcome is Outcome.NOT_ATTEMPTED, template
    assert one.check().outcome is Outcome.NOT_ATTEMPTED


@each_exercise
def test_hints_and_solution_do_not_say_the_same_twice(one):
    texts = [*one.hints, one.model.explanation, *(wrong.message for wrong in one.misconceptions)]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert text[-1] in ".?)", text
        assert len(text) <= 260, text


class Raises:
    """Raises whatever one does with it."""

    def _raise(self, *_):
        raise RuntimeError("do not touch")

    __eq__ = __repr__ = __str__ = __array__ = __float__ = __len__ = __iter__ = __call__ = __bool__ = _raise
    __hash__ = object.__hash__


class OddError(Exception):
    def __str__(self):
        raise KeyboardInterrupt


def endless(*arguments):
    while True:
        pass


def endless_and_deaf(*arguments):
    while True:
        try:  # noqa: SIM105
            endless()
        except:  # noqa: E722
            pass


def recursive(*arguments):
    return recursive(*arguments)


def exits(*arguments):
    sys.exit("bye")


def raises_oddly(*arguments):
    raise OddError


def interrupts(*arguments):
    raise KeyboardInterrupt


def greedy(*arguments):
    return np.empty((10**7, 10**8))


def huge(*arguments):
    return MANY


def mutates(*arguments):
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument[...] = -1e6
    return 0.123


def prints(*arguments):
    for _ in range(1_000):
        print("x" * 100)
    return 0.123


def careless(*arguments):
    np.seterr(all="raise")
    np.random.seed(3)  # noqa: NPY002
    warnings.simplefilter("error")
    return 0.123


def returns(value):
    return lambda *arguments: value


MANY = np.zeros(400_000)  # far more numbers than a message can show, few enough to be looked at

VALUES = [
    None,
    np.nan,
    np.inf,
    1e308,
    10**400,
    True,
    "text",
    "",
    b"bytes",
    1 + 2j,
    {},
    {"answer": 1},
    set(),
    [],
    [[1, 2], [3]],
    (None, None),
    np.array([]),
    np.full((3, 3), np.nan),
    np.array(["a", "b"]),
    np.array([None, 1], dtype=object),
    np.zeros((2, 0, 3)),
    MANY,
    np.array([np.timedelta64(1, "s")]),
    range(10**9),
    itertools.count(),
    Raises(),
    Raises,
    np,
    int,
    lambda: None,
    lambda a, b, c, d, e: 1.0,
]


FUNCTIONS = [recursive, exits, raises_oddly, interrupts, greedy, huge, mutates, prints, careless]


HANGS = 20.0  # seconds of processor time: far above the time limit, and the same on a busy machine


QUICK = [*VALUES, *FUNCTIONS, *(returns(value) for value in VALUES)]


def settings():
    return np.random.get_state()[1].tolist(), np.geterr(), list(warnings.filters), sys.getrecursionlimit()  # noqa: NPY002


@every_exercise_in_hand
def test_hostile_answers_get_a_helpful_message_in_time(one, capsys):
    before, data = settings(), {name: np.copy(value) for name, value in one.data.items()}
    for answer in QUICK:
        start = time.process_time()
        feedback = submit(one, answer)
        assert time.process_time() - start < HANGS, answer
        assert feedback.outcome in (Outcome.NOT_YET, Outcome.ALMOST, Outcome.NOT_ATTEMPTED)
        assert 10 < len(feedback.message) < 800, feedback.message
        assert "checker" not in feedback.message
        assert "course_utils" not in feedback.message
        assert not re.search(r"0x[0-9a-f]{6}|Traceback", repr(feedback) + feedback._repr_html_())
    assert settings() == before
    assert all(np.array_equal(value, one.data[name]) for name, value in data.items())
    assert capsys.readouterr() == ("", "")


@every_exercise_in_hand
@pytest.mark.parametrize("answer", [endless, endless_and_deaf])
def test_endless_answers_are_stopped(one, answer, monkeypatch):
    monkeypatch.setattr(sandbox, "_GENTLE", 0.02)  # what is deaf does not need longer to show it
    called = callable(whole(one).right_answers[0])
    start = time.process_time()
    feedback = submit(one, answer, time_limit=0.02 if called else one.time_limit)
    assert time.process_time() - start < HANGS
    assert feedback.outcome is Outcome.NOT_YET
    if called:
        assert "No answer after 0.02 s" in feedback.message
    elif not isinstance(one.accepts, Parts):
        assert "got a function" in feedback.message


def test_hostile_parts_are_met_one_by_one():
    one = exercise("01.4")
    for answer in VALUES:
        feedback = one.check(**{**one.right_answers[0], "b": answer})
        assert feedback.outcome is Outcome.NOT_YET
        assert feedback.message.startswith("`b`: ") or "do not touch" in feedback.message


def as_matrices(value):
    """Return what one gets who computes with np.matrix, which always has two axes."""
    if isinstance(value, tuple):
        return tuple(map(as_matrices, value))
    return np.matrix(value) if isinstance(value, np.ndarray) and value.ndim in (1, 2) else value


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@each_exercise
def test_a_matrix_is_read_like_an_array(one):
    if one.id.startswith("hw"):
        return
    for right in one.right_answers:
        if callable(right):
            answer = lambda *given, right=right: as_matrices(right(*given))  # noqa: E731
        elif isinstance(right, dict):
            answer = {
                name: as_matrices(np.asarray(part)) if np.ndim(part) else part for name, part in right.items()
            }
        else:
            answer = as_matrices(np.asarray(right))
        assert submit(one, answer).outcome is Outcome.CORRECT


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@each_exercise
def test_a_wrong_matrix_is_no_recursion(one):
    wrong = np.matrix([[7.0, 8.0], [9.0, 3.5]])
    for answer in (wrong, wrong[:1], lambda *given: wrong, lambda *given: wrong[:, :1]):
        message = submit(one, answer).message
        assert "calls itself" not in message
        assert "has to take" not in message


@each_exercise
def test_nobody_is_told_of_dots_that_are_not_there(one):
    for answer in (lambda: None, lambda *given: None, lambda *given: print("")):
        feedback = submit(one, answer)
        assert feedback.outcome is Outcome.NOT_YET
        assert "..." not in feedback.message
        assert "write its body" not in feedback.message
