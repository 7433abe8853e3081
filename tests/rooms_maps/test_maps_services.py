"""Other services' areas over the teams' on the map (FA-06), and what a shared map tells of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

import maps
from data.demo import make_municipality, make_streets
from data.plans import Team, TeamPlan

N = 120


@pytest.fixture(scope="module")
def town():
    """Two teams, west and east; nurses have north and south; an odd area of three clients."""
    network = make_streets(n_clients=N)
    municipality = make_municipality(network, n_clients=N, n_days=1, seed=4, name="Ekhamn")
    clients = list(municipality.clients)
    clients[0] = replace(clients[0], protected=True)
    municipality = replace(municipality, clients=tuple(clients))
    xs = sorted(one.x for one in clients)
    ys = sorted(one.y for one in clients)
    east = {one.client_id: one.x > xs[N // 2] for one in clients}
    nurse = {
        one.client_id: "Norr" if one.y > ys[N // 2] else "Söder" for one in municipality.clients
    }
    for one in [one for one in clients if not one.protected][:3]:
        nurse[one.client_id] = "Udden"
    whole = {one.client_id: "Öst" if east[one.client_id] else "Väst" for one in clients}
    teams = tuple(
        Team(name, "A", municipality.bases[0].base_id,
             tuple(sorted(who for who, is_east in east.items() if is_east is wanted)))
        for name, wanted in (("T1", False), ("T2", True))
    )  # fmt: skip
    plan = TeamPlan(teams, {}, {}, {}, {}, {}, {}, {})
    return network, municipality, plan, {"sjuksköterska": nurse, "rehab": whole}


def page_of(town, folder, profile, areas=None):
    network, municipality, plan, own = town
    path = folder / "m.html"
    maps.write_team_map(
        path, municipality=municipality, team_plan=plan, network=network, profile=profile,
        plan_id="p", date="d", other_areas=own if areas is None else areas,
    )  # fmt: skip
    page = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'application/json" id="data-view">(.*?)</script>', page, re.S)[1])


def test_the_managers_map_has_each_services_outlines_and_the_fit(town, tmp_path):
    """By a count of its own over the tables; who is protected is in no count."""
    _, municipality, plan, areas = town
    view = page_of(town, tmp_path, "manager")
    assert [one["service"] for one in view["others"]] == ["rehab", "sjuksköterska"]
    hidden = {one.client_id for one in municipality.clients if one.protected}
    for one in view["others"]:
        assert {one["areas"][shape["team"]] for shape in one["territories"]} == set(one["areas"])
        for i, team in enumerate(view["teams"]):
            members = next(t for t in plan.teams if t.team_id == team["id"]).client_ids
            wanted = Counter(areas[one["service"]][who] for who in members if who not in hidden)
            assert {one["areas"][area]: n for area, n in one["fit"][i]} == dict(wanted)
    rehab = view["others"][0]
    assert all(len(fit) == 1 for fit in rehab["fit"])


@pytest.mark.parametrize("profile", ["council", "anonymous"])
def test_a_shared_map_tells_of_no_area_under_five(town, tmp_path, profile):
    """No outline and no name of three clients' area; counts are whole fives."""
    view = page_of(town, tmp_path, profile)
    nurse = next(one for one in view["others"] if one["service"] == "sjuksköterska")
    assert set(nurse["areas"]) == {"Norr", "Söder"}
    assert nurse["territories"]
    counts = [n for one in view["others"] for fit in one["fit"] for _, n in fit]
    assert counts
    assert all(n % 5 == 0 and n > 0 for n in counts)


def test_one_client_more_or_less_moves_no_shared_count(town, tmp_path):
    """The areas of two shared maps, one client's area apart, mostly tell the same."""
    _, municipality, _, areas = town
    one = next(c.client_id for c in municipality.clients if areas["sjuksköterska"][c.client_id]
               == "Norr" and not c.protected)  # fmt: skip
    without = {"sjuksköterska": {**areas["sjuksköterska"], one: ""}}
    before = page_of(town, tmp_path, "council", {"sjuksköterska": areas["sjuksköterska"]})
    after = page_of(town, tmp_path, "council", without)
    told = [sum(n for fit in view["others"][0]["fit"] for _, n in fit) for view in (before, after)]
    assert abs(told[0] - told[1]) in (0, 5)


def test_without_other_areas_the_page_is_silent_of_them(town, tmp_path):
    """No empty choice."""
    assert "others" not in page_of(town, tmp_path, "manager", {})
