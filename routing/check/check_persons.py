"""Rules on who comes: skills, blocks, allergy, area and tier."""

from __future__ import annotations

from collections.abc import Iterator

from data.plans import Violation
from routing.check.check_decisions import named_pairs
from routing.check.view import PlanView, Stop


def skills(view: PlanView) -> Iterator[Violation]:
    """``skills``: every carer of the visit holds each skill it needs, valid that day (LU-34)."""
    for stop in view.stops:
        for skill in sorted(stop.visit.skills):
            valid_to = stop.carer.skills.get(skill)
            if valid_to is None or valid_to < stop.row.date:
                yield stop.broken("skills", f"{stop.carer.staff_id} saknar {skill}")


def blocked(view: PlanView) -> Iterator[Violation]:
    """``blocked``: nobody comes whom the client has said no to."""
    for stop in view.stops:
        if stop.carer.staff_id in stop.client.blocked_staff:
            yield stop.broken("blocked", f"{stop.carer.staff_id} är spärrad")


def pet_allergy(view: PlanView) -> Iterator[Violation]:
    """``pet_allergy``: who cannot stand pets or smoke enters no home with it (MA-29)."""
    for stop in view.stops:
        if stop.client.smoker and stop.carer.smoke_averse and stop.visit.mode != "digital":
            yield stop.broken("pet_allergy", f"{stop.carer.staff_id} tål inte rök")
        if stop.client.pets and stop.carer.pet_allergy and stop.visit.mode != "digital":
            yield stop.broken("pet_allergy", f"{stop.carer.staff_id} tål inte djur")


def own_area(view: PlanView) -> Iterator[Violation]:
    """``own_area``: a contact by day serves the own team, everybody else all of the own area.

    Where `RoundRules.lend_in_area` says so, contacts by day serve all of the own area too.
    Evening shifts, floaters and pool carers serve the area, and so does anyone whom the planner
    has locked to the visit or a decision names for it; contact, vice and evening vice of a client
    may always come. Where `RoundRules.lend_between_areas` says so, carers serve other areas too.
    """
    plan = view.team_plan
    locked = {(lock.visit_id, lock.date, lock.staff_id) for lock in view.municipality.pins}
    named = named_pairs(view.municipality)
    for stop in view.stops:
        carer, client_id = stop.carer, stop.row.client_id
        me, team_id = carer.staff_id, plan.team_of_client[client_id]
        if me in [carers.get(client_id) for carers in (plan.contact, plan.vice, plan.evening_vice)]:
            continue
        if plan.staff_team.get(me) == team_id:
            continue
        serves_area = (
            view.rules.rounds.lend_in_area
            or carer.role != "contact"
            or carer.shift_group == "evening"
            or stop.row.shift != "day"
            or (stop.visit.visit_id, stop.row.date, me) in locked
            or (stop.visit.visit_id, me) in named
        )
        area_id = plan.team_by_id[team_id].area_id
        if plan.staff_area.get(me) == area_id:
            if not serves_area:
                yield stop.broken("own_area", f"{me} hör inte till arbetslag {team_id}")
        elif not view.rules.rounds.lend_between_areas:
            yield stop.broken("own_area", f"{me} hör inte till område {area_id}")


def persons_max(view: PlanView) -> Iterator[Violation]:
    """``persons_max``: where hard, no more persons than that come to a client (MA-13).

    Whom a lock or a decision names for the visit is not counted.
    """
    rules = view.rules.contacts
    if not (rules.persons_max and rules.persons_hard):
        return
    locked = {(lock.visit_id, lock.date, lock.staff_id) for lock in view.municipality.pins}
    named = named_pairs(view.municipality)
    come: dict[str, set[str]] = {}
    for stop in view.stops:
        me, visit_id = stop.carer.staff_id, stop.visit.visit_id
        if (visit_id, stop.row.date, me) in locked or (visit_id, me) in named:
            continue
        people = come.setdefault(stop.row.client_id, set())
        if me not in people and len(people) == rules.persons_max:
            yield stop.broken("persons_max", f"{me} är en till; högst {rules.persons_max} personer")
        people.add(me)


def tier(view: PlanView) -> Iterator[Violation]:
    """``tier``: the row says how near the carer stands to the client (MA-12)."""
    for stop in view.stops:
        expected = _tier(view, stop)
        if stop.row.tier != expected:
            yield stop.broken("tier", f"nivån är {expected}, inte {stop.row.tier}")


def _tier(view: PlanView, stop: Stop) -> str:
    plan, me, client_id = view.team_plan, stop.carer.staff_id, stop.row.client_id
    contact = plan.contact.get(client_id)
    if contact == me:
        return "contact"
    if plan.vice.get(client_id) == me:
        return "vice"
    if contact is not None and plan.twin.get(contact) == me:
        return "vice"
    evening = plan.evening_vice.get(client_id)
    if evening is not None and me in (evening, plan.twin.get(evening)):
        return "vice"
    is_own = plan.staff_team.get(me, "") == plan.team_of_client[client_id]
    if stop.carer.role == "pool" or not is_own:
        return "pool"
    return "floater" if stop.carer.role == "floater" else "team"
