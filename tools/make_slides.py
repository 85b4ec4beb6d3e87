"""Write lessons as decks of slides, one file each, that need neither Jupyter nor a network.

    python tools/make_slides.py build/slides build/recorded/*.ipynb

The tags of the cells decide: ``slide`` and ``subslide`` begin a slide, ``skip`` leaves a cell out, ``notes``
are for the speaker (key S). Code is hidden unless its cell has the tag ``slide-code``; exercises are for the
notebook, predictions can be chosen. What does not fit on a slide goes on on the next one. reveal.js comes
from sphinx-revealjs.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from course_utils.widgets.delivery import page_parts
from tools.questions import card
from tools.reading import Reader, code_style, front, head, tags, write_each

TYPE = 18 / 13  # how much larger a picture's type is, so that its smallest has 18 pixels

PAGE = """{head}
<body>
<div class="reveal"><div class="slides"></div></div>
<div id="stage"></div>
<div id="source">
{body}
</div>
{packs}
<script>{reveal}</script>
<script>{notes}</script>
<script type="module">{questions}</script>
<script type="module">{deck}</script>
<script type="module">{code}</script>
</body>
</html>
"""


def reveal(name: str) -> str:
    """Return a file of reveal.js (MIT licence, which the file states)."""
    found = importlib.util.find_spec("sphinx_revealjs")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("sphinx-revealjs is missing: run make slides, which installs the extra [pages]")
    folder = Path(found.submodule_search_locations[0]) / "_static" / "revealjs"
    return (folder / name).read_text(encoding="utf-8")


def deck(path: Path) -> str:
    """Return the notebook at ``path`` as one self-contained deck."""
    notebook = nbformat.read(path, as_version=4)
    reader = Reader(path.stem)
    minutes = minutes_of_sections(notebook)
    groups: list[list[str]] = []
    openings: list[str] = []
    for cell in notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind == "skip":
            continue
        if kind in ("slide", "subslide") or not groups:
            number = re.match(r"## (\d+) ·", cell.source)
            groups.append([])
            openings.append(
                f' data-minutes="{minutes[number[1]]}"' if number and number[1] in minutes else ""
            )
        groups[-1] += _blocks(reader, cell, notes=kind == "notes")
    code, style = page_parts()
    return PAGE.format(
        head=head(
            notebook,
            reveal("dist/reveal.css"),
            code_style(),
            style,
            front("questions.css"),
            front("deck.css"),
        ),
        body="\n".join(
            f"<section{opening}>{''.join(parts)}</section>"
            for opening, parts in zip(openings, groups, strict=True)
        ),
        packs=reader.scripts(),
        reveal=reveal("dist/reveal.js"),
        notes=reveal("plugin/notes/notes.js").replace("</script", "<\\/script"),
        questions=front("questions.js"),
        deck=front("deck.js"),
        code=code,
    )


def minutes_of_sections(notebook: nbformat.NotebookNode) -> dict[str, int]:
    """Return section → minutes, as the slide map at the end of a lesson has them.

    Rows of one section add up; a row of several sections counts for the first.
    """
    text = "\n".join(cell.source for cell in notebook.cells if "## Slide map" in cell.source)
    rows = re.findall(r"^\|[^|]*\| *(\d+)[\d, ]*\| *(\d+) *\|", text.partition("## Slide map")[2], re.M)
    minutes = dict.fromkeys((section for section, _ in rows), 0)
    for section, spent in rows:
        minutes[section] += int(spent)
    return minutes


def shown(source: str) -> str:
    """Return what of a text cell is for slides: not its exercises, which end it, and not the slide map."""
    source = re.split(r"^\*\*[^*\n]*· exercise \d", source, maxsplit=1, flags=re.M)[0]
    return source.partition("## Slide map")[0].rstrip()


def _blocks(reader: Reader, cell: nbformat.NotebookNode, *, notes: bool) -> list[str]:
    """Return what a cell puts on slides."""
    if cell.cell_type == "markdown":
        source = shown(cell.source)
        if not source:
            return []
        text = reader.markdown(source)
        return [f'<aside class="notes">{text}</aside>'] if notes else [text]
    if "exercise" in tags(cell):
        return []
    parts = [reader.code(cell.source)] if "slide-code" in tags(cell) else []
    for output in cell.outputs:
        part = card(output) or reader.output(output)
        if part.startswith('<div class="recorded-picture"'):
            part = part.replace("<div ", f'<div data-type="{TYPE:.4f}" data-prevent-swipe ', 1)
        elif not part.startswith(("<pre", "<img")):
            part = f'<div class="question">{part}</div>'
        parts.append(part)
    return parts


if __name__ == "__main__":
    sys.exit(write_each(sys.argv[1:], deck, __doc__))
