"""The figures of the demo's town in its page, made anew.

``python -m benchmarks.ekhamn`` draws the towns, measures them and writes the tables of
docs/figures/ekhamn.md where they stand; ``--clients`` says which sizes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from data.demo import facts, make_municipality, make_streets
from data.demo.municipality import levels_of

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "figures" / "ekhamn.md"
SIZES: Final = {400: "400", 1400: "1 400 (Lund)", 5300: "5 300 (Malmö)"}
TOWNS: Final = "| Clients | Nodes |"
FACTS: Final = "| What | Measured |"
"""How the head of each table begins."""


def town_row(n_clients: int) -> str:
    """One row of the towns: what is drawn, and the CPU seconds that it takes."""
    began = time.process_time()
    network = make_streets(seed=1, n_clients=n_clients)
    drawn = time.process_time()
    town = make_municipality(network, n_clients=n_clients, n_days=14, seed=1)
    peopled = time.process_time()
    counts = (
        len(network.node_x), len(network.segment_from), round(network.length_m.sum() / 1000),
        len(network.addresses), len(network.names), len(town.visits), len(town.staff),
    )  # fmt: skip
    told = " | ".join(f"{count:,}".replace(",", " ") for count in counts)
    times = f"{drawn - began:.1f} + {peopled - drawn:.1f}"
    return f"| {SIZES.get(n_clients, n_clients)} | {told} | {times} |"


def fact_rows() -> list[str]:
    """The rows of what is generated against its target, of the default town."""
    town = make_municipality(make_streets(seed=1, n_clients=400), n_clients=400, n_days=14, seed=1)
    return facts.as_markdown(facts.measure(town, levels=levels_of(400, 1))).strip().splitlines()[2:]


def with_rows(page: str, head: str, rows: Sequence[str]) -> str:
    """The page with other rows in the table whose head begins so."""
    lines = page.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(head)) + 2
    end = next(i for i in range(at, len(lines) + 1) if i == len(lines) or not lines[i].strip())
    return "\n".join([*lines[:at], *rows, *lines[end:]]) + "\n"


def main() -> None:
    """Measure, and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clients", type=int, nargs="+", default=list(SIZES))
    chosen = asked.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    page = with_rows(page, TOWNS, [town_row(n) for n in chosen.clients])
    PAGE.write_text(with_rows(page, FACTS, fact_rows()), encoding="utf-8")


if __name__ == "__main__":
    main()
