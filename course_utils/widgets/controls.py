"""Controls: sliders, menus and switches. Each says what it is and decides which values it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from course_utils.objectives.checks import is_finite, is_number
from course_utils.optimizers import Optimizer


@dataclass(frozen=True)
class Slider:
    """A slider with a number box; made by `slider`.

    ``switch`` puts a check box before it: switched off, the value is ``off``.
    """

    label: str
    low: float
    high: float
    value: float | None
    log: bool = False
    whole: bool = False
    switch: bool = False
    off: float | None = None

    @property
    def step(self) -> float:
        """A round number, at least a hundred of which make the slider's way (on a linear slider)."""
        rough = (self.high - self.low) / 100
        unit = 10.0 ** math.floor(math.log10(rough))
        step = unit * max(m for m in (1, 2, 5) if m * unit <= rough * (1 + 1e-9))
        return max(1.0, math.floor(step)) if self.whole else step

    @property
    def ends(self) -> tuple[Any, ...]:
        """Both ends of its way, and switched off where that is possible."""
        return (self.take(self.low), self.take(self.high), *([self.off] if self.switch else []))

    def take(self, value: Any) -> float | None:
        """Return ``value`` as this slider holds it: kept between the ends; ValueError if it is no number."""
        if self.switch and (value is None or value == self.off):
            return self.off
        if not is_number(value) or not is_finite(value):
            raise ValueError(f"{self.label} must be a number, got {value!r:.80}")
        kept = min(max(float(value), self.low), self.high)
        return round(kept) if self.whole else kept

    def message(self) -> dict[str, Any]:
        """Return what the browser needs to build it."""
        middle = math.sqrt(self.low * self.high) if self.log else (self.low + self.high) / 2
        return {
            "kind": "slider",
            "label": self.label,
            "low": self.low,
            "high": self.high,
            "log": self.log,
            "whole": self.whole,
            "step": self.step,
            "switch": self.switch,
            "off": self.off,
            "middle": round(middle) if self.whole else middle,
        }


@dataclass(frozen=True)
class Choice:
    """A menu; made by `choice`. Its value is one of ``values``, shown as the word at the same place."""

    label: str
    words: tuple[str, ...]
    values: tuple[Any, ...]
    value: Any

    @property
    def ends(self) -> tuple[Any, ...]:
        """Every value."""
        return self.values

    def take(self, value: Any) -> Any:
        """Return the value meant: one of ``values``, or the word for it; ValueError for anything else."""
        for word, own in zip(self.words, self.values, strict=True):
            if value is own or (isinstance(value, str) and value == word):
                return own
        for own in self.values:
            same_kind = type(own) is type(value) or (is_number(own) and is_number(value))
            if same_kind and own == value:
                return own
        raise ValueError(f"{self.label} must be one of {', '.join(self.words)}, got {value!r}")

    def message(self) -> dict[str, Any]:
        """Return what the browser needs to build it."""
        return {"kind": "choice", "label": self.label, "words": list(self.words)}


@dataclass(frozen=True)
class Toggle:
    """A check box; made by `toggle`."""

    label: str
    value: bool

    @property
    def ends(self) -> tuple[Any, ...]:
        """On and off."""
        return (True, False)

    def take(self, value: Any) -> bool:
        """Return True or False; ValueError for anything else."""
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"{self.label} must be True or False, got {value!r}")
        return bool(value)

    def message(self) -> dict[str, Any]:
        """Return what the browser needs to build it."""
        return {"kind": "toggle", "label": self.label}


Control = Slider | Choice | Toggle


def slider(
    label: str,
    low: float,
    high: float,
    value: float | None,
    *,
    log: bool = False,
    whole: bool = False,
    switch: bool = False,
    off: float | None = None,
) -> Slider:
    """Return a slider from ``low`` to ``high``, with a box to type the number.

    Parameters
    ----------
    log : equal ways multiply (needs ``low`` > 0).
    whole : whole numbers only.
    switch : with a check box to switch it off; the value is ``off`` then.

    Raises
    ------
    ValueError
        If ``low`` < ``high`` does not hold, ``value`` lies outside, or a log slider reaches 0.
    """
    if not low < high:
        raise ValueError(f"low must be less than high, got {low} and {high}")
    if not 1e-300 <= high - low <= 1e300:  # beyond, no step of it is a number
        raise ValueError(f"high − low must be in 1e-300 … 1e300, got {low} and {high}")
    if log and low <= 0:
        raise ValueError(f"low must be positive on a logarithmic slider, got {low}")
    switched_off = switch and value == off
    if not switched_off and (value is None or not low <= value <= high):
        raise ValueError(f"value must lie in [{low}, {high}], got {value}")
    return Slider(label, low, high, value, log, whole, switch, off)


def choice(label: str, options: Sequence[str] | Mapping[str, Any], value: Any = None) -> Choice:
    """Return a menu; ``options`` are words, or map words to values. The first is chosen by default."""
    words = tuple(options)
    if not words:
        raise ValueError("options must not be empty")
    values = tuple(options.values()) if isinstance(options, Mapping) else words
    menu = Choice(label, words, values, values[0])
    return menu if value is None else Choice(label, words, values, menu.take(value))


def toggle(label: str, value: bool = False) -> Toggle:
    """Return a check box."""
    return Toggle(label, value)


def setting_controls(
    optimizer: Optimizer,
    *,
    only: Sequence[str] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, Slider]:
    """Return a slider for each numeric setting of ``optimizer``, built from its dataclass fields.

    Parameters
    ----------
    only : names of the settings that get one; all by default.
    ranges : other ends for sliders, by name.
    """
    controls: dict[str, Slider] = {}
    for f in fields(optimizer):
        meta = f.metadata
        if "range" not in meta or (only is not None and f.name not in only):
            continue
        low, high = (ranges or {}).get(f.name, meta["range"])
        value = getattr(optimizer, f.name)
        log, optional = bool(meta["log"]), bool(meta["optional"])
        # None, and the zero that a logarithmic slider cannot reach, are a switch before the slider.
        off = None if optional else 0.0
        switch = optional or (log and 0.0 in (value, f.default))
        if not (switch and value == off):
            low, high = min(low, value), max(high, value)
        label, symbol = meta["label"], meta["symbol"]
        if symbol.replace("_", " ") != label:
            label = f"{label} {symbol}"
        controls[f.name] = slider(
            label, low, high, value, log=log, whole=meta["whole"], switch=switch, off=off
        )
    return controls
