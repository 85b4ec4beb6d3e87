"""On a console that does not know every sign, words are printed plainly and nothing fails."""

import os
import subprocess
import sys

import pytest

from tests.tools import ROOT


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize(
    ("command", "says"),
    [
        (
            ["-c", "from course_utils.installation import check_installation as c; print(c())"],
            "ok numpy",
        ),
        (["-c", "from course_utils.console import forgive_signs as f; f(); print('\u2016g\u2016')"], "?g?"),
        (["-m", "course_utils.experiments", "--list"], "saddle-free-newton"),
    ],
)
def test_commands_print_on_any_console(encoding, command, says):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert says in done.stdout.decode(encoding).replace("NumPy", "numpy")
