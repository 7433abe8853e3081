"""Each round looked at as the carer who walks it will: visits, air, ways, and what is too much.

Every round has been proved; a proved round can still be a poor one (FA-09, FA-10). Beside them, how
many day rounds a team has on a weekday (LU-25).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from routing.check.view import PlanView, Tour

TIGHT_S = 60
"""Less free time than this before a visit, the way made, is none."""
LONG_LEG_S = 20 * 60
"""A leg longer than this is told of: longer than most visits. A planner's number, nothing tuned."""
TIGHT_IN_A_ROW = 4
"""So many visits after each other without air are told of."""


@dataclass(frozen=True, slots=True)
class RoundQuality:
    """One round in figures, and what is too much of it."""

    round_id: str
    date: dt.date
    part: str
    staff_id: str
    team_id: str
    n_visits: int
    n_clients: int
    client_pct: float
    """Time with clients, of the shift less the break."""
    travel_min: int
    """Travel and access."""
    longest_leg_min: int
    air_min: int
    """Waiting before visits and free at the end."""
    most_in_a_row: int
    """Visits after each other with no air between."""
    n_heavy: int
    has_break: bool
    spare_at_end_min: int
    faults: tuple[str, ...]
    """In Swedish; empty where the round is a good one."""


def round_quality(view: PlanView) -> tuple[RoundQuality, ...]:
    """The quality of every round, in order of date, shift and carer."""
    qualities = (_of_tour(view, tour) for tour in view.tours if tour.shift is not None)
    return tuple(
        sorted(qualities, key=lambda quality: (quality.date, quality.part, quality.staff_id))
    )


def _of_tour(view: PlanView, tour: Tour) -> RoundQuality:
    shift, rows = tour.shift, tour.rows
    assert shift is not None
    pause_s = sum(row.end_s - row.start_s for row in rows if row.kind == "break")
    visit_s = sum(row.end_s - row.start_s for row in rows if row.kind == "visit")
    worked_s = shift.end_s - shift.start_s - pause_s
    waits_s = sum(row.wait_s for row in rows if row.kind == "visit")
    spare_s = max(0, shift.end_s - rows[-1].end_s)
    quality = RoundQuality(
        tour.round_id, rows[0].date, rows[0].shift, tour.carer.staff_id, rows[0].team_id,
        n_visits=len(tour.stops),
        n_clients=len({stop.client.client_id for stop in tour.stops}),
        client_pct=round(100 * visit_s / worked_s, 1) if worked_s > 0 else 0.0,
        travel_min=round(sum(row.travel_s + row.access_s for row in rows) / 60),
        longest_leg_min=round(max((row.travel_s for row in rows), default=0) / 60),
        air_min=round((waits_s + spare_s) / 60),
        most_in_a_row=_most_in_a_row(tour),
        n_heavy=_most_heavy(view, tour),
        has_break=pause_s > 0,
        spare_at_end_min=round(spare_s / 60),
        faults=(),
    )  # fmt: skip
    faults = tuple(_faults(view, tour, quality))
    return replace(quality, faults=faults)


def _most_in_a_row(tour: Tour) -> int:
    most = run = 0
    for before, row in pairwise(tour.rows):
        if row.kind != "visit":
            run = 0
            continue
        run = run + 1 if before.kind == "visit" and row.wait_s < TIGHT_S else 1
        most = max(most, run)
    return most


def _most_heavy(view: PlanView, tour: Tour) -> int:
    heavy, noon_s = view.rules.rounds.clash_limits, view.municipality.hours.noon_s
    halves = Counter(stop.row.start_s >= noon_s for stop in tour.stops if stop.visit.task in heavy)
    return max(halves.values(), default=0)


def _faults(view: PlanView, tour: Tour, quality: RoundQuality) -> Iterator[str]:
    rules = view.rules.rounds
    high = rules.client_time_band_pct[1]
    if quality.n_visits > rules.visits_most:
        yield f"{quality.n_visits} besök, fler än {rules.visits_most}"
    if quality.client_pct > high:
        yield f"brukartid {quality.client_pct:.0f} %, över {high} %"
    if quality.most_in_a_row >= TIGHT_IN_A_ROW:
        yield f"{quality.most_in_a_row} besök i rad utan luft"
    if quality.longest_leg_min * 60 > LONG_LEG_S:
        yield f"en väg på {quality.longest_leg_min} minuter"
    if quality.n_heavy > rules.heavy_most:
        yield f"{quality.n_heavy} tunga insatser på en halvdag"
    length_s = tour.shift.end_s - tour.shift.start_s if tour.shift is not None else 0
    if length_s > rules.break_required_over_s and not quality.has_break:
        yield "ingen rast"
    if not quality.n_visits:
        yield "inga besök"


@dataclass(frozen=True, slots=True)
class TeamRounds:
    """A team's day rounds on weekdays, against the bounds of the rules (LU-25)."""

    team_id: str
    least: int
    most: int
    mean: float
    is_outside: bool


def team_rounds(view: PlanView) -> tuple[TeamRounds, ...]:
    """Day rounds with a visit by each team's own carers, over the plan's weekdays."""
    days = [day for day in view.plan.dates if day.weekday() < 5]
    low, high = view.rules.rounds.weekday_rounds
    counts: dict[str, Counter[dt.date]] = defaultdict(Counter)
    for team in view.team_plan.teams:
        counts[team.team_id] = Counter()
    for tour in view.tours:
        team_id = view.team_plan.staff_team.get(tour.carer.staff_id, "")
        is_day = tour.rows[0].shift == "day" and tour.rows[0].date.weekday() < 5
        if team_id in counts and is_day and tour.stops:
            counts[team_id][tour.rows[0].date] += 1
    teams = []
    for team_id, by_day in sorted(counts.items()):
        numbers = [by_day[day] for day in days]
        if numbers:
            mean = sum(numbers) / len(numbers)
            is_outside = not low <= mean <= high
            teams.append(
                TeamRounds(team_id, min(numbers), max(numbers), round(mean, 1), is_outside)
            )
    return tuple(teams)
