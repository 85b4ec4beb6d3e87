"""Frames in few bytes: what is written comes back to half a quantum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.widgets.packing import QUANTUM, Once, flattened, quantise, raised, read, restore, write

unit = st.floats(-1e4, 1e4, width=32) | st.just(np.nan)


@given(arrays(np.float32, st.integers(0, 30), elements=unit))
def test_a_coordinate_comes_back_to_half_a_quantum_and_a_far_one_exactly(values):
    whole, far = quantise(values)
    assert whole.dtype == np.int16
    back = restore(whole, far)
    near = np.abs(values) < 1.99
    assert back[near] == pytest.approx(values[near], abs=QUANTUM / 2)
    np.testing.assert_array_equal(back[np.abs(values) > 2.01], values[np.abs(values) > 2.01])
    np.testing.assert_array_equal(np.isnan(back), np.isnan(values))


@given(st.lists(st.lists(st.tuples(unit, unit), max_size=6), max_size=5), st.lists(st.binary(max_size=9)))
def test_chunks_and_grounds_come_back(points, grounds):
    chunks = [np.array(chunk, np.float32).reshape(-1, 2) for chunk in points]
    header, back, shades = read(write({"alt": "κ = 30"}, [chunk.tobytes() for chunk in chunks], grounds))
    assert header["alt"] == "κ = 30"
    assert shades == grounds
    assert [len(chunk) for chunk in back] == [len(chunk) for chunk in chunks]
    for chunk, again in zip(chunks, back, strict=True):
        near = ~(np.abs(chunk) > 1.99)
        np.testing.assert_allclose(again[near], chunk[near], atol=QUANTUM / 2, rtol=0)


def test_a_smooth_line_takes_less_than_half_of_its_float32():
    t = np.linspace(0, 1, 1000)
    line = np.stack([t, 0.5 + 0.4 * np.sin(9 * t)], axis=-1).astype(np.float32)
    assert len(write({}, [line.tobytes()], [])) < line.nbytes / 3


@given(st.integers(1, 7), st.binary(max_size=40))
def test_a_ground_comes_back_from_its_differences(columns, shade):
    whole = shade[: len(shade) // columns * columns]
    assert raised(flattened(whole, columns), columns) == whole


def test_a_smooth_ground_takes_a_quarter_of_its_bytes_less():
    x, y = np.meshgrid(*2 * [np.linspace(-2, 2, 81)])
    shade = np.rint(200 * np.exp(-((x - 0.3) ** 2) - 2 * y**2)).astype(np.uint8).tobytes()
    assert len(write({}, [], [flattened(shade, 81)])) < 3 / 4 * len(write({}, [], [shade]))


def test_equal_things_are_kept_once():
    kept = Once()
    assert [kept.number(thing) for thing in ("a", "b", "a")] == [0, 1, 0]
    assert list(kept) == ["a", "b"]
