"""What a value is tested for: properties with stated tolerances, never the way it is written.

A predicate is a pure function from an answer to a Verdict that also knows what it expects. Replacing the
expected value by a wrong one (``predicate.like(wrong)``) gives the detector of a misconception.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checking.describe import describe, shorten
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.plain import two_axes
from course_utils.checking.sealed import SealedArray, SealedNumber, SealedWord


@dataclass(frozen=True, eq=False)
class Predicate:
    """Compares an answer with what is expected.

    Attributes
    ----------
    expected : the right value, also a sealed one (see `sealed`), or the reference function.
    compare : called as ``compare(answer, expected)``; returns a Verdict and changes neither.
    diagnose : called with a wrong answer that no misconception explains; returns a sentence on what is wrong
        with it, "" if that is not known.
    settings : the arguments that made it, of `number`, `array` and `choice`.
    """

    expected: Any
    compare: Callable[[Any, Any], Verdict]
    diagnose: Callable[[Any], str] = lambda answer: ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on an answer."""
        return self.compare(answer, self.expected)

    def like(self, wrong: Any) -> Predicate:
        """Return the predicate that finds ``wrong`` correct, with the same tolerance."""
        return replace(self, expected=wrong)


NEARLY = 20  # so many times the tolerance is close


def number(expected: float | SealedNumber, rtol: float = 1e-3) -> Predicate:
    """Expect one real number within ``rtol`` times the expected size (absolutely, if that is zero)."""

    def compare(answer: Any, expected: Any) -> Verdict:
        values, problem = real_array(answer, "a number")
        if values is None:
            return not_yet(problem)
        if values.size != 1:
            return not_yet(f"Expected one number, got {describe(answer)}.")
        came = describe(values.item())
        if _within(values.item(), expected, rtol):
            return correct()
        if _within(values.item(), expected, NEARLY * rtol):
            why = "rounded, or counted one off?" if values.item().is_integer() else "rounded too early?"
            return not_yet(f"{came} is close, but not within {_percent(rtol)}: {why}")
        return not_yet(f"{came} is not the number asked for.")

    return Predicate(expected, compare, settings={"rtol": rtol})


