"""What is kept of outputs: texts and pictures, and nothing that runs where they are shown."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.outputs import keep
from course_utils.grading.reading import TooMuch

SCRIPT = "<script>document.title = 'ran'</script>"
BREAKS_OUT = f'x" width=1 onerror="alert(1)"><img src=x onerror=alert(1)>{SCRIPT}'
PNG = b64encode(b"\x89PNG\r\n\x1a\n").decode()


def message(kind: str, **content: object) -> dict:
    return {"msg_type": kind, "header": {"msg_type": kind}, "content": content, "parent_header": {}}


def shows(data: dict, **more: object) -> dict:
    return message("display_data", data=data, metadata={"image/png": {"width": BREAKS_OUT}}, **more)


def kept(*messages: dict, most: int = 10_000) -> list:
    outputs: list = []
    size = 0
    for one in messages:
        size = keep(outputs, one, size, most)
    return outputs


def test_texts_and_pictures_stay_and_what_runs_does_not():
    data = {"text/plain": "a figure", "image/png": f"{PNG}\n", "image/jpeg": PNG, "text/latex": "$x$"}
    data |= {"text/html": SCRIPT, "application/javascript": "x", "image/svg+xml": f"<svg>{SCRIPT}</svg>"}
    (one,) = kept(shows(data | {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}))
    assert one.data == {"text/plain": "a figure", "image/png": PNG, "image/jpeg": PNG}
    assert one.metadata == {}
    (one,) = kept(message("execute_result", data={"text/plain": "7"}, metadata={}, execution_count=3))
    assert (one.output_type, one.data, one.execution_count) == ("execute_result", {"text/plain": "7"}, 3)


def test_what_has_neither_text_nor_picture_is_named():
    (one,) = kept(shows({"text/html": SCRIPT, "application/javascript": "x"}))
    assert one.data == {"text/plain": "<text/html, application/javascript: is not kept>"}
    (one,) = kept(shows({"image/png": BREAKS_OUT}))
    assert one.data == {"text/plain": "<image/png: is not kept>"}


@pytest.mark.parametrize(
    "sent",
    [
        shows({"text/html": SCRIPT}),
        shows({"text/plain": SCRIPT, "text/markdown": SCRIPT, SCRIPT: "x"}),
        shows({SCRIPT: "x"}),
        shows({"image/png": BREAKS_OUT, "image/jpeg": [BREAKS_OUT], "image/svg+xml": SCRIPT}),
        shows({"text/latex": SCRIPT, "application/vnd.jupyter.widget-view+json": {"model_id": SCRIPT}}),
        message("stream", name=BREAKS_OUT, text=SCRIPT),
        message("stream", name="stdout", text=[SCRIPT]),
        message("error", ename=SCRIPT, evalue=SCRIPT, traceback=[SCRIPT, 7]),
        message("execute_result", data={"text/plain": [SCRIPT]}, metadata={}, execution_count=SCRIPT),
    ],
)
def test_no_script_gets_into_a_page(sent):
    cell = new_code_cell("x", outputs=kept(sent))
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(new_notebook(cells=[cell]))
    assert "document.title = 'ran'</script>" not in page
    assert "<img src=x" not in page
    assert "onerror" not in page.replace("onerror=&quot;", "").replace("onerror=alert(1)&gt;", "")


@pytest.mark.parametrize(
    "odd", [message("status", execution_state="busy"), message("stream"), message("error", ename="x"),
            message("display_data", data=7, metadata={}), message("execute_result", data={})]
)  # fmt: skip
def test_what_is_no_output_is_passed_over(odd):
    assert kept(odd) == []


def test_streams_are_joined_and_cut():
    one = message("stream", name="stdout", text="ab")
    assert [output.text for output in kept(one, one)] == ["abab"]
    long = kept(one, message("stream", name="stdout", text="x" * 5000), one, most=300)
    assert "".join(output.text for output in long).endswith("x\n… the rest of the output was cut off\n")
    assert len(json.dumps(long)) < 700
    assert "too many parts" in kept({**one, "content": TooMuch()})[0].text
