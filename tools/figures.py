"""A pytest plugin that lets nbval compare figures too: pixels with a tolerance, alt texts verbatim.

    python -m pytest -p tools.figures --nbval --nbval-current-env notebooks

nbval itself passes over image/png and over all metadata. This plugin wraps the call of each of its cells:
when nbval has run the cell and compared the text, the figures of the very same run are compared with the
stored ones. So no notebook runs twice, nothing of nbval is replaced, and should a later nbval no longer keep
the outputs of a run, every cell fails instead of passing unseen. A live widget counts with its still picture.
A cell whose output nbval ignores (``NBVAL_IGNORE_OUTPUT``) is ignored here too.
Of a cell with the tag ``rounding-decides``, a chaotic run whose path is another one under another release of
NumPy, the number of figures and the alt texts are compared, the pixels are not.

Each figure that fails leaves three files in ``build/figures`` (or ``--figures-folder``): what is stored, what
is new, and their difference.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pytest
from matplotlib.testing.compare import calculate_rms
from nbval.plugin import IPyNbCell, NbCellError
from PIL import Image, ImageChops, ImageFilter

PARTS = ("stored", "new", "difference")
ROUNDING_DECIDES = "rounding-decides"  # a cell's tag


class Figure(NamedTuple):
    """A picture of a cell's output."""

    png: bytes
    alt: str


class Distance(NamedTuple):
    """Root mean square differences of two blurred pictures, in levels of 0 … 255."""

    whole: float  # of all pixels
    worst: float  # of the tile that differs most


# Pictures are blurred (radius in pixels), so that lines and letters whose edges are drawn otherwise are near
# the same again; and compared tile by tile too (side in pixels), so that a changed curve is not drowned in
# the white around it. Levels (whole, worst tile) measured on a figure of 700 × 350 with two curves:
#     lines not snapped to pixels         0.3,  2.3       one curve 2 % higher      3.2, 17.8
#     letters not antialiased             0.8,  6.1       a line thicker by 9 %     4.0, 23.6
#     letters drawn without hinting       1.5,  9.3       a dot more                2.1, 40.8
#                                                         0.1 more in the last 8 %  2.5, 36.0
# A thin line of 80 pixels more in a figure of homework 01 is 1.0, 12.4.
# Between two runs on one machine a histogram of lesson 01 may round to another row of pixels: 0.7, 8.5. Raw
# RMS of whole pictures is 12.2 without hinting and 3.0 for the dot: no number would part left from right.
BLUR, TILE = 3.0, 32
TOLERANCE = Distance(whole=3.0, worst=10.0)

# Another minor release of matplotlib may bring another FreeType, whose letters have other widths: with 3.10
# the layouts of lesson 01 move by up to six pixels (23.3, 122.2), and no tolerance parts that from a changed
# curve. Pixels are compared under the release that drew what is stored; the rest always.
CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"


def _release(version: str) -> list[str]:
    return version.split(".")[:2]


def pinned_matplotlib() -> str:
    """Return the version of matplotlib with which the stored figures were drawn."""
    return re.findall(r"^matplotlib==(\S+)$", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)[0]


def pixels_count(version: str = matplotlib.__version__) -> bool:
    """Return whether this matplotlib draws as the one that drew the stored figures."""
    return _release(version) == _release(pinned_matplotlib())


def figures(outputs: Iterable[Mapping[str, Any]]) -> list[Figure]:
    """Return the PNG pictures among a cell's outputs, in their order."""
    found = []
    for output in outputs:
        if "image/png" in output.get("data", {}):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            found.append(Figure(base64.b64decode(output["data"]["image/png"]), alt))
    return found


