"""Folders that a graded cell cannot open."""

from __future__ import annotations

import os
import subprocess
import sys

GUARDED = """
import os, sys
from course_utils.grading.guard import protect
protect([{closed!r}])
refused = 0
for attempt in (
    lambda: open({closed!r} + "/secret.txt"),
    lambda: open({closed!r} + "/new.txt", "w"),
    lambda: open(os.path.join({link!r}, "secret.txt")),
    lambda: os.open({closed!r} + "/secret.txt", os.O_RDONLY),
    lambda: os.listdir({closed!r}),
    lambda: list(os.scandir({closed!r})),
    lambda: os.remove({closed!r} + "/secret.txt"),
    lambda: os.rename({closed!r} + "/secret.txt", "stolen.txt"),
    lambda: __import__("sqlite3").connect({closed!r} + "/gradebook.db"),
    lambda: __import__("subprocess").run([sys.executable, "-c", ""]),
    lambda: os.system("exit 0"),
    lambda: os.kill(os.getppid(), 0),
):
    try:
        attempt()
    except PermissionError:
        refused += 1
open({open!r}, "w").close()
print(refused)
"""


def test_the_grader_s_folders_are_closed(tmp_path):
    closed, link = tmp_path / "closed", tmp_path / "link"
    closed.mkdir()
    (closed / "secret.txt").write_text("42")
    try:
        link.symlink_to(closed, target_is_directory=True)
    except OSError:
        link = closed  # Windows lets few users make links
    source = GUARDED.format(closed=str(closed.resolve()), link=str(link), open=str(tmp_path / "closed.txt"))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == "12", done.stderr
    assert (closed / "secret.txt").read_text() == "42"
    assert os.listdir(closed) == ["secret.txt"]
