"""What the plan that is being mended says of each node: who, which date, and when."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from data.plans import PlanRow
from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import IntArray
from routing.rounds.round_problem import AreaInput, NodeKey, continuity_period


class Incumbent:
    """The present plan's row of each node of an area; nothing where no plan is mended.

    Attributes
    ----------
    row_of_node : list of (PlanRow or None)
        For each visit node, the row that it stands for.
    """

    def __init__(self, source: AreaInput, keys: Sequence[NodeKey]) -> None:
        self._source, self._keys = source, keys
        self.row_of_node: list[PlanRow | None] = [None] * len(keys)
        if source.current is None:
            return
        wanted = set(source.dates)
        rows: dict[tuple[str, int], list[PlanRow]] = defaultdict(list)
        for row in source.current.rows:
            if row.kind == "visit" and row.date in wanted:
                rows[row.visit_id, row.carer_no].append(row)
        for u, key in enumerate(keys):
            left = rows.get((key.occurrence.visit.visit_id, key.carer_no), [])
            match_row = next((row for row in left if row.date in key.occurrence.dates), None)
            if match_row is not None:
                left.remove(match_row)
                self.row_of_node[u] = match_row

    def carers(self, u: int) -> frozenset[tuple[str, dt.date]]:
        """Who makes the visit of node ``u``, and on which date; both carers of a pair.

        Nobody where departing from the plan has no price.
        """
        if not self._source.is_mended:
            return frozenset()
        key, who_came = self._keys[u], set()
        for v in range(u, len(self._keys)):
            if self._keys[v].occurrence is not key.occurrence:
                break
            row = self.row_of_node[v]
            if row is not None:
                who_came.add((row.staff_id, row.date))
        return frozenset(who_came)

    def hold_times(self, node: IntArray) -> None:
        """Write the present starts into ``node`` as wished ones, of visits and of breaks."""
        if self._source.current is None or not self._source.is_mended:
            return
        for u, row in enumerate(self.row_of_node):
            if row is not None:
                node[u, k.NODE_WISH_LO] = node[u, k.NODE_WISH_HI] = row.start_s
                price = self._source.weights.move_pct * 64 // 100
                node[u, k.NODE_PRICE_EARLY] = node[u, k.NODE_PRICE_LATE] = price
        u = len(self._keys)
        breaks = {
            (row.date, row.staff_id, row.round_id): row.start_s
            for row in self._source.current.rows
            if row.kind == "break"
        }
        for shift in self._source.shifts:
            for block in shift.blocks:
                key = (shift.shift.date, shift.shift.staff_id, shift.round_id)
                if block.kind == "break" and key in breaks:
                    node[u, k.NODE_WISH_LO] = breaks[key]
                u += 1


def met_elsewhere(source: AreaInput) -> Counter[tuple[int, str, str]]:
    """Visits of the present plan on dates that are not planned, by 14 days, client and carer."""
    met: Counter[tuple[int, str, str]] = Counter()
    planned = set(source.dates)
    for row in source.current.rows if source.current is not None else ():
        if row.kind == "visit" and row.date not in planned:
            met[continuity_period(source, row.date), row.client_id, row.staff_id] += 1
    return met
