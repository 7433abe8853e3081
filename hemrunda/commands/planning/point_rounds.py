"""Rounds behind each point of a redesign: a quick plan of a week, proved and measured (FA-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.progress import Progress
from data.streets import StreetNetwork

if TYPE_CHECKING:
    from hemrunda.config import Config
    from hemrunda.effort import Effort

FILE_NAME = "redesign-rounds.csv"
MOST_DAYS = 7


class PointRounds(NamedTuple):
    """What the rounds of one point come to, over the same dates at every point."""

    point: int
    must_unplanned: int
    """Carer-visits of the first class that nobody makes."""
    unplanned: int
    contact_pct: float | None
    distinct_carers: float | None
    client_time_pct: float | None
    travel_pct: float | None


def rounds_of_points(
    plans: Sequence[TeamPlan],
    municipality: Municipality,
    network: StreetNetwork,
    config: Config,
    effort: Effort,
    progress: Progress,
) -> list[PointRounds]:
    """Plan each division's rounds with the same effort, prove and measure them.

    Parameters
    ----------
    plans : sequence of TeamPlan
        The points' divisions, in order.
    effort : Effort
        How hard to search; its dates, or the roster's first week.

    Raises
    ------
    PlanRefusedError
        Where the independent checker finds a violation.
    """
    from dataclasses import replace

    from data.travel_times import modes_of
    from hemrunda.pipeline import proved, with_rounds
    from hemrunda.stages import Stages
    from hemrunda.workfolder.plan_context import PlanContext
    from routing.travel import travel_times

    modes = modes_of(municipality.staff, config.general.mode)
    travel, engine, _ = travel_times(network, municipality, modes, profile=config.travel)
    effort = replace(effort, dates=effort.dates or first_days(municipality.dates))
    point_rounds = []
    for number, team_plan in enumerate(plans, 1):
        stages = Stages(progress, {"rounds": 0.9, "check": 0.1})
        bare = RoundPlan((), (), ())
        plan = PlanContext(config, municipality, network, travel, engine, team_plan, bare)
        plan = with_rounds(plan, effort, stages)
        proved(plan, stages)
        scope = plan.shown_measures["municipality"]
        planned, hours = scope["planned"], scope["hours"]
        point_rounds.append(
            PointRounds(
                number,
                planned["n_unplanned_by_priority"]["1"],
                planned["n_unplanned"],
                scope["who"]["tier_pct"]["contact"],
                scope["continuity"]["distinct_carers_mean"],
                hours["client_time_pct"],
                hours["travel_pct"],
            )
        )
    return point_rounds


def first_days(dates: Sequence[dt.date]) -> tuple[dt.date, ...]:
    """The roster's first week, or what there is of it."""
    return tuple(day for day in dates if (day - dates[0]).days < MOST_DAYS)


def write_rounds(folder: Path, rows: Sequence[PointRounds], headers: str) -> Path:
    """Write the points' rounds beside the points."""
    from data.atomic import write_text
    from data.tables.out.headings import shared_csv

    path = folder / FILE_NAME
    write_text(path, shared_csv(PointRounds._fields, rows, headers))
    return path


def lines_of(rows: Sequence[PointRounds]) -> list[str]:
    """The points' rounds as lines for the screen."""
    from hemrunda.console import decimal

    def shown(value: float | None) -> str:
        return "–" if value is None else decimal(value)

    lines = ["Punkt  Utan plats (måste)  Av kontakten %  Olika personal  Brukartid %  Resor %"]
    for row in rows:
        left = f"{row.unplanned} ({row.must_unplanned})"
        lines.append(
            f"{row.point:>5}  {left:>18}  {shown(row.contact_pct):>14}  "
            f"{shown(row.distinct_carers):>14}  {shown(row.client_time_pct):>11}  "
            f"{shown(row.travel_pct):>7}"
        )
    return lines
