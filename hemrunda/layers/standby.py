"""The alarm team's readiness: hours when nobody is there, and how far each area reaches (NO-24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.model import Municipality
from data.plans import TeamPlan
from data.travel_times import TravelTimes, modes_of
from data.units import DAY_S, HOUR_S


def hours_bare(town: Municipality, dates: Sequence[dt.date]) -> int:
    """Whole hours from the first date's midnight to the last's, in which nobody is at work.

    Parameters
    ----------
    town : Municipality
        The alarm team's, as `data.layers.layer_town.layer_town` gives it.
    dates : sequence of date
    """
    covered: set[int] = set()
    for entry in town.roster:
        if entry.kind == "work":
            begins = entry.date.toordinal() * DAY_S + entry.start_s
            ends = begins + entry.end_s - entry.start_s
            covered.update(range(begins // HOUR_S, -(-ends // HOUR_S)))
    hours = {day.toordinal() * DAY_S // HOUR_S + hour for day in dates for hour in range(24)}
    return len(hours - covered)


def reach_min(town: Municipality, teams: TeamPlan, travel: TravelTimes) -> dict[str, int]:
    """For each area, the minutes from its premises to its farthest client, by its fastest mode."""
    modes = modes_of(town.staff) or sorted(travel.seconds)
    minutes: dict[str, int] = {}
    for team in teams.teams:
        base_idx = travel.base_idx(team.base_id)
        far_s = [
            min(
                travel.between(mode, base_idx, travel.client_idx(client_id))
                for mode in sorted(modes)
            )
            for client_id in team.client_ids
        ]
        minutes[team.team_id] = -(-max(far_s, default=0) // 60)
    return minutes
