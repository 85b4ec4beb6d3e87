"""Answers that never end, print, change global settings or exit."""

import random
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.checking.sandbox import run
from tests.tools.toy_exercise import double, doubling


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


RELEASED = threading.Event()


def sleeps(x):
    RELEASED.wait()


@pytest.mark.parametrize(("endless", "ends"), [(loops, True), (loops_and_swallows, True), (sleeps, False)])
def test_endless_work_is_stopped(endless, ends):
    RELEASED.clear()
    before = set(threading.enumerate())  # some of which may end meanwhile

    def left():
        return set(threading.enumerate()) - before

    start = time.process_time()
    feedback = doubling(time_limit=0.2).check(endless)
    assert time.process_time() - start < 20.0
    assert feedback.outcome is Outcome.NOT_YET
    assert "No answer after 0.2 s" in feedback.message
    for thread in left() if ends else ():  # it ends a moment after its work
        thread.join(60)
    assert (not left()) is ends
    RELEASED.set()


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
    with pytest.raises(KeyboardInterrupt):
        doubling(time_limit=20).check(slow)
    assert ended.wait(60)


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


PRINTING = """
import io, sys, threading, time
from course_utils.checking.sandbox import run

class Device(io.TextIOBase):
    def write(self, text):
        return len(text)

sys.stdout = sys.stderr = Device()
going = True

def chatter(stream):
    while going:
        print("noise" * 10, file=stream and getattr(sys, stream))

threads = [threading.Thread(target=chatter, args=(stream,)) for stream in (None, "stdout", "stderr")]
for thread in threads:
    thread.start()
end, runs, right = time.monotonic() + 40, 0, 0
while runs < 400 and time.monotonic() < end:
    runs += 1
    right += run(lambda: run(lambda: sum(range(1000)), 1.0).value, 1.0).value == 499500
going = False
for thread in threads:
    thread.join()
sys.__stdout__.write(f"{runs == right} {runs >= 100} {type(sys.stdout).__name__} {type(sys.stderr).__name__}")
"""


def test_threads_that_print_on_neither_crash_python_nor_spoil_what_is_checked():
    """``print`` writes to a stream that another thread, which begins or ends a check, has just put away."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PRINTING], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "True True Device Device"), done.stderr[-2000:]


def test_a_thread_that_prints_on_takes_no_time_from_what_is_checked():
    going = threading.Event()
    going.set()

    def chatter():
        while going.is_set():
            print("noise" * 100)

    def work():
        threading.Event().wait(0.3)  # until what is kept is full
        start = time.thread_time(), time.process_time()
        while time.thread_time() - start[0] < 0.2:
            pass
        return time.process_time() - start[1]

    def with_others():
        others = [threading.Thread(target=chatter) for _ in range(3)]
        for one in others:
            one.start()
        try:
            return work()
        finally:
            going.clear()
            for one in others:
                one.join()

    used = run(with_others, 20.0).value
    assert used is not None
    assert used < 0.5
