"""``python -m course_utils.exercises FILE`` writes the table of misconceptions as Markdown."""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

from course_utils.exercises import misconceptions

_HEAD = """# Misconceptions

What the checks of the course recognise in a wrong answer, lesson by lesson and then in the homework, and the
message that the reader gets. The exercises in `course_utils/exercises` are the source: `make misconceptions`
writes this page anew.
"""


def table() -> str:
    """Return every misconception of the course with its exercise and message, as Markdown."""
    lines = [_HEAD]
    for heading, rows in groupby(misconceptions(), key=lambda row: row.exercise_id.rpartition(".")[0]):
        homework = heading.startswith("hw")
        lines += [f"## {f'Homework {heading[2:]}' if homework else f'Lesson {heading}'}", ""]
        lines += ["| exercise | misconception | message |", "|---|---|---|"]
        for row in rows:
            cells = (f"{row.exercise_id} {row.exercise_title}", row.name, row.message)
            lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m course_utils.exercises", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="where the table goes; replaced if it exists")
    parser.parse_args().file.write_text(table(), encoding="utf-8", newline="\n")
