"""Working folders: found, made for a workbook that is dropped, and given a street network."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data.errors import SettingsError
from data.store import PLAN_FILE, adding, writing
from hemrunda.studio.session import STUDIO, TABLES

if TYPE_CHECKING:
    from data.progress import Progress

UPLOAD_MOST: Final = 60 * 2**20
"""Bytes of a workbook: ten times what a county has needed."""
DEMO: Final = "ekhamn"
LISTED_MOST: Final = 40
PLACE_MOST: Final = 80


class TooLargeError(SettingsError):
    """What is sent is larger than any workbook."""


@dataclass(frozen=True)
class Found:
    """A working folder that can be opened."""

    name: str
    path: str
    has_plan: bool
    changed: float


def working_folders(root: Path) -> list[Found]:
    """Folders beside each other that hold tables or a plan, the latest first."""
    folders = []
    for folder in (root, *(root.iterdir() if root.is_dir() else ())):
        if not folder.is_dir() or folder.name.startswith("."):
            continue
        marks = [folder / TABLES, folder / PLAN_FILE, folder / STUDIO / "journal.jsonl"]
        there = [mark for mark in marks if mark.is_file()]
        if there:
            latest = max(path.stat().st_mtime for path in there)
            has_plan = (folder / PLAN_FILE).is_file() or (folder / STUDIO / "plans").is_dir()
            folders.append(Found(folder.name, str(folder), has_plan, latest))
    return sorted(folders, key=lambda study: -study.changed)[:LISTED_MOST]


def new_folder(root: Path, wish: str) -> Path:
    """A new folder of its own for tables, named after the file."""
    stem = re.sub(r"[^\w-]+", "-", Path(wish).stem, flags=re.UNICODE).strip("-.")[:40] or "tabeller"
    for number in range(1, 1000):
        folder = root / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise SettingsError("Det finns redan tusen mappar med det namnet.")


async def take_in(chunks: AsyncIterator[bytes], folder: Path) -> Path:
    """Stream a workbook to a file that its owner alone can read, registered as ours.

    Raises
    ------
    TooLargeError
        Where it never ends; nothing of it is kept.
    SettingsError
        Where it is no workbook.
    """
    size, begin = 0, b""
    with writing(folder), adding(folder) as staged:
        with (staged / TABLES).open("wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                begin = begin or chunk[:4]
                if size > UPLOAD_MOST:
                    raise TooLargeError("Filen är för stor för en arbetsbok.")
                file.write(chunk)
        if begin != b"PK\x03\x04":
            raise SettingsError("Filen är ingen Excelfil (.xlsx).")
    return folder / TABLES


def known_networks(root: Path) -> list[Path]:
    """Street networks and extracts near the working folders."""
    near = (
        [root, *(path for path in sorted(root.iterdir()) if path.is_dir())] if root.is_dir() else []
    )
    networks = [path / "network" for path in near if (path / "network").exists()]
    for folder in near:
        networks += sorted(folder.glob("*.osm.pbf"))
    return networks[:LISTED_MOST]


def give_network(folder: Path, source: Path, progress: Progress) -> None:
    """Put a street network beside the tables: copied, or built of an extract."""
    from routing.network import load_osm, save_network

    with writing(folder), adding(folder) as staged:
        target = staged / "network"
        if source.name.endswith(".osm.pbf"):
            save_network(load_osm(source, epsg=3006, progress=progress), target)
        elif source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)


def download_network(folder: Path, place: str, progress: Progress) -> None:
    """Fetch a municipality's streets by its name and put them beside the tables.

    The one act of the studio that goes online, and only when the planner has said yes to it. The
    name alone is sent.

    Raises
    ------
    SettingsError
        Where the text is no name of a place.
    NetworkError
        Where the place is not found or the server does not answer.
    """
    from routing.network import download_place, save_network

    name = place_of(place)
    progress.report(0.05, f"Hämtar gatorna i {name}")
    with tempfile.TemporaryDirectory(prefix="gator-") as cache:
        network = download_place(name, cache)
    progress.report(0.5, "Sparar gatunätet")
    with writing(folder), adding(folder) as staged:
        save_network(network, staged / "network")


def place_of(text: str) -> str:
    """A municipality's name as it is asked for; Swedish where nothing else is said.

    Raises
    ------
    SettingsError
        Where it is empty, long, or looks like an address: a number must never be sent.
    """
    name = " ".join(text.split())
    if not 2 <= len(name) <= PLACE_MOST or not re.fullmatch(r"[^\W\d_][\w ,.'-]*", name):
        raise SettingsError("Skriv kommunens namn, till exempel Falkenberg.")
    if re.search(r"\d", name):
        raise SettingsError("Skriv bara kommunens namn: en adress skickas aldrig.")
    return name if "," in name else f"{name}, Sverige"


def make_demo(root: Path, n_clients: int, n_days: int, progress: Progress) -> Path:
    """The made-up municipality in a folder of its own; the one that is there already, if any."""
    from data.demo import make_municipality, make_streets
    from data.tables import write_input
    from routing.network import save_network

    folder = root / (DEMO if n_clients == 400 else f"{DEMO}-{n_clients}")
    if (folder / TABLES).is_file() and (folder / "network").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with writing(folder), adding(folder) as staged:
        progress.report(0.05, "Ritar gatorna i Ekhamn")
        network = make_streets(n_clients=n_clients)
        save_network(network, staged / "network")
        progress.report(0.3, "Hittar på brukare, besök och personal")
        made = make_municipality(network, n_clients=n_clients, n_days=n_days, seed=1, name="Ekhamn")
        write_input(made, staged / TABLES)
    return folder
