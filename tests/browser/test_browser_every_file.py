"""Zero requests and zero console errors for every kind of page, with the network cut and open."""

from __future__ import annotations

import datetime as dt
import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import maps
from data.plans import DivisionFigures
from maps.paper.cyclic_view import cyclic_sheet
from maps.paper.team_sheet import write_team_sheet
from maps.reports.baseline_page import BaselineFacts, write_baseline_page
from maps.reports.index_page import IndexFacts, write_index
from maps.reports.load_page import GroupLoad, HourLoad, PeakRow, write_load_page
from maps.reports.redesign_page import FrontRow, write_redesign
from maps.reports.teams_page import OtherService, TeamRow
from maps.screen.network_page import Doubt, FarPlace, write_network_page

pytestmark = pytest.mark.browser

WRITERS = {
    "cyclic_sheet": "base", "baseline_page": "today", "continuity_page": "continuity",
    "index_page": "index", "network_page": "network", "load_page": "load",
    "redesign_page": "redesign", "division_report": "report-", "round_map": "rounds-",
    "sealed": "sealed",
    "sheet_phone": "phone", "team_map": "teams-", "team_sheet": "team-day",
    "teams_page": "division-",
}  # fmt: skip
"""Each module that writes a page, and how the names of its pages begin here."""


_spec = importlib.util.spec_from_file_location(
    "browser_access_cases", Path(__file__).with_name("test_browser_access.py")
)
_access = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_access)


@dataclass(frozen=True)
class Cell:
    week: int
    weekday: int
    visit_id: str
    client_id: str
    start_s: int
    n_same: int = 1
    n_seen: int = 1


@pytest.fixture(scope="module")
def every_page(tmp_path_factory, make_town) -> dict[str, Path]:
    """One page of each kind, profile and language."""
    folder, town = tmp_path_factory.mktemp("every"), make_town()
    plans = {"municipality": town.municipality, "team_plan": town.team_plan}
    drawn = {**plans, "network": town.network, "plan_id": "p"}
    rounds = {"round_plan": town.round_plan, "leg_path": town.leg_path, "day": town.day}
    for profile in ("manager", "anonymous", "council"):
        more = {"profile": profile, "team_table": town.team_table, "date": "2026-03-02"}
        maps.write_team_map(folder / f"teams-{profile}.html", **drawn, **more)
        maps.write_report(folder / f"report-{profile}.html", **drawn, **more, measures={})
    maps.write_team_map(folder / "teams-en.html", **drawn, **more, language="en")
    maps.write_round_map(folder / "rounds-manager.html", **drawn, **rounds, profile="manager")
    maps.write_round_map(
        folder / "rounds-staff.html", **drawn, **rounds, profile="staff",
        round_id="2026-03-02-day-s1",
    )  # fmt: skip
    maps.write_continuity(
        folder / "continuity.html", **plans, round_plan=town.round_plan, profile="manager",
        plan_id="p", ceiling_pct=dict.fromkeys(town.ids, 50.0),
    )  # fmt: skip
    sheets = maps.write_staff_sheets(folder / "open", **drawn, **rounds)
    sheets[1].replace(folder / "phone.html")
    sheet = cyclic_sheet(
        [Cell(1, 0, "v1", "k01", 30_000)], **plans, dates=(town.day,), staff_id="s1", n_weeks=2,
        week_of=lambda _: 1,
    )  # fmt: skip
    maps.write_cyclic_sheet(folder / "base.html", sheet, stamp="p")
    write_team_sheet(
        folder / "team-day.html", **plans, round_plan=town.round_plan, team_id="T1", day=town.day,
        plan_id="p",
    )  # fmt: skip
    moves = (("k01", "T1", "T2", "närmare"),)
    fronts = [
        FrontRow(i, aim, 3 * i, 1, 100, 4, 2.0, 0, 50.0 * i, moves)
        for aim in ("balance", "travel")
        for i in (0, 1, 2)
    ]
    write_redesign(folder / "redesign.html", fronts, place="Provköping", mark="p")
    teams = town.team_plan.teams
    lines = [
        TeamRow(one.team_id, "O1", len(one.client_ids), 900.0, 2.0, 1.0, 80.0, 0.4, 1, 2.5, 3, 4)
        for one in teams
    ]
    sums = DivisionFigures(len(teams), 5, 20, 8.0, 0.4, 300.0, 0.4, 0)
    for profile in ("manager", "council"):
        maps.write_teams_page(
            folder / f"division-{profile}.html", **drawn, lines=lines, now=sums, before=sums,
            care_before={one.team_id: 800.0 for one in teams}, pools=[("O1", 2.0, 1.5)],
            services=[OtherService("sjuksköterska", 1, len(teams), 12.0)], profile=profile,
            date="2026-03-02",
        )  # fmt: skip
    of_both = [{"municipality": {"continuity": {"carers_per_client_14d": n}}} for n in (16, 12)]
    write_baseline_page(
        folder / "today.html",
        BaselineFacts(20, 1, 5, 1, True, {"overlap": 2}, {"raden saknar tid": 1}),
        of_both[0], place="Provköping", mark="p", proposal=of_both[1], folder="out",
    )  # fmt: skip
    week = {(day, hour): HourLoad(need, 3.0) for day in range(7)
            for hour, need in ((7, 4.4), (8, 3.4), (9, 3.0), (10, 1.0))}  # fmt: skip
    peak = PeakRow(("mån 2/3",), "07:00–08:00", 5, 3, ("v1",), 4)
    write_load_page(
        folder / "load.html",
        [GroupLoad("T1", False, week, [peak]), GroupLoad("O1", True, {}, [])],
        place="Provköping", mark="p", widen_min=30,
    )  # fmt: skip
    write_network_page(
        folder / "network.html", town.network, facts=[("Noder", "81")],
        doubts=[Doubt("trap", "bike", 540_100.0, 6_500_100.0, 0.2)],
        far=[FarPlace("k01", "walk", 540_100.0, 6_500_100.0, 90.0)], date="2026-03-02",
    )  # fmt: skip
    names = [path.name for path in sorted(folder.glob("*.html"))]
    write_index(folder / "index.html", names, IndexFacts("Provköping", ["Allt planerat"], "p"))
    pytest.importorskip("cryptography", reason="the extra 'sealed' is not installed")
    sealed = maps.write_staff_sheets(
        folder / "closed", **drawn, **rounds, passphrase="korrekt häst batteri"
    )
    sealed[1].replace(folder / "sealed.html")
    return {path.stem: path for path in sorted(folder.glob("*.html"))}


