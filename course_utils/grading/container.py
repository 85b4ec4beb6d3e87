"""Grading in a container, where this machine cannot build the wall: the same command, in Docker or Podman.

The container (see ``Containerfile``) is a Linux with bubblewrap, which builds the same wall in it: a
submission sees as little there as anywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import course_utils
from course_utils.grading.wall import NoWallError

IMAGE = "nonconvex-grading"
ENGINES = ("docker", "podman")
# What bubblewrap needs to build a wall in the container; submissions get none of it.
_RIGHTS = ("--cap-add=SYS_ADMIN", "--cap-add=NET_ADMIN", "--security-opt=seccomp=unconfined")
_MORE = {
    "docker": ("--security-opt=apparmor=unconfined", "--security-opt=systempaths=unconfined"),
    "podman": (
        "--security-opt=apparmor=unconfined",
        "--security-opt=unmask=ALL",
        "--security-opt=label=disable",
    ),
}


def find_engine() -> str:
    """Return ``"docker"`` or ``"podman"``, whichever is installed and answers.

    Raises
    ------
    NoWallError
        If neither does; the message holds what was said.
    """
    said = []
    for engine in filter(shutil.which, ENGINES):
        try:
            asked = subprocess.run([engine, "info"], capture_output=True, text=True, errors="replace",
                                   timeout=60, check=False)  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            said.append(f"{engine}: {error}")
            continue
        if asked.returncode == 0:
            return engine
        said.append(f"{engine}: {(asked.stderr.strip().splitlines() or ['it ended without a word'])[-1]}")
    if said:
        raise NoWallError(f"--container needs Docker or Podman at work, but {'; '.join(said)}")
    raise NoWallError("--container needs Docker or Podman, and neither is installed.")


def build(engine: str) -> list[str]:
    """Return the command that makes the image; after the first time it takes a moment.

    Raises
    ------
    NoWallError
        If this course is no checkout, which alone holds the Containerfile.
    """
    checkout = Path(course_utils.__file__).parents[1]
    if not (checkout / "Containerfile").is_file():
        raise NoWallError(
            f"--container needs a checkout of the course; there is no Containerfile in {checkout}."
        )
    return [engine, "build", "--tag", IMAGE, "--file", str(checkout / "Containerfile"), str(checkout)]


def run(
    engine: str, sources: Path, submissions: Path, course: Path, out: Path, options: Sequence[str]
) -> list[str]:
    """Return the command that grades ``submissions`` in a container; what it writes is its caller's."""
    inside = f"/grading/in/{submissions.resolve().name}"
    mounts = {
        f"{sources.resolve()}": "/grading/sources:ro",
        f"{submissions.resolve()}": f"{inside}:ro",
        f"{course.resolve()}": "/grading/course",
        f"{out.resolve().parent}": "/grading/out",
    }
    grade = ["python", "-m", "course_utils.grading", "grade", inside, "--sources", "/grading/sources"]
    grade += ["--course", "/grading/course", "--out", f"/grading/out/{out.name}", *options]
    if engine == "docker" and hasattr(os, "getuid"):  # Podman's root is its caller already
        table = f"/grading/out/{out.name}"
        script = '"$@"; s=$?; chown -R "$OWNER" /grading/course "$TABLE" 2>/dev/null; exit $s'
        owner = ["--env", f"OWNER={os.getuid()}:{os.getgid()}", "--env", f"TABLE={table}"]
        grade = ["sh", "-c", script, "grade", *grade]
    else:
        owner = []
    volumes = [part for here, there in mounts.items() for part in ("--volume", f"{here}:{there}")]
    command = [engine, "run", "--rm", "--init", "--network=none", *_RIGHTS, *_MORE[engine]]
    return [*command, *owner, *volumes, IMAGE, *grade]


def grade_in_container(
    sources: Path, submissions: Path, course: Path, out: Path, options: Sequence[str]
) -> int:
    """Make the image, grade in a container, and return the exit status.

    Raises
    ------
    NoWallError
        If there is no engine, no Containerfile, or the image cannot be made.
    """
    engine = find_engine()
    course.mkdir(parents=True, exist_ok=True)
    if subprocess.run(build(engine), stdout=subprocess.DEVNULL, check=False).returncode:
        raise NoWallError(f"{engine} could not make the image; what it said stands above.")
    status = subprocess.run(run(engine, sources, submissions, course, out, options), check=False).returncode
    if status == 0:
        print(f"/grading/out/{out.name} is {out} here")
    return status
