"""A student's kernel: a process behind a wall, spoken to through sockets in its own folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pickle import dumps
from queue import Empty
from typing import Any, NoReturn
from uuid import uuid4

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from nbformat import NotebookNode

from course_utils.grading import answering
from course_utils.grading.channels import connections, listens, places
from course_utils.grading.environment import environment
from course_utils.grading.limits import Limits, ended_by, overrun
from course_utils.grading.oracle import ASKED, read_question
from course_utils.grading.outputs import keep
from course_utils.grading.reading import MOST_SENT, Reader, UnreadableError
from course_utils.grading.wall import FOLDERS, NoWall, Wall
from course_utils.grading.watch import Watch

_POLL, _GRACE, _START, _SLACK = 0.1, 1.0, 90.0, 3.0  # s
_DEAF = "did not listen any more"
_SHARE = 4  # times the time to read an answer here: what it costs to hand it to the worker, and there
_BACKLOG = 50  # messages that wait for the grader; more are lost, as they are with Jupyter

Answerer = Callable[[dict[str, Any]], dict[str, Any]]  # from a question of an `Oracle` to its answer


class KernelEndedError(Exception):
    """The student's code ended the kernel, or had to be ended with it; ``"crashed"`` says why, if known."""


class NoKernelError(KernelEndedError):
    """There is no kernel to be had for the student's code, which was not run; the message says why."""


@dataclass
class Ran:
    """How a cell ended: its outputs, why it was stopped, if it was, and whether the kernel is left."""

    outputs: list[NotebookNode] = field(default_factory=list)
    stopped: str = ""
    alive: bool = True


