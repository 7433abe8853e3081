"""Every public function of Python answers a wrong argument with the project's own errors.

Each row is a call that a stranger might well make; it gives an error of ours that names what was
wrong, and the same in English, never Python's own from somewhere inside, and never an answer to
something else than what was asked.
"""

import datetime as dt
import re

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

import hemrunda as hr
from hemrunda.speech.messages import HOLE

FIVE = ("clients", "visits", "staff", "roster", "bases")


@pytest.fixture(scope="module")
def town():
    return hr.demo(n_clients=40, n_days=1)


@pytest.fixture(scope="module")
def made(town):
    return hr.plan(town, iterations=5, workers=1)


@pytest.fixture(scope="module")
def tables(town):
    return {name: pd.DataFrame(rows, dtype=object) for name, rows in town.as_dict().items()}


DEMO = [
    ("n_clients: ska vara ett heltal", lambda: hr.demo(n_clients="40")),
    ("n_clients: ska vara ett heltal", lambda: hr.demo(n_clients=40.5)),
    ("n_clients: ska vara ett heltal", lambda: hr.demo(n_clients=True)),
    ("n_clients: ska vara ett heltal", lambda: hr.demo(n_clients=None)),
    ("n_days: ska vara ett heltal", lambda: hr.demo(40, "1")),
    ("n_clients.*; n_days.*; seed", lambda: hr.demo("a", "b", seed="c")),
    ("seed: ska vara ett heltal från 0", lambda: hr.demo(40, 1, seed=-1)),
    ("mellan 30 och", lambda: hr.demo(n_clients=3)),
    ("mellan 1 och 56", lambda: hr.demo(n_clients=40, n_days=0)),
]
READ = [
    ("source: ska vara en sökväg", lambda: hr.read(None)),
    ("source: ska vara en sökväg", lambda: hr.read(3)),
    ("source.*settings", lambda: hr.read(3, settings=4)),
    ("1 fel", lambda: hr.read("nowhere")),
    ("nowhere.toml kan inte läsas", lambda: hr.read("nowhere", settings="nowhere.toml")),
    ("JSON-objekt", lambda: hr.from_json(3, network=None)),
    ("kan inte läsas som JSON", lambda: hr.from_json("nowhere.json", network=None)),
    ("JSON-objekt", lambda: hr.from_json([1], network=None)),
    ("JSON-objekt", lambda: hr.from_json({"clients": "a"}, network=None)),
    ("epsg: ska vara ett heltal", lambda: hr.network("nowhere", epsg="3006")),
    ("sökväg eller en graf", lambda: hr.network(None)),
    ("sökväg eller en graf", lambda: hr.network(3)),
    ("nowhere finns inte", lambda: hr.network("nowhere")),
    ("streets: ska vara StreetNetwork", lambda: hr.to_osmnx(3)),
    ("text: ska vara en text", lambda: hr.in_english(ValueError("x"))),
    ("problem: ska vara en dict", lambda: hr.solve_vroom([1])),
    ("problem: ska vara en dict", lambda: hr.solve_vroom(None)),
    ("jobs: ska vara en lista av objekt", lambda: hr.solve_vroom({"jobs": "abc"})),
    ("vehicles: ska vara en lista av objekt", lambda: hr.solve_vroom({"vehicles": [3]})),
    ("iterations, seconds: bara", lambda: hr.solve_vroom({}, iterations=1, seconds=1)),
    ("workers: ska vara ett heltal från 1", lambda: hr.solve_vroom({}, workers=0)),
]
"""What needs no town."""


@pytest.mark.parametrize(("named", "call"), [*DEMO, *READ])
def test_a_wrong_argument_is_told_by_its_name(named, call):
    """No bare TypeError: what was given, what it shall be, all faults of the call at once."""
    _refused(named, call)


def _refused(named, call):
    with pytest.raises(hr.HemrundaError, match=named) as caught:
        call()
    error = caught.value
    swedish = str(error)
    assert error.code in ("settings", "network", "input", "infeasible", "store")
    assert error.english[-1] == "."
    assert hr.in_english(swedish) != swedish
    assert not HOLE.search(hr.in_english(swedish))
    for fault in getattr(error, "faults", ()):
        assert hr.in_english(str(fault)) != str(fault)


