"""The icons of the website's theme: its script brings two thousand, of which the pages show twenty."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPT = Path("_static") / "scripts" / "fontawesome.js"
_USED = re.compile(r"\bfa-([a-z0-9-]+)")
# "name":[width,height,[other names],"code","path"],
_ICON = re.compile(
    r'"?(?P<name>[\w-]+)"?:\[\d+,\d+,\[(?P<others>[^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\["[^"]*","[^"]*"\])\],?'
)


def reduce(site: Path) -> None:
    """Leave in the icons' script those that a page or a script of the site names."""
    texts = [
        *site.rglob("*.html"),
        *(path for path in site.rglob("_static/scripts/*.js") if path.name != SCRIPT.name),
    ]
    used = {name for path in texts for name in _USED.findall(path.read_text(encoding="utf-8"))}

    def kept(icon: re.Match[str]) -> str:
        names = {icon["name"], *re.findall(r'"([\w-]+)"', icon["others"])}
        return icon[0] if names & used else ""

    script = site / SCRIPT
    script.write_text(_ICON.sub(kept, script.read_text(encoding="utf-8")), encoding="utf-8")
