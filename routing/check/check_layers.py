"""Rules of a layer over the same clients, read from the tables themselves (NO-20).

`routing.check.check_plan` proves the rounds of a night, an alarm or a homecoming team as it proves
the day's, of crews that stand for one or two persons. Here it is proved that every crew is of the
layer's own persons, who are at work, rested and in one place, and that no visit of the layer was
lost on the way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from data.matter_model import LayerKind
from data.model import NIGHT, Client, LayerRows, Municipality, Shift, Visit
from data.plans import PlanRow, RoundPlan, Violation
from data.rules import Rules
from data.units import clock
from routing.check.check_shifts import is_away
from routing.check.due import Due, due

_NIGHT_FROM_S = 18 * 3600
_DAY_S = 86_400


def check_layer(
    town: Municipality,
    rules: Rules,
    plan: RoundPlan,
    kind: LayerKind,
    dates: Sequence[dt.date],
) -> tuple[Violation, ...]:
    """Prove a layer's rounds against the municipality's own tables.

    Parameters
    ----------
    town : Municipality
        The whole, with the layers' rows beside the day's.
    rules : Rules
    plan : RoundPlan
        The layer's; a staff id of two joined by ``+`` is a patrol.
    kind : str
        Which layer.
    dates : sequence of date
        Those of the day's plan, which are the layer's too: also where nobody of it is at work.

    Returns
    -------
    tuple of Violation
        Empty where every rule holds.
    """
    rows = next((layer for layer in town.layers if layer.kind == kind), LayerRows(kind))
    return (*_dates(plan, dates), *_members(town, rows, rules, plan), *_visits(town, rows, plan))


def _dates(plan: RoundPlan, dates: Sequence[dt.date]) -> Iterator[Violation]:
    """``layer_dates``: the layer is planned on the dates of the day's plan, and has no others."""
    if plan.dates != tuple(dates):
        yield Violation("layer_dates", "", "", "lagret har andra datum än dagens plan")
    for round_id, rows in plan.rounds.items():
        if any(row.date not in dates for row in rows):
            yield Violation("layer_dates", round_id, "", "rundan ligger utanför planens datum")


def _members(
    town: Municipality, layer: LayerRows, rules: Rules, plan: RoundPlan
) -> Iterator[Violation]:
    """``layer_member``: each of a crew works in the layer then, rested, and in one crew."""
    entries: dict[str, list[Shift]] = {}
    for entry in (*town.roster, *layer.roster):
        entries.setdefault(entry.staff_id, []).append(entry)
    patrol = {carer.staff_id: carer.patrol_id for carer in (*town.staff, *layer.staff)}
    own = set(layer.roster)
    rest_s = rules.rounds.rest_between_shifts_s
    taken: dict[str, list[tuple[PlanRow, int, Shift | None]]] = {}
    for round_id, rows in plan.rounds.items():
        people = rows[0].staff_id.split("+")
        patrols = {patrol.get(staff_id) for staff_id in people}
        if len(patrols) > 1 or (len(people) > 1 and not patrol.get(people[0])):
            yield Violation("layer_member", round_id, "", "de två är ingen patrull")
        for staff_id in people:
            works = [ln for ln in entries.get(staff_id, []) if ln in own and _is_worked(ln, layer)]
            shift = _shift_of(works, rows)
            others = [entry for entry in entries.get(staff_id, []) if entry not in works]
            mine = taken.setdefault(staff_id, [])
            for text in (*_unfit(others, shift, rows, rest_s), *_clash(mine, shift, rows, rest_s)):
                yield Violation("layer_member", round_id, "", f"{staff_id} {text}")
            mine.append((rows[0], max(row.end_s for row in rows), shift))


def _is_worked(entry: Shift, layer: LayerRows) -> bool:
    is_night = entry.label == NIGHT and entry.start_s >= _NIGHT_FROM_S
    return entry.kind == "work" and (is_night or layer.kind != "night")


def _shift_of(works: list[Shift], rows: tuple[PlanRow, ...]) -> Shift | None:
    date, first, last = rows[0].date, rows[0].start_s, max(row.end_s for row in rows)
    own = [entry for entry in works if entry.date == date]
    return next((entry for entry in own if entry.start_s <= first and last <= entry.end_s), None)


def _apart_s(entry: Shift, shift: Shift) -> int:
    """Seconds between two shifts; below 0 where they overlap."""
    begins = (entry.date - shift.date).days * _DAY_S + entry.start_s
    ends = begins + entry.end_s - entry.start_s
    return max(begins - shift.end_s, shift.start_s - ends)


