"""Test a reader's function by what it returns on seeded inputs."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import (
    describe,
    describe_error,
    format_call,
    holds_ellipsis,
    is_huge,
    is_short,
    is_unwritten,
    mentions_ellipsis,
)
from course_utils.checking.diagnosis import effect, extent, is_close, relation
from course_utils.checking.feedback import Verdict, almost, correct, not_attempted, not_yet
from course_utils.checking.plain import known
from course_utils.checking.predicates import Predicate, array, number, real_array
from course_utils.checking.sandbox import Stop

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examples(Predicate):
    """What `function` returns; it tells its examples, so that the right values can be recorded."""

    inputs: Sequence[tuple[Any, ...]] = ()
    names: tuple[str, ...] = ()


def function(
    reference: Callable[..., Any],
    inputs: Sequence[tuple[Any, ...]],
    rtol: float = 1e-6,
    result: Callable[[Any], Predicate] | None = None,
    outputs: tuple[str, ...] = (),
    align: Callable[[Array, Array], Array] | None = None,
) -> Examples:
    """Expect a function that agrees with a reference on every input.

    Parameters
    ----------
    reference : the right function; the names of its parameters are used in messages.
    inputs : tuples of arguments, drawn with a seeded generator; the reader's function gets copies.
    rtol : tolerance of `number` or `array`, whichever the reference returns.
    result : builds the predicate for one output from the expected output, in place of those two.
    outputs : names of the arrays, if the reference returns several.
    align : with ``result``, where a value is right up to something such as its length: called with what came
        and what is right, it returns what came brought next to what is right. Without it, nothing is said
        about how wrong values relate to the right ones.
    """
    if not inputs:
        raise ValueError("inputs must hold at least one tuple of arguments, got none")
    names = tuple(inspect.signature(reference).parameters)

    def expect(output: Any) -> Predicate:
        if result is not None:
            return result(output)
        if outputs:
            return _several(outputs, output, rtol)
        return number(float(output), rtol) if np.ndim(output) == 0 else array(output, rtol)

    def compare(answer: Any, reference: Callable[..., Any]) -> Verdict:
        changed = False
        for arguments in inputs:
            called = call(answer, arguments, names)
            if called.problem is not None:
                return called.problem
            changed |= called.changed_input
            expected = reference(*_copy(arguments))
            verdict = expect(expected)(called.output)
            if not verdict.is_correct:
                verdict = _on_input(verdict, called.output, expected, format_call(names, arguments))
                also = " Your function also changes the array that it is given." if changed else ""
                return replace(verdict, message=verdict.message + also)
        return almost(*_CHANGES_INPUT) if changed else correct()

    def diagnose(answer: Any) -> str:
        if result is not None and align is None:
            return ""
        mine = [call(answer, arguments, names) for arguments in inputs]
        if any(one.problem is not None for one in mine):
            return ""
        right = [reference(*_copy(arguments)) for arguments in inputs]
        if outputs:
            came = [one.output for one in mine]
            if any(not _is_so_many(outputs, values) for values in came):
                return ""
            for i, name in enumerate(outputs):
                pairs = _pairs([values[i] for values in came], [values[i] for values in right], None)
                if pairs and (why := relation(pairs)):
                    return f"`{name}`: {why}"
            return ""
        pairs = _pairs([one.output for one in mine], right, align)
        if not pairs:
            return ""
        said = relation(pairs) or extent(pairs, inputs, names)
        if said or align or is_close(pairs):
            return said
        return effect(_on_copies(answer), _on_copies(reference), inputs, names)

    settings = {"rtol": rtol, "outputs": outputs, "result": result}
    return Examples(reference, compare, diagnose, settings, inputs, names)


def _on_copies(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: function(*_copy(given))


def _pairs(
    came: Sequence[Any], right: Sequence[Any], align: Callable[[Array, Array], Array] | None
) -> list[tuple[Array, Array]]:
    """Return what came and what is right as arrays of one shape, none if one cannot be read as that."""
    pairs = []
    for mine, expected in zip(came, right, strict=True):
        target = np.asarray(expected, dtype=np.float64)
        values, _ = real_array(mine, "", target.ndim)
        if values is None or values.shape != target.shape:
            return []
        pairs.append((align(values, target) if align else values, target))
    return pairs


def _several(names: tuple[str, ...], expected: Sequence[Any], rtol: float) -> Predicate:
    """Expect several arrays, which messages call by these names."""

    def compare(answer: Any, expected: Sequence[Any]) -> Verdict:
        if not _is_so_many(names, answer):
            wanted = ", ".join(names)
            return not_yet(f"Expected {len(names)} arrays, `{wanted}`, got {describe(answer)}.")
        for name, part, target in zip(names, answer, expected, strict=True):
            verdict = array(target, rtol)(part)
            if not verdict.is_correct:
                return replace(verdict, message=f"`{name}`: {verdict.message}")
        return correct()

    return Predicate(expected, compare)


def _is_so_many(names: tuple[str, ...], answer: Any) -> bool:
    """Tell whether the answer is one thing for each name, in a tuple, a list or the rows of an array."""
    if isinstance(answer, np.ndarray):
        return answer.ndim > 0 and len(answer) == len(names)
    return isinstance(answer, tuple | list) and len(answer) == len(names)


_CHANGES_INPUT = (
    "changes its input",
    "The values are right, but your function changes the array that it is given, and whoever calls it "
    "will be surprised. Compute a new array (`x = x - step`) instead of changing the old one (`x -= step`).",
)


def _on_input(verdict: Verdict, output: Any, expected: Any, shown: str) -> Verdict:
    where = f"With {shown}" if shown else "On a test input"
    comparable = is_short(output) and is_short(expected) and np.shape(output) == np.shape(expected)
    if comparable and np.isfinite(output).all():
        came, right = describe(output), describe(expected)
        message = f"{where} it returned {came}; expected {right}."
        if came == right:
            message = f"{where} it returned {came}: right in these digits, but more are asked for."
    else:
        message = f"{where}: {verdict.message[:1].lower()}{verdict.message[1:]}"
    return replace(verdict, message=message)


@dataclass(frozen=True)
class Call:
    """What came of calling the reader's function once: an output, or the verdict on why there is none."""

    output: Any = None
    changed_input: bool = False
    problem: Verdict | None = None


