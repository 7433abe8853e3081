"""Why this person at this time, and what would admit a visit that has no place (FA-11, MA-05)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from data.care.eligibility import Bar, Standing, lacking, lock_bar, visit_bar
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan, Tier
from data.rules import Rules
from data.travel_times import TravelTimes
from data.units import MINUTE_S, clock
from routing.engine import kernels_layout as k
from routing.engine.kernels_gaps import carer_change, legs_by, new_carer_change
from routing.engine.kernels_insert import find_pair, find_place
from routing.engine.kernels_layout import Problem
from routing.engine.kernels_route import price_in, retime, take_out
from routing.engine.kernels_search import begin
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area, together_as
from routing.roster.joined_areas import area_of_client, joined_areas
from routing.roster.pins import pins_kept
from routing.rounds.plan_decoding import LoadedArea, generator, load_plan
from routing.rounds.round_problem import AreaInput, standing_of
from routing.rounds.unplanned_reasons import blocking_rule

TIER_SV: dict[Tier, str] = {
    "contact": "omsorgskontakt",
    "vice": "vice eller tvilling",
    "team": "arbetslaget",
    "floater": "löpare",
    "pool": "resursgrupp",
    "": "",
}
BAR_SV = {
    Bar.REFUSED: "spärrad av brukaren",
    Bar.PETS: "tål inte djur",
    Bar.SMOKE: "tål inte rök",
    Bar.TEAM: "hör till ett annat arbetslag",
    Bar.LOCKED_ROUND: "rundan är låst",
}
WIDER_MIN = (15, 30, 45, 60, 90, 120)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One carer at work that date, and what it would cost to send her, the rest left as it is."""

    staff_id: str
    tier: Tier
    start_s: int | None
    """None where she cannot; ``reason`` says why."""
    extra_travel_s: int
    is_new_carer: bool
    price: int
    """Tier, new carer, travel and wished time together, in seconds of travel."""
    reason: str
    lent_from: str = ""
    """The team that lends her for the visit, where her own is another (`Standing.LENT`,
    `Standing.BORROWED`); the area, where she is of the pool."""

    @property
    def standing(self) -> str:
        """How near she stands to the client, in Swedish."""
        return f"lånas från {self.lent_from}" if self.lent_from else TIER_SV[self.tier]


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change of one kind that would give the visit a place."""

    kind: str
    """``window``, ``delegation`` or ``shift``."""
    minutes: int
    staff_id: str
    text: str


@dataclass(frozen=True)
class VisitExplanation:
    """Why a planned visit is where it is; alternatives, cheapest first, then those barred."""

    chosen: Alternative
    alternatives: tuple[Alternative, ...]
    text: str


@dataclass(frozen=True)
class UnplannedExplanation:
    """The rule that binds, and what would admit the visit."""

    rule: str
    remedies: tuple[Remedy, ...]
    text: str


class Explainer:
    """Answers questions about one plan; areas are loaded when first asked about.

    Examples
    --------
    >>> explainer = Explainer(municipality, team_plan, travel, rules, plan)  # doctest: +SKIP
    >>> explainer.visit("B017-3", date).text  # doctest: +SKIP
    """

    def __init__(
        self, municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes, rules: Rules,
        plan: RoundPlan, weights: RoundWeights | None = None,
    ) -> None:  # fmt: skip
        self._municipality, self._team_plan, self._plan = municipality, team_plan, plan
        municipality = replace(municipality, pins=pins_kept(municipality.pins, plan))
        sources, _, _ = split_by_area(
            municipality, team_plan, travel, rules, plan.dates, weights or RoundWeights()
        )
        self._sources = sources

    def _load(self, visit_id: str, date: dt.date) -> LoadedArea:
        """The client's area, with those that lend and borrow carers on the date."""
        area_id = area_of_client(
            self._team_plan, self._municipality.visit_by_id[visit_id].client_id
        )
        rows = (row for row in self._plan.rows if row.date == date)
        joined = together_as(self._sources, joined_areas(self._team_plan, rows))
        source = next(source for source in joined if area_id in source.area_ids)
        return load_plan(source, self._plan)

    def visit(self, visit_id: str, date: dt.date, carer_no: int = 1) -> VisitExplanation:
        """Why this carer and this time, and what every other carer at work would cost.

        Raises
        ------
        KeyError
            Where the plan holds no such visit on the date.
        """
        loaded = self._load(visit_id, date)
        u = loaded.node_of[visit_id, date, carer_no]
        problem, state, source = loaded.area.problem, loaded.state, loaded.area.source
        mine = int(state.plan[u, k.PLAN_ROUTE])
        if mine < 0:
            raise KeyError(visit_id)
        p = int(np.flatnonzero(state.line[mine, :, k.POS_NODE] == u)[0])
        start_s = next(
            row.start_s
            for row in self._plan.rows
            if (row.visit_id, row.date, row.carer_no) == (visit_id, date, carer_no)
        )
        before = int(state.cost[mine])
        held = problem
        if problem.node[u, k.NODE_PARTNER] >= 0 or problem.lag_ptr[u + 1] > problem.lag_ptr[u]:
            node = problem.node.copy()
            node[u, k.NODE_EARLIEST] = node[u, k.NODE_LATEST] = start_s
            held = problem._replace(node=node)
        begin(state)
        own = price_in(problem, u, mine)
        take_out(problem, state, u)
        retime(problem, state, mine)
        new_carer_price = int(new_carer_change(problem, state, u, mine))
        carer_price = own + int(carer_change(problem, state, u, mine))
        saved = before - int(state.cost[mine])
        detour_s = _detour(problem, loaded, u, mine, p - 1)
        chosen = self._named(
            source,
            u,
            mine,
            loaded,
            start_s,
            detour_s,
            new_carer_price > 0,
            carer_price + saved,
        )
        others = [
            self._alternative(held, loaded, u, r)
            for r in range(len(source.shifts))
            if r != mine and source.shifts[r].shift.date == date
        ]
        others.sort(
            key=lambda alternative: (
                alternative.start_s is None,
                alternative.price,
                alternative.staff_id,
            )
        )
        return VisitExplanation(chosen, tuple(others), _why(chosen, others))

    def _named(
        self, source: AreaInput, u: int, r: int, loaded: LoadedArea, start_s: int | None,
        travel_s: int, is_new: bool, price: int, reason: str = "",
    ) -> Alternative:  # fmt: skip
        carer = self._municipality.staff_by_id[source.shifts[r].shift.staff_id]
        client_id = loaded.area.keys[u].occurrence.visit.client_id
        tier = self._team_plan.tier(client_id, carer.staff_id, carer.role)
        client, part = self._municipality.client_by_id[client_id], source.shifts[r].shift.part
        is_lent = standing_of(carer, client, source, part) is not Standing.OWN
        plan, who = self._team_plan, carer.staff_id
        home = plan.staff_team.get(who) or plan.staff_area.get(who, "") if is_lent else ""
        return Alternative(carer.staff_id, tier, start_s, travel_s, is_new, price, reason, home)

    def _alternative(self, problem: Problem, loaded: LoadedArea, u: int, r: int) -> Alternative:
        """The best place in route ``r``, or why there is none."""
        source, state = loaded.area.source, loaded.state
        first, last = problem.cand_ptr[u], problem.cand_ptr[u + 1]
        tiers = [int(c[1]) for c in problem.cand[first:last] if c[0] == r]
        if not tiers:
            return self._named(source, u, r, loaded, None, 0, False, 0, self._bar(loaded, u, r))
        reduced = _only(problem, u, [(r, tiers[0])])
        price = find_place(reduced, state, u, generator(), 0.0, 0)
        if price >= k.FAR:
            reason = "ryms inte i rundan utan att något annat flyttas"
            return self._named(source, u, r, loaded, None, 0, False, 0, reason)
        new_carer_price = int(new_carer_change(problem, state, u, r))
        start_s = int(state.scalar[k.SCALAR_FOUND_START])
        travel = _detour(problem, loaded, u, r, int(state.scalar[k.SCALAR_FOUND_P]))
        return self._named(source, u, r, loaded, start_s, travel, new_carer_price > 0, int(price))

    def _bar(self, loaded: LoadedArea, u: int, r: int) -> str:
        """The first rule that keeps a carer from a visit."""
        source, shift = loaded.area.source, loaded.area.source.shifts[r]
        visit = loaded.area.keys[u].occurrence.visit
        client = self._municipality.client_by_id[visit.client_id]
        carer = self._municipality.staff_by_id[shift.shift.staff_id]
        day = shift.shift.date
        comes_as = standing_of(carer, client, source, shift.shift.part)
        barred = visit_bar(carer, visit, client, day, comes_as)
        if barred in (None, Bar.TEAM, Bar.SKILL):
            lock = lock_bar(source.pins, visit.visit_id, carer.staff_id, day)
            barred = barred if lock is None else lock
        if barred is None:
            return "passet täcker inte besökets tider"
        if barred is Bar.LOCKED_VISIT:
            return f"besöket är låst till {self._locked_to(source, visit.visit_id, day)}"
        if barred is Bar.SKILL:
            return f"saknar {', '.join(lacking(carer, visit.skills, day))}"
        return BAR_SV[barred]

    def _locked_to(self, source: AreaInput, visit_id: str, day: dt.date) -> str:
        of_visit = (pin for pin in source.pins if pin.visit_id == visit_id and pin.date == day)
        return ", ".join(pin.staff_id for pin in of_visit if pin.staff_id)

    def unplanned(self, visit_id: str, date: dt.date, carer_no: int = 1) -> UnplannedExplanation:
        """The rule that binds, and the smallest changes that would admit the visit.

        Raises
        ------
        KeyError
            Where the visit is not among the plan's unplanned.
        """
        loaded = self._load(visit_id, date)
        u = loaded.node_of[visit_id, date, carer_no]
        if loaded.state.plan[u, k.PLAN_ROUTE] >= 0:
            raise KeyError(visit_id)
        occurrence = loaded.area.keys[u].occurrence
        rule = blocking_rule(loaded.area.source, occurrence)
        begin(loaded.state)
        remedies = [self._wider(loaded, u), self._delegated(loaded, u)]
        when = ", ".join(sorted({day.isoformat() for day in occurrence.dates})[:3])
        visit = occurrence.visit
        span = f"{clock(visit.earliest_s)}–{clock(visit.latest_s + visit.duration_s)}"
        text = f"ett pass till som täcker {span} ({when}), av någon som får och kan"
        remedies.append(Remedy("shift", 0, "", text))
        possible = tuple(remedy for remedy in remedies if remedy is not None)
        lines = [f"Oplanerat: {rule}.", *(f"Hjälper: {remedy.text}." for remedy in possible)]
        return UnplannedExplanation(rule, possible, " ".join(lines))

    def _fits(self, problem: Problem, loaded: LoadedArea, u: int) -> bool:
        rng = generator()
        if problem.node[u, k.NODE_PARTNER] >= 0:
            return bool(find_pair(problem, loaded.state, u, rng, 0.0, 0) < k.FAR)
        return bool(find_place(problem, loaded.state, u, rng, 0.0, 0) < k.FAR)

    def _wider(self, loaded: LoadedArea, u: int) -> Remedy | None:
        """The narrowest widening of the window that gives a place."""
        problem, able = (
            loaded.area.problem,
            [(r, 0) for r, lacks in self._carers(loaded, u) if not lacks],
        )
        if not able:
            return None
        for minutes in WIDER_MIN:
            for early, late, detour_s in (
                (1, 0, "tidigare"),
                (0, 1, "senare"),
                (1, 1, "åt båda håll"),
            ):
                node = problem.node.copy()
                node[u, k.NODE_EARLIEST] -= early * minutes * MINUTE_S
                node[u, k.NODE_LATEST] += late * minutes * MINUTE_S
                if self._fits(_only(problem._replace(node=node), u, able), loaded, u):
                    text = f"tidsfönstret {minutes} min vidare, {detour_s}"
                    return Remedy("window", minutes, "", text)
        return None

    def _delegated(self, loaded: LoadedArea, u: int) -> Remedy | None:
        """One more person with the delegations, who has room."""
        source, problem = loaded.area.source, loaded.area.problem
        known = problem.cand[problem.cand_ptr[u] : problem.cand_ptr[u + 1]].tolist()
        for r, lacks in self._carers(loaded, u):
            both = (
                [*map(tuple, known), (r, 0)] if problem.node[u, k.NODE_PARTNER] >= 0 else [(r, 0)]
            )
            if lacks and self._fits(_only(problem, u, both), loaded, u):
                staff_id = source.shifts[r].shift.staff_id
                text = f"delegering eller kompetens {', '.join(lacks)} för {staff_id}"
                return Remedy("delegation", 0, staff_id, text)
        return None

    def _carers(self, loaded: LoadedArea, u: int) -> list[tuple[int, list[str]]]:
        """Routes whose carer may come to the client at all, and the skills that each lacks."""
        source, occurrence = loaded.area.source, loaded.area.keys[u].occurrence
        visit = occurrence.visit
        client = self._municipality.client_by_id[visit.client_id]
        carers = []
        for r, shift in enumerate(source.shifts):
            carer = self._municipality.staff_by_id[shift.shift.staff_id]
            comes_as = standing_of(carer, client, source, shift.shift.part)
            barred = visit_bar(carer, visit, client, shift.shift.date, comes_as)
            if barred in (None, Bar.SKILL) and shift.shift.date in occurrence.dates:
                carers.append((r, list(lacking(carer, visit.skills, shift.shift.date))))
        return carers


