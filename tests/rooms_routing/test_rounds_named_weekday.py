"""A named person for a task on some weekdays alone (MA-18: Tuesday's shopping)."""

import datetime as dt

from data.care.decisions import decide
from data.model import Decision
from tests.rooms_routing.test_rounds_plan import faults, plan_of, random_world

TUESDAY = 1


def at_work_on_tuesday(world, visit):
    """A carer of the day who is not the contact, may come, and works on Tuesday."""
    client = world.municipality.client_by_id[visit.client_id]
    for line in world.municipality.roster:
        carer = world.municipality.staff_by_id[line.staff_id]
        if line.kind != "work" or line.date.weekday() != TUESDAY or carer.shift_group != "day":
            continue
        is_contact = world.team_plan.contact[client.client_id] == carer.staff_id
        barred = carer.staff_id in client.blocked_staff or (client.pets and carer.pet_allergy)
        may = all(carer.holds(skill, line.date) for skill in visit.skills)
        if may and not is_contact and not barred:
            return carer.staff_id
    return None


def makers(plan, client_id, task, visits):
    """Who comes for the task, by date."""
    ids = {visit.visit_id for visit in visits if (visit.client_id, visit.task) == (client_id, task)}
    return {row.date: row.staff_id for row in plan.rows if row.visit_id in ids}


def test_a_named_person_makes_tuesdays_task_and_others_the_rest():
    """The weekday of the decision is hers; the other days cost what they cost without it."""
    n_tried = n_others = 0
    for seed in range(8):
        world = random_world(seed, per_team=3, n_days=4)
        town = world.municipality
        visit = next((v for v in town.visits if v.task == "lunch" and v.carers_required == 1), None)
        named = at_work_on_tuesday(world, visit) if visit is not None else None
        if named is None:
            continue
        plain = plan_of(world, n_iterations=2000)
        was = makers(plain, visit.client_id, "lunch", town.visits)
        one = Decision(
            "person", visit.client_id, task="lunch", staff_id=named, weekdays=(TUESDAY,)
        )  # fmt: skip
        world.municipality = decide(town, one)
        plan = plan_of(world, n_iterations=2000)
        assert not faults(world, plan)
        made = makers(plan, visit.client_id, "lunch", town.visits)
        tuesdays = {day for day in made if day.weekday() == TUESDAY}
        assert all(made[day] == named for day in tuesdays)
        n_tried += bool(tuesdays) and named not in {was.get(day) for day in tuesdays}
        n_others += sum(made[day] != named for day in made if isinstance(day, dt.date))
    assert n_tried, "no world in which the decision had to change anybody"
    assert n_others > n_tried, "she makes the other days too, which nobody asked for"
