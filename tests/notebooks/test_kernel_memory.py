"""A notebook whose kernel holds too much at its end fails, in the run in which nbval compares the text."""

import subprocess
import sys

import pytest

from tests.tools import ROOT
from tests.tools.notebooks import write_notebook
from tools.memory import resident

pytestmark = pytest.mark.skipif(resident(1) is None, reason="this system does not tell")
BLOCK = "import numpy as np\nblock = np.ones((200, 2**17))  # 200 MB"


def run(folder, *cells):
    write_notebook(folder / "99_tiny.ipynb", cells)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "pyproject.toml",
        "-p",
        "no:cacheprovider",
        "-p",
        "tools.memory",
    ]
    command += ["--nbval", "--nbval-current-env", "--color=no", "--kernel-memory=220"]
    return subprocess.run(
        [*command, str(folder / "99_tiny.ipynb")], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def test_what_is_held_at_the_end_counts(tmp_path):
    found = run(tmp_path, BLOCK, "1 + 1;")
    assert found.returncode == 1
    assert "1 failed, 1 passed" in found.stdout
    assert "MB at the end of the notebook, more than 220" in found.stdout


def test_what_was_freed_does_not(tmp_path):
    found = run(tmp_path, BLOCK, "del block")
    assert found.returncode == 0, found.stdout
    assert "MB of memory at the end of a notebook: 99 " in found.stdout
