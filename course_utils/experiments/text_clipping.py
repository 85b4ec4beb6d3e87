"""A character network on real text, with and without clipping: one run, and a grid of long ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.datasets import DATA_FOLDER, TextDataset, load_text, read_checked
from course_utils.networks import RNN, text_windows
from course_utils.objectives import Array
from course_utils.optimizers import clip_by_norm
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "text-clipping.npz"
HIDDEN_UNITS = 64
SEQUENCES = 16
WINDOW = 50
STEPS = 1500
QUICK_STEPS = 30
BLOCK = 10  # steps that the stored curves put together
LEARNING_RATES = (0.1, 0.3, 0.5, 1.0, 2.0, 4.0)
THRESHOLDS: tuple[float | None, ...] = (None, 0.3, 1.0, 5.0)
STARTS = (0, 1)


@dataclass(frozen=True)
class TextRun:
    """What a training run saw, step by step, before each update.

    Attributes
    ----------
    loss : (steps,) nats per character on the window just read.
    gradient_norm : (steps,) ‖g‖ before clipping.
    x : (dim,) the parameters at the end.
    network : the loss on the last window.
    """

    loss: Array
    gradient_norm: Array
    x: Array
    network: RNN


def train_on_text(
    text: TextDataset,
    learning_rate: float,
    clip_norm: float | None = None,
    *,
    steps: int = 100,
    hidden_units: int = HIDDEN_UNITS,
    sequences: int = SEQUENCES,
    window: int = WINDOW,
    seed: int = 0,
) -> TextRun:
    """Train a tanh network to predict the next character by gradient descent, window after window.

    The text is read in ``sequences`` places at once; each step moves one ``window`` on and carries the
    states over, so that gradients are truncated at the window's border. With ``clip_norm`` every
    gradient is shortened to it first: x ← x − η·min(1, h/‖g‖)·g (Pascanu, Mikolov & Bengio 2013).
    ``seed`` decides the start and nothing else: two runs with one seed differ by their settings alone.
    """
    windows = text_windows(text.train, sequences, window)
    network = RNN(hidden_units, len(text.vocabulary), windows[0])
    x = network.initial(np.random.default_rng(seed))
    loss, norms = np.empty(steps), np.empty(steps)
    for k in range(steps):
        place = k % len(windows)
        if k:
            fresh = place == 0  # the text begins again, and with it the states
            network = (
                RNN(hidden_units, len(text.vocabulary), windows[0])
                if fresh
                else network.following(x, windows[place])
            )
        loss[k], g = network.value_and_gradient(x)
        norms[k] = np.linalg.norm(g)
        if clip_norm is not None:
            g = clip_by_norm(g, clip_norm)
        x = x - learning_rate * g
    return TextRun(loss, norms, x, network)


def held_out_loss(text: TextDataset, network: RNN, x: Array) -> float:
    """Return nats per character on the test text, read in one go from a zero state."""
    windows = text_windows(text.test, SEQUENCES, len(text.test) // SEQUENCES - 1)
    return float(RNN(network.hidden_units, network.vocabulary_size, windows[0]).value(x))


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Every learning rate with every threshold from the same starts."""
    return [
        {
            "learning_rate": rate,
            "clip_norm": h,
            "start": start + seed,
            "steps": QUICK_STEPS if quick else STEPS,
        }
        for start in STARTS[: 1 if quick else None]
        for rate in LEARNING_RATES
        for h in THRESHOLDS
    ]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Train one network; the start is a parameter, so that runs with and without clipping share it."""
    text = load_text()
    result = train_on_text(
        text,
        parameters["learning_rate"],
        parameters["clip_norm"],
        steps=parameters["steps"],
        seed=parameters["start"],
    )
    loss, norms = (values.reshape(-1, BLOCK) for values in (result.loss, result.gradient_norm))
    return {
        "loss": loss.mean(axis=1).astype(np.float32),
        "mean_norm": norms.mean(axis=1).astype(np.float32),
        "largest_norm": norms.max(axis=1).astype(np.float32),
        "held_out": held_out_loss(text, result.network, result.x),
    }


def shipped_results() -> Results:
    """Return the full run that comes with the course, checked against its checksum."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def find(results: Results, learning_rate: float, clip_norm: float | None, start: int = 0) -> Row:
    """Return the curves of one run: ``loss``, ``mean_norm``, ``largest_norm`` by block, ``held_out``.

    Raises
    ------
    ValueError
        If there is no such run.
    """
    wanted = {"learning_rate": learning_rate, "clip_norm": clip_norm, "start": start}
    for index, row in results.rows.items():
        if wanted.items() <= results.tasks[index].items():
            return row
    raise ValueError(f"learning_rate, clip_norm and start must be those of a run, got {wanted}")


def held_out_grid(results: Results) -> dict[str, Array]:
    """Return held-out losses by threshold: (learning rates, starts), in the order of the tasks."""
    rates = list(dict.fromkeys(results.parameter("learning_rate").tolist()))
    starts = list(dict.fromkeys(results.parameter("start").tolist()))
    return {
        threshold_name(h): np.array(
            [[float(find(results, rate, h, start)["held_out"]) for start in starts] for rate in rates]
        )
        for h in THRESHOLDS
    }


def summary(results: Results) -> str:
    """Held-out loss by learning rate and threshold, the mean over starts."""
    if not results.complete:
        return "the table needs all runs"
    grid = held_out_grid(results)
    rates = list(dict.fromkeys(results.parameter("learning_rate").tolist()))
    lines = ["held-out loss, nats per character", "    η" + "".join(f"{name:>14}" for name in grid)]
    for k, rate in enumerate(rates):
        lines.append(f"{rate:5g}" + "".join(f"{losses[k].mean():14.3f}" for losses in grid.values()))
    return "\n".join(lines)


def threshold_name(threshold: float | None) -> str:
    """Return what a legend calls a threshold."""
    return "no clipping" if threshold is None else f"h = {threshold:g}"


TEXT_CLIPPING = Experiment(
    name="text-clipping",
    description="Character network on real text: learning rates with and without clipping, 48 runs.",
    tasks=tasks,
    run=run,
    summary=summary,
    settings={"hidden_units": HIDDEN_UNITS, "sequences": SEQUENCES, "window": WINDOW, "block": BLOCK},
)
