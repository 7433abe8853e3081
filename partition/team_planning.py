"""The whole of partition on one screen: teams, areas, staff, contacts, vices and twins."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import Municipality
from data.plans import Team, TeamPlan
from data.progress import Progress
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.contacts.contact_choice import CHANGE_LAST, make_contacts
from partition.contacts.contact_programme import ContactPrices
from partition.contacts.decision_keeping import refuse_other_areas
from partition.contacts.deputies import make_deputies
from partition.contacts.evening_vices import with_evening_vices
from partition.hidden_apart import planned_apart
from partition.staff.staffing import assign_staff
from partition.teams.resource_areas import make_areas
from partition.teams.team_division import make_teams
from partition.teams.team_problem import OtherAreas


def plan_teams(
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
    workers: int = 1,
    n_iterations: int | None = None,
    time_limit_s: float | None = None,
    other_areas: OtherAreas | None = None,
    progress: Progress | None = None,
) -> TeamPlan:
    """Teams, areas, staff, contacts, vices and twins for a municipality.

    Parameters
    ----------
    travel : TravelTimes
        Seconds between all clients and bases, by ``mode`` at least.
    network : StreetNetwork, optional
        Judges contiguity on the streets; without it, by the Delaunay graph of the places.
    seed : int
        One seed, one plan, whatever the workers and the order of the tables' rows.
    n_iterations : int, optional
        Regions re-annealed after the starts; a few by default.
    time_limit_s : float, optional
        Goes on with the teams' borders until then, whole rounds only.
    other_areas : mapping of service to mapping of client_id to area, optional
        Areas of nursing, rehab or assessors that teams should cut as little as can be.

    Raises
    ------
    SettingsError
        Where the rules mean nothing.
    InfeasibleError
        Where no division keeps the rules, with the nearest settings that one does.
    """
    progress = progress or Progress()

    def together(town: Municipality) -> TeamPlan:
        teams = make_teams(
            town,
            travel,
            rules,
            network=network,
            mode=mode,
            seed=seed,
            workers=workers,
            n_iterations=n_iterations,
            time_limit_s=time_limit_s,
            other_areas=other_areas,
            progress=Progress(lambda done, text: progress.report(0.6 * done, text), progress.stop),
        )
        return complete_plan(
            town, teams, travel, rules, network=network, mode=mode, seed=seed, progress=progress
        )

    return planned_apart(municipality, travel, rules, together, mode=mode)


def complete_plan(
    municipality: Municipality,
    teams: Sequence[Team],
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
    keeps: bool = False,
    holds: bool = False,
    progress: Progress | None = None,
) -> TeamPlan:
    """Areas, staff, contacts, vices and twins for teams that are drawn already.

    Parameters
    ----------
    keeps : bool
        Keep every contact who may be kept, and carers with their clients, before all else.
    holds : bool
        Carers stay in the teams that the staff table says, and contacts with their clients,
        unless a rule forbids it: for a division that is adopted.
    """
    progress = progress or Progress()
    teams = make_areas(municipality, teams, travel, rules, network=network, mode=mode, seed=seed)
    progress.report(0.65, "Resursområdena är klara")
    staffing = assign_staff(municipality, teams, travel, rules, mode=mode, stays=keeps, holds=holds)
    progress.report(0.7, "Personalen har lag och lokal")
    prices = ContactPrices(change=CHANGE_LAST) if keeps or holds else None
    contacts = make_contacts(
        municipality, staffing, travel, rules, mode=mode, prices=prices, holds=holds
    )
    progress.report(0.95, "Omsorgskontakterna är utsedda")
    covers = make_deputies(
        municipality, staffing, contacts, travel, cover_model=rules.contacts.cover_model
    )
    progress.report(1.0, "Vice och tvillingar är utsedda")
    plan = TeamPlan(
        teams=staffing.teams,
        contact=contacts.contact,
        vice=covers.vice,
        staff_team=staffing.staff_team,
        staff_area=staffing.staff_area,
        staff_base=staffing.staff_base,
        twin=covers.twin,
        without_contact=contacts.without_contact,
    )
    refuse_other_areas(plan, municipality)
    return with_evening_vices(plan, municipality, travel, mode=mode)
