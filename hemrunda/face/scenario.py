"""What a plan is made from: tables, streets and settings, in one frozen object."""

from __future__ import annotations

import datetime as dt
import html
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import Fault, NetworkError, SettingsError
from data.model import Municipality
from data.regular_files import json_of
from data.streets import StreetNetwork
from hemrunda.calls.arguments import Arguments
from hemrunda.config import Config, load
from hemrunda.face.network_sources import as_streets
from hemrunda.face.network_sources import network as read_network

if TYPE_CHECKING:
    import geopandas as gpd

    from data.plans import TeamPlan
    from hemrunda.face.python_plan import Plan
    from hemrunda.interchange.plan_json import TablesJson


@dataclass(frozen=True, repr=False)
class Scenario:
    """A municipality on its streets, with the settings it is planned by.

    Attributes
    ----------
    municipality : data.model.Municipality
    streets : data.streets.StreetNetwork
        With ``to_osmnx(mode)``, as `hemrunda.network` gives it.
    config : hemrunda.config.Config
        All of ``hemrunda.toml``.
    warnings : tuple of data.errors.Fault
        What reading the tables found doubtful.
    """

    municipality: Municipality
    streets: StreetNetwork
    config: Config = field(default_factory=Config)
    warnings: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "streets", as_streets(self.streets))

    @property
    def clients(self) -> gpd.GeoDataFrame:
        """Clients as points; those with protected data are left out."""
        from hemrunda.face.frames import scenario_clients

        return scenario_clients(self.municipality)

    def with_settings(self, path: str | Path) -> Scenario:
        """The same tables and streets, planned by another settings file."""
        given = Arguments()
        config = _settings(given, path)
        town = self.municipality.at_hours(config.rules.hours)
        return replace(self, config=config, municipality=town)

    def adopted(self, plan: Plan | TeamPlan, on: dt.date | str | None = None) -> Scenario:
        """The scenario with a plan, or a division such as a redesign's point, written back.

        The next plan starts there: nobody changes team or contact but who must. ``on`` is the day
        of adoption, today where it is not given.

        Raises
        ------
        SettingsError
            Where it is neither plan nor division, or ``on`` is no date.
        """
        from data.care.adoption import adopted
        from data.plans import TeamPlan
        from hemrunda.face.python_plan import Plan

        given = Arguments()
        given.a("plan", plan, (Plan, TeamPlan), "hr.Plan, TeamPlan")
        day = given.date_or_none("on", on) or dt.date.today()
        given.close()
        if isinstance(plan, TeamPlan):
            town = adopted(self.municipality, plan, on=day)
        else:
            made = plan.context
            town = adopted(self.municipality, made.team_plan, made.round_plan, on=day)
        return replace(self, municipality=town)

    def as_dict(self) -> TablesJson:
        """The tables as plain JSON, by ``docs/en/schemas/input.schema.json``; `from_json` reads it.

        Exact, hidden clients among the others: as secret as the tables are.
        """
        from hemrunda.interchange.plan_json import input_json

        return input_json(self.municipality)

    def travel_points(self) -> gpd.GeoDataFrame:
        """Where legs begin and end, in the order of the matrices that `hemrunda.plan` takes.

        Exact, hidden clients and carers' homes among the others: as secret as the tables are, so
        ask them of a travel time service on a machine of your own.
        """
        from hemrunda.face.frames import travel_points_frame

        return travel_points_frame(self.municipality)

    def __repr__(self) -> str:
        town = self.municipality
        return (
            f"<{f'Scenario {town.name}'.rstrip()}: {len(town.clients)} clients, "
            f"{len(town.visits)} visits, {len(town.staff)} staff, {len(town.dates)} dates>"
        )

    def _repr_html_(self) -> str:
        town = self.municipality
        first, last = (min(town.dates), max(town.dates)) if town.dates else ("", "")
        rows = {
            "clients": len(town.clients), "visits": len(town.visits), "staff": len(town.staff),
            "bases": len(town.bases), "dates": f"{first} – {last}",
            "warnings": len(self.warnings),
        }  # fmt: skip
        cells = "".join(f"<tr><th>{label}</th><td>{text}</td></tr>" for label, text in rows.items())
        return f"<p>{html.escape(repr(self))}</p><table>{cells}</table>"


def demo(n_clients: int = 400, n_days: int = 14, *, seed: int = 1) -> Scenario:
    """The made-up town of Ekhamn.

    Parameters
    ----------
    n_clients, n_days : int
        From 30 clients; 1 to 56 days.
    seed : int
        One seed, one town.

    Raises
    ------
    SettingsError
        Where a number is none, or out of range.

    Examples
    --------
    >>> import hemrunda as hr
    >>> hr.demo(n_clients=40, n_days=2)
    <Scenario Ekhamn: 40 clients, ... visits, ... staff, 2 dates>
    """
    from data.demo import make_municipality, make_streets

    given = Arguments()
    n_clients, n_days = given.whole("n_clients", n_clients), given.whole("n_days", n_days)
    seed = given.whole("seed", seed)
    given.close()
    streets = make_streets(n_clients=n_clients)
    return Scenario(
        make_municipality(streets, n_clients=n_clients, n_days=n_days, seed=seed, name="Ekhamn"),
        streets,
    )


