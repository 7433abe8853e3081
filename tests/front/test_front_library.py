"""`import hemrunda as hr`: a scenario, a plan, its frames and maps, from Python alone."""

import datetime as dt
import html
import json
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import hemrunda as hr
from data.demo import make_municipality
from data.errors import InputError, NetworkError, SettingsError


@pytest.fixture(scope="module")
def town():
    return hr.demo(n_clients=40, n_days=2)


@pytest.fixture(scope="module")
def reported():
    """What the making of `made` said of its progress."""
    return []


@pytest.fixture(scope="module")
def made(town, reported):
    return hr.plan(
        town, iterations=200, workers=1, progress=lambda share, text: reported.append(share)
    )


def test_importing_costs_nothing_and_tells_its_names():
    """A newcomer types ``hr.`` and Tab; the command line must not pay for it."""
    code = (
        "import sys, hemrunda as hr\n"
        "assert 'plan' in dir(hr) and 'pipeline' not in dir(hr)\n"
        "assert not {'numpy', 'numba', 'geopandas', 'folium', 'sklearn'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_plan_is_proved_and_says_who_it_is_in_one_line(made, town):
    """A repr of 147 000 characters helps nobody."""
    assert made.check() == ()
    assert repr(made).count("\n") == 0
    assert len(repr(made)) < 120
    assert len(repr(town)) < 120
    parts = (
        town.streets, town.municipality, made.context.travel, made.context.engine,
        made.context.team_plan, made.context.round_plan,
    )  # fmt: skip
    assert max(len(repr(part)) for part in parts) < 120
    assert "<table>" in made._repr_html_()
    assert "<th>visits</th>" in town._repr_html_()


def test_progress_ends_at_the_whole(made, town, reported):
    """Nothing is written from Python: a bar that stops at 85 per cent looks broken."""
    assert reported == sorted(reported)
    assert (reported[0], reported[-1]) == (0.0, pytest.approx(1.0))
    shares = []
    sick = made.rounds.staff_id.iloc[0]
    day = made.rounds.date.iloc[0]
    made.mend([day], sick=[sick], iterations=100, progress=lambda share, text: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_frames_hold_the_plan_with_its_crs_and_no_protected_client(made, town):
    """The frames are the files' columns, joined by ids; who is protected is in none of them."""
    hidden = {one.client_id for one in town.municipality.clients if one.protected}
    clients, territories, legs = made.clients, made.territories, made.legs
    assert isinstance(clients, gpd.GeoDataFrame)
    assert {frame.crs.to_epsg() for frame in (clients, territories, legs)} == {3006}
    assert len(clients) == 40 - len(hidden)
    assert set(made.teams.team_id) == set(clients.team_id)
    for frame in (clients, made.rounds, made.unplanned, town.clients):
        assert not hidden & set(frame.client_id)
    visits = made.rounds[made.rounds.kind == "visit"]
    assert len(visits)
    assert (legs.travel_s > 0).all()
    assert (legs.geometry.length > 0).all()
    inside = gpd.sjoin(clients, territories, predicate="within")
    assert (inside.team_id_left == inside.team_id_right).mean() > 0.9


def test_territories_are_cut_by_districts(made):
    """Two halves of the town, one of them in two pieces: nothing is lost, nobody counted twice."""
    from shapely.geometry import box

    west, south, east, north = made.territories.total_bounds
    x, y = (west + east) / 2, (south + north) / 2
    halves = gpd.GeoDataFrame(
        {"deso": ["V", "Ö", "Ö"]},
        geometry=[
            box(west, south, x, north), box(x, south, east, y), box(x, y, east, north)
        ],
        crs=3006,
    ).to_crs(4326)  # fmt: skip
    cut = made.overlay(halves, "deso")
    assert not cut.duplicated(["team_id", "deso"]).any()
    assert abs(cut.area.sum() / made.territories.area.sum() - 1) < 0.001
    assert cut.groupby("team_id").team_share_pct.sum().between(99, 101).all()
    points = made.clients
    assert cut.n_clients.sum() == len(points[points.within(box(west, south, east, north))])
    is_west = points[(points.geometry.x < x - 1) & (points.team_id == cut.team_id[0])]
    row = cut[(cut.team_id == cut.team_id[0]) & (cut.deso == "V")]
    assert abs(int(row.n_clients.sum()) - len(is_west)) <= 1
    with pytest.raises(SettingsError, match="kolumn"):
        made.overlay(halves, "kod")
    with pytest.raises(SettingsError, match="koordinatsystem"):
        made.overlay(halves.set_crs(None, allow_override=True), "deso")


def test_the_same_seed_gives_the_same_plan(made, town):
    """Whatever the workers: the number of threads is nobody's business."""
    again = hr.plan(town, iterations=200, workers=2)
    assert again.context.round_plan.rows == made.context.round_plan.rows


def test_mending_moves_the_sick_carers_visits(made, town):
    """The mended plan is proved, and she who is sick has no round that day."""
    day = town.municipality.dates[1]
    who = next(
        rows[0].staff_id
        for rows in made.context.round_plan.rounds.values()
        if rows[0].date == day and any(row.kind == "visit" for row in rows)
    )
    after = made.mend([day], sick=[who], iterations=200)
    assert after.check() == ()
    rows = after.rounds
    assert not ((rows.staff_id == who) & (rows.date == pd.Timestamp(day))).any()
    assert after.scenario.municipality != town.municipality


def test_own_travel_times_are_what_the_plan_uses(town, made):
    """From OSRM, Valhalla or r5: the same table gives the same plan, a slower one other legs."""
    n = len(town.municipality.clients) + len(town.municipality.bases)
    travel = {mode: table[:n, :n] for mode, table in made.context.travel.seconds.items()}
    same = hr.plan(town, iterations=200, travel=travel)
    assert same.context.round_plan.rows == made.context.round_plan.rows
    slow = hr.plan(town, iterations=200, travel={m: t * 2 for m, t in travel.items()})
    assert slow.check() == ()
    assert slow.context.round_plan.rows != made.context.round_plan.rows


def test_travel_times_of_a_missing_mode_are_refused_by_name(town):
    """The likeliest mistake, a sentence and no KeyError."""
    n = len(town.travel_points())
    modes = {carer.travel_mode for carer in town.municipality.staff} - {"bike"}
    with pytest.raises(SettingsError, match="bike"):
        hr.plan(town, iterations=10, travel=dict.fromkeys(modes, np.zeros((n, n), dtype=int)))


def _frames(town):
    """The demo's tables as frames, with the columns of docs/en/formats.md."""
    place = town.municipality
    clients = gpd.GeoDataFrame(
        {
            "client_id": [one.client_id for one in place.clients],
            "dwelling": [one.dwelling for one in place.clients],
        },
        geometry=gpd.points_from_xy([c.x for c in place.clients], [c.y for c in place.clients]),
        crs=3006,
    )
    visits = pd.DataFrame(
        {
            "visit_id": [one.visit_id for one in place.visits],
            "client_id": [one.client_id for one in place.visits],
            "task": [one.task for one in place.visits],
            "weekdays": ["alla dagar"] * len(place.visits),
            "duration_min": [one.duration_s // 60 for one in place.visits],
            "earliest": [dt.time(one.earliest_s // 3600, one.earliest_s % 3600 // 60)
                         for one in place.visits],
            "latest": [dt.time(one.latest_s // 3600, one.latest_s % 3600 // 60)
                       for one in place.visits],
        }
    )  # fmt: skip
    staff = pd.DataFrame(
        {
            "staff_id": [one.staff_id for one in place.staff],
            "role": [one.role for one in place.staff],
            "shift_group": [one.shift_group for one in place.staff],
            "title": [one.title for one in place.staff],
        }
    )
    roster = pd.DataFrame(
        {
            "staff_id": [one.staff_id for one in place.roster if one.kind == "work"],
            "date": [one.date for one in place.roster if one.kind == "work"],
            "start": [_clock(one.start_s) for one in place.roster if one.kind == "work"],
            "end": [_clock(one.end_s) for one in place.roster if one.kind == "work"],
        }
    )
    bases = pd.DataFrame(
        {
            "base_id": [one.base_id for one in place.bases],
            "x": [one.x for one in place.bases],
            "y": [one.y for one in place.bases],
        }
    )
    return clients, visits, staff, roster, bases


def _clock(seconds):
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def test_frames_become_a_scenario_by_the_rules_of_files(town):
    """Points with a CRS, clocks as times or texts, dates as dates: as a data scientist has them."""
    read = hr.from_frames(*_frames(town), network=town.streets).municipality
    ours = town.municipality
    assert [c.client_id for c in read.clients] == [c.client_id for c in ours.clients]
    assert np.allclose([c.x for c in read.clients], [c.x for c in ours.clients], atol=0.01)
    for mine, theirs in zip(ours.visits, read.visits, strict=True):
        assert (mine.duration_s // 60, mine.earliest_s) == (
            theirs.duration_s // 60, theirs.earliest_s)  # fmt: skip
    assert len(read.roster) == sum(one.kind == "work" for one in ours.roster)


def test_areas_are_refused_where_points_are_meant(town):
    """A footprint is no place to come to; the traceback names the frame and what is wrong."""
    clients, *others = _frames(town)
    footprints = clients.set_geometry(clients.geometry.buffer(3.0))
    with pytest.raises(hr.InputError) as caught:
        hr.from_frames(footprints, *others, network=town.streets)
    (fault,) = caught.value.faults
    assert (fault.file, fault.problem) == ("frame:clients", "annat än punkter")
    assert caught.value.__notes__ == [str(fault)]
    assert "centroid" in hr.in_english(str(fault))
    clients, visits, staff, *rest = _frames(town)
    staff["travel_mode"] = "bicycle"
    with pytest.raises(hr.InputError) as caught:
        hr.from_frames(clients, visits, staff, *rest, network=town.streets)
    assert caught.value.__notes__[0] == str(caught.value.faults[0])
    assert caught.value.__notes__[-1] == f"… (+{len(staff) - 5})"


def test_faults_of_frames_are_told_by_frame_row_and_column(town):
    """All at once, as for files; the header is row 1."""
    clients, visits, staff, roster, bases = _frames(town)
    visits.loc[0, "duration_min"] = -5
    roster.loc[2, "date"] = "igår"
    with pytest.raises(InputError) as caught:
        hr.from_frames(clients, visits, staff, roster, bases, network=town.streets)
    told = {(fault.file, fault.row) for fault in caught.value.faults}
    assert {("frame:visits", 2), ("frame:roster", 4)} <= told
    with pytest.raises(InputError, match="1 fel"):
        hr.from_frames([1], visits, staff, roster, bases, network=town.streets)


@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_networkx_over_exported_times_finds_the_engines_own(town, mode):
    """The same arcs, junctions and barriers as the engine's graph: equal to the millisecond."""
    import networkx as nx
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    from routing.network import to_graph
    from routing.travel.modegraph import arc_costs, arc_ms, mode_graph
    from routing.travel.speed_profile import SpeedProfile

    streets = town.streets
    graph = hr.to_osmnx(streets, mode)
    topology = mode_graph(streets, mode)
    ms = arc_ms(topology, arc_costs(streets, mode, SpeedProfile()))
    tail = np.repeat(np.arange(len(topology.first) - 1), np.diff(topology.first))
    n = len(topology.first) - 1
    best = {}
    for u, v, cost in zip(tail, topology.head, ms, strict=True):
        best[u, v] = min(best.get((u, v), 2**40), int(cost))
    (rows, columns), costs = zip(*best, strict=True), list(best.values())
    ours = dijkstra(coo_matrix((costs, (rows, columns)), (n, n)).tocsr(), indices=[0, n // 2])
    place = {
        (round(float(x), 2), round(float(y), 2)): i
        for i, (x, y) in enumerate(zip(topology.node_x, topology.node_y, strict=True))
    }
    junction = {
        int(osm): (round(float(x), 2), round(float(y), 2))
        for osm, x, y in zip(streets.node_osm_id, streets.node_x, streets.node_y, strict=True)
    }
    node_of = {place[at]: osm for osm, at in junction.items() if at in place and osm in graph}
    for row, source in enumerate((0, n // 2)):
        theirs = nx.single_source_dijkstra_path_length(graph, node_of[source], weight="travel_time")
        reached = [i for i in node_of if node_of[i] in theirs and np.isfinite(ours[row, i])]
        assert len(reached) > n // 2
        assert max(abs(theirs[node_of[i]] - ours[row, i] / 1000) for i in reached) < 1e-6
    assert to_graph(streets).number_of_edges() >= graph.number_of_edges()


def test_osmnx_routes_over_exported_times_by_the_engines_seconds(town):
    """`osmnx.routing` reads the same graph: its path takes the time that networkx's does."""
    import networkx as nx
    import osmnx as ox

    graph = town.streets.to_osmnx("bike")
    assert dict(graph.edges) == dict(hr.to_osmnx(town.streets, "bike").edges)
    source = next(iter(graph))
    reached = nx.single_source_dijkstra_path_length(graph, source, weight="travel_time")
    for target in sorted(reached, key=reached.get)[:: max(1, len(reached) // 20)][1:]:
        path = ox.routing.shortest_path(graph, source, target, weight="travel_time")
        edges = ox.routing.route_to_gdf(graph, path, weight="travel_time")
        assert edges["travel_time"].sum() == pytest.approx(reached[target], abs=1e-6)


def test_networks_come_from_graphs_and_refuse_what_they_are_not(town):
    """A graph back and forth is the same streets; a slip is a sentence."""
    from routing.network import to_graph

    back = hr.network(to_graph(town.streets))
    assert back.n_segments == town.streets.n_segments
    assert hr.network(back) is back
    assert set(back.to_osmnx("walk")) == set(town.streets.to_osmnx("walk"))
    with pytest.raises(SettingsError, match="helikopter"):
        hr.to_osmnx(town.streets, "helikopter")
    with pytest.raises(NetworkError):
        hr.network(42)
    with pytest.raises(NetworkError, match=r"borta\.osm") as caught:
        hr.network("borta.osm")
    assert (caught.value.code, str(caught.value)) == ("network", "borta.osm finns inte.")
    assert hr.in_english(str(caught.value)) == "borta.osm does not exist."
    assert "street network" in caught.value.english


def test_a_map_is_foliums_own_and_its_file_asks_for_nothing(made, town, tmp_path):
    """Layers, LayerControl and foreign elements in one map; no host in the file."""
    import folium

    shown = made.map(town.municipality.dates[0])
    assert isinstance(shown, folium.Map)
    folium.CircleMarker([59, 18], radius=3).add_to(shown)
    shown.save(tmp_path / "plan.html")
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "connect-src 'none'" in html.unescape(text)
    for host in ("cdn.", "jsdelivr", "unpkg", "tile.openstreetmap", "code.jquery"):
        assert host not in text
    hidden = [one.client_id for one in town.municipality.clients if one.protected]
    assert not any(f'"{one} ' in text for one in hidden)
    assert "L.circleMarker" in text
    with pytest.raises(SettingsError):
        made.map("1999-01-01")


def test_a_plans_layers_go_into_any_folium_map_whose_file_asks_for_nothing(made, town, tmp_path):
    """Beside tiles and GeoJson of the user's own; the file is written by the one writer."""
    import folium
    import folium.plugins

    own = folium.Map([59, 16])
    layers = made.map_layers(town.municipality.dates[0])
    assert list(layers) == ["streets", "areas", "clients", "rounds"]
    for layer in layers.values():
        layer.add_to(own)
    folium.GeoJson({"type": "Point", "coordinates": [16, 59]}, name="DeSO").add_to(own)
    folium.Marker([59, 16], icon=folium.Icon(color="red")).add_to(own)
    folium.plugins.Fullscreen().add_to(own)
    folium.LayerControl().add_to(own)
    before = list(own._children)
    hr.save_map(own, tmp_path / "own.html", title="Min karta", attribution="OpenStreetMap")
    text = (tmp_path / "own.html").read_text(encoding="utf-8")
    assert "connect-src 'none'" in html.unescape(text)
    assert "<title>Min karta</title>" in text
    for name in ("Områden", "Brukare", "Gator", "DeSO", "Rundor"):
        assert name in text or json.dumps(name)[1:-1] in text
    for host in ("cdn.", "jsdelivr", "unpkg", "code.jquery", "tile.openstreetmap"):
        assert host not in text
    # Their scripts are not there: a call of theirs would stop the page's, and the list of layers.
    assert "fullscreen" not in text.replace("fullscreenElement", "")
    assert "AwesomeMarkers" not in text
    assert "L.control.layers" in text
    assert list(own._children) == before
    own.save(tmp_path / "ordinary.html")
    ordinary = (tmp_path / "ordinary.html").read_text(encoding="utf-8")
    assert "L.control.fullscreen" in ordinary
    assert "AwesomeMarkers" in ordinary
    hidden = [one.client_id for one in town.municipality.clients if one.protected]
    assert not any(f'"{one} ' in text for one in hidden)
    assert list(made.map_layers()) == ["streets", "areas", "clients"]
    with pytest.raises(SettingsError, match="folium_map"):
        hr.save_map("karta", tmp_path / "none.html")


def test_our_layers_stand_in_an_ordinary_folium_map(town):
    """Beside `folium.GeoJson` and a plugin, in the list of layers, each by its own name."""
    import re

    import folium
    import folium.plugins

    from maps.screen.folium_elements import ClientDots, RoundLines, StreetLines, TeamAreas

    line = [[59.0, 18.0], [59.1, 18.1]]
    shown = folium.Map([59.05, 18.05], tiles=None)
    ours = {
        "Gator": StreetLines([{"at": [line]}], {"weight": 1}, name="Gator"),
        "Lag": TeamAreas([{"at": [[[*line, [59.0, 18.1]]]], "text": "A"}], {}, name="Lag"),
        "Brukare": ClientDots([{"at": line[0], "text": "B1"}], {}, name="Brukare"),
        "Rundor": RoundLines([{"at": [line], "text": "R1"}], {}, name="Rundor", show=False),
    }
    for layer in ours.values():
        layer.add_to(shown)
    point = {"type": "Point", "coordinates": [18.05, 59.05]}
    districts = folium.GeoJson(point, name="DeSO").add_to(shown)
    folium.plugins.Fullscreen().add_to(shown)
    folium.LayerControl().add_to(shown)
    script = shown.get_root().render()
    overlays = re.search(r"overlays *: *{(.*?)}", script, re.DOTALL).group(1)
    for name, layer in {**ours, "DeSO": districts}.items():
        assert re.search(rf'"{name}" *: *{layer.get_name()}\b', overlays), name
        assert f"var {layer.get_name()} =" in script
    assert f"{ours['Lag'].get_name()}.addTo({shown.get_name()})" in script
    assert f"{ours['Rundor'].get_name()}.addTo({shown.get_name()})" not in script
    assert "L.control.fullscreen" in script


def test_texts_of_a_map_never_become_templates_or_markup(tmp_path):
    """F1-F5: what folium evaluates twice must find nothing to evaluate."""
    from maps.screen.folium_elements import ClientDots, OfflineFoliumMap

    evil = [
        "{{ 7 * 7001 }}",
        "{% for x in (1,) %}",
        "</script><img src=x onerror=alert(1)>",
        "${1}",
    ]
    shown = OfflineFoliumMap([[59.0, 18.0], [59.1, 18.1]], title="t", attribution="a")
    ClientDots([{"at": [59.0, 18.0], "text": text} for text in evil], {}).add_to(shown)
    shown.save(tmp_path / "evil.html")
    text = (tmp_path / "evil.html").read_text(encoding="utf-8")
    assert "49007" not in text
    assert "<img" not in text
    assert "\\u007b\\u007b 7 * 7001" in text


def test_municipality_of_the_demo_is_the_command_lines_own(town):
    """One seed, one town, whichever door."""
    again = make_municipality(town.streets, n_clients=40, n_days=2, seed=1, name="Ekhamn")
    assert again == town.municipality


def test_tables_that_are_not_there_are_named_before_their_streets(tmp_path):
    """The likeliest mistake is a wrong path, and it is told as that."""
    with pytest.raises(InputError) as caught:
        hr.read(tmp_path / "fel.xlsx")
    assert any("fel.xlsx" in f"{fault.file} {fault.problem}" for fault in caught.value.faults)


def test_tables_without_streets_say_so(tmp_path):
    """Nothing lies beside them: the answer says what to give."""
    from data.tables.out.template import write_template

    with pytest.raises(NetworkError, match="Inget gatunät ligger bredvid"):
        hr.read(write_template(tmp_path / "mall.xlsx"))


def test_a_candidate_and_a_division_are_accepted_from_python(town, made):
    """LU-06, OR-07: one call decides a contact and leaves the others'; another writes back a plan,
    or a point of a redesign, from which the next plan starts."""
    from data.errors import InfeasibleError
    from partition import contact_candidates

    at = made.context
    client_id = sorted(at.team_plan.contact)[0]
    ranked = contact_candidates(
        at.municipality, at.team_plan, at.travel, at.config.rules, client_id,
        mode=at.config.general.mode,
    )  # fmt: skip
    now = at.team_plan.contact[client_id]
    best = next(r for r in ranked if r.is_possible and r.is_same_team and r.staff_id != now)
    decided = made.decide("contact", client_id, best.staff_id, by="samordnare", iterations=100)
    after = dict(decided.context.team_plan.contact)
    assert after.pop(client_id) == best.staff_id
    assert after.items() <= at.team_plan.contact.items()
    assert decided.check() == ()
    kept = decided.scenario.municipality.decisions[-1]
    assert (kept.decided_by, kept.client_id) == ("samordnare", client_id)
    barred = next(r.staff_id for r in ranked if not r.is_possible)
    with pytest.raises(InfeasibleError, match="regel"):
        made.decide("contact", client_id, barred, by="samordnare", iterations=10)
    for what in (decided, decided.context.team_plan):
        again = hr.plan(town.adopted(what, dt.date(2026, 3, 1)), iterations=50, workers=1)
        assert again.context.team_plan.contact == decided.context.team_plan.contact
        assert again.context.team_plan.team_of_client == decided.context.team_plan.team_of_client
