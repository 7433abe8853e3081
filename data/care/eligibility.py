"""Who may come to whom: the one wording of each rule, for teams, contacts, rounds and answers.

The independent checker (`routing.check`) has its own, on purpose. What a rule says in Swedish
stands with whoever says it; here it is a member of `Bar`.

The rule of pets and smoke (MA-29): who cannot stand them enters no home with any. A visit on a
screen enters none, and one that another provider makes is not hers; only physical visits do. A
fixed contact or her deputy must be able to enter, whatever the visits of the period are: a
contact who can never cross the threshold is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from enum import Enum
from typing import Final

from data.model import Client, Municipality, Pin, Shift, Staff, Visit
from data.plans import TeamPlan

ABSENCES: Final = frozenset({"leave", "sick"})
"""Entries of the roster on which a carer is not at work."""


class Bar(Enum):
    """Why a carer may not come: the first rule that keeps her away."""

    REFUSED = "blocked"
    """The client and the carer are kept apart (LU-24)."""
    PETS = "pets"
    SMOKE = "smoke"
    SKILL = "skill"
    """A skill or delegation is missing, or has run out by the date (LU-34)."""
    TEAM = "team"
    """She serves another team, and may not be lent."""
    LOCKED_VISIT = "locked visit"
    """A planner has locked the visit to somebody else."""
    LOCKED_ROUND = "locked round"
    """A planner has locked her round as it stands."""


class Standing(Enum):
    """As what a carer comes to a client's team."""

    OWN = "own"
    """Her own team's client, or all of her area are hers (evening, pool, floaters)."""
    LENT = "lent"
    """A day carer of another team of the area."""
    BORROWED = "borrowed"
    """A carer of another area."""
    NONE = "none"


def enters_home(visit: Visit) -> bool:
    """Whether the carer of the visit goes into the client's home."""
    return visit.mode == "physical"


def personal_bars(carer: Staff, client: Client, *, enters: bool) -> tuple[Bar, ...]:
    """All that stands between these two persons, whatever the team and the skills."""
    refused = (Bar.REFUSED,) if carer.staff_id in client.blocked_staff else ()
    pets = (Bar.PETS,) if enters and client.pets and carer.pet_allergy else ()
    smoke = (Bar.SMOKE,) if enters and client.smoker and carer.smoke_averse else ()
    return (*refused, *pets, *smoke)


def personal_bar(carer: Staff, client: Client, *, enters: bool) -> Bar | None:
    """The first of `personal_bars`; None where there is none."""
    return next(iter(personal_bars(carer, client, enters=enters)), None)


def lacking(carer: Staff, skills: Iterable[str], day: dt.date) -> tuple[str, ...]:
    """Skills and delegations that the carer does not hold on ``day``, in order."""
    return tuple(sorted(skill for skill in skills if not carer.holds(skill, day)))


def standing(
    carer: Staff,
    client: Client,
    team_plan: TeamPlan,
    part: str,
    *,
    lend_in_area: bool,
    lend_between_areas: bool = False,
) -> Standing:
    """Whether the carer's work includes the client's team.

    Day carers serve their team; evening carers, pool and floaters all teams of their area;
    contact and vice always their own clients. With ``lend_in_area`` a day carer of another team
    of the area may help where her own team is not asked, and with ``lend_between_areas`` anyone
    of another area.

    Parameters
    ----------
    part : str
        Of the day that her shift is: day or evening.
    """
    team = team_plan.team_by_id[team_plan.team_of_client[client.client_id]]
    near = team_plan.named(client.client_id)
    if carer.staff_id in near or team_plan.staff_team.get(carer.staff_id) == team.team_id:
        return Standing.OWN
    if team_plan.staff_area.get(carer.staff_id) != team.area_id:
        return Standing.BORROWED if lend_between_areas else Standing.NONE
    if carer.role != "contact" or carer.shift_group == "evening" or part != "day":
        return Standing.OWN
    return Standing.LENT if lend_in_area else Standing.NONE


def visit_bar(
    carer: Staff, visit: Visit, client: Client, day: dt.date, comes_as: Standing
) -> Bar | None:
    """The first rule that keeps the carer from the visit on ``day``, locks apart; None if none."""
    barred = personal_bar(carer, client, enters=enters_home(visit))
    if barred is not None:
        return barred
    if comes_as is Standing.NONE:
        return Bar.TEAM
    return Bar.SKILL if lacking(carer, visit.skills, day) else None


def lock_bar(pins: Iterable[Pin], visit_id: str, staff_id: str, day: dt.date) -> Bar | None:
    """Whether a lock of the date keeps the carer from the visit, the first of them."""
    for pin in pins:
        if pin.date != day:
            continue
        if pin.visit_id == visit_id and pin.staff_id not in ("", staff_id):
            return Bar.LOCKED_VISIT
        if not pin.visit_id and pin.staff_id == staff_id:
            return Bar.LOCKED_ROUND
    return None


def locked_rounds(pins: Iterable[Pin]) -> Collection[tuple[str, dt.date]]:
    """Carer and date of each round that is locked as it stands."""
    return {(pin.staff_id, pin.date) for pin in pins if not pin.visit_id}


def overlaps(entry: Shift, other: Shift) -> bool:
    """Whether two entries of one date have any time in common."""
    return entry.date == other.date and entry.start_s < other.end_s and other.start_s < entry.end_s


def is_absent(shift: Shift, entries: Iterable[Shift]) -> bool:
    """Whether the carer is away for any of a shift, by her other ``entries`` of the roster."""
    return any(entry.kind in ABSENCES and overlaps(entry, shift) for entry in entries)


def is_absent_throughout(shift: Shift, entries: Iterable[Shift]) -> bool:
    """Whether one entry of absence holds the whole of a shift."""
    return any(
        entry.kind in ABSENCES
        and entry.date == shift.date
        and entry.start_s <= shift.start_s
        and shift.end_s <= entry.end_s
        for entry in entries
    )


def absences(municipality: Municipality) -> frozenset[tuple[str, dt.date]]:
    """Carers and dates with any absence."""
    return frozenset(
        (entry.staff_id, entry.date) for entry in municipality.roster if entry.kind in ABSENCES
    )
