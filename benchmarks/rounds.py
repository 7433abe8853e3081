"""Rounds of the demo municipality: a team's day beside peers, 14 days of a team, a town's day.

``python -m benchmarks.rounds [--seconds 60] [--clients 400] [--town 6000] [--only PART]
[--quick] [--json FILE]``

No peer synchronises carers, keeps a located break at a base, or prices a new face. So the team's
day is given to all in a relaxed form, the same for everyone: one carer a visit, no breaks or
handovers, any carer of the team; A with ways and windows only, B with a price for each carer at
each visit besides (which PyVRP can be told by one profile of arcs per carer). The 14 days have
every rule, and are measured against our own plan that minds ways only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.common import Row, finish, timed
from benchmarks.rounds_team import one_team
from data.care.care_calendar import occurrences
from data.demo import make_municipality, make_streets
from data.model import Municipality, Shift, Visit
from data.plans import RoundPlan, Team, TeamPlan
from data.rules import RoundRules, Rules
from data.travel_times import TravelTimes
from partition import plan_teams
from routing.check import check_plan
from routing.engine import kernels_layout as k
from routing.horizon.area_split import split_by_area
from routing.measures import Scope, measure
from routing.rounds import RoundWeights, SearchParams, plan_rounds
from routing.rounds.area_search import prepared
from routing.travel import travel_times

TIERS = RoundWeights().tier
TIERS_ONLY = RoundWeights(
    new_carer_daily=0,
    new_carer_other=0,
    wish_pct=0,
    day_off=0,
    usual_pct=0,
    call_in=0,
    uneven_pct=0,
)
WAYS_ONLY = replace(TIERS_ONLY, tier=dict.fromkeys(TIERS, 0))
WAYS_AND_TIMES = replace(
    RoundWeights(), tier=dict.fromkeys(TIERS, 0), new_carer_daily=0, new_carer_other=0
)
"""Wished and usual times and even days as always; who comes does not matter."""


def town(n_clients: int, n_days: int) -> tuple[Municipality, TeamPlan, TravelTimes]:
    """The demo municipality with teams and travel times."""
    network = make_streets(n_clients=n_clients)
    municipality = make_municipality(network, n_clients=n_clients, n_days=n_days, seed=1)
    travel = travel_times(network, municipality)[0]
    return municipality, plan_teams(municipality, travel, Rules()), travel


def way_seconds(plan: RoundPlan) -> int:
    """Seconds on the way and at doors."""
    return sum(row.travel_s + row.access_s for row in plan.rows)


@dataclass(frozen=True)
class Fortnight:
    """14 days of one team alone: its plan, one for ways only, and what is asked of them."""

    given: tuple[Municipality, TeamPlan, TravelTimes, Rules]
    options: dict[str, Any]
    plan: RoundPlan
    least: RoundPlan
    cpu_s: float

    @cached_property
    def found(self) -> Scope:
        """The plan, measured."""
        return measure(*self.given, self.plan).municipality

    @property
    def carers(self) -> float:
        """Distinct carers in the mean."""
        return self.found.continuity.distinct_carers_mean or 0.0

    @property
    def reach_pct(self) -> float:
        """The contacts' share of what the roster lets them have."""
        ceiling = self.found.who.contact_ceiling_pct
        return 100.0 * (self.found.who.tier_pct["contact"] or 0.0) / ceiling if ceiling else 0.0

    @cached_property
    def n_broken(self) -> int:
        """Violations by the checker."""
        return len(check_plan(*self.given, self.plan))


def tried(
    municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes, team: Team, seconds: float
) -> Fortnight:
    """A team's 14 days planned, with every rule and for ways only."""
    part, alone = one_team(municipality, team_plan, travel, team.team_id, WAYS_ONLY)
    given = (part, alone, travel, Rules())
    options: dict[str, Any] = {"dates": part.dates[:14], "time_limit_s": seconds}
    took = timed(lambda: plan_rounds(*given, **options))
    least = plan_rounds(*given, weights=WAYS_ONLY, **options)
    return Fortnight(given, options, took.result, least, took.cpu_s)


def n_urgent(plan: RoundPlan) -> int:
    """Carer-visits of class 1 and 2 that found no place."""
    return sum(row.priority <= 2 for row in plan.unplanned)


