"""Rules on teams, contacts and vices. ``round_id`` of a violation holds the team's id."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from data.model import DATE_MIN
from data.plans import Violation
from routing.check.check_decisions import in_force
from routing.check.view import TeamView


def _first_day(view: TeamView) -> dt.date:
    """The day on which a contact's delegations are read: the roster's first."""
    return min((shift.date for shift in view.municipality.roster), default=DATE_MIN)


def team_cover(view: TeamView) -> Iterator[Violation]:
    """``team_cover``: every client is in exactly one team, and no team holds anybody else."""
    placed = Counter(client_id for team in view.team_plan.teams for client_id in team.client_ids)
    known = {client.client_id for client in view.clients}
    for client_id in sorted(known | placed.keys()):
        if client_id not in known:
            yield Violation("team_cover", "", "", f"okänd brukare {client_id}")
        elif placed[client_id] != 1:
            text = f"brukare {client_id} är i {placed[client_id]} arbetslag"
            yield Violation("team_cover", "", "", text)
    ids = Counter(team.team_id for team in view.team_plan.teams)
    for team_id, n in ids.items():
        if n > 1:
            yield Violation("team_cover", team_id, "", f"{n} arbetslag heter {team_id}")


def team_size(view: TeamView) -> Iterator[Violation]:
    """``team_size``: every team keeps the bounds, where any number of teams could (faults C2)."""
    rules = view.rules.teams
    n_clients = len(view.clients)
    counts = [rules.n_teams] if rules.n_teams is not None else range(1, n_clients + 1)
    if not any(n * rules.clients_min <= n_clients <= n * rules.clients_max for n in counts):
        return
    if rules.n_teams is not None and len(view.team_plan.teams) != rules.n_teams:
        text = f"{len(view.team_plan.teams)} arbetslag, ska vara {rules.n_teams}"
        yield Violation("team_size", "", "", text)
    for team in view.team_plan.teams:
        n = len(team.client_ids)
        if not rules.clients_min <= n <= rules.clients_max:
            text = f"{n} brukare, ska vara {rules.clients_min}–{rules.clients_max}"
            yield Violation("team_size", team.team_id, "", text)


def household(view: TeamView) -> Iterator[Violation]:
    """``household``: couples have the same team."""
    teams_of: dict[str, set[str]] = defaultdict(set)
    for client in view.clients:
        if client.household_id:
            teams_of[client.household_id].add(
                view.team_plan.team_of_client.get(client.client_id, "")
            )
    for household_id, team_ids in sorted(teams_of.items()):
        if len(team_ids) > 1:
            yield Violation("household", "", "", f"hushåll {household_id} är delat")


def together(view: TeamView) -> Iterator[Violation]:
    """``together``: clients whom the planner keeps together have the same team (FA-16)."""
    teams_of: dict[str, set[str]] = defaultdict(set)
    for client in view.clients:
        if client.together_id and client.client_id in view.team_plan.team_of_client:
            teams_of[client.together_id].add(view.team_plan.team_of_client[client.client_id])
    for together_id, team_ids in sorted(teams_of.items()):
        if len(team_ids) > 1:
            lag = ", ".join(sorted(team_ids))
            yield Violation("together", "", "", f"{together_id} ska hållas ihop men finns i {lag}")


def locked_team(view: TeamView) -> Iterator[Violation]:
    """``locked_team``: clients locked to their present team are still in it (faults D9)."""
    for client in view.clients:
        now = view.team_plan.team_of_client.get(client.client_id)
        if client.locked_team and client.team_id and now != client.team_id:
            text = f"brukare {client.client_id} är låst till {client.team_id}"
            yield Violation("locked_team", client.team_id, "", text)


def team_base(view: TeamView) -> Iterator[Violation]:
    """``team_base``: every team has an area, and premises that exist."""
    for team in view.team_plan.teams:
        if team.base_id not in view.municipality.base_by_id:
            yield Violation("team_base", team.team_id, "", "arbetslaget har ingen känd lokal")
        if not team.area_id:
            yield Violation("team_base", team.team_id, "", "arbetslaget har inget resursområde")


def staff_place(view: TeamView) -> Iterator[Violation]:
    """``staff_place``: every carer's team exists, lies in the carer's area, and has a base."""
    plan = view.team_plan
    for staff_id in sorted(view.municipality.staff_by_id):
        team = plan.team_by_id.get(plan.staff_team.get(staff_id, ""))
        if staff_id in plan.staff_team and team is None:
            yield Violation("staff_place", "", "", f"{staff_id} hör till ett okänt arbetslag")
        if team is not None and plan.staff_area.get(staff_id) != team.area_id:
            text = f"{staff_id} hör till ett arbetslag i ett annat område"
            yield Violation("staff_place", team.team_id, "", text)
        if plan.staff_base.get(staff_id, "") not in view.municipality.base_by_id:
            yield Violation("staff_place", "", "", f"{staff_id} har ingen känd lokal")


def contact_listed(view: TeamView) -> Iterator[Violation]:
    """``contact_listed``: who needs a contact has one, or is listed with the reason; never both."""
    plan = view.team_plan
    for client in view.clients:
        has = client.client_id in plan.contact
        listed = bool(plan.without_contact.get(client.client_id, "").strip())
        if has and listed:
            text = f"brukare {client.client_id} både har och saknar omsorgskontakt"
        elif client.needs_contact and not has and not listed:
            text = f"brukare {client.client_id} saknar omsorgskontakt utan orsak"
        else:
            continue
        yield Violation("contact_listed", "", "", text)


def contact_title(view: TeamView) -> Iterator[Violation]:
    """``contact_title``: a contact is a carer who may be one: title or transition (OR-14)."""
    for client_id, staff_id in sorted(view.team_plan.contact.items()):
        carer = view.municipality.staff_by_id.get(staff_id)
        if carer is None:
            text = f"brukare {client_id}: okänd omsorgskontakt {staff_id}"
        elif not (carer.may_be_contact or _is_kontaktman(view, client_id)):
            text = f"brukare {client_id}: {staff_id} har inte titeln"
        elif carer.role != "contact":
            text = f"brukare {client_id}: {staff_id} är inte omsorgskontakt till rollen"
        else:
            continue
        yield Violation("contact_title", "", "", text)


def _is_kontaktman(view: TeamView, client_id: str) -> bool:
    """Whether the client's contact is of the older kind, who needs no title (OR-15)."""
    client = view.municipality.client_by_id.get(client_id)
    return client is not None and client.kontaktman


