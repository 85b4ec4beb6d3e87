"""A pytest plugin that looks how much memory a notebook's kernel holds when nbval has run the last cell.

    python -m pytest -p tools.memory --nbval --nbval-current-env notebooks

A class opens a kernel for each of its students, all on one server. What counts is what the process has in
memory then, libraries included, not the most that a cell took for a moment. The last cell fails if that is
more than `LIMIT` (or ``--kernel-memory``), and a line at the end tells it of every notebook. Where there is
no /proc, nothing is measured. (nbval runs cells without a history; a reader's kernel keeps a picture of each
figure in it, a megabyte in all.)
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell, NbCellError

# MB. The aim is 180, and the largest lesson has 179 with Python 3.11. Between runs on one machine it differs
# by 3; newer versions take up to ten more, and other systems are not ours.
LIMIT = 210
_PROPERTY = "kernel memory"


def resident(pid: int) -> float | None:
    """Return the memory of a process that is not swapped out, in MB; None where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except FileNotFoundError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _is_last(cell: IPyNbCell) -> bool:
    return cell.cell_num == sum(one.cell_type == "code" for one in cell.parent.nb.cells) - 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says how much is allowed."""
    parser.addoption(
        "--kernel-memory", type=float, default=LIMIT, help="MB that a kernel may hold after the last cell."
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the kernel after its last cell has passed."""
    result = yield
    if isinstance(item, IPyNbCell) and _is_last(item):
        used, limit = resident(item.parent.kernel.km.provisioner.pid), item.config.getoption("kernel_memory")
        if used is not None:
            item.user_properties.append((_PROPERTY, (item.path.stem, used)))
            if used > limit:
                told = f"The kernel holds {used:.0f} MB at the end of the notebook, more than {limit:g}"
                raise NbCellError(item.cell_num, told, item.cell.source)
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how much every kernel held."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    ends = dict(
        value
        for one in reports
        if getattr(one, "when", "") == "call"
        for name, value in one.user_properties
        if name == _PROPERTY
    )
    if ends:
        told = ", ".join(f"{stem.partition('_')[0]} {used:.0f}" for stem, used in sorted(ends.items()))
        terminalreporter.write_line(f"MB of memory at the end of a notebook: {told}")
