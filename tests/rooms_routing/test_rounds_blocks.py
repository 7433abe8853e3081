"""Blocks at the base: where they stand, and what may stand beyond them (LU-40)."""

from dataclasses import replace

import pytest

from data.model import Shift, Visit
from data.rules import RoundRules, Rules
from tests.rooms_routing.test_rounds_plan import MONDAY, H, M, faults, plan_of, random_world


def one_shift(part, meetings, handover_min, visits=()):
    """A team at work in one shift with many short visits that ask for no way."""
    world = random_world(1, n_teams=1, n_days=1)
    who, begin, end = ("D00", 7 * H, 15 * H) if part == "day" else ("E0", 15 * H, 22 * H)
    short = tuple(
        Visit(f"V{i:02d}", "C00", "check_in", 2 * M, begin, end - 2 * M, mode="digital")
        for i in range(60)
    )
    lines = [Shift(who, MONDAY, begin, end)]
    lines += [Shift(who, MONDAY, a, b, "meeting") for a, b in meetings]
    world.municipality = replace(world.municipality, visits=(*short, *visits), roster=tuple(lines))
    world.rules = Rules(rounds=RoundRules(handover_s=handover_min * M))
    return world


@pytest.mark.parametrize("handover_min", [5, 30, 60])
@pytest.mark.parametrize(
    ("part", "meetings"),
    [
        ("day", [(13 * H, 15 * H - 4 * M)]),
        ("day", [(13 * H, 14 * H), (14 * H + 10 * M, 14 * H + 50 * M)]),
        ("evening", [(15 * H + 4 * M, 16 * H)]),
        ("evening", [(15 * H + 3 * M, 16 * H), (16 * H + 5 * M, 17 * H)]),
    ],
)
def test_no_visit_stands_beyond_a_handover_that_a_meeting_has_moved(part, meetings, handover_min):
    """The minutes left between a meeting and the end of the shift are nobody's visit."""
    world = one_shift(part, meetings, handover_min)
    plan = plan_of(world)
    assert faults(world, plan) == ()
    assert plan.unused == ()
    kinds = [row.kind for row in plan.rows]
    assert kinds.count("visit") == 60
    assert kinds.count("meeting") == len(meetings)


def test_a_handover_longer_than_its_shift_is_told():
    """A short shift cannot be all handover: it is not used, and the plan says why."""
    world = one_shift("day", [], 60)
    world.municipality = replace(world.municipality, roster=(Shift("D00", MONDAY, 7 * H, 10 * H),))
    world.rules = Rules(rounds=RoundRules(handover_s=4 * H))
    plan = plan_of(world)
    assert faults(world, plan) == ()
    assert [one.reason for one in plan.unused] == ["överrapporteringen ryms inte i passet"]
