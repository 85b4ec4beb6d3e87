"""Look for broken links in a built site and for anything that it would fetch from elsewhere; print its sizes.

python tools/check_site.py build/site
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
}
_IN_STYLE = re.compile(r"""url\(\s*["']?(?!data:)([^"')]+)|@import\s+["']([^"']+)""")


@dataclass
class Page(HTMLParser):
    """What a page links to, loads and can be linked to."""

    path: Path
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)  # with the page, before its reader scrolls
    later: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    @cached_property
    def text(self) -> str:
        """The page's source."""
        return self.path.read_text(encoding="utf-8")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to."""
        has = {name: value or "" for name, value in attrs}
        self.ids |= {has[name] for name in ("id", "name") if has.get(name)}
        if tag == "a" and has.get("href"):
            self.links.append(has["href"])
        elif tag == "link" and has.get("rel", "") in ("stylesheet", "preload", "icon"):
            self.loads.append(has["href"])
        elif has.get(LOADS.get(tag, "")):
            (self.later if has.get("loading") == "lazy" else self.loads).append(has[LOADS[tag]])
        if has.get("data-src"):
            self.later.append(has["data-src"])


def faults(pages: dict[Path, Page], site: Path) -> list[str]:
    """Return what leads nowhere or leaves the site."""
    found = []
    for page in pages.values():
        for address in page.links + page.loads + page.later:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address not in page.links and parts.scheme != "data":
                    found.append(f"{page.path.relative_to(site)} loads {address}")
                continue
            target = _target(page.path, parts.path)
            if not target.is_file() or site not in target.parents:
                found.append(f"{page.path.relative_to(site)} leads to {address}, which is not there")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                found.append(f"{page.path.relative_to(site)} leads to {address}, where no such part is")
    for path in site.rglob("*.css"):
        for quoted in _IN_STYLE.findall(path.read_text(encoding="utf-8")):
            address = next(filter(None, quoted))
            if urlsplit(address).scheme or not _target(path, urlsplit(address).path).is_file():
                found.append(f"{path.relative_to(site)} loads {address}")
    return found


def _target(page: Path, address: str) -> Path:
    target = (page.parent / unquote(address)).resolve() if address else page
    return target / "index.html" if target.is_dir() else target


def on_the_wire(path: Path) -> int:
    """Return the bytes of a file as a web server sends it: text compressed."""
    content = path.read_bytes()
    text = path.suffix in (".html", ".js", ".css", ".svg", ".json")
    return min(len(content), len(gzip.compress(content, 6))) if text else len(content)


def sizes(pages: dict[Path, Page], site: Path) -> list[str]:
    """Return how large each page with what it loads at once is, and its recorded pictures."""
    known: dict[Path, int] = {}

    def size(path: Path) -> int:
        if path not in known:
            known[path] = on_the_wire(path) if path.is_file() else 0
        return known[path]

    lines = ["kB on the wire: with the page · its recorded pictures, as the reader comes near"]
    for path, page in sorted(pages.items()):
        at_once = {_target(path, urlsplit(address).path) for address in page.loads}
        packs = [size(_target(path, address)) for address in page.later if address.endswith(".js")]
        own = f" · {len(packs)} of {min(packs) // 1024} to {max(packs) // 1024}" if packs else ""
        lines.append(f"{path.relative_to(site)}: {(size(path) + sum(map(size, at_once))) // 1024}{own}")
    packs = [size(path) for path in site.glob("pictures/*.js")]
    if packs:
        middle = statistics.median(packs)
        lines.append(
            f"{len(packs)} recorded pictures: median {middle // 1024:.0f} kB, largest {max(packs) // 1024} kB"
        )
    whole = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return [*lines, f"the whole site on disk: {whole // 2**20} MB"]


def main(arguments: list[str]) -> int:
    """Check the site that the command line names."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    site = Path(arguments[0]).resolve()
    pages = {path: Page(path) for path in site.rglob("*.html")}
    print("\n".join(sizes(pages, site)))
    wrong = faults(pages, site)
    print("\n".join(wrong) or f"{len(pages)} pages, every link inside the site leads somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
