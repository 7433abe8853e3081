"""Today's plan, as exported from elsewhere, made a plan that is checked and measured like ours.

The times of visits are the export's own. Legs are real: network seconds and access seconds from
where the carer was before, so a row's ``wait_s`` is negative where today's plan leaves less time
than the way takes. That is the baseline a manager sees first (requirements 3: travel too tight).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from data.calendar import occurrences
from data.errors import Fault, InputError
from data.model import Client, Municipality, Shift, Staff, Visit
from data.plans import PlanRow, RoundPlan, RowKind, Team, TeamPlan, UnplannedRow
from data.privacy import safe_id
from data.tables import sources
from data.tables.columns import ROUNDS
from data.tables.headers import match_header
from data.tables.parsing import BAD, HEADER_SEARCH_ROWS, Findings, ParsedSheet, parse_sheet
from data.tables.raw import RawSheet
from data.travel import AccessRules, TravelTimes, access_s

NO_TEAM: Final = "Utan lag"
AREA: Final = "Hela"
MISSING: Final = "finns inte i den inlästa planen"


@dataclass(frozen=True)
class DrivenPlan:
    """Today's plan.

    Attributes
    ----------
    team_plan : TeamPlan
        The present division and contacts, as the municipality's tables have them.
    round_plan : RoundPlan
        What is driven; what is due and not there is unplanned.
    warnings : tuple of Fault
        Rows that could not be understood as a visit that is due.
    """

    team_plan: TeamPlan
    round_plan: RoundPlan
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Event:
    """One row of the export."""

    date: dt.date
    staff_id: str
    kind: RowKind
    visit: Visit | None
    start_s: int
    end_s: int
    carer_no: int = 0


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
) -> DrivenPlan:
    """Read an exported table of rounds: one row per visit, with date, carer and start.

    Parameters
    ----------
    path : Path or str
        CSV or XLSX; a row names its visit, or its client and the nearest visit that is due then.
    municipality : Municipality
    travel : TravelTimes
        Over the municipality's clients and bases.
    access : AccessRules, optional

    Raises
    ------
    InputError
        With every row that names an unknown carer, client or visit, or has no times.
    """
    path, findings = Path(path), Findings()
    sheets = _sheets(path, findings)
    events = [event for sheet in sheets for event in _events(sheet, municipality, findings)]
    if findings.faults:
        raise InputError(sorted(set(findings.faults)))
    team_plan = present_teams(municipality)
    rows = _rows(events, municipality, team_plan, travel, access or AccessRules())
    dates = tuple(sorted({event.date for event in events}))
    plan = RoundPlan(dates, rows, _missing(events, municipality, dates))
    return DrivenPlan(team_plan, plan, tuple(findings.warnings))


def _required_hits(raw: RawSheet) -> int:
    required = {column.name for column in ROUNDS.columns if column.is_required}
    return max(
        (
            len({match_header(ROUNDS.name, cell) for cell in row} & required)
            for row in raw.rows[:HEADER_SEARCH_ROWS]
        ),
        default=0,
    )


def _sheets(path: Path, findings: Findings) -> list[ParsedSheet]:
    raws = sources.raw_sheets(path, findings)
    n_required = sum(column.is_required for column in ROUNDS.columns)
    fitting = [raw for raw in raws if _required_hits(raw) == n_required] or raws[:1]
    parsed = [parse_sheet(raw, ROUNDS, findings) for raw in fitting]
    return [sheet for sheet in parsed if sheet is not None]


def _events(sheet: ParsedSheet, municipality: Municipality, findings: Findings) -> Iterable[_Event]:
    finder = _VisitFinder(municipality)
    names = ("date", "staff_id", "kind", "visit_id", "client_id", "start", "end", "duration_min")
    columns = [sheet.values(name) for name in names]
    order = sorted(  # earlier starts choose first, whatever the order of the rows
        range(len(sheet.row_numbers)),
        key=lambda at: (str(columns[0][at]), _number(columns[5][at]), str(columns[1][at]), at),
    )
    for at in order:
        values = tuple(column[at] for column in columns)
        if not any(value is BAD for value in values):
            event = _event(sheet, sheet.row_numbers[at], values, finder, findings)
            if event is not None:
                yield event


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


def _event(
    sheet: ParsedSheet, row: int, values: tuple[Any, ...], finder: _VisitFinder, findings: Findings
) -> _Event | None:
    day, staff_id, kind, visit_id, client_id, start_s, end_s, duration_s = values
    municipality = finder.municipality
    if staff_id not in municipality.staff_by_id:
        findings.faults.append(
            sheet.fault(row, "staff_id", f"{safe_id(staff_id)} saknas i personalen",
                        "Ska vara ett id från tabellen Personal.")
        )  # fmt: skip
        return None
    kind = kind or ("visit" if visit_id or client_id else "break")
    if kind in {"start", "end"}:
        return None
    visit: Visit | None = None
    if kind == "visit":
        known = visit_id in municipality.visit_by_id if visit_id else (
            client_id in municipality.client_by_id
        )  # fmt: skip
        if not known:
            findings.faults.append(
                sheet.fault(row, "visit_id" if visit_id else "client_id",
                            f"{safe_id(visit_id or client_id or '')} finns inte i indata",
                            "Ska vara ett id från tabellen Besök eller Brukare.")
            )  # fmt: skip
            return None
        length_s = duration_s or (0 if end_s is None else end_s - start_s)
        visit = finder.take(visit_id, client_id, day, (start_s, length_s))
        if visit is None:
            findings.warnings.append(
                sheet.fault(row, "client_id", "inget besök hos brukaren är kvar att göra då",
                            "Raden räknas inte med.", warn=True)
            )  # fmt: skip
            return None
    if end_s is None:
        length = duration_s or (visit.duration_s if visit is not None else 0)
        end_s = start_s + length
    if end_s <= start_s:
        findings.faults.append(
            sheet.fault(row, "end", "slutet är inte efter starten", "Fyll i Slut eller Minuter.")
        )
        return None
    n_before = finder.n_carers[visit.visit_id, day] if visit is not None else 0
    return _Event(day, staff_id, cast(RowKind, kind), visit, start_s, end_s, n_before)


class _VisitFinder:
    """Which visit a row means, each carer of a visit and date counted once."""

    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality
        self.n_carers: Counter[tuple[str, dt.date]] = Counter()

    def take(
        self, visit_id: str | None, client_id: str | None, day: dt.date, when: tuple[int, int]
    ) -> Visit | None:
        """The visit named, or the client's visit due that day that is nearest in time and length.

        ``when`` is the row's start and length in seconds; length 0 where it says none.
        """
        if visit_id:
            visit: Visit | None = self.municipality.visit_by_id[visit_id]
        else:
            visit = self._nearest(client_id or "", day, when)
        if visit is not None:
            self.n_carers[visit.visit_id, day] += 1
        return visit

    def _nearest(self, client_id: str, day: dt.date, when: tuple[int, int]) -> Visit | None:
        start_s, length_s = when

        def unlike(visit: Visit) -> tuple[int, int, int, str]:
            off_s = max(visit.earliest_s - start_s, start_s - visit.latest_s, 0)
            longer_s = abs(visit.duration_s - length_s) if length_s else 0
            return off_s, longer_s, visit.latest_s - visit.earliest_s, visit.visit_id

        due = [
            visit
            for visit in self.municipality.visits_of[client_id]
            if day.weekday() in visit.weekdays
            and visit.valid_from <= day <= visit.valid_to
            and visit.mode != "external"
            and self.n_carers[visit.visit_id, day] < visit.carers_required
        ]
        return min(due, key=unlike, default=None)


def _rows(
    events: Sequence[_Event],
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    access: AccessRules,
) -> tuple[PlanRow, ...]:
    """Rows of every carer's shift, with its legs."""
    shifts: dict[tuple[str, dt.date], list[Shift]] = defaultdict(list)
    for shift in municipality.roster:
        if shift.kind == "work":
            shifts[shift.staff_id, shift.date].append(shift)
    groups: dict[tuple[dt.date, str, Shift], list[_Event]] = defaultdict(list)
    for event in events:
        known = shifts.get((event.staff_id, event.date), [])
        nobody = Shift(event.staff_id, event.date, 0, 0)
        shift = max(known, key=lambda s: (_overlap_s(s, event), -s.start_s), default=nobody)
        groups[event.date, event.staff_id, shift].append(event)
    walker = _Walker(municipality, team_plan, travel, access)
    rows = [
        row
        for (_, staff_id, shift), found in groups.items()
        for row in walker.walk(municipality.staff_by_id[staff_id], shift, found)
    ]
    return tuple(sorted(rows, key=lambda row: (row.date, row.shift, row.round_id, row.seq)))


