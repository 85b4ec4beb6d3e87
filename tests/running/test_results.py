"""What a run gives: columns, rows, the numbers of a plain call."""

import dataclasses
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.running import load_results, run
from course_utils.running.journal import Journal
from course_utils.running.results import Results, as_row, write_results
from tests.tools import toy_experiment
from tests.tools.search import examples
from tests.tools.toy_experiment import TOY, threads

arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.int64, np.bool_, np.complex128, "<U3", ">f8"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)


def test_what_the_results_offer(tmp_path):
    with threads() as executor:
        results = run(TOY, tmp_path / "toy.npz", executor=executor)
    assert results.names == ["count", "parity", "points", "sometimes", "triangle", "vector"]
    np.testing.assert_array_equal(results.column("count"), np.arange(40))
    assert list(results.column("parity")) == ["even", "odd"] * 20
    assert results.column("vector").shape == (40, 3)
    assert results.column("vector").dtype == np.float32
    assert results.column("points").shape == (sum(number % 3 for number in range(40)), 2)
    assert results.column("triangle").shape == (sum((number % 4) ** 2 for number in range(40)),)
    assert results.rows[7]["triangle"].shape == (3, 3)
    assert results.column("sometimes").shape == (8,)
    np.testing.assert_array_equal(results.parameter("number"), np.arange(40))
    with pytest.raises(ValueError, match="name must be one of count, parity"):
        results.column("missing")
    with pytest.raises(dataclasses.FrozenInstanceError):
        results.rows = {}
    # The numbers are those of a plain call, and NumPy alone reads the file.
    rng = np.random.default_rng(np.random.SeedSequence(0).spawn(40)[8])
    expected = toy_experiment.walk({"number": 8, "shape": [2, 2]}, rng)
    np.testing.assert_array_equal(results.rows[8]["points"], expected["points"])
    with np.load(tmp_path / "toy.npz") as plain:
        np.testing.assert_array_equal(plain["points"], results.column("points"))
    with zipfile.ZipFile(tmp_path / "toy.npz") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {member.create_system for member in archive.infolist()} == {3}


def results(tasks, rows):
    return Results({"tasks": tasks}, {index: as_row(row) for index, row in rows.items()}, {})


def test_a_row_is_found_by_the_parameters_of_its_task():
    tasks = [{"method": "a", "dim": 2}, {"method": "a", "dim": 3}, {"method": "b", "rate": 0.5}]
    found = results(tasks, {0: {"steps": 4}, 2: {"steps": 6}})
    assert found.row(method="b")["steps"] == 6
    assert found.row(dim=2, method="a")["steps"] == 4
    for wanted in ({"dim": 3}, {"dim": 4}, {"rate": 0.5, "dim": 2}, {"other": "a"}):
        with pytest.raises(KeyError, match=f"no finished task with .*{next(iter(wanted))}"):
            found.row(**wanted)
    with pytest.raises(ValueError, match="wanted must name one task, got 2 with"):
        found.row(method="a")
    found.row(method="b").clear()  # a copy
    assert found.row(method="b")["steps"] == 6


@given(st.dictionaries(st.integers(0, 9), st.dictionaries(st.sampled_from("abc"), arrays)), st.randoms())
@examples(30)
def test_rows_survive_journal_and_file(tmp_path_factory, raw, chance):
    # One kind of number for each name, as results of one function have.
    kinds = {}
    rows = {
        index: {
            name: value
            for name, value in as_row(row).items()
            if kinds.setdefault(name, value.dtype) == value.dtype
        }
        for index, row in raw.items()
    }
    folder = tmp_path_factory.mktemp("rows")
    identity = {"format": 1, "tasks": [{}] * 10}
    with Journal(folder / "journal", identity) as journal:
        for index in chance.sample(sorted(rows), len(rows)):
            journal.add(index, rows[index], 0.25)
    with Journal(folder / "journal", identity) as journal:
        write_results(folder / "a.npz", identity, journal.rows, {})
    write_results(folder / "b.npz", identity, rows, {})
    assert (folder / "a.npz").read_bytes() == (folder / "b.npz").read_bytes()
    back = load_results(folder / "a.npz").rows
    assert list(back) == sorted(rows)
    for index, row in rows.items():
        assert set(back[index]) == set(row)
        for name, value in row.items():
            assert back[index][name].dtype == value.dtype
            np.testing.assert_array_equal(back[index][name], value)
