"""Puts the demo municipality together: clients, visits, staff, roster, present teams, bases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.care.care_calendar import is_open, occurrences_of
from data.care.hidden import with_households_hidden
from data.demo.delegations import ensure_on_duty
from data.demo.division import assign_teams, make_bases
from data.demo.needs import draw_classes, make_visits
from data.demo.people import make_clients, places_of
from data.demo.rosters import PARTS, make_roster
from data.demo.temps import call_in
from data.demo.workforce import Load, make_staff
from data.errors import SettingsError
from data.matter_model import Part
from data.model import Base, Client, Municipality, Staff, Visit
from data.streets import StreetNetwork

FIRST_DAY = dt.date(2026, 3, 2)
PRESETS: Mapping[str, tuple[int, float]] = {
    "ekhamn": (400, 2.76),
    "huddinge": (115, 2.4),
    "lund": (1_400, 2.76),
    "malmö": (5_300, 3.0),
}
"""Clients, and visits a client and day, of the sources (LU-01, MA-02; Huddinge: CAIRE's notes)."""

OVERHEAD_S = 400
"""Travel and door minutes of one visit, to size the roster by [inf]."""
NEEDS = 2
"""The purpose whose stream draws classes and visits."""
PEAK: Mapping[Part, tuple[int, int]] = {
    "day": (27_000, 40_500),
    "evening": (63_000, 75_600),
}
"""When most want a visit: 07:30–11:15 and 17:30–21:00."""
PRODUCTIVE_S: Mapping[Part, float] = {"day": 7.1 * 3600, "evening": 6.15 * 3600}
"""Of a shift, after break, handover, meeting and a little slack."""


def make_municipality(
    network: StreetNetwork, *, n_clients: int = 400, n_days: int = 14, seed: int = 1,
    start: dt.date = FIRST_DAY, name: str = "Ekhamn", visits_per_client: float = 2.76,
) -> Municipality:  # fmt: skip
    """A municipality with home care on any street network, all invented, from a seed.

    Parameters
    ----------
    network : StreetNetwork
        Ekhamn's, or a real one.
    n_clients : int
        From 30; the sizes of the sources are 400 (a small municipality), 1 400 (Lund), 5 300
        (Malmö). Alarm-only clients are not in the tables (LU-01).
    n_days : int
        Length of the roster from ``start``, 1–56 days.

    visits_per_client : float
        Visits a day and client: 2.4 in Huddinge, 3.0 in Malmö (`PRESETS`), 2.76 as a rule.

    Raises
    ------
    SettingsError
        For sizes out of range.
    NetworkError
        Where nobody can live along the network.
    """
    if n_clients < 30 or n_clients > 20_000:
        raise SettingsError("Antalet brukare i exemplet ska vara mellan 30 och 20 000.")
    if not 1 <= n_days <= 56:
        raise SettingsError("Antalet dagar i exemplet ska vara mellan 1 och 56.")
    if not 1.2 <= visits_per_client <= 4.5:
        raise SettingsError("Antalet besök per brukare och dag ska vara mellan 1,2 och 4,5.")
    rng = [_generator(seed, purpose) for purpose in range(7)]
    places = places_of(network, n_clients)
    clients = make_clients(places, n_clients, start, n_days, rng[0])
    clients = assign_teams(clients, rng[1])
    bases = make_bases(clients, places.xy)
    visits = make_visits(
        clients, draw_classes(n_clients, rng[NEEDS], visits_per_client), start, rng[NEEDS]
    )
    dates = [start + dt.timedelta(i) for i in range(max(n_days, 14))]
    work = _work(clients, visits, bases, dates)
    peak = _work(clients, visits, bases, dates, at_peak=True)
    staff = make_staff(clients, bases, _weekly(work, clients, len(dates)), start, rng[3])
    needs = _needs(work, peak)
    roster = make_roster(staff, needs, start, n_days, rng[4])
    staff, roster = call_in(staff, roster, needs, bases, rng[6])
    staff = ensure_on_duty(staff, roster, clients, visits, bases)
    clients = _with_contacts(clients, visits, staff, rng[5])
    return Municipality(
        name=name,
        clients=with_households_hidden(clients)[0],
        visits=tuple(visits),
        staff=tuple(sorted(staff, key=lambda carer: carer.staff_id)),
        roster=tuple(roster),
        bases=tuple(bases),
        epsg=network.epsg,
    )


def levels_of(n_clients: int, seed: int, visits_per_client: float = 2.76) -> list[str]:
    """The class of need that `make_municipality` gave each client, in the order of the table."""
    return draw_classes(n_clients, _generator(seed, NEEDS), visits_per_client)


def _generator(seed: int, purpose: int) -> np.random.Generator:
    """A stream of its own for each purpose, so that a change in one does not stir the others."""
    return np.random.default_rng([seed, 77, purpose])


Work = dict[tuple[str, dt.date, Part], float]


def _work(
    clients: Sequence[Client], visits: Sequence[Visit], bases: Sequence[Base],
    dates: Sequence[dt.date], *, at_peak: bool = False,
) -> Work:  # fmt: skip
    """Seconds of care, travel and door by team or base, date and part; free days spread.

    ``at_peak`` counts only visits on fixed days whose window's middle lies in `PEAK`.
    """
    by_id = {client.client_id: client for client in clients}
    base_of = {team_id: base.base_id for base in bases for team_id in base.team_ids}
    groups = [*base_of, *base_of.values()]
    work: Work = {(group, day, part): 0.0 for group in groups for day in dates for part in PARTS}
    for visit in visits:
        client = by_id[visit.client_id]
        begin_s, end_s = PEAK[visit.shift]
        middle_s = (visit.earliest_s + visit.latest_s) // 2
        if at_peak and (visit.n_per_period or not begin_s <= middle_s < end_s):
            continue
        overhead_s = OVERHEAD_S if visit.mode == "physical" else 60
        seconds = visit.carers_required * (visit.duration_s + overhead_s)
        for day, share in _days(visit, client, dates):
            work[client.team_id, day, visit.shift] += seconds * share
            work[base_of[client.team_id], day, visit.shift] += seconds * share
    return work


def _days(
    visit: Visit, client: Client, dates: Sequence[dt.date]
) -> Iterator[tuple[dt.date, float]]:
    """The dates of a visit; of one whose day is free all that it may have, each with its share.

    A roster is made before anybody knows on which day a cleaning falls.
    """
    if visit.n_per_period == 0:
        yield from (
            (occurrence.dates[0], 1.0) for occurrence in occurrences_of(visit, client, dates)
        )
    elif visit.mode != "external":
        share = visit.n_per_period / (visit.every_weeks * len(visit.weekdays))
        yield from ((day, share) for day in dates if is_open(visit, client, day))


def _weekly(work: Work, clients: Sequence[Client], n_days: int) -> dict[str, Load]:
    teams = {client.team_id for client in clients}
    total: dict[tuple[str, Part], float] = {}
    for (group, _, part), seconds in work.items():
        total[group, part] = total.get((group, part), 0.0) + seconds * 7 / n_days
    return {team: Load(total[team, "day"], total[team, "evening"]) for team in sorted(teams)}


def _needs(work: Work, peak: Work) -> Work:
    """Shifts needed, from seconds of work in all and at the peak: the larger of the two (MA-38).

    A Sunday has less work than a Tuesday, but as many who want to get up at eight.
    """
    return {
        key: max(seconds / PRODUCTIVE_S[key[2]], peak[key] / (PEAK[key[2]][1] - PEAK[key[2]][0]))
        for key, seconds in work.items()
    }


def _with_contacts(
    clients: Sequence[Client],
    visits: Sequence[Visit],
    staff: Sequence[Staff],
    rng: np.random.Generator,
) -> list[Client]:
    """Present contacts and vices, wishes and granted minutes, with the faults of real tables.

    Most have both; some contacts lack the title or a valid delegation, or belong to another team,
    so that redesign has something to mend.
    """
    tasks: dict[str, set[str]] = {}
    minutes: dict[str, float] = {}
    for visit in visits:
        tasks.setdefault(visit.client_id, set()).add(visit.task)
        per_week = visit.n_per_period / visit.every_weeks or len(visit.weekdays) / visit.every_weeks
        minutes[visit.client_id] = (
            minutes.get(visit.client_id, 0.0) + per_week * visit.duration_s / 60
        )
    members: dict[str, list[Staff]] = {}
    for carer in staff:
        if carer.role == "contact":
            members.setdefault(carer.team_id, []).append(carer)
    everyone = [carer for carer in staff if carer.role == "contact"]
    used: dict[str, int] = {}
    with_contact = []
    for client in clients:
        service_only = tasks[client.client_id] <= {"cleaning", "laundry", "shopping", "walk"}
        needs_contact = not (service_only and rng.random() < 0.85)
        own = members[client.team_id]
        good = [c for c in own if c.may_be_contact and c.shift_group == "day"] or own
        pool = own if rng.random() < 0.10 else everyone if rng.random() < 0.04 else good
        contact = min((pool[i] for i in rng.permutation(len(pool)).tolist()[:3]),
                      key=lambda c: used.get(c.staff_id, 0))  # fmt: skip
        others = [c for c in own if c.staff_id != contact.staff_id] or [contact]
        vice_id = contact.twin_id or others[int(rng.integers(len(others)))].staff_id
        has_contact = needs_contact and rng.random() < 0.93
        if has_contact:
            used[contact.staff_id] = used.get(contact.staff_id, 0) + 1
        pick = others[int(rng.integers(len(others)))].staff_id
        with_contact.append(
            replace(
                client,
                needs_contact=needs_contact,
                contact_id=contact.staff_id if has_contact else "",
                vice_id=vice_id if has_contact and rng.random() < 0.85 else "",
                preferred_staff=frozenset({pick}) if rng.random() < 0.05 else frozenset(),
                blocked_staff=frozenset({others[-1].staff_id})
                if rng.random() < 0.03 and others[-1].staff_id not in (pick, vice_id)
                else frozenset(),
                granted_min_week=round(minutes[client.client_id] * float(rng.uniform(0.97, 1.15))),
                locked_team=bool(rng.random() < 0.015),
            )
        )
    return with_contact
