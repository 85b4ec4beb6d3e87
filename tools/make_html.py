"""Write lessons as pages to read without Jupyter and without a network: one file each, its pictures alive.

python tools/make_html.py build/html build/recorded/*.ipynb
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from course_utils.widgets.delivery import page_parts
from tools.questions import asks_for_help, card
from tools.reading import Reader, code_style, folded_notes, front, head, tags, write_each

PAGE = """{head}
<body>
<main>
{body}
</main>
{packs}
<script type="module">{scrolling}</script>
<script type="module">{questions}</script>
<script type="module">{code}</script>
</body>
</html>
"""


def page(path: Path) -> str:
    """Return the notebook at ``path`` as one self-contained page."""
    notebook = nbformat.read(path, as_version=4)
    reader = Reader(path.stem)
    cells = [cell for cell in notebook.cells if not asks_for_help(cell)]
    body = "\n".join(part for cell in cells for part in _cell(reader, cell))
    code, style = page_parts()
    return PAGE.format(
        head=head(
            notebook, code_style(), front("page.css"), front("questions.css"), style, front("print.css")
        ),
        body=body,
        packs=reader.scripts(),
        scrolling=front("scrolling.js"),
        questions=front("questions.js"),
        code=code,
    )


def _cell(reader: Reader, cell: nbformat.NotebookNode) -> list[str]:
    """Return the parts of a cell; code that the lesson folds away is folded here, too."""
    if cell.cell_type == "markdown":
        notes = "speaker-notes" in tags(cell)
        return [reader.markdown(folded_notes(cell.source) if notes else cell.source)]
    code = f'<div class="code">{reader.code(cell.source)}</div>'
    if "hide-input" in tags(cell):
        code = f'<details class="code"><summary>code</summary>{reader.code(cell.source)}</details>'
    return [code, *(card(output) or reader.output(output) for output in cell.outputs)]


if __name__ == "__main__":
    sys.exit(write_each(sys.argv[1:], page, __doc__))
