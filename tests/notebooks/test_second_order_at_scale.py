"""What lesson 11 says in words, held against what its cells print."""

import re

import nbformat
import pytest

from tests.tools import ROOT


@pytest.fixture(scope="module")
def cells():
    """Return the cells of the lesson by their names."""
    notebook = nbformat.read(ROOT / "notebooks" / "11_second_order_at_scale.ipynb", as_version=4)
    return {cell.id: cell for cell in notebook.cells}


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def steps_to_leave(cell):
    """Return name → steps of a printed table, infinite where a run did not leave, None for no run."""
    table = {}
    for line in printed(cell).splitlines()[1:]:
        name, *_ = re.split(r"\s{2,}", line.replace("> ", ">"))
        told = line.replace("> ", ">").removeprefix(name).split()
        numbers = [float("inf") if one[0] == ">" else None if one == "—" else float(one) for one in told]
        table[name.strip()] = numbers
    return table


def test_newtons_method_and_the_saddle_free_ones_have_the_same_dampings(cells):
    source = cells["s4-methods"].source
    (setting,) = {
        re.search(pattern, source)[1]
        for pattern in (
            r"opt\.Newton\((.+?)\)",
            r"opt\.SaddleFreeNewton\((.+?)\)",
            r"opt\.KrylovSaddleFreeNewton\(2, damping=(.+?)\)",
        )
    }
    assert setting == "r / 100"
    assert "for r in (0.25, 1.0)" in cells["s4-leave"].source
    assert "0.0025 and 0.01" in cells["s4"].source


def test_who_leaves(cells):
    table = steps_to_leave(cells["s4-leave"])
    never = float("inf")
    assert len(table) == 12
    for name, (turned, matrices, _) in table.items():
        assert (turned == never, matrices == never) == ((name == "Newton",) * 2), name
    assert table["saddle-free Newton"][1] < table["Krylov, k = 2"][1] < table["low rank, r = 2"][1] / 4
    assert table["low rank, r = 2"][1] == table["gradient descent"][1]
    assert max(table[name][2] for name in ("Adam", "Sophia", "Shampoo", "Muon", "saddle-free Newton")) < 20
    elsewhere = steps_to_leave(cells["s4-flat"])
    left = {name: sum(n < never for n in found) for name, found in elsewhere.items()}
    assert left == {"saddle-free Newton": 3, "equilibration": 3, "Jacobi": 3, "K-FAC": 2}
    assert [table[name][2] for name in ("equilibration", "Jacobi", "K-FAC")] == [never] * 3


def test_newtons_method_leaves_with_a_damping_above_half_of_the_lowest_curvature(cells):
    lines = [line.replace("> ", ">").split() for line in printed(cells["s4-damped"]).splitlines()]
    shares = [float(one) for one in lines[0][-4:]]
    for newton, saddle_free in (lines[1:3], lines[3:5]):
        for share, its, other in zip(shares, newton[-4:], saddle_free[-4:], strict=True):
            assert (its == ">100") == (share / abs(share - 1) < 1) == (share < 0.5)
            assert share < 0.5 or int(its) < int(other)


def test_the_ratios_of_the_verdict_and_the_summary_are_those_of_the_table(cells):
    spans = {}
    for line in printed(cells["se-equal-table"]).splitlines()[2:]:
        units = int(line.split()[1])
        columns = re.split(r"\s{2,}", line)[-3:]
        for place, column in enumerate(columns):
            numbers = [float(one.replace(",", "")) for one in column.split(" to ")]
            spans.setdefault((min(units, 25), place), []).extend(numbers)
    ends = {key: (min(numbers), max(numbers)) for key, numbers in spans.items()}
    for name in ("se-verdict", "summary"):
        for low, high in (ends[5, 0], ends[25, 0], ends[25, 1]):
            assert f"{low:,g} to {high:,g} times" in cells[name].source
    assert ends[5, 1] == (0.9, 1.2)  # "the two break even"
    low, high = ends[5, 2]
    assert f"{low:g} to {high:g} of the time" in cells["se-verdict"].source


def test_the_leads_of_the_verdict_are_those_printed(cells):
    found = re.findall(
        r"^cifar10-10x10 +(\d+) units: +([\d.]+) to +([\d.]+)", printed(cells["se-ahead"]), re.M
    )
    told = {units: f"{float(low):.0f} to {float(high):.0f}" for units, low, high in found}
    assert list(told) == ["5", "25", "50"]
    verdict = cells["se-verdict"].source
    assert f"from {told['5']} points of error with 5 units" in verdict
    assert f"to {told['25']} with 25 and {told['50']} with 50." in verdict