def array(
    expected: ArrayLike | SealedArray, rtol: float = 1e-3, atol: float = 0.0, *, in_any_order: bool = False
) -> Predicate:
    """Expect real numbers of one shape, each within ``atol`` plus ``rtol`` times the largest expected one."""

    def arrange(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sort(values, axis=None) if in_any_order else values

    def compare(answer: Any, expected: Any) -> Verdict:
        is_sealed = isinstance(expected, SealedArray)
        target: Any = expected if is_sealed else arrange(np.asarray(expected, dtype=np.float64))
        values, problem = real_array(answer, f"an array of shape {target.shape}", len(target.shape))
        if values is None:
            return not_yet(problem)
        if values.size == math.prod(target.shape) == 1:
            values = values.reshape(target.shape)  # one number, however it is wrapped
        values = arrange(values)
        if values.shape != target.shape:
            return not_yet(f"Expected an array of shape {target.shape}, got one of shape {values.shape}.")
        if is_sealed:
            wrong = target.off(values)
        else:
            wrong = abs(values - target) > atol + rtol * (abs(target).max(initial=0.0) or 1.0)
        if not wrong.any():
            return correct()
        return not_yet(f"The shape is right; {wrong.sum()} of {wrong.size} entries are off.")

    right = expected if isinstance(expected, SealedArray) else np.array(expected, dtype=np.float64)
    settings = {"rtol": rtol, "atol": atol, "in_any_order": in_any_order, "arrange": arrange}
    return Predicate(right, compare, settings=settings)


def choice(expected: str | SealedWord, options: Sequence[str]) -> Predicate:
    """Expect one of a few words; case, spaces, hyphens, quotes and a full stop do not matter."""
    known = {plain(option) for option in options}
    if isinstance(expected, str) and plain(expected) not in known:
        raise ValueError(f"expected must be one of {tuple(options)}, got {expected!r}")

    def compare(answer: Any, expected: Any) -> Verdict:
        if not isinstance(answer, str) or plain(answer) not in known:
            words = ", ".join(f"`{option!r}`" for option in options)
            return not_yet(f"Expected one of {words}, got {describe(answer)}.")
        sealed = isinstance(expected, SealedWord)
        if expected.token(plain(answer)) if sealed else plain(answer) == plain(expected):
            return correct()
        return not_yet(f"'{shorten(answer, 40)}' is not it.")

    return Predicate(expected, compare, settings={"options": tuple(options)})


def direction(expected: ArrayLike, degrees: float = 0.5) -> Predicate:
    """Expect a nonzero vector along a line, up to sign and length, within an angle in degrees."""

    def compare(answer: Any, expected: ArrayLike) -> Verdict:
        target = np.asarray(expected, dtype=np.float64).ravel()
        values, problem = real_array(answer, f"a vector of {target.size} numbers")
        if values is None:
            return not_yet(problem)
        if values.size != target.size:
            return not_yet(f"Expected a vector of {target.size} numbers, got {describe(answer)}.")
        scale = abs(values).max()
        if scale == 0:
            return not_yet("The zero vector has no direction: all of its numbers are 0.")
        angle = _angle(values.ravel() / scale, target)
        if angle <= degrees:
            return correct()
        if angle < 1:
            return not_yet("Your direction is less than 1° away from the one asked for: give more digits.")
        return not_yet(f"Your direction is {angle:.0f}° away from the one asked for.")

    return Predicate(np.array(expected, dtype=np.float64), compare)


def subspace(expected: ArrayLike, degrees: float = 0.5) -> Predicate:
    """Expect columns (n, k) that span the same subspace as the expected ones, within an angle."""

    def compare(answer: Any, expected: ArrayLike) -> Verdict:
        target = np.asarray(expected, dtype=np.float64)
        values, problem = real_array(answer, f"an array of shape {target.shape}")
        if values is None:
            return not_yet(problem)
        if values.shape != target.shape:
            return not_yet(f"Expected columns in an array of shape {target.shape}, got {describe(answer)}.")
        left, sizes, _ = np.linalg.svd(values, full_matrices=False)
        if sizes[-1] <= 1e-10 * sizes[0]:
            return not_yet("The columns do not span enough: one of them is a combination of the others.")
        basis = np.linalg.qr(target)[0]
        # The sine of the largest principal angle: what is left of one basis outside the span of the other.
        sine = np.linalg.norm(left - basis @ (basis.T @ left), ord=2)
        angle = float(np.degrees(np.arcsin(np.minimum(1.0, sine))))
        if angle <= degrees:
            return correct()
        return not_yet(f"The span of your columns is tilted by {angle:.2g}° against the one asked for.")

    return Predicate(np.array(expected, dtype=np.float64), compare)


def either(*predicates: Predicate) -> Predicate:
    """Expect an answer that one of the predicates finds correct; of others the first one speaks."""
    first = predicates[0]

    def compare(answer: Any, expected: Any) -> Verdict:
        verdict = replace(first, expected=expected)(answer)
        others = predicates[1:] if expected is first.expected else ()
        right = (found for found in (other(answer) for other in others) if found.is_correct)
        return verdict if verdict.is_correct else next(right, verdict)

    return Predicate(first.expected, compare, first.diagnose)


def checker(check: Callable[[Any], Verdict]) -> Predicate:
    """Turn any function from an answer to a Verdict into a predicate (without ``like``)."""
    return Checker(check, lambda answer, check: check(answer))


def named(name: Callable[[Any], str | Verdict], wanted: str, otherwise: str = "") -> Named:
    """Expect an answer to which ``name`` gives the ``wanted`` name; ``otherwise`` is said of the other names.

    Where ``name`` returns a Verdict instead, because the answer cannot be named, that is the verdict.
    """

    def check(answer: Any) -> Verdict:
        found = name(answer)
        if isinstance(found, Verdict):
            return found
        return correct() if found == wanted else not_yet(otherwise)

    return Named(check, lambda answer, check: check(answer), name=name, wanted=wanted)


def fault_free(study: Callable[[Any], Collection[str] | Verdict], messages: Mapping[str, str]) -> Predicate:
    """Expect an answer in which ``study`` finds none of the faults; the first of ``messages`` found is told.

    Where ``study`` returns a Verdict instead, because the answer cannot be studied, that is the verdict.
    """

    def check(answer: Any) -> Verdict:
        found = study(answer)
        if isinstance(found, Verdict):
            return found
        told = [message for fault, message in messages.items() if fault in found]
        return not_yet(told[0]) if told else correct()

    return checker(check)


def holds(condition: Callable[[Any], bool]) -> Predicate:
    """Recognise answers of which ``condition`` is true: a detector, which says nothing of the others."""
    return checker(lambda answer: correct() if condition(answer) else not_yet(""))


@dataclass(frozen=True, eq=False)
class Checker(Predicate):
    """A free check: there is no expected value that could be replaced by a wrong one."""

    def like(self, wrong: Any) -> Predicate:
        """Raise ValueError: a misconception of a free check needs its own detector."""
        raise ValueError(
            "a checker cannot be compared with a wrong answer: give the misconception a detector"
        )


@dataclass(frozen=True, eq=False)
class Named(Checker):
    """What `named` returns; it tells its parts, so that several need only one look at an answer."""

    name: Callable[[Any], str | Verdict] = lambda answer: ""
    wanted: str = ""


def real_array(answer: Any, expected: str, ndim: int | None = None) -> tuple[NDArray[np.float64] | None, str]:
    """Read an answer as finite real numbers: an array, or None and why that is impossible.

    An `np.matrix` always has two axes; where ``ndim`` 1 is expected, its numbers come as a vector. One that
    came from another process as a vector has its two axes again where 2 are expected.
    """

    def wanted() -> str:  # costs more than reading the answer
        return f"Expected {expected}, got {describe(answer)}."

    if callable(answer) and not isinstance(answer, np.ndarray):
        return None, f"{wanted()} Pass what it returns."
    if isinstance(answer, str):
        return None, f"{wanted()} Leave out the quotation marks."
    if answer is None or isinstance(answer, (bool, np.bool_, dict, set)):
        return None, wanted()
    try:
        values = np.asarray(two_axes(answer) if ndim == 2 else answer)
    except ValueError:
        return None, f"{wanted()} Its rows have different lengths."
    if values.dtype == object and values.size == 1:
        try:  # fractions and decimals are numbers too
            values = np.asarray(float(values.item()))
        except (TypeError, ValueError, OverflowError):
            return None, wanted()
    if values.dtype.kind == "c":
        if values.size and abs(values.imag).max() > 0:
            return (
                None,
                "Expected real numbers, got complex ones. For a symmetric matrix use `np.linalg.eigh`.",
            )
        values = values.real
    if values.dtype.kind not in "iuf" or values.size == 0:
        return None, wanted()
    values = values.astype(np.float64)
    values = values.ravel() if ndim == 1 and isinstance(answer, np.matrix) else values
    if not np.isfinite(values).all():
        found = "NaN (not a number)" if np.isnan(values).any() else "an infinite value"
        return None, f"Got {found}: look for 0/0, a division by zero, or an overflow."
    return values, ""


def _within(x: float, expected: Any, rtol: float) -> bool:
    if isinstance(expected, SealedNumber):
        return expected.admits(x, rtol)
    return bool(abs(x - expected) <= rtol * (abs(expected) or 1.0))


def _angle(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Angle between two lines in degrees, 0 to 90; accurate near 0, where the arc cosine is not."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    along = a @ b
    return float(np.degrees(np.arctan2(np.linalg.norm(a - along * b), abs(along))))


def plain(text: str) -> str:
    """Return a text without what does not matter in a `choice`."""
    text = re.sub(r"[-_\u2010-\u2015\u2212]", " ", text).strip(" .!,;:'\"`´‘’‚‛“”„«»‹›\t\n")
    return " ".join(text.casefold().split())


def _percent(rtol: float) -> str:
    return f"{100 * rtol:g} %"
