"""``hemrunda network``: build, look at and compare street networks."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from hemrunda.options import ignore_option, json_option, tables_option
from hemrunda.speech.spoken import Renamed

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("network")
def command() -> None:
    """Gatunät: bygg ur ett OSM-utdrag på disken, visa, jämför."""


@command.command(
    "build",
    epilog="Exempel:  hemrunda network build --place Falkenberg --osm halland.osm.pbf --out nat",
)
@click.option("--osm", type=_FILE, default=None, help="OSM-utdrag, till exempel .osm.pbf.")
@click.option("--graphml", type=_FILE, default=None, help="En graf som OSMnx har sparat.")
@click.option("--gpkg", type=_FILE, default=None, help="GeoPackage: OSMnx, QuickOSM eller ogr2ogr.")
@click.option("--place", default="", help="Kommun att skära ur utdraget, efter dess gräns.")
@click.option("--outline", type=_FILE, default=None, help="Gränsen: .geojson, .gpkg, .shp, .poly.")
@click.option("--box", default="", help="Ruta att skära ur: väst,syd,öst,nord (grader, meter).")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Det färdiga nätet.")
@click.option(
    "--epsg",
    type=int,
    default=3006,
    show_default=True,
    help="Koordinatsystem i meter (SWEREF 99 TM).",
)
def build(out: Path, epsg: int, **named: Any) -> None:
    """Bygg gång-, cykel- och bilnät ur en karta på disken. Inget hämtas.

    Med --place skärs kommunen ur ett större utdrag, till exempel länets, med en kilometer väg
    utanför gränsen. Ligger det bara ett utdrag i mappen behöver det inte anges.
    """
    from data.geo.crs import check_metric
    from hemrunda.console import progress_bar, show_pairs
    from hemrunda.workfolder.network_facts import doubts_sv, facts_sv
    from hemrunda.workfolder.street_sources import StreetSource
    from routing.network import save_network

    check_metric(epsg)
    with progress_bar() as progress:
        network = StreetSource(**named).load(epsg, progress, Path.cwd())
        save_network(network, out)
    show_pairs(f"Gatunätet ligger i {out}", facts_sv(network))
    _show_doubts(doubts_sv(network))


def _show_doubts(doubts: list[str]) -> None:
    if doubts:
        click.echo("Tveksamt eller inte med:")
        for doubt in doubts:
            click.echo(f"  {doubt}")


@command.command(
    "info", epilog="Exempel:  hemrunda network info nat --out nat.html --input indata.xlsx"
)
@click.argument("path", metavar="NÄT", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    "--map",
    "map_path",
    cls=Renamed,
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Skriv en sida med karta över nätet och dess tveksamma ställen.",
)
@tables_option("Tabeller vars platser ska prövas mot nätet.")
@ignore_option
@json_option
def info(path: Path, map_path: Path | None, source: Path | None, as_json: bool) -> None:
    """Visa vad ett gatunät innehåller, och dess brister."""
    from hemrunda.console import show_pairs
    from hemrunda.workfolder.network_facts import doubts_of, doubts_sv, facts_sv, far_places
    from routing.network import load_network, network_info

    network = load_network(path)
    if as_json:
        facts = network_info(network) | {"doubts": doubts_sv(network)}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        show_pairs(path.name, facts_sv(network))
        _show_doubts(doubts_sv(network))
    if map_path is None:
        return
    from maps.screen.network_page import write_network_page

    write_network_page(
        map_path,
        network,
        facts=facts_sv(network),
        doubts=doubts_of(network),
        far=far_places(source, network) if source else (),
        date=dt.date.today().isoformat(),
    )
    click.echo(f"Karta: {map_path}", err=as_json)


@command.command(
    "compare", hidden=True, epilog="Exempel:  hemrunda compare networks nat-2025 nat-2026"
)
@click.argument("old", metavar="GAMMALT", type=click.Path(exists=True, path_type=Path))
@click.argument("new", metavar="NYTT", type=click.Path(exists=True, path_type=Path))
def compare(old: Path, new: Path) -> None:
    """Visa vad en nyare karta ändrar: gator som tillkommit, försvunnit eller fått nya regler."""
    from routing.network import compare_networks, load_network

    differences = compare_networks(load_network(old), load_network(new))
    click.echo(json.dumps(differences, ensure_ascii=False, indent=2))


@command.command(
    "download", epilog='Exempel:  hemrunda network download --place "Lund, Sverige" --out nat'
)
@click.option("--place", required=True, help="Kommunens namn, som på kartan.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Det färdiga nätet.")
@click.option("--epsg", type=int, default=3006, show_default=True, help="Koordinatsystem i meter.")
@click.option("--yes", is_flag=True, help="Hämta utan att fråga.")
def download(place: str, out: Path, epsg: int, yes: bool) -> None:
    """Hämta gatorna från OpenStreetMap. Det enda kommando som använder nätet.

    Bara kommunens namn skickas; inga adresser, inga brukare.
    """
    from hemrunda.console import is_yes
    from routing.network import download_place, save_network

    click.echo(f"Detta frågar OpenStreetMaps servrar efter gatorna i {place}. Inget annat skickas.")
    if not yes and not is_yes(click.prompt("Fortsätta? [j/N]", default="", show_default=False)):
        raise click.Abort
    network = download_place(place, out.with_name(f"{out.name}-hamtat"), epsg=epsg)
    save_network(network, out)
    click.echo(f"Gatunätet ligger i {out}")


@command.command(
    "correct", epilog="Exempel:  hemrunda network correct nat rattelser.csv --out nat-2"
)
@click.argument("path", metavar="NÄT", type=click.Path(exists=True, path_type=Path))
@click.argument(
    "table", metavar="RÄTTELSER", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Det rättade nätet.")
def correct(path: Path, table: Path, out: Path) -> None:
    """Lägg in det personalen vet: en låst grind, en seg backe, en stig som går att cykla."""
    from hemrunda.console import show_faults
    from routing.network import apply_corrections, load_network, read_corrections, save_network

    corrections = read_corrections(table)
    network, warnings = apply_corrections(load_network(path), corrections)
    show_faults(warnings)
    save_network(network, out)
    click.echo(f"{len(corrections) - len(warnings)} rättelser inlagda i {out}")
