"""What libraries do under one name: the stored answers against the formulas that the lesson states."""

import numpy as np
import pytest

from course_utils.experiments import update_rules
from course_utils.objectives import quadratic
from course_utils.optimizers import Adam, clip_by_norm, minimize

TABLE = update_rules.shipped()


def test_versions_are_stated_of_all_that_is_told():
    told = {name.split()[0].split(".")[0] for part in ("clipping", "first_steps") for name in TABLE[part]}
    assert told == {"torch", "optax", "keras", "tinygrad"}
    assert all(TABLE["versions"][name] for name in told)


@pytest.mark.parametrize("call", TABLE["clipping"])
@pytest.mark.parametrize("case", TABLE["cases"])
def test_clipping_follows_its_formula(call, case):
    given, answer = TABLE["cases"][case], TABLE["clipping"][call][case]
    expected = update_rules.clipped(call, given["gradients"], given["threshold"])
    assert np.asarray(answer["after"]) == pytest.approx(expected, rel=1e-6, abs=1e-15)
    assert answer["length"] == pytest.approx(np.linalg.norm(expected), rel=1e-6)


@pytest.mark.parametrize("call", TABLE["first_steps"])
def test_first_steps_follow_their_formula(call):
    for size, step in TABLE["first_steps"][call].items():
        assert step == pytest.approx(update_rules.first_step(call, float(size)), rel=1e-4)


def test_what_the_lesson_says_of_them():
    short = "shorter than the threshold"
    given = TABLE["cases"][short]
    before = np.linalg.norm(given["gradients"])
    assert before < given["threshold"]
    lengths = {call: length for call, _, length in update_rules.clipping_rows(TABLE, short)}
    assert lengths.pop("torch clip_grad_norm_") < 0.6 * before
    assert all(length == pytest.approx(before) for length in lengths.values())
    two = {call: after for call, after, _ in update_rules.clipping_rows(TABLE, "two variables")}
    assert np.linalg.norm(two["keras clipnorm"]) == pytest.approx(np.sqrt(2))
    steps = {call: answer["1e-07"] for call, answer in TABLE["first_steps"].items()}
    assert 25 < max(steps.values()) / min(steps.values()) < 35


def test_ours_do_what_the_papers_say():
    g = np.array([3.0, 0.0, 0.0, 4.0])
    joined = update_rules.clipped("optax clip_by_global_norm", g.reshape(2, 2), 1.0)
    assert clip_by_norm(g, 1.0) == pytest.approx(joined.ravel())
    for size in (1.0, 1e-7, 1e-9):
        run = minimize(quadratic([1.0]), Adam(1.0), [size], 1)
        step = run.x[0, 0] - run.x[1, 0]
        assert step == pytest.approx(update_rules.first_step("optax.adam", size), rel=1e-6)


def test_unknown_calls_are_named():
    with pytest.raises(ValueError, match="call must be one of those"):
        update_rules.clipped("mine", [[1.0]], 1.0)
    with pytest.raises(ValueError, match="call must be one of Adam"):
        update_rules.first_step("sgd", 1.0)
