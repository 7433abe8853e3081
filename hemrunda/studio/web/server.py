"""The server of the studio: on this machine only, for one browser, until it is left alone."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn

from hemrunda.interrupt import kinds
from hemrunda.studio.room import Room
from hemrunda.studio.web.guard import Guard
from hemrunda.studio.web.routes import routes

LOOK_EVERY_S: Final = 5.0
PORT: Final = 18_471
"""What is listened on where it is free. A browser keeps what it remembers (who sits here, her team,
the language) by address and port: another port each time would forget it."""


def serve(
    root: Path, folder: Path | None, *, port: int, idle_s: float, announce: Callable[[str], None]
) -> None:
    """Serve until nobody has asked for anything for ``idle_s``, or Ctrl-C.

    Parameters
    ----------
    root : Path
        Where new working folders are made and old ones looked for.
    folder : Path or None
        A working folder to open at once.
    port : int
        0: ours where it is free, else any.
    opened : callable
        Called with the one-time address, when it answers.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        _bind(listening, port)
        room = Room(root)
        guard = Guard(routes(room), listening.getsockname()[1])
        # No access log: an address of a request could hold an id.
        config = uvicorn.Config(
            guard, log_level="critical", access_log=False, server_header=False, lifespan="off",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)

        def end(_number: int, _frame: object) -> None:
            # The server raises again what it has answered: that must not break its own ending.
            server.should_exit = True

        before = {sig: signal.signal(sig, end) for sig in kinds()}
        try:
            asyncio.run(_serve(server, room, folder, listening, idle_s, announce, guard.address))
        except KeyboardInterrupt:
            pass
        finally:
            room.helper.end()
            for sig, handler in before.items():
                signal.signal(sig, handler)


def _bind(listening: socket.socket, port: int) -> None:
    """Take the port that is asked for; else ours, or any where another studio has that."""
    if os.name == "posix":  # a studio that has just ended holds it no longer
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for wanted in (port,) if port else (PORT, 0):
        try:
            listening.bind(("127.0.0.1", wanted))
            listening.listen()
        except OSError as error:
            if wanted != PORT or port or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return


async def _serve(
    server: uvicorn.Server,
    room: Room,
    folder: Path | None,
    listening: socket.socket,
    idle_s: float,
    announce: Callable[[str], None],
    address: str,
) -> None:
    room.hub.start(asyncio.get_running_loop())
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if folder is not None:
        room.open(folder)
    await asyncio.get_running_loop().run_in_executor(None, announce, address)
    while not serving.done():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(serving), LOOK_EVERY_S)
        if room.hub.idle_s > idle_s and room.job is None:
            server.should_exit = True
    await serving
