"""Hands where the windows are: staff are dealt out by the peak of each date, not by sums alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Client, Municipality, Shift, Staff, Visit
from data.plans import Team
from data.rules import Rules
from partition.annealing.care_work import make_work
from partition.staff.peak_need import QUARTER_S, load_curves, peak_milli_rounds, spread
from partition.staff.staffing import assign_staff
from tests.rooms_partition.conftest import euclidean_travel

MONDAY = dt.date(2026, 3, 2)
HOUR_S = 3600
N = 8
TEAMS = tuple(
    Team(team_id, f"O{team_id}", "", tuple(f"{team_id}{i}" for i in range(N)))
    for team_id in ("A", "B")
)


def _visit(client_id: str, begin_s: int) -> Visit:
    return Visit(f"{client_id}-1", client_id, "lunch", HOUR_S, begin_s, begin_s + HOUR_S // 2,
                 weekdays=tuple(range(7)))  # fmt: skip


def _town(n_staff: int = 6) -> Municipality:
    """Two teams of equal work: A wants it all at eight, B over the whole day."""
    clients, visits = [], []
    for team in TEAMS:
        for i, client_id in enumerate(team.client_ids):
            clients.append(Client(client_id, 100.0 * i, 0.0))
            hour = 8 if team.team_id == "A" else 7 + i * 6 // N
            visits.append(_visit(client_id, hour * HOUR_S))
    staff = [Staff(f"S{k}") for k in range(n_staff)]
    roster = [
        Shift(carer.staff_id, MONDAY + dt.timedelta(i), 7 * HOUR_S, 15 * HOUR_S)
        for carer in staff
        for i in range(7)
    ]
    return Municipality("peak", tuple(clients), tuple(visits), tuple(staff), tuple(roster), ())


@given(st.integers(0, 23 * 3600), st.integers(1, 3600))
def test_what_is_spread_evenly_is_all_there_and_nowhere_else(begin_s, length_s):
    """The shares of the quarters add up to one, none of them outside what was given."""
    share = spread(begin_s, begin_s + length_s)
    assert share.sum() == pytest.approx(1)
    assert share.min() >= 0
    touched = np.flatnonzero(share)
    assert touched[0] * QUARTER_S <= begin_s
    assert begin_s + length_s <= (touched[-1] + 1) * QUARTER_S


def test_curves_hold_all_the_work_of_fixed_days():
    """Carers busy over the quarters are the seconds of the visits with travel and access."""
    town = _town()
    work = make_work(town, euclidean_travel(town), Rules())
    curve = load_curves(town, TEAMS, work, 0)
    leg = dict(zip(work.client_ids, work.leg_s.tolist(), strict=True))
    for k, team in enumerate(TEAMS):
        wanted = sum(HOUR_S + leg[client_id] for client_id in team.client_ids)
        assert curve[k, :7].sum(axis=1) * QUARTER_S == pytest.approx(np.full(7, wanted))
        assert not curve[k, 7:].any()


def test_the_team_with_the_peak_gets_more_hands_for_equal_work():
    """By sums both teams need as many; a Sunday at eight showed that one of them does not."""
    town = _town()
    travel = euclidean_travel(town)
    work = make_work(town, travel, Rules())
    peak = peak_milli_rounds(town, TEAMS, work, 0)
    assert (peak[0, :7] > 3 * peak[1, :7]).all()
    staffing = assign_staff(town, TEAMS, travel, Rules())
    heads = Counter(staffing.staff_area.values())
    assert heads["OA"] >= 4
    assert heads["OB"] >= 1
