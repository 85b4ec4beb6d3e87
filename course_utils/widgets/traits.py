"""What the reader can set in a picture, as traits that ipywidgets can observe and link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from traitlets import TraitError, TraitType

from course_utils.widgets.controls import Control
from course_utils.widgets.handles import Handle


class Setting(TraitType):  # type: ignore[type-arg]  # it takes what its control takes
    """The value of a control; a slider's is kept between its ends."""

    def __init__(self, control: Control) -> None:
        super().__init__(default_value=control.value)
        self.control = control

    def validate(self, obj: Any, value: Any) -> Any:
        """Return ``value`` as the control holds it; TraitError for one that it does not take."""
        try:
            return self.control.take(value)
        except ValueError as error:
            raise TraitError(str(error)) from None


class Place(TraitType):  # type: ignore[type-arg]
    """The position (x, y) of a handle: a tuple of two floats."""

    def validate(self, obj: Any, value: Any) -> tuple[float, float]:
        """Return ``value`` as two floats; TraitError for anything but two finite numbers."""
        try:
            point = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            point = np.empty(0)
        if point.shape != (2,) or not np.isfinite(point).all():
            raise TraitError(f"{self.name} must be two finite numbers, got {value!r}")
        return float(point[0]), float(point[1])


def setting_traits(
    controls: Mapping[str, Control], handles: Mapping[str, Handle]
) -> dict[str, TraitType[Any, Any]]:
    """Return a trait for each control and each handle, by name."""
    settings = {name: Setting(control) for name, control in controls.items()}
    places = {name: Place(tuple(map(float, handle.at))) for name, handle in handles.items()}
    return {**settings, **places}
