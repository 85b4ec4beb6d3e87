"""The wall around a submission: harmless stand-ins for what a hostile one would try."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from course_utils.grading import wall
from course_utils.grading.kernel import Ran
from course_utils.grading.limits import Limits
from course_utils.grading.session import Session
from course_utils.grading.wall import FOLDERS, NoWall, NoWallError, Wall, require_wall, sweep
from tests.tools import ROOT

LIMITS = Limits(cell=6, total=200, processes=60, disk=20 * 1024**2, memory=2 * 1024**3)


def why_not() -> str:
    try:
        require_wall()
    except NoWallError as error:
        return str(error)
    return ""


walled = [pytest.mark.grading, pytest.mark.skipif(bool(why_not()), reason=why_not())]


def said(ran: Ran) -> str:
    """What a cell printed; an error counts as its name."""
    return "".join(one.get("text") or one.get("ename", "") for one in ran.outputs).strip()


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Wall, LIMITS) as session:
        yield session


class TestWhatIsSeen:
    pytestmark = walled

    def test_the_course_is_there_to_read_and_not_to_change(self, session):
        code = (
            "import course_utils\nfrom course_utils.datasets import load\nload('mnist-10x10')\nprint('read')"
        )
        assert said(session.run(code)) == "read"
        code = "open(course_utils.__file__, 'a')"
        assert said(session.run(code)) in ("OSError", "PermissionError")
        code = "import os, numpy\nos.rename(os.path.dirname(numpy.__file__), 'numpy')"
        assert said(session.run(code)) in ("OSError", "PermissionError")

    def test_nothing_else_of_the_machine_is(self, session, tmp_path):
        (tmp_path / "grades.csv").write_text("ada,20")
        places = [
            tmp_path,
            tmp_path / "grades.csv",
            ROOT / "notebooks",
            ROOT / "tests",
            ROOT / "pyproject.toml",
        ]
        places += [Path("/home"), Path("/etc/passwd"), Path("/etc/shadow"), Path("/var"), Path("/sys")]
        code = f"import os\nprint([p for p in {[str(place) for place in places]} if os.path.exists(p)])"
        assert said(session.run(code)) == "[]"

    def test_paths_relative_to_descriptors_lead_nowhere_else(self, session, tmp_path):
        (tmp_path / "grades.csv").write_text("ada,20")
        code = f"""
import os
found = []
for name in os.listdir("/proc/self/fd"):
    for up in range(12):
        try:
            os.close(os.open("../" * up + {str(tmp_path).lstrip("/")!r}, os.O_RDONLY, dir_fd=int(name)))
            found.append(name)
        except OSError:
            pass
here = os.open(".", os.O_RDONLY)
for up in range(12):
    try:
        found.append(os.open("../" * up + {str(tmp_path).lstrip("/")!r} + "/grades.csv", 0, dir_fd=here))
    except OSError:
        pass
print(found)"""
        assert said(session.run(code)) == "[]"

    def test_there_is_no_network(self, session):
        code = "import socket\nsocket.create_connection(('192.0.2.1', 80), 2)"
        assert said(session.run(code)) == "OSError"
        names = "import os\nprint(os.listdir('/sys/class/net') if os.path.isdir('/sys/class/net') else [])"
        assert said(session.run(names)) == "[]"

    def test_other_processes_are_neither_seen_nor_reached(self, session):
        code = "import os\nprint(len([name for name in os.listdir('/proc') if name.isdigit()]))"
        assert int(said(session.run(code))) <= 4
        code = f"import os\nos.kill({os.getpid()}, 0)"
        assert said(session.run(code)) == "ProcessLookupError"

    def test_no_descriptor_of_the_grader_is_inherited(self, session):
        code = """
import os
kept = {}
for name in os.listdir("/proc/self/fd"):
    try:
        kept[int(name)] = os.readlink("/proc/self/fd/" + name)
    except OSError:
        pass
