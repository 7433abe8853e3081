"""Rules on how often: counts and gaps of free-day visits, from what was ordered alone.

`routing.check.due` says which days; here nothing is known of phases. Over days in a row a task that
is ordered ``n`` times in ``k`` weeks comes as often as its share of them says, rounded down or up,
and between two times lie ``7k/n`` days, give or take the tolerance (MA-20).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from data.model import Visit
from data.plans import Violation
from routing.check.due import is_open, tolerance_days
from routing.check.view import PlanView


def interval(view: PlanView) -> Iterator[Violation]:
    """``interval``: a free-day visit comes as often, and as far apart, as it is ordered."""
    locked = {pin.visit_id for pin in view.municipality.pins}
    listed: dict[str, list[dt.date]] = {}
    for row in view.plan.unplanned:
        if row.carer_no == 1:
            listed.setdefault(row.visit_id, []).append(row.date)
    for visit in view.municipality.visits:
        if visit.n_per_period == 0 or visit.mode == "external" or visit.visit_id in locked:
            continue
        made = sorted({stop.row.date for stop in view.stops_of.get(visit.visit_id, ())})
        missed = listed.get(visit.visit_id, [])
        yield from _counted(view, visit, len(made) + len(missed))
        yield from _apart(view, visit, made, missed)


def _is_whole(view: PlanView, visit: Visit) -> bool:
    """Whether the dates lie in a row and the visit could be made on all its weekdays."""
    dates = view.plan.dates
    if not dates or (dates[-1] - dates[0]).days != len(dates) - 1:
        return False
    client = view.municipality.client_by_id[visit.client_id]
    reach = range(-7, len(dates) + 7)
    days = (dates[0] + dt.timedelta(i) for i in reach)
    return all(is_open(visit, client, day) for day in days if day.weekday() in visit.weekdays)


def _counted(view: PlanView, visit: Visit, n_asked: int) -> Iterator[Violation]:
    if not _is_whole(view, visit) or (visit.next_due and visit.next_due > view.plan.dates[0]):
        return
    n_days = sum(day.weekday() in visit.weekdays for day in view.plan.dates)
    n_of_period = len(visit.weekdays) * visit.every_weeks
    share = n_days * min(visit.n_per_period, n_of_period)
    least, most = share // n_of_period, -(-share // n_of_period)
    if not least <= n_asked <= most:
        message = f"ska göras {least}–{most} gånger, är planerat eller oplanerat {n_asked}"
        yield Violation("interval", "", visit.visit_id, message)


def _apart(
    view: PlanView, visit: Visit, made: list[dt.date], missed: list[dt.date]
) -> Iterator[Violation]:
    if visit.every_weeks % visit.n_per_period:
        return  # no whole weeks between: only the count is promised
    ordered = 7 * visit.every_weeks // visit.n_per_period
    slack = tolerance_days(visit)
    done, is_whole = visit.last_done, _is_whole(view, visit)
    if made and done and visit.next_due is None and done.weekday() in visit.weekdays:
        made = [done, *made] if done < made[0] else made
    for date, other in pairwise(made):
        n_days = (other - date).days
        is_far = n_days > ordered + slack and is_whole and date >= view.plan.dates[0]
        if n_days < ordered - slack or (is_far and not any(date < d < other for d in missed)):
            message = f"{n_days} dagar mellan {date} och {other}, ska vara {ordered} ± {slack}"
            yield Violation("interval", "", visit.visit_id, message)
