"""Teams: how good, how fast, beside the libraries that can divide points at all.

``python -m benchmarks.partition [--folder DIR] [--best FILE] [--seconds S] [--quick] [--json F]``

``--folder`` holds capacitated p-median instances in the format of the OR-Library and of Lorena &
Senne (first line: customers, medians; then x, y, capacity, demand), ``--best`` a CSV of
``name,value`` with the best values known; whole values mean distances truncated to integers.
Travel is seconds (or metres) to the team's medoid, weighted as each case says; faults are teams
outside the bounds on clients, on care minutes (±10 %) and on rounds (±0.5). Peers come with
``pip install '.[bench]'``.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Row, finish
from benchmarks.partition_peers import PEERS, Case
from partition.bound import lower_bound
from partition.problem import Problem, make_problem
from partition.search import divide, medoids, outside, unit_scale

_COLD = """
import os, sys, tempfile, time
os.environ["HEMRUNDA_CACHE_DIR"] = tempfile.mkdtemp()
import numpy as np
from benchmarks.partition import euclidean
from partition.search import SearchParams, divide
case = euclidean(60, 3, 1)
begin = time.process_time()
divide(case.problem, params=SearchParams(n_starts=1, n_rounds=1))
print(time.process_time() - begin)
"""

_WHOLE = """
import resource, sys, time
from data.demo import make_municipality, make_streets
from data.rules import Rules
from partition import make_teams, plan_teams
from routing.travel import travel_times
n = int(sys.argv[1])
network = make_streets(n_clients=n)
town = make_municipality(network, n_clients=n)
travel, _, _ = travel_times(network, town, ("bike",))
begin, cpu = time.perf_counter(), time.process_time()
plan = plan_teams(town, travel, Rules(), network=network, workers=2)
wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
sizes = [len(team.client_ids) for team in plan.teams]
print(wall, cpu, peak, len(sizes), min(sizes), max(sizes), len(plan.without_contact))
"""


def read_cpmp(path: Path, is_whole: bool) -> Problem:
    """A capacitated p-median instance; one capacity for all, which all files known have."""
    values = np.array(path.read_text().split(), dtype=float)
    n_units, n_teams = int(values[0]), int(values[1])
    x, y, capacity, demand = values[2 : 2 + 4 * n_units].reshape(n_units, 4).T
    gaps = np.hypot(x[:, None] - x[None], y[:, None] - y[None])
    dist = np.floor(gaps) * 1000 if is_whole else np.rint(gaps * 1000)
    if dist.max() * n_units > 2**31:
        dist = np.rint(dist / 10)
    load = demand.astype(np.int64)[:, None]
    none, most = np.zeros((n_teams, 1)), np.full((n_teams, 1), int(capacity.max()))
    plain = make_problem(dist.astype(np.int32), np.ones(n_units), load, none, most, np.ones(1))
    price = max(1, int(24 * unit_scale(plain) / load.mean()))
    return plain._replace(price=np.array([price], dtype=np.int64))


def euclidean(n_clients: int, n_teams: int, seed: int) -> Case:
    """Clients in a square of ten kilometres, hours a month by need; bounds 15–35 and ±10 %."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 10_000, (n_clients, 2))
    gaps = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    hours = rng.choice([5, 19, 40, 62, 89], p=[0.24, 0.22, 0.24, 0.17, 0.13], size=n_clients)
    hours = hours + rng.integers(0, 5, n_clients)
    load = np.column_stack([np.ones(n_clients, dtype=np.int64), hours])
    mean = hours.sum() / n_teams
    low = np.tile([15, int(np.ceil(mean * 0.9))], (n_teams, 1))
    high = np.tile([35, int(mean * 1.1)], (n_teams, 1))
    plain = make_problem(
        np.rint(gaps).astype(np.int32), np.ones(n_clients), load, low, high, np.ones(2)
    )
    scale = unit_scale(plain)
    price = np.array([72 * scale, 48 * scale / hours.mean()]).astype(np.int64)
    ones = np.ones(n_clients, dtype=np.int64)
    return Case(f"{n_clients} Euclidean", plain._replace(price=price), xy, ones)


