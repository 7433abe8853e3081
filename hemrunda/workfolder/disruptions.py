"""The morning's news as a planner types it, laid over the tables: who is sick, away, or new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from data.errors import SettingsError
from data.model import SERVICE_TASKS, Client, LayerRows, Municipality, Shift, Staff, Visit
from data.tables.schema.clock_times import clock_s
from data.tables.schema.vocabulary import TASK_WORDS
from data.units import MINUTE_S, clock

VISIT_FORM: Final = "BRUKARE,INSATS,MINUTER,TID-TID eller BRUKARE,INSATS,MINUTER,TID-TID,DELEGERING"
SHIFT_FORM: Final = "PERSON,TID-TID"
TIME_FORM: Final = "PERSON,TID"
KEY_FORM: Final = "BRUKARE,ja eller BRUKARE,nej"
SHORTEN_FORM: Final = "BESÖK,MINUTER"
VACANT_FORM: Final = "LAG,TID-TID"
VACANT: Final = "VAKANT"
"""Stands for whoever takes a shift that nobody has taken yet."""


@dataclass(frozen=True)
class Disruptions:
    """What holds on ``days``; all as the user typed it."""

    days: tuple[dt.date, ...]
    sick: Sequence[str] = ()
    away: Sequence[str] = ()
    extra: Sequence[str] = ()
    new_visits: Sequence[str] = ()
    late: Sequence[str] = ()
    """Who comes later on the first day, and when: `TIME_FORM`."""
    leaves: Sequence[str] = ()
    """Who goes home earlier on the first day, and when: `TIME_FORM`."""
    home: Sequence[str] = ()
    """Clients who are back before their pause ends."""
    keys: Sequence[str] = ()
    """Whose key is a physical one from now on, or not: `KEY_FORM`."""
    vacant: Sequence[str] = ()
    """Shifts that are to be taken by somebody not known yet: `VACANT_FORM`."""
    cancelled: Sequence[str] = ()
    """Visits that are not made on these days (LU-12); one whose day is free, not in that turn."""
    shortened: Sequence[str] = ()
    """Visits that are shorter on these days (LU-12): `SHORTEN_FORM`."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed, so that the news are in the tables."""
        return not (
            self.sick or self.away or self.extra or self.new_visits or self.late or self.leaves
            or self.home or self.keys or self.vacant or self.cancelled or self.shortened
        )  # fmt: skip

    @property
    def off(self) -> frozenset[str]:
        """Visits that are not made as they stand on these days."""
        return frozenset({*self.cancelled, *(text.partition(",")[0] for text in self.shortened)})


def with_disruptions(
    municipality: Municipality, typed: Disruptions
) -> tuple[Municipality, list[str]]:
    """The tables with the news in them, and what was changed, in words.

    Raises
    ------
    SettingsError
        Where an id is unknown or a text cannot be read; every fault is named.
    """
    faults: list[str] = []
    sentences: list[str] = []
    roster = [
        *_without(municipality, typed, faults, sentences),
        *_extra(municipality, typed, faults),
    ]
    roster = _cut(roster, typed, faults, sentences)
    clients = [*_paused(municipality, typed, faults, sentences)]
    clients = _with_keys(_home_again(clients, typed, faults, sentences), typed, faults, sentences)
    staff, shifts = _vacant(municipality, typed, faults, sentences)
    roster += shifts
    visits = [
        *_cancelled(municipality, typed, faults, sentences),
        *_shortened(municipality, typed, faults, sentences),
        *_new_visits(municipality, typed, faults, sentences),
    ]
    off = {(day, visit_id) for day in typed.days for visit_id in typed.off}
    lost = [pin for pin in municipality.pins if (pin.date, pin.visit_id) in off]
    sentences += [f"låsningen av {pin.visit_id} {pin.date} gäller inte längre" for pin in lost]
    if faults:
        raise SettingsError("\n  ".join(["Nyheterna kan inte läsas:", *faults]))
    sentences += [f"extra pass: {text}" for text in typed.extra]
    changed = replace(
        municipality, roster=tuple(roster), layers=_in_layers(municipality, typed, sentences),
        clients=tuple(clients), visits=tuple(visits),
        staff=(*municipality.staff, *staff),
        pins=tuple(pin for pin in municipality.pins if pin not in lost),
    )  # fmt: skip
    return changed, sentences


