"""A round map of several days: one file, opened on what is read first, searched, gone through."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import maps
from data.demo import make_municipality, make_streets
from data.rules import Rules
from maps.common.audiences import Manager
from maps.common.colours import colour_indices
from maps.common.lonlat import WebGrid
from maps.screen.round_payload import looks_of, payload
from maps.screen.round_view import rounds_view
from partition.team_planning import plan_teams
from routing.rounds import plan_rounds
from routing.travel import travel_times

pytestmark = pytest.mark.browser
STOP = (
    "kind", "visit", "client", "carer_no", "arrive", "start", "end", "travel", "access", "mode",
    "tier", "task", "earliest", "latest", "x", "y", "leg",
)  # fmt: skip
SHOWN = "Hemrunda.roundState.shownRounds()"


@cache
def planned():
    """Ninety clients on eight days, constructed only: several teams, more than a week."""
    rules = Rules()
    network = make_streets(n_clients=90, seed=1)
    town = make_municipality(network, n_clients=90, n_days=8, seed=1)
    clients = tuple(replace(one, protected=False) for one in town.clients)
    town = replace(town, clients=clients)  # where anybody is, no round is told
    travel, engine, _ = travel_times(network, town)
    teams = plan_teams(town, travel, rules, network=network, seed=1)
    rounds = plan_rounds(town, teams, travel, rules, dates=town.dates, seed=1, n_iterations=0)
    views = [
        rounds_view(town, teams, rounds, engine.leg_path, Manager(), day=day) for day in town.dates
    ]
    return town, teams, rounds, network, engine, views


@pytest.fixture
def page(tmp_path, open_file):
    town, teams, rounds, network, engine, _ = planned()
    maps.write_round_map(
        tmp_path / "map.html", municipality=town, team_plan=teams, round_plan=rounds,
        network=network, leg_path=engine.leg_path, day=town.dates, profile="manager",
        plan_id="p1",
    )  # fmt: skip
    opened = open_file(tmp_path / "map.html")
    opened.page.wait_for_selector("body[data-ready=yes]")
    yield opened.page
    opened.assert_quiet()


def test_a_day_of_many_is_the_day_alone(page):
    """What is said once for all days is put together again to what one day's file says."""
    town, _, _, network, _, views = planned()
    corners = np.array([network.bounds[:2], network.bounds[2:]])
    grid = WebGrid.around(corners, network.epsg)
    found = page.evaluate(
        "(names) => { const s = Hemrunda.roundStateOf(Hemrunda.block('view'));"
        " return s.days.map((_, i) => { s.enter(i); return s.rounds.map((r) => [r.id, r.staff,"
        " r.stops.map((one) => names.map((name) => one[name]))]); }); }",
        list(STOP),
    )
    assert len(found) == 8
    for view, seen in zip(views, found, strict=True):
        rounds = payload(view, town, grid)["rounds"]
        assert seen == [
            [one["id"], one["staff"], [[stop[name] for name in STOP] for stop in one["stops"]]]
            for one in rounds
        ]


def test_it_opens_on_one_team_by_day_and_goes_on_to_other_days(page):
    """More rounds than a picture holds: one team, by day; a week to press, a step beyond."""
    town, teams, *_ = planned()
    names = sorted(team.team_id for team in teams.teams)
    assert len(names) > 1
    whose = page.evaluate(f"{SHOWN}.map((one) => [one.team, one.part, one.serves])")
    assert whose
    assert all(part == "day" for _, part, _ in whose)
    assert all(names[0] in (team, *serves) for team, _, serves in whose)
    pressed = page.locator(".hr-days [aria-pressed=true]")
    assert page.locator(".hr-days [aria-pressed]").count() == 7
    assert pressed.inner_text().split() == ["mån", f"{town.dates[0].day}/{town.dates[0].month}"]
    page.locator(".hr-days [aria-pressed]").nth(2).click()
    assert page.evaluate("Hemrunda.roundState.data.date") == town.dates[2].isoformat()
    assert page.locator(".hr-lane").count() == page.evaluate(f"{SHOWN}.length")
    page.locator(".hr-days .hr-button").last.click()
    assert page.evaluate("Hemrunda.roundState.data.date") == town.dates[7].isoformat()
    assert page.locator("#choose-team").input_value() == names[0]