def _clash(
    taken: list[tuple[PlanRow, int, Shift | None]],
    shift: Shift | None,
    rows: tuple[PlanRow, ...],
    rest_s: int,
) -> Iterator[str]:
    """What of one's other rounds in the layer is at the same time, or too near."""
    first, last = rows[0].start_s, max(row.end_s for row in rows)
    for other, end_s, worked in taken:
        if other.date == rows[0].date:
            if other.start_s < last and first < end_s:
                yield f"går också i {other.round_id}"
        elif worked is not None and shift is not None and _apart_s(worked, shift) < rest_s:
            yield f"vilar mindre än {rest_s // 3600} timmar"


def _unfit(
    others: list[Shift], shift: Shift | None, rows: tuple[PlanRow, ...], rest_s: int
) -> Iterator[str]:
    """Why one of a crew may not be on the round: ``others`` are her entries outside the layer."""
    date, first, last = rows[0].date, rows[0].start_s, max(row.end_s for row in rows)
    if shift is None:
        yield f"har inget pass i lagret {date} {clock(first)}–{clock(last)}"
        return
    for entry in others:
        if entry.kind in ("leave", "sick"):
            begins = (entry.date - date).days * _DAY_S + entry.start_s
            if (
                entry.date == date
                and begins < last
                and begins + entry.end_s - entry.start_s > first
            ):
                yield "är frånvarande"
        elif entry.kind == "work" and not is_away(
            entry, [o for o in others if o.date == entry.date]
        ):
            apart_s = _apart_s(entry, shift)
            if apart_s < 0:
                yield "har ett annat pass samtidigt"
            elif entry.date != date and apart_s < rest_s:
                yield f"vilar mindre än {rest_s // 3600} timmar"


def _visits(town: Municipality, layer: LayerRows, plan: RoundPlan) -> Iterator[Violation]:
    """``layer_visit``: what is due is made, by two where two are asked for, or listed."""
    dates = sorted(set(plan.dates))
    come: dict[tuple[str, dt.date], int] = {}
    for row in plan.rows:
        if row.kind == "visit":
            key = row.visit_id, row.date
            come[key] = come.get(key, 0) + len(row.staff_id.split("+"))
    listed: dict[str, list[dt.date]] = {}
    for lacking in plan.unplanned:
        listed.setdefault(lacking.visit_id, []).append(lacking.date)
    for visit, due_dates in (*_own_dues(town, layer, dates), *_dues_of_others(town, layer, dates)):
        n_come = max((come.get((visit.visit_id, day), 0) for day in due_dates.days), default=0)
        is_listed = any(day in due_dates.days for day in listed.get(visit.visit_id, ()))
        if not n_come and not is_listed:
            yield Violation("layer_visit", "", visit.visit_id, f"saknas {min(due_dates.days)}")
        elif 0 < n_come < visit.carers_required and not is_listed:
            yield Violation("layer_visit", "", visit.visit_id, "ska göras av två")


def _own_dues(
    town: Municipality, layer: LayerRows, dates: list[dt.date]
) -> Iterator[tuple[Visit, Due]]:
    """The layer's own visits as they fall due."""
    clients = {home.client_id: home for home in (*town.clients, *town.aside_clients)}
    for visit in layer.visits:
        client = clients.get(visit.client_id)
        for due_dates in due(visit, client, dates) if client else ():
            yield visit, due_dates


def _dues_of_others(
    town: Municipality, layer: LayerRows, dates: list[dt.date]
) -> Iterator[tuple[Visit, Due]]:
    """The day's visits of clients whom the homecoming team has just then (NO-21, NO-22).

    A task of free days is asked for where the team has every day of the turn.
    """
    if layer.kind != "homecoming":
        return
    clients = {home.client_id: home for home in town.clients}
    days: dict[str, set[dt.date]] = {}
    for matter in town.matters:
        if matter.client_id in clients and matter.kind in ("takeover", "handover"):
            is_over = matter.kind == "takeover"
            days.setdefault(matter.client_id, set()).update(
                day
                for day in dates
                if (matter.day <= day <= (matter.until or day) if is_over else day < matter.day)
            )
    for visit in town.visits:
        theirs = days.get(visit.client_id)
        if not theirs:
            continue
        client = _as_ordered(town, clients[visit.client_id])
        for due_dates in due(visit, client, dates):
            is_whole = due_dates.days <= theirs and not (due_dates.days & {dates[0], dates[-1]})
            if is_whole or (not visit.n_per_period and due_dates.days <= theirs):
                yield visit, due_dates


def _as_ordered(town: Municipality, client: Client) -> Client:
    """The client as the tables have her, with no day off for another team's sake."""
    was = dict(town.undecided.get(("clients", client.client_id), {}))
    kept = {name: was[name] for name in ("pause_from", "pause_to", "valid_from") if name in was}
    return replace(client, **kept)  # type: ignore[arg-type]
