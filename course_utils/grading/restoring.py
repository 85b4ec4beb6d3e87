"""The first step of grading: every cell of the assignment gets its metadata and place again."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from course_utils.checking.describe import shorten
from course_utils.grading.matching import (
    answer_beside,
    collect_words,
    grade_after_answers,
    id_of,
    is_code_answer,
    is_words,
    mark_again,
)
from course_utils.grading.tasks import of_others, task_name

REMARKS = "nonconvex_remarks"  # notebook metadata that carries remarks from step to step


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Give every cell of the assignment its metadata and place again, whatever a student did to them.

    Comes first: nbgrader's own OverwriteCells, which restores the text of locked cells, trusts the
    metadata in the submission, and cannot put back a graded cell that follows a read-only one.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Restore the cells of one submitted notebook."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            truth = _cells_of(gradebook.find_notebook(names["notebook"], names["assignment"]))
        others = of_others(filter(None, map(id_of, nb.cells)), truth)
        found = mark_again(nb.cells, truth)
        answer_beside(nb.cells, truth)
        beside = collect_words(nb.cells, truth)
        seen: set[str] = set()
        for cell in reversed(nb.cells):  # of two cells with one id the later one counts
            submitted = cell.metadata.get("nbgrader")
            cell.metadata.clear()  # tags and the like get into the pages that a lecturer sees
            id = submitted.get("grade_id") if isinstance(submitted, dict) else None
            if isinstance(id, str) and id in truth and id not in seen:
                seen.add(id)
                self._restore(cell, truth[id])
        missing = [id for id in truth if id not in seen]
        for id in missing:
            new = _new(truth[id])
            if is_code_answer(truth[id]):
                new.source = ""  # the student's own cell may be one that could not be told
            nb.cells.insert(_place(id, list(truth), nb), new)
        grade_after_answers(nb.cells)
        remarks = []
        if found:
            remarks = [f"cells without nbgrader's marks that were told by what they hold: {found}"]
        # Where marks were lost, so were those of graded code, which cannot be told by a text that is hidden.
        own = [id for id in missing if not found or is_words(truth[id])]
        graded = dict.fromkeys(task_name(id) for id in own if truth[id].metadata.nbgrader.grade)
        remarks += [f"{task}: a task cell was missing and was restored" for task in graded]
        remarks += [f"{task_name(id)}: words beside the cell for them count as the answer" for id in beside]
        if others:
            listed = shorten(", ".join(others), 200)
            remarks.append(f"cells with marks of another homework; were two notebooks mixed up? {listed}")
        nb.metadata[REMARKS] = remarks
        return nb, resources

    def _restore(self, cell: NotebookNode, true: NotebookNode) -> None:
        cell.metadata.nbgrader = dict(true.metadata.nbgrader)
        if cell.cell_type != true.cell_type or true.metadata.nbgrader.locked:
            source = true.source if true.metadata.nbgrader.locked else cell.source
            new = _new(true)
            for key in [key for key in cell if key not in ("id", "metadata")]:
                del cell[key]
            cell.update({key: value for key, value in new.items() if key not in ("id", "metadata")})
            cell.source = source


def _cells_of(notebook: Any) -> dict[str, NotebookNode]:
    """Return the cells of an assignment as the gradebook knows them, by id, in order."""
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    solutions = {cell.name for cell in notebook.solution_cells}
    graded = {cell.name for cell in notebook.grade_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    cells = {}
    for known in notebook.source_cells:
        cell = _make(known.cell_type, known.source)
        cell.metadata.nbgrader = {
            "schema_version": 3,
            "cell_type": known.cell_type,
            "grade_id": known.name,
            "grade": known.name in graded,
            "solution": known.name in solutions,
            "task": known.name in tasks,
            "locked": known.locked,
        }
        if known.name in points:
            cell.metadata.nbgrader["points"] = points[known.name]
        # With the checksum of what was handed out, nbgrader tells an unanswered cell by itself.
        cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
        cells[known.name] = cell
    return cells


def _new(true: NotebookNode) -> NotebookNode:
    cell = _make(true.cell_type, true.source)
    cell.metadata.nbgrader = dict(true.metadata.nbgrader)
    return cell


def _make(kind: str, source: str) -> NotebookNode:
    cell: NotebookNode = new_code_cell(source) if kind == "code" else new_markdown_cell(source)
    return cell


def _place(id: str, order: list[str], nb: NotebookNode) -> int:
    """Return where a missing cell belongs: before the next one of the assignment that is there."""
    later = set(order[order.index(id) + 1 :])
    for index, cell in enumerate(nb.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") in later:
            return index
    return len(nb.cells)
