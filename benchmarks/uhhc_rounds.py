"""Soft rounds on the Unified Home Healthcare instances, beside the published results.

``python -m benchmarks.uhhc_rounds --folder DIR [--seconds S] [--seeds N] [--quick] --json FILE``
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

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
from routing.rounds.soft import (
    SoftEffort,
    SoftGroup,
    SoftModel,
    SoftPlan,
    SoftPrices,
    SoftRoute,
    SoftVisit,
    solve,
)
from routing.rounds.soft_exact import BREAK, retime

MUST = 1_000_000
"""Price of leaving out a patient who is not optional."""


def _carers(instance: Instance, patient: dict[str, Any], service: str) -> dict[int, int]:
    liked, barred = patient.get("preferred_caregivers"), patient.get("incompatible_caregivers")
    price = instance.weights.get("caregiver_preferences", 0)
    return {
        r: 0 if liked is None or carer["id"] in liked else price
        for r, carer in enumerate(instance.data["caregivers"])
        if service in carer["abilities"] and carer["id"] not in (barred or ())
    }


def _group(instance: Instance, patient: dict[str, Any]) -> SoftGroup:
    visits = []
    for one in patient["required_services"]:
        lasts = instance.duration(patient["id"], one["service"])
        back = lasts if instance.is_met_at_end else 0
        windows = tuple((w["start"], w["end"] - back) for w in patient["time_windows"])
        visits.append(
            SoftVisit(
                patient["distance_matrix_index"],
                lasts,
                windows,
                _carers(instance, patient, one["service"]),
            )
        )
    hangs = patient.get("synchronization") or {"type": "independent"}
    lag = None
    if hangs["type"] == "simultaneous":
        lag = (0, 0)
    elif hangs["type"] == "sequential":
        lag = (hangs["distance"]["min"], hangs["distance"]["max"])
    absent = instance.weights.get("optional_patients", 0) if patient.get("optional") else MUST
    return SoftGroup(tuple(visits), absent, lag)


def to_model(instance: Instance) -> SoftModel:
    """The instance as a soft rounds problem, in minutes."""
    weights, lunch, places = instance.weights, instance.data["lunch_breaks"], instance.places
    routes = tuple(
        SoftRoute(
            places[carer["departing_point"]],
            places[carer["arrival_point"]],
            carer["working_shift"]["start"],
            carer["working_shift"]["end"],
            bool(carer["lunch_break"]),
        )
        for carer in instance.data["caregivers"]
    )
    back = lunch["min_duration"] if instance.is_met_at_end else 0
    prices = SoftPrices(
        travel=weights["travel_time"],
        late=weights["total_tardiness"],
        worst=weights["highest_tardiness"],
        wait=weights["total_waiting_time"],
        over=weights["total_extra_time"],
        idle=weights["max_idle_time"],
        no_break=weights["missed_lunch_break"],
        break_from=lunch["start"],
        break_latest=lunch["end"] - back,
        break_duration=lunch["min_duration"],
    )
    groups = tuple(_group(instance, patient) for patient in instance.data["patients"])
    legs = np.array(instance.data["distances"], dtype=np.int64)
    return SoftModel(groups, routes, legs, prices)


def to_routes(instance: Instance, model: SoftModel, plan: SoftPlan) -> Routes:
    """The plan as a solution in the format, timed exactly."""
    timed = retime(model, plan)
    named = [
        (patient["id"], one["service"])
        for patient in instance.data["patients"]
        for one in patient["required_services"]
    ]
    at_place = {index: name for name, index in instance.places.items()}
    routes: Routes = {}
    for r, carer in enumerate(instance.data["caregivers"]):
        stops = []
        for u, start, place in zip(
            timed.sequences[r], timed.starts[r], timed.places[r], strict=True
        ):
            patient, service = (at_place[place], LUNCH) if u == BREAK else named[u]
            end = start + instance.duration(patient, service)
            stops.append(Stop(patient, service, start, end))
        routes[carer["id"]] = stops
    return routes


@dataclass(frozen=True)
class Published:
    """What the authors report of one instance: ten runs of simulated annealing."""

    mean: float
    best: float
    seconds: float
    best_known: float


def read_published(path: Path) -> dict[str, Published]:
    """Published results by instance; empty where the file is absent."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["instance"]: Published(
                float(row["published_sa_mean"]),
                float(row["published_sa_best"]),
                float(row["published_sa_time_s"]),
                float(row["best_known"]),
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True)
class Run:
    """One run of ours, evaluated in the format and free of faults."""

    cost: int
    unserved: int
    late: int
    """Minutes late, summed over services."""
    n_iterations: int


