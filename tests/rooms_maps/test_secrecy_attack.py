"""The attack that found protected homes, blind, on every file that others may be given.

Whoever holds an export and a street map can ask of each address in town whether somebody could
have been visited there: the clock leaves room for the way and the care, the way is short, pairs of
stops that look unlike the rest lie around it. The attack is told nothing of who is hidden. From
the exact rows it finds three homes of four, which is how we know that it works; in no shared file
may any hidden home be among the best five per cent of addresses.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from data.model import Base, Client, Municipality, Staff, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan
from data.store import plan_files, write_outputs
from data.tables.out.headings import columns_of, read_shared
from maps.common.audiences import Manager
from maps.screen.round_view import rounds_view

SPEED, ACCESS_S, N_DAYS = 4.0, 60, 14
DAYS = tuple(dt.date(2026, 3, 2) + dt.timedelta(i) for i in range(N_DAYS))
HIDDEN = ("c05", "c23", "c41", "c58")


def way_s(one, other):
    return int(np.hypot(one[0] - other[0], one[1] - other[1]) / SPEED)


@pytest.fixture(scope="module")
def town():
    """2 000 addresses, 60 clients, six carers of ten visits a day, in the order of a short way."""
    return fixed_town(7, HIDDEN)


def fixed_town(seed, hidden):
    rng = np.random.default_rng(seed)
    addresses = rng.uniform(0, 4000, (2000, 2)).round()
    homes = addresses[rng.choice(2000, 60, replace=False)]
    homes = homes[np.lexsort((homes[:, 1], homes[:, 0] // 1400))]
    ids = [f"c{i:02d}" for i in range(60)]
    clients = tuple(
        Client(c, *map(float, at), dwelling="flat", protected=c in hidden)
        for c, at in zip(ids, homes, strict=True)
    )
    minutes = rng.integers(20, 45, 60)
    visits = tuple(
        Visit(f"v{c}", c, "morning", int(m) * 60, 7 * 3600, 14 * 3600)
        for c, m in zip(ids, minutes, strict=True)
    )
    staff = tuple(Staff(f"p{k}") for k in range(6))
    base = Base("L", 2000.0, 2000.0)
    municipality = Municipality("X", clients, visits, staff, (), (base,))
    plan = TeamPlan(
        (Team("T1", "O1", "L", tuple(ids)),), {}, {}, {}, {}, {s.staff_id: "L" for s in staff},
        {}, {},
    )  # fmt: skip
    rows = []
    for day in DAYS:
        shuffled = np.argsort(np.arange(60) + rng.uniform(-6, 6, 60))
        cuts = np.arange(0, 61, 10)
        for k, (first, last) in enumerate(pairwise(cuts)):
            rows += day_round(day, f"p{k}", shuffled[first:last], municipality)
    return municipality, plan, RoundPlan(DAYS, tuple(rows), ()), addresses


def homes_of(seed):
    """2 000 addresses, 60 of them homes, in the order of three strips of the map."""
    rng = np.random.default_rng(seed)
    addresses = rng.uniform(0, 4000, (2000, 2)).round()
    homes = addresses[rng.choice(2000, 60, replace=False)]
    return addresses, homes[np.lexsort((homes[:, 1], homes[:, 0] // 1400))]


def town_of(seed, hidden, never_there=()):
    """A town as above, planned as though some clients had never been there.

    A team is a strip of the map; every carer's every minute is spent.
    """
    addresses, homes = homes_of(seed)
    rng = np.random.default_rng(seed + 1)
    minutes = rng.integers(20, 45, 60)
    kept = [i for i in range(60) if f"c{i:02d}" not in never_there]
    clients = tuple(
        Client(f"c{i:02d}", *map(float, homes[i]), dwelling="flat", protected=f"c{i:02d}" in hidden)
        for i in kept
    )
    visits = tuple(
        Visit(f"vc{i:02d}", f"c{i:02d}", "morning", int(minutes[i]) * 60, 7 * 3600, 14 * 3600)
        for i in kept
    )
    staff = tuple(Staff(f"p{k}") for k in range(6))
    municipality = Municipality("X", clients, visits, staff, (), (Base("L", 2000.0, 2000.0),))
    strips = [f"T{int(one.x // 1400) + 1}" for one in clients]
    teams = tuple(
        Team(name, "O1", "L", tuple(c.client_id for c, of in zip(clients, strips, strict=True)
                                    if of == name))
        for name in sorted(set(strips))
    )  # fmt: skip
    plan = TeamPlan(teams, {}, {}, {}, {}, {s.staff_id: "L" for s in staff}, {}, {})
    rows = []
    for day in DAYS:
        shuffled = np.argsort(np.arange(len(kept)) + rng.uniform(-6, 6, len(kept)))
        cuts = np.linspace(0, len(kept), 7).round().astype(int)
        for k, (first, last) in enumerate(pairwise(cuts)):
            rows += day_round(day, f"p{k}", shuffled[first:last], municipality)
    team_of = plan.team_of_client
    rows = tuple(replace(row, team_id=team_of.get(row.client_id, "")) for row in rows)
    return municipality, plan, RoundPlan(DAYS, rows, ()), addresses


def day_round(day, staff_id, members, municipality, begin=(2000.0, 2000.0)):
    """A round whose clock is exact: way, door, care, and the next way, with no waiting."""
    clock, here, rows = 7 * 3600, begin, []
    common = (day, "day", f"{day}-{staff_id}", "T1", staff_id)
    rows.append(PlanRow(*common, 0, "start", "", "", 0, clock, clock, clock, 0, 0, 0, "bike", ""))
    left = [municipality.clients[i] for i in members]
    while left:
        client = min(left, key=lambda one: way_s(here, (one.x, one.y)))
        left.remove(client)
        leg = way_s(here, (client.x, client.y))
        begin_s = clock + leg + ACCESS_S
        visit = municipality.visits_of[client.client_id][0]
        clock, here = begin_s + visit.duration_s, (client.x, client.y)
        rows.append(
            PlanRow(*common, len(rows), "visit", visit.visit_id, client.client_id, 1, begin_s,
                    begin_s, clock, leg, ACCESS_S, 0, "bike", "team")
        )  # fmt: skip
    return rows


def seconds(text):
    if not text:
        return None
    hours, minutes, rest = (int(part) for part in str(text).split(":"))
    return hours * 3600 + minutes * 60 + rest


def told_together(row):
    """What a file tells together: the rows of a round, or else of a team's part of a day."""
    names = ("date", "shift", "round_id", "team_id")
    return tuple(str(row.get(name) or "") for name in names)


