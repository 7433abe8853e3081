"""Past one machine: what an executor costs, how memory stands, where many cores would end.

``python -m benchmarks.scale [--only overhead memory study region simulate cold chain]
[--json FILE]``. ``--town`` and ``--words`` say which demo the chain is run on, and how.
Everything in one run, in processor seconds of all processes where work is spread
(`resource.RUSAGE_CHILDREN`).
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import hemrunda as hr
from benchmarks.common import Row, write_rows
from data.progress import Progress
from data.tables import write_input
from hemrunda.effort import Effort
from hemrunda.pipeline import SHARES, with_rounds, with_teams
from hemrunda.scale.cluster_address import executor_at
from hemrunda.scale.executors import Task
from hemrunda.scale.packing import pack, unpack
from hemrunda.scale.python_study import study
from hemrunda.scale.region_run import run_region, towns_in
from hemrunda.scale.study_table import CAUSE, RowsOnDisk
from hemrunda.stages import Stages
from routing.network import save_network
from routing.rounds.area_task import AreaTask, run_area, sliced

MB = 1024 * 1024
SEARCH: Final = ("teams", "rounds")
"""The stages that search; all others are work that somebody waits for."""


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu_s() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def area_tasks(n_clients: int, n_days: int, iterations: int | None) -> list[AreaTask]:
    """The areas of a demo town as tasks, cut to what each needs."""
    scenario = hr.demo(n_clients=n_clients, n_days=n_days)
    effort = Effort(n_iterations=iterations, dates=scenario.municipality.dates)
    stages = Stages(Progress(), SHARES)
    plan, _ = with_teams(scenario.municipality, scenario.streets, scenario.config, effort, stages)
    seen: list[AreaTask] = []

    def look(tasks: Sequence[AreaTask], _on_done: Callable[[int], bool]) -> list[None]:
        seen.extend(replace(task, source=sliced(task.source)) for task in tasks)
        return [None] * len(tasks)

    with_rounds(plan, replace(effort, run_areas=look), stages)
    return seen


def overhead(n_clients: int, n_days: int) -> dict[str, float]:
    """What packing, sending and unpacking an area costs beside searching it at default effort."""
    scenario = hr.demo(n_clients=n_clients, n_days=n_days)
    effort = Effort(dates=scenario.municipality.dates, workers=1)
    stages = Stages(Progress(), SHARES)
    plan, _ = with_teams(scenario.municipality, scenario.streets, scenario.config, effort, stages)
    tasks: list[AreaTask] = []

    def timed(given: Sequence[AreaTask], on_done: Callable[[int], bool]) -> list[object]:
        results = []
        for i, task in enumerate(given):
            begun = time.process_time()
            packed = pack(replace(task, source=sliced(task.source)))
            there = unpack(packed)
            sent = time.process_time()
            result = run_area(there)
            made = time.process_time()
            back = pack(result)
            results.append(unpack(back))
            told["pack_s"] += sent - begun + time.process_time() - made
            told["task_s"] += made - sent
            told["sent_mb"] += len(packed.data) / MB
            told["back_mb"] += len(back.data) / MB
            tasks.append(task)
            on_done(i)
        return results

    told = {"task_s": 0.0, "pack_s": 0.0, "sent_mb": 0.0, "back_mb": 0.0}
    with_rounds(plan, replace(effort, run_areas=timed), stages)
    told["n_areas"] = len(tasks)
    told["overhead_pct"] = 100 * told["pack_s"] / told["task_s"]
    return told


def memory(where: str, sizes: Sequence[int]) -> dict[str, float]:
    """The client's memory after so many tasks: the same area again and again, barely searched."""
    (task, *_) = area_tasks(120, 2, 20)
    told = {"begin_mb": peak_mb()}
    with executor_at(where) as executor:
        for n in sizes:
            n_back = sum(
                1
                for _ in executor.stream(
                    run_area, (Task(f"t{i}", replace(task, seed=(i,))) for i in range(n))
                )
            )
            assert n_back == n
            told[f"after_{n}_mb"] = peak_mb()
    return told


def study_row(n_seeds: int, where: str) -> dict[str, float]:
    """A study of 60 clients: plans an hour, and what the table is."""
    scenario = hr.demo(n_clients=60, n_days=1)
    grid = {
        "seed": list(range(n_seeds)),
        "teams.clients_max": [25, 30, 35, 40],
        "general.mode": ["bike", "car"],
    }
    with tempfile.TemporaryDirectory() as folder:
        begun, used = time.perf_counter(), cpu_s()
        frame = study(scenario, grid, Path(folder) / "s", cluster=where, quick=True)
        took = time.perf_counter() - begun
    return {
        "n_plans": len(frame), "n_failed": int(frame["cause"].astype(bool).sum()), "wall_s": took,
        "cpu_s": cpu_s() - used, "client_mb": peak_mb(),
    }  # fmt: skip


