"""The notebook of one student: its kernel, what ran in it, and how it catches up after the kernel ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from course_utils.grading.kernel import Kernel, KernelEndedError, Limits, Ran, furnish


class Session:
    """Runs a student's cells and answers questions about what they defined; a context manager.

    A kernel that ended is started again when it is next needed, and the cells that had finished are run
    again in it, without those that ended it.
    """

    def __init__(self, kernel_name: str, limits: Limits, modules: Sequence[str] = ()) -> None:
        self._kernel_name, self._limits, self._modules = kernel_name, limits, modules
        self._finished: list[str] = []
        self._kernel: Kernel | None = None
        self._restarts = -1
        self._end = time.monotonic() + limits.total

    def __enter__(self) -> Session:
        self._folder = TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        furnish(Path(self._folder.name))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()
        self._folder.cleanup()

    def close(self) -> None:
        """End the kernel."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def run(self, code: str) -> Ran:
        """Run a cell of the student.

        Raises
        ------
        KernelEndedError
            If the kernel ended too often, or the time for all cells is over, and nothing was run.
        """
        ran = self._running().run(code)
        if ran.alive:
            self._finished.append(code)
        else:
            self.close()
        return ran

    def ask(self, request: dict[str, Any], seconds: float) -> Any:
        """Put a question to the kernel (see `answering`).

        Raises
        ------
        KernelEndedError
            If no answer came within ``seconds``.
        """
        try:
            return self._running().ask(request, seconds)
        except KernelEndedError:
            self.close()
            raise

    def _running(self) -> Kernel:
        if time.monotonic() > self._end:
            self.close()
            raise KernelEndedError(f"the {self._limits.total:g} s for all cells were over")
        if self._kernel is not None:
            return self._kernel
        if self._restarts == self._limits.restarts:
            raise KernelEndedError("the kernel had ended too often")
        self._restarts += 1
        self._kernel = Kernel(Path(self._folder.name), self._kernel_name, self._limits, self._modules)
        again, self._finished = self._finished, []
        for code in again:
            if self._kernel.run(code).alive:
                self._finished.append(code)
            else:
                self.close()
                return self._running()
        return self._kernel
