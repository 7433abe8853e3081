"""Teams: how good, how fast, beside the libraries that can divide points at all.

``python -m benchmarks.partition [--folder DIR] [--best FILE] [--osm FILE …] [--quick] [--json F]``

``--folder`` holds capacitated p-median instances in the format of the OR-Library and of Lorena &
Senne (first line: customers, medians; then x, y, capacity, demand), ``--best`` a CSV of
``name,value`` with the best values known; whole values mean distances truncated to integers.
``--osm`` names extracts along whose streets clients are placed as in the demo; it may be given
many times.

The objective is the search's own: weighted seconds (or metres) to the team's medoid, the walk
between team-mates, and the prices of what lies outside the bounds. Faults are teams outside the
bounds on clients, on care minutes (±10 %) and on rounds (±0.5). Each peer has as long as we took,
run again from other seeds while time is left. Peers come with ``pip install '.[bench]'``. The whole
takes about 25 minutes on two free cores; ``--only`` runs parts of it.
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

from benchmarks.common import Row, finish
from benchmarks.partition_cases import (
    Case,
    euclidean,
    faults,
    intra_travel_of,
    objective,
    on_streets,
    read_cpmp,
    town_on,
    travel_of,
)
from benchmarks.partition_peers import PEERS, SMALL, best_within
from benchmarks.partition_starts import start_rows, tuned_rows
from partition.annealing.annealer import outside
from partition.annealing.lower_bound import lower_bound
from partition.annealing.team_search import divide

_COLD = """
import os, sys, tempfile, time
os.environ["HEMRUNDA_CACHE_DIR"] = tempfile.mkdtemp()
import numpy as np
from benchmarks.partition_cases import euclidean
from partition.annealing.team_search import divide
from partition.annealing.annealer import SearchParams
case = euclidean(60, 3, 1)
begin = time.process_time()
divide(case.problem, params=SearchParams(n_starts=1, n_rounds=1))
print(time.process_time() - begin)
"""

_WHOLE = """
import resource, sys, time
from benchmarks.partition_cases import town_on
from data.rules import Rules
from partition import plan_teams
network, town, travel = town_on(int(sys.argv[1]))
begin, cpu = time.perf_counter(), time.process_time()
plan = plan_teams(town, travel, Rules(), network=network, workers=2)
wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
sizes = [len(team.client_ids) for team in plan.teams]
print(wall, cpu, peak, len(sizes), min(sizes), max(sizes), len(plan.without_contact))
"""


def cpmp_rows(folder: Path, best_file: Path | None, seconds: float) -> list[Row]:
    """Gap to the best value known, or to our own bound where none is.

    Small instances get less than ``seconds``: 0.15 s a customer. The search stops between rounds,
    so a twentieth is held back for the last one.
    """
    best: dict[str, str] = {}
    if best_file:
        with best_file.open(encoding="utf-8") as lines:
            best = {row[0]: row[1] for row in csv.reader(lines) if len(row) > 1}
    rows = []
    for path in sorted([*folder.glob("*.txt"), *folder.glob("*.dat")]):
        known = best.get(path.stem)
        instance = read_cpmp(path, is_whole=known is not None and "." not in known)
        problem = instance.problem
        limit = min(0.95 * seconds, 0.15 * len(problem.weight))
        wall, cpu = time.perf_counter(), time.process_time()
        found = divide(problem, seed=1, time_limit_s=limit, workers=2)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        cost = travel_of(problem, found.team)
        told: dict[str, float | str] = {"CPU s": cpu}
        if known:
            gap, over = 100 * (cost / instance.scale / float(known) - 1), "best known"
        else:
            bound = lower_bound(problem, cost, n_resources=1)
            gap, over = 100 * bound.gap if bound else float("nan"), "our bound"
        n_wrong = int((outside(problem, found.team) != 0).sum())
        work = f"{instance.name}: over {over} in {wall:.0f} s"
        holds = gap <= 0.5 and n_wrong == 0
        rows.append(Row(work, gap, "%", "≤ 0.5 %, feasible", holds, told))
    return rows


def bound_rows(n_seeds: int) -> list[Row]:
    """400 Euclidean clients in 10 seconds, against the Lagrangian bound."""
    rows = []
    for seed in range(1, n_seeds + 1):
        case = euclidean(400, 16, seed)
        cpu = time.process_time()
        found = divide(case.problem, seed=seed, time_limit_s=10, workers=2)
        cpu = time.process_time() - cpu
        bound = lower_bound(case.problem, found.cost)
        wrong = faults(case.problem, found.team)
        gap = 100 * bound.gap if bound else float("nan")
        work = f"400 Euclidean clients, seed {seed}: over the bound in 10 s"
        holds = gap <= 1.0 and not any(wrong)
        rows.append(Row(work, gap, "%", "≤ 1.0 %, all bounds kept", holds, {"CPU s": cpu}))
    return rows


def peer_row(case: Case, seconds: float, skipped: set[str]) -> Row:
    """Ours against each peer: objective, travel, and teams outside bounds (clients/care/rounds)."""
    begin = time.perf_counter()
    found = divide(case.problem, seed=1, time_limit_s=seconds, workers=2)
    took = time.perf_counter() - begin
    ours, way = objective(case.problem, found.team), travel_of(case.problem, found.team)
    wrong = faults(case.problem, found.team)
    peers: dict[str, float | str] = {}
    is_best = not any(wrong)
    for name in PEERS:
        if name in skipped:
            peers[name] = "not installed"
            continue
        if name == "spopt MaxP" and len(case.problem.weight) > SMALL:
            peers[name] = "not tried: too many units for it"
            continue
        answer = best_within(name, case, took, patience=2.0)
        if answer.team is None:
            peers[name] = f"{answer.trouble} in {answer.seconds:.0f} s"
            continue
        theirs = objective(case.problem, answer.team)
        bad = faults(case.problem, answer.team)
        peers[name] = (
            f"objective {100 * theirs / ours:.0f} %, to the middle "
            f"{100 * travel_of(case.problem, answer.team) / way:.0f} %, "
            f"faults {_tally(bad)}, {answer.n_runs} runs in {answer.seconds:.1f} s"
        )
        is_best = is_best and theirs > ours
    work = f"{case.name} → {len(case.problem.low)} teams: objective, {took:.1f} s"
    target = "better objective, no fault"
    return Row(
        f"{work}, faults {_tally(wrong)}", ours / 1000, "1000 s or m", target, is_best, peers
    )


def _tally(wrong: tuple[int, ...]) -> str:
    return "/".join(str(n) for n in wrong)


def loose_row(case: Case, seconds: float, skipped: set[str]) -> Row:
    """Ours with no bound but that on clients: the only one that k-means-constrained knows."""
    price = np.where(np.arange(case.problem.load.shape[1]) == 0, case.problem.price, 0)
    free = case.problem._replace(price=price, intra_travel_pct=0, fragment_price=0)
    loose = Case(case.name, free,
                 case.xy, case.n_clients)  # fmt: skip
    found = divide(loose.problem, seed=1, time_limit_s=seconds, workers=2)
    ours = travel_of(loose.problem, found.team)
    peers: dict[str, float | str] = {}
    name, is_best = "k-means-constrained", faults(loose.problem, found.team)[0] == 0
    if name not in skipped:
        answer = best_within(name, loose, seconds, patience=2.0)
        if answer.team is None:
            peers[name] = f"{answer.trouble} in {answer.seconds:.0f} s"
        else:
            theirs = travel_of(loose.problem, answer.team)
            n_wrong = faults(loose.problem, answer.team)[0]
            peers[name] = f"{100 * theirs / ours:.0f} %, {n_wrong} teams outside in clients"
            is_best = is_best and (theirs > ours or n_wrong > 0)
    work = f"{case.name}, bounds on clients only: to the middle"
    return Row(work, ours / 1000, "1000 s or m", "better, no fault", is_best, peers)


def intra_travel_rows(n_clients: int, n_seeds: int) -> list[Row]:
    """What the walk between clients in the objective does to estimated and to real travel.

    Two days of rounds are planned on the teams made with and without it, from the same seeds.
    """
    from dataclasses import replace

    from data.rules import Rules
    from partition.team_planning import complete_plan
    from partition.teams.team_division import teams_of
    from partition.teams.team_problem import make_team_problem
    from routing.rounds import plan_rounds

    network, town, travel = town_on(n_clients)
    rules, days = Rules(), (town.dates[1], town.dates[8])
    made = make_team_problem(town, travel, rules, network=network)
    free = made.problem._replace(linear=np.where(made.problem.linear >= 2**40, 2**40, 0))
    hours: dict[int, list[float]] = {0: [], 100: []}
    unplanned: dict[int, list[int]] = {0: [], 100: []}
    estimated: dict[int, list[int]] = {0: [], 100: []}
    for pct in hours:
        for seed in range(1, n_seeds + 1):
            problem = replace(made, problem=free._replace(intra_travel_pct=pct))
            found = divide(problem.problem, seed=seed, n_rounds=40, workers=2)
            estimated[pct].append(intra_travel_of(free, found.team))
            teams = teams_of(problem, found.team)
            plan = complete_plan(town, teams, travel, rules, network=network)
            rounds = plan_rounds(
                town, plan, travel, rules, dates=days, seed=seed, n_iterations=100_000, workers=2
            )
            hours[pct].append(sum(row.travel_s for row in rounds.rows) / 3600)
            unplanned[pct].append(len(rounds.unplanned))
    with_intra_travel, without = float(np.mean(hours[100])), float(np.mean(hours[0]))
    told: dict[str, float | str] = {
        "h of travel without it": without,
        "estimated walk, % of without": 100.0 * sum(estimated[100]) / sum(estimated[0]),
        "unplanned with": float(np.mean(unplanned[100])),
        "unplanned without": float(np.mean(unplanned[0])),
    }
    work = f"{n_clients} clients, two days of rounds, mean of {n_seeds}: travel, walk in objective"
    return [
        Row(work, with_intra_travel, "h", "less than without", with_intra_travel < without, told)
    ]


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
    from data.rules import Rules
    from partition import make_redesign

    network, town, travel = town_on(n_clients)
    rows = []
    for aim, target in (("balance", 60.0), ("travel", None)):
        front = make_redesign(town, travel, Rules(), network=network, workers=2, aim=aim)
        within = [point for point in front if point.n_moved <= 0.05 * len(town.clients)]
        share = 100 * max(point.share_of_gain for point in within)
        shown: dict[str, float | str] = {
            f"{point.n_moved} moved": f"{100 * point.share_of_gain:.0f} %, "
            f"care ±{point.imbalance_pct} %, rounds ±{point.rounds_off}, "
            f"travel {point.travel_min_week} min/week, to the middle {point.to_middle_min_week}"
            for point in front
        }
        work = f"Redesign of {n_clients} with the aim {aim}: gain with 5 % moved"
        holds = None if target is None else share >= target
        told = "shown" if target is None else "≥ 60 %"
        rows.append(Row(work, share, "%", told, holds, shown))
    return rows


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


SECONDS = {400: 8.0, 1400: 15.0, 5300: 30.0}
"""How long ours, and each peer, may take by the number of clients."""


def main() -> None:
    """Run what was asked for and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--best", type=Path)
    parser.add_argument("--osm", type=Path, action="append", default=[])
    parser.add_argument("--seconds", type=float, default=60.0, help="most per p-median instance")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="400 clients only, shorter")
    parser.add_argument(
        "--only",
        help="comma-separated: cold,bound,cpmp,peers (or peers400 …),starts,tuned,walk,redesign,"
        "whole",
    )
    parser.add_argument("--json")
    asked: Any = parser.parse_args()
    parts = asked.only.split(",") if asked.only else None
    rows: list[Row] = []

    def wanted(part: str) -> bool:
        is_wanted = parts is None or part in parts
        if is_wanted:
            print(part, file=sys.stderr, flush=True)
        return is_wanted

    if wanted("cold"):
        cold = float(_run(_COLD)[-1])
        rows.append(Row("Cold compile of the kernels", cold, "CPU s", "≤ 12 s", cold <= 12))
    if wanted("bound"):
        rows += bound_rows(1 if asked.quick else asked.seeds)
    if wanted("cpmp") and asked.folder:
        seconds = min(asked.seconds, 10) if asked.quick else asked.seconds
        rows += cpmp_rows(asked.folder, asked.best, seconds)
    for n_clients in [400] if asked.quick else sorted(SECONDS):
        if wanted("peers") or wanted(f"peers{n_clients}"):
            rows += _peer_rows(n_clients, asked.osm)
    if wanted("starts"):
        cases = [euclidean(400, 16, 1), on_streets(400)]
        rows += [
            row for case in cases for row in start_rows(case, 1 if asked.quick else asked.seeds)
        ]
    if wanted("tuned"):
        rows += tuned_rows(on_streets(400), 1 if asked.quick else asked.seeds)
    if wanted("walk"):
        rows += intra_travel_rows(400, 1 if asked.quick else 2)
    if wanted("redesign"):
        rows += redesign_rows(400)
    if wanted("whole"):
        rows += whole_rows(400 if asked.quick else 5300)
    finish(rows, asked.json)


def _peer_rows(n_clients: int, extracts: list[Path]) -> list[Row]:
    skipped, is_small = _missing(), n_clients == min(SECONDS)
    rows = [peer_row(euclidean(400, 16, 1), SECONDS[400], skipped)] if is_small else []
    for osm in (None, *extracts):
        case = on_streets(n_clients, osm)
        rows.append(peer_row(case, SECONDS[n_clients], skipped))
        if is_small:
            rows.append(loose_row(case, SECONDS[n_clients], skipped))
    return rows


if __name__ == "__main__":
    main()
