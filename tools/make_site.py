"""Write the website: lessons, glossary, pages for lecturers and the package's reference, for any web server.

    python tools/make_site.py build/site build/recorded/*.ipynb

Every lesson is a page, from its stored outputs; in those that are named, recorded by `record_notebooks.py`,
the pictures are alive. Homework stands there as students get it. The sources are assembled beside the site,
and Sphinx (`docs/conf.py`) makes the pages. Then `check_site.py` looks for broken links and for what would be
fetched from elsewhere, and prints sizes.
"""

from __future__ import annotations

import ast
import base64
import importlib
import inspect
import pkgutil
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import course_utils
from course_utils.widgets.delivery import page_parts
from tools import check_site, fontawesome, landmarks
from tools.questions import asks_for_help, card
from tools.reading import Reader, alt_text, folded_notes, front, mathjax_folder, tags, title

ROOT = Path(__file__).resolve().parents[1]
DOCS, NOTEBOOKS = ROOT / "docs", ROOT / "notebooks"
TEXTS = ("GLOSSARY.md", "COVERAGE.md", "homework/INSTRUCTOR.md", "homework/MISCONCEPTIONS.md")
BESIDE = "pictures"  # the folder of the site with what pages load when the reader comes near
SHELVES = ("exercises", "experiments", "grading")  # whose modules are no reference for readers


@dataclass
class Filer(Reader):
    """Writes figures and recordings into files, which a page loads when its reader comes near."""

    folder: Path = Path()
    count: int = 0

    def picture(self, name: str, output: Any) -> str:
        """Return a recorded picture; its pack is a script, which a page from a folder may load, too."""
        pack = self.packs[name]
        (self.folder / f"{name}.js").write_text(f'recordedPack("{name}", "{pack}");\n', encoding="utf-8")
        place = f'data-pack="{name}" data-src="../{BESIDE}/{name}.js"'
        return f'<div class="recorded-picture" {place}>{self.figure(output)}</div>'

    def figure(self, output: Any) -> str:
        """Return the figure among an output's data, with its alt text and its size."""
        content = base64.b64decode(output.data["image/png"])
        width, height = struct.unpack(">II", content[16:24])  # PNG: the header chunk
        shown = output.metadata.get("image/png", {}).get("width", width)
        name = f"{self.name}-figure-{self.count}.png"
        self.count += 1
        (self.folder / name).write_bytes(content)
        size = f'width="{shown}" height="{round(shown * height / width)}"'
        source = f"../{BESIDE}/{name}"
        return f'<img class="figure" loading="lazy" {size} alt="{alt_text(output)}" src="{source}">'


def page(notebook: nbformat.NotebookNode, reader: Reader) -> nbformat.NotebookNode:
    """Return the notebook as Sphinx reads it: figures, pictures, questions and notes as HTML."""
    notebook.cells = [cell for cell in notebook.cells if not asks_for_help(cell)]
    for cell in notebook.cells:
        if "speaker-notes" in tags(cell):
            cell.source = folded_notes(cell.source)
        for output in cell.get("outputs", []):
            if output.output_type in ("display_data", "execute_result"):
                shown = card(output)
                if shown or "image/png" in output.data:
                    output.data = {"text/html": shown or reader.output(output)}
    return notebook


def first_page(text: str, lessons: dict[str, str], live: dict[str, str]) -> str:
    """Return the landing page: the picture that it names, and links where the lessons' names stand."""
    text = re.sub(r"<!-- picture: (\S+) -->", lambda found: live[found[1]].replace("../", ""), text)
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The lessons\n")[2]
    rows = [line for line in table.partition("\n## ")[0].splitlines() if line.startswith("|")]
    linked = [
        re.sub(r"`(\w+)`", lambda found: f"[{lessons[found[1]]}](notebooks/{found[1]}.ipynb)", row)
        for row in rows
    ]
    return text.replace("<!-- lessons -->", "\n".join(linked))


def reference(package: ModuleType) -> str:
    """Return the page on a package: what it exports, then what only its modules have.

    Every name in ``__all__`` has an entry of its own: Sphinx leaves out constants, and what is imported
    when it is first asked for. ValueError for a public constant without a docstring below it.
    """
    exported = sorted(getattr(package, "__all__", []))
    known = {id(getattr(package, name)) for name in exported}
    lines = [f"# {package.__name__.partition('.')[2]}", "", "```{eval-rst}"]
    lines += [f".. automodule:: {package.__name__}", "", *_entries(package, exported)]
    for module in _modules(package):
        own = [
            name
            for name, thing in vars(module).items()
            if not name.startswith("_")
            and (inspect.isclass(thing) or inspect.isfunction(thing))
            and thing.__module__ == module.__name__
            and id(thing) not in known
        ]
        if own:
            title = module.__name__.removeprefix("course_utils.")
            lines += [title, "-" * len(title), "", f".. automodule:: {module.__name__}", "   :no-index:", ""]
            lines += _entries(module, sorted(own))
    return "\n".join([*lines, "```", ""])


def _entries(module: ModuleType, names: list[str]) -> list[str]:
    """Return the entries of ``names``: classes, functions, then constants."""
    classes, functions, constants = list[str](), list[str](), list[str]()
    for name in names:
        thing, place = getattr(module, name), f"{module.__name__}.{name}"
        if inspect.isclass(thing):
            classes += [f".. autoclass:: {place}", "   :members:", ""]
        elif inspect.isroutine(thing) or hasattr(thing, "__wrapped__"):
            functions += [f".. autofunction:: {place}", ""]
        else:
            told = [f"   {line}".rstrip() for line in _told(module, name)]
            constants += [f".. py:data:: {name}", f"   :module: {module.__name__}", "", *told, ""]
    return classes + functions + constants


