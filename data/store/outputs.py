"""Everything a run leaves in ``out/``: written as one set, read back loss-free."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from data.care.decisions import undecided
from data.errors import StoreError
from data.geo.geopackage import Layer, write_geopackage
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.regular_files import parsed_json
from data.store import plan_files, plan_memory, styles, transaction
from data.tables.out.workbook import Workbook
from data.tables.out.writing import csv_text

XLSX_ROWS_MAX: Final = 60_000
"""Above this, ``rounds.xlsx`` is left out: nobody reads it, and it would take a minute to make."""

CHECKED: Final = ("plan.json", "rounds.csv", "unplanned.csv")
"""What `read_outputs` reads, and so must be whole."""


def write_outputs(
    out: Path,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    *,
    measures: Mapping[str, Any],
    team_table: Sequence[Mapping[str, Any]] = (),
    manifest: Mapping[str, Any],
) -> list[Path]:
    """Write the whole set of output files, or leave the last good set as it was.

    Parameters
    ----------
    out : Path
        The folder; made where it does not exist.
    municipality, team_plan, round_plan
    measures : mapping
        Goes to ``measures.json`` as it is.
    team_table : sequence of mapping
        Columns of ``teams.csv`` per team; a row needs ``team_id``, the rest is optional.
    manifest : mapping
        Inputs' hashes, settings, seed, version and times; every written file's hash is added.

    Returns
    -------
    list of Path
        The files in place.

    Raises
    ------
    StoreError
        Where another process writes there, or a file cannot be put in place.

    Notes
    -----
    Protected clients, and clients that the municipality does not know, are in no list and on no
    map: not in ``clients.csv`` and not in ``plan.gpkg``. ``rounds.csv`` and ``rounds.xlsx`` hold
    no place of anybody, and keep the ids of protected clients' visits, since somebody must be
    sent (faults.md C7). ``plan.json`` keeps who is whose, and no place.
    """
    with transaction.locked(out), transaction.replacing_all(out) as folder:
        _write_tables(folder, municipality, team_plan, round_plan, team_table)
        _write_text(folder / "measures.json", _json(measures))
        clients = undecided(municipality).clients
        _write_text(
            folder / "plan.json", plan_files.plan_json(team_plan, round_plan.dates, clients)
        )
        write_geopackage(
            folder / "plan.gpkg", _layers(municipality, team_plan, round_plan), municipality.epsg
        )
        if len(round_plan.rows) <= XLSX_ROWS_MAX:
            _write_workbook(folder / "rounds.xlsx", round_plan)
        n_protected = sum(client.protected for client in municipality.clients)
        hashes = {file.name: file_hash(file) for file in sorted(folder.iterdir())}
        whole = {**manifest, "n_protected_left_out": n_protected, "files": hashes}
        _write_text(folder / "manifest.json", _json(whole))
        names = sorted(file.name for file in folder.iterdir())
    return [out / name for name in names]


def write_plan_alone(
    out: Path,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    manifest: Mapping[str, Any],
) -> None:
    """Write what `read_outputs` reads, and nothing for people: a proposal, taken or left.

    Raises
    ------
    StoreError
        As `write_outputs`.
    """
    clients = undecided(municipality).clients
    with transaction.locked(out), transaction.replacing_all(out) as folder:
        _write_text(
            folder / "plan.json", plan_files.plan_json(team_plan, round_plan.dates, clients)
        )
        for name, columns, rows in (
            ("rounds.csv", plan_files.ROUND_COLUMNS, plan_files.round_rows(round_plan)),
            ("unplanned.csv", plan_files.UNPLANNED_COLUMNS, plan_files.unplanned_rows(round_plan)),
            (plan_memory.FILE_NAME, plan_memory.COLUMNS,
             plan_memory.memory_rows(municipality, round_plan)),
        ):  # fmt: skip
            _write_text(folder / name, csv_text(columns, rows))
        hashes = {file.name: file_hash(file) for file in sorted(folder.iterdir())}
        _write_text(folder / "manifest.json", _json({**manifest, "files": hashes}))


def read_outputs(out: Path, *, verify: bool = True) -> tuple[TeamPlan, RoundPlan]:
    """Read back what `write_outputs` wrote, for ``hemrunda check-plan``.

    Parameters
    ----------
    out : Path
    verify : bool
        Whether to refuse files that were changed since they were written.

    Raises
    ------
    StoreError
        Where files are missing, of a newer version, changed or damaged.
    """
    if not (out / "plan.json").is_file() and not any(out.glob(".tmp-plan-*")):
        raise StoreError(f"Mappen {out.name} har ingen plan.")
    with transaction.locked_for_reading(out) as is_held:
        if is_held:
            transaction.recover(out)
        if verify:
            _verify(out)
        texts = [_read_text(out / name) for name in CHECKED]
    team_plan, dates = plan_files.parse_plan_json(texts[0])
    rows, unplanned = plan_files.parse_rounds(texts[1]), plan_files.parse_unplanned(texts[2])
    return team_plan, RoundPlan(dates, rows, unplanned)


def edited_files(out: Path) -> tuple[str, ...]:
    """Those of ``rounds.csv`` and ``unplanned.csv`` that have been changed since they were written.

    Raises
    ------
    StoreError
        Where a file is missing, or ``manifest.json`` is damaged.
    """
    hashes = _hashes(out)
    return tuple(
        name for name in CHECKED[1:]
        if (out / name).is_file() and hashes.get(name) != file_hash(out / name)
    )  # fmt: skip


def _hashes(out: Path) -> Mapping[str, str]:
    try:
        return dict(parsed_json(_read_text(out / "manifest.json"))["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("manifest.json är skadad. Gör om planen.") from error


def _verify(out: Path) -> None:
    hashes = _hashes(out)
    for name in CHECKED:
        if not (out / name).is_file():
            raise StoreError(f"{name} saknas i {out.name}. Gör om planen.")
        if hashes.get(name) != file_hash(out / name):
            raise StoreError(
                f"{name} har ändrats sedan planen skrevs, eller är skadad. Granska den med "
                "hemrunda check-plan, eller gör om planen."
            )


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def input_hashes(path: Path) -> dict[str, str]:
    """SHA-256 of the input file, or of each table file of the input folder, by name."""
    files = [path] if path.is_file() else sorted(path.iterdir())
    return {
        file.name: file_hash(file)
        for file in files
        if file.is_file() and file.suffix.lower() in {".csv", ".txt", ".tsv", ".xlsx", ".xlsm"}
    }


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise StoreError(f"{path.name} kan inte läsas.") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path.name} är skadad.") from error


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _json(value: Any) -> str:
    """JSON of mappings, sequences and numbers of NumPy; what is no number becomes null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=1, allow_nan=False)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _write_tables(
    folder: Path,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    team_table: Sequence[Mapping[str, Any]],
) -> None:
    tables = {
        "teams.csv": (plan_files.TEAM_COLUMNS,
                      plan_files.team_rows(municipality, team_plan, team_table)),
        "clients.csv": (plan_files.CLIENT_COLUMNS, plan_files.client_rows(municipality, team_plan)),
        "rounds.csv": (plan_files.ROUND_COLUMNS, plan_files.round_rows(round_plan)),
        "unplanned.csv": (plan_files.UNPLANNED_COLUMNS, plan_files.unplanned_rows(round_plan)),
        plan_memory.FILE_NAME: (plan_memory.COLUMNS,
                                plan_memory.memory_rows(municipality, round_plan)),
    }  # fmt: skip
    for name, (columns, rows) in tables.items():
        _write_text(folder / name, csv_text(columns, rows))


