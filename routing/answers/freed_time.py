"""What a pause frees and who gains (NO-13): shifts with room, and visits that could use it.

Every client who is away within the plan's dates frees the minutes of her visits. What was left out
and could be made in the freed hours, by whom the hours belong to, is named first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from data.care.eligibility import standing, visit_bar
from data.model import Municipality, Visit
from data.plans import PlanRow, RoundPlan, TeamPlan


@dataclass(frozen=True, slots=True)
class Freed:
    """What one carer's day gains by visits that are not made."""

    date: dt.date
    staff_id: str
    team_id: str
    client_id: str
    freed_min: int
    start_s: int
    """When the first of the freed visits would have begun."""
    gains: tuple[str, ...]
    """Unplanned visits of the day that she may make and that fit in the minutes, by id."""


def freed_time(
    municipality: Municipality, team_plan: TeamPlan, before: RoundPlan, after: RoundPlan
) -> tuple[Freed, ...]:
    """Visits of ``before`` whose clients are away in the tables, and what they leave room for.

    Parameters
    ----------
    municipality : Municipality
        The tables as they are now, the pauses in them.
    before, after : RoundPlan
        The plan before the pause and as it was mended.
    """
    mine: dict[tuple[dt.date, str, str], list[PlanRow]] = defaultdict(list)
    for row in before.rows:
        client = municipality.client_by_id.get(row.client_id)
        if row.kind == "visit" and client is not None and not client.is_served_on(row.date):
            mine[row.date, row.staff_id, row.client_id].append(row)
    freed = []
    for (day, staff_id, client_id), rows in sorted(mine.items()):
        minutes = round(sum(row.end_s - row.start_s for row in rows) / 60)
        start_s = min(row.start_s for row in rows)
        lacking = (
            unplanned_row.visit_id for unplanned_row in after.unplanned if unplanned_row.date == day
        )
        visits = (v for v in map(municipality.visit_by_id.get, lacking) if v is not None)
        gains = _gains(municipality, team_plan, rows[0], minutes, visits)
        team_id = team_plan.staff_team.get(staff_id, "")
        freed.append(Freed(day, staff_id, team_id, client_id, minutes, start_s, gains))
    return tuple(freed)


def _gains(
    municipality: Municipality,
    team_plan: TeamPlan,
    row: PlanRow,
    minutes: int,
    visits: Iterable[Visit],
) -> tuple[str, ...]:
    carer = municipality.staff_by_id[row.staff_id]
    gains = []
    for visit in visits:
        client = municipality.client_by_id[visit.client_id]
        comes_as = standing(carer, client, team_plan, row.shift, lend_in_area=True)
        fits = visit.duration_s <= 60 * minutes
        is_open = visit.earliest_s <= row.end_s and row.start_s <= visit.latest_s
        if fits and is_open and visit_bar(carer, visit, client, row.date, comes_as) is None:
            gains.append(visit.visit_id)
    return tuple(sorted(set(gains)))


def freed_minutes(freed_rows: Iterable[Freed]) -> dict[str, int]:
    """Freed minutes by team, those without a team under an empty name."""
    sums: dict[str, int] = defaultdict(int)
    for freed in freed_rows:
        sums[freed.team_id] += freed.freed_min
    return dict(sorted(sums.items()))
