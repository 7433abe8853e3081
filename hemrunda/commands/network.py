"""``hemrunda network``: build, look at and compare street networks."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("network")
def command() -> None:
    """Gatunät: bygg ur ett OSM-utdrag på disken, visa, jämför."""


@command.command(
    "build", epilog="Exempel:  hemrunda network build --osm goteborg.osm.pbf --out nat"
)
@click.option(
    "--osm",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="OSM-utdrag: .osm.pbf, .osm, .osm.gz eller .osm.bz2.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Det färdiga nätet.")
@click.option(
    "--epsg",
    type=int,
    default=3006,
    show_default=True,
    help="Koordinatsystem i meter (SWEREF 99 TM).",
)
def build(osm: Path, out: Path, epsg: int) -> None:
    """Bygg gång-, cykel- och bilnät ur ett OSM-utdrag. Inget hämtas."""
    from hemrunda.console import show_pairs, watching
    from hemrunda.network_facts import facts_sv
    from routing.network import load_osm, save_network

    with watching() as watch:
        network = load_osm(osm, epsg=epsg, watch=watch)
        save_network(network, out)
    show_pairs(f"Gatunätet ligger i {out}", facts_sv(network))


@command.command("info", epilog="Exempel:  hemrunda network info nat")
@click.argument("path", metavar="NÄT", type=click.Path(exists=True, path_type=Path))
def info(path: Path) -> None:
    """Visa vad ett gatunät innehåller, och dess brister."""
    from hemrunda.console import show_pairs
    from hemrunda.network_facts import facts_sv
    from routing.network import load_network

    show_pairs(path.name, facts_sv(load_network(path)))
