"""What is kept of a cell's outputs: texts and pictures, and nothing that a browser would run.

A graded notebook is shown where the lecturer is logged in. So HTML, JavaScript, SVG and widgets are dropped;
every output of IPython that has one of them has a text beside it, which stays.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output, output_from_msg

from course_utils.checking.describe import shorten
from course_utils.grading.reading import TooMuch

_PICTURES = ("image/png", "image/jpeg")


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
            output = _harmless(output_from_msg(message))
        except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
            return size  # not an output
    length = len(json.dumps(output))
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


def _harmless(output: NotebookNode) -> NotebookNode:
    """Return an output made anew of what may be kept of one, of which any part may be anything."""
    kept: NotebookNode
    if output.output_type == "stream":
        name = "stderr" if output.name == "stderr" else "stdout"
        kept = new_output("stream", name=name, text=str(output.text))
    elif output.output_type == "error":
        traceback = [str(line) for line in output.traceback]
        kept = new_output("error", ename=str(output.ename), evalue=str(output.evalue), traceback=traceback)
    elif output.output_type == "display_data":
        kept = new_output("display_data", data=_shown(output.data))
    else:
        count = output.execution_count if type(output.execution_count) is int else None
        kept = new_output("execute_result", data=_shown(output.data), execution_count=count)
    return kept


def _shown(data: dict[str, Any]) -> dict[str, str]:
    """Return the text and the pictures of an output; if it has neither, a text that says what it had."""
    pictures = {kind: _picture(data[kind]) for kind in _PICTURES if kind in data}
    shown = {"text/plain": str(data["text/plain"])} if "text/plain" in data else {}
    shown |= {kind: picture for kind, picture in pictures.items() if picture}
    left_out = ", ".join(shorten(str(kind), 40) for kind in data)
    return shown or {"text/plain": f"<{left_out}: is not kept>"}


def _picture(encoded: Any) -> str:
    """Return a picture in base64; "" if it is none."""
    try:
        return b64encode(b64decode("".join(encoded.split()), validate=True)).decode("ascii")
    except (ValueError, AttributeError):
        return ""
