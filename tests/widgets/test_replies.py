"""What a kernel says when a picture is moved: the picture, and that it is idle."""

import sys
from types import SimpleNamespace

import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.widgets import replies

SCENE = """
from course_utils.widgets import Handle, Panel, Points, View, scene
made = scene(lambda state: View(picture=[Points(state.at)]), panels=Panel("p", "x", "y", (-1, 1, -1, 1)),
             handles={"at": Handle((0, 0))}, alt="a point")
"""
MOVE = {"kind": "move", "view": "a", "seq": 1, "handles": {"at": [0.5, 0.25]}, "controls": {}}


def messages(client, message):
    """Send a message to the kernel; return the kinds of all that it publishes for it, and the messages."""
    client.shell_channel.send(message)
    found = []
    while not found or found[-1]["content"].get("execution_state") != "idle":
        got = client.get_iopub_msg(timeout=60)
        if got["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            found.append(got)
    return [one["content"].get("execution_state", one["msg_type"]) for one in found], found


@pytest.fixture(scope="module")
def kernel():
    """Return the client of a kernel with one picture, and the id of the picture's comm."""
    manager, client = start_new_kernel()
    try:
        _, said = messages(
            client, client.session.msg("execute_request", {"code": SCENE + "print(made.model_id)"})
        )
        yield client, "".join(one["content"]["text"] for one in said if one["msg_type"] == "stream").strip()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def comm_message(client, comm, data):
    return client.session.msg("comm_msg", {"comm_id": comm, "data": data})


def test_a_move_is_answered_in_two_messages(kernel):
    client, comm = kernel
    kinds, said = messages(client, comm_message(client, comm, {"method": "custom", "content": MOVE}))
    assert kinds == ["comm_msg", "idle"]
    frame = said[0]["content"]["data"]["state"]["frame"]
    assert frame["reply"] == ["a", 1]
    assert frame["handles"][0]["at"] == [0.5, 0.25]


def test_all_else_is_busy_before_it_is_idle(kernel):
    client, comm = kernel
    other = comm_message(client, comm, {"method": "custom", "content": {"kind": "other"}})
    assert messages(client, other)[0] == ["busy", "idle"]
    update = comm_message(client, comm, {"method": "update", "state": {"alt": "b"}})
    assert messages(client, update)[0][0] == "busy"
    cell = client.session.msg("execute_request", {"code": "pass"})
    assert messages(client, cell)[0] == ["busy", "execute_input", "idle"]


@pytest.mark.parametrize(
    "ipython",
    [None, SimpleNamespace(get_ipython=lambda: None), SimpleNamespace(get_ipython=lambda: SimpleNamespace())],
)
def test_outside_of_such_a_kernel_nothing_is_changed(monkeypatch, ipython):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(replies, "_hushed", None)
    replies.answer_in_two_messages()
    assert replies._hushed is None


@pytest.mark.parametrize("message", [None, [], {}, {"content": []}, {"content": {"data": "move"}}])
def test_what_is_no_move_is_not_taken_for_one(message):
    assert not replies._is_move(message)
