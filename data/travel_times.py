"""Travel times as everyone sees them: integer seconds between points, per mode.

``routing`` makes them from a street network; ``partition``, the rounds, the checker and the maps
read them. Points are the places of clients, bases and the homes where shifts begin or end. Minutes
at the door (access) are kept apart from minutes on the streets, so that each can be shown
(requirements FA-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.model import Client, Staff
from data.units import UNREACHABLE_S


@dataclass(frozen=True, repr=False)
class TravelTimes:
    """Seconds on the street network between all points, for each mode.

    Attributes
    ----------
    point_ids : tuple of str
        ``"client:<client_id>"``, ``"base:<base_id>"`` and ``"home:<staff_id>"`` of carers who
        begin or end at home, in the order of rows and columns.
    seconds : mapping of str to ndarray, int32, shape (n_points, n_points)
        ``seconds[mode][i, j]`` is the time from point i to point j; ``UNREACHABLE_S`` where
        there is no way. The diagonal is 0.

    Raises
    ------
    SettingsError
        Where a table is not square, or holds anything but whole seconds from 0 (faults.md D10).
    """

    point_ids: tuple[str, ...]
    seconds: Mapping[str, NDArray[np.int32]]

    def __post_init__(self) -> None:
        shape = (len(self.point_ids), len(self.point_ids))
        for mode, table in sorted(self.seconds.items()):
            whole = np.issubdtype(table.dtype, np.signedinteger)
            if table.shape != shape or not whole or (table.size and int(table.min()) < 0):
                raise SettingsError(
                    f"Restiderna för {mode} ska vara hela sekunder från 0, {shape[0]} × {shape[1]}."
                )

    def __repr__(self) -> str:
        return f"<TravelTimes of {len(self.point_ids)} points by {', '.join(sorted(self.seconds))}>"

    @cached_property
    def idx(self) -> dict[str, int]:
        """Row of each point id."""
        return {point_id: i for i, point_id in enumerate(self.point_ids)}

    def client_idx(self, client_id: str) -> int:
        """The row of a client's place."""
        return self.idx[f"client:{client_id}"]

    def base_idx(self, base_id: str) -> int:
        """The row of a base."""
        return self.idx[f"base:{base_id}"]

    def between(self, mode: str, from_idx: int, to_idx: int) -> int:
        """Seconds from one point to another by ``mode``."""
        return int(self.seconds[mode][from_idx, to_idx])

    def is_reachable(self, mode: str, from_idx: int, to_idx: int) -> bool:
        """Whether there is any way by ``mode``."""
        return self.between(mode, from_idx, to_idx) < UNREACHABLE_S


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Seconds from the street to the client, added to each leg on arrival (requirements 5).

    ``parking_s`` is per mode: locking a bicycle, finding a place and walking in from a car. The
    next client in the same building costs ``same_building_s`` only. Legs to a base cost nothing.
    """

    house_s: int = 120
    flat_s: int = 210
    same_building_s: int = 60
    physical_key_s: int = 120
    parking_s: Mapping[str, int] = field(
        default_factory=lambda: {"walk": 0, "bike": 30, "ebike": 30, "car": 120}
    )


def access_s(rules: AccessRules, mode: str, previous: Client | None, client: Client) -> int:
    """Seconds at the door of ``client`` when arriving from ``previous`` (None: from a base).

    Minutes that the staff have noted for the car at the address go before those of the mode.
    The same client again, with nobody between, costs nothing: the carer is inside already.
    """
    if previous is not None and previous.client_id == client.client_id:
        return 0
    if (
        previous is not None
        and previous.household_id
        and (previous.household_id == client.household_id)
    ):
        return 0
    key = rules.physical_key_s if client.physical_key else 0
    if (
        previous is not None
        and previous.building_id
        and (previous.building_id == client.building_id)
    ):
        return rules.same_building_s + key
    base_s = rules.flat_s if client.dwelling == "flat" else rules.house_s
    is_known = mode == "car" and client.parking_s is not None
    return base_s + key + ((client.parking_s or 0) if is_known else rules.parking_s[mode])


def modes_of(staff: Iterable[Staff], usual: str = "") -> list[str]:
    """The modes by which anybody travels, sorted, and the one that teams are measured by."""
    return sorted({carer.travel_mode for carer in staff} | ({usual} if usual else set()))
