"""A layer as a municipality of its own, which the engines plan as they plan any other.

Its clients are all who have visits of the layer, whoever comes by day; the alarm team's are also
all who have an alarm, and the homecoming team's those whom it has taken over or not handed over
yet, while it has them (NO-21, NO-22). Its carers are crews: one person alone, or a patrol of two
who bear the same ``Patrull`` and go together whenever both are at work. A patrol is one carer to
the engines: it holds what either of them holds, and is kept away from whom either is kept away
from. Where there are patrols a visit for two is a patrol's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from data.care.care_calendar import due_turns
from data.care.eligibility import is_absent, overlaps
from data.matter_model import LayerKind
from data.model import (
    DATE_MAX,
    DATE_MIN,
    NIGHT,
    Client,
    LayerRows,
    Municipality,
    Shift,
    Staff,
    Visit,
)
from data.units import DAY_S, HOUR_S

PATROL: Final = "patrull"
"""The skill that a visit for two asks for where there are patrols."""
JOINT: Final = "+"
"""Between the ids of two who go together."""

AtWork = Mapping[tuple[str, dt.date, int], Shift]
"""By carer, date, and which of her shifts of that date it is."""


def layer_kinds_in(municipality: Municipality) -> tuple[LayerKind, ...]:
    """The layers in which there is something to plan."""
    return tuple(
        rows.kind
        for rows in municipality.layers
        if rows.visits or next(_borrowed(municipality, rows.kind), None) is not None
    )


def members_of(crew_id: str) -> tuple[str, ...]:
    """The ids of those who are one carer to the engines."""
    return tuple(crew_id.split(JOINT))


def layer_town(
    municipality: Municipality, kind: LayerKind, rest_s: int = 11 * HOUR_S
) -> Municipality:
    """The layer's clients, visits and crews, on the streets and premises of the day.

    Parameters
    ----------
    municipality : Municipality
    kind : str
    rest_s : int
        Between two shifts of different dates; a shift of the layer too near to one by day is not
        used.

    Returns
    -------
    Municipality
        Visits and shifts are of the date on which they begin, those of a night of the date on which
        the night does; their hours count on past 24.
    """
    rows = municipality.layer_rows(kind)
    people = _people(municipality, rows)
    shifts = _crew_shifts(municipality, rows, people, rest_s)
    crews = {
        crew: _crew([people[client_id] for client_id in members_of(crew)], kind) for crew in shifts
    }
    has_patrols = any(JOINT in crew for crew in crews)
    needs = (*rows.visits, *_borrowed(municipality, kind))
    visits = tuple(_visit(visit, has_patrols=has_patrols) for visit in needs)
    everyone = (*municipality.clients, *municipality.aside_clients)
    ids = {visit.client_id for visit in visits}
    if kind == "alarm":
        ids |= {client.client_id for client in everyone if client.alarm_only or client.alarms_week}
    known = {client.client_id for client in everyone}
    return Municipality(
        municipality.name,
        tuple(
            _client(_served(municipality, client, kind), crews)
            for client in everyone
            if client.client_id in ids
        ),
        tuple(visit for visit in visits if visit.client_id in known),
        tuple(crews[crew] for crew in sorted(crews)),
        tuple(shift for crew in sorted(shifts) for shift in shifts[crew]),
        municipality.bases,
        municipality.epsg,
        laundry=municipality.laundry,
        hours=municipality.hours,
    )


def _borrowed(municipality: Municipality, kind: LayerKind) -> Iterator[Visit]:
    """The day's visits that are the homecoming team's while it has their clients.

    A turn whose day is free stays with the day's team where it has any day of it.
    """
    spans = _spans(municipality) if kind == "homecoming" else {}
    dates = municipality.dates
    for client_id, mine in sorted(spans.items()):
        by_day = municipality.client_by_id[client_id]
        client = _served(municipality, by_day, kind)
        for visit in municipality.visits_of[client_id]:
            first, last = min(date for date, _ in mine), max(end for _, end in mine)
            taken = replace(
                visit,
                valid_from=max(visit.valid_from, first),
                valid_to=min(visit.valid_to, last),
                cancelled=visit.cancelled | _between(mine),
            )
            margin = dt.timedelta(7 * visit.every_weeks)
            turns = (
                due_turns(visit, client, dates[0] - margin, dates[-1] + margin)
                if visit.n_per_period and dates
                else ()
            )
            home = {
                day for turn in turns if any(map(by_day.is_served_on, turn.days))
                for day in turn.days
            }  # fmt: skip
            yield replace(taken, cancelled=taken.cancelled | home)


def _spans(municipality: Municipality) -> dict[str, list[tuple[dt.date, dt.date]]]:
    """First and last days that the homecoming team has each client whom it has, in order."""
    spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for matter in municipality.matters:
        if matter.client_id not in municipality.client_by_id:
            continue
        if matter.kind == "takeover":
            spans[matter.client_id].append((matter.day, matter.until or DATE_MAX))
        elif matter.kind == "handover":
            spans[matter.client_id].append((DATE_MIN, matter.day - dt.timedelta(1)))
    return {client_id: sorted(dates) for client_id, dates in spans.items()}


def _between(spans: Sequence[tuple[dt.date, dt.date]]) -> frozenset[dt.date]:
    """Days after one span and before the next."""
    return frozenset(
        end + dt.timedelta(i)
        for (_, end), (begin, _) in pairwise(spans)
        for i in range(1, (begin - end).days)
    )


def _served(municipality: Municipality, client: Client, kind: LayerKind) -> Client:
    """The client without the days off the day's rounds on which it is the homecoming team's."""
    was: Mapping[str, Any] = municipality.undecided.get(("clients", client.client_id), {})
    if kind != "homecoming" or not was:
        return client
    names = {"takeover": ("pause_from", "pause_to"), "handover": ("valid_from",)}
    mine = [matter.kind for matter in municipality.matters if matter.client_id == client.client_id]
    ours = {name for matter_kind in mine for name in names.get(matter_kind, ())}
    return replace(client, **{name: value for name, value in was.items() if name in ours})


def _people(municipality: Municipality, rows: LayerRows) -> dict[str, Staff]:
    """The layer's staff, and those of the day with a shift of the night."""
    named = {entry.staff_id for entry in rows.roster if _is_own(entry, rows)}
    by_day = [carer for carer in municipality.staff if carer.staff_id in named]
    return {carer.staff_id: carer for carer in (*rows.staff, *by_day)}