def gaps_of(table, places):
    """Pairs of stops in a row, the time between them that no way explains, and how odd they look.

    Works on whatever the file tells: exact ends, or starts only.
    """
    rounds: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in table:
        rounds.setdefault(told_together(row), []).append(row)
    found = []
    for rows in rounds.values():
        seen = [row for row in rows if row["client_id"] in places]
        for first, then in pairwise(seen):
            begin = seconds(first["end"]) or seconds(first["start"])
            end = seconds(then["start"])
            if begin is None or end is None:
                continue
            care_s = 0 if first["end"] else 30 * 60
            a, c = places[first["client_id"]], places[then["client_id"]]
            spare = end - begin - care_s - way_s(a, c)
            jump = int(then["seq"] or 0) - int(first["seq"] or 0) > 1
            blank = str(then["travel_s"]) in ("", "None") and any(r["travel_s"] for r in rows)
            found.append((*a, *c, spare, float(jump or blank)))
    return np.array(found, dtype=float).reshape(-1, 6)


def ranks(table, places, addresses, homes):
    """Each home's rank, in per cent of all addresses, by all scores together."""
    gaps = gaps_of(table, places)
    marked = gaps[gaps[:, 5] > 0]
    scores = []
    told = [(gaps, 120), (gaps, 40)] + [(marked, 120), (marked, 40)] * bool(len(marked))
    for pairs, width_s in told:
        votes, weight = np.zeros(len(addresses)), np.full(len(addresses), 2.0)
        fit, close = np.zeros(len(addresses)), np.zeros(len(addresses))
        for ax, ay, cx, cy, spare, _ in pairs:
            there = np.hypot(addresses[:, 0] - ax, addresses[:, 1] - ay)
            back = np.hypot(addresses[:, 0] - cx, addresses[:, 1] - cy)
            detour = (there + back - np.hypot(ax - cx, ay - cy)) / SPEED
            near = np.exp(-detour / width_s)
            care = spare - detour
            votes += near * ((care > 900) & (care < 3600))
            weight += near
            # A hidden visit leaves the same time every day: ways less, care alike.
            fit += near * np.exp(-np.abs(care - 2000) / 600)
            close += near * (care > 900)
        scores += [votes / weight, fit / weight]
        if pairs is marked:
            scores.append(close)  # among pairs that look odd, whatever lies on their way
    # Odd pairs give homes away by themselves; without any, all pairs must do.
    chosen = [6, 9] if len(marked) else [0, 1]
    best = np.sum([np.argsort(np.argsort(scores[i])) for i in chosen], axis=0)
    found = []
    for home in homes:
        at = int(np.argmin(np.hypot(*(addresses - home).T)))
        found.append(100 * float((best > best[at]).mean() + (best == best[at]).mean() / 2))
    return found


