"""Grading in a container: the commands, as far as they can be seen without Docker or Podman."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.grading import container
from course_utils.grading.wall import NoWallError
from tests.tools import ROOT


def test_the_container_gets_what_it_grades_and_can_change_only_what_it_writes(tmp_path):
    paths = [tmp_path / name for name in ("sources", "class 7", "course", "out/grades.csv")]
    for engine in container.ENGINES:
        command = container.run(engine, *paths, ["--jobs", "4"])
        volumes = [command[i + 1] for i, part in enumerate(command) if part == "--volume"]
        writable = [one for one in volumes if not one.endswith(":ro")]
        assert writable == [f"{tmp_path / 'course'}:/grading/course", f"{tmp_path / 'out'}:/grading/out"]
        assert f"{tmp_path / 'class 7'}:/grading/in/class 7:ro" in volumes
        assert "--network=none" in command
        assert command[-2:] == ["--jobs", "4"]
        assert "--privileged" not in command


def test_the_image_holds_no_key():
    """What the image is made of is listed, and homework's sources and tests are not."""
    lines = (ROOT / "Containerfile.dockerignore").read_text().split()
    assert lines[0] == "*"
    assert not any(word in line for line in lines[1:] for word in ("notebooks", "tests", "homework"))
    copies = [
        line.split() for line in (ROOT / "Containerfile").read_text().splitlines() if line[:4] == "COPY"
    ]
    for path in (path for words in copies for path in words[1:-1]):
        assert (ROOT / path).exists()


def test_without_an_engine_the_message_says_so(monkeypatch):
    monkeypatch.setattr(container.shutil, "which", lambda name: None)
    with pytest.raises(NoWallError, match="Docker or Podman"):
        container.find_engine()


def test_outside_a_checkout_the_message_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(container.course_utils, "__file__", str(tmp_path / "course_utils" / "__init__.py"))
    with pytest.raises(NoWallError, match="Containerfile"):
        container.build("docker")


def test_a_container_and_no_wall_exclude_each_other(tmp_path):
    arguments = ["grade", str(tmp_path), "--container", "--trust-submissions"]
    done = subprocess.run([sys.executable, "-m", "course_utils.grading", *arguments], cwd=ROOT,
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 1
    assert "exclude each other" in done.stderr


@pytest.mark.grading
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_the_rights_of_the_container_are_enough_for_the_wall():
    """The rights that Docker gives by default, and those that `run` adds: with these the wall stands."""
    if os.geteuid() != 0 or shutil.which("bwrap") is None:
        pytest.skip("needs root, as in a container, and bubblewrap")
    usual = "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot"
    added = [right.partition("=")[2].lower() for right in container._RIGHTS if "cap-add" in right]
    bounds = ",".join(["-all", *(f"+{name}" for name in [*usual.split(), *added])])
    code = "from course_utils.grading.wall import require_wall; require_wall(); print('stands')"
    command = ["setpriv", f"--bounding-set={bounds}", "--", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=Path(ROOT), capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "stands", done.stderr
