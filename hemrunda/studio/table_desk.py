"""What the tables' reading asks of a person: headers nobody knows, addresses nobody finds.

Answers are kept beside the tables, as those of the commands are, and hold for the next export too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from data.errors import SettingsError
from data.geo.crs import EPSG_WGS84, transform
from data.tables.heading import ASK, ASK_BARE, ASK_TWICE
from hemrunda.studio.shown.room_rows import (
    AddressesPayload,
    AddressRow,
    CandidatePlace,
    HeadersPayload,
)

if TYPE_CHECKING:
    from data.addresses import Query
    from data.streets import StreetNetwork

ASKED_MOST: Final = 200
LEFT_OUT: Final = "-"


_ON_PAGE: Final = {
    ASK: "Välj överst vad den betyder, eller läs den inte.",
    ASK_BARE: "Skriv en rubrik i boken, eller töm kolumnen.",
    ASK_TWICE: "Ta bort eller döp om den ena, eller välj överst vilken som gäller.",
}


def on_page(advice: str) -> str:
    """What to do about a fault, by what is on the page instead of a command."""
    for command, page in _ON_PAGE.items():
        advice = advice.replace(command, page)
    return advice


def headers_payload(source: Path) -> HeadersPayload:
    """Every header that is not understood, with the columns of the tables to choose among."""
    from data.tables.mapping import load_mapping, open_headers
    from data.tables.schema.columns import TABLES
    from hemrunda.workfolder.inputs import mapping_beside

    return {
        "headers": open_headers(source, load_mapping(mapping_beside(source))),
        "columns": {
            table.name: [(column.name, column.header) for column in table.columns]
            for table in TABLES
        },
    }


def map_headers(source: Path, answers: Sequence[Mapping[str, Any]]) -> None:
    """Remember what headers mean: ``table``, ``header`` as written, and a column's name or ``-``.

    Raises
    ------
    SettingsError
        Where nothing is chosen, or there is no such open header or column; nothing is remembered
        then.
    """
    from data.tables.mapping import load_mapping, save_mapping
    from data.tables.schema.headers import header_key
    from hemrunda.workfolder.inputs import mapping_beside

    if not answers:
        raise SettingsError("Välj först vad rubrikerna betyder.")
    payload = headers_payload(source)
    known = {(header.table, header.header) for header in payload["headers"]}
    saved = mapping_beside(source)
    mappings = load_mapping(saved)
    for answer in answers:
        table, header, column = (str(answer[name]) for name in ("table", "header", "column"))
        columns = {LEFT_OUT, *(name for name, _ in payload["columns"].get(table, ()))}
        if (table, header) not in known or column not in columns:
            raise SettingsError("Rubriken eller kolumnen finns inte.")
        mappings.setdefault(table, {})[header_key(header)] = column
    save_mapping(saved, mappings)


def addresses_payload(source: Path, network: StreetNetwork) -> AddressesPayload:
    """Every address that the register does not settle, with its candidates in degrees.

    An address is named by its row's own key; what stands in the cell is not repeated here. Those
    that are protected are counted, and placed in the tables.
    """
    asked = _asked(source, network)
    addresses: list[AddressRow] = []
    for query, answer in asked:
        if query.is_protected:
            continue
        candidates: list[CandidatePlace] = []
        for point in answer.candidates:
            lon, lat = _moved(point.x, point.y, network.epsg, EPSG_WGS84)
            text = f"{point.street} {point.number}, {point.postcode} {point.city}".strip(" ,")
            candidates.append({"text": text, "lat": lat, "lon": lon})
        addresses.append({"key": query.key, "reason": answer.reason, "candidates": candidates})
    return {
        "addresses": addresses[:ASKED_MOST], "n": len(addresses),
        "n_hidden": len(asked) - len(addresses),
    }  # fmt: skip


def _moved(x: float, y: float, from_epsg: int, to_epsg: int) -> tuple[float, float]:
    """One point from one system to another."""
    east, north = transform(np.array([x]), np.array([y]), from_epsg, to_epsg)
    return float(east[0]), float(north[0])


def place_addresses(
    source: Path, network: StreetNetwork, places: Sequence[Mapping[str, Any]]
) -> None:
    """Remember where addresses are: ``key``, ``lat`` and ``lon``.

    Raises
    ------
    SettingsError
        Where nothing is chosen, no address of that key is open, or the place lies beyond the
        streets.
    """
    from data.addresses import decision_key
    from data.tables.address_lists import save_decisions
    from hemrunda.workfolder.inputs import decisions_beside

    if not places:
        raise SettingsError("Välj först var adresserna är.")
    asked = {query.key: query for query, _ in _asked(source, network) if not query.is_protected}
    west, south, east, north = network.bounds
    decided = {}
    for place in places:
        query: Query | None = asked.get(str(place["key"]))
        x, y = _moved(float(place["lon"]), float(place["lat"]), EPSG_WGS84, network.epsg)
        if query is None or not (west <= x <= east and south <= y <= north):
            raise SettingsError("Adressen finns inte, eller ligger utanför gatunätet.")
        decided[decision_key(query)] = (x, y)
    save_decisions(decisions_beside(source), decided, network.epsg)


def _asked(source: Path, network: StreetNetwork) -> list[tuple[Query, Any]]:
    """Queries that are not settled, with what the register says."""
    from data.addresses import geocode
    from data.tables import address_queries
    from data.tables.address_lists import load_decisions
    from data.tables.mapping import load_mapping
    from hemrunda.workfolder.inputs import decisions_beside, mapping_beside

    queries, _ = address_queries(source, load_mapping(mapping_beside(source)))
    known = load_decisions(decisions_beside(source), network.epsg)
    answers = geocode(queries, list(network.addresses), known)
    return [
        (query, answer)
        for query, answer in zip(queries, answers, strict=True)
        if not answer.is_accepted
    ]


def marked_copy(source: Path, target: Path, faults: Sequence[Any]) -> Path:
    """A copy of the tables with every fault marked where it stands."""
    from data.tables.review.marking import write_marked

    target.parent.mkdir(mode=0o700, exist_ok=True)
    write_marked(source, target, faults)
    return target
