"""Ekhamn's people: clients, visits, staff and roster as the sources describe them."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from data.care.care_calendar import occurrences
from data.demo import facts, make_municipality, make_streets
from data.demo.municipality import PRESETS, levels_of
from data.demo.needs import class_shares, draw_classes
from data.demo.temps import HOURLY
from data.errors import NetworkError, SettingsError
from data.model import PLANNING_TASKS
from data.streets import ROAD_CLASSES, SEGMENT_BRIDGE
from data.units import HOUR_S

PARTS = {"day": (7 * HOUR_S, 15 * HOUR_S), "evening": (15 * HOUR_S, 22 * HOUR_S)}


@cache
def streets(n_clients=400, seed=1):
    return make_streets(seed=seed, n_clients=n_clients)


@cache
def municipality(n_clients=400, seed=1, **more):
    return make_municipality(streets(n_clients, seed), n_clients=n_clients, seed=seed, **more)


@pytest.fixture(scope="module")
def town():
    return municipality()


@pytest.mark.parametrize(("seed", "n_clients"), [(1, 400), (2, 400), (3, 400), (1, 1400)])
def test_figures_lie_where_the_sources_put_them(seed, n_clients):
    """The demo is judged as if it were a municipality, so its distributions must be real ones."""
    measured = facts.measure(municipality(n_clients, seed), levels=levels_of(n_clients, seed))
    off = [fact for fact in measured if not fact.holds]
    assert len(measured) == 51
    assert not off


def test_facts_notice_a_town_that_is_off(town):
    """The table in the documentation is worth nothing if every town passes it."""
    long = replace(town, visits=tuple(replace(v, duration_s=2 * v.duration_s) for v in town.visits))
    off = {fact.name for fact in facts.measure(long) if not fact.holds}
    assert "mean visit, minutes" in off
    assert "client time of time worked" in off
    table = facts.as_markdown(facts.measure(town))
    assert table.count("\n") > 25


@pytest.mark.slow
def test_malmo_has_its_numbers():
    """The largest size asked for: 5 300 clients and three visits a day each."""
    n_clients, visits = PRESETS["malmö"]
    network = streets(n_clients)
    big = make_municipality(network, n_clients=n_clients, seed=1, n_days=7,
                            visits_per_client=visits)  # fmt: skip
    per_day = len(occurrences(big, big.dates)) / 7
    assert 14_500 < per_day < 17_000
    permanent = [c for c in big.staff if not c.staff_id.startswith(HOURLY)]
    assert 2000 < len(permanent) < 2650
    assert len(big.staff) - len(permanent) < 700
    sizes = Counter(c.team_id for c in big.clients)
    assert max(sizes.values()) < 90


@given(visits=st.floats(1.3, 4.4), n_clients=st.integers(30, 3000))
def test_classes_give_the_visits_asked_for(visits, n_clients):
    """Presets differ in visits a client; the tilt must hit them and stay a distribution."""
    from data.demo.need_tables import CLASSES, VISITS_A_DAY

    shares = class_shares(visits)
    assert shares.sum() == pytest.approx(1)
    assert shares @ np.array(VISITS_A_DAY) == pytest.approx(visits, abs=1e-6)
    levels = draw_classes(n_clients, np.random.default_rng(1), visits)
    assert len(levels) == n_clients
    count = Counter(levels)
    gaps = [count[c] - s * n_clients for c, s in zip(CLASSES, shares, strict=True)]
    assert max(map(abs, gaps)) <= 1.0


def test_everything_refers_to_something(town):
    """A dangling id would stop the first run of a new user."""
    staff, clients = town.staff_by_id, town.client_by_id
    teams = {c.team_id for c in town.clients}
    assert len(clients) == len(town.clients) == 400
    assert len(staff) == len(town.staff)
    assert len(town.visit_by_id) == len(town.visits)
    for client in town.clients:
        assert not client.contact_id or client.contact_id in staff
        assert not client.vice_id or client.vice_id in staff
        assert client.vice_id != client.contact_id or not client.contact_id
        assert client.preferred_staff | client.blocked_staff <= staff.keys()
        wanted = client.preferred_staff | {client.contact_id, client.vice_id}
        assert not client.blocked_staff & wanted
        assert town.visits_of[client.client_id]
    for carer in town.staff:
        assert not carer.twin_id or staff[carer.twin_id].twin_id == carer.staff_id
        assert carer.base_id in town.base_by_id
        assert carer.team_id in teams or carer.role == "pool"
    assert {t for base in town.bases for t in base.team_ids} == teams
    assert {v.task for v in town.visits} <= set(PLANNING_TASKS)
    homes = {(c.x, c.y) for c in town.clients}
    assert not homes & {(b.x, b.y) for b in town.bases}


def test_visits_can_be_made_within_their_shift(town):
    """A window that no shift can serve would be reported as the planner's failure."""
    for visit in town.visits:
        begin, end = PARTS[visit.shift]
        assert begin <= visit.earliest_s <= visit.latest_s
        assert visit.latest_s + visit.duration_s + 20 * 60 <= end
        assert visit.wished_s is None or visit.earliest_s <= visit.wished_s <= visit.latest_s
        assert visit.duration_s % 60 == 0
        assert visit.duration_s >= 300
        for lag in visit.gap_after:
            other = town.visit_by_id[lag.visit_id]
            assert other.client_id == visit.client_id
            assert visit.earliest_s + visit.duration_s + lag.min_s <= other.latest_s
            assert set(visit.weekdays) == set(other.weekdays)
    assert any(v.gap_after for v in town.visits)
    assert any(v.n_per_period == 1 and v.every_weeks == 2 for v in town.visits)
    assert {v.mode for v in town.visits} == {"physical", "digital", "external"}
    assert {v.window_source for v in town.visits} >= {"HSL", "SoL"}


