"""Labelled images: digits and photographs, small enough to come with the course."""

from __future__ import annotations

import bz2
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.datasets.files import DATA_FOLDER, as_folder, kept_while_used, read_checked
from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_array, whole_number

Labels = NDArray[np.int64]
_Number = TypeVar("_Number", np.float64, np.int64)


class _Later:
    """An array that is made when somebody first asks for it, and then kept."""

    def __init__(self, make: Callable[..., Array], *of_what: Any) -> None:
        self._parts: tuple[Any, ...] = (make, *of_what)

    def __call__(self) -> Array:
        if len(self._parts) > 1:
            make, *of_what = self._parts
            self._parts = (make(*of_what),)  # what it was made of may go
        found: Array = self._parts[0]
        return found


class _WhenAsked:
    """A field of a dataclass that takes an array or a `_Later`, and gives the array."""

    def __init__(self, slot: str) -> None:
        self._slot = slot

    def __get__(self, dataset: object, owner: type | None = None) -> Any:
        given = self if dataset is None else vars(dataset)[self._slot]
        return given() if isinstance(given, _Later) else given

    def __set__(self, dataset: object, given: Any) -> None:
        vars(dataset)[self._slot] = given


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images as rows of numbers. Arrays are read-only: loading twice gives the same ones.

    Test images are made, and take memory, when somebody first asks for them.

    Attributes
    ----------
    name : what ``load`` was asked for.
    inputs : (n, d) float64, one flattened image a row.
    targets : (n,) int64, class labels 0 … c−1.
    test_inputs, test_targets : the same for the test images, never used in training.
    class_names : c names, the name of class k at position k.
    image_shape : (height, width) or (height, width, 3); its product is d.
    """

    name: str
    inputs: Array
    targets: Labels
    test_inputs: Array
    test_targets: Labels
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...]

    def __repr__(self) -> str:
        size = "×".join(map(str, self.image_shape))
        return f"<Dataset {self.name!r}: {len(self.inputs)} + {len(self.test_targets)} images of {size}>"

    def subset(self, samples: int, rng: np.random.Generator | None = None) -> Dataset:
        """Return a dataset with ``samples`` training images, every class as often (±1) as any other.

        Without ``rng`` the first images of each class are taken, otherwise a random choice of them.
        The images keep their order, and the test images stay as they are.

        Raises
        ------
        ValueError
            If ``samples`` is not a positive whole number, or a class has too few images.
        TypeError
            If ``rng`` is no generator.
        """
        if rng is not None:
            generator("rng", rng)
        classes = len(self.class_names)
        smallest = int(np.bincount(self.targets, minlength=classes).min())
        most = smallest * classes
        if isinstance(samples, bool) or not isinstance(samples, (int, np.integer)) or not 0 < samples <= most:
            raise ValueError(
                f"samples must be a whole number in 1 … {most} (balanced classes), got {samples!r:.80}"
            )
        chosen = []
        for label in range(classes):
            members = np.flatnonzero(self.targets == label)
            if rng is not None:
                members = rng.permutation(members)
            chosen.append(members[: samples // classes + (label < samples % classes)])
        rows = np.sort(np.concatenate(chosen))
        return replace(
            self,
            inputs=_frozen(self.inputs[rows]),
            targets=_frozen(self.targets[rows]),
            test_inputs=self._tests,
        )

    @property
    def _tests(self) -> Any:
        """The test images as they were given, perhaps not yet made."""
        return vars(self)["_test_inputs"]

    def standardize(self) -> Dataset:
        """Return the dataset with (inputs − mean training image) / σ, for training and test images.

        σ is one number, the root mean square of what remains of all training pixels. Dividing each
        pixel by its own σ would blow up border pixels, which are dark in almost every image.

        Raises
        ------
        ValueError
            If all training images are the same, so that σ is 0.
        """
        mean = self.inputs.mean(axis=0)
        sigma = float(np.sqrt(np.mean((self.inputs - mean) ** 2)))
        if sigma == 0:
            raise ValueError(
                f"inputs must differ from one another to be standardized, got {len(self.inputs)} equal images"
            )
        return replace(
            self,
            inputs=_scaled(self.inputs, mean, sigma),
            test_inputs=_later(_scaled, self._tests, mean, sigma),
        )


# After the class: a dataclass would take it for a default.
setattr(Dataset, "test_inputs", _WhenAsked("_test_inputs"))  # noqa: B010


@dataclass(frozen=True)
class ImageLayout:
    """How a file of labelled images is laid out: rows of (label, pixels) bytes, training rows first."""

    train: int
    test: int
    image_shape: tuple[int, ...]
    class_names: tuple[str, ...]


IMAGES: Mapping[str, ImageLayout] = {
    "mnist-10x10": ImageLayout(10_000, 2_000, (10, 10), tuple("0123456789")),
    "cifar10-10x10": ImageLayout(
        5_000,
        1_000,
        (10, 10, 3),
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
}
"""The sets of images that come with the course, by name."""


def load(name: str = "mnist-10x10", *, folder: str | Path = DATA_FOLDER) -> Dataset:
    """Return a shipped set of labelled images, inputs scaled to 0 (dark) … 1 (bright).

    ``"mnist-10x10"``: 10,000 + 2,000 handwritten digits, d = 100 (LeCun et al. 1998).
    ``"cifar10-10x10"``: 5,000 + 1,000 photographs, d = 300 (Krizhevsky 2009).
    Both are area averages of the original images, with classes equally frequent; ``data/README.md``
    tells sources and licences. Inputs are not centred: see `Dataset.standardize`.

    Raises
    ------
    ValueError
        If the name is unknown, or the file is damaged.
    FileNotFoundError
        If the file is missing.
    """
    if not isinstance(name, str) or name not in IMAGES:
        raise ValueError(f"name must be one of {', '.join(map(repr, IMAGES))}, got {name!r}")
    return _read_images(name, as_folder("folder", folder))


def area_average(images: ArrayLike, size: int) -> Array:
    """Return square images (..., s, s) shrunk to (..., size, size) by exact averages over areas.

    An output pixel covers s/size × s/size input pixels and is their mean, those on its border
    counted by the part inside it: A X Aᵀ with the (size, s) matrix A of overlaps, whose rows sum to 1.

    Raises
    ------
    ValueError
        If the images are not square, or ``size`` is not in 1 … s.
    """
    pixels = real_array("images", images)
    if pixels.ndim < 2 or pixels.shape[-1] != pixels.shape[-2] or pixels.shape[-1] == 0:
        raise ValueError(f"images must have shape (..., s, s), got {pixels.shape}")
    side = pixels.shape[-1]
    size = whole_number("size", size, 1, side)
    left = np.arange(side)
    edges = np.arange(size + 1)[:, None] * (side / size)
    overlap = np.minimum(left + 1, edges[1:]) - np.maximum(left, edges[:-1])
    weights = overlap.clip(min=0.0) * (size / side)
    shrunk: Array = weights @ pixels @ weights.T
    return shrunk


@lru_cache(maxsize=4)
def _bytes_of(name: str, folder: Path) -> bytes:
    return bz2.decompress(read_checked(f"{name}.bz2", folder=folder))


@kept_while_used
def _read_images(name: str, folder: Path) -> Dataset:
    return dataset_from_rows(name, IMAGES[name], np.frombuffer(_bytes_of(name, folder), dtype=np.uint8))


def dataset_from_rows(
    name: str,
    layout: ImageLayout,
    content: NDArray[np.uint8],
    examples: int | None = None,
    test_examples: int | None = None,
) -> Dataset:
    """Return the images in the bytes of a file, or only the first so many of them.

    Raises
    ------
    ValueError
        If a number is not in 1 … what there are.
    """
    rows = content.reshape(layout.train + layout.test, 1 + int(np.prod(layout.image_shape)))
    train, test = rows[: layout.train], rows[layout.train :]  # apart: a subset needs one of them alone
    if examples is not None:
        train = train[: whole_number("examples", examples, 1, layout.train)]
    if test_examples is not None:
        test = test[: whole_number("test_examples", test_examples, 1, layout.test)]
    return Dataset(
        name=name,
        inputs=_brightness(train),
        targets=_frozen(train[:, 0].astype(np.int64)),
        test_inputs=_later(_brightness, test),
        test_targets=_frozen(test[:, 0].astype(np.int64)),
        class_names=layout.class_names,
        image_shape=layout.image_shape,
    )


def _later(make: Callable[..., Array], *of_what: Any) -> Any:
    return _Later(make, *of_what)  # for the type checker what it becomes


def _brightness(rows: NDArray[np.uint8]) -> Array:
    return _frozen(rows[:, 1:] / 255.0)


def _scaled(images: Array | _Later, mean: Array, sigma: float) -> Array:
    pixels = images() if isinstance(images, _Later) else images
    return _frozen((pixels - mean) / sigma)


def _frozen(array: NDArray[_Number]) -> NDArray[_Number]:
    array.setflags(write=False)
    return array