def _without(
    municipality: Municipality, typed: Disruptions, faults: list[str], sentences: list[str]
) -> Iterable[Shift]:
    """The roster, with an entry of illness over every work shift of those who are sick."""
    days, sick = set(typed.days), set(typed.sick)
    apart = {carer.staff_id for rows in municipality.layers for carer in rows.staff}
    for who in sorted(sick - set(municipality.staff_by_id) - apart):
        faults.append(f"--sick {who}: personen finns inte")
    yield from municipality.roster
    for entry in municipality.roster:
        if entry.kind == "work" and entry.staff_id in sick and entry.date in days:
            sentences.append(f"sjuk: {entry.staff_id} {entry.date} {_span(entry)}")
            yield replace(entry, kind="sick")


def _in_layers(
    municipality: Municipality, typed: Disruptions, sentences: list[str]
) -> tuple[LayerRows, ...]:
    """The layers, with an entry of illness over those shifts of whoever is sick."""
    made = []
    for rows in municipality.layers:
        ill = [
            entry
            for entry in rows.roster
            if entry.kind == "work" and entry.staff_id in typed.sick and entry.date in typed.days
        ]
        sentences.extend(f"sjuk: {entry.staff_id} {entry.date} {_span(entry)}" for entry in ill)
        away = (replace(entry, kind="sick", label="") for entry in ill)
        made.append(replace(rows, roster=(*rows.roster, *away)))
    return tuple(made)


def _span(entry: Shift) -> str:
    return f"{clock(entry.start_s)}–{clock(entry.end_s)}"


def _cut(
    roster: list[Shift], typed: Disruptions, faults: list[str], notes: list[str]
) -> list[Shift]:
    """The roster with shifts of the first day that begin later, or end earlier."""
    day = typed.days[0]
    for option, texts in (("--late", typed.late), ("--leaves", typed.leaves)):
        for text in texts:
            who, _, moment = text.partition(",")
            times = _times(f"{moment}-{moment}")
            mine = [
                i for i, shift in enumerate(roster)
                if times and shift.kind == "work" and (shift.staff_id, shift.date) == (who, day)
                and shift.start_s < times[0] < shift.end_s
            ]  # fmt: skip
            if times is None or not mine:
                faults.append(f"{option} {text}: skriv {TIME_FORM}, en tid inom hennes pass")
                continue
            is_late = option == "--late"
            was = roster[mine[0]]
            roster[mine[0]] = (
                replace(was, start_s=times[0]) if is_late else replace(was, end_s=times[0])
            )
            notes.append(f"{'kommer' if is_late else 'går'} {clock(times[0])}: {who} {day}")
    return roster


def _home_again(
    clients: list[Client], typed: Disruptions, faults: list[str], notes: list[str]
) -> list[Client]:
    """The clients, with pauses ended the day before for those who are back."""
    day, before = typed.days[0], typed.days[0] - dt.timedelta(1)
    back = set(typed.home)
    for client_id in sorted(back):
        known = next((client for client in clients if client.client_id == client_id), None)
        if known is None or known.is_served_on(day):
            faults.append(f"--home {client_id}: har inget uppehåll {day}")
    made = []
    for client in clients:
        if client.client_id in back and client.pause_from is not None:
            notes.append(f"hemma igen: {client.client_id} {day}")
            is_over = client.pause_from > before
            client = replace(
                client, pause_from=None if is_over else client.pause_from,
                pause_to=None if is_over else before,
            )  # fmt: skip
        made.append(client)
    return made


def _with_keys(
    clients: list[Client], typed: Disruptions, faults: list[str], notes: list[str]
) -> list[Client]:
    """The clients, with the kinds of keys that have been changed."""
    asked: dict[str, bool] = {}
    for text in typed.keys:
        who, _, said = text.partition(",")
        if said not in ("ja", "nej") or who not in {client.client_id for client in clients}:
            faults.append(f"--key {text}: skriv {KEY_FORM}")
            continue
        asked[who] = said == "ja"
        notes.append(f"{'nyckel' if asked[who] else 'ingen nyckel'}: {who}")
    return [
        replace(client, physical_key=asked.get(client.client_id, client.physical_key))
        for client in clients
    ]