def test_households_and_buildings(town):
    """Couples share a door and a team; flats share a building; seniors live many to a house."""
    households = defaultdict(list)
    for client in town.clients:
        if client.household_id:
            households[client.household_id].append(client)
    assert households
    for members in households.values():
        assert len(members) == 2
        assert len({(c.x, c.y, c.team_id, c.building_id) for c in members}) == 1
    buildings = Counter(c.building_id for c in town.clients if c.building_id)
    assert max(buildings.values()) >= 5
    places = defaultdict(set)
    for client in town.clients:
        if client.building_id:
            places[client.building_id].add((client.x, client.y))
    assert all(len(place) == 1 for place in places.values())
    villages = [c for c in town.clients if np.hypot(c.x - 607_000, c.y - 6_487_000) > 3500]
    assert len(villages) > 15


def shifts_by_person(town, kinds=("work", "leave", "sick")):
    found = defaultdict(list)
    for shift in town.roster:
        if shift.kind in kinds:
            found[shift.staff_id].append(shift)
    return {k: sorted(v, key=lambda s: (s.date, s.start_s)) for k, v in found.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_roster_keeps_the_rest_rules(seed):
    """Eleven hours' rest, at most six days in a row, one shift a day, in two whole cycles."""
    town = municipality(120, seed, n_days=28)
    midnight = dt.datetime.min.time()
    for shifts in shifts_by_person(town).values():
        days = [s.date for s in shifts]
        assert len(set(days)) == len(days)
        for a, b in pairwise(shifts):
            end = dt.datetime.combine(a.date, midnight) + dt.timedelta(seconds=a.end_s)
            start = dt.datetime.combine(b.date, midnight) + dt.timedelta(seconds=b.start_s)
            assert start - end >= dt.timedelta(hours=11)
        run = 1
        for a, b in pairwise(days):
            run = run + 1 if (b - a).days == 1 else 1
            assert run <= 6
        assert {(s.start_s, s.end_s) for s in shifts} <= set(PARTS.values())


def test_permanent_staff_work_every_second_weekend_and_twins_opposite():
    """The pattern of the sources (MA-11); contacts of a twin pair never share a weekend."""
    town = municipality(120, 1, n_days=28)
    weekends = defaultdict(set)
    for staff_id, shifts in shifts_by_person(town).items():
        weekends[staff_id] = {s.date.isocalendar().week for s in shifts if s.date.weekday() > 4}
    pairs = 0
    for carer in town.staff:
        if carer.role == "contact":
            assert len(weekends[carer.staff_id]) == 2
            if carer.twin_id:
                pairs += 1
                assert not weekends[carer.staff_id] & weekends[carer.twin_id]
    assert pairs >= 10


def test_meetings_lie_within_the_members_shifts(town):
    """Meetings take time from a shift that exists (MA-32), once a week for those on duty."""
    at_work = {(s.staff_id, s.date): s for s in town.roster if s.kind == "work"}
    meetings = [s for s in town.roster if s.kind == "meeting"]
    assert meetings
    for meeting in meetings:
        shift = at_work[meeting.staff_id, meeting.date]
        assert shift.start_s <= meeting.start_s < meeting.end_s <= shift.end_s
        assert meeting.date.weekday() < 5


def test_contract_hours_are_kept():
    """A roster that works people beyond their contract would make every plan look easy."""
    town = municipality(400, 1, n_days=28)
    shifts = shifts_by_person(town)
    for carer in town.staff:
        full = 20 * carer.employment_pct / 100
        assert abs(len(shifts[carer.staff_id]) - full) <= 1.01


def test_every_date_and_part_has_hands_enough():
    """What cannot be planned should be the planner's doing, not the demo's (issue 2, item 2)."""
    for seed in (1, 2, 3):
        load = facts.load_by_part(municipality(400, seed))
        assert len(load) == 28
        assert max(load.values()) < 1.1
        assert np.mean(list(load.values())) < 0.92


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_delegations_on_duty_suffice(seed):
    """Each area has someone with each delegation on every date and part it is needed."""
    town = municipality(400, seed)
    base_of = {t: base.base_id for base in town.bases for t in base.team_ids}
    on_duty = defaultdict(set)
    for shift in town.roster:
        if shift.kind == "work":
            carer = town.staff_by_id[shift.staff_id]
            on_duty[carer.base_id, shift.date, shift.part].add(shift.staff_id)
    short = total = 0
    for o in occurrences(town, town.dates):
        if not o.visit.skills or len(o.dates) > 1:
            continue
        base = base_of[town.client_by_id[o.visit.client_id].team_id]
        day = o.dates[0]
        able = [
            staff_id
            for staff_id in on_duty[base, day, o.visit.shift]
            if all(town.staff_by_id[staff_id].holds(skill, day) for skill in o.visit.skills)
        ]
        total += 1
        short += len(able) < o.visit.carers_required
    assert total > 1000
    assert short == 0


def banks_of(town, network):
    """Clients of each team by part of the land, bridges taken away."""
    dry = (network.segment_flags & SEGMENT_BRIDGE) == 0
    ends = (network.segment_from[dry], network.segment_to[dry])
    graph = coo_array((np.ones(dry.sum()), ends), shape=(network.n_nodes, network.n_nodes))
    part = connected_components(graph, directed=False)[1]
    nodes = cKDTree(np.column_stack((network.node_x, network.node_y)))
    near = nodes.query([(c.x, c.y) for c in town.clients])[1]
    banks = defaultdict(Counter)
    for client, bank in zip(town.clients, part[near].tolist(), strict=True):
        banks[client.team_id].update({bank: 1, -1: 0})
    return banks


def test_present_division_is_bad_in_the_ways_it_should_be(town):
    """Redesign must have something to gain: sizes, hours, strays, the river (requirements 3)."""
    sizes = Counter(c.team_id for c in town.clients)
    assert min(sizes.values()) < 15 or max(sizes.values()) > 35
    banks = banks_of(town, streets())
    split = [t for t, sides in banks.items() if sorted(sides.values())[-2:][0] >= 5]
    assert split, "a team with clients on both sides of the river"
    minutes = defaultdict(float)
    for visit in town.visits:
        per_week = (visit.n_per_period or len(visit.weekdays)) / visit.every_weeks
        minutes[town.client_by_id[visit.client_id].team_id] += per_week * visit.duration_s / 60
    mean = sum(minutes.values()) / len(minutes)
    assert max(minutes.values()) > 1.25 * mean
    assert min(minutes.values()) < 0.75 * mean
    wrong = sum(
        1
        for c in town.clients
        if c.needs_contact and c.contact_id and not town.staff_by_id[c.contact_id].may_be_contact
    )
    assert wrong >= 2


@settings(max_examples=8)
@given(
    n_clients=st.integers(30, 150),
    n_days=st.integers(1, 28),
    start=st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31)),
    seed=st.integers(0, 2**31),
)
def test_any_size_start_and_length(n_clients, n_days, start, seed):
    """`--clients`, `--days` and `--seed` are free; no combination may fail or miss a date."""
    town = make_municipality(streets(60, 4), n_clients=n_clients, n_days=n_days, start=start,
                             seed=seed, name="Prov")  # fmt: skip
    assert town.name == "Prov"
    assert len(town.clients) == n_clients
    assert {s.date for s in town.roster} <= {start + dt.timedelta(i) for i in range(n_days)}
    if n_days >= 7 and n_clients >= 60:
        assert len(town.dates) == n_days
    assert all(c.team_id for c in town.clients)