def as_told(row: dict[str, object]) -> dict[str, object]:
    """A row of the workbook as the CSV has it: times as text, ways in seconds."""
    for name in ("start", "end"):
        at = row[name]
        if isinstance(at, dt.timedelta):
            at = (dt.datetime.min + at).time()
        row[name] = f"{at.hour}:{at.minute:02}:00" if at is not None else ""
    way = row["Restid (min)"]
    return {**row, "travel_s": "" if way is None else 60 * float(way)}


def exports_of(out: Path, town) -> dict[str, list[dict[str, object]]]:
    """Every shared file's rows, as anybody could read them."""
    municipality, plan, rounds, _ = town
    found = {}
    text = (out / "rounds.csv").read_text(encoding="utf-8-sig")
    found["rounds.csv"] = read_shared(text)
    columns = list(found["rounds.csv"][0])
    sheet = openpyxl.load_workbook(out / "rounds.xlsx")["Rundor"]
    header, *cells = sheet.iter_rows(values_only=True)
    names = columns_of(header)
    found["rounds.xlsx"] = [as_told(dict(zip(names, row, strict=True))) for row in cells]
    with sqlite3.connect(out / "plan.gpkg") as connection:
        cells = connection.execute(f"SELECT {', '.join(columns)} FROM rounds").fetchall()
    found["plan.gpkg"] = [dict(zip(columns, row, strict=True)) for row in cells]
    found["round maps"] = []
    for day in DAYS:
        view = rounds_view(
            municipality, plan, rounds, lambda *_: np.zeros((0, 2)), Manager(), day=day
        )
        for one in view.rounds:
            for stop in one.stops:
                clock = f"{stop.row.start_s // 3600}:{stop.row.start_s // 60 % 60}:00"
                found["round maps"].append({
                    "round_id": one.round_id, "staff_id": one.staff_id,
                    "mode": stop.row.mode, "tier": stop.row.tier, "client_id": stop.row.client_id,
                    "seq": stop.row.seq, "start": clock, "end": "", "travel_s": stop.travel_s,
                })  # fmt: skip
    return found


def test_no_hidden_home_is_found_from_any_shared_file(town, tmp_path):
    """C7: four homes of 2 000 addresses, from each file; the exact rows give every one away."""
    municipality, plan, rounds, addresses = town
    write_outputs(tmp_path, municipality, plan, rounds, measures={}, manifest={})
    places = {c.client_id: (c.x, c.y) for c in municipality.clients if not c.protected}
    homes = [(c.x, c.y) for c in municipality.clients if c.protected]
    private = (tmp_path / "private" / "rounds.csv").read_text(encoding="utf-8-sig")
    exact = list(csv.DictReader(io.StringIO(private), delimiter=";"))
    found = sorted(ranks(exact, places, addresses, homes))
    assert found[1] < 5  # the attack works
    assert found[2] < 10
    for name, table in exports_of(tmp_path, town).items():
        visits = [row for row in table if row["client_id"]]
        assert {row["client_id"] for row in visits} == set(places), name
        assert min(ranks(table, places, addresses, homes)) > 5, name