def towns(folder: Path, sizes: Sequence[int]) -> None:
    """A region of made-up towns."""
    for i, n_clients in enumerate(sizes):
        place = folder / f"Kommun{i:02}"
        place.mkdir(parents=True)
        scenario = hr.demo(n_clients=n_clients, n_days=1, seed=i + 1)
        write_input(scenario.municipality, place / "indata.xlsx")
        save_network(scenario.streets, place / "network")


def region_row(sizes: Sequence[int], places: Sequence[str]) -> dict[str, float]:
    """The same region with each executor, one after the other."""
    told: dict[str, float] = {"n_towns": len(sizes), "n_clients": sum(sizes)}
    with tempfile.TemporaryDirectory() as root:
        towns(Path(root) / "in", sizes)
        for where in places:
            out = Path(root) / "out"
            rows = RowsOnDisk(out)
            begun = time.perf_counter()
            with executor_at(where) as executor:
                effort = Effort(workers=1, is_quick=True, map_days=0)
                run_region(
                    towns_in(Path(root) / "in"), out, effort, executor, Progress(), rows
                )  # fmt: skip
            told[f"{where}_wall_s"] = time.perf_counter() - begun
            assert len(rows.known()) == len(sizes)
            assert not [name for name in rows.known() if rows.row(name)[CAUSE]]
            shutil.rmtree(out)
    told["client_mb"] = peak_mb()
    if len(places) == 2:
        told["speed_up"] = told[f"{places[0]}_wall_s"] / told[f"{places[1]}_wall_s"]
    return told


def simulated(
    task_s: Sequence[float], deal_s: float, take_s: float, n_workers: int, n_tasks: int
) -> float:
    """Wall seconds of ``n_tasks`` on ``n_workers``, with one client that deals and takes in turn.

    A discrete-event model: the client is one server, workers are many; a worker asks for its next
    task when its result has been taken.
    """
    client_free, done = 0.0, [(0.0, worker) for worker in range(n_workers)]
    heapq.heapify(done)
    end = 0.0
    for i in range(n_tasks):
        free, worker = heapq.heappop(done)
        dealt = max(client_free, free) + deal_s
        client_free = dealt
        finished = dealt + task_s[i % len(task_s)]
        client_free += take_s
        end = max(end, finished + take_s)
        heapq.heappush(done, (finished, worker))
    return max(end, client_free)


COLD: Final = """
import time
import hemrunda as hr
from data.kernels import REGISTRY
from data.travel_times import modes_of
from routing.travel import travel_times
town = hr.demo(n_clients=60, n_days=1)
begun = time.process_time()
travel_times(town.streets, town.municipality, modes_of(town.municipality.staff, "bike"))
print(time.process_time() - begun, sum(len(one.signatures) for one in REGISTRY.values()))
"""
EMPTY: Final = """
import sys, time
import numpy as np
from numba import njit
array = np.zeros(4)
njit(lambda a, n: n)(array, 1)
begun = time.process_time()
for i in range(int(sys.argv[1])):
    njit(nogil=True, error_model="numpy")(eval(f"lambda a, n: n + {i}"))(array, 1)
print(time.process_time() - begun)
"""


