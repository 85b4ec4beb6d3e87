"""On a console that does not know every sign, words are printed plainly and nothing fails."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest

from course_utils import console
from tests.tools import ROOT

EVERYTHING = """
import sys, numpy as np
from course_utils import critical_points, curvature, datasets, landscapes, objectives, optimizers
from course_utils import plotting
from course_utils.exercises import exercise, predict, where_was_i
from course_utils.installation import check_installation

saddle = objectives.catalogue()["monkey saddle"]
task = exercise("01.1")
print(check_installation(), task, task.check(0.3), task.check(...), task.hint(), task.hint(), sep="\\n")
for name in ("01.2", "02.3", "03.1", "04.2", "08.1", "11.2"):
    print(exercise(name).check("η"), exercise(name).hint(), exercise(name).solution(), sep="\\n")
print(predict("‖g‖ → 0?", ("λ₁ < 0", "ηλ ≥ ½"), truth="ηλ ≥ ½", reveal="★", id="99.a"), where_was_i())
print(saddle, *saddle.critical_points, objectives.catalogue().keys(), datasets.load("mnist-10x10"))
run = optimizers.minimize(saddle, optimizers.Momentum(0.1), [0.5, 0.2], 5)
print(run, run.message, *vars(optimizers).values())
bowl = objectives.quadratic([1.0, 2.0])
print(critical_points.certify(bowl, np.zeros(2)), curvature.classify([-1.0, 0.0, 2.0]))
print(landscapes.basin_map(objectives.himmelblau(), optimizers.GradientDescent(0.01), resolution=5, steps=4))
print(plotting.contour(objectives.himmelblau()))
print("✎ ➜ ★ ✓ ‖g‖² 10⁻¹² −ηλ₁ Σ ½ 日")
print("−ηλ ‖g‖", file=sys.stderr)
"""


def run(command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "0", **environment},
        capture_output=True,
        timeout=240,
    )


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-8", "✎ ➜ ★ ✓ ‖g‖² 10⁻¹² −ηλ₁ Σ ½ 日"),
        ("cp1252", ">> -> * ok ||g||² 10^-¹² -eta lambda1 Sigma ½ ?"),
        ("cp437", ">> -> * ok ||g||² 10^-1² -eta lambda1 Σ ½ ?"),
        ("ascii", ">> -> * ok ||g||^2 10^-12 -eta lambda1 Sigma 1/2 ?"),
    ],
)
def test_whatever_the_course_returns_can_be_printed(encoding, says):
    done = run(["-c", EVERYTHING], PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode(encoding).replace("\r\n", "\n")
    assert out.splitlines()[-1].strip() == says
    for utf8, plain in (("✎ Not yet", ">> Not yet"), ("★ Solution", "* Solution"), ("✓ numpy", "ok numpy")):
        assert (utf8 if encoding == "utf-8" else plain) in out
    assert ("−ηλ ‖g‖" if encoding == "utf-8" else "||g||") in done.stderr.decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_commands_print_on_any_console(encoding):
    done = run(["-m", "course_utils.experiments", "--list"], PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "saddle-free-newton" in done.stdout.decode(encoding)


def stream(encoding, errors="strict"):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=errors)


def test_only_streams_that_would_fail_change(monkeypatch):
    for out, errors in (
        (stream("utf-8"), "strict"),
        (stream("utf-16"), "strict"),
        (stream("cp1252"), console.PLAIN),
        (stream("ascii", "surrogateescape"), console.PLAIN),  # Python's own in the locale C
        (stream("ascii", "xmlcharrefreplace"), "xmlcharrefreplace"),  # chosen by somebody
    ):
        monkeypatch.setattr(sys, "stdout", out)
        console.show_every_sign()
        assert out.errors == errors
    for strange in (None, io.StringIO()):  # pythonw has no stdout, a notebook one of its own
        monkeypatch.setattr(sys, "stdout", strange)
        console.show_every_sign()


def test_every_character_has_a_plain_form():
    for sign in map(chr, np.random.default_rng(0).permutation(0x110000)[:20_000]):
        assert sign.encode("ascii", console.PLAIN).isascii()
    texts = {"ŵᵀŵ ≈ φ′(θ)": "w^Tw ~ phi'(theta)", "x₁ ∈ ℝⁿ⁺¹": "x1 in R^n+1", "Γ ς ά": "Gamma sigma alpha"}
    for text, plain in texts.items():
        assert text.encode("ascii", console.PLAIN).decode() == plain


def test_only_encoding_can_be_forgiven():
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", console.PLAIN)