def call(function: Any, arguments: tuple[Any, ...], names: tuple[str, ...]) -> Call:
    """Call a reader's function on copies of the arguments, and say what went wrong if something did."""
    if not callable(function):
        hint = "Pass the function itself, `check(f)`, not a value of it, `check(f(x))`."
        return Call(problem=not_yet(f"Expected a function, got {describe(function)}. {hint}"))
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        wanted = ", ".join(names)
        return Call(problem=not_yet(f"Your function has to take `({wanted})`."))
    except ValueError:
        pass  # a compiled function without a signature: the call will tell
    given = _copy(arguments)
    try:
        output = function(*given)
    except Stop:
        raise
    except BaseException as error:  # also exit() and a raised KeyboardInterrupt: they are answers here
        if mentions_ellipsis(error):
            return Call(problem=not_attempted("There is still a `...` in your function."))
        shown = format_call(names, arguments)
        return Call(
            problem=not_yet(describe_error(error) + (f" It was called with {shown}." if shown else ""))
        )
    if holds_ellipsis(output):
        return Call(problem=not_attempted("Your function still returns `...`; write its body."))
    if output is None and is_unwritten(function):
        return Call(problem=not_attempted("Your function returns nothing yet: write its body."))
    if is_huge(output):
        return Call(problem=not_yet(f"Your function returned {describe(output)}: far more than is expected."))
    if output is None:
        return Call(problem=not_yet("Your function returned None: is the `return` missing?"))
    changed = any(_differ(before, after) for before, after in zip(arguments, given, strict=True))
    changed |= getattr(function, "changed_arguments", False) is True  # one in another process says so
    return Call(known(output), changed)


def values_at(function: Any, points: Array) -> Array | Verdict:
    """Return a reader's ``function`` at points (..., n), one call each, (...); or why there are no values."""
    values = np.empty(points.shape[:-1])
    for place in np.ndindex(values.shape):
        called = call(function, (points[place],), ("x",))
        if called.problem is not None:
            return called.problem
        if called.changed_input:
            return not_yet("Your function changes the point that it is given; compute with new variables.")
        output, problem = real_array(called.output, "one real number for one point `x`")
        if output is None:
            return not_yet(problem)
        if output.size != 1:
            return not_yet(f"Expected one real number for one point `x`, got {describe(called.output)}.")
        values[place] = output.item()
    return values


def _copy(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(copy.deepcopy(value) if isinstance(value, _PLAIN) else value for value in arguments)


# Data, which a function could change by mistake; functions and objectives are passed as they are.
_PLAIN = (np.ndarray, list, tuple, dict, set)


def _differ(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return not np.array_equal(before, after, equal_nan=True)
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(_differ, before, after))
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(_differ(before[key], after[key]) for key in before)
    return isinstance(before, set) and before != after
