"""The command that runs an experiment, or goes on where it stopped."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

from course_utils.experiments import RESUME, catalogue
from course_utils.running import (
    AlreadyRunningError,
    Experiment,
    NoClusterError,
    Results,
    SchedulerLostError,
    UnfitWorkerError,
    cluster,
    estimate,
    named,
    run,
)
from course_utils.running.growth import report

COMPLETE, TASKS_FAILED, REFUSED, CLUSTER_LOST = range(4)


def arguments() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m course_utils.experiments",
        description="Run an experiment. Interrupt it when you like: the same command resumes it.",
        epilog="Exit code 0: complete; 1: tasks failed (the same command tries them again) or a worker "
        "died; 2: refused; 3: the scheduler was lost; 130: interrupted.",
    )
    parser.add_argument("name", nargs="?", help="one of --list, or module:attribute for your own")
    parser.add_argument("--list", action="store_true", help="list the experiments")
    parser.add_argument(
        "--out", type=Path, help="result file (default: NAME.npz, with --quick NAME-quick.npz)"
    )
    parser.add_argument("--workers", type=int, help="number of processes (default: one for each processor)")
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="run on the Dask cluster of this scheduler, for example tcp://192.168.0.5:8786",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of all random numbers (default: 0)")
    parser.add_argument("--quick", action="store_true", help="a run of seconds instead of the full one")
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="run nothing: tell from a finished run's times what 1, 8 and 64 workers would make of it",
    )
    return parser


def find(name: str) -> Experiment:
    """Return the experiment called ``name``."""
    if ":" in name:
        return named(name)
    known = catalogue()
    if name not in known:
        raise ValueError(f"no experiment is called {name!r}; there are: {', '.join(known) or 'none'}")
    return known[name]


def run_where_asked(experiment: Experiment, out: Path, options: argparse.Namespace) -> Results:
    """Run ``experiment`` on the cluster if one is named, else in processes of this machine."""
    settings = {"seed": options.seed, "quick": options.quick, "stream": sys.stderr}
    if options.scheduler is None:
        return run(experiment, out, workers=options.workers, **settings)
    with cluster(options.scheduler, experiment.run, stream=sys.stderr) as executor:
        return run(experiment, out, workers=options.workers, executor=executor, **settings)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` and return its exit code; Ctrl-C is left to the caller."""
    parser = arguments()
    options = parser.parse_args(argv)
    if options.list:
        for known in catalogue().values():
            print(f"{known.name:24}{known.description}")
        return COMPLETE
    if options.name is None:
        parser.error("say which experiment to run, or --list")
    try:
        experiment = find(options.name)
        out = options.out or Path(f"{experiment.name}{'-quick' if options.quick else ''}.npz")
        if options.estimate:
            print(report(experiment.name, estimate(experiment, out)))
            return COMPLETE
        results = run_where_asked(experiment, out, options)
    except (ValueError, AlreadyRunningError, NoClusterError, UnfitWorkerError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return REFUSED
    except SchedulerLostError as error:
        print(f"{error}; {RESUME}", file=sys.stderr)
        return CLUSTER_LOST
    except BrokenExecutor as error:
        print(f"a worker process died ({error}); {RESUME}", file=sys.stderr)
        return TASKS_FAILED
    if results.rows:
        print(experiment.summary(results))
    print(f"{len(results.rows)} of {len(results.tasks)} tasks in {out}")
    for index, reason in results.errors.items():
        print(f"task {index} failed: {reason}", file=sys.stderr)
    return COMPLETE if results.complete else TASKS_FAILED
