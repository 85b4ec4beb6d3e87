"""Small real data: digits, photographs and a text, checked against their SHA-256 on loading."""

from __future__ import annotations

import bz2
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array

Labels = NDArray[np.int64]
_Number = TypeVar("_Number", np.float64, np.int64)

DATA_FOLDER = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images as rows of numbers. Arrays are read-only: loading twice gives the same ones.

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
        return f"<Dataset {self.name!r}: {len(self.inputs)} + {len(self.test_inputs)} images of {size}>"

    def subset(self, samples: int, rng: np.random.Generator | None = None) -> Dataset:
        """Return a dataset with ``samples`` training images, every class as often (±1) as any other.

        Without ``rng`` the first images of each class are taken, otherwise a random choice of them.
        The images keep their order, and the test images stay as they are.

        Raises
        ------
        ValueError
            If ``samples`` is not positive, or a class has too few images.
        """
        classes = len(self.class_names)
        smallest = int(np.bincount(self.targets, minlength=classes).min())
        if not 0 < samples <= smallest * classes:
            raise ValueError(f"samples must be in 1 … {smallest * classes} (balanced classes), got {samples}")
        chosen = []
        for label in range(classes):
            members = np.flatnonzero(self.targets == label)
            if rng is not None:
                members = rng.permutation(members)
            chosen.append(members[: samples // classes + (label < samples % classes)])
        rows = np.sort(np.concatenate(chosen))
        return replace(self, inputs=_frozen(self.inputs[rows]), targets=_frozen(self.targets[rows]))

    def standardize(self) -> Dataset:
        """Return the dataset with (inputs − mean training image) / σ, for training and test images.

        σ is one number, the root mean square of what remains of all training pixels. Dividing each
        pixel by its own σ would blow up border pixels, which are dark in almost every image.
        """
        mean = self.inputs.mean(axis=0)
        sigma = float(np.sqrt(np.mean((self.inputs - mean) ** 2)))
        return replace(
            self,
            inputs=_frozen((self.inputs - mean) / sigma),
            test_inputs=_frozen((self.test_inputs - mean) / sigma),
        )


@dataclass(frozen=True, eq=False)
class TextDataset:
    """A text as integer codes, for a network that reads one character after another.

    Attributes
    ----------
    name : where the text comes from.
    train, test : (n,) and (m,) int64 codes; the test text is never used in training.
    vocabulary : the distinct characters; the code of a character is its position here.
    """

    name: str
    train: Labels
    test: Labels
    vocabulary: str

    def __repr__(self) -> str:
        sizes = f"{len(self.train)} + {len(self.test)} characters, {len(self.vocabulary)} distinct"
        return f"<TextDataset {self.name!r}: {sizes}>"

    @classmethod
    def from_strings(cls, name: str, train: str, test: str) -> TextDataset:
        """Return the dataset of any two strings; the vocabulary is sorted and covers both.

        Raises
        ------
        ValueError
            If either string is empty.
        """
        for argument, text in (("train", train), ("test", test)):
            if not text:
                raise ValueError(f"{argument} must be a text of at least one character, got an empty one")
        vocabulary = "".join(sorted(set(train + test)))
        return cls(name, _encode(train, vocabulary), _encode(test, vocabulary), vocabulary)

    def encode(self, text: str) -> Labels:
        """Return the codes of ``text``, shape (len(text),).

        Raises
        ------
        ValueError
            If a character is not in the vocabulary.
        """
        unknown = sorted(set(text) - set(self.vocabulary))
        if unknown:
            raise ValueError(f"text must use the characters of the vocabulary only, got {unknown}")
        return _encode(text, self.vocabulary)

    def decode(self, codes: ArrayLike) -> str:
        """Return the text that one-dimensional integer ``codes`` stand for."""
        return "".join(self.vocabulary[code] for code in np.asarray(codes, dtype=np.int64))


@dataclass(frozen=True)
class _Images:
    """How a file of labelled images is laid out: rows of (label, pixels) bytes, training rows first."""

    train: int
    test: int
    image_shape: tuple[int, ...]
    class_names: tuple[str, ...]


IMAGES: Mapping[str, _Images] = {
    "mnist-10x10": _Images(10_000, 2_000, (10, 10), tuple("0123456789")),
    "cifar10-10x10": _Images(
        5_000,
        1_000,
        (10, 10, 3),
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
}
_TEXT = "pride-and-prejudice"
_TEST_SHARE = 0.1


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
    if name not in IMAGES:
        raise ValueError(f"name must be one of {', '.join(map(repr, IMAGES))}, got {name!r}")
    return _read_images(name, Path(folder))


def load_text(*, folder: str | Path = DATA_FOLDER) -> TextDataset:
    """Return 300 kB of Jane Austen's *Pride and Prejudice* (1813), the last tenth of it as test text.

    One paragraph a line; ``data/README.md`` tells how it was made. Errors as in `load`.
    """
    return _read_text(Path(folder))


def load_penn_treebank(folder: str | Path) -> TextDataset:
    """Return the reader's own copy of the Penn Treebank language-modelling text, which is not shipped.

    ``folder`` holds ``ptb.char.train.txt`` and ``ptb.char.test.txt`` (characters apart, ``_`` for a
    space), or ``ptb.train.txt`` and ``ptb.test.txt`` (words; the same text). Sentences end in a line
    break. Source: Mikolov et al. 2012, Subword language modeling with neural networks.

    Raises
    ------
    FileNotFoundError
        If the folder has neither pair of files.
    """
    place = Path(folder).expanduser()
    for prefix, by_character in (("ptb.char", True), ("ptb", False)):
        files = [place / f"{prefix}.{part}.txt" for part in ("train", "test")]
        if all(file.is_file() for file in files):
            train, test = (_penn_treebank_text(file, by_character) for file in files)
            return TextDataset.from_strings("penn-treebank", train, test)
    raise FileNotFoundError(
        f"{place} has neither ptb.char.train.txt and ptb.char.test.txt nor ptb.train.txt and ptb.test.txt. "
        "The Penn Treebank is licensed by the Linguistic Data Consortium and does not come with this "
        "course: give the folder of your own copy, or use load_text()"
    )


def area_average(images: ArrayLike, size: int) -> Array:
    """Return square images (..., s, s) shrunk to (..., size, size) by exact averages over areas.

    An output pixel covers s/size × s/size input pixels and is their mean, those on its border
    counted by the part inside it: A X Aᵀ with the (size, s) matrix A of overlaps, whose rows sum to 1.

    Raises
    ------
    ValueError
        If the images are not square, or ``size`` is not in 1 … s.
    """
    pixels = np.asarray(images, dtype=np.float64)
    if pixels.ndim < 2 or pixels.shape[-1] != pixels.shape[-2]:
        raise ValueError(f"images must have shape (..., s, s), got {pixels.shape}")
    side = pixels.shape[-1]
    if not 1 <= size <= side:
        raise ValueError(f"size must be in 1 … {side}, got {size}")
    left = np.arange(side)
    edges = np.arange(size + 1)[:, None] * (side / size)
    overlap = np.minimum(left + 1, edges[1:]) - np.maximum(left, edges[:-1])
    weights = overlap.clip(min=0.0) * (size / side)
    shrunk: Array = weights @ pixels @ weights.T
    return shrunk


def read_checked(file_name: str, *, folder: str | Path = DATA_FOLDER) -> bytes:
    """Return the bytes of a shipped data file, after comparing their SHA-256 with ``SHA256SUMS``.

    Raises
    ------
    FileNotFoundError
        If the data folder or the file is missing.
    ValueError
        If the file is not listed, or is not the one that was shipped.
    """
    folder = Path(folder)
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        raise FileNotFoundError(
            f"no course data in {folder}. The data lies beside the package in a checkout of the course: "
            "install it from there with `pip install -e .`, or pass folder="
        )
    lines = sums.read_text("utf-8").splitlines()
    expected = {name: digest for digest, name in map(str.split, lines)}
    if file_name not in expected:
        raise ValueError(f"file_name must be listed in {sums}, got {file_name!r}")
    remedy = f"Restore it with `git checkout -- data/{file_name}`, or make it anew: see data/README.md"
    if not (folder / file_name).is_file():
        raise FileNotFoundError(f"{folder / file_name} is missing. {remedy}")
    content = (folder / file_name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != expected[file_name]:
        raise ValueError(
            f"{folder / file_name} is damaged: its SHA-256 is {found}, "
            f"expected {expected[file_name]}. {remedy}"
        )
    return content


@lru_cache(maxsize=4)
def _read_images(name: str, folder: Path) -> Dataset:
    layout = IMAGES[name]
    rows = np.frombuffer(bz2.decompress(read_checked(f"{name}.bz2", folder=folder)), dtype=np.uint8)
    rows = rows.reshape(layout.train + layout.test, 1 + int(np.prod(layout.image_shape)))
    inputs, targets = rows[:, 1:] / 255.0, rows[:, 0].astype(np.int64)
    return Dataset(
        name=name,
        inputs=_frozen(inputs[: layout.train]),
        targets=_frozen(targets[: layout.train]),
        test_inputs=_frozen(inputs[layout.train :]),
        test_targets=_frozen(targets[layout.train :]),
        class_names=layout.class_names,
        image_shape=layout.image_shape,
    )


@lru_cache(maxsize=4)
def _read_text(folder: Path) -> TextDataset:
    text = bz2.decompress(read_checked(f"{_TEXT}.txt.bz2", folder=folder)).decode("ascii")
    cut = text.index("\n", round(len(text) * (1 - _TEST_SHARE))) + 1
    return TextDataset.from_strings(_TEXT, text[:cut], text[cut:])


def _encode(text: str, vocabulary: str) -> Labels:
    code = {character: position for position, character in enumerate(vocabulary)}
    return _frozen(np.array([code[character] for character in text], dtype=np.int64))


def _penn_treebank_text(file: Path, by_character: bool) -> str:
    lines = file.read_text("utf-8").splitlines()
    if by_character:
        sentences = ["".join(line.split()).replace("_", " ").strip() for line in lines]
    else:
        sentences = [" ".join(line.split()) for line in lines]
    return "\n".join(sentences) + "\n"


def _frozen(array: NDArray[_Number]) -> NDArray[_Number]:
    array.setflags(write=False)
    return array
