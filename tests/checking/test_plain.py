"""What may come from a student's kernel, and what becomes of everything else."""

from __future__ import annotations

import json
import pickle
from array import array as machine_array
from collections import UserList, deque
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_utils.checking.plain import Opaque, decode, encode, known, two_axes
from course_utils.checking.predicates import array

simple = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
    | st.fractions()
    | st.just(...)
)
plain = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)


def across(value):
    return decode(json.loads(json.dumps(encode(value))))


@given(plain)
def test_plain_values_arrive_as_they_are(value):
    came = across(value)
    assert came == value
    assert type(came) is type(value)


@given(arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(min_dims=0, min_side=0)))
def test_arrays_arrive_as_they_are(array):
    came = across(array)
    assert came.dtype == array.dtype
    assert came.shape == array.shape
    assert came.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "value",
    [np.float64(0.1), np.int32(3), np.bool_(True), np.str_("x"), np.float32(1e-3)],
)
def test_numpy_scalars_arrive_as_they_are(value):
    assert across(value) == value
    assert type(across(value)) is type(value)


def test_collections_arrive_as_they_are():
    ragged = np.array([None, [1, 2], "x"], dtype=object)
    assert across(ragged).tolist() == ragged.tolist()
    assert across({1, 2}) == {1, 2}
    assert across(frozenset("ab")) == frozenset("ab")
    assert across(range(2, 10**20, 10**18)) == range(2, 10**20, 10**18)
    assert across(Decimal("0.1")) == Decimal("0.1")
    assert across(Fraction(1, 3)) == Fraction(1, 3)
    assert np.isnan(across(float("nan")))
    assert across(-float("inf")) == -float("inf")


def test_a_matrix_of_one_row_or_column_arrives_as_a_vector():
    for shape in ((1, 3), (3, 1)):
        came = across(np.arange(3.0).reshape(shape).view(np.matrix))
        assert came.tolist() == [0.0, 1.0, 2.0]
        assert two_axes(came).shape == shape
        assert array(np.arange(3.0).reshape(shape))(came).is_correct  # where two axes are asked for
        assert array(np.arange(3.0))(came).is_correct
        assert not array(np.arange(3.0).reshape(shape))(across(np.arange(3.0))).is_correct
    assert across(np.ones((2, 3)).view(np.matrix)).shape == (2, 3)


@pytest.mark.parametrize(
    "huge",
    [range(10**10), range(10**30), 10**100_000, Fraction(10**100_000, 3), Fraction(3, 10**100_000)],
    ids=lambda huge: type(huge).__name__,
)
def test_what_would_take_for_ever_to_compute_with_is_opaque(huge):
    assert type(across(huge)) is Opaque
    assert type(across([1, huge])[1]) is Opaque


@pytest.mark.parametrize(
    "forged",
    [
        ["range", "0x0", hex(10**10), "0x1"],
        ["int", hex(10**100_000)],
        ["fraction", hex(10**100_000), "0x3"],
        ["decimal", "1" * 100_000],
    ],
    ids=lambda forged: forged[0],
)
def test_nor_is_it_read_from_whoever_writes_it(forged):
    assert type(decode(forged)) is Opaque


def test_decimals_of_too_many_digits_are_opaque():
    assert type(across(Decimal("1" * 100_000))) is Opaque
    assert across(Decimal("1e999999999")) == Decimal("1e999999999")


class Asked:
    """Answers with what it is told: a number, a text, or what it raises."""

    def __init__(self, **answers):
        self.answers = answers

    def reply(self, name):
        answer = self.answers[name]
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Number(Asked):
    def __float__(self):
        return self.reply("float")


class Tensor(Asked):
    def __array__(self, dtype=None, copy=None):
        return self.reply("array")


class Row(Asked):
    def __len__(self):
        return self.answers.get("length", 2)

    def __getitem__(self, place):
        return self.reply("item")


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (deque([1, 2.5]), [1, 2.5]),
        (UserList([1, deque([2])]), [1, [2]]),
        ({"a": deque([3])}, {"a": [3]}),
        (Number(float=0.25), Decimal("0.25")),
        ([Number(float=3.0), Number(float=float("inf"))], [Decimal(3), Decimal("inf")]),
        (Enum("Word", {"a": "less than a tenth"}, type=str).a, "less than a tenth"),
        (IntEnum("Count", "a b").b, 2),
    ],
)
def test_what_numpy_reads_as_numbers_arrives(value, came):
    assert across(value) == came
    assert type(across(value)) is type(came)


