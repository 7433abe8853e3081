"""``index.html`` of a folder of files: one door to the maps, sheets, tables and reports in it.

Without script and without data: names of files, what each is for, and whom it may be given to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from data.atomic import write_text
from maps.base.plain_page import plain_page, safe

FILE_NAME: Final = "index.html"
_SHOWN: Final = (".html", ".pdf", ".xlsx", ".gpkg")
_GROUPS: Final = (
    ("staff", "Rundblad", "Personalen: var och en sin egen."),
    ("maps", "Kartor", "Enheten. Det som ska utanför den görs med en annan profil."),
    ("plan", "Tabeller", "Planeraren."),
    ("", "Rapporter", "Den som rapporten gjordes för."),
)


@dataclass(frozen=True, slots=True)
class Door:
    """What stands at the head of the page."""

    place: str
    plan_id: str
    is_approved: bool
    date: str


def write_door(out: Path, door: Door, folder: Path | None = None) -> Path:
    """Write the page over the files that lie in ``out`` now: there, or to ``folder``."""
    files = sorted(
        path.relative_to(out)
        for path in out.rglob("*")
        if path.suffix in _SHOWN and path.is_file() and path != out / FILE_NAME
        and not any(
            part == "private" or part.startswith(".") for part in path.relative_to(out).parts
        )
    )  # fmt: skip
    state = "godkänd" if door.is_approved else "utkast: lämnas inte ut till personalen"
    main = [
        _group(title, whom, [file for file in files if _folder(file) == folder])
        for folder, title, whom in _GROUPS
    ]
    page = plain_page(
        f"{door.place}, plan {door.plan_id}",
        style="door.css",
        header=f"<h1>{safe(door.place)}</h1><p>Plan {safe(door.plan_id)}, {state}.</p>",
        main=[one for one in main if one] or ["<p>Inga filer är gjorda än.</p>"],
        footer=f"<p>{safe(door.date)}. Filerna öppnas utan nät.</p>",
        language="sv",
    )
    path = (folder or out) / FILE_NAME
    write_text(path, page)
    return path


def _folder(path: Path) -> str:
    """Which group a file belongs to."""
    first = path.parts[0] if len(path.parts) > 1 else ""
    return first if any(first == folder for folder, _, _ in _GROUPS) else ""


def _group(title: str, whom: str, files: Sequence[Path]) -> str:
    if not files:
        return ""
    lines = "".join(
        f'<li><a href="{quote(file.as_posix())}">{safe(file.as_posix())}</a></li>' for file in files
    )
    return f"<section><h2>{title}</h2><p>{whom}</p><ul>{lines}</ul></section>"
