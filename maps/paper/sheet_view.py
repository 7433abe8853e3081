"""A carer's own round as a sheet tells it: intervals, not minutes (FA-01), and how to get there.

Made from an `OwnRound` only, so that nobody else's stops can come onto a sheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.addresses.nearest import addresses_at
from data.model import Municipality
from data.streets import StreetNetwork
from data.tables.schema.care_cells import own_skills
from data.units import MINUTE_S
from maps.screen.round_view import MapStop, OwnRound

INTERVAL_S = 30 * MINUTE_S
QUARTER_S = 15 * MINUTE_S
FIVE_MIN_S = 5 * MINUTE_S
FIFTY_M = 50


@dataclass(frozen=True, slots=True)
class SheetStop:
    """One line of the sheet.

    ``number`` is 0 on lines that are not visits. ``from_s`` and ``to_s`` are the interval in
    which the carer is expected; breaks and meetings stand at their exact times.
    """

    kind: str
    number: int
    from_s: int
    to_s: int
    minutes: int
    client_id: str
    address: str
    task: str
    tier: str
    mode: str
    travel_s: int | None
    access_s: int | None
    is_flat: bool
    has_key: bool
    has_pets: bool
    carers: int
    is_digital: bool
    phone_on_delay: bool
    x: float
    y: float
    path: NDArray[np.float64]
    start_s: int = 0
    end_s: int = 0
    """As planned: for her calendar, and for about when she is done."""
    partners: tuple[str, ...] = ()
    """Who else makes the visit."""
    relieves: str = ""
    relieved_by: str = ""
    """Of a watch that is handed on: whom she takes over from, and who takes over (NO-18)."""
    is_same_door: bool = False
    """Whether the visit before was at the same address."""
    is_bound: bool = False
    """Whether its own window is so narrow that the others stand around it (FA-11)."""
    floor: str = ""
    flat: str = ""
    skills: tuple[str, ...] = ()
    """Delegations and other skills that the visit asks for."""

    @property
    def metres(self) -> int:
        """How far the way here is, to the nearest fifty metres; 0 where it is not told."""
        steps = np.diff(self.path, axis=0) if len(self.path) > 1 else np.zeros((0, 2))
        return round(float(np.hypot(*steps.T).sum()) / FIFTY_M) * FIFTY_M

    @property
    def done_s(self) -> int:
        """About when the visit is over: to the nearest five minutes."""
        return round(self.end_s / FIVE_MIN_S) * FIVE_MIN_S


@dataclass(frozen=True)
class Sheet:
    """One carer's shift on paper or phone."""

    municipality: str
    staff_id: str
    team_id: str
    day: dt.date
    part: str
    start_s: int
    end_s: int
    stops: tuple[SheetStop, ...]
    n_protected: int
    planner_phone: str = ""
    late_advice: str = ""
    """What to do when late, in the municipality's own words."""

    @property
    def places(self) -> tuple[tuple[SheetStop, ...], ...]:
        """The lines in order; visits at one address, one after the other, together."""
        grouped: list[list[SheetStop]] = []
        for stop in self.stops:
            if stop.is_same_door and grouped[-1][-1].kind == "visit":
                grouped[-1].append(stop)
            else:
                grouped.append([stop])
        return tuple(map(tuple, grouped))

    @property
    def keys(self) -> tuple[str, ...]:
        """Ids of the clients whose keys she must take with her, in order."""
        return tuple(dict.fromkeys(stop.client_id for stop in self.visits if stop.has_key))

    @property
    def visits(self) -> tuple[SheetStop, ...]:
        """The lines that are visits."""
        return tuple(stop for stop in self.stops if stop.kind == "visit")


