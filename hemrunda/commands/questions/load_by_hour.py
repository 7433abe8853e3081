"""Need against staff as a page: each team's hours and weekdays, and what wider windows give."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext
    from maps.reports.load_page import GroupLoad
    from routing.answers.demand_curve import Peak, Quarter


def write_load(path: Path, plan: PlanContext, widen_min: int) -> None:
    """Write the page of a plan; one population as in the CSV: none who is hidden is counted."""
    from data.care.hidden import shown_municipality
    from data.units import MINUTE_S
    from maps.common.audiences import Manager
    from maps.reports.load_page import write_load_page
    from maps.screen.map_page import stamp
    from routing.rounds import load_curve, peaks

    dates = plan.round_plan.dates
    shown, teams = shown_municipality(plan.municipality), plan.shown.team_plan
    curves = load_curve(shown, teams, dates=dates)
    tops = peaks(shown, teams, dates=dates, widen_s=widen_min * MINUTE_S)
    n_hidden = len(plan.municipality.clients) - len(shown.clients)
    span = f"{dates[0]} – {dates[-1]}"
    language = plan.config.general.language
    known = frozenset(teams.team_by_id)
    groups = [
        _group(name, name not in known, {d: q for (d, g), q in curves.items() if g == name},
               [top for top in tops if top.group == name])
        for name in sorted({group for _, group in curves}, key=lambda g: (g not in known, g))
    ]  # fmt: skip
    write_load_page(
        path, groups, place=f"{plan.municipality.name} · {span}", widen_min=widen_min,
        n_hidden=n_hidden, mark=stamp(Manager(), plan.plan_id, span, language), language=language,
    )  # fmt: skip


def _group(
    name: str,
    is_area: bool,
    of_day: dict[dt.date, tuple[Quarter, ...]],
    tops: Sequence[Peak],
) -> GroupLoad:
    """The hours of each weekday in the mean, and the peaks above the staff told together."""
    from data.care.shortfalls import DAYS_SV
    from data.units import HOUR_S, clock
    from maps.reports.load_page import GroupLoad, HourLoad, PeakRow

    met: dict[tuple[int, int], list[Quarter]] = defaultdict(list)
    for day, quarters in of_day.items():
        for quarter in quarters:
            met[day.weekday(), quarter.from_s // HOUR_S].append(quarter)
    hours = {
        key: HourLoad(round(fmean(q.needed for q in met[key]), 1),
                      round(fmean(q.at_work for q in met[key]), 1))
        for key in sorted(met)
    }  # fmt: skip
    alike: dict[tuple[str, int, int, tuple[str, ...], int], list[dt.date]] = defaultdict(list)
    for top in tops:
        if top.needed > top.at_work:
            when = f"{clock(top.from_s)}–{clock(top.to_s)}"
            key = (when, top.needed, top.at_work, top.widen, top.needed_after)
            alike[key].append(top.date)
    lines = [
        PeakRow(tuple(f"{DAYS_SV[d.weekday()]} {d.day}/{d.month}" for d in sorted(days)), *key)
        for key, days in sorted(alike.items(), key=lambda item: (item[0][2] - item[0][1], item[1]))
    ]
    return GroupLoad(name, is_area, hours, lines)
