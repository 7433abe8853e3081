"""Areas of nurses, rehabilitation, assessors or night and alarm teams, by client (FA-07, NO-20).

A CSV file with a column ``brukare`` (or ``client_id``) and one column for each service; the cell
is the area's name. Semicolon, comma or tab between the columns.
"""

from __future__ import annotations

import csv
from pathlib import Path

from data.errors import SettingsError
from hemrunda.config import Config

OtherAreas = dict[str, dict[str, str]]
CLIENT_HEADERS = ("brukare", "client_id", "brukar-id", "brukarid")


def other_areas_for(source: Path, config: Config, named: Path | None = None) -> OtherAreas:
    """The areas in the file named, or in the one that the settings name beside the input.

    Returns
    -------
    dict of service to dict of client_id to area
        Empty where no file is named.

    Raises
    ------
    SettingsError
        Where the file is missing or is no such table.
    """
    if named is None and not config.general.other_areas:
        return {}
    folder = source if source.is_dir() else source.parent
    return read_other_areas(named or folder / config.general.other_areas)


def read_other_areas(path: Path) -> OtherAreas:
    """Read the table.

    Raises
    ------
    SettingsError
        Where the file is missing, is no such table, or names a client twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} kan inte läsas (ska vara en CSV-fil i UTF-8).") from error
    first = text.split("\n", 1)[0]
    between = max(";,\t", key=first.count)
    rows = [row for row in csv.reader(text.splitlines(), delimiter=between) if any(row)]
    header = [cell.strip() for cell in rows[0]] if rows else []
    keys = [i for i, cell in enumerate(header) if cell.casefold() in CLIENT_HEADERS]
    if not keys or len(header) < 2:
        raise SettingsError(
            f"{path.name} ska ha en kolumn brukare och en kolumn för varje tjänst, "
            "till exempel sjuksköterska."
        )
    found: OtherAreas = {cell: {} for i, cell in enumerate(header) if i != keys[0] and cell}
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        client_id = row[keys[0]].strip() if len(row) > keys[0] else ""
        if not client_id or client_id in seen:
            told = "står två gånger" if client_id else "saknas"
            raise SettingsError(f"{path.name}, rad {number}: brukaren {client_id} {told}.")
        seen.add(client_id)
        for service, cell in zip(header, row, strict=False):
            if service in found and cell.strip():
                found[service][client_id] = cell.strip()
    return found
