"""What follows of dated matters and of laundry bookings: changes that lie over the tables.

A wish for the day before something moves the task's next turn there (LU-39). An emergency decision
ends at a clock time, noon of the next working day as a rule (NO-19). A temporary need ends by
itself (NO-17). A client whom another team takes over, or has not handed over yet, is not in our
rounds meanwhile, and keeps team and contact (NO-21, NO-22). A new colleague who walks along has her
shifts and makes no visits of her own (MA-41). Laundry is done when the room is booked (LU-38).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from data.matter_model import LaundrySlot, Matter
from data.model import SERVICE_TASKS, Municipality, Shift, Visit
from data.units import NOON_S

Key = tuple[str, str]
Change = tuple[Key, dict[str, object]]

TEMPORARY_DAYS = 3
"""A temporary need lasts so long where nobody has said till when (NO-17)."""
SERVICE_WITHIN = dt.timedelta(14)
"""From the decision to the first time of a service task."""
INTRODUCTION = "introduktion"


def next_working_day(day: dt.date) -> dt.date:
    """The next day from Monday to Friday."""
    return day + dt.timedelta({4: 3, 5: 2}.get(day.weekday(), 1))


def last_day(matter: Matter) -> dt.date:
    """The last day on which a matter holds."""
    if matter.until is not None:
        return matter.until
    if matter.kind == "emergency":
        return next_working_day(matter.day)
    return matter.day + dt.timedelta(TEMPORARY_DAYS - 1 if matter.kind == "temporary" else 0)


def matter_changes(municipality: Municipality, first: dt.date) -> Iterator[Change]:
    """Table and id, and the fields that matters and bookings set there.

    Parameters
    ----------
    first : date
        The first of the roster; a wish about a day before it is over.
    """
    yield from _laundry_changes(municipality)
    yield from _service_starts(municipality, first)
    yield from _note_changes(municipality)
    for matter in municipality.matters:
        if matter.kind == "emergency":
            yield from _until_clock(municipality, matter)
        elif matter.kind == "takeover":
            client = municipality.client_by_id.get(matter.client_id)
            if client is not None and client.pause_from is None:
                away: dict[str, object] = {"pause_from": matter.day, "pause_to": matter.until}
                yield ("clients", matter.client_id), away
        elif matter.kind == "handover":
            client = municipality.client_by_id.get(matter.client_id)
            if client is not None and client.valid_from < matter.day:
                yield ("clients", matter.client_id), {"valid_from": matter.day}
        visit = municipality.visit_by_id.get(matter.visit_id)
        if visit is None:
            continue
        before = matter.day - dt.timedelta(1)
        if matter.kind == "day_before" and before >= first and visit.n_per_period:
            yield ("visits", visit.visit_id), {"next_due": before}
        elif matter.kind == "temporary":
            yield ("visits", visit.visit_id), {
                "valid_from": max(visit.valid_from, matter.day),
                "valid_to": min(visit.valid_to, last_day(matter)),
            }  # fmt: skip


def _note_changes(municipality: Municipality) -> Iterator[Change]:
    """What staff know of a client (FA-03), the latest note last: a later one goes before.

    Minutes of parking hold at once. A time that an order wants is a wish, where the client has
    none of her own and it lies within the visit's window. A length holds once it is accepted.
    """
    for note in sorted(municipality.notes, key=lambda staff_note: staff_note.day):
        visit = municipality.visit_by_id.get(note.visit_id)
        if note.kind == "parking":
            yield ("clients", note.client_id), {"parking_s": note.minutes_s}
        elif visit is None or note.is_accepted is False:
            continue
        elif note.kind == "length" and note.is_accepted:
            yield ("visits", visit.visit_id), {
                "duration_s": note.minutes_s, "ordered_s": visit.ordered_s or visit.duration_s,
            }  # fmt: skip
        elif note.kind == "order" and visit.wished_s is None and _is_within(visit, note.clock_s):
            yield ("visits", visit.visit_id), {"wished_s": note.clock_s}


def _is_within(visit: Visit, at_s: int | None) -> bool:
    return at_s is not None and visit.earliest_s <= at_s <= visit.latest_s


def _service_starts(municipality: Municipality, first: dt.date) -> Iterator[Change]:
    """Service that is rarer than fortnightly begins within two weeks of its decision (NO-14).

    Else a task of every eighth week could wait as long for its first time. What is said of when it
    was made or comes next goes before.
    """
    for visit in municipality.visits:
        is_known = visit.last_done is not None or visit.next_due is not None
        is_rare = visit.n_per_period and visit.every_weeks > 2 * visit.n_per_period
        is_new = first - SERVICE_WITHIN < visit.valid_from
        if visit.task in SERVICE_TASKS and is_rare and is_new and not is_known:
            begins = visit.valid_from + SERVICE_WITHIN / 2
            yield ("visits", visit.visit_id), {"next_due": begins}


def _until_clock(municipality: Municipality, matter: Matter) -> Iterator[Change]:
    """An emergency client's visits end at the clock time of the last day."""
    last, clock_s = last_day(matter), NOON_S if matter.clock_s is None else matter.clock_s
    client = municipality.client_by_id.get(matter.client_id)
    if client is None:
        return
    yield ("clients", matter.client_id), {"valid_to": min(client.valid_to, last)}
    for visit in municipality.visits_of[matter.client_id]:
        is_after = visit.earliest_s + visit.duration_s > clock_s
        end = last - dt.timedelta(1) if is_after else last
        fields: dict[str, object] = {"valid_to": min(visit.valid_to, end)}
        if not is_after:
            fields["latest_s"] = min(visit.latest_s, clock_s - visit.duration_s)
        yield ("visits", visit.visit_id), fields


