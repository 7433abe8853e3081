"""Which files and sheets there are, and which table each one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from data.errors import Fault
from data.geo.vector_files import VECTOR_ENDINGS
from data.tables import layouts
from data.tables.files.columnar_files import read_parquet, read_vector_tables
from data.tables.files.csv_files import read_csv
from data.tables.files.raw import FileFaultError, RawSheet
from data.tables.files.xlsx_files import read_xlsx
from data.tables.heading import HEADER_SEARCH_ROWS
from data.tables.parsed import Findings
from data.tables.schema.columns import TABLES, Table
from data.tables.schema.headers import match_header, score, table_named, whole_header

PARQUET: Final = frozenset({".parquet", ".geoparquet"})
READABLE: Final = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm"}) | VECTOR_ENDINGS | PARQUET
OLD_FORMATS: Final = frozenset({".xls", ".xlsb", ".ods"})

DECISIONS_FILE: Final = "beslut.csv"
"""Read also where it lies beside a workbook: decisions are added to it one by one."""
HISTORY_FILE: Final = "hemrunda-historik.csv"
"""Who adopted and decided what, and when; kept beside the tables, and none of them."""

OUR_SHEETS: Final = frozenset({"Att rätta", "Instruktion"})
"""Sheets that we write for people, and no tables."""

KEY_FILES: Final = frozenset({"nyckel", "nyckelfil"})
"""Files that say who an id is (id; name; telephone), which planning never reads."""

Mappings = Mapping[str, Mapping[str, str]]
"""Per table name: header key → column name, or "-" for a column to leave out."""


def _files(path: Path, findings: Findings) -> list[Path]:
    def fault(problem: str, allowed: str) -> list[Path]:
        findings.faults.append(Fault(path.name, "", 0, "", problem, allowed))
        return []

    try:
        if path.is_file():
            beside = path.parent / DECISIONS_FILE
            return [path, beside] if beside.is_file() and beside != path else [path]
        if path.exists() and not path.is_dir():
            return fault("ingen vanlig fil", "Ange en Excelfil eller en mapp med tabeller.")
        if not path.is_dir():
            return fault("finns inte", "Ange en Excelfil eller en mapp med tabeller.")
        names = sorted(
            child
            for child in path.iterdir()
            if not child.name.startswith(("~$", ".")) and child.name != HISTORY_FILE
        )
    except OSError:
        return fault("kan inte öppnas", "Kontrollera sökvägen och dina rättigheter.")
    files = []
    for child in names:
        suffix = child.suffix.lower()
        if child.stem.lower() in KEY_FILES:
            continue
        if suffix in OLD_FORMATS:
            findings.faults.append(
                Fault(child.name, "", 0, "", f"formatet {suffix} läses inte",
                      "Spara som .xlsx eller CSV, eller flytta bort filen.")
            )  # fmt: skip
        elif suffix in READABLE:
            files.append(child)
    if not files and not findings.faults:
        return fault("mappen har inga tabeller", "Lägg dit .xlsx- eller .csv-filer.")
    return files


def _read(file: Path) -> list[RawSheet]:
    suffix = file.suffix.lower()
    if suffix in OLD_FORMATS or suffix in {".xlsx", ".xlsm"}:
        return read_xlsx(file)
    if suffix in VECTOR_ENDINGS:
        return [_with_whole_headers(raw, suffix) for raw in read_vector_tables(file)]
    if suffix in PARQUET:
        return [read_parquet(file)]
    return [read_csv(file, score)]


def _with_whole_headers(raw: RawSheet, suffix: str) -> RawSheet:
    """The sheet with the headers that a Shapefile has cut after ten letters."""
    table = table_named(Path(raw.file).stem)
    if suffix != ".shp" or table is None:
        return raw
    header = [whole_header(table.name, cell) if isinstance(cell, str) else cell
              for cell in raw.rows[0]]  # fmt: skip
    return replace(raw, rows=[header, *raw.rows[1:]])


def raw_sheets(
    path: Path, findings: Findings, expand: Callable[[RawSheet], list[RawSheet]] | None = None
) -> list[RawSheet]:
    """Every sheet of every readable file at ``path``; what cannot be read is a fault."""
    sheets: list[RawSheet] = []
    expand = expand or partial(layouts.expand, hours=findings.hours)
    for file in _files(path, findings):
        try:
            sheets.extend(part for raw in _read(file) for part in expand(raw))
        except FileFaultError as error:
            findings.faults.append(error.fault)
        except PermissionError:
            findings.faults.append(
                Fault(file.name, "", 0, "", "filen är låst", "Stäng filen i Excel och kör igen.")
            )
        except OSError:
            findings.faults.append(
                Fault(file.name, "", 0, "", "filen kan inte läsas",
                      "Kontrollera att den är hämtad till datorn och att du har rätt att läsa den.")
            )  # fmt: skip
    return sheets


def _hits(raw: RawSheet, table: Table) -> set[str]:
    """The most columns of ``table`` that one early row names."""
    best: set[str] = set()
    for row in raw.rows[:HEADER_SEARCH_ROWS]:
        names = {name for cell in row if (name := match_header(table.name, cell)) is not None}
        best = max(best, names, key=len)
    return best


def table_of(raw: RawSheet, findings: Findings) -> Table | None:
    """The table a sheet is: by its name, else by its headers, which is told; else none."""
    if raw.table:
        return next(table for table in TABLES if table.name == raw.table)
    if raw.sheet in OUR_SHEETS:
        return None
    name = raw.sheet or raw.file.rsplit(".", 1)[0]
    named = table_named(name)
    if named is not None:
        return named
    hits = {table.name: _hits(raw, table) for table in TABLES}
    whole = [
        table
        for table in TABLES
        if {c.name for c in table.columns if c.is_required} <= hits[table.name]
        and len(hits[table.name]) > 1
    ]
    if whole:
        table = max(whole, key=lambda table: len(hits[table.name]))
        findings.warnings.append(
            Fault(raw.file, raw.sheet, 0, "", f"tolkas som tabellen {table.sheet}",
                  f"Döp bladet eller filen till {table.sheet} så blir det entydigt.",
                  is_warning=True)
        )  # fmt: skip
        return table
    near = max(TABLES, key=lambda table: len(hits[table.name]))
    if len(hits[near.name]) >= 3 or (not raw.sheet and any(raw.rows)):
        findings.warnings.append(
            Fault(raw.file, raw.sheet, 0, "", "tabellen känns inte igen och läses inte",
                  "Döp bladet eller filen till " + ", ".join(t.sheet for t in TABLES) + ".",
                  is_warning=True)
        )  # fmt: skip
    return None