def ekhamn(n_clients: int) -> Case:
    """The demo town on its streets, present teams forgotten."""
    from data.demo import make_municipality, make_streets
    from data.rules import Rules
    from partition.team_problem import make_team_problem
    from routing.travel import travel_times

    network = make_streets(n_clients=n_clients)
    town = make_municipality(network, n_clients=n_clients)
    travel, _, _ = travel_times(network, town, ("bike",))
    team = make_team_problem(town, travel, Rules(), network=network)
    problem = team.problem._replace(linear=np.zeros_like(team.problem.linear))
    xy = np.array([(team.clients[i].x, team.clients[i].y) for i in team.blocks.first])
    n_in_block = np.array([len(members) for members in team.blocks.members], dtype=np.int64)
    return Case(f"{n_clients} of Ekhamn", problem, xy, n_in_block)


def travel_of(problem: Problem, team: NDArray[np.int64]) -> int:
    """Weighted distance of all units to their team's medoid."""
    n_teams = int(team.max()) + 1
    wide = problem._replace(linear=np.zeros((len(team), n_teams), dtype=np.int64))
    middle = medoids(wide, team)[team]
    return int((problem.dist[np.arange(len(team)), middle].astype(np.int64) * problem.weight).sum())


def faults(problem: Problem, team: NDArray[np.int64]) -> tuple[int, int, int]:
    """Teams outside the bounds on clients, on care, and on rounds of any weekday and shift."""
    n_teams = int(team.max()) + 1
    wide = problem._replace(
        low=np.tile(problem.low[0], (n_teams, 1)), high=np.tile(problem.high[0], (n_teams, 1))
    )
    wrong = outside(wide, team) != 0
    return int(wrong[:, 0].sum()), int(wrong[:, 1].sum()), int(wrong[:, 2:].any(axis=1).sum())


def cpmp_rows(folder: Path, best_file: Path | None, seconds: float) -> list[Row]:
    """Gap to the best value known, or to our own bound where none is."""
    best: dict[str, str] = {}
    if best_file:
        with best_file.open(encoding="utf-8") as lines:
            best = {row[0]: row[1] for row in csv.reader(lines) if len(row) > 1}
    rows = []
    for path in sorted([*folder.glob("*.txt"), *folder.glob("*.dat")]):
        known = best.get(path.stem)
        is_whole = known is not None and "." not in known
        problem = read_cpmp(path, is_whole)
        found = divide(problem, seed=1, time_limit_s=seconds, workers=2)
        cost = travel_of(problem, found.team)
        bound = lower_bound(problem, cost, n_resources=1)
        peers: dict[str, float | str] = {}
        if bound:
            peers["over our bound, %"] = 100 * bound.gap
        unit = round(float(problem.dist.max()) / _largest(path, is_whole))
        gap = 100 * (cost / unit / float(known) - 1) if known else 100 * (bound.gap if bound else 0)
        over = "best known" if known else "our bound"
        n_wrong = int((outside(problem, found.team) != 0).sum())
        rows.append(
            Row(
                f"{path.stem}: over {over} in {seconds:.0f} s",
                gap,
                "%",
                "≤ 0.5 %, feasible",
                gap <= 0.5 and n_wrong == 0,
                peers,
            )
        )
    return rows


def _largest(path: Path, is_whole: bool) -> float:
    """The largest distance of a file in its own units, to undo the scaling."""
    values = np.array(path.read_text().split(), dtype=float)
    n_units = int(values[0])
    x, y, _, _ = values[2 : 2 + 4 * n_units].reshape(n_units, 4).T
    gaps = np.hypot(x[:, None] - x[None], y[:, None] - y[None])
    return float((np.floor(gaps) if is_whole else gaps).max())


def bound_rows(n_seeds: int) -> list[Row]:
    """400 Euclidean clients in 10 seconds, against the Lagrangian bound."""
    rows = []
    for seed in range(1, n_seeds + 1):
        case = euclidean(400, 16, seed)
        found = divide(case.problem, seed=seed, time_limit_s=10, workers=2)
        bound = lower_bound(case.problem, found.cost)
        wrong = faults(case.problem, found.team)
        gap = 100 * bound.gap if bound else float("nan")
        rows.append(
            Row(
                f"400 Euclidean clients, seed {seed}: over the bound in 10 s",
                gap,
                "%",
                "≤ 1.0 %, all bounds kept",
                gap <= 1.0 and not any(wrong),
            )
        )
    return rows


