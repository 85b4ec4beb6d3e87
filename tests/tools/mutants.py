"""Make wrong answers by program: every small change of a right function's source text.

`mutants` changes one place at a time: a sign, an axis, a transpose, an index, a power, a norm, a constant, a
branch. Whether a change changes anything is for `tests.tools.stand_ins.equivalent` to say.

>>> mutants("x / 2")[0].change
'line 1: `x / 2` → `x * 2`'
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[..., Any]

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Pow: (ast.Mult,),
}
_ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_NAMES = {
    "max": ("min", "sum"),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "sum": ("prod", "max"),
    "prod": ("sum",),
    "mean": ("sum", "median"),
    "median": ("mean",),
    "all": ("any",),
    "any": ("all",),
    "exp": ("log", "expm1"),
    "log": ("exp", "log10", "log1p"),
    "sqrt": ("square",),
    "cos": ("sin",),
    "sin": ("cos",),
    "tanh": ("sin",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "ones": ("zeros",),
    "floor": ("ceil",),
    "eigvalsh": ("diag",),
    "argsort": ("sort",),
    "abs": ("square", "sign"),
}


@dataclass(frozen=True)
class Mutant:
    """A source text with one change, which ``change`` tells."""

    change: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return the source texts, all different, that differ from ``source`` in one small place."""
    tree = ast.parse(source)
    found: dict[str, Mutant] = {ast.unparse(tree): Mutant("", source)}
    for place in list(_places(tree)):
        for new in list(_changes(place.node)):
            place.put(new)
            text = ast.unparse(tree)
            place.put(place.node)
            line = getattr(place.node, "lineno", 0)
            found.setdefault(text, Mutant(f"line {line}: `{_shown(place.node)}` → `{_shown(new)}`", text))
    return list(found.values())[1:]


def built(source: str, name: str, scope: Mapping[str, Any] | None = None) -> Function:
    """Return the function ``name`` of a source text, which knows ``np`` and the names of ``scope``."""
    names: dict[str, Any] = {"np": np, **(scope or {})}
    exec(compile(source, "<mutant>", "exec"), names)
    function: Function = names[name]
    return function


@dataclass(frozen=True)
class _Place:
    """Where a node stands in its tree: in a field of ``holder``, or at ``index`` of a field's list."""

    node: ast.AST
    holder: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.holder, self.field, node)
        else:
            getattr(self.holder, self.field)[self.index] = node


