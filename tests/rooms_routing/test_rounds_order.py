"""Contact, vice or twin, team, floater, pool is an order, and wishes for persons weigh (MA-12)."""

import datetime as dt
from dataclasses import replace

import pytest

from data.care.decisions import decide
from data.model import Decision, Shift, Staff, Visit
from data.rules import preset
from hemrunda.config import _config_of
from routing.engine.weights import RoundWeights, preset_weights
from routing.rounds import replan_rounds
from tests.rooms_routing.test_rounds_plan import H, M, faults, plan_of, random_world

FLAT = {"contact": 0, "vice": 3200, "team": 3215, "floater": 3230, "pool": 3275}
"""As good as no order between those who are not the contact, who cost as much as they do now."""


def vice_share(world, plan):
    """Visits that the vice makes, of those when she is at work and the contact is not."""
    shifts = {}
    for line in world.municipality.roster:
        if line.kind == "work":
            shifts.setdefault((line.staff_id, line.date), []).append(line)

    def at_work(who, row):
        return any(
            one.start_s <= row.start_s and row.end_s <= one.end_s
            for one in shifts.get((who, row.date), ())
        )

    n = [0, 0]
    for row in plan.rows:
        if row.kind != "visit" or at_work(world.team_plan.contact[row.client_id], row):
            continue
        if at_work(world.team_plan.vice[row.client_id], row):
            n[0] += 1
            n[1] += row.tier == "vice"
    return n


def test_the_vice_comes_when_the_contact_is_off():
    """MA-12, LU-14: with prices that hardly differ anyone of the team came instead of the vice."""
    before = after = could = 0
    for seed in range(6):
        world = random_world(seed, per_team=4, n_days=5)
        flat = plan_of(world, n_iterations=2000, weights=RoundWeights(tier=FLAT))
        now = plan_of(world, n_iterations=2000)
        assert not faults(world, now)
        before += vice_share(world, flat)[1]
        could += vice_share(world, now)[0]
        after += vice_share(world, now)[1]
    assert after > before
    assert after > 0.4 * could


@pytest.mark.parametrize("name", ["standard", "lund", "malmo", "orebro"])
def test_each_preset_words_the_order(name):
    """MA-12, LU-31, OR-10: who steps in differs between the municipalities; nobody goes before the
    contact and the vice, and nothing outweighs a visit left out."""
    weights = preset_weights(name)
    order = sorted(weights.tier, key=weights.tier.__getitem__)
    assert order[:2] == ["contact", "vice"]
    assert order[-1] == "pool"
    assert (order[2] == "floater") == (name == "lund")
    dearest = max(weights.tier.values()) * max(weights.non_daily_pct, weights.personal_care_pct)
    assert dearest // 100 < weights.unplanned[3]
    assert weights.tier["team"] * weights.non_daily_pct // 100 <= weights.change
    assert preset(name).contacts.share_target_pct == (50 if name == "orebro" else 25)
    assert preset_weights("standard") == RoundWeights()


def test_the_settings_take_the_presets_prices_and_single_ones_over_them():
    """1.6: one word gives a municipality's order; a price of its own goes before it."""
    found = []
    config = _config_of({"general": {"preset": "lund"}, "prices": {"tier": {"team": 5000}}}, found)
    assert found == []
    assert config.prices.tier["floater"] == preset_weights("lund").tier["floater"]
    assert config.prices.tier["team"] == 5000


def cleaning_by(world, plan, visit_id):
    return [row.staff_id for row in plan.rows if row.visit_id == visit_id]


def test_a_named_person_makes_the_task_whenever_she_is_at_work():
    """MA-18: a colleague shops on Tuesdays, the contact does the rest."""
    n_tried = 0
    for seed in range(8):
        world = random_world(seed, per_team=3, n_days=5)
        town = world.municipality
        visit = next(v for v in town.visits if v.task == "cleaning")
        named = always_there(world, visit)
        if named is None:
            continue
        n_tried += 1
        one = Decision("person", visit.client_id, task="cleaning", staff_id=named)
        world.municipality = decide(town, one)
        plan = plan_of(world, n_iterations=2000)
        assert not faults(world, plan)
        made = cleaning_by(world, plan, visit.visit_id)
        assert made
        assert set(made) == {named}
        rest = [r for r in plan.rows if r.client_id == visit.client_id]
        assert {row.staff_id for row in rest} != {named}
    assert n_tried


def always_there(world, visit):
    """A carer who is not the contact, may come, and works on each of the visit's weekdays."""
    town = world.municipality
    client = town.client_by_id[visit.client_id]
    for carer in town.staff:
        days = {
            line.date.weekday() for line in town.roster
            if (line.staff_id, line.kind) == (carer.staff_id, "work")
        }  # fmt: skip
        barred = carer.staff_id in client.blocked_staff or (client.pets and carer.pet_allergy)
        is_contact = world.team_plan.contact[client.client_id] == carer.staff_id
        if set(visit.weekdays) <= days and carer.shift_group == "day" and not barred | is_contact:
            return carer.staff_id
    return None