def contact_blocked(view: TeamView) -> Iterator[Violation]:
    """``contact_blocked``: no contact or vice is somebody whom the client has said no to."""
    plan = view.team_plan
    chosen_as = (("kontakt", plan.contact), ("vice", plan.vice), ("kvällsvice", plan.evening_vice))
    for name, chosen in chosen_as:
        for client_id, staff_id in sorted(chosen.items()):
            client = view.municipality.client_by_id.get(client_id)
            carer = view.municipality.staff_by_id.get(staff_id)
            if client is None or carer is None:
                continue
            if staff_id in client.blocked_staff:
                text = f"brukare {client_id}: {name} {staff_id} är spärrad"
                yield Violation("contact_blocked", "", "", text)
            if client.pets and carer.pet_allergy:
                text = f"brukare {client_id}: {name} {staff_id} tål inte djur"
                yield Violation("contact_blocked", "", "", text)
            if client.smoker and carer.smoke_averse:
                text = f"brukare {client_id}: {name} {staff_id} tål inte rök"
                yield Violation("contact_blocked", "", "", text)


def contact_delegation(view: TeamView) -> Iterator[Violation]:
    """``contact_delegation``: the contact holds every skill the client's visits need (LU-34)."""
    day = _first_day(view)
    for client_id, staff_id in sorted(view.team_plan.contact.items()):
        carer = view.municipality.staff_by_id.get(staff_id)
        if carer is None:
            continue
        visits = view.municipality.visits_of.get(client_id, ())
        needed = {skill for visit in visits if visit.mode != "external" for skill in visit.skills}
        for skill in sorted(needed):
            valid_to = carer.skills.get(skill)
            if valid_to is None or valid_to < day:
                text = f"brukare {client_id}: {staff_id} saknar {skill}"
                yield Violation("contact_delegation", "", "", text)