def _places(tree: ast.AST) -> Iterator[_Place]:
    """Yield the places of all nodes below a tree's root, in the order of `ast.walk`."""
    for holder in ast.walk(tree):
        for field, value in ast.iter_fields(holder):
            for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.AST):
                    yield _Place(node, holder, field, index)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:80]


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what could stand in the place of a node."""
    if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    for kind, change in _KINDS:
        if isinstance(node, kind):
            yield from change(node)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    for operator in _OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, operator(), node.right)
    if isinstance(node.op, _ORDERED):
        yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    yield node.right
    if isinstance(node.op, ast.MatMult) and ast.dump(node.left) == ast.dump(node.right):
        yield _call("np.sqrt({})", node)
        yield _call("np.sum(np.abs({}))", node.left)
        yield _call("np.max(np.abs({})) ** 2", node.left)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for operator in _COMPARISONS[type(node.ops[0])]:
        yield ast.Compare(node.left, [operator(), *node.ops[1:]], node.comparators)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield from node.values


def _branches(node: ast.IfExp) -> Iterator[ast.AST]:
    yield ast.IfExp(node.test, node.orelse, node.body)
    yield node.body
    yield node.orelse


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(_number, (value + 1, value - 1, -value, 2 * value))
    elif isinstance(value, float):
        yield from map(_number, (2 * value, value / 2, -value, value + 1, 0.0))


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    function, given = node.func, node.args
    if len(given) == 1:
        yield given[0]
        if ast.unparse(function) == "np.linalg.norm":
            yield _call("np.sum(np.abs({}))", given[0])
            yield _call("np.max(np.abs({}))", given[0])
            yield _call("{} ** 2", node)
    elif len(given) >= 2:
        yield ast.Call(function, [given[1], given[0], *given[2:]], node.keywords)
    for i, keyword in enumerate(node.keywords):
        others = [other for other in node.keywords if other is not keyword]
        yield ast.Call(function, given, others)
        if keyword.arg == "axis":
            for axis in (0, 1, -1):
                yield ast.Call(function, given, [*node.keywords[:i], ast.keyword("axis", _number(axis))])
    if isinstance(function, ast.Attribute):
        for name in _NAMES.get(function.attr, ()):
            yield ast.Call(ast.Attribute(function.value, name, ast.Load()), given, node.keywords)
    elif isinstance(function, ast.Name):
        for name in _NAMES.get(function.id, ()):
            yield ast.Call(ast.Name(name, ast.Load()), given, node.keywords)


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value


def _subscript(node: ast.Subscript) -> Iterator[ast.AST]:
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        turned = ast.Tuple(node.slice.elts[::-1], ast.Load())
        yield ast.Subscript(node.value, turned, ast.Load())
    yield node.value


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for name in ("lower", "upper"):
        if (bound := getattr(node, name)) is not None:
            for operator in (ast.Add(), ast.Sub()):
                moved = copy.copy(node)
                setattr(moved, name, ast.BinOp(bound, operator, ast.Constant(1)))
                yield moved


def _name(node: ast.Name) -> Iterator[ast.AST]:
    if node.id not in ("np", "range", "len", "sum", "float", "abs", "max", "min", "zip", "enumerate"):
        yield _call("-{}", node)
        yield _call("np.abs({})", node)
        yield _call("np.transpose({})", node)


def _tuple(node: ast.Tuple) -> Iterator[ast.AST]:
    yield ast.Tuple(node.elts[::-1], ast.Load())


def _return(node: ast.Return) -> Iterator[ast.AST]:
    changes = ("-{}", "2 * {}", "1.01 * {}", "{} + 0.01", "1 / {}", "{} ** 2", "np.sqrt({})", "np.abs({})")
    for text in (*changes, "np.transpose({})", "np.flip({})", "np.roll({}, 1)", "np.round({}, 2)"):
        if node.value is not None:
            yield ast.Return(_call(text, node.value))


def _loop(node: ast.For) -> Iterator[ast.AST]:
    for text in ("list({})[1:]", "list({})[:-1]", "list({})[:1]"):
        yield ast.For(node.target, _call(text, node.iter), node.body, node.orelse, lineno=node.lineno)


def _step(node: ast.AugAssign) -> Iterator[ast.AST]:
    for operator in _OPERATORS.get(type(node.op), ()):
        yield ast.AugAssign(node.target, operator(), node.value)


def _condition(node: ast.If) -> Iterator[ast.AST]:
    yield ast.If(ast.Constant(True), node.body, node.orelse)
    yield ast.If(ast.Constant(False), node.body, node.orelse)


def _left_out(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


_KINDS: tuple[tuple[Any, Callable[[Any], Iterator[ast.AST]]], ...] = (
    (ast.BinOp, _binary),
    (ast.UnaryOp, _unary),
    (ast.Compare, _comparison),
    (ast.BoolOp, _boolean),
    (ast.IfExp, _branches),
    (ast.Constant, _constant),
    (ast.Call, _calls),
    (ast.Attribute, _attribute),
    (ast.Subscript, _subscript),
    (ast.Slice, _slice),
    (ast.Name, _name),
    (ast.Tuple, _tuple),
    (ast.Return, _return),
    (ast.For, _loop),
    (ast.AugAssign, _step),
    (ast.If, _condition),
    (ast.Assign | ast.AugAssign, _left_out),
)


def _call(text: str, *parts: ast.AST) -> ast.expr:
    """Return the expression ``text`` with the parts in the places of its braces."""
    names = [f"_{i}" for i in range(len(parts))]
    tree = ast.parse(text.format(*names), mode="eval").body
    for name, part in zip(names, parts, strict=True):
        place = next(one for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id == name)
        tree = part if place is tree else _Replace(place, part).visit(tree)
    return tree


def _number(value: float) -> ast.expr:
    return _call("-{}", ast.Constant(-value)) if value < 0 else ast.Constant(value)