def test_a_client_of_another_team_is_found(page):
    """Search goes over the whole day: the hit's team and round come up, with the visit chosen."""
    client = page.evaluate(
        "() => { const all = Hemrunda.roundState.rounds.filter((r) => r.team && r.team !==\n"
        " Hemrunda.roundState.team && r.part === 'day'); const r = all.at(-1);\n"
        " return r.stops.find((s) => s.kind === 'visit').client; }"
    )
    page.locator(".hr-search").fill(client.lower())
    page.locator(".hr-hits button").first.click()
    assert page.evaluate("Hemrunda.roundState.stop.client") == client
    at = page.evaluate("Hemrunda.roundState.rounds[Hemrunda.roundState.round].index")
    assert page.evaluate(f"{SHOWN}.some((one) => one.index === {at})")
    page.locator(".hr-search").fill("finns inte")
    assert page.locator(".hr-hits").inner_text() == "0 träffar"


def test_a_list_is_one_stop_of_the_tab_key(page):
    """Arrow keys go along the rounds; Tab leaves them."""
    items = page.locator("#panel [aria-live] .hr-list .hr-item")
    n = items.count()
    assert n > 1
    assert [items.nth(i).get_attribute("tabindex") for i in range(n)] == ["0"] + ["-1"] * (n - 1)
    items.first.focus()
    page.keyboard.press("End")
    assert items.last.evaluate("(one) => document.activeElement === one")
    page.keyboard.press("ArrowUp")
    assert items.nth(n - 2).evaluate("(one) => document.activeElement === one")


def test_carers_seen_at_once_have_each_a_colour_of_her_own():
    """All who are drawn of a team in a part of a day, helpers from other teams too."""
    views = planned()[-1]
    for view, looks in zip(views, looks_of(views), strict=True):
        seen: dict[tuple[str, str], list[int]] = {}
        for one in view.rounds:
            serves = {stop.row.team_id for stop in one.stops if stop.row.kind == "visit"}
            for team in serves | {one.team_id}:
                seen.setdefault((team, one.part), []).append(looks[one.staff_id][0])
        assert max(map(len, seen.values())) > 3
        for colours in seen.values():
            assert len(set(colours)) == len(colours)


def test_a_colour_is_kept_where_nobody_beside_has_it():
    wished = {"a": 3, "b": 3, "c": 5}
    beside = {"a": {"b"}, "b": {"a"}, "c": set()}
    chosen = colour_indices(["a", "b", "c"], beside, 7, wished)
    assert chosen == {"a": 3, "b": 0, "c": 5}


def change_of(row, what, **sides):
    """A row of ``changes.csv`` about a planned visit."""
    return {
        "change": what, "date": row.date, "visit_id": row.visit_id, "client_id": row.client_id,
        "carer_no": row.carer_no, "date_before": row.date, "staff_before": row.staff_id,
        "staff_after": row.staff_id, "start_before": "08:00", "start_after": "08:00",
        "moved_min": 0, "phone": "nej", **sides,
    }  # fmt: skip


def write_changed(path, clients=None):
    """The period's map with four changes on its third day: one too small to tell."""
    town, teams, rounds, network, engine, _ = planned()
    rows = [row for row in rounds.rows if row.date == town.dates[2] and row.kind == "visit"]
    changes = [
        change_of(rows[0], "annan personal", staff_before="SJUKSKRIVEN-1"),
        change_of(rows[1], "annan tid", start_after="08:40", moved_min=40),
        change_of(rows[2], "annan tid", start_after="08:03", moved_min=3),
        change_of(rows[3], "utan personal", visit_id="V-borta", staff_after="", start_after=""),
    ]
    maps.write_round_map(
        path, municipality=replace(town, clients=clients or town.clients), team_plan=teams,
        round_plan=rounds, network=network, leg_path=engine.leg_path, day=town.dates,
        profile="manager", plan_id="p1", changes=changes,
    )  # fmt: skip
    return rows


