import random
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from course_utils.checking import Outcome, engine
from course_utils.checking.catalogue import MisconceptionRow, validate
from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import call, function
from course_utils.checking.predicates import array, checker, choice, direction, number, parts, subspace
from course_utils.checking.sandbox import run
from course_utils.exercises import exercise, misconceptions
from course_utils.objectives import min_max_saddle

VECTOR = np.array([3.0, -4.0])


def make(accepts, examples=(1.0, 2.0, 3.0), **settings):
    fields = {
        "id": "99.1",
        "title": "A toy",
        "accepts": accepts,
        "hints": ("first", "second"),
        "model": Solution("exercise('99.1').check(5)", "Because `five`."),
        "right_answers": (5.0, 5),
        "misconceptions": tuple(Misconception(f"wrong {e}", e, f"That is {e}.") for e in examples),
        "time_limit": 2.0,
    }
    return Exercise(**(fields | settings))


def double(x):
    return 2 * x


def doubling(**settings):
    wrongs = (lambda x: x, lambda x: 2 * abs(x), lambda x: x**2)
    return make(function(double, [(VECTOR,), (np.array([1.0, 2.0, 5.0]),)]), wrongs, **settings)


# Outcomes --------------------------------------------------------------------------------------


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
    # a misconception is found in its part, whatever the other parts are
    assert toy.check(rate=0.25, kind="minimum").misconception.startswith("wrong {'rate': 0.25")
    partly = toy.check(rate=9.0, kind="saddle")
    assert partly.outcome is Outcome.NOT_YET
    assert "Right already: `kind`" in partly.message
    unfinished = toy.check(rate=0.5, kind=...)
    assert unfinished.outcome is Outcome.NOT_ATTEMPTED
    assert "`kind`" in unfinished.message
    for answers in ((0.5, "saddle"), (0.5,)):
        assert "check(rate=…, kind=…)" in toy.check(*answers).message
    assert "check(rate=…, kind=…)" in toy.check(speed=1.0).message
    assert "`check(answer)`" in make(number(5.0)).check(1.0, 2.0).message
    assert "`check(answer)`" in make(number(5.0)).check(value=5.0).message


# Predicates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("five", [5, 5.0, np.float32(5), np.array([[5.004]]), [5], Fraction(5), 5 + 0j])
def test_a_number_counts_however_it_is_written(five):
    assert number(5.0)(five).is_correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "got None"),
        ("5", "quotation marks"),
        (True, "truth value"),
        (np.nan, "NaN"),
        (-np.inf, "infinite"),
        (5 + 1j, "complex"),
        ([5, 5], "length 2"),
        (np.ones((200, 300)), "shape (200, 300)"),
        ([[1, 2], [3]], "different lengths"),
        ([], "empty list"),
        ({"a": 5}, "a dict"),
        (double, "what it returns"),
        (object(), "type object"),
        (5.02, "close"),
        (-5.0, "−5"),
    ],
)
def test_a_number_that_is_none_says_what_came(answer, says):
    verdict = number(5.0)(answer)
    assert verdict.outcome is Outcome.NOT_YET
    assert says in verdict.message


def test_an_expected_zero_has_an_absolute_tolerance():
    assert number(0.0)(1e-4).is_correct
    assert not number(0.0)(0.1).is_correct


def test_arrays_compare_shape_then_entries():
    expect = array([[1.0, 2.0], [3.0, 4.0]], rtol=1e-3)
    assert expect([[1, 2], [3, 4.003]]).is_correct
    assert "shape (2,)" in expect([1, 2]).message
    assert "1 of 4" in expect([[1, 2], [3, 5]]).message
    assert "got None" in expect(None).message


def test_choices_forgive_spelling_but_not_meaning():
    kind = choice("min-max saddle", ("min-max saddle", "minimum"))
    assert kind(" Min_Max SADDLE. ").is_correct
    assert "minimum" in kind("hill").message
    assert "is not it" in kind("Minimum").message
    assert "got 3" in kind(3).message
    with pytest.raises(ValueError, match="expected must be one of"):
        choice("hill", ("saddle",))


