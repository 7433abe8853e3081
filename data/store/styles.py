"""QGIS styles for the plan's layers: clients by team, in colours the colour-blind tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

# Okabe & Ito (2008), "Color Universal Design"; black is kept for outlines.
COLOURS: Final = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999",
)  # fmt: skip
SHAPES: Final = ("circle", "square", "triangle", "diamond", "pentagon", "star")


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _symbol(name: str, colour: str, shape: str, size_mm: float) -> str:
    options = {
        "color": _rgb(colour), "name": shape, "outline_color": "35,35,35,255", "size": str(size_mm)
    }  # fmt: skip
    listed = "".join(
        f'<Option name="{key}" type="QString" value="{value}"/>' for key, value in options.items()
    )
    return (
        f'<symbol alpha="1" type="marker" name="{name}"><layer class="SimpleMarker" enabled="1">'
        f'<Option type="Map">{listed}</Option></layer></symbol>'
    )


def by_team(team_ids: Sequence[str]) -> str:
    """A style of one category per team: colour and shape together tell 48 teams apart."""
    categories = "".join(
        f'<category symbol="{i}" value={quoteattr(team)} label={quoteattr(team)} render="true"/>'
        for i, team in enumerate(team_ids)
    )
    symbols = "".join(
        _symbol(str(i), COLOURS[i % 8], SHAPES[i // 8 % 6], 2.6) for i in range(len(team_ids))
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22">'
        f'<renderer-v2 type="categorizedSymbol" attr="team_id"><categories>{categories}'
        f"</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def bases() -> str:
    """A style for premises: one dark square."""
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22">'
        f'<renderer-v2 type="singleSymbol"><symbols>{_symbol("0", "#222222", "square", 4.0)}'
        "</symbols></renderer-v2></qgis>"
    )
