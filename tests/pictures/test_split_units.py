"""A unit split into two, with the share to drag."""

import numpy as np
import pytest

from course_utils.critical_points import certify, find_minimum
from course_utils.networks import MLP, split_unit
from course_utils.pictures import split_shares
from tests.tools.scenes import cells, exercise_every_control, lines, read

# A bump on a line of inputs, which one unit cannot follow: it ends in a minimum above zero.
INPUTS = np.linspace(-2, 2, 9)[:, None]
BUMP = MLP([1, 1, 1], INPUTS, np.exp(-((INPUTS - 0.7) ** 2)), loss="squared_error")


@pytest.fixture(scope="module")
def bump():
    x = find_minimum(BUMP, BUMP.initial(np.random.default_rng(0)))
    assert certify(BUMP, x).certified
    return x


@pytest.mark.parametrize("share", [-0.4, 0.25, 0.5, 1.4])
def test_the_parabolas_are_the_curvatures_of_the_wide_network(bump, share):
    scene = split_shares(BUMP, bump)
    scene.move("share", (share, 0.0))
    wide, x = split_unit(BUMP, bump, 0, 0, share)
    D = np.zeros((2, wide.dim))  # the copies move apart, their mean stays
    D[:, wide.layers[0].filter(0)], D[:, wide.layers[0].filter(1)] = (
        (1 - share) * np.eye(2),
        -share * np.eye(2),
    )
    exact = np.linalg.eigvalsh(D @ wide.hessian(x) @ D.T)
    highest, lowest = (np.asarray(line.points) for line in lines(scene, "line")[1:])
    drawn = np.sort([np.interp(share, *curve.T) for curve in (lowest, highest)])
    shown = [read(part) for part in cells(scene, 0)[1].split(" … ")]
    assert drawn * np.abs(shown).max() == pytest.approx(
        exact.tolist(), rel=5e-2, abs=1e-3 * np.abs(exact).max()
    )
    eigenvalues = np.linalg.eigvalsh(wide.hessian(x))
    assert cells(scene, 0)[3] == f"{np.sum(eigenvalues < -1e-9 * eigenvalues[-1])} of {wide.dim}"
    assert (read(cells(scene, 0)[2]) < 0) == ("saddle" in scene.message)


def test_the_loss_falls_along_the_way_exactly_at_saddles(bump):
    scene = split_shares(BUMP, bump)
    for share in (-0.4, 0.5, 1.4):
        scene.move("share", (share, 0.0))
        near = np.asarray(lines(scene, "way")[1].points)[45:56, 1]  # next to the point
        assert (near.min() < -1e-10) == ("saddle" in scene.message)


@pytest.mark.parametrize("units", [1, 2, 3])
def test_a_menu_offers_the_units_where_there_is_a_choice(units):
    network = MLP([1, units, 1], INPUTS, np.exp(-((INPUTS - 0.7) ** 2)), loss="squared_error")
    scene = split_shares(network, network.initial(np.random.default_rng(1)))
    assert list(scene.controls) == (["unit"] if units > 1 else [])
    if units > 1:
        assert list(scene.controls["unit"].words) == [str(k + 1) for k in range(units)]


def test_everything_can_be_moved(bump):
    assert exercise_every_control(split_shares(BUMP, bump)) > 4


def test_bad_input_is_named(bump):
    with pytest.raises(ValueError, match="no weight decay"):
        split_shares(MLP([1, 1, 1], INPUTS, INPUTS, loss="squared_error", weight_decay=0.1), bump)
    with pytest.raises(ValueError, match=r"x must have shape \(4,\)"):
        split_shares(BUMP, np.zeros((2, 4)))
