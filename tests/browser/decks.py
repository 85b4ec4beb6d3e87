"""What can be wrong with a slide, found in the browser that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SIZES = ((1280, 720), (1920, 1080))
SMALLEST = 18  # pixels

# Keeps how large each text of a live picture was painted, in pixels of its slide.
TEXTS = """() => {
    const paint = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
        const { c, d } = this.getTransform(), { canvas } = this;
        const size = (parseFloat(this.font) * Math.hypot(c, d) * canvas.clientHeight) / canvas.height;
        if (size) (canvas.texts ??= new Map()).set(text, size); // none where its slide is not shown
        paint.call(this, text, ...at);
    };
}"""

# A slide that shows nothing but its section; what sticks out of the slide, is cut off inside of it, or is too
# small to read from the last row; and names of curves that go on in the next line inside of a word or a
# number.
FAULTS = """() => {
    const slide = Reveal.getCurrentSlide(), scale = Reveal.getScale(), faults = [];
    if ([...slide.children].every((node) => node.matches(".running, aside"))) faults.push("it is blank");
    for (const node of slide.querySelectorAll("*")) {
        if (node.closest("aside, mjx-assistive-mml, svg, .cc-spoken") || !node.checkVisibility()) continue;
        const box = node.getBoundingClientRect(), name = `${node.tagName}.${node.className}`;
        if (!box.width || !box.height) continue;
        if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1)
            faults.push(`${name} ends at ${Math.round(box.right)}, ${Math.round(box.bottom)}`);
        const scrolls = getComputedStyle(node).overflowX !== "visible" && node.clientWidth;
        if (scrolls && node.scrollWidth > node.clientWidth + 1)
            faults.push(`${name} is cut: ${node.scrollWidth} of ${node.clientWidth}`);
        const type = parseFloat(getComputedStyle(node).fontSize) * scale;
        const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
        if (text && type < SMALLEST - 0.01)
            faults.push(`${name} has ${type} pixels: ${node.textContent.slice(0, 30)}`);
    }
    for (const canvas of slide.querySelectorAll("canvas"))
        for (const [text, size] of canvas.texts ?? [])
            if (size * scale < SMALLEST - 0.1) // a canvas is a whole number of pixels high
                faults.push(`${text} is painted with ${size * scale} pixels`);
    for (const entry of slide.querySelectorAll(".cc-entry")) {
        const texts = document.createTreeWalker(entry, NodeFilter.SHOW_TEXT), range = new Range();
        for (let text = texts.nextNode(); text; text = texts.nextNode())
            for (const word of text.data.matchAll(/[^\\s(-]+/g)) {
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
                if (lines.size > 1) faults.push(`${word[0]} is broken`);
            }
    }
    return faults;
}""".replace("SMALLEST", str(SMALLEST))


def open_deck(page: Any, path: Path) -> int:
    """Open a deck and return how many slides it has, once they are laid out."""
    page.add_init_script(f"({TEXTS})()")
    page.goto(path.as_uri())
    page.locator("body[data-ready]").wait_for(state="attached", timeout=120_000)
    return int(page.evaluate("() => Reveal.getTotalSlides()"))


def go(page: Any, slide: int) -> None:
    """Show a slide, its live picture at rest."""
    page.evaluate("(k) => Reveal.slide(k)", slide)
    if page.locator("section.present .recorded-picture").count():
        page.locator("section.present .course-canvas[data-table]").wait_for()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def faults(page: Any, slides: int) -> dict[int, list[str]]:
    """Return what is wrong, by slide; the first is 0."""
    found = {}
    for k in range(slides):
        go(page, k)
        wrong = page.evaluate(FAULTS)
        if wrong:
            found[k] = wrong[:3]
    return found