def test_directions_compare_up_to_sign_and_length():
    expect = direction([1.0, 1.0])
    for same in ([1, 1], [-3, -3], np.array([[1e-300], [1e-300]]), [1, 1.001]):
        assert expect(same).is_correct
    assert "45°" in expect([0, 2]).message
    assert "less than 1°" in expect([1, 1.03]).message
    assert "zero vector" in expect([0, 0]).message
    assert "2 numbers" in expect([1, 1, 1]).message


def test_subspaces_compare_by_their_span():
    rng = np.random.default_rng(0)
    basis = rng.normal(size=(6, 2))
    expect = subspace(basis)
    assert expect(basis @ [[2.0, 1.0], [0.0, -1.0]]).is_correct
    assert "tilted" in expect(rng.normal(size=(6, 2))).message
    assert "combination" in expect(basis[:, [0, 0]]).message
    assert "shape (6, 2)" in expect(basis.T).message


def test_a_function_names_the_input_on_which_it_fails():
    def below_five(x):
        return np.where(x < 5, 2 * x, 0.0)

    message = doubling().check(below_five).message
    assert message == "With x = [1, 2, 5] it returned [2, 4, 0]; expected [2, 4, 10]."


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


def test_a_free_checker_needs_its_own_detectors():
    even = checker(lambda answer: number(0.0)(answer % 2))
    with pytest.raises(ValueError, match="detector"):
        make(even)
    found = tuple(Misconception(f"wrong {i}", i, "", detect=number(i)) for i in (1.0, 3.0, 5.0))
    toy = make(even, misconceptions=found)
    assert toy.check(4).outcome is Outcome.CORRECT
    assert toy.check(3).misconception == "wrong 3.0"


# Time, output and settings -----------------------------------------------------------------------


def loops(x):
    while True:
        pass


def loops_and_swallows(x):
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def swallows_on_one_line(x):
    # fmt: off
    while True:
        try: [0][1]  # noqa: E701, SIM105
        except: pass  # noqa: E701, E722
    # fmt: on


def swallows_in_a_call(x):
    def guarded():
        try:
            return sum(i * i for i in range(10**9))
        except BaseException as error:
            return error

    while True:
        try:
            guarded()
        finally:
            continue  # noqa: B012


def sleeps(x):
    time.sleep(3)


@pytest.mark.parametrize(("endless", "ends"), [(loops, True), (loops_and_swallows, True), (sleeps, False)])
def test_endless_work_is_stopped(endless, ends):
    threads = threading.active_count()
    start = time.monotonic()
    feedback = doubling(time_limit=0.2).check(endless)
    assert time.monotonic() - start < 20.0
    assert feedback.outcome is Outcome.NOT_YET
    assert "No answer after 0.2 s" in feedback.message
    while ends and threading.active_count() > threads:  # the thread ends a moment after its work
        assert time.monotonic() - start < 20.0
    assert (threading.active_count() == threads) is ends


def test_two_checks_after_a_timeout_work():
    toy = doubling(time_limit=0.2)
    toy.check(loops)
    assert toy.check(double).outcome is Outcome.CORRECT
    assert toy.check(lambda x: x + x).outcome is Outcome.CORRECT


def test_what_is_printed_is_shown_in_part_and_nothing_escapes(capsys):
    def chatty(x):
        print("here", x)
        print("careful", file=sys.stderr)
        for _ in range(100_000):
            print("spam " * 20)
        return 2 * x

    feedback = doubling().check(chatty)
    assert feedback.outcome is Outcome.CORRECT
    assert feedback.code.startswith("It printed:\nhere [ 3. -4.]\ncareful\n")
    assert len(feedback.code) < 1100
    assert capsys.readouterr() == ("", "")


def test_what_is_printed_is_shown_once():
    def wrong(x):
        print("here")
        return 7 * x

    assert doubling().check(wrong).code == "It printed:\nhere"


def test_global_settings_are_the_same_afterwards():
    def careless(x):
        np.random.seed(1)  # noqa: NPY002
        random.seed(1)
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        warnings.simplefilter("error")
        sys.setrecursionlimit(5000)
        sys.stdout = None
        return 2 * x

    def settings():
        state = np.random.get_state()  # noqa: NPY002
        return (
            state[0],
            state[1].tolist(),
            state[2:],
            random.getstate(),
            np.geterr(),
            np.get_printoptions(),
            list(warnings.filters),
            sys.getrecursionlimit(),
            id(sys.stdout),
            id(sys.stderr),
        )

    before = settings()
    assert doubling().check(careless).outcome is Outcome.CORRECT
    assert settings() == before


