"""Plain data: numbers, texts, arrays and collections of these, as JSON.

What comes from a student's kernel is read by `decode` and by nothing else (never unpickled). What NumPy
reads as numbers, a deque or a tensor, becomes a list or an array. Whatever is not plain then becomes an
`Opaque`, which equals nothing and cannot be computed with.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from course_utils.checking.sandbox import Stop

MOST_BYTES = 20_000_000  # of one value; more is opaque
_DEEPEST = 30
_DTYPE = re.compile(r"[<>|=](\?|[biufcSUmM]\d+(\[\d*[a-zA-Zμ]+\])?)|[<>|=]b1")
_EXACT = 2**53
_LONGEST = 20_000  # digits of a number, those of hexadecimal ones too; to compute with more takes for ever
_LONGEST_RANGE = 1_000_000
_FOREIGN = 200  # bytes that an object of another kind counts: to ask it for its numbers takes a while


class Opaque:
    """Stands for a value that is not plain data. Comparing or computing with it raises TypeError."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return f"<an object of type {self.kind}>"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"an object of type {self.kind} is not a number, text, array or collection of these")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __iter__ = __contains__ = __getitem__ = __float__ = __int__ = __array__ = _refuse
    __hash__ = object.__hash__


class Flattened(np.ndarray[Any, Any]):
    """A matrix of one row or column as a vector: whoever computes with `np.matrix` has no other.

    Attributes
    ----------
    was : its shape as a matrix.
    """

    was: tuple[int, ...] = ()


def two_axes(value: Any) -> Any:
    """Return a matrix of one row or column with its two axes again, for where two are asked for."""
    return np.asarray(value).reshape(value.was) if isinstance(value, Flattened) and value.was else value


def encode(value: Any) -> Any:
    """Turn a value into something that `json.dumps` takes; what is not plain becomes opaque."""
    return _Encoder().encode(value, 0)


