"""Rows of parsed columns as frozen records of the model; each keeps the address of its row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from data.errors import Fault
from data.matter_model import LaundrySlot, Matter, StaffNote
from data.model import (
    DATE_MAX,
    DATE_MIN,
    PLANNING_TASKS,
    SERVICE_TASKS,
    Base,
    Client,
    Decision,
    Pin,
    RosterKind,
    Shift,
    Staff,
    Visit,
)
from data.tables import nights
from data.tables.client_places import Points
from data.tables.files.frozen_rows import quick_maker
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.schema import care_cells
from data.tables.schema.contract import Labelled
from data.tables.schema.how_often import Days
from data.tables.schema.vocabulary import TASK_WORDS, TASKS_SV
from data.tables.standard_minutes import Catalogue, resolved
from data.units import DAY_S

T = TypeVar("T")
_client, _visit, _shift = quick_maker(Client), quick_maker(Visit), quick_maker(Shift)


@dataclass(slots=True)  # frozen ones take thrice as long to make, and there is one for each row
class Record(Generic[T]):
    """A record, and the row it came from."""

    item: T
    sheet: ParsedSheet
    row: int

    def fault(self, column: str, problem: str, allowed: str, *, warn: bool = False) -> Fault:
        """A fault of one cell of the row."""
        return self.sheet.fault(self.row, column, problem, allowed, warn=warn)


@dataclass
class Records:
    """All records of all tables."""

    clients: list[Record[Client]]
    visits: list[Record[Visit]]
    staff: list[Record[Staff]]
    roster: list[Record[Shift]]
    bases: list[Record[Base]]
    known_clients: frozenset[str] = frozenset()
    """Every client id of the table, those of faulty rows included."""
    known_staff: frozenset[str] = frozenset()
    known_visits: frozenset[str] = frozenset()
    pins: list[Record[Pin]] = field(default_factory=list)
    decisions: list[tuple[Decision, ParsedSheet, int]] = field(default_factory=list)
    """Each with its sheet and row."""
    matters: list[tuple[Matter, ParsedSheet, int]] = field(default_factory=list)
    laundry: list[LaundrySlot] = field(default_factory=list)
    notes: list[tuple[StaffNote, ParsedSheet, int]] = field(default_factory=list)
    layer_staff: frozenset[str] = frozenset()


def _rows(sheet: ParsedSheet, names: tuple[str, ...]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Position and values of every row without a faulty cell among ``names``."""
    columns = [sheet.values(name) for name in names]
    faulty = {
        position
        for column in columns
        if BAD in column
        for position, value in enumerate(column)
        if value is BAD
    }
    for position, values in enumerate(zip(*columns, strict=True)):
        if position not in faulty:
            yield position, values


def _flags(sheet: ParsedSheet, findings: Findings) -> None:
    """The flag of protected data fails closed: no empty cell is taken for a no (C7, C8)."""
    if "protected" not in sheet.columns:
        findings.warnings.append(
            sheet.fault(0, "protected", "kolumnen saknas",
                        "Ingen brukare behandlas som skyddad. Lägg till kolumnen om någon är det.",
                        warn=True)
        )  # fmt: skip
        return
    values = sheet.columns["protected"]
    if all(value is None for value in values):
        findings.faults.append(
            sheet.fault(0, "protected", "hela kolumnen är tom", "Skriv ja eller nej på varje rad.")
        )
        return
    for position, value in enumerate(values):
        if value is None:
            findings.faults.append(
                sheet.fault(sheet.row_numbers[position], "protected", "tom cell",
                            "Skriv ja eller nej; tomt räknas inte som nej.")
            )  # fmt: skip


_CLIENT: Final = (
    "client_id", "dwelling", "building_id", "household_id", "together_id", "physical_key",
    "team_id", "contact_id", "vice_id", "needs_contact", "preferred_staff", "blocked_staff",
    "language", "pets", "protected", "pause_from", "pause_to", "granted_min_week", "locked_team",
    "provider", "valid_from", "valid_to", "wished_sex", *care_cells.CLIENT_NAMES,
)  # fmt: skip


