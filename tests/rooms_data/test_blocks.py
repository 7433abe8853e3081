"""Recurring blocks: as often as the rule says, inside shifts, where visits ask for least."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from data.care.blocks import laid_by_blocks, meeting_cover
from data.care.decisions import decided, undecided
from data.matter_model import BlockRule
from data.model import Base, Client, Municipality, Shift, Staff, Visit
from hemrunda.block_settings import blocks_of

MONDAY = dt.date(2026, 3, 2)
DAYS = [MONDAY + dt.timedelta(i) for i in range(28)]
H, M = 3600, 60
MONTHLY = BlockRule("planering", 60, times=1, weeks=4, roles=("contact",))


def town(*blocks, visits=(), staff=None, alarms=0, days=DAYS):
    """Three contacts and a floater of one team, 07–15 on weekdays; two morning visits at eight."""
    staff = staff or (
        *(Staff(f"S{n}", team_id="T1") for n in range(3)), Staff("F1", "floater", team_id="T1")
    )  # fmt: skip
    clients = tuple(Client(name, 0, 0, team_id="T1", alarms_week=alarms) for name in "AB")
    busy = tuple(
        Visit(f"{one.client_id}-m", one.client_id, "morning", H, 8 * H, 10 * H) for one in clients
    )
    roster = tuple(
        Shift(one.staff_id, day, 7 * H, 15 * H) for one in staff for day in days
        if day.weekday() < 5
    )  # fmt: skip
    return Municipality("P", clients, (*busy, *visits), staff, roster, (Base("B", 0, 0),),
                        blocks=blocks)  # fmt: skip


def test_each_contact_gets_an_hour_a_month_to_plan():
    """LU-41: one in four weeks each, inside a shift, and not in the busy morning."""
    laid = laid_by_blocks(town(MONTHLY))
    assert Counter(line.staff_id for line in laid) == {"S0": 1, "S1": 1, "S2": 1}
    for line in laid:
        assert (line.kind, line.label, line.end_s - line.start_s) == ("meeting", "planering", H)
        assert line.start_s >= 7 * H + 30 * M
        assert line.end_s <= 14 * H + 30 * M
        assert line.start_s >= 11 * H  # visits ask for hands from eight to eleven


@pytest.mark.parametrize("cut", [7, 14, 28])
def test_a_monthly_hour_is_one_however_the_roster_is_cut(cut):
    """Planned week by week or month by month: the same number, and nobody gets it twice."""
    parts = [DAYS[i : i + cut] for i in range(0, 28, cut)]
    found = Counter(
        line.staff_id for part in parts for line in laid_by_blocks(town(MONTHLY, days=part))
    )
    assert found == {"S0": 1, "S1": 1, "S2": 1}


def test_hours_lie_apart_where_that_costs_less():
    """Two away at once cost more than one: they do not share an hour."""
    laid = laid_by_blocks(town(replace(MONTHLY, weeks=1), days=DAYS[:1]))
    spans = sorted((line.date, line.start_s, line.end_s) for line in laid)
    assert len(spans) == 3
    assert all(one[2] <= other[1] for one, other in pairwise(spans))


def test_a_team_meets_once_a_week_when_most_are_at_work():
    """LU-42: everybody of the team at one time each week; who is left and needed is told."""
    weekly = BlockRule("lagträff", 60, together=True)
    place = decided(town(weekly))
    of = Counter((line.date, line.start_s) for line in place.laid_shifts)
    assert len(of) == 4
    assert set(of.values()) == {4}
    cover = meeting_cover(place)
    assert [one.n_away for one in cover] == [4, 4, 4, 4]
    assert all(one.n_left == 0 for one in cover)
    assert not any(one.is_short for one in cover)  # no visits then


def test_a_meeting_that_leaves_too_few_is_told():
    at_eight = replace(BlockRule("apt", 60, together=True), earliest_s=8 * H, latest_s=9 * H)
    assert all(one.is_short for one in meeting_cover(decided(town(at_eight))))


def test_who_is_ill_is_away_once_and_taken_by_no_meeting():
    """LU-42: of four, one ill and two at the meeting, one is left; she was counted off twice."""
    place = town()
    lines = [Shift(who, MONDAY, 8 * H, 9 * H, "meeting") for who in ("S0", "S1", "S2")]
    ill = Shift("S2", MONDAY, 0, 24 * H, "sick")
    (cover,) = meeting_cover(replace(place, roster=(*place.roster, *lines, ill)))
    assert (cover.n_away, cover.n_left) == (2, 1)


def test_an_alarm_reserve_by_the_teams_own_alarms():
    """NO-24: 2 × 21 alarms a week of 10 minutes are 60 a day, each day, by one carer."""
    reserve = BlockRule("larmreserv", 0, roles=("floater",), per_alarm_min=10)
    laid = laid_by_blocks(town(reserve, alarms=21, days=DAYS[:5]))
    assert [line.date for line in laid] == DAYS[:5]
    assert {line.staff_id for line in laid} == {"F1"}
    assert {line.end_s - line.start_s for line in laid} == {H}
    assert laid_by_blocks(town(reserve, days=DAYS[:5])) == ()


def test_blocks_come_off_the_tables_and_are_laid_the_same_again():
    place = decided(town(MONTHLY, BlockRule("telefontid", 30, times=2)))
    assert len(place.roster) > len(undecided(place).roster)
    assert decided(place) == place
    assert undecided(place) == town(MONTHLY, BlockRule("telefontid", 30, times=2))


def test_no_block_on_leave_or_over_another_meeting():
    place = town(replace(MONTHLY, weeks=1, weekdays=(0,)), days=DAYS[:7])
    lines = (
        Shift("S0", MONDAY, 0, 24 * H, "leave"), Shift("S1", MONDAY, 11 * H, 14 * H, "meeting"),
    )  # fmt: skip
    laid = laid_by_blocks(replace(place, roster=(*place.roster, *lines)))
    by = {line.staff_id: line for line in laid}
    assert set(by) == {"S1", "S2"}
    assert by["S1"].end_s <= 11 * H or by["S1"].start_s >= 14 * H


def test_settings_of_blocks_are_read_or_refused_with_every_fault():
    faults = []
    table = [{"name": "apt", "minutes": 90, "weeks": 4, "roles": ["kontakt"], "weekdays": "tis",
              "earliest": "13:00", "latest": "15:00", "together": True}]  # fmt: skip
    assert blocks_of(table, faults) == (
        BlockRule("apt", 90, 1, 4, ("contact",), (1,), 13 * H, 15 * H, together=True),
    )
    assert faults == []
    assert (
        blocks_of([{"minutes": 0, "roles": ["chef"], "weekdays": "aldrig", "om": 1}], faults) == ()
    )
    assert [fault.split(": ")[1].split(" ")[0] for fault in faults] == [
        "om", "name", "minutes", "weekdays", "roles",
    ]  # fmt: skip


@pytest.mark.parametrize("table", [{"name": "apt"}, ["apt"]])
def test_blocks_that_are_no_tables(table):
    faults = []
    assert blocks_of(table, faults) == ()
    assert len(faults) == 1
