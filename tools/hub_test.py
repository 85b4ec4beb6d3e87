"""A JupyterHub with a class of simulated students, all at once: memory and seconds each, and none failing.

    python tools/hub_test.py [--students 30] [--lesson 01_curvature_and_hessians] [--minutes 15]
        [--config mine.py]

Everything stays on the loopback: the Hub with its single-user servers, and configurable-http-proxy, which
``--proxy`` names. Settings in ``--config`` come after its own, so that yours can be tried before a class
meets them. It ends by itself after so many minutes at most, and ends what it started by process ids.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.hub_student import Hub, Student

ROOT = Path(__file__).resolve().parents[1]
PROXY = ROOT / ".venv-hub" / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"

CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.concurrent_spawn_limit = {students}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = {{"OPENBLAS_NUM_THREADS": "1"}}
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
c.JupyterHub.services = [{{"name": "class", "api_token": "{token}"}}]
scopes = ["admin:users", "admin:servers", "access:servers", "admin:server_state"]
c.JupyterHub.load_roles = [{{"name": "teacher", "scopes": scopes, "services": ["class"]}}]
"""


def main() -> int:
    """Hold the class that the command line describes; return 1 if a student failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--lesson", default="01_curvature_and_hessians")
    parser.add_argument("--minutes", type=float, default=15.0, help="after which everything ends")
    parser.add_argument("--config", type=Path, help="settings for jupyterhub_config.py, added to those here")
    parser.add_argument("--proxy", type=Path, default=PROXY, help="the program configurable-http-proxy")
    asked = parser.parse_args()
    lesson = ROOT / "notebooks" / f"{asked.lesson}.ipynb"
    settings = asked.config.read_text(encoding="utf-8") if asked.config else ""
    students = [Student(f"student{k + 1}") for k in range(asked.students)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for student in students:
            (folder / "home" / student.name).mkdir(parents=True)
            shutil.copy(lesson, folder / "home" / student.name)
        with started(folder, asked.students, asked.proxy, settings) as hub:
            try:
                asyncio.run(attend(hub, students, lesson.name, 60 * asked.minutes))
            except TimeoutError:
                print(f"The class was ended after {asked.minutes:g} minutes.")
    report(students, lesson.stem)
    failed = [student for student in students if student.failure or not student.answers]
    for student in failed:
        print(f"{student.name}: {student.failure or 'was not finished'}")
    print(f"{len(students) - len(failed)} passed, {len(failed)} failed")
    return int(bool(failed))


@contextmanager
def started(folder: Path, students: int, proxy: Path, more: str) -> Iterator[Hub]:
    """Start a Hub with ``more`` settings; at the end, end it and all its processes."""
    if not proxy.exists():
        raise SystemExit(f"There is no {proxy}: run make hub-test, which fetches it with npm")
    ports, token = free_ports(3), secrets.token_hex(16)
    settings = {"folder": folder, "students": students, "proxy": str(proxy), "python": sys.executable}
    config = folder / "jupyterhub_config.py"
    config.write_text(CONFIG.format(ports=ports, token=token, **settings) + more, encoding="utf-8")
    own = {"CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16), "COURSE_PROGRESS": "off"}
    command = [sys.executable, "-m", "jupyterhub", "--config", str(config)]
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | own, stdout=log, stderr=log, start_new_session=True
        )
        try:
            hub = Hub(f"127.0.0.1:{ports[0]}", token)
            asyncio.run(answers(hub, process, folder / "hub.log"))
            yield hub
        finally:
            end(process)


async def answers(hub: Hub, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the Hub answers through its proxy."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        try:
            await hub.ask("/hub/api/")
        except (HTTPClientError, OSError):
            await asyncio.sleep(0.5)
        else:
            return
    raise SystemExit(f"The Hub did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


async def attend(hub: Hub, students: list[Student], lesson: str, seconds: float) -> None:
    """Let all students attend at once."""
    AsyncHTTPClient.configure(None, max_clients=4 * len(students))
    begin = time.monotonic()
    async with asyncio.timeout(seconds):
        await asyncio.gather(*(student.attend(hub, lesson, begin) for student in students))


def end(process: subprocess.Popen[bytes]) -> None:
    """End the Hub, which ends its servers and its proxy; what is left after a while is killed by its id."""
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(family, timeout=20)
    for one in left:
        one.kill()


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def report(students: list[Student], lesson: str) -> None:
    """Print what the class took."""
    done = [student for student in students if student.answers]
    print(f"{len(done)} of {len(students)} students, {lesson}, {os.cpu_count()} processors, all at once")
    rows = {
        "memory of server and kernel, MB": [s.server_memory + s.kernel_memory for s in done],
        "    of the server": [s.server_memory for s in done],
        "    of the kernel": [s.kernel_memory for s in done],
        "    with what is shared counted once": [s.share for s in done if s.share],
        "processor seconds": [s.processor for s in done],
        "seconds until the server answers": [s.ready for s in done],
        "seconds until the lesson was run": [s.done for s in done],
        "ms from a moved handle to its picture": [time for s in done for time in s.answers],
    }
    if done:
        print(f"{'':40}{'median':>9}{'largest':>9}")
        for name, values in ((name, values) for name, values in rows.items() if values):
            print(f"{name:40}{statistics.median(values):9.1f}{max(values):9.1f}")


if __name__ == "__main__":
    sys.exit(main())
