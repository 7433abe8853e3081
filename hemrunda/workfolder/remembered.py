"""What a plan's folder remembers of what it was made from, so that later commands need only it.

``private/source.json`` says where the tables and the streets lay, and their hashes. A copy of both
lies in the folder too, unless the user asked for paths only. Where the originals have moved or
changed since, it is told of: a plan stands on what it was made from, and nothing is guessed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import numpy as np

from data.errors import StoreError
from data.regular_files import json_of

if TYPE_CHECKING:
    from data.model import Municipality
    from data.plans import PlanRow
    from data.streets import StreetNetwork
    from hemrunda.config import Config
    from routing.travel import TravelEngine

FILE: Final = "private/source.json"
TABLES: Final = "indata.xlsx"
STREETS: Final = "network"
RESTING: Final = "private/resting.csv"
BASE: Final = "private/base.csv"
WAYS: Final = "private"
"""The folder of the prepared travel hierarchies (`routing.travel.prepared`)."""


@dataclass(frozen=True)
class Source:
    """Where what a plan was made from lay, by absolute path, and what was in it.

    Attributes
    ----------
    tables, network : str
        Empty where there was no file: the made-up town.
    tables_sha256 : mapping of file name to hash
    network_sha256 : str
    is_copied : bool
        Whether both lie in the plan's folder too.
    """

    tables: str = ""
    network: str = ""
    tables_sha256: Mapping[str, str] = field(default_factory=dict)
    network_sha256: str = ""
    is_copied: bool = True


def source_of(tables: Path, network: Path, *, is_copied: bool) -> Source:
    """What is remembered of the files that a command was given."""
    from data.store import file_hash, input_hashes

    return Source(
        str(tables.resolve()),
        "" if network == Path() else str(network.resolve()),
        input_hashes(tables),
        file_hash(network) if network.is_file() else "",
        is_copied,
    )


def keep(
    staged: Path,
    out: Path,
    source: Source,
    municipality: Municipality,
    settings: Path | None = None,
    named: Sequence[str] = (),
) -> list[Path]:
    """Write to a new plan's folder what it is made from.

    Parameters
    ----------
    staged : Path
        The folder that a run is writing (`data.store.renewing`).
    out : Path
        The folder whose place it takes; streets that lie there already stay.
    source : Source
    municipality : Municipality
        As it was read: no column that was left out on reading is in the copy.
    settings : Path, optional
        ``hemrunda.toml``.
    named : sequence of str
        Files that the settings name, beside them.
    """
    from data.atomic import write_text
    from data.tables import write_input
    from hemrunda.config import FILE_NAME

    if source.is_copied:
        write_input(municipality, staged / TABLES)
        network = Path(source.network) if source.network else None
        if network is not None and network.exists() and network != (out / STREETS).resolve():
            copy = shutil.copytree if network.is_dir() else shutil.copy2
            copy(network, staged / STREETS)
    if settings is not None and settings.is_file():
        shutil.copy2(settings, staged / FILE_NAME)
        for name in filter(None, named):
            beside = settings.parent / name
            if beside.is_file() and not Path(name).is_absolute():
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(beside, staged / name)
    write_text(staged / FILE, json.dumps(source.__dict__, ensure_ascii=False, indent=2))
    return []


def read_source(folder: Path) -> Source | None:
    """What a folder remembers; None where it is of an older version, or remembers nothing."""
    try:
        remembered: Any = json_of(folder / FILE)
        return Source(**remembered)
    except (OSError, ValueError, TypeError):
        return None


def tables_of(folder: Path) -> Path:
    """The tables that a folder's plan was made from: its copy, or where they were and still are.

    Raises
    ------
    StoreError
        Where they have moved or changed and there is no copy, or the folder does not say.
    """
    source = read_source(folder)
    copy = folder / TABLES
    if copy.exists() and (source is None or source.is_copied):
        if source is not None and source.tables:
            _report_change(folder, source)
        return copy
    if source is None or not source.tables:
        raise StoreError(f"{folder.name} har ingen {TABLES}. Ange indata med --input.")
    path = Path(source.tables)
    if not path.exists():
        raise StoreError(
            f"Indata till planen i {folder.name} finns inte längre där de låg ({path.name}). "
            "Ange var de är med --input."
        )
    if _hashes(path) != dict(source.tables_sha256):
        raise StoreError(
            f"{path.name} har ändrats sedan planen i {folder.name} gjordes. Laga planen efter "
            f"ändringarna (hemrunda mend {folder.name} --input {path.name} --out NY), eller ange "
            "med --input de tabeller som planen gjordes av."
        )
    return path


def network_of(folder: Path) -> Path | None:
    """The streets of a folder's plan: its copy, or where they were; None where it does not say.

    Raises
    ------
    StoreError
        Where they have moved or changed and there is no copy.
    """
    copy = folder / STREETS
    source = read_source(folder)
    if source is None or source.is_copied or not source.network:
        return copy if copy.exists() else None
    path = Path(source.network)
    if not path.exists():
        raise StoreError(
            f"Gatunätet till planen i {folder.name} finns inte längre där det låg ({path.name}). "
            "Ange var det är med --network."
        )
    if path.is_file() and source.network_sha256 != _hash(path):
        raise StoreError(
            f"Gatunätet {path.name} är ett annat än när planen i {folder.name} gjordes. "
            "Ange det rätta med --network, eller planera om."
        )
    return path


def _report_change(folder: Path, source: Source) -> None:
    """Say that the user's own file is not what the plan was made from any more, or not there."""
    path = Path(source.tables)
    if not path.exists():
        click.echo(
            f"Obs: {path.name} ligger inte kvar där den låg när planen gjordes. Planen och svaren "
            f"gäller kopian i {folder.name}.",
            err=True,
        )
    is_other = path.exists() and path.resolve() != (folder / TABLES).resolve()
    if is_other and _hashes(path) != dict(source.tables_sha256):
        click.echo(
            f"Obs: {path.name} har ändrats sedan planen gjordes. Planen och svaren gäller "
            f"tabellerna som de var. Laga efter ändringarna: hemrunda mend {folder.name} "
            f"--input {path.name} --out NY",
            err=True,
        )


