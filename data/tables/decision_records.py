"""Rows of the table Beslut as decisions, the rules of what a row must say, and the rows again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from data.care.decisions import key_of
from data.model import DATE_MAX, DATE_MIN, Decision, DecisionKind, Visit
from data.privacy import safe_id
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.schema.vocabulary import DECISIONS_SV

if TYPE_CHECKING:
    from data.tables.records import Records

NEEDED: Final[Mapping[DecisionKind, tuple[tuple[str, ...], ...]]] = {
    "team": (("client_id",), ("team_id",)),
    "contact": (("client_id",), ("staff_id",)),
    "vice": (("client_id",), ("staff_id",)),
    "twin": (("staff_id",), ("twin_id",)),
    "person": (("visit_id", "client_id"), ("staff_id",)),
    "day": (("visit_id",), ("weekdays",)),
    "time": (("visit_id",), ("start",)),
}
"""Cells that each kind must have: one of each group."""

_NAMES: Final = (
    "kind", "client_id", "visit_id", "task", "staff_id", "twin_id", "team_id", "weekdays", "start",
    "decided_by", "decided_on", "valid_from", "valid_to",
)  # fmt: skip


def decisions(sheet: ParsedSheet, findings: Findings) -> list[tuple[Decision, ParsedSheet, int]]:
    """Decisions of one sheet, each with its row; a row without what its kind needs is a fault."""
    columns = [sheet.values(name) for name in _NAMES]
    decided = []
    for position, values in enumerate(zip(*columns, strict=True)):
        if BAD in values:
            continue
        row = sheet.row_numbers[position]
        given = dict(zip(_NAMES, values, strict=True))
        lacking = [group for group in NEEDED[given["kind"]] if not any(given[n] for n in group)]
        for group in lacking:
            names = " eller ".join(sheet.table.column(name).header for name in group)
            findings.faults.append(
                sheet.fault(row, group[0], "tom cell",
                            f"Beslut om {DECISIONS_SV[given['kind']]} kräver {names}.")
            )  # fmt: skip
        if not lacking:
            decided.append((_decision(values, f"{_name(sheet)} rad {row}"), sheet, row))
    return decided


def _name(sheet: ParsedSheet) -> str:
    return sheet.raw.sheet or sheet.raw.file


def _decision(values: tuple[Any, ...], source: str) -> Decision:
    (kind, client, visit, task, carer, twin, team, weekdays, start, by, on, first, last) = values
    return Decision(
        kind, client or "", visit or "", task or "", carer or "", twin or "", team or "",
        weekdays[0] if weekdays else (), start, by or "", on, first or DATE_MIN, last or DATE_MAX,
        source,
    )  # fmt: skip


def decisions_of_known(records: Records, findings: Findings) -> None:
    """Decisions name what exists, say what can be meant, and do not contradict each other."""
    visits = {record.item.visit_id: record.item for record in records.visits}
    first: dict[tuple[object, ...], tuple[Decision, int]] = {}
    for decision, sheet, row in records.decisions:
        for column, what, allowed in _faults(decision, records, visits):
            findings.faults.append(sheet.fault(row, column, what, allowed))
        when = (key_of(decision), decision.valid_from, decision.decided_on)
        other, other_row = first.setdefault(when, (decision, row))
        if other != decision:
            findings.faults.append(
                sheet.fault(row, "kind", f"annat beslut om samma sak på rad {other_row}",
                            "Ändra Gäller från, eller ta bort det ena.")
            )  # fmt: skip


def unknown_names(
    row: object, records: Records, second_carer: str
) -> Iterator[tuple[str, str, str]]:
    """Column, what was found and what is allowed, for each name in a row of nobody and nothing.

    Rows name a client, a visit, a carer, and one more carer in the column ``second_carer``.
    """
    for column, known, table in (
        ("client_id", records.known_clients, "Brukare"),
        ("visit_id", records.known_visits, "Besök"),
        ("staff_id", records.known_staff, "Personal"),
        (second_carer, records.known_staff, "Personal"),
    ):
        name = getattr(row, column)
        if name and name not in known:
            yield column, f"{safe_id(name)} finns inte", f"Ska vara ett id från tabellen {table}."


def _faults(
    decision: Decision, records: Records, visits: Mapping[str, Visit]
) -> Iterator[tuple[str, str, str]]:
    """Column, what was found and what is allowed, for each fault of a decision by itself."""
    yield from unknown_names(decision, records, "twin_id")
    if decision.valid_to < decision.valid_from:
        yield "valid_to", "slutdatum före startdatum", "Rätta datumen."
    if decision.kind == "twin" and decision.staff_id == decision.twin_id:
        yield "twin_id", "samma person två gånger", "En tvilling är någon annan."
    visit = visits.get(decision.visit_id)
    if visit is None:
        return
    if decision.client_id and visit.client_id != decision.client_id:
        yield "visit_id", "en annan brukares besök", "Ska vara ett besök hos samma brukare."
    if (
        decision.kind == "time"
        and not visit.earliest_s <= (decision.start_s or 0) <= visit.latest_s
    ):
        yield "start", "utanför besökets tidsfönster", "Ändra fönstret i tabellen Besök först."
    if decision.kind == "day" and not visit.n_per_period:
        yield "weekdays", "besöket har fasta dagar", "Ändra dem i tabellen Besök."
    elif decision.kind == "day" and not set(decision.weekdays) <= set(visit.weekdays):
        yield "weekdays", "dagar som besöket inte får", "Ska vara bland besökets veckodagar."
    elif decision.kind == "day" and visit.n_per_period > len(decision.weekdays) * visit.every_weeks:
        yield "weekdays", f"{visit.n_per_period} gånger på färre dagar", "Tillåt fler veckodagar."
