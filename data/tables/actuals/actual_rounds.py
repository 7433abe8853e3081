"""Today's plan, as exported from elsewhere, made a plan that is checked and measured like ours.

The times of visits are the export's own. Legs are real: network seconds and access seconds from
where the carer was before, so a row's ``wait_s`` is negative where today's plan leaves less time
than the way takes. That is the baseline a manager sees first (requirements 3: travel too tight).

Nobody cleans an export first: a row that cannot be understood is left out, counted by reason and
told of as a fault of the export; only a file with no usable row stops the reading.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

from data.care.care_calendar import occurrences
from data.errors import Fault, InputError
from data.model import Municipality, Staff, Visit
from data.plans import RoundPlan, RowKind, Team, TeamPlan, UnplannedRow
from data.privacy import safe_id
from data.receipt import NO_RECEIPT, Receipt
from data.tables import sources
from data.tables.actuals import actual_rows as driven_rounds
from data.tables.actuals.actual_legs import Event, as_actual, rows_of
from data.tables.actuals.export_columns import CANCELLED, of_kind, stop_at_columns
from data.tables.actuals.visit_matching import (
    Asked,
    VisitFinder,
    asked_in,
    said_length_s,
)
from data.tables.files.raw import RawSheet
from data.tables.heading import HEADER_SEARCH_ROWS
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.parsing import parse_sheet
from data.tables.schema.columns import ROUNDS
from data.tables.schema.headers import match_header
from data.travel_times import AccessRules, TravelTimes

NO_TEAM: Final = "Utan lag"
AREA: Final = "Hela"
MISSING: Final = "finns inte i den inlästa planen"

UNKNOWN_CARER: Final = "okänd personal"
UNKNOWN_VISIT: Final = "okänd brukare eller okänt besök"
BAD_CELL: Final = "en cell som inte kan läsas"
NO_LENGTH: Final = "slutet är inte efter starten"
TWICE: Final = "samma rad två gånger"
NOTHING_LEFT: Final = "inget besök kvar att göra då"
DOUBLE_BOOKED: Final = "dubbelbokad: överlappar personens förra rad"
OTHER_DATES: Final = "utanför de dagar som jämförs"


@dataclass(frozen=True)
class ActualPlan:
    """Today's plan.

    Attributes
    ----------
    municipality : Municipality
        As given, with the day when each task whose weeks or day are free was first driven, from
        which its intervals count. Where the export names no carers, with one stand-in for each of
        its rounds, and their shifts as the roster.
    team_plan : TeamPlan
        The present division and contacts, as the municipality's tables have them.
    round_plan : RoundPlan
        What is driven; what is due and not there is unplanned.
    faults : tuple of Fault
        Faults of the export, row by row: rows left out, and carers who are double-booked.
    reasons : mapping of str to int
        The same, counted by what is wrong.
    warnings : tuple of Fault
        What was assumed of the file as a whole.
    n_rows, n_left_out : int
        Rows of the export (one for each date that it stands for), and how many are not in the plan.
    receipt : Receipt
        What of the export was read as what.
    kinds : frozenset of str
        Kinds of rows that the export holds at all.
    names_carers : bool
        Whether the export says who drives; without it continuity cannot be measured.
    """

    municipality: Municipality
    team_plan: TeamPlan
    round_plan: RoundPlan
    faults: tuple[Fault, ...]
    reasons: Mapping[str, int]
    warnings: tuple[Fault, ...]
    n_rows: int
    n_left_out: int
    names_carers: bool
    receipt: Receipt = NO_RECEIPT
    kinds: frozenset[str] = frozenset({"visit", "break", "handover", "meeting"})


def present_teams(municipality: Municipality) -> TeamPlan:
    """The division and the contacts that the tables state, as a `TeamPlan`."""
    members: dict[str, list[str]] = defaultdict(list)
    for client in municipality.clients:
        members[client.team_id or NO_TEAM].append(client.client_id)
    bases = municipality.bases

    def base_of(team_id: str) -> str:
        own = next((base for base in bases if team_id in base.team_ids), None)
        if own is not None:
            return own.base_id
        places = [municipality.client_by_id[client_id] for client_id in members.get(team_id, ())]
        if not places:
            return bases[0].base_id
        x = sum(client.x for client in places) / len(places)
        y = sum(client.y for client in places) / len(places)
        return min(bases, key=lambda base: (base.x - x) ** 2 + (base.y - y) ** 2).base_id

    staff = municipality.staff
    needy = [c for c in municipality.clients if c.needs_contact and not c.contact_id]
    return TeamPlan(
        tuple(
            Team(team_id, AREA, base_of(team_id), tuple(sorted(clients)))
            for team_id, clients in sorted(members.items())
        ),
        {c.client_id: c.contact_id for c in municipality.clients if c.contact_id},
        {c.client_id: c.vice_id for c in municipality.clients if c.vice_id},
        {carer.staff_id: carer.team_id for carer in staff if carer.team_id},
        {carer.staff_id: AREA for carer in staff},
        {carer.staff_id: carer.base_id or base_of(carer.team_id) for carer in staff},
        {carer.staff_id: carer.twin_id for carer in staff if carer.twin_id},
        {client.client_id: "ingen omsorgskontakt i dag" for client in needy},
    )


def read_rounds(
    path: Path | str,
    municipality: Municipality,
    travel: TravelTimes,
    access: AccessRules | None = None,
    *,
    dates: Sequence[dt.date] = (),
    ignore_unknown: bool = False,
) -> ActualPlan:
    """Read an exported table of rounds.

    Two layouts: a row per visit with date, carer and start; or a row per visit and weekday with
    the round (Slinga) that it belongs to, laid out on ``dates``.

    Parameters
    ----------
    path : Path or str
        A row names its visit, or its client and the nearest visit that is due then.
    municipality : Municipality
    travel : TravelTimes
        Over the municipality's clients and bases.
    access : AccessRules, optional
    dates : sequence of date, optional
        The days to be compared; else the export's own, or for a weekly export the roster's.
    ignore_unknown : bool
        Whether columns that may say when visits end, and whose headers are not understood, are left
        out where no other column says it; otherwise they stop the reading.

    Raises
    ------
    InputError
        Where the file or its header cannot be read, or no row of it can be used.
    """
    path, findings = Path(path), Findings()
    sheets, municipality, names_carers = _sheets(path, municipality, dates, findings)
    municipality = replace(municipality, staff=_all_from_base(municipality.staff))
    stop_at_columns(findings, ignore_unknown=ignore_unknown)
    findings.warnings.extend(_without_ends(sheets))
    reader = _Reader(municipality, frozenset(dates), findings, sheets)
    for sheet in sheets:
        reader.read(sheet)
    faults = tuple(sorted(set(findings.faults)))
    if not reader.events:
        nothing = Fault(
            path.name, "", 0, "", "ingen rad kunde läsas som ett besök",
            "Exporten ska ha datum, personal, besök eller brukare, och starttid.",
        )  # fmt: skip
        raise InputError([nothing, *faults])
    team_plan = present_teams(municipality)
    rows = rows_of(reader.events, municipality, team_plan, travel, access or AccessRules())
    driven = tuple(sorted(set(dates) or {event.date for event in reader.events}))
    if not names_carers:
        municipality = replace(municipality, roster=driven_rounds.shifts_of(rows))
    municipality = replace(municipality, visits=as_actual(municipality.visits, reader.events))
    plan = RoundPlan(driven, rows, _missing(reader.events, municipality, driven))
    return ActualPlan(
        municipality, team_plan, plan, faults, dict(reader.reasons), tuple(findings.warnings),
        reader.n_rows, reader.n_rows - len(reader.events) - reader.n_ends, names_carers,
        Receipt(tuple(findings.sheets)), frozenset(event.kind for event in reader.events),
    )  # fmt: skip


def _without_ends(sheets: Sequence[ParsedSheet]) -> list[Fault]:
    return [
        sheet.fault(0, "", "säger inte när besöken slutar",
                    "Varje besök räknas så långt som det är beställt.", warn=True)
        for sheet in sheets
        if not {"end", "duration_min"} & sheet.columns.keys()
    ]  # fmt: skip


def _all_from_base(staff: Sequence[Staff]) -> tuple[Staff, ...]:
    """Carers without homes: an export does not say who began where, so all are taken from base."""
    return tuple(replace(carer, starts_home=False, ends_home=False, home=None) for carer in staff)


def _required_hits(raw: RawSheet) -> int:
    required = {column.name for column in ROUNDS.columns if column.is_required}
    return max(
        (
            len({match_header(ROUNDS.name, cell) for cell in row} & required)
            for row in raw.rows[:HEADER_SEARCH_ROWS]
        ),
        default=0,
    )


def _sheets(
    path: Path, municipality: Municipality, dates: Sequence[dt.date], findings: Findings
) -> tuple[list[ParsedSheet], Municipality, bool]:
    """The sheets that hold rounds; the municipality with stand-ins; whether carers are named."""
    raws = sources.raw_sheets(path, findings, lambda raw: [raw])
    n_required = sum(column.is_required for column in ROUNDS.columns)
    fitting = [raw for raw in raws if _required_hits(raw) == n_required]
    if not fitting:
        laid = driven_rounds.laid_out(raws, municipality, dates or municipality.dates, findings)
        if laid is not None:
            return laid.sheets, laid.municipality, False
    nearly = [raw for raw in raws if _required_hits(raw) == n_required - 1]
    parsed = [
        parse_sheet(raw, ROUNDS, findings, of_kind(raw, is_performed=False))
        for raw in fitting or nearly or raws[:1]
    ]
    return [sheet for sheet in parsed if sheet is not None], municipality, True


class _Reader:
    """Makes events of the rows of an export, and keeps account of what is wrong with them."""

    def __init__(
        self,
        municipality: Municipality,
        dates: frozenset[dt.date],
        findings: Findings,
        sheets: Sequence[ParsedSheet],
    ) -> None:
        self.municipality, self.dates, self.findings = municipality, dates, findings
        asked = {row for sheet in sheets for row in asked_in(sheet)}
        self.finder = VisitFinder(
            municipality, (row for row in asked if not dates or row.day in dates)
        )
        self.events: list[Event] = []
        self.reasons: Counter[str] = Counter()
        self.n_rows = self.n_ends = 0
        self.seen: dict[tuple[object, ...], int] = {}

    def read(self, sheet: ParsedSheet) -> None:
        """Add a sheet's rows; earlier starts choose their visits first, whatever the order."""
        names = ("date", "staff_id", "kind", "visit_id", "client_id", "start", "end",
                 "duration_min", "status")  # fmt: skip
        columns = [sheet.values(name) for name in names]
        self.n_rows += len(sheet.row_numbers)
        order = sorted(
            range(len(sheet.row_numbers)),
            key=lambda row_idx: (
                str(columns[0][row_idx]),
                _number(columns[5][row_idx]),
                str(columns[1][row_idx]),
                row_idx,
            ),
        )
        events = []
        for row_idx in order:
            values = tuple(column[row_idx] for column in columns)
            if any(value is BAD for value in values):
                self.reasons[BAD_CELL] += 1
                continue
            event = self._event(sheet, sheet.row_numbers[row_idx], values)
            if event is not None:
                events.append(event)
        self._double_booked(sheet, events)
        self.events.extend(events)

    def _out(self, reason: str, sheet: ParsedSheet, row: int, column: str, what: str, do: str
             ) -> None:  # fmt: skip
        self.reasons[reason] += 1
        self.findings.faults.append(sheet.fault(row, column, what, do))

    def _event(self, sheet: ParsedSheet, row: int, values: tuple[Any, ...]) -> Event | None:
        day, staff_id, kind, visit_id, client_id, start_s, end_s, duration_s, status = values
        if status == "cancelled":
            self.reasons[CANCELLED] += 1
            return None
        kind = kind or ("visit" if visit_id or client_id else "break")
        if kind in {"start", "end"}:
            self.n_ends += 1
            return None
        if self.dates and day not in self.dates:
            self.reasons[OTHER_DATES] += 1
            return None
        if staff_id not in self.municipality.staff_by_id:
            self._out(UNKNOWN_CARER, sheet, row, "staff_id",
                      f"{safe_id(staff_id)} saknas i personalen",
                      "Ska vara ett id från tabellen Personal.")  # fmt: skip
            return None
        key = (day, staff_id, kind, visit_id, client_id, start_s)
        if self.seen.setdefault(key, row) != row:
            self._out(TWICE, sheet, row, "start", f"samma som rad {self.seen[key]}",
                      "Raden räknas en gång.")  # fmt: skip
            return None
        visit: Visit | None = None
        if kind == "visit":
            length_s = said_length_s(start_s, end_s, duration_s)
            asked = Asked(day, staff_id, visit_id or "", client_id or "", start_s, length_s)
            visit = self._visit(sheet, row, asked)
            if visit is None:
                return None
        if end_s is None:
            end_s = start_s + (duration_s or (visit.duration_s if visit is not None else 0))
        if end_s <= start_s:
            self._out(NO_LENGTH, sheet, row, "end", NO_LENGTH, "Fyll i Slut eller Minuter.")
            return None
        number = self.finder.n_carers[visit.visit_id, day] if visit is not None else 0
        return Event(day, staff_id, cast(RowKind, kind), visit, start_s, end_s, number, row)

    def _visit(self, sheet: ParsedSheet, row: int, asked: Asked) -> Visit | None:
        known = asked.visit_id in self.municipality.visit_by_id if asked.visit_id else (
            asked.client_id in self.municipality.client_by_id
        )  # fmt: skip
        if not known:
            self._out(UNKNOWN_VISIT, sheet, row, "visit_id" if asked.visit_id else "client_id",
                      f"{safe_id(asked.visit_id or asked.client_id)} finns inte i indata",
                      "Ska vara ett id från tabellen Besök eller Brukare.")  # fmt: skip
            return None
        visit = self.finder.take(asked)
        if visit is None:
            self._out(NOTHING_LEFT, sheet, row, "client_id",
                      "inget besök hos brukaren är kvar att göra då",
                      "Raden räknas inte med.")  # fmt: skip
        return visit

    def _double_booked(self, sheet: ParsedSheet, events: Sequence[Event]) -> None:
        """Tell of rows that begin before the same carer's last one ends; they stay in the plan."""
        events_of: dict[tuple[dt.date, str], list[Event]] = defaultdict(list)
        for event in events:
            events_of[event.date, event.staff_id].append(event)
        for day in events_of.values():
            latest = day[0]
            for _, event in pairwise(day):  # in order of start
                if event.start_s < latest.end_s:
                    self.reasons[DOUBLE_BOOKED] += 1
                    self.findings.faults.append(
                        sheet.fault(event.row, "start", f"personen är upptagen av rad {latest.row}",
                                    "Dubbelbokad; båda raderna räknas med.")
                    )  # fmt: skip
                latest = max(latest, event, key=lambda stop: stop.end_s)


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


def _missing(
    events: Sequence[Event], municipality: Municipality, dates: Sequence[dt.date]
) -> tuple[UnplannedRow, ...]:
    """What is due on the dates and was not driven."""
    left: Counter[tuple[str, dt.date]] = Counter(
        (event.visit.visit_id, event.date) for event in events if event.visit is not None
    )
    rows: list[UnplannedRow] = []
    for occurrence in occurrences(municipality, dates):
        visit = occurrence.visit
        made: Mapping[dt.date, int] = {d: left[visit.visit_id, d] for d in occurrence.dates}
        day = max(occurrence.dates, key=lambda d: (made[d], -d.toordinal()))
        n_made = min(made[day], visit.carers_required)
        left[visit.visit_id, day] = 0
        shown = day if n_made else occurrence.dates[0]
        rows.extend(
            UnplannedRow(shown, visit.visit_id, visit.client_id, number, visit.priority, MISSING)
            for number in range(n_made + 1, visit.carers_required + 1)
        )
    return tuple(sorted(rows, key=lambda row: (row.date, row.visit_id, row.carer_no)))
