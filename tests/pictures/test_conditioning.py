"""The pictures of ill-conditioning, driven from Python."""

import numpy as np
import pytest

from course_utils.pictures.conditioning import gradient_components, stability_limit
from course_utils.widgets import Arrow, Line, Points
from tests.tools.scenes import exercise_every_control


def arrows(scene):
    return {layer.label: np.asarray(layer.end) for layer in scene.layers["plane"] if isinstance(layer, Arrow)}


@pytest.mark.parametrize("angle", [0.0, 20.0, 75.0])
@pytest.mark.parametrize("kappa", [1.0, 7.0, 50.0])
def test_the_parts_add_up_and_the_way_is_newtons(angle, kappa):
    picture = gradient_components(kappa, angle)
    picture.move("downhill", (-1.2, 0.7))
    shown = arrows(picture)
    downhill = shown["−g"]
    assert shown["part along vₘₐₓ"] + shown["part along vₘᵢₙ"] == pytest.approx(downhill)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    V = np.array([[c, -s], [s, c]])
    H = V @ np.diag([kappa, 1.0]) @ V.T
    assert shown["way to the minimum, −H⁻¹g"] == pytest.approx(np.linalg.solve(H, downhill))


def test_the_angle_shown_is_the_angle_between_the_arrows():
    picture = gradient_components(10.0, 30.0)
    widest = 0.0
    for turn in np.radians(np.arange(0, 360, 7)):
        picture.move("downhill", (1.5 * np.cos(turn), 1.5 * np.sin(turn)))
        shown = arrows(picture)
        a, b = shown["−g"], shown["way to the minimum, −H⁻¹g"]
        angle = np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        (marked,) = [layer for layer in picture.layers["miss"] if isinstance(layer, Points)]
        assert np.ravel(marked.points)[1] == pytest.approx(angle, abs=1e-6)
        widest = max(widest, angle)
    curve = next(layer for layer in picture.layers["miss"] if isinstance(layer, Line))
    kantorovich = np.degrees(np.arccos(2 * np.sqrt(10) / 11))
    assert np.asarray(curve.points)[:, 1].max() == pytest.approx(kantorovich, abs=0.02)
    assert widest <= kantorovich + 1e-9


def test_eigenvectors_and_zero_are_said():
    picture = gradient_components(10.0, 0.0)
    picture.move("downhill", (1.0, 0.0))
    assert "straight at the minimum" in picture.message
    picture.move("downhill", (0.0, 0.0))
    assert picture.message == "g = 0: this point is the minimum."
    assert picture.error is None


def test_the_reader_finds_the_limit_with_the_slider():
    picture = stability_limit(1.0, 10.0)
    picture.set("learning_rate", 0.199)
    assert "of the loss is left" in picture.message
    picture.set("learning_rate", 0.201)
    picture.move("start", (0.0, 1.0))
    assert "unstable" in picture.message
    assert picture.readout.rows[1][3] == "grows, changing sides"
    assert "0.2;" not in picture.message
    picture.set("reveal", True)
    assert "2/λₘₐₓ = 0.2; the best fixed rate is 2/(λₘᵢₙ + λₘₐₓ) = 0.1818" in picture.message


def test_controls_of_the_valley_pictures():
    assert exercise_every_control(gradient_components()) > 8
    assert exercise_every_control(stability_limit()) > 8


def test_bad_eigenvalues_are_named():
    with pytest.raises(ValueError, match="smallest and largest"):
        stability_limit(2.0, 1.0)
