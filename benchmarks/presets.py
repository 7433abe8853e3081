"""The demo's fortnight by each of the named prices: what one gains is what another gives.

``python -m benchmarks.presets [--clients 400] [--seed 1] [--only NAME …] [--json FILE]``
plans the town of ``hemrunda demo`` with teams and contacts made once, by `PRESETS`, at the effort
that is default, and lays the default's measures beside the others'. Targets are for `balanced`.

With ``--orders``: by the municipalities' own presets (``[general] preset``) instead, each with
teams and contacts by its own rules; and once more, as ``… soft``, those that make what is not daily
near-hard the contact's (`NON_DAILY_HERS`), without that.

Each preset's figures are printed, and the file of ``--json`` written, as soon as it is planned.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from benchmarks.common import Row, markdown, timed, write_rows
from data.demo import make_municipality, make_streets
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.rules import Rules, preset
from data.travel_times import TravelTimes
from partition import plan_teams
from partition.contacts.deputies import twins_by_roster
from routing.check import check_plan
from routing.engine.weights import (
    NON_DAILY_HERS,
    ORDERS,
    PRESETS,
    RoundWeights,
    preset_weights,
)
from routing.measures import Scope, measure
from routing.rounds import plan_rounds
from routing.travel import travel_times

MODE = "bike"
PARTS_LEAST = 3
"""Roles with fewer carers at some hours have no tenth part of their own."""


@dataclass(frozen=True)
class Town:
    """The demo's municipality with teams, contacts and ways."""

    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules


def demo_town(n_clients: int, seed: int, workers: int, rules: Rules | None = None) -> Town:
    """As ``hemrunda demo`` makes it."""
    network, rules = make_streets(n_clients=n_clients), rules or Rules()
    municipality = make_municipality(network, n_clients=n_clients, n_days=14, seed=seed)
    modes = sorted({carer.travel_mode for carer in municipality.staff} | {MODE})
    travel, _, _ = travel_times(network, municipality, modes)
    plan = plan_teams(
        municipality, travel, rules, network=network, mode=MODE, seed=seed, workers=workers
    )
    plan = replace(plan, twin=twins_by_roster(municipality, plan.twin))
    return Town(municipality, plan, travel, rules)


@dataclass(frozen=True)
class Fortnight:
    """A town's plan by one preset."""

    town: Town
    plan: RoundPlan
    cpu_s: float

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """The municipality's measures, then each area's."""
        town = self.town
        found = measure(town.municipality, town.team_plan, town.travel, town.rules, self.plan)
        return found.municipality, *found.areas.values()

    @property
    def whole(self) -> Scope:
        """The municipality's measures."""
        return self.scopes[0]

    @property
    def least_of_ceiling(self) -> float:
        """The area whose contacts are furthest from their ceiling."""
        return min(area.who.contact_of_ceiling_pct or 0.0 for area in self.scopes[1:])

    @property
    def ways_h(self) -> float:
        """Ways and doors."""
        return sum(row.travel_s + row.access_s for row in self.plan.rows) / 3600

    @property
    def widest_points(self) -> float:
        """From the 10th to the 90th percentile of client time, in the role where it is widest."""
        roles = self.whole.fairness.client_time_pct_by_role.values()
        return max((high or 0.0) - (low or 0.0) for n, low, high in roles if n >= PARTS_LEAST)

    @cached_property
    def n_broken(self) -> int:
        """Violations by the checker."""
        town = self.town
        return len(
            check_plan(town.municipality, town.team_plan, town.travel, town.rules, self.plan)
        )


def fortnight(town: Town, weights: RoundWeights, seed: int, workers: int) -> Fortnight:
    """Plan the town by one preset's prices."""
    took = timed(
        partial(
            plan_rounds, town.municipality, town.team_plan, town.travel, town.rules,
            dates=town.municipality.dates, seed=seed, workers=workers, weights=weights,
        )
    )  # fmt: skip
    return Fortnight(town, took.result, took.cpu_s)


