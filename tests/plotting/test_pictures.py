"""Pixels as pictures."""

import numpy as np
import pytest

from course_utils import plotting
from course_utils.datasets import load
from tests.tools.figures import saved


def test_images_keep_their_order_and_captions():
    data = load()
    figure = plotting.images(data.inputs[:12], captions=data.targets[:12], columns=5)
    saved(figure)
    assert len(figure.axes) == 12
    assert np.array_equal(figure.axes[7].images[0].get_array(), data.inputs[7].reshape(10, 10))
    assert [axes.get_title() for axes in figure.axes] == [str(label) for label in data.targets[:12]]
    widths = {round(axes.get_position().width, 9) for axes in figure.axes}
    assert len(widths) == 1
    colour = load("cifar10-10x10")
    saved(plotting.images(colour.inputs[:3], image_shape=colour.image_shape))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.images(np.zeros((2, 99))), r"pixels must have shape \(k, 100\) .* got \(2, 99\)"),
        (lambda: plotting.images(np.zeros((2, 100)), captions="a"), "captions must be 2, .* got 1"),
        (lambda: plotting.images(np.zeros((2, 100)), columns=0), r"columns must be in 1 … 50, got 0"),
        (
            lambda: plotting.images(np.zeros((2, 100)), image_shape=(100,)),
            r"image_shape must be .* got \(100,\)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
