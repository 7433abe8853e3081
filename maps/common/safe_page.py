"""The one writer of pages: a map, our scripts, and the users' data as inert JSON.

Folium and branca read text as Jinja templates when they render, so no text of a user's goes
into them (faults.md F1–F5). The map is rendered first, with numbers in it only; the data are put
in afterwards as ``<script type="application/json">`` and shown by ``textContent``. A content
security policy names every script and style by hash and allows no connection at all.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.atomic import write_text
from maps.common.vendored import asset

if TYPE_CHECKING:
    from folium import Map

_JSON_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def inert_json(value: object) -> str:
    """JSON that may stand inside a script element: ASCII, and without ``<``, ``>`` and ``&``.

    Raises
    ------
    ValueError
        Where a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.translate(_JSON_ESCAPES)


def _hash_source(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def content_security_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """A policy that runs these scripts, uses these styles, and lets nothing out or in."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + (" ".join(map(_hash_source, scripts)) or "'none'"),
            "style-src " + (" ".join(map(_hash_source, styles)) or "'none'"),
            "img-src data:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


@dataclass(frozen=True)
class Page:
    """What a page is made of. Only ``payloads`` may hold text of the user's.

    Attributes
    ----------
    body : str
        Name of the skeleton in ``maps/assets``; ``<!--map-->`` in it marks the map's place.
    styles, scripts : tuple of str
        Names in ``maps/assets``, in order.
    payloads : mapping of str to object
        JSON data by payload name, read by ``Hemrunda.block(name)``.
    title, no_script : str
        Plain text of the catalogue.
    """

    language: str
    title: str
    no_script: str
    body: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    payloads: Mapping[str, object]


def render(page: Page, shell: tuple[str, str] = ("", "")) -> str:
    """The whole page as text; ``shell`` is its map's element and script, where it has one.

    Raises
    ------
    ValueError
        Where a payload's name is not a plain word.
    """
    map_html, map_script = shell
    scripts = [asset(name) for name in page.scripts] + ([map_script] if map_script else [])
    styles = [asset(name) for name in page.styles]
    for name in page.payloads:
        if not name.isidentifier():
            raise ValueError("a payload's name must be a plain word")
    policy = content_security_policy(scripts, styles)
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="robots" content="noindex">',
        f"<title>{html.escape(page.title)}</title>",
        *(f"<style>{style}</style>" for style in styles),
    ]
    body = [
        asset(page.body).replace("<!--map-->", map_html),
        f"<noscript><p>{html.escape(page.no_script)}</p></noscript>",
        *(
            f'<script type="application/json" id="data-{name}">{inert_json(value)}</script>'
            for name, value in page.payloads.items()
        ),
        *(f"<script>{script}</script>" for script in scripts),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(page.language)}">\n<head>\n'
        + "\n".join(head)
        + "\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def write_page(path: Path, page: Page, shell: tuple[str, str] = ("", "")) -> None:
    """Render and write the page, whole or not at all."""
    write_text(path, render(page, shell))


def rendered(folium_map: Map) -> tuple[str, str]:
    """A folium map's element and script. Folium's own head, which links to hosts, is left out."""
    figure: Any = folium_map.get_root()
    with _without_foreign(folium_map, figure):
        for child in list(figure._children.values()):
            child.render()
        return figure.html.render().strip(), "\n" + figure.script.render().strip() + "\n"


@contextmanager
def _without_foreign(element: Any, figure: Any) -> Iterator[None]:
    """Take tiles and what needs scripts from elsewhere out of a map, and put them back after.

    Such a plugin would not only stay dead where there is no network: its first call would stop the
    page's script, and whatever is drawn after it.
    """
    children: Any = element._children
    kept, icon = children.copy(), getattr(element, "icon", None)
    with ExitStack() as inside:
        for name, child in kept.items():
            if _is_foreign(child):
                del children[name]
                _forget(child, figure)
            else:
                inside.enter_context(_without_foreign(child, figure))
        if _is_foreign(icon):
            element.icon = None  # a marker whose icon is a font's has Leaflet's own
        try:
            yield
        finally:
            if icon is not None:
                element.icon = icon
            added = {name: child for name, child in children.items() if name not in kept}
            children.clear()
            children.update(kept | added)


def _forget(element: Any, figure: Any) -> None:
    """Drop the scripts that an earlier rendering made of an element and of what it holds."""
    figure.script._children.pop(element.get_name(), None)
    for child in element._children.values():
        _forget(child, figure)


def _is_foreign(element: Any) -> bool:
    from folium import ColorMap, Icon, Marker, Popup, TileLayer, WmsTileLayer

    if isinstance(element, Marker):
        return False
    is_fetched = isinstance(element, ColorMap | Icon | Popup | TileLayer | WmsTileLayer)
    sets_foreign = isinstance(getattr(element, "icon", None), Icon)  # a marker's, once rendered
    return is_fetched or sets_foreign or bool(getattr(element, "default_js", ()))
