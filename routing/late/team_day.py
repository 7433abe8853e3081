"""One team's day where not everything fits: who is how late, instead of no plan at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from data.care.care_calendar import occurrences
from data.errors import SettingsError
from data.model import Municipality, Visit
from data.plans import TeamPlan, UnplannedRow
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.weights import RoundWeights
from routing.late.team_input import BLOCK, TeamDay, carer_id, is_break_of, soft_day
from routing.roster.shifts import usable_shifts
from routing.soft.model import SoftPlan
from routing.soft.rules import SoftRules
from routing.soft.solve import solve


@dataclass(frozen=True, slots=True)
class DayStop:
    """One stop of a carer's day. Times are seconds since midnight.

    ``kind`` is visit, break, meeting or handover; ``late_s`` how long after the last start that
    the window allows. Breaks, meetings and handovers are at the carer's base, digital visits
    wherever she is.
    """

    staff_id: str
    seq: int
    kind: str
    visit_id: str
    client_id: str
    carer_no: int
    arrive_s: int
    start_s: int
    end_s: int
    late_s: int


@dataclass(frozen=True)
class TeamDayPlan:
    """A team's day under soft rules, and where it bends.

    Attributes
    ----------
    stops : tuple of DayStop
        By carer, in order.
    late : tuple of DayStop
        Those that are late, the latest first.
    overtime_s : mapping of staff_id to int
        Seconds after the shift's end that the carer is back, where there are any.
    missed_breaks : tuple of str
        Carers whose break could not be held in its time.
    unplanned : tuple of UnplannedRow
        Visits left out, with the reason in Swedish.
    cost : int
        In sixtieths of a minute of travel.
    """

    date: dt.date
    team_id: str
    stops: tuple[DayStop, ...]
    late: tuple[DayStop, ...]
    overtime_s: dict[str, int]
    missed_breaks: tuple[str, ...]
    unplanned: tuple[UnplannedRow, ...]
    cost: int
    n_iterations: int


def _stops(day: TeamDay, plan: SoftPlan) -> tuple[DayStop, ...]:
    client_of = {visit.visit_id: visit.client_id for visit in day.visits}
    staff = {carer_id(shift): shift.shift.staff_id for shift in day.shifts}
    found = []
    for route in plan.routes:
        for seq, stop in enumerate(route.stops):
            kind, visit_id = "visit", stop.visit_id
            if visit_id.startswith(BLOCK):
                kind, visit_id = visit_id.split(":")[1], ""
            found.append(
                DayStop(
                    staff[route.carer_id],
                    seq,
                    kind,
                    visit_id,
                    client_of.get(visit_id, ""),
                    stop.need + 1 if kind == "visit" else 0,
                    stop.arrive,
                    stop.start,
                    stop.end,
                    stop.late,
                )
            )
    return tuple(found)


def _unplanned(day: TeamDay, visit: Visit, reason: str) -> list[UnplannedRow]:
    return [
        UnplannedRow(day.date, visit.visit_id, visit.client_id, n, visit.priority, reason)
        for n in range(1, visit.carers_required + 1)
    ]


def _split(
    day_visits: Sequence[Visit],
) -> tuple[tuple[Visit, ...], dict[str, str]]:
    """Visits that this engine can plan, and why not the others."""
    why = {}
    for visit in day_visits:
        if visit.carers_required > 2:
            why[visit.visit_id] = "fler än två utförare planeras inte med mjuka regler"
    return tuple(visit for visit in day_visits if visit.visit_id not in why), why


def plan_team_day(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    soft: SoftRules | None = None,
    *,
    team_id: str,
    date: dt.date,
    borrowed: Sequence[str] = (),
    seed: int = 0,
    n_iterations: int | None = None,
    seconds: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> TeamDayPlan:
    """Plan one team's day so that everybody is visited, and say how late where it must be.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        As for `routing.rounds.plan_rounds`. Skills, blocked pairs and pets stay hard; windows,
        shift ends and breaks have a price.
    soft : SoftRules, optional
    team_id, date
        Which team's clients, and when. The team's own staff on duty that day take part.
    borrowed : sequence of str
        Other staff on duty who may help out (a floater, a pool or evening carer of the area).
    seed, n_iterations, seconds, workers, progress
        As for `routing.soft.solve.solve`.

    Raises
    ------
    SettingsError
        Where there is no such team, or nobody is on duty.
    """
    if team_id not in team_plan.team_by_id:
        raise SettingsError("Arbetslaget finns inte i planen.")
    shifts, _ = usable_shifts(municipality, team_plan, rules.rounds, [date])
    helping = set(borrowed)
    shifts = tuple(
        one
        for one in shifts
        if team_plan.staff_team.get(one.shift.staff_id) == team_id or one.shift.staff_id in helping
    )
    if not shifts:
        raise SettingsError("Ingen i arbetslaget är i tjänst den dagen.")
    members = set(team_plan.team_by_id[team_id].client_ids)
    wanted = [
        one.visit for one in occurrences(municipality, [date]) if one.visit.client_id in members
    ]
    visits, why = _split(wanted)
    clients = tuple(municipality.client_by_id[c] for c in sorted({v.client_id for v in visits}))
    day = TeamDay(
        municipality, team_plan, travel, rules, soft or SoftRules(), date, clients, visits,
        shifts, RoundWeights(),
    )  # fmt: skip
    plan = solve(
        soft_day(day), seed, n_iterations=n_iterations, seconds=seconds, workers=workers,
        progress=progress,
    )  # fmt: skip
    return _answer(day, team_id, plan, wanted, why)


def _answer(
    day: TeamDay, team_id: str, plan: SoftPlan, wanted: Sequence[Visit], why: dict[str, str]
) -> TeamDayPlan:
    stops = _stops(day, plan)
    ends = {carer_id(one): one.shift for one in day.shifts}
    why = why | dict.fromkeys(plan.absent, "ingen behörig i tjänst hinner")
    return TeamDayPlan(
        date=day.date,
        team_id=team_id,
        stops=stops,
        late=tuple(
            sorted((s for s in stops if s.late_s > 0), key=lambda s: (-s.late_s, s.visit_id))
        ),
        overtime_s={
            ends[route.carer_id].staff_id: route.finish - ends[route.carer_id].end_s
            for route in plan.routes
            if route.finish > ends[route.carer_id].end_s
        },
        missed_breaks=tuple(
            one.shift.staff_id
            for one in day.shifts
            if any(is_break_of(visit_id, one) for visit_id in plan.absent)
        ),
        unplanned=tuple(
            row
            for visit in wanted
            if visit.visit_id in why
            for row in _unplanned(day, visit, why[visit.visit_id])
        ),
        cost=plan.cost,
        n_iterations=plan.n_iterations,
    )
