"""How formgrader and feedback show words: as Markdown with formulas, and nothing in it that could run.

nbgrader's pages put a student's Markdown where the lecturer is logged in, HTML and all; a script in it could
read and enter grades. ``HTMLExporter.sanitize_html``, which nbconvert has for this, does not reach the cells
that nbgrader's own pages show.
"""

from __future__ import annotations

import re
from html import escape, unescape

import bleach
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

FILTER = f"{__name__}.as_html"  # what nbconvert calls for Markdown, by name
_TAG_NAMES = """
    a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s span
    strong sub summary sup table tbody td th thead tr u ul
"""
_TAGS = frozenset(_TAG_NAMES.split())
_COLOURS = re.compile(r"highlight( hl-\w+)?|[a-z]{1,2}[a-z0-9]?")  # classes of highlighted code
_ADDRESS = re.compile(r"(https?:|mailto:).*|[^:]*", re.IGNORECASE | re.DOTALL)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")


@pass_context
def as_html(context: Context, source: str) -> str:
    """Return Markdown as HTML without scripts, forms, and names by which a page finds its own parts."""
    attachments = context.get("cell", {}).get("attachments", {})
    return without_scripts(_rendered(source, attachments))


def without_scripts(html: str) -> str:
    """Return HTML in which all but harmless tags and attributes is text."""
    allowed = {"a": _of_link, "img": _of_picture, **dict.fromkeys(("div", "pre", "span"), _of_code)}
    return str(
        bleach.clean(html, tags=_TAGS, attributes=allowed, protocols={"http", "https", "mailto", "data"})
    )


def _rendered(source: str, attachments: dict[str, dict[str, str]]) -> str:
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    try:
        return str(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # a picture that is not there, or whatever else it is: the words can be read
        return f"<pre>{escape(source)}</pre>"


def _of_link(tag: str, name: str, value: str) -> bool:
    return name == "title" or (name == "href" and _ADDRESS.fullmatch(unescape(value).strip()) is not None)


def _of_picture(tag: str, name: str, value: str) -> bool:
    is_inside = _PICTURE.fullmatch(value) is not None
    return name in ("alt", "title") or (name == "src" and (is_inside or value.startswith("https://")))


def _of_code(tag: str, name: str, value: str) -> bool:
    return name == "class" and _COLOURS.fullmatch(value) is not None
