"""A finished plan opened again from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from data.errors import StoreError
from hemrunda.options import config_option, ignore_option, network_option, tables_option
from hemrunda.workfolder.plan_context import KeptMeasures, PlanContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.matter_model import LayerKind
from data.model import Municipality


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command on a finished plan takes: its folder, tables, streets, settings."""
    for option in (
        ignore_option,
        config_option,
        network_option,
        tables_option("Indata som planen gjordes av.  [annars MAPP/indata.xlsx]"),
        click.argument(
            "folder", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
        ),
    ):
        command = option(command)
    return command


def hold_folder(out: Path) -> None:
    """Hold the writer's lock of a folder until the command is done; refused before it searches.

    Raises
    ------
    StoreError
        Where another command writes there, or the folder cannot take a plan.
    """
    from data.store import probe, writing

    click.get_current_context().with_resource(writing(out))
    probe(out)


def refuse_if_replaced(folder: Path, out: Path, read_id: str) -> list[Path]:
    """Refuse to write over another plan than the one that was read: its news would be lost.

    Raises
    ------
    StoreError
        Where ``out`` is the folder that was read and holds another plan by now.
    """
    from data.store import read_manifest

    if out.resolve() == folder.resolve() and read_manifest(out).get("plan_id") != read_id:
        raise StoreError(
            f"Planen i {folder.name} har bytts ut sedan den lästes. Ingenting skrevs; kör igen."
        )
    return []


@dataclass(frozen=True)
class PlanFolder:
    """Where a finished plan lies, and where its tables, streets and settings are if elsewhere."""

    folder: Path
    source: Path | None
    network_path: Path | None
    config_path: Path | None

    @property
    def tables(self) -> Path:
        """The tables that were named, or the plan's folder."""
        return self.source or self.folder

    def open(self) -> PlanContext:
        """The plan; errors as `open_plan`."""
        return open_plan(self.folder, self.source, self.network_path, self.config_path)


def with_plan(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `plan_options`, and hand them to the command as one `PlanFolder`, its first argument."""

    @wraps(command)
    def called(
        folder: Path,
        source: Path | None,
        network_path: Path | None,
        config_path: Path | None,
        **others: Any,
    ) -> Any:
        return command(PlanFolder(folder, source, network_path, config_path), **others)

    return plan_options(called)


def settings_of(folder: Path, source: Path | None) -> Path | None:
    """The settings that a folder's plan was made by, where none lie beside the tables named."""
    from hemrunda.config import find
    from hemrunda.workfolder.inputs import settings_path

    return (settings_path(source, None) if source else None) or find(folder)


def keeper_of(
    folder: Path,
    target: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
) -> Callable[[Path, Municipality], list[Path]]:
    """What writes to ``target`` the input of a plan that is made of the one in ``folder``.

    Raises
    ------
    StoreError
        Where the folder does not say where its tables or streets are.
    """
    from hemrunda.workfolder.remembered import keep, network_of, source_of, tables_of

    settings = config_path or settings_of(folder, source)
    streets = network_path or network_of(folder) or Path()
    remembered = source_of(source or tables_of(folder), streets, is_copied=True)
    return lambda staged, town: keep(staged, target, remembered, town, settings)


def open_plan(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    *,
    takes_over: bool = False,
    verify: bool = True,
) -> PlanContext:
    """Read a plan back with its tables and streets.

    When recurring tasks were last made is as it was known when the plan was made; with
    ``takes_over``, and a roster that begins after the plan does, as the plan leaves it. ``verify``
    refuses rounds that somebody has changed by hand since they were written.

    Raises
    ------
    StoreError
        Where the folder holds no whole plan, or its input is not beside it and not named.
    """
    from data.store import read_outputs
    from data.travel_times import modes_of
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for
    from hemrunda.workfolder.layer_folder import layer_of_folder, previous_layers
    from hemrunda.workfolder.recurrence_memory import as_when_made, taken_over
    from hemrunda.workfolder.remembered import (
        base_in,
        kept_travel,
        measures_as_made,
        network_of,
        resting_in,
        tables_of,
    )
    from routing.travel import travel_times

    kind = layer_of_folder(folder)
    if kind:
        return _open_layer(folder, kind, (source, network_path, config_path), verify=verify)
    team_plan, round_plan = read_outputs(folder, verify=verify)
    tables = source or tables_of(folder)
    config = settings_for(source or folder, config_path or settings_of(folder, source))
    network = load_streets(network_path or network_of(folder))
    result = read_tables(tables, config, network)
    dates = result.municipality.dates
    municipality = (
        taken_over(result.municipality, folder, dates[0])
        if takes_over and dates and round_plan.dates and dates[0] > round_plan.dates[0]
        else as_when_made(result.municipality, folder)
    )
    modes = modes_of(municipality.staff, config.general.mode)
    travel, engine, _ = travel_times(
        network, municipality, modes, profile=config.travel,
        engine=kept_travel(folder, network, config),
    )  # fmt: skip
    is_as_made = source is None and network_path is None and config_path is None and verify
    values = measures_as_made(folder) if is_as_made and not takes_over else None
    kept = KeptMeasures(values, municipality, team_plan, round_plan) if values else None
    return PlanContext(
        config, municipality, network, travel, engine, team_plan, round_plan, result.receipt, kept,
        resting_in(folder), previous_layers(folder), base=base_in(folder),
    )  # fmt: skip


def _open_layer(
    folder: Path,
    kind: LayerKind,
    named: tuple[Path | None, Path | None, Path | None],
    *,
    verify: bool,
) -> PlanContext:
    """A layer's plan, on the tables, streets and settings of the folder that it lies in."""
    from hemrunda.workfolder.layer_folder import load_layer

    whole = folder.resolve().parent
    layer = load_layer(open_plan(whole, *named, verify=verify), whole, kind, verify=verify)
    if layer is None:
        raise StoreError(f"Tabellerna till {folder.name} har inga rader för det längre.")
    return layer