def fortnight(
    municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes, seconds: float
) -> list[Row]:
    """14 days of the team whose size is nearest 25, with every rule."""
    team = min(team_plan.teams, key=lambda one: (abs(len(one.client_ids) - 25), one.team_id))
    one = tried(municipality, team_plan, travel, team, seconds)
    timely = way_seconds(plan_rounds(*one.given, weights=WAYS_AND_TIMES, **one.options))
    blind = measure(*one.given, one.least).municipality.continuity.distinct_carers_mean or 0.0
    urgent, ways = n_urgent(one.plan), way_seconds(one.plan)
    more = 100.0 * (ways / max(way_seconds(one.least), 1) - 1.0)
    who = one.found.who
    name = f"14 days, {len(team.client_ids)} clients, {seconds:g} s"
    return [
        Row(f"{name}: distinct carers", one.carers, "mean", "≤ 8", one.carers <= 8,
            {"ways only": blind}),
        Row(f"{name}: contact share of ceiling", one.reach_pct, "%", "≥ 95", one.reach_pct >= 95,
            {"share": who.tier_pct["contact"] or 0.0, "ceiling": who.contact_ceiling_pct or 0.0}),
        Row(f"{name}: unplanned, class 1–2", urgent, "visits", "0", urgent == 0,
            {"ways only": n_urgent(one.least)}),
        Row(f"{name}: ways over ways-only plan", more, "%", "≤ 5", more <= 5,
            {"over a plan with times and even days": 100.0 * (ways / timely - 1.0)}),
        Row(f"{name}: violations by the checker", one.n_broken, "", "0", one.n_broken == 0),
        Row(f"{name}: processor time", one.cpu_s, "s", "≤ 60", one.cpu_s <= 60,
            {"iterations": one.plan.n_iterations}),
    ]  # fmt: skip


def fortnights(
    municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes, seconds: float
) -> list[Row]:
    """14 days of every team, each alone: what holds for one team may be its luck."""
    all_teams = [tried(municipality, team_plan, travel, t, seconds) for t in team_plan.teams]
    carers, reach = [one.carers for one in all_teams], [one.reach_pct for one in all_teams]
    mean, share = sum(carers) / len(carers), sum(reach) / len(reach)
    urgent = sum(n_urgent(one.plan) for one in all_teams)
    broken = sum(one.n_broken for one in all_teams)
    least = sum(way_seconds(one.least) for one in all_teams)
    more = 100.0 * (sum(way_seconds(one.plan) for one in all_teams) / max(least, 1) - 1.0)
    name = f"14 days, each of {len(all_teams)} teams, {seconds:g} s"
    return [
        Row(f"{name}: distinct carers", mean, "mean", "≤ 8", mean <= 8,
            {"least": min(carers), "most": max(carers)}),
        Row(f"{name}: contact share of ceiling", share, "%", "≥ 95", share >= 95,
            {"least": min(reach), "most": max(reach)}),
        Row(f"{name}: unplanned, class 1–2", urgent, "visits", "0", urgent == 0),
        Row(f"{name}: ways over ways-only plans", more, "%", "≤ 5", more <= 5),
        Row(f"{name}: violations by the checker", broken, "", "0", broken == 0),
    ]  # fmt: skip


def _is_plain(visit: Visit) -> bool:
    """Whether a visit of the relaxed day is one that peers understand once its rules are off."""
    return visit.mode == "physical" and visit.n_per_period == 0


def relaxed(
    municipality: Municipality, team_plan: TeamPlan, day: dt.date, n_staff: int, n_visits: int = 100
) -> tuple[Municipality, TeamPlan]:
    """About 100 visits by day of two teams of one area as one team, with ``n_staff`` at work.

    The demo's teams have some 45 visits by day each. Of their own day carers those with most
    contacts work.
    """
    at_day = Counter(
        team_plan.team_of_client[one.visit.client_id]
        for one in occurrences(municipality, [day])
        if _is_plain(one.visit) and one.visit.shift == "day"
    )
    pairs = combinations(sorted(team_plan.teams, key=lambda one: one.team_id), 2)
    one, other = min(
        (pair for pair in pairs if pair[0].area_id == pair[1].area_id),
        key=lambda pair: abs(at_day[pair[0].team_id] + at_day[pair[1].team_id] - n_visits),
    )
    both = replace(one, client_ids=(*one.client_ids, *other.client_ids))
    mine = {s for s, t in team_plan.staff_team.items() if t in (one.team_id, other.team_id)}
    n_contacts = Counter(team_plan.contact.values())
    lines = sorted(
        (
            line
            for line in municipality.roster
            if line.staff_id in mine and (line.kind, line.date, line.part) == ("work", day, "day")
        ),
        key=lambda line: (-n_contacts[line.staff_id], line.staff_id),
    )[:n_staff]
    people = {line.staff_id for line in lines}
    part = replace(
        municipality,
        clients=tuple(c for c in municipality.clients if c.client_id in set(both.client_ids)),
        visits=tuple(
            visit
            for visit in municipality.visits
            if visit.client_id in set(both.client_ids) and visit.shift == "day"
        ),
        staff=tuple(s for s in municipality.staff if s.staff_id in people),
    )
    return _without_rules(part, replace(team_plan, teams=(both,)), both, lines)