def sheet_view(
    own: OwnRound,
    municipality: Municipality,
    network: StreetNetwork,
    *,
    phone_on_delay: Collection[str] = (),
) -> Sheet:
    """The sheet of ``own``.

    Parameters
    ----------
    phone_on_delay : collection of str
        Ids of clients who want to be phoned when the carer is late (MA-28).
    """
    addresses = _addresses(own, network)
    stops: list[SheetStop] = []
    number = 0
    for stop in own.round.stops:
        if stop.row.kind in ("start", "end") and stop.row.travel_s == 0:
            continue
        number += stop.row.kind == "visit"
        late = stop.row.client_id in phone_on_delay
        line = _line(stop, number, municipality, addresses, late, own.round.start_s)
        before = next(
            (last_stop for last_stop in reversed(stops) if last_stop.kind == "visit"), None
        )
        is_same = before is not None and _is_same_door(before, line)
        stops.append(replace(line, is_same_door=is_same))
    return Sheet(
        municipality.name,
        own.round.staff_id,
        own.round.team_id,
        own.day,
        own.round.part,
        own.round.start_s,
        own.round.end_s,
        tuple(stops),
        own.n_protected,
    )


def _is_same_door(before: SheetStop, line: SheetStop) -> bool:
    """Whether two visits are at one address; where streets know none, at one point."""
    if line.kind != "visit" or line.is_digital or before.is_digital:
        return False
    if before.address or line.address:
        return before.address == line.address
    return (before.x, before.y) == (line.x, line.y)


def _line(
    stop: MapStop,
    number: int,
    municipality: Municipality,
    addresses: dict[tuple[float, float], str],
    late: bool,
    shift_start_s: int,
) -> SheetStop:
    row = stop.row
    client = municipality.client_by_id.get(row.client_id) if row.kind == "visit" else None
    visit = municipality.visit_by_id.get(row.visit_id)
    begin, end = interval(stop, shift_start_s) if client is not None else (row.start_s, row.end_s)
    return SheetStop(
        kind=row.kind,
        number=number if client is not None else 0,
        from_s=begin,
        to_s=end,
        minutes=round((row.end_s - row.start_s) / MINUTE_S),
        client_id=row.client_id,
        address=addresses.get((stop.x, stop.y), "") if client is not None else "",
        task=stop.task,
        tier=row.tier,
        mode=row.mode,
        travel_s=stop.travel_s,
        access_s=stop.access_s,
        is_flat=client is not None and client.dwelling == "flat",
        has_key=client is not None and client.physical_key,
        has_pets=client is not None and client.pets,
        carers=stop.carers_required,
        is_digital=stop.is_digital,
        phone_on_delay=late,
        x=stop.x,
        y=stop.y,
        path=stop.path,
        start_s=row.start_s,
        end_s=row.end_s,
        partners=stop.partners,
        relieves=stop.relieves,
        relieved_by=stop.relieved_by,
        is_bound=client is not None and _is_narrow((stop.earliest_s, stop.latest_s)),
        floor=client.floor if client is not None else "",
        flat=client.flat if client is not None else "",
        skills=tuple(own_skills(visit.skills)) if visit is not None else (),
    )


def _is_narrow(window: tuple[int | None, int | None]) -> bool:
    first, last = window
    return first is not None and last is not None and last - first <= INTERVAL_S


def interval(stop: MapStop, shift_start_s: int = 0) -> tuple[int, int]:
    """When to expect the carer: half an hour by whole quarters, around the planned start.

    A visit whose own window is no longer than that keeps its window: insulin is not "about".
    Nobody is expected before her shift begins.
    """
    return expected(stop.row.start_s, (stop.earliest_s, stop.latest_s), shift_start_s)


def expected(
    start_s: int, window: tuple[int | None, int | None], shift_start_s: int
) -> tuple[int, int]:
    """The interval of a planned start, as `interval`."""
    if window[0] is not None and window[1] is not None and window[1] - window[0] <= INTERVAL_S:
        return window[0], window[1]
    begin = (start_s - QUARTER_S // 2) // QUARTER_S * QUARTER_S
    begin = max(begin, shift_start_s)
    return begin, begin + INTERVAL_S


def _addresses(own: OwnRound, network: StreetNetwork) -> dict[tuple[float, float], str]:
    """Street and number of each stop's place, from the public register of the network."""
    places = [
        (stop.x, stop.y)
        for stop in own.round.stops
        if stop.row.kind == "visit" and np.isfinite([stop.x, stop.y]).all()
    ]
    return addresses_at(places, network.addresses)
