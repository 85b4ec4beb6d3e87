"""What several tests of figures use."""

import io

from PIL import Image

from course_utils.objectives import himmelblau
from course_utils.optimizers import Adam, GradientDescent, minimize


def two_runs():
    """Return an objective and two runs on it, by name."""
    objective = himmelblau()
    start = (0.3, -0.7)
    return objective, {
        "slow": minimize(objective, GradientDescent(0.01), start, 40),
        "fast": minimize(objective, Adam(0.3), start, 40),
    }


def saved(figure):
    """Return the PNG as an image, so that drawing happens and its warnings surface."""
    return Image.open(io.BytesIO(figure.png()))


def lines_of(axes, color):
    """Return the lines of that colour, single points left out."""
    return [line for line in axes.get_lines() if line.get_color() == color and len(line.get_xdata()) > 1]
