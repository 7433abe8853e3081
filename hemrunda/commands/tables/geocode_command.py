"""``hemrunda check addresses``: addresses matched with a register on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import (
    config_option,
    ignore_option,
    json_option,
    may_ignore_unknown,
    network_option,
)

if TYPE_CHECKING:
    from data.addresses import Answer, Query
    from data.streets import AddressPoint, StreetNetwork


@click.command(
    "geocode",
    epilog="Exempel:  hemrunda check addresses indata.xlsx --network nat --out granska.csv",
)
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
@network_option
@config_option
@ignore_option
@click.option(
    "--register",
    "register_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Adressregister: OSM-utdrag, Belägenhetsadress (.gpkg), .geojson, .shp eller CSV.",
)
@click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="En ifylld granskningslista; besluten sparas bredvid indata.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("granska.csv"),
    show_default=True,
    help="Granskningslista över adresser som ingen vet säkert.",
)
@json_option
def command(
    source: Path,
    network_path: Path | None,
    config_path: Path | None,
    register_path: Path | None,
    decisions: Path | None,
    out: Path,
    as_json: bool,
) -> int:
    """Leta upp adresserna i ett register på den här datorn. Inget skickas någonstans.

    Det som är tvetydigt gissas aldrig: det hamnar i en granskningslista med förslag. Fyll i den
    och kör igen med --decisions; besluten minns till nästa gång.
    """
    from data.addresses import decision_key, geocode
    from data.errors import InputError
    from data.tables import address_queries
    from data.tables.address_lists import load_decisions, read_review, save_decisions
    from data.tables.mapping import load_mapping
    from hemrunda.console import faults_as_json, show_receipt
    from hemrunda.workfolder.inputs import (
        decisions_beside,
        load_streets,
        mapping_beside,
        settings_for,
        system_of,
    )

    config = settings_for(source, config_path)
    network = None if network_path is None else load_streets(network_path)
    epsg = system_of(config, network)
    register = _register(register_path, network, epsg)
    saved = decisions_beside(source)
    if decisions is not None:
        save_decisions(saved, read_review(decisions), epsg)
    mapping = load_mapping(mapping_beside(source))
    try:
        queries, receipt = address_queries(source, mapping, ignore_unknown=may_ignore_unknown())
    except InputError as error:
        if not as_json:
            raise
        return faults_as_json(error)
    answers = geocode(queries, register, load_decisions(saved, epsg))
    settled = {
        decision_key(query): (answer.x, answer.y)
        for query, answer in zip(queries, answers, strict=True)
        if answer.is_accepted
    }
    save_decisions(saved, settled, epsg)
    n_open = _written(out, queries, answers)
    if as_json:
        counts = {"adresser": len(queries), "säkra": len(queries) - n_open, "granska": n_open}
        click.echo(json.dumps({**counts, "kvitto": receipt.as_list()}, ensure_ascii=False))
        return 0 if n_open == 0 else 1
    show_receipt(receipt)
    click.echo(f"{len(queries) - n_open} av {len(queries)} adresser är säkra.")
    if n_open:
        click.echo(f"{n_open} behöver granskas: {out}")
    return 0 if n_open == 0 else 1


def _written(path: Path, queries: Sequence[Query], answers: Sequence[Answer]) -> int:
    """Write the review list; how many are open."""
    from data.store import named_file
    from data.tables.address_lists import write_review

    with named_file(path) as place:
        return write_review(place, queries, answers)


def _register(path: Path | None, network: StreetNetwork | None, epsg: int) -> list[AddressPoint]:
    """The addresses to look in: of a file, else of the network."""
    from data.errors import SettingsError
    from data.tables.address_lists import read_register

    if path is not None:
        return list(read_register(path, epsg=epsg))
    if network is None:
        raise SettingsError("Ange ett adressregister med --register, eller ett nät med adresser.")
    return list(network.addresses)
