"""Objectives that stay with the grader."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from course_utils.exercises.homework01 import FlawedGradient
from course_utils.exercises.homework02 import ProductsOnly
from course_utils.grading.oracle import Oracle, consult, pack, unpack
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
