"""The steps of nbgrader that differ: what students are not to see, and grading apart from the student.

`course.configure` puts them into nbgrader's configuration, for ``make grade`` and for formgrader alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
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
    names_in,
)
from course_utils.grading.restoring import REMARKS
from course_utils.grading.session import Session
from course_utils.grading.tasks import task_name
from course_utils.grading.wall import NoWall, Wall, require_wall

_DEFAULT = Limits()


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
