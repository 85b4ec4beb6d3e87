"""A map of basins of attraction: each start has the colour of the minimum in which it comes to rest."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from course_utils.landscapes import NOWHERE, ON_A_CYCLE, BasinMap
from course_utils.objectives import Array, Objective
from course_utils.plotting.ground import sample
from course_utils.plotting.style import COLORS, axes_or_new, style

# Neighbours in this order differ in lightness too, so that a map survives a grey printer.
_ORDER = ("sky", "orange", "green", "purple", "blue", "vermillion")
_CYCLE, _NOWHERE = (0.96, 0.93, 0.35), (0.25, 0.25, 0.25)  # the lightest of all, and the darkest
_PALER = 0.35  # of the way to white, so that contours, markers and paths stand out
_MOST_LETTERS = 12


def basin_palette(minima: int) -> Array:
    """Return the colours (minima + 2, 3) of a basin map, in the order of its labels from −2 on.

    Yellow for a settled cycle, dark grey for nowhere, then one a minimum. There are six of those; the
    seventh minimum has the first one again.
    """
    colors = [np.array(to_rgb(COLORS[_ORDER[k % len(_ORDER)]])) for k in range(minima)]
    return np.array([_CYCLE, _NOWHERE, *(color + _PALER * (1 - color) for color in colors)])


def basin_name(k: int) -> str:
    """Return the letter by which the k-th minimum is called: A is the lowest."""
    return chr(ord("A") + k) if k < _MOST_LETTERS else f"{k + 1}"


@style()
def basins(
    basin_map: BasinMap,
    objective: Objective,
    *,
    title: str = "",
    alt: str | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Show in which minimum every start comes to rest, with the contour lines of the objective.

    A letter stands at each minimum, A at the lowest; starts that end on a settled cycle are yellow, the
    others that come to rest in no minimum dark grey.

    Parameters
    ----------
    basin_map : from `landscapes.basin_map`.
    objective : the one that the map was made of.
    title : above the map.
    alt : what the figure shows in words; by default the shares of the minima.
    axes : draw into these instead of a new figure.
    """
    x, y = basin_map.x, basin_map.y
    half = np.array([x[1] - x[0], y[1] - y[0]]) / 2
    extent = (x[0] - half[0], x[-1] + half[0], y[0] - half[1], y[-1] + half[1])
    shares = ", ".join(f"{basin_name(k)} {share:.0%}" for k, share in enumerate(basin_map.shares))
    words = f"Basins of attraction of {objective.name}: {shares} of the starts"
    for label, what in ((ON_A_CYCLE, "end on a cycle"), (NOWHERE, "come to rest nowhere")):
        share = float(np.mean(basin_map.labels == label))
        words += f", {share:.0%} {what}" if share >= 0.005 else ""
    words += "."
    whole, area = axes_or_new(axes, 4.6, 4.2, alt or words)
    palette = np.rint(basin_palette(len(basin_map.minima)) * 255).astype(np.uint8)  # an eighth of the memory
    colors = palette[basin_map.labels - ON_A_CYCLE]
    area.imshow(colors, extent=extent, origin="lower", interpolation="nearest")
    ground = sample(objective, (extent[:2], extent[2:]), 6)
    area.contour(
        ground.x, ground.y, ground.values, levels=ground.levels, colors="k", linewidths=0.5, alpha=0.4
    )
    for k, minimum in enumerate(basin_map.minima):
        if len(basin_map.minima) > _MOST_LETTERS:
            area.plot(*minimum, "o", color="white", markeredgecolor="k", markersize=4)
            continue
        box = {"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": "k", "linewidth": 0.9}
        area.text(
            minimum[0], minimum[1], basin_name(k), ha="center", va="center", size=10, weight="bold", bbox=box
        )
    area.set(xlim=extent[:2], ylim=extent[2:], xlabel="x₁", ylabel="x₂", title=title)
    area.grid(visible=False)
    return whole
