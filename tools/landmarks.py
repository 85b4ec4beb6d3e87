"""What the website's theme leaves without a name for those who hear a page: its side bar, and folds in it."""

from __future__ import annotations

from pathlib import Path

_NAMED = {
    '<div id="pst-primary-sidebar"': '<div id="pst-primary-sidebar" role="navigation" aria-label="Site"',
    '<summary><span class="toctree-toggle"': '<summary aria-label="Pages below"><span class="toctree-toggle"',
}


def name(site: Path) -> None:
    """Name them in every page of a built site."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for nameless, named in _NAMED.items():
            text = text.replace(nameless, named)
        path.write_text(text, encoding="utf-8")
