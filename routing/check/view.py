"""The plan laid out for reading: tours with their carers and shifts, visits with their clients.

Nothing here judges, except `known_ids`, which keeps unknown ids away from all other rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from data.model import Client, Municipality, Shift, Staff, Visit
from data.plans import PlanRow, RoundPlan, TeamPlan, Violation
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.check.due import Due, due


@dataclass(frozen=True, slots=True)
class Stop:
    """A row of kind visit, with what it is about."""

    row: PlanRow
    visit: Visit
    client: Client
    carer: Staff

    def broken(self, rule: str, message: str) -> Violation:
        """A violation at this stop."""
        return Violation(rule, self.row.round_id, self.row.visit_id, message)


@dataclass(frozen=True, slots=True)
class Tour:
    """One round: the rows of one ``round_id``, in the order of the table."""

    round_id: str
    carer: Staff
    base_id: str
    shift: Shift | None
    """The rostered work shift, or None where the roster has none that fits."""
    rows: tuple[PlanRow, ...]
    stops: tuple[Stop, ...]

    def broken(self, rule: str, message: str) -> Violation:
        """A violation of the round as a whole."""
        return Violation(rule, self.round_id, "", message)


@dataclass(frozen=True)
class PlanView:
    """Everything a rule reads."""

    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules
    plan: RoundPlan
    tours: tuple[Tour, ...]
    entries: dict[tuple[str, object], tuple[Shift, ...]]
    """The roster's lines by (staff_id, date)."""

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """All visits of all tours."""
        return tuple(stop for tour in self.tours for stop in tour.stops)

    @cached_property
    def due_of(self) -> dict[str, tuple[Due, ...]]:
        """When each visit is due within the plan's dates, by visit id."""
        dates = sorted(set(self.plan.dates))
        clients = self.municipality.client_by_id
        locked: dict[str, set[dt.date]] = {}
        for pin in self.municipality.pins:
            locked.setdefault(pin.visit_id, set()).add(pin.date)
        return {
            visit.visit_id: due(
                visit, clients[visit.client_id], dates, locked.get(visit.visit_id, ())
            )
            for visit in self.municipality.visits
        }

    @cached_property
    def days_of(self) -> dict[str, dict[dt.date, tuple[dt.date, ...]]]:
        """By visit id and day: the days among which the visit of that day could lie, in order."""
        days: dict[str, dict[dt.date, tuple[dt.date, ...]]] = {}
        for visit_id, wanted in self.due_of.items():
            of_visit = days[visit_id] = {}
            for each in wanted:
                choice = tuple(sorted(each.days))
                for day in choice:
                    of_visit.setdefault(day, choice)
        return days

    @cached_property
    def stops_of(self) -> dict[str, list[Stop]]:
        """All stops by visit id."""
        grouped: dict[str, list[Stop]] = {}
        for stop in self.stops:
            grouped.setdefault(stop.visit.visit_id, []).append(stop)
        return grouped


@dataclass(frozen=True)
class TeamView:
    """Everything a rule about teams reads."""

    municipality: Municipality
    team_plan: TeamPlan
    rules: Rules

    @cached_property
    def clients(self) -> tuple[Client, ...]:
        """Those whom the rules are about: not who left before the roster began, and has no team."""
        worked = [line.date for line in self.municipality.roster if line.kind == "work"]
        first = min(worked, default=dt.date.min)
        placed = self.team_plan.team_of_client
        everyone = self.municipality.clients
        return tuple(c for c in everyone if c.valid_to >= first or c.client_id in placed)


def known_ids(
    municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes, plan: RoundPlan
) -> Iterator[Violation]:
    """``unknown_id``: every id in the plan exists, and has a place in the travel times."""
    for row in plan.rows:
        for text in _unknown(municipality, team_plan, travel, row):
            yield Violation("unknown_id", row.round_id, row.visit_id, text)
    for missing in plan.unplanned:
        if missing.visit_id not in municipality.visit_by_id:
            yield Violation("unknown_id", "", missing.visit_id, "oplanerat: okänt besök")


def _unknown(
    municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes, row: PlanRow
) -> Iterator[str]:
    if row.staff_id not in municipality.staff_by_id:
        yield f"okänd personal {row.staff_id}"
    elif f"base:{team_plan.staff_base.get(row.staff_id)}" not in travel.idx:
        yield f"personal {row.staff_id} har ingen känd lokal"
    if row.kind != "visit":
        return
    if row.visit_id not in municipality.visit_by_id:
        yield f"okänt besök {row.visit_id}"
    if row.client_id not in municipality.client_by_id:
        yield f"okänd brukare {row.client_id}"
    elif f"client:{row.client_id}" not in travel.idx:
        yield f"brukare {row.client_id} saknas i restiderna"
    elif row.client_id not in team_plan.team_of_client:
        yield f"brukare {row.client_id} saknar arbetslag"


def see(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    plan: RoundPlan,
) -> PlanView:
    """Lay the plan out; rows with unknown ids are left out."""
    entries: dict[tuple[str, object], list[Shift]] = {}
    for entry in municipality.roster:
        entries.setdefault((entry.staff_id, entry.date), []).append(entry)
    roster = {key: tuple(shifts) for key, shifts in entries.items()}
    tours: list[Tour] = []
    for round_id, all_rows in plan.rounds.items():
        rows = tuple(
            row for row in all_rows if not any(_unknown(municipality, team_plan, travel, row))
        )
        if rows:
            tours.append(_tour(municipality, team_plan, roster, round_id, rows))
    return PlanView(municipality, team_plan, travel, rules, plan, tuple(tours), roster)


def _tour(
    municipality: Municipality,
    team_plan: TeamPlan,
    roster: dict[tuple[str, object], tuple[Shift, ...]],
    round_id: str,
    rows: tuple[PlanRow, ...],
) -> Tour:
    first = rows[0]
    work = [
        entry
        for entry in roster.get((first.staff_id, first.date), ())
        if entry.kind == "work" and entry.part == first.shift
    ]
    work.sort(key=lambda entry: (entry.start_s != first.start_s, entry.start_s))
    stops = tuple(
        Stop(
            row,
            municipality.visit_by_id[row.visit_id],
            municipality.client_by_id[row.client_id],
            municipality.staff_by_id[row.staff_id],
        )
        for row in rows
        if row.kind == "visit"
    )
    return Tour(
        round_id,
        municipality.staff_by_id[first.staff_id],
        team_plan.staff_base[first.staff_id],
        work[0] if work else None,
        rows,
        stops,
    )
