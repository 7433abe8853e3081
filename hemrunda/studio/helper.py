"""The process that does long work (`studio.jobs.worker`): started, asked, stopped and heard."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any

from routing.travel.shared_tables import SharedTables

Hear = Callable[[Mapping[str, Any]], None]


class Helper:
    """One process, started when it is first asked; ``hear`` is called with each of its answers."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._process: subprocess.Popen[str] | None = None
        self.shared = SharedTables()
        """Tables that the process looks at instead of making its own; given when it is started."""
        self._lock = threading.Lock()
        self.job = 0
        self.is_busy = False

    def ask(self, kind: str, folder: str, **more: Any) -> int:
        """Ask for a piece of work; its number comes back with every answer."""
        with self._lock:
            self.job += 1
            self.is_busy = True
            shared = self.shared.spec
            self._send({"kind": kind, "job": self.job, "folder": folder, "shared": shared, **more})
            return self.job

    def stop(self) -> None:
        """Ask for the best so far."""
        with self._lock:
            if self._process is not None:
                self._send({"kind": "stop"})

    def look(self, team: str, day: str) -> None:
        """Ask to be shown the best so far of a team's day, while the work goes on."""
        with self._lock:
            if self._process is not None and self.is_busy:
                self._send({"kind": "look", "team": team, "day": day})

    def end(self) -> None:
        """End the process, with whatever it is doing."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None
            self.is_busy = False

    def _send(self, asked: Mapping[str, Any]) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hemrunda.studio.jobs.worker"],
                pass_fds=self.shared.descriptors,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        line = json.dumps(asked, ensure_ascii=True) + "\n"
        stdin: IO[str] | None = self._process.stdin
        if stdin is not None:
            with contextlib.suppress(OSError):
                stdin.write(line)
                stdin.flush()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            answer = json.loads(line)
            if answer["kind"] not in ("progress", "best") and answer["job"] == self.job:
                self.is_busy = False
            self._hear(answer)
        if process is self._process and self.is_busy:
            self.is_busy = False
            text = "Arbetet avbröts. Ingenting har ändrats."
            self._hear({"kind": "failed", "job": self.job, "text": text})
