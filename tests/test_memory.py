"""A notebook's kernel gives back what a cell no longer needs."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from course_utils import memory

# Blocks too small for a mapping of their own: what lies between two that stay is free, but not at the end.
_HOLES = """
import numpy as np
import course_utils.objectives
from course_utils.memory import give_back

def resident():
    pages = open("/proc/self/statm").read().split()[1]
    return int(pages) * 4096

blocks = [np.ones(2**17) for _ in range(60)]
del blocks[:-1]
before = resident()
give_back()
print((before - resident()) // 2**20)
"""


# A circle of a figure's kind, which no count of references lets go; and a thing that was there before.
_CIRCLE = """
import gc
from course_utils.memory import give_back

class Part:
    pass

gc.disable()
give_back()
before = gc.get_freeze_count()
one, other = Part(), Part()
one.whole, other.whole = other, one
del one, other
give_back()
print(sum(isinstance(thing, Part) for thing in gc.get_objects()), before > 0, gc.get_freeze_count() <= before)
"""


def test_parts_that_refer_to_one_another_go_and_what_was_there_is_not_looked_through_again():
    run = subprocess.run([sys.executable, "-c", _CIRCLE], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "True", "True"]


@pytest.mark.skipif(
    memory._MALLOC_TRIM is None, reason="the C library keeps no memory that could be given back"
)
def test_freed_memory_goes_back_to_the_system():
    run = subprocess.run([sys.executable, "-c", _HOLES], capture_output=True, text=True, check=True)
    assert int(run.stdout) > 40  # of 59 MB


def test_elsewhere_the_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert memory._trim() is None


def test_ipython_gives_back_after_each_cell(monkeypatch):
    registered = {}
    shell = SimpleNamespace(events=SimpleNamespace(register=registered.__setitem__))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    calls = []
    monkeypatch.setattr(memory, "give_back", lambda: calls.append("gave back"))
    memory.give_back_after_cells()
    registered["post_run_cell"](None)
    assert calls == ["gave back"]


@pytest.mark.parametrize("ipython", [None, SimpleNamespace(get_ipython=lambda: None)])
def test_outside_of_ipython_nothing_is_registered(monkeypatch, ipython):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    memory.give_back_after_cells()