def known(value: Any, deep: int = 2) -> Any:
    """Return a value in the form in which it arrives from a student's kernel, a deque as a list.

    Lists and tuples are looked into as deep as told, and what is opaque stays as it is.
    """
    if isinstance(value, list | tuple) and deep and len(value) <= _LOOKED_INTO:
        items = [known(item, deep - 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if callable(value) or (isinstance(value, _KNOWN) and not isinstance(value, np.matrix)):
        return value
    came = decode(encode(value))
    return value if isinstance(came, Opaque) else came


class _Encoder:
    def __init__(self) -> None:
        self.left = MOST_BYTES

    def encode(self, value: Any, depth: int) -> Any:
        self.left -= 16
        if depth > _DEEPEST or self.left < 0:
            return ["opaque", "a collection too deep or too large"]
        if value is None or value is True or value is False:
            return value
        if value is ...:
            return ["ellipsis"]
        if isinstance(value, np.generic | np.ndarray):
            return self.array(value, depth)
        if isinstance(value, str):
            text = str.__str__(value)  # a member of an Enum would call itself by its name
            self.left -= len(text)
            return text if self.left >= 0 else ["opaque", "a text too long"]
        if isinstance(value, int):
            number = int.__index__(value)
            return number if abs(number) < _EXACT else _written("int", hex(number))
        if isinstance(value, float):
            return ["float", float.__float__(value).hex()]
        if isinstance(value, complex):
            return ["complex", value.real.hex(), value.imag.hex()]
        if isinstance(value, bytes):
            self.left -= len(value)
            return ["bytes", _base64(value)] if self.left >= 0 else ["opaque", "bytes"]
        return self.collection(value, depth)

    def array(self, value: np.generic | np.ndarray[Any, Any], depth: int) -> Any:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            items = array.ravel().tolist() if array.size < MOST_BYTES / 16 else []
            if len(items) < array.size:
                return ["opaque", "an array too large"]
            return ["objects", list(array.shape), [self.encode(item, depth + 1) for item in items]]
        self.left -= array.nbytes
        if self.left < 0 or not _DTYPE.fullmatch(array.dtype.str):
            return ["opaque", f"an array of shape {array.shape} and type {array.dtype}"]
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        kind = "matrix" if isinstance(value, np.matrix) else kind
        return [kind, array.dtype.str, list(array.shape), _base64(np.ascontiguousarray(array).tobytes())]

    def collection(self, value: Any, depth: int) -> Any:
        for kind in (list, tuple, set, frozenset):
            if isinstance(value, kind):
                if len(value) > MOST_BYTES / 16:
                    return ["opaque", f"a {kind.__name__} too long"]
                return [kind.__name__, [self.encode(item, depth + 1) for item in value]]
        if isinstance(value, Mapping) and len(value) < MOST_BYTES / 32:
            pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()]
            return ["dict", pairs]
        if isinstance(value, range):
            if value[_LONGEST_RANGE:]:
                return ["opaque", "a range too long"]
            return _written("range", *(hex(end) for end in (value.start, value.stop, value.step)))
        if isinstance(value, Fraction):
            return _written("fraction", hex(value.numerator), hex(value.denominator))
        if isinstance(value, Decimal):
            return _written("decimal", str(value))
        return self.foreign(value, depth)

    def foreign(self, value: Any, depth: int) -> Any:
        """Encode what NumPy reads as an array, a sequence or a number, if it lets itself be read."""
        self.left -= _FOREIGN
        name = type(value).__name__
        try:
            if _is_buffer(value):
                return self.array(np.asarray(value), depth)
            if _has(value, "__len__", "__getitem__"):
                most = max(self.left // 16, 0)
                items = list(islice(value, most + 1))
                if len(items) > most:
                    return ["opaque", f"a {name} too long"]
                return ["list", [self.encode(item, depth + 1) for item in items]]
            if _has(value, "__float__") or _has(value, "__index__"):
                return _written("decimal", str(Decimal(float(value))))  # as NumPy, which makes no float of it
        except Stop:
            raise
        except BaseException as error:
            return ["opaque", f"{name}, whose numbers cannot be read ({type(error).__name__})"]
        return ["opaque", name]


def _has(value: Any, *methods: str) -> bool:
    return all(callable(getattr(type(value), method, None)) for method in methods)


def _is_buffer(value: Any) -> bool:
    """Whether an object gives an array of itself, or lies in memory as one."""
    if _has(value, "__array__") or any(
        hasattr(type(value), one) for one in ("__array_interface__", "__array_struct__")
    ):
        return True
    try:
        memoryview(value)
    except TypeError:
        return False
    return True


_LOOKED_INTO = 1000  # items; NumPy reads what longer lists hold
_KNOWN = (type(None), int, float, complex, str, np.ndarray, np.generic, list, tuple, dict, set)


def _written(kind: str, *digits: str) -> list[str]:
    too_long = any(len(text) > _LONGEST for text in digits)
    return ["opaque", f"{kind} with too many digits"] if too_long else [kind, *digits]


def decode(data: Any) -> Any:
    """Read what `encode` made. Malformed data becomes opaque, whatever it is; nothing is executed."""
    try:
        return _decode(data, 0)
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError, MemoryError):
        return Opaque("malformed data")


def _decode(data: Any, depth: int) -> Any:
    if data is None or isinstance(data, bool | str | int):
        return data
    if depth > _DEEPEST + 2 or not isinstance(data, list):
        raise ValueError("not plain data")
    kind, *rest = data
    if kind in _COLLECTIONS:
        return _COLLECTIONS[kind](_decode(item, depth + 1) for item in rest[0])
    if kind == "dict":
        return {_decode(key, depth + 1): _decode(value, depth + 1) for key, value in rest[0]}
    if kind == "objects":
        shape = _shape(rest[0])
        array = np.empty(len(rest[1]), dtype=object)
        for index, item in enumerate(rest[1]):
            array[index] = _decode(item, depth + 1)
        return array.reshape(shape)
    return _SIMPLE[kind](*rest)


def _array(dtype: str, shape: list[int], data: str) -> np.ndarray[Any, Any]:
    if not _DTYPE.fullmatch(dtype):
        raise ValueError("not a type of plain data")
    raw, wanted = b64decode(data, validate=True), _shape(shape)
    if not raw:
        return np.empty(wanted, dtype) if 0 in wanted else np.empty(wanted, dtype)[:0]
    return np.frombuffer(raw, np.dtype(dtype)).reshape(wanted).copy()


def _matrix(dtype: str, shape: list[int], data: str) -> np.ndarray[Any, Any]:
    array = _array(dtype, shape, data)
    if 1 not in array.shape:
        return array
    vector = array.ravel().view(Flattened)
    vector.was = array.shape
    return vector


def _shape(shape: list[int]) -> tuple[int, ...]:
    if not all(isinstance(n, int) and 0 <= n <= MOST_BYTES for n in shape) or len(shape) > 32:
        raise ValueError("not a shape")
    return tuple(shape)


def _integer(text: str) -> int:
    return int(_short(text), 16)


def _range(*ends: str) -> range:
    value = range(*map(_integer, ends))
    if value[_LONGEST_RANGE:]:
        raise ValueError("a range too long")
    return value


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError("a number with too many digits")
    return text


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


_COLLECTIONS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
_SIMPLE: dict[str, Any] = {
    "ellipsis": lambda: ...,
    "int": _integer,
    "float": float.fromhex,
    "complex": lambda real, imag: complex(float.fromhex(real), float.fromhex(imag)),
    "bytes": lambda data: b64decode(data, validate=True),
    "array": _array,
    "matrix": _matrix,
    "scalar": lambda dtype, shape, data: _array(dtype, shape, data)[()],
    "range": _range,
    "fraction": lambda top, bottom: Fraction(_integer(top), _integer(bottom)),
    "decimal": lambda text: Decimal(_short(text)),
    "opaque": Opaque,
}
