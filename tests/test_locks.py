"""The lock of the operating system on an open file."""

import os

import pytest

from course_utils.locks import seize


def test_a_file_is_seized_once_and_free_again_when_it_is_closed(tmp_path):
    (tmp_path / "lock").write_bytes(b"x")
    first, second = (os.open(tmp_path / "lock", os.O_RDWR) for _ in range(2))
    try:
        seize(first)
        with pytest.raises((BlockingIOError, PermissionError)):
            seize(second)
        os.close(first)
        seize(second)
    finally:
        os.close(second)
