"""Small experiments for the tests of the runner, in a module of their own: worker processes import it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from course_utils.running import Experiment
from course_utils.running.journal import decode
from tests.tools import ROOT


def log(word):
    """Append a word to the file that the test reads, in one write."""
    if path := os.environ.get("TOY_LOG"):
        with open(path, "a") as file:
            file.write(f"{word}\n")


def tasks(seed, quick):
    return [{"number": number, "shape": [number % 3, 2]} for number in range(6 if quick else 40)]


def walk(parameters, rng):
    """Return results of every kind: arrays whose length differs, scalars, text, and one not always there."""
    time.sleep(rng.uniform(0.002, 0.02))
    log(f"{os.getpid()} {parameters['number']}")
    result = {
        "points": rng.standard_normal(parameters["shape"]),
        "vector": rng.standard_normal(3).astype("float32"),
        "count": parameters["number"],
        "parity": "even" if parameters["number"] % 2 == 0 else "odd",
        "triangle": rng.standard_normal((parameters["number"] % 4,) * 2),
    }
    if parameters["number"] % 5 == 0:
        result["sometimes"] = float("nan")
    return result


def gated(parameters, rng):
    """Walk; from task 10 on, wait until the test opens the gate by making the file."""
    result = walk(parameters, rng)
    gate = os.environ.get("TOY_GATE")
    while gate and parameters["number"] >= 10 and not os.path.exists(gate):
        time.sleep(0.01)
    return result


def flaky(parameters, rng):
    if parameters["number"] in (1, 4) and os.environ.get("TOY_FAILS"):
        raise ArithmeticError(f"number {parameters['number']} does not work")
    return walk(parameters, rng)


def deadly(parameters, rng):
    if parameters["number"] == 20:
        os._exit(3)
    return walk(parameters, rng)


def slow(parameters, rng):
    log(f"{os.getpid()} {parameters['number']}")
    time.sleep(0.0 if parameters["number"] == 0 else 60.0)
    return {"number": parameters["number"]}


def chained_tasks(seed, quick):
    """Return a trunk, two branches and a leaf, in no good order, and two tasks that are free."""
    return [
        {"number": 0, "task": "leaf", "after": "left"},
        {"number": 1},
        {"number": 2, "task": "left", "after": "trunk"},
        {"number": 3, "after": "trunk"},
        {"number": 4, "task": "trunk"},
        {"number": 5},
    ]


def chained(parameters, rng, earlier=None):
    """Return a sum along the chain and a long vector that is handed on; say who ran."""
    time.sleep(0.005)
    log(f"{os.getpid()} {parameters['number']}")
    if str(parameters["number"]) == os.environ.get("TOY_FAILS"):
        raise ArithmeticError(f"number {parameters['number']} does not work")
    draw = rng.standard_normal()
    if ("after" in parameters) != (earlier is not None):
        raise TypeError("a task is given an earlier result if and only if it waits for one")
    if earlier is None:
        return {"total": draw, "long": np.full(1000, draw)}
    if earlier["long"].flags.writeable:
        raise TypeError("what is handed on belongs to all who wait for it")
    return {"total": earlier["total"] + draw, "long": earlier["long"] + draw}


def environment(parameters, rng):
    """Return what a worker sees of the settings that decide how it rounds."""
    return {"threads": os.environ.get("OMP_NUM_THREADS", ""), "pid": os.getpid()}


def summary(results):
    return f"mean count {results.column('count').mean():.2f}"


TOY = Experiment("toy", "Random walks of a few milliseconds.", tasks, walk, summary, settings={"dim": 2})
GATED = Experiment("gated", "All but ten tasks may have to wait.", tasks, gated, summary)
FLAKY = Experiment("flaky", "Two tasks may fail.", tasks, flaky, summary)
DEADLY = Experiment("deadly", "One task takes its process with it.", tasks, deadly, summary)
SLOW = Experiment("slow", "One quick task, others of a minute.", tasks, slow, lambda results: "")
CHAINED = Experiment(
    "chained", "Tasks that wait.", chained_tasks, chained, lambda results: "", handed_on=("long",)
)
ENVIRONMENT = Experiment("environment", "What workers see.", tasks, environment, lambda results: "")


def threads():
    """Return an executor with more workers than processors."""
    return ThreadPoolExecutor(8)


def start(name, out, *options, **environment):
    """Start a runner in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "course_utils.experiments",
        f"tests.tools.toy_experiment:{name}",
        "--out",
        str(out),
    ]
    return subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,  # a process group of its own, as a terminal gives each command
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def in_journal(out):
    """Return the numbers of the tasks in the journal, torn line left out."""
    if not journal_of(out).exists():
        return set()
    with open(journal_of(out), "rb") as file:
        entries = [decode(line) for line in file]
    return {entry["task"] for entry in entries if entry is not None and "task" in entry}


def journal_of(out):
    """Return where the journal of a run stands."""
    return out.with_name(out.name + ".journal")


def logged(path):
    """Return (process, task) of every task that ran."""
    if not path.exists():
        return []
    return [tuple(map(int, line.split())) for line in path.read_text().splitlines()]
