"""The examples of README.md are run as they stand, where their library is installed."""

import re

import pytest

from tests.tools import ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)


def printed_by(block: str, library: str, capsys: pytest.CaptureFixture[str]) -> str:
    pytest.importorskip(
        library, reason=f"{library} is not installed: `make test-{library}` runs this example"
    )
    assert f"import {library}" in block
    names: dict[str, object] = {"__name__": "readme"}
    exec(compile(block, "README.md", "exec"), names)
    return capsys.readouterr().out


def test_there_are_two_examples():
    assert len(BLOCKS) == 2


def test_the_torch_example_works(capsys):
    printed = printed_by(BLOCKS[0], "torch", capsys)
    assert "<TorchObjective 'Sequential', dim=898, float64 on cpu" in printed
    assert "Adam used all its steps (step 100" in printed


def test_the_jax_example_works(capsys):
    printed = printed_by(BLOCKS[1], "jax", capsys)
    assert "<certified maximum: value=3, index=3 of 3" in printed