def peer_rows(cases: list[Case], seconds: float, skipped: set[str]) -> list[Row]:
    """Ours against each peer: travel, and teams outside bounds (clients/care/rounds)."""
    rows = []
    for case in cases:
        begin = time.perf_counter()
        found = divide(case.problem, seed=1, time_limit_s=seconds, workers=2)
        took = time.perf_counter() - begin
        ours, wrong = travel_of(case.problem, found.team), faults(case.problem, found.team)
        peers: dict[str, float | str] = {}
        is_best = not any(wrong)
        for name, peer in PEERS.items():
            if name in skipped:
                continue
            begin = time.perf_counter()
            try:
                team = peer(case)
            except (ImportError, ValueError, RuntimeError, KeyError) as error:
                peers[name] = f"none ({type(error).__name__})"
                continue
            theirs, bad = travel_of(case.problem, team), faults(case.problem, team)
            seconds_used = time.perf_counter() - begin
            tally = "/".join(str(n) for n in bad)
            peers[name] = (
                f"{100 * theirs / ours:.0f} % of ours, faults {tally}, {seconds_used:.1f} s"
            )
            is_best = is_best and (theirs > ours or sum(bad) > sum(wrong))
        tally = "/".join(str(n) for n in wrong)
        rows.append(
            Row(
                f"{case.name}: travel to the middle, faults {tally}, {took:.1f} s",
                ours / 1000,
                "1000 s or m",
                "better, no fault",
                is_best,
                peers,
            )
        )
    return rows


def whole_rows(n_clients: int) -> list[Row]:
    """The whole of `partition.plan_teams`, in a process of its own for the memory."""
    answer = _run(_WHOLE, str(n_clients))
    wall, cpu, peak = (float(v) for v in answer[:3])
    n_teams, least, most, n_without = (int(v) for v in answer[3:])
    work = f"{n_clients} clients → {n_teams} teams of {least}–{most}, {n_without} without contact"
    return [
        Row(f"{work}: wall", wall, "s", "≤ 60 s", wall <= 60, {"CPU s": cpu}),
        Row(f"{work}: memory", peak, "GB", "≤ 2 GB", peak <= 2),
    ]


def redesign_rows(n_clients: int) -> list[Row]:
    """Share of the free redesign's gain that 5 % of the clients buy, from the demo's teams."""
    from data.demo import make_municipality, make_streets
    from data.rules import Rules
    from partition import make_redesign
    from routing.travel import travel_times

    network = make_streets(n_clients=n_clients)
    town = make_municipality(network, n_clients=n_clients)
    travel, _, _ = travel_times(network, town, ("bike",))
    front = make_redesign(town, travel, Rules(), network=network, workers=2)
    within = [point for point in front if point.n_moved <= 0.05 * len(town.clients)]
    share = 100 * max(point.share_of_gain for point in within)
    shown: dict[str, float | str] = {
        f"{point.n_moved} moved": f"{100 * point.share_of_gain:.0f} % of the gain, "
        f"±{point.imbalance_pct} % care, {point.to_middle_min_week} min/week to the middle"
        for point in front
    }
    return [
        Row(
            f"Redesign of {n_clients}: gain with 5 % moved",
            share,
            "%",
            "≥ 60 %",
            share >= 60,
            shown,
        )
    ]


def _run(code: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def _missing() -> set[str]:
    found = set()
    modules = {"k-means-constrained": "k_means_constrained", "spopt MaxP": "spopt"}
    for name, module in modules.items():
        try:
            importlib.import_module(module)
        except ImportError:
            found.add(name)
    return found


def main() -> None:
    """Run what was asked for and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--best", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    asked: Any = parser.parse_args()
    cold = float(_run(_COLD)[-1])
    rows = [Row("Cold compile of the kernels", cold, "CPU s", "≤ 10 s", cold <= 10)]
    rows += bound_rows(1 if asked.quick else asked.seeds)
    if asked.folder:
        rows += cpmp_rows(asked.folder, asked.best, min(asked.seconds, 10 if asked.quick else 60))
    sizes = [400] if asked.quick else [400, 1400, 5300]
    skipped = _missing()
    rows += peer_rows(
        [euclidean(400, 16, 1)], 10, skipped | ({"spopt MaxP"} if asked.quick else set())
    )
    # MaxP takes minutes from a thousand units on.
    rows += peer_rows([ekhamn(n) for n in sizes], 10, skipped | {"spopt MaxP"})
    rows += redesign_rows(400)
    rows += whole_rows(400 if asked.quick else 5300)
    finish(rows, asked.json)


if __name__ == "__main__":
    main()
