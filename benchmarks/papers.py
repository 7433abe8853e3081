"""How long papers of a finished plan take: the command as a user gives it, from its very start.

    python -m benchmarks.papers FOLDER [--runs 3] [--json FILE]

``FOLDER`` is a plan's (``hemrunda demo --out FOLDER``: 400 clients, 14 days). A first run of each,
not counted, leaves Python's own bytecode behind; then the median of ``--runs``. CPU seconds are the
command's, summed over threads; wall seconds stand beside.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import Row, finish

SECONDS = 3.0
COMMANDS = {
    "report": ["report"],
    "team map": ["map"],
    "sheets of one carer": ["sheets", "--staff"],
    "sheets of a whole day": ["sheets"],
}


def taken(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """CPU and wall seconds of one command."""
    begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return cpu, time.perf_counter() - begin


def carer_of(folder: Path) -> str:
    """Whose sheets are made alone: the first carer of the first date."""
    rows = (folder / "private" / "rounds.csv").read_text(encoding="utf-8-sig").split("\n")
    at = rows[0].split(";").index("staff_id")
    return rows[1].split(";")[at]


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for name, words in COMMANDS.items():
            carer = [carer_of(asked.folder)] if words[-1] == "--staff" else []
            line = [sys.executable, "-m", "hemrunda", "write", words[0], str(asked.folder)]
            line += [*words[1:], *carer]
            found = [taken(line, environment) for _ in range(asked.runs + 1)][1:]
            cpu = statistics.median(one[0] for one in found)
            wall = statistics.median(one[1] for one in found)
            work = f"hemrunda write {words[0]}: {name}"
            rows.append(Row(work, cpu, "CPU s", "≤ 3 s", cpu <= SECONDS, {"wall s": wall}))
    finish(rows, asked.json)


if __name__ == "__main__":
    main()