def _overlap_s(shift: Shift, event: _Event) -> int:
    return min(shift.end_s, event.end_s) - max(shift.start_s, event.start_s)


@dataclass(frozen=True)
class _Walker:
    """Lays a carer's events after each other with the legs between them."""

    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    access: AccessRules

    def walk(self, carer: Staff, shift: Shift, events: Sequence[_Event]) -> list[PlanRow]:
        """Rows of one shift: start, events by time, end."""
        ordered = sorted(events, key=lambda e: (e.start_s, e.end_s, e.visit.visit_id if e.visit
                                                else ""))  # fmt: skip
        if shift.end_s == 0:  # nobody rostered: the shift is what was driven
            shift = replace(shift, start_s=ordered[0].start_s, end_s=ordered[-1].end_s)
        round_id = f"{shift.date:%Y%m%d}-{carer.staff_id}-{shift.part}"
        own_team = self.team_plan.staff_team.get(carer.staff_id, "")
        blank = PlanRow(
            shift.date, shift.part, round_id, own_team, carer.staff_id, 0, "start", "", "", 0,
            shift.start_s, shift.start_s, shift.start_s, 0, 0, 0, carer.travel_mode, "",
        )  # fmt: skip
        rows = [blank]
        here: Client | None = None
        for event in ordered:
            row, here = self._step(carer, rows[-1], here, event, blank)
            rows.append(row)
        travel_s = self._travel_s(carer, here, None)
        arrive_s = rows[-1].end_s + travel_s
        rows.append(replace(blank, seq=len(rows), kind="end", arrive_s=arrive_s, start_s=arrive_s,
                            end_s=arrive_s, travel_s=travel_s))  # fmt: skip
        return rows

    def _step(
        self, carer: Staff, last: PlanRow, here: Client | None, event: _Event, blank: PlanRow
    ) -> tuple[PlanRow, Client | None]:
        visit = event.visit
        there = None if visit is None else self.municipality.client_by_id[visit.client_id]
        travel_s = door_s = 0
        if visit is not None and visit.mode == "digital":
            stays: Client | None = here
        else:
            stays = there
            travel_s = self._travel_s(carer, here, there)
            if there is not None:
                door_s = access_s(self.access, carer.travel_mode, here, there)
        arrive_s = last.end_s + travel_s + door_s
        row = replace(
            blank, seq=last.seq + 1, kind=event.kind, carer_no=event.carer_no, arrive_s=arrive_s,
            start_s=event.start_s, end_s=event.end_s, travel_s=travel_s, access_s=door_s,
            wait_s=event.start_s - arrive_s,
        )  # fmt: skip
        if visit is not None and there is not None:
            row = replace(
                row, visit_id=visit.visit_id, client_id=there.client_id,
                team_id=self.team_plan.team_of_client[there.client_id],
                tier=self.team_plan.tier(there.client_id, carer.staff_id, carer.role),
            )  # fmt: skip
        return row, stays

    def _travel_s(self, carer: Staff, here: Client | None, there: Client | None) -> int:
        base = self.travel.base_idx(self.team_plan.staff_base[carer.staff_id])
        start = base if here is None else self.travel.client_idx(here.client_id)
        goal = base if there is None else self.travel.client_idx(there.client_id)
        return self.travel.between(carer.travel_mode, start, goal)


def _missing(
    events: Sequence[_Event], municipality: Municipality, dates: Sequence[dt.date]
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
