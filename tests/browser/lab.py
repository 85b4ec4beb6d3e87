"""JupyterLab, Notebook 7 or Voilà in a real browser: start it, run a notebook, drag and move its parts."""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Every cell is in the page, and nothing asks for news or updates.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def jupyterlab(root: Path, home: Path, *options: str) -> Iterator[str]:
    """Serve JupyterLab over ``root``; everything it writes about itself goes to ``home``. Yields its URL."""
    for name, content in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    own = {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    port = free_port()
    command = ["jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ip=127.0.0.1", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    command += ["--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"]
    command += [f"--ServerApp.root_dir={root}", *options]
    with _serving(command, home, own, f"http://127.0.0.1:{port}", "/api/status") as url:
        yield url


@contextmanager
def voila(root: Path, home: Path) -> Iterator[str]:
    """Serve the notebooks of ``root`` by Voilà, which runs one when a browser asks for it. Yields its URL."""
    port = free_port()
    command = ["voila", str(root), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    command += ["--Voila.port_retries=0"]
    with _serving(command, home, {}, f"http://127.0.0.1:{port}", "/") as url:
        yield url


@contextmanager
def _serving(
    command: list[str], home: Path, variables: dict[str, str], url: str, answers: str
) -> Iterator[str]:
    """Run a module as a server until it ``answers`` there, and end it with all its kernels afterwards."""
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    environment |= variables
    log = (home / "server.log").open("wb")
    # A group of its own: kernels end with the server, by the group's id, whatever happens.
    server = subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            if server.poll() is not None or time.monotonic() > deadline:
                said = (home / "server.log").read_text()[-3000:]
                raise RuntimeError(f"{command[0]} did not start:\n{said}")
            try:
                with urllib.request.urlopen(url + answers, timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)  # shuts its kernels down first
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        log.close()


@dataclass
class Notebook:
    """A notebook open in JupyterLab, its cells run."""

    page: Any
    cell_errors: list[str]
    console_errors: list[str]

    def scenes(self) -> list[Any]:
        """Return every canvas widget on the page, as Playwright locators."""
        found = self.page.locator(".jp-OutputArea .course-canvas")
        return [found.nth(i) for i in range(found.count())]


def _told(error: Any) -> str:
    return f"page error: {error.stack or error}"


def _where(note: Any) -> str:
    """Return an error of the console with the address it speaks of: alone, a refused request names none."""
    return f"{note.text} [{note.location['url']}]"


def _is_the_splash(error: Any) -> bool:
    """Whether JupyterLab removed its splash screen twice, as it does when it starts on a busy machine.

    That error has a single frame, a timer's function in JupyterLab's own core; no widget has a part in it.
    """
    frames = [line.strip() for line in (error.stack or "").splitlines()[1:]]
    return "removeChild" in error.message and len(frames) == 1 and "/static/lab/jlab_core." in frames[0]


def visit(page: Any, url: str, path: str, *, application: str = "lab/tree") -> None:
    """Open ``path`` (below the server's root) in JupyterLab, or in Notebook 7 as "notebooks"; run nothing."""
    page.goto(f"{url}/{application}/{path}?reset")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.content?.model?.cells?.length")
    page.evaluate("() => jupyterapp.restored")


def open_notebook(
    page: Any, url: str, path: str, *, theme: str = "JupyterLab Light", application: str = "lab/tree"
) -> Notebook:
    """`visit` a notebook, run all cells and wait until they are done."""
    errors: list[str] = []
    page.on("pageerror", lambda error: None if _is_the_splash(error) else errors.append(_told(error)))
    page.on("console", lambda note: errors.append(_where(note)) if note.type == "error" else None)
    visit(page, url, path, application=application)
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.ready")
    page.evaluate("() => jupyterapp.shell.collapseLeft?.()")
    cell_errors = page.evaluate(
        """async () => {
            await jupyterapp.commands.execute('notebook:run-all-cells');
            const cells = [...jupyterapp.shell.currentWidget.content.model.cells];
            return cells.flatMap((cell, i) => (cell.toJSON().outputs ?? [])
                .filter((output) => output.output_type === 'error')
                .map((output) => `cell ${i}: ${output.ename}: ${output.evalue}`));
        }"""
    )
    return Notebook(page, cell_errors, errors)


# What follows works on one `.course-canvas` locator.

WATCH = """(root) => {
    if (root.watch) return;
    root.watch = {drawn: [], last: performance.now(), released: 0};
    root.addEventListener('pointerup', () => { root.watch.released = performance.now(); }, true);
    root.addEventListener('drawn', (event) => {
        const {frame, ...detail} = event.detail;
        root.watch.last = performance.now();
        root.watch.frame = () => frame;
        root.watch.drawn.push({...detail, at: root.watch.last});
    });
}"""

# As a PNG each picture would take a tenth of a second, and a page is looked at hundreds of times.
FINGERPRINT = """(root) => [...root.querySelectorAll('canvas')].map((canvas) => {
    const {width, height} = canvas;
    if (!width || !height) return "";
    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
    let hash = 2166136261;
    for (const word of new Uint32Array(data.buffer)) hash = Math.imul(hash ^ word, 16777619);
    return `${width} × ${height}: ${hash}`;
}).join()"""


def pixels(canvas: Any) -> str:
    """Return a fingerprint of what all panels of a canvas show."""
    return str(canvas.evaluate(FINGERPRINT))


def canvas_pixels_changed(canvas: Any, act: Callable[[], None]) -> bool:
    """Do something; say whether the picture is another one when all is quiet again."""
    before = pixels(canvas)
    act()
    settle(canvas)
    return pixels(canvas) != before


# Asked by Python again and again it would keep three processes busy.
SETTLED = """(root, [quiet, timeout]) => new Promise((done, fail) => {
    const start = performance.now();
    const look = () => {
        const now = performance.now(), {last} = root.watch, busy = "waiting" in root.dataset;
        if (!busy && now - Math.max(last, start) > quiet) done(Math.max(0, last - start));
        else if (now - start > timeout) fail(new Error("the picture does not come to rest"));
        else setTimeout(look, 10);
    };
    look();
})"""


def settle(canvas: Any, quiet: float = 0.1, timeout: float = 30.0) -> float:
    """Wait until no new picture has come for ``quiet`` seconds; return when the last one came (s)."""
    canvas.evaluate(WATCH)
    return float(canvas.evaluate(SETTLED, [1000 * quiet, 1000 * timeout])) / 1000


def handle_centre(handle: Any) -> tuple[float, float]:
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_handle(handle: Any, dx: float, dy: float, *, moves: int = 10) -> None:
    """Drag a handle by (dx, dy) pixels in so many moves, as fast as the browser takes them."""
    x, y = handle_centre(handle)
    mouse = handle.page.mouse
    mouse.move(x, y)
    mouse.down()
    for i in range(1, moves + 1):
        mouse.move(x + dx * i / moves, y + dy * i / moves)
    mouse.up()


def type_number(box: Any, text: str) -> None:
    """Type a number into a box, key by key."""
    box.press("Control+a")
    box.press_sequentially(text)
    box.press("Enter")


@dataclass(frozen=True)
class Drag:
    """What became of a fast drag."""

    moves: int
    pictures: int
    released_at: tuple[float, float]
    left_over: int  # pictures under way or waiting when all is quiet
    settled: float  # ms from release to the last picture

    def __str__(self) -> str:
        return (
            f"fast drag: {self.moves} moves gave {self.pictures} pictures; the last one "
            f"{self.settled:.0f} ms after release, {self.left_over} left over"
        )


def fast_drag(canvas: Any, handle: Any, dx: float, dy: float, *, moves: int = 150) -> Drag:
    """Drag without any pause, then wait until all is quiet."""
    canvas.evaluate(WATCH)
    settle(canvas)
    seen = canvas.evaluate("(root) => root.watch.drawn.length")
    x, y = handle_centre(handle)
    drag_handle(handle, dx, dy, moves=moves)
    settle(canvas)
    drawn, released = canvas.evaluate(
        "(root, seen) => [root.watch.drawn.slice(seen), root.watch.released]", seen
    )
    left_over = int(bool(drawn and drawn[-1]["left"]))
    settled = max(0.0, drawn[-1]["at"] - released) if drawn else 0.0
    return Drag(moves, len(drawn), (x + dx, y + dy), left_over, settled)


def move_slider(slider: Any, fraction: float, *, moves: int = 8) -> None:
    """Drag the thumb of a slider to a fraction of its way."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    share = slider.evaluate("(input) => (input.value - input.min) / (input.max - input.min)")
    thumb = 16  # the thumb's centre stays this wide inside the track, half on each side
    left, way = box["x"] + thumb / 2, box["width"] - thumb
    y = box["y"] + box["height"] / 2
    mouse = slider.page.mouse
    mouse.move(left + share * way, y)
    mouse.down()
    for i in range(1, moves + 1):
        mouse.move(left + (share + (fraction - share) * i / moves) * way, y)
    mouse.up()


@dataclass(frozen=True)
class Latency:
    """Milliseconds from a pointer event to the drawn picture that answers it."""

    samples: list[float]

    def __str__(self) -> str:
        s = sorted(self.samples)
        return (
            f"median {statistics.median(s):.1f} ms, 90 % within {s[int(0.9 * (len(s) - 1))]:.1f} ms, "
            f"fastest {s[0]:.1f} ms, slowest {s[-1]:.1f} ms ({len(s)} pictures)"
        )


def latency_over(canvas: Any, handle: Any, moves: int = 40, *, pause: float = 0.12) -> Latency:
    """Move a handle ``moves`` times, with time to answer each, and return the latencies."""
    canvas.evaluate(WATCH)
    settle(canvas)
    seen = canvas.evaluate("(root) => root.watch.drawn.length")
    x, y = handle_centre(handle)
    mouse = canvas.page.mouse
    mouse.move(x, y)
    mouse.down()
    for i in range(1, moves + 1):
        mouse.move(x + 1.5 * (i % 20), y + 1.0 * (i % 13))
        time.sleep(pause)
    mouse.up()
    settle(canvas)
    drawn = canvas.evaluate("(root, seen) => root.watch.drawn.slice(seen)", seen)
    return Latency([frame["latency"] for frame in drawn if frame["latency"] is not None])
