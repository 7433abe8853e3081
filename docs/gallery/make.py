"""Make the gallery as a user makes its pages: ``python docs/gallery/make.py [FOLDER]``.

The commands of `STEPS` are run in FOLDER (a temporary one by default), and what they
have written is photographed in a real Chromium; the pictures are put beside this script.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Shot:
    """A picture of a page: which file (a pattern), how large, and what is clicked first."""

    file: str
    picture: str
    width: int = 1280
    height: int = 800
    clicks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Commands, then the pictures of what they have written.

    ``{carer}`` and ``{day}`` are those of `busiest`; ``{effort}`` is nothing, or less in a test.
    """

    commands: tuple[str, ...]
    shots: tuple[Shot, ...]
    edit: Callable[[Path], None] | None = None
    """What an office has done with its tables since the last command."""


def show_everybody(folder: Path) -> None:
    """The same town where nobody's address is secret: only there rounds may be drawn by carer."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "out/indata.xlsx")
    sheet = book["Brukare"]
    at = [cell.value for cell in sheet[1]].index("Skyddade uppgifter") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, at, "nej")
    book.save(folder / "oskyddad.xlsx")


STEPS = (
    Step(
        ("demo",),
        (
            Shot("out/maps/teams.html", "teams.png", clicks=(".hr-item >> nth=1",)),
            Shot("out/maps/teams.html", "teams-before.png",
                 clicks=("text=Jämför med tidigare indelning",)),
            Shot("out/maps/teams.html", "teams-390.png", 390, 844),
        ),
    ),
    Step(
        (
            "write report out",
            "write continuity out",
            "write baseplan out --staff {carer} --out grundschema",
            "write sheets out --day {day} --staff {carer} --out blad",
        ),
        (
            Shot("out/report.html", "report.png", 900, 1200),
            Shot("out/private/maps/continuity.html", "continuity.png"),
            Shot("grundschema/*-{carer}.html", "base.png"),
            Shot("blad/*.html", "phone-390.png", 390, 844),
        ),
    ),
    Step(
        ("write map out --profil nämnd",),
        (Shot("out/maps/teams-council.html", "teams-council.png"),),
    ),
    Step(
        ("plan oskyddad.xlsx --network out/network --out synlig{effort}",),
        (
            Shot("synlig/maps/rounds-*.html", "rounds.png", clicks=(".hr-name >> nth=1",)),
            Shot("synlig/maps/rounds-*.html", "rounds-390.png", 390, 844),
        ),
        edit=show_everybody,
    ),
)  # fmt: skip


def busiest(folder: Path) -> dict[str, str]:
    """Whom and when to show: the carer with most visits, and the first day she works."""
    with (folder / "out/private/rounds.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["kind"] == "visit"]
    carer, _ = Counter(row["staff_id"] for row in rows).most_common(1)[0]
    return {"carer": carer, "day": min(row["date"] for row in rows if row["staff_id"] == carer)}


def run(folder: Path, step: Step, effort: str = "") -> None:
    """Run a step's commands one after the other, as they stand in the docs."""
    if step.edit is not None:
        step.edit(folder)
    for command in step.commands:
        chosen = busiest(folder) if "{carer}" in command else {}
        words = command.format(**chosen, effort=effort).split()
        subprocess.run([sys.executable, "-m", "hemrunda", *words], cwd=folder, check=True)  # noqa: S603 - ours


def photograph(browser: Any, folder: Path, pictures: Path, shots: Iterable[Shot]) -> None:
    """Take the pictures of what lies in ``folder``."""
    chosen = busiest(folder)
    for shot in shots:
        page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
        page.emulate_media(reduced_motion="reduce")
        page.goto(min(folder.glob(shot.file.format(**chosen))).resolve().as_uri())
        for click in shot.clicks:
            page.click(click)
        page.mouse.move(2, 2)
        page.wait_for_timeout(400)
        page.screenshot(path=pictures / shot.picture)
        page.close()


def main() -> None:
    """Run the commands and take the pictures."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="galleri-"))
    Path(folder).mkdir(parents=True, exist_ok=True)
    named = os.environ.get("HEMRUNDA_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=named, args=["--no-sandbox"])
        for step in STEPS:
            run(folder, step)
            photograph(browser, folder, Path(__file__).parent, step.shots)
        browser.close()


if __name__ == "__main__":
    main()
