import numpy as np
import pytest

from course_utils.objectives import quadratic
from course_utils.pictures import slice_turner, spectrum_browser
from tests.tools.scenes import read


def bars(scene):
    return [layer for layer in scene.layers["spectrum"] if type(layer).__name__ == "Bars"]


def test_the_browser_counts_every_eigenvalue():
    rng = np.random.default_rng(0)
    spectra = {"before": rng.normal(size=300), "after": 3 * rng.normal(size=300) ** 2}
    scene = spectrum_browser(spectra)
    for k, values in enumerate(spectra.values()):
        scene.set("moment", k)
        assert scene.error is None
        counted = sum(np.sum(np.where(np.asarray(b.heights) > 0.6, b.heights, 0)) for b in bars(scene))
        assert counted == pytest.approx(300)
        name, _, largest, negative, mean = scene.readout.rows[0]
        assert name == list(spectra)[k]
        assert int(negative) == np.sum(values < -1e-10 * np.abs(values).max())
        assert read(largest) == pytest.approx(values.max(), rel=0.01)
        assert read(mean) == pytest.approx(values.mean(), rel=0.06)


def test_the_slice_turns_from_one_curvature_to_the_other():
    f = quadratic([2.0, -1.0, 5.0])
    scene = slice_turner(f, [0.3, 0.1, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], distance=2.0)
    for angle, curvature in ((0.0, 2.0), (90.0, -1.0), (45.0, 0.5)):
        scene.set("angle", angle)
        assert scene.error is None
        line = np.asarray(scene.layers["slice"][0].points)
        np.testing.assert_allclose(line[:, 1], 0.5 * curvature * line[:, 0] ** 2, atol=1e-12)
        assert read(scene.readout.rows[0][1]) == pytest.approx(curvature)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: spectrum_browser({"one": [1.0]}), "spectra must hold at least two"),
        (lambda: spectrum_browser({"one": [1.0], "two": []}), r"spectra\['two'\] must be"),
        (lambda: spectrum_browser({"one": [1.0], "two": [np.nan]}), r"spectra\['two'\] must be"),
        (lambda: slice_turner(quadratic([1, 1]), [0, 0], [1, 0], [2, 0]), "must not be parallel"),
        (lambda: slice_turner(quadratic([1, 1]), [0, 0], [1, 0], [0, 1], distance=0.0), "distance must be"),
        (lambda: slice_turner(quadratic([1, 1]), [[0, 0]], [1, 0], [0, 1]), "must have shape"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
