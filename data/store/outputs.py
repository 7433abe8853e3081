"""Everything a run leaves in ``out/``: written as one set, read back loss-free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.care.decisions import undecided
from data.care.hidden import is_by_team, shown_teams
from data.errors import StoreError
from data.geo.coarse_areas import coarse_areas
from data.geo.geopackage import Layer, write_geopackage
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.regular_files import regular_bytes
from data.store import folder_locks as locks
from data.store import plan_files, plan_memory, styles, transaction
from data.store.manifest import as_json, file_hash, read_manifest, renewing
from data.store.plan_workbook import PlanTables, write_plan_workbook
from data.tables.out.headings import shared_csv
from data.tables.out.writing import csv_text

if TYPE_CHECKING:
    from data.streets import AddressPoint, StreetNetwork

XLSX_ROWS_MAX: Final = 60_000
"""Above this, ``rounds.xlsx`` is left out: nobody reads it, and it would take a minute to make."""

AREA_CLIENTS_MIN: Final = 5
"""A team with fewer clients that may be shown has no area in a shared file (G7)."""
PRIVATE: Final = "private"
"""The folder of what is exact: for the checker and for who makes the staff's own sheets."""
LAYERS: Final = "plan.gpkg"
"""The plan for QGIS: made where it is asked for."""
EXACT_WORKBOOK: Final = "private/rounds.xlsx"
"""The planner's own workbook: every round with carer and clock, while shared ones tell of teams."""
PLAN_FILE: Final = "private/plan.json"
"""What tells that a folder holds a plan."""
CHECKED: Final = (PLAN_FILE, "private/rounds.csv", "private/unplanned.csv")
"""What `read_outputs` reads, and so must be whole."""
SHARED: Final = (
    "teams.csv", "clients.csv", "rounds.csv", "rounds.xlsx", "unplanned.csv", "measures.json",
    LAYERS,
)  # fmt: skip
"""What others read; verified too, where it is there."""


@dataclass(frozen=True)
class Look:
    """How shared tables look.

    Attributes
    ----------
    language : str
        Of the headers: ``sv`` or ``en``.
    register : sequence of AddressPoint
        Public addresses, in the municipality's system, for the workbook.
    network : StreetNetwork, optional
        The streets, for the teams' areas in ``plan.gpkg``.
    """

    language: str = "sv"
    register: Sequence[AddressPoint] = ()
    network: StreetNetwork | None = None


PLAIN: Final = Look()


def write_outputs(
    out: Path,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    *,
    measures: Mapping[str, Any],
    team_table: Sequence[Mapping[str, Any]] = (),
    manifest: Mapping[str, Any],
    look: Look = PLAIN,
) -> list[Path]:
    """Write the whole set of output files, or leave the last good set as it was.

    Parameters
    ----------
    out : Path
        The folder; made where it does not exist.
    municipality, team_plan, round_plan, measures, team_table, look
        As `stage_outputs`.
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
    """
    with renewing(out, manifest) as folder:
        stage_outputs(
            folder, municipality, team_plan, round_plan, measures=measures, team_table=team_table,
            look=look,
        )  # fmt: skip
        write_layers(folder / LAYERS, municipality, team_plan, round_plan, look=look)
        names = transaction.names_in(folder)
    return [out / name for name in sorted([*names, "manifest.json"])]


