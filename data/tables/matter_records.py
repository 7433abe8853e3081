"""Rows of the tables Ärenden and Tvättider as records, and what each kind must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from data.matter_model import LaundrySlot, Matter, MatterKind
from data.privacy import safe_id
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.schema.matter_tables import MATTERS_SV
from data.units import clock

if TYPE_CHECKING:
    from data.tables.records import Records

NEEDED: Final[Mapping[MatterKind, tuple[str, ...]]] = {
    "contact_change": ("client_id",), "welcome": ("client_id",), "care_plan": ("client_id",),
    "handover": ("client_id",), "takeover": ("client_id", "until"), "escort": ("client_id",),
    "temporary": ("visit_id",), "emergency": ("client_id", "clock"),
    "day_before": ("visit_id",), "introduction": ("staff_id", "tutor_id"),
}  # fmt: skip
"""Cells that each kind must have, beside its day."""

_NAMES: Final = (
    "kind", "day", "client_id", "visit_id", "staff_id", "tutor_id", "until", "clock", "done_on",
)  # fmt: skip


def matters(sheet: ParsedSheet, findings: Findings) -> list[tuple[Matter, ParsedSheet, int]]:
    """Matters of one sheet, each with its row; a row without what its kind needs is a fault."""
    columns = [sheet.values(name) for name in _NAMES]
    found = []
    for position, values in enumerate(zip(*columns, strict=True)):
        if BAD in values:
            continue
        row = sheet.row_numbers[position]
        given: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
        lacking = [name for name in NEEDED[given["kind"]] if given[name] is None]
        for name in lacking:
            findings.faults.append(
                sheet.fault(row, name, "tom cell",
                            f"{MATTERS_SV[given['kind']].capitalize()} kräver "
                            f"{sheet.table.column(name).header}.")
            )  # fmt: skip
        if given["until"] is not None and given["until"] < given["day"]:
            findings.faults.append(
                sheet.fault(row, "until", "slutdatum före startdatum", "Rätta datumen.")
            )
            continue
        if not lacking:
            one = Matter(
                given["kind"], given["day"], given["client_id"] or "", given["visit_id"] or "",
                given["staff_id"] or "", given["tutor_id"] or "", given["until"], given["clock"],
                given["done_on"],
            )  # fmt: skip
            found.append((one, sheet, row))
    return found


def matters_of_known(records: Records, findings: Findings) -> None:
    """Matters name what exists."""
    for one, sheet, row in records.matters:
        for column, known, table in (
            ("client_id", records.known_clients, "Brukare"),
            ("visit_id", records.known_visits, "Besök"),
            ("staff_id", records.known_staff, "Personal"),
            ("tutor_id", records.known_staff, "Personal"),
        ):
            name = getattr(one, column)
            if name and name not in known:
                findings.faults.append(
                    sheet.fault(row, column, f"{safe_id(name)} finns inte",
                                f"Ska vara ett id från tabellen {table}.")
                )  # fmt: skip
        if one.staff_id and one.staff_id == one.tutor_id:
            findings.faults.append(
                sheet.fault(row, "tutor_id", "samma person två gånger",
                            "Den nya går bredvid någon annan.")
            )  # fmt: skip


def laundry_slots(sheet: ParsedSheet, findings: Findings) -> list[LaundrySlot]:
    """Bookings of one sheet, one for each weekday."""
    found: list[LaundrySlot] = []
    names = ("building_id", "weekdays", "start", "end")
    for position, values in enumerate(zip(*map(sheet.values, names), strict=True)):
        if BAD in values:
            continue
        building, (weekdays, _), start_s, end_s = values
        if end_s <= start_s:
            findings.faults.append(
                sheet.fault(sheet.row_numbers[position], "end",
                            f"slutar {clock(end_s)}, före sin början", "Rätta klockslagen.")
            )  # fmt: skip
            continue
        found.extend(LaundrySlot(building, day, start_s, end_s) for day in weekdays)
    return found
