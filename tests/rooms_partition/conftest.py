"""A small random town that a test can make in milliseconds, with Euclidean travel times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from data.model import Base, Client, Municipality, Shift, Staff, Visit
from data.travel_times import TravelTimes

MONDAY = dt.date(2026, 3, 2)
SKILLS = ("läkemedel", "insulin", "stomi")


@dataclass(frozen=True)
class Town:
    municipality: Municipality
    travel: TravelTimes


def euclidean_travel(municipality: Municipality, speed_ms: float = 3.0) -> TravelTimes:
    """Travel times as the crow flies, for tests that need no streets."""
    points = [(f"client:{c.client_id}", c.x, c.y) for c in municipality.clients]
    points += [(f"base:{b.base_id}", b.x, b.y) for b in municipality.bases]
    xy = np.array([(x, y) for _, x, y in points]).reshape(-1, 2)
    gaps = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    seconds = np.rint(gaps / speed_ms).astype(np.int32)
    return TravelTimes(tuple(p for p, _, _ in points), {"bike": seconds})


def _visits(client_id: str, rng: np.random.Generator) -> list[Visit]:
    level = rng.choice(5, p=[0.24, 0.22, 0.24, 0.17, 0.13])
    skills = frozenset({"läkemedel"}) if rng.random() < 0.5 else frozenset()
    visits = []
    if level == 0:
        visits.append(("cleaning", 80, 9 * 3600, (0, 1, 2, 3, 4), 2, 1, frozenset()))
    daily = [(), (), (8, 12, 18), (8, 12, 16, 18, 20), (7, 9, 12, 14, 16, 18, 20)][level]
    if level == 1:
        visits.append(("shower", 40, 9 * 3600, (1, 4), 1, 0, frozenset()))
    visits += [("lunch", 25, h * 3600, tuple(range(7)), 1, 0, skills) for h in daily]
    return [
        Visit(
            visit_id=f"{client_id}-{q}",
            client_id=client_id,
            task=task,
            duration_s=minutes * 60,
            earliest_s=start,
            latest_s=start + 3600,
            weekdays=weekdays,
            every_weeks=every,
            n_per_period=n_per,
            skills=needs,
        )
        for q, (task, minutes, start, weekdays, every, n_per, needs) in enumerate(visits)
    ]


def _staff(n_clients: int, rng: np.random.Generator) -> tuple[list[Staff], list[Shift]]:
    staff: list[Staff] = []
    roster: list[Shift] = []
    n_day, n_evening, n_pool = n_clients // 4, n_clients // 8, max(1, n_clients // 40)
    for q in range(n_day + n_evening + n_pool):
        shift_group = "day" if q < n_day else "evening" if q < n_day + n_evening else "both"
        role = "pool" if shift_group == "both" else "floater" if q % 6 == 5 else "contact"
        held = {skill: dt.date(2027, 1, 1) for skill in SKILLS if rng.random() < 0.85}
        staff.append(
            Staff(
                staff_id=f"s{q:03d}",
                role=role,
                shift_group=shift_group,
                title="assistant_nurse" if rng.random() < 0.8 else "care_assistant",
                skills=held,
                employment_pct=int(rng.choice([75, 85, 100])),
                pet_allergy=bool(rng.random() < 0.08),
            )
        )
        begin = 7 if shift_group == "day" else 15
        hours = 8 if begin == 7 else 7
        for day in range(28):
            date = MONDAY + dt.timedelta(days=day)
            weekend_on = (day // 7 + q) % 2 == 0
            if (date.weekday() >= 5 and not weekend_on) or (date.weekday() == q % 5):
                continue
            roster.append(Shift(f"s{q:03d}", date, begin * 3600, (begin + hours) * 3600))
    return staff, roster


def make_town(n_clients: int = 80, seed: int = 1, side_m: float = 3000.0) -> Town:
    """A town of ``n_clients`` in a square, with couples, buildings, staff and a 28-day roster."""
    rng = np.random.default_rng(seed)
    clients: list[Client] = []
    visits: list[Visit] = []
    for i in range(n_clients):
        x, y = rng.uniform(0, side_m, 2)
        household = building = ""
        if i % 12 == 1:
            x, y = clients[-1].x - 500_000, clients[-1].y - 6_600_000
            household = building = f"h{i - 1}"
            clients[-1] = Client(
                **{**_fields(clients[-1]), "household_id": household, "building_id": building}
            )
        clients.append(
            Client(
                client_id=f"c{i:04d}",
                x=float(x) + 500_000,
                y=float(y) + 6_600_000,
                household_id=household,
                building_id=building,
                pets=bool(rng.random() < 0.2),
                needs_contact=bool(rng.random() < 0.8),
            )
        )
        visits += _visits(f"c{i:04d}", rng)
    staff, roster = _staff(n_clients, rng)
    middle = 500_000 + side_m / 2, 6_600_000 + side_m / 2
    bases = (Base("b1", *middle), Base("b2", middle[0] - 900, middle[1] + 700))
    municipality = Municipality(
        "Testköping", tuple(clients), tuple(visits), tuple(staff), tuple(roster), bases
    )
    return Town(municipality, euclidean_travel(municipality))


def _fields(client: Client) -> dict[str, object]:
    return {name: getattr(client, name) for name in Client.__slots__}


@pytest.fixture(scope="session")
def town() -> Town:
    return make_town()


@pytest.fixture(scope="session")
def town_maker() -> Callable[..., Town]:
    return make_town


@pytest.fixture(scope="session")
def travel_maker() -> Callable[..., TravelTimes]:
    return euclidean_travel
