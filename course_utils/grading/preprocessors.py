"""The steps of nbgrader's autograding that differ: cells are restored, and graded apart from the student.

`course.configure` puts them into nbgrader's configuration, for ``make grade`` and for formgrader alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearMarkScheme, ClearSolutions, NbGraderPreprocessor
from traitlets import Bool, Float, Integer, List, Unicode

import course_utils
from course_utils.checking.describe import shorten
from course_utils.checking.points import STOPPED
from course_utils.grading.judge import Judge, Ruling
from course_utils.grading.kernel import KernelEndedError, Ran
from course_utils.grading.limits import Limits, reached
from course_utils.grading.magics import without_magics
from course_utils.grading.matching import (
    answer_beside,
    collect_words,
    grade_after_answers,
    id_of,
    is_code_answer,
    is_words,
    mark_again,
    names_in,
)
from course_utils.grading.session import Session
from course_utils.grading.tasks import of_others, task_name
from course_utils.grading.wall import NoWall, Wall, require_wall

REMARKS = "nonconvex_remarks"  # notebook metadata that carries remarks from step to step
_DEFAULT = Limits()


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


class StubSolutions(ClearSolutions):  # type: ignore[misc]
    """Put ``...`` in the place of solutions, but not below ``answer = ...`` as well."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clear one cell."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.cell_type == "code" and utils.is_solution(cell):
            lines = [line for line in cell.source.split("\n") if line.rstrip() != "..."]
            if any("..." in line for line in lines):
                cell.source = "\n".join(lines).rstrip()
        return cell, resources


class ClearMarkSchemeOfAnswers(ClearMarkScheme):  # type: ignore[misc]
    """Take the mark scheme out of answers in words before their checksums are computed.

    So an answer that was left as it was handed out is known as unanswered, and gets 0 by itself.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clear one cell, unless it is one of nbgrader's task cells, which keep it for the grader."""
        if not utils.is_task(cell):
            self._remove_mark_scheme_region(cell)
        return cell, resources


