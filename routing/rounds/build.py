"""Who may make which visit, and what hangs together: the lists of a rounds problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from data.care.eligibility import (
    Standing,
    enters_home,
    lacking,
    locked_rounds,
    personal_bar,
)
from data.model import Client, Pin, Staff, Visit, VisitOccurrence
from data.units import DAY_S
from routing.engine import kernels_layout as k
from routing.engine.arrays import no_soft, pack, pack_rows, routes_by_date
from routing.engine.kernels_layout import IntArray, Problem
from routing.engine.weights import TIERS
from routing.roster.errand_order import errands
from routing.roster.pins import PIN_ABSENT, ordered
from routing.roster.visit_spacing import best_days
from routing.rounds.incumbent import Incumbent
from routing.rounds.person_wishes import PersonWishes
from routing.rounds.round_problem import (
    AreaInput,
    AreaProblem,
    NodeKey,
    _block_rows,
    _places,
    _route_table,
    _visit_row,
    clash_limits,
    near_lists,
    new_carer_prices,
    same_day_prices,
    share_table,
    standing_of,
)

Named = frozenset[tuple[str, dt.date]]
"""Carers whom a decision names for a visit, with the days on which they are at work."""
LENT = len(TIERS)
"""Stands for the tier of a day carer of another team: the pool's, and the price of lending."""
BORROWED = LENT + 1
"""Stands for the tier of a carer of another area."""
_TIER_OF = {Standing.NONE: -1, Standing.LENT: LENT, Standing.BORROWED: BORROWED}


