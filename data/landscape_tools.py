"""What three published landscape tools draw of landscapes that one knows: writes `landscape-tools.json`.

    python data/landscape_tools.py

Needs an environment of its own, Python 3.12 and

    pip install torch==2.13.0 matplotlib h5py tqdm loss-landscapes==3.0.6
    pip install --no-deps losscape==1.5.10 landscaper==1.3.1

A minute on one core. Each tool is asked for 9 by 9 values around a small network with parameters of length 5.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import sys
import types
from importlib.metadata import version
from pathlib import Path

import matplotlib
import numpy as np
import torch

matplotlib.use("Agg")
HERE = Path(__file__).resolve().parent
TARGET = "landscape-tools.json"
STEPS, LENGTH = 9, 5.0


def network() -> torch.nn.Module:
    """Return a 10-4-3 network whose parameters, biases among them, have length 5."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(10, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3))
    with torch.no_grad():
        size = torch.sqrt(sum((p**2).sum() for p in model.parameters()))
        for p in model.parameters():
            p.mul_(LENGTH / size)
    return model


START = [p.detach().clone() for p in network().parameters()]


def bowl(parameters: list[torch.Tensor]) -> float:
    """Return ½‖θ − θ₀‖²."""
    return float(sum(((p - s) ** 2).sum() for p, s in zip(parameters, START, strict=True)) / 2)


def biases(parameters: list[torch.Tensor]) -> float:
    """Return the part of the bowl that belongs to the biases."""
    pairs = zip(parameters, START, strict=True)
    return float(sum(((p - s) ** 2).sum() for p, s in pairs if p.dim() == 1) / 2)


def holed(parameters: list[torch.Tensor]) -> float:
    """Return the bowl, NaN where the first weight has grown."""
    grown = parameters[0].flatten()[0] > START[0].flatten()[0] + 1e-12
    return float("nan") if bool(grown) else bowl(parameters)


def constant(parameters: list[torch.Tensor]) -> float:
    """Return 1."""
    return 1.0


def by_loss_landscapes(loss, distance: float) -> np.ndarray:
    """`loss_landscapes.random_plane` with its default, filter normalisation."""
    import loss_landscapes
    from loss_landscapes.metrics.metric import Metric

    class Known(Metric):
        def __call__(self, model_wrapper):
            return loss(list(model_wrapper.get_module_parameters()))

    torch.manual_seed(1)
    return loss_landscapes.random_plane(
        network(), Known(), distance=distance, steps=STEPS, deepcopy_model=True
    )


def by_losscape(loss, distance: float) -> np.ndarray:
    """`losscape.create_landscape.create_3D_losscape`, whose coordinates go from −distance to distance."""
    from losscape.create_landscape import create_3D_losscape

    torch.manual_seed(1)
    model = network()
    batch = [(torch.zeros(1, 10), torch.zeros(1, dtype=torch.long))]
    ends = {"x_min": -distance, "x_max": distance, "y_min": -distance, "y_max": distance}
    return create_3D_losscape(
        model,
        batch,
        criterion=lambda *_: torch.tensor(loss([p.data for p in model.parameters()])),
        num_batches=1,
        save_only=True,
        output_path="/tmp",
        output_h5=False,
        num_points=STEPS,
        **ends,
    )[2]


def by_landscaper(loss, distance: float) -> np.ndarray:
    """`landscaper.compute.compute_loss_landscape` along two random orthonormal directions."""
    if "landscaper" not in sys.modules:  # its own __init__ asks for topology packages not used here
        package = types.ModuleType("landscaper")
        package.__path__ = list(importlib.util.find_spec("landscaper").submodule_search_locations)
        sys.modules["landscaper"] = package
    from landscaper.compute import compute_loss_landscape

    torch.manual_seed(1)
    np.random.seed(0)  # noqa: NPY002  the noise that the package draws from it
    model = network()
    sizes = [p.numel() for p in model.parameters()]
    rows = torch.linalg.qr(torch.randn(sum(sizes), 2))[0].T
    directions = [
        [part.reshape(p.shape).clone() for part, p in zip(row.split(sizes), model.parameters(), strict=True)]
        for row in rows
    ]
    return compute_loss_landscape(
        model,
        None,
        directions,
        lambda moved, _: loss([p.data for p in moved.parameters()]),
        steps=STEPS,
        distance=distance,
        dim=2,
        device="cpu",
    )[0]


TOOLS = {
    "loss-landscapes": by_loss_landscapes,
    "losscape": by_losscape,
    "landscaper": by_landscaper,
}


def measure(draw) -> dict[str, float]:
    """Return what a tool draws of the four landscapes, asked for a distance of 1 and of 2."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        near, far, parts, holes, flat = (
            np.asarray(draw(loss, distance), dtype=float)
            for loss, distance in ((bowl, 1.0), (bowl, 2.0), (biases, 1.0), (holed, 1.0), (constant, 1.0))
        )
    return {
        "nearest_to_the_start": round(float(np.sqrt(2 * near.min())), 4),
        "farthest_asked_for_1": round(float(np.sqrt(2 * near.max())), 4),
        "farthest_asked_for_2": round(float(np.sqrt(2 * far.max())), 4),
        "share_of_the_biases": round(float(parts.max() / near.max()), 4),
        "cells_missing": int(np.isnan(holes).sum()),
        "spread_of_a_constant": float(f"{np.ptp(flat):.1g}"),
    }


def main() -> None:
    """Ask every tool and store what came."""
    torch.set_default_dtype(torch.float64)
    START[:] = [p.detach().clone() for p in network().parameters()]
    found = {f"{name} {version(name)}": measure(draw) for name, draw in TOOLS.items()}
    text = json.dumps({"length": LENGTH, "steps": STEPS, "tools": found}, indent=1) + "\n"
    (HERE / TARGET).write_text(text, encoding="utf-8")
    print(text, hashlib.sha256(text.encode()).hexdigest(), TARGET)


if __name__ == "__main__":
    main()
