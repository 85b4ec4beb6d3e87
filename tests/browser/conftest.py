"""One JupyterLab and one Chromium for all browser tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.browser import lab
from tests.tools import ROOT
from tests.tools.notebooks import write_notebook

NOTEBOOKS = ROOT / "notebooks"


class ByFileOrNotebook(LoadFileScheduling):
    """The tests of a file share what it built and go to one process; those of the notebooks share nothing."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if "test_notebooks.py::" in nodeid else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFileOrNotebook | None:
    return ByFileOrNotebook(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return the browser; without one these tests are skipped, and say so."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path(lab.CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {lab.CHROMIUM}; name one in the variable CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=lab.CHROMIUM, args=lab.CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve a copy of the notebooks (JupyterLab saves what it opens); return URL and folder."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "home").mkdir()
    shutil.copytree(NOTEBOOKS, folder / "root" / "notebooks")
    with lab.jupyterlab(folder / "root", folder / "home") as url:
        yield url, folder / "root"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first lesson as a notebook, its pictures recorded with few states."""
    folder, notebook = tmp_path_factory.mktemp("recorded"), NOTEBOOKS / "00_start_here.ipynb"
    record = [sys.executable, str(ROOT / "tools" / "record_notebooks.py"), str(notebook), str(folder)]
    subprocess.run([*record, "--states", "150"], check=True, cwd=ROOT)
    return folder / notebook.name


@pytest.fixture(scope="module")
def notebook(request: pytest.FixtureRequest, chromium: Any, served: tuple[str, Path]) -> Iterator[Any]:
    """The ``CELLS`` of the test module, run in JupyterLab, with no error then or until its last test."""
    url, root = served
    name = f"{request.path.stem}.ipynb"
    write_notebook(root / name, request.module.CELLS)
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    opened = lab.open_notebook(page, url, name)
    assert opened.cell_errors == []
    for canvas in opened.scenes():
        lab.settle(canvas)
    yield opened
    assert opened.console_errors == []
    page.close()
