"""What a long computation is made of: cut into tasks, run anywhere, resumed where it stopped."""

from course_utils.running.experiment import Experiment, named
from course_utils.running.lock import AlreadyRunningError
from course_utils.running.results import Results, load_results
from course_utils.running.runner import run

__all__ = ["AlreadyRunningError", "Experiment", "Results", "load_results", "named", "run"]
