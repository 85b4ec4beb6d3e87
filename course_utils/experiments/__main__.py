"""``python -m course_utils.experiments NAME``: run an experiment, or go on where it stopped.

What takes long to import is imported once Ctrl-C is listened for.
"""

import os
import signal
import sys
import time
from types import FrameType

INTERRUPTED = 130
PATIENCE = 10.0  # seconds that winding down may take before Ctrl-C ends it


def interrupt_once() -> None:
    """Let Ctrl-C raise KeyboardInterrupt the first time, and not again while what it began is wound down.

    Python's own handler raises it anywhere a second time, in the middle of the clean-up and of leaving. If
    `PATIENCE` is not enough for that, Ctrl-C ends the process on the spot: finished tasks are on the disk.
    """
    first: list[float] = []

    def interrupt(signum: int, frame: FrameType | None) -> None:
        if not first:
            first.append(time.monotonic())
            if hasattr(signal, "alarm"):  # where there is none, the next Ctrl-C after that time ends it
                signal.alarm(int(PATIENCE))
            raise KeyboardInterrupt
        if time.monotonic() - first[0] > PATIENCE:
            os._exit(INTERRUPTED)

    def leave(signum: int, frame: FrameType | None) -> None:
        os.write(2, b"\ninterrupted; finished tasks are kept, run the same command to resume\n")
        os._exit(INTERRUPTED)

    signal.signal(signal.SIGINT, interrupt)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, leave)


def begin() -> int:
    """Run the command line and return its exit code."""
    try:
        interrupt_once()
        from course_utils.experiments.command import main

        code = main()
    except KeyboardInterrupt:  # while importing, or while telling what was found
        print("\ninterrupted; run the same command to resume", file=sys.stderr)
        code = INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing left but to leave
    return code


if __name__ == "__main__":
    sys.exit(begin())