def _without_rules(
    part: Municipality, team_plan: TeamPlan, team: Team, lines: Sequence[Shift]
) -> tuple[Municipality, TeamPlan]:
    """One carer a visit, anyone of the team, everybody on a bicycle, no doors shared."""
    visits = tuple(
        replace(visit, skills=frozenset(), gap_after=(), carers_required=1, wished_s=None)
        for visit in part.visits
        if _is_plain(visit)
    )
    people = tuple(replace(s, travel_mode="bike", pet_allergy=False) for s in part.staff)
    home = {s.staff_id: team.team_id for s in people}
    base = dict.fromkeys(home, team.base_id)
    roster = tuple(Shift(one.staff_id, one.date, one.start_s, one.end_s) for one in lines)
    clients = tuple(replace(c, blocked_staff=frozenset(), building_id="") for c in part.clients)
    return (
        replace(part, clients=clients, visits=visits, staff=people, roster=roster),
        replace(team_plan, staff_team=home, staff_base=base),
    )


def team_day(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    seconds: float,
    n_staff: Sequence[int],
) -> list[Row]:
    """The day with each of ``n_staff`` at work, beside PyVRP; ours after 1 s and all the time."""
    day = municipality.dates[0]
    days = [relaxed(municipality, team_plan, day, n) for n in n_staff]
    rules = Rules(rounds=RoundRules(break_required_over_s=10**6, handover_s=0, clash_limits={}))
    weighed = (("ways", WAYS_ONLY), ("ways and carers", TIERS_ONLY))
    return [
        _beside_peers(f"team-day, {what}", part, plan_of_team, travel, rules, day, weights, seconds)
        for part, plan_of_team in days
        for what, weights in weighed
    ]


def _beside_peers(
    name: str, part: Municipality, team_plan: TeamPlan, travel: TravelTimes, rules: Rules,
    day: dt.date, weights: RoundWeights, seconds: float,
) -> Row:  # fmt: skip
    """One relaxed day by everyone: how far our plan after 1 s is from the best after all.

    In per cent of ways and carers; the price of visits that find no room is not in what is
    divided by.
    """
    source = split_by_area(part, team_plan, travel, rules, (day,), weights)[0][0]
    area, _ = prepared(source, np.random.Generator(np.random.PCG64(0)))
    params = SearchParams(hot=100.0, cold=1.0)
    plans = {
        s: plan_rounds(
            part, team_plan, travel, rules, dates=[day], time_limit_s=s, weights=weights,
            params=params,
        )
        for s in (1.0, seconds)
    }  # fmt: skip
    first, last = (_cost(area, plan) for plan in plans.values())
    last_plan = plans[seconds]
    peers: dict[str, float | str] = {
        f"ours, {seconds:g} s": last, "left out": len(last_plan.unplanned),
        "iterations a second": last_plan.n_iterations / seconds,
    }  # fmt: skip
    found = [first, last]
    try:
        found.append(_pyvrp(area, seconds))
        peers[f"PyVRP, {seconds:g} s"] = found[-1]
    except ImportError:
        peers["PyVRP"] = "not installed"
    best, left_out = min(found), sum(weights.unplanned[row.priority] for row in last_plan.unplanned)
    gap = 100.0 * (first - best) / (best - left_out)
    work = f"{name}, {len(area.keys)} visits, {len(source.shifts)} shifts, after 1 s"
    return Row(work, gap, "% over best", "≤ 0.5", gap <= 0.5, peers)


def _cost(area: Any, plan: RoundPlan) -> int:
    """Ways, doors, carers' prices and absences, counted from the rows."""
    source = area.source
    staff, weights = source.municipality.staff_by_id, source.weights
    cost = way_seconds(plan) + sum(weights.unplanned[row.priority] for row in plan.unplanned)
    for row in plan.rows:
        if row.kind == "visit":
            visit: Visit = source.municipality.visit_by_id[row.visit_id]
            client = source.municipality.client_by_id[row.client_id]
            tier = source.team_plan.tier(row.client_id, row.staff_id, staff[row.staff_id].role)
            cost += weights.carer_price(visit, client, row.staff_id, tier)
    return cost