def run_once(instance: Instance, seed: int, seconds: float, out: Path | None = None) -> Run:
    """Solve, time exactly, evaluate in the format.

    Raises
    ------
    AssertionError
        Where the solution breaks a hard rule of the format.
    """
    model = to_model(instance)
    plan = solve(model, seed, SoftEffort(seconds=seconds, is_cpu_time=True))
    routes = to_routes(instance, model, plan)
    broken = faults(instance, routes)
    assert not broken, broken[:5]
    terms, weights = evaluate(instance, routes), instance.weights
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        text = solution_json(instance, routes)
        (out / f"{instance.name}-{seed}.json").write_text(text, encoding="utf-8")
    return Run(
        sum(terms.values()),
        terms["optional_patients"] // max(weights["optional_patients"], 1),
        terms["total_tardiness"] // max(weights["total_tardiness"], 1),
        plan.n_iterations,
    )


def _seconds(asked: float | None, published: Published | None) -> float:
    if asked is None:
        return published.seconds if published else 10.0
    return min(asked, published.seconds) if published else asked


def _line(name: str, runs: list[Run], seconds: float, published: Published | None) -> str:
    costs = [run.cost for run in runs]
    best = min(runs, key=lambda run: run.cost)
    mean = statistics.fmean(costs)
    told = ["–"] * 4
    if published:
        better = 100 * (1 - mean / published.mean)
        told = [
            f"{published.mean:.1f}",
            f"{published.best:.0f}",
            f"{published.seconds:.1f}",
            f"{better:.1f} %",
        ]
    ours = [f"{mean:.1f}", str(best.cost), f"{seconds:.1f}", str(best.unserved), str(best.late)]
    return "| " + " | ".join([name, *ours, *told]) + " |"


HEAD = (
    "| Instance | Ours, mean | Ours, best | Seconds | Unserved | Minutes late "
    "| Published mean | Published best | Published seconds | Better than the mean |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def _records(
    name: str, runs: list[Run], seconds: float, published: Published | None
) -> list[dict[str, Any]]:
    mean, best = statistics.fmean(run.cost for run in runs), min(run.cost for run in runs)
    common = {"machine": platform.machine(), "date": dt.datetime.now(dt.UTC).date().isoformat()}
    found = []
    for what, value, target in (
        ("mean", mean, published.mean if published else None),
        ("best", best, published.best if published else None),
    ):
        found.append(
            {
                "work": f"uhhc {name} {what} of {len(runs)} in {seconds:.1f} CPU s",
                "value": value,
                "unit": "cost",
                "target": target,
                "holds": target is None or value <= target,
                "peers": {"published": target},
                **common,
            }
        )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; prints a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uhhc_rounds", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="with i-*.json")
    parser.add_argument("--seconds", type=float, help="CPU seconds a run; the published if absent")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one seed, two seconds")
    parser.add_argument("--only", default="", help="instances, with commas")
    parser.add_argument("--solutions", type=Path, help="write solutions here, for the validator")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    n_seeds, asked = (1, 2.0) if chosen.quick else (chosen.seeds, chosen.seconds)
    told, records = read_published(chosen.folder / "best_known.csv"), []
    print(HEAD)
    for path in sorted(chosen.folder.glob("i-*.json")):
        if chosen.only and path.stem not in chosen.only.split(","):
            continue
        instance, published = read_instance(path), told.get(path.stem)
        seconds = _seconds(asked, published)
        runs = [run_once(instance, s, seconds, chosen.solutions) for s in range(1, n_seeds + 1)]
        print(_line(instance.name, runs, seconds, published), flush=True)
        records.extend(_records(instance.name, runs, seconds, published))
    if chosen.json:
        chosen.json.write_text(json.dumps(records, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
