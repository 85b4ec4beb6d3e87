"""The glossary says where each term is introduced, and the lessons have it there."""

import re
from collections.abc import Iterator

import nbformat
import pytest

from tests.tools import ROOT

NOTEBOOKS = ROOT / "notebooks"
ROW = re.compile(
    r"^\| (?P<term>[^|]+) \| (?:[^|\\]|\\.)+ \| "
    r"\[(?P<lesson>\d\d), section (?P<section>\d+)\]\((?P<file>[^)]+)\) \|$"
)


def rows() -> list[re.Match[str]]:
    text = (NOTEBOOKS / "GLOSSARY.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    found = [ROW.match(line) for line in lines[1:]]
    assert all(found), [line for line, row in zip(lines[1:], found, strict=True) if row is None]
    return [row for row in found if row is not None]


ROWS = rows()


def sections(path) -> Iterator[tuple[int, str]]:
    """Yield the number of the section and the text of every markdown cell, 0 before the first section."""
    number = 0
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"(?m)^(?=## )", cell.source):
                heading = re.match(r"## (\d+) ·", part)
                number = int(heading[1]) if heading else number
                yield number, part


def emphasised(text: str) -> list[str]:
    """Return what stands in italics or in bold letters."""
    return re.findall(r"(?<!\*)\*{1,2}([^*]+)\*{1,2}(?!\*)", text)


@pytest.mark.parametrize("row", ROWS, ids=[row["term"] for row in ROWS])
def test_a_term_is_introduced_where_the_glossary_says(row):
    assert row["file"].startswith(row["lesson"])
    there = [text for number, text in sections(NOTEBOOKS / row["file"]) if number == int(row["section"])]
    assert there, "no such section"
    words = " ".join(word for text in there for word in emphasised(text)).lower()
    assert row["term"].lower() in re.sub(r"\s+", " ", words)


def test_terms_are_in_alphabetical_order_and_occur_once():
    terms = [row["term"].lower().replace("é", "e") for row in ROWS]
    assert terms == sorted(terms)
    assert len(set(terms)) == len(terms) > 40


def test_the_first_page_leads_to_the_glossary():
    assert any("](GLOSSARY.md)" in text for _, text in sections(NOTEBOOKS / "00_start_here.ipynb"))