class Eligibility:
    """Which routes may take a visit, and the price of each, worked out once per client."""

    def __init__(
        self, source: AreaInput, route: IntArray, leg: IntArray, place_of_client: Mapping[str, int]
    ) -> None:
        self._source, self._route, self._leg = source, route, leg
        self._place = place_of_client
        self._carers: list[Staff] = [
            source.municipality.staff_by_id[shift.shift.staff_id] for shift in source.shifts
        ]
        self._parts = [shift.shift.part for shift in source.shifts]
        self._tiers: dict[str, NDArray[np.int64]] = {}
        self._skills: dict[frozenset[str], NDArray[np.bool_]] = {}
        self._welcome: dict[tuple[str, bool], NDArray[np.bool_]] = {}
        self._date_routes: dict[tuple[int, ...], NDArray[np.int64]] = {}
        self._best_day = best_days(
            source.occurrences, source.shifts, dict(source.team_plan.contact)
        )
        self._wishes = PersonWishes(source)
        self._staff = np.array([carer.staff_id for carer in self._carers], dtype=object)
        closed = locked_rounds(source.pins)
        self._is_open = np.array(
            [(shift.shift.staff_id, shift.shift.date) not in closed for shift in source.shifts],
            dtype=bool,
        )

    def _tier_row(self, client_id: str) -> NDArray[np.int64]:
        """The tier of each route's carer for the client; -1 where she serves other teams.

        ``LENT`` where she is lent by another team of the area, ``BORROWED`` by another area.
        """
        tiers = self._tiers.get(client_id)
        if tiers is None:
            client, plan = self._source.municipality.client_by_id[client_id], self._source.team_plan
            of_carer: dict[tuple[str, str], int] = {}
            for carer, part in zip(self._carers, self._parts, strict=True):
                if (carer.staff_id, part) not in of_carer:
                    tier = TIERS.index(plan.tier(client_id, carer.staff_id, carer.role))
                    comes_as = standing_of(carer, client, self._source, part)
                    of_carer[carer.staff_id, part] = _TIER_OF.get(comes_as, tier)
            tiers = np.array(
                [of_carer[c.staff_id, p] for c, p in zip(self._carers, self._parts, strict=True)],
                dtype=np.int64,
            )
            self._tiers[client_id] = tiers
        return tiers

    def _skilled(self, skills: frozenset[str]) -> NDArray[np.bool_]:
        is_skilled = self._skills.get(skills)
        if is_skilled is None:
            is_skilled = np.array(
                [
                    not lacking(carer, skills, shift.shift.date)
                    for carer, shift in zip(self._carers, self._source.shifts, strict=True)
                ],
                dtype=bool,
            )
            self._skills[skills] = is_skilled
        return is_skilled

    def _is_welcome(self, client: Client, enters: bool) -> NDArray[np.bool_]:
        """Whether each route's carer and the client are kept apart by nothing of their own."""
        is_welcome = self._welcome.get((client.client_id, enters))
        if is_welcome is None:
            is_welcome = np.array(
                [personal_bar(carer, client, enters=enters) is None for carer in self._carers],
                dtype=bool,
            )
            self._welcome[client.client_id, enters] = is_welcome
        return is_welcome

    def routes_on(self, dates: tuple[int, ...]) -> NDArray[np.int64]:
        """The routes of some dates."""
        routes = self._date_routes.get(dates)
        if routes is None:
            routes = np.flatnonzero(np.isin(self._route[:, k.ROUTE_DATE], dates))
            self._date_routes[dates] = routes
        return routes

    def of(
        self,
        occurrence: VisitOccurrence,
        dates: tuple[int, ...],
        pinned: Sequence[str] = (),
        present: Collection[tuple[str, dt.date]] = (),
    ) -> list[tuple[int, int]]:
        """Routes that may take the visit with their prices, cheapest first.

        With as many carers ``pinned`` to it as it needs, theirs only. A locked round is open to
        those who are pinned to it. A planner may lock a visit to anyone of the area. Carers and
        dates other than the ``present`` ones have the price of a change.
        """
        visit, source = occurrence.visit, self._source
        client = source.municipality.client_by_id[visit.client_id]
        routes = self.routes_on(dates)
        tier = self._tier_row(visit.client_id)[routes]  # a copy: locks change it
        named = self._wishes.named(visit, occurrence.dates)
        is_hers = self._wishes.is_hers(occurrence, client)
        self._let_in(named, client, routes, tier)
        rows = self._route[routes]
        place = self._place[visit.client_id] if enters_home(visit) else -1
        reach = rows[:, k.ROUTE_START]
        if place >= 0:
            reach = reach + self._leg[rows[:, k.ROUTE_MODE], rows[:, k.ROUTE_FROM], place]
        start = np.maximum(reach, visit.earliest_s)
        ends = start + visit.duration_s
        fits = (start <= visit.latest_s) & (ends <= rows[:, k.ROUTE_END])
        if source.soft is not None:
            most = source.soft.overtime_max_s
            fits = (ends <= rows[:, k.ROUTE_END] + most) if most is not None else ends >= 0
        if pinned:
            is_named = np.isin(self._staff[routes], list(pinned))
            for i in np.flatnonzero(is_named & (tier < 0)):
                carer = self._carers[routes[i]]
                tier[i] = TIERS.index(source.team_plan.tier(*_ids(client, carer), carer.role))
            fits &= is_named | (self._is_open[routes] & (len(pinned) < visit.carers_required))
        else:
            fits &= self._is_open[routes]
        fits &= (tier >= 0) & self._skilled(visit.skills)[routes]
        fits &= self._is_welcome(client, enters_home(visit))[routes]
        few = self._wishes.few(client)
        if few is not None:
            fits &= np.isin(self._staff[routes], [*few, *pinned, *(who for who, _ in named)])
        priced = [
            (
                self._carer_price(visit, int(r), int(tier[i]), named, is_hers=is_hers)
                + self._change_price(int(r), present, visit.client_id)
                + self._day_price(int(r), occurrence),
                int(r),
            )
            for i, r in zip(np.flatnonzero(fits), routes[fits], strict=True)
        ]
        priced.sort()
        return [(r, price) for price, r in priced]

    def _let_in(
        self, named: Named, client: Client, routes: NDArray[np.int64], tier: NDArray[np.int64]
    ) -> None:
        """Whoever is named for a visit may make it from any team of the area."""
        people = {who for who, _ in named}
        for i in np.flatnonzero(np.isin(self._staff[routes], list(people))) if people else ():
            carer = self._carers[routes[i]]
            if tier[i] in (-1, LENT, BORROWED):
                tier[i] = TIERS.index(self._source.team_plan.tier(*_ids(client, carer), carer.role))

    def _carer_price(self, visit: Visit, r: int, tier: int, named: Named, *, is_hers: bool) -> int:
        weights, carer = self._source.weights, self._carers[r]
        client = self._source.municipality.client_by_id[visit.client_id]
        day = self._source.shifts[r].shift.date
        wished = self._wishes.price(visit, client, carer, day, named, is_hers=is_hers)
        if (carer.staff_id, day) in named:
            return wished
        price = weights.carer_price(visit, client, carer.staff_id, TIERS[min(tier, LENT - 1)])
        total = price + wished + {LENT: weights.lent, BORROWED: weights.borrowed}.get(tier, 0)
        return weights.below_left_out(total, visit.priority)

    def _day_price(self, r: int, occurrence: VisitOccurrence) -> int:
        """What it costs that the day of route ``r`` is not the even one."""
        best = self._best_day.get((occurrence.visit.visit_id, occurrence.number))
        if best is None or occurrence.visit.n_per_period == 0:
            return 0
        off = abs((self._source.shifts[r].shift.date - best).days)
        return off * self._source.weights.day_off

    def _change_price(
        self, r: int, present: Collection[tuple[str, dt.date]], client_id: str
    ) -> int:
        """What it costs that a planned visit gets the carer of route ``r`` instead.

        Nothing where she has been decided for the client since the plan was made.
        """
        shift, plan = self._source.shifts[r].shift, self._source.team_plan
        if client_id in self._source.released and shift.staff_id in plan.named(client_id):
            return 0
        is_change = bool(present) and (shift.staff_id, shift.date) not in present
        return self._source.weights.change if is_change else 0


