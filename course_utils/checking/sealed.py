"""Right values that can be recognised and not read: digests in the place of numbers, words and arrays.

A number is sealed as the digest of a cell, one of 128 in a tolerance on a logarithmic scale. An answer is
right if the digest of a cell within its tolerance is the stored one. So every value within the tolerance, and
at most 1/256 of it beyond, is recognised; and since it tells the cell, a text can be kept that right answers
open.

Whoever tries out enough values finds the right one, as with any check; but it cannot be *read* here.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, shake_256
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CELLS = 128  # in one tolerance
Array = NDArray[np.float64]


@dataclass(frozen=True)
class SealedNumber:
    """A number of which it can be asked whether another one is within a tolerance of it.

    Attributes
    ----------
    salt : makes digests of equal numbers in different places differ.
    digests : by the tolerances about which may be asked, relative to the number (absolute if that is zero).
    """

    salt: str
    digests: Mapping[float, str]

    def token(self, x: float, rtol: float) -> str | None:
        """Return the cell of the number if ``x`` is within ``rtol`` of it, else None."""
        wanted = self.digests.get(rtol)
        found = (cell for cell in _cells(x, rtol) if _digest(self.salt, cell) == wanted)
        return next(found, None) if wanted else None

    def admits(self, x: float, rtol: float) -> bool:
        """Whether ``x`` is within ``rtol`` of the number."""
        return self.token(x, rtol) is not None


@dataclass(frozen=True)
class SealedWord:
    """A word that can be recognised."""

    salt: str
    digest: str

    def token(self, word: str) -> str | None:
        """Return the word if it is the sealed one, else None."""
        return word if _digest(self.salt, word) == self.digest else None


@dataclass(frozen=True)
class SealedArray:
    """An array of which it can be asked which entries of another one are within ``rtol`` of its largest size.

    Attributes
    ----------
    scale : the largest size of its entries.
    digests : of the cells of its entries, on an even grid, in order.
    """

    salt: str
    shape: tuple[int, ...]
    rtol: float
    scale: SealedNumber
    digests: tuple[str, ...]

    def tokens(self, values: Array) -> list[str | None]:
        """Return the cells of the right entries of ``values``, None for the others, as a flat list."""
        largest = self.scale.token(float(np.abs(values).max(initial=0.0)), self.rtol)
        if largest is None:
            return [None] * len(self.digests)
        width = _size(largest, self.rtol) * self.rtol / _CELLS
        found: list[str | None] = []
        for i, (x, wanted) in enumerate(zip(values.ravel() / width, self.digests, strict=True)):
            cells = map(str, range(math.ceil(x - _CELLS - 0.5), math.floor(x + _CELLS + 0.5) + 1))
            found.append(next((cell for cell in cells if _digest(f"{self.salt}[{i}]", cell) == wanted), None))
        return found

    def off(self, values: Array) -> NDArray[np.bool_]:
        """Return which entries of ``values``, of the sealed shape, are not right, as a flat mask."""
        return np.array([token is None for token in self.tokens(values)])


def seal_number(x: float, tolerances: Sequence[float], salt: str) -> SealedNumber:
    """Seal a number; ``tolerances``, below 1, are those about which may be asked."""
    return SealedNumber(salt, {rtol: _digest(salt, _cell(float(x), rtol)) for rtol in tolerances})


def seal_word(word: str, salt: str) -> SealedWord:
    """Seal a word."""
    return SealedWord(salt, _digest(salt, word))


def seal_array(values: Array, rtol: float, salt: str) -> SealedArray:
    """Seal an array of any shape; entries are right within ``rtol`` of the largest size."""
    largest = float(np.abs(values).max(initial=0.0))
    scale = seal_number(largest, [rtol], f"{salt} scale")
    width = _size(_cell(largest, rtol), rtol) * rtol / _CELLS
    cells = [str(round(x / width)) for x in values.ravel().tolist()]
    digests = tuple(_digest(f"{salt}[{i}]", cell) for i, cell in enumerate(cells))
    return SealedArray(salt, values.shape, rtol, scale, digests)


def lock(text: str, key: str) -> str:
    """Return a text in a form that only the same key opens."""
    raw = text.encode()
    return b64encode(_xor(raw, key)).decode("ascii")


def unlock(locked: str, key: str) -> str:
    """Return the text that was locked with ``key``."""
    return _xor(b64decode(locked), key).decode(errors="replace")


def encode_seal(value: Any) -> dict[str, Any]:
    """Turn a sealed value into something that `json.dumps` takes."""
    if isinstance(value, SealedWord):
        return {"word": value.digest}
    if isinstance(value, SealedNumber):
        return {"number": {repr(rtol): digest for rtol, digest in value.digests.items()}}
    scale = encode_seal(value.scale)["number"]
    return {"array": list(value.digests), "shape": list(value.shape), "rtol": value.rtol, "scale": scale}


def decode_seal(stored: Mapping[str, Any], salt: str) -> SealedNumber | SealedWord | SealedArray:
    """Read what `encode_seal` made of a value that was sealed with ``salt``."""
    if "word" in stored:
        return SealedWord(salt, stored["word"])
    if "number" in stored:
        return SealedNumber(salt, {float(rtol): digest for rtol, digest in stored["number"].items()})
    scale = decode_seal({"number": stored["scale"]}, f"{salt} scale")
    assert isinstance(scale, SealedNumber)
    return SealedArray(salt, tuple(stored["shape"]), stored["rtol"], scale, tuple(stored["array"]))


def _digest(salt: str, cell: str) -> str:
    return blake2b(f"{salt}|{cell}".encode(), digest_size=10).hexdigest()


def _cell(x: float, rtol: float) -> str:
    return f"{'-' if x < 0 else '+'}{round(math.log(abs(x)) * _CELLS / rtol)}" if x else "0"


def _size(cell: str, rtol: float) -> float:
    """Return the size of the numbers in a cell; 1 for zero."""
    return 1.0 if cell == "0" else math.exp(int(cell[1:]) * rtol / _CELLS)


def _cells(x: float, rtol: float) -> Iterator[str]:
    """Yield the cells of all numbers e with |x − e| ≤ rtol |e|, and zero if |x| ≤ rtol."""
    if abs(x) <= rtol:
        yield "0"
    if x:
        scale = _CELLS / rtol
        low, high = (math.log(abs(x) / (1 + side * rtol)) * scale for side in (1, -1))
        sign = "-" if x < 0 else "+"
        yield from (f"{sign}{k}" for k in range(math.ceil(low - 0.5), math.floor(high + 0.5) + 1))


def _xor(raw: bytes, key: str) -> bytes:
    stream = shake_256(key.encode()).digest(len(raw))
    return bytes(a ^ b for a, b in zip(raw, stream, strict=True))