def contact_team(view: TeamView) -> Iterator[Violation]:
    """``contact_team``: contact and vice belong to the client's team.

    A vice may also be of the pool of the team's area, where nobody in the team qualifies (MA-12);
    whoever is decided may be of any team of the area.
    """
    plan = view.team_plan
    decided = {(decision.client_id, decision.staff_id) for decision in in_force(view.municipality)}
    for name, chosen in (("kontakt", plan.contact), ("vice", plan.vice)):
        for client_id, staff_id in sorted(chosen.items()):
            team_id = plan.team_of_client.get(client_id, "")
            if name == "vice" and _is_of_the_pool(view, staff_id, team_id):
                continue
            area_id = plan.team_by_id[team_id].area_id if team_id in plan.team_by_id else ""
            if (client_id, staff_id) in decided and plan.staff_area.get(staff_id) == area_id:
                continue
            if plan.staff_team.get(staff_id) != team_id:
                text = f"brukare {client_id}: {name} {staff_id} är i ett annat arbetslag"
                yield Violation("contact_team", team_id, "", text)


def _is_of_the_pool(view: TeamView, staff_id: str, team_id: str) -> bool:
    carer = view.municipality.staff_by_id.get(staff_id)
    team = view.team_plan.team_by_id.get(team_id)
    if carer is None or team is None or carer.role != "pool":
        return False
    return view.team_plan.staff_area.get(staff_id) == team.area_id


def contact_load(view: TeamView) -> Iterator[Violation]:
    """``contact_load``: nobody is contact for more clients than the rule's highest (MA-09).

    Fewer than the lowest is no fault of a plan: blocks, delegations and present contacts can
    leave a carer with one. `routing.measures` counts them.
    """
    n_clients_of = Counter(view.team_plan.contact.values())
    highest = view.rules.contacts.clients_max
    for staff_id, n in sorted(n_clients_of.items()):
        if n > highest:
            team_id = view.team_plan.staff_team.get(staff_id, "")
            text = f"{staff_id} är omsorgskontakt för {n}, högst {highest}"
            yield Violation("contact_load", team_id, "", text)


def vice(view: TeamView) -> Iterator[Violation]:
    """``vice``: a vice, by day or in the evening, is a known carer and not the contact (OR-08)."""
    for name, chosen in (
        ("vice", view.team_plan.vice),
        ("kvällsvice", view.team_plan.evening_vice),
    ):
        for client_id, staff_id in sorted(chosen.items()):
            if staff_id not in view.municipality.staff_by_id:
                yield Violation("vice", "", "", f"brukare {client_id}: okänd {name} {staff_id}")
            if view.team_plan.contact.get(client_id) == staff_id:
                yield Violation("vice", "", "", f"brukare {client_id}: {name} är omsorgskontakten")


def twin(view: TeamView) -> Iterator[Violation]:
    """``twin``: twins are two, each the other's, in the same team (MA-11)."""
    plan = view.team_plan
    for staff_id, other_id in sorted(plan.twin.items()):
        if staff_id == other_id or plan.twin.get(other_id) != staff_id:
            yield Violation("twin", "", "", f"{staff_id} och {other_id} är inte varandras tvilling")
        elif plan.staff_team.get(staff_id) != plan.staff_team.get(other_id):
            yield Violation("twin", "", "", f"{staff_id} och {other_id} har olika arbetslag")


def twin_weekend(view: TeamView) -> Iterator[Violation]:
    """``twin_weekend``: twins are never rostered on the same weekend (MA-11)."""
    saturdays: dict[str, set[dt.date]] = defaultdict(set)
    for entry in view.municipality.roster:
        if entry.kind == "work" and entry.date.isoweekday() in (6, 7):
            saturdays[entry.staff_id].add(entry.date - dt.timedelta(entry.date.isoweekday() - 6))
    for staff_id, other_id in sorted(view.team_plan.twin.items()):
        both = saturdays[staff_id] & saturdays[other_id]
        if staff_id < other_id and both:
            text = f"{staff_id} och {other_id} arbetar båda helgen {min(both)}"
            yield Violation("twin_weekend", "", "", text)


def area_teams(view: TeamView) -> Iterator[Violation]:
    """``area_teams``: a resource area holds as many teams as the rules say (MA-14).

    Where no number of areas can keep it (five teams in threes and fours), nothing is held against
    the plan.
    """
    low, high = view.rules.teams.areas_teams_min, view.rules.teams.areas_teams_max
    sizes = Counter(team.area_id for team in view.team_plan.teams)
    n_teams = len(view.team_plan.teams)
    if not any(low * n <= n_teams <= high * n for n in range(1, n_teams + 1)):
        return
    for area_id, n in sorted(sizes.items()):
        if not low <= n <= high:
            text = f"resursområde {area_id} har {n} arbetslag, ska ha {low}–{high}"
            yield Violation("area_teams", "", "", text)
