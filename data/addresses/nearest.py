"""The register's address at a place: what a planner calls it, where only coordinates are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from data.streets import AddressPoint

NEAR_M: Final = 40.0
"""An address of the register this near a client's place is taken for the client's."""


def addresses_at(
    places: Iterable[tuple[float, float]], register: Sequence[AddressPoint]
) -> dict[tuple[float, float], str]:
    """Street and number of the nearest address of each place, where one is near.

    Parameters
    ----------
    places : iterable of (east, north)
        In metres.
    register : sequence of AddressPoint
        In the same system.
    """
    wanted = sorted(set(places))
    if not wanted or not register:
        return {}
    away, nearest_idx = _tree_of(register).query(wanted)
    return {
        place: f"{register[i].street} {register[i].number}".strip()
        for place, metres, i in zip(wanted, away.tolist(), nearest_idx.tolist(), strict=True)
        if metres <= NEAR_M
    }


_LAST: list[tuple[Sequence[AddressPoint], Any]] = []


def _tree_of(register: Sequence[AddressPoint]) -> Any:
    """The tree of a register; the last one is kept, since a day's sheets ask a hundred times."""
    import numpy as np
    from scipy.spatial import KDTree

    if not _LAST or _LAST[0][0] is not register:
        _LAST[:] = [(register, KDTree(np.array([(address.x, address.y) for address in register])))]
    return _LAST[0][1]
