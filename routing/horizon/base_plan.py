"""The base plan: who comes when as the weeks repeat, before anything happens to a day (MA-31).

A municipality plans its cycle first and lets the days deviate from it. So the horizon is planned as
though nobody were away: no leave, no pause, nothing for a while only; then each day is mended from
that by `replan_rounds`, where another carer or another time has a price, and what differs is told.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from data.care.eligibility import ABSENCES
from data.errors import SettingsError
from data.model import DATE_MAX, DATE_MIN, Client, Municipality, Visit
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.weights import RoundWeights
from routing.horizon.plan_horizon import plan_rounds
from routing.horizon.replan import replan_rounds

WEEK_DAYS = 7


def cycle_dates(dates: Iterable[dt.date], n_weeks: int) -> tuple[dt.date, ...]:
    """The first ``n_weeks`` weeks of a horizon, which the later ones repeat.

    Raises
    ------
    SettingsError
        Where the horizon has fewer days, or some are missing in between.
    """
    horizon = sorted(set(dates))
    n_days = n_weeks * WEEK_DAYS
    cycle = tuple(horizon[:n_days])
    if len(cycle) < n_days or (cycle[-1] - cycle[0]).days != n_days - 1:
        raise SettingsError(
            f"En grundplan av {n_weeks} veckor behöver {n_days} dagar i följd; "
            f"planen har {len(horizon)}."
        )
    return cycle


def without_deviations(municipality: Municipality, dates: Sequence[dt.date]) -> Municipality:
    """The municipality as it is when nothing is out of the ordinary on ``dates``.

    Nobody is on leave or ill and no client or visit is paused; what begins during the dates is
    there from the first, and what ends during them never was. Locks are of days, and left out.
    """
    first, last = dates[0], dates[-1]

    def lasts(item: Client | Visit) -> bool:
        return item.valid_to >= last

    def begun(day: dt.date) -> dt.date:
        return DATE_MIN if first <= day <= last else day

    clients = tuple(
        replace(client, pause_from=None, pause_to=None, valid_from=begun(client.valid_from),
                valid_to=DATE_MAX)
        for client in municipality.clients if lasts(client)
    )  # fmt: skip
    kept = {client.client_id for client in clients}
    visits = tuple(
        replace(visit, pause_from=None, pause_to=None, cancelled=frozenset(),
                valid_from=begun(visit.valid_from), valid_to=DATE_MAX)
        for visit in municipality.visits if lasts(visit) and visit.client_id in kept
    )  # fmt: skip
    roster = tuple(entry for entry in municipality.roster if entry.kind not in ABSENCES)
    return replace(municipality, clients=clients, visits=visits, roster=roster, pins=())


def repeated(cycle: RoundPlan, dates: Iterable[dt.date]) -> RoundPlan:
    """The cycle's rounds on all ``dates``, week after week; only rows, nothing is proved.

    A round's id has its date in it, and follows it.
    """
    n_days = len(cycle.dates)
    horizon = tuple(sorted(set(dates)))
    on_date: dict[dt.date, list[PlanRow]] = defaultdict(list)
    for row in cycle.rows:
        on_date[row.date].append(row)
    rows: list[PlanRow] = []
    for day in horizon:
        model = cycle.dates[(day - cycle.dates[0]).days % n_days]
        rows += [
            replace(
                row,
                date=day,
                round_id=row.round_id.replace(model.isoformat(), day.isoformat()),
            )
            for row in on_date[model]
        ]
    return replace(cycle, dates=horizon, rows=tuple(rows))


def plan_from_base(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    dates: Sequence[dt.date],
    n_weeks: int,
    *,
    progress: Progress,
    weights: RoundWeights | None,
    **search: Any,
) -> tuple[RoundPlan, RoundPlan]:
    """The cycle's base plan, and the rounds of all ``dates`` that deviate from it where they must.

    Parameters
    ----------
    n_weeks : int
        Of the cycle: 2 for even and odd weeks and every other weekend, or 4.
    search
        What `routing.horizon.plan_horizon.plan_rounds` takes besides; for the base plan. The days
        are searched as long as a plan that is mended.

    Raises
    ------
    SettingsError
        Where the horizon is shorter than the cycle.
    InfeasibleError
        Where what is locked on a day cannot be kept.
    """
    cycle = cycle_dates(dates, n_weeks)
    usual = without_deviations(municipality, dates)
    base = plan_rounds(
        usual, team_plan, travel, rules, dates=cycle, weights=weights,
        progress=Progress(lambda done, text: progress.report(0.8 * done, text), progress.stop),
        **search,
    )  # fmt: skip
    days = replan_rounds(
        municipality, team_plan, travel, rules, repeated(base, dates), weights=weights,
        seed=search.get("seed", 0), workers=search.get("workers", 1), progress=Progress(
            lambda done, text: progress.report(0.8 + 0.2 * done, text), progress.stop
        ),
    )  # fmt: skip
    return base, days
