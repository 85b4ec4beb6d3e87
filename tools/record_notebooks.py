"""Run a notebook and store it elsewhere with a recording of every live picture, for pages and slides.

python tools/record_notebooks.py notebooks/01_curvature_and_hessians.ipynb build/recorded/ [--states 500]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.run_notebooks import normalise

SETUP = "from course_utils.widgets import store_recordings\nstore_recordings(get_ipython(), states={states})"


def recorded(path: Path, states: int) -> nbformat.NotebookNode:
    """Return the notebook at ``path``, run in its own folder, with recordings among its outputs."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SETUP.format(states=states)))
    NotebookClient(
        notebook, timeout=1200, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    notebook.cells.pop(0)
    normalise(notebook)
    return notebook


def main() -> None:
    """Record the notebook that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--states", type=int, default=500, help="of each picture, at most")
    asked = parser.parse_args()
    begin = time.perf_counter()
    notebook = recorded(asked.notebook, asked.states)
    asked.folder.mkdir(parents=True, exist_ok=True)
    out = asked.folder / asked.notebook.name
    nbformat.write(notebook, out)
    print(f"{out}: {time.perf_counter() - begin:.0f} s, {out.stat().st_size // 1024} kB", flush=True)


if __name__ == "__main__":
    main()
