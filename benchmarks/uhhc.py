"""Soft rounds on the Unified Home Healthcare instances, beside the published results.

``python -m benchmarks.uhhc --folder DIR [--seconds S] [--seeds N] [--quick] [--cpu] --json FILE``

Without ``--seconds`` every instance gets the seconds that were published for it (column
``published_sa_time_s`` of ``best_known.csv`` in the folder, where there is one). The seconds are
wall time, or with ``--cpu`` the processor's (one worker, where others use the machine too); each
seed runs on ``--workers`` threads and takes the best of as many searches. Every
solution is priced by `benchmarks.uhhc_format`, which shares no code with the search, checked
rule by rule, and written with ``--solutions DIR`` for the official validator.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import shlex
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import machine
from benchmarks.soft_day.soft_day_model import (
    MUST,
    Lunch,
    Need,
    SoftCarer,
    SoftDay,
    SoftPlan,
    SoftPrices,
    SoftVisit,
    Window,
)
from benchmarks.soft_day.solve import solve
from benchmarks.uhhc_format import (
    LUNCH,
    Instance,
    Routes,
    Stop,
    evaluate,
    faults,
    read_instance,
    solution_json,
)

QUICK_SECONDS = 5.0
SHORT_SECONDS = 10.0


def _need(instance: Instance, patient: dict, service: str) -> Need:
    """Who may give a service, and what it costs that she is not the one preferred."""
    liked, barred = patient.get("preferred_caregivers"), patient.get("incompatible_caregivers")
    price = instance.weights.get("caregiver_preferences", 0)
    carers = {
        carer["id"]: 0 if liked is None or carer["id"] in liked else price
        for carer in instance.data["caregivers"]
        if service in carer["abilities"] and carer["id"] not in (barred or ())
    }
    return Need(instance.duration(patient["id"], service), carers)


def _visit(instance: Instance, patient: dict) -> SoftVisit:
    hangs = patient.get("synchronization") or {"type": "independent"}
    lag = None
    if hangs["type"] == "simultaneous":
        lag = (0, 0)
    elif hangs["type"] == "sequential":
        lag = (hangs["distance"]["min"], hangs["distance"]["max"])
    optional = bool(patient.get("optional"))
    return SoftVisit(
        visit_id=patient["id"],
        place=patient["distance_matrix_index"],
        windows=tuple(Window(w["start"], w["end"]) for w in patient["time_windows"]),
        needs=tuple(_need(instance, patient, s["service"]) for s in patient["required_services"]),
        lag=lag,
        absent_price=instance.weights.get("optional_patients", 0) if optional else MUST,
        met_at_end=instance.is_met_at_end,
    )


def to_day(instance: Instance) -> SoftDay:
    """The instance as a day under soft rules, in minutes."""
    weights, places, breaks = instance.weights, instance.places, instance.data["lunch_breaks"]
    lasts = int(breaks["min_duration"])
    lunch = Lunch(breaks["start"], breaks["end"] - lasts * instance.is_met_at_end, lasts)
    carers = tuple(
        SoftCarer(
            carer["id"],
            carer["working_shift"]["start"],
            carer["working_shift"]["end"],
            places[carer["departing_point"]],
            places[carer["arrival_point"]],
            lunch if carer["lunch_break"] else None,
        )
        for carer in instance.data["caregivers"]
    )
    prices = SoftPrices(
        travel=weights["travel_time"],
        late=weights["total_tardiness"],
        late_max=weights["highest_tardiness"],
        wait=weights["total_waiting_time"],
        overtime=weights["total_extra_time"],
        idle_max=weights["max_idle_time"],
        missed_lunch=weights["missed_lunch_break"],
    )
    visits = tuple(_visit(instance, patient) for patient in instance.data["patients"])
    return SoftDay(visits, carers, instance.data["distances"], prices)


def to_routes(instance: Instance, plan: SoftPlan) -> Routes:
    """The plan as stops in the format; a lunch is held at a neighbouring stop's place."""
    at_place = {index: name for name, index in instance.places.items()}
    routes: Routes = {}
    for route in plan.routes:
        stops = []
        for stop in route.stops:
            patient, service = stop.visit_id or at_place[stop.place], LUNCH
            if stop.visit_id:
                asked = instance.patients[patient]["required_services"]
                service = asked[stop.need]["service"]
            stops.append(Stop(patient, service, stop.start, stop.end))
        routes[route.carer_id] = stops
    return routes


@dataclass(frozen=True, slots=True)
class Run:
    """One seed's result on one instance."""

    cost: int
    unserved: int
    late_min: int
    cpu_s: float
    solution: str


