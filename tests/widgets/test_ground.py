"""A map of coloured cells as the ground of a panel."""

import numpy as np
import pytest

from course_utils.objectives import himmelblau
from course_utils.widgets import Landscape, Panel, Points, Raster, View, scene, toggle
from course_utils.widgets.ground import ground_message
from tests.tools.scenes import exercise_every_control

PALETTE = [[1, 1, 1], [0, 0.5, 1], [0.2, 0.2, 0.2]]
WINDOW = (-5.0, 5.0, -5.0, 5.0)


def test_cells_travel_top_row_first_with_their_colours_and_contours():
    raster = Raster([[0, 1, 2], [2, 1, 1]], PALETTE, contours=Landscape(himmelblau(), 31))
    message = ground_message(raster, Panel(), WINDOW)
    assert (message["columns"], message["rows"], message["cells"]) == (3, 2, True)
    assert np.frombuffer(message["shade"], np.uint8).tolist() == [2, 1, 1, 0, 1, 2]
    assert np.frombuffer(message["palette"], np.uint8)[3:6].tolist() == [0, 128, 255]
    lines = ground_message(raster.contours, Panel(), WINDOW)["lines"]
    assert message["lines"] == lines
    assert len(lines) > 0


def test_without_contours_there_are_no_lines():
    assert ground_message(Raster([[0]], [[0, 0, 0]]), Panel(), WINDOW)["lines"] == b""


@pytest.mark.parametrize(
    ("cells", "palette", "problem"),
    [
        ([0, 1], PALETTE, "cells must be whole numbers"),
        ([[0.5]], PALETTE, "cells must be whole numbers"),
        ([[3]], PALETTE, "cells must lie in 0 … 2"),
        ([[-1]], PALETTE, "cells must lie in 0 … 2"),
        ([[0]], [[1, 1]], "palette must have shape"),
        ([[0]], np.ones((257, 3)), "palette must have shape"),
    ],
)
def test_bad_rasters_are_refused(cells, palette, problem):
    with pytest.raises(ValueError, match=problem):
        Raster(cells, palette)


def raster_scene():
    maps = [Raster(np.full((4, 4), k), PALETTE, contours=Landscape(himmelblau(), 31)) for k in (0, 1)]

    def update(state):
        return View(plane=[maps[int(state.other)], Points([3, 2], label="minimum")])

    return scene(
        update,
        panels={"plane": Panel(window=WINDOW)},
        controls={"other": toggle("other")},
        alt="Coloured cells.",
    )


def test_another_raster_is_sent_anew_and_the_same_one_is_not():
    made = raster_scene()
    sent = []
    made.canvas.observe(lambda change: sent.append(change["new"]), "grounds")
    made.set("other", False)
    assert sent == []
    made.set("other", True)
    assert len(sent) == 1
    assert np.frombuffer(sent[0][0]["shade"], np.uint8).tolist() == [1] * 16
    assert exercise_every_control(made) > 0


def test_a_raster_is_drawn_into_the_stored_picture():
    import base64
    import io

    from PIL import Image

    made = raster_scene()
    made.set("other", True)
    picture = made._repr_mimebundle_()[0]["image/png"]
    colours = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")).reshape(-1, 3)
    blue = np.abs(colours.astype(int) - [0, 128, 255]).max(axis=1) < 12
    assert blue.mean() > 0.2
