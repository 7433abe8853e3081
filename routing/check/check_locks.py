"""Rules on what the planner has locked: visits, whole rounds, and an order (D9)."""

from __future__ import annotations

from collections.abc import Iterator

from data.model import Pin
from data.plans import Violation
from data.units import clocks_apart
from routing.check.view import PlanView


def pin(view: PlanView) -> Iterator[Violation]:
    """``pin``: a locked visit is made that date, by the carer and at the time that are locked.

    Not where the client has left or is away then, or the visit is called off.
    """
    dates = set(view.plan.dates)
    for lock in view.municipality.pins:
        if not lock.visit_id or lock.date not in dates:
            continue
        made = [
            stop
            for stop in view.stops_of.get(lock.visit_id, ())
            if stop.row.date == lock.date and stop.row.carer_no == lock.carer_no
        ]
        if not made and not _is_off(view, lock):
            text = f"låst besök saknas {lock.date}"
            yield Violation("pin", "", lock.visit_id, text)
        for stop in made:
            if lock.staff_id and stop.row.staff_id != lock.staff_id:
                yield stop.broken("pin", f"låst till {lock.staff_id} {lock.date}")
            if lock.start_s is not None and stop.row.start_s != lock.start_s:
                got, wanted = clocks_apart(stop.row.start_s, lock.start_s)
                yield stop.broken("pin", f"låst till kl {wanted}, är {got}")


def _is_off(view: PlanView, lock: Pin) -> bool:
    visit = view.municipality.visit_by_id.get(lock.visit_id)
    if visit is None:
        return False
    client = view.municipality.client_by_id[visit.client_id]
    is_entitled = client.valid_from <= lock.date <= client.valid_to
    return (
        not is_entitled
        or lock.date in visit.cancelled
        or any(
            row.pause_from is not None
            and row.pause_from <= lock.date <= (row.pause_to or lock.date)
            for row in (client, visit)
        )
    )


def closed(view: PlanView) -> Iterator[Violation]:
    """``closed``: a locked round holds the visits locked to its carer that date and no others.

    Where the round is locked and none of its visits is listed, there is nothing to hold it
    against, and nothing is said.
    """
    locks = view.municipality.pins
    whole = {(lock.staff_id, lock.date) for lock in locks if not lock.visit_id}
    listed = {(lock.staff_id, lock.date, lock.visit_id) for lock in locks if lock.visit_id}
    listed_keys = {key[:2] for key in listed}
    for stop in view.stops:
        key = (stop.row.staff_id, stop.row.date)
        if key in whole and key in listed_keys and (*key, stop.visit.visit_id) not in listed:
            yield stop.broken("closed", f"rundan är låst {stop.row.date}")


def order(view: PlanView) -> Iterator[Violation]:
    """``order``: visits in a locked order begin in it, each after the end of the one before."""
    begins = {(stop.visit.visit_id, stop.row.date, stop.row.staff_id): stop for stop in view.stops}
    for lock in view.municipality.pins:
        for other in view.municipality.pins:
            if not 0 < lock.order < other.order:
                continue
            if (lock.staff_id, lock.date) != (other.staff_id, other.date):
                continue
            first = begins.get((lock.visit_id, lock.date, lock.staff_id))
            then = begins.get((other.visit_id, other.date, other.staff_id))
            if first and then and then.row.start_s < first.row.end_s:
                yield then.broken("order", f"ska göras efter besök {lock.visit_id}")