def test_what_is_mended_is_opened_on_and_marked(tmp_path, open_file):
    """The changed day, its team, a list that goes to the visit; marks on timeline and map."""
    rows = write_changed(tmp_path / "map.html")
    opened = open_file(tmp_path / "map.html")
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    assert page.evaluate("Hemrunda.roundState.data.date") == rows[0].date.isoformat()
    assert page.locator(".hr-days .hr-changed").all_inner_texts() == ["3"]
    shown = page.locator("#panel details", has_text="Ändrat sedan förra planen (3)")
    assert [text.split(", ", 1)[1] for text in shown.locator("li").all_inner_texts()] == [
        f"ändrat: annan personal, SJUKSKRIVEN-1 08:00 → {rows[0].staff_id} 08:00",
        "ändrat: annan tid, 08:00 → 08:40",
        f"ändrat: utan personal, {rows[3].staff_id} 08:00 → –",
    ]
    marked = page.evaluate(
        "Hemrunda.roundState.rounds.flatMap((r) => r.stops).filter((s) => s.change)"
        ".map((s) => s.visit)"
    )
    assert marked == [rows[0].visit_id, rows[1].visit_id]
    shown.locator("button").nth(1).click()
    assert page.evaluate("Hemrunda.roundState.stop.visit") == rows[1].visit_id
    assert page.locator("button.hr-block[data-changed]").count() >= 1
    opened.assert_quiet()


def test_no_change_is_told_while_anybody_is_protected(tmp_path):
    """What changes on a day is the round of whoever is ill (C7)."""
    town = planned()[0]
    some = tuple(replace(one, protected=i == 0) for i, one in enumerate(town.clients))
    write_changed(tmp_path / "map.html", some)
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert '"changes":{}' in text
    assert "SJUKSKRIVEN-1" not in text
    assert "V-borta" not in text


def test_a_street_is_found_and_gone_to(page):
    street = page.evaluate("Hemrunda.block('streets').names.find((name) => name.length > 8)")
    before = page.evaluate("Hemrunda.map.getCenter().toString()")
    page.locator(".hr-search").fill(street)
    page.locator(".hr-hits button", has_text=street).first.click()
    page.wait_for_timeout(500)
    assert page.evaluate("Hemrunda.map.getCenter().toString()") != before
    assert page.evaluate("Hemrunda.map.getZoom()") >= 16


def test_no_number_of_the_timeline_is_cut(page):
    """A number that its visit has no room for is left out; none is shown in part."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("window.dispatchEvent(new Event('resize'))")
        shown, cut = page.evaluate(
            "() => { const all = [...document.querySelectorAll('button.hr-block')].filter((b) =>"
            " b.textContent); return [all.length, all.filter((b) => b.scrollWidth >"
            " b.clientWidth + 1).length]; }"
        )
        assert shown > 10
        assert cut == 0


def test_the_stop_of_the_tab_key_of_each_lane_can_be_hit(page):
    """WCAG 2.5.8: 24 pixels, also where the first visit is of five minutes."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    wide = page.evaluate(
        "[...document.querySelectorAll('.hr-lane')].map((lane) => {"
        " const of = (one) => one.getBoundingClientRect().width;"
        " const all = [...lane.querySelectorAll('button.hr-block')];"
        " const stops = all.filter((one) => one.tabIndex === 0);"
        " return [stops.length, Math.max(...stops.map(of)), Math.max(...all.map(of))]; })"
    )
    assert len(wide) > 1
    for n_stops, stop, widest in wide:
        assert n_stops == 1
        assert stop >= min(23.5, widest)
