"""The page's own files: the studio's modules, and the canvas layers of the exported maps."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

OF_MAPS: Final = (
    "leaflet.js", "leaflet.css", "page.css", "core.js", "canvas.js", "marks.js", "streets.js",
    "faint_land.js", "team_layers.js", "team.js", "round.css", "round.js",
)  # fmt: skip
"""One source with the exported maps."""
KINDS: Final = {"js": "text/javascript", "css": "text/css", "html": "text/html"}


@cache
def asset(name: str) -> tuple[str, str] | None:
    """Text and media type of a file by its name; None where the page has no such file."""
    folder = files("maps" if name in OF_MAPS else "hemrunda.studio") / "assets"
    known = {resource.name for resource in folder.iterdir()}
    kind = KINDS.get(name.rpartition(".")[2])
    if name not in known or kind is None:
        return None
    return (folder / name).read_text(encoding="utf-8"), kind
