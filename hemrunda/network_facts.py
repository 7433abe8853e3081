"""A street network in a few lines: how large, whose, and how well it hangs together."""

from __future__ import annotations

from data.streets import BIKE, CAR, WALK, StreetNetwork

_MODES = (("gång", "walk", WALK), ("cykel", "bike", BIKE), ("bil", "car", CAR))


def facts_sv(network: StreetNetwork) -> list[tuple[str, str]]:
    """Labels and values for the command line."""
    from routing.network import parts_of

    west, south, east, north = network.bounds
    rows = [
        ("Källa", network.source),
        ("Utsträckning", f"{(east - west) / 1000:.1f} × {(north - south) / 1000:.1f} km"),
        ("Koordinatsystem", f"EPSG:{network.epsg}"),
        ("Korsningar", f"{network.n_nodes}"),
        ("Gatusträckor", f"{network.n_segments}"),
        ("Gatunamn", f"{len(network.names)}"),
        ("Adresser", f"{len(network.addresses)}"),
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
                f"{length_km:.0f} km, {share:.1f} % hänger ihop, "
                f"{max(len(parts.length_km) - 1, 0)} lösa delar",
            )
        )
    rows.append(("Upphov", network.attribution))
    return rows