SCENARIO = [
    ("settings: ska vara en sökväg", lambda town: town.with_settings(3)),
    ("nowhere.toml kan inte läsas", lambda town: town.with_settings("nowhere.toml")),
    ("plan: ska vara hr.Plan, TeamPlan, är int", lambda town: town.adopted(3)),
    ("EPSG:3006.*epsg gäller", lambda town: hr.network(town.streets, epsg=3007)),
    ("bicycle finns inte", lambda town: hr.to_osmnx(town.streets, "bicycle")),
    ("scenario: ska vara hr.Scenario, är str", lambda town: hr.plan("town")),
    ("days: ska vara ett heltal från 1 till 1", lambda town: hr.plan(town, days=0)),
    ("days: ska vara ett heltal från 1 till 1", lambda town: hr.plan(town, days=99)),
    ("days: ska vara ett heltal", lambda town: hr.plan(town, days="1")),
    ("seed: ska vara ett heltal", lambda town: hr.plan(town, seed="a")),
    ("seed: ska vara ett heltal från 0", lambda town: hr.plan(town, seed=-1)),
    ("workers: ska vara ett heltal från 1", lambda town: hr.plan(town, workers=0)),
    ("iterations: ska vara ett heltal", lambda town: hr.plan(town, iterations=5.5)),
    ("iterations: ska vara ett heltal från 0", lambda town: hr.plan(town, iterations=-1)),
    ("seconds: ska vara ett tal från 0", lambda town: hr.plan(town, seconds="1")),
    ("seconds: ska vara ett tal från 0", lambda town: hr.plan(town, seconds=float("nan"))),
    ("iterations, seconds: bara", lambda town: hr.plan(town, iterations=1, seconds=1.0)),
    ("progress: ska vara en funktion", lambda town: hr.plan(town, progress=3)),
    ("days.*seed.*workers", lambda town: hr.plan(town, days=0, seed=-1, workers=0)),
    ("travel: ska vara en dict", lambda town: hr.plan(town, travel=[1])),
    ("bicycle: färdsättet finns inte", lambda town: hr.plan(town, travel={"bicycle": [[0]]})),
]
STUDY = [
    ("scenario: ska vara hr.Scenario", lambda town, at: hr.study(3, {}, at)),
    ("grid: ska vara en dict", lambda town, at: hr.study(town, 3, at)),
    (r"grid\['seed'\]: ska vara en lista", lambda town, at: hr.study(town, {"seed": 3}, at)),
    (r"grid\['seed'\]: ska vara en lista", lambda town, at: hr.study(town, {"seed": "12"}, at)),
    ("zz är okänt", lambda town, at: hr.study(town, {"zz": [1]}, at)),
    ("zz är okänt", lambda town, at: hr.study(town, {"seed": [1]}, at, zz=3)),
    ("days: ska vara ett heltal från 1", lambda town, at: hr.study(town, {"days": ["x"]}, at)),
    ("quick: ska vara true", lambda town, at: hr.study(town, {"seed": [1]}, at, quick=1)),
    ("timmar", lambda town, at: hr.study(town, {"shift_hours": ["x"]}, at)),
    ("zz finns inte", lambda town, at: hr.study(town, {"teams.zz": [20]}, at)),
    ("threads:N", lambda town, at: hr.study(town, {"seed": [1]}, at, cluster="zz")),
    ("cluster: ska vara en text", lambda town, at: hr.study(town, {"seed": [1]}, at, cluster=2)),
    ("bara tls://", lambda town, at: hr.study(town, {"seed": [1]}, at, certificates="c")),
    ("folder: ska vara en sökväg", lambda town, at: hr.study(town, {"seed": [1]}, 3)),
    ("kan inte läsas", lambda town, at: hr.study(town, {"seed": [1]}, at, settings="no.toml")),
]


@pytest.mark.parametrize(("named", "call"), SCENARIO)
def test_a_wrong_argument_beside_a_scenario_is_told(named, call, town):
    """What would do nothing is refused too: a system that nobody projects to, days beyond all."""
    _refused(named, lambda: call(town))


@pytest.mark.parametrize(("named", "call"), STUDY)
def test_a_wrong_study_is_told_before_anything_is_planned(named, call, town, tmp_path):
    """A grid of two hundred plans must not fail at the first."""
    _refused(named, lambda: call(town, tmp_path / "study"))