print(kept)"""
        of_the_kernel = eval(said(session.run(code)))
        assert [of_the_kernel[number] for number in (0,)] == ["/dev/null"]
        own = set()
        for name in os.listdir("/proc/self/fd"):
            try:
                own.add(os.readlink(f"/proc/self/fd/{name}"))
            except OSError:
                continue
        shared = {place for place in of_the_kernel.values() if place.startswith(("pipe:", "socket:"))} & own
        assert not shared

    def test_it_has_no_rights_and_gets_none(self, session):
        code = "print([line.split()[1] for line in open('/proc/self/status') if line[:3] == 'Cap'])"
        assert set(eval(said(session.run(code)))) == {"0" * 16}
        code = "import os\nos.setuid(0) if os.getuid() else print('root')"
        assert said(session.run(code)) == "PermissionError"


class TestWhatIsUsed:
    pytestmark = walled

    def test_memory(self, session):
        assert said(session.run("x = bytearray(3 * 1024**3)")) == "MemoryError"

    def test_memory_that_belongs_to_no_process(self, session):
        code = """
import asyncio, ctypes, os
from concurrent.futures import Future

def tried():
    try:
        os.close(os.memfd_create("x"))
    except PermissionError:
        return "refused"

kernel, elsewhere = get_ipython().kernel, Future()
kernel.control_thread.io_loop.add_callback(lambda: elsewhere.set_result(tried()))
print(tried(), elsewhere.result(10), ctypes.CDLL(None).shmget(0, 4096, 0o1600))"""
        assert said(session.run(code)) == "refused refused -1"

    def test_processor_time(self):
        with Session(Wall, Limits(cell=1)) as session:
            ran = session.run("while True: pass")
            assert ran.stopped.startswith("stopped after")
            assert ran.alive
            assert session.cpu < 60

    def test_processes(self):
        with Session(Wall, LIMITS) as session:
            code = (
                "import subprocess\nk = [subprocess.Popen(['sleep', '60']) for _ in range(200)]\nprint('200')"
            )
            assert said(session.run(code)) != "200"
            assert said(session.run("print(7)")) == "7"

    @pytest.mark.parametrize("folder", FOLDERS)
    def test_files(self, folder):
        """In whichever folder they lie."""
        with Session(Wall, LIMITS) as session:
            place = {"shm": "/dev/shm", "tmp": "/tmp"}.get(folder, f"/submission/{folder}")
            code = f"import time\nfor i in range(90):\n open(f'{place}/{{i}}', 'wb').write(bytes(2**20))\n"
            code += " time.sleep(0.1)"
            ran = session.run(code)
            assert not ran.alive
            assert ran.stopped.startswith("ended the kernel: it wrote more than 20 MB")
            assert said(session.run(f"import os\nprint(os.path.exists('{place}/0'))")) == "False"

    def test_a_kernel_that_ends_between_two_cells_holds_up_nobody(self):
        with Session(Wall, LIMITS) as session:
            session.run("import os, threading\nthreading.Timer(0.5, os._exit, [0]).start()")
            time.sleep(2)
            assert said(session.run("print(7)")) == "7"
            session.run("import glob, os\nfor s in glob.glob('/submission/channel/*-*'):\n    os.remove(s)")
            assert said(session.run("print(8)")) == "8"

    def test_a_crash_is_named(self):
        with Session(Wall, LIMITS) as session:
            ran = session.run("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
            assert (ran.alive, ran.stopped) == (False, "ended the kernel: it crashed (SIGSEGV)")
            assert session.run("x = 1\nimport os\nos._exit(3)").stopped == ""

    def test_threads_that_print_without_end_hold_up_no_later_cell(self):
        code = "def chatter():\n    while True:\n        print('x', flush=True)\n"
        code += (
            "import threading\nfor _ in range(4):\n    threading.Thread(target=chatter, daemon=True).start()"
        )
        with Session(Wall, LIMITS) as session:
            session.run(code)
            for number in range(3):
                assert session.run(f"y = {number}").stopped == ""
                assert session.ask({"names": ["y"]}, 10) == {"y": number}

    def test_memory_that_forked_processes_share_counts_once(self):
        code = """
import numpy, os, time
shared = numpy.ones(75_000_000)
children = []
for _ in range(6):
    child = os.fork()
    if not child:
        time.sleep(3)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