class GradeApart(NbGraderPreprocessor):  # type: ignore[misc]
    """Run a student's cells in the student's kernel and the graded cells in a worker of the grader.

    Takes the place of nbgrader's Execute. The number that a graded cell gives is written as its result,
    where SaveAutoGrades finds it.
    """

    cell_seconds = Float(_DEFAULT.cell, help="CPU seconds for one cell of a student.").tag(config=True)
    call_seconds = Float(_DEFAULT.call, help="CPU seconds for one call of a function.").tag(config=True)
    graded_cell_seconds = Float(_DEFAULT.graded_cell, help="CPU seconds for a graded cell.").tag(config=True)
    total_seconds = Float(_DEFAULT.total, help="CPU seconds for one submission.").tag(config=True)
    restarts = Integer(_DEFAULT.restarts, help="How often a kernel that ended is started anew.").tag(
        config=True
    )
    output_characters = Integer(_DEFAULT.output, help="Characters of a cell's output to keep.").tag(
        config=True
    )
    memory_bytes = Integer(_DEFAULT.memory, help="Bytes of memory of a submission.").tag(config=True)
    processes = Integer(_DEFAULT.processes, help="Processes and threads of a submission.").tag(config=True)
    disk_bytes = Integer(_DEFAULT.disk, help="Bytes of the files that a submission writes.").tag(config=True)
    trust_submissions = Bool(False, help="Run submissions without a wall.").tag(config=True)

    exercises = Unicode("", help="Package whose modules homeworkNN hold the exercises.").tag(config=True)
    hidden: Any = List([], help="Folders to hide in what can be seen.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Run and grade one notebook."""
        limits = Limits(
            cell=self.cell_seconds,
            call=self.call_seconds,
            graded_cell=self.graded_cell_seconds,
            total=self.total_seconds,
            restarts=self.restarts,
            output=self.output_characters,
            memory=self.memory_bytes,
            processes=self.processes,
            disk=self.disk_bytes,
        )
        remarks: list[str] = nb.metadata.get(REMARKS, [])
        wall: type[Wall | NoWall] = NoWall if self.trust_submissions else Wall
        if wall is Wall:
            require_wall()
        course = _course_folder(resources)
        hidden = [course, Path(course_utils.__file__).parents[1], *map(Path, self.hidden)]
        judge = Judge(limits, course, self.exercises)
        with Session(wall, limits, hidden) as session:
            try:
                count, ruled = 0, list[tuple[int, NotebookNode, Ruling]]()
                for number, cell in enumerate(nb.cells, start=1):
                    if cell.cell_type != "code":
                        continue
                    count += 1
                    cell.execution_count = count
                    if utils.is_grade(cell) and not utils.is_solution(cell):
                        ruling = _rule(cell, judge, session)
                        remarks += _enter(ruling, cell)
                        ruled.append((number, cell, ruling))
                    elif cell.source.strip():
                        remarks += _run(cell, number, session, limits)
                for number, cell, first in ruled:  # a helper, or the answer itself, may stand in a later cell
                    if not (first.is_early or _is_bound(first.awaited, nb.cells[number:])):
                        continue
                    second = _rule(cell, judge, session)
                    if (second.value or 0.0) > (first.value or 0.0):
                        task = task_name(cell.metadata.nbgrader.grade_id)
                        remarks += [*_enter(second, cell), f"{task}: graded again after the last cell"]
                remarks += session.notes
            finally:
                judge.close()
        nb.metadata[REMARKS] = list(dict.fromkeys([wall.label, *remarks] if wall.label else remarks))
        return nb, resources


def _course_folder(resources: dict[str, Any]) -> Path:
    """Return the folder of the gradebook, if that is a file."""
    kind, _, path = str(resources["nbgrader"]["db_url"]).partition(":///")
    return Path(path.partition("?")[0]).parent if kind == "sqlite" else Path.cwd()


def _rule(cell: NotebookNode, judge: Judge, session: Session) -> Ruling:
    """Grade one cell; whatever goes wrong gives nothing."""
    try:
        return judge.rule(cell.source, session)
    except Exception as error:  # the line to the worker broke
        judge.close()
        session.close()
        why = f"could not be graded ({type(error).__name__}); run the same command with ARGS=--again"
        return Ruling(error=(type(error).__name__, str(error)), remarks=(why,))


def _enter(ruling: Ruling, cell: NotebookNode) -> list[str]:
    """Write a ruling into its cell: its result is a number from 0 to its points; return the remarks."""
    task, most = task_name(cell.metadata.nbgrader.grade_id), float(cell.metadata.nbgrader.points)
    remarks = [f"{task}: {remark}" for remark in ruling.remarks]
    remarks += [f"{task}: `{name}` is not defined" for name in ruling.missing]
    late = [line.partition(": ")[2] for line in ruling.printed.splitlines() if STOPPED in line]
    remarks += [f"{task}: {part}" for part in late]
    cell.outputs = [new_output("stream", name="stdout", text=ruling.printed)] if ruling.printed else []
    if ruling.error is not None:
        cell.outputs.append(_error(*ruling.error))
    elif ruling.value is not None:
        points = repr(min(max(ruling.value, 0.0), most))
        cell.outputs.append(
            new_output("execute_result", data={"text/plain": points}, execution_count=cell.execution_count)
        )
    return remarks


def _is_bound(names: Collection[str], cells: Iterable[NotebookNode]) -> bool:
    """Whether one of the cells may bind or change one of the names."""
    own = (cell for cell in cells if cell.cell_type == "code" and not utils.is_grade(cell))
    return bool(names) and any(not names_in(cell.source).isdisjoint(names) for cell in own)


def _run(cell: NotebookNode, number: int, session: Session, limits: Limits) -> list[str]:
    """Run one cell of the student; what went wrong is seen in its output."""
    problem = ""
    source, left_out = without_magics(cell.source)
    remarks = [f"cell {number}: left out `{line}`" for line in left_out]
    try:
        ran = session.run(source)
        problem = ran.stopped or ("" if ran.alive else "ended the kernel")
    except KernelEndedError as error:
        ran, problem = Ran(), f"not run: {error}"
    except Exception as error:  # a kernel can send anything
        session.close()
        ran, problem = Ran(), f"not run: {type(error).__name__}"
    cell.outputs = ran.outputs
    if problem:
        words = problem if problem.startswith("ended") else f"was {problem}"
        cell.outputs.append(_error("Stopped", f"this cell {words}"))
        return [*remarks, f"cell {number} {problem}"]
    raised = [(str(one.ename), str(one.evalue)) for one in ran.outputs if one.output_type == "error"]
    met = [reached(*one, limits) for one in raised]
    remarks += [f"cell {number} {limit}" for limit in dict.fromkeys(met) if limit]
    if utils.is_solution(cell):  # so the names below it may be missing
        task = task_name(cell.metadata.nbgrader.grade_id)
        remarks += [f"{task}: its cell raised {shorten(name, 40)}" for name in dict(raised)]
    return remarks


def _error(name: str, text: str) -> NotebookNode:
    output: NotebookNode = new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
    return output