def test_warnings_in_an_answer_are_not_shown():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "NaN" in doubling().check(lambda x: x * (np.zeros(x.shape) / 0)).message


def test_an_interrupt_by_the_user_ends_the_check():
    import _thread

    ended = threading.Event()

    def slow(x):
        try:
            while True:
                pass
        finally:
            ended.set()

    threading.Timer(0.3, _thread.interrupt_main).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        doubling(time_limit=20).check(slow)
    assert time.monotonic() - start < 15
    assert ended.wait(5)


def test_run_returns_the_value_and_the_output():
    result = run(lambda: print("hello") or 42, 1.0)
    assert (result.value, result.timed_out, result.printed) == (42, False, "hello\n")


def test_exit_in_a_kernel_does_not_end_the_kernel():
    """In IPython ``exit()`` raises nothing: it asks the shell to end."""
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_cell('from course_utils.checking.functions import function')\n"
        "shell.run_cell('''\n"
        "def leaves(x):\n"
        "    exit()\n"
        "''')\n"
        "from course_utils.checking.engine import Exercise, Misconception, Solution\n"
        "from course_utils.checking.functions import function\n"
        "wrong = tuple(Misconception(str(i), lambda x, i=i: x + i, '') for i in (1, 2, 3))\n"
        "toy = Exercise('99.1', 'toy', function(lambda x: x, [(1.0,)]), ('a', 'b'), Solution('', ''), (1, "
        "2), wrong)\nprint(toy.check(shell.user_ns['leaves']).message, shell.exit_now, 'ask_exit' in "
        "vars(shell))\n"
        "from course_utils.exercises import award\n"
        "award((1, 'a check within a check', lambda: toy.check(lambda x: x)))\n"
        "print('ask_exit' in vars(shell))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == (
        "Your code asked Python to exit (line 2: `exit()`). It was called with x = 1. False False\n"
        "1 of 1: a check within a check\nFalse\n"
    )


# Hints, solution, cards ----------------------------------------------------------------------------


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


def test_cards_escape_what_the_reader_wrote():
    page = make(number(5.0)).check("<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_cards_are_the_same_every_time_and_say_the_outcome_in_words():
    def fails(x):
        raise TypeError(f"bad thing {object()}")

    cards = [doubling().check(fails) for _ in range(2)]
    assert repr(cards[0]) == repr(cards[1])
    assert cards[0]._repr_html_() == cards[1]._repr_html_()
    assert "0x" not in repr(cards[0])
    assert "Not yet" in repr(cards[0])
    assert "<strong>Not yet</strong>" in cards[0]._repr_html_()


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


def test_an_exercise_shows_how_to_use_it_and_not_its_answers():
    toy = make(number(5.0))
    assert "check(answer)" in repr(toy)
    assert "99.1 A toy" in toy._repr_html_()
    assert "5.0" not in repr(toy) + toy._repr_html_()


# Definition ----------------------------------------------------------------------------------------


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


def test_ids_of_a_module_fit_and_differ():
    toy = make(number(5.0))
    both = (toy, replace(toy, id="99.2"))
    assert validate("lesson99", both) == both
    with pytest.raises(ValueError, match=r"'99\.1' twice"):
        validate("lesson99", (toy, toy))
    with pytest.raises(ValueError, match="lesson98 must hold its own"):
        validate("lesson98", (toy,))
    assert validate("homework03", (replace(toy, id="hw03.2"),))[0].id == "hw03.2"


@pytest.mark.parametrize("unknown", ["01.99", "77.1", "one", "1.3", 1.3, None])
def test_an_unknown_id_lists_those_that_exist(unknown):
    with pytest.raises(ValueError, match=r"01\.1, 01\.2"):
        exercise(unknown)


def test_only_the_lesson_asked_for_is_imported():
    code = (
        "import sys; from course_utils.exercises import exercise;"
        "before = [m for m in sys.modules if 'lesson' in m]; exercise('01.1');"
        "print(before, 'course_utils.exercises.lesson01' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[] True\n"


def test_the_table_of_misconceptions_has_unique_names():
    rows = misconceptions()
    assert isinstance(rows[0], MisconceptionRow)
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.message.endswith((".", "?", ".)")) for row in rows)


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