@pytest.mark.parametrize(
    "value",
    [machine_array("d", [1, 2]), memoryview(np.array([1.0, 2.0])), Tensor(array=np.array([1.0, 2.0]))],
)
def test_buffers_and_tensors_arrive_as_arrays(value):
    for came in (across(value), across([value])[0], known(value)):
        np.testing.assert_array_equal(came, [1.0, 2.0], strict=True)


@pytest.mark.parametrize(
    "lying",
    [
        Tensor(array=RuntimeError("requires grad")),
        Tensor(array=KeyboardInterrupt()),
        Tensor(array=7),
        Tensor(array=np.broadcast_to(0.0, (10**6, 10**6))),
        Number(float=RuntimeError()),
        Number(float="7"),
        Row(item=1),  # without end
        Row(item=RuntimeError()),
        Row(length=RuntimeError(), item=1),
    ],
)
def test_what_lies_about_its_numbers_is_opaque_and_nothing_else_is(lying, monkeypatch):
    monkeypatch.setattr("course_utils.checking.plain.MOST_BYTES", 1_000_000)
    assert isinstance(across(lying), Opaque)
    assert [type(one) for one in across([1, lying])] == [int, Opaque]
    assert known(lying) is lying


def test_sequences_within_themselves_end(monkeypatch):
    monkeypatch.setattr("course_utils.checking.plain.MOST_BYTES", 1_000_000)
    endless = Tensor(array=np.empty(2, dtype=object))
    endless.answers["array"][:] = endless
    assert len(json.dumps(encode(endless))) < 1_000_000


class Equal:
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize("value", [Equal(), object(), np, (n for n in "ab"), Exception("x"), len])
def test_anything_else_equals_nothing(value):
    came = across(value)
    assert isinstance(came, Opaque)
    for compare in (lambda: came == 1, lambda: came != 1, lambda: came < 1, lambda: bool(came)):
        with pytest.raises(TypeError, match="is not a number, text, array"):
            compare()
    with pytest.raises(TypeError):
        np.allclose(came, 1.0)


def test_what_is_endless_or_too_large_is_opaque(monkeypatch):
    endless: list = []
    endless.append(endless)
    came = across(endless)
    for _ in range(40):
        came = came[0] if isinstance(came, list) else came
    assert isinstance(came, Opaque)
    monkeypatch.setattr("course_utils.checking.plain.MOST_BYTES", 1000)
    assert isinstance(across(np.zeros(1000)), Opaque)
    assert isinstance(across("x" * 2000), Opaque)
    assert isinstance(across([0] * 100), Opaque)


@pytest.mark.parametrize(
    "data",
    [
        1.5,
        {},
        [],
        ["nonsense"],
        [["array"]],
        ["array"],
        ["array", "O", [1], "AAAAAAAAAAA="],
        ["array", "|O8", [1], "AAAAAAAAAAA="],
        ["array", "<f8", [10**9, 10**9], ""],
        ["array", "<f8", [-1], "AAAAAAAAAAA="],
        ["array", "<f8", [2], "AAAAAAAAAAA="],
        ["array", "<f8", [1], "no base 64"],
        ["array", "f8,i4", [1], "AAAAAAAAAAA="],
        ["int", "x"],
        ["range", "0x0", "0x1", "0x0"],
        ["fraction", "0x1", "0x0"],
        ["dict", [[["list", []], 1]]],
        ["list", 7],
        ["objects", [3], [1]],
        ["float", 1],
        ["decimal", ["list"]],
        "x",
    ],
)
def test_forged_data_is_read_without_harm(data):
    came = decode(data)
    assert isinstance(came, Opaque) or came == data == "x"


def test_nothing_is_unpickled():
    raw = pickle.dumps(Equal())
    assert decode(["bytes", "gASVHQAAAAAAAAA="]) != raw
    assert isinstance(decode(["pickle", "gASVHQAAAAAAAAA="]), Opaque)