def test_no_shared_file_tells_whose_round_a_visit_is_in(town, tmp_path):
    """C7: neither carer, round, way, mode, tier nor order; the planner's workbook tells all."""
    municipality, plan, rounds, _ = town
    write_outputs(tmp_path, municipality, plan, rounds, measures={}, manifest={})
    for name, table in exports_of(tmp_path, town).items():
        for row in table:
            assert not any(row[one] for one in ("staff_id", "mode", "tier")), name
            assert not any(row[one] for one in ("travel_s", "end")), name
            if name != "round maps":  # these draw the stops of a slot evenly in it, and name teams
                assert not any(row[one] for one in ("round_id", "seq")), name
                assert seconds(row["start"]) % 7200 == 0, name
    book = openpyxl.load_workbook(tmp_path / "private" / "rounds.xlsx")
    header, *cells = book["Rundor"].iter_rows(values_only=True)
    exact = [dict(zip(columns_of(header), row, strict=True)) for row in cells]
    assert len(exact) == len(rounds.rows)
    assert all(row["staff_id"] and row["round_id"] for row in exact)
    shared = openpyxl.load_workbook(tmp_path / "rounds.xlsx")
    told = [str(cell.value) for row in shared["Innehåll"].iter_rows() for cell in row]
    assert any("private/rounds.xlsx" in text for text in told)


def test_where_nobody_is_protected_the_rounds_are_told(town, tmp_path):
    """Nothing changes there: carers, clocks and ways, and no second workbook."""
    municipality, plan, rounds, _ = town
    clients = tuple(replace(one, protected=False) for one in municipality.clients)
    municipality = replace(municipality, clients=clients)
    write_outputs(tmp_path, municipality, plan, rounds, measures={}, manifest={})
    assert not (tmp_path / "private" / "rounds.xlsx").exists()
    shared = (tmp_path / "rounds.csv").read_text(encoding="utf-8-sig")
    columns = plan_files.ROUND_COLUMNS
    exact = [dict(zip(columns, map(str, r), strict=True)) for r in plan_files.round_rows(rounds)]
    assert read_shared(shared) == exact


def test_homes_of_carers_are_not_found_from_their_rounds(town, tmp_path):
    """C7: first visits lie near the home, so of such rounds neither order nor clock is told."""
    municipality, plan, _, addresses = town
    rng = np.random.default_rng(3)
    home = addresses[rng.integers(2000)]
    staff = (replace(municipality.staff[0], starts_home=True, home=tuple(home)),)
    clients = tuple(replace(c, protected=False) for c in municipality.clients)
    changed = replace(municipality, clients=clients, staff=staff + municipality.staff[1:])
    rows = [
        row
        for day in DAYS
        for row in day_round(day, "p0", rng.choice(60, 10, replace=False), changed, tuple(home))
    ]
    rounds = RoundPlan(DAYS, tuple(rows), ())
    write_outputs(tmp_path, changed, plan, rounds, measures={}, manifest={})
    places = {c.client_id: (c.x, c.y) for c in clients}

    def rank(table):
        """By the first visit of each day: its way from home where the clock tells, else near."""
        score = np.zeros(len(addresses))
        firsts = {}
        for row in table:
            if row["client_id"]:
                firsts.setdefault(row["round_id"], row)
        for row in firsts.values():
            far = np.hypot(*(addresses - places[row["client_id"]]).T) / SPEED
            begin = seconds(row["start"])
            score += np.abs(far - (begin - 7 * 3600 - ACCESS_S)) if begin is not None else far
        at = int(np.argmin(np.hypot(*(addresses - home).T)))
        return 100 * float((score < score[at]).mean())

    exact = [
        {"round_id": r.round_id, "client_id": r.client_id, "start": f"{r.start_s // 3600}:"
         f"{r.start_s // 60 % 60}:{r.start_s % 60}"}
        for r in rows
    ]  # fmt: skip
    assert rank(exact) < 1
    text = (tmp_path / "rounds.csv").read_text(encoding="utf-8-sig")
    shared = read_shared(text)
    assert {row["kind"] for row in shared} == {"visit"}
    assert not any(row["start"] for row in shared)
    assert rank(shared) > 5
    view = rounds_view(changed, plan, rounds, lambda *_: np.zeros((0, 2)), Manager(), day=DAYS[0])
    assert (view.rounds, view.n_from_home) == ((), 1)
    assert not re.search(rf"{home[0]:.0f}|{home[1]:.0f}", json.dumps(shared))


