"""The page of the UHHC benchmark, made of the figures that it wrote.

``python -m benchmarks.uhhc_page [FIGURES.json]`` writes docs/figures/uhhc.md. The file is what
``python -m benchmarks.uhhc --figures`` writes; the one that the page shows now is kept beside it.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any, Final

FIGURES: Final = Path(__file__).with_name("uhhc_figures.json")
PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "figures" / "uhhc.md"
HEAD: Final = """# The public benchmark of home care

*For anyone who compares with other solvers.* Made by `python -m benchmarks.uhhc_page`. Lateness in
a municipality's own plan: [late.md](../en/late.md).

The *Unified Home Healthcare* formulation ([Ceschia et al. 2026](https://doi.org/10.1111/itor.70140);
instances and results github.com/iolab-uniud/uhhc, CC BY 4.0) has soft windows, lateness, overtime,
incompatible caregivers, optional patients, double services and lunches. `benchmarks/uhhc_format.py`
prices every plan: it shares no code with the search and gives the totals of all 24 published
solutions. The official validator (`uhhc-toolbox` 0.2.3) gave our best twelve of 25
November 2026 the same totals.

## Measured
"""
COLUMNS: Final = {
    "instance": "instance",
    "best": "ours, best",
    "mean": "ours, mean",
    "published_best": "published best",
    "published_mean": "published mean",
    "gap_mean_pct": "mean against mean, %",
    "published_s": "published s",
    "cpu_s": "CPU s",
    "unserved": "unserved",
    "late_min": "late min",
}
RUNS: Final = """
Seeds an instance: {seeds}, each for the seconds that the command names, else the published of wall
time. Published: ten runs of the authors' simulated annealing. *Unserved* and *late*: our best
plan."""


def _shown(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.10g}"


def page(figures: dict[str, Any]) -> str:
    """The whole page."""
    rows = figures["instances"]
    seeds = sorted({row["seeds"] for row in rows})
    where = f"`{figures['command']}`, {figures['machine']}, {figures['date']}."
    lines = [HEAD, where, figures.get("note", ""), RUNS.format(seeds=", ".join(map(str, seeds)))]
    lines += ["", "| " + " | ".join(COLUMNS.values()) + " |", "|---|" + "--:|" * (len(COLUMNS) - 1)]
    lines += ["| " + " | ".join(_shown(row.get(key)) for key in COLUMNS) + " |" for row in rows]
    compared = [row for row in rows if "published_mean" in row]
    means = sum(row["mean"] <= row["published_mean"] for row in compared)
    bests = sum(row["best"] <= row["published_best"] for row in compared)
    gap = statistics.mean(row["gap_mean_pct"] for row in compared)
    exact = [
        f"{row['instance']} {row['best']:g} against {row['best_known']:g}"
        for row in compared
        if row["best_known"] < row["published_best"]
    ]
    lines += [
        "",
        f"Our mean is at most the published mean on {means} of {len(compared)}, our best at most",
        f"the published best on {bests}; our mean is {-gap:.1f} % lower on average.",
        f"Where the authors' CP-SAT betters their annealing: {'; '.join(exact) or 'nowhere'}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("figures", type=Path, nargs="?", default=FIGURES)
    chosen = parser.parse_args()
    PAGE.write_text(page(json.loads(chosen.figures.read_text("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
