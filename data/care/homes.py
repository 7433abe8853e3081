"""Carers who begin or end their shifts at home: where a shift runs from and to.

The way from home and the way back are working time, within the shift, as the way from the base is.
Break, meetings and handover stay at the base, so a shift that opens or closes with them there does
so for everybody: what remains is the carer's own way to work. A home is as secret as a client's
address; it is a point of the travel times, and in no map, list or export.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data.model import Municipality, Shift, Staff
from data.travel_times import TravelTimes
from data.units import HOUR_S

MOST_HOME_WAY_S: Final = 2 * HOUR_S
"""Between home and base; who lives farther off begins and ends at the base."""


def home_id(staff_id: str) -> str:
    """The id of a carer's home among the points of the travel times."""
    return f"home:{staff_id}"


def travel_points(municipality: Municipality) -> dict[str, tuple[float, float]]:
    """Where legs begin and end, by id: clients, bases, and the homes that carers have noted.

    In this order, and within each in the tables' own, stand the rows and columns of travel times.
    """
    return {
        **{f"client:{client.client_id}": (client.x, client.y) for client in municipality.clients},
        **{f"base:{base.base_id}": (base.x, base.y) for base in municipality.bases},
        **{
            home_id(carer.staff_id): carer.home
            for carer in municipality.staff
            if carer.home is not None
        },
    }


def ends_of(
    carer: Staff,
    base_id: str,
    travel: TravelTimes,
    shift: Shift,
    fixed: Sequence[tuple[str, int, int]],
    break_s: int,
) -> tuple[str, str]:
    """The points that a shift begins and ends at.

    Home, where the carer is said to begin (end) there, no handover opens (closes) the shift, and
    the way to the base and a break fit before the first meeting or handover (after the last; half
    the shift where there is none). So the blocks at the base can always be held.

    Parameters
    ----------
    fixed : sequence of (kind, start_s, end_s)
        Meetings and handover of the shift, in any order.
    break_s : int
        Length of a break.

    Returns
    -------
    (str, str)
        Ids among the points of ``travel``.
    """
    base, home = f"base:{base_id}", home_id(carer.staff_id)
    if home not in travel.idx or carer.travel_mode not in travel.seconds:
        return base, base
    at_home, at_base = travel.idx[home], travel.idx[base]
    there_s = travel.between(carer.travel_mode, at_home, at_base)
    back_s = travel.between(carer.travel_mode, at_base, at_home)
    middle_s = (shift.start_s + shift.end_s) // 2
    before_s = min((start for _, start, _ in fixed), default=middle_s) - shift.start_s - break_s
    after_s = shift.end_s - max((end for *_, end in fixed), default=middle_s) - break_s
    closed = {shift.part} if any(kind == "handover" for kind, *_ in fixed) else set()
    begins = carer.starts_home and "evening" not in closed
    ends = carer.ends_home and "day" not in closed
    return (
        home if begins and there_s <= min(before_s, MOST_HOME_WAY_S) else base,
        home if ends and back_s <= min(after_s, MOST_HOME_WAY_S) else base,
    )


def home_legs_s(carer: Staff, base_id: str, travel: TravelTimes, client_id: str) -> tuple[int, int]:
    """Seconds to a client and back from where the carer's shifts may begin and end.

    The shorter of base and home where she may use both: what bounds of the possible need.
    """
    mode, client = carer.travel_mode, travel.client_idx(client_id)
    base, home = travel.base_idx(base_id), travel.idx.get(home_id(carer.staff_id))
    there_s, back_s = travel.between(mode, base, client), travel.between(mode, client, base)
    if home is not None and carer.starts_home:
        there_s = min(there_s, travel.between(mode, home, client))
    if home is not None and carer.ends_home:
        back_s = min(back_s, travel.between(mode, client, home))
    return there_s, back_s
