"""Objectives that stay with the grader."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from course_utils.checking.closed import Closed
from course_utils.exercises.homework01 import FlawedGradient
from course_utils.exercises.homework02 import ProductsOnly
from course_utils.grading.oracle import ASKED, Line, Oracle, consult, pack, read_question, unpack
from course_utils.objectives import Rosenbrock

CLOSED = ("course_utils.exercises.homework",)


def crossed(value):
    """What a student's function gets, and what it can ask of it."""
    oracles: list = []
    pickled = pack(value, oracles, CLOSED)
    assert b"homework" not in pickled
    return unpack(pickled, lambda question: json.loads(json.dumps(consult(question, oracles))))


def test_an_objective_of_the_key_answers_what_the_task_allows_and_holds_nothing():
    flawed = FlawedGradient(Rosenbrock(4), [1, -1, 1, 1])
    x = np.random.default_rng(0).normal(size=(3, 4))
    (oracle, point), named = crossed(((flawed, x[0]), {"more": [flawed]}))
    assert isinstance(oracle, Oracle)
    assert isinstance(named["more"][0], Oracle)
    np.testing.assert_array_equal(oracle.value(x), flawed.value(x))
    np.testing.assert_array_equal(oracle.gradient(point), flawed.gradient(x[0]))
    assert (oracle.dim, oracle.name) == (4, flawed.name)
    assert not any("factors" in name for name in dir(oracle))
    for forbidden in (lambda: oracle.hessian(point), lambda: oracle.hvp(point, point)):
        with pytest.raises(ValueError, match="answers value, gradient alone"):
            forbidden()


def test_the_grader_answers_nothing_else_to_whoever_asks():
    wide = ProductsOnly([1.0, -2.0, 3.0], np.random.default_rng(1))
    ask = {"oracle": 0, "arguments": [["list", [1.0, 0.0, 0.0]]]}
    for method in ("hessian", "gradient", "_product", "__reduce__", "_eigenvalues", ["hvp"]):
        assert list(consult({**ask, "method": method}, [wide])) == ["error"]
    for broken in ({}, {**ask, "oracle": 7, "method": "hvp"}, {**ask, "oracle": "x", "method": "hvp"}):
        assert list(consult(broken, [wide])) == ["error"]


def test_other_objectives_travel_as_they_are():
    objective = crossed(Rosenbrock(3))
    assert isinstance(objective, Rosenbrock)
    assert pickle.dumps(objective)


def test_an_objective_closed_for_a_visible_check_stays_with_the_grader_too():
    flawed = FlawedGradient(Rosenbrock(4), [1, -1, 1, 1])
    oracle, x = crossed(Closed(flawed)), np.ones(4)
    np.testing.assert_array_equal(oracle.gradient(x), flawed.gradient(x))
    with pytest.raises(ValueError, match="answers value, gradient alone"):
        oracle.hessian(x)


def test_only_a_question_of_a_line_is_one():
    question = {"oracle": 0, "method": "hvp", "arguments": []}
    text = json.dumps({**question, "more": 1}).encode()
    assert read_question([ASKED, b"7", text], json.loads) == (b"7", question)
    for frames in (
        [],
        [b"<IDS|MSG>", b"signature", b"{}", b"{}", b"{}", b"{}"],  # a student's function calls input()
        [ASKED, b"7"],
        [ASKED, b"7", b"{}"],
        [ASKED, b"7", b"[1]"],
        [ASKED, b"7", b"\xff"],
        [ASKED, b"7", b"[" * 100_000],
    ):
        assert read_question(frames, json.loads) is None


def test_after_its_call_a_line_asks_no_more():
    line = Line()
    line.is_open = False
    with pytest.raises(ValueError, match="only while the function"):
        line.ask({"oracle": 0})