@pytest.mark.parametrize("bad", [{"n_clients": 5}, {"n_days": 0}, {"n_clients": 50_000},
                                 {"visits_per_client": 9.0}])  # fmt: skip
def test_sizes_out_of_range_are_refused_in_swedish(bad):
    """A typing error in an option must be explained, not crash somewhere inside."""
    with pytest.raises(SettingsError, match="ska vara mellan"):
        make_municipality(streets(60, 4), **{"n_clients": 60, **bad})


def test_any_network_will_do():
    """Real extracts often have no addresses: people are put along the streets (issue 2, item 4)."""
    network = replace(streets(), addresses=())
    town = make_municipality(network, n_clients=200, seed=3)
    homes = np.array([(c.x, c.y) for c in town.clients])
    chosen = np.flatnonzero(network.road_class == ROAD_CLASSES.index("residential"))
    ends = network.shape_xy[network.shape_offset[chosen]]
    gap = np.hypot(homes[:, None, 0] - ends[:, 0], homes[:, None, 1] - ends[:, 1]).min(axis=1)
    assert gap.max() < 400
    assert len({(c.x, c.y) for c in town.clients}) > 100
    assert any(c.dwelling == "flat" for c in town.clients)


def test_a_network_where_nobody_lives_is_refused():
    """Motorways only: say so instead of failing on an empty array."""
    network = streets(60, 4)
    motorway = np.zeros_like(network.road_class)
    with pytest.raises(NetworkError, match="bostadsgator"):
        make_municipality(replace(network, road_class=motorway, addresses=()), n_clients=60)