def read(
    source: str | Path, network: Any = None, *, settings: str | Path | None = None
) -> Scenario:
    """Read a municipality's own tables, as ``hemrunda plan`` does.

    Parameters
    ----------
    source : path
        A workbook, or a folder of CSV, XLSX, Parquet and GeoPackage files.
    network : path, graph or StreetNetwork, optional
        As `hemrunda.network`; the folder ``network`` beside the tables where it is not given.
    settings : path, optional
        The ``hemrunda.toml`` beside the tables where it is not given.

    Raises
    ------
    InputError
        With every fault of every table.
    NetworkError
        Where no streets are named or lie beside the tables.
    """
    from hemrunda.workfolder.inputs import network_beside, read_tables, settings_for

    given = Arguments()
    path, named_settings = given.path("source", source), given.path_or_none("settings", settings)
    given.close()
    config = settings_for(path, named_settings)
    folder = path if path.is_dir() else path.parent
    named = network if network is not None else network_beside(folder, None)
    if named is None:
        read_tables(path, config, None)  # what is wrong with the tables is told first
        raise NetworkError("Inget gatunät ligger bredvid tabellerna. Ange det som network.")
    streets = read_network(named)
    result = read_tables(path, config, streets)
    return Scenario(result.municipality, streets, config, tuple(result.warnings))


def from_frames(
    clients: Any,
    visits: Any,
    staff: Any,
    roster: Any,
    bases: Any,
    *,
    network: Any,
    settings: str | Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> Scenario:
    """A scenario from pandas or GeoPandas frames, by the same rules as files.

    Parameters
    ----------
    clients, visits, staff, roster, bases : DataFrame
        With the columns of ``docs/en/formats.md``, under English names or any known header.
        ``clients`` and ``bases`` may be GeoDataFrames of points with a CRS.
    network : path, graph or StreetNetwork
    settings : path, optional
    more : mapping of table name to DataFrame, optional
        The optional tables, such as ``pins``.

    Raises
    ------
    InputError
        With every fault, by frame, row and column. Rows are numbered as in a spreadsheet: the
        header is row 1.
    SettingsError
        Where a table is given twice, or the settings cannot be read.
    """
    from data.tables import read_input
    from hemrunda.face.frame_sheets import sheet_of_frame

    given = Arguments()
    tables = {
        "clients": clients, "visits": visits, "staff": staff, "roster": roster, "bases": bases,
    }  # fmt: skip
    others = given.mapping("more", {} if more is None else more)
    for name in sorted(set(tables) & set(others)):
        given.refuse(f"more[{name!r}]", "tabellen är redan given")
    tables |= others
    config = Config() if settings is None else _settings(given, settings)
    given.close()
    streets = read_network(network)
    result = read_input(
        [sheet_of_frame(name, frame) for name, frame in tables.items()],
        network_addresses=streets.addresses,
        network_bounds=streets.bounds,
        epsg=config.general.epsg,
        hours=config.rules.hours,
    )
    town = result.municipality
    if config.general.name:
        town = replace(town, name=config.general.name)
    return Scenario(town, streets, config, tuple(result.warnings))


def from_json(
    source: str | Path | Mapping[str, Any],
    *,
    network: Any,
    settings: str | Path | None = None,
) -> Scenario:
    """A scenario from JSON: one list of rows per table, by the same rules as files.

    Parameters
    ----------
    source : path or mapping
        As ``docs/en/schemas/input.schema.json`` says.
    network : path, graph or StreetNetwork
    settings : path, optional

    Raises
    ------
    InputError
        With every fault, by table, row and column.
    SettingsError
        Where the file is no JSON object of lists.
    """
    import pandas as pd

    tables = source
    if isinstance(source, str | os.PathLike):
        try:
            tables = json_of(Path(source))
        except (OSError, ValueError) as error:
            raise SettingsError(f"{Path(source).name} kan inte läsas som JSON.") from error
    if not isinstance(tables, Mapping) or not all(isinstance(t, list) for t in tables.values()):
        raise SettingsError("Indata ska vara ett JSON-objekt med en lista av rader per tabell.")
    frames = {name: pd.DataFrame(rows, dtype=object) for name, rows in tables.items()}
    needed = [frames.pop(name, pd.DataFrame()) for name in
              ("clients", "visits", "staff", "roster", "bases")]  # fmt: skip
    return from_frames(*needed, network=network, settings=settings, more=frames)


def _settings(given: Arguments, path: Any) -> Config:
    """A settings file, once everything else of the call is right too."""
    named = given.path("settings", path)
    given.close()
    return load(named)
