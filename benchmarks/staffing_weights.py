"""What the weights of staffing are worth: one changed at a time, teams as they are.

Over demo towns, one a seed: contacts and vices of today who stay, carers who change team, and
full-time carers lacking, summed over the teams that lack any::

    python -m benchmarks.staffing_weights --clients 150 --seeds 3
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from unittest.mock import patch

import hemrunda as hr
from data.model import Municipality
from data.plans import TeamPlan
from data.travel_times import TravelTimes
from hemrunda.config import Config
from partition import plan_teams, staff_need
from partition.staff import roster_cover, skill_cover, staffing
from partition.team_planning import complete_plan
from routing.travel import travel_times

MODE = "bike"
CHANGES: tuple[tuple[str, int], ...] = (
    ("KNOWN_AS_CONTACT", 5),
    ("KNOWN_AS_CONTACT", 3), ("KNOWN_AS_CONTACT", 10),
    ("KNOWN_AS_VICE", 1), ("KNOWN_AS_VICE", 4),
    ("EXTRA_SEAT", 6), ("EXTRA_SEAT", 24),
    ("MAX_EXTRA_SEATS", 1), ("MAX_EXTRA_SEATS", 4),
    ("SKILL_WORTH", 20), ("SKILL_WORTH", 80),
    ("N_SWAPS_TRIED", 20), ("N_SWAPS_TRIED", 80),
    ("SPARE_PCT", 5), ("SPARE_PCT", 20),
    ("AREA_WEIGHT", 2), ("AREA_WEIGHT", 8),
    ("FAMILIAR", 100), ("FAMILIAR", 400),
    ("SKILL_WEIGHT", 3), ("SKILL_WEIGHT", 12),
    ("N_LIKELY", 15), ("N_LIKELY", 60),
    ("SHORT_S", 7200), ("SHORT_S", 18_000),
    ("STAYING_WEIGHT", 10), ("STAYING_WEIGHT", 60),
    ("STAYING_EXTRA_SEATS", 3), ("STAYING_EXTRA_SEATS", 12),
)  # fmt: skip
"""The first is as it is."""


@dataclass(frozen=True)
class Outcome:
    """What became of today's persons."""

    contacts_kept: int
    vices_kept: int
    carers_moved: int
    lacking: float


def measured(town: Municipality, plan: TeamPlan, travel: TravelTimes, config: Config) -> Outcome:
    """How much of today is left, and what teams lack."""
    need = staff_need(town, plan, travel, config.rules, mode=MODE)
    lacking = (float(row["full_time_needed"]) - float(row["full_time_now"]) for row in need)
    return Outcome(
        sum(plan.contact.get(c.client_id) == c.contact_id for c in town.clients if c.contact_id),
        sum(plan.vice.get(c.client_id) == c.vice_id for c in town.clients if c.vice_id),
        sum(plan.staff_team.get(s.staff_id) != s.team_id for s in town.staff if s.team_id),
        sum(max(0.0, short) for short in lacking),
    )


def outcomes(n_clients: int, seed: int, *, keeps: bool) -> Iterator[Outcome]:
    """One a change, on the teams of one town; ``keeps`` as in `complete_plan`."""
    scenario = hr.demo(n_clients, 7, seed=seed)
    town, config = scenario.municipality, scenario.config
    travel, *_ = travel_times(scenario.streets, town, [MODE], profile=config.travel)
    network = scenario.streets
    teams = plan_teams(town, travel, config.rules, network=network, n_iterations=300).teams
    for name, value in CHANGES:
        with ExitStack() as changed:
            for module in (staffing, roster_cover, skill_cover):
                if hasattr(module, name):
                    changed.enter_context(patch.object(module, name, value))
            plan = complete_plan(town, teams, travel, config.rules, network=network, keeps=keeps)
        yield measured(town, plan, travel, config)


def main() -> None:
    """Print a line a change: sums over the towns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--keeps", action="store_true", help="as a redesign asks: what must change")
    chosen = parser.parse_args()
    towns = [
        list(outcomes(chosen.clients, seed, keeps=chosen.keeps))
        for seed in range(1, chosen.seeds + 1)
    ]
    for (name, value), *of_towns in zip(CHANGES, *towns, strict=True):
        sums = [sum(figures) for figures in zip(*map(astuple, of_towns), strict=True)]
        print(f"{name:18s} {value:3d}", *(f"{figure:8.1f}" for figure in sums), flush=True)


if __name__ == "__main__":
    main()