def _pyvrp(area: Any, seconds: float) -> int:
    """The same arrays given to PyVRP: one vehicle type and one profile of arcs per shift."""
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    problem, n = area.problem, len(area.keys)
    model = Model()
    places = [model.add_location(0, 0) for _ in range(n + 1)]
    depot = model.add_depot(places[n])
    node = problem.node
    for u in range(n):
        model.add_client(
            places[u], service_duration=int(node[u, k.NODE_DUR]),
            tw_early=int(node[u, k.NODE_EARLIEST]),
            tw_late=int(node[u, k.NODE_LATEST]), prize=int(node[u, k.NODE_ABSENT]), required=False,
        )  # fmt: skip
    at = [*node[:n, k.NODE_LOC].tolist(), int(problem.route[0, k.ROUTE_FROM])]
    for r, route in enumerate(problem.route):
        profile = model.add_profile()
        price = {
            u: int(c[1])
            for u in range(n)
            for c in problem.cand[problem.cand_ptr[u] : problem.cand_ptr[u + 1]]
            if c[0] == r
        }
        for i, one in enumerate(places):
            for j, other in enumerate(places):
                way = int(problem.leg[route[k.ROUTE_MODE], at[i], at[j]])
                if i == j:
                    continue
                barred = j < n and j not in price
                cost = way + (10**7 if barred else price.get(j, 0))
                model.add_edge(one, other, cost, way, profile)
        model.add_vehicle_type(
            1, [], depot, depot, tw_early=int(route[k.ROUTE_START]),
            tw_late=int(route[k.ROUTE_END]), profile=profile,
        )  # fmt: skip
    found = model.solve(MaxRuntime(seconds), display=False, collect_stats=False)
    return int(found.cost())


def towns_day(n_clients: int, seconds: float) -> list[Row]:
    """One day of a large municipality on two threads: the effort that is usual, and ``seconds``."""
    municipality, team_plan, travel = town(n_clients, 1)
    given = (municipality, team_plan, travel, Rules())
    rows = []
    for effort, limit_s in (("default effort", None), (f"{seconds:g} s", seconds)):
        took = timed(
            partial(plan_rounds, *given, dates=given[0].dates[:1], workers=2, time_limit_s=limit_s)
        )
        plan: RoundPlan = took.result
        n_visits = sum(row.kind == "visit" for row in plan.rows) + len(plan.unplanned)
        left = Counter(row.priority for row in plan.unplanned)
        work = f"1 day, {n_clients} clients, {n_visits} carer-visits, {len(team_plan.teams)} teams"
        work = f"{work}, {effort}"
        broken = len(check_plan(*given, plan))
        rows += [
            Row(f"{work}, two threads", took.wall_s, "s", "≤ 120", took.wall_s <= 120,
                {"processor": took.cpu_s, "iterations": plan.n_iterations,
                 "hours of ways": way_seconds(plan) / 3600,
                 **{f"unplanned class {p}": n for p, n in sorted(left.items())}}),
            Row(f"{work}: violations by the checker", broken, "", "0", broken == 0),
        ]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    work = f"{n_clients} clients: memory of the whole run, streets and teams included"
    return [*rows, Row(work, peak, "GB", "≤ 4", peak <= 4)]


PARTS = ("day", "fortnight", "teams", "town")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--town", type=int, default=6000, help="clients of the large town")
    parser.add_argument("--town-seconds", type=float, default=100.0)
    parser.add_argument("--only", choices=PARTS, action="append", help="may be given again")
    parser.add_argument(
        "--staff", type=int, action="append", help="at work on the day of two teams  [7 and 6]"
    )
    parser.add_argument("--quick", action="store_true", help="5 s and no large town")
    parser.add_argument("--json")
    chosen = parser.parse_args()
    seconds = 5.0 if chosen.quick else chosen.seconds
    parts = chosen.only or PARTS[: 2 if chosen.quick else 4]
    given = town(chosen.clients, 14)
    short: dict[str, Any] = {"dates": given[0].dates[:1], "n_iterations": 500}
    first = timed(lambda: plan_rounds(*given, Rules(), **short))
    rows = [Row("a first plan, compiled where nothing is cached", first.cpu_s, "CPU s", "", None)]
    rows += team_day(*given, seconds, chosen.staff or (7, 6)) if "day" in parts else []
    rows += fortnight(*given, seconds) if "fortnight" in parts else []
    rows += fortnights(*given, seconds / 10) if "teams" in parts else []
    if "town" in parts:
        rows += towns_day(chosen.town, chosen.town_seconds)
    finish(rows, chosen.json)


if __name__ == "__main__":
    main()