def _ids(client: Client, carer: Staff) -> tuple[str, str]:
    return client.client_id, carer.staff_id


def _keep_pins(source: AreaInput, keys: Sequence[NodeKey], node: IntArray) -> list[list[str]]:
    """Write the locks of visits into ``node``; the carers pinned to each node's visit."""
    by_key = {(pin.visit_id, pin.date, pin.carer_no): pin for pin in source.pins if pin.visit_id}
    staff = sorted({shift.shift.staff_id for shift in source.shifts})
    pinned: list[list[str]] = [[] for _ in keys]
    for u, key in enumerate(keys if by_key else ()):
        visit, dates = key.occurrence.visit, key.occurrence.dates
        pins: dict[int, Pin] = {}
        for no in range(1, visit.carers_required + 1):
            pin = by_key.get((visit.visit_id, dates[0], no))
            if pin is not None and len(dates) == 1:
                pins[no] = pin
        if not pins:
            continue
        node[u, k.NODE_ABSENT] = PIN_ABSENT
        own = pins.get(key.carer_no)
        if own is not None and own.staff_id and visit.carers_required == 2:
            node[u, k.NODE_PINNED_STAFF] = staff.index(own.staff_id) + 1
        for pin in pins.values():
            if pin.start_s is not None:
                node[u, k.NODE_EARLIEST] = node[u, k.NODE_LATEST] = pin.start_s
        pinned[u] = [pin.staff_id for pin in pins.values() if pin.staff_id]
    return pinned


def _order_of_pins(source: AreaInput) -> list[tuple[str, str, dt.date]]:
    """Visits that one carer makes next to each other in a locked order, with their date."""
    return [
        (pin.visit_id, other.visit_id, pin.date)
        for group in ordered(source.pins).values()
        for pin, other in pairwise(group)
        if pin.visit_id != other.visit_id
    ]


def _lags(
    source: AreaInput, keys: Sequence[NodeKey], dates_of: Sequence[tuple[int, ...]]
) -> tuple[IntArray, IntArray]:
    """Least and most difference of starts between nodes of linked visits, seen from both ends."""
    of_visit: dict[str, list[int]] = {}
    for u, key in enumerate(keys):
        of_visit.setdefault(key.occurrence.visit.visit_id, []).append(u)
    lags_of_node: list[list[tuple[int, int, int]]] = [[] for _ in keys]
    for u, key in enumerate(keys):
        visit = key.occurrence.visit
        for gap in visit.gap_after:
            for v in of_visit.get(gap.visit_id, ()):
                if u != v and set(dates_of[u]) & set(dates_of[v]):
                    least, most = visit.duration_s + gap.min_s, visit.duration_s + gap.max_s
                    lags_of_node[u].append((v, least, most))
                    lags_of_node[v].append((u, -most, -least))
    visits = [key.occurrence.visit for key in keys] if source.rules.rounds.one_errand else []
    for u, v in errands(visits, source.pins, dates_of):
        least = keys[u].occurrence.visit.duration_s
        lags_of_node[u].append((v, least, DAY_S))
        lags_of_node[v].append((u, -DAY_S, -least))
    for first, second, day in _order_of_pins(source):
        both = ([u for u in of_visit.get(visit_id, ()) if keys[u].occurrence.dates == (day,)]
                for visit_id in (first, second))  # fmt: skip
        for u, v in product(*both):
            least = keys[u].occurrence.visit.duration_s
            lags_of_node[u].append((v, least, DAY_S))
            lags_of_node[v].append((u, -DAY_S, -least))
    return pack_rows(lags_of_node, 3)


