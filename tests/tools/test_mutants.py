"""The makers of wrong answers."""

import ast

import numpy as np
import pytest

from tests.tools.mutants import built, mutants
from tests.tools.stand_ins import alike, equivalent, stand_ins

RAYLEIGH = """
def curvature(H, d):
    return d @ H @ d / (d @ d)
"""


def curvature(H, d):
    return d @ H @ d / (d @ d)


def drawn(count):
    rng = np.random.default_rng(0)
    return [(rng.normal(size=(n, n)), rng.normal(size=n)) for n in (2, 3, 5) for _ in range(count)]


def test_every_mutant_differs_and_says_how():
    found = mutants(RAYLEIGH)
    assert len(found) > 40
    assert len({ast.dump(ast.parse(one.source)) for one in found}) == len(found)
    assert all(ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(RAYLEIGH)) for one in found)
    assert all("→" in one.change for one in found)


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("x - 1", ("x + 1", "1 - x", "x", "x - 0", "x - 2")),
        ("np.linalg.norm(x)", ("np.sum(np.abs(x))", "np.max(np.abs(x))", "np.linalg.norm(x) ** 2")),
        ("V.T @ g", ("V @ g", "g @ V.T", "V.T * g")),
        ("V[:, 0]", ("V[0, :]", "V[:, 1]", "V[:, -1]")),
        ("a[1:k]", ("a[1 + 1:k]", "a[1:k - 1]")),
        ("x.sum(axis=1)", ("x.sum(axis=0)", "x.sum()", "x.prod(axis=1)")),
        ("a < b and c", ("a <= b and c", "a < b or c", "c")),
        ("u if c else v", ("v if c else u", "u", "v")),
        ("x**2", ("x ** 1", "x ** 3", "x")),
        ("d @ d", ("np.sqrt(d @ d)",)),
    ],
)
def test_the_usual_slips_are_among_them(source, changes):
    texts = {one.source for one in mutants(source)}
    assert set(changes) <= texts


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("if c:\n    y = 1\nelse:\n    y = 2", "if True:\n    y = 1\nelse:\n    y = 2"),
        ("for i in range(n):\n    s += i", "for i in list(range(n))[1:]:\n    s += i"),
        ("s += i", "s -= i"),
    ],
)
def test_statements_change_too(source, changes):
    assert changes in {one.source for one in mutants(source)}


def test_built_mutants_can_be_called_and_judged():
    functions = {one.change: built(one.source, "curvature") for one in mutants(RAYLEIGH)}
    same = {change for change, f in functions.items() if equivalent(f, curvature, drawn(3))}
    # such as a transpose that a quadratic form does not notice
    assert same
    assert len(same) < len(functions) / 3
    assert "line 3: `H` → `np.transpose(H)`" in same
    assert not any("-H" in change for change in same)


def test_stand_ins_look_right_and_are_not():
    shown = (np.array([[2.0, 1.0], [0.5, -1.0]]), np.array([3.0, 4.0]))
    found = dict(stand_ins(curvature, shown))
    same = {name for name, f in found.items() if equivalent(f, curvature, drawn(2))}
    assert same == {"transposes argument 0"}
    assert found["always the value of the shown example"](*drawn(1)[0]) == curvature(*shown)
    given = tuple(np.array(value) for value in shown)
    assert found["right, and overwrites its inputs with zeros"](*given) == curvature(*shown)
    assert not given[0].any()
    assert not given[1].any()


def test_values_are_alike_or_not():
    assert alike((np.ones(2), 3.0), [[1.0, 1.0 + 1e-12], np.float64(3)])
    assert not alike(np.ones(2), np.ones(3))
    assert not alike(np.ones(2), np.array([1.0, 1.0 + 1e-5]))
    assert not alike(np.array([np.nan]), np.array([np.nan]))
    assert not alike(np.ones((1, 2)), np.ones(2))
    assert alike("up", "up")
    assert not alike("up", 1.0)
