"""Rerun notebooks from a fresh kernel and store their outputs as they are committed.

    python tools/run_notebooks.py notebooks/01_curvature_and_hessians.ipynb ...

Execution order, text and pictures are stored; timings, widget state and model numbers, which differ
from run to run, are not. In place of a live widget the stored notebook shows its picture.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# What a kernel says of its language, without its version, which differs from machine to machine. Exporters
# read it: without ``file_extension`` a script exported from the notebook would end in .txt.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Drop from an executed notebook what differs from run to run."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": LANGUAGE,
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        outputs: list[nbformat.NotebookNode] = []
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
            before = outputs[-1] if outputs else None
            if before and output.output_type == before.output_type == "stream" and output.name == before.name:
                before.text += output.text  # a busy machine delivers one cell's print in pieces
            else:
                outputs.append(output)
        if cell.cell_type == "code":
            cell.outputs = outputs


def run(path: Path) -> None:
    """Execute the notebook at ``path`` in place, in its own folder; an error in a cell is raised."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    )
    os.environ["COURSE_PROGRESS"] = "off"  # it is not a reader who solves something here
    client.execute()
    normalise(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main(arguments: list[str]) -> int:
    """Run every notebook named on the command line."""
    if not arguments:
        print(__doc__)
        return 2
    for argument in arguments:
        path, begin = Path(argument), time.perf_counter()
        run(path)
        print(f"{path}: {time.perf_counter() - begin:.0f} s, {path.stat().st_size // 1024} kB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
