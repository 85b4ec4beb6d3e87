"""Exercises without their key: what is given to those who answer them.

`write` takes from whole exercises what a check needs and leaves out the rest: right numbers and words are
sealed (see `sealed`), of right functions the values in the check's examples are kept (see `recorded`), and
model solutions, right and wrong answers stay where they are. `read` makes exercises of it that check, name
misconceptions and give hints like the whole ones.

A check that is code of its own, which tests properties, holds no key: it is handed to `read`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.diagnosis import effect
from course_utils.checking.engine import Exercise, Misconception
from course_utils.checking.functions import Examples, function
from course_utils.checking.parts import Parts, parts
from course_utils.checking.plain import decode, encode
from course_utils.checking.predicates import NEARLY, Checker, Predicate, array, choice, number, plain
from course_utils.checking.recorded import Recorded, Recorder
from course_utils.checking.sealed import decode_seal, encode_seal, seal_array, seal_number, seal_word

RELEASED = "checks.json"  # the file of a homework's exercises
_LARGEST_TOLERANCE = 0.5  # about more it cannot be asked whether a number is close
Own = Mapping[str, Predicate | Callable[[Any], Predicate]]
Results = Mapping[str, Callable[[Any], Predicate]]


def write(file: Path, exercises: Iterable[Exercise]) -> None:
    """Write what may be given away of exercises."""
    lines = [json.dumps(_released(one), ensure_ascii=False) for one in exercises]  # a line an exercise
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")


def read(file: Path, own: Own | None = None, results: Results | None = None) -> tuple[Exercise, ...]:
    """Read what `write` wrote.

    Parameters
    ----------
    file : of the exercises.
    own : predicates that are code, by the id of an exercise or the name of a misconception; or a function
        that makes one from what the whole exercise's predicate expects.
    results : makes the predicate for one output of a function, as in `functions.function`, by id.
    """
    stored = json.loads(file.read_text(encoding="utf-8"))
    return tuple(_read(one, own or {}, results or {}) for one in stored)


def titles(file: Path) -> dict[str, str]:
    """Return id → title of the exercises in a file."""
    return {one["id"]: one["title"] for one in json.loads(file.read_text(encoding="utf-8"))}


def _released(one: Exercise) -> dict[str, Any]:
    assert one.model is not None
    right, accepts = one.right_answers[0], _given(one.accepts, one.id)
    if isinstance(one.accepts, Parts):
        accepts["locked"] = _sealed_parts(accepts["parts"], one.id).lock(one.model.explanation, right)
    return {
        "id": one.id,
        "title": one.title,
        "hints": list(one.hints),
        "data": encode(dict(one.data)),
        "time_limit": one.time_limit,
        "accepts": accepts,
        "misconceptions": [
            {"name": wrong.name, "message": wrong.message, "detect": _detected(one, wrong)}
            for wrong in one.misconceptions
        ],
    }


def _given(predicate: Predicate, salt: str) -> dict[str, Any]:
    """Return what is given away of what a predicate expects."""
    if isinstance(predicate, Checker):
        return {}
    if isinstance(predicate, Examples):
        recorder = Recorder(predicate.expected)
        for given in predicate.inputs:
            recorder(*given)
        if (
            predicate.settings["result"] is None
        ):  # what `effect` asks of a right function, to explain wrong ones
            with np.errstate(all="ignore"):
                effect(_silent, recorder, predicate.inputs, predicate.names)
        settings = {name: predicate.settings[name] for name in ("rtol", "outputs")}
        inputs = encode(list(predicate.inputs))
        return {"names": predicate.names, "inputs": inputs, "values": recorder.values, **settings}
    if isinstance(predicate.expected, dict) and all(
        isinstance(part, Predicate) for part in predicate.expected.values()
    ):
        return {"parts": {name: _seal(part, f"{salt} {name}") for name, part in predicate.expected.items()}}
    if predicate.settings:
        raise ValueError(
            f"{salt}: ask for parts, parts(name=number(…)), so that the right value can be sealed"
        )
    return {"expected": encode(predicate.expected)}


def _detected(one: Exercise, wrong: Misconception) -> dict[str, Any]:
    if wrong.detect is None and isinstance(one.accepts, Examples):
        recorder = Recorder(wrong.example)
        for given in one.accepts.inputs:
            recorder(*given)
        return {"values": recorder.values}
    return _given(wrong.detect or one.accepts.like(wrong.example), f"{one.id} {wrong.name}")


def _silent(*arguments: Any) -> Any:
    raise LookupError


def _seal(part: Predicate, salt: str) -> dict[str, Any]:
    """Return a sealed number, word or array, with the settings of its predicate."""
    settings = {name: value for name, value in part.settings.items() if name != "arrange"}
    if "options" in settings:
        sealed: Any = seal_word(plain(part.expected), salt)
    elif "in_any_order" in settings and not settings["atol"]:
        sealed = seal_array(part.settings["arrange"](part.expected), settings["rtol"], salt)
    elif list(settings) == ["rtol"]:
        tolerances = [settings["rtol"], NEARLY * settings["rtol"]]
        sealed = seal_number(part.expected, [t for t in tolerances if t <= _LARGEST_TOLERANCE], salt)
    else:
        raise ValueError(f"{salt}: only numbers, words and arrays with a relative tolerance can be sealed")
    return {"seal": encode_seal(sealed), "settings": encode(settings)}


def _unsealed(stored: Mapping[str, Any], salt: str) -> Predicate:
    sealed: Any = decode_seal(stored["seal"], salt)
    kinds: dict[str, Callable[..., Predicate]] = {"word": choice, "number": number, "array": array}
    kind = kinds[next(iter(stored["seal"]))]
    predicate: Predicate = kind(sealed, **decode(stored["settings"]))
    return predicate


def _sealed_parts(stored: Mapping[str, Any], salt: str, locked: str = "") -> Parts:
    predicates = {name: _unsealed(one, f"{salt} {name}") for name, one in stored.items()}
    return Parts(predicates, parts(**predicates).compare, locked=locked)


def _read(stored: Mapping[str, Any], own: Own, results: Results) -> Exercise:
    id, given = stored["id"], stored["accepts"]
    if "values" in given:
        reference = Recorded(given["names"], given["values"])
        inputs = [tuple(one) for one in decode(given["inputs"])]
        accepts: Predicate = function(
            reference, inputs, given["rtol"], results.get(id), tuple(given["outputs"])
        )
    elif "parts" in given:
        accepts = _sealed_parts(given["parts"], id, given["locked"])
    else:
        accepts = _own(own[id], given)
    misconceptions = []
    for wrong in stored["misconceptions"]:
        name, detect = wrong["name"], wrong["detect"]
        if "values" in detect:
            detector = accepts.like(Recorded(given["names"], detect["values"]))
        elif "parts" in detect:
            detector = _sealed_parts(detect["parts"], f"{id} {name}")
        else:
            detector = _own(own.get(name) or own[id], detect)
        misconceptions.append(Misconception(name, None, wrong["message"], detector))
    return Exercise(
        id=id,
        title=stored["title"],
        accepts=accepts,
        hints=tuple(stored["hints"]),
        model=None,
        right_answers=(),
        misconceptions=tuple(misconceptions),
        data=decode(stored["data"]),
        time_limit=stored["time_limit"],
    )


def _own(made: Predicate | Callable[[Any], Predicate], given: Mapping[str, Any]) -> Predicate:
    return made if isinstance(made, Predicate) else made(decode(given["expected"]))
