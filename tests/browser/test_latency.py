"""Where the time of a drag goes: Python, server, transport, drawing; as the course has it and without."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser import lab
from tests.browser.test_canvas import EXPLORE
from tests.tools import ROOT
from tests.tools.notebooks import write_notebook

# In the kernel: when Python begins to answer a move, and when it has sent the answer.
TIMED = """
import json, time
from course_utils.widgets.canvas import Canvas

def timed(self, content, inner=Canvas._receive):
    begin = time.time()
    inner(self, content)
    with open("kernel.jsonl", "a") as file:
        file.write(json.dumps([content["view"], content["seq"], 1000 * begin, 1000 * time.time()]) + "\\n")

Canvas._receive = timed
"""
DRAWN = """(root) => root.watch.drawn.filter(({request}) => request).map(({request, received, at}) => [
    request.seq, ...[request.moved, request.sent, received, at].map((time) => time + performance.timeOrigin),
])"""
CLOCKS = 1.0  # ms that the clocks of the browser and of Python may differ


def lines(path: Path) -> list[list]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("connection", ["Plain", "Prompt"])
def test_the_parts_of_a_drag_are_reported(chromium, tmp_path, monkeypatch, record_property, connection):
    root = tmp_path / "root"
    for folder in (root, tmp_path / "home"):
        folder.mkdir()
    write_notebook(root / "drag.ipynb", [TIMED, EXPLORE])
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)  # the server writes its times there
    choice = f"--ServerApp.kernel_websocket_connection_class=tests.browser.measured.{connection}"
    with lab.jupyterlab(root, tmp_path / "home", choice) as url:
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        opened = lab.open_notebook(page, url, "drag.ipynb")
        assert opened.cell_errors == []
        canvas = opened.scenes()[0]
        latency = lab.latency_over(canvas, canvas.locator(".cc-handle"), 60)
        drag = lab.fast_drag(canvas, canvas.locator(".cc-handle"), 90, 50, moves=150)
        drawn = canvas.evaluate(DRAWN)
        page.close()
    kernel = {seq: times for _, seq, *times in lines(root / "kernel.jsonl")}
    server = {(seq, way): times for _, seq, way, *times in lines(tmp_path / "server.jsonl")}
    parts = defaultdict(list)
    assert len(drawn) >= 60
    for seq, moved, sent, received, at in drawn:
        (begin, end), asked, answered = kernel[seq], server[seq, "in"], server[seq, "out"]
        course = [moved, sent, asked[0], begin, answered[0], received, at]
        assert all(a <= b + CLOCKS for a, b in pairwise(course)), course
        python, passing, drawing = end - begin, asked[1] - asked[0] + answered[1] - answered[0], at - received
        parts["waiting for the last picture"].append(sent - moved)
        parts["Python"].append(python)
        parts["server"].append(passing)
        parts["transport"].append(received - sent - python - passing)
        parts["drawing"].append(drawing)
    said = [f"{connection} connection, explore with two optimizers: {latency}", f"  {drag}"]
    for name, times in parts.items():
        low, high = statistics.median(times), sorted(times)[int(0.9 * len(times))]
        said.append(f"  {name:29s} median {low:5.1f} ms, 90 % within {high:5.1f} ms")
    record_property("measured", "\n".join(said))
