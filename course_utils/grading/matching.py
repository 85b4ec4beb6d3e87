"""Finds the cells of an assignment again in a notebook that lost nbgrader's marks, by what the cells hold.

Colab and old editors drop the marks; students copy cells, move them, and answer in a new one beside. What a
student wrote is never replaced: a cell that cannot be found is put back empty.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from nbformat import NotebookNode

from course_utils.grading.magics import without_magics


def id_of(cell: NotebookNode) -> str | None:
    """Return the mark of a cell, None if it has none."""
    mark = cell.metadata.get("nbgrader")
    id = mark.get("grade_id") if isinstance(mark, dict) else None
    return id if isinstance(id, str) else None


def is_words(true: NotebookNode) -> bool:
    """Whether a cell is for an answer in words, which a person grades."""
    mark = true.metadata.nbgrader
    return bool(mark.solution and mark.grade)


def is_code_answer(true: NotebookNode) -> bool:
    """Whether a cell is for an answer in code."""
    mark = true.metadata.nbgrader
    return bool(mark.solution and not mark.grade) and true.cell_type == "code"


def mark_again(cells: list[NotebookNode], truth: Mapping[str, NotebookNode]) -> int:
    """Give unmarked cells the marks that are missing, by content and by place; return how many got one."""
    before = len([cell for cell in cells if id_of(cell) in truth])
    missing = [id for id in truth if id not in {id_of(cell) for cell in cells}]
    by_text: dict[tuple[str, str], list[NotebookNode]] = {}
    for cell in cells:
        if id_of(cell) not in truth:
            by_text.setdefault(_text(cell), []).append(cell)
    for id in missing:  # what nobody changed has the same text
        same = by_text.get(_text(truth[id]), [])
        if same and truth[id].source.strip():
            same.pop(0).metadata.nbgrader = {"grade_id": id}
    for id in missing:
        if any(id_of(cell) == id for cell in cells):
            continue
        candidates = [cell for cell in _between(cells, list(truth), id) if id_of(cell) not in truth]
        if is_code_answer(truth[id]):
            wanted = names_bound(truth[id].source)
            anywhere = [cell for cell in cells if id_of(cell) not in truth]
            for pool in (candidates, anywhere):
                found = [c for c in pool if c.cell_type == "code" and names_bound(c.source) & wanted]
                if found:
                    found[-1].metadata.nbgrader = {"grade_id": id}
                    break
        elif is_words(truth[id]):
            found = [cell for cell in candidates if cell.cell_type != "code" and cell.source.strip()]
            if found:
                found[-1].metadata.nbgrader = {"grade_id": id}
    return len([cell for cell in cells if id_of(cell) in truth]) - before


def collect_words(cells: list[NotebookNode], truth: Mapping[str, NotebookNode]) -> list[str]:
    """Put answers in words that stand beside their cell, or in a copy of it, into it; return the ids."""
    collected = []
    for id, true in truth.items():
        if not is_words(true):
            continue
        own = [index for index, cell in enumerate(cells) if id_of(cell) == id]
        written = [cells[index].source for index in own if _is_written(cells[index], true)]
        if own and not written:
            written = [cell.source for cell in _beside(cells, own[-1], truth)]
        elif len(own) < 2:
            continue
        text = "\n\n".join(dict.fromkeys(written))
        if own and text and cells[own[-1]].source != text:
            cells[own[-1]].source = text
            collected.append(id)
    return collected


def answer_beside(cells: list[NotebookNode], truth: Mapping[str, NotebookNode]) -> None:
    """Empty an answer cell that was left as it was, if the answer stands in another cell.

    Otherwise its ``answer = ...`` would undo what an earlier cell says. The other cell is a copy of it, or
    one without a mark that binds all its names, and becomes the answer. Where several cells bind some of its
    names each, it goes in front of them.
    """
    for id, true in truth.items():
        if not is_code_answer(true):
            continue
        own = [cell for cell in cells if id_of(cell) == id]
        left = [cell for cell in own if not _is_written(cell, true)]
        names = names_bound(true.source)
        others = [cell for cell in own if _is_written(cell, true)]
        if own == left:
            free = [cell for cell in cells if cell.cell_type == "code" and id_of(cell) not in truth]
            parts = [cell for cell in free if _is_written(cell, true) and names & names_bound(cell.source)]
            others = [cell for cell in parts if names <= names_bound(cell.source)]
            if not others:
                _move_before(cells, own, parts)
        if others:
            for cell in left:
                cell.source = ""
                cell.metadata.pop("nbgrader", None)
            others[-1].metadata.nbgrader = {"grade_id": id}


def _move_before(cells: list[NotebookNode], moved: list[NotebookNode], others: list[NotebookNode]) -> None:
    """Move cells in front of the first of some others, if it stands before them."""
    places = {id(cell): index for index, cell in enumerate(cells)}
    first = min((places[id(cell)] for cell in others), default=len(cells))
    late = [cell for cell in moved if places[id(cell)] > first]
    rest = [cell for cell in cells if not any(cell is one for one in late)]
    cells[:] = [*rest[:first], *late, *rest[first:]]


def grade_after_answers(cells: list[NotebookNode]) -> None:
    """Move every graded cell behind the answer that it grades, if a student moved one of them."""
    for test in [cell for cell in cells if _grades(cell)]:
        task = str(id_of(test)).rpartition("-")[0]
        answers = [index for index, cell in enumerate(cells) if id_of(cell) == f"{task}-solution"]
        here = next(index for index, cell in enumerate(cells) if cell is test)
        if answers and here < answers[-1]:
            cells.insert(answers[-1], cells.pop(here))


def names_bound(source: str) -> set[str]:
    """Return the names that a cell binds at its top level; none if it cannot be read."""
    try:
        tree = ast.parse(without_magics(source)[0])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(statement.name)
        else:
            stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            names |= {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return names


def names_in(source: str) -> set[str]:
    """Return the names that a cell may bind or change, at any depth; none if it cannot be read."""
    try:
        nodes = list(ast.walk(ast.parse(without_magics(source)[0])))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return names | {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}


def _text(cell: NotebookNode) -> tuple[str, str]:
    return cell.cell_type, "\n".join(line.rstrip() for line in cell.source.strip().splitlines())


def _grades(cell: NotebookNode) -> bool:
    mark = cell.metadata.get("nbgrader", {})
    return bool(mark.get("grade") and not mark.get("solution"))


def _between(cells: list[NotebookNode], order: list[str], id: str) -> list[NotebookNode]:
    """Return the cells between the marked ones that stand before and after ``id`` in the assignment."""
    place = order.index(id)
    at = {id_of(cell): index for index, cell in enumerate(cells)}
    start = next((at[one] + 1 for one in reversed(order[:place]) if one in at), 0)
    stop = next((at[one] for one in order[place + 1 :] if one in at), len(cells))
    return cells[start:stop]


def _beside(cells: list[NotebookNode], index: int, truth: Mapping[str, NotebookNode]) -> list[NotebookNode]:
    """Return the cells of text around a cell, up to the next ones of the assignment or of code."""
    around = []
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(cells) and id_of(cells[at]) not in truth and _is_prose(cells[at]):
            around.append((at, cells[at]))
            at += step
    return [cell for _, cell in sorted(around, key=lambda one: one[0]) if cell.source.strip()]


def _is_prose(cell: NotebookNode) -> bool:
    """Whether a cell holds words: also one of code, which new cells are, with nothing that Python runs."""
    if cell.cell_type != "code":
        return True
    try:
        body = ast.parse(without_magics(cell.source)[0]).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return all(isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in body)


def _is_written(cell: NotebookNode, true: NotebookNode) -> bool:
    return bool(cell.source.strip()) and _text(cell)[1] != _text(true)[1]