def _is_own(entry: Shift, rows: LayerRows) -> bool:
    """Whether an entry among the layer's is worked in it: a course by day is no night."""
    return entry.kind == "work" and (rows.kind != "night" or entry.label == NIGHT)


def _crew_shifts(
    municipality: Municipality, rows: LayerRows, people: Mapping[str, Staff], rest_s: int
) -> dict[str, list[Shift]]:
    """The shifts of each crew: of a patrol while both are at work, else of one alone."""
    entries: dict[str, list[Shift]] = defaultdict(list)
    for entry in (*rows.roster, *municipality.roster):
        if entry.staff_id in people:
            entries[entry.staff_id].append(entry)
    at_work: dict[tuple[str, dt.date, int], Shift] = {}
    for who in sorted(people):
        own = [entry for entry in rows.roster if entry.staff_id == who and _is_own(entry, rows)]
        others = [entry for entry in entries[who] if entry.kind == "work" and entry not in own]
        used: list[Shift] = []
        for entry in sorted(own, key=lambda shift: (shift.date, shift.start_s)):
            if not is_absent(entry, entries[who]) and _is_rested(entry, (*others, *used), rest_s):
                at_work[who, entry.date, sum(shift.date == entry.date for shift in used)] = entry
                used.append(entry)
    patrols: dict[str, list[str]] = defaultdict(list)
    for carer in people.values():
        if carer.patrol_id:
            patrols[carer.patrol_id].append(carer.staff_id)
    made: dict[str, list[Shift]] = defaultdict(list)
    for (who, day, n), entry in sorted(at_work.items()):
        patrol = patrols.get(people[who].patrol_id, []) if people[who].patrol_id else []
        pair = _pair(who, sorted(patrol), (day, n), at_work)
        if pair is None:
            made[who].append(entry)
            made[who].extend(_meetings(entry, entries[who]))
        elif who == pair[0].staff_id:
            made_of = _joint(pair, entries)
            made[made_of[0].staff_id].extend(made_of)
    return {crew: list(dict.fromkeys(shifts)) for crew, shifts in made.items()}


