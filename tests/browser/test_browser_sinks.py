"""Every place where users' text is shown, with every hostile text in it, in a real browser.

The sinks: municipality, plan id, date, attribution, street names, client ids (list, search, card,
timeline, legs, titles, grid), team ids (tree, card, labels, filter), area ids, staff ids (table,
lane, filter, grid), twin, contact, vice, team before, text among the measures, task, mode, visit
id, round id, and reason. Each list holds all sixteen texts; single texts hold them all in one.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import maps
from data.model import Base, Client, Municipality, Staff, Visit
from data.plans import DivisionFigures, PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from maps.paper.cyclic_view import cyclic_sheet
from maps.reports.redesign_page import FrontRow, write_redesign
from maps.reports.teams_page import OtherService, TeamRow
from maps.screen.network_page import FarPlace, write_network_page
from routing.answers.cyclic_weeks import CyclicCell

pytestmark = pytest.mark.browser

_spec = importlib.util.spec_from_file_location(
    "browser_maps_cases", Path(__file__).with_name("test_browser_maps.py")
)
_cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_cases)
HOSTILE = _cases.HOSTILE
ALL = " | ".join(text[:200] for text in HOSTILE)
DAY = dt.date(2026, 3, 2)
N = len(HOSTILE)


@pytest.fixture
def wild_town(make_town) -> SimpleNamespace:
    """Sixteen teams of one client and one carer, and every id one of the hostile texts."""
    plain = make_town()
    x, y = 540_000.0, 6_500_000.0
    ids = [f"{text}#k" for text in HOSTILE]
    staff_ids = [f"{text}#s" for text in HOSTILE]
    clients = tuple(
        Client(one, x + 60 * i, y + 55 * i, team_id=f"{HOSTILE[(i + 1) % N]}#before")
        for i, one in enumerate(ids)
    )
    visits = tuple(
        Visit(f"{text}#v", ids[i], f"{text}#task", 1500, 25_200, 28_800)
        for i, text in enumerate(HOSTILE)
    )
    staff = tuple(Staff(one) for one in staff_ids)
    base = Base("{{ base }}", x + 480, y + 480)
    municipality = Municipality(ALL, clients, visits, staff, (), (base,))
    teams = tuple(
        Team(f"{text}#t", f"{HOSTILE[i // 4]}#a", base.base_id, (ids[i],))
        for i, text in enumerate(HOSTILE)
    )
    plan = TeamPlan(
        teams=teams,
        contact=dict(zip(ids, staff_ids, strict=True)),
        vice=dict(zip(ids, staff_ids[1:] + staff_ids[:1], strict=True)),
        staff_team={s: t.team_id for s, t in zip(staff_ids, teams, strict=True)},
        staff_area={s: t.area_id for s, t in zip(staff_ids, teams, strict=True)},
        staff_base=dict.fromkeys(staff_ids, base.base_id),
        twin=dict(zip(staff_ids, staff_ids[1:] + staff_ids[:1], strict=True)),
        without_contact={},
    )
    rows = []
    for i, text in enumerate(HOSTILE):
        common = (DAY, "day", f"{text}#r", teams[i].team_id, staff_ids[i])
        rows += [
            PlanRow(*common, 0, "start", "", "", 0, 25_200, 25_200, 25_200, 0, 0, 0, "bike", ""),
            PlanRow(*common, 1, "visit", f"{text}#v", ids[i], 1, 25_500, 25_500, 27_000, 180, 120,
                    0, f"{text}#mode", "contact"),
            PlanRow(*common, 2, "end", "", "", 0, 27_300, 27_300, 27_300, 300, 0, 0, "bike", ""),
        ]  # fmt: skip
    unplanned = tuple(
        UnplannedRow(DAY, f"{text}#v", ids[i], 2, 1, f"{text}#why")
        for i, text in enumerate(HOSTILE)
    )
    network = replace(
        plain.network,
        names=tuple(f"{HOSTILE[i % N]}" for i in range(len(plain.network.names))),
        attribution=ALL,
    )
    table = [{"team_id": team.team_id, "care_min_week": 900.0, "contiguous": ALL} for team in teams]
    places = {f"client:{c.client_id}": np.array([c.x, c.y]) for c in clients}
    places[f"base:{base.base_id}"] = np.array([base.x, base.y])
    return SimpleNamespace(
        municipality=municipality, team_plan=plan, network=network, team_table=table,
        round_plan=RoundPlan((DAY,), tuple(rows), unplanned), day=DAY, plan_id=ALL,
        leg_path=lambda _mode, a, b: np.array([places[a], places[b]]),
        ids=ids, staff_ids=staff_ids,
    )  # fmt: skip


def everything_said(page) -> str:
    """All text of the page, what is folded in included, and all titles and labels."""
    return page.evaluate(
        """() => {
          const said = [...document.querySelectorAll('body *:not(script)')].flatMap((one) => [
            one.children.length ? '' : one.textContent, one.title || '',
            one.getAttribute('aria-label') || '', one.value || '']);
          const own = [...document.querySelectorAll('body *:not(script)')].flatMap((one) =>
            [...one.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent));
          return said.concat(own).join('\\n');
        }"""
    )


def assert_inert(opened, markup: dict[str, int] | None = None) -> None:
    """No complaint, no request, and no element that only a text could have made."""
    opened.assert_quiet()
    page = opened.page
    assert (
        page.locator("body img, body iframe, body object, body [onerror], body [onload]").count()
        == 0
    )
    assert not (Path.cwd() / "pwned").exists()


def test_team_map(tmp_path, wild_town, open_file):
    path = _cases.write_team(tmp_path / "map.html", wild_town, date=ALL)
    opened = open_file(path)
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    said = everything_said(page)
    for team in wild_town.team_plan.teams:
        assert team.team_id in said
        assert team.area_id in said
    assert said.count(ALL) >= 4
    for i in (0, 4, 7):
        page.locator(".hr-item").nth(i).click()
        team = next(t for t in wild_town.team_plan.teams
                    if t.team_id in page.locator("#card h2").text_content())  # fmt: skip
        card = page.locator("#card").text_content()
        assert ALL in card
        contact = wild_town.team_plan.contact[team.client_ids[0]]
        assert contact in card
        assert wild_town.team_plan.twin[contact] in card
        page.locator("#card summary").click()
        page.locator("#card details .hr-link").first.click()
        card = page.locator("#card").text_content()
        for text in (team.client_ids[0], contact, wild_town.team_plan.vice[team.client_ids[0]]):
            assert text in card
        assert "#before" in card
    page.locator("#search").fill(wild_town.ids[4])
    assert wild_town.ids[4] in page.locator("#hits").text_content()
    page.get_by_label("Jämför med tidigare indelning").check()
    page.get_by_label("Pilar för byten").check()
    assert_inert(opened)


def test_round_map(tmp_path, wild_town, open_file):
    opened = open_file(_cases.write_round(tmp_path / "map.html", wild_town))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    if page.locator("#choose-team").count():  # it opens on one team
        page.locator("#choose-team").select_option("")
    if page.locator("#choose-part").count():
        page.locator("#choose-part").select_option("")
    said = everything_said(page)
    for i in range(N):
        assert wild_town.staff_ids[i] in said
        assert f"{HOSTILE[i]}#why" in said
        assert f"{HOSTILE[i]}#v" in said
        assert f"{HOSTILE[i]}#task" in said
    for i in (0, 4):
        page.locator(".hr-name").nth(i).click()
        said = page.locator("#panel").text_content()
        assert f"{HOSTILE[i]}#task" in said
        assert f"{HOSTILE[i]}#mode" in said
        assert wild_town.ids[i] in said
    assert_inert(opened)


def test_continuity_phone_and_report(tmp_path, wild_town, open_file):
    town = wild_town
    maps.write_continuity(
        tmp_path / "c.html", municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, profile="manager", plan_id=ALL,
    )  # fmt: skip
    opened = open_file(tmp_path / "c.html")
    opened.page.wait_for_selector("body[data-ready=yes]")
    for i in (0, 3, 4, 15):
        opened.page.locator("#choose-team").select_option(str(i))
        said = everything_said(opened.page)
        assert town.ids[i] in said
        assert town.staff_ids[i] in said
        share = opened.page.evaluate(f'Hemrunda.block("view").teams[{i}].share')
        told = "–" if share is None else f"{share:.1f}".removesuffix(".0").replace(".", ",")
        total = opened.page.locator("#grid p[aria-live]").inner_text().replace("\xa0", " ")
        assert f"{told} " in total
    assert_inert(opened)
    for profile in ("manager", "council"):
        maps.write_report(
            tmp_path / "r.html", municipality=town.municipality, team_plan=town.team_plan,
            network=town.network, measures={"teams": {}, "municipality": {}}, profile=profile,
            plan_id=ALL, date=ALL, team_table=town.team_table,
        )  # fmt: skip
        opened = open_file(tmp_path / "r.html")
        assert_inert(opened)
    paths = maps.write_staff_sheets(
        tmp_path / "staff", municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
        plan_id=ALL,
    )  # fmt: skip
    pages = [path for path in paths if path.suffix == ".html"]
    assert len(pages) == N
    for i, path in enumerate(pages):
        if i % 3 == 0:
            opened = open_file(path, width=390, script=False)
            said = opened.page.locator("body").text_content()
            shown = HOSTILE[i].translate({0x2028: "\ufffd", 0x2029: "\ufffd", 0x202E: "\ufffd"})
            assert f"{shown}#k" in said
            assert_inert(opened)


def test_the_other_pages(tmp_path, wild_town, open_file):
    """Base plan, teams, redesign and network pages, and the sheet behind a passphrase."""
    town = wild_town
    cells = [CyclicCell(1, i % 7, f"{text}#v", town.ids[i], 1, town.staff_ids[i], 25_200 + 900 * i,
                      0, 1, 1) for i, text in enumerate(HOSTILE)]  # fmt: skip
    sheet = cyclic_sheet(
        cells, municipality=town.municipality, team_plan=town.team_plan, dates=(DAY,),
        staff_id=town.staff_ids[0], n_weeks=1, week_of=lambda _: 1,
    )  # fmt: skip
    maps.write_cyclic_sheet(tmp_path / "base.html", sheet, stamp=ALL)
    sums = DivisionFigures(N, 1, 1, 1.0, 1.0, 1.0, 0.5, 0)
    lines = [TeamRow(t.team_id, ALL, 5, 900.0, 1.0, 1.0, 9.0, 0.5, 1, None, 1.0, 1.0)
             for t in town.team_plan.teams]  # fmt: skip
    maps.write_teams_page(
        tmp_path / "teams.html", municipality=town.municipality, team_plan=town.team_plan,
        network=town.network, lines=lines, now=sums, before=sums, care_before={},
        pools=[(text, 1.0, 1.0) for text in HOSTILE],
        services=[OtherService(text, 1, 1, 1.0) for text in HOSTILE], profile="manager",
        plan_id=ALL, date=ALL,
    )  # fmt: skip
    moves = tuple((town.ids[i], f"{text}#t", f"{text}#to", f"{text}#why")
                  for i, text in enumerate(HOSTILE))  # fmt: skip
    write_redesign(
        tmp_path / "redesign.html", [FrontRow(1, "balance", N, 1, 1, 1, 1.0, 0, 9.0, moves)],
        place=ALL, mark=ALL,
    )  # fmt: skip
    write_network_page(
        tmp_path / "network.html", town.network, facts=[(text, text) for text in HOSTILE],
        doubts=(), far=[FarPlace(one, "walk", 540_100.0, 6_500_100.0, 9.0) for one in town.ids],
        date=ALL,
    )  # fmt: skip
    wanted = {
        "base": [f"{text}#task" for text in HOSTILE[:9]],
        "teams": [t.team_id for t in town.team_plan.teams],
        "redesign": [f"{text}#why" for text in HOSTILE],
        "network": [f"{text}#k" for text in HOSTILE],
    }
    hidden = dict.fromkeys((0x2028, 0x2029, 0x202E), "\ufffd")
    for name, texts in wanted.items():
        opened = open_file(tmp_path / f"{name}.html")
        said = everything_said(opened.page)
        for text in texts:
            assert text.translate(hidden) in said, (name, text)
        assert_inert(opened)
