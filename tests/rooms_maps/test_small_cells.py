"""Small cells turned back: totals less parts, file less file, two exports one client apart."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import maps
from data.demo import make_municipality, make_streets
from data.plans import Team, TeamPlan

N = 100


def division(municipality):
    """Four teams by quarter of the town."""
    xy = np.array([(c.x, c.y) for c in municipality.clients])
    east, north = xy[:, 0] > np.median(xy[:, 0]), xy[:, 1] > np.median(xy[:, 1])
    number = 2 * east + north
    return {c.client_id: f"T{k}" for c, k in zip(municipality.clients, number, strict=True)}


@pytest.fixture(scope="module")
def town():
    network = make_streets(n_clients=N)
    municipality = make_municipality(network, n_clients=N, n_days=1, seed=3, name="Ekhamn")
    return network, municipality, division(municipality)


def exports(folder, network, municipality, team_of):
    """What anybody may be given: a map's data for two profiles, and the report's text."""
    ids = {c.client_id for c in municipality.clients}
    teams = tuple(
        Team(team, "A", municipality.bases[0].base_id,
             tuple(c for c in sorted(ids) if team_of[c] == team))
        for team in sorted(set(team_of.values()))
    )  # fmt: skip
    plan = TeamPlan(teams, {}, {}, {}, {}, {}, {}, {})
    visits = municipality.visits_of
    rows = [
        {"team_id": team.team_id, "area_id": "A", "n_clients": len(team.client_ids),
         "care_min_week": sum(v.duration_s * len(v.weekdays) / 60
                              for c in team.client_ids for v in visits[c]),
         "rounds_day": len(team.client_ids) / 8, "rounds_evening": 1.0, "travel_within_min": 4.2,
         "compactness": 0.8, "contiguous": True}
        for team in teams
    ]  # fmt: skip
    found = {}
    for profile in ("council", "anonymous"):
        maps.write_team_map(
            folder / "m.html", municipality=municipality, team_plan=plan, network=network,
            profile=profile, plan_id="p", date="d", team_table=rows,
        )  # fmt: skip
        page = (folder / "m.html").read_text(encoding="utf-8")
        text = re.search(r'application/json" id="data-view">(.*?)</script>', page, re.S)
        found[profile] = json.loads(text.group(1))
    measures = {"municipality": {"n_clients": len(ids), "planned": {"n_unplanned": 7}}}
    maps.write_report(
        folder / "r.html", municipality=municipality, team_plan=plan, network=network,
        measures=measures, team_table=rows, profile="council", plan_id="p", date="d",
    )  # fmt: skip
    found["report"] = re.sub(r"<[^>]+>", " ", (folder / "r.html").read_text(encoding="utf-8"))
    return found


def numbers(view):
    """Every count and sum of a map that anybody may see."""
    found = {}
    for team in view["teams"]:
        found[team["id"], "n"] = team["n"]
        found |= {(team["id"], key): value for key, value in team["measures"].items()}
    return {key: value for key, value in found.items() if isinstance(value, (int, float))}


def test_exports_one_client_apart_tell_nothing_of_the_client(town, tmp_path):
    """Twenty differences: no area moves, no sum changes by less than many clients' worth."""
    network, municipality, team_of = town
    whole = exports(tmp_path, network, municipality, team_of)
    open_ones = [c for c in municipality.clients if not c.protected]
    n_same = 0
    for gone in open_ones[:: len(open_ones) // 20][:20]:
        kept = tuple(c for c in municipality.clients if c is not gone)
        less = replace(
            municipality, clients=kept,
            visits=tuple(v for v in municipality.visits if v.client_id != gone.client_id),
        )  # fmt: skip
        without = exports(tmp_path, network, less, team_of)
        for profile in ("council", "anonymous"):
            areas = [one[profile]["territories"] for one in (whole, without)]
            assert areas[0] == areas[1], profile
            told = {key for one in whole[profile]["teams"] for key in one["measures"]}
            assert told <= {"area_id", "care_min_week", "rounds_day", "rounds_evening"}
            before, after = numbers(whole[profile]), numbers(without[profile])
            for key, value in before.items():
                step = {"n": 5, "care_min_week": 3000}.get(key[1], 1)
                assert value % step == 0
                assert abs(value - after[key]) in (0, step), key
        n_same += whole["report"] == without["report"]
    assert n_same >= 10  # a step is passed now and then, by whoever stands next to it


def test_totals_less_their_parts_are_no_client(town, tmp_path):
    """15 of 56 beside 60: every count of a shared file is in whole fives, its total too."""
    network, municipality, team_of = town
    view = exports(tmp_path, network, municipality, team_of)
    for profile in ("council", "anonymous"):
        counts = [team["n"] for team in view[profile]["teams"]]
        assert all(n % 5 == 0 for n in counts)
    told = re.search(r"för (\d+) brukare", view["report"])
    assert int(told.group(1)) % 5 == 0
    small = {c: "T9" if i < 4 else team for i, (c, team) in enumerate(team_of.items())}
    shown = exports(tmp_path, network, municipality, small)
    of_four = [team for team in shown["council"]["teams"] if team["id"] == "T9"]
    assert [(team["n"], team["measures"], team["at"]) for team in of_four] == [(None, {}, None)]


def test_a_lone_client_is_no_island(town, tmp_path):
    """An island of one client on the council's map was that client's home."""
    network, municipality, team_of = town
    lone = municipality.clients[0].client_id
    others = sorted(set(team_of.values()) - {team_of[lone]})
    views = [
        exports(tmp_path, network, municipality, {**team_of, lone: team})["council"]["territories"]
        for team in (team_of[lone], others[0])
    ]
    assert views[0] == views[1]
