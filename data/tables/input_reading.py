"""From the user's files to a validated municipality: the gate of the whole program."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.care.decisions import decided
from data.care.hidden import with_households_hidden
from data.care.matters import laundry_unbooked
from data.care.set_aside import aside_faults, set_aside
from data.errors import Fault, InputError
from data.geo import crs
from data.layers.layer_kinds import LAYERS
from data.layers.layer_rows import layers_apart
from data.model import SERVICE_TASKS, Client, Municipality
from data.receipt import NO_RECEIPT, Receipt, SheetRead
from data.streets import AddressPoint
from data.tables import input_rules as rules
from data.tables import records, sources
from data.tables.client_places import PlaceRules, homes, place, queries_of
from data.tables.decision_records import decisions as decisions_of
from data.tables.doubtful import same_ids
from data.tables.files.raw import RawSheet
from data.tables.matter_records import laundry_slots, matters, notes
from data.tables.parsed import Findings, ParsedSheet
from data.tables.parsing import parse_sheet
from data.tables.schema.columns import TABLES
from data.tables.standard_minutes import catalogue_of
from data.units import DAY_HOURS, EPSG_SWEREF99_TM, DayHours

if TYPE_CHECKING:
    from data.addresses import Query


@dataclass(frozen=True)
class ReadResult:
    """What reading gave.

    Attributes
    ----------
    municipality : Municipality
    warnings : tuple of Fault
        To be shown; they did not stop the reading.
    dropped : mapping of str to int
        How many columns were dropped unread, by reason: personnummer, namn, kontaktuppgift,
        fritext, okänd.
    receipt : Receipt
        What of each sheet was read as what, and what was not.
    """

    municipality: Municipality
    warnings: tuple[Fault, ...]
    dropped: Mapping[str, int]
    receipt: Receipt = NO_RECEIPT


class _Anything(frozenset[str]):
    """Stands for the ids of a table that could not be read, so that it is told of once."""

    def __contains__(self, item: object) -> bool:
        return True


@contextlib.contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Leave the search for cycles of objects till afterwards: nearly all that is read is kept.

    It takes a fourth of the time and finds nothing. What was made is laid among what stood long.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_freeze_count() == 0:  # nobody else has put anything aside for good
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@_no_search_for_cycles()
def read_input(
    path: Path | str | Sequence[RawSheet],
    *,
    network_addresses: Sequence[AddressPoint] = (),
    network_bounds: crs.Bounds | None = None,
    epsg: int | None = None,
    mappings: sources.Mappings | None = None,
    decisions: Mapping[str, tuple[float, float]] | None = None,
    outline: crs.Area | None = None,
    ignore_unknown: bool = False,
    own_provider: str = "",
    hours: DayHours = DAY_HOURS,
) -> ReadResult:
    """Read the five tables from one XLSX, or from a folder of CSV and XLSX files.

    Parameters
    ----------
    path : Path or str, or sequence of RawSheet
        Or sheets that are at hand already (frames).
    network_addresses : sequence of AddressPoint
        A register in ``epsg``, for rows that have an address and no coordinates.
    network_bounds : tuple of float, optional
        West, south, east, north of the street network in ``epsg``; at least 95 % of the points
        must lie within.
    epsg : int, optional
        The projected system of the municipality and its network. Without it, the system declared
        in the tables (sheet Kommun), else SWEREF 99 TM.
    mappings : mapping, optional
        The user's own saved header mapping, per table (`data.tables.mapping`).
    decisions : mapping, optional
        What the planner has decided of addresses before (`data.addresses.load_decisions`).
    outline : Area, optional
        The municipality's own, in ``epsg`` (`data.geo.outline`); it goes before the network's
        bounds.
    ignore_unknown : bool
        Leave out columns that are not understood, instead of stopping.
    own_provider : str
        Clients of other providers are put aside (LU-19); with none, everybody's are planned.
    hours : DayHours
        When day and evening are.

    Returns
    -------
    ReadResult

    Raises
    ------
    InputError
        With every fault found in all tables, in order of file, sheet and row.
    """
    path = Path(path) if isinstance(path, str) else path
    findings = Findings(hours=hours)
    sheets = _parse_all(path, findings, mappings or {})
    name, declared = _municipality(sheets["municipality"], findings)
    own = (sheet.raw.epsg for table in ("clients", "bases") for sheet in sheets[table])
    declared = declared or next((code for code in own if code), None)
    place_rules = replace(
        _place_rules(declared, epsg, network_bounds, network_addresses),
        decisions=decisions or {},
        outline=outline,
    )
    same_ids(sheets, findings)
    records = _records(sheets, place_rules, findings)
    rules.apply(records, findings)
    receipt = Receipt(tuple(findings.sheets))
    stops = findings.faults if ignore_unknown else [*findings.faults, *findings.unknown]
    if stops:
        raise InputError(_in_order(stops), receipt)
    file = path.name if isinstance(path, Path) else ""
    clients = _hide_households([record.item for record in records.clients], file, findings)
    municipality = Municipality(
        name or (path.stem if isinstance(path, Path) else ""),
        clients,
        tuple(record.item for record in records.visits),
        tuple(record.item for record in records.staff),
        tuple(record.item for record in records.roster),
        tuple(record.item for record in records.bases),
        place_rules.to_epsg,
        tuple(record.item for record in records.pins),
        tuple(dict.fromkeys(decision for decision, _, _ in records.decisions)),
        _adopted_on(sheets["municipality"]),
        matters=tuple(matter for matter, _, _ in records.matters),
        laundry=tuple(records.laundry),
        notes=tuple(note for note, _, _ in records.notes),
        hours=hours,
    )
    municipality = set_aside(layers_apart(municipality), own_provider)
    findings.warnings.extend(aside_faults(municipality, file))
    n_unbooked = len(laundry_unbooked(municipality))
    if n_unbooked:
        findings.warnings.append(
            Fault(file, "", 0, "", f"{n_unbooked} tvättbesök ryms i ingen av husets bokade tider",
                  "De planeras som vanligt. Se Tvättider.", is_warning=True)
        )  # fmt: skip
    warnings = tuple(_in_order(findings.warnings))
    return ReadResult(decided(municipality), warnings, dict(findings.dropped), receipt)


def _hide_households(
    clients: Sequence[Client], file: str, findings: Findings
) -> tuple[Client, ...]:
    """Protect whoever shares a household with somebody protected, and say how many (C7).

    Counted and not named: the row of a partner is the protected person's address.
    """
    hidden, n_hidden, n_near = with_households_hidden(clients)
    if n_hidden:
        findings.warnings.append(
            Fault(file, "", 0, "", f"{n_hidden} brukare delar hushåll med någon som har "
                  "skyddade uppgifter", "De behandlas också som skyddade.", is_warning=True)
        )  # fmt: skip
    if n_near:
        findings.warnings.append(
            Fault(file, "", 0, "", f"{n_near} brukare bor i samma hus som någon med skyddade "
                  "uppgifter", "De visas som vanligt; märk dem som skyddade om de hör ihop.",
                  is_warning=True)
        )  # fmt: skip
    return hidden


def address_queries(
    path: Path | str, mappings: sources.Mappings | None = None, *, ignore_unknown: bool = False
) -> tuple[list[Query], Receipt]:
    """Addresses of clients and bases without coordinates, for ``hemrunda check addresses``.

    Returns
    -------
    tuple
        The questions, and the receipt of what was read.

    Raises
    ------
    InputError
        Where the file or its headers cannot be read; faults of other cells wait for `read_input`.
    """
    findings = Findings()
    sheets = _parse_all(Path(path), findings, mappings or {})
    queries = []
    for sheet in (*sheets["clients"], *sheets["bases"]):
        east = sheet.values("x" if "x" in sheet.columns else "lon")
        rows = [
            row
            for row, street in enumerate(sheet.values("address"))
            if isinstance(street, str) and street and not isinstance(east[row], float)
        ]
        queries.extend(queries_of(sheet, rows))
    receipt = Receipt(tuple(findings.sheets))
    if not sheets["clients"]:
        raise InputError(_in_order(findings.faults), receipt)
    asked = {sheet.raw.file for table in ("clients", "bases") for sheet in sheets[table]}
    unknown = [fault for fault in findings.unknown if fault.file in asked]
    if unknown and not ignore_unknown:
        raise InputError(_in_order(unknown), receipt)
    return queries, receipt


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    return sorted(set(faults), key=lambda fault: (fault.file, fault.sheet, fault.row, fault.column))


def _parse_all(
    path: Path | Sequence[RawSheet], findings: Findings, mappings: sources.Mappings
) -> dict[str, list[ParsedSheet]]:
    sheets: dict[str, list[ParsedSheet]] = defaultdict(list)
    if isinstance(path, Path):
        raws, shown = sources.raw_sheets(path, findings), path.name
    else:
        raws, shown = list(path), ""
    seen: set[str] = set()
    is_whole = not findings.faults
    for raw in raws:
        table = sources.table_of(raw, findings)
        if table is None:
            if raw.sheet in sources.OUR_SHEETS:
                continue
            findings.sheets.append(SheetRead(raw.file, raw.sheet))
            continue
        seen.add(table.name)
        if not any(any(cell is not None and cell != "" for cell in row) for row in raw.rows):
            if table.is_required:
                findings.faults.append(
                    Fault(raw.file, raw.sheet, 0, "", "tabellen är tom", "Fyll i den.")
                )
            continue
        parsed = parse_sheet(raw, table, findings, mappings.get(table.name))
        if parsed is not None:
            sheets[table.name].append(parsed)
    for table in TABLES:
        if table.is_required and table.name not in seen and is_whole:
            findings.faults.append(
                Fault(shown, "", 0, "", f"tabellen {table.sheet} saknas",
                      f"Lägg till ett blad eller en fil som heter {table.sheet}.")
            )  # fmt: skip
    return sheets


def _municipality(sheets: list[ParsedSheet], findings: Findings) -> tuple[str, int | None]:
    for sheet in sheets:
        name = next((v for v in sheet.values("name") if isinstance(v, str)), "")
        text = next((v for v in sheet.values("epsg") if isinstance(v, str) and v), "")
        declared = crs.epsg_of(text) if text else None
        if text and declared is None:
            declared = _other_epsg(text)
        if text and declared is None:
            findings.faults.append(
                sheet.fault(sheet.row_numbers[0], "epsg", f"text, {len(text)} tecken",
                            "Ska vara t.ex. SWEREF 99 TM, SWEREF 99 13 30 eller en EPSG-kod.")
            )  # fmt: skip
        return name, declared
    return "", None


def _adopted_on(sheets: list[ParsedSheet]) -> dt.date | None:
    return next((v for s in sheets for v in s.values("adopted") if isinstance(v, dt.date)), None)


def _other_epsg(text: str) -> int | None:
    """A code outside Sweden's systems, where PROJ knows it."""
    digits = text.strip().upper().removeprefix("EPSG").strip(": ")
    if not digits.isdigit() or len(digits) > 6:
        return None
    return int(digits) if crs.is_known(int(digits)) else None


