"""Visits as they were performed, from the planning system's export of actuals.

Rows of breaks, meetings and ways may be missing or there. A carer whom the staff's table does not
know is somebody all the same, and counts as a person the client met; a row whose client is not
known is left out, told of and counted. No streets are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.errors import Fault, InputError
from data.model import Municipality, Visit
from data.privacy import safe_id
from data.receipt import Receipt
from data.tables import sources
from data.tables.actuals.export_columns import CANCELLED, of_kind, stop_at_columns
from data.tables.actuals.visit_matching import Asked, VisitFinder, asked_in, said_length_s
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.parsing import parse_sheet
from data.tables.schema.columns import ROUNDS

UNKNOWN_CLIENT: Final = "okänd brukare eller okänt besök"
ASIDE: Final = "brukare som inte är i våra rundor"
BAD_CELL: Final = "en cell som inte kan läsas"
NO_LENGTH: Final = "slutet är inte efter starten"
TWICE: Final = "samma rad två gånger"
UNKNOWN_CARER: Final = "personal som inte finns i tabellen (räknas som en person)"
NOT_DUE: Final = "besök utöver de beställda (räknas)"

_NAMES: Final = (
    "date", "staff_id", "kind", "visit_id", "client_id", "start", "end", "duration_min", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PerformedVisit:
    """One carer at one client's."""

    date: dt.date
    staff_id: str
    client_id: str
    visit: Visit | None
    """The ordered visit that it is; None where nothing like it was left to make."""
    carer_no: int
    start_s: int
    end_s: int


