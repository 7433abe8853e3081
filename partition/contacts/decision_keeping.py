"""Decisions against the rules, and a division that is at hand with them kept (LU-06, MA-05).

`forbidden_decisions` names each decision that a rule forbids, with its row and the rule. What is
left is kept: `with_decisions` lays it over a division that somebody has planned rounds by, and
changes nothing else but what must follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from data.care.decisions import in_force_of, of_kind, persons_named
from data.care.eligibility import Bar, enters_home, lacking, personal_bars
from data.errors import InfeasibleError
from data.model import DATE_MIN, Client, Decision, DecisionKind, Municipality, Staff
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.contacts.contact_candidates import contact_candidates
from partition.contacts.contact_choice import Contacts
from partition.contacts.deputies import days_at_work, make_deputies, may_be_twins
from partition.contacts.evening_vices import with_evening_vices
from partition.staff.staffing import Staffing
from partition.teams.must_link import must_links

KINDS_SV = {
    "team": "lag", "contact": "kontakt", "vice": "vice", "twin": "tvilling", "person": "person",
    "day": "dag", "time": "tid",
}  # fmt: skip


def label(decision: Decision) -> str:
    """Where a decision stands and what it says, in Swedish, with ids only."""
    about = decision.visit_id or decision.client_id or decision.staff_id
    what = decision.team_id or (decision.twin_id if decision.kind == "twin" else decision.staff_id)
    said = (
        f"{KINDS_SV[decision.kind]} {what} för {about}"
        if what
        else f"{KINDS_SV[decision.kind]} {about}"
    )
    return f"{decision.source or 'Beslut'}: {said}"


def forbidden_decisions(municipality: Municipality, rules: Rules) -> tuple[str, ...]:
    """Each decision in force that a rule forbids, with where it stands and the rule."""
    forbidden = [
        f"{label(decision)}: {why}"
        for decision in in_force_of(municipality)
        for why in _against(decision, municipality)
    ]
    decided = of_kind(municipality, "contact")
    n_of = Counter(decision.staff_id for decision in decided.values())
    most = rules.contacts.clients_max
    forbidden += [
        f"{label(decision)}: {decision.staff_id} är beslutad för {n_of[decision.staff_id]} "
        f"brukare, högst {most} "
        "(regel contact_load)"
        for decision in decided.values()
        if n_of[decision.staff_id] > most
    ]
    for client_id, decision in of_kind(municipality, "vice").items():
        if client_id in decided and decided[client_id].staff_id == decision.staff_id:
            forbidden.append(f"{label(decision)}: är redan beslutad som kontakt (regel vice)")
    return tuple(forbidden)


def refuse_forbidden(municipality: Municipality, rules: Rules) -> None:
    """Stop where a decision is forbidden.

    Raises
    ------
    InfeasibleError
        Naming every such decision, its row and the rule.
    """
    forbidden = forbidden_decisions(municipality, rules)
    if forbidden:
        raise InfeasibleError("Beslut som en regel förbjuder:\n  " + "\n  ".join(forbidden))


def _against(decision: Decision, municipality: Municipality) -> Iterator[str]:
    carer = municipality.staff_by_id.get(decision.staff_id)
    if decision.kind in ("contact", "vice"):
        client = municipality.client_by_id[decision.client_id]
        if carer is not None:
            yield from _for_client(carer, client, contact=decision.kind == "contact")
            if decision.kind == "contact":
                yield from _delegations(carer, client, municipality)
    elif decision.kind == "person" and carer is not None:
        for visit_id, decisions in persons_named(municipality).items():
            visit = municipality.visit_by_id[visit_id]
            if decision not in decisions:
                continue
            client = municipality.client_by_id[visit.client_id]
            bars = personal_bars(carer, client, enters=enters_home(visit))
            if Bar.REFUSED in bars:
                yield f"spärrad för brukaren, besök {visit_id} (regel blocked)"
            if Bar.PETS in bars:
                yield f"allergisk mot brukarens djur, besök {visit_id} (regel pet_allergy)"
            if Bar.SMOKE in bars:
                yield f"tål inte rök, besök {visit_id} (regel pet_allergy)"
            missing = sorted(visit.skills - set(carer.skills))
            if missing:
                yield f"saknar {', '.join(missing)}, besök {visit_id} (regel skills)"
    elif decision.kind == "twin" and carer is not None:
        other = municipality.staff_by_id[decision.twin_id]
        days = days_at_work(municipality)
        if not may_be_twins(carer.staff_id, other.staff_id, days):
            yield "arbetar samma helg (regel twin_weekend)"


def _for_client(carer: Staff, client: Client, *, contact: bool) -> Iterator[str]:
    if contact and not carer.may_be_contact and not client.kontaktman:
        yield "saknar titeln undersköterska och övergångsregel (regel contact_title)"
    if contact and carer.role != "contact":
        yield "har inte rollen kontakt (regel contact_title)"
    bars = personal_bars(carer, client, enters=True)
    if Bar.REFUSED in bars:
        yield "spärrad för brukaren (regel contact_blocked)"
    if Bar.PETS in bars:
        yield "allergisk mot brukarens djur (regel contact_blocked)"
    if Bar.SMOKE in bars:
        yield "tål inte rök (regel contact_blocked)"


def _delegations(carer: Staff, client: Client, municipality: Municipality) -> Iterator[str]:
    """Skills that the contact must hold on the first day, as the checker reads the rule."""
    day = min((shift.date for shift in municipality.roster), default=DATE_MIN)
    visits = municipality.visits_of[client.client_id]
    wanted = {skill for visit in visits if visit.mode != "external" for skill in visit.skills}
    missing = lacking(carer, wanted, day)
    if missing:
        yield f"saknar delegering: {', '.join(missing)} (regel contact_delegation)"


@dataclass(frozen=True)
class Kept:
    """What laying decisions over a division has changed there."""

    plan: TeamPlan
    client_ids: frozenset[str]
    """Clients who have got another team, contact or vice: their visits may change carers."""
    changes: tuple[str, ...]
    """One line for each change, in Swedish."""


def with_decisions(
    plan: TeamPlan,
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    mode: str = "bike",
) -> Kept:
    """A division with the municipality's decisions kept, and nothing else changed but what must.

    A client who is moved takes the household along and gets the best contact and vice of the new
    team where none is decided; a vice who becomes the contact is followed by another vice.

    Raises
    ------
    InfeasibleError
        Where a decision is forbidden by a rule, or asks for what the division does not have.
    """
    refuse_forbidden(municipality, rules)
    _refuse_unkept(_misplaced(plan, municipality, rules))
    moved = _moved(plan, municipality)
    after = _with_twins(moved, municipality)
    contact = dict(after.contact)
    contact |= {c: decision.staff_id for c, decision in of_kind(municipality, "contact").items()}
    gone = [
        client_id
        for client_id in sorted(_movers(plan, moved))
        if client_id in contact and client_id not in of_kind(municipality, "contact")
    ]
    for client_id in gone:
        del contact[client_id]
    after = replace(after, contact=contact)
    for client_id in gone:
        after = _with_best_contact(after, municipality, travel, rules, client_id, mode)
    without = {c: why for c, why in after.without_contact.items() if c not in after.contact}
    _refuse_own_vices(after, municipality)
    after = _with_deputies(plan, replace(after, without_contact=without), municipality, rules)
    after = with_evening_vices(after, municipality, travel, mode=mode)
    changed = _changed(plan, after)
    return Kept(
        after, frozenset(changed), tuple(line for lines in changed.values() for line in lines)
    )


def _refuse_unkept(lines: Iterable[str]) -> None:
    """Stop where this plan cannot keep a decision; each has a line."""
    unkept = list(lines)
    if unkept:
        raise InfeasibleError("Beslut som planen inte kan hålla:\n  " + "\n  ".join(unkept))


def _misplaced(plan: TeamPlan, municipality: Municipality, rules: Rules) -> Iterator[str]:
    """Decisions that this division has no place for."""
    team_after = dict(plan.team_of_client)
    for client_id, decision in of_kind(municipality, "team").items():
        if decision.team_id not in plan.team_by_id:
            yield f"{label(decision)}: laget finns inte i planen"
        else:
            team_after.update(dict.fromkeys(_bond_of(municipality, client_id), decision.team_id))
    sizes, before = Counter(team_after.values()), Counter(plan.team_of_client.values())
    low, high = rules.teams.clients_min, rules.teams.clients_max
    for decision in of_kind(municipality, "team").values():
        old = plan.team_of_client.get(decision.client_id, "")
        if decision.team_id in plan.team_by_id and sizes[decision.team_id] > max(
            high, before[decision.team_id]
        ):
            n = sizes[decision.team_id]
            yield f"{label(decision)}: laget får {n} brukare, högst {high} (regel team_size)"
        if old not in ("", decision.team_id) and sizes[old] < min(low, before[old]):
            n = sizes[old]
            yield f"{label(decision)}: lag {old} får {n} brukare, minst {low} (regel team_size)"
    yield from _in_other_areas(plan, municipality, team_after)
    contact = {**plan.contact}
    decided = of_kind(municipality, "contact")
    contact |= {c: decision.staff_id for c, decision in decided.items()}
    n_of, n_before = Counter(contact.values()), Counter(plan.contact.values())
    most = rules.contacts.clients_max
    for client_id, decision in decided.items():
        n = n_of[decision.staff_id]
        if (
            n > max(most, n_before[decision.staff_id])
            and plan.contact.get(client_id) != decision.staff_id
        ):
            yield (
                f"{label(decision)}: får {n} brukare, högst {most} (regel contact_load); "
                f"besluta också "
                "vem hon lämnar"
            )
    for decision in dict.fromkeys(of_kind(municipality, "twin").values()):
        teams = {plan.staff_team.get(who, "") for who in (decision.staff_id, decision.twin_id)}
        if len(teams) > 1:
            yield f"{label(decision)}: har olika arbetslag (regel twin)"


def _bond_of(municipality: Municipality, client_id: str) -> list[str]:
    """The client, and those who are never parted from her."""
    clients = municipality.clients
    for members in must_links(clients):
        ids = [clients[i].client_id for i in members]
        if client_id in ids:
            return ids
    return [client_id]


def _moved(plan: TeamPlan, municipality: Municipality) -> TeamPlan:
    """The plan with clients in the teams that are decided, households kept together."""
    team_of = dict(plan.team_of_client)
    for client_id, decision in of_kind(municipality, "team").items():
        if plan.team_of_client.get(client_id) != decision.team_id:
            team_of.update(dict.fromkeys(_bond_of(municipality, client_id), decision.team_id))
    members: dict[str, list[str]] = {team.team_id: [] for team in plan.teams}
    for client_id, team_id in sorted(team_of.items()):
        members[team_id].append(client_id)
    teams = tuple(replace(team, client_ids=tuple(members[team.team_id])) for team in plan.teams)
    return plan if teams == plan.teams else replace(plan, teams=teams)


def _movers(before: TeamPlan, after: TeamPlan) -> set[str]:
    was = before.team_of_client
    return {client for client, team in after.team_of_client.items() if was.get(client) != team}


def _with_twins(plan: TeamPlan, municipality: Municipality) -> TeamPlan:
    twin = dict(plan.twin)
    for decision in dict.fromkeys(of_kind(municipality, "twin").values()):
        for who in (decision.staff_id, decision.twin_id):
            twin.pop(twin.pop(who, ""), None)
        twin[decision.staff_id], twin[decision.twin_id] = decision.twin_id, decision.staff_id
    return replace(plan, twin=twin)


def _with_best_contact(
    plan: TeamPlan,
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    client_id: str,
    mode: str,
) -> TeamPlan:
    """A contact of the new team for a client who has moved; the reason where there is none."""
    candidates = contact_candidates(municipality, plan, travel, rules, client_id, mode=mode)
    best = next(
        (candidate for candidate in candidates if candidate.is_possible and candidate.is_same_team),
        None,
    )
    if best is not None:
        return replace(plan, contact={**plan.contact, client_id: best.staff_id})
    why = "ingen i det nya laget kan vara kontakt"
    return replace(plan, without_contact={**plan.without_contact, client_id: why})


def _refuse_own_vices(plan: TeamPlan, municipality: Municipality) -> None:
    """Stop where a client's contact is decided to be the same client's vice.

    Raises
    ------
    InfeasibleError
        Naming every such decision and its row.
    """
    _refuse_unkept(
        f"{label(decision)}: är redan brukarens kontakt; besluta först om en annan (regel vice)"
        for client_id, decision in of_kind(municipality, "vice").items()
        if plan.contact.get(client_id) == decision.staff_id
    )


def _with_deputies(
    before: TeamPlan, plan: TeamPlan, municipality: Municipality, rules: Rules
) -> TeamPlan:
    """Vices that are decided, and new ones for those who have lost theirs."""
    decided = {c: decision.staff_id for c, decision in of_kind(municipality, "vice").items()}
    vice = {**plan.vice, **decided}
    lost = {
        client_id
        for client_id, who in vice.items()
        if who == plan.contact.get(client_id) or client_id not in plan.contact
    }
    lost |= {c for c in _movers(before, plan) if c not in decided and c in plan.contact}
    lost |= {c for c in plan.contact if c not in vice and c not in before.contact}
    for client_id in lost:
        vice.pop(client_id, None)
    if lost & set(plan.contact):
        staffing = Staffing(
            plan.teams, dict(plan.staff_team), dict(plan.staff_area), dict(plan.staff_base)
        )
        covers = make_deputies(
            municipality,
            staffing,
            Contacts(dict(plan.contact), {}),
            cover_model=rules.contacts.cover_model,
        )
        vice |= {c: who for c, who in covers.vice.items() if c in lost}
    return replace(plan, vice=vice)


def _changed(before: TeamPlan, after: TeamPlan) -> dict[str, list[str]]:
    """Lines about each client whose team, contact or vice is another."""
    changed: dict[str, list[str]] = {}
    for client_id in sorted(after.team_of_client):
        pairs = (
            ("lag", before.team_of_client.get(client_id), after.team_of_client[client_id]),
            ("kontakt", before.contact.get(client_id), after.contact.get(client_id)),
            ("vice", before.vice.get(client_id), after.vice.get(client_id)),
        )
        lines = [f"{client_id}: {what} {a or '–'} → {b or '–'}" for what, a, b in pairs if a != b]
        if lines:
            changed[client_id] = lines
    return changed


def refuse_other_areas(plan: TeamPlan, municipality: Municipality) -> None:
    """Stop where a decided contact or vice works in another resource area than the client's.

    Raises
    ------
    InfeasibleError
        Naming every such decision and its row.
    """
    _refuse_unkept(_in_other_areas(plan, municipality, plan.team_of_client))


def _in_other_areas(
    plan: TeamPlan, municipality: Municipality, team_of: Mapping[str, str]
) -> Iterator[str]:
    kinds: tuple[DecisionKind, ...] = ("contact", "vice")
    for kind in kinds:
        for client_id, decision in of_kind(municipality, kind).items():
            team = plan.team_by_id.get(team_of.get(client_id, ""))
            if team is not None and plan.staff_area.get(decision.staff_id) != team.area_id:
                yield f"{label(decision)}: hör till ett annat resursområde (regel contact_team)"