def _open(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def distance(stored: bytes, new: bytes) -> Distance:
    """Return how far two PNGs of one size are from each other; sizes that differ are infinitely far."""
    if stored == new:
        return Distance(0.0, 0.0)
    pictures = _open(stored), _open(new)
    if pictures[0].size != pictures[1].size:
        return Distance(np.inf, np.inf)
    one, other = (
        np.asarray(picture.filter(ImageFilter.GaussianBlur(BLUR)), dtype=float) for picture in pictures
    )
    height, width, _ = one.shape
    tiles = [
        np.s_[row : row + TILE, column : column + TILE]  # half over the next one: no curve is cut by all
        for row in range(0, max(height - TILE // 2, 1), TILE // 2)
        for column in range(0, max(width - TILE // 2, 1), TILE // 2)
    ]
    return Distance(
        float(calculate_rms(one, other)), max(float(calculate_rms(one[tile], other[tile])) for tile in tiles)
    )


def _save(folder: Path, name: str, stored: Figure | None, new: Figure | None) -> None:
    """Write the pictures that there are, and their difference on a common ground if there are two."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [_open(figure.png) if figure else None for figure in (stored, new)]
    if pictures[0] and pictures[1]:
        size = (max(picture.width for picture in pictures), max(picture.height for picture in pictures))
        grounds = [Image.new("RGB", size, "white") for _ in pictures]
        for ground, picture in zip(grounds, pictures, strict=True):
            ground.paste(picture)
        pictures.append(ImageChops.invert(ImageChops.difference(*grounds)))
    for part, picture in zip(PARTS, pictures, strict=False):
        if picture:
            picture.save(folder / f"{name}-{part}.png")


def _differences(stored: Figure, new: Figure, number: int, pixels: bool) -> list[str]:
    """Return in words what differs between two figures, the ``number``-th of a cell."""
    told = []
    if stored.alt != new.alt:
        told.append(
            f"The alt text of figure {number} differs.\n  stored: {stored.alt!r}\n  new:    {new.alt!r}"
        )
    far = distance(stored.png, new.png) if pixels and pixels_count() else Distance(0.0, 0.0)
    if far.whole > TOLERANCE.whole or far.worst > TOLERANCE.worst:
        told.append(
            f"Figure {number} differs by {far.whole:.1f} levels RMS as a whole (tolerance "
            f"{TOLERANCE.whole:g}), by {far.worst:.1f} where it differs most (tolerance {TOLERANCE.worst:g})."
        )
    return told


def compare(
    stored: list[Figure], new: list[Figure], folder: Path, name: str, *, pixels: bool = True
) -> list[str]:
    """Return in words what differs between a cell's stored figures and its new ones.

    Parameters
    ----------
    folder : where the pictures that differ are saved.
    name : how the names of their files begin.
    pixels : whether they count, or only the number of figures and the alt texts.
    """
    problems = []
    if len(stored) != len(new):
        problems.append(f"The notebook stores {len(stored)} figures of this cell, the rerun made {len(new)}.")
    for number in range(max(len(stored), len(new))):
        before = stored[number] if number < len(stored) else None
        after = new[number] if number < len(new) else None
        file = f"{name}-figure{number + 1}"
        told = _differences(before, after, number + 1, pixels) if before and after else []
        if told:
            told.append(f"  See {folder / file}-{{{','.join(PARTS)}}}.png")
        if told or not (before and after):
            _save(folder, file, before, after)
        problems += told
    return problems


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says where figures that differ are left."""
    parser.addoption(
        "--figures-folder",
        default="build/figures",
        help="Folder for figures that differ from stored ones.",
    )


def _folder(config: pytest.Config) -> Path:
    return config.rootpath / config.getoption("figures_folder")


def pytest_report_header(config: pytest.Config) -> str:
    """Say whether pixels are compared."""
    if pixels_count():
        return f"figures: pixels and alt texts are compared (matplotlib {matplotlib.__version__})"
    return (
        f"figures: alt texts are compared, pixels are not: the stored ones were drawn by matplotlib "
        f"{pinned_matplotlib()}, this is {matplotlib.__version__}"
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remove what an earlier run left: a picture in the folder belongs to a figure that failed now."""
    if not hasattr(session.config, "workerinput"):  # once, not in each process of pytest-xdist
        for part in PARTS:
            for path in _folder(session.config).glob(f"*-figure*-{part}.png"):
                path.unlink()


def _was_cut_short(cell: IPyNbCell) -> bool:
    """Return whether the run ended before the cell had made all of its outputs."""
    return cell.parent.timed_out or any(out.output_type == "error" for out in cell.test_outputs)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Compare a cell's figures after nbval has run it, whether the text agreed or not."""
    result, failure = None, None
    try:
        result = yield
    except NbCellError as error:
        if _was_cut_short(item):
            raise
        failure = error
    problems = []
    if isinstance(item, IPyNbCell) and item.options["check"]:
        problems = compare(
            figures(item.cell.outputs),
            figures(item.test_outputs),
            _folder(item.config),
            f"{item.path.stem}-cell{item.cell_num}",
            pixels=ROUNDING_DECIDES not in item.cell.metadata.get("tags", []),
        )
    if failure and not problems:
        raise failure
    if problems:
        told = [failure.inner_traceback] if failure and failure.inner_traceback else []
        message = str(failure) if failure else "Cell figures differ"
        raise NbCellError(item.cell_num, message, item.cell.source, "\n".join(told + problems))
    return result