DISTRICT = shapely.box(0, 0, 1, 1)
PLAN = [
    ("inga rundor det datumet", lambda made, day, who: made.map("2020-01-01")),
    ("date: ska vara ett datum", lambda made, day, who: made.map("yesterday")),
    ("date: ska vara ett datum", lambda made, day, who: made.map(3)),
    ("Arbetslaget finns inte", lambda made, day, who: made.map(team="zz")),
    ("days: ska ha minst en dag", lambda made, day, who: made.mend([])),
    ("days: ska vara en lista", lambda made, day, who: made.mend(day.isoformat())),
    ("days: ska vara ett datum", lambda made, day, who: made.mend(["x"])),
    ("sick: ska vara en lista", lambda made, day, who: made.mend([day], sick="U01")),
    ("away: ska vara en lista av texter", lambda made, day, who: made.mend([day], away=[3])),
    ("--sick zz: personen finns inte", lambda made, day, who: made.mend([day], sick=["zz"])),
    ("--new-visit zz", lambda made, day, who: made.mend([day], new_visits=["zz"])),
    ("iterations: ska", lambda made, day, who: made.mend([day], iterations=-2)),
    ("kind: ska vara contact", lambda made, day, who: made.decide("zz", who, "a", by="x")),
    ("client_id: brukaren finns", lambda made, day, who: made.decide("team", "zz", "a", by="x")),
    ("by: ska säga vem", lambda made, day, who: made.decide("team", who, "a", by=" ")),
    ("by: ska vara en text", lambda made, day, who: made.decide("team", who, "a", by=3)),
    ("since: ska vara ett datum",
     lambda made, day, who: made.decide("team", who, "a", by="x", since=3)),
    ("until: ligger före since",
     lambda made, day, who: made.decide("team", who, "a", by="x", since=day, until="2000-01-01")),
    ("laget finns inte", lambda made, day, who: made.decide("team", who, "zz", by="x")),
    ("date: ska vara ett datum", lambda made, day, who: made.to_vroom("x")),
    ("inga rundor det datumet", lambda made, day, who: made.to_vroom("2020-01-01")),
    ("folder: ska vara en sökväg", lambda made, day, who: made.write(3)),
    ("ska vara en GeoDataFrame", lambda made, day, who: made.overlay(3, "d")),
    ("ska vara en GeoDataFrame", lambda made, day, who: made.overlay(pd.DataFrame(), "d")),
    ("ska vara ytor", lambda made, day, who: made.overlay(_areas([]), "d")),
    ("ska vara ytor", lambda made, day, who: made.overlay(_areas([shapely.Point(1, 2)]), "d")),
    ("ingen kolumn zz", lambda made, day, who: made.overlay(_areas([DISTRICT]), "zz")),
    ("saknar koordinatsystem",
     lambda made, day, who: made.overlay(_areas([DISTRICT], crs=None), "d")),
]  # fmt: skip


def _areas(shapes, crs=3006):
    return gpd.GeoDataFrame({"d": ["a"] * len(shapes)}, geometry=list(shapes), crs=crs)


@pytest.mark.parametrize(("named", "call"), PLAN)
def test_a_wrong_argument_to_a_plan_is_told(named, call, made, town):
    """A date that is none, a carer who is none, a decision about nobody."""
    day = town.municipality.dates[0]
    _refused(named, lambda: call(made, day, town.municipality.clients[0].client_id))


FRAMES = [
    ("list. Ska vara en DataFrame", {"clients": [1, 2]}, {}),
    ("NoneType. Ska vara en DataFrame", {"staff": None}, {}),
    ("tabellen är tom", {"clients": pd.DataFrame()}, {}),
    ("kolumnen förstås inte", {"clients": lambda frame: frame.assign(zzz=1)}, {}),
    ("kolumnen saknas", {"clients": lambda frame: frame.drop(columns="client_id")}, {}),
    ("inga rader", {"visits": lambda frame: frame.iloc[:0]}, {}),
    ("inga rader", {"roster": lambda frame: frame.iloc[:0]}, {}),
    ("zz: tabellen finns inte", {}, {"more": {"zz": pd.DataFrame()}}),
    ("more: ska vara en dict", {}, {"more": [1]}),
    ("tabellen är redan given", {}, {"more": {"clients": pd.DataFrame()}}),
    ("more: ska.*settings: ska vara en sökväg", {}, {"more": [1], "settings": 3}),
    ("nowhere.toml kan inte läsas", {}, {"settings": "nowhere.toml"}),
    ("sökväg eller en graf", {}, {"network": None}),
    ("koordinatsystem", {"clients": lambda frame: _points(frame, None)}, {}),
    ("EPSG:3857", {"clients": lambda frame: _points(frame, 3857)}, {}),
]


def _points(frame, crs):
    xy = frame[["x", "y"]].astype(float)
    return gpd.GeoDataFrame(
        frame.drop(columns=["x", "y"]), geometry=gpd.points_from_xy(xy["x"], xy["y"]), crs=crs
    )