def clients(
    sheet: ParsedSheet, points: Points, exempt: frozenset[str], findings: Findings
) -> list[Record[Client]]:
    """Clients of one sheet.

    Parameters
    ----------
    exempt : frozenset of str
        Ids of clients whose visits are service only, or who have none: they need no contact
        unless the table says so (OR-02).
    """
    _flags(sheet, findings)
    buildings = _buildings(sheet, points)
    records = []
    for position, values in _rows(sheet, _CLIENT):
        (client_id, dwelling, building, household, together, key, team, contact, vice, needs,
         preferred, blocked, language, pets, protected, pause_from, pause_to, granted, locked,
         provider, valid_from, valid_to, wished_sex, *care) = values  # fmt: skip
        x, y = float(points[0][position]), float(points[1][position])
        if x != x:  # NaN: no place, and its fault is told already
            continue
        client = _client(
            client_id, x, y, dwelling or "house", building or buildings[position],
            household or "", bool(key), team or "", contact or "", vice or "",
            (client_id not in exempt) if needs is None else needs, frozenset(preferred or ()),
            frozenset(blocked or ()), language or "", bool(pets), bool(protected), pause_from,
            pause_to, granted or 0, bool(locked), provider or "", valid_from or DATE_MIN,
            valid_to or DATE_MAX, together or "", wished_sex or "",
            **care_cells.client_fields(care),
        )  # fmt: skip
        records.append(Record(client, sheet, sheet.row_numbers[position]))
    return records


def _buildings(sheet: ParsedSheet, points: Points) -> list[str]:
    """Where the table names no buildings: rows at one and the same point share one."""
    if "building_id" in sheet.columns:
        return [""] * len(sheet.row_numbers)
    keys = [
        "" if x != x else f"p{round(x * 10)}-{round(y * 10)}"
        for x, y in zip(points[0].tolist(), points[1].tolist(), strict=True)
    ]
    counts = Counter(keys)
    return [key if counts[key] > 1 else "" for key in keys]


_VISIT: Final = (
    "visit_id", "client_id", "task", "duration_min", "earliest", "latest", "shift", "weekdays",
    "every_weeks", "n_per_period", "wished", "carers_required", "skills", "priority", "mode",
    "gap_after", "window_source", "valid_from", "valid_to", "last_done", "next_due",
    "usual", *care_cells.VISIT_NAMES,
)  # fmt: skip


def visits(
    sheet: ParsedSheet, task_codes: Mapping[str, str], catalogue: Catalogue, findings: Findings
) -> list[Record[Visit]]:
    """Visits of one sheet; local task codes become planning types (FA-04) and minutes (LU-02)."""
    tasks, hours = _tasks(sheet, task_codes, findings), findings.hours
    records = []
    for position, values in _rows(sheet, _VISIT):
        (visit_id, client_id, code, length_s, earliest, latest, shift, (days, chosen), every,
         times, wished, carers, skills, priority, mode, gaps, source, valid_from, valid_to,
         last_done, next_due, usual, *care) = values  # fmt: skip
        task = tasks[position]
        is_night = nights.is_night_visit(earliest, latest, shift, hours) or care[-1] == "night"
        row = sheet.row_numbers[position]
        known_s = resolved(sheet, row, code, length_s, catalogue, findings)
        if known_s is None:
            continue
        more = care_cells.visit_fields(care, known_s)
        duration_s = more.pop("duration_s")
        layer = more["layer"] or ("night" if is_night else "")
        nights.note_layer(sheet, "besök", layer, findings)
        window: tuple[int, int] | None
        if is_night:
            wished, usual = nights.of_night(wished), nights.of_night(usual)
            window = nights.night_window(earliest, latest, duration_s, hours)
        else:
            window = _window(sheet, position, (earliest, latest, shift, duration_s), findings)
        every = (every or 1) if type(days) is tuple else _every(sheet, row, days, every, findings)
        if window is None or task is None or every is None:
            continue
        visit = _visit(
            visit_id, client_id, task, duration_s, window[0], window[1], days, every,
            chosen if times is None else times, wished, carers or 1, skills or frozenset(),
            priority or (3 if task in SERVICE_TASKS else 2), mode or "physical", gaps or (),
            source or "SoL", valid_from or DATE_MIN, valid_to or DATE_MAX, last_done, next_due,
            usual, hours=hours, **more,
        )  # fmt: skip
        records.append(Record(visit, sheet, row))
    return records


