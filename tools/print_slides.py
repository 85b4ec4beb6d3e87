"""Print decks of slides to PDF files beside them, one page a slide, by the Chromium that CHROMIUM names.

python tools/print_slides.py build/slides/*.html
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(arguments: list[str]) -> int:
    """Print the decks named on the command line."""
    if not arguments:
        print(__doc__)
        return 2
    with sync_playwright() as driver:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for argument in arguments:
            deck = Path(argument).resolve()
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{deck.as_uri()}?print-pdf")
            page.locator("body[data-printable]").wait_for(state="attached", timeout=120_000)
            out = deck.with_suffix(".pdf")
            page.pdf(path=out, prefer_css_page_size=True, print_background=True)
            print(f"{out}: {out.stat().st_size // 1024} kB", flush=True)
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