@pytest.mark.parametrize(("named", "changed", "more"), FRAMES)
def test_a_wrong_frame_is_told_by_its_name(named, changed, more, tables, town):
    """Empty frames, unknown columns, points without a system or in another than they say."""
    given = {name: tables[name] for name in FIVE}
    for name, change in changed.items():
        given[name] = change(tables[name]) if callable(change) else change
    with pytest.raises(hr.HemrundaError) as caught:
        hr.from_frames(*given.values(), **{"network": town.streets, **more})
    error = caught.value
    texts = [str(error), *map(str, getattr(error, "faults", ()))]
    assert any(re.search(named, text) for text in texts)
    assert all(hr.in_english(text) != text for text in texts)


def test_what_is_no_fault_goes_through(town, made):
    """NumPy's whole numbers, moments, ISO texts, the system that streets have already."""
    assert len(hr.demo(np.int64(40), np.int32(1), seed=np.uint8(1)).clients) == len(town.clients)
    assert hr.network(town.streets, epsg=3006) is town.streets
    day = town.municipality.dates[0]
    for date in (
        day,
        day.isoformat(),
        pd.Timestamp(day),
        dt.datetime(day.year, day.month, day.day),
    ):
        assert made.to_vroom(date)["jobs"]
    who = town.municipality.clients[0]
    later = made.decide("team", who.client_id, made.context.team_plan.team_of_client[who.client_id],
                        by="x", since=day.isoformat(), iterations=1)  # fmt: skip
    assert later.check() == ()
    assert hr.network(_square(), epsg=3007).epsg == 3007


def _square():
    """Four streets round a block, as OSMnx has them."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    corners = [(12.5, 56.9), (12.501, 56.9), (12.501, 56.901), (12.5, 56.901)]
    for number, (x, y) in enumerate(corners):
        graph.add_node(number, x=x, y=y)
    for number in range(4):
        for pair in ((number, (number + 1) % 4), ((number + 1) % 4, number)):
            graph.add_edge(*pair, 0, osmid=number, highway="residential", length=80.0)
    return graph


def _matrices(town):
    n = len(town.travel_points())
    table = 60.0 * np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return dict.fromkeys(("walk", "bike", "ebike", "car"), table.clip(max=1800.0))


WRONG_TIMES = [
    ("bike: ska ha 41 rader och kolumner, som travel_points; har 40 × 41", lambda t, p: t[:-1]),
    ("bike: ska ha", lambda t, p: t.ravel()),
    ("bike: ska vara sekunder", lambda t, p: t.astype(str) + "x"),
    ("bike: ska vara sekunder", lambda t, p: [[0, 1], [2]]),
    ("bike: ingen restid kan vara under 0", lambda t, p: t - 1),
    ("bike: restider över ett dygn", lambda t, p: 1000 * t),
    ("bike: restiden från en plats till den själv ska vara 0", lambda t, p: t + 1),
    ("bike: restiden från en plats till den själv ska vara 0", lambda t, p: t * np.nan),
    ("bike: raderna och kolumnerna", lambda t, p: pd.DataFrame(t, index=p, columns=p)
     .rename(columns={p[0]: "zz"})),
    ("bike: raderna och kolumnerna", lambda t, p: pd.DataFrame(t, index=p)),
]  # fmt: skip


@pytest.mark.parametrize(("named", "change"), WRONG_TIMES)
def test_a_matrix_that_cannot_be_used_is_told(named, change, town):
    """Another shape, texts, minus, milliseconds, a way from a place to itself, others' labels."""
    points = list(town.travel_points()["point_id"])
    times = _matrices(town)
    times["bike"] = change(times["bike"], points)
    _refused(re.escape(named), lambda: hr.plan(town, iterations=5, travel=times))


def test_a_services_matrix_is_taken_as_it_comes(town):
    """Parts of seconds, None and infinity where no way is, other times back; a frame by labels."""
    from hemrunda.face.own_travel import own_travel

    points = list(town.travel_points()["point_id"])
    times = _matrices(town)
    table = times["bike"] + np.triu(np.full_like(times["bike"], 0.6), 1)
    nested = table.tolist()
    nested[0][1], nested[1][0], nested[0][2] = None, float("inf"), float("nan")
    shuffled = points[::-1]
    frame = pd.DataFrame(table, points, points).loc[shuffled, shuffled]
    seconds = own_travel(town, {**times, "bike": nested, "car": frame})
    assert (seconds["bike"][0, 1], seconds["bike"][1, 0], seconds["bike"][0, 2]) == (10**9,) * 3
    assert (seconds["bike"][2, 5], seconds["bike"][5, 2]) == (181, 180)
    assert np.array_equal(seconds["car"], np.rint(table).astype(np.int32))
    plan = hr.plan(town, iterations=20, workers=1, travel={**times, "bike": nested})
    assert plan.check() == ()
    assert np.array_equal(plan.context.travel.seconds["bike"], seconds["bike"])
