"""Rounds (slingor) of an export that says neither who drives them nor on which dates.

A planning system's export with one row per visit and weekday holds the round of each visit. Laid
out on the roster's dates, with one stand-in carer for each round, it becomes a plan whose ways,
times and loads can be checked and measured; who comes to whom cannot.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from data.care.care_calendar import occurrences_of
from data.care.recurrence import is_due_week, week_no
from data.model import Municipality, Shift, Staff
from data.plans import PlanRow
from data.tables import layouts
from data.tables.files.raw import Cell, RawSheet
from data.tables.parsed import Findings, ParsedSheet
from data.tables.parsing import parse_sheet
from data.tables.schema import cells, how_often
from data.tables.schema import clock_times as times
from data.tables.schema.columns import ROUNDS
from data.tables.schema.headers import header_key

_OWN: Final[Mapping[str, str]] = {
    "date": "weekday", "staff_id": "round", "kind": "tasks", "client_id": "client_id",
    "start": "start", "duration_min": "length",
}  # fmt: skip
"""Which of the export's columns, by its meaning there, becomes which column of the rounds."""


@dataclass(frozen=True)
class LaidOut:
    """The export's rounds on dates: parsed sheets, and the municipality with stand-ins."""

    sheets: list[ParsedSheet]
    municipality: Municipality


def laid_out(
    raws: Sequence[RawSheet],
    municipality: Municipality,
    dates: Sequence[dt.date],
    findings: Findings,
) -> LaidOut | None:
    """The rounds of exports with a row per visit and weekday; None where no sheet is one.

    Parameters
    ----------
    raws : sequence of RawSheet
        As stored.
    municipality : Municipality
    dates : sequence of date
        Where the weekdays are laid out.
    findings : Findings
        Faults and notes are added to it.
    """
    sheets = []
    for raw in raws:
        export = layouts.export_of(raw)
        if export is None or "round" not in export[1]:
            continue
        source, column_of = export
        own = {header_key(source.header[column_of[key]]): name for name, key in _OWN.items()}
        sheet = parse_sheet(
            _on_dates(source, column_of, municipality, dates), ROUNDS, findings, own
        )
        if sheet is not None:
            sheets.append(sheet)
    return LaidOut(sheets, _with_stand_ins(municipality, sheets)) if sheets else None


def _on_dates(
    source: layouts.Source,
    column_of: Mapping[str, int],
    municipality: Municipality,
    dates: Sequence[dt.date],
) -> RawSheet:
    """One row for each date on which a row of the export is driven."""
    free = _FreeDays(municipality, dates)
    rows: list[list[Cell]] = [[source.header[column_of[key]] for key in _OWN.values()]]
    numbers = [source.header_at + 1]

    def cell(row: Sequence[Cell], name: str) -> Cell:
        index = column_of.get(name, len(row))
        return row[index] if index < len(row) else None

    for number, row in source.rows():
        if _is_resting(cell(row, "resting")):
            continue
        client = cell(row, "client_id")
        kind = None if client not in (None, "") else cell(row, "tasks")
        for day in _days(cell(row, "weekday"), client, cell(row, "length"), free):
            rows.append([day, cell(row, "round"), kind, client, cell(row, "start"),
                         cell(row, "length")])  # fmt: skip
            numbers.append(number)
    raw = source.raw
    note = layouts.note(
        raw, "lästes som slingor per veckodag, lagda på schemats dagar",
        "Exporten säger inte vem som kör: varje slinga räknas som en egen medarbetare.",
    )  # fmt: skip
    return RawSheet(
        raw.file, raw.sheet, rows, raw.n_hidden_rows, raw.is_hidden, raw.has_merged_rows,
        [*raw.notes, note], ROUNDS.name, numbers,
    )  # fmt: skip


def _is_resting(cell: Cell) -> bool:
    try:
        return cell not in (None, "") and cells.yes_no(cell)
    except (ValueError, TypeError):
        return False


