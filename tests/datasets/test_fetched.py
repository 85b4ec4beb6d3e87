"""The large digits: absent they are asked for in one sentence; present they are those of the small set."""

import hashlib

import numpy as np
import pytest

from course_utils.datasets import FETCHED_FOLDER, MNIST_FILE, area_average, fetched, load, load_mnist

fetched_here = pytest.mark.skipif(
    not (FETCHED_FOLDER / MNIST_FILE).exists(), reason="the large digits are not fetched (data/README.md)"
)


def test_where_they_are_absent_one_sentence_tells_how_to_get_them(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"mnist-28x28\.bin is missing: .*`python data/make\.py mnist-28x28`"
    ):
        load_mnist(folder=tmp_path)


def test_damage_is_noticed(tmp_path):
    (tmp_path / MNIST_FILE).write_bytes(b"digits")
    with pytest.raises(ValueError, match=r"mnist-28x28\.bin is damaged: its SHA-256 is .* Fetch it again"):
        load_mnist(folder=tmp_path)


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Return a folder with a file of random digits in the layout of the large ones, and what it holds."""
    layout = fetched.MNIST_LAYOUT
    rows = np.zeros((layout.train + layout.test, 785), dtype=np.uint8)
    rows[:, 0] = np.arange(len(rows)) % 10
    rows[:, 1] = np.arange(len(rows)) % 251
    content = rows.tobytes()
    (tmp_path / MNIST_FILE).write_bytes(content)
    monkeypatch.setattr(fetched, "MNIST_SHA256", hashlib.sha256(content).hexdigest())
    return tmp_path


def test_the_first_images_are_taken_in_their_order(stand_in):
    digits = load_mnist(40, 20, folder=stand_in)
    assert digits.inputs.shape == (40, 784)
    assert digits.test_inputs.shape == (20, 784)
    assert digits.image_shape == (28, 28)
    assert digits.targets.tolist() == [k % 10 for k in range(40)]
    np.testing.assert_allclose(digits.inputs[:, 0], np.arange(40) / 255)
    np.testing.assert_allclose(digits.test_inputs[:, 0], (60_000 + np.arange(20)) % 251 / 255)
    assert not digits.inputs.flags.writeable
    for settings in ({"examples": 0}, {"examples": 60_001}, {"examples": 5, "test_examples": 10_001}):
        with pytest.raises(ValueError, match=list(settings)[-1]):
            load_mnist(**settings, folder=stand_in)


@fetched_here
def test_the_small_digits_are_averages_of_the_large_ones():
    large = load_mnist(2_000, 500)
    small = load()
    shrunk = np.rint(255 * area_average(large.test_inputs.reshape(-1, 28, 28), 10)).reshape(-1, 100)
    known = {row.tobytes() for row in np.rint(255 * small.test_inputs).astype(np.uint8)}
    found = sum(row.tobytes() in known for row in shrunk.astype(np.uint8))
    assert found >= 90  # 2,000 of the 10,000 test digits are in the small set
    assert large.inputs.max() == 1.0
    assert np.bincount(large.targets).min() > 170