def _joint(pair: tuple[Shift, Shift], entries: Mapping[str, Sequence[Shift]]) -> list[Shift]:
    """The shift that two go together, and the meetings of either within it."""
    crew = JOINT.join(member.staff_id for member in pair)
    first, last = max(member.start_s for member in pair), min(member.end_s for member in pair)
    shift = Shift(crew, pair[0].date, first, last, "work", pair[0].label)
    met = [replace(meeting, staff_id=crew) for entry in pair
           for meeting in _meetings(shift, entries[entry.staff_id])]  # fmt: skip
    return [shift, *met]


def _pair(
    who: str, patrol: Sequence[str], when: tuple[dt.date, int], at_work: AtWork
) -> tuple[Shift, Shift] | None:
    """The two of a patrol who go together: those at work then, in twos by their ids."""
    there = [who_else for who_else in patrol if (who_else, *when) in at_work]
    first = there.index(who) // 2 * 2 if who in there else 0
    if len(there) < first + 2 or who not in there:
        return None
    shift, other = (at_work[(there[first + i], *when)] for i in (0, 1))
    is_together = max(shift.start_s, other.start_s) < min(shift.end_s, other.end_s)
    return (shift, other) if is_together else None


def _is_rested(shift: Shift, others: Iterable[Shift], rest_s: int) -> bool:
    """Whether no shift outside the layer lies in the shift, nor one of another date too near."""
    for entry in others:
        begins = (entry.date - shift.date).days * DAY_S + entry.start_s
        apart_s = max(begins - shift.end_s, shift.start_s - begins - entry.end_s + entry.start_s)
        if apart_s < (0 if entry.date == shift.date else rest_s):
            return False
    return True


def tired_shifts(
    municipality: Municipality, kind: LayerKind, rest_s: int = 11 * HOUR_S
) -> tuple[Shift, ...]:
    """Shifts of a layer that are not used, since a shift by day lies too near."""
    rows = municipality.layer_rows(kind)
    own = [entry for entry in rows.roster if _is_own(entry, rows)]
    others: dict[str, list[Shift]] = defaultdict(list)
    for entry in (*rows.roster, *municipality.roster):
        if entry.kind == "work" and entry not in own:
            others[entry.staff_id].append(entry)
    return tuple(entry for entry in own if not _is_rested(entry, others[entry.staff_id], rest_s))


def _meetings(shift: Shift, entries: Iterable[Shift]) -> list[Shift]:
    return [entry for entry in entries if entry.kind == "meeting" and overlaps(entry, shift)]


def _crew(members: Sequence[Staff], kind: LayerKind) -> Staff:
    """One person, or two who go together, as one carer."""
    first = members[0]
    skills: dict[str, dt.date] = {}
    for carer in members:
        for skill, until in carer.skills.items():
            skills[skill] = max(until, skills.get(skill, until))
    if len(members) > 1:
        skills[PATROL] = dt.date.max
    sexes = {carer.sex for carer in members}
    return replace(
        first,
        staff_id=JOINT.join(carer.staff_id for carer in members),
        role="pool",
        shift_group="night" if kind == "night" else first.shift_group,
        skills=skills,
        twin_id="",
        pet_allergy=any(carer.pet_allergy for carer in members),
        smoke_averse=any(carer.smoke_averse for carer in members),
        languages=frozenset().union(*(carer.languages for carer in members)),
        sex=first.sex if len(sexes) == 1 else "",
        starts_home=False,
        ends_home=False,
        home=None,
    )


def _visit(visit: Visit, *, has_patrols: bool) -> Visit:
    if visit.carers_required < 2 or not has_patrols:
        return visit
    return replace(visit, carers_required=1, skills=visit.skills | {PATROL})


def _client(client: Client, crews: Iterable[str]) -> Client:
    """The client as the layer knows her: no day team, and crews in place of persons."""

    def of_crews(people: frozenset[str]) -> frozenset[str]:
        return people | {crew for crew in crews if people & set(members_of(crew))}

    return replace(
        client,
        team_id="",
        contact_id="",
        vice_id="",
        evening_vice_id="",
        needs_contact=False,
        locked_team=False,
        co_contacts=frozenset(),
        preferred_staff=of_crews(client.preferred_staff),
        blocked_staff=of_crews(client.blocked_staff),
    )


__all__ = ["JOINT", "PATROL", "layer_kinds_in", "layer_town", "members_of", "tired_shifts"]
