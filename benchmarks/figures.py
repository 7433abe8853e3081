"""One page of figures out of what the benchmarks write.

``python -m benchmarks.figures FILE.json … --out docs/figures/engine.md``
takes the files that the benchmarks write with ``--json`` and lays their rows in a table each, with
the machine and the date that each was measured on. Nothing on the page is written by hand.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TITLE = "Figures of the engine"
BUSY = re.compile(r"(?<=load )[\d.]+|(?<=steps in )\d+(?= ms)")
"""What differs from run to run on one machine (`benchmarks.common.machine`)."""
HEAD = """# {title}

*For anyone who asks how fast or how good it is.* Made by `python -m benchmarks.figures`; each table
says by which command, on what and when. One run each.
"""


def _shown(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def table(name: str, rows: list[dict[str, Any]]) -> str:
    """The rows of one file under its name.

    What all their works begin with stands above them; a column that is empty is left out.
    """
    first = rows[0]["work"]
    shared = first[: first.rfind(": ") + 2] if ": " in first and len(rows) > 1 else ""
    shared = shared if all(row["work"].startswith(shared) for row in rows) else ""
    has_peers = any(row["peers"] for row in rows)
    lines = [f"\n## {name}\n", *([shared.removesuffix(" ") + "\n"] if shared else [])]
    lines += ["| Work | Value | Target | Holds |" + " Peers |" * has_peers]
    lines += ["|---|--:|---|---|" + "---|" * has_peers]
    for row in rows:
        holds = {None: "–", True: "yes", False: "**no**"}[row["holds"]]
        peers = "; ".join(f"{who} {_shown(one)}" for who, one in row["peers"].items())
        target = "" if row["target"] is None else _shown(row["target"])
        value = f"{_shown(row['value'])} {row['unit']}"
        told = [row["work"].removeprefix(shared), value, target, holds, *[peers][: int(has_peers)]]
        lines.append(f"| {' | '.join(told)} |")
    stamps = sorted({f"{row['machine']}, {row['date']}" for row in rows})
    return "\n".join([*lines, "", measured_on(stamps)])


def measured_on(stamps: Sequence[str]) -> str:
    """Machines and dates, one for all that differ in how busy or how quick they were only."""
    alike: dict[str, list[list[str]]] = {}
    for stamp in stamps:
        alike.setdefault(BUSY.sub("{}", stamp), []).append(BUSY.findall(stamp))
    lines = []
    for text, seen in alike.items():
        spans = [sorted(set(numbers), key=float) for numbers in zip(*seen, strict=True)]
        lines.append(text.format(*("–".join(dict.fromkeys((s[0], s[-1]))) for s in spans)))
    return "; ".join(lines)


def page(files: list[Path], title: str = TITLE) -> str:
    """The whole page."""
    return (
        HEAD.format(title=title)
        + "\n".join(table(one.stem, json.loads(one.read_text("utf-8"))) for one in files)
        + "\n"
    )


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--title", default=TITLE)
    chosen = parser.parse_args()
    chosen.out.write_text(page(chosen.files, chosen.title), encoding="utf-8")


if __name__ == "__main__":
    main()
