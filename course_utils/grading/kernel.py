"""A student's kernel: a process of its own in a folder of its own, with limits on time, output and memory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from pickle import dumps
from queue import Empty
from typing import Any

from jupyter_client import KernelManager  # type: ignore[attr-defined]
from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

import course_utils
from course_utils.grading import answering
from course_utils.grading.lines import THREADS

# Of the grader's environment; nothing in it tells where the grader works.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX")
_KEPT_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")
_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR")
_POLL, _GRACE, _START = 0.1, 1.0, 90.0  # s


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell : seconds for one cell.
    call : seconds for one call of a student's function from a graded cell.
    graded_cell : seconds for one graded cell with all its calls.
    total : seconds for all cells together; what is left then is not run.
    restarts : how often a kernel that ended is started anew.
    output : characters of one cell's output that are kept.
    memory : bytes of address space of the kernel (not on Windows).
    protected : folders that the kernel may not look into.
    """

    cell: float = 30.0
    call: float = 5.0
    graded_cell: float = 60.0
    total: float = 300.0
    restarts: int = 10
    output: int = 50_000
    memory: int = 4 * 1024**3
    protected: tuple[str, ...] = ()


class KernelEndedError(Exception):
    """The student's code ended the kernel, or had to be ended with it."""


@dataclass
class Ran:
    """How a cell ended: its outputs, whether it was stopped at its limit, and whether the kernel is left."""

    outputs: list[NotebookNode] = field(default_factory=list)
    stopped: bool = False
    alive: bool = True


class Kernel:
    """A running kernel in ``folder``, with ``modules`` of its own copy of the course; close it when done."""

    def __init__(self, folder: Path, kernel_name: str, limits: Limits, modules: Sequence[str]) -> None:
        self._limits = limits
        self._manager = KernelManager(kernel_name=kernel_name)
        try:
            self._manager.start_kernel(
                cwd=str(folder / "work"),
                env=environment(folder),
                extra_arguments=["--HistoryManager.hist_file=:memory:"],
            )
            self._client = self._manager.client()
            self._client.start_channels()
            self._client.wait_for_ready(timeout=_START)
            package, install = answering.__name__, answering.install.__name__
            self._evaluate(
                f"__import__({package!r}, fromlist=[{install!r}]).{install}"
                f"(get_ipython().user_ns, {limits.memory}, {list(limits.protected)!r}, {list(modules)!r})",
                _START,
            )
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the kernel and every process that it started."""
        group = getattr(self._manager.provisioner, "pgid", None)
        if hasattr(os, "killpg") and group and group != os.getpgrp():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        with suppress(Exception):
            self._manager.shutdown_kernel(now=True)
        if hasattr(self, "_client"):
            self._client.stop_channels()

    def run(self, code: str) -> Ran:
        """Run a cell."""
        ran, size = Ran(), 0
        request = self._client.execute(code, store_history=True, allow_stdin=False, stop_on_error=False)
        end, interrupts = time.monotonic() + self._limits.cell, 0
        reply: dict[str, Any] | None = None
        while True:
            try:
                message = self._client.get_iopub_msg(timeout=_POLL)
                if message["parent_header"].get("msg_id") == request:
                    if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                        break
                    size = self._keep(ran.outputs, message, size)
            except Empty:
                if reply is not None:
                    break  # so much was printed that the kernel's last word was lost
            reply = reply or self._reply(request, 0)
            if not self._manager.is_alive():
                ran.alive = False
                return ran
            if time.monotonic() > end:
                ran.stopped = True
                if interrupts == 3:
                    ran.alive = False
                    return ran
                self._manager.interrupt_kernel()
                end, interrupts = time.monotonic() + _GRACE, interrupts + 1
        reply = reply or self._reply(request, _GRACE)
        payload = reply["content"].get("payload", []) if reply else []
        if any(one.get("source") == "ask_exit" for one in payload):  # exit() and quit()
            ran.alive = False
        return ran

    def ask(self, request: dict[str, Any], seconds: float) -> Any:
        """Put a question to `answering`; an answer that does not come in time ends the kernel.

        Raises
        ------
        KernelEndedError
            If the kernel is not left; it is closed then.
        """
        encoded = b64encode(dumps(request)).decode("ascii")
        return self._evaluate(f"{answering.NAME}({encoded!r})", seconds)

    def _evaluate(self, expression: str, seconds: float) -> Any:
        request = self._client.execute(
            "", silent=True, store_history=False, user_expressions={"it": expression}, allow_stdin=False
        )
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            reply = self._reply(request, _POLL)
            self._drain()
            if reply is not None:
                said = reply["content"].get("user_expressions", {}).get("it", {})
                if said.get("status") != "ok":
                    return {"error": [str(said.get("ename")), str(said.get("evalue"))[:500]]}
                try:
                    return json.loads(said["data"]["text/plain"])
                except (ValueError, RecursionError):
                    return None
            if not self._manager.is_alive():
                break
        raise KernelEndedError

    def _reply(self, request: str, timeout: float) -> dict[str, Any] | None:
        with suppress(Empty):
            while True:
                message: dict[str, Any] = self._client.get_shell_msg(timeout=timeout)
                if message["parent_header"].get("msg_id") == request:
                    return message
        return None

    def _drain(self) -> None:
        with suppress(Empty):
            while True:
                self._client.get_iopub_msg(timeout=0)

    def _keep(self, outputs: list[NotebookNode], message: dict[str, Any], size: int) -> int:
        """Append an output to a cell's, joining streams, and return how much the cell put out so far."""
        try:
            output = output_from_msg(message)
        except ValueError:
            return size  # not an output
        length = len(json.dumps(message["content"], default=str))
        if size > self._limits.output:
            return size + length
        if size + length > self._limits.output:
            cut = output.text[: self._limits.output - size] if output.output_type == "stream" else ""
            note = f"{cut}\n… the rest of the output was cut off\n"
            outputs.append(new_output("stream", name="stdout", text=note))
        elif (
            outputs
            and output.output_type == "stream" == outputs[-1].output_type
            and output.name == outputs[-1].name
        ):
            outputs[-1].text += output.text
        else:
            outputs.append(output)
        return size + length


def furnish(folder: Path) -> None:
    """Put a student's working folder and a copy of the course, with its data, into ``folder``."""
    (folder / "work").mkdir()
    package = Path(course_utils.__file__).parent
    shutil.copytree(package, folder / "library" / package.name)
    data = package.parent / "data"
    if data.is_dir():
        shutil.copytree(data, folder / "library" / "data")
    _copy_list_of_fonts(folder / "matplotlib")


def _copy_list_of_fonts(folder: Path) -> None:
    """Spare every kernel the seconds in which matplotlib looks for fonts."""
    from matplotlib import get_cachedir

    folder.mkdir()
    for file in Path(get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(file, folder)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a student's kernel."""
    kept = {name: os.environ[name] for name in (*_KEPT, *_KEPT_ON_WINDOWS) if name in os.environ}
    homes = dict.fromkeys(_HOMES, str(folder / "work"))
    return {
        **kept,
        **homes,
        **dict.fromkeys(THREADS, "1"),
        "PYTHONPATH": str(folder / "library"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")]),
    }