def _laundry_changes(municipality: Municipality) -> Iterator[Change]:
    """Each laundry visit gets one of its building's bookings, each booking its own as far as may.

    In order of visit id; a visit that no booking fits is left as it is, and is in
    `laundry_unbooked`.
    """
    taken: dict[LaundrySlot, int] = {}
    for visit in _laundry_visits(municipality):
        fitting = _fitting(municipality, visit)
        if not fitting:
            continue
        slot = min(fitting, key=lambda s: (taken.get(s, 0), s.weekday, s.start_s))
        taken[slot] = taken.get(slot, 0) + 1
        yield ("visits", visit.visit_id), {
            "weekdays": (slot.weekday,),
            "earliest_s": max(visit.earliest_s, slot.start_s),
            "latest_s": min(visit.latest_s, slot.end_s - visit.duration_s),
        }  # fmt: skip


def _laundry_visits(municipality: Municipality) -> list[Visit]:
    booked = {slot.building_id for slot in municipality.laundry}
    if not booked:
        return []
    visits = []
    for visit in municipality.visits:
        client = municipality.client_by_id.get(visit.client_id)
        if client is not None and visit.task == "laundry" and client.building_id in booked:
            visits.append(visit)
    return sorted(visits, key=lambda visit: visit.visit_id)


def _fitting(municipality: Municipality, visit: Visit) -> Sequence[LaundrySlot]:
    """Bookings in which the visit can be made within its window and as often as ordered."""
    n_days = max(1, -(-visit.n_per_period // visit.every_weeks))
    if n_days > 1 or (not visit.n_per_period and len(visit.weekdays) > 1):
        return ()
    building = municipality.client_by_id[visit.client_id].building_id
    return [
        slot
        for slot in municipality.laundry
        if slot.building_id == building
        and slot.weekday in visit.weekdays
        and max(visit.earliest_s, slot.start_s)
        <= min(visit.latest_s, slot.end_s - visit.duration_s)
    ]


def laundry_unbooked(municipality: Municipality) -> tuple[str, ...]:
    """Laundry visits in buildings with bookings of which none fits, by id."""
    return tuple(v.visit_id for v in _laundry_visits(municipality) if not _fitting(municipality, v))


def laid_by_matters(municipality: Municipality) -> tuple[Shift, ...]:
    """Entries of the roster that introductions lay over shifts: the new one walks along."""
    return tuple(
        Shift(entry.staff_id, entry.date, entry.start_s, entry.end_s, "leave", INTRODUCTION)
        for matter in municipality.matters
        if matter.kind == "introduction"
        for entry in municipality.roster
        if entry.staff_id == matter.staff_id
        and entry.kind == "work"
        and matter.day <= entry.date <= (matter.until or matter.day)
    )


def walks_along(municipality: Municipality, day: dt.date) -> dict[str, str]:
    """New colleagues on ``day``, each with whom she walks along."""
    return {
        matter.staff_id: matter.tutor_id
        for matter in municipality.matters
        if matter.kind == "introduction" and matter.day <= day <= (matter.until or matter.day)
    }