def _hashes(path: Path) -> dict[str, str]:
    from data.store import input_hashes

    try:
        return input_hashes(path)
    except OSError:
        return {}


def resting_in(folder: Path) -> tuple[PlanRow, ...]:
    """Where visits stood that a pause has taken out; nothing where the folder remembers none."""
    return _rounds_in(folder / RESTING)


def base_in(folder: Path) -> tuple[PlanRow, ...]:
    """The rounds of the base plan that the days were made of; nothing where there is none."""
    return _rounds_in(folder / BASE)


def _rounds_in(path: Path) -> tuple[PlanRow, ...]:
    from data.store.plan_files import parse_rounds

    return parse_rounds(path.read_text(encoding="utf-8-sig")) if path.is_file() else ()


def _hash(path: Path) -> str:
    from data.store import file_hash

    return file_hash(path)


def keep_travel(staged: Path, engine: TravelEngine) -> list[Path]:
    """Keep the hierarchies of a run in its folder, so that they are computed once."""
    from routing.travel import save_prepared
    from routing.travel.prepared import prepared_name

    if engine.hierarchies:
        save_prepared(engine, staged / WAYS / prepared_name(engine.network))
    return []


def kept_travel(folder: Path, network: StreetNetwork, config: Config) -> TravelEngine | None:
    """The engine with the hierarchies that a folder keeps; None where it has none."""
    from data.errors import NetworkError
    from routing.travel import load_prepared
    from routing.travel.kernels.hierarchy_kernels import Hierarchy
    from routing.travel.prepared import prepared_name

    try:
        file = folder / WAYS / prepared_name(network)
        engine = load_prepared(network, file, profile=config.travel)
    except NetworkError:
        return None
    # Copied, so that the file is let go: a new plan replaces it, which Windows refuses while it
    # is mapped.
    for key, hierarchy in engine.hierarchies.items():
        parts: Any = [np.array(part) for part in hierarchy]
        engine.hierarchies[key] = Hierarchy(*parts)
    return engine


def measures_as_made(folder: Path) -> Mapping[str, Any] | None:
    """The measures that a folder keeps, so that they are not taken twice.

    None where anything that they hang on has changed since: the tables, the streets, the settings,
    the plan, or the program.
    """
    from data.store import file_hash, read_manifest
    from hemrunda import __version__
    from hemrunda.config import FILE_NAME

    try:
        manifest = read_manifest(folder)
        stored: Any = json_of(folder / "measures.json")
    except (StoreError, OSError, ValueError):
        return None
    hashes: Mapping[str, str] = manifest["files"]
    for name in (TABLES, STREETS, FILE_NAME, "measures.json", "private/plan.json",
                 "private/rounds.csv"):  # fmt: skip
        path = folder / name
        is_there = path.is_file()
        if is_there != (name in hashes) or (is_there and file_hash(path) != hashes[name]):
            return None
    is_ours = manifest.get("version") == __version__ and isinstance(stored, dict)
    return stored if is_ours else None
