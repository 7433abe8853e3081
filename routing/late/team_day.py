"""One team's day where not everything fits, cut out of its area's (`late_plan`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from data.errors import SettingsError
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.weights import SoftRules
from routing.late.late_plan import DayStop, LateDay, LatePlan, plan_late


def of_team(day: LateDay, team_plan: TeamPlan, team_id: str) -> LateDay:
    """What of a day concerns a team: its own carers, and whoever else visits its clients."""
    clients = set(team_plan.team_by_id[team_id].client_ids)
    staff = {staff_id for staff_id, team in team_plan.staff_team.items() if team == team_id}
    staff |= {stop.staff_id for stop in day.stops if stop.client_id in clients}
    return replace(
        day,
        stops=tuple(stop for stop in day.stops if stop.staff_id in staff),
        late=tuple(stop for stop in day.late if stop.client_id in clients),
        overtime_s={who: over for who, over in day.overtime_s.items() if who in staff},
        missed_breaks=tuple(who for who in day.missed_breaks if who in staff),
        unplanned=tuple(row for row in day.unplanned if row.client_id in clients),
    )


def plan_team_day(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    soft: SoftRules | None = None,
    *,
    team_id: str,
    date: dt.date,
    current: RoundPlan | None = None,
    seed: int = 0,
    n_iterations: int | None = None,
    seconds: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> LateDay:
    """Plan the day of a team's area, and give what of it concerns the team.

    The evening group, the pool and the other teams of the area take part as they may in the
    rounds. Parameters as for `routing.late.late_plan.plan_late`.

    Raises
    ------
    SettingsError
        Where there is no such team, or nobody of it is on duty.
    """
    plan = plan_team_days(
        municipality, team_plan, travel, rules, soft, team_id=team_id, dates=(date,),
        current=current, seed=seed, n_iterations=n_iterations, seconds=seconds, workers=workers,
        progress=progress,
    )  # fmt: skip
    return plan.days[0]


def plan_team_days(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    soft: SoftRules | None = None,
    *,
    team_id: str,
    dates: tuple[dt.date, ...],
    **more: object,
) -> LatePlan:
    """As `plan_team_day`, on several dates together."""
    if team_id not in team_plan.team_by_id:
        raise SettingsError("Arbetslaget finns inte i planen.")
    mine = {staff_id for staff_id, team in team_plan.staff_team.items() if team == team_id}
    if not any(shift.date in dates and shift.staff_id in mine for shift in municipality.roster):
        raise SettingsError("Ingen i arbetslaget är i tjänst den dagen.")
    plan = plan_late(
        municipality, team_plan, travel, rules, soft, dates=dates,
        area_ids=(team_plan.team_by_id[team_id].area_id,), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    days = tuple(of_team(day, team_plan, team_id) for day in plan.days)
    return replace(plan, days=days)


__all__ = ["DayStop", "LateDay", "LatePlan", "of_team", "plan_team_day", "plan_team_days"]
