"""Right values that can be recognised and not read."""

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.checking.sealed import (
    decode_seal,
    encode_seal,
    lock,
    seal_array,
    seal_number,
    seal_word,
    unlock,
)

SIZES = st.floats(1e-12, 1e12)


@given(
    size=SIZES,
    sign=st.sampled_from([-1.0, 1.0]),
    rtol=st.sampled_from([1e-6, 1e-3, 0.01, 0.07, 0.4]),
    share=st.floats(-1.5, 1.5),
)
@example(size=991.0, sign=1.0, rtol=1e-6, share=1.0)
@example(size=169.0, sign=1.0, rtol=0.006, share=1 / 1.014)  # one step of 169 more
def test_a_number_is_recognised_within_its_tolerance_and_not_beyond(size, sign, rtol, share):
    right = sign * size
    sealed = seal_number(right, [rtol], "a task")
    x = right * (1 + share * rtol)
    if abs(share) < 1 - 1e-6:
        assert sealed.admits(x, rtol)
    if abs(share) > 1 + 1 / 100:
        assert not sealed.admits(x, rtol)
    assert not sealed.admits(-right, rtol)
    assert not sealed.admits(0.0, rtol)


def test_zero_has_an_absolute_tolerance():
    sealed = seal_number(0.0, [1e-3], "a task")
    assert all(sealed.admits(x, 1e-3) for x in (0.0, 1e-3, -9e-4, 1e-300))
    assert not sealed.admits(2e-3, 1e-3)
    assert not sealed.admits(1.0, 1e-3)
    assert not seal_number(1e-9, [1e-3], "a task").admits(0.0, 1e-3)


def test_what_was_not_sealed_cannot_be_asked():
    assert not seal_number(2.0, [1e-3], "a task").admits(2.0, 0.5)


@pytest.mark.parametrize("right", [[0.1, 0.4], [-3.0, 0.0, 1e-5], [[5.0, -2.0], [0.3, 7.0]]])
def test_entries_are_right_within_the_tolerance_of_the_largest(right):
    right, rtol = np.array(right), 1e-3
    sealed = seal_array(right, rtol, "a task")
    scale, rng = abs(right).max(), np.random.default_rng(0)
    for _ in range(20):
        off = rng.uniform(-1.4, 1.4, right.shape)
        off[abs(abs(off) - 1) < 0.02] = 0.0
        # If the largest is wrong, nothing can be said of the others.
        off.flat[int(abs(right).argmax())] = rng.uniform(-0.98, 0.98)
        wrong = sealed.off(right + rtol * scale * off)
        np.testing.assert_array_equal(wrong, abs(off.ravel()) > 1)
    assert sealed.off(2 * right + 1).all()


def test_an_array_of_zeros_has_an_absolute_tolerance():
    sealed = seal_array(np.zeros(2), 1e-3, "a task")
    assert sealed.off(np.array([9e-4, -9e-4])).tolist() == [False, False]
    assert sealed.off(np.array([9e-4, -1.1e-3])).all()


def test_a_word_is_recognised():
    sealed = seal_word("about as many", "a task")
    assert sealed.token("about as many") == "about as many"
    assert sealed.token("one step") is None
    assert seal_word("about as many", "another task").digest != sealed.digest


@pytest.mark.parametrize(
    "sealed",
    [
        seal_number(15.0, [1e-3, 0.02], "hw99.1 part"),
        seal_word("never", "hw99.1 part"),
        seal_array(np.array([0.12345, 2.0]), 1e-3, "hw99.1 part"),
    ],
)
def test_seals_are_stored_as_digests_alone(sealed):
    stored = json.loads(json.dumps(encode_seal(sealed)))
    assert decode_seal(stored, "hw99.1 part") == sealed
    assert not any(secret in json.dumps(stored) for secret in ("15", "never", "12345", "2.0"))


def test_a_text_opens_to_its_key_alone():
    locked = lock("H = (diag(p) − ppᵀ) ⊗ aaᵀ", "+123|never")
    assert "diag" not in locked
    assert unlock(locked, "+123|never") == "H = (diag(p) − ppᵀ) ⊗ aaᵀ"
    assert unlock(locked, "+124|never") != "H = (diag(p) − ppᵀ) ⊗ aaᵀ"