def _vacant(
    municipality: Municipality, typed: Disruptions, faults: list[str], notes: list[str]
) -> tuple[list[Staff], list[Shift]]:
    """Placeholders with the delegations of their whole team, and their shifts.

    Whoever takes the shift must hold what the visits on it need; the plan says which they are.
    """
    staff, shifts = list[Staff](), list[Shift]()
    taken = set(municipality.staff_by_id)
    for text in typed.vacant:
        team_id, _, span = text.partition(",")
        colleagues = [carer for carer in municipality.staff if carer.team_id == team_id]
        times = _times(span)
        if not colleagues or times is None or times[0] >= times[1]:
            faults.append(f"--vacant {text}: skriv {VACANT_FORM}")
            continue
        name = next(n for n in (f"{VACANT}-{i}" for i in range(1, 10_000)) if n not in taken)
        taken.add(name)
        modes = [carer.travel_mode for carer in colleagues]
        skills = {skill: dt.date.max for carer in colleagues for skill in carer.skills}
        noon_s = municipality.hours.noon_s
        staff.append(
            Staff(
                name, "floater", "evening" if times[0] >= noon_s else "day", team_id=team_id,
                skills=skills, travel_mode=max(sorted(set(modes)), key=modes.count),
            )
        )  # fmt: skip
        shifts += (Shift(name, day, *times) for day in typed.days)
        notes.append(f"vakant pass: {name} i lag {team_id} {span}")
    return staff, shifts


def _paused(
    municipality: Municipality, typed: Disruptions, faults: list[str], sentences: list[str]
) -> Iterable[Client]:
    away = set(typed.away)
    for who in sorted(away - set(municipality.client_by_id)):
        faults.append(f"--away {who}: brukaren finns inte")
    first, last = typed.days[0], typed.days[-1]
    for client in municipality.clients:
        if client.client_id not in away:
            yield client
            continue
        sentences.append(f"borta: {client.client_id} {first} – {last}")
        begin, end = first, last
        if client.pause_from is not None:
            touches = client.pause_from <= last + dt.timedelta(1) and (
                client.pause_to is None or client.pause_to >= first - dt.timedelta(1)
            )
            if touches:
                begin = min(begin, client.pause_from)
                end = max(end, client.pause_to or dt.date.max)
            elif client.pause_to is None or client.pause_to >= first:
                faults.append(
                    f"--away {client.client_id}: har redan ett uppehåll från {client.pause_from}; "
                    "ändra det i tabellen Brukare"
                )
        yield replace(client, pause_from=begin, pause_to=None if end == dt.date.max else end)


def _extra(municipality: Municipality, typed: Disruptions, faults: list[str]) -> Iterable[Shift]:
    for text in typed.extra:
        who, _, span = text.partition(",")
        times = _times(span)
        if who not in municipality.staff_by_id:
            faults.append(f"--extra {text}: personen finns inte")
        elif times is None or times[0] >= times[1]:
            faults.append(f"--extra {text}: skriv {SHIFT_FORM}")
        else:
            yield from (Shift(who, day, *times) for day in typed.days)


def _cancelled(
    municipality: Municipality, typed: Disruptions, faults: list[str], notes: list[str]
) -> Iterable[Visit]:
    """The visits, with the days on which they are called off."""
    off = typed.off
    for visit_id in sorted(set(typed.cancelled) - set(municipality.visit_by_id)):
        faults.append(f"--cancel {visit_id}: besöket finns inte")
    for visit in municipality.visits:
        if visit.visit_id not in off:
            yield visit
            continue
        days = _days_off(visit, municipality, typed)
        if visit.visit_id in typed.cancelled:
            notes.append(f"avbokat: {visit.visit_id} {typed.days[0]}")
        visit = replace(visit, cancelled=visit.cancelled | days)
        if visit.pause_from is None:  # so that the tables that are written say it too
            visit = replace(visit, pause_from=min(days), pause_to=max(days))
        yield visit


def stand_ins(municipality: Municipality, typed: Disruptions) -> dict[str, str]:
    """Each visit that is shortened, and the id of the shorter one that stands in for it."""
    taken = set(municipality.visit_by_id)
    return {
        visit_id: next(n for n in (f"{visit_id}-K{i}" for i in range(1, 10_000)) if n not in taken)
        for visit_id in dict.fromkeys(text.partition(",")[0] for text in typed.shortened)
    }