TOLD = (
    ("round_id",), ("round_id", "start"), ("staff_id",), ("staff_id", "start"), ("mode",),
    ("team_id",), ("date", "shift", "team_id"), ("date", "shift", "team_id", "start"),
)  # fmt: skip
"""What visits may be put together by, where a file tells it."""


def spare_ranks(table, municipality, places, addresses, homes):
    """The homes' mean rank, in per cent of all addresses, by what is done too little around them:
    for each way to put visits together.

    Who knows how long each visit takes can add up what a carer, or a team, does in each slot or
    day, and see where time is left.
    """
    minutes = {v.client_id: v.duration_s + ACCESS_S for v in municipality.visits}
    found = {}
    for key in TOLD:
        groups: dict[tuple[str, ...], list[str]] = {}
        for row in table:
            told = tuple(str(row[k]) for k in key)
            if row["client_id"] in places and all(told):
                groups.setdefault(told, []).append(str(row["client_id"]))
        if len(groups) < 2:
            continue
        votes, weight = np.zeros(len(addresses)), np.ones(len(addresses))
        loads = []
        for members in groups.values():
            at = np.array([places[one] for one in members])
            way = np.hypot(*np.diff(at, axis=0).T).sum() / SPEED
            loads.append((at, sum(minutes[one] for one in members) + way))
        usual = np.mean([load for _, load in loads])
        for at, load in loads:
            far = np.hypot(addresses[:, :1] - at[:, 0], addresses[:, 1:] - at[:, 1]).min(axis=1)
            near = np.exp(-((far / 300) ** 2) / 2)
            votes += near * (usual - load)
            weight += near
        score = votes / weight
        here = score[[int(np.argmin(np.hypot(*(addresses - home).T))) for home in homes]][:, None]
        ranks_pct = 100 * ((score > here).mean(axis=1) + (score == here).mean(axis=1) / 2)
        found[key] = float(ranks_pct.mean())
    return found


def found_in(seed, hidden, *, is_there, is_shared):
    """How four homes stand in each attack, in per cent: where they live, or never did."""
    gone = () if is_there else hidden
    municipality, _, rounds, addresses = town_of(seed, hidden, gone)
    homes = [homes_of(seed)[1][int(one[1:])] for one in hidden]
    places = {c.client_id: (c.x, c.y) for c in municipality.clients if not c.protected}
    rows = plan_files.round_rows(rounds)
    if is_shared:
        rows = plan_files.shared_round_rows(municipality, rounds)
    if not is_there:  # what is told of them is told alike, so that the attacks can be compared
        marked = replace(municipality.clients[0], client_id="other", protected=True)
        town = replace(municipality, clients=(*municipality.clients, marked))
        rows = plan_files.shared_round_rows(town, rounds) if is_shared else rows
    names = plan_files.ROUND_COLUMNS
    table = [dict(zip(names, map(str, row), strict=True)) for row in rows]
    return spare_ranks(table, municipality, places, addresses, homes)


@pytest.mark.parametrize("is_shared", [False, True])
def test_over_many_towns_hidden_homes_are_found_little_more_than_by_chance(is_shared):
    """Blind: eight towns, others hidden in each, three times. In the exact rounds a home stands
    out more where somebody hidden lives than where nobody does; in what is shared it does not."""
    more: dict[tuple[str, ...], list[float]] = {}
    for seed in range(200, 208):
        rng = np.random.default_rng(seed)
        of_town: dict[tuple[str, ...], list[float]] = {}
        for _ in range(3):
            hidden = [f"c{i:02d}" for i in rng.choice(60, 4, replace=False)]
            there, never = (
                found_in(seed, hidden, is_there=is_there, is_shared=is_shared)
                for is_there in (True, False)
            )
            assert there.keys() == never.keys()
            for key in there:
                of_town.setdefault(key, []).append(never[key] - there[key])
        for key, found_more in of_town.items():
            more.setdefault(key, []).append(float(np.mean(found_more)))
    excess = {key: (np.mean(of), np.std(of, ddof=1) / len(of) ** 0.5) for key, of in more.items()}
    found = {key for key, (points, error) in excess.items() if points > 2 * error}
    if is_shared:
        assert found == set(), excess
        assert ("team_id",) in excess  # something is told
        assert not any("staff_id" in key or "round_id" in key or "mode" in key for key in excess)
    else:
        assert ("round_id",) in found, excess  # the attack works
