"""Texts and their codes."""

import numpy as np
import pytest

from course_utils.datasets import TextDataset, load_penn_treebank, load_text


def test_text_is_english_prose_in_two_parts():
    text = load_text()
    train, test = text.decode(text.train), text.decode(text.test)
    assert 290_000 < len(train) + len(test) <= 300_000
    assert 0.09 < len(test) / (len(train) + len(test)) < 0.11
    assert train.startswith("It is a truth universally acknowledged")
    assert train.endswith("\n")
    assert test.endswith("\n")
    assert "_" not in text.vocabulary
    assert set(train) == set(text.vocabulary), "no test character is unseen in training"
    assert np.array_equal(text.encode(train), text.train)


def test_text_refuses_unknown_characters_and_nothing():
    text = TextDataset.from_strings("letters", "abcab", "c")
    assert text.vocabulary == "abc"
    assert text.train.tolist() == [0, 1, 2, 0, 1]
    with pytest.raises(ValueError, match=r"vocabulary only, got \['x', 'é'\]"):
        text.encode("axé")
    with pytest.raises(ValueError, match="test must be a text of at least one character"):
        TextDataset.from_strings("letters", "abc", "")


def test_penn_treebank_reads_both_layouts_alike(tmp_path):
    by_character, by_word = tmp_path / "characters", tmp_path / "words"
    by_character.mkdir()
    by_word.mkdir()
    for part, words in (("train", " mr. <unk> is chairman \n it rose \n"), ("test", " no it fell \n")):
        (by_word / f"ptb.{part}.txt").write_text(words)
        letters = "\n".join(" ".join("_".join(line.split())) for line in words.splitlines())
        (by_character / f"ptb.char.{part}.txt").write_text(letters)
    texts = [load_penn_treebank(folder) for folder in (by_character, by_word)]
    for text in texts:
        assert text.decode(text.train) == "mr. <unk> is chairman\nit rose\n"
        assert text.decode(text.test) == "no it fell\n"


def test_missing_penn_treebank_is_explained(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not come with this course"):
        load_penn_treebank(tmp_path)


LETTERS = TextDataset.from_strings("letters", "abcab", "c")
BAD = {
    "no text": (lambda: TextDataset.from_strings("x", 3, "a"), "train must be a text of at least one"),
    "encode": (lambda: LETTERS.encode([1]), "text must be a string"),
    "negative": (lambda: LETTERS.decode([-1]), "codes must be whole numbers in 0 … 2"),
    "too large": (lambda: LETTERS.decode([3]), "codes must be whole numbers in 0 … 2"),
    "floats": (lambda: LETTERS.decode([0.7]), "codes must be whole numbers in 0 … 2"),
    "two axes": (lambda: LETTERS.decode([[1]]), "codes must be whole numbers in 0 … 2"),
    "folder": (lambda: load_text(folder=None), "folder must be the path of a folder"),
    "penn treebank": (lambda: load_penn_treebank(3), "folder must be the path of a folder"),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_no_codes_are_an_empty_text():
    assert LETTERS.decode([]) == ""