def _only(problem: Problem, u: int, candidates: list[tuple[int, int]]) -> Problem:
    """The problem where node ``u`` has these candidates, as the last of the list."""
    ptr = problem.cand_ptr.copy()
    n = len(problem.cand)
    ptr[u], ptr[u + 1] = n, n + len(candidates)
    extra = np.array(sorted(candidates, key=lambda pair: pair[1]), dtype=np.int64)
    return problem._replace(cand_ptr=ptr, cand=np.concatenate([problem.cand, extra]))


def _detour(problem: Problem, loaded: LoadedArea, u: int, r: int, p: int) -> int:
    """Seconds of travel and access that node ``u`` adds after position ``p`` of route ``r``."""
    place = problem.node[u, k.NODE_LOC]
    if place < 0:
        return 0
    leg = problem.leg[problem.route[r, k.ROUTE_MODE]]
    return int(legs_by(loaded.state.line[r], leg, p, int(place))[2])


def _why(chosen: Alternative, others: list[Alternative]) -> str:
    """The whole answer in a few Swedish sentences."""
    start = clock(chosen.start_s or 0)
    lines = [
        f"{chosen.staff_id} ({chosen.standing}) kl {start}: {_minutes(chosen.extra_travel_s)} väg."
    ]
    able = [alternative for alternative in others if alternative.start_s is not None]
    if able:
        best = able[0]
        new_carer_price = ", ett nytt ansikte" if best.is_new_carer else ""
        lines.append(
            f"Näst bäst: {best.staff_id} ({best.standing}) kl {clock(best.start_s or 0)}: "
            f"{_minutes(best.extra_travel_s)} väg{new_carer_price}."
        )
        if best.price < chosen.price:
            lines.append("Det är billigare för besöket självt; hela planen avgör.")
    else:
        lines.append("Ingen annan i tjänst har plats för besöket som rundorna ser ut.")
    return " ".join(lines)


def _minutes(seconds: int) -> str:
    return f"{round(seconds / 60)} min"
