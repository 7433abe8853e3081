"""How much work each client brings: care minutes, legs and rounds needed in a normal week.

Rounds are counted per weekday and shift, because staff are needed where the peaks are and not
where the weekly sums are (requirements LU-25, MA-38). A visit takes its duration and, unless it
is digital, a leg from a near neighbour and the minutes at the door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import DATE_MAX, DATE_MIN, Client, Municipality, Visit
from data.rules import Rules
from data.travel_times import TravelTimes, access_s
from data.units import HOUR_S, UNREACHABLE_S, DayHours

FAR_S = 4 * HOUR_S
"""Where there is no way, travel counts as this long, so that sums stay finite (D10)."""
ISLAND_S = 2**28
"""Between parts of the network that nothing joins, where teams are made: beyond every price."""

N_NEIGHBOURS_OF_A_LEG = 5
"""A client's leg is the mean to so many: the rounds are not made yet, and the nearest alone is the
neighbour across the landing."""


@dataclass(frozen=True)
class Work:
    """Work per client in a normal week, in the order of ``client_ids``.

    Attributes
    ----------
    care_s : ndarray, int64, shape (n,)
        Seconds at the client, double staffing counted twice.
    legs : ndarray, int64, shape (n,)
        Physical visits a week, double staffing counted twice; whole ones, and at least 1.
    visits_week : ndarray, float64, shape (n,)
        The same as they are, for figures that are told: a fortnightly visit is half a one.
    milli_rounds : ndarray, int64, shape (n, 14)
        Thousandths of a round: seven weekdays by day, then seven by evening.
    leg_s : ndarray, int64, shape (n,)
        Seconds of travel from a near neighbour and access, of one physical visit.
    """

    client_ids: tuple[str, ...]
    care_s: NDArray[np.int64]
    legs: NDArray[np.int64]
    visits_week: NDArray[np.float64]
    milli_rounds: NDArray[np.int64]
    leg_s: NDArray[np.int64]


def horizon(municipality: Municipality) -> tuple[dt.date, dt.date]:
    """First and last date of the roster; all of time where there is no roster."""
    dates = municipality.dates
    return (dates[0], dates[-1]) if dates else (DATE_MIN, DATE_MAX)


def planned_clients(municipality: Municipality) -> tuple[Client, ...]:
    """Clients whose decision has not ended before the horizon, by id (C9).

    Those who are away for a while (``pause_from``) keep their team and contact.
    """
    first, _ = horizon(municipality)
    alive = [client for client in municipality.clients if client.valid_to >= first]
    return tuple(sorted(alive, key=lambda client: client.client_id))


def is_current(visit: Visit, first: dt.date, last: dt.date) -> bool:
    """Whether the visit belongs to the horizon and is made by the home care itself."""
    return visit.mode != "external" and visit.valid_from <= last and visit.valid_to >= first


def per_weekday(visit: Visit) -> float:
    """How many times the visit is made, in the mean, on each of its weekdays."""
    if visit.n_per_period:
        return visit.n_per_period / (visit.every_weeks * max(1, len(visit.weekdays)))
    return 1.0 / visit.every_weeks


def times_a_week(visit: Visit) -> float:
    """How many times a week the visit is made, in the mean."""
    return per_weekday(visit) * len(visit.weekdays)


def travel_matrix(travel: TravelTimes, client_ids: tuple[str, ...], mode: str) -> NDArray[np.int32]:
    """Symmetric seconds between clients: the mean of there and back, at most `FAR_S`."""
    matrix = np.empty((len(client_ids), len(client_ids)), dtype=np.int32)
    for begin, part in _matrix_rows(travel, client_ids, mode):
        matrix[begin : begin + len(part)] = part
    return matrix


def _matrix_rows(
    travel: TravelTimes, client_ids: tuple[str, ...], mode: str
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Rows of `travel_matrix`, some at a time: a city's whole is a hundred megabytes."""
    rows = np.array([travel.client_idx(client_id) for client_id in client_ids], dtype=np.int64)
    seconds = travel.seconds[mode]
    for begin in range(0, len(rows), 512):
        part = rows[begin : begin + 512]
        there = np.minimum(seconds[np.ix_(part, rows)], FAR_S)
        back = np.minimum(seconds[np.ix_(rows, part)], FAR_S).T
        yield begin, (there + back + 1) // 2


def _leg_s(travel: TravelTimes, client_ids: tuple[str, ...], mode: str) -> NDArray[np.float64]:
    """Seconds from each client to the nearest others, in the mean."""
    mean = np.zeros(len(client_ids))
    n_near = max(1, min(N_NEIGHBOURS_OF_A_LEG, len(client_ids) - 1))
    for begin, part in _matrix_rows(travel, client_ids, mode):
        own = np.arange(len(part))
        if len(client_ids) > 1:
            part[own, begin + own] = np.iinfo(np.int32).max
        mean[begin + own] = np.partition(part, n_near - 1, axis=1)[:, :n_near].mean(axis=1)
    return mean


def reachable(travel: TravelTimes, client_ids: tuple[str, ...], mode: str) -> NDArray[np.bool_]:
    """Whether client j can be reached from client i and back."""
    rows = np.array([travel.client_idx(client_id) for client_id in client_ids], dtype=np.int64)
    near = travel.seconds[mode][np.ix_(rows, rows)] < UNREACHABLE_S
    return near & near.T


def shift_seconds(hours: DayHours, rules: Rules) -> tuple[int, int]:
    """Seconds of a day shift and of an evening shift that can hold visits and legs."""
    indirect_s = rules.rounds.break_s + rules.rounds.handover_s
    day_s, evening_s = hours.shift_s
    return day_s - indirect_s, evening_s - indirect_s


def make_work(
    municipality: Municipality, travel: TravelTimes, rules: Rules, *, mode: str = "bike"
) -> Work:
    """Work of every planned client (see `planned_clients`)."""
    clients = planned_clients(municipality)
    client_ids = tuple(client.client_id for client in clients)
    leg_s = _leg_s(travel, client_ids, mode)
    leg_s += [access_s(rules.access, mode, None, client) for client in clients]
    first, last = horizon(municipality)
    shift_s = shift_seconds(municipality.hours, rules)
    care_s = np.zeros(len(clients))
    legs = np.zeros(len(clients))
    rounds = np.zeros((len(clients), 14))
    for i, client in enumerate(clients):
        for visit in municipality.visits_of[client.client_id]:
            if not is_current(visit, first, last):
                continue
            n_each = per_weekday(visit) * visit.carers_required
            is_evening = visit.shift == "evening"
            takes_s = visit.duration_s + rules.rounds.slack_s_per_visit
            care_s[i] += visit.duration_s * n_each * len(visit.weekdays)
            if visit.mode == "physical":
                takes_s += leg_s[i]
                legs[i] += n_each * len(visit.weekdays)
            for weekday in visit.weekdays:
                rounds[i, weekday + 7 * is_evening] += n_each * takes_s / shift_s[is_evening]
    return Work(
        client_ids=client_ids,
        care_s=np.rint(care_s).astype(np.int64),
        legs=np.maximum(1, np.rint(legs)).astype(np.int64),
        visits_week=legs,
        milli_rounds=np.rint(rounds * 1000).astype(np.int64),
        leg_s=np.rint(leg_s).astype(np.int64),
    )
