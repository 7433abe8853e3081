"""Make the instances, our plans and their bounds anew: ``python -m benchmarks.fortnight.publish``.

The towns are made up by `data.demo`; ways are straight lines by one speed, so that a planner needs
no streets. What is written is all that a planner may know; the validator reads nothing else.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fortnight.validate import Instance, Judge
from data.care.care_calendar import occurrences
from data.care.legs import access_of_clients_s, neighbours
from data.demo import make_municipality, make_streets
from data.model import Client, Municipality, Visit
from data.plans import RoundPlan, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes, access_s
from partition import plan_teams
from routing.check.view import see
from routing.measures import measure
from routing.measures.contact_ceiling import contact_ceiling
from routing.measures.slices import whole
from routing.roster.shifts import usable_shifts
from routing.rounds import plan_rounds

HERE = Path(__file__).parent
TOWNS = {
    "f060": (60, 11),
    "f100": (100, 12),
    "f150": (150, 13),
    "f250": (250, 14),
    "f400": (400, 15),
}
"""Clients and seed of each."""
MS_PER_M = 310
"""A third more than the straight line, at fifteen kilometres an hour."""
MODE = "bike"


@dataclass(frozen=True)
class Town:
    """A made-up municipality with its teams and contacts, on whole metres."""

    name: str
    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules


def straight_ways(points: Mapping[str, tuple[int, int]]) -> TravelTimes:
    """Seconds by straight lines between whole metres, as the validator counts them."""
    at = list(points.values())
    seconds = [
        [isqrt((a - c) ** 2 + (b - d) ** 2) * MS_PER_M // 1000 for c, d in at] for a, b in at
    ]
    return TravelTimes(tuple(points), {MODE: np.array(seconds, dtype=np.int32)})


def make_town(name: str, n_clients: int, seed: int) -> Town:
    """The demo's town of that size, everybody by bicycle and from the base."""
    network = make_streets(n_clients=n_clients)
    made = make_municipality(network, n_clients=n_clients, n_days=14, seed=seed)
    clients = tuple(
        replace(one, x=float(round(one.x)), y=float(round(one.y))) for one in made.clients
    )
    bases = tuple(replace(one, x=float(round(one.x)), y=float(round(one.y))) for one in made.bases)
    staff = tuple(
        replace(one, travel_mode=MODE, starts_home=False, ends_home=False, home=None)
        for one in made.staff
    )
    municipality = replace(made, clients=clients, bases=bases, staff=staff)
    points = {f"client:{one.client_id}": (round(one.x), round(one.y)) for one in clients}
    points |= {f"base:{one.base_id}": (round(one.x), round(one.y)) for one in bases}
    travel, rules = straight_ways(points), Rules()
    team_plan = plan_teams(municipality, travel, rules, mode=MODE, seed=seed)
    return Town(name, municipality, team_plan, travel, rules)


def instance_of(town: Town) -> dict[str, Any]:
    """All that a planner may know."""
    municipality, plan, rules = town.municipality, town.team_plan, town.rules
    shifts, _ = usable_shifts(municipality, plan, rules.rounds, municipality.dates)
    people = list(municipality.clients)
    near = [
        [people[i].client_id, people[j].client_id,
         access_s(rules.access, MODE, people[i], people[j])]
        for i, j in neighbours(people)
    ]  # fmt: skip
    counted = _counted(town)
    return {
        "name": town.name,
        "dates": [day.isoformat() for day in municipality.dates],
        "ms_per_m": MS_PER_M,
        "limits": dict(sorted(rules.rounds.clash_limits.items())),
        "bases": [{"id": b.base_id, "x": round(b.x), "y": round(b.y)} for b in municipality.bases],
        "clients": [_client(town, one, one.client_id in counted) for one in people],
        "neighbours": near,
        "staff": [
            {"id": s.staff_id, "area": plan.staff_area[s.staff_id],
             "team": plan.staff_team.get(s.staff_id, ""), "role": s.role,
             "pet_allergy": s.pet_allergy,
             "skills": {skill: day.isoformat() for skill, day in sorted(s.skills.items())}}
            for s in municipality.staff
        ],
        "visits": list(_visits(municipality)),
        "shifts": [
            {"id": one.round_id, "staff": one.shift.staff_id, "date": one.shift.date.isoformat(),
             "base": one.base_id, "start_s": one.begins_s, "end_s": one.shift.end_s,
             "blocks": [[b.earliest_s, b.latest_s, b.duration_s + b.free_s] for b in one.blocks]}
            for one in shifts
        ],
    }  # fmt: skip


def _client(town: Town, one: Client, is_counted: bool) -> dict[str, Any]:
    plan = town.team_plan
    team = plan.team_by_id[plan.team_of_client[one.client_id]]
    return {
        "id": one.client_id, "x": round(one.x), "y": round(one.y),
        "access_s": int(access_of_clients_s(town.rules.access, MODE, [one])[0]),
        "team": team.team_id, "area": team.area_id,
        "contact": plan.contact.get(one.client_id, ""), "vice": plan.vice.get(one.client_id, ""),
        "refuses": sorted(one.blocked_staff), "pets": one.pets, "counted": is_counted,
    }  # fmt: skip


