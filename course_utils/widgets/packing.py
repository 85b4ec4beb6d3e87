"""Frames of a scene in few bytes: whole numbers for coordinates, what is shared once, all of it compressed.

A pack is a zlib stream of: the length of the header (4 bytes, little-endian), the header (JSON), the points
(16 bits a coordinate), the far points (float32) and the grounds. A coordinate is a multiple of `QUANTUM` of
its panel's window; points are grouped in chunks, one a layer, and written as differences along a chunk.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives import Array

Whole = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float32]

QUANTUM = 1 / 16384  # of a window's width or height: less than a tenth of a pixel on any screen
_NAN, _FAR = -32768, -32767  # what stands for no number, and for one further away than 16 bits reach
_REACH = 32766


def quantise(values: Array) -> tuple[Whole, Floats]:
    """Return ``values`` (n,) as 16-bit multiples of `QUANTUM`, and those too far for it as float32."""
    with np.errstate(invalid="ignore"):
        scaled = np.rint(np.asarray(values, dtype=np.float64) / QUANTUM)
        far = np.abs(scaled) > _REACH
        whole = np.where(np.isnan(scaled), _NAN, np.where(far, _FAR, scaled)).astype(np.int16)
    return whole, np.asarray(values)[far].astype(np.float32)


def restore(whole: Whole, far: Floats) -> Floats:
    """Return what `quantise` was given, (n,) float32, to half a quantum."""
    values = (whole * QUANTUM).astype(np.float32)
    values[whole == _NAN] = np.nan
    values[whole == _FAR] = far
    return values


def _differences(whole: Whole, starts: Whole) -> bytes:
    """Return numbers (n,) as differences within their chunks, low bytes before high bytes."""
    steps = np.diff(whole, prepend=np.int16(0))
    steps[starts] = whole[starts]
    folded = (steps << 1) ^ (steps >> 15)  # small negative numbers become small, too
    return folded.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()


def _sums(data: bytes, n: int, starts: Whole) -> Whole:
    """Return what `_differences` was given."""
    folded = np.frombuffer(data, np.uint8).reshape(2, n).T.copy().view("<u2")[:, 0]
    steps = ((folded >> 1) ^ (0 - (folded & 1))).astype(np.int16)
    total = np.cumsum(steps, dtype=np.int16)
    counts = np.diff(np.append(starts, n))
    before = np.repeat(np.append(np.int16(0), total)[starts], counts)
    return total - before


def flattened(shade: bytes, columns: int) -> bytes:
    """Return the bytes of a ground as differences modulo 256, across and then down: smooth ones pack well."""
    whole = np.frombuffer(shade, np.uint8).reshape(-1, columns)
    across = np.diff(whole, axis=1, prepend=np.uint8(0))
    return np.diff(across, axis=0, prepend=np.uint8(0)).tobytes()


def raised(differences: bytes, columns: int) -> bytes:
    """Return what `flattened` was given."""
    across = np.cumsum(np.frombuffer(differences, np.uint8).reshape(-1, columns), axis=0, dtype=np.uint8)
    return np.cumsum(across, axis=1, dtype=np.uint8).tobytes()


class Once:
    """Things by content: each is kept once and has a number."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def number(self, content: Any) -> int:
        """Return the number of ``content``; it must be hashable."""
        return self.numbers.setdefault(content, len(self.numbers))

    def __iter__(self) -> Any:
        return iter(self.numbers)


def write(header: dict[str, Any], chunks: list[bytes], grounds: list[bytes]) -> bytes:
    """Return a pack.

    ``chunks`` are points (n, 2) as float32 in panel units; ``grounds`` are shades and palettes, a byte each.
    """
    points = [np.frombuffer(chunk, np.float32).reshape(-1, 2) for chunk in chunks]
    counts = np.array([len(chunk) for chunk in points], dtype=np.int64)
    stacked = np.concatenate([*points, np.empty((0, 2), np.float32)])
    starts = (np.cumsum(counts) - counts)[counts > 0]
    planes, fars = [], []
    for column in stacked.T:
        whole, far = quantise(column)
        planes.append(_differences(whole, starts))
        fars.append(far)
    whole_header = header | {
        "quantum": QUANTUM,
        "chunks": counts.tolist(),
        "far": [len(far) for far in fars],
        "grounds_at": [len(ground) for ground in grounds],
    }
    text = json.dumps(whole_header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    body = [*planes, *(far.astype("<f4").tobytes() for far in fars), *grounds]
    return zlib.compress(b"".join([struct.pack("<I", len(text)), text, *body]), 9)


def read(pack: bytes) -> tuple[dict[str, Any], list[Floats], list[bytes]]:
    """Return the header, the chunks (n, 2) as float32 and the grounds of a pack."""
    raw = zlib.decompress(pack)
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length])
    counts = np.array(header["chunks"], dtype=np.int64)
    n, at = int(counts.sum()), 4 + length
    starts = (np.cumsum(counts) - counts)[counts > 0]
    columns, wholes = [], []
    for _ in range(2):
        wholes.append(_sums(raw[at : at + 2 * n], n, starts))
        at += 2 * n
    for whole, many in zip(wholes, header["far"], strict=True):
        columns.append(restore(whole, np.frombuffer(raw, "<f4", many, at)))
        at += 4 * many
    chunks = np.split(np.stack(columns, axis=-1), np.cumsum(counts)[:-1]) if len(counts) else []
    grounds = []
    for size in header["grounds_at"]:
        grounds.append(raw[at : at + size])
        at += size
    return header, chunks, grounds
