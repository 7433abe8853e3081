"""A world of six clients and two days that a person can check by hand.

Bike seconds between the points, both ways (base B1; A is a house with a physical key; B and C
live in one block of flats; D and E are a couple in a house; F is a house in the other team)::

            B1    A    B    C    D    E    F
    B1       0  300  240  240  420  420  200
    A      300    0  180  180  360  360  500
    B, C   240  180    0    0  300  300  450
    D, E   420  360  300  300    0    0  600
    F      200  500  450  450  600  600    0

At the door, by bike: A 120 + 120 (key) + 30 = 270 s; B, C 210 + 30 = 240 s, but 60 s from the
same building; D, E, F 120 + 30 = 150 s, but nothing from the same household.

S1 is contact for A, C and D; S2 for B and E; each is the other's vice and twin. S3 is the team's
floater, sick on Monday. E1 works the evening of Monday and belongs to team T1 of the same area
as F's team T2. Nobody works Tuesday evening, so E's evening visit is unplanned then.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from data.model import Base, Client, Municipality, Shift, Staff, TimeLag, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from data.rules import Rules, TeamRules
from data.travel_times import TravelTimes

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
LATER = dt.date(2027, 1, 1)
H, M = 3600, 60


def _hms(text: str) -> int:
    parts = [int(part) for part in text.split(":")]
    return sum(part * scale for part, scale in zip(parts, (3600, 60, 1), strict=False))


# date round staff team | kind visit client no | arrive start end | travel access wait | tier
_ROWS = """
mon day S1 T1 start - - 0   07:00:00 07:00:00 07:00:00   0   0     0 -
mon day S1 T1 visit A-morning A 1 07:09:30 07:30:00 08:00:00 300 270  1230 contact
mon day S1 T1 visit B-shower B 1  08:07:00 09:00:00 09:40:00 180 240  3180 vice
mon day S1 T1 visit C-clean C 1   09:41:00 09:41:00 10:41:00   0  60     0 contact
mon day S1 T1 visit D-screen D 1  10:41:00 10:41:00 10:51:00   0   0     0 contact
mon day S1 T1 break - - 0   10:55:00 10:55:00 11:25:00 240   0     0 -
mon day S1 T1 visit A-lunch A 1   11:34:30 11:34:30 11:54:30 300 270     0 contact
mon day S1 T1 handover - - 0 11:59:30 14:50:00 15:00:00 300  0 10230 -
mon day S1 T1 end - - 0     15:00:00 15:00:00 15:00:00   0   0     0 -
mon day S2 T1 start - - 0   07:00:00 07:00:00 07:00:00   0   0     0 -
mon day S2 T1 visit B-shower B 2  07:08:00 09:00:00 09:40:00 240 240  6720 contact
mon day S2 T1 visit D-care D 1    09:47:30 09:47:30 10:17:30 300 150     0 vice
mon day S2 T1 visit E-care E 1    10:17:30 10:17:30 10:47:30   0   0     0 contact
mon day S2 T1 break - - 0   10:54:30 11:00:00 11:30:00 420   0   330 -
mon day S2 T1 meeting - - 0 11:30:00 13:00:00 13:30:00   0   0  5400 -
mon day S2 T1 handover - - 0 13:30:00 14:50:00 15:00:00  0   0  4800 -
mon day S2 T1 end - - 0     15:00:00 15:00:00 15:00:00   0   0     0 -
mon evening E1 T1 start - - 0    15:00:00 15:00:00 15:00:00   0   0    0 -
mon evening E1 T1 handover - - 0 15:00:00 15:00:00 15:10:00   0   0    0 -
mon evening E1 T1 visit E-evening E 1 15:19:30 17:00:00 17:30:00 420 150 6030 team
mon evening E1 T1 break - - 0    17:37:00 18:00:00 18:30:00 420   0 1380 -
mon evening E1 T2 visit F-evening F 1 18:35:50 19:00:00 19:20:00 200 150 1450 pool
mon evening E1 T1 end - - 0      19:23:20 19:23:20 19:23:20 200   0    0 -
tue day S1 T1 start - - 0   07:00:00 07:00:00 07:00:00   0   0     0 -
tue day S1 T1 visit A-morning A 1 07:09:30 07:30:00 08:00:00 300 270  1230 contact
tue day S1 T1 visit D-screen D 1  08:00:00 10:00:00 10:10:00   0   0  7200 contact
tue day S1 T1 break - - 0   10:15:00 10:30:00 11:00:00 300   0   900 -
tue day S1 T1 visit A-lunch A 1   11:09:30 11:09:30 11:29:30 300 270     0 contact
tue day S1 T1 handover - - 0 11:34:30 14:50:00 15:00:00 300  0 11730 -
tue day S1 T1 end - - 0     15:00:00 15:00:00 15:00:00   0   0     0 -
tue day S3 T1 start - - 0   07:00:00 07:00:00 07:00:00   0   0     0 -
tue day S3 T1 visit D-care D 1    07:09:30 09:30:00 10:00:00 420 150  8430 floater
tue day S3 T1 visit E-care E 1    10:00:00 10:00:00 10:30:00   0   0     0 floater
tue day S3 T1 break - - 0   10:37:00 10:37:00 11:07:00 420   0     0 -
tue day S3 T1 handover - - 0 11:07:00 14:50:00 15:00:00  0   0 13380 -
tue day S3 T1 end - - 0     15:00:00 15:00:00 15:00:00   0   0     0 -
"""


def _rows() -> tuple[PlanRow, ...]:
    rows: list[PlanRow] = []
    for line in _ROWS.strip().splitlines():
        day, part, staff, team, kind, visit, client, number, *times, tier = line.split()
        arrive, start, end = (_hms(text) for text in times[:3])
        travel, access, wait = (int(text) for text in times[3:])
        date = MONDAY if day == "mon" else TUESDAY
        round_id = f"{date}-{part}-{staff}"
        seq = rows[-1].seq + 1 if rows and rows[-1].round_id == round_id else 0
        blank = {"-": ""}
        rows.append(
            PlanRow(
                date, part, round_id, team, staff, seq, kind,
                blank.get(visit, visit), blank.get(client, client), int(number),
                arrive, start, end, travel, access, wait, "bike", blank.get(tier, tier),
            )
        )  # fmt: skip
    return tuple(rows)


def _clients() -> tuple[Client, ...]:
    flats = {"dwelling": "flat", "building_id": "H1"}
    return (
        Client("A", 0, 300, physical_key=True, team_id="T1", contact_id="S1"),
        Client("B", 240, 0, team_id="T1", **flats),
        Client("C", 240, 0, team_id="T1", **flats),
        Client("D", 0, -420, household_id="K1", team_id="T1", pets=True),
        Client("E", 0, -420, household_id="K1", team_id="T1", blocked_staff=frozenset({"S4"})),
        Client("F", -200, 0, needs_contact=False, team_id="T2", locked_team=True),
    )


def _visits() -> tuple[Visit, ...]:
    medication = {"skills": frozenset({"medication"}), "priority": 1}
    return (
        Visit("A-morning", "A", "morning", 30 * M, 7 * H + 30 * M, 8 * H + 30 * M,
              gap_after=(TimeLag("A-lunch", 3 * H),), wished_s=7 * H + 45 * M, **medication),
        Visit("A-lunch", "A", "lunch", 20 * M, 11 * H, 13 * H),
        Visit("B-shower", "B", "shower", 40 * M, 9 * H, 10 * H, weekdays=(0,), carers_required=2),
        Visit("C-clean", "C", "cleaning", 60 * M, 8 * H, 14 * H, weekdays=(0, 1), n_per_period=1,
              priority=3),
        Visit("D-screen", "D", "check_in", 10 * M, 10 * H, 11 * H, mode="digital"),
        Visit("D-care", "D", "forenoon", 30 * M, 9 * H + 30 * M, 11 * H + 30 * M),
        Visit("E-care", "E", "forenoon", 30 * M, 9 * H + 30 * M, 11 * H + 30 * M),
        Visit("E-evening", "E", "evening", 30 * M, 17 * H, 19 * H, priority=1),
        Visit("E-laundry", "E", "laundry", 60 * M, 8 * H, 14 * H, weekdays=(1,), mode="external"),
        Visit("F-evening", "F", "evening", 20 * M, 19 * H, 20 * H, weekdays=(0,)),
    )  # fmt: skip


def _roster() -> tuple[Shift, ...]:
    day, evening = (7 * H, 15 * H), (15 * H, 22 * H)
    return (
        Shift("S1", MONDAY, *day),
        Shift("S1", TUESDAY, *day),
        Shift("S2", MONDAY, *day),
        Shift("S2", MONDAY, 13 * H, 13 * H + 30 * M, "meeting"),
        Shift("S2", TUESDAY, 0, 24 * H, "leave"),
        Shift("S3", MONDAY, *day),
        Shift("S3", MONDAY, 0, 24 * H, "sick"),
        Shift("S3", TUESDAY, *day),
        Shift("S4", MONDAY, *day),
        Shift("E1", MONDAY, *evening),
    )


def _municipality() -> Municipality:
    skills = {"medication": LATER}
    staff = (
        Staff("S1", skills=skills, team_id="T1", twin_id="S2", base_id="B1"),
        Staff("S2", skills=skills, team_id="T1", twin_id="S1", base_id="B1"),
        Staff("S3", "floater", skills=skills, team_id="T1", base_id="B1"),
        Staff("S4", title="care_assistant", team_id="T2", base_id="B1", pet_allergy=True),
        Staff("E1", shift_group="evening", team_id="T1", base_id="B1"),
    )
    return Municipality("Pytteby", _clients(), _visits(), staff, _roster(), (Base("B1", 0, 0),))


def _travel() -> TravelTimes:
    places = ["base:B1", *(f"client:{name}" for name in "ABCDEF")]
    between = {
        "BB": 0, "BA": 300, "BW": 240, "BH": 420, "BF": 200, "AA": 0, "AW": 180, "AH": 360,
        "AF": 500, "WW": 0, "WH": 300, "WF": 450, "HH": 0, "HF": 600, "FF": 0,
    }  # fmt: skip
    kind = dict(zip(places, "BAWWHHF", strict=True))
    seconds = np.array(
        [
            [
                between.get(kind[one] + kind[other], between.get(kind[other] + kind[one]))
                for other in places
            ]
            for one in places
        ],
        dtype=np.int32,
    )
    return TravelTimes(tuple(places), {"bike": seconds})


def _team_plan() -> TeamPlan:
    staff = ("S1", "S2", "S3", "S4", "E1")
    return TeamPlan(
        teams=(
            Team("T1", "O1", "B1", ("A", "B", "C", "D", "E")),
            Team("T2", "O1", "B1", ("F",)),
        ),
        contact={"A": "S1", "C": "S1", "D": "S1", "B": "S2", "E": "S2"},
        vice={"A": "S2", "C": "S2", "D": "S2", "B": "S1", "E": "S1"},
        staff_team={"S1": "T1", "S2": "T1", "S3": "T1", "S4": "T2", "E1": "T1"},
        staff_area=dict.fromkeys(staff, "O1"),
        staff_base=dict.fromkeys(staff, "B1"),
        twin={"S1": "S2", "S2": "S1"},
        without_contact={},
    )


@pytest.fixture
def tiny_world() -> SimpleNamespace:
    """Municipality, team plan, travel times, rules and a valid plan, by those names."""
    return SimpleNamespace(
        municipality=_municipality(),
        team_plan=_team_plan(),
        travel=_travel(),
        rules=Rules(teams=TeamRules(clients_min=1, clients_max=5, clients_target=3)),
        plan=RoundPlan(
            (MONDAY, TUESDAY),
            _rows(),
            (UnplannedRow(TUESDAY, "E-evening", "E", 1, 1, "ingen i tjänst"),),
        ),
    )


NET_TOWN = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
{nodes}
 <way id="10"><nd ref="1"/><nd ref="8"/><nd ref="2"/><nd ref="3"/>
  <tag k="highway" v="residential"/><tag k="name" v="Storgatan"/><tag k="maxspeed" v="40"/></way>
 <way id="11"><nd ref="3"/><nd ref="6"/><tag k="highway" v="residential"/>
  <tag k="name" v="Envägen"/><tag k="oneway" v="yes"/><tag k="oneway:bicycle" v="no"/></way>
 <way id="12"><nd ref="4"/><nd ref="5"/><nd ref="6"/><tag k="highway" v="tertiary"/>
  <tag k="name" v="Norra gatan"/></way>
 <way id="13"><nd ref="1"/><nd ref="4"/><tag k="highway" v="residential"/>
  <tag k="name" v="Västra gatan"/></way>
 <way id="14"><nd ref="2"/><nd ref="7"/><nd ref="5"/><tag k="highway" v="unclassified"/></way>
 <way id="15"><nd ref="4"/><nd ref="8"/><tag k="highway" v="steps"/></way>
 <way id="16"><nd ref="6"/><nd ref="9"/><tag k="route" v="ferry"/>
  <tag k="duration" v="00:10"/></way>
 <way id="17"><nd ref="9"/><nd ref="10"/><tag k="highway" v="residential"/>
  <tag k="name" v="Ögatan"/></way>
 <way id="18"><nd ref="6"/><nd ref="999"/><nd ref="11"/><nd ref="12"/>
  <tag k="highway" v="residential"/><tag k="name" v="Gränsgatan"/></way>
 <way id="19"><nd ref="5"/><nd ref="13"/><tag k="highway" v="service"/>
  <tag k="access" v="private"/></way>
 <way id="20"><nd ref="1"/><nd ref="14"/><tag k="highway" v="service"/>
  <tag k="access" v="private"/><tag k="service" v="driveway"/></way>
 <way id="30"><nd ref="20"/><nd ref="21"/><nd ref="22"/><nd ref="23"/><nd ref="20"/>
  <tag k="building" v="apartments"/><tag k="addr:street" v="Storgatan"/>
  <tag k="addr:housenumber" v="1"/><tag k="addr:city" v="Ekhamn"/></way>
 <way id="31"><nd ref="24"/><nd ref="25"/><nd ref="26"/></way>
 <way id="32"><nd ref="26"/><nd ref="27"/><nd ref="24"/></way>
 <way id="33"><nd ref="28"/><nd ref="29"/><nd ref="30"/><nd ref="28"/></way>
 <way id="34"><nd ref="1"/><nd ref="2"/><tag k="highway" v="construction"/></way>
 <relation id="40"><member type="way" ref="31" role="outer"/><member type="way" ref="32" role=""/>
  <member type="way" ref="33" role="inner"/><tag k="type" v="multipolygon"/>
  <tag k="natural" v="water"/></relation>
</osm>
"""
NET_NODES = {
    **{1: (0, 0), 8: (1, 0), 2: (2, 0), 3: (4, 0), 4: (0, 2), 5: (2, 2), 6: (4, 2), 7: (2, 1)},
    **{9: (9, 2), 10: (10, 2), 11: (6, 6), 12: (7, 6), 13: (2, 3), 14: (0, -0.3)},
    **{20: (0.2, 0.1), 21: (0.4, 0.1), 22: (0.4, 0.2), 23: (0.2, 0.2)},
    **{24: (0, 10), 25: (9, 10), 26: (9, 19), 27: (0, 19), 28: (3, 13), 29: (5, 13), 30: (4, 15)},
    **{31: (0.3, 0.15), 32: (3.5, 0.2)},
}
"""Hundreds of metres east and north of 59° N 15° E, nearly."""
NET_TAGS = {
    7: {"barrier": "bollard"},
    2: {"highway": "traffic_signals"},
    31: {"addr:street": "Storgatan", "addr:housenumber": "1B"},
    32: {"addr:street": "Storgatan", "addr:housenumber": "7"},
}


