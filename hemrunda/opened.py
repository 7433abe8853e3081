"""A finished plan opened again from its folder, with the tables and streets it was made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data.errors import StoreError
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.streets import StreetNetwork
from data.travel import TravelTimes
from hemrunda.config import Config
from hemrunda.options import config_option, network_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from routing.travel import TravelEngine


@dataclass(frozen=True)
class OpenedPlan:
    """Everything about a plan on disk."""

    folder: Path
    config: Config
    municipality: Municipality
    network: StreetNetwork
    travel: TravelTimes
    engine: TravelEngine
    team_plan: TeamPlan
    round_plan: RoundPlan

    @property
    def plan_id(self) -> str:
        """The plan's fingerprint, as on its maps."""
        from hemrunda.files import plan_id_of

        return plan_id_of(self.team_plan, self.round_plan)


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command on a finished plan takes: its folder, tables, streets, settings."""
    for option in (
        config_option,
        network_option,
        click.option(
            "--input",
            "source",
            type=click.Path(exists=True, path_type=Path),
            default=None,
            help="Indata som planen gjordes av.  [default: MAPP/indata.xlsx]",
        ),
        click.argument(
            "folder", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
        ),
    ):
        command = option(command)
    return command


def open_plan(
    folder: Path, source: Path | None, network_path: Path | None, config_path: Path | None
) -> OpenedPlan:
    """Read a plan back with its tables and streets.

    Raises
    ------
    StoreError
        Where the folder holds no whole plan, or its input is not beside it and not named.
    """
    from data.store import read_outputs
    from hemrunda.inputs import load_streets, read_tables, settings_for
    from routing.travel import travel_times

    tables = source or folder / "indata.xlsx"
    if not tables.exists():
        raise StoreError(f"{folder.name} har ingen indata.xlsx. Ange indata med --input.")
    config = settings_for(tables, config_path)
    beside = folder / "network"
    network = load_streets(network_path or (beside if beside.exists() else None))
    municipality = read_tables(tables, config, network).municipality
    team_plan, round_plan = read_outputs(folder)
    modes = sorted({carer.travel_mode for carer in municipality.staff} | {config.general.mode})
    travel, engine, _ = travel_times(network, municipality, modes, profile=config.travel)
    return OpenedPlan(folder, config, municipality, network, travel, engine, team_plan, round_plan)
