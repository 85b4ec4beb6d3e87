"""The recipes of CONTRIBUTING.md are run as they stand."""

import re

import numpy as np

from tests.tools import ROOT


def test_the_recipes_work(capsys):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 6
    names: dict[str, object] = {"__name__": "recipes"}
    for block in blocks:
        exec(compile(block, "CONTRIBUTING.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "SignDescent used all its steps" in printed
    assert "almost · correct" in printed
    assert "moved 5 times" in printed
    assert "holds no key: True" in printed
    assert "the best rate of one direction · η < 2/λ for the largest λ." in printed
    saddle = names["peaks_saddle"]()
    assert np.isclose(saddle.value([0.0, 1.0]), -0.5)


def test_the_recipes_name_files_and_commands_that_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:course_utils|tests|notebooks)/[\w./]+)`", text):
        if "NN" not in path:
            assert (ROOT / path).exists(), path
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)", text):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target
