"""Our evaluation of the UHHC objective gives the totals that the authors print for theirs."""

from __future__ import annotations

import copy
import csv
import json
import os
from pathlib import Path

import pytest

from benchmarks.uhhc_format import evaluate, faults, read_instance, read_solution
from benchmarks.uhhc_page import FIGURES, PAGE, page

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "uhhc"
SOLUTIONS = os.environ.get("HEMRUNDA_UHHC_SOLUTIONS", "")


@pytest.mark.realdata
def test_published_totals_are_ours():
    """Solution by solution, to the unit, and none of them breaks a rule as we read it.

    ``HEMRUNDA_UHHC_SOLUTIONS`` names the folder of the authors' simulated-annealing solutions
    (sol-<instance>-<seed>.json in the public repository iolab-uniud/uhhc).
    """
    if not SHARED.is_dir() or not SOLUTIONS:
        pytest.skip("the instances or the published solutions are not on this machine")
    with (SHARED / "best_known.csv").open(encoding="utf-8", newline="") as file:
        best = {row["instance"]: float(row["published_sa_best"]) for row in csv.DictReader(file)}
    found = 0
    for path in sorted(Path(SOLUTIONS).glob("sol-*.json")):
        name = "-".join(path.stem.split("-")[1:3])
        if name not in best:
            continue
        instance = read_instance(SHARED / f"{name}.json")
        routes = read_solution(path.read_text(encoding="utf-8"))
        assert sum(evaluate(instance, routes).values()) == best[name], name
        assert faults(instance, routes) == []
        found += 1
    assert found


def test_the_page_is_what_the_benchmark_wrote():
    """Nothing on it is by hand, and its sums are of its rows."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    text = page(figures)
    assert PAGE.read_text(encoding="utf-8") == text
    worse = copy.deepcopy(figures)
    worse["instances"][0] |= {"mean": 80_000.0, "best": 70_000}
    assert "on 12 of 12" in text
    assert "on 11 of 12" in page(worse)
