"""What a long computation is made of: cut into tasks, run anywhere, resumed where it stopped."""

from course_utils.running.dask_cluster import NoClusterError, SchedulerLostError, cluster
from course_utils.running.experiment import Experiment, named
from course_utils.running.fitness import UnfitWorkerError
from course_utils.running.growth import Estimate, estimate
from course_utils.running.lock import AlreadyRunningError
from course_utils.running.results import Results, load_results
from course_utils.running.runner import run

__all__ = [
    "AlreadyRunningError",
    "Estimate",
    "Experiment",
    "NoClusterError",
    "Results",
    "SchedulerLostError",
    "UnfitWorkerError",
    "cluster",
    "estimate",
    "load_results",
    "named",
    "run",
]
