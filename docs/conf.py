"""The website: Sphinx with myst-nb and sphinx-book-theme. `make site` assembles the sources and calls it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course_utils.widgets.delivery import page_parts  # noqa: E402
from tools.reading import front  # noqa: E402

project = "Non-convex"
author = "the authors of the course"
project_copyright = "the authors of the course. Code MIT, prose and figures CC BY 4.0"
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx.ext.githubpages",
]
exclude_patterns = ["README.md"]  # from which the first page takes its table of lessons

# Notebooks are shown with the outputs that they bring; nothing is run, nothing is fetched.
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_merge_streams = True
nb_code_prompt_show = "Show {type}"
nb_code_prompt_hide = "Hide {type}"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}  # each formula would be a stop of the Tab key

autodoc_member_order = "groupwise"
autodoc_typehints = "none"  # the docstrings say it in words
toc_object_entries_show_parents = "hide"
default_role = "py:obj"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_attr_annotations = False

html_theme = "sphinx_book_theme"
html_title = "Non-convex"
html_sourcelink_suffix = ""
html_show_sphinx = False
html_css_files = ["course.css"]
html_favicon = "icon.svg"
html_context = {"default_mode": "auto"}

# Where the course is published: it gives each lesson its buttons for Colab and Binder.
REPOSITORY = os.environ.get("REPOSITORY", "")
html_theme_options: dict[str, Any] = {
    "home_page_in_toc": True,
    "navigation_with_keys": False,
    "pygments_light_style": "a11y-light",
    "pygments_dark_style": "a11y-dark",
    "show_toc_level": 2,
    "use_fullscreen_button": False,
}
if REPOSITORY:
    html_theme_options |= {
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "notebook_interface": "jupyterlab",
        },
        "repository_branch": os.environ.get("BRANCH") or "main",
        "repository_url": REPOSITORY,
        "use_repository_button": True,
    }

_FIELD = re.compile(r"(\S.*?) : (.+)")
_CODE = re.compile(r"(``.+?``)")
# What is mathematics to us and a mark to Sphinx: |x|, and the star of (*shape, n), which no second star ends.
_MARK = re.compile(r"\|(?=\S)|(?<![\w*])\*(?=[\w)])(?![^*]*\*)")
_CLINGS = re.compile(r"[^\s'\")\]}>\-/:.,;!?]")  # what may not follow code at once


def readable(line: str) -> str:
    """Return a line of prose as Sphinx reads it as it is meant."""
    parts = _CODE.split(line)
    parts[::2] = [_MARK.sub(r"\\\g<0>", part) for part in parts[::2]]
    for k in range(2, len(parts), 2):
        if _CLINGS.match(parts[k]):
            parts[k] = "\\ " + parts[k]  # ``n``² is one word
    return "".join(parts)


def read_docstring(app: Any, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Let Sphinx read ``name : what it is`` as a name with its description, and formulas as themselves."""
    section, code, written = "", False, list[str]()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"-{3,}", following.strip()):
            section = line.strip()
        code = code and (not line.strip() or line.startswith(" "))
        field = _FIELD.fullmatch(line)
        if code or line.lstrip().startswith(">>> "):
            written.append(line)
        elif section in ("Parameters", "Attributes") and field and not line.startswith(" "):
            written += [field[1].replace("*", "\\*"), f"    {readable(field[2])}"]
        else:
            written.append(readable(line))
        code = code or line.rstrip().endswith("::")
    lines[:] = written


def of_others(app: Any, what: str, name: str, thing: Any, skip: bool, options: object) -> bool | None:
    """Leave out what a library or a named tuple puts into classes of ours."""
    module = getattr(thing, "__module__", None) or "course_utils"
    alias = (getattr(thing, "__doc__", None) or "").startswith("Alias for field number")
    return True if alias or not module.startswith("course_utils") else None


def bring_to_life(app: Any, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Give a page the code that answers its reader, and what prepares it for paper."""
    body = context.get("body", "")
    if 'class="recorded-picture"' in body:
        app.add_js_file(None, body=page_parts()[0], type="module")
    scripts = ["questions.js", "print.js"] if 'class="prediction"' in body else ["print.js"]
    for script in scripts:
        app.add_js_file(None, body=front(script), type="module")


def choose_launchers(app: Any, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Take the buttons for Colab and Binder from homework: they would open its source, with the solutions.

    In Colab the lessons begin with a cell that installs the course: those of ``make colab``, which stand in a
    branch of their own (.github/workflows/pages.yml).
    """
    buttons = context.get("header_buttons", [])
    if page.startswith("notebooks/homework/"):
        context["header_buttons"] = [one for one in buttons if one.get("label") != "launch-buttons"]
        return
    branch = html_theme_options.get("repository_branch")
    for launcher in (inner for one in buttons for inner in one.get("buttons", [])):
        if str(launcher.get("url", "")).startswith("https://colab."):
            launcher["url"] = launcher["url"].replace(f"/blob/{branch}/notebooks/", "/blob/colab/")


def setup(app: Any) -> None:
    """Connect what is ours."""
    app.connect("html-page-context", choose_launchers, priority=900)  # after the theme has made them
    app.connect("autodoc-process-docstring", read_docstring, priority=400)  # before napoleon does
    app.connect("autodoc-skip-member", of_others)
    app.connect("html-page-context", bring_to_life)
