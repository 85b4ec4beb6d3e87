"""A recurrent network that reads a novel, trained beyond where SGD stalls.

120 tanh units that predict the next character, 30,426 parameters: the second of the talk's large
experiments (Dauphin et al. 2014, section 7), which had the Penn Treebank where we have *Pride and Prejudice*.
The loss is the error, too: nats per character, exact through all steps of a sequence, each of which begins
with a state of zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from course_utils.datasets import DATA_FOLDER, load_text, read_checked
from course_utils.datasets.text import Codes
from course_utils.experiments.continuations import HANDED_ON, Plan, protocol_summary, protocol_tasks, run_task
from course_utils.experiments.descents import Problem
from course_utils.networks import RNN, InBatches, text_windows
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "text-model.npz"
AT_ONCE = 100
"""Sequences in a pass."""


@dataclass(frozen=True)
class Setting:
    """A size of the experiment: the network, how much it reads, and the numbers of the protocol.

    Attributes
    ----------
    hidden_units : of the network.
    sequences, test_sequences : how many are read, spread evenly over the text.
    steps : predictions in each.
    plan : of the protocol.
    """

    hidden_units: int
    sequences: int
    test_sequences: int
    steps: int
    plan: Plan


# SGD's rate is the best of 0.03, 0.1 and 0.3 after 12 seconds.
FULL = Setting(
    hidden_units=120,
    sequences=500,
    test_sequences=100,
    steps=50,
    plan=Plan(
        sgd_seconds=300,
        seconds=45,
        look_every=1.5,
        stall_steps=500,
        stall_fall=0.01,
        batch_size=50,
        learning_rate=0.1,
        momentum=0.9,
        lower=0.1,
        adam_rate=0.001,
        memory=10,
        curvature_examples=100,
        damping=1.0,
        subspace=30,
        inner_steps=3,
        spectrum_examples=500,  # all: on a hundred the lowest eigenvalue is several times as low
        spectrum_steps=50,
        spectrum_probes=2,
        noise_batches=20,
    ),
)
QUICK = replace(
    FULL,
    hidden_units=8,
    sequences=30,
    test_sequences=5,
    steps=10,
    plan=replace(
        FULL.plan,
        sgd_seconds=0.4,
        seconds=0.2,
        look_every=0.05,
        stall_steps=100,
        batch_size=10,
        curvature_examples=10,
        subspace=10,
        spectrum_examples=10,
        spectrum_steps=20,
        noise_batches=5,
    ),
)


def network(setting: Setting, characters: Codes, sequences: int) -> RNN:
    """Return the loss on the beginnings of so many equal parts of a text."""
    vocabulary = len(load_text().vocabulary)
    return RNN(setting.hidden_units, vocabulary, text_windows(characters, sequences, setting.steps)[0])


@cache
def problem(setting: Setting) -> Problem:
    """Return what is trained in a setting."""
    text = load_text()
    train = network(setting, text.train, setting.sequences)
    whole, test = InBatches(train, AT_ONCE), network(setting, text.test, setting.test_sequences)
    return Problem(
        objective=whole,
        start=train.initial,
        errors=lambda x: (float(whole.value(x)), float(test.value(x))),
    )


def run(
    parameters: dict[str, Any], rng: np.random.Generator, earlier: Row | None = None
) -> Mapping[str, Any]:
    """Run one task of the protocol (see `continuations`); errors are in nats per character.

    The look at the stall keeps its ``point`` (dim,), in single precision.
    """
    setting = {"full": FULL, "quick": QUICK}[parameters["setting"]]
    found = run_task(problem(setting), setting.plan, parameters, rng, earlier)
    return {**found, "point": earlier["x"]} if earlier and parameters["task"] == "stall" else found


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return the tasks of the protocol."""
    return protocol_tasks(setting="quick" if quick else "full")


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def summary(results: Results) -> str:
    """Return one line for each run, and one for the stall."""
    return protocol_summary(results, "nats per character")


TEXT_MODEL = Experiment(
    name="text-model",
    description="A recurrent network on a novel beyond where SGD stalls (eight minutes on one core).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings={"full": asdict(FULL), "quick": asdict(QUICK)},
    handed_on=HANDED_ON,
)
