"""The shipped images are what they say."""

import gc
import pickle
import shutil
import tracemalloc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from course_utils.datasets import DATA_FOLDER, IMAGES, area_average, load


@pytest.mark.parametrize(
    ("name", "train", "test", "shape"),
    [("mnist-10x10", 10_000, 2_000, (10, 10)), ("cifar10-10x10", 5_000, 1_000, (10, 10, 3))],
)
def test_images_have_the_promised_shape_scale_and_balance(name, train, test, shape):
    data = load(name)
    assert data.image_shape == shape
    assert data.inputs.shape == (train, np.prod(shape))
    assert data.test_inputs.shape == (test, np.prod(shape))
    assert data.inputs.dtype == data.test_inputs.dtype == np.float64
    assert data.inputs.min() == data.test_inputs.min() == 0.0
    assert 0.99 < data.inputs.max() <= 1.0
    assert np.bincount(data.targets).tolist() == [train // 10] * 10
    assert np.bincount(data.test_targets).tolist() == [test // 10] * 10
    assert len(data.class_names) == 10
    assert load(name) is data, "a second load costs nothing"


def test_a_dataset_of_which_only_a_part_is_used_is_let_go(tmp_path):
    for name in ("mnist-10x10.bz2", "SHA256SUMS"):
        shutil.copy(DATA_FOLDER / name, tmp_path)  # a file that nobody else has read
    whole = load(folder=tmp_path)
    part, images = whole.subset(10), weakref.ref(whole)
    del whole
    gc.collect()
    assert images() is None
    assert part.test_inputs.base is None, "nor do its test images hold the others"


@pytest.mark.parametrize(("name", "least"), [("mnist-10x10", 0.85), ("cifar10-10x10", 0.33)])
def test_labels_belong_to_their_images(name, least):
    """Least squares on the pixels reads 86.6 % of the digits and 37 % of the photographs; chance is 10 %."""
    data = load(name)
    pixels = np.column_stack([data.inputs, np.ones(len(data.inputs))])
    weights = np.linalg.lstsq(pixels, np.eye(10)[data.targets], rcond=None)[0]
    guesses = np.column_stack([data.test_inputs, np.ones(len(data.test_inputs))]) @ weights
    assert (guesses.argmax(axis=1) == data.test_targets).mean() > least


def test_no_test_image_is_a_training_image():
    for name in IMAGES:
        data = load(name)
        assert not {row.tobytes() for row in data.inputs} & {row.tobytes() for row in data.test_inputs}


def test_arrays_cannot_be_changed_by_accident():
    data = load()
    for array in (data.inputs, data.targets, data.subset(10).inputs, data.standardize().test_inputs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("samples", [1, 10, 25, 1000, 10_000])
def test_subset_is_balanced_and_keeps_pairs(samples):
    data = load()
    label_of = {row.tobytes(): label for row, label in zip(data.inputs, data.targets, strict=True)}
    for rng in (None, np.random.default_rng(3)):
        part = data.subset(samples, rng)
        counts = np.bincount(part.targets, minlength=10)
        assert counts.sum() == samples
        assert np.ptp(counts) <= 1
        assert all(
            label_of[row.tobytes()] == label for row, label in zip(part.inputs, part.targets, strict=True)
        )
        assert part.test_inputs is data.test_inputs


def test_subset_is_set_by_its_generator():
    data = load()
    chosen = [data.subset(200, np.random.default_rng(seed)).inputs for seed in (1, 1, 2)]
    assert np.array_equal(chosen[0], chosen[1])
    assert not np.array_equal(chosen[0], chosen[2])


@pytest.mark.parametrize("samples", [0, -5, 10_001])
def test_impossible_subset_is_refused(samples):
    with pytest.raises(ValueError, match=rf"samples must be a whole number in 1 … 10000 .*, got {samples}"):
        load().subset(samples)


def test_standardize_uses_the_training_images_only():
    data = load().subset(500)
    standard = data.standardize()
    assert np.allclose(standard.inputs.mean(axis=0), 0.0, atol=1e-12)
    assert np.isclose(np.mean(standard.inputs**2), 1.0)
    # One affine map for both parts: differences between images shrink by the same factor.
    factor = np.linalg.norm(data.inputs[1] - data.inputs[0]) / np.linalg.norm(
        standard.inputs[1] - standard.inputs[0]
    )
    assert np.allclose(
        (standard.test_inputs[1] - standard.test_inputs[0]) * factor,
        data.test_inputs[1] - data.test_inputs[0],
    )


def test_area_average_agrees_with_a_fine_grid():
    """Repeating every pixel ten times makes 28 → 10 an average over whole blocks."""
    images = np.random.default_rng(0).uniform(size=(3, 28, 28))
    fine = images.repeat(10, axis=-1).repeat(10, axis=-2).reshape(3, 10, 28, 10, 28)
    assert np.allclose(area_average(images, 10), fine.mean(axis=(2, 4)))
    assert np.allclose(area_average(images, 28), images)
    assert np.allclose(area_average(images, 1)[..., 0, 0], images.mean(axis=(1, 2)))


def test_area_average_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match=r"images must have shape \(\.\.\., s, s\), got \(3, 4\)"):
        area_average(np.zeros((3, 4)), 2)
    with pytest.raises(ValueError, match=r"size must be a whole number in 1 … 4, got 5"):
        area_average(np.zeros((4, 4)), 5)


def test_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match="name must be one of 'mnist-10x10', 'cifar10-10x10', got 'mnist'"):
        load("mnist")


@pytest.mark.parametrize("samples", [2.5, "10", True, None, [10]], ids=str)
def test_samples_are_a_whole_number(samples):
    with pytest.raises(ValueError, match=r"samples must be a whole number in 1 … 10000 .*, got "):
        load("mnist-10x10").subset(samples)


BAD = {
    "rng": (lambda: load().subset(10, rng=0), "rng must be a generator"),
    "name": (lambda: load(["mnist-10x10"]), "name must be one of"),
    "folder": (lambda: load(folder=3), "folder must be the path of a folder, got 3"),
    "complex": (lambda: area_average(np.ones((4, 4)) * 1j, 2), "images must hold real numbers"),
    "nothing": (lambda: area_average(np.ones((0, 0)), 1), "images must have shape"),
    "size": (lambda: area_average(np.ones((4, 4)), 2.0), "size must be a whole number in 1 … 4, got 2.0"),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_named(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_equal_images_cannot_be_standardized():
    dark = replace(load().subset(10), inputs=np.zeros((10, 100)))
    with pytest.raises(ValueError, match="inputs must differ from one another"):
        dark.standardize()


def test_test_images_take_no_memory_until_somebody_asks_and_travel_like_all_others():
    loaded = load()
    standard = replace(loaded, test_inputs=loaded.test_inputs).subset(500).standardize()
    tracemalloc.start()
    try:
        waiting = loaded.subset(500).standardize()
        before = tracemalloc.get_traced_memory()[0]
        made = waiting.test_inputs
        assert tracemalloc.get_traced_memory()[0] - before > 0.9 * made.nbytes, "they were there before"
    finally:
        tracemalloc.stop()
    assert waiting.test_inputs is made
    travelled = pickle.loads(pickle.dumps(loaded.subset(500).standardize()))
    assert np.array_equal(made, standard.test_inputs)
    assert np.array_equal(made, travelled.test_inputs)
