"""What axe-core finds against the rules of accessibility, in a page or in what is ours of it."""

from __future__ import annotations

from typing import Any

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# MathJax's own elements, which speak through MathML that axe-core does not read.
FORMULAS = ["mjx-container", "th:has(mjx-container)"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": RULES, "rules": {"duplicate-id": {"enabled": True}}}


def violations(page: Any, *within: str) -> list[str]:
    """Return what is wrong in a page, or in the elements that selectors name: rule, element, and why."""
    context = {"exclude": [[selector] for selector in FORMULAS]}
    if within:
        context["include"] = [[selector] for selector in within]
    from axe_playwright_python.sync_playwright import Axe  # which `make test` collects these tests without

    found = Axe().run(page, context, OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
