"""The night as a municipality of its own, which the engines plan as they plan any other.

Its clients are all who have visits at night, whoever comes by day. Its carers are units: one person
alone, or a patrol of two who bear the same ``Patrull`` and go together whenever both are at work. A
patrol is one carer to the engines: it holds what either of them holds, and is kept away from whom
either is kept away from. Where there are patrols a visit for two is a patrol's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from data.model import NIGHT, Client, Municipality, Shift, Staff, Visit
from data.units import DAY_S, HOUR_S

PATROL: Final = "patrull"
"""The skill that a visit for two asks for where there are patrols."""
JOINT: Final = "+"
"""Between the ids of two who go together."""


def has_night(municipality: Municipality) -> bool:
    """Whether there is anything to plan at night."""
    return bool(municipality.night_visits)


def members_of(unit_id: str) -> tuple[str, ...]:
    """The ids of those who are one carer to the engines."""
    return tuple(unit_id.split(JOINT))


def night_of(municipality: Municipality, rest_s: int = 11 * HOUR_S) -> Municipality:
    """The night's clients, visits and units, on the streets and premises of the day.

    Parameters
    ----------
    municipality : Municipality
    rest_s : int
        Between two shifts of different dates; a night too near to a shift by day is not used.

    Returns
    -------
    Municipality
        Visits and shifts are of the date on which the night begins; their hours count on past 24.
    """
    people = _people(municipality)
    shifts = _unit_shifts(municipality, people, rest_s)
    units = {unit: _unit([people[one] for one in members_of(unit)]) for unit in shifts}
    has_patrols = any(JOINT in unit for unit in units)
    visits = tuple(_visit(one, has_patrols=has_patrols) for one in municipality.night_visits)
    ids = {visit.client_id for visit in visits}
    everyone = (*municipality.clients, *municipality.aside_clients)
    known = {client.client_id for client in everyone}
    return Municipality(
        municipality.name,
        tuple(_client(one, units) for one in everyone if one.client_id in ids),
        tuple(visit for visit in visits if visit.client_id in known),
        tuple(units[unit] for unit in sorted(units)),
        tuple(line for unit in sorted(shifts) for line in shifts[unit]),
        municipality.bases,
        municipality.epsg,
        laundry=municipality.laundry,
    )


def _people(municipality: Municipality) -> dict[str, Staff]:
    """Who may work at night: the night's staff, and those of the day with a shift of the night."""
    named = {line.staff_id for line in municipality.night_roster if line.label == NIGHT}
    by_day = [one for one in municipality.staff if one.staff_id in named]
    return {one.staff_id: one for one in (*municipality.night_staff, *by_day)}


def _unit_shifts(
    municipality: Municipality, people: Mapping[str, Staff], rest_s: int
) -> dict[str, list[Shift]]:
    """The shifts of each unit: of a patrol while both are at work, else of one alone."""
    lines: dict[str, list[Shift]] = defaultdict(list)
    for line in (*municipality.night_roster, *municipality.roster):
        if line.staff_id in people:
            lines[line.staff_id].append(line)
    at_work = {
        (line.staff_id, line.date): line
        for who in sorted(people)
        for line in lines[who]
        if line.kind == "work" and line.label == NIGHT and not _is_away(line, lines[who])
        if _is_rested(line, lines[who], rest_s)
    }
    patrols: dict[str, list[str]] = defaultdict(list)
    for carer in people.values():
        if carer.patrol_id:
            patrols[carer.patrol_id].append(carer.staff_id)
    made: dict[str, list[Shift]] = defaultdict(list)
    for (who, day), line in sorted(at_work.items()):
        mates = patrols.get(people[who].patrol_id, []) if people[who].patrol_id else []
        pair = _pair(who, sorted(mates), day, at_work)
        if pair is None:
            made[who].append(line)
            made[who].extend(_meetings(line, lines[who]))
        elif who == pair[0].staff_id:
            unit = JOINT.join(one.staff_id for one in pair)
            first, last = max(one.start_s for one in pair), min(one.end_s for one in pair)
            shift = Shift(unit, day, first, last, "work", NIGHT)
            made[unit].append(shift)
            for one in pair:
                found = _meetings(shift, lines[one.staff_id])
                made[unit].extend(replace(meeting, staff_id=unit) for meeting in found)
    return {unit: list(dict.fromkeys(found)) for unit, found in made.items()}