class _FreeDays:
    """Which dates a row means whose day is free: the turns of a visit like it, each used once."""

    def __init__(self, municipality: Municipality, dates: Sequence[dt.date]) -> None:
        self.municipality, self.dates = municipality, dates
        self._taken: set[str] = set()

    def of(
        self, client_id: str, every: int, n_per_period: int, length: Cell, fitting: list[dt.date]
    ) -> list[dt.date]:
        """A day of each turn; the first days of each period where the client has no such visit."""
        length_s = _seconds(length)
        alike = [
            visit
            for visit in self.municipality.visits_of.get(client_id, ())
            if (visit.every_weeks, visit.n_per_period) == (every, n_per_period)
            and visit.visit_id not in self._taken
        ]
        if alike:
            visit = min(
                alike,
                key=lambda candidate: (abs(candidate.duration_s - length_s), candidate.visit_id),
            )
            self._taken.add(visit.visit_id)
            client = self.municipality.client_by_id[client_id]
            return [occurrence.dates[0] for occurrence in occurrences_of(visit, client, self.dates)]
        by_period: dict[int, list[dt.date]] = defaultdict(list)
        for day in fitting:
            by_period[(day - self.dates[0]).days // (7 * every)].append(day)
        return [day for days in by_period.values() for day in days[:n_per_period]]


def _seconds(length: Cell) -> int:
    try:
        return int(times.minutes_as_s(length))
    except (ValueError, TypeError):
        return 0


def _days(cell: Cell, client: Cell, length: Cell, free: _FreeDays) -> list[Cell]:
    """The dates that a weekday means; the cell itself where it means none, to be told of."""
    every, text = layouts.recurrence(cell)
    try:
        weekdays, n_per_period = how_often.weekdays(text)
    except (ValueError, TypeError):
        return [cell]
    client_id = str(client or "").strip()
    fitting = [day for day in free.dates if day.weekday() in weekdays]
    if n_per_period:
        fitting = free.of(client_id, every, n_per_period, length, fitting)
    elif every > 1:
        fitting = _due(fitting, every, client_id, free.municipality)
    return [dt.datetime(day.year, day.month, day.day) for day in fitting]


def _due(
    days: Sequence[dt.date], every: int, client_id: str, municipality: Municipality
) -> list[dt.date]:
    """The days of the weeks in which a visit of the client with that interval is due."""
    alike = [
        visit
        for visit in municipality.visits_of.get(client_id, ())
        if visit.every_weeks == every and not visit.n_per_period
    ]
    return [
        day
        for day in days
        if any(day.weekday() in visit.weekdays and is_due_week(visit, day) for visit in alike)
        or (not alike and week_no(day) % every == 0)
    ]


def _with_stand_ins(municipality: Municipality, sheets: Sequence[ParsedSheet]) -> Municipality:
    """The municipality with one carer for each round, of the team that most of its clients have."""
    teams: dict[str, Counter[str]] = defaultdict(Counter)
    for sheet in sheets:
        for round_id, client_id in zip(
            sheet.values("staff_id"), sheet.values("client_id"), strict=True
        ):
            if isinstance(round_id, str):
                client = municipality.client_by_id.get(str(client_id))
                teams[round_id][client.team_id if client is not None else ""] += 1
    modes = Counter(carer.travel_mode for carer in municipality.staff)
    mode = min(modes, key=lambda name: (-modes[name], name), default="bike")
    skills = {skill: dt.date.max for visit in municipality.visits for skill in visit.skills}
    stand_ins = tuple(
        Staff(
            round_id, "floater", "both",
            team_id=min(n_of_team, key=lambda team: (-n_of_team[team], team)),
            skills=skills, travel_mode=mode,
        )
        for round_id, n_of_team in sorted(teams.items())
        if round_id not in municipality.staff_by_id
    )  # fmt: skip
    return replace(municipality, staff=(*municipality.staff, *stand_ins))


def shifts_of(rows: Sequence[PlanRow]) -> tuple[Shift, ...]:
    """The roster that the rounds themselves make: from leaving the base to being back."""
    ends: dict[tuple[str, dt.date, str], tuple[int, int]] = {}
    for row in rows:
        key = (row.staff_id, row.date, row.shift)
        first, last = ends.get(key, (row.start_s, row.end_s))
        ends[key] = min(first, row.start_s), max(last, row.end_s)
    return tuple(
        Shift(staff_id, day, first, max(last, first + 60))
        for (staff_id, day, _), (first, last) in sorted(ends.items())
    )