def _every(
    sheet: ParsedSheet, row: int, days: tuple[int, ...], every: int | None, findings: Findings
) -> int | None:
    """Weeks between; said in its own column, by the days ("varannan tisdag"), or by both alike."""
    by_days = days.every if isinstance(days, Days) else 0
    if by_days and every and every != by_days:
        findings.faults.append(
            sheet.fault(row, "weekdays", "dagarna säger ett annat antal veckor",
                        "Ska vara detsamma som i Varje antal veckor, eller stå bara där.")
        )  # fmt: skip
        return None
    return by_days or every or 1


def _tasks(
    sheet: ParsedSheet, task_codes: Mapping[str, str], findings: Findings
) -> list[str | None]:
    known = {**{word.casefold(): task for word, task in TASK_WORDS.items()}, **task_codes}
    result: list[str | None] = []
    unknown: dict[str, list[int]] = {}
    for position, code in enumerate(sheet.values("task")):
        task = known.get(code) if isinstance(code, str) else None
        result.append(task)
        if task is None and code is not BAD:
            unknown.setdefault(code, []).append(sheet.row_numbers[position])
    for code, rows in unknown.items():
        more = f" (och {len(rows) - 1} rader till)" if len(rows) > 1 else ""
        findings.faults.append(
            sheet.fault(rows[0], "task", f"okänd insats, {len(code)} tecken{more}",
                        "Lägg till koden på bladet Insatskoder, med en av: "
                        + ", ".join(TASKS_SV[name] for name in PLANNING_TASKS) + ".")
        )  # fmt: skip
    return result


def _window(
    sheet: ParsedSheet,
    position: int,
    given: tuple[int | None, int | None, str | None, int],
    findings: Findings,
) -> tuple[int, int] | None:
    """Earliest and latest start; from the shift where the table names no window."""
    earliest, latest, shift, duration_s = given
    row, hours = sheet.row_numbers[position], findings.hours
    if earliest is None and latest is None and shift is None:
        findings.faults.append(
            sheet.fault(row, "", "varken pass eller tidsfönster",
                        "Fyll i Pass, eller Tidigast start och Senast start.")
        )  # fmt: skip
        return None
    opens, closes = hours.span(shift, earliest or latest or 0)
    first = opens if earliest is None else earliest
    last = max(first, closes - duration_s) if latest is None else latest
    if last < first:
        findings.faults.append(
            sheet.fault(row, "latest", "senast start är före tidigast start",
                        "Går fönstret över midnatt: skriv natt i Pass, eller dela besöket.")
        )  # fmt: skip
        return None
    if last + duration_s > DAY_S:
        findings.faults.append(
            sheet.fault(row, "latest", "besöket kan sluta efter midnatt",
                        "Senast start plus minuterna får inte passera 24:00.")
        )  # fmt: skip
        return None
    return first, last


_STAFF: Final = (
    "staff_id", "role", "shift_group", "title", "team_id", "skills", "travel_mode",
    "employment_pct", "transition", "twin_id", "pet_allergy", "languages", "base_id",
    "starts_home", "ends_home", "sex", *care_cells.STAFF_NAMES,
)  # fmt: skip


def staff(sheet: ParsedSheet, homes: Points, findings: Findings) -> list[Record[Staff]]:
    """Carers of one sheet; a home that no shift begins or ends at is not kept."""
    records = []
    for position, values in _rows(sheet, _STAFF):
        (staff_id, role, group, title, team, skills, mode, pct, transition, twin, allergy,
         languages, base, starts, ends, sex, *care) = values  # fmt: skip
        layer = care[-1] or (group if group == "night" else "")
        nights.note_layer(sheet, "personal", layer, findings)
        x, y = float(homes[0][position]), float(homes[1][position])
        uses_home = bool(starts or ends)
        if uses_home and x != x:
            findings.faults.append(
                sheet.fault(sheet.row_numbers[position], "starts_home" if starts else "ends_home",
                            "hemmets plats saknas", "Fyll i Hem E och Hem N.")
            )  # fmt: skip
        more = care_cells.staff_fields(care)
        held = {**dict(skills or ()), **care_cells.experience_skills(more["experience"])}
        carer = Staff(
            staff_id, role, group, title, team or "", held, mode or "bike",
            pct or 100, bool(transition), twin or "", bool(allergy), languages or frozenset(),
            base or "", bool(starts), bool(ends), (x, y) if uses_home and x == x else None,
            sex or "", **more,
        )  # fmt: skip
        records.append(Record(carer, sheet, sheet.row_numbers[position]))
    return records


