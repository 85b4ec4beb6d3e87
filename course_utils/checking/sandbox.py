"""Run a reader's code where it can do no harm: with a time limit, held-back output and restored settings.

The code runs in a daemon thread, because threads are what Windows, macOS, Linux and a Jupyter kernel have
in common (signals and process copies are not). Python code that overruns is stopped by an exception set
from outside; compiled code is stopped as soon as it returns. One limit remains: compiled code that neither
returns nor releases the interpreter lock, such as ``sum(itertools.count())``, holds up every thread, and
only a restart of the kernel ends it.
"""

from __future__ import annotations

import ctypes
import io
import os
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from types import FrameType
from typing import Any, Generic, NoReturn, TypeVar

import numpy as np

T = TypeVar("T")
PATIENCE = 5.0  # so many times a limit may pass by the clock, while the machine is busy with other things
_POLL = 0.05  # s; short waits keep Ctrl-C alive on Windows, where a waiting lock cannot be interrupted
BREATH = 0.001  # s that a thread beside waits for each print that is dropped: it leaves the others their time
_GENTLE, _GRACE = 0.1, 1.0  # s; how long code may take to clean up, and until it is left behind


class Stop(SystemExit):
    """Stops a worker; a SystemExit, so that neither ``except Exception`` nor the thread's end reports it."""


class FirmStop(Stop):
    """Stops a worker whose code catches everything, ``while True: try: … except: pass``.

    Raised from outside, an exception always strikes the long-running line inside the ``try``. But Python
    creates the exception in the thread that it stops, so its constructor can install a trace function
    there, which raises again inside the handler, from where it gets out.
    """

    def __init__(self) -> None:
        super().__init__()
        sys.settrace(lambda frame, event, argument: None)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if os.path.dirname(frame.f_code.co_filename) != os.path.dirname(__file__):
                frame.f_trace, frame.f_trace_opcodes = _raise_in_handler, True
            frame = frame.f_back


def _raise_in_handler(frame: FrameType, event: str, argument: Any) -> Any:
    if event in ("line", "opcode") and isinstance(sys.exc_info()[1], Stop):
        raise Stop
    return _raise_in_handler


@dataclass(frozen=True)
class Run(Generic[T]):
    """How a task ended.

    Attributes
    ----------
    value : what it returned, None if it did not.
    timed_out : whether it was stopped, or left behind, at the time limit.
    printed : the beginning of what it wrote to stdout and stderr.
    """

    value: T | None
    timed_out: bool
    printed: str


def run(task: Callable[[], T], time_limit: float) -> Run[T]:
    """Run ``task`` in a worker thread for at most ``time_limit`` CPU seconds of this process.

    It gets ``time_limit`` seconds by the clock in any case, and never more than `PATIENCE` times as many, so
    that neither a busy machine nor several cores shorten its time, and waiting comes to an end too.

    The task is expected to turn its own exceptions into a value. The random states of ``random`` and
    ``numpy.random``, NumPy's error and print settings, warning filters and the recursion limit are the same
    afterwards as before. KeyboardInterrupt ends the task and reaches the caller.
    """
    values: list[T] = []
    done = threading.Event()  # Thread.is_alive cannot be trusted after a KeyboardInterrupt in Thread.join

    def work() -> None:
        with suppress(Stop):
            try:
                values.append(task())
            finally:
                sys.settrace(None)
                done.set()

    # The copied context carries NumPy's error and print settings, so changes to them end with the thread.
    worker = threading.Thread(target=copy_context().run, args=(work,), daemon=True, name="exercise check")
    output = _Beginning(worker)
    with _restored_settings(), _printed_to(output):
        worker.start()
        try:
            _wait(done, time_limit)
            timed_out = not done.is_set()
        finally:
            _stop(worker, done)
    return Run(values[0] if values and not timed_out else None, timed_out, output.getvalue())


_cpu_clock: Callable[[], float] = time.process_time


def count_with(clock: Callable[[], float]) -> None:
    """Count CPU seconds with ``clock`` from now on: for a process that has another one compute."""
    global _cpu_clock
    _cpu_clock = clock


def _wait(done: threading.Event, seconds: float) -> None:
    begin, start = time.monotonic(), _cpu_clock()
    while not done.is_set():
        passed = time.monotonic() - begin
        if passed > PATIENCE * seconds or (passed > seconds and _cpu_clock() - start > seconds):
            return
        done.wait(min(seconds, _POLL))


def _stop(worker: threading.Thread, done: threading.Event) -> None:
    """Raise Stop inside the worker, then more firmly while its code swallows it, then leave it behind."""
    start = time.monotonic()
    while not done.is_set() and (elapsed := time.monotonic() - start) < _GRACE:
        stop = Stop if elapsed < _GENTLE else FirmStop
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident or 0), ctypes.py_object(stop))
        done.wait(0.02)


class _Beginning:
    """Keeps the first characters and drops the rest, so that endless printing stays small.

    Other threads than ``worker``, which print on from before, wait a moment for each print that is dropped:
    so they take no time from what is checked.
    """

    def __init__(self, worker: threading.Thread, keep: int = 1000) -> None:
        self._worker, self._left = worker, keep
        self._parts: list[str] = []

    def write(self, text: str) -> None:
        if self._left > 0:
            self._parts.append(text[: self._left])
            self._left -= len(text)
        elif threading.current_thread() is not self._worker:
            time.sleep(BREATH)

    def getvalue(self) -> str:
        return "".join(self._parts) + ("…" if self._left < 0 else "")


class _Stream(io.TextIOBase):
    """Stands for stdout and stderr in every run, and hands on what is printed to the run's beginning.

    There is one for the life of the process: ``print`` does not hold the stream that it writes to, so that
    Python crashes if another thread takes the stream away meanwhile and it ends (CPython's issue 130163).
    """

    target: _Beginning | None = None

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.target is not None:
            self.target.write(text)
        return len(text)

    def close(self) -> None:
        """Stay open, whoever closes it."""


_STREAM = _Stream()


@contextmanager
def _printed_to(beginning: _Beginning) -> Iterator[None]:
    streams, target = (sys.stdout, sys.stderr), _STREAM.target  # those of a check around this one, perhaps
    _STREAM.target = beginning
    sys.stdout = sys.stderr = _STREAM
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        _STREAM.target = target


@contextmanager
def _restored_settings() -> Iterator[None]:
    python_random, numpy_random = random.getstate(), np.random.get_state()  # noqa: NPY002
    recursion_limit = sys.getrecursionlimit()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), _no_exit():
            warnings.simplefilter("ignore")  # NaN and infinity are named in the feedback instead
            yield
    finally:
        random.setstate(python_random)
        np.random.set_state(numpy_random)  # noqa: NPY002
        sys.setrecursionlimit(recursion_limit)


@contextmanager
def _no_exit() -> Iterator[None]:
    """Make a notebook's ``exit()`` and ``quit()``, which end the kernel without an exception, raise one."""
    interactive = sys.modules.get("IPython")
    shell: Any = interactive.get_ipython() if interactive is not None else None
    if shell is None:
        yield
        return

    def ask_exit() -> NoReturn:
        raise SystemExit

    replaced = vars(shell).get("ask_exit")  # by a check around this one
    shell.ask_exit = ask_exit
    try:
        yield
    finally:
        if replaced is None:
            del shell.ask_exit
        else:
            shell.ask_exit = replaced