def test_no_kind_of_page_is_forgotten(every_page):
    """A new module that writes pages must be added to this file."""
    room = Path(maps.__file__).parent
    own = {
        path.stem for path in room.rglob("*.py")
        if "write_page(" in (code := path.read_text(encoding="utf-8"))
        or "write_map(" in code or "write_text(" in code
    }  # fmt: skip
    # The notebook's map is opened by tests/front/test_front_library.py.
    assert own - {"safe_page", "map_page", "folium_elements"} == set(WRITERS)
    for begin in WRITERS.values():
        assert [name for name in every_page if name.startswith(begin)], begin


@pytest.mark.parametrize("offline", [True, False], ids=["network cut", "network open"])
def test_every_page_is_quiet(every_page, open_file, offline):
    """G1, I2: opened, scrolled, printed and, where there is a map, moved: nothing is asked for."""
    for name, path in every_page.items():
        opened = open_file(path, offline=offline)
        page = opened.page
        is_ready = page.locator("body[data-ready=yes]").count() > 0
        if is_ready and page.evaluate("Boolean(Hemrunda.map)"):
            page.evaluate("Hemrunda.map.setZoom(16, { animate: false })")
        page.mouse.wheel(0, 400)
        page.emulate_media(media="print")
        page.wait_for_timeout(60)
        assert opened.complaints == [], name
        assert opened.requests == [], name


def test_axe_finds_nothing_on_any_kind_of_page(every_page, open_file):
    """WCAG 2.1 A and AA, the sealed page, the cyclic plan and every profile included."""
    source = _access.axe_source()
    for name, path in every_page.items():
        page = open_file(path).page
        page.evaluate(source)
        found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
        assert [(one["id"], len(one["nodes"])) for one in found["violations"]] == [], name


def test_what_is_pressed_is_large_enough_on_a_phone(every_page, open_file):
    """WCAG 2.2, 2.5.8; a short visit on the timeline stands in the list too, full size."""
    source = _access.axe_source()
    for name, path in every_page.items():
        page = open_file(path, width=390).page
        page.evaluate(source)
        found = page.evaluate("axe.run({runOnly: {type: 'rule', values: ['target-size']}})")
        small = [node["html"] for one in found["violations"] for node in one["nodes"]]
        assert [html for html in small if "hr-block" not in html] == [], name