def _groups(keys: Sequence[NodeKey], node: IntArray) -> tuple[IntArray, IntArray]:
    """Mates, and groups of a free-day visit's occurrences, written into ``node``."""
    partner_of: dict[tuple[str, int, object], int] = {}
    groups: dict[str, list[int]] = {}
    for u, key in enumerate(keys):
        occurrence = key.occurrence
        name = (occurrence.visit.visit_id, occurrence.number, occurrence.dates)
        if occurrence.visit.carers_required == 2:
            if name in partner_of:
                node[u, k.NODE_PARTNER] = partner_of[name]
                node[partner_of[name], k.NODE_PARTNER] = u
            partner_of[name] = u
        if occurrence.visit.n_per_period > 0:
            groups.setdefault(occurrence.visit.visit_id, []).append(u)
    members = [nodes for _, nodes in sorted(groups.items())]
    for g, group in enumerate(members):
        node[group, k.NODE_GROUP] = g
    return pack(members)


def build(source: AreaInput) -> tuple[AreaProblem, list[list[int]]]:
    """The arrays of one area's horizon, and the blocks' nodes of each route in order.

    Returns
    -------
    problem : AreaProblem
    sequences : list of list of int
        Nodes that stand in each route before any visit is planned.
    """
    place_of_client, place_of_point, leg = _places(source)
    route = _route_table(source, place_of_point)
    keys = tuple(source.keys)
    clash_names = sorted(source.rules.rounds.clash_limits)
    clash = {task: i for i, task in enumerate(clash_names)}
    rows = [
        _visit_row(source, key, place_of_client[key.occurrence.visit.client_id], clash)
        for key in keys
    ]
    block_rows, blocks, _ = _block_rows(source, place_of_point)
    node = np.array(rows + block_rows, dtype=np.int64).reshape(-1, k.NODE_COLS)
    sequences = [[len(keys) + u for u in sequence] for sequence in blocks]
    group_ptr, group = _groups(keys, node)
    date_idx = {date: i for i, date in enumerate(source.dates)}
    dates_of = [tuple(date_idx[d] for d in key.occurrence.dates) for key in keys]
    present = Incumbent(source, keys)
    present.hold_times(node)
    pinned = _keep_pins(source, keys, node)
    eligible = Eligibility(source, route, leg, place_of_client)
    cands: list[list[tuple[int, int]]] = []
    for u, key in enumerate(keys):
        if key.carer_no > 1:
            cands.append(cands[u - 1])
            continue
        cands.append(eligible.of(key.occurrence, dates_of[u], pinned[u], present.carers(u)))
    for r, sequence in enumerate(sequences):
        cands.extend([[(r, 0)] for _ in sequence])
    cand_ptr, cand = pack_rows(cands, 2)
    lag_ptr, lag = _lags(source, keys, dates_of)
    lag_ptr = np.concatenate([lag_ptr, np.full(len(block_rows), lag_ptr[-1], dtype=np.int64)])
    near = near_lists(node[: len(keys)], [np.array(d) for d in dates_of], leg, len(source.dates))
    near_ptr, near_flat = pack(near)
    of_client: list[list[int]] = [[] for _ in place_of_client]
    for u in sorted(range(len(keys)), key=lambda u: (dates_of[u], node[u, k.NODE_EARLIEST], u)):
        of_client[node[u, k.NODE_CLIENT]].append(u)
    client_ptr, client_node = pack(of_client)
    date_ptr, date_route = routes_by_date(route)
    rest = no_soft() | {
        "share": share_table(source, route),
        "same_day_price": same_day_prices(source, len(place_of_client)),
    }
    problem = Problem(
        node=node, route=route, leg=np.ascontiguousarray(leg), cand_ptr=cand_ptr,
        cand=cand, lag_ptr=lag_ptr, lag=lag, group_ptr=group_ptr,
        group=group, near_ptr=near_ptr, near=near_flat, client_ptr=client_ptr,
        client_node=client_node, new_carer_price=new_carer_prices(source, place_of_client),
        clash_limit=clash_limits(source.rules.rounds),
        noon=np.array([source.municipality.hours.noon_s], dtype=np.int64),
        date_ptr=date_ptr, date_route=date_route, **rest,
    )  # fmt: skip
    return AreaProblem(source, problem, keys, place_of_client), sequences


__all__ = ["TIERS", "Eligibility", "build"]
