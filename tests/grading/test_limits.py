"""Limits: how settings are read, and when one is reached."""

import pytest

from course_utils.checking.sandbox import PATIENCE
from course_utils.grading.limits import SETTINGS, Limits, ended_by, overrun, reached, read_settings


def test_settings_are_numbers_by_name():
    assert read_settings(["cell_seconds=60", "restarts=3"]) == {"cell_seconds": 60.0, "restarts": 3}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("cell_secnds=60", "no setting 'cell_secnds'; there are cell_seconds"),
        ("trust_submissions=1", "no setting"),
        ("cell_seconds", "expected a number, got ''"),
        ("cell_seconds=many", "expected a number, got 'many'"),
        ("cell_seconds=-1", "above zero"),
        ("cell_seconds=nan", "expected a number of at most 1e.06, got 'nan'"),
        ("processes=inf", "expected a number"),
        ("total_seconds=inf", "expected a number of at most 1e.06, got 'inf'"),
        ("total_seconds=1e300", "expected a number of at most"),
        ("call_seconds=-inf", "expected a number"),
        ("memory_bytes=1e300", "expected a number of at most 1e.15"),
        ("restarts=0.5", "above zero"),
    ],
)
def test_other_settings_are_errors(text, why):
    with pytest.raises(ValueError, match=why):
        read_settings([text])


def test_the_settings_are_those_of_the_grader():
    preprocessors = pytest.importorskip("course_utils.grading.preprocessors")
    traits = preprocessors.GradeApart.class_trait_names(config=True)
    assert set(SETTINGS) <= set(traits)


def test_a_limit_is_reached_by_computing_or_by_waiting():
    assert overrun(9.9, 9.9 * PATIENCE, 10) == ""
    assert overrun(10.1, 10.1, 10) == "10 s of CPU time"
    assert overrun(0.1, 10.1 * PATIENCE, 10) == f"{10 * PATIENCE:g} s by the clock"


@pytest.mark.parametrize(
    ("status", "cpu", "said"),
    [
        (0, 5, ""),
        (1, 5, ""),
        (-11, 5, "crashed (SIGSEGV)"),
        (139, 5, "crashed (SIGSEGV)"),
        (134, 5, "crashed (SIGABRT)"),
        (137, 119, "used more than 120 s of CPU time in all"),
        (152, 121, "used more than 120 s of CPU time in all"),
        (137, 5, "was killed by the system, whose memory may have been full"),
    ],
)
def test_what_ended_a_kernel_is_told_by_its_status(status, cpu, said):
    assert ended_by(status, cpu, Limits(total=120)) == said


def test_an_error_that_is_no_limit_is_none():
    assert reached("ValueError", "[Errno 240] odd", Limits()) == ""
    assert reached("OSError", "[Errno 2] No such file or directory: 'x'", Limits()) == ""
    assert (
        reached("OSError", "[Errno 27] File too large", Limits()) == "reached the limit of 500 MB for a file"
    )