def test_no_page_is_wider_than_the_window_at_200_percent(every_page, open_file):
    """1280 px at 200 % is 640 CSS pixels: no page is wider than the window, whatever its kind."""
    for name, path in every_page.items():
        for width in (640, 390):
            page = open_file(path, width=width).page
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_paper_opens_nothing(tmp_path, make_town):
    """F13, G8: no link, script, launch or attached file in any PDF."""
    pypdf = pytest.importorskip("pypdf")
    town = make_town()
    common = {"municipality": town.municipality, "team_plan": town.team_plan}
    paths = maps.write_staff_sheets(
        tmp_path, **common, round_plan=town.round_plan, network=town.network,
        leg_path=town.leg_path, day=town.day, plan_id="p",
    )  # fmt: skip
    maps.write_contact_cards(tmp_path / "c.pdf", **common, client_ids=["k01"], stamp="p")
    maps.write_binder_page(
        tmp_path / "b.pdf", municipality=town.municipality, round_plan=town.round_plan,
        staff_id="s1", stamp="p",
    )  # fmt: skip
    maps.write_report(
        tmp_path / "r.pdf", **common, network=town.network, measures={}, profile="council",
        plan_id="p", date=str(dt.date(2026, 3, 2)),
    )  # fmt: skip
    pdfs = sorted(tmp_path.glob("*.pdf"))
    assert len(pdfs) == len(paths) // 4 + 3
    for path in pdfs:
        read = pypdf.PdfReader(path)
        root = read.trailer["/Root"]
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(root), path.name
        assert not any("/Annots" in page or "/AA" in page for page in read.pages), path.name


WITHOUT_STREETS = {"team-day", "base", "load", "continuity", "index", "redesign", "today"}


def test_every_page_says_what_it_is(every_page, open_file):
    """G10, G11, I9: plan and profile or date, and whose streets, on screen and when printed."""
    for name in every_page.keys() - {"sealed"}:  # which tells nothing before it is opened
        page = open_file(every_page[name]).page
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            said = page.locator("footer").inner_text()
            assert said.strip(), (name, media)
            assert page.locator("footer").is_visible(), (name, media)
            if name not in WITHOUT_STREETS:
                assert "OpenStreetMap" in said, (name, media)
            if name.startswith(("teams-", "report-", "rounds-", "division-", "phone")):
                assert "2026-03-02" in said, (name, media)
                assert ("Profil" in said) or ("rofile" in said), (name, media)


KEPT = """async () => [localStorage.length, sessionStorage.length, document.cookie.length,
  (await indexedDB.databases()).length, (await caches.keys().catch(() => [])).length]"""


def test_the_browser_keeps_nothing(every_page, open_file):
    """G6: no page leaves anything in the browser's stores."""
    for name, path in every_page.items():
        page = open_file(path).page
        assert page.evaluate(KEPT) == [0, 0, 0, 0, 0], name


def test_more_clients_make_no_more_elements(tmp_path, make_town, open_file):
    """I1: clients lie on one canvas; forty times as many are not one element more."""
    counted = []
    for times in (1, 40):
        town = make_town()
        clients = tuple(
            replace(one, client_id=f"{one.client_id}-{k}", x=one.x + 3 * k)
            for one in town.municipality.clients
            for k in range(times)
        )
        teams = tuple(
            replace(t, client_ids=tuple(f"{c}-{k}" for c in t.client_ids for k in range(times)))
            for t in town.team_plan.teams
        )
        path = tmp_path / f"{times}.html"
        maps.write_team_map(
            path, municipality=replace(town.municipality, clients=clients, visits=()),
            team_plan=replace(town.team_plan, teams=teams, contact={}, vice={}),
            network=town.network, profile="manager", plan_id="p", date="2026-03-02",
        )  # fmt: skip
        page = open_file(path).page
        page.wait_for_selector("body[data-ready=yes]")
        assert page.locator(".leaflet-marker-icon, .folium-map svg path").count() == 0
        counted.append((page.locator("canvas").count(), page.locator("body *").count()))
    assert counted[0] == counted[1]
