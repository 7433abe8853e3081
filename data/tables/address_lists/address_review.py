"""What the register could not settle goes to a person, once: a review table and her decisions.

The table names the query's own key, address and the candidates, so it belongs in the planner's own
folder; it is written for its owner only. Decisions are kept by the address in one form, so that the
same address in the next export is settled already.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from data import atomic
from data.addresses.answers import Answer, Query
from data.addresses.geocoding import CANDIDATES_MAX, decision_key
from data.errors import Fault, InputError, SettingsError, StoreError
from data.geo.crs import transform
from data.regular_files import json_of
from data.tables.files.csv_files import read_csv
from data.tables.files.raw import FileFaultError
from data.tables.out.writing import csv_text
from data.tables.schema.cells import number, unescape_formula
from data.tables.schema.headers import header_key
from data.units import EPSG_SWEREF99_TM

DECISION: Final = "Beslut"
HEADER: Final = (
    "Nyckel", "Adress", "Postnummer", "Ort", "Orsak", DECISION,
    *(f"{part} {n}" for n in range(1, CANDIDATES_MAX + 1) for part in ("Förslag", "E", "N")),
)  # fmt: skip
"""Decision: the number of a suggestion, or ``E;N`` of the right place; empty is undecided."""

_SYSTEM: Final = "koordinatsystem"
"""The file's own system stands under this name, which is no address's: those have a number."""

Decisions = dict[str, tuple[float, float]]


def review_rows(queries: Sequence[Query], answers: Sequence[Answer]) -> list[list[object]]:
    """One row for each query that was not accepted."""
    rows: list[list[object]] = []
    for query, answer in zip(queries, answers, strict=True):
        if answer.is_accepted:
            continue
        row: list[object] = [
            query.key,
            query.address,
            query.postcode,
            query.city,
            answer.reason,
            "",
        ]
        for point in answer.candidates:
            text = f"{point.street} {point.number}, {point.postcode} {point.city}"
            row.extend((text.strip(" ,"), round(point.x, 1), round(point.y, 1)))
        rows.append(row + [""] * (len(HEADER) - len(row)))
    return rows


def write_review(path: Path, queries: Sequence[Query], answers: Sequence[Answer]) -> int:
    """Write the review table as CSV; return how many rows are to be decided."""
    rows = review_rows(queries, answers)
    atomic.write_text(path, csv_text(HEADER, rows))
    return len(rows)


def read_review(path: Path) -> Decisions:
    """The decisions that the planner wrote in the table.

    Read as any CSV: a Swedish Excel may have saved it in cp1252, or with other separators.

    Raises
    ------
    InputError
        Where the file or its columns are not those of a review, and with each row whose decision
        is neither a suggestion's number nor ``E;N``.
    """
    decisions: Decisions = {}
    faults = []
    for row_number, row in _review_rows(path):
        said = row.get(DECISION, "").strip()
        if not said:
            continue
        query = Query("", unescape_formula(row["Adress"]), row["Postnummer"], row["Ort"])
        try:
            decisions[decision_key(query)] = _decided(said, row)
        except (ValueError, KeyError):
            faults.append(
                Fault(path.name, "", row_number, DECISION, "inget av förslagen",
                      "Skriv förslagets nummer, eller E;N i meter.")
            )  # fmt: skip
    if faults:
        raise InputError(faults)
    return decisions


def _review_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Row number and cells by header of every row of a review table."""
    known = {header_key(name) for name in HEADER}
    try:
        raw = read_csv(path, lambda row: sum(header_key(str(cell)) in known for cell in row))
    except FileFaultError as error:
        raise InputError([error.fault]) from None
    header = [str(cell).strip() for cell in (raw.rows[0] if raw.rows else [])]
    missing = [name for name in ("Adress", "Postnummer", "Ort", DECISION) if name not in header]
    if missing:
        raise InputError([
            Fault(path.name, "", 1, "", f"kolumner saknas: {', '.join(missing)}",
                  "Ange granskningslistan som hemrunda check addresses skrev, ifylld.")
        ])  # fmt: skip
    width = len(header)
    return [
        (row_number, dict(zip(header, [*row, *[""] * width], strict=False)))
        for row_number, row in enumerate(raw.rows[1:], start=2)
        if any(row)
    ]


def _decided(said: str, row: Mapping[str, str]) -> tuple[float, float]:
    if said.isdigit() and len(said) == 1:
        return number(row[f"E {said}"]), number(row[f"N {said}"])
    east, _, north = said.partition(";")
    return number(east), number(north)


def load_decisions(path: Path, epsg: int = EPSG_SWEREF99_TM) -> Decisions:
    """Decisions remembered from before, in the system ``epsg``; empty where there are none.

    The file says its own system; an older one that does not is in SWEREF 99 TM.

    Raises
    ------
    StoreError
        Where the file is damaged.
    """
    if not path.is_file():
        return {}
    try:
        stored = json_of(path)
        own, _ = stored.pop(_SYSTEM, (EPSG_SWEREF99_TM, 0))
        decided = {key: (float(x), float(y)) for key, (x, y) in stored.items()}
        if own == epsg or not decided:
            return decided
        east, north = np.array(list(decided.values())).T
        x, y = transform(east, north, int(own), epsg)
    except (ValueError, TypeError, AttributeError, SettingsError) as error:
        raise StoreError(f"{path.name} är skadad.") from error
    places = zip(x.tolist(), y.tolist(), strict=True)
    return {key: (east, north) for key, (east, north) in zip(decided, places, strict=True)}


def save_decisions(
    path: Path, decisions: Mapping[str, tuple[float, float]], epsg: int = EPSG_SWEREF99_TM
) -> None:
    """Remember decisions, in the system ``epsg``; those there are kept unless decided anew."""
    merged = load_decisions(path, epsg) | dict(decisions)
    if epsg != EPSG_SWEREF99_TM:
        merged[_SYSTEM] = (epsg, 0)
    atomic.write_text(path, json.dumps(merged, ensure_ascii=False, indent=0, sort_keys=True))
