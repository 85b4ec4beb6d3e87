"""Grading in a container: the commands, as far as they can be seen without Docker or Podman."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.grading import container
from course_utils.grading.wall import NoWallError
from tests.homework.tools import tasks
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


def put_engine(folder, name, script):
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
def test_an_engine_that_does_not_answer_gives_way_to_one_that_does(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    put_engine(tmp_path, "docker", "echo first >&2; echo 'Is the docker daemon running?' >&2; exit 1")
    with pytest.raises(NoWallError, match=r"at work, but docker: Is the docker daemon running\?$"):
        container.find_engine()
    put_engine(tmp_path, "podman", "exit 0")
    assert container.find_engine() == "podman"
    put_engine(tmp_path, "docker", "exit 0")
    assert container.find_engine() == "docker"


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


USUAL = "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot"
# An engine's stand-in: it mounts, sets and runs what it is asked to, in a namespace that bubblewrap makes of
# this machine's own system. It has the rights of Docker's containers and those asked for, and no others.
ENGINE = f"""#!{sys.executable}
import os, sys
words = sys.argv[1:]
if words.pop(0) in ("build", "info"):
    sys.exit(0)
command = ["bwrap", "--die-with-parent", "--proc", "/proc", "--dev", "/dev", "--unshare-pid"]
for name in sorted(os.listdir("/")):
    if os.path.islink("/" + name):
        command += ["--symlink", os.readlink("/" + name), "/" + name]
    elif name not in ("proc", "dev", "grading"):
        command += ["--bind", "/" + name, "/" + name]
for right in {USUAL!r}.split():
    command += ["--cap-add", "CAP_" + right.upper()]
while words[0].startswith("--"):
    option, _, value = words.pop(0).partition("=")
    if option == "--network":
        command += ["--unshare-net"] if value == "none" else []
    elif option == "--cap-add":
        command += ["--cap-add", "CAP_" + value]
    elif option == "--env":
        command += ["--setenv", *words.pop(0).split("=", 1)]
    elif option == "--volume":
        here, there, *only = words.pop(0).split(":")
        command += ["--ro-bind" if only else "--bind", here, there]
os.execvp("bwrap", [*command, "--", *words[1:]])  # after the name of the image
"""


@pytest.mark.grading
def test_what_the_engine_is_asked_to_run_grades_behind_the_wall(tmp_path):
    if os.geteuid() != 0 or shutil.which("bwrap") is None:
        pytest.skip("needs root, as in a container, and bubblewrap")
    sources = tmp_path / "sources"
    shutil.copytree(ROOT / "notebooks" / "homework" / "key", sources / "key")
    shutil.copy(ROOT / "notebooks" / "homework" / "hw01.ipynb", sources)
    (tmp_path / "bin").mkdir()
    engine = tmp_path / "bin" / "docker"
    engine.write_text(ENGINE)
    engine.chmod(0o755)
    (tmp_path / "class" / "ada").mkdir(parents=True)
    shutil.copy(sources / "hw01.ipynb", tmp_path / "class" / "ada")  # with the model solutions
    arguments = ["grade", tmp_path / "class", "--sources", sources, "--course", tmp_path / "course"]
    arguments += ["--out", tmp_path / "out.csv", "--container"]
    path = os.pathsep.join([str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.grading", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines())
    by_machine = sum(points for task, points in tasks("hw01").items() if task != "hw01.7")
    assert (row["student"], float(row["total"])) == ("ada", by_machine)
    assert "without a wall" not in row["remarks"]


@pytest.mark.grading
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_the_rights_of_the_container_are_enough_for_the_wall():
    """The rights that Docker gives by default, and those that `run` adds: with these the wall stands."""
    if os.geteuid() != 0 or shutil.which("bwrap") is None:
        pytest.skip("needs root, as in a container, and bubblewrap")
    added = [right.partition("=")[2].lower() for right in container._RIGHTS if "cap-add" in right]
    bounds = ",".join(["-all", *(f"+{name}" for name in [*USUAL.split(), *added])])
    code = "from course_utils.grading.wall import require_wall; require_wall(); print('stands')"
    command = ["setpriv", f"--bounding-set={bounds}", "--", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=Path(ROOT), capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "stands", done.stderr
