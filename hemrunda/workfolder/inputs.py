"""Reading what a command was given: a network, settings and the user's tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.care.decisions import decided
from data.errors import SettingsError
from data.streets import StreetNetwork
from data.tables import ReadResult, read_input
from data.tables.address_lists import load_decisions
from data.tables.mapping import load_mapping
from hemrunda.config import Config, find, load
from hemrunda.options import may_ignore_unknown
from hemrunda.speech.language import asked
from hemrunda.workfolder.settings_paths import file_of_settings

if TYPE_CHECKING:
    from data.geo.outline import Outline


def settings_path(source: Path, config_path: Path | None) -> Path | None:
    """Where the settings are: those named, or those beside the input; None where neither is."""
    return config_path or find(_folder(source))


def settings_for(source: Path, config_path: Path | None) -> Config:
    """The settings named, or those beside the input, or the defaults."""
    return spoken_in(load(settings_path(source, config_path)))


def spoken_in(config: Config) -> Config:
    """The settings, in the language that the command line was asked to speak."""
    wanted = asked()
    if wanted is None:
        return config
    return replace(config, general=replace(config.general, language=wanted))


def network_beside(folder: Path, named: Path | None) -> Path | None:
    """The network that was named, or the one in a plan's folder; None where neither is."""
    beside = folder / "network"
    return named or (beside if beside.exists() else None)


def load_streets(path: Path | None) -> StreetNetwork:
    """Load the street network.

    Raises
    ------
    SettingsError
        Where none was named.
    """
    from routing.network import load_network

    if path is None:
        raise SettingsError(
            "Ange gatunätet med --network. Gör det med: "
            "hemrunda network build --osm UTDRAG.osm.pbf --out NÄT"
        )
    return load_network(path)


def mapping_beside(source: Path) -> Path:
    """Where the answers about unknown headers are kept: beside the input."""
    return _folder(source) / "hemrunda-rubriker.json"


def decisions_beside(source: Path) -> Path:
    """Where the planner's decisions on addresses are kept: beside the input."""
    return _folder(source) / "hemrunda-adresser.json"


def _folder(source: Path) -> Path:
    return source if source.is_dir() else source.parent


def read_tables(source: Path, config: Config, network: StreetNetwork | None) -> ReadResult:
    """Read and validate the user's tables, with what has been mapped and decided before."""
    result = read_input(
        source,
        network_addresses=network.addresses if network else (),
        network_bounds=network.bounds if network else None,
        epsg=system_of(config, network),
        mappings=load_mapping(mapping_beside(source)),
        decisions=load_decisions(decisions_beside(source), system_of(config, network)),
        outline=outline_for(source, config, network),
        ignore_unknown=may_ignore_unknown(),
        own_provider=config.general.provider,
        hours=config.rules.hours,
    )
    if not config.blocks:
        return result
    return replace(result, municipality=decided(replace(result.municipality, blocks=config.blocks)))


def system_of(config: Config, network: StreetNetwork | None) -> int:
    """The system that everything is brought to: the network's own, else the settings'."""
    return config.general.epsg if network is None else network.epsg


def outline_for(
    source: Path, config: Config, network: StreetNetwork | None = None
) -> Outline | None:
    """The municipality's outline, where the settings name a file with it.

    Raises
    ------
    SettingsError
        Where it is not there or cannot be read.
    """
    if not config.general.outline:
        return None
    from data.geo.outline import read_outline

    path = file_of_settings(_folder(source), config.general.outline, "outline")
    return read_outline(path, system_of(config, network), config.general.name)
