"""Texts as integer codes: a novel that comes with the course, and the reader's own Penn Treebank."""

from __future__ import annotations

import bz2
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.datasets.files import DATA_FOLDER, as_folder, kept_while_used, read_checked

Codes = NDArray[np.int64]

_TEXT = "pride-and-prejudice"
_TEST_SHARE = 0.1


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
    train: Codes
    test: Codes
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
            If either is no string, or empty.
        """
        for argument, text in (("train", train), ("test", test)):
            if not isinstance(text, str) or not text:
                raise ValueError(f"{argument} must be a text of at least one character, got {text!r:.80}")
        vocabulary = "".join(sorted(set(train + test)))
        return cls(name, _encode(train, vocabulary), _encode(test, vocabulary), vocabulary)

    def encode(self, text: str) -> Codes:
        """Return the codes of ``text``, shape (len(text),).

        Raises
        ------
        ValueError
            If ``text`` is no string, or a character is not in the vocabulary.
        """
        if not isinstance(text, str):
            raise ValueError(f"text must be a string, got {text!r:.80}")
        unknown = sorted(set(text) - set(self.vocabulary))
        if unknown:
            raise ValueError(f"text must use the characters of the vocabulary only, got {unknown}")
        return _encode(text, self.vocabulary)

    def decode(self, codes: ArrayLike) -> str:
        """Return the text that one-dimensional integer ``codes`` stand for.

        Raises
        ------
        ValueError
            If they are not whole numbers of the vocabulary, in one dimension.
        """
        places, most = np.asarray(codes), len(self.vocabulary) - 1
        expected = f"whole numbers in 0 … {most}, in one dimension"
        if places.size == 0 and places.ndim == 1:
            return ""
        if places.ndim != 1 or places.dtype.kind not in "iu" or not 0 <= places.min() <= places.max() <= most:
            raise ValueError(f"codes must be {expected}, got {codes!r:.80}")
        return "".join(self.vocabulary[code] for code in places)


def load_text(*, folder: str | Path = DATA_FOLDER) -> TextDataset:
    """Return 300 kB of Jane Austen's *Pride and Prejudice* (1813), the last tenth of it as test text.

    One paragraph a line; ``data/README.md`` tells how it was made. Errors as in `load`.
    """
    return _read_text(_TEXT, as_folder("folder", folder))


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
    place = as_folder("folder", folder)
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


@kept_while_used
def _read_text(name: str, folder: Path) -> TextDataset:
    text = bz2.decompress(read_checked(f"{name}.txt.bz2", folder=folder)).decode("ascii")
    cut = text.index("\n", round(len(text) * (1 - _TEST_SHARE))) + 1
    return TextDataset.from_strings(name, text[:cut], text[cut:])


def _encode(text: str, vocabulary: str) -> Codes:
    code = {character: position for position, character in enumerate(vocabulary)}
    codes = np.array([code[character] for character in text], dtype=np.int64)
    codes.setflags(write=False)
    return codes


def _penn_treebank_text(file: Path, by_character: bool) -> str:
    lines = file.read_text("utf-8").splitlines()
    if by_character:
        sentences = ["".join(line.split()).replace("_", " ").strip() for line in lines]
    else:
        sentences = [" ".join(line.split()) for line in lines]
    return "\n".join(sentences) + "\n"
