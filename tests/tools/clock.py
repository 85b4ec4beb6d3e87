"""A processor clock that counts how often it is looked at, so that runs by the clock repeat."""

from course_utils.experiments import descents


def let_looks_be_time(monkeypatch, seconds=1.0):
    """Let each look at the clock of `descents` be so many ``seconds`` later; return the seconds so far.

    A step is timed by two looks, and so takes ``seconds``. The result is a list of one number, which a test
    may raise.
    """
    now = [0.0]

    def tick():
        now[0] += seconds
        return now[0]

    monkeypatch.setattr(descents, "process_time", tick)
    return now
