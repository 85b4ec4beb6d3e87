"""Spectrum, sharpness and a test for ways down of a reader's own network, or a stored one without PyTorch."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from course_utils.curvature import SpectralDensity, extreme_eigenpairs, spectral_density
from course_utils.curvature.extreme import LARGEST_FORMED
from course_utils.curvature.sharpness import sharpness
from course_utils.datasets import read_checked
from course_utils.objectives import Array, Objective
from course_utils.objectives.foreign import ForeignObjective
from course_utils.optimizers import GradientDescent, minimize

SHIPPED = "own-network.npz"
_LENGTHS = np.geomspace(1e-3, 10.0, 41)


@dataclass(frozen=True)
class Measured:
    """What five cells ask of a network. T is the number of steps, n that of parameters.

    Attributes
    ----------
    about : name, number of parameters and where the numbers come from, in a sentence.
    start : (n,) parameters before training.
    loss : (T+1,) along gradient descent.
    rate : its learning rate η.
    moments : (m,) steps at which the sharpness was measured.
    sharpness : (m,) λ_max of the Hessian.
    grid, density : (g,) the density of eigenvalues at the end, smoothed, for the eye.
    ends : (2,) smallest and largest eigenvalue at the end, from products.
    negative : share of eigenvalues at the end that are negative by more than a thousandth of the largest.
    counted : whether that share is of all eigenvalues, up to 3,000 parameters. Beyond, quadrature estimates
        it, which does not tell apart eigenvalues within about a sixtieth of the spectrum's width.
    products : with the Hessian, for the smallest eigenvalue.
    along : (lengths, 2) losses at steps of the lengths ``lengths`` to both sides along its eigenvector.
    lengths : (lengths,).
    descended : the loss after gradient descent has spent as many gradient equivalents as these products.
    """

    about: str
    start: Array
    loss: Array
    rate: float
    moments: Array
    sharpness: Array
    grid: Array
    density: Array
    ends: Array
    negative: float
    counted: bool
    products: int
    along: Array
    lengths: Array
    descended: float


def measure(
    objective: Objective, start: Array, *, rate: float = 0.5, steps: int = 300, about: str = ""
) -> Measured:
    """Train by gradient descent, then look at the curvature where it ends and for a way down from there.

    Parameters
    ----------
    start : (n,) parameters.
    rate : learning rate η.
    steps : of training; 0 measures the network as it is.
    about : the sentence of that name; by default made of the objective's name.

    Raises
    ------
    ValueError
        If training ends higher than it began, or gradient descent goes up from there: the rate is too large
        for what is measured to mean anything.
    """
    run = minimize(objective, GradientDescent(rate), start, steps)
    x = run.x[-1]
    if not run.value[-1] <= run.value[0]:
        raise ValueError(
            f"rate must be small enough for training to lower the loss: with {float(rate):g} it went from "
            f"{run.value[0]:.3g} to {run.value[-1]:.3g}; a network that is trained already takes steps=0"
        )
    moments = np.unique(np.linspace(0, len(run.x) - 1, 9).astype(int))
    operator = objective.hessian_operator(x)
    density = spectral_density(operator, steps=60, probes=8, rng=np.random.default_rng(0))
    ends = extreme_eigenpairs(operator, 1, tol=1e-5, rng=np.random.default_rng(0), largest_formed=0)
    v = ends.eigenvectors[0]
    along = objective.value(x + _LENGTHS[:, None, None] * np.stack([v, -v]))
    further = minimize(objective, GradientDescent(rate), x, 2 * ends.products, record="ends")
    low, high = float(ends.eigenvalues[0]), float(ends.eigenvalues[-1])
    rounding = 1e-9 * max(abs(run.value[0]), abs(run.value[-1]))
    if not further.value[-1] <= run.value[-1] + rounding:
        limit = f"; none above 2/λ_max = 2/{high:.3g} = {2 / high:.3g} can work there" if high > 0 else ""
        raise ValueError(
            f"rate must be small enough for gradient descent to lower the loss where it is measured: with "
            f"{float(rate):g} it went from {run.value[-1]:.3g} to {further.value[-1]:.3g}{limit}"
        )
    return Measured(
        about=about or f"{objective.name}, {objective.dim:,} parameters: computed here",
        start=np.asarray(start, dtype=np.float64),
        loss=run.value,
        rate=rate,
        moments=moments.astype(np.float64),
        sharpness=sharpness(objective, run.x[moments], tol=1e-5, largest_formed=0).eigenvalues,
        grid=density.grid,
        density=density.density,
        ends=np.array([low, high]),
        negative=_share_below(-1e-3 * max(high, 0.0), objective, x, density),
        counted=objective.dim <= LARGEST_FORMED,
        products=ends.products,
        along=along,
        lengths=_LENGTHS,
        descended=float(further.value[-1]),
    )


def _share_below(cut: float, objective: Objective, x: Array, density: SpectralDensity) -> float:
    """Return the share of eigenvalues at ``x`` below ``cut``: counted where H fits, estimated beyond."""
    if objective.dim <= LARGEST_FORMED:
        return float(np.mean(np.linalg.eigvalsh(objective.hessian(x)) < cut))
    return float(np.sum(density.weights[density.nodes < cut]))


def measured(build: Callable[[], ForeignObjective], *, rate: float = 0.5, steps: int = 300) -> Measured:
    """Return `measure` of the network that ``build()`` returns, or the stored one where PyTorch is missing.

    ``build`` imports torch itself; any other error of it is the reader's own, and is raised. ``rate`` and
    ``steps`` are those of `measure`, and so are its errors.

    Raises
    ------
    ValueError
        If ``build`` returns no objective.
    """
    try:
        objective = build()
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        return shipped()
    if not isinstance(objective, Objective):
        raise ValueError(
            "build must return an objective, such as from_torch(module, loss, inputs, targets), "
            f"got {objective!r:.80}"
        )
    return measure(objective, objective.start, rate=rate, steps=steps)


def shipped() -> Measured:
    """Return the stored measurement, made by ``data/own_network.py``; errors as in `read_checked`."""
    with np.load(io.BytesIO(read_checked(SHIPPED))) as stored:
        fields = {name: stored[name] for name in stored.files}
    plain = {name: value.item() if value.ndim == 0 else value for name, value in fields.items()}
    return Measured(**plain)


def as_npz(result: Measured) -> bytes:
    """Return a measurement as the bytes of an .npz file that `shipped` reads."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **asdict(result))
    return buffer.getvalue()
