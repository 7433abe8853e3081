"""A street network in a few lines: how large, whose, and how well it hangs together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.streets import BIKE, CAR, WALK, StreetNetwork
from data.units import number_text

if TYPE_CHECKING:
    from maps.screen.network_page import Doubt, FarPlace

_MODES = (("gång", "walk", WALK), ("cykel", "bike", BIKE), ("bil", "car", CAR))


def facts_sv(network: StreetNetwork) -> list[tuple[str, str]]:
    """Labels and values for the command line."""
    from routing.network import parts_of

    west, south, east, north = network.bounds
    rows = [
        ("Källa", network.source),
        (
            "Utsträckning",
            " × ".join(number_text(m / 1000, 1) for m in (east - west, north - south)) + " km",
        ),
        ("Koordinatsystem", f"EPSG:{network.epsg}"),
        ("Korsningar", number_text(network.n_nodes)),
        ("Gatusträckor", number_text(network.n_segments)),
        ("Gatunamn", number_text(len(network.names))),
        ("Adresser", number_text(len(network.addresses))),
    ]
    for label, mode, bit in _MODES:
        open_to = ((network.forward | network.backward) & bit) > 0
        length_km = float(network.length_m[open_to].sum()) / 1000
        parts = parts_of(network, mode)
        main_km = float(parts.length_km[0]) if len(parts.length_km) else 0.0
        share = 100 * main_km / length_km if length_km else 0.0
        rows.append(
            (
                f"Nät för {label}",
                f"{number_text(length_km)} km, {number_text(share, 1)} % hänger ihop, "
                f"{max(len(parts.length_km) - 1, 0)} lösa delar",
            )
        )
    rows.append(("Upphov", network.attribution))
    return rows


_NOTES = {
    "conditional": "{n} gator eller grindar har regler efter klockslag eller dag (conditional); "
    "de är inte med",
    "seasonal": "{n} gator gäller en del av året; de är med hela året",
    "turn_restrictions": "{n} svängförbud är inte med; bilrundor kan svänga där",
    "cut_ways": "{n} gator är avklippta vid utdragets kant",
    "missing_ways": "{n} gator saknar punkter i utdraget och är inte med",
    "deleted": "{n} borttagna objekt är utelämnade",
    "older": "{n} äldre versioner av objekt är utelämnade",
    "new": "{n} objekt är nya och inte uppladdade till OpenStreetMap",
    "centers": "{n} ytor har bara en mittpunkt; deras adresser ligger där",
}
CONNECTED_SHARE_LEAST = 0.95
AGE_YEARS_MAX = 2


def doubts_sv(network: StreetNetwork) -> list[str]:
    """What in a network is doubtful or not modelled, one sentence each; empty where nothing is."""
    from routing.network import network_info

    doubts = [text.format(n=network.notes[name]) for name, text in _NOTES.items()
             if network.notes.get(name)]  # fmt: skip
    info = network_info(network)
    for label, mode, _ in _MODES:
        facts = info["modes"][mode]
        if not facts["n_segments"]:
            doubts.append(f"nätet har inga gator för {label}")
        elif facts["largest_part_share"] < CONNECTED_SHARE_LEAST:
            doubts.append(
                f"bara {100 * facts['largest_part_share']:.0f} % av nätet för {label} hänger ihop"
            )
    if not network.addresses:
        doubts.append("inga adresser finns i nätet: brukare behöver koordinater eller ett register")
    if info["closed_km"] > 0:
        doubts.append(
            f"{number_text(info['closed_km'], 1)} km är stängda för alla (privat eller spärrat)"
        )
    year = network.source.rsplit(" ", 1)[-1][:4]
    if year.isdecimal() and dt.date.today().year - int(year) > AGE_YEARS_MAX:
        doubts.append(f"kartan är från {year}: nya gator kan saknas")
    return doubts


def doubts_of(network: StreetNetwork) -> list[Doubt]:
    """Isolated parts and one-way traps of every mode."""
    from maps.screen.network_page import Doubt
    from routing.network import problem_points

    return [
        Doubt(point["kind"], mode, point["x"], point["y"], point["km"])
        for _, mode, _ in _MODES
        for point in problem_points(network, mode)
    ]


def far_places(source: Path, network: StreetNetwork) -> list[FarPlace]:
    """Clients and bases of the user's tables that lie far from the streets."""
    from hemrunda.workfolder.inputs import read_tables, settings_for
    from maps.screen.network_page import FarPlace
    from routing.travel import travel_times

    config = settings_for(source, None)
    general = replace(config.general, epsg=network.epsg)
    municipality = read_tables(source, replace(config, general=general), None).municipality
    _, _, report = travel_times(
        network, municipality, [mode for _, mode, _ in _MODES], profile=config.travel
    )
    places = {f"base:{base.base_id}": (base.x, base.y) for base in municipality.bases}
    places |= {
        f"client:{client.client_id}": (client.x, client.y)
        for client in municipality.clients
        if not client.protected
    }
    return [
        FarPlace(
            fault.point_id.split(":", 1)[1], fault.mode, *places[fault.point_id], fault.distance_m
        )
        for fault in report.faults
        if fault.point_id in places
    ]
