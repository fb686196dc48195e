"""A target that is far away: passes bytes on to one that is near, and keeps every answer back for a while.

Start it with `python -m tools.far_away HOST:PORT [MILLISECONDS]`; it prints its own port.
"""

import asyncio
import contextlib
import sys
import threading
from types import TracebackType
from typing import Self


class FarAway:
    """Stands between a run and a target on this machine: every answer comes `seconds` later."""

    def __init__(self, host: str, port: int, seconds: float = 0.05) -> None:
        self._target, self._seconds = (host, port), seconds
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.most = 0
        self._waiting = 0

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """Where it is asked."""
        if self._server is None:
            raise RuntimeError("it serves within `with`")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        asked = asyncio.Event()
        with contextlib.suppress(asyncio.CancelledError):  # it ends with the one who serves
            await asyncio.gather(self._pass_on(reader, back, asked), self._bring_back(there, writer, asked))

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while data := await _read(reader):
            if not asked.is_set():
                asked.set()
                self._waiting += 1
                self.most = max(self.most, self._waiting)
            writer.write(data)
        writer.close()

    async def _bring_back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while data := await _read(reader):
            if asked.is_set():
                await asyncio.sleep(self._seconds)
                self._waiting -= 1
                asked.clear()
            writer.write(data)
        writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(1 << 20)
    except OSError:
        return b""


def main(target: str, milliseconds: str = "50") -> None:
    """Stand before `target` until Ctrl-C."""
    host, _, port = target.rpartition(":")
    with FarAway(host, int(port), float(milliseconds) / 1000) as far:
        print(far.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
