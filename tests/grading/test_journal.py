"""Two runs in one folder."""

from __future__ import annotations

import subprocess
import sys

from course_utils.grading.journal import alone_in

HOLD = """
import sys
from pathlib import Path
from course_utils.grading.journal import alone_in
with alone_in(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.readline()
"""


def test_the_second_run_waits_for_the_first_even_if_that_is_killed(tmp_path, capfd):
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)  # fmt: skip
    second = None
    try:
        assert first.stdout.readline() == "in\n"
        second = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        assert "another run grades in" in second.stderr.readline()
        first.kill()
        assert second.stdout.readline() == "in\n"
        second.communicate("\n", timeout=60)
    finally:
        for process in filter(None, (first, second)):
            process.kill()
            process.communicate()
    with alone_in(tmp_path):
        assert capfd.readouterr().err == ""
