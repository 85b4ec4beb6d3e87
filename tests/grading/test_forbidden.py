"""Memory that no limit counts is refused, in all threads and in all that is started; nothing else is."""

import platform
import subprocess
import sys

import pytest

from course_utils.grading.forbidden import refuse_uncounted_memory
from tests.tools import ROOT

TRIED = """
import ctypes, errno, multiprocessing.shared_memory, os, subprocess, sys, threading
from course_utils.grading.forbidden import refuse_uncounted_memory

libc = ctypes.CDLL(None, use_errno=True)


def tried():
    try:
        os.close(os.memfd_create("x"))
    except PermissionError:
        return "refused"
    return "made"


def number(*call):
    result = libc.syscall(*call)
    return errno.errorcode[ctypes.get_errno()] if result < 0 else "done"


go, threads = threading.Event(), []
other = threading.Thread(target=lambda: go.wait() and threads.append(tried()))
other.start()
print(tried())
print(refuse_uncounted_memory())
go.set()
other.join()
print(tried(), *threads)
libc.shmget.restype = ctypes.c_int
print(libc.shmget(0, 4096, 0o1600), errno.errorcode[ctypes.get_errno()])
print(number(0x4000_0000 + 39) if sys.argv[1] == "x86_64" else "EPERM")  # getpid by its other number there
again = "import os\\ntry: os.memfd_create('x')\\nexcept PermissionError: print('refused')"
print(subprocess.run([sys.executable, "-c", again], capture_output=True, text=True).stdout.strip())
called_back = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda value: value + 1)
block = multiprocessing.shared_memory.SharedMemory(create=True, size=4096)
block.close()
block.unlink()
print(called_back(2))
"""


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="no filter is made here",
)
def test_what_no_limit_counts_is_refused_for_good_and_nothing_else_is():
    command = [sys.executable, "-c", TRIED, platform.machine()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "made",
        "True",
        "refused refused",
        "-1 EPERM",
        "EPERM",
        "refused",
        "3",
    ]


def test_elsewhere_nothing_is_done_and_that_is_said(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert refuse_uncounted_memory() is False
