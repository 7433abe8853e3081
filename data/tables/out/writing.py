"""The same tables out again: one XLSX with instructions first, or a folder of CSV.

What is written reads back to the same municipality. Spreadsheets get no formulas and no links
from anyone's text; CSV cells that a spreadsheet would calculate get an apostrophe before them,
which the reader takes away (faults.md F7, F8).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from data import atomic
from data.care.decisions import undecided
from data.errors import NotAvailableError
from data.geo import crs
from data.matter_model import LaundrySlot
from data.model import (
    DATE_MAX,
    DATE_MIN,
    Base,
    Client,
    Decision,
    Municipality,
    Pin,
    Shift,
    Staff,
    Visit,
)
from data.tables.schema import care_cells, columns, vocabulary
from data.tables.schema.columns import TABLES, Table
from data.units import DAY_S, WEEKDAYS_SV, clock, clock_exact, wall_s

Row = Mapping[str, Any]

_FORMULA_CHARACTERS: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_UNSAFE: Final = frozenset(_FORMULA_CHARACTERS)
_CSV_NAMES: Final = {
    "clients": "brukare.csv", "visits": "besok.csv", "staff": "personal.csv",
    "roster": "schema.csv", "bases": "lokaler.csv", "task_codes": "insatskoder.csv",
    "pins": "lasningar.csv", "decisions": "beslut.csv", "municipality": "kommun.csv",
    "matters": "arenden.csv", "laundry": "tvattider.csv", "notes": "synpunkter.csv",
}  # fmt: skip


def csv_safe(text: str) -> str:
    """Text that no spreadsheet calculates: an apostrophe before =, +, -, @, tab and return."""
    return f"'{text}" if text.startswith(_FORMULA_CHARACTERS) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as semicolon CSV that a Swedish Excel opens by a double click.

    Text cells are made formula-safe; floats are written with decimal comma, in full.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:  # nearly all cells are numbers, or text that is safe
        writer.writerow([
            cell
            if (kind := cell.__class__) is int or (kind is str and cell[:1] not in _UNSAFE)
            else _csv_cell(cell)
            for cell in row
        ])  # fmt: skip
    return "\ufeff" + buffer.getvalue()


def _csv_cell(cell: Any) -> str:
    if isinstance(cell, str):  # nearly all
        return csv_safe(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return repr(cell).replace(".", ",") if not cell.is_integer() else str(int(cell))
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)


def _time(time_s: int) -> str:
    return clock(time_s) if time_s % 60 == 0 else clock_exact(time_s)


def _minutes(time_s: int) -> int | float:
    return time_s // 60 if time_s % 60 == 0 else time_s / 60


def _day(day: dt.date | None) -> dt.date | None:
    return None if day in (None, DATE_MIN, DATE_MAX) else day


def weekdays_text(visit: Visit) -> str:
    """Weekdays as the tables say them: "alla dagar", "mån-fre", "tis, tor", "1 av mån-fre"."""
    text = _days_text(visit.weekdays)
    return f"{visit.n_per_period} av {text}" if visit.n_per_period else text


def _days_text(days: Sequence[int]) -> str:
    if len(days) == 7:
        return "alla dagar"
    if len(days) > 2 and tuple(days) == tuple(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS_SV[days[0]]}-{WEEKDAYS_SV[days[-1]]}"
    return ", ".join(WEEKDAYS_SV[day] for day in days)


def _client(client: Client) -> Row:
    return {
        "client_id": client.client_id, "x": client.x, "y": client.y,
        "dwelling": vocabulary.DWELLINGS_SV[client.dwelling], "building_id": client.building_id,
        "household_id": client.household_id, "together_id": client.together_id,
        "physical_key": client.physical_key,
        "team_id": client.team_id, "contact_id": client.contact_id, "vice_id": client.vice_id,
        "needs_contact": client.needs_contact,
        "preferred_staff": "; ".join(sorted(client.preferred_staff)),
        "blocked_staff": "; ".join(sorted(client.blocked_staff)), "language": client.language,
        "pets": client.pets, "protected": client.protected, "pause_from": client.pause_from,
        "pause_to": client.pause_to, "granted_min_week": client.granted_min_week,
        "locked_team": client.locked_team, "provider": client.provider,
        "valid_from": _day(client.valid_from), "valid_to": _day(client.valid_to),
        "wished_sex": vocabulary.SEX_SV.get(client.wished_sex), **care_cells.client_cells(client),
    }  # fmt: skip


def _lags(visit: Visit) -> str:
    parts = []
    for lag in visit.gap_after:
        most = "" if lag.max_s == DAY_S else f"-{_minutes(lag.max_s)}"
        parts.append(f"{lag.visit_id}:{_minutes(lag.min_s)}{most}")
    return "; ".join(parts)


def _visit(visit: Visit) -> Row:
    return {
        "visit_id": visit.visit_id, "client_id": visit.client_id,
        "task": vocabulary.TASKS_SV.get(visit.task, visit.task),
        "shift": vocabulary.SHIFT_GROUPS_SV[visit.shift], "weekdays": weekdays_text(visit),
        "duration_min": visit.standard or _minutes(visit.ordered_s or visit.duration_s),
        "estimate_min": _minutes(visit.duration_s) if visit.ordered_s else None,
        **care_cells.visit_cells(visit), "earliest": _time(wall_s(visit.earliest_s)),
        "latest": _time(wall_s(visit.latest_s)), "every_weeks": visit.every_weeks,
        "n_per_period": visit.n_per_period,
        "wished": None if visit.wished_s is None else _time(wall_s(visit.wished_s)),
        "carers_required": visit.carers_required,
        "skills": "; ".join(care_cells.own_skills(visit.skills)),
        "priority": visit.priority, "mode": vocabulary.VISIT_MODES_SV[visit.mode],
        "gap_after": _lags(visit), "window_source": vocabulary.SOURCES_SV[visit.window_source],
        "valid_from": _day(visit.valid_from), "valid_to": _day(visit.valid_to),
        "last_done": visit.last_done, "next_due": visit.next_due,
        "usual": None if visit.usual_s is None else _time(wall_s(visit.usual_s)),
    }  # fmt: skip


def _delegations(carer: Staff) -> str:
    return "; ".join(
        skill if valid_to == DATE_MAX else f"{skill} ({valid_to.isoformat()})"
        for skill in care_cells.own_skills(carer.skills)
        for valid_to in (carer.skills[skill],)
    )


def _staff(carer: Staff) -> Row:
    return {
        "staff_id": carer.staff_id, "role": vocabulary.ROLES_SV[carer.role],
        "shift_group": vocabulary.SHIFT_GROUPS_SV[carer.shift_group],
        "title": vocabulary.TITLES_SV[carer.title], "team_id": carer.team_id,
        "skills": _delegations(carer), "travel_mode": vocabulary.MODES_SV[carer.travel_mode],
        "employment_pct": carer.employment_pct, "transition": carer.transition,
        "twin_id": carer.twin_id, "pet_allergy": carer.pet_allergy,
        "languages": "; ".join(sorted(carer.languages)), "base_id": carer.base_id,
        "starts_home": carer.starts_home, "ends_home": carer.ends_home,
        "home_x": carer.home[0] if carer.home else None,
        "home_y": carer.home[1] if carer.home else None,
        "sex": vocabulary.SEX_SV.get(carer.sex), **care_cells.staff_cells(carer),
    }  # fmt: skip


def _shift(shift: Shift) -> Row:
    is_after = shift.start_s >= DAY_S
    return {
        "staff_id": shift.staff_id, "date": shift.date + dt.timedelta(is_after),
        "start": _time(shift.start_s % DAY_S), "end": _time(wall_s(shift.end_s)),
        "kind": shift.label or vocabulary.KINDS_SV[shift.kind],
    }  # fmt: skip


def _base(base: Base) -> Row:
    return {"base_id": base.base_id, "x": base.x, "y": base.y, "team_ids": "; ".join(base.team_ids)}


def _slot(slot: LaundrySlot) -> Row:
    return {
        "building_id": slot.building_id, "weekdays": WEEKDAYS_SV[slot.weekday],
        "start": _time(slot.start_s), "end": _time(slot.end_s),
    }  # fmt: skip


def pin_row(pin: Pin) -> Row:
    """One row of the table Låsningar."""
    return {
        "date": pin.date, "visit_id": pin.visit_id, "staff_id": pin.staff_id,
        "start": None if pin.start_s is None else _time(pin.start_s),
        "carer_no": pin.carer_no if pin.visit_id else None, "order": pin.order or None,
        "decided_by": pin.decided_by, "decided_on": pin.decided_on,
    }  # fmt: skip


def decision_row(decision: Decision) -> Row:
    """One row of the table Beslut."""
    return {
        "kind": vocabulary.DECISIONS_SV[decision.kind], "client_id": decision.client_id,
        "visit_id": decision.visit_id, "task": vocabulary.TASKS_SV.get(decision.task,
        decision.task),
        "staff_id": decision.staff_id, "twin_id": decision.twin_id, "team_id": decision.team_id,
        "weekdays": _days_text(decision.weekdays) if decision.weekdays else None,
        "start": None if decision.start_s is None else _time(decision.start_s),
        "valid_from": _day(decision.valid_from), "valid_to": _day(decision.valid_to),
        "decided_by": decision.decided_by, "decided_on": decision.decided_on,
    }  # fmt: skip


def table_rows(municipality: Municipality) -> dict[str, list[Row]]:
    """Every table of the municipality as rows of its columns, in the order of the model.

    Decisions stand in a table of their own, and the others as they are without them.
    """
    municipality = undecided(municipality)
    pins = {"pins": [pin_row(pin) for pin in municipality.pins]} if municipality.pins else {}
    if municipality.decisions:
        pins["decisions"] = [decision_row(decision) for decision in municipality.decisions]
    if municipality.matters:
        pins["matters"] = [care_cells.matter_row(matter) for matter in municipality.matters]
    if municipality.laundry:
        pins["laundry"] = [_slot(slot) for slot in municipality.laundry]
    if municipality.notes:
        pins["notes"] = [care_cells.note_row(note) for note in municipality.notes]
    return {
        **pins,
        "clients": [_client(c) for c in (*municipality.clients, *municipality.aside_clients)],
        "visits": [_visit(v) for v in _all_visits(municipality)],
        "staff": [_staff(c) for c in (*municipality.staff, *_of_layers(municipality, "staff"))],
        "roster": [_shift(s) for s in (*municipality.roster, *_of_layers(municipality, "roster"))],
        "bases": [_base(base) for base in municipality.bases],
        "municipality": [
            {
                "name": municipality.name,
                "epsg": str(municipality.epsg),
                "adopted": municipality.adopted_on,
            }
        ],
    }


def _all_visits(municipality: Municipality) -> tuple[Visit, ...]:
    theirs = _of_layers(municipality, "visits")
    return (*municipality.visits, *municipality.aside_visits, *theirs)


def _of_layers(municipality: Municipality, table: str) -> Iterator[Any]:
    """The rows that layers have of a table, layer by layer."""
    return (record for rows in municipality.layers for record in getattr(rows, table))


def _written_columns(table: Table) -> list[columns.Column]:
    skipped = {"address", "postcode", "city", "lat", "lon"}
    return [column for column in table.columns if column.name not in skipped]


def write_input(
    municipality: Municipality, path: Path | str, *, kind: Literal["csv", "parquet"] = "csv"
) -> list[Path]:
    """Write the tables that `read_input` reads back to the same municipality.

    Parameters
    ----------
    municipality : Municipality
    path : Path or str
        A file ending in ``.xlsx`` or ``.gpkg``, or a folder.
    kind : str
        What to write in a folder: ``csv`` or ``parquet``.

    Returns
    -------
    list of Path
        The files written, each atomically and readable by its owner only.
    """
    path = Path(path)
    rows = table_rows(municipality)
    tables = [table for table in TABLES if table.name in rows]
    if path.suffix.lower() in {".xlsx", ".gpkg"}:
        with atomic.replacing(path) as temporary:
            if path.suffix.lower() == ".xlsx":
                _write_xlsx(temporary, tables, rows)
            else:
                _write_geopackage(temporary, tables, rows, municipality.epsg)
        return [path]
    written = []
    for table in tables:
        file = (path / _CSV_NAMES[table.name]).with_suffix(f".{kind}")
        used = _written_columns(table)
        header = [column.header for column in used]
        cells = [[row.get(column.name) for column in used] for row in rows[table.name]]
        if kind == "csv":
            atomic.write_text(file, csv_text(header, cells))
        else:
            with atomic.replacing(file) as temporary:
                _write_parquet(temporary, header, cells)
        written.append(file)
    return written


def _write_parquet(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NotAvailableError(
            "Parquet skrivs bara med tillägget parquet. Installera hemrunda[parquet], eller välj "
            "Excel eller CSV."
        ) from None

    def column(column_idx: int) -> Any:
        values = [row[column_idx] for row in rows]
        if any(isinstance(value, float) for value in values):  # minutes may be whole or not
            values = [None if value is None else float(value) for value in values]
        return pyarrow.array(values)

    columns_of = [column(i) for i in range(len(header))]
    pyarrow.parquet.write_table(pyarrow.table(columns_of, names=list(header)), path)


def _write_geopackage(
    path: Path, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]], epsg: int
) -> None:
    from data.geo.geopackage import Layer, write_geopackage

    layers = []
    for table in tables:
        names = [column.name for column in table.columns]
        is_placed = "x" in names
        used = [c for c in _written_columns(table) if not is_placed or c.name not in {"x", "y"}]
        points = [(row["x"], row["y"]) for row in rows[table.name]] if is_placed else None
        cells = [[_plain(row.get(column.name)) for column in used] for row in rows[table.name]]
        kinds = {
            c.header: _sql_type([row[column_idx] for row in cells])
            for column_idx, c in enumerate(used)
        }
        layers.append(Layer(table.sheet, kinds, cells, points))
    write_geopackage(path, layers, epsg)


def _sql_type(values: Sequence[Any]) -> str:
    """The narrowest type that a GIS shows the values of a column in."""
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, bool}:
        return "INTEGER"
    return "REAL" if kinds and kinds <= {int, bool, float} else "TEXT"


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def _write_xlsx(path: Path, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]]) -> None:
    from data.tables.out.workbook import Workbook

    with Workbook(path, title="Hemrunda indata") as book:
        book.instructions()
        for table in tables:
            used = _written_columns(table)
            cells = [[row.get(column.name) for column in used] for row in rows[table.name]]
            book.sheet(table.sheet, [column.header for column in used], cells)


__all__ = ["crs", "csv_safe", "csv_text", "table_rows", "weekdays_text", "write_input"]
