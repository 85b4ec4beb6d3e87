"""Long computations: cut into tasks, run anywhere, resumed where they stopped."""

from course_utils.experiments.experiment import Experiment, catalogue, named
from course_utils.experiments.lock import AlreadyRunningError
from course_utils.experiments.results import Results, load_results
from course_utils.experiments.runner import run

__all__ = ["AlreadyRunningError", "Experiment", "Results", "catalogue", "load_results", "named", "run"]