def _place_rules(
    declared: int | None,
    epsg: int | None,
    bounds: crs.Bounds | None,
    addresses: Sequence[AddressPoint],
) -> PlaceRules:
    target = epsg or (declared if declared and crs.is_metric(declared) else EPSG_SWEREF99_TM)
    return PlaceRules(declared or EPSG_SWEREF99_TM, target, declared is not None, bounds, addresses)


def _known(
    sheets: list[ParsedSheet], column: str, left_out: frozenset[str] = frozenset()
) -> frozenset[str]:
    if not sheets:
        return _Anything()
    return (
        frozenset(
            value for sheet in sheets for value in sheet.values(column) if isinstance(value, str)
        )
        - left_out
    )


def _whose(sheets: list[ParsedSheet], column: str) -> set[tuple[str, object]]:
    """Every carer's id with her cell of a column."""
    return {
        (who, cell)
        for sheet in sheets
        for who, cell in zip(sheet.values("staff_id"), sheet.values(column), strict=True)
        if isinstance(who, str)
    }


def _records(
    sheets: Mapping[str, list[ParsedSheet]], place_rules: PlaceRules, findings: Findings
) -> records.Records:
    def of(table: str) -> list[ParsedSheet]:
        return sheets.get(table, [])

    codes: dict[str, str] = {}
    for sheet in of("task_codes"):
        pairs: Collection[tuple[Any, Any]] = list(
            zip(sheet.values("code"), sheet.values("task"), strict=True)
        )
        codes.update((c, t) for c, t in pairs if isinstance(c, str) and isinstance(t, str))
    catalogue = catalogue_of(of("task_codes"))
    visits = [
        record
        for sheet in of("visits")
        for record in records.visits(sheet, codes, catalogue, findings)
    ]
    by_day = [r.item for r in visits if r.item.shift != "night" and r.item.layer != "alarm"]
    cared_for = {visit.client_id for visit in by_day if visit.task not in SERVICE_TASKS}
    known_clients = _known(of("clients"), "client_id")
    exempt = frozenset(known_clients - cared_for)
    clients = [
        record
        for sheet in of("clients")
        for record in records.clients(sheet, place(sheet, place_rules, findings), exempt, findings)
    ]
    of_night = _whose(of("staff"), "shift_group") | _whose(of("staff"), "layer")
    night = frozenset(who for who, what in of_night if what == "night")
    apart = night | {who for who, what in of_night if what in LAYERS}
    return records.Records(
        clients,
        visits,
        [
            record
            for sheet in of("staff")
            for record in records.staff(sheet, homes(sheet, place_rules, findings), findings)
        ],
        [record for sheet in of("roster") for record in records.roster(sheet, findings, night)],
        [
            record
            for sheet in of("bases")
            for record in records.bases(sheet, place(sheet, place_rules, findings))
        ],
        known_clients,
        _known(of("staff"), "staff_id", apart),
        _known(of("visits"), "visit_id"),
        [record for sheet in of("pins") for record in records.pins(sheet, findings)],
        [parsed for sheet in of("decisions") for parsed in decisions_of(sheet, findings)],
        [parsed for sheet in of("matters") for parsed in matters(sheet, findings)],
        [slot for sheet in of("laundry") for slot in laundry_slots(sheet, findings)],
        [parsed for sheet in of("notes") for parsed in notes(sheet, findings)],
        layer_staff=apart,
    )