def roster(
    sheet: ParsedSheet, findings: Findings, night_staff: frozenset[str] = frozenset()
) -> list[Record[Shift]]:
    """Shifts of one sheet; leave and sickness may stand without times: the whole day."""
    records = []
    for position, values in _rows(sheet, ("staff_id", "date", "start", "end", "kind")):
        staff_id, day, start, end, kind = values
        row = sheet.row_numbers[position]
        if kind in {"leave", "sick"} and start is None and end is None:
            start, end = 0, DAY_S
        is_work = kind in (None, "work")
        is_night = is_work and staff_id in night_staff and not nights.is_by_day(start, end)
        if kind == "night" or is_night or (is_work and nights.is_night_shift(start, end)):
            nights.note_layer(sheet, "pass", "night", findings)
            shift = nights.night_shift(staff_id, day, start, end, findings.hours)
            records.append(Record(shift, sheet, row))
            continue
        if end == 0 and start:  # midnight at the end of the day
            end = DAY_S
        elif kind in {"leave", "sick"} and nights.is_night_shift(start, end):
            end += DAY_S
        if start is None or end is None:
            findings.faults.append(
                sheet.fault(row, "start" if start is None else "end", "tom cell",
                            "Ska vara ett klockslag, t.ex. 07:00.")
            )  # fmt: skip
            continue
        if end <= start:
            findings.faults.append(
                sheet.fault(row, "end", "passet slutar inte efter sin början",
                            "Ska vara senare än start; natt i Typ om det går över midnatt.")
            )  # fmt: skip
            continue
        what: RosterKind = "meeting" if isinstance(kind, Labelled) else kind or "work"
        label = getattr(kind, "label", "")
        entry = _shift(staff_id, day, start, end, what, label, findings.hours)
        records.append(Record(entry, sheet, row))
    return records


def pins(sheet: ParsedSheet, findings: Findings) -> list[Record[Pin]]:
    """Locks of one sheet; a row without a visit locks the whole round of its carer."""
    records = []
    names = ("date", "visit_id", "staff_id", "start", "carer_no", "order", "decided_by",
             "decided_on")  # fmt: skip
    for position, (day, visit, carer, start, number, order, by, on) in _rows(sheet, names):
        row = sheet.row_numbers[position]
        if not visit and not carer:
            findings.faults.append(
                sheet.fault(row, "visit_id", "varken besök eller personal",
                            "Ange besöket, eller personen vars hela runda låses.")
            )  # fmt: skip
        elif not visit and (start is not None or order):
            findings.faults.append(
                sheet.fault(row, "visit_id", "tid eller ordning utan besök", "Ange besöket.")
            )
        elif order and not carer:
            findings.faults.append(
                sheet.fault(row, "staff_id", "ordning utan personal",
                            "Ordningen gäller en persons dag: ange personen.")
            )  # fmt: skip
        else:
            pin = Pin(day, visit or "", carer or "", start, number or 1, order or 0, by or "", on)
            records.append(Record(pin, sheet, row))
    return records


def bases(sheet: ParsedSheet, points: Points) -> list[Record[Base]]:
    """Premises of one sheet."""
    records = []
    for position, (base_id, teams) in _rows(sheet, ("base_id", "team_ids")):
        x, y = float(points[0][position]), float(points[1][position])
        if x == x:
            base = Base(base_id, x, y, teams or ())
            records.append(Record(base, sheet, sheet.row_numbers[position]))
    return records


def date_range(shifts: list[Record[Shift]]) -> tuple[dt.date, dt.date] | None:
    """First and last date of the roster."""
    dates = [record.item.date for record in shifts]
    return (min(dates), max(dates)) if dates else None
