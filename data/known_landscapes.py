"""Let one published landscape tool draw landscapes that one knows, and print as JSON what came.

    python data/known_landscapes.py gradfield

`landscape_tools.py` runs it for each tool, in an environment of the tool's own. The landscapes are functions
of the parameters of a small network, which returns their height in place of an output.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Callable

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
STEPS, LENGTH, DRAWS = 9, 5.0, 10
Change = dict[str, torch.Tensor]  # what was added to each entry of the network's state
Drawn = tuple[np.ndarray, np.ndarray, np.ndarray]  # both axes, and the values by x and y


def squares(change: Change, kind: str) -> torch.Tensor:
    """Return half the sum of squares of what was added to the entries whose name has `kind` in it."""
    return sum((c**2).sum() for name, c in change.items() if kind in name) / 2


def bowl(change: Change) -> torch.Tensor:
    """Return ½‖θ − θ₀‖²."""
    return squares(change, "weight") + squares(change, "bias")


def biases(change: Change) -> torch.Tensor:
    """Return the part of the bowl that belongs to the biases."""
    return squares(change, "bias")


def statistics(change: Change) -> torch.Tensor:
    """Return a bowl in the mean and variance that batch normalisation counts, which are no parameters."""
    return squares(change, "running")


def holed(change: Change) -> torch.Tensor:
    """Return the bowl, NaN where the first weight has grown."""
    grown = next(iter(change.values())).flatten()[0] > 1e-12
    return torch.full((), float("nan")) if grown else bowl(change)


def tilt(change: Change) -> torch.Tensor:
    """Return a plane that rises by 1 for a step of length 1 that is the same for all parameters."""
    moved = torch.cat([c.flatten() for name, c in change.items() if "running" not in name])
    return moved.sum() / len(moved) ** 0.5


def constant(change: Change) -> torch.Tensor:
    """Return 1."""
    return torch.ones(())


class Known(torch.nn.Module):
    """A 10-4-3 network with parameters of length 5, whose output is the height of a landscape."""

    def __init__(self, height: Callable[[Change], torch.Tensor], normalised: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        inner = [torch.nn.BatchNorm1d(4)] if normalised else []
        self.net = torch.nn.Sequential(torch.nn.Linear(10, 4), *inner, torch.nn.Tanh(), torch.nn.Linear(4, 3))
        for layer in inner:
            torch.nn.init.normal_(layer.bias)  # as after training: some tools divide by its norm
        with torch.no_grad():
            size = torch.sqrt(sum((p**2).sum() for p in self.parameters()))
            for p in self.parameters():
                p.mul_(LENGTH / size)
        self.height = height
        self.start = {name: t.clone() for name, t in self.state_dict().items() if t.is_floating_point()}
        self.eval()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the height, whatever the inputs are."""
        state = self.state_dict()
        return self.height({name: state[name] - before for name, before in self.start.items()})


BATCH = (torch.zeros(1, 10), torch.zeros(1, dtype=torch.long))


