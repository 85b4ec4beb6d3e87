"""Submitted files, as editors and platforms write them."""

from __future__ import annotations

import json

import pytest

from course_utils.grading.cleaning import assignment_in, clean

TEXT = "x = 'λ'"


def notebook(outputs: int = 0) -> str:
    mark = {"grade_id": "hw01-1-solution"}
    output = {"output_type": "stream", "name": "stdout", "text": "x" * outputs}
    cell = {"cell_type": "code", "metadata": {"nbgrader": mark}, "source": TEXT, "outputs": [output]}
    return json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}, ensure_ascii=False
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_an_editor_is_read(tmp_path, encoding):
    file = tmp_path / "hw01.ipynb"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    file.write_bytes(mark + notebook().encode(encoding))
    assert [cell.source for cell in clean(file, "hw01", {"hw01-1-solution"}).cells] == [TEXT]
    assert assignment_in(file) == "hw01"


def test_large_outputs_do_not_matter(tmp_path):
    file = tmp_path / "hw01.ipynb"
    file.write_text(notebook(outputs=32_000_000), encoding="utf-8")
    cleaned = clean(file, "hw01", {"hw01-1-solution"})
    assert cleaned.cells[0].outputs == []
    assert cleaned.cells[0].metadata.nbgrader.grade_id == "hw01-1-solution"


def test_old_notebooks_are_converted(tmp_path):
    file = tmp_path / "hw01.ipynb"
    cell = {"cell_type": "code", "input": [TEXT], "language": "python", "metadata": {}, "outputs": []}
    sheet = {"cells": [cell], "metadata": {}}
    file.write_text(json.dumps({"worksheets": [sheet], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}))
    assert [cell.source for cell in clean(file, "hw01", set()).cells] == [TEXT]


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"[]", b"7", b'{"cells": 3}', b'{"cells": [3]}', b"\xff\xfe\x00"]
)
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, content):
    file = tmp_path / "hw01.ipynb"
    file.write_bytes(content)
    assert assignment_in(file) == ""
    with pytest.raises(ValueError, match="the file is"):
        clean(file, "hw01", set())
