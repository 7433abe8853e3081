"""The pure vehicle routing problem with time windows, where everyone can be measured.

``python -m benchmarks.vrptw --folder DIR [--seconds 30] [--seeds 1] [--quick] [--cpu]
[--peers NAME …]``
reads Solomon's and Homberger's format (any folder of it), runs the rounds' engine and the peers
in turn on one thread, proves every answer with its own arithmetic, and prints one table. The best
known cost comes from ``NAME.sol`` beside the instance (one decimal, truncated), or from ``--best
FILE.csv`` with ``name,cost``; without either the best of this run stands in, and the row says so.

``--cpu`` counts processor seconds instead of the wall's, for ours and PyVRP: on a machine that
others use too, only that is fair.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from pathlib import Path

from benchmarks.common import Row, finish
from benchmarks.peers.vrptw.instance import SCALE, Instance, cost_of, read_instance, read_solution
from benchmarks.pure_search import solve
from benchmarks.vrptw_peers import PEERS, Clock, Routes, wall


def best_known(folder: Path, instance: Instance, listed: dict[str, int]) -> int | None:
    """The best known cost in tenths, or None."""
    for path in folder.glob("*.sol"):
        if path.stem.lower() == instance.name.lower():
            return cost_of(instance, read_solution(path))
    return listed.get(instance.name.lower())


def ours(instance: Instance, seconds: float, seed: int, clock: Clock) -> tuple[Routes, float]:
    """Our routes, and iterations of ruin and recreate per second of it."""
    result = solve(instance, seconds, seed, clock=clock)
    return result.routes, result.iterations_per_s


def compile_all(instance: Instance) -> float:
    """Processor seconds of a search of one iteration."""
    begun = time.process_time()
    solve(instance, 0.0, n_iterations=1)
    return time.process_time() - begun


def _gap(cost: float, best: int) -> float:
    return 100.0 * (cost / best - 1.0)


def _measure(
    instance: Instance, best: int | None, chosen: argparse.Namespace, clock: Clock
) -> tuple[Row, float]:
    """The row of one instance, and our gap."""
    costs, speeds = [], []
    for seed in range(chosen.seeds):
        routes, speed = ours(instance, chosen.seconds, seed, clock)
        costs.append(cost_of(instance, routes))
        speeds.append(speed)
    peers: dict[str, float | str] = {}
    for name in chosen.peers if chosen.peers is not None else ():
        try:
            peers[name] = cost_of(instance, PEERS[name](instance, chosen.seconds, 0, clock))
        except (ImportError, AttributeError) as missing:
            peers[name] = f"not run ({type(missing).__name__})"
    numbers = [cost for cost in peers.values() if not isinstance(cost, str)]
    known = best or int(min([min(costs), *numbers]))
    gap = _gap(statistics.median(costs), known)
    shown = {n: c if isinstance(c, str) else round(_gap(c, known), 3) for n, c in peers.items()}
    note = "" if best else " (to the best of this run)"
    customers = len(instance.x) - 1
    work = f"{instance.name}, {customers} customers, {chosen.seconds:g} s{note}"
    target = 0.6 if customers <= 200 else 1.6
    told = {"iterations/s": round(statistics.median(speeds)), **shown}
    row = Row(
        f"{work}: {min(costs) / SCALE:.1f}", round(gap, 3), "% gap", f"≤ {target} %",
        gap <= target if best else None, told,
    )  # fmt: skip
    return row, gap


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--only", help="names, by comma")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--best", type=Path)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), help="all, where none is named")
    parser.add_argument("--quick", action="store_true", help="three instances, 2 s")
    parser.add_argument("--json")
    chosen = parser.parse_args()
    if chosen.peers == []:
        chosen.peers = list(PEERS)
    listed = {}
    if chosen.best:
        with chosen.best.open(encoding="utf-8") as file:
            listed = {row[0].lower(): round(float(row[1]) * SCALE) for row in csv.reader(file)}
    paths = sorted(chosen.folder.glob("*.txt"))
    if chosen.only:
        paths = [path for path in paths if path.stem in chosen.only.split(",")]
    if chosen.quick:
        paths, chosen.seconds = paths[:3], 2.0
    clock: Clock = time.process_time if chosen.cpu else wall
    compile_s = compile_all(read_instance(paths[0]))  # outside the measure
    rows = [
        Row("compiling, where nothing is cached", compile_s, "CPU s", "≤ 30 with the rounds", None)
    ]
    gaps = []
    for path in paths:
        instance = read_instance(path)
        best = best_known(chosen.folder, instance, listed)
        row, gap = _measure(instance, best, chosen, clock)
        rows.append(row)
        gaps += [gap] if best else []
    if gaps:
        target = 0.15 if chosen.seconds <= 30 else 1.6
        rows.append(
            Row(f"mean of {len(gaps)} instances, {chosen.seconds:g} s", statistics.mean(gaps),
                "% gap", f"≤ {target} %", statistics.mean(gaps) <= target)
        )  # fmt: skip
    finish(rows, chosen.json)


if __name__ == "__main__":
    main()