print(len(children))"""
        with Session(Wall, LIMITS) as session:
            assert said(session.run(code)) == "6"

    def test_what_it_started_ends_with_it(self):
        with Session(Wall, LIMITS) as session:
            session.run("import subprocess\nsubprocess.Popen(['sleep', '601'], start_new_session=True)")
            assert _named("601")
        end = time.monotonic() + 20
        while _named("601") and time.monotonic() < end:
            time.sleep(0.1)
        assert not _named("601")


def _named(argument: str) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if process.info["cmdline"] == ["sleep", argument]:
            found.append(process.pid)
    return found


@pytest.mark.grading
def test_without_a_wall_a_submission_works_on_a_copy_of_the_course():
    with Session(NoWall, LIMITS) as session:
        code = "import course_utils\nprint(course_utils.__file__)"
        assert not Path(said(session.run(code))).is_relative_to(ROOT)
        assert session.run("while True: pass").stopped.startswith("stopped after")
        assert said(session.run("print(7)")) == "7"


# Builds the wall as whoever runs it, and tells in which folders behind it a file can be made.
WHERE_FILES_CAN_BE_MADE = """
import os, subprocess, sys, tempfile
from pathlib import Path
from course_utils.grading.limits import Limits
from course_utils.grading.wall import Wall

search = '(while read _ _ _ _ top _; do echo $top; done < /proc/self/mountinfo;'
search += ' echo /etc; echo /course; echo /submission; echo /root; echo /lib; echo /var) |'
search += 'while read top; do [ -d $top ] && (: > $top/new) 2> /dev/null && echo $top; done; echo end'
with tempfile.TemporaryDirectory(prefix="wall-test-") as folder:
    wall = Wall(Path(folder), Limits(), [Path("/usr/share")])
    wall.give()
    done = subprocess.run(wall.command(["sh", "-c", search]), stdin=subprocess.DEVNULL)
    sys.exit(done.returncode)
"""


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize("user", ["self", "nobody"])
def test_files_can_be_made_in_the_folders_of_the_submission_alone(user):
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    if user == "nobody" and os.geteuid() != 0:
        pytest.skip("only root becomes somebody else")
    python = [*(nobody if user == "nobody" else []), sys.executable, "-B", "-c"]
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": "/tmp"}
    options = {"env": kept, "cwd": "/", "capture_output": True, "text": True, "timeout": 120}
    if subprocess.run([*python, "import course_utils"], check=False, **options).returncode:
        pytest.skip("nobody else can run this Python")
    done = subprocess.run([*python, WHERE_FILES_CAN_BE_MADE], check=False, **options)
    assert (done.returncode, done.stderr) == (0, "")
    own = {"/tmp", "/dev/shm", "/submission/work", "/submission/channel", "/submission/settings"}
    assert set(done.stdout.split()) == own | {"end"}


@pytest.mark.parametrize("user", [0, 1000])
def test_what_bubblewrap_made_is_closed_after_all_mounts(tmp_path, monkeypatch, user):
    monkeypatch.setattr(wall.os, "geteuid", lambda: user, raising=False)
    command = Wall(tmp_path, LIMITS, [Path("/usr/share")]).command(["true"])
    closed = [command[at + 1] for at, part in enumerate(command) if part == "--remount-ro"]
    assert closed == [*(["/usr/share"] if Path("/usr/share").is_dir() else []), "/dev", "/"]
    mounting = {"--bind", "--ro-bind", "--dir", "--symlink", "--tmpfs", "--dev", "--proc"}
    assert not mounting & set(command[command.index("--remount-ro") :])


def test_what_is_hidden_is_hidden_also_in_what_is_seen(tmp_path):
    built = Wall(tmp_path, LIMITS, [Path("/usr/share"), tmp_path])
    mounts = built._mounts()
    assert mounts.index(("--tmpfs", "/usr/share")) > mounts.index(("--ro-bind", "/usr", "/usr"))
    assert ("--tmpfs", str(tmp_path)) not in mounts


def test_where_there_is_no_wall_the_message_says_what_to_do(monkeypatch):
    require_wall.cache_clear()
    monkeypatch.setattr(wall.shutil, "which", lambda name: None)
    with pytest.raises(NoWallError, match=r"(?s)apt install bubblewrap.*--container.*--trust-submissions"):
        require_wall()
    require_wall.cache_clear()


def test_a_folder_however_deep_or_closed_is_swept(tmp_path):
    deep = tmp_path / "submission"
    deep.mkdir()
    (deep / "closed").mkdir()
    (deep / "closed" / "file").touch()
    (deep / "closed").chmod(0)
    (deep / "link").symlink_to(tmp_path / "kept", target_is_directory=True)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    sweep(deep)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "file"]
