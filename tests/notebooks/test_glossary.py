"""The glossary says where each term is introduced, and the lessons have it there."""

import re
from collections.abc import Iterator
from functools import cache

import nbformat
import pytest

from tests.tools import ROOT

NOTEBOOKS = ROOT / "notebooks"
ROW = re.compile(
    r"^\| (?P<term>[^|]+) \| (?:[^|\\]|\\.)+ \| "
    r"\[(?P<lesson>\d\d), section (?P<section>\d+)\]\((?P<file>[^)]+)\) \|$"
)
PREDICTION = re.compile(r'"([^"\n]+)"')


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


# Words of every day or of mathematics, which lessons use as such before they become terms.
EVERYDAY = {"projection", "strict", "student", "threshold"}
POINTER = re.compile(r"\b(?:lessons?|sections?) \d")  # a word used early is explained where this leads
ENDS = re.compile(r"(?<=[.?!:])\s+|\n\s*\n")


@cache
def prose(path) -> list[tuple[int, str]]:
    """Return section and text of all that a reader meets in the order of reading.

    That is markdown and the predictions' questions; not what announces or looks words up: title and aims, the
    map and the letters of the first page, references and slide map, notes for lecturers.
    """
    number, apart, found = 0, False, []
    for cell in nbformat.read(path, as_version=4).cells:
        if "speaker-notes" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            parts = [" ".join(PREDICTION.findall(cell.source))] if "predict(" in cell.source else []
        else:
            parts = re.split(r"(?m)^(?=## )", cell.source)
        for part in parts:
            if heading := re.match(r"## (?:(\d+) ·)?(.*)", part):
                number = int(heading[1] or number)
                looked_up = path.name.startswith("00") and number in (5, 6)
                apart = looked_up or heading[2].strip() in ("References", "Slide map")
            if number and not apart:
                found.append((number, part))
    return found


def early_uses(term: str, lesson: str, section: int) -> Iterator[str]:
    """Yield the sentences that use a term before its section without saying where it is explained."""
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term.removesuffix("s"))))
    case = re.NOFLAG if term.isupper() else re.IGNORECASE  # "goes" is not of the GOE
    used = re.compile(rf"(?<![\w-]){words}(?:s|es)?(?![\w-])", case)
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        for number, text in prose(path):
            if (path.name[:2], number) >= (lesson, section):
                return
            for sentence in ENDS.split(text):
                if used.search(sentence) and not POINTER.search(sentence):
                    yield f"{path.name}, section {number}: {sentence}"


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


@pytest.mark.parametrize("row", ROWS, ids=[row["term"] for row in ROWS])
def test_a_term_is_not_used_before_it_is_introduced(row):
    if row["term"] not in EVERYDAY:
        assert list(early_uses(row["term"], row["lesson"], int(row["section"]))) == []


def test_an_early_use_is_found_in_text_and_in_questions_but_not_in_what_announces_it():
    uses = list(early_uses("learning rate", "01", 1))
    assert any(use.startswith("00_start_here.ipynb, section 3: In the landscape above") for use in uses)
    assert list(early_uses("saddle", "02", 1)) != []
    assert (
        list(early_uses("condition number", "02", 1)) == []
    )  # a letter on the first page, an aim of lesson 02


def test_terms_are_in_alphabetical_order_and_occur_once():
    terms = [row["term"].lower().replace("é", "e") for row in ROWS]
    assert terms == sorted(terms)
    assert len(set(terms)) == len(terms) > 40


def test_the_first_page_leads_to_the_glossary():
    assert any("](GLOSSARY.md)" in text for _, text in sections(NOTEBOOKS / "00_start_here.ipynb"))