def cold() -> dict[str, float]:
    """The travel kernels compiled from nothing, beside as many kernels with nothing in them."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "HEMRUNDA_CACHE_DIR": cache}
        ours = _printed([COLD], environment)
        empty = _printed([EMPTY, str(int(ours[1]))], environment)
    return {"travel_s": ours[0], "n_kernels": ours[1], "empty_s": empty[0],
            "ratio": ours[0] / empty[0]}  # fmt: skip


def _printed(program: Sequence[str], environment: Mapping[str, str]) -> list[float]:
    made = subprocess.run(
        [sys.executable, "-c", *program], env=dict(environment), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return [float(word) for word in made.stdout.split()]


def chain(n_clients: int, n_days: int, words: Sequence[str]) -> dict[str, float]:
    """The whole chain as its command runs it: what each stage takes, and what is not search."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        made = subprocess.run(
            [sys.executable, "-m", "hemrunda", "demo", "--clients", str(n_clients), "--days",
             str(n_days), "--out", folder, "--json", *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        wall_s = time.perf_counter() - begun
    stages = json.loads(made.stdout)["stages"]
    others_s = sum(took["cpu_s"] for name, took in stages.items() if name not in SEARCH)
    told = {f"{name}_cpu_s": took["cpu_s"] for name, took in stages.items()}
    peak_mb = max(took["peak_mb"] for took in stages.values())
    return {"others_cpu_s": others_s, **told, "wall_s": wall_s, "peak_mb": peak_mb}


def simulation(tasks: Sequence[AreaTask]) -> Iterator[tuple[int, float, float]]:
    """Cores, wall seconds and use of them, for a night of 30 towns 40 times over."""
    times, deal, take = [], [], []
    for task in tasks:
        begun = time.process_time()
        packed = pack(task)
        deal.append(time.process_time() - begun)
        begun = time.process_time()
        result = run_area(unpack(packed))
        times.append(time.process_time() - begun)
        back = pack(result)
        begun = time.process_time()
        unpack(back)
        take.append(time.process_time() - begun)
    n_tasks = 20_000
    for n in (1, 2, 4, 8, 16, 100, 1_000, 10_000):
        wall = simulated(times, statistics.mean(deal), statistics.mean(take), n, n_tasks)
        ideal = sum(times) / len(times) * n_tasks / n
        yield n, wall, 100 * ideal / wall


def main() -> None:
    """Run what is asked for, and print it as JSON, a line a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    rows = ("overhead", "memory", "study", "region", "simulate", "cold", "chain")
    parser.add_argument("--only", nargs="*", choices=rows, default=rows)
    parser.add_argument("--towns", type=int, default=30)
    parser.add_argument("--clients", type=int, nargs=2, default=(400, 2000))
    parser.add_argument("--town", type=int, nargs=2, default=(400, 14), help="clients and days")
    parser.add_argument("--json", default=None)
    parser.add_argument("--seeds", type=int, default=25, help="of the study, eight plans each")
    parser.add_argument("--words", default="--iterations 200", help="of the chain's command")
    asked = parser.parse_args()
    low, high = asked.clients
    sizes = [
        low + (high - low) * i // max(asked.towns - 1, 1) for i in range(asked.towns)
    ]  # fmt: skip
    found: dict[str, Callable[[], Mapping[str, float]]] = {
        "overhead": lambda: overhead(*asked.town),
        "memory": lambda: memory("local:2", (10, 100, 1000)),
        "study": lambda: study_row(asked.seeds, "local:2"),
        "region": lambda: region_row(sizes, ("local:1", "local:2")),
        "simulate": lambda: {
            f"use_at_{n}_pct": use for n, _, use in simulation(area_tasks(*asked.town, None))
        },
        "cold": cold,
        "chain": lambda: chain(*asked.town, asked.words.split()),
    }
    made: list[Row] = []
    for name in asked.only:
        figures = found[name]()
        print(json.dumps({name: figures}, default=float), flush=True)
        made.append(_row(name, figures, asked.town))
    if asked.json:
        write_rows(made, asked.json)


LIMITS: Final[dict[str, tuple[str, str, float, str]]] = {
    "overhead": ("overhead_pct", "% of task time", 5.0, "≤ 5 %"),
    "memory": ("after_1000_mb", "MB of the client after 1 000 tasks", 1500.0, "flat"),
    "study": ("n_failed", "plans failed", 0.0, "0"),
    "region": ("client_mb", "MB of the client", 1500.0, "≤ 1 500 MB"),
    "simulate": ("use_at_16_pct", "% of 16 cores used", 100.0, "shown"),
    "cold": ("ratio", "× empty kernels", 1e9, "shown"),
    "chain": ("others_cpu_s", "CPU s of all but teams and rounds", 90.0, "≤ 90 s"),
}
"""Of each work: its first figure, its unit, the most that it may be, and how that is said."""


def _row(name: str, figures: Mapping[str, float], town: Sequence[int]) -> Row:
    """A work's first figure, with the others beside it."""
    key, unit, most, target = LIMITS[name]
    rest = {other: float(value) for other, value in figures.items() if other != key}
    holds = None if target == "shown" else figures[key] <= most
    if name == "memory":
        holds = figures["after_1000_mb"] <= 1.05 * figures["after_10_mb"]
    of_town = (
        f", {town[0]} clients, {town[1]} days" if name in ("overhead", "simulate", "chain") else ""
    )
    return Row(f"{name}{of_town}", float(figures[key]), unit, target, holds, rest)


if __name__ == "__main__":
    main()