def test_a_named_person_of_another_team_may_come_where_nobody_is_lent():
    """MA-18: the checker knows who is named; without the decision the same row breaks own_area."""
    world = random_world(2, n_days=3)
    rules = replace(world.rules, rounds=replace(world.rules.rounds, lend_in_area=False))
    world.rules = rules
    town = world.municipality
    visit = next(v for v in town.visits if v.task == "check_in")
    other = next(
        s.staff_id for s in town.staff
        if s.shift_group == "day" and s.role == "contact" and not s.pet_allergy
        and world.team_plan.staff_team[s.staff_id]
        != world.team_plan.team_of_client[visit.client_id]
        and s.staff_id not in town.client_by_id[visit.client_id].blocked_staff
    )  # fmt: skip
    world.municipality = decide(town, Decision("person", visit_id=visit.visit_id, staff_id=other))
    plan = plan_of(world, n_iterations=2000)
    assert not faults(world, plan)
    made = {row.staff_id for row in plan.rows if row.visit_id == visit.visit_id}
    assert other in made
    world.municipality = town
    assert "own_area" in {one.rule for one in faults(world, plan)}


def test_few_persons_come_where_a_limit_is_set():
    """MA-13, LU-21: at most so many persons a client, where the municipality sets it."""
    most = 3

    def faces(plan):
        met = {}
        for row in plan.rows:
            if row.kind == "visit":
                met.setdefault(row.client_id, set()).add(row.staff_id)
        return sum(max(0, len(found) - most) for found in met.values())

    free = tight = 0
    for seed in range(4):
        world = random_world(seed, per_team=3, n_days=5)
        cheap = replace(RoundWeights(), new_carer_daily=0, new_carer_other=0)
        free += faces(plan_of(world, n_iterations=2000, weights=cheap))
        contacts = replace(world.rules.contacts, persons_max=most)
        world.rules = replace(world.rules, contacts=contacts)
        plan = plan_of(world, n_iterations=2000, weights=cheap)
        assert not faults(world, plan)
        tight += faces(plan)
    assert tight < 0.7 * free


def test_a_limit_on_persons_is_kept_where_it_is_a_rule():
    """MA-13: nobody more comes, also when a day is mended; the checker finds one who does."""
    for seed in range(3):
        world = random_world(seed, per_team=3, n_days=5)
        contacts = replace(world.rules.contacts, persons_max=2, persons_hard=True)
        free = plan_of(world, n_iterations=500)
        world.rules = replace(world.rules, contacts=contacts)
        assert any(one.rule == "persons_max" for one in faults(world, free))
        plan = plan_of(world, n_iterations=500)
        assert not faults(world, plan)
        met = {}
        for row in plan.rows:
            if row.kind == "visit":
                met.setdefault(row.client_id, set()).add(row.staff_id)
        assert max(map(len, met.values())) == 2
        day = plan.dates[2]
        gone = next(r.staff_id for r in plan.rows if r.date == day and r.kind == "visit")
        town = world.municipality
        ill = tuple(
            replace(line, kind="sick") for line in town.roster
            if (line.staff_id, line.date, line.kind) == (gone, day, "work")
        )  # fmt: skip
        world.municipality = replace(town, roster=(*town.roster, *ill))
        mended = replan_rounds(
            world.municipality, world.team_plan, world.travel, world.rules, plan, workers=1
        )
        assert not faults(world, mended)


@pytest.mark.parametrize("wish", ["language", "sex"])
def test_language_and_sex_are_wishes_that_weigh(wish):
    """LU-20, OR-11, OR-19: more visits by who is wished, and none left out for it."""
    n_before = n_after = 0
    for seed in range(4):
        world = random_world(seed, per_team=3, n_days=4)
        town = world.municipality
        asked = {"language": {"languages": frozenset({"finska"})}, "sex": {"sex": "woman"}}[wish]
        fits = {s.staff_id for s in town.staff if s.staff_id[-1] in "02"}
        staff = tuple(replace(s, **asked) if s.staff_id in fits else s for s in town.staff)
        wished = {"language": {"language": "finska"}, "sex": {"wished_sex": "woman"}}[wish]
        clients = tuple(replace(c, **wished) for c in town.clients)
        plain = plan_of(world, n_iterations=8000)
        world.municipality = replace(town, staff=staff, clients=clients)
        heard = plan_of(world, n_iterations=8000)
        assert not faults(world, heard)
        assert len(heard.unplanned) <= len(plain.unplanned) + 1
        for plan, at in ((plain, 0), (heard, 1)):
            n = sum(row.staff_id in fits for row in plan.rows if row.kind == "visit")
            n_before, n_after = n_before + n * (1 - at), n_after + n * at
    assert n_after > n_before