def output(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the output itself: the criterion of a network that knows its height."""
    return outputs


def by_loss_landscapes(model: Known, distance: float) -> Drawn:
    """`random_plane`, documented to reach as far as `distance`. It returns no axes: these are ours."""
    import loss_landscapes
    from loss_landscapes.metrics.metric import Metric

    class Height(Metric):
        def __call__(self, wrapper):
            return float(wrapper.modules[0](BATCH[0]))

    values = loss_landscapes.random_plane(
        model, Height(), distance=distance, steps=STEPS, deepcopy_model=True
    )
    axis = np.linspace(-distance, distance, STEPS)
    return axis, axis, values


def by_losscape(model: Known, distance: float) -> Drawn:
    """`create_3D_losscape`, whose coordinates are asked for from −distance to distance."""
    import matplotlib

    matplotlib.use("Agg")
    from losscape.create_landscape import create_3D_losscape

    ends = {"x_min": -distance, "x_max": distance, "y_min": -distance, "y_max": distance}
    with tempfile.TemporaryDirectory() as folder:
        x, y, values = create_3D_losscape(
            model,
            [BATCH],
            criterion=output,
            num_batches=1,
            save_only=True,
            output_path=folder,
            output_h5=False,
            num_points=STEPS,
            **ends,
        )
    return x[0], y[:, 0], values.T


def by_landscaper(model: Known, distance: float) -> Drawn:
    """`compute_loss_landscape` along two random orthonormal directions: it takes them from its user."""
    from landscaper.compute import compute_loss_landscape

    sizes = [p.numel() for p in model.parameters()]
    rows = torch.linalg.qr(torch.randn(sum(sizes), 2))[0].T
    directions = [
        [part.reshape(p.shape).clone() for part, p in zip(row.split(sizes), model.parameters(), strict=True)]
        for row in rows
    ]
    values, axes = compute_loss_landscape(
        model,
        BATCH,
        directions,
        lambda moved, batch: float(moved(batch[0])),
        steps=STEPS,
        distance=distance,
        dim=2,
        device="cpu",
    )
    return np.asarray(axes[0]), np.asarray(axes[1]), values


def by_gradfield(model: Known, distance: float) -> Drawn:
    """`model_loss_fn` on the grid of `sample_grid`."""
    from gradfield import model_loss_fn, sample_grid

    drawn = sample_grid(
        model_loss_fn(model, output, *BATCH), (-distance, distance), (-distance, distance), STEPS
    )
    return drawn["X"][0], drawn["Y"][:, 0], drawn["Z"].T


def by_nngeom(model: Known, distance: float) -> Drawn:
    """`plane_slice_2d`, its default: filter normalisation."""
    from nngeom import Model
    from nngeom.lossland import plane_slice_2d

    asked = Model(model, loss_fn=lambda module, batch: module(batch[0]))
    seed = int(torch.randint(2**31 - 2, ()))
    drawn = plane_slice_2d(asked, BATCH, span=distance, steps=STEPS, seed=seed)
    return drawn.alphas, drawn.betas, drawn.losses.T


def by_loss_landscape_3d(model: Known, distance: float) -> Drawn:
    """`LossLandscapeCalculator.calculate` along the directions of `generate_random_directions`."""
    from loss_landscape_3d import LossLandscapeCalculator, generate_random_directions

    axis = np.linspace(-distance, distance, STEPS)
    centre = {name: t.clone() for name, t in model.state_dict().items()}
    drawn = LossLandscapeCalculator(model, [BATCH], output).calculate(
        axis, axis, *generate_random_directions(model), centre
    )
    return axis, axis, drawn


def by_pylandscape(model: Known, distance: float) -> Drawn:
    """`Surface.random_surface`."""
    from pylandscape import Surface

    return Surface(model, output, [BATCH]).random_surface((-distance, distance), STEPS)


def by_loss_landscape_anim(model: Known, distance: float) -> Drawn:
    """A `LossGrid` along random directions: the path, `distance` long, ends in the middle."""
    from loss_landscape_anim.loss_landscape import DimReduction, LossGrid

    flat = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    away = torch.randn(len(flat))
    seed = int(torch.randint(1, 2**31 - 2, ()))
    path = DimReduction([flat + distance * away / away.norm(), flat], "random", None, seed).reduce()
    model.init_from_flat_params = lambda w: torch.nn.utils.vector_to_parameters(
        w.double(), model.parameters()
    )
    model.loss_fn = output
    ends = [torch.as_tensor(row) for row in path["optim_path"]]
    grid = LossGrid(
        ends,
        model,
        BATCH,
        path["path_2d"],
        path["reduced_dirs"],
        res=STEPS // 2,
        tqdm_disable=True,
        save_grid=False,
    )
    x, y = (np.asarray(c) - middle for c, middle in zip(grid.coords, path["path_2d"][-1], strict=True))
    return x, y, grid.loss_values_2d.T


TOOLS = {
    "loss-landscapes": by_loss_landscapes,
    "losscape": by_losscape,
    "landscaper": by_landscaper,
    "gradfield": by_gradfield,
    "nngeom": by_nngeom,
    "loss-landscape-3d": by_loss_landscape_3d,
    "pylandscape": by_pylandscape,
    "loss-landscape-anim": by_loss_landscape_anim,
}


def seeded(tool: str, model: Known, distance: float = 1.0, seed: int = 1) -> Drawn:
    """Return what the tool draws of a network's landscape, silently, from a seed of both generators."""
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002  landscaper and loss-landscape-anim draw from it
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), np.errstate(all="ignore"):
        x, y, values = TOOLS[tool](model, distance)
    return tuple(np.asarray(part, dtype=float) for part in (x, y, values))


