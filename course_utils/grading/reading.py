"""Reads what a student's kernel sends, within bounds: a short text can make many objects.

A text ``[[],[],…]`` of 24 MB takes a second to read and becomes 0.7 GB. So its parts are counted first, which
takes a hundredth of the time.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from queue import Empty
from typing import Any

MOST_SENT = 32_000_000  # bytes of one message: of an array of three million numbers
MOST_PARTS = 1_000_000  # of one answer: what a list of 330,000 numbers takes; hidden tests ask for 200,000
_TOO_MUCH = f"sent an answer of more than {MOST_PARTS:,} parts"
_UNREADABLE = "sent what cannot be read"
_SIGNS = (b"[", b"{", b",")
_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


class UnreadableError(Exception):
    """The kernel sent what cannot be read; the message says what, ``"sent what cannot be read"``."""


class TooMuch(dict[str, Any]):
    """Stands for the content of a message that has too many parts."""


class Reader:
    """Reads messages of one kernel.

    Attributes
    ----------
    seconds : of processor time that it has taken so far.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def read(self, text: str) -> Any:
        """Read JSON; an `UnreadableError` if it has more than `MOST_PARTS` parts."""
        begin = time.process_time()
        try:
            if _parts(text, "[{,") > MOST_PARTS:
                raise UnreadableError(_TOO_MUCH)
            return json.loads(text)
        finally:
            self.seconds += time.process_time() - begin

    def answer(self, content: dict[str, Any]) -> Any:
        """Return what a reply answers to the question ``it``; None if it is nothing that can be understood.

        Raises
        ------
        UnreadableError
            If it has more than `MOST_PARTS` parts.
        """
        if isinstance(content, TooMuch):
            raise UnreadableError(_TOO_MUCH)
        try:
            said = content["user_expressions"]["it"]
            if said["status"] != "ok":
                return {"error": [str(said.get("ename")), str(said.get("evalue"))[:500]]}
            return self.read(said["data"]["text/plain"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def unpack(self, raw: bytes) -> Any:
        """Read a part of a message, as ``jupyter_client`` has it done; texts in it may be long."""
        begin = time.process_time()
        try:
            if _parts(raw, _SIGNS) > MOST_PARTS and _parts(_TEXT.sub(b"", raw), _SIGNS) > MOST_PARTS:
                return TooMuch()
            return json.loads(raw.decode("utf-8", "replace"))
        finally:
            self.seconds += time.process_time() - begin

    def receive(self, get: Callable[..., dict[str, Any]], seconds: float) -> dict[str, Any]:
        """Return a message from ``get``; `Empty` if none comes, an `UnreadableError` if it is no message."""
        try:
            message = get(timeout=seconds)
            is_message = isinstance(message["content"], dict) and isinstance(message["parent_header"], dict)
        except Empty:
            raise
        except Exception:
            is_message = False
        if not is_message:
            raise UnreadableError(_UNREADABLE)
        return message


def _parts(text: Any, signs: Iterable[Any]) -> int:
    return sum(map(text.count, signs))
