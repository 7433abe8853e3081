"""A plan of the demo municipality, broken at rows that Hypothesis picks: every break is caught."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.demo import make_municipality, make_streets
from data.model import Shift
from data.plans import UnplannedRow
from data.rules import Rules
from data.travel_times import TravelTimes
from partition import plan_teams
from routing.check import check_plan, check_teams
from routing.measures import measure
from routing.rounds import plan_rounds


def _crow_flies(municipality):
    """Travel times without a network: the checker only compares with what it is given."""
    places = [(f"client:{c.client_id}", c.x, c.y) for c in municipality.clients]
    places += [(f"base:{b.base_id}", b.x, b.y) for b in municipality.bases]
    at = np.array([place[1:] for place in places])
    metres = 1.3 * np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    speeds = {"walk": 1.25, "bike": 3.9, "ebike": 5.0, "car": 8.0}
    seconds = {mode: np.rint(metres / speed).astype(np.int32) for mode, speed in speeds.items()}
    return TravelTimes(tuple(place[0] for place in places), seconds)


@pytest.fixture(scope="module")
def demo():
    """Sixty clients, two days, planned by the real engines with little effort."""
    municipality = make_municipality(make_streets(seed=1), n_clients=60, n_days=14, seed=1)
    travel, rules = _crow_flies(municipality), Rules()
    team_plan = plan_teams(municipality, travel, rules, seed=1, n_iterations=2000)
    plan = plan_rounds(
        municipality, team_plan, travel, rules, dates=municipality.dates[:2], seed=1,
        n_iterations=300,
    )  # fmt: skip
    return SimpleNamespace(
        municipality=municipality, travel=travel, rules=rules, team_plan=team_plan, plan=plan
    )


def _check(world):
    return check_plan(world.municipality, world.team_plan, world.travel, world.rules, world.plan)


def test_the_engines_plans_are_valid(demo):
    """The search and the checker share no code and agree."""
    assert check_teams(demo.municipality, demo.team_plan, demo.rules) == ()
    assert _check(demo) == ()
    assert len(demo.plan.rows) > 200


def test_no_share_passes_its_ceiling(demo):
    """In the municipality, every area and every team."""
    found = measure(demo.municipality, demo.team_plan, demo.travel, demo.rules, demo.plan)
    for scope in (found.municipality, *found.areas.values(), *found.teams.values()):
        share, ceiling = scope.who.tier_pct["contact"], scope.who.contact_ceiling_pct
        assert share is None or share <= ceiling


def _row(**changes):
    """A break that rewrites the row; values may be functions of the row and its visit."""

    def spoil(world, row):
        visit = world.municipality.visit_by_id.get(row.visit_id)
        values = {k: v(row, visit) if callable(v) else v for k, v in changes.items()}
        rows = tuple(replace(r, **values) if r is row else r for r in world.plan.rows)
        return replace(world.plan, rows=rows), world.municipality

    return spoil


def _drop(kind=""):
    def spoil(world, row):
        gone = row
        if kind:
            gone = next(r for r in world.plan.rounds[row.round_id] if r.kind == kind)
        rows = tuple(r for r in world.plan.rows if r is not gone)
        return replace(world.plan, rows=rows), world.municipality

    return spoil


def _twice(world, row):
    rows = [r for one in world.plan.rows for r in ((one, one) if one is row else (one,))]
    return replace(world.plan, rows=tuple(rows)), world.municipality


def _listed_too(world, row):
    visit = world.municipality.visit_by_id[row.visit_id]
    both = UnplannedRow(row.date, row.visit_id, row.client_id, row.carer_no, visit.priority, "x")
    unplanned = (*world.plan.unplanned, both)
    return replace(world.plan, unplanned=unplanned), world.municipality


def _someone_else(world, row):
    """The whole round to a carer who has no shift that day."""
    on_duty = {line.staff_id for line in world.municipality.roster if line.date == row.date}
    other = next(s for s in sorted(world.municipality.staff_by_id) if s not in on_duty)
    rows = tuple(
        replace(r, staff_id=other) if r.round_id == row.round_id else r for r in world.plan.rows
    )
    return replace(world.plan, rows=rows), world.municipality


def _swapped(world, row):
    """One row to another carer of the same plan."""
    other = next(r.staff_id for r in world.plan.rows if r.staff_id != row.staff_id)
    return _row(staff_id=other)(world, row)


def _long_day(world, row):
    last = world.plan.rounds[row.round_id][-1]
    shift = next(
        line
        for line in world.municipality.roster
        if line.staff_id == row.staff_id and line.date == row.date and line.kind == "work"
    )
    late = shift.end_s + 9 * 3600
    rows = tuple(
        replace(r, arrive_s=late, start_s=late, end_s=late) if r is last else r
        for r in world.plan.rows
    )
    return replace(world.plan, rows=rows), world.municipality


def _table(table, key, of_row, **changes):
    """A break of the tables: what the plan was right about is no longer so."""

    def spoil(world, row):
        old, wanted = getattr(world.municipality, table), getattr(row, of_row)
        values = {k: v(row) if callable(v) else v for k, v in changes.items()}
        new = tuple(replace(x, **values) if getattr(x, key) == wanted else x for x in old)
        return world.plan, replace(world.municipality, **{table: new})

    return spoil


def _sick(world, row):
    line = Shift(row.staff_id, row.date, 0, 86_400, "sick")
    roster = (*world.municipality.roster, line)
    return world.plan, replace(world.municipality, roster=roster)


BREAKS = {
    "drop": ("coverage", _drop()),
    "duplicate": ("duplicate", _twice),
    "planned and unplanned": ("coverage", _listed_too),
    "swap carer of a row": ("round_form", _swapped),
    "swap carer of a round": ("roster", _someone_else),
    "too late": ("window", _row(start_s=lambda r, v: v.latest_s + 1)),
    "too early": ("window", _row(start_s=lambda r, v: v.earliest_s - 1)),
    "a second early at the door": ("arithmetic", _row(arrive_s=lambda r, v: r.arrive_s - 1)),
    "a shorter way": ("travel", _row(travel_s=lambda r, v: r.travel_s - 1)),
    "no time at the door": ("access", _row(access_s=lambda r, v: r.access_s - 1)),
    "cut short": ("duration", _row(end_s=lambda r, v: r.end_s - 60)),
    "another mode": ("mode", _row(mode="helicopter")),
    "another tier": ("tier", _row(tier=lambda r, v: "pool" if r.tier != "pool" else "team")),
    "another team": ("row_team", _row(team_id="?")),
    "a carer too many": ("carer_no", _row(carer_no=lambda r, v: v.carers_required + 1)),
    "a visit that is not": ("unknown_id", _row(visit_id="?")),
    "another day": ("round_form", _row(date=lambda r, v: r.date + dt.timedelta(1))),
    "out of sequence": ("row_order", _row(seq=lambda r, v: r.seq + 1)),
    "no break": ("break", _drop("break")),
    "no handover": ("handover", _drop("handover")),
    "no way home": ("round_form", _drop("end")),
    "too long a shift": ("shift_end", _long_day),
    "sick": ("absence", _sick),
    "not on the roster": ("roster", _table("roster", "staff_id", "staff_id", kind="leave")),
    "no skills": ("skills", _table("staff", "staff_id", "staff_id", skills={})),
    "blocked": ("blocked", _table(
        "clients", "client_id", "client_id", blocked_staff=lambda r: frozenset({r.staff_id}))),
    "paused": ("due_date", _table(
        "clients", "client_id", "client_id", pause_from=lambda r: r.date)),
    "longer than planned": ("duration", _table(
        "visits", "visit_id", "visit_id", duration_s=86_400)),
    "a third carer needed": ("coverage", _table(
        "visits", "visit_id", "visit_id", carers_required=3)),
    "made by others": ("due_date", _table(
        "visits", "visit_id", "visit_id", mode="external")),
    "moved apart": ("sync", _row(start_s=lambda r, v: r.start_s + 1)),
}  # fmt: skip
"""Thirty-one ways; some need a row of their own kind, which `_rows_for` picks."""


def _rows_for(name, world):
    """Rows at which the break is one."""
    visits = [row for row in world.plan.rows if row.kind == "visit"]
    visit_of = world.municipality.visit_by_id
    if name == "no skills":
        return [row for row in visits if visit_of[row.visit_id].skills]
    if name == "moved apart":
        n = {}
        for row in visits:
            n[row.visit_id, row.date] = n.get((row.visit_id, row.date), 0) + 1
        return [row for row in visits if n[row.visit_id, row.date] == 2]
    if name in ("no break", "no handover"):
        kind = name.split()[1]
        return [
            row for row in visits if any(r.kind == kind for r in world.plan.rounds[row.round_id])
        ]
    return visits


@pytest.mark.parametrize("name", BREAKS)
@given(data=st.data())
@settings(max_examples=6, deadline=None)
def test_break_at_any_row_is_caught(demo, name, data):
    """Issue 2 item 7, on plans that nobody laid out for the purpose."""
    rows = _rows_for(name, demo)
    if not rows:
        pytest.skip("the demo plan has no such row")
    rule, spoil = BREAKS[name]
    plan, municipality = spoil(demo, rows[data.draw(st.integers(0, len(rows) - 1))])
    world = SimpleNamespace(**{**vars(demo), "plan": plan, "municipality": municipality})
    assert rule in {violation.rule for violation in _check(world)}
