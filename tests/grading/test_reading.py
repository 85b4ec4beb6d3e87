"""What a kernel sends is read within bounds, and what that costs is counted."""

from __future__ import annotations

import json
import time
from queue import Empty

import pytest

from course_utils.checking.plain import decode, encode
from course_utils.grading.kernel import KernelEndedError
from course_utils.grading.limits import Limits
from course_utils.grading.reading import MOST_PARTS, MOST_SENT, Reader, TooMuch, UnreadableError
from course_utils.grading.session import Session
from course_utils.grading.wall import Wall
from tests.grading.test_wall import why_not

MANY = {
    "lists": "[" + ",".join(["[]"] * 8_000_000) + "]",
    "objects": '{"a":[' + ",".join(["{}"] * MOST_PARTS) + "]}",
    "numbers": "[" + "0," * MOST_PARTS + "0]",
    "deeply": "[" * (MOST_PARTS + 1) + "]" * (MOST_PARTS + 1),
}


def reply(text: str) -> dict:
    return {"user_expressions": {"it": {"status": "ok", "data": {"text/plain": text}}}}


@pytest.mark.parametrize("kind", MANY)
def test_a_text_of_too_many_parts_is_refused_before_it_is_read(kind):
    reader, begin = Reader(), time.process_time()
    with pytest.raises(UnreadableError, match="more than 1,000,000 parts"):
        reader.answer(reply(MANY[kind]))
    assert isinstance(reader.unpack(MANY[kind].encode()), TooMuch)
    with pytest.raises(UnreadableError, match="more than 1,000,000 parts"):
        reader.answer(reader.unpack(MANY[kind].encode()))
    assert time.process_time() - begin < 2
    assert reader.seconds > 0


@pytest.mark.parametrize("value", [[0.1 * i for i in range(100_000)], "[{," * 200_000, {"a": [[]]}])
def test_what_tasks_ask_for_is_read_as_it_is(value):
    reader = Reader()
    content = reader.unpack(json.dumps(reply(json.dumps(encode(value)))).encode())
    if isinstance(value, str):  # in a message signs in texts do not count
        assert content == reply(json.dumps(value))
    else:
        assert decode(reader.answer(content)) == value


@pytest.mark.parametrize("text", ["", "None", "[1, 2", "[" * 100_000, None, 7, ["x"]])
def test_an_answer_that_is_none_is_told_as_none(text):
    assert Reader().answer(reply(text)) is None
    assert Reader().answer({"user_expressions": text}) is None


def test_a_message_that_is_none_is_told():
    reader = Reader()
    assert reader.receive(lambda timeout: {"content": {}, "parent_header": {}}, 0)["content"] == {}
    for odd in ({}, None, {"content": [], "parent_header": {}}, {"content": {}, "parent_header": 7}):
        with pytest.raises(UnreadableError, match="sent what cannot be read"):
            reader.receive(lambda timeout, odd=odd: odd, 0)
    with pytest.raises(Empty):
        reader.receive(lambda timeout: (_ for _ in ()).throw(Empty), 0)


walled = [pytest.mark.grading, pytest.mark.skipif(bool(why_not()), reason=why_not())]
# Takes the place of what answers in the kernel.
FORGE = """
import builtins
class Reply:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {{"text/plain": {text}}}
builtins._nonconvex_answer = lambda request: Reply()
"""


class TestKernels:
    pytestmark = walled

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("'[' + ','.join(['[]'] * 8_000_000) + ']'", "sent an answer of more than 1,000,000 parts"),
            (f"'x' * {MOST_SENT + 1}", f"sent more than {MOST_SENT // 1_000_000} MB at once"),
        ],
    )
    def test_a_kernel_that_sends_too_much_is_ended_soon(self, text, why):
        with Session(Wall, Limits()) as session:
            session.run(FORGE.format(text=text))
            begin, used = time.monotonic(), time.process_time()
            with pytest.raises(KernelEndedError, match=why):
                session.ask({"names": ["x"]}, 10)
            assert time.monotonic() - begin < 20
            assert time.process_time() - used < 4

    def test_to_read_what_is_sent_is_charged(self):
        with Session(Wall, Limits()) as session:
            session.run(FORGE.format(text="'[' + ','.join(['[]'] * 240_000) + ']'"))
            begin, used = session.cpu, time.process_time()
            for _ in range(5):
                session.ask({"names": ["x"]}, 10)
            assert session.cpu - begin > 2 * (time.process_time() - used)

    def test_an_output_of_too_many_parts_ends_nothing(self):
        with Session(Wall, Limits()) as session:
            code = "from IPython.display import display\nx = 7\n"
            code += "display({'application/json': [[]] * 600_000, 'text/plain': 'x'}, raw=True)"
            ran = session.run(code)
            assert (ran.alive, ran.stopped) == (True, "")
            assert "too many parts was left out" in ran.outputs[0].text
            assert session.ask({"names": ["x"]}, 10) == {"x": 7}