def _told(package: ModuleType, name: str) -> list[str]:
    """Return the docstring that stands below a constant, in the module of the course that defines it."""
    constant, inside = getattr(package, name), f"{package.__name__}."
    # A snapshot: those of the package before the others, from which it may have the constant.
    modules = sorted(sys.modules.items(), key=lambda item: not f"{item[0]}.".startswith(inside))
    for place, module in modules:
        if place.startswith("course_utils") and vars(module).get(name) is constant:
            told = _below(module, name)
            if told:
                return told.splitlines()
    raise ValueError(f"{inside}{name} is public and has no docstring below it that says what it is")


def _below(module: ModuleType, name: str) -> str:
    """Return the docstring below the assignment of ``name`` in a module's source, "" if there is none."""
    for statement, after in pairwise(ast.parse(inspect.getsource(module)).body):
        match statement, after:
            case (
                (ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found))),
                ast.Expr(ast.Constant(str(text))),
            ) if found == name:
                return inspect.cleandoc(text)
    return ""


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    if package.__name__.rpartition(".")[2] in SHELVES:
        return
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not found.ispkg and not found.name.rpartition(".")[2].startswith("_"):
            yield importlib.import_module(found.name)


def release_homework(folder: Path) -> None:
    """Write the homework's versions for students, which are checked to hold nothing of the key."""
    command = [sys.executable, "-m", "course_utils.grading", "release", "--out", str(folder)]
    with TemporaryDirectory() as course:
        subprocess.run([*command, "--course", course], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def assemble(source: Path, recorded: dict[str, Path]) -> None:
    """Write into the folder ``source`` all that Sphinx reads."""
    shutil.rmtree(source, ignore_errors=True)
    beside = source / "beside" / BESIDE
    for folder in (source / "notebooks" / "homework", source / "api", beside, source / "static"):
        folder.mkdir(parents=True)
    titles, live = {}, {}
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        notebook = nbformat.read(recorded.get(path.name, path), as_version=4)
        reader = Filer(path.stem, folder=beside)
        nbformat.write(page(notebook, reader), source / "notebooks" / path.name)
        titles[path.stem] = title(notebook)
        pictures = re.findall(
            r'<div class="recorded-picture".*?</div>',
            "\n".join(
                output.data["text/html"]
                for cell in notebook.cells
                for output in cell.get("outputs", [])
                if "text/html" in output.get("data", {})
            ),
        )
        live |= dict(zip(reader.packs, pictures, strict=True))
    release_homework(source / "notebooks" / "homework")
    for name in TEXTS:
        shutil.copy(NOTEBOOKS / name, source / "notebooks" / name)
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    (source / "index.md").write_text(first_page(index, titles, live), encoding="utf-8")
    shutil.copy(DOCS / "api.md", source)
    for found in pkgutil.iter_modules(course_utils.__path__, "course_utils."):
        if found.ispkg:
            package = importlib.import_module(found.name)
            (source / "api" / f"{found.name.partition('.')[2]}.md").write_text(
                reference(package), encoding="utf-8"
            )
    style = [page_parts()[1]] + [front(name) for name in ("questions.css", "site.css", "print.css")]
    (source / "static" / "course.css").write_text("\n".join(style), encoding="utf-8")
    _bring_mathjax(source / "static" / "mathjax")


def _bring_mathjax(folder: Path) -> None:
    """Copy what MathJax needs to draw formulas, with its fonts, and nothing for speech and menus."""
    package = mathjax_folder()
    for part in ("input/tex/extensions", "output/chtml/fonts"):
        shutil.copytree(package / part, folder / part)
    shutil.copy(package / "tex-chtml.js", folder)


def main(arguments: list[str]) -> int:
    """Build the site and check it."""
    if not arguments:
        print(__doc__)
        return 2
    site = Path(arguments[0]).resolve()
    source = site.with_name(f"{site.name}-source")
    assemble(source, {Path(name).name: Path(name) for name in arguments[1:]})
    shutil.rmtree(site, ignore_errors=True)
    paths = f"html_static_path={source / 'static'}", f"html_extra_path={source / 'beside'}"
    options = [option for path in paths for option in ("-D", path)]
    doctrees = ["-d", str(site.with_name(f"{site.name}-doctrees"))]
    from sphinx.cmd.build import build_main  # tests of what a page says do without it

    failed = build_main(
        [
            "-b",
            "html",
            "-q",
            "-W",
            "--keep-going",
            "-c",
            str(DOCS),
            *doctrees,
            *options,
            str(source),
            str(site),
        ]
    )
    if failed:
        return int(failed)
    for path in NOTEBOOKS.glob("[0-9]*.ipynb"):  # for download: as they are in the course
        shutil.copy(path, site / "_sources" / "notebooks")
    for pattern in ("*.map", "*webpack-macros.html", "locales"):  # of the theme's own making
        for found in [*(site / "_static").rglob(pattern)]:
            shutil.rmtree(found) if found.is_dir() else found.unlink()
    fontawesome.reduce(site)
    landmarks.name(site)
    return check_site.main([str(site)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
