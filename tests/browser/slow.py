"""A slow link before a server of the loopback: what passes it arrives late, and little of it at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 1460  # bytes, as in a packet


@dataclass
class Link:
    """A link to a server; both directions share nothing, all connections of a direction do.

    Attributes
    ----------
    url : by which the server is reached over the link.
    delay : seconds on the way, in each direction.
    rate : bytes a second in each direction; infinite where everything may pass at once.
    passed : bytes that have come from the server.
    """

    url: str
    delay: float = 0.0
    rate: float = float("inf")
    passed: int = 0
    free: dict[str, float] = field(default_factory=lambda: {"up": 0.0, "down": 0.0})

    def arrival(self, way: str, size: int) -> float:
        """Return when ``size`` bytes that are sent now have arrived, on the clock of the event loop."""
        now = asyncio.get_running_loop().time()
        self.free[way] = max(now, self.free[way]) + size / self.rate
        self.passed += size * (way == "down")
        return self.free[way] + self.delay


async def _pass(link: Link, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def read() -> None:
        data = b"-"
        while data:
            data = await reader.read(CHUNK)
            under_way.put_nowait((link.arrival(way, len(data)), data))

    reading = asyncio.ensure_future(read())
    try:
        while True:
            arrival, data = await under_way.get()
            await asyncio.sleep(arrival - asyncio.get_running_loop().time())
            if not data:
                break
            writer.write(data)
            await writer.drain()
    finally:
        reading.cancel()
        writer.close()


@contextmanager
def slow_link(url: str) -> Iterator[Link]:
    """Open a link to the server at ``url``; it is fast until somebody sets its ``delay`` and ``rate``."""
    to = urlsplit(url)
    link, open_now = Link(""), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(to.hostname, to.port)
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(_pass(link, "up", reader, back), _pass(link, "down", there, writer))

    async def serve() -> None:
        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        link.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        open_now.set()
        await stop.wait()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    # In a thread of its own: Playwright has a loop in this one.
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert open_now.wait(10)
        yield link
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
