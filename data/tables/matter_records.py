"""Rows of Ärenden, Tvättider and Synpunkter as records, and what each kind must have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from data.matter_model import LaundrySlot, Matter, MatterKind, NoteKind, StaffNote
from data.privacy import safe_id
from data.tables.decision_records import unknown_names
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.schema.matter_tables import MATTERS_SV, NOTES_SV
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

NOTES_NEED: Final[Mapping[NoteKind, tuple[str, ...]]] = {
    "length": ("visit_id", "minutes"), "order": ("visit_id", "clock"), "street": ("text",),
    "parking": ("minutes",), "lock": ("text",), "proposal": ("text",),
}  # fmt: skip

_NAMES: Final = (
    "kind", "day", "client_id", "visit_id", "staff_id", "tutor_id", "until", "clock", "done_on",
)  # fmt: skip


def _rows(sheet: ParsedSheet, names: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row that can be read, by its number and with its cells by their columns' names."""
    columns = [sheet.values(name) for name in names]
    for row, values in zip(sheet.row_numbers, zip(*columns, strict=True), strict=True):
        if BAD not in values:
            yield row, dict(zip(names, values, strict=True))


def _note_lacking(
    sheet: ParsedSheet, row: int, lacking: Sequence[str], kind: str, findings: Findings
) -> None:
    """A fault for each cell that a row of its kind must have, and has not."""
    for name in lacking:
        header = sheet.table.column(name).header
        findings.faults.append(
            sheet.fault(row, name, "tom cell", f"{kind.capitalize()} kräver {header}.")
        )


def matters(sheet: ParsedSheet, findings: Findings) -> list[tuple[Matter, ParsedSheet, int]]:
    """Matters of one sheet, each with its row; a row without what its kind needs is a fault."""
    parsed = []
    for row, given in _rows(sheet, _NAMES):
        lacking = [name for name in NEEDED[given["kind"]] if given[name] is None]
        _note_lacking(sheet, row, lacking, MATTERS_SV[given["kind"]], findings)
        if given["until"] is not None and given["until"] < given["day"]:
            findings.faults.append(
                sheet.fault(row, "until", "slutdatum före startdatum", "Rätta datumen.")
            )
            continue
        if not lacking:
            matter = Matter(
                given["kind"], given["day"], given["client_id"] or "", given["visit_id"] or "",
                given["staff_id"] or "", given["tutor_id"] or "", given["until"], given["clock"],
                given["done_on"],
            )  # fmt: skip
            parsed.append((matter, sheet, row))
    return parsed


_NOTE_NAMES: Final = (
    "kind", "day", "client_id", "visit_id", "noted_by", "minutes", "clock", "text", "accepted",
    "decided_by", "decided_on",
)  # fmt: skip


def notes(sheet: ParsedSheet, findings: Findings) -> list[tuple[StaffNote, ParsedSheet, int]]:
    """What staff have noted, each with its row; texts are counted and told nowhere."""
    parsed = []
    for row, given in _rows(sheet, _NOTE_NAMES):
        lacking = [name for name in NOTES_NEED[given["kind"]] if given[name] in (None, "")]
        _note_lacking(sheet, row, lacking, NOTES_SV[given["kind"]], findings)
        if given["text"]:
            sheet.read.counts["synpunkter med text: behålls, och visas bara för planeraren"] += 1
        if not lacking:
            note = StaffNote(
                given["kind"], given["day"], given["client_id"], given["visit_id"] or "",
                given["noted_by"] or "", given["minutes"] or 0, given["clock"],
                given["text"] or "", given["accepted"], given["decided_by"] or "",
                given["decided_on"],
            )  # fmt: skip
            parsed.append((note, sheet, row))
    return parsed


def notes_of_known(records: Records, findings: Findings) -> None:
    """Notes are about clients who exist, and about visits of theirs."""
    client_of = {record.item.visit_id: record.item.client_id for record in records.visits}
    for note, sheet, row in records.notes:
        if note.client_id not in records.known_clients:
            findings.faults.append(
                sheet.fault(row, "client_id", f"{safe_id(note.client_id)} finns inte",
                            "Ska vara ett id från tabellen Brukare.")
            )  # fmt: skip
        elif note.visit_id and client_of.get(note.visit_id, note.client_id) != note.client_id:
            findings.faults.append(
                sheet.fault(row, "visit_id", f"{safe_id(note.visit_id)} är någon annans besök",
                            "Ska vara ett besök hos samma brukare.")
            )  # fmt: skip
        elif note.visit_id and note.visit_id not in records.known_visits:
            findings.faults.append(
                sheet.fault(row, "visit_id", f"{safe_id(note.visit_id)} finns inte",
                            "Ska vara ett id från tabellen Besök.")
            )  # fmt: skip


def matters_of_known(records: Records, findings: Findings) -> None:
    """Matters name what exists."""
    for matter, sheet, row in records.matters:
        for column, problem, allowed in unknown_names(matter, records, "tutor_id"):
            findings.faults.append(sheet.fault(row, column, problem, allowed))
        if matter.staff_id and matter.staff_id == matter.tutor_id:
            findings.faults.append(
                sheet.fault(row, "tutor_id", "samma person två gånger",
                            "Den nya går bredvid någon annan.")
            )  # fmt: skip


def laundry_slots(sheet: ParsedSheet, findings: Findings) -> list[LaundrySlot]:
    """Bookings of one sheet, one for each weekday."""
    slots: list[LaundrySlot] = []
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
        slots.extend(LaundrySlot(building, day, start_s, end_s) for day in weekdays)
    return slots
