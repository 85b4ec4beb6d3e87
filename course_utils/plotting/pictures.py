"""Images of a data set side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.plotting.style import figure, style


@style()
def images(
    pixels: ArrayLike,
    *,
    captions: Sequence[object] | None = None,
    columns: int = 10,
    image_shape: tuple[int, ...] = (10, 10),
    alt: str | None = None,
) -> Figure:
    """Show images in rows, such as the digits a network gets wrong.

    Parameters
    ----------
    pixels : (k, d) flattened images, dark to bright; colour images hold 0 … 1, others any range.
    captions : one for each image, shown above it.
    columns : images in a row.
    image_shape : (height, width) or (height, width, 3), the `Dataset.image_shape`; d in all.

    Raises
    ------
    ValueError
        If shapes or numbers do not fit.
    """
    rows = np.asarray(pixels, dtype=np.float64)
    if rows.ndim != 2 or len(rows) == 0 or rows.shape[1] != np.prod(image_shape):
        raise ValueError(f"pixels must have shape (k, {np.prod(image_shape)}) with k ≥ 1, got {rows.shape}")
    if len(image_shape) != 2 and (len(image_shape) != 3 or image_shape[2] != 3):
        raise ValueError(f"image_shape must be (height, width) or (height, width, 3), got {image_shape}")
    if captions is not None and len(captions) != len(rows):
        raise ValueError(f"captions must be {len(rows)}, one an image, got {len(captions)}")
    if not 1 <= columns <= 50:
        raise ValueError(f"columns must be in 1 … 50, got {columns}")
    lines, size = -(-len(rows) // columns), 7.0 / max(columns, 5)
    above = 0.27 if captions is not None else 0.0
    width, height = size * columns, (size + above) * lines
    words = f"{len(rows)} images of {' × '.join(map(str, image_shape[:2]))} pixels"
    words += ": " + ", ".join(map(str, captions)) + "." if captions is not None else "."
    whole = figure(max(1.0, width), max(1.0, height), alt=alt or words)
    # Placed by hand: automatic layout would make room for a long caption and shrink its image.
    whole.set_layout_engine("none")
    for place, row in enumerate(rows):
        line, column = divmod(place, columns)
        left, bottom = column * size, (lines - line) * (size + above) - above - size
        axes = whole.add_axes((left / width, bottom / height, 0.94 * size / width, 0.94 * size / height))
        axes.axis("off")
        axes.imshow(row.reshape(image_shape), cmap="gray")
        if captions is not None:
            axes.set_title(str(captions[place]), fontsize=11, pad=3)
    return whole