def _pair(
    who: str, mates: Sequence[str], day: dt.date, at_work: Mapping[tuple[str, dt.date], Shift]
) -> tuple[Shift, Shift] | None:
    """The two of a patrol who go together: those at work that night, in twos by their ids."""
    there = [one for one in mates if (one, day) in at_work]
    at = there.index(who) // 2 * 2 if who in there else 0
    if len(there) < at + 2 or who not in there:
        return None
    one, other = (at_work[there[at + i], day] for i in (0, 1))
    is_together = max(one.start_s, other.start_s) < min(one.end_s, other.end_s)
    return (one, other) if is_together else None


def _is_away(line: Shift, lines: Iterable[Shift]) -> bool:
    return any(
        one.kind in ("leave", "sick")
        and one.date == line.date
        and one.start_s < line.end_s
        and one.end_s > line.start_s
        for one in lines
    )


def _is_rested(night: Shift, lines: Iterable[Shift], rest_s: int) -> bool:
    """Whether no other shift lies in the night, nor one by day of another date too near to it."""
    for line in lines:
        if line.kind != "work" or line.label == NIGHT:
            continue
        begins = (line.date - night.date).days * DAY_S + line.start_s
        apart_s = max(begins - night.end_s, night.start_s - begins - line.end_s + line.start_s)
        if apart_s < (0 if line.date == night.date else rest_s):
            return False
    return True


def tired_nights(municipality: Municipality, rest_s: int = 11 * HOUR_S) -> tuple[Shift, ...]:
    """Shifts of the night that are not used, since a shift by day lies too near."""
    lines: dict[str, list[Shift]] = defaultdict(list)
    for line in (*municipality.night_roster, *municipality.roster):
        lines[line.staff_id].append(line)
    return tuple(
        line
        for line in municipality.night_roster
        if line.label == NIGHT and not _is_rested(line, lines[line.staff_id], rest_s)
    )


def _meetings(shift: Shift, lines: Iterable[Shift]) -> list[Shift]:
    return [
        line
        for line in lines
        if line.kind == "meeting"
        and line.date == shift.date
        and line.start_s < shift.end_s
        and line.end_s > shift.start_s
    ]


def _unit(members: Sequence[Staff]) -> Staff:
    """One person, or two who go together, as one carer."""
    first = members[0]
    skills: dict[str, dt.date] = {}
    for one in members:
        for skill, until in one.skills.items():
            skills[skill] = max(until, skills.get(skill, until))
    if len(members) > 1:
        skills[PATROL] = dt.date.max
    sexes = {one.sex for one in members}
    return replace(
        first,
        staff_id=JOINT.join(one.staff_id for one in members),
        role="pool",
        shift_group="night",
        skills=skills,
        twin_id="",
        pet_allergy=any(one.pet_allergy for one in members),
        smoke_averse=any(one.smoke_averse for one in members),
        languages=frozenset().union(*(one.languages for one in members)),
        sex=first.sex if len(sexes) == 1 else "",
        starts_home=False,
        ends_home=False,
        home=None,
    )


def _visit(visit: Visit, *, has_patrols: bool) -> Visit:
    if visit.carers_required < 2 or not has_patrols:
        return visit
    return replace(visit, carers_required=1, skills=visit.skills | {PATROL})


def _client(client: Client, units: Iterable[str]) -> Client:
    """The client as the night knows her: no day team, and units in place of persons."""

    def of_units(people: frozenset[str]) -> frozenset[str]:
        return people | {unit for unit in units if people & set(members_of(unit))}

    return replace(
        client,
        team_id="",
        contact_id="",
        vice_id="",
        needs_contact=False,
        locked_team=False,
        co_contacts=frozenset(),
        preferred_staff=of_units(client.preferred_staff),
        blocked_staff=of_units(client.blocked_staff),
    )


__all__ = ["JOINT", "PATROL", "has_night", "members_of", "night_of", "tired_nights"]
