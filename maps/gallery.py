"""One file of every kind from one plan, and pictures of them: for docs, and to look at."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from data.errors import NotAvailableError
from data.model import Municipality
from data.plans import RoundPlan, Team, TeamPlan
from data.streets import StreetNetwork
from maps.files.staff_sheets import write_staff_sheets
from maps.paper.binder import write_binder_page
from maps.paper.contact_cards import write_contact_cards
from maps.reports.division_report import write_report
from maps.screen.continuity_page import write_continuity
from maps.screen.round_map import write_round_map
from maps.screen.round_view import LegPath
from maps.screen.team_map import write_team_map

N_CARDS = 4


@dataclass(frozen=True)
class Shot:
    """A picture of a page: which file, how large, and what is clicked first."""

    file: str
    picture: str
    width: int
    height: int
    clicks: tuple[str, ...] = ()


SHOTS: tuple[Shot, ...] = (
    Shot("teams.html", "teams.png", 1280, 800, (".hr-item >> nth=1",)),
    Shot("teams.html", "teams-before.png", 1280, 800, ("text=Jämför med tidigare indelning",)),
    Shot("teams.html", "teams-390.png", 390, 844),
    Shot("teams-council.html", "teams-council.png", 1280, 800),
    Shot("rounds.html", "rounds.png", 1280, 800, (".hr-name >> nth=1",)),
    Shot("rounds.html", "rounds-390.png", 390, 844),
    Shot("continuity.html", "continuity.png", 1280, 800),
    Shot("report.html", "report.png", 900, 1200),
    Shot("phone.html", "phone-390.png", 390, 844),
)


class _Plans(TypedDict):
    """What every page is made from."""

    municipality: Municipality
    team_plan: TeamPlan
    language: str


class _Drawn(_Plans):
    """What every page with a map is made from."""

    network: StreetNetwork
    plan_id: str


def make(
    folder: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    network: StreetNetwork,
    leg_path: LegPath,
    measures: Mapping[str, Any],
    plan_id: str,
    team_table: Iterable[Any] = (),
    ceiling_pct: Mapping[str, float] | None = None,
    language: str = "sv",
) -> list[Path]:
    """Write every kind of file for the plan's first day and closest team; return their paths.

    Raises
    ------
    StoreError
        Where a file cannot be written.
    """
    folder = Path(folder)
    day = round_plan.dates[0]
    table = list(team_table)
    team = _closest_team(municipality, team_plan)
    plans: _Plans = {
        "municipality": municipality,
        "team_plan": team_plan,
        "language": language,
    }
    drawn: _Drawn = {**plans, "network": network, "plan_id": plan_id}
    date = day.isoformat()
    for profile, name in (("manager", "teams"), ("anonymous", "teams-anonymous"),
                          ("council", "teams-council")):  # fmt: skip
        write_team_map(
            folder / f"{name}.html", **drawn, team_table=table, profile=profile, date=date
        )
    write_round_map(
        folder / "rounds.html", **drawn, round_plan=round_plan, leg_path=leg_path, day=day,
        part="day", team_id=team.team_id, profile="manager",
    )  # fmt: skip
    write_continuity(
        folder / "continuity.html", **plans, round_plan=round_plan, profile="manager",
        plan_id=plan_id, ceiling_pct=ceiling_pct,
    )  # fmt: skip
    for kind in ("html", "pdf"):
        write_report(
            folder / f"report.{kind}", **drawn, measures=measures, team_table=table,
            profile="council", date=date,
        )  # fmt: skip
    return [*sorted(folder.glob("*.html")), folder / "report.pdf",
            *_sheets(folder, plans, drawn, round_plan, leg_path, day)]  # fmt: skip


def _closest_team(municipality: Municipality, team_plan: TeamPlan) -> Team:
    """The team whose clients who may be shown live on the least ground: the clearest picture."""

    def ground(team: Team) -> tuple[float, str]:
        seen = [municipality.client_by_id[c] for c in team.client_ids]
        places = [(c.x, c.y) for c in seen if not c.protected]
        if not places:
            return float("inf"), team.team_id
        east, north = (max(v) - min(v) for v in zip(*places, strict=True))
        return east * north, team.team_id

    return min(team_plan.teams, key=ground)


def _sheets(
    folder: Path,
    plans: _Plans,
    drawn: _Drawn,
    round_plan: RoundPlan,
    leg_path: LegPath,
    day: dt.date,
) -> list[Path]:
    municipality, team_plan = plans["municipality"], plans["team_plan"]
    team = _closest_team(municipality, team_plan)
    seen = [c for c in team.client_ids if not municipality.client_by_id[c].protected]
    first = next(
        (rows[0] for rows in round_plan.rounds.values()
         if rows[0].date == day and team_plan.staff_team.get(rows[0].staff_id) == team.team_id),
        None,
    )  # fmt: skip
    written: list[Path] = []
    stamp = f"{drawn['plan_id']} · {day.isoformat()}"
    if first is not None:
        sheets = write_staff_sheets(
            folder, **drawn, round_plan=round_plan, leg_path=leg_path, day=day,
            part=first.shift, staff_id=first.staff_id,
        )  # fmt: skip
        for path in sheets[:4]:
            name = "phone" if path.suffix == ".html" else "sheet"
            written.append(path.replace(folder / f"{name}{path.suffix}"))
        write_binder_page(
            folder / "binder.pdf", municipality=municipality, round_plan=round_plan,
            staff_id=first.staff_id, stamp=stamp, language=plans["language"],
        )  # fmt: skip
        written.append(folder / "binder.pdf")
    write_contact_cards(folder / "cards.pdf", **plans, client_ids=seen[:N_CARDS], stamp=stamp)
    return [*written, folder / "cards.pdf"]


def photograph(folder: Path, pictures: Path, shots: Sequence[Shot] = SHOTS) -> list[Path]:
    """Take pictures of the pages in ``folder`` with a Chromium of this machine.

    Raises
    ------
    NotAvailableError
        Where Playwright or Chromium is missing (``pip install '.[test]'``).
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NotAvailableError("Playwright finns inte. Installera med '.[test]'.") from error
    named = os.environ.get("HEMRUNDA_CHROMIUM")
    program = named or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        raise NotAvailableError("Ingen Chromium finns. Ange den i HEMRUNDA_CHROMIUM.")
    Path(pictures).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shot in shots:
            page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
            page.emulate_media(reduced_motion="reduce")
            page.goto((Path(folder) / shot.file).resolve().as_uri())
            for click in shot.clicks:
                page.click(click)
            page.mouse.move(2, 2)
            page.wait_for_timeout(400)
            page.screenshot(path=Path(pictures) / shot.picture)
            page.close()
        browser.close()
    return [Path(pictures) / shot.picture for shot in shots]