def stage_outputs(
    folder: Path,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    *,
    measures: Mapping[str, Any],
    team_table: Sequence[Mapping[str, Any]] = (),
    look: Look = PLAIN,
) -> None:
    """Write the set of output files to a folder that `renewing` gave.

    Parameters
    ----------
    folder : Path
    municipality, team_plan, round_plan
    measures : mapping
        Goes to ``measures.json`` as it is.
    team_table : sequence of mapping
        Columns of ``teams.csv`` per team; a row needs ``team_id``, the rest is optional.
    look : Look
        The language of headers, and addresses for the workbook.

    Notes
    -----
    Hidden clients (protected, with their households), and clients that the municipality does not
    know, are in no shared file and in no count of one, and nothing around them tells where they
    live (`data.care.hidden`). ``private/`` holds the plan exactly, loss-free (faults.md C7), and
    where the shared rounds do not tell of carers the planner's own workbook.
    """
    _write_private(folder, municipality, team_plan, round_plan)
    shown = shown_teams(municipality, team_plan)
    rounds = plan_files.shared_round_rows(municipality, round_plan)
    unplanned = plan_files.shared_unplanned_rows(municipality, team_plan, round_plan)
    teams = plan_files.team_rows(municipality, shown, team_table)
    clients = plan_files.client_rows(municipality, shown)
    for name, columns, rows in (
        ("teams.csv", plan_files.TEAM_COLUMNS, teams),
        ("clients.csv", plan_files.CLIENT_COLUMNS, clients),
        ("rounds.csv", plan_files.ROUND_COLUMNS, rounds),
        ("unplanned.csv", plan_files.SHARED_UNPLANNED_COLUMNS, unplanned),
    ):
        _write_text(folder / name, shared_csv(columns, rows, look.language))
    _write_text(folder / "measures.json", as_json(measures))
    if len(round_plan.rows) > XLSX_ROWS_MAX:
        return
    is_by_team_only = is_by_team(municipality, round_plan)
    tables = PlanTables(teams, clients, rounds, unplanned, is_by_team_only)
    write_plan_workbook(folder / "rounds.xlsx", municipality, tables, look.register)
    if is_by_team_only:
        exact = PlanTables(teams, clients, plan_files.round_rows(round_plan), unplanned)
        write_plan_workbook(folder / EXACT_WORKBOOK, municipality, exact, look.register)


def write_layers(
    path: Path,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    *,
    look: Look = PLAIN,
) -> None:
    """Write the plan as layers for QGIS, with their styles; of those who may be shown (MA-39)."""
    shown = shown_teams(municipality, team_plan)
    rounds = plan_files.shared_round_rows(municipality, round_plan)
    unplanned = plan_files.shared_unplanned_rows(municipality, team_plan, round_plan)
    layers = _layers(municipality, shown, rounds, unplanned)
    if look.network is not None:
        layers.append(_territories(municipality, shown, look.network))
    write_geopackage(path, layers, municipality.epsg)


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
    with renewing(out, manifest) as folder:
        _write_private(folder, municipality, team_plan, round_plan)


def _write_private(
    folder: Path, municipality: Municipality, team_plan: TeamPlan, round_plan: RoundPlan
) -> None:
    """Write the plan exactly: what `read_outputs` reads, and what the next plan takes up."""
    private = folder / PRIVATE
    private.mkdir(mode=0o700)
    _write_tables(private, {
        "rounds.csv": (plan_files.ROUND_COLUMNS, plan_files.round_rows(round_plan)),
        "unplanned.csv": (plan_files.UNPLANNED_COLUMNS, plan_files.unplanned_rows(round_plan)),
        plan_memory.FILE_NAME: (plan_memory.COLUMNS,
                                plan_memory.memory_rows(municipality, round_plan)),
    })  # fmt: skip
    clients = undecided(municipality).clients
    exact = plan_files.exact_names(municipality, round_plan)
    text = plan_files.plan_json(team_plan, round_plan.dates, clients, exact)
    _write_text(private / "plan.json", text)