def test_a_named_person_costs_nothing_and_a_day_off_is_no_fault_of_others():
    """MA-18: on days when she is off anybody may come at the usual price."""
    world = random_world(1, n_days=3)
    town = world.municipality
    visit = next(v for v in town.visits if v.task == "lunch")
    off = Staff("X9", "contact", skills={"med": dt.date(2027, 1, 1)})
    world.municipality = decide(
        replace(town, staff=(*town.staff, off)),
        Decision("person", visit_id=visit.visit_id, staff_id="X9"),
    )
    for table in ("staff_team", "staff_area", "staff_base"):
        value = {"staff_team": "T0", "staff_area": "O1", "staff_base": "B0"}[table]
        found = {**getattr(world.team_plan, table), "X9": value}
        world.team_plan = replace(world.team_plan, **{table: found})
    plan = plan_of(world, n_iterations=1000)
    assert not faults(world, plan)
    assert cleaning_by(world, plan, visit.visit_id)
    assert all(row.start_s >= 11 * H for row in plan.rows if row.visit_id == visit.visit_id)


def test_heavy_tasks_of_all_kinds_are_a_rule_where_the_municipality_says_so():
    """MA-35: no half-day with more, when planned, searched on and mended; the plan without the
    rule has such."""
    broken = 0
    for seed in range(4):
        world = random_world(seed, per_team=4, n_days=3)
        free = plan_of(world, n_iterations=800)
        held = replace(world.rules.rounds, heavy_most=1, heavy_hard=True)
        world.rules = replace(world.rules, rounds=held)
        broken += sum(one.rule == "heavy" for one in faults(world, free))
        plan = plan_of(world, n_iterations=800)
        assert not faults(world, plan)
        further = plan_of(world, n_iterations=300, current=free)
        assert not faults(world, further)
        day = plan.dates[1]
        gone = next(row.staff_id for row in plan.rows if row.date == day and row.kind == "visit")
        town = world.municipality
        ill = tuple(
            replace(line, kind="sick") for line in town.roster
            if (line.staff_id, line.date, line.kind) == (gone, day, "work")
        )  # fmt: skip
        world.municipality = replace(town, roster=(*town.roster, *ill))
        mended = replan_rounds(
            world.municipality, world.team_plan, world.travel, world.rules, plan, workers=1
        )
        assert not faults(world, mended)
    assert broken


def test_big_tasks_leave_room_for_daily_visits_of_ones_own_and_of_the_twins():
    """MA-36: the one carer at work has a cleaning that may lie all day, her own client's morning
    and lunch, and the morning of the twin's client, whose contact is off: the daily ones have
    their hours and the cleaning what is left; and where not all fit, the cleaning goes first."""
    world = random_world(5, n_teams=1, per_team=2, n_days=1)
    town, day = world.municipality, world.dates[0]
    mine, hers = (client.client_id for client in town.clients)
    world.team_plan = replace(
        world.team_plan, contact={mine: "D00", hers: "D01"}, vice={mine: "D01", hers: "D00"},
        twin={"D00": "D01", "D01": "D00"},
    )  # fmt: skip
    free = tuple(replace(client, pets=False, blocked_staff=frozenset()) for client in town.clients)

    def daily(name, client_id, at_h):
        return Visit(name, client_id, "morning", 45 * M, at_h * H, at_h * H + 30 * M, priority=2)

    visits = (
        daily("own-morning", mine, 8), daily("twins-morning", hers, 9),
        daily("own-lunch", mine, 12),
        Visit("clean", mine, "cleaning", 80 * M, 8 * H, 13 * H + 20 * M, priority=3),
    )  # fmt: skip
    for cleaning_s, n_left in ((80 * M, 0), (300 * M, 1)):
        all_of = (*visits[:3], replace(visits[3], duration_s=cleaning_s, latest_s=10 * H))
        all_of = all_of if n_left else visits
        world.municipality = replace(
            town, clients=free, visits=all_of, roster=(Shift("D00", day, 7 * H, 15 * H),)
        )
        plan = plan_of(world, n_iterations=300)
        assert not faults(world, plan)
        made = {row.visit_id: row for row in plan.rows if row.kind == "visit"}
        assert {"own-morning", "twins-morning", "own-lunch"} <= made.keys()
        assert made["twins-morning"].tier == "vice"
        assert [row.visit_id for row in plan.unplanned] == ["clean"] * n_left
        if not n_left:
            assert made["clean"].start_s >= made["twins-morning"].end_s
