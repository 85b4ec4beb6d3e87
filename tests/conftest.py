"""What every test process needs."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import settings

from tests.tools.search import LONGER

# The same examples on every machine and in every run: a red run is somebody's change, never bad luck. `make
# fuzz` looks for new ones with the profile "search"; what it finds becomes an explicit @example.
settings.register_profile("steady", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile(
    "search", derandomize=False, max_examples=100 * LONGER, deadline=None, database=None, print_blob=True
)
settings.load_profile("steady")


def pytest_configure() -> None:
    # What tests solve is none of the reader's progress; nor in the kernels and servers that they start.
    os.environ["COURSE_PROGRESS"] = "off"
    # A shell that starts a job in the background makes it deaf to Ctrl-C, and so its children: the tests
    # of what Ctrl-C does would wait in vain.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def spawned() -> Iterator[ProcessPoolExecutor]:
    """One process that inherits nothing from this one; it takes a second to start, so all tests share it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """State what became of the wrong answers that were made by program, and what browsers measured."""
    reports = [
        one
        for found in terminalreporter.stats.values()
        for one in found
        if getattr(one, "when", "") == "call"
    ]
    for measured in (value for one in reports for name, value in one.user_properties if name == "measured"):
        terminalreporter.write_line(measured)
    counts = [value for one in reports for name, value in one.user_properties if name == "mutants"]
    hidden = [value for one in reports for name, value in one.user_properties if name == "hidden tests"]
    if hidden:
        wrong, same, survived = (sum(column) for column in zip(*hidden, strict=True))
        terminalreporter.write_line(
            f"mutants of {len(hidden)} homework tasks: {wrong} lost points, {same} equivalent, "
            f"{survived} survived"
        )
    if counts:
        wrong, named, same, survived = (sum(column) for column in zip(*counts, strict=True))
        terminalreporter.write_line(
            f"mutants of {len(counts)} exercises: {wrong} wrong, {named} of them told what is wrong, "
            f"{same} equivalent, {survived} survived"
        )
