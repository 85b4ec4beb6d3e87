"""The first cell of the notebooks for Google Colab installs the course there, and does nothing elsewhere."""

import subprocess
import sys

import nbformat
import pytest

from tests.tools import ROOT
from tools.make_colab import main

# A shell as in Colab: its module is loaded, and what pip is asked to do is printed.
SHELL = """
import sys, types
from IPython.core.interactiveshell import InteractiveShell

output = types.SimpleNamespace(enable_custom_widget_manager=lambda: print("widgets"))
if {colab}:
    sys.modules["google"] = types.ModuleType("google")
    sys.modules["google.colab"] = types.SimpleNamespace(output=output)
shell = InteractiveShell()
shell.register_magic_function(lambda line: print("pip", line), "line", "pip")
shell.run_cell(sys.stdin.read()).raise_error()
"""
ADDRESS = "https://example.org/course/"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colab")
    (folder / "nonconvex-0.1.0-py3-none-any.whl").touch()
    source = ROOT / "notebooks" / "00_start_here.ipynb"
    assert main([str(folder), ADDRESS, str(source)]) == 0
    return nbformat.read(folder / source.name, as_version=4), nbformat.read(source, as_version=4)


def printed(cell, *, colab):
    command = [sys.executable, "-c", SHELL.format(colab=colab)]
    done = subprocess.run(command, input=cell.source, capture_output=True, text=True, check=True)
    return done.stdout


def test_in_colab_it_installs_the_wheel_and_enables_live_pictures(notebook):
    wheel = "https://example.org/course/nonconvex-0.1.0-py3-none-any.whl"
    assert printed(notebook[0].cells[0], colab=True) == f"pip install --quiet {wheel}\nwidgets\n"


def test_elsewhere_it_does_nothing(notebook):
    assert printed(notebook[0].cells[0], colab=False) == ""


def test_all_else_is_the_lesson_as_it_is_stored(notebook):
    made, stored = notebook
    nbformat.validate(made)
    assert made.cells[1:] == stored.cells


def test_without_an_address_it_says_how_it_is_called(capsys):
    assert main(["folder"]) == 2
    assert "make_colab.py FOLDER ADDRESS" in capsys.readouterr().out
