"""A simulated student on a JupyterHub: starts a server, runs a lesson cell by cell, and drags a picture.

It speaks to the server as a browser does, over HTTP and the kernel's WebSocket, so that a class of them loads
a Hub as a class of people would who all begin at once.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import nbformat
import psutil
from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

MOVES = 40  # of a handle, each sent when the one before was answered


class StudentError(RuntimeError):
    """What went wrong for one student."""


@dataclass
class Hub:
    """Where a Hub is, and a token that may start servers and use them."""

    url: str
    token: str

    async def ask(self, path: str, *, method: str = "GET", content: Any = None) -> tuple[int, Any]:
        """Return status and JSON content of the answer to one request."""
        body = None if method == "GET" else json.dumps(content or {})
        answer = await AsyncHTTPClient().fetch(self._request(path, method=method, body=body))
        return answer.code, json.loads(answer.body or b"null")

    async def socket(self, path: str) -> WebSocketClientConnection:
        """Return a WebSocket; it takes messages of any size, as a browser's does."""
        request = self._request(path, "ws")
        return await websocket_connect(request, max_message_size=2**28, ping_interval=30)

    def _request(self, path: str, scheme: str = "http", **settings: Any) -> HTTPRequest:
        headers = {"Authorization": f"token {self.token}"}
        return HTTPRequest(f"{scheme}://{self.url}{path}", headers=headers, request_timeout=600, **settings)


@dataclass
class Student:
    """One student of the class: what was measured of him (seconds by the clock, counted from the start)."""

    name: str
    ready: float = 0.0  # when the server answered
    done: float = 0.0  # when the last cell had been run
    answers: list[float] = field(default_factory=list)  # ms from a moved handle to its picture
    server_memory: float = 0.0  # MB, resident
    kernel_memory: float = 0.0
    share: float = 0.0  # of both, where Linux tells: of a page that k processes share a k-th part counts
    processor: float = 0.0  # seconds of server and kernel
    failure: str = ""

    async def attend(self, hub: Hub, lesson: str, begin: float) -> None:
        """Do everything; what goes wrong is kept as ``failure``."""
        try:
            await self._attend(hub, lesson, begin)
        except (StudentError, HTTPClientError, OSError, TimeoutError) as error:
            self.failure = f"{type(error).__name__}: {error}"

    async def _attend(self, hub: Hub, lesson: str, begin: float) -> None:
        user, server = f"/hub/api/users/{self.name}", f"/user/{self.name}"
        await hub.ask(user, method="POST")
        await hub.ask(f"{user}/server", method="POST")
        while not (state := (await hub.ask(user))[1]["servers"].get("", {})).get("ready"):
            if state and not state.get("pending"):
                raise StudentError("the server did not start")
            await asyncio.sleep(0.5)
        self.ready = time.monotonic() - begin
        place = {"path": lesson, "name": lesson, "type": "notebook", "kernel": {"name": "python3"}}
        _, session = await hub.ask(f"{server}/api/sessions", method="POST", content=place)
        kernel = f"{server}/api/kernels/{session['kernel']['id']}"
        _, stored = await hub.ask(f"{server}/api/contents/{lesson}?content=1")
        cells = nbformat.from_dict(stored["content"]).cells
        notebook = Notebook(await hub.socket(f"{kernel}/channels"))
        for cell in cells:
            if cell.cell_type == "code":
                await notebook.run(cell.source)
        self.done = time.monotonic() - begin
        self.answers = await notebook.drag(MOVES)
        self._measure(state["state"]["pid"])

    def _measure(self, pid: int) -> None:
        server = psutil.Process(pid)
        processes = [server, *server.children(recursive=True)]
        memory = [process.memory_info().rss / 1e6 for process in processes]
        self.server_memory, self.kernel_memory = memory[0], sum(memory[1:])
        self.share = sum(getattr(process.memory_full_info(), "pss", 0) for process in processes) / 1e6
        times = [process.cpu_times() for process in processes]
        self.processor = sum(one.user + one.system for one in times)


class Notebook:
    """A notebook's connection to its kernel."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket
        self.told: dict[str, dict[str, Any]] = {}  # by each widget, by its comm's id

    async def run(self, code: str) -> None:
        """Run a cell and read all that it sends; an error in it is an error here."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        asked = await self._send("execute_request", content | {"user_expressions": {}, "stop_on_error": True})
        replied = idle = False
        while not (replied and idle):
            message = await self._read()
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, said = message["header"]["msg_type"], message["content"]
            if kind == "error":
                raise StudentError(f"{said['ename']}: {said['evalue']} in the cell\n{code}")
            replied |= kind == "execute_reply"
            idle |= kind == "status" and said["execution_state"] == "idle"

    async def drag(self, moves: int) -> list[float]:
        """Move the first handle of the first picture to and fro; return the milliseconds to each answer."""
        comm, picture = next((c, p) for c, p in self.told.items() if p.get("handle_list"))
        name, at = picture["handle_list"][0]["name"], picture["frame"]["handles"][0]["at"]
        times = []
        for k in range(moves):
            position = [part * (1 - 0.01 * (k % 10 + 1)) for part in at]
            move = {"kind": "move", "view": "student", "seq": k, "handles": {name: position}, "controls": {}}
            begin = time.perf_counter()
            data = {"method": "custom", "content": move}
            await self._send("comm_msg", {"comm_id": comm, "data": data})
            while picture["frame"]["reply"] != ["student", k]:
                await self._read()
            times.append(1000 * (time.perf_counter() - begin))
        return times

    async def _send(self, kind: str, content: dict[str, Any]) -> str:
        id = uuid.uuid4().hex
        header = {"msg_id": id, "msg_type": kind, "username": "", "session": "", "version": "5.3", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await self.socket.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
        return id

    async def _read(self) -> dict[str, Any]:
        """Return the next message, once what it says of a picture is noted."""
        raw = await self.socket.read_message()
        if raw is None:
            raise StudentError("the connection to the kernel was closed")
        message = deserialize_binary_message(raw) if isinstance(raw, bytes) else json.loads(raw)
        kind, content = message["header"]["msg_type"], message["content"]
        if kind in ("comm_open", "comm_msg"):
            self.told.setdefault(content["comm_id"], {}).update(content["data"].get("state", {}))
        return message
