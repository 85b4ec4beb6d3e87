"""The deep autoencoder of Hinton & Salakhutdinov (2006), trained beyond where SGD stalls.

784-1000-500-250-30 and back, sigmoid units around a linear code, 2.8 million parameters, on MNIST: the
talk's experiment (Dauphin et al. 2014, section 7). The loss is the sigmoid cross-entropy of the pixels;
errors are squared errors, summed over the pixels of an image and averaged over images (Martens 2010, section
5). Passes are in single precision, parameters and what is summed over images in double.

`AUTOENCODER` is the whole experiment, all 60,000 images, in less than two hours on two cores.
`AUTOENCODER_SMALL` is the same network on the first 5,000 images, in half an hour on one core.
Results of both come with the course. Both need the images that ``python data/make.py mnist-28x28`` fetches;
the quick form of both is a small network on the course's own 10×10 digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.datasets import DATA_FOLDER, Dataset, load, load_mnist, read_checked
from course_utils.experiments.continuations import HANDED_ON, Plan, protocol_summary, protocol_tasks, run_task
from course_utils.experiments.descents import Problem
from course_utils.networks import MLP, InBatches
from course_utils.objectives import Array
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = {"full": "autoencoder-full.npz", "small": "autoencoder.npz"}
DEEP = (784, 1000, 500, 250, 30, 250, 500, 1000, 784)
SHOWN = 10
AT_ONCE = 1000
"""Images in a pass."""


@dataclass(frozen=True)
class Setting:
    """A size of the experiment: images, the network's layers and the numbers of the protocol."""

    images: int
    test_images: int
    layer_sizes: tuple[int, ...]
    incoming: int
    plan: Plan


FULL = Setting(
    images=60_000,
    test_images=10_000,
    layer_sizes=DEEP,
    incoming=15,
    plan=Plan(
        sgd_seconds=1200,
        seconds=600,
        look_every=60,
        stall_steps=1500,
        stall_fall=0.05,
        batch_size=200,
        learning_rate=0.003,
        momentum=0.9,
        lower=0.1,
        adam_rate=0.001,
        memory=10,
        curvature_examples=1_000,
        damping=1.0,
        subspace=50,
        inner_steps=3,
        spectrum_examples=5_000,
        spectrum_steps=60,
        spectrum_probes=3,
        noise_batches=20,
    ),
)
SMALL = replace(
    FULL,
    images=5_000,
    test_images=2_000,
    plan=replace(
        FULL.plan,
        sgd_seconds=480,
        seconds=200,
        look_every=12,
        stall_steps=400,
        curvature_examples=500,
        damping=0.1,
        subspace=20,
        inner_steps=1,
        spectrum_examples=1_000,
        spectrum_steps=40,
        spectrum_probes=2,
    ),
)
QUICK = replace(
    FULL,
    images=300,
    test_images=100,
    layer_sizes=(100, 30, 15, 6, 15, 30, 100),
    incoming=8,
    plan=replace(
        SMALL.plan,
        learning_rate=0.02,
        sgd_seconds=0.4,
        seconds=0.2,
        look_every=0.05,
        stall_steps=100,
        batch_size=50,
        curvature_examples=100,
        spectrum_examples=100,
        spectrum_steps=20,
        noise_batches=5,
    ),
)


def images(setting: Setting) -> Dataset:
    """Return the digits of a setting: 28×28 for the deep network, those of the course for the quick one."""
    if setting.layer_sizes[0] == 784:
        return load_mnist(setting.images, setting.test_images)
    digits = load("mnist-10x10").subset(setting.images)
    return replace(
        digits,
        test_inputs=digits.test_inputs[: setting.test_images],
        test_targets=digits.test_targets[: setting.test_images],
    )


def network(layer_sizes: tuple[int, ...], inputs: NDArray[Any]) -> MLP:
    """Return the loss of an autoencoder on ``inputs`` (N, layer_sizes[0]): sigmoid units, a linear code."""
    hidden = len(layer_sizes) - 2
    activations = ["sigmoid"] * hidden
    activations[hidden // 2] = "identity"
    return MLP(
        layer_sizes,
        inputs,
        inputs,
        activation=activations,  # type: ignore[arg-type]  # the names are known
        loss="sigmoid_cross_entropy",
        dtype="float32",
    )


def squared_error(net: MLP, x: Array) -> float:
    """Return the mean over the images of Σ over the pixels of (answer − pixel)²."""
    total = 0.0
    for first in range(0, net.examples, AT_ONCE):
        part = net.batch(np.arange(first, min(first + AT_ONCE, net.examples)))
        total += float(np.sum((part.predict(x) - part.targets) ** 2))
    return total / net.examples


@cache
def problem(setting: Setting) -> Problem:
    """Return what is trained in a setting."""
    digits = images(setting)
    train = network(setting.layer_sizes, digits.inputs)
    test = network(setting.layer_sizes, digits.test_inputs)

    def shown(x: Array) -> dict[str, NDArray[np.uint8]]:
        answers = test.batch(np.arange(SHOWN)).predict(x)
        return {"reconstructions": np.rint(255 * answers).astype(np.uint8)}

    return Problem(
        objective=InBatches(train, AT_ONCE),
        start=lambda rng: train.initial(rng, incoming=setting.incoming),
        errors=lambda x: (squared_error(train, x), squared_error(test, x)),
        shown=shown,
    )


def run(
    parameters: dict[str, Any], rng: np.random.Generator, earlier: Row | None = None
) -> Mapping[str, Any]:
    """Run one task of the protocol (see `continuations`).

    Further results of a run: ``reconstructions`` (10, pixels), of the first test images at its end, 0 … 255.
    """
    setting = {"full": FULL, "small": SMALL, "quick": QUICK}[parameters["setting"]]
    return run_task(problem(setting), setting.plan, parameters, rng, earlier)


def full_tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return the tasks of the whole experiment, or those of the quick one."""
    return protocol_tasks(setting="quick" if quick else "full")


def small_tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return the tasks of the smaller experiment, or those of the quick one."""
    return protocol_tasks(setting="quick" if quick else "small")


def shipped_results(setting: str) -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`.

    ``setting`` is "full" or "small"; a ValueError refuses others.
    """
    if setting not in list(SHIPPED):  # a list can be asked about what has no hash
        raise ValueError(f"setting must be 'full' or 'small', got {setting!r}")
    read_checked(SHIPPED[setting])
    return load_results(DATA_FOLDER / SHIPPED[setting])


def summary(results: Results) -> str:
    """Return one line for each run, and one for the stall."""
    return protocol_summary(results, "squared error")


AUTOENCODER = Experiment(
    name="autoencoder",
    description="A deep autoencoder beyond where SGD stalls, on all of MNIST (two hours on two cores).",
    tasks=full_tasks,
    run=run,
    summary=summary,
    settings={"full": asdict(FULL), "quick": asdict(QUICK)},
    handed_on=HANDED_ON,
)
AUTOENCODER_SMALL = Experiment(
    name="autoencoder-small",
    description="The same network on 5,000 images (half an hour on one core).",
    tasks=small_tasks,
    run=run,
    summary=summary,
    settings={"small": asdict(SMALL), "quick": asdict(QUICK)},
    handed_on=HANDED_ON,
)
