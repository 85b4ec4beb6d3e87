"""An nbgrader course folder made from the sources of the homework, and the configuration that it needs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import preprocessors as steps
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from course_utils.grading import preprocessors as own
from course_utils.grading import restoring
from course_utils.grading.limits import SETTINGS
from course_utils.grading.oracle import KEY
from course_utils.grading.showing import FILTER

COURSE_ID = "nonconvex"
EXERCISES = "course_utils.exercises"  # by name: the kit does without the course until it grades
MEASURED = "measured"  # in the copy of the key: what is measured once for a class (see `stored` there)
CONFIGURATION_FILE = "nbgrader_config.py"
CONFIGURATION = '''"""Configuration of nbgrader, described in notebooks/homework/INSTRUCTOR.md."""

from course_utils.grading.course import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "nonconvex"
configure(c)
# c.GradeApart.cell_seconds = 60  # for slow machines; the other limits: call_seconds, total_seconds, …
'''


def configure(config: Any) -> None:
    """Add to an nbgrader configuration what the homework of this course needs."""
    config.GradeApart.exercises = EXERCISES
    config.ClearSolutions.code_stub = {"python": "..."}
    config.ClearSolutions.text_stub = "*Your answer here.*"
    config.GenerateAssignment.preprocessors = [
        steps.IncludeHeaderFooter,
        steps.LockCells,
        own.StubSolutions,
        own.ClearMarkSchemeOfAnswers,
        steps.ClearOutput,
        steps.CheckCellMetadata,
        steps.ComputeChecksums,
        steps.SaveCells,
        steps.ClearHiddenTests,
        steps.ClearMarkScheme,
        steps.ComputeChecksums,
        steps.CheckCellMetadata,
    ]
    config.Autograde.sanitize_preprocessors = [
        steps.ClearOutput,
        restoring.RestoreCells,
        steps.OverwriteKernelspec,
        steps.OverwriteCells,
        steps.CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        own.GradeApart,
        steps.IgnorePattern,
        ClearMetadataPreprocessor,
        steps.LimitOutput,
        steps.SaveAutoGrades,
        steps.AssignLatePenalties,
    ]
    # What a student wrote is shown to the lecturer and runs there no more.
    config.HTMLExporter.filters = {"markdown2html": FILTER}
    config.HTMLExporter.sanitize_html = True
    # A graded notebook keeps its metadata: the remarks, and what nbgrader knows about its cells.
    config.ClearMetadataPreprocessor.enabled = False


class Course:
    """A course folder of nbgrader: sources, released versions, submissions, gradebook."""

    def __init__(self, folder: Path, settings: dict[str, Any] | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / CONFIGURATION_FILE
        if not configuration.exists():
            configuration.write_text(CONFIGURATION, encoding="utf-8")
        self._config = PyFileConfigLoader(configuration.name, path=str(self.folder)).load_config()
        known = own.GradeApart.class_trait_names(config=True)
        for name in self._config.GradeApart:
            if name not in known:
                there = ", ".join(SETTINGS)
                raise ValueError(
                    f"{configuration}: there is no setting c.GradeApart.{name}; there are {there}"
                )
        for name, value in (settings or {}).items():
            setattr(self._config.GradeApart, name, value)
        # Two graders share the gradebook: each waits while the other writes.
        self.db_url = f"sqlite:///{self.folder / 'gradebook.db'}?timeout=60"

    @property
    def total_seconds(self) -> float:
        """CPU seconds that a submission may take, as the configuration file or the command says."""
        return float(own.GradeApart(config=self._config).total_seconds)

    def path(self, step: str, student: str, assignment: str) -> Path:
        """Return the folder of an assignment in a step, ``source``, ``submitted`` or ``autograded``."""
        return self.folder / step / student / assignment

    def notebook(self, step: str, student: str, assignment: str) -> Path:
        """Return the notebook of an assignment in a step."""
        return self.path(step, student, assignment) / f"{assignment}.ipynb"

    def release(self, source: Path) -> Path:
        """Make the version for students of one assignment and enter its cells into the gradebook."""
        assignment = source.stem
        copy = self.notebook("source", ".", assignment)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
        self._bring_key(source.with_name(KEY))
        self._convert(GenerateAssignment, ".", assignment)
        return self.notebook("release", ".", assignment)

    def _bring_key(self, key: Path) -> None:
        """Copy the key to where graded cells import it, so that the course folder is whole."""
        shutil.rmtree(self.folder / KEY, ignore_errors=True)
        if key.is_dir():
            shutil.copytree(key, self.folder / KEY, ignore=shutil.ignore_patterns("__pycache__", MEASURED))
            (self.folder / KEY / MEASURED).mkdir()

    def autograde(self, student: str, assignment: str) -> Path:
        """Grade one submission and return the graded notebook."""
        self._convert(Autograde, student, assignment)
        return self.notebook("autograded", student, assignment)

    def _convert(self, converter: Any, student: str, assignment: str) -> None:
        course = CourseDirectory(config=self._config, root=str(self.folder), db_url=self.db_url)
        course.student_id, course.assignment_id = student, assignment
        converter(coursedir=course, config=self._config, force=True).start()