def read_outputs(out: Path, *, verify: bool = True) -> tuple[TeamPlan, RoundPlan]:
    """Read back what `write_outputs` wrote, for ``hemrunda check``.

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
    if not (out / CHECKED[0]).is_file() and not transaction.is_pending(out):
        raise StoreError(f"Mappen {out.name} har ingen plan.")
    with locks.locked_for_reading(out) as is_held:
        if is_held:
            transaction.recover(out)
        if verify:
            _verify(out)
        texts = [_read_text(out / name) for name in CHECKED] if verify else _as_edited(out)
    team_plan, dates = plan_files.parse_plan_json(texts[0])
    rows, unplanned = plan_files.parse_rounds(texts[1]), plan_files.parse_unplanned(texts[2])
    return team_plan, RoundPlan(dates, rows, unplanned)


def edited_files(out: Path) -> tuple[str, ...]:
    """Those files of rounds, exact and shared, that have been changed since they were written.

    Raises
    ------
    StoreError
        Where a file is missing, or ``manifest.json`` is damaged.
    """
    hashes = read_manifest(out)["files"]
    names = [*CHECKED[1:], *(Path(name).name for name in CHECKED[1:])]
    return tuple(
        name for name in names
        if (out / name).is_file() and hashes.get(name) != file_hash(out / name)
    )  # fmt: skip


def _as_edited(out: Path) -> list[str]:
    """The texts of `CHECKED`; of rounds that somebody has changed by hand, the changed ones.

    A shared file that was as exact as the private one stands for it where it is edited.

    Raises
    ------
    StoreError
        Where the shared file that was edited does not tell the whole plan.
    """
    hashes, edited = read_manifest(out)["files"], edited_files(out)
    exact = plan_files.exact_of(_read_text(out / PLAN_FILE))
    texts = []
    for name in CHECKED:
        shared = Path(name).name
        if shared in edited and name not in edited:
            if shared not in exact and hashes.get(shared) != hashes.get(name):
                raise StoreError(
                    f"{shared} är ändrad för hand, men visar inte hela planen. Gör ändringen i "
                    f"{name} och kör igen."
                )
            texts.append(_read_text(out / shared))
        else:
            texts.append(_read_text(out / name))
    return texts


def _verify(out: Path) -> None:
    hashes = read_manifest(out)["files"]
    for name in (*CHECKED, *SHARED):
        path = out / name
        if not path.is_file() and name in CHECKED:
            raise StoreError(f"{name} saknas i {out.name}. Gör om planen.")
        if path.is_file() and name in hashes and hashes[name] != file_hash(path):
            raise StoreError(
                f"{name} har ändrats sedan planen skrevs, eller är skadad. Granska den med "
                "hemrunda check, eller gör om planen."
            )


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
        return regular_bytes(path).decode("utf-8")
    except OSError as error:
        raise StoreError(f"{path.name} kan inte läsas.") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path.name} är skadad.") from error


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _write_tables(
    folder: Path, tables: Mapping[str, tuple[Sequence[str], plan_files.Rows]]
) -> None:
    for name, (columns, rows) in tables.items():
        _write_text(folder / name, csv_text(columns, rows))


def _territories(municipality: Municipality, shown: TeamPlan, network: StreetNetwork) -> Layer:
    """The teams' areas as the shared maps have them: squares of a fixed grid, dissolved by team.

    They are drawn of the clients that may be shown alone, and no team under five has any.
    """
    areas = coarse_areas(municipality, shown.team_of_client, network, n_least=AREA_CLIENTS_MIN)
    kinds = {"team_id": "TEXT", "area_id": "TEXT"}
    ids = sorted(areas)
    rows = [[record_id, shown.team_by_id[record_id].area_id] for record_id in ids]
    return Layer("territories", kinds, rows, areas=[areas[record_id] for record_id in ids])


def _layers(
    municipality: Municipality,
    team_plan: TeamPlan,
    rounds: plan_files.Rows,
    unplanned: plan_files.Rows,
) -> list[Layer]:
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
        Layer("rounds", dict.fromkeys(plan_files.ROUND_COLUMNS, "TEXT"), rounds),
        Layer("unplanned", dict.fromkeys(plan_files.SHARED_UNPLANNED_COLUMNS, "TEXT"),
              unplanned),
    ]  # fmt: skip
