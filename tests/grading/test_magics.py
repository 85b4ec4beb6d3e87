"""IPython's own lines in cells: which are left out, and what is kept."""

from __future__ import annotations

import pytest

from course_utils.grading.magics import without_magics

PLAIN = 'text = """\n!ls\n%magic\n"""\nvalue = 7 \\\n    % 4\n'


@pytest.mark.parametrize(
    "source", ["", PLAIN, "x = 1  # !ls", "def f(:\n    pass", "get_ipython().system('ls')"]
)
def test_cells_in_python_stay_as_they_are(source):
    assert without_magics(source) == (source, [])


@pytest.mark.parametrize(
    ("source", "left_out"),
    [
        ("!pip install numpy\nanswer = 3", ["!pip install numpy"]),
        ("%pip install numpy\nanswer = 3", ["%pip install numpy"]),
        ("if True:\n    !ls -l\nanswer = 3", ["!ls -l"]),
        ("files = !ls\nanswer = 3", ["!ls"]),
        ("%matplotlib inline\nanswer = 3", []),
        ("%time answer = 3", []),
        ("%%time\nanswer = 3", []),
        ("%%capture\n!ls\nanswer = 3", ["!ls"]),
        ("text = '''\n!no\n'''\n!ls\nanswer = 3", ["!ls"]),
        ("print?\nanswer = 3", ["%pinfo print"]),
    ],
)
def test_lines_of_ipython_are_left_out_and_the_rest_counts(source, left_out):
    code, told = without_magics(source)
    scope: dict = {}
    exec(code, scope)
    assert scope["answer"] == 3
    assert told == left_out


@pytest.mark.parametrize("source", ["!echo {}\nanswer = 3", "%pip install {}", "%%bash {}", "x = !echo {}"])
def test_a_long_line_is_told_in_short(source):
    ((told),) = without_magics(source.format("y\t" * 100_000))[1]
    assert len(told) <= 81
    assert told.isprintable()


def test_a_cell_in_another_language_is_left_out():
    assert without_magics("%%bash\necho 7") == ("", ["%%bash"])
