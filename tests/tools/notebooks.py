"""Write a notebook, for the tests that open or run one."""

import json
from collections.abc import Sequence
from pathlib import Path

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def write_notebook(path: Path, sources: Sequence[str]) -> None:
    """Write a notebook of code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell{k}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for k, source in enumerate(sources)
    ]
    metadata = {"kernelspec": KERNELSPEC}
    path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