def run_once(
    instance: Instance, seed: int, seconds: float, workers: int, *, is_cpu: bool = False
) -> Run:
    """Plan, price apart from the search, and check."""
    day, begun = to_day(instance), time.process_time()
    clock = time.process_time if is_cpu else time.perf_counter
    plan = solve(day, seed, seconds=seconds, workers=workers, clock=clock)
    cpu_s = round(time.process_time() - begun, 1)
    routes = to_routes(instance, plan)
    wrong = faults(instance, routes)
    terms = evaluate(instance, routes)
    if wrong or sum(terms.values()) != plan.cost:
        raise AssertionError(f"{instance.name}: {wrong[:3]} {sum(terms.values())} {plan.cost}")
    late = sum(stop.late for route in plan.routes for stop in route.stops)
    return Run(plan.cost, len(plan.absent), late, cpu_s, solution_json(instance, routes))


def _published(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "best_known.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def _figures(name: str, runs: list[Run], short: Run | None, row: dict[str, str]) -> dict:
    """The figures of one instance."""
    costs = [run.cost for run in runs]
    first = min(runs, key=lambda run: run.cost)
    figures = {
        "instance": name,
        "best": min(costs),
        "mean": round(statistics.mean(costs), 1),
        "seeds": len(costs),
        "at_10_s": short.cost if short else None,
        "unserved": first.unserved,
        "late_min": first.late_min,
        "cpu_s": round(statistics.mean(run.cpu_s for run in runs), 1),
    }
    if row:
        figures["published_best"] = float(row["published_sa_best"])
        figures["published_mean"] = float(row["published_sa_mean"])
        figures["published_s"] = float(row["published_sa_time_s"])
        figures["best_known"] = float(row["best_known"])
        figures["gap_mean_pct"] = round(100 * (figures["mean"] / figures["published_mean"] - 1), 1)
    return figures


COLUMNS = (
    "instance", "best", "mean", "published_best", "published_mean", "gap_mean_pct",
    "published_s", "cpu_s", "at_10_s", "unserved", "late_min",
)  # fmt: skip


def table(all_figures: list[dict]) -> str:
    """The figures as a Markdown table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for one in all_figures:
        cells = (one.get(column) for column in COLUMNS)
        lines.append("| " + " | ".join("" if c is None else f"{c:g}" if isinstance(c, float)
                                       else str(c) for c in cells) + " |")  # fmt: skip
    return "\n".join(lines)


def records(all_figures: list[dict]) -> list[dict]:
    """The list that every benchmark writes."""
    stamp = {"machine": machine(), "date": dt.date.today().isoformat()}
    found = []
    for one in all_figures:
        target = one.get("published_mean")
        found.append(
            {
                "work": f"uhhc {one['instance']}, mean of {one['seeds']}",
                "value": one["mean"],
                "unit": "cost",
                "target": target,
                "holds": None if target is None else one["mean"] <= target,
                "peers": {"simulated annealing, mean": target,
                          "simulated annealing, best": one.get("published_best"),
                          "best known": one.get("best_known")},
                **stamp,
            }
        )  # fmt: skip
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], help="names of instances")
    parser.add_argument("--seconds", type=float, help="instead of the published seconds")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cpu", action="store_true", help="processor seconds, one worker")
    parser.add_argument("--quick", action="store_true", help="one seed, five seconds")
    parser.add_argument("--no-short", action="store_true", help="leave out the run of 10 s")
    parser.add_argument("--solutions", type=Path, help="folder for the best solutions")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figures", type=Path, help="for `benchmarks.uhhc_page`")
    options = parser.parse_args()
    published = _published(options.folder)
    n_seeds = 1 if options.quick else options.seeds
    workers = 1 if options.cpu else options.workers
    all_figures = []
    for path in sorted(options.folder.glob("*.json")):
        if options.only and path.stem not in options.only:
            continue
        instance, row = read_instance(path), published.get(path.stem, {})
        seconds = options.seconds or float(row.get("published_sa_time_s", SHORT_SECONDS))
        seconds = QUICK_SECONDS if options.quick else seconds
        solve(to_day(instance), n_iterations=0)  # compiled before the clock starts
        runs = [
            run_once(instance, options.first_seed + i, seconds, workers, is_cpu=options.cpu)
            for i in range(n_seeds)
        ]
        short = (
            None
            if options.quick or options.no_short
            else run_once(instance, 0, SHORT_SECONDS, workers, is_cpu=options.cpu)
        )
        all_figures.append(_figures(path.stem, runs, short, row))
        print(json.dumps(all_figures[-1] | {"runs": [run.cost for run in runs]}), flush=True)
        if options.solutions:
            options.solutions.mkdir(parents=True, exist_ok=True)
            best = min(runs, key=lambda run: run.cost)
            (options.solutions / f"{path.stem}.sol.json").write_text(best.solution)
    print(table(all_figures))
    if options.json:
        options.json.write_text(json.dumps(records(all_figures), indent=1))
    if options.figures:
        command = f"python -m benchmarks.uhhc {shlex.join(sys.argv[1:])}"
        stamp = {"command": command, "machine": machine(), "date": dt.date.today().isoformat()}
        options.figures.write_text(json.dumps(stamp | {"instances": all_figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
