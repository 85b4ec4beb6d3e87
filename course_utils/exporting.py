"""What exporting a notebook as HTML or slides does for figures: their alt texts come along.

nbconvert's templates for pages and slides leave alt texts behind in the metadata of outputs. Installing the
course adds `AltTexts` to the exporters of its environment: the command line finds it in nbconvert's
configuration, JupyterLab and Notebook are told by the server extension `course_utils.serving`.
"""

from __future__ import annotations

from html import escape
from typing import Any

from nbconvert.preprocessors import Preprocessor

_PNG, _HTML = "image/png", "text/html"


class AltTexts(Preprocessor):
    """Turns each figure that has an alt text, and no HTML of its own, into an HTML image that carries it."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Return the cell with its figures described, and the resources as they are."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            look = output.get("metadata", {}).get(_PNG, {})
            if _PNG in data and _HTML not in data and look.get("alt"):
                data[_HTML] = _image(data.pop(_PNG), look)
        return cell, resources


def _image(png: str, look: dict[str, Any]) -> str:
    """Return a figure as HTML: as wide as it was drawn, or as the page allows."""
    size = "".join(f' {name}="{look[name]}"' for name in ("width", "height") if name in look)
    source = "".join(png.split())
    style = "max-width:100%;height:auto"
    return f'<img alt="{escape(look["alt"])}"{size} style="{style}" src="data:image/png;base64,{source}">'