def leaning(tool: str, length: float, seed: int) -> float:
    """Return how steep the tilted plane is along the first axis, on which 1 is `length` in the parameters."""
    x, _, rise = seeded(tool, Known(tilt), seed=seed)
    return round(float((rise[-1, 0] - rise[0, 0]) / (x[-1] - x[0]) / length), 4) if length else 0.0


def shape_of(x: np.ndarray, y: np.ndarray, values: np.ndarray) -> list[float]:
    """Return how far the parameters go for 1 on each axis, their cosine, and what this leaves unexplained.

    On a plane the bowl is a quadratic in the coordinates, ½(a²x² + 2ab·cos·xy + b²y²); fitted by least
    squares. What is left is the largest difference, relative to the highest value.
    """
    u, v = (part.ravel() for part in np.meshgrid(x, y, indexing="ij"))
    terms = np.stack([np.ones_like(u), u, v, u**2 / 2, u * v, v**2 / 2], axis=1)
    found = np.linalg.lstsq(terms, values.ravel(), rcond=None)[0]
    a, b = np.sqrt(np.maximum(found[[3, 5]], 0))
    if not a * b > 1e-9:
        return [0.0, 0.0, 0.0, 0.0]  # nothing moved
    left = np.abs(terms @ found - values.ravel()).max() / values.max()
    return [float(f"{number:.4f}") + 0.0 for number in (a, b, found[4] / (a * b), left)]


def measure(tool: str) -> dict[str, object]:
    """Return what a tool draws of the bowl, and what its drawings of this and the other landscapes say."""
    bowls = [seeded(tool, Known(bowl), seed=seed) for seed in range(1, 1 + DRAWS)]
    shapes = [shape_of(*drawn) for drawn in bowls]
    x, y, near = bowls[0]
    far, parts, holes, flat = (
        seeded(tool, Known(height), distance)[2]
        for height, distance in ((bowl, 2.0), (biases, 1.0), (holed, 1.0), (constant, 1.0))
    )
    moved, counted = (seeded(tool, Known(height, normalised=True))[2] for height in (bowl, statistics))
    highest = max(near.max(), 1e-12)
    return {
        "length": LENGTH,
        "parameters": sum(p.numel() for p in Known(bowl).parameters()),
        "x": np.round(x, 6).tolist(),
        "y": np.round(y, 6).tolist(),
        "bowl": [[float(f"{height:.4g}") for height in row] for row in near.tolist()],
        "shapes": shapes,
        "leaning": [leaning(tool, shape[0], seed) for seed, shape in enumerate(shapes, 1)],
        "nearest_to_the_start": round(float(np.sqrt(2 * near.min())), 4),
        "farthest_asked_for_1": round(float(np.sqrt(2 * near.max())), 4),
        "farthest_asked_for_2": round(float(np.sqrt(2 * far.max())), 4),
        "share_of_the_biases": round(float(parts.max() / highest), 4),
        "share_of_the_statistics": round(float(counted.max() / max(np.nanmax(moved), 1e-12)), 4),
        "cells_missing": int(np.isnan(holes).sum()),
        "spread_of_a_constant": float(f"{np.ptp(flat):.1g}"),
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
