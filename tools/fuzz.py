"""Search for examples that break a property: the property tests again and again, each round with a new seed.

    python tools/fuzz.py MINUTES [options for pytest …]

Ends when the time is over, or after the first round that finds something; hypothesis prints the example. Give
it to the test as an explicit ``@example`` and mend what it shows.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import time


def main(arguments: list[str]) -> int:
    """Search for as many minutes as the first argument says; return 1 if a round found something."""
    try:
        minutes = float(arguments[0])
    except (IndexError, ValueError):
        print(__doc__)
        return 2
    end, rounds = time.monotonic() + 60 * minutes, 0
    while time.monotonic() < end:
        seed = secrets.randbits(32)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2"]
        command += ["-m", "hypothesis", "--hypothesis-profile=search"]
        done = subprocess.run([*command, f"--hypothesis-seed={seed}", *(arguments[1:] or ["tests"])])
        rounds += 1
        if done.returncode:
            print(f"round {rounds}, seed {seed}: see above")
            return 1
    print(f"nothing found in {rounds} rounds, {minutes:g} minutes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