class Kernel:
    """A running kernel behind ``wall``; close it when done."""

    def __init__(self, wall: Wall | NoWall, limits: Limits) -> None:
        self._limits, self._context = limits, zmq.Context()
        # The kernel can send anything: large messages are refused, and a line that was cut stays cut.
        # What cannot be sent to a kernel that listens no more is given up after a while.
        limits_of_lines = {zmq.MAXMSGSIZE: MOST_SENT, zmq.RCVHWM: _BACKLOG, zmq.RECONNECT_IVL: -1}
        for option, value in (limits_of_lines | {zmq.SNDTIMEO: int(1000 * _SLACK)}).items():
            self._context.setsockopt(option, value)
        self._client = BlockingKernelClient(context=self._context)
        self._reader = Reader()
        self._client.session.unpack = self._reader.unpack
        file = f"{uuid4().hex[:8]}.json"
        here, there = connections(wall, file)
        (wall.folder / "channel" / file).write_text(json.dumps(there), encoding="utf-8")
        wall.give()
        program = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            os.path.join(wall.inside("channel"), file),
        ]
        # It inherits no descriptor: what it says arrives through its own sockets, or nowhere.
        self._process = subprocess.Popen(
            wall.command(program),
            cwd=wall.folder / "work",
            env=environment(wall),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._watch = Watch(self._process.pid, (wall.folder / name for name in FOLDERS), limits)
        try:
            self._wait_for_sockets(here)
            self._client.load_connection_info(here)  # type: ignore[arg-type]
            self._client.start_channels(hb=False)
            self._client.wait_for_ready(timeout=_START)
            self._poller = zmq.Poller()
            for channel in self._channels():
                self._poller.register(channel.socket, zmq.POLLIN)
            self._cut = self._client.shell_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self._poller.register(self._cut, zmq.POLLIN)
            package, install = answering.__name__, answering.install.__name__
            self._evaluate(
                f"__import__({package!r}, fromlist=[{install!r}]).{install}"
                f"(get_ipython().user_ns, {limits.memory}, {limits.output})",
                _START,
            )
            self._watch.look(at_once=True)
            self._before = self._used
        except BaseException:
            self.close()
            raise

    @property
    def ended(self) -> bool:
        """Whether it ended by itself, or has to be ended for what its threads use between two cells."""
        self._watch.look()
        return self._process.poll() is not None or bool(self._watch.excess)

    @property
    def cpu(self) -> float:
        """CPU seconds that the student's code has used, with those that it costs to read what it sends."""
        self._watch.look(at_once=True)
        return self._used - self._before

    @property
    def _used(self) -> float:
        return self._watch.cpu + _SHARE * self._reader.seconds

    def why_ended(self) -> str:
        """Say what ended it, ``"crashed (SIGSEGV)"``; "" if it is running or ended by itself."""
        status = self._process.poll()
        return self._watch.excess or ended_by(status or 0, self._watch.cpu, self._limits)

    def close(self) -> None:
        """End the kernel and every process that it started."""
        self._watch.end()
        self._process.wait()
        with suppress(Exception):
            self._client.stop_channels()
        self._context.destroy(linger=0)

    def run(self, code: str) -> Ran:
        """Run a cell."""
        try:
            return self._run(code)
        except UnreadableError as error:
            return Ran(stopped=f"ended the kernel: it {error}", alive=False)

    def _run(self, code: str) -> Ran:
        ran, size = Ran(), 0
        try:
            request = self._client.execute(code, store_history=True, allow_stdin=False, stop_on_error=False)
        except zmq.Again:
            return Ran(stopped=f"ended the kernel: it {_DEAF}", alive=False)
        start, begin = self.cpu, time.monotonic()
        end, interrupts, late = float("inf"), 0, float("inf")
        reply: dict[str, Any] | None = None
        while True:
            try:
                message = self._reader.receive(self._client.get_iopub_msg, _POLL)
                if message["parent_header"].get("msg_id") == request:
                    if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                        break
                    size = keep(ran.outputs, message, size, self._limits.output)
            except Empty:
                if reply is not None:
                    break  # so much was printed that the kernel's last word was lost
            reply, now = reply or self._reply(request, 0), time.monotonic()
            late = min(late, now + _GRACE) if reply else late
            if now > late:
                break  # it prints on and on, from a thread
            self._watch.look()
            if self._process.poll() is not None or self._watch.excess:
                why = self.why_ended()
                ran.alive, ran.stopped = False, ran.stopped or (why and f"ended the kernel: it {why}")
                return ran
            if not ran.stopped:
                over = overrun(self._used - self._before - start, now - begin, self._limits.cell)
                ran.stopped, end = (f"stopped after {over}", now) if over else ("", end)
            if now > end:
                if interrupts == 3:
                    ran.alive = False
                    return ran
                with suppress(zmq.Again):
                    self._client.control_channel.send(self._client.session.msg("interrupt_request", {}))
                end, interrupts = now + _GRACE, interrupts + 1
        reply = reply or self._reply(request, _GRACE)
        payload = reply["content"].get("payload", []) if reply else []
        if any(one.get("source") == "ask_exit" for one in payload):  # exit() and quit()
            ran.alive = False
        return ran

    def ask(self, request: dict[str, Any], seconds: float, answerer: Answerer | None = None) -> Any:
        """Put a question to `answering`; ``answerer`` answers what the kernel asks back meanwhile.

        Raises
        ------
        KernelEndedError
            If the kernel is not left; it is closed then.
        """
        encoded = b64encode(dumps(request)).decode("ascii")
        try:
            return self._evaluate(f"{answering.NAME}({encoded!r})", seconds, answerer)
        except UnreadableError as error:  # not to be sent again and again
            raise KernelEndedError(str(error)) from None

    def _evaluate(self, expression: str, seconds: float, answerer: Answerer | None = None) -> Any:
        expressions = {"it": expression}
        try:
            request = self._client.execute("", silent=True, store_history=False,
                                           user_expressions=expressions, allow_stdin=False)  # fmt: skip
        except zmq.Again:
            raise KernelEndedError(_DEAF) from None
        begin, start = time.monotonic(), self._used
        while True:
            # To look where nothing waits costs as much as to carry an answer; calls ask thousands of times.
            waiting = dict(self._poller.poll(int(1000 * _POLL)))
            shell, stdin, iopub = (channel.socket in waiting for channel in self._channels())
            reply = self._reply(request, 0) if shell else None
            if self._cut in waiting and reply is None:
                self._wait_for_end()
            if stdin:
                self._answer(answerer)
            if iopub:
                self._drain()
            if reply is not None:
                return self._reader.answer(reply["content"])
            self._watch.look()
            # In the kernel the call is stopped at its limit; what does not stop there is ended from here.
            over = overrun(self._used - start - _SLACK, time.monotonic() - begin - _SLACK, seconds)
            if over or self._watch.excess or self._process.poll() is not None:
                raise KernelEndedError(self.why_ended() or (f"did not stop after {over}" if over else ""))

    def _answer(self, answerer: Answerer | None) -> None:
        """Answer what the kernel asks over an `oracle.Line`; without an answerer forget it."""
        socket = self._client.stdin_channel.socket
        try:
            asked = read_question(socket.recv_multipart(zmq.NOBLOCK), self._reader.read)
        except (zmq.Again, UnreadableError):
            return
        if answerer is not None and asked is not None:
            number, question = asked
            with suppress(zmq.Again):
                socket.send_multipart([ASKED, number, json.dumps(answerer(question)).encode()])

    def _wait_for_end(self) -> NoReturn:
        """Tell why the line to the kernel is cut: because it is ending, or because of what it sent."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
            raise KernelEndedError(self.why_ended())
        raise KernelEndedError(f"sent more than {MOST_SENT // 1_000_000} MB at once")

    def _channels(self) -> tuple[Any, Any, Any]:
        """Return the channels on which the kernel speaks while it is asked: replies, questions, prints."""
        return self._client.shell_channel, self._client.stdin_channel, self._client.iopub_channel

    def _wait_for_sockets(self, connection: dict[str, Any]) -> None:
        """Wait until the kernel listens; connections are made once and never again."""
        end = time.monotonic() + _START
        for place in places(connection):
            while not listens(place):
                if self._process.poll() is not None or time.monotonic() > end:
                    raise NoKernelError("the kernel did not start")
                time.sleep(0.02)

    def _reply(self, request: str, timeout: float) -> dict[str, Any] | None:
        with suppress(Empty):
            for _ in range(_BACKLOG):
                message = self._reader.receive(self._client.get_shell_msg, timeout)
                if message["parent_header"].get("msg_id") == request:
                    return message
        return None

    def _drain(self) -> None:
        with suppress(Empty):
            for _ in range(_BACKLOG):
                self._reader.receive(self._client.get_iopub_msg, 0)
