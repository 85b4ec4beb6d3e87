"""What a submission uses, looked at often and at little cost."""

import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from course_utils.grading.watch import Watch

LIMITS = SimpleNamespace(memory=2**40, processes=100, disk=2**40)
BUSY = "import os, time\nwhile time.process_time() < 60 and os.getppid() != 1: pass"


@pytest.fixture
def busy():
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    yield process
    process.kill()
    process.wait()


def test_to_look_at_once_tells_the_time_used_without_a_search_for_processes(busy, monkeypatch, tmp_path):
    watch = Watch(busy.pid, (tmp_path,), LIMITS)
    watch.look()
    before, searches = watch.cpu, []
    found = watch.processes
    monkeypatch.setattr(watch, "processes", lambda: searches.append(1) or found())
    monkeypatch.setattr(watch, "_next", time.monotonic() + 60)
    end = time.monotonic() + 30
    while watch.cpu < before + 0.05 and time.monotonic() < end:
        watch.look(at_once=True)
    assert watch.cpu >= before + 0.05
    assert not searches
    watch.look()  # nor does any other look, until the next one is due
    assert not searches
    monkeypatch.setattr(watch, "_next", 0.0)
    watch.look(at_once=True)
    assert searches


def test_a_process_that_has_ended_keeps_the_time_that_it_used(busy, tmp_path):
    watch = Watch(busy.pid, (tmp_path,), LIMITS)
    end = time.monotonic() + 30
    while watch.cpu < 0.05 and time.monotonic() < end:
        watch.look(at_once=True)
    used = watch.cpu
    watch.end()
    busy.wait()
    watch.look(at_once=True)
    assert watch.cpu >= used >= 0.05
