"""``python -m course_utils.experiments NAME``: run an experiment, or go on where it stopped.

What takes long to import is imported once Ctrl-C is listened for.
"""

import os
import signal
import sys
import time
from types import FrameType

from course_utils.experiments import RESUME

INTERRUPTED = 130
SENTENCE = f"\ninterrupted; {RESUME}"
PATIENCE = 10.0  # seconds that winding down may take
_SOON = 0.05  # s


def interrupt_once() -> None:
    """Let Ctrl-C raise KeyboardInterrupt once, and not again while what it began is wound down.

    Python's own handler raises it anywhere a second time, in the middle of the clean-up and of leaving. Where
    nobody can hear it, in the callback of a weak reference or a ``__del__``, Python prints it and goes on;
    then it is raised again, `_SOON`. If `PATIENCE` is not enough for winding down, the process ends on the
    spot: finished tasks are on the disk. Windows has no timer for either: there the next Ctrl-C does it.
    """
    began: float | None = None

    def time_out(seconds: float) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def interrupt(signum: int, frame: FrameType | None) -> None:
        nonlocal began
        if began is None:
            began = time.monotonic()
            time_out(PATIENCE)
            raise KeyboardInterrupt
        if time.monotonic() - began > PATIENCE:
            leave()

    def unheard(unraisable: "sys.UnraisableHookArgs") -> None:
        nonlocal began
        if unraisable.exc_type is KeyboardInterrupt:
            began = None
            time_out(_SOON)
        else:
            sys.__unraisablehook__(unraisable)

    def timed_out(signum: int, frame: FrameType | None) -> None:
        if began is None:
            interrupt(signum, frame)
        leave()

    def leave() -> None:
        os.write(2, f"{SENTENCE}\n".encode())
        os._exit(INTERRUPTED)

    signal.signal(signal.SIGINT, interrupt)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, timed_out)
    sys.unraisablehook = unheard


def begin() -> int:
    """Run the command line and return its exit code."""
    try:
        interrupt_once()
        from course_utils.experiments.command import main

        code = main()
    except KeyboardInterrupt:
        print(SENTENCE, file=sys.stderr)
        code = INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing left but to leave
    return code


if __name__ == "__main__":
    sys.exit(begin())
