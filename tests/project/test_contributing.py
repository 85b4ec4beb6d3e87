"""The recipes of CONTRIBUTING.md are run as they stand."""

import ast
import re
import sys
from types import ModuleType

import numpy as np
import pytest

from course_utils.objectives import Planar
from tests.objectives.test_catalogue import check_far_out
from tests.tools import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_recipes_work(capsys, monkeypatch):
    assert len(BLOCKS) == 8
    recipes = ModuleType("recipes")
    monkeypatch.setitem(sys.modules, "recipes", recipes)
    for block in BLOCKS:
        exec(compile(block, "CONTRIBUTING.md", "exec"), vars(recipes))
    printed = capsys.readouterr().out
    assert "SignDescent used all its steps" in printed
    assert "almost · correct" in printed
    assert "moved 5 times" in printed
    assert "holds no key: True" in printed
    assert "the best rate of one direction · η < 2/λ for the largest λ." in printed
    saddle = recipes.peaks_saddle()
    assert np.isclose(saddle.value([0.0, 1.0]), -0.5)
    check_far_out(saddle)


def test_the_recipe_needs_what_it_says_of_values_beyond_float64():
    as_it_comes = Planar(
        "∞ − ∞ far out",
        lambda a, b: a**2 - b**2 + b**4 / 2,
        lambda a, b: (2 * a, -2 * b + 2 * b**3),
        lambda a, b: (2 + 0 * a, 0 * a, -2 + 6 * b**2),
    )
    with pytest.raises(RuntimeWarning, match="in subtract"), np.errstate(over="ignore"):
        check_far_out(as_it_comes)


def unannotated(code: str) -> list[str]:
    """Return the functions in ``code``, inner ones too, of which strict typing would ask for more."""
    found = []
    for one in ast.walk(ast.parse(code)):
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            there = one.args
            taken = [*there.posonlyargs, *there.args, *there.kwonlyargs, there.vararg, there.kwarg]
            said = [name.annotation for name in taken if name and name.arg not in ("self", "cls")]
            if None in said or one.returns is None:
                found.append(one.name)
    return found


def test_the_recipes_are_typed_as_strictly_as_the_package():
    assert [name for block in BLOCKS for name in unannotated(block)] == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(x): return x",
        "def f(x: int): return x",
        "def f(x: int, *more) -> int: return x",
        "def f(*, x) -> int: return x",
        "def outer(x: int) -> int:\n    async def f(y): return y\n    return x",
        "class A:\n    def f(self, x: int): return x",
    ],
)
def test_a_function_without_types_is_found(code):
    assert unannotated(code) == ["f"]


def test_the_recipes_name_files_and_commands_that_exist():
    for path in re.findall(r"`((?:course_utils|tests|notebooks)/[\w./]+)`", TEXT):
        if "NN" not in path:
            assert (ROOT / path).exists(), path
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)", TEXT):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target
