"""What printed pages are measured by."""

from __future__ import annotations

WIDTH = 703  # CSS pixels between the margins of A4 paper, as `tools/front/print.css` sets them

# What paper cuts: it cannot be scrolled, and has no room to the right.
CUT = """() => [...document.querySelectorAll("main *")].filter((node) => {
    // What MathJax writes for those who hear a page is unseen, and wider than a formula in a line.
    if (!node.clientWidth || node.matches("span.math") || node.closest("svg, mjx-container *")) return false;
    const hides = getComputedStyle(node).overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    return hides || node.getBoundingClientRect().right > innerWidth + 1;
}).map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 40)}`)"""


def pictures(pdf: bytes) -> int:
    """Return the number of pictures in a PDF file of Chromium, without masks of transparent ones."""
    return pdf.count(b"/Subtype /Image") - pdf.count(b"/SMask")
