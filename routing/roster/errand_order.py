"""One errand at a time in a home, where the setting asks for it: which visit comes first.

Which of two visits is first is decided before the search, so that it is a time-lag as any other
and no kernel knows of it: the one whose window closes first, the morning before the cleaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from data.care.eligibility import enters_home
from data.model import Pin, Visit


def errands(
    visits: Sequence[Visit], pins: Iterable[Pin], dates_of: Sequence[tuple[int, ...]]
) -> Iterator[tuple[int, int]]:
    """Numbers of two visits in one home that come in this order where they share a date.

    The one whose window closes first is first, if both can be made so, else the other. Visits
    that a gap ties already, and those that a planner has locked, are as they are.
    """
    locked = {pin.visit_id for pin in pins}
    of_client: dict[str, list[int]] = {}
    for u, visit in enumerate(visits):
        if enters_home(visit) and visit.visit_id not in locked:
            of_client.setdefault(visit.client_id, []).append(u)
    for nodes in of_client.values():
        for u, v in combinations(nodes, 2):
            this_visit, other = visits[u], visits[v]
            linked = {gap.visit_id for gap in this_visit.gap_after + other.gap_after}
            is_tied = {
                this_visit.visit_id,
                other.visit_id,
            } & linked or this_visit.visit_id == other.visit_id
            if is_tied or not set(dates_of[u]) & set(dates_of[v]):
                continue
            pair = [(u, v), (v, u)]
            if (other.latest_s, other.earliest_s) < (this_visit.latest_s, this_visit.earliest_s):
                pair.reverse()
            yield from [(a, b) for a, b in pair if _fits_after(visits[a], visits[b])][:1]


def _fits_after(first: Visit, second: Visit) -> bool:
    """Whether the other visit may begin when the first is over."""
    return first.earliest_s + first.duration_s <= second.latest_s
