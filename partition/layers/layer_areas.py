"""Areas of a layer: which units serve whom, and from which premises (MA-01, NO-20).

A unit is of the area that stands as ``Arbetslag`` of its first member. A client is of the area that
the table of other services says, where it is one of them, else of the one whose premises are
nearest. Areas of the same premises are one, where that table does not tell them apart. Each area
is a team and a resource area of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from data.model import Municipality, Staff
from data.plans import Team, TeamPlan
from data.travel_times import TravelTimes


def layer_areas(
    town: Municipality,
    travel: TravelTimes,
    mode: str,
    alone: str,
    said: Mapping[str, str] | None = None,
) -> TeamPlan:
    """The layer's division: one team an area, and no contacts.

    Parameters
    ----------
    town : Municipality
        As `data.layers.layer_town.layer_town` gives it.
    travel : TravelTimes
    mode : str
        How nearness is measured.
    alone : str
        The only area's name, where the layer's staff name none.
    said : mapping of client_id to area, optional
        From the table of other services' areas.
    """
    area_of = {carer.staff_id: carer.team_id or alone for carer in town.staff}
    if not set((said or {}).values()) & set(area_of.values()):
        area_of = _joined(area_of, town, travel, mode)
    units: dict[str, list[Staff]] = defaultdict(list)
    for carer in town.staff:
        units[area_of[carer.staff_id]].append(carer)
    areas = sorted(units) or [alone]
    base_of = {area: _base(area, units[area], town, travel, mode) for area in areas}
    members: dict[str, list[str]] = {area: [] for area in areas}
    home: dict[str, str] = {}
    for client in sorted(town.clients, key=lambda town_client: town_client.client_id):
        reason = (said or {}).get(client.client_id, "")
        where = travel.client_idx(client.client_id)
        nearest = min(
            areas,
            key=lambda area: (travel.between(mode, travel.base_idx(base_of[area]), where), area),
        )
        area = reason if reason in members else home.get(client.household_id, nearest)
        if client.household_id:
            home.setdefault(client.household_id, area)
        members[area].append(client.client_id)
    return TeamPlan(
        tuple(
            Team(area, area, base_of[area], tuple(members[area])) for area in areas if members[area]
        ),
        {},
        {},
        area_of,
        area_of,
        {carer.staff_id: carer.base_id or base_of[area_of[carer.staff_id]] for carer in town.staff},
        {},
        {},
    )


def _joined(
    area_of: Mapping[str, str], town: Municipality, travel: TravelTimes, mode: str
) -> dict[str, str]:
    """The units' areas, with those of the same premises joined under both their names."""
    units: dict[str, list[Staff]] = defaultdict(list)
    for carer in town.staff:
        units[area_of[carer.staff_id]].append(carer)
    of_base: dict[str, list[str]] = defaultdict(list)
    for area in sorted(units):
        of_base[_base(area, units[area], town, travel, mode)].append(area)
    name = {area: ", ".join(areas) for areas in of_base.values() for area in areas}
    return {unit: name[area] for unit, area in area_of.items()}


def _base(area: str, units: list[Staff], town: Municipality, travel: TravelTimes, mode: str) -> str:
    """The premises that most of the area's units name, or that name the area, or the nearest."""
    named = Counter(carer.base_id for carer in units if carer.base_id)
    if named:
        return min(named, key=lambda base: (-named[base], base))
    for base in town.bases:
        if area in base.team_ids:
            return base.base_id
    homes = [travel.client_idx(client.client_id) for client in town.clients]

    def total_travel(base_id: str) -> tuple[int, str]:
        base_idx = travel.base_idx(base_id)
        return sum(travel.between(mode, base_idx, home) for home in homes), base_id

    return min((base.base_id for base in town.bases), key=total_travel)
