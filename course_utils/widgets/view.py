"""`View`: what is to be seen in a picture, and nothing of how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_utils.widgets.axes import PartialWindow
from course_utils.widgets.layers import Layer, Table


class View:
    """What an update function returns: the layers of every panel, by the panel's name.

    Parameters
    ----------
    readout : a `Table` of numbers, or a sentence, beneath the picture.
    message : something the reader should notice, shown beneath the readout.
    error : what went wrong in a part of the picture, while the rest could be drawn.
    windows : windows of panels that follow what is drawn, by name; None leaves an end to the layers.
    **layers : for each panel the layers, drawn in order.
    """

    def __init__(
        self,
        *,
        readout: Table | str | None = None,
        message: str = "",
        error: str = "",
        windows: Mapping[str, PartialWindow] | None = None,
        **layers: Sequence[Layer],
    ) -> None:
        self.readout = readout
        self.message = message
        self.error = error
        self.windows = dict(windows or {})
        self.layers = {name: tuple(inside) for name, inside in layers.items()}
