"""Nothing to show, one thing to show, too much to show (C10, B5): sensible files, no crashes."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from dataclasses import replace

import pytest

import maps
from data.plans import RoundPlan
from maps.common.audiences import Council
from maps.common.sanitising import visible

TEAM = {"profile": "manager", "plan_id": "p", "date": "d"}


def write_team(tmp_path, town, **more):
    path = tmp_path / "t.html"
    maps.write_team_map(
        path, municipality=town.municipality, team_plan=town.team_plan, network=town.network,
        team_table=town.team_table, **{**TEAM, **more},
    )  # fmt: skip
    return view_of(path)


def write_round(tmp_path, town, **more):
    path = tmp_path / "r.html"
    maps.write_round_map(
        path, municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path,
        **{"day": town.day, "profile": "manager", "plan_id": "p", **more},
    )  # fmt: skip
    return view_of(path)


def view_of(path, block="view"):
    page = path.read_text(encoding="utf-8")
    return json.loads(re.search(rf'id="data-{block}">(.*?)</script>', page).group(1))


@pytest.mark.parametrize("profile", ["manager", "anonymous", "council"])
def test_a_plan_without_teams(tmp_path, make_town, profile):
    town = make_town()
    town.team_plan = replace(town.team_plan, teams=(), contact={}, vice={})
    town.team_table = ()
    assert write_team(tmp_path, town, profile=profile)["teams"] == []
    for name in ("r.html", "r.pdf"):
        maps.write_report(
            tmp_path / name, municipality=town.municipality, team_plan=town.team_plan,
            network=town.network, measures={}, profile=profile, plan_id="p", date="d",
        )  # fmt: skip


def test_everybody_protected(tmp_path, make_town):
    """C7: no dot, no territory; the count is all there is."""
    town = make_town()
    clients = tuple(replace(one, protected=True) for one in town.municipality.clients)
    town.municipality = replace(town.municipality, clients=clients)
    view = write_team(tmp_path, town)
    assert view["clients"]["id"] == []
    assert view["territories"] == []
    rounds = write_round(tmp_path, town)
    assert town.asked == []
    kinds = {stop["kind"] for one in rounds["rounds"] for stop in one["stops"]}
    assert "visit" not in kinds
    assert not any(one["hidden"] for one in rounds["rounds"])  # which rounds is not told


def test_clients_without_a_place_are_counted_not_drawn(tmp_path, make_town):
    """B5: NaN is nowhere."""
    town = make_town()
    clients = list(town.municipality.clients)
    clients[3] = replace(clients[3], x=math.nan)
    town.municipality = replace(town.municipality, clients=tuple(clients))
    assert "k03" not in write_team(tmp_path, town)["clients"]["id"]
    assert "1 brukare utan plats" in view_of(tmp_path / "t.html", "page")["hidden"]


def test_a_day_without_rounds(tmp_path, make_town):
    assert write_round(tmp_path, make_town(), day=dt.date(2026, 3, 9))["rounds"] == []


def test_filters_of_the_writer(tmp_path, make_town):
    """Part and team choose rounds; unplanned visits go with them."""
    for town, told in ((make_town(is_open=True), ["s2"]), (make_town(), [""])):
        found = write_round(tmp_path, town, team_id="T2")["rounds"]
        assert [(one["staff"], one["team"]) for one in found] == [(told[0], "T2")]
    town = make_town(is_open=True)
    assert write_round(tmp_path, town, part="evening")["rounds"] == []
    assert [one["staff"] for one in write_round(tmp_path, town, team_id="T2")["rounds"]] == ["s2"]
    assert write_round(tmp_path, town, team_id="T2")["unplanned"] == []
    assert len(write_round(tmp_path, town, team_id="T1")["unplanned"]) == 1


def test_digital_visits_have_no_place_and_no_way(tmp_path, make_town):
    """The way goes from the stop before to the stop after."""
    town = make_town(is_open=True)
    visits = list(town.municipality.visits)
    visits[2] = replace(visits[2], mode="digital")
    town.municipality = replace(town.municipality, visits=tuple(visits))
    stops = write_round(tmp_path, town)["rounds"][0]["stops"]
    digital = next(stop for stop in stops if stop["client"] == "k02")
    assert (digital["x"], digital["leg"], digital["digital"]) == (None, "", True)
    assert ("client:k01", "client:k03") in town.asked


def test_a_round_of_one_visit_on_paper(tmp_path, make_town):
    """C10."""
    town = make_town()
    rows = [r for r in town.round_plan.rounds["2026-03-02-day-s1"] if r.kind != "visit"]
    visit = next(r for r in town.round_plan.rows if r.client_id == "k00")
    rows = tuple(sorted([*rows, visit], key=lambda row: row.start_s))
    paths = maps.write_staff_sheets(
        tmp_path, municipality=town.municipality, team_plan=town.team_plan,
        round_plan=RoundPlan((town.day,), rows, ()), network=town.network,
        leg_path=town.leg_path, day=town.day, plan_id="p",
    )  # fmt: skip
    assert [path.suffix for path in paths] == [".pdf", ".html", ".gpx", ".ics"]
    assert all(path.stat().st_size > 100 for path in paths)


def test_files_are_replaced_whole_or_not_at_all(tmp_path, make_town):
    """E1: a leg that cannot be drawn leaves the file of yesterday as it was."""
    town = make_town(is_open=True)
    write_round(tmp_path, town)
    before = (tmp_path / "r.html").read_bytes()

    def broken(*_: str) -> None:
        raise RuntimeError("no way")

    town.leg_path = broken
    with pytest.raises(RuntimeError):
        write_round(tmp_path, town)
    assert (tmp_path / "r.html").read_bytes() == before
    assert not list(tmp_path.glob(".tmp-*"))


def test_unfit_characters_are_made_visible():
    """F6, A22: control, direction and lone surrogates become a sign that can be seen."""
    assert visible("a\x00b\u202ec\ud800d\ne") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert visible("Åsa Öberg 🚲") == "Åsa Öberg 🚲"


def test_importing_maps_imports_nothing_heavy():
    """The command line must answer at once."""
    import subprocess
    import sys

    code = (
        "import sys, maps; "
        "print([m for m in ('folium', 'numpy', 'reportlab', 'shapely') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_nothing_that_is_not_needed_is_in_any_file(tmp_path, make_town):
    """G6: what the drawing does not use (households, languages, blocks, wishes) stays inside."""
    town = make_town()
    clients = tuple(
        replace(
            one, household_id="CANARY1", building_id="CANARY2", language="CANARY3",
            provider="CANARY4", preferred_staff=frozenset({"CANARY5"}),
            blocked_staff=frozenset({"CANARY6"}),
        )
        for one in town.municipality.clients
    )  # fmt: skip
    staff = tuple(
        replace(one, languages=frozenset({"CANARY7"}), skills={"CANARY8": dt.date(2027, 1, 1)})
        for one in town.municipality.staff
    )
    town.municipality = replace(town.municipality, clients=clients, staff=staff)
    for profile in ("manager", "anonymous", "council"):
        write_team(tmp_path, town, profile=profile)
        assert "CANARY" not in (tmp_path / "t.html").read_text(encoding="utf-8")
    write_round(tmp_path, town)
    maps.write_continuity(
        tmp_path / "c.html", municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, profile="manager", plan_id="p",
    )  # fmt: skip
    maps.write_staff_sheets(
        tmp_path, municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
        plan_id="p",
    )  # fmt: skip
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) >= 11
    assert not [path.name for path in written if b"CANARY" in path.read_bytes()]


def test_shared_maps_hold_no_exact_place(tmp_path, make_town):
    """G7: what outsiders get is on whole hundreds of metres, cells on halves of 500."""
    from maps.screen.territory_shapes import along_streets

    town = make_town()
    teams = town.team_plan.team_of_client
    rings = along_streets(town.municipality, teams, town.network, profile=Council())
    assert rings
    for found in rings.values():
        for ring in found:
            assert (ring % 100 == 0).all()
    view = write_team(tmp_path, town, profile="anonymous")
    shown = sum(cell[2] for cell in view["cells"])
    assert shown + view["not_in_cells"] == 25  # of 23: told in whole fives


@pytest.mark.parametrize("profile", ["anonymous", "council"])
def test_a_team_under_five_has_no_territory_on_shared_maps(tmp_path, make_town, profile):
    """G7: the area of a few clients tells where they live; five may be shown."""
    town = make_town()
    for n, is_shown in ((4, False), (5, True)):
        small, large = town.team_plan.teams
        teams = (
            replace(small, client_ids=town.ids[:n]), replace(large, client_ids=town.ids[n:]),
        )  # fmt: skip
        maps.write_team_map(
            tmp_path / "m.html", municipality=town.municipality, network=town.network,
            team_plan=replace(town.team_plan, teams=teams), profile=profile, plan_id="p",
            date="2026-03-02",
        )  # fmt: skip
        page = (tmp_path / "m.html").read_text(encoding="utf-8")
        data = json.loads(page.split('id="data-view">')[1].split("</script>")[0])
        drawn = {one["team"] for one in data["territories"]}
        index = next(i for i, one in enumerate(data["teams"]) if one["id"] == small.team_id)
        assert (index in drawn) == is_shown


def test_no_map_or_sheet_shows_where_a_carer_lives(tmp_path, make_town):
    """A home is secret: the same bytes wherever it lies, no way asked of it, and no base there."""
    for make in (make_town, lambda: make_town(is_open=True)):
        pages = [homes_pages(tmp_path, make(), home) for home in
                 ((540_123.25, 6_500_456.75), (540_789.5, 6_500_012.5))]  # fmt: skip
        assert pages[0] == pages[1]


def homes_pages(tmp_path, town, home):
    """The maps of a town where every carer begins and ends at ``home``."""
    staff = tuple(
        replace(one, starts_home=True, ends_home=True, home=home) for one in town.municipality.staff
    )
    town.municipality = replace(town.municipality, staff=staff)
    view = write_round(tmp_path, town)
    write_team(tmp_path, town)
    assert not any("home:" in str(point) for ask in town.asked for point in ask)
    # Nobody hidden: her round is left out. Somebody hidden: no round is told, hers as little.
    told = [(one["staff"], one["team"]) for one in view["rounds"]]
    is_hiding = any(one.protected for one in town.municipality.clients)
    assert told == ([("", "T1"), ("", "T2")] if is_hiding else [])
    assert {s["kind"] for one in view["rounds"] for s in one["stops"]} <= {"visit"}
    return [(tmp_path / name).read_bytes() for name in ("r.html", "t.html")]


def test_an_order_that_has_ended_is_no_care_on_the_team_map(tmp_path, make_town):
    """A client's minutes are summed as the team's: of orders that hold while the roster does."""
    town = make_town()
    minutes = write_team(tmp_path, town)["clients"]["minutes"]
    ended = replace(
        town.municipality.visits[0], visit_id="ended", duration_s=7200,
        valid_to=min(town.municipality.dates) - dt.timedelta(1),
    )  # fmt: skip
    town.municipality = replace(town.municipality, visits=(*town.municipality.visits, ended))
    assert write_team(tmp_path, town)["clients"]["minutes"] == minutes
