"""The notebook of one student: its kernel, what ran in it, and how it catches up after the kernel ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from course_utils.grading.environment import settle
from course_utils.grading.folders import Folder
from course_utils.grading.kernel import Answerer, Kernel, KernelEndedError, NoKernelError, Ran
from course_utils.grading.limits import Limits, overrun
from course_utils.grading.wall import NoWall, Wall


class Session:
    """Runs a student's cells and answers questions about what they defined; a context manager.

    A kernel that ended is started again when it is next needed, and the cells that had finished are run
    again in it, without those that ended it.

    Attributes
    ----------
    notes : why kernels ended between two cells, or when cells were run again.
    """

    def __init__(self, wall: type[Wall | NoWall], limits: Limits, hidden: Sequence[Path] = ()) -> None:
        self._build, self._limits, self._hidden = wall, limits, hidden
        self._finished: list[str] = []
        self.notes: list[str] = []
        self._kernel: Kernel | None = None
        self._restarts = -1
        self._begin, self._spent = time.monotonic(), 0.0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()

    @property
    def cpu(self) -> float:
        """CPU seconds that the student's code has used, in all its kernels."""
        return self._spent + (self._kernel.cpu if self._kernel is not None else 0.0)

    def close(self) -> None:
        """End the kernel."""
        if self._kernel is not None:
            kernel, self._kernel = self._kernel, None
            self._spent += kernel.cpu
            kernel.close()
            self._folder.remove()

    def run(self, code: str) -> Ran:
        """Run a cell of the student.

        Raises
        ------
        NoKernelError
            If the kernel ended too often, or the time for all cells is over, and nothing was run.
        """
        ran = self._running().run(code)
        if ran.alive:
            self._finished.append(code)
        else:
            self.close()
        return ran

    def ask(self, request: dict[str, Any], seconds: float, answerer: Answerer | None = None) -> Any:
        """Put a question to the kernel (see `answering`), and answer what it asks back (see `oracle`).

        Raises
        ------
        KernelEndedError
            If no answer came within ``seconds``; a `NoKernelError` as for `run`.
        """
        try:
            return self._running().ask(request, seconds, answerer)
        except KernelEndedError:
            self.close()
            raise

    def _running(self) -> Kernel:
        over = overrun(self.cpu, time.monotonic() - self._begin, self._limits.total)
        if over:
            self.close()
            raise NoKernelError(f"the {over} for all cells were over")
        if self._kernel is not None and not self._kernel.ended:
            return self._kernel
        if self._kernel is not None:
            self._note("between two cells", self._kernel.why_ended())
        self.close()
        if self._restarts == self._limits.restarts:
            raise NoKernelError("the kernel had ended too often")
        self._restarts += 1
        self._kernel = self._start()
        for index, code in enumerate(self._finished):
            ran = self._kernel.run(code)
            if not ran.alive:
                self._note("when cells were run again", self._kernel.why_ended() or ran.stopped)
                self._finished = self._finished[:index] + self._finished[index + 1 :]
                self.close()
                return self._running()
        return self._kernel

    def _note(self, when: str, why: str) -> None:
        self.notes.append(f"the kernel ended {when}" + (f": it {why}" if why else ""))

    def _start(self) -> Kernel:
        """Start a kernel in a folder of its own; what an earlier one wrote is not there."""
        self._folder = Folder()
        try:
            wall = self._build(self._folder.path, self._limits, self._hidden)
            settle(self._folder.path / "settings")
            wall.give()
            return Kernel(wall, self._limits)
        except BaseException:
            self._folder.remove()
            raise
