"""The first steps of stored runs of the large experiments' protocol, made anew."""

import numpy as np

from course_utils.experiments.continuations import optimizer


def errors_of_sgd(problem, plan, at):
    """Return the errors (len(at), 2) of the protocol's first run after ``at`` steps each, by seed 0.

    The run is that of the task with number 0; no clock has a part in it.
    """
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(0,)))
    x, sgd = problem.start(rng), optimizer(plan, "sgd-on")
    state, errors = sgd.init(problem.objective, x), []
    for more in np.diff(at, prepend=0):
        for _ in range(more):
            x, state = sgd.step(problem.objective, x, state, rng)
        errors.append(problem.errors(x))
    return np.array(errors)
