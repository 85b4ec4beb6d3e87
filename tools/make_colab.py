"""Write notebooks for Google Colab: each begins with a cell that installs the course there.

    python tools/make_colab.py FOLDER ADDRESS notebooks/*.ipynb

FOLDER holds the wheel of the course, and ADDRESS is where on the web it will stand. Colab opens a notebook
alone: the course comes from the wheel, and the data with it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

CELL = """\
# In Google Colab this installs the course (a minute); elsewhere it does nothing.
import sys

if "google.colab" in sys.modules:
    %pip install --quiet {wheel}
    from google.colab import output

    output.enable_custom_widget_manager()"""


def for_colab(notebook: nbformat.NotebookNode, wheel: str) -> nbformat.NotebookNode:
    """Put the cell that installs ``wheel``, an address, before the others."""
    first = nbformat.v4.new_code_cell(CELL.format(wheel=wheel), id="in-google-colab")
    first.metadata["slideshow"] = {"slide_type": "skip"}
    notebook.cells.insert(0, first)
    return notebook


def main(arguments: list[str]) -> int:
    """Write the notebooks that the command line names into its folder."""
    if len(arguments) < 3:
        print(__doc__)
        return 2
    folder, address = Path(arguments[0]), arguments[1].rstrip("/")
    (wheel,) = folder.glob("*.whl")
    for argument in arguments[2:]:
        notebook = for_colab(nbformat.read(argument, as_version=4), f"{address}/{wheel.name}")
        nbformat.write(notebook, folder / Path(argument).name)
        print(folder / Path(argument).name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
