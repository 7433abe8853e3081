"""What every benchmark shares: timing in turn, the Markdown table, the JSON rows."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


def machine() -> str:
    """What it was measured on, as far as the system tells."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].split(":", 1)[1].strip() if lines else model
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    cores = os.cpu_count() or 1
    return (
        f"{model}, {cores} cores, load {load:.1f}, Python {platform.python_version()}, "
        f"a million steps in {1000 * step_s():.0f} ms"
    )


@cache
def step_s() -> float:
    """Processor seconds of a million steps of plain Python, the least of five.

    One and the same machine may be twice as slow on another day: two days' figures are compared
    by this.
    """
    times = []
    for _ in range(5):
        start, n_steps = time.process_time(), 0
        while n_steps < 1_000_000:
            n_steps += 1
        times.append(time.process_time() - start)
    return min(times)


@dataclass
class Row:
    """One figure: what, how much, what was wanted, what the peers needed."""

    work: str
    value: float
    unit: str
    target: str
    holds: bool | None
    peers: Mapping[str, float | str] = field(default_factory=dict)
    machine: str = field(default_factory=machine)
    date: str = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC).date().isoformat())


@dataclass(frozen=True)
class Timing:
    """Seconds of one piece of work."""

    wall_s: float
    cpu_s: float
    result: Any = None


def timed(work: Callable[[], Any], n_times: int = 1) -> Timing:
    """The median wall and processor seconds of ``n_times`` runs, and the last result."""
    walls, cpus, result = [], [], None
    for _ in range(n_times):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Timing(statistics.median(walls), statistics.median(cpus), result)


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


def markdown(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| Work | Value | Target | Holds | Peers |", "|---|---|---|---|---|"]
    for row in rows:
        holds = "–" if row.holds is None else ("yes" if row.holds else "**no**")
        peers = "; ".join(f"{name} {_shown(value)}" for name, value in row.peers.items())
        lines.append(
            f"| {row.work} | {_shown(row.value)} {row.unit} | {row.target} | {holds} | {peers} |"
        )
    return "\n".join([*lines, "", f"{rows[0].machine}, {rows[0].date}" if rows else ""])


def write_rows(rows: list[Row], json_file: str) -> None:
    """The rows as JSON."""
    text = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)
    Path(json_file).write_text(text + "\n", encoding="utf-8")


def finish(rows: list[Row], json_file: str | None) -> None:
    """Print the table; write the JSON rows where a file is named."""
    print(markdown(rows))
    if json_file:
        write_rows(rows, json_file)