@dataclass(frozen=True)
class Performed:
    """What an export of actuals holds.

    Attributes
    ----------
    visits : tuple of PerformedVisit
        In order of date, client, start and carer.
    faults : tuple of Fault
        Rows that were left out, one by one.
    reasons : mapping of str to int
        The same, and what was counted in spite of a doubt, by what is wrong.
    n_rows, n_left_out : int
    receipt : Receipt
    """

    visits: tuple[PerformedVisit, ...]
    faults: tuple[Fault, ...]
    reasons: Mapping[str, int]
    n_rows: int
    n_left_out: int
    receipt: Receipt

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The dates on which anything was performed, in order."""
        return tuple(sorted({visit.date for visit in self.visits}))


def read_performed(
    path: Path | str, municipality: Municipality, *, ignore_unknown: bool = False
) -> Performed:
    """Read an export of performed visits: a row for each carer's visit.

    Parameters
    ----------
    path : Path or str
        A table with date, carer, start, and visit or client; end or minutes.
    municipality : Municipality
        The tables; visits are recognised among its orders.
    ignore_unknown : bool
        As for `data.tables.actuals.actual_rounds.read_rounds`.

    Raises
    ------
    InputError
        Where the file or its header cannot be read, or no row of it can be used.
    """
    path, findings = Path(path), Findings()
    raws = sources.raw_sheets(path, findings, lambda raw: [raw])
    sheets = [parse_sheet(raw, ROUNDS, findings, of_kind(raw, is_performed=True)) for raw in raws]
    stop_at_columns(findings, ignore_unknown=ignore_unknown)
    usable = [sheet for sheet in sheets if sheet is not None]
    reader = _Reader(municipality, findings, usable)
    for sheet in usable:
        reader.read(sheet)
    faults = tuple(sorted(set(findings.faults)))
    if not reader.visits:
        nothing = Fault(
            path.name, "", 0, "", "ingen rad kunde läsas som ett utfört besök",
            "Exporten ska ha datum, personal, besök eller brukare, och starttid.",
        )  # fmt: skip
        raise InputError([nothing, *faults])
    performed = sorted(
        reader.visits, key=lambda v: (v.date, v.client_id, v.start_s, v.carer_no, v.staff_id)
    )
    return Performed(
        tuple(performed), faults, dict(sorted(reader.reasons.items())), reader.n_rows,
        reader.n_left_out, Receipt(tuple(findings.sheets)),
    )  # fmt: skip


class _Reader:
    """Makes performed visits of rows, and keeps account of what is wrong with them."""

    def __init__(
        self, municipality: Municipality, findings: Findings, sheets: Sequence[ParsedSheet]
    ) -> None:
        self.municipality, self.findings = municipality, findings
        self.aside = {client.client_id for client in municipality.aside_clients}
        asked = (row for sheet in sheets for row in asked_in(sheet))
        self.finder = VisitFinder(municipality, (row for row in map(self._known, asked) if row))
        self.visits: list[PerformedVisit] = []
        self.reasons: Counter[str] = Counter()
        self.n_rows = self.n_left_out = 0
        self.seen: dict[tuple[object, ...], int] = {}

    def read(self, sheet: ParsedSheet) -> None:
        """Add a sheet's rows; earlier starts are recognised first, whatever their order."""
        rows = list(zip(*map(sheet.values, _NAMES), strict=True))
        self.n_rows += len(rows)

        def when(row: int) -> tuple[str, int, str, int]:
            day, staff_id, start = rows[row][0], rows[row][1], rows[row][5]
            return str(day), start if isinstance(start, int) else -1, str(staff_id), row

        for row_number in sorted(range(len(rows)), key=when):
            self._row(sheet, sheet.row_numbers[row_number], rows[row_number])

    def _out(self, reason: str, sheet: ParsedSheet, row: int, fault: Sequence[str]) -> None:
        self.n_left_out += 1
        self.reasons[reason] += 1
        self.findings.faults.append(sheet.fault(row, *fault))

    def _row(self, sheet: ParsedSheet, row: int, values: tuple[Any, ...]) -> None:
        if BAD in values:
            self.n_left_out += 1
            self.reasons[BAD_CELL] += 1  # told of where it was parsed
            return
        day, staff_id, kind, visit_id, client_id, start_s, end_s, length_s, status = values
        if (kind or "visit") != "visit" or not (visit_id or client_id):
            return
        if status == "cancelled":
            self.n_left_out += 1
            self.reasons[CANCELLED] += 1
            return
        client_id = self._client_of(visit_id, client_id)
        if client_id is None:
            self._out(UNKNOWN_CLIENT, sheet, row,
                      ("visit_id" if values[3] else "client_id",
                       f"{safe_id(values[3] or values[4])} finns inte i indata",
                       "Ska vara ett id från tabellen Besök eller Brukare."))  # fmt: skip
            return
        if client_id in self.aside:
            self.n_left_out += 1
            self.reasons[ASIDE] += 1
            return
        asked_s = said_length_s(start_s, end_s, length_s)
        end_s = start_s + length_s if end_s is None and length_s else end_s
        if end_s is None or end_s <= start_s:
            self._out(NO_LENGTH, sheet, row, ("end", NO_LENGTH, "Fyll i Slut eller Minuter."))
            return
        key = (day, staff_id, client_id, start_s)
        if self.seen.setdefault(key, row) != row:
            self._out(TWICE, sheet, row, ("start", f"samma som rad {self.seen[key]}",
                                          "Raden räknas en gång."))  # fmt: skip
            return
        asked = Asked(day, staff_id, visit_id or "", client_id, start_s, asked_s)
        self._take(asked, (start_s, end_s))

    def _client_of(self, visit_id: str | None, client_id: str | None) -> str | None:
        visit = self.municipality.visit_by_id.get(visit_id or "")
        if visit is not None:
            return visit.client_id
        known = client_id in self.municipality.client_by_id or client_id in self.aside
        return client_id if known else None

    def _known(self, row: Asked) -> Asked | None:
        """The row by what the tables know; None where they know neither visit nor client."""
        client_id = self._client_of(row.visit_id, row.client_id)
        visit_id = row.visit_id if row.visit_id in self.municipality.visit_by_id else ""
        return None if client_id is None else row._replace(visit_id=visit_id, client_id=client_id)

    def _take(self, asked: Asked, span: tuple[int, int]) -> None:
        row = self._known(asked)
        visit = self.finder.take(row) if row is not None else None
        number = 1 if visit is None else self.finder.n_carers[visit.visit_id, asked.day]
        if visit is None:
            self.reasons[NOT_DUE] += 1
        if asked.staff_id not in self.municipality.staff_by_id:
            self.reasons[UNKNOWN_CARER] += 1
        self.visits.append(
            PerformedVisit(asked.day, asked.staff_id, asked.client_id, visit, number, *span)
        )
