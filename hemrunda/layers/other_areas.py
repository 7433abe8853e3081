"""Areas of nurses, rehabilitation, assessors or night and alarm teams, by client (FA-07, NO-20).

A CSV file with a column ``brukare`` (or ``client_id``) and one column for each service; the cell
is the area's name. Read as any CSV of the user's: encoding and delimiter are told apart, and every
fault is told at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from data.errors import Fault, InputError
from data.privacy import drop_reason, has_hidden_characters, safe_found, safe_id
from data.tables.files.csv_files import read_csv
from data.tables.files.raw import FileFaultError, RawSheet
from data.tables.schema.cells import MAX_ID_CHARACTERS, identifier, tidy, unescape_formula
from data.tables.schema.headers import match_header
from hemrunda.config import Config
from hemrunda.workfolder.settings_paths import file_of_settings

OtherAreas = dict[str, dict[str, str]]
MAX_SERVICES = 20


def other_areas_for(
    source: Path, config: Config, clients: Collection[str], named: Path | None = None
) -> OtherAreas:
    """The areas in the file named, or in the one that the settings name beside the input.

    Parameters
    ----------
    source : Path
        The input that the file lies beside, where the settings name it.
    config : Config
    clients : collection of str
        The ids of the municipality's clients.
    named : Path, optional

    Returns
    -------
    dict of service to dict of client_id to area
        Empty where no file is named.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    if named is None and not config.general.other_areas:
        return {}
    folder = source if source.is_dir() else source.parent
    if named is None:
        named = file_of_settings(folder, config.general.other_areas, "other_areas")
    return read_other_areas(named, clients)


def read_other_areas(path: Path, clients: Collection[str]) -> OtherAreas:
    """Read the table; clients that are not in ``clients`` are left out (they may have ended).

    Raises
    ------
    InputError
        Where the file is missing or no such table, names a client twice or not at all, or has no
        row of a client that we know.
    """
    try:
        raw = read_csv(path, _score)
    except FileFaultError as error:
        raise InputError([error.fault]) from None
    except OSError:
        raise InputError([_fault(path.name, 0, "", "filen kan inte öppnas",
                                 "Kontrollera namnet.")]) from None  # fmt: skip
    top = next((i for i, row in enumerate(raw.rows) if _score(row)), None)
    if top is None:
        raise InputError([_no_header(path.name)])
    header = [_shown(str(cell)) for cell in raw.rows[top]]
    key = next(i for i, cell in enumerate(raw.rows[top]) if _is_client(cell))
    services = {i: cell for i, cell in enumerate(header) if i != key and _is_service(cell)}
    faults = _header_faults(path.name, raw.number(top), list(services.values()))
    area_of: OtherAreas = {service: {} for service in services.values()}
    faults += _fill(area_of, raw, top, header, key, services)
    if not faults and not any(set(areas) & set(clients) for areas in area_of.values()):
        faults = [_fault(path.name, 0, header[key], "ingen brukare som finns i brukartabellen",
                         "Samma brukarnummer som i brukartabellen, och ett område i minst en "
                         "kolumn.")]  # fmt: skip
    if faults:
        raise InputError(faults)
    known = frozenset(clients)
    return {
        service: {client: area for client, area in areas.items() if client in known}
        for service, areas in area_of.items()
    }


def _is_client(header: object) -> bool:
    return match_header("clients", header) == "client_id"


def _score(row: Sequence[object]) -> int:
    """How many columns a header row names, where one of them is the client's."""
    return sum(bool(str(cell).strip()) for cell in row) if any(map(_is_client, row)) else 0


def _is_service(header: str) -> bool:
    """Whether a column is a service: names, numbers, telephones and notes are not read."""
    return bool(header) and drop_reason(header) == "okänd"


def _header_faults(file: str, row: int, services: Sequence[str]) -> list[Fault]:
    twice = sorted({service for service in services if services.count(service) > 1})
    faults = [
        _fault(file, row, service, "samma kolumn finns två gånger", "Ta bort den ena.")
        for service in twice
    ]
    if not services:
        faults.append(_no_header(file, row))
    if len(services) > MAX_SERVICES:
        faults.append(_fault(file, row, "", f"{len(services)} tjänster", f"Högst {MAX_SERVICES}."))
    return faults


def _fill(
    areas: OtherAreas,
    raw: RawSheet,
    top: int,
    header: Sequence[str],
    key: int,
    services: dict[int, str],
) -> list[Fault]:
    """Put every row's areas in ``areas``; the faults of the rows."""
    faults: list[Fault] = []
    seen: set[str] = set()

    def add_fault(row_idx: int, column: str, what: str, allowed: str) -> None:
        faults.append(_fault(raw.file, raw.number(row_idx), column, what, allowed))

    for i in range(top + 1, len(raw.rows)):
        row = raw.rows[i]
        if not any(str(cell).strip() for cell in row):
            continue
        cell = row[key] if len(row) > key else ""
        try:
            client_id = identifier(cell)
        except ValueError:
            add_fault(i, header[key], safe_found(cell), "Brukarens nummer.")
            continue
        if client_id in seen:
            add_fault(
                i, header[key], f"{safe_id(client_id)} för andra gången", "En rad per brukare."
            )
        seen.add(client_id)
        for place, service in services.items():
            area = unescape_formula(tidy(row[place])) if place < len(row) else ""
            if len(area) > MAX_ID_CHARACTERS or has_hidden_characters(area):
                add_fault(i, header[place], safe_found(area), "Områdets namn, kort.")
            elif area:
                areas[service][client_id] = area
    return faults


def _shown(header: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in header).strip()[:40]


def _no_header(file: str, row: int = 0) -> Fault:
    return _fault(file, row, "", "inga sådana rubriker",
                  "En kolumn brukare och en kolumn för varje tjänst, till exempel "
                  "sjuksköterska.")  # fmt: skip


def _fault(file: str, row: int, column: str, problem: str, allowed: str) -> Fault:
    return Fault(file, "", row, column, problem, allowed)