def test_a_large_network_is_used_around_its_densest_part():
    """400 clients strewn over a whole city would be no home-care area at all."""
    network = streets(5300)
    town = make_municipality(network, n_clients=100, seed=1)
    x = np.array([c.x for c in town.clients])
    y = np.array([c.y for c in town.clients])
    assert max(np.ptp(x), np.ptp(y)) < 3000


def test_facts_can_be_printed(capsys):
    """The documentation tells how to print the table anew; that must work."""
    code = facts.main(["--clients", "200", "--seed", "6"])
    assert code in (0, 1)
    assert "| assistant nurses |" in capsys.readouterr().out


def test_hourly_carers_fill_what_the_roster_leaves_short():
    """LU-33: called in to one part of the day, a few shifts each, where hands are too few."""
    town = municipality(400, 1)
    hourly = [c for c in town.staff if c.staff_id.startswith(HOURLY)]
    shifts = shifts_by_person(town)
    assert hourly
    for carer in hourly:
        assert carer.role == "pool"
        assert 1 <= len(shifts[carer.staff_id]) <= 5
        assert {s.part for s in shifts[carer.staff_id]} == {carer.shift_group}
    weekend = [s for c in hourly for s in shifts[c.staff_id] if s.date.weekday() > 4]
    assert len(weekend) > sum(len(shifts[c.staff_id]) for c in hourly) / 3
