"""What a submission uses: time, memory, processes and disk, of all its processes together."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from course_utils.grading.limits import Limits

_PAUSE = 0.25  # s between two looks at the processes
_ENTRIES = 20_000  # files of a submission that are looked at, or too many


class Watch:
    """Looks at a process and all that it started, and at the folders into which they write."""

    def __init__(self, pid: int, folders: Iterable[Path], limits: Limits) -> None:
        self._root, self._folders, self._limits = psutil.Process(pid), tuple(folders), limits
        self._next, self._next_disk = 0.0, 0.0
        self._known: list[psutil.Process] = []
        self.cpu = 0.0  # CPU seconds so far
        self.excess = ""  # which limit on memory, processes or disk was passed

    def look(self, at_once: bool = False) -> None:
        """Update what was used; most calls return at once, since a look costs some milliseconds.

        What costs them is to find the descendants. ``at_once`` brings the CPU time of those known up to date.
        """
        now = time.monotonic()
        if now < self._next:
            if at_once:
                self._add_up(self._known)
            return
        self._next = now + _PAUSE
        memory, count = 0, 0
        self._known = processes = self.processes()
        self._add_up(processes)
        for process in processes:
            with suppress(psutil.Error), process.oneshot():
                memory += process.memory_info().rss
                count += process.num_threads()
        if memory > self._limits.memory and _own_memory(processes) > self._limits.memory:
            self.excess = f"used more than {self._limits.memory / 1024**3:.3g} GB of memory"
        elif count > self._limits.processes:
            self.excess = f"had more than {self._limits.processes} processes and threads"
        elif now >= self._next_disk:
            self._next_disk = now + 1.0
            if _size(self._folders, self._limits.disk) > self._limits.disk:
                self.excess = f"wrote more than {self._limits.disk / 1024**2:.0f} MB or {_ENTRIES:,} files"

    def _add_up(self, processes: Iterable[psutil.Process]) -> None:
        """Bring the CPU seconds up to date by what these processes have used."""
        cpu = 0.0
        for process in processes:
            with suppress(psutil.Error):
                times = process.cpu_times()
                cpu += times.user + times.system
                cpu += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        self.cpu = max(self.cpu, cpu)  # what a process used that vanished stays used

    def processes(self) -> list[psutil.Process]:
        """Return the process and its descendants, as far as they are alive."""
        with suppress(psutil.Error):
            return [self._root, *self._root.children(recursive=True)]
        return []

    def end(self) -> None:
        """End all processes and wait until they are gone."""
        processes = self.processes()
        for process in processes:  # the first is bubblewrap: all others end with it
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, timeout=10)


def _own_memory(processes: Iterable[psutil.Process]) -> int:
    """Return the bytes of memory of processes together; what several share, as forked ones do, counts once.

    To count that takes longer than to add up, and not every system tells (Linux does, in smaps_rollup).
    """
    memory = 0
    for process in processes:
        with suppress(psutil.Error):
            try:
                memory += process.memory_full_info().pss
            except (AttributeError, psutil.AccessDenied):
                memory += process.memory_info().rss
    return memory


def _size(folders: Iterable[Path], most: int) -> int:
    """Return how many bytes lie in folders; more than ``most`` if there are too many files to count."""
    size = entries = 0
    with suppress(RecursionError):  # folders in folders, a thousand deep: too many as well
        for folder in folders:
            for path, names, files in os.walk(folder):
                entries += len(names) + len(files)
                for name in files:
                    with suppress(OSError):
                        size += os.lstat(os.path.join(path, name)).st_size
                if entries > _ENTRIES or size > most:
                    return most + 1
        return size
    return most + 1
