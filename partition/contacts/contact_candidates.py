"""Who could be a client's contact, in order, with reasons that a planner can read (LU-35).

The order is: may at all (title, delegations, not blocked, animals) → minutes enough for the client
→ a roster that lets her reach the target share → day carers → free minutes → extra travel → same
team → wishes. Those who may not are listed last with what stands in the way, so that nobody has to
ask why a colleague is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from data.care.eligibility import Bar, personal_bars
from data.model import Client, Municipality, Staff
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.annealing.care_work import FAR_S
from partition.contacts.contact_choice import capacity_minutes, contact_minutes
from partition.contacts.roster_ceiling import asked_of, contact_share, roster_entries
from partition.staff.qualification import Qualifier, make_qualifier


@dataclass(frozen=True, slots=True)
class Candidate:
    """One carer's fitness as contact for one client.

    Attributes
    ----------
    free_min_week : int
        Minutes a week left for clients of her own, this client not counted.
    extra_travel_s : int
        Seconds from the nearest of her other clients; from the team's middle where she has none.
    ceiling_pct : float or None
        The most of the client's visits that she could make by the roster; see `ceiling`.
    reasons : tuple of str
        Swedish; first what stands in the way, then what speaks for.
    """

    staff_id: str
    is_possible: bool
    n_clients: int
    free_min_week: int
    extra_travel_s: int
    is_same_team: bool
    is_evening: bool
    n_wishes: int
    ceiling_pct: float | None
    reasons: tuple[str, ...]
    figures: tuple[str, ...] = ()
    """Those of the reasons that other fields tell as numbers."""

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons that no number tells: for a table that has the numbers."""
        return tuple(reason for reason in self.reasons if reason not in self.figures)


def contact_candidates(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    client_id: str,
    *,
    mode: str = "bike",
) -> tuple[Candidate, ...]:
    """Every contact-role carer of the client's area, best first.

    Raises
    ------
    KeyError
        Where no team has the client.
    """
    client = municipality.client_by_id[client_id]
    team_id = team_plan.team_of_client[client_id]
    area_id = team_plan.team_by_id[team_id].area_id
    qualifier = make_qualifier(municipality)
    clients_of: dict[str, list[str]] = {}
    for other, staff_id in sorted(team_plan.contact.items()):
        if other != client_id:
            clients_of.setdefault(staff_id, []).append(other)
    candidates = [
        _candidate(
            municipality,
            team_plan,
            travel,
            rules,
            qualifier,
            client,
            carer,
            clients_of.get(carer.staff_id, []),
            mode,
        )
        for carer in sorted(municipality.staff, key=attrgetter("staff_id"))
        if carer.role == "contact" and team_plan.staff_area.get(carer.staff_id) == area_id
    ]
    entries, asked = roster_entries(municipality), asked_of(municipality, client)
    with_ceiling = [
        replace(
            candidate,
            ceiling_pct=contact_share(
                asked,
                client,
                municipality.staff_by_id[candidate.staff_id],
                team_plan.staff_base.get(candidate.staff_id, ""),
                travel,
                entries,
            ),
        )
        for candidate in candidates
    ]
    target = rules.contacts.share_target_pct
    return tuple(sorted(with_ceiling, key=lambda candidate: _rank(candidate, target)))


ROOMY_MIN, ROOMY_MOST = 300, 2
"""Free minutes count in steps of five hours, and ten hours are as good as more."""


def _rank(
    candidate: Candidate, target_pct: int
) -> tuple[bool, bool, bool, bool, int, int, bool, int, str]:
    return (
        not candidate.is_possible,
        candidate.free_min_week < 0,
        candidate.ceiling_pct is not None and candidate.ceiling_pct < target_pct,
        candidate.is_evening,
        -min(candidate.free_min_week // ROOMY_MIN, ROOMY_MOST),
        candidate.extra_travel_s,
        not candidate.is_same_team,
        -candidate.n_wishes,
        candidate.staff_id,
    )


def _candidate(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    qualifier: Qualifier,
    client: Client,
    carer: Staff,
    others: Sequence[str],
    mode: str,
) -> Candidate:
    is_late = carer.shift_group == "evening"

    def minutes(client_id: str) -> int:
        return contact_minutes(municipality.visits_of[client_id], is_late, municipality)

    free = capacity_minutes(carer, rules) - sum(minutes(other) for other in others)
    home = team_plan.team_of_client[client.client_id]
    near = others or team_plan.team_by_id[home].client_ids
    to = travel.client_idx(client.client_id)
    legs = [min(FAR_S, travel.between(mode, travel.client_idx(other), to)) for other in near]
    extra = min(legs) if others else int(np.median(legs))
    team = team_plan.staff_team.get(carer.staff_id, "")
    same_team = team == home
    against = _against(carer, client, qualifier, len(others), rules)
    wishes = []
    if carer.staff_id in client.preferred_staff:
        wishes.append("önskad av brukaren")
    if client.language and client.language in carer.languages:
        wishes.append("talar brukarens språk")
    if carer.staff_id == client.contact_id:
        wishes.append("är kontakt i dag")
    if carer.staff_id == client.vice_id:
        wishes.append("är vice i dag")
    needed = minutes(client.client_id)
    figures = (
        f"{free} lediga min/vecka, brukaren behöver {needed}",
        f"{extra / 60:.0f} min från sina andra brukare" if others else "har inga brukare än",
    )
    facts = [
        *figures,
        "samma lag" if same_team else f"lag {team}, så det måste beslutas",
        "arbetar kväll" if is_late else "arbetar dag",
    ]
    return Candidate(
        staff_id=carer.staff_id,
        is_possible=not against,
        n_clients=len(others),
        free_min_week=free - needed,
        extra_travel_s=extra,
        is_same_team=same_team,
        is_evening=is_late,
        n_wishes=len(wishes),
        ceiling_pct=None,
        reasons=(*against, *facts, *wishes),
        figures=figures,
    )


def _against(
    carer: Staff, client: Client, qualifier: Qualifier, n_clients: int, rules: Rules
) -> tuple[str, ...]:
    """What stands in the way, in Swedish; empty where nothing does."""
    reasons = []
    if not carer.may_be_contact and not client.kontaktman:
        reasons.append("saknar titeln undersköterska och övergångsregel")
    if qualifier.vice.get(client.client_id) == carer.staff_id:
        reasons.append("är beslutad som vice")
    missing = qualifier.missing(carer, client)
    if missing:
        reasons.append(f"saknar delegering hela perioden: {', '.join(missing)}")
    bars = personal_bars(carer, client, enters=True)
    if Bar.REFUSED in bars:
        reasons.append("spärrad för brukaren")
    if Bar.PETS in bars:
        reasons.append("allergisk mot brukarens djur")
    if Bar.SMOKE in bars:
        reasons.append("tål inte rök")
    if n_clients >= rules.contacts.clients_max:
        reasons.append(f"har redan {n_clients} brukare")
    return tuple(reasons)
