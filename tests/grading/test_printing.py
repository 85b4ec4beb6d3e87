"""What a kernel prints is bounded where it is printed; the streams are ipykernel's own."""

from __future__ import annotations

import io
import threading
import time

import pytest

from course_utils.grading.printing import bound

zmq = pytest.importorskip("zmq")
iostream = pytest.importorskip("ipykernel.iostream")
MOST = 1000


@pytest.fixture
def stream(monkeypatch):
    from jupyter_client.session import Session

    context = zmq.Context()
    thread = iostream.IOPubThread(context.socket(zmq.PUB))
    thread.start()
    stream = iostream.OutStream(Session(), thread, "stdout", watchfd=False)
    stream.sent = []
    monkeypatch.setattr(thread, "send_multipart", lambda parts, **named: stream.sent.append(parts))
    bound(stream, MOST)
    yield stream
    thread.stop()  # its loop ends with it
    context.destroy(linger=0)


def cell(silent: bool) -> dict:
    return {"header": {"msg_id": "a"}, "content": {"silent": silent}}


def print_from_thread(stream, times: int, text: str = "x") -> int:
    """Print and flush each time; return how many messages that took."""
    before = len(stream.sent)

    def chatter() -> None:
        for _ in range(times):
            print(text, file=stream, flush=True)

    thread = threading.Thread(target=chatter)
    thread.start()
    thread.join()
    return len(stream.sent) - before


def test_a_thread_that_prints_without_end_is_heard_for_a_while_only(stream):
    assert 10 < print_from_thread(stream, 500) < MOST / 16
    assert print_from_thread(stream, 500) == 0


def test_a_thread_that_is_heard_no_more_takes_no_time_from_others(stream):
    print_from_thread(stream, 100)
    start = time.process_time()
    print_from_thread(stream, 500)  # a second or so by the clock
    assert time.process_time() - start < 0.5


def test_every_cell_of_the_student_is_heard_anew_and_questions_of_the_grader_are_none(stream):
    print_from_thread(stream, 1, "x" * MOST)
    stream.set_parent(cell(silent=True))
    assert print_from_thread(stream, 3) == 0
    stream.set_parent(cell(silent=False))
    assert print_from_thread(stream, 3) >= 3


def test_what_was_printed_before_is_flushed_at_the_end_of_a_cell(stream):
    print("x" * MOST, file=stream)
    print("dropped", file=stream)
    stream.flush()
    assert b"x" * MOST in b"".join(stream.sent[-1])
    assert b"dropped" not in b"".join(part for parts in stream.sent for part in parts)


def test_the_end_of_a_cell_waits_a_short_while_for_what_was_printed(stream):
    assert stream.flush_timeout < iostream.OutStream.flush_timeout


def test_other_streams_stay_as_they_are():
    other = io.StringIO()
    bound(other, 1)
    print("as it was", file=other)
    assert other.getvalue() == "as it was\n"
