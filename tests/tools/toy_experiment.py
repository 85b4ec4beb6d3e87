"""Small experiments for the tests of the runner, in a module of their own: worker processes import it."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from course_utils.running import Experiment


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


def environment(parameters, rng):
    """Return what a worker sees of the settings that decide how it rounds."""
    return {"threads": os.environ.get("OMP_NUM_THREADS", ""), "pid": os.getpid()}


def summary(results):
    return f"mean count {results.column('count').mean():.2f}"


TOY = Experiment("toy", "Random walks of a few milliseconds.", tasks, walk, summary, settings={"dim": 2})
FLAKY = Experiment("flaky", "Two tasks may fail.", tasks, flaky, summary)
DEADLY = Experiment("deadly", "One task takes its process with it.", tasks, deadly, summary)
SLOW = Experiment("slow", "One quick task, others of a minute.", tasks, slow, lambda results: "")
ENVIRONMENT = Experiment("environment", "What workers see.", tasks, environment, lambda results: "")


def threads():
    """Return an executor with more workers than processors."""
    return ThreadPoolExecutor(8)


def journal_of(out):
    """Return where the journal of a run stands."""
    return out.with_name(out.name + ".journal")


def logged(path):
    """Return (process, task) of every task that ran."""
    if not path.exists():
        return []
    return [tuple(map(int, line.split())) for line in path.read_text().splitlines()]
