"""Rules on what is planned: each due occurrence, as often as it is due, or listed as unplanned."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from data.model import Visit
from data.plans import Violation
from routing.check.due import Due
from routing.check.view import PlanView, Stop


def due_date(view: PlanView) -> Iterator[Violation]:
    """``due_date``: a visit is made only on a day when it is due.

    Weekday, week of the period, validity, the client's pause, and never an external visit.
    """
    for visit_id, stops in view.stops_of.items():
        allowed = frozenset[object]().union(*(due.days for due in view.due_of[visit_id]))
        for stop in stops:
            if stop.row.date not in allowed:
                yield stop.broken("due_date", f"besöket ska inte göras {stop.row.date}")


def carer_no(view: PlanView) -> Iterator[Violation]:
    """``carer_no``: the carers of a visit are numbered from 1 to as many as it needs."""
    for stop in view.stops:
        if not 1 <= stop.row.carer_no <= stop.visit.carers_required:
            yield stop.broken("carer_no", f"personal nr {stop.row.carer_no} behövs inte")


def duplicate(view: PlanView) -> Iterator[Violation]:
    """``duplicate``: no carer number of a visit is filled twice on a date."""
    for stops in view.stops_of.values():
        filled = Counter((stop.row.date, stop.row.carer_no) for stop in stops)
        for stop in stops:
            if filled[stop.row.date, stop.row.carer_no] > 1:
                yield stop.broken("duplicate", f"besöket är planerat flera gånger {stop.row.date}")


def covered(view: PlanView) -> Iterator[Violation]:
    """``coverage``: what is due is planned with every carer, or unplanned per missing carer.

    For each day (or period, where the day is free) and each carer number: times planned and
    times listed as unplanned add up to the times due. Nothing is both, nothing is neither.
    """
    unplanned = Counter(
        (row.visit_id, row.date, row.carer_no)
        for row in view.plan.unplanned
        if row.visit_id in view.due_of
    )
    for visit in view.municipality.visits:
        stops = view.stops_of.get(visit.visit_id, [])
        for wanted in view.due_of[visit.visit_id]:
            yield from _covers(visit, wanted, stops, unplanned)


def _covers(
    visit: Visit, wanted: Due, stops: list[Stop], unplanned: Counter[tuple[str, dt.date, int]]
) -> Iterator[Violation]:
    inside = [stop.row for stop in stops if stop.row.date in wanted.days]
    day = min(wanted.days)
    for number in range(1, visit.carers_required + 1):
        n_planned = sum(row.carer_no == number for row in inside)
        n_listed = sum(unplanned[visit.visit_id, d, number] for d in wanted.days)
        if n_planned + n_listed != wanted.n_times:
            message = (
                f"personal nr {number}, från {day}: ska göras {wanted.n_times} gånger, "
                f"är planerat {n_planned} och oplanerat {n_listed}"
            )
            yield Violation("coverage", "", visit.visit_id, message)
    n_days = len({row.date for row in inside})
    if n_days > wanted.n_times:
        message = f"från {day}: planerat {n_days} dagar, ska göras {wanted.n_times}"
        yield Violation("coverage", "", visit.visit_id, message)


def unplanned_row(view: PlanView) -> Iterator[Violation]:
    """``unplanned_row``: each names a visit that is due, its client, its priority and a reason."""
    for row in view.plan.unplanned:
        visit = view.municipality.visit_by_id.get(row.visit_id)
        if visit is None:
            continue
        faults = {
            "brukaren är en annan": row.client_id != visit.client_id,
            "prioriteten är en annan": row.priority != visit.priority,
            "orsak saknas": not row.reason.strip(),
            "personalnumret finns inte": not 1 <= row.carer_no <= visit.carers_required,
            f"ska inte göras {row.date}": not any(
                row.date in wanted.days for wanted in view.due_of[row.visit_id]
            ),
        }
        for text, is_so in faults.items():
            if is_so:
                yield Violation("unplanned_row", "", row.visit_id, f"oplanerat: {text}")