def _layers(municipality: Municipality, team_plan: TeamPlan, round_plan: RoundPlan) -> list[Layer]:
    rows = plan_files.client_rows(municipality, team_plan)
    places = municipality.client_by_id
    kinds = dict.fromkeys(plan_files.CLIENT_COLUMNS, "TEXT") | {
        "x": "INTEGER", "y": "INTEGER", "moved": "INTEGER"
    }  # fmt: skip
    team_ids = [team.team_id for team in team_plan.teams]
    return [
        Layer("clients", kinds, rows, [(places[row[0]].x, places[row[0]].y) for row in rows],
              styles.by_team(team_ids)),
        Layer("bases", {"base_id": "TEXT", "team_ids": "TEXT"},
              [[base.base_id, "; ".join(base.team_ids)] for base in municipality.bases],
              [(base.x, base.y) for base in municipality.bases], styles.bases()),
        Layer("teams", {"team_id": "TEXT", "area_id": "TEXT", "base_id": "TEXT",
                        "n_clients": "INTEGER"},
              [[t.team_id, t.area_id, t.base_id, len(t.client_ids)] for t in team_plan.teams]),
        Layer("rounds", dict.fromkeys(plan_files.ROUND_COLUMNS, "TEXT"),
              _of_shown(municipality, plan_files.ROUND_COLUMNS, plan_files.round_rows(round_plan))),
        Layer("unplanned", dict.fromkeys(plan_files.UNPLANNED_COLUMNS, "TEXT"),
              _of_shown(municipality, plan_files.UNPLANNED_COLUMNS,
                        plan_files.unplanned_rows(round_plan))),
    ]  # fmt: skip


def _of_shown(
    municipality: Municipality, columns: Sequence[str], rows: Sequence[list[Any]]
) -> list[list[Any]]:
    """The rows that are not about a client who must not be shown."""
    shown, at = plan_files.shown_clients(municipality), columns.index("client_id")
    return [row for row in rows if not row[at] or row[at] in shown]


ROUND_HEADERS_SV: Final = (
    "Datum", "Pass", "Runda", "Arbetslag", "Personal", "Nr", "Slag", "Besök", "Brukare",
    "Personal nr", "Framme", "Start", "Slut", "Restid (s)", "Entrétid (s)", "Väntan (s)",
    "Färdsätt", "Vem",
)  # fmt: skip


def _write_workbook(path: Path, plan: RoundPlan) -> None:
    with Workbook(path, title="Hemrunda rundor") as book:
        book.sheet("Rundor", ROUND_HEADERS_SV, plan_files.round_rows(plan))
        book.sheet(
            "Oplanerat",
            ("Datum", "Besök", "Brukare", "Personal nr", "Prioritet", "Orsak"),
            plan_files.unplanned_rows(plan),
        )
