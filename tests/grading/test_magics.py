"""IPython's own lines in cells: which are left out, and what is kept."""

from __future__ import annotations

import tracemalloc

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
        ("files = !ls\nprint(files, len(files))\nanswer = 3", ["!ls"]),
        ("a, b = !ls\nanswer = 3 + len(a) + len(b)", ["!ls"]),
        ("a, *b = !ls\nanswer = 3 + len(a)", ["!ls"]),
        ("(a,) = !ls\nanswer = 3 + len(a)", ["!ls"]),
        ("a = [0]\na[0] = %pwd\nanswer = 3 + len(a[0])", ["%pwd"]),
        ("def a(): pass\na.b = !ls -l\nanswer = 3 + len(a.b)", ["!ls -l"]),
        ("if True:\n    a = {}\n    a['x, y'] = !ls\n    answer = 3 + len(a['x, y'])", ["!ls"]),
        ("a = {}\na['x'] = %time 2 + 1\nanswer = a['x']", []),
        ("%%prun -s cumulative\nanswer = 3", []),
        ("%%time\nfiles = !ls\nanswer = 3 + len(files)", ["!ls"]),
        ("%%timeit -n 1\nanswer = 3", []),
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


@pytest.mark.parametrize("long", ["%pip install {}", "!echo {}", "numbers = [{}]"])
def test_a_long_line_takes_little_memory_and_costs_no_answer(long):
    source = f"%pip install scipy\n{long.format('1, ' * 50_000)}\nanswer = 3"
    tracemalloc.start()
    try:
        code, told = without_magics(source)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6
    scope: dict = {}
    exec(code, scope)
    assert scope["answer"] == 3
    assert len(scope.get("numbers", [1] * 50_000)) == 50_000
    assert told[0] == "%pip install scipy"


@pytest.mark.parametrize(("head", "expected"), [("helper.py", "x = 1\n"), ("-a 'helper.py'", "old\nx = 1\n")])
@pytest.mark.parametrize("magic", ["%%writefile", "\n%%file"])
def test_a_file_is_written(magic, head, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "helper.py").write_text("old\n", encoding="utf-8")
    code, told = without_magics(f"{magic} {head}\nx = 1")
    exec(code, {})
    assert (told, (tmp_path / "helper.py").read_text(encoding="utf-8")) == ([], expected)


@pytest.mark.parametrize("head", ["%%writefile", "%%writefile a b", "%%writefile 'a", "%%writefile -x a"])
def test_a_file_whose_name_is_not_understood_is_left_out_and_told(head):
    assert without_magics(f"{head}\nx = 1") == ("", [head])


def test_a_cell_in_another_language_is_left_out():
    assert without_magics("%%bash\necho 7") == ("", ["%%bash"])
