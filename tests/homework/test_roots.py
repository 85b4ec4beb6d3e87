"""Roots of functions of one number."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest

from key.roots import root
from tests.homework.tools import NAMES, ROOT


@pytest.mark.parametrize(
    ("function", "low", "high", "expected"),
    [
        (lambda x: x**2 - 2, 0.0, 2.0, math.sqrt(2)),
        (lambda x: 2 - x**2, 0.0, 2.0, math.sqrt(2)),
        (math.cos, 1.0, 2.0, math.pi / 2),
        (lambda x: x + 1e-9, -1.0, 3.0, -1e-9),
    ],
)
def test_a_root_is_found_to_the_last_digit(function, low, high, expected):
    assert root(function, low, high) == pytest.approx(expected, rel=1e-15)


def test_a_function_of_one_sign_has_none():
    with pytest.raises(ValueError, match="must change its sign between 1 and 2"):
        root(math.exp, 1.0, 2.0)


@pytest.mark.parametrize("homework", ["hw07", "hw10"])
def test_a_worker_does_not_spend_its_time_on_an_import(homework):
    assert homework in NAMES
    code = f"import sys, key.homework{homework[2:]}.hidden; print('scipy.optimize' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "notebooks" / "homework", capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'notebooks' / 'homework'}"}, check=True,
    )  # fmt: skip
    assert done.stdout == "False\n"
