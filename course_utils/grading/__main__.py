"""``python -m course_utils.grading release …`` and ``grade …``; ``--help`` tells the options."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from course_utils.grading.container import grade_in_container
from course_utils.grading.grades import Desk, grade, release
from course_utils.grading.journal import alone_in, write_at_once
from course_utils.grading.limits import read_settings


def main(arguments: list[str]) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m course_utils.grading", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--sources", type=Path, default=Path("notebooks/homework"), metavar="FOLDER",
                        help="sources with solutions and hidden tests (default: %(default)s)")  # fmt: skip
    shared.add_argument("--course", type=Path, default=Path("build/course"), metavar="FOLDER",
                        help="nbgrader course folder with the gradebook (default: %(default)s)")  # fmt: skip
    make = commands.add_parser("release", parents=[shared], help="make the versions for students")
    make.add_argument("--out", type=Path, default=Path("build/homework"), metavar="FOLDER",
                      help="where they go (default: %(default)s)")  # fmt: skip
    judge = commands.add_parser("grade", parents=[shared], help="grade a folder of submissions")
    judge.add_argument("submissions", type=Path, metavar="DIR", help="student/hw01.ipynb, …")
    judge.add_argument("--out", type=Path, default=Path("grades.csv"), metavar="FILE",
                       help="the table (default: %(default)s)")  # fmt: skip
    judge.add_argument("--jobs", type=int, default=2, help="submissions at the same time (default: 2)")
    judge.add_argument("--again", action="store_true", help="grade anew what is graded already")
    judge.add_argument("--set", action="append", default=[], metavar="NAME=NUMBER",
                       help="a limit, such as cell_seconds=60 (see INSTRUCTOR.md)")  # fmt: skip
    judge.add_argument("--container", action="store_true",
                       help="grade in a container, with Docker or Podman")  # fmt: skip
    judge.add_argument("--trust-submissions", action="store_true",
                       help="run what was handed in without a wall, like any program of yours")  # fmt: skip
    options = parser.parse_args(arguments)
    sources = sorted(options.sources.glob("hw[0-9][0-9].ipynb"))
    try:
        if options.command == "release":
            desk = Desk(options.course, {})
            options.course.mkdir(parents=True, exist_ok=True)
            try:
                with alone_in(options.course):
                    points = release(sources, options.course, desk, options.out)
            finally:
                desk.close()
            print(f"{', '.join(points)}: versions for students in {options.out}")
        else:
            settings: dict[str, Any] = read_settings(options.set)
            if options.container:
                more = ["--jobs", str(options.jobs), *(["--again"] if options.again else [])]
                more += [part for one in options.set for part in ("--set", one)]
                if options.trust_submissions:
                    raise ValueError("--container and --trust-submissions exclude each other")
                return grade_in_container(
                    options.sources, options.submissions, options.course, options.out, more
                )
            if options.trust_submissions:
                settings["trust_submissions"] = True
            csv = grade(
                sources, options.submissions, options.course, max(1, options.jobs), settings, options.again
            )
            write_at_once(options.out.resolve(), csv)
            print(f"{csv.count(chr(10)) - 1} rows in {options.out}")
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