def _shortened(
    municipality: Municipality, typed: Disruptions, faults: list[str], notes: list[str]
) -> Iterable[Visit]:
    """The shorter visits, on the days of the news alone, with what was ordered kept beside."""
    names = stand_ins(municipality, typed)
    for text in typed.shortened:
        visit_id, _, minutes = text.partition(",")
        visit = municipality.visit_by_id.get(visit_id)
        length_s = int(minutes) * MINUTE_S if minutes.isdigit() else 0
        if visit is None or not 0 < length_s < visit.duration_s:
            faults.append(f"--shorten {text}: skriv {SHORTEN_FORM}, färre minuter än besöket har")
            continue
        days = {day.weekday() for day in typed.days}
        if not visit.n_per_period:
            days &= set(visit.weekdays)
        notes.append(f"förkortat: {visit_id} {typed.days[0]} {minutes} min")
        yield replace(
            visit, visit_id=names[visit_id], duration_s=length_s, standard="",
            ordered_s=visit.ordered_s or visit.duration_s, weekdays=tuple(sorted(days)),
            every_weeks=1, n_per_period=0, last_done=None, next_due=None, pause_from=None,
            pause_to=None, cancelled=frozenset(), valid_from=typed.days[0],
            valid_to=typed.days[-1],
        )  # fmt: skip


def _days_off(visit: Visit, municipality: Municipality, typed: Disruptions) -> frozenset[dt.date]:
    """The days of the news; where the day is free, all days of that turn: it is not moved."""
    from data.care.care_calendar import due_turns

    off = set(typed.days)
    if visit.n_per_period:
        margin = dt.timedelta(7 * visit.every_weeks)
        client = municipality.client_by_id[visit.client_id]
        turns = due_turns(visit, client, typed.days[0] - margin, typed.days[-1] + margin)
        for day in typed.days:
            mine = [turn for turn in turns if day in turn.days]
            nearest = min(mine, key=lambda turn: abs(turn.day - day), default=None)
            off |= set(nearest.days if nearest else ())
    return frozenset(off)


def beyond_service(typed: Disruptions) -> frozenset[str]:
    """Clients who by the news get something besides service (OR-02)."""
    texts = [[part.strip() for part in text.split(",")] for text in typed.new_visits]
    return frozenset(
        parts[0] for parts in texts
        if len(parts) > 1 and TASK_WORDS.get(parts[1].lower()) not in SERVICE_TASKS
    )  # fmt: skip


def _new_visits(
    municipality: Municipality, typed: Disruptions, faults: list[str], sentences: list[str]
) -> Iterable[Visit]:
    taken = set(municipality.visit_by_id)
    for text in typed.new_visits:
        parts = [part.strip() for part in text.split(",")]
        times = _times(parts[3]) if len(parts) in (4, 5) else None
        if times is None or not parts[2].isdigit() or int(parts[2]) == 0 or times[0] > times[1]:
            faults.append(f"--new-visit {text}: skriv {VISIT_FORM}")
            continue
        client_id, task = parts[0], TASK_WORDS.get(parts[1].lower())
        if client_id not in municipality.client_by_id:
            faults.append(f"--new-visit {text}: brukaren finns inte")
            continue
        if task is None:
            faults.append(f"--new-visit {text}: insatsen finns inte")
            continue
        name = next(n for n in (f"{client_id}-N{i}" for i in range(1, 10_000)) if n not in taken)
        taken.add(name)
        skills = frozenset(parts[4].lower().split("+")) if len(parts) == 5 else frozenset[str]()
        sentences.append(f"nytt besök: {name} {text}")
        yield Visit(
            name, client_id, task, int(parts[2]) * MINUTE_S, *times,
            skills=skills, priority=_priority(task, skills),
            valid_from=typed.days[0], valid_to=typed.days[-1], hours=municipality.hours,
        )  # fmt: skip


def _priority(task: str, skills: frozenset[str]) -> int:
    """Class of a visit that the planner has not classed: delegated care first, service last."""
    if task in SERVICE_TASKS:
        return 3
    return 1 if skills or task == "medication" else 2


def _times(text: str) -> tuple[int, int] | None:
    """``07:00-15:00`` as seconds."""
    first, _, last = text.replace("–", "-").partition("-")
    try:
        return clock_s(first), clock_s(last)
    except ValueError:
        return None