@pytest.fixture(scope="session")
def net_town_text() -> str:
    """A town of eleven streets in OSM XML, with one of every trap.

    A one-way street with contraflow, a bollard (node 7), steps, a ferry to an island, a way whose
    node 999 lies outside the extract, a private yard, a driveway, a lake with an island that is a
    multipolygon of two ways, a block of flats with an entrance, and works that are no street.
    Nodes are numbered as in the picture, in hundreds of metres::

        4---5---6~~~~~9-10
        |   7   ^
        1-8-2---3
    """
    nodes = []
    for node, (east, north) in NET_NODES.items():
        lat, lon = 59.0 + north * 0.0009, 15.0 + east * 0.00174
        tags = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in NET_TAGS.get(node, {}).items())
        nodes.append(f' <node id="{node}" lat="{lat:.7f}" lon="{lon:.7f}">{tags}</node>')
    return NET_TOWN.format(nodes="\n".join(nodes))


@pytest.fixture(scope="session")
def net_town_file(tmp_path_factory, net_town_text):
    """The town as an ``.osm`` file."""
    path = tmp_path_factory.mktemp("net") / "town.osm"
    path.write_text(net_town_text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def net_town(net_town_file):
    """The town as a network."""
    from routing.network import load_osm

    return load_osm(net_town_file)


@pytest.fixture(scope="session")
def net_random():
    """A maker of random towns: ``net_random(n_columns, n_rows, seed)``.

    Streets of a bent grid, a tenth of them missing, a quarter one-way, some in curves, some nodes
    with signals or bollards, one street that is a loop, parallel streets, and a part of its own
    that no street leads to.
    """

    def make(n_columns: int, n_rows: int, seed: int):
        import numpy as np

        from data.streets import NODE_BARS_CAR, NODE_SIGNAL, StreetNetwork

        rng = np.random.default_rng(seed)
        n = n_columns * n_rows
        at = np.arange(n)
        x = 500_000.0 + 90.0 * (at % n_columns) + rng.uniform(-30, 30, n)
        y = 6_540_000.0 + 110.0 * (at // n_columns) + rng.uniform(-30, 30, n)
        right = at[(at % n_columns) < n_columns - 1]
        up = at[at < n - n_columns]
        pairs = [(v, v + 1) for v in right] + [(v, v + n_columns) for v in up]
        pairs = [pair for pair in pairs if rng.random() > 0.1]
        island = set(range(n - n_columns, n))
        pairs = [(u, v) for u, v in pairs if (u in island) == (v in island)]
        pairs += [pairs[0], (0, 0)]
        tail, head = np.array(pairs, np.int32).T
        m = len(tail)
        shapes = []
        for u, v in pairs:
            bend = rng.uniform(-20, 20, (int(rng.integers(0, 3)) + (u == v) * 2, 2))
            middle = np.array([[(x[u] + x[v]) / 2, (y[u] + y[v]) / 2]]) + bend
            shapes.append(np.vstack([[x[u], y[u]], middle, [x[v], y[v]]]))
        along = [np.hypot(*np.diff(shape, axis=0).T).sum() for shape in shapes]
        forward = np.full(m, 7, np.uint8)
        backward = np.where(rng.random(m) < 0.25, 1, 7).astype(np.uint8)
        flags = np.where(rng.random(n) < 0.1, NODE_SIGNAL, 0).astype(np.uint8)
        flags[rng.random(n) < 0.03] |= NODE_BARS_CAR
        return StreetNetwork(
            node_x=x,
            node_y=y,
            node_osm_id=at.astype(np.int64) + 1,
            node_flags=flags,
            segment_from=tail,
            segment_to=head,
            forward=forward,
            backward=backward,
            length_m=np.array(along),
            road_class=rng.integers(2, 9, m).astype(np.uint8),
            max_speed_kmh=rng.choice([0, 30, 50], m).astype(np.uint8),
            segment_flags=(4 * rng.integers(0, 2, m)).astype(np.uint8),
            name_idx=np.full(m, -1, np.int32),
            way_osm_id=np.arange(m, dtype=np.int64) + 1,
            shape_offset=np.cumsum([0, *map(len, shapes)]).astype(np.int64),
            shape_xy=np.vstack(shapes),
        )

    return make
