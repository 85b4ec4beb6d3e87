"""How often a ReLU student is caught: the experiment and the results that come with the course."""

import numpy as np
import pytest
from scipy.stats import binom

from course_utils.experiments import student_teacher
from course_utils.networks import ReluStudentTeacher
from course_utils.running import run as run_experiment

PAPER = {6: 0.003, 7: 0.055, 8: 0.126, 9: 0.218, 10: 0.346, 12: 0.585, 15: 0.803, 20: 0.94}


@pytest.fixture(scope="module")
def shipped():
    return student_teacher.shipped_results()


def test_shipped_results_are_complete(shipped):
    assert shipped.complete
    counts = student_teacher.stuck_counts(shipped)
    assert set(counts) == {*((k, k) for k in PAPER), (11, 10), (12, 10)}
    assert all(total == 1000 for _, total in counts.values())
    assert "20 students, 20 teachers" in student_teacher.summary(shipped)


def test_shares_agree_with_the_paper_within_the_sampling_error(shipped):
    """Of both samples: the paper's percentages come from 1,000 runs each as well."""
    for (student, teacher), (stuck, total) in student_teacher.stuck_counts(shipped).items():
        if student == teacher:
            share = PAPER[teacher]
            deviation = np.sqrt(2 * share * (1 - share) / total)
            assert abs(stuck / total - share) < 2.6 * deviation + 0.0005, teacher


def test_spare_units_open_the_traps(shipped):
    counts = student_teacher.stuck_counts(shipped)
    assert counts[10, 10][0] > 300
    assert counts[11, 10][0] < 10
    assert counts[12, 10][0] == 0


def test_stuck_runs_at_rest_are_strict_minima(shipped):
    smallest, norm = shipped.column("smallest_eigenvalue"), shipped.column("gradient_norm")
    at_rest = ~np.isnan(smallest) & (norm <= 1e-7)
    assert at_rest.sum() > 3000
    assert smallest[at_rest].min() > 1e-3


@pytest.mark.thorough
def test_a_quick_run_gives_a_row_for_each_student(tmp_path):
    results = run_experiment(student_teacher.STUDENT_TEACHER, tmp_path / "quick.npz", workers=1, quick=True)
    assert results.complete
    assert results.column("risk").shape == (2, 40)
    stuck = results.column("risk") > 1e-3
    np.testing.assert_array_equal(stuck, ~np.isnan(results.column("smallest_eigenvalue")))
    # 40 runs at k = 8: more than 13 stuck has a probability below 1e-4
    assert stuck[1].sum() <= binom.ppf(1 - 1e-4, 40, PAPER[8])


def test_converged_students_stay_where_they_are():
    objective = ReluStudentTeacher(3, 3)
    start = objective.initial(np.random.default_rng(0), shape=5)
    start[2] = np.eye(3).ravel()
    x, risk, norm = student_teacher.descend(objective, start, 0.3, 1e-9, 5000)
    np.testing.assert_array_equal(x[2], start[2])
    assert (norm <= 1e-9).all()
    assert (risk < 1e-12).all()


@pytest.mark.parametrize(("successes", "trials"), [(0, 50), (7, 50), (50, 50)])
def test_binomial_interval_holds_what_it_promises(successes, trials):
    low, high = student_teacher.binomial_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    if successes:
        assert binom.sf(successes - 1, trials, low) == pytest.approx(0.025)
    if successes < trials:
        assert binom.cdf(successes, trials, high) == pytest.approx(0.025)


@pytest.mark.parametrize("arguments", [(3, 2), (-1, 5), (0, 0), (1, 5, 1.5)])
def test_bad_intervals_are_refused(arguments):
    with pytest.raises(ValueError, match="must be"):
        student_teacher.binomial_interval(*arguments)
