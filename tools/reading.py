"""A stored notebook's cells as HTML for reading: what pages and slides have in common.

Recorded pictures (see `tools/record_notebooks.py`) become elements that the code of `course_utils.widgets`
brings to life; all other figures keep their alt text. MathJax comes from the package sphinx-mathjax-offline.
"""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbconvert.filters import Highlight2HTML, ansi2html, markdown2html
from pygments.formatters import HtmlFormatter

from course_utils.widgets import RECORDING

MATHJAX_SETTINGS = """window.MathJax = {
  tex: { inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]], processEscapes: true },
  options: { skipHtmlTags: ["script", "noscript", "style", "textarea", "pre", "code"] },
};"""

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
<script>{settings}</script>
<script>{mathjax}</script>
</head>"""

# Colours of code with enough contrast on the ground that `page.css` gives it.
CODE_STYLE = "a11y-light"


def front(name: str) -> str:
    """Return what is in a file of ``tools/front``, code or style of pages and slides."""
    return Path(__file__).with_name("front").joinpath(name).read_text(encoding="utf-8")


def mathjax_folder() -> Path:
    """Return the folder that holds MathJax."""
    found = importlib.util.find_spec("sphinx-mathjax-offline")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("sphinx-mathjax-offline is missing: run make html, which installs the extra [pages]")
    return Path(found.submodule_search_locations[0]) / "static" / "mathjax"


def mathjax() -> str:
    """Return MathJax as one script that draws formulas without any other file."""
    return (mathjax_folder() / "tex-svg-full.js").read_text(encoding="utf-8")


def code_style() -> str:
    """Return the style sheet of highlighted code."""
    return str(HtmlFormatter(style=CODE_STYLE).get_style_defs(".highlight"))


def title(notebook: Any) -> str:
    """Return the title of a lesson: its first heading of the first level."""
    return next(found[1] for cell in notebook.cells if (found := re.search(r"^# (.+)$", cell.source, re.M)))


def head(notebook: Any, *styles: str) -> str:
    """Return the beginning of a page, up to its body: the title, the style sheets, and MathJax."""
    return _HEAD.format(
        title=html.escape(title(notebook)),
        style="\n".join(styles),
        settings=MATHJAX_SETTINGS,
        mathjax=mathjax(),
    )


@dataclass
class Reader:
    """Turns cells into HTML; ``packs`` collects the recordings by name, base64."""

    name: str
    packs: dict[str, str] = field(default_factory=dict)

    def markdown(self, text: str) -> str:
        """Return a text cell; links to notebooks become links to their pages."""
        return linked(str(markdown2html(text)))

    def code(self, source: str) -> str:
        """Return highlighted code."""
        return str(Highlight2HTML()(source, language="ipython3"))

    def output(self, output: Any) -> str:
        """Return one output of a code cell: a recorded picture, HTML, a figure or text."""
        if output.output_type == "stream":
            return f"<pre>{ansi2html(output.text)}</pre>"
        if output.output_type == "error":
            return f"<pre>{ansi2html(chr(10).join(output.traceback))}</pre>"
        data = output.data
        if RECORDING in data:
            name = f"{self.name}-{len(self.packs)}"
            self.packs[name] = data[RECORDING]["pack"]
            return self.picture(name, output)
        if "text/html" in data:
            return str(data["text/html"])
        if "image/png" in data:
            return self.figure(output)
        return f"<pre>{html.escape(data.get('text/plain', ''))}</pre>"

    def picture(self, name: str, output: Any) -> str:
        """Return a recorded picture, whose pack is in the page."""
        return f'<div class="recorded-picture" data-pack="{name}">{self.figure(output)}</div>'

    def scripts(self) -> str:
        """Return the elements that hold the recordings."""
        return "\n".join(
            f'<script type="text/plain" id="{name}">{pack}</script>' for name, pack in self.packs.items()
        )

    def figure(self, output: Any) -> str:
        """Return the figure among an output's data, with its alt text."""
        png = output.data["image/png"].strip()
        return f'<img class="figure" alt="{alt_text(output)}" src="data:image/png;base64,{png}">'


def alt_text(output: Any) -> str:
    """Return the alt text of the figure among an output's data, as an attribute holds it."""
    return html.escape(output.metadata.get("image/png", {}).get("alt", ""), quote=True)


def linked(page: str) -> str:
    """Return ``page`` with links to notebooks and texts of the course turned into links to their pages."""
    return re.sub(r'(href="(?!https?:)[^"#]*)\.(?:ipynb|md)((?:#[^"]*)?")', r"\1.html\2", page)


def folded_notes(source: str) -> str:
    """Return the lecturer's notes of a text cell as a fold, which shows them when asked, also on paper."""
    notes = re.sub(r"^> ?(\*\*For the lecturer\.\*\* *)?", "", source, flags=re.M)
    return f'<details class="lecturer"><summary>For the lecturer</summary>\n\n{notes}\n\n</details>'


def tags(cell: Any) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def write_each(arguments: list[str], render: Callable[[Path], str], usage: str) -> int:
    """Write what ``render`` makes of each notebook into a folder: the command line FOLDER NOTEBOOK …."""
    if len(arguments) < 2:
        print(usage)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for argument in arguments[1:]:
        out = folder / f"{Path(argument).stem}.html"
        out.write_text(render(Path(argument)), encoding="utf-8")
        print(f"{out}: {out.stat().st_size // 1024} kB", flush=True)
    return 0