def _counted(town: Town) -> frozenset[str]:
    """Clients with at least two visits at home due on every date, as the measure has it."""
    n_due: dict[str, dict[dt.date, int]] = {}
    for one in occurrences(town.municipality, town.municipality.dates):
        if one.visit.n_per_period == 0 and one.visit.mode == "physical":
            days = n_due.setdefault(one.visit.client_id, {})
            days[one.dates[0]] = days.get(one.dates[0], 0) + 1
    every = len(town.municipality.dates)
    return frozenset(
        client for client, days in n_due.items() if len(days) == every and min(days.values()) >= 2
    )


def _visits(municipality: Municipality) -> Iterable[dict[str, Any]]:
    days: dict[str, list[list[str]]] = {}
    for one in occurrences(municipality, municipality.dates):
        days.setdefault(one.visit.visit_id, []).append([day.isoformat() for day in one.dates])
    for visit in municipality.visits:
        if visit.visit_id in days:
            yield _visit(visit, days[visit.visit_id])


def _visit(visit: Visit, days: list[list[str]]) -> dict[str, Any]:
    return {
        "id": visit.visit_id, "client": visit.client_id, "task": visit.task,
        "class": visit.priority, "carers": visit.carers_required,
        "duration_s": visit.duration_s, "earliest_s": visit.earliest_s,
        "latest_s": visit.latest_s, "wished_s": visit.wished_s, "skills": sorted(visit.skills),
        "at_home": visit.mode == "physical", "daily": visit.is_daily,
        "gaps": [[gap.visit_id, gap.min_s, gap.max_s] for gap in visit.gap_after],
        "occurrences": days,
    }  # fmt: skip


def plan_as_json(town: Town, plan: RoundPlan) -> dict[str, Any]:
    """Our plan in the words of the benchmark."""
    numbers: dict[tuple[str, int], list[int]] = {}
    days: dict[str, list[tuple[dt.date, ...]]] = {}
    for one in occurrences(town.municipality, town.municipality.dates):
        days.setdefault(one.visit.visit_id, []).append(one.dates)
    visits = []
    rows = [row for row in plan.rows if row.kind == "visit"]
    for row in sorted(rows, key=lambda row: (row.date, row.visit_id, row.carer_no)):
        taken = numbers.setdefault((row.visit_id, row.carer_no), [])
        due = days[row.visit_id]
        no = next(n for n, dates in enumerate(due) if row.date in dates and n not in taken)
        taken.append(no)
        visits.append([row.round_id, row.visit_id, no, row.carer_no, row.start_s])
    breaks = sorted((row.round_id, row.start_s) for row in plan.rows if row.kind == "break")
    return {"instance": town.name, "visits": visits, "breaks": [list(one) for one in breaks]}


def agree(town: Town, plan: RoundPlan, judge: Judge) -> None:
    """End where the validator and our own measures see two plans."""
    ours = measure(town.municipality, town.team_plan, town.travel, town.rules, plan).municipality
    theirs, daily = judge.measures(), ours.continuity.daily
    pairs = {
        "contact_pct": ours.who.tier_pct["contact"],
        "carers_mean": ours.continuity.distinct_carers_mean,
        "spread_30_pct": daily.spread_within_30_pct,
        "usual_half_hour_pct": daily.in_commonest_half_hour_pct,
    }
    for key, value in pairs.items():
        if abs(theirs[key] - (value or 0.0)) > 0.051:
            raise SystemExit(f"{town.name}: {key} is {theirs[key]}, our measure says {value}")


def bounds_of(town: Town, plan: RoundPlan) -> dict[str, float]:
    """What no plan of these visits passes; by our own reckoning, and for everybody to lower."""
    cut = whole(see(town.municipality, town.team_plan, town.travel, town.rules, plan))
    found = measure(town.municipality, town.team_plan, town.travel, town.rules, plan)
    who = found.municipality.who
    most = 100 * contact_ceiling(cut) / max(1, len(cut.stops))
    return {
        "contact_pct": round(most, 1),
        "not_daily_possible": who.n_non_daily_possible,
        "not_daily_of_possible_pct": who.non_daily_of_possible_pct or 0.0,
    }


def written(path: Path, data: Mapping[str, Any]) -> None:
    """As JSON, one row of each list a line, so that a difference can be read."""
    parts = []
    for key, value in data.items():
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if isinstance(value, list) and value:
            rows = (json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in value)
            text = "[\n" + ",\n".join(rows) + "\n]"
        parts.append(f"{json.dumps(key)}:{text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def main() -> None:
    """Make the towns named, all of them without a name, and tell what our plans are worth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(TOWNS))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--instances", action="store_true", help="write no plans and no figures")
    args = parser.parse_args()
    figures_path = HERE / "figures.json"
    figures = json.loads(figures_path.read_text()) if figures_path.exists() else {}
    for name in args.names:
        town = make_town(name, *TOWNS[name])
        instance = instance_of(town)
        written(HERE / "instances" / f"{name}.json", instance)
        if args.instances:
            continue
        plan = plan_rounds(
            town.municipality, town.team_plan, town.travel, town.rules,
            dates=town.municipality.dates, seed=1, workers=args.workers,
        )  # fmt: skip
        ours = plan_as_json(town, plan)
        judge = Judge(Instance(instance), ours)
        if judge.broken:
            raise SystemExit("\n".join(judge.broken[:20]))
        agree(town, plan, judge)
        written(HERE / "plans" / f"{name}.json", ours)
        figures[name] = {"ours": judge.measures(), "bounds": bounds_of(town, plan)}
        figures_path.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
        print(name, json.dumps(figures[name]))


if __name__ == "__main__":
    main()
