"""What is kept of a cell's outputs."""

from __future__ import annotations

import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

from course_utils.grading.reading import TooMuch


def keep(outputs: list[NotebookNode], message: dict[str, Any], size: int, most: int) -> int:
    """Append what a message puts out to a cell's outputs, joining streams.

    Parameters
    ----------
    outputs : of the cell so far.
    message : of the kernel; one that holds no output is passed over.
    size, most : characters that the cell put out so far, and that are kept.

    Returns
    -------
    int
        The characters that the cell put out with this message.
    """
    if isinstance(message["content"], TooMuch):
        output = new_output("stream", name="stdout", text="… an output of too many parts was left out\n")
    else:
        try:
            output = output_from_msg(message)
        except (ValueError, KeyError, TypeError):
            return size  # not an output
    length = len(json.dumps(message["content"], default=str))
    if size > most:
        return size + length
    if size + length > most:
        cut = output.text[: most - size] if output.output_type == "stream" else ""
        note = f"{cut}\n… the rest of the output was cut off\n"
        outputs.append(new_output("stream", name="stdout", text=note))
    elif (
        outputs
        and output.output_type == "stream" == outputs[-1].output_type
        and output.name == outputs[-1].name
    ):
        outputs[-1].text += output.text
    else:
        outputs.append(output)
    return size + length