MEASURES: tuple[tuple[str, str, float, bool, Callable[[Fortnight], float]], ...] = (
    ("visits by the contact, of the bound", "%", 95, True,
     lambda one: one.whole.who.contact_of_ceiling_pct or 0.0),
    ("the same in the area where it is least", "%", 92, True, lambda one: one.least_of_ceiling),
    ("not daily by the contact, of what can be made", "%", 88, True,
     lambda one: one.whole.who.non_daily_of_possible_pct or 0.0),
    ("different carers in 14 days, two visits a day or more", "in the mean", 7.5, False,
     lambda one: one.whole.continuity.distinct_carers_mean or 0.0),
    ("daily visits whose starts lie within 30 minutes", "%", 70, True,
     lambda one: one.whole.continuity.daily.spread_within_30_pct or 0.0),
    ("daily starts in their commonest half-hour", "%", 80, True,
     lambda one: one.whole.continuity.daily.in_commonest_half_hour_pct or 0.0),
    ("starts within 15 minutes of the wished time", "%", 45, True,
     lambda one: one.whole.continuity.wished_within_15_pct or 0.0),
    ("client time, 10th to 90th percentile, widest role", "points", 20, False,
     lambda one: one.widest_points),
    ("left out of class 1", "carer-visits", 0, False,
     lambda one: one.whole.planned.n_unplanned_by_priority["1"]),
    ("left out in all", "carer-visits", -1, False, lambda one: one.whole.planned.n_unplanned),
    ("ways and doors", "h", -1, False, lambda one: one.ways_h),
    ("violations by the checker", "", 0, False, lambda one: one.n_broken),
    ("processor time of the rounds", "s", 90, False, lambda one: one.cpu_s),
)  # fmt: skip
"""What, its unit, the target (-1: none), whether more is better, and how it is read."""
LARGE = {"left out of class 1": 10, "processor time of the rounds": 2400}
"""Other targets, for a town of thousands."""


def rows_of(found: dict[str, Fortnight], n_clients: int) -> list[Row]:
    """A row a measure: the first preset's value, and the others' beside it."""
    first, *others = found
    rows = []
    for what, unit, usual, more, read in MEASURES:
        target = LARGE.get(what, usual) if n_clients > 1000 else usual
        value = read(found[first])
        sign, holds = ("≥", value >= target) if more else ("≤", value <= target)
        rows.append(
            Row(
                f"{first}, {n_clients} clients: {what}", value, unit,
                f"{sign} {target:g}" if target >= 0 else "", holds if target >= 0 else None,
                {name: read(found[name]) for name in others},
            )
        )  # fmt: skip
    return rows


SOFT = " soft"
"""Ends the name of a preset that is planned without its near-rule."""
BY_ORDERS = (*ORDERS, *(name + SOFT for name in NON_DAILY_HERS))


def compiled(seed: int) -> None:
    """A small town's day, so that nobody's processor time holds the compiler's."""
    town = demo_town(30, seed, 1)
    short: dict[str, Any] = {"dates": town.municipality.dates[:1], "n_iterations": 500}
    plan_rounds(town.municipality, town.team_plan, town.travel, town.rules, **short)


def by_prices(names: list[str], n_clients: int, seed: int, workers: int) -> Iterator[Fortnight]:
    """The town by each of the named prices, teams and contacts made once."""
    town = demo_town(n_clients, seed, workers)
    for name in names:
        yield fortnight(town, PRESETS[name], seed, workers)


def by_orders(names: list[str], n_clients: int, seed: int, workers: int) -> Iterator[Fortnight]:
    """The town by each of the municipalities' presets, teams and contacts by its own rules."""
    for name in names:
        own = name.removesuffix(SOFT)
        weights = preset_weights(own)
        if own != name:
            weights = replace(weights, passed_by=0, change=RoundWeights().change)
        yield fortnight(demo_town(n_clients, seed, workers, preset(own)), weights, seed, workers)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=[*PRESETS, *BY_ORDERS], metavar="NAME")
    parser.add_argument("--orders", action="store_true")
    parser.add_argument("--json")
    chosen = parser.parse_args()
    known, planned = (BY_ORDERS, by_orders) if chosen.orders else (tuple(PRESETS), by_prices)
    names = chosen.only or list(known)
    if strange := sorted({*names} - {*known}):
        parser.error(f"--only {' '.join(strange)}: not among {', '.join(known)}")
    compiled(chosen.seed)
    by_name: dict[str, Fortnight] = {}
    for name, plan in zip(
        names, planned(names, chosen.clients, chosen.seed, chosen.workers), strict=True
    ):
        by_name[name] = plan
        print(markdown(rows_of({name: plan}, chosen.clients)), flush=True)
        if chosen.json:
            write_rows(rows_of(by_name, chosen.clients), chosen.json)
    print(markdown(rows_of(by_name, chosen.clients)))


if __name__ == "__main__":
    main()
