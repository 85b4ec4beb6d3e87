"""Spectra of eigenvalues, and curvature by direction."""

import numpy as np
import pytest

from course_utils import plotting
from tests.tools.figures import saved


def test_spectrum_counts_signs_and_zeros():
    values = np.concatenate([-np.logspace(-3, -1, 7), np.zeros(5), np.logspace(-4, 1, 30)])
    figure = plotting.spectrum({"before": values, "after": np.abs(values)})
    assert len(figure.png()) < 40_000
    before, after = figure.axes
    texts = [text.get_text() for text in before.get_legend().get_texts()]
    assert [text.split()[:2] for text in texts] == [["7", "negative,"], ["30", "positive,"], ["5", "zero"]]
    assert [t.get_text().split()[0] for t in after.get_legend().get_texts()] == ["37", "5"]
    heights = {True: 0.0, False: 0.0}
    for bar in before.patches:
        assert bar.get_x() >= -1e-12 or bar.get_x() + bar.get_width() <= 1e-12, "no bar mixes signs"
        heights[bar.get_x() + bar.get_width() / 2 < 0] += bar.get_height()
    assert heights == {True: 7, False: 30}
    assert all(bool(bar.get_hatch()) == (bar.get_x() < -1e-12) for bar in before.patches if bar.get_height())
    assert figure.alt.startswith("Spectrum before: 42 eigenvalues from −0.1 to 10, 7 negative, 5 zero.")


@pytest.mark.parametrize(
    "values", [[0.0], [0.0, 0.0], [1.0], [-3.0], [5.0, 5.0], [-1e-3, 1e3], np.arange(-3, 900)]
)
@pytest.mark.parametrize("log", [True, False])
def test_odd_spectra_can_be_drawn(values, log):
    figure = plotting.spectrum(values, log=log)
    saved(figure)
    drawn = sum(bar.get_height() for bar in figure.axes[0].patches)
    assert drawn == np.count_nonzero(values)


def test_tolerance_decides_what_is_zero():
    assert "2 negative, 1 zero" in plotting.spectrum([-1, -0.1, 0, 1]).alt
    assert "1 negative, 2 zero" in plotting.spectrum([-1, -0.1, 0, 1], tolerance=0.1).alt


@pytest.mark.parametrize(
    "hessian", [[[2, 1], [1, -1]], np.eye(2), -np.eye(2), np.zeros((2, 2)), [[0, 1], [1, 0]]]
)
def test_polar_curvature_reaches_the_eigenvalues(hessian):
    figure = plotting.polar_curvature(hessian)
    saved(figure)
    eigenvalues = np.linalg.eigvalsh(hessian)
    up, down = figure.axes[1].get_lines()[:2]
    curves = np.concatenate([up.get_ydata(), down.get_ydata()])
    assert np.nanmax(curves) == pytest.approx(eigenvalues[1], abs=1e-3)
    assert np.nanmin(curves) == pytest.approx(eigenvalues[0], abs=1e-3)
    assert up.get_linestyle() != down.get_linestyle()


def test_polar_curvature_in_words():
    alt = plotting.polar_curvature([[2, 0], [0, -1]]).alt
    assert alt.endswith("eigenvalue −1 at 90°, eigenvalue 2 at 0°.")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.spectrum([]), r"eigenvalues must have shape \(n,\) with n ≥ 1, got \(0,\)"),
        (lambda: plotting.spectrum({}), "eigenvalues must hold at least one spectrum"),
        (lambda: plotting.spectrum([1, np.nan]), "eigenvalues must be finite"),
        (lambda: plotting.spectrum([1.0], tolerance=-1), "tolerance must be ≥ 0, got -1"),
        (lambda: plotting.polar_curvature(np.eye(3)), r"hessian must be a finite symmetric \(2, 2\)"),
        (lambda: plotting.polar_curvature([[0, 1], [2, 0]]), r"hessian must be a finite symmetric"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
