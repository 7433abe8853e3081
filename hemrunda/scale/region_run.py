"""``hemrunda region``: many municipalities, each by its own tables, streets and settings.

Each is a folder with what ``hemrunda plan`` needs. Where workers see our files they read and write
them; elsewhere the files travel, and the worker keeps them in memory only.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from data.atomic import write_bytes
from data.errors import HemrundaError, SettingsError
from data.progress import Progress
from hemrunda.effort import Effort
from hemrunda.scale.executors import Executor, Task
from hemrunda.scale.origins import fingerprint, origin_of
from hemrunda.scale.packing import Failed
from hemrunda.scale.study_table import CAUSE, ORIGIN, RowsOnDisk, cause, fill
from hemrunda.scale.town_task import Row, row_of

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 — a file system in memory, not a temporary folder
FOLDER_VARIABLE: Final = "HEMRUNDA_WORKER_FOLDER"
MOST_BYTES: Final = 500_000_000
"""Of one municipality's files; a county's own extract is some 30 MB."""


@dataclass(frozen=True)
class TownFolder:
    """One municipality: where its files are, or the files, and how it is searched."""

    name: str
    source: str
    out: str
    effort: Effort
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class TownMade:
    """The row, and the plan's files where the worker could not write them itself."""

    row: Row
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def towns_in(folder: Path) -> list[Path]:
    """The folders of a region, by name.

    Raises
    ------
    SettingsError
        Where there is none.
    """
    towns = sorted(
        path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")
    )
    if not towns:
        raise SettingsError(f"{folder.name} har inga mappar: en per kommun, med tabeller och nät.")
    return towns


def run_region(
    towns: Sequence[Path],
    out: Path,
    effort: Effort,
    executor: Executor,
    progress: Progress,
    rows: RowsOnDisk,
) -> None:
    """Plan every municipality that has no row of these tables, settings and effort yet.

    Each has a plan in ``out`` or a cause.
    """
    asked = replace(effort, workers=1)  # which changes no plan
    origins = {town.name: origin_of(fingerprint(town), asked) for town in towns}
    rows.forget_others(origins)
    known = rows.known()
    names = {f"town-{i}": path.name for i, path in enumerate(towns) if path.name not in known}

    def unread(name: str, why: str) -> None:
        rows.add(name, {ORIGIN: origins[name], **cause(why)})

    tasks = (
        _task(f"town-{i}", town, out, effort, executor, unread)
        for i, town in enumerate(towns)
        if f"town-{i}" in names
    )

    def row_of(name: str, made: TownMade | Failed) -> Row:
        if isinstance(made, Failed):
            return {ORIGIN: origins[name], **cause(made.text)}
        for file, content in made.files.items():
            write_bytes(out / name / file, content)
        return {ORIGIN: origins[name], **made.row, CAUSE: ""}

    done = executor.stream(plan_folder, (task for task in tasks if task is not None))
    fill(rows, names, done, row_of, progress, (len(towns), "kommuner"))


def _task(
    key: str,
    town: Path,
    out: Path,
    effort: Effort,
    executor: Executor,
    unread: Callable[[str, str], None],
) -> Task | None:
    if executor.is_here:
        made = TownFolder(town.name, str(town.resolve()), str((out / town.name).resolve()), effort)
        return Task(key, made)
    try:
        return Task(key, TownFolder(town.name, "", "", effort, _files_of(town)))
    except (OSError, HemrundaError) as error:
        is_ours = isinstance(error, HemrundaError)
        unread(town.name, str(error) if is_ours else "Mappen kan inte läsas.")
        return None


def _files_of(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."]
    if sum(path.stat().st_size for path in files) > MOST_BYTES:
        raise SettingsError("Kommunens filer är tillsammans över 500 MB.")
    return {path.name: path.read_bytes() for path in files}


def plan_folder(task: TownFolder) -> TownMade:
    """Plan one municipality where we are.

    Raises
    ------
    HemrundaError
        As ``hemrunda plan``.
    """
    if task.out:
        return TownMade(_planned(Path(task.source), Path(task.out), task.effort))
    with tempfile.TemporaryDirectory(dir=_memory()) as place:
        source, out = Path(place) / "in", Path(place) / "out"
        source.mkdir()
        for name, content in task.files.items():
            (source / Path(name).name).write_bytes(content)
        row = _planned(source, out, task.effort)
        return TownMade(row, dict(_made(out)))


def _made(out: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(out.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(out).as_posix(), path.read_bytes()


def _memory() -> Path:
    """A folder that is no disk: the system's, or one that whoever runs the worker has named.

    Raises
    ------
    SettingsError
    """
    named = os.environ.get(FOLDER_VARIABLE)
    place = Path(named) if named else IN_MEMORY
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise SettingsError(
            f"Arbetaren har ingen mapp i minnet. Sätt {FOLDER_VARIABLE} till en krypterad mapp "
            "eller en i minnet; på arbetarens disk sparas ingenting."
        )
    return place


def _planned(source: Path, out: Path, effort: Effort) -> Row:
    from data.store import writing
    from hemrunda.pipeline import run
    from hemrunda.workfolder.inputs import (
        load_streets,
        network_beside,
        read_tables,
        settings_for,
        settings_path,
    )
    from hemrunda.workfolder.remembered import keep, source_of

    tables = _tables_of(source)
    config = settings_for(tables, None)
    streets_path = network_beside(source, None)
    streets = load_streets(streets_path)
    town = read_tables(tables, config, streets).municipality
    effort = replace(effort, dates=effort.dates or town.dates)
    remembered = source_of(tables, streets_path or Path(), is_copied=True)
    settings = settings_path(tables, None)
    with writing(out):
        made = run(
            town, streets, config, effort, out, Progress(), {"command": "region"},
            [lambda staged: keep(staged, out, remembered, town, settings)],
        )  # fmt: skip
    return row_of(made.plan)


def _tables_of(folder: Path) -> Path:
    """The workbook of a folder that has one and no tables of other kinds, else the folder."""
    books = sorted(path for path in folder.glob("*.xls[xm]") if not path.name.startswith("~"))
    others = [path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".parquet")]
    return books[0] if len(books) == 1 and not others else folder
