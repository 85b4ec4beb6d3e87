"""The ground of a panel: a landscape, or a map of coloured cells."""

import numpy as np
import pytest

from course_utils.objectives import Objective, catalogue, himmelblau, quadratic
from course_utils.widgets import Landscape, Panel, Points, Raster, View, scene, toggle
from course_utils.widgets.ground import ground_message, sample
from tests.tools.scenes import exercise_every_control

PALETTE = [[1, 1, 1], [0, 0.5, 1], [0.2, 0.2, 0.2]]
WINDOW = (-5.0, 5.0, -5.0, 5.0)


@pytest.mark.parametrize("objective", [o for o in catalogue().values() if o.dim == 2], ids=lambda o: o.name)
def test_every_landscape_has_shades_and_lines(objective):
    (x0, x1), (y0, y1) = objective.domain
    message = ground_message(Landscape(objective, 61), Panel(), (x0, x1, y0, y1))
    shade = np.frombuffer(message["shade"], np.uint8)
    assert shade.size == 61 * 61
    assert shade.min() == 0
    assert shade.max() == 255
    assert np.isfinite(np.frombuffer(message["lines"], np.float32)).sum() > 100


def test_contour_lines_lie_at_their_levels():
    objective = quadratic([1.0, 3.0])
    ground = sample(objective, (-2.0, 2.0, -2.0, 2.0), 161, 10)
    for level in ground.levels:
        lines = ground.contour_lines(np.array([level]))
        lines = lines[np.isfinite(lines).all(axis=1)]
        assert objective.value(lines) == pytest.approx(level, abs=2e-3)


class Given(Objective):
    """A function of two variables whose calls are counted."""

    def __init__(self, f):
        super().__init__("given", 2)
        self.f, self.calls = f, 0

    def _value(self, x):
        self.calls += 1
        return self.f(x[..., 0], x[..., 1])

    def _gradient(self, x):
        raise NotImplementedError


@pytest.mark.parametrize("name", ["Himmelblau", "Rosenbrock", "monkey saddle"])
def test_lines_travel_with_fewer_points_and_stay_where_they_are(name):
    """A panel of 500 pixels: half a pixel at most, and every line keeps its ends."""
    objective = catalogue()[name]
    panel = Panel("p", "x", "y", (*objective.domain[0], *objective.domain[1]))
    whole = panel.unit(sample(objective, panel.window, 121, 8).contour_lines(), panel.window)
    layer = Landscape(objective, resolution=121, levels=8)
    sent = np.frombuffer(ground_message(layer, panel, panel.window)["lines"], np.float32).reshape(-1, 2)
    assert 0.1 * len(whole) < len(sent) < 0.7 * len(whole)
    gaps, kept = (np.flatnonzero(np.isnan(lines[:, 0])) for lines in (whole, sent))
    assert len(gaps) == len(kept)
    for a, b, c, d in zip(gaps, gaps[1:], kept, kept[1:], strict=False):
        line, thin = whole[a + 1 : b], sent[c + 1 : d]
        np.testing.assert_allclose(thin[[0, -1]], line[[0, -1]], atol=1e-6)
        starts, ways = thin[:-1], np.diff(thin, axis=0)
        squares = np.maximum(np.sum(ways**2, axis=1), 1e-30)  # some points are there twice
        along = np.einsum("ikj,kj->ik", line[:, None] - starts, ways) / squares
        feet = starts + np.clip(along, 0, 1)[..., None] * ways
        assert np.min(np.hypot(*(feet - line[:, None]).T), axis=0).max() < 1e-3


def test_landscapes_bear_infinite_heights_but_not_only_those():
    wall = Given(lambda x, y: np.where(x > 0, np.inf, y))
    values = sample(wall, (-1.0, 1.0, -1.0, 1.0), 21, 5).values
    assert np.isfinite(values).all()
    assert values.max() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="finite somewhere"):
        sample(Given(lambda x, y: x * np.nan), (-1.0, 1.0, -1.0, 1.0), 21, 5)


def test_landscapes_may_be_flat():
    message = ground_message(Landscape(Given(lambda x, y: 0 * x), 21), Panel(), (-1.0, 1.0, -1.0, 1.0))
    assert len(message["shade"]) == 21 * 21


def test_landscapes_are_evaluated_once():
    objective = Given(lambda x, y: x**2 + y)
    for _ in range(3):
        sample(objective, (-1.0, 1.0, -1.0, 1.0), 31, 5)
    assert objective.calls == 1


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
    made.observe(lambda change: sent.append(change["new"]), "grounds")
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
