"""The morning's news as a planner types it, laid over the tables: who is sick, away, or new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from data.errors import SettingsError
from data.model import SERVICE_TASKS, Client, Municipality, Shift, Visit
from data.tables.schema.clock_times import clock_s
from data.tables.schema.vocabulary import TASK_WORDS
from data.units import MINUTE_S, clock

VISIT_FORM: Final = "BRUKARE,INSATS,MINUTER,TID-TID eller BRUKARE,INSATS,MINUTER,TID-TID,DELEGERING"
SHIFT_FORM: Final = "PERSON,TID-TID"


@dataclass(frozen=True)
class News:
    """What holds on ``days``; all as the user typed it."""

    days: tuple[dt.date, ...]
    sick: Sequence[str] = ()
    away: Sequence[str] = ()
    extra: Sequence[str] = ()
    new_visits: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed, so that the news are in the tables."""
        return not (self.sick or self.away or self.extra or self.new_visits)


def with_news(municipality: Municipality, news: News) -> tuple[Municipality, list[str]]:
    """The tables with the news in them, and what was changed, in words.

    Raises
    ------
    SettingsError
        Where an id is unknown or a text cannot be read; every fault is named.
    """
    faults: list[str] = []
    sentences: list[str] = []
    roster = [*_without(municipality, news, faults, sentences), *_extra(municipality, news, faults)]
    clients = [*_paused(municipality, news, faults, sentences)]
    visits = [*municipality.visits, *_new_visits(municipality, news, faults, sentences)]
    if faults:
        raise SettingsError("\n  ".join(["Nyheterna kan inte läsas:", *faults]))
    sentences += [f"extra pass: {text}" for text in news.extra]
    changed = replace(
        municipality, roster=tuple(roster), clients=tuple(clients), visits=tuple(visits)
    )
    return changed, sentences


def _without(
    municipality: Municipality, news: News, faults: list[str], sentences: list[str]
) -> Iterable[Shift]:
    """The roster, with a line of illness over every work shift of those who are sick."""
    days, sick = set(news.days), set(news.sick)
    for who in sorted(sick - set(municipality.staff_by_id)):
        faults.append(f"--sick {who}: personen finns inte")
    yield from municipality.roster
    for line in municipality.roster:
        if line.kind == "work" and line.staff_id in sick and line.date in days:
            sentences.append(f"sjuk: {line.staff_id} {line.date} {_span(line)}")
            yield replace(line, kind="sick")


def _span(line: Shift) -> str:
    return f"{clock(line.start_s)}–{clock(line.end_s)}"


def _paused(
    municipality: Municipality, news: News, faults: list[str], sentences: list[str]
) -> Iterable[Client]:
    away = set(news.away)
    for who in sorted(away - set(municipality.client_by_id)):
        faults.append(f"--away {who}: brukaren finns inte")
    first, last = news.days[0], news.days[-1]
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


def _extra(municipality: Municipality, news: News, faults: list[str]) -> Iterable[Shift]:
    for text in news.extra:
        who, _, span = text.partition(",")
        times = _times(span)
        if who not in municipality.staff_by_id:
            faults.append(f"--extra {text}: personen finns inte")
        elif times is None or times[0] >= times[1]:
            faults.append(f"--extra {text}: skriv {SHIFT_FORM}")
        else:
            yield from (Shift(who, day, *times) for day in news.days)


def _new_visits(
    municipality: Municipality, news: News, faults: list[str], sentences: list[str]
) -> Iterable[Visit]:
    taken = set(municipality.visit_by_id)
    for text in news.new_visits:
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
            valid_from=news.days[0], valid_to=news.days[-1],
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
