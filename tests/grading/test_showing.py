"""Words of students as a lecturer sees them: Markdown and formulas, and nothing that runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbgrader")

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from course_utils.grading.course import configure
from course_utils.grading.showing import without_scripts
from tests.grading.classes import HOMEWORK, Class
from tests.grading.test_wall import why_not
from tests.homework.tools import is_by_hand, right, tasks

LIVE = re.compile(
    r"<\s*(script|iframe|svg|math|style|form|input|object|embed|base|meta|link|video)\b"
    r"|<[^>]*\son\w+\s*=|<[^>]*(javascript|vbscript|data:text)",
    re.IGNORECASE,
)
HOSTILE = [
    "<script>document.title = 'ran'</script>",
    "<SCRIPT\n>alert(1)</SCRIPT >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"data:image/png;base64,AA==\" onload='alert(1)'>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&colon;alert(1))",
    '<a href="&#106;avascript:alert(1)">click</a>',
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "<iframe src='https://example.com'></iframe>",
    "<details open ontoggle=alert(1)>x</details>",
    "<form action='/formgrader'><input name=score></form>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "$x<script>alert(1)</script>y$",
    "$$\n<img src=x onerror=alert(1)>\n$$",
    "```mermaid\n<script>alert(1)</script>\n```",
    "<!-- <script> --><script>alert(1)</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
]


def page_of(notebook: NotebookNode) -> str:
    """The body of the page that formgrader makes of a notebook, configured as the course is."""
    config = Config()
    configure(config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    known = {"index": 0, "total": 1, "notebook_id": "hw01", "base_url": "", "submission_id": "x"}
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources=known)
    return body_of(page)


def body_of(page: str) -> str:
    """A page without its head, and without what nbgrader has in it for points."""
    return re.sub(
        r'<input class="(score|extra-credit) tabbable"', "", page[page.index("notebook-container") :]
    )


def shown(*sources: str, attachments: dict | None = None) -> str:
    cells = [new_markdown_cell(source) for source in sources]
    for cell in cells:
        cell.metadata.nbgrader = {"grade_id": "a-1-answer", "grade": True, "solution": True, "points": 2}
        cell.attachments = attachments or {}
    cells += [new_raw_cell("".join(sources)), new_code_cell("".join(sources))]
    return page_of(new_notebook(cells=cells))


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_words_runs(words):
    assert LIVE.search(shown(words)) is None


def test_an_attachment_is_a_picture_or_nothing():
    picture = {"a.png": {"image/png": "iVBORw0KGgo="}, "b.png": {'image/png"><script>': "x"},
               "c.png": {"image/svg+xml": "x"}}  # fmt: skip
    page = shown("![a](attachment:a.png) ![b](attachment:b.png) ![c](attachment:c.png)", attachments=picture)
    assert '<img alt="a" src="data:image/png;base64,iVBORw0KGgo="/>' in page
    assert page.count("src=") == 1
    assert "<script" not in page


def test_markdown_and_formulas_are_shown():
    page = shown(
        "# Heading\n\n**Bold**, *slanted*, `code`, [a link](https://example.com), x<sub>1</sub> < 3\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n\n$a < b \\& c$\n\n```python\nreturn 1\n```"
    )
    for part in ("<h1>Heading</h1>", "<strong>Bold</strong>", "<em>slanted</em>", "<code>code</code>",
                 "x<sub>1",
                 '<a href="https://example.com">', "<th>a</th>", "<li>two</li>", "$a &lt; b \\&amp; c$",
                 '<span class="k">return</span>'):  # fmt: skip
        assert part in page


def test_words_with_a_picture_that_is_lost_can_be_read():
    assert "My answer &lt;b&gt; ![x](attachment:lost.png)" in shown("My answer <b> ![x](attachment:lost.png)")


def test_links_lead_to_pages_alone():
    for address in ("data:text/html,x", "&#100;ata:text/html,x", "da\tta:text/html,x", "file:///etc/passwd"):
        assert without_scripts(f'<a href="{address}">x</a>') == "<a>x</a>"
    for address in ("https://example.com/a:b", "mailto:ada@example.com", "#part", "lesson.html"):
        assert without_scripts(f'<a href="{address}">x</a>') == f'<a href="{address}">x</a>'


def test_words_cannot_pose_as_parts_of_the_page():
    html = without_scripts('<div id="hw01-7-answer" class="score" style="position:fixed">x</div>')
    assert html == "<div>x</div>"
    assert "id=" not in without_scripts('<h1 id="hw01-7-answer">x</h1>')


@pytest.mark.grading
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_no_script_of_a_submission_reaches_the_lecturer_s_pages(tmp_path):
    """Neither from words, nor from outputs of cells, nor from the files that were graded."""
    klass = Class(tmp_path)
    script = "<script>document.title = 'ran'</script>"
    code = f"from IPython.display import HTML, SVG, Javascript, display\ndisplay(HTML({script!r}))\n"
    code += (
        f"display(Javascript('ran'), SVG('<svg>{script[:8]}</svg>'))\nprint({script!r})\nHTML({script!r})\n"
    )
    codes = right(HOMEWORK)
    notebook = klass.filled(codes | {f"{HOMEWORK}.1": codes[f"{HOMEWORK}.1"] + "\n" + code})
    for cell in notebook.cells:
        if is_by_hand(cell):
            cell.source = f"An answer in **words** {script} <img src=x onerror=alert(1)>"
        cell.metadata.tags = [f'x">{script}']
    folder = klass.submissions / "ada"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{HOMEWORK}.ipynb")
    row = klass.grade()["ada", HOMEWORK]
    assert float(row["total"]) == sum(tasks(HOMEWORK).values())
    graded = nbformat.read(klass.course / "autograded" / "ada" / HOMEWORK / f"{HOMEWORK}.ipynb", as_version=4)
    kinds = {
        kind for cell in graded.cells for output in cell.get("outputs", []) for kind in output.get("data", {})
    }
    assert kinds <= {"text/plain", "image/png", "image/jpeg"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", HOMEWORK],
        cwd=klass.course, env={**os.environ, "PATH": path}, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    feedback = (klass.course / "feedback" / "ada" / HOMEWORK / f"{HOMEWORK}.html").read_text(encoding="utf-8")
    for page in (page_of(graded), body_of(feedback)):
        assert "<strong>words</strong> &lt;script&gt;" in page
        assert LIVE.search(page) is None
