"""What a municipality asks for, as numbers: the rules that search and checker both read.

Read from ``hemrunda.toml`` by `hemrunda.config`; the presets hold what the source documents say
where they differ (requirements 1.6). How a search goes about it (iterations, temperatures) is
not a rule and lives beside each algorithm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from data.travel_times import AccessRules
from data.units import DAY_HOURS, DayHours


@dataclass(frozen=True, slots=True)
class TeamRules:
    """Size and balance of teams (LU-24, LU-25, LU-32, MA-10)."""

    clients_min: int = 15
    clients_max: int = 35
    n_teams: int | None = None
    """Fixed number of teams, or None to let the engine choose."""
    clients_target: int = 24
    balance_pct: int = 10
    """Care minutes of a team may differ from the mean by this much."""
    keep_buildings: bool = True
    premises: str = "given"
    """``given``: a team has the premises that the tables say serve it; ``nearest``: those that make
    the ways shortest in all, as many teams in each as today, and its carers go along."""
    plan_hidden_apart: bool = False
    """Teams and contacts are made as though nobody protected were there, and they join after, so
    that no share of the work that is smaller than it could be tells where one of them lives."""
    areas_teams_min: int = 3
    areas_teams_max: int = 4
    """Teams that share a pool and an evening group (MA-14)."""


@dataclass(frozen=True, slots=True)
class ContactRules:
    """Who may be contact for how many (LU-30, MA-09, OR-14)."""

    clients_min: int = 3
    clients_max: int = 8
    share_target_pct: int = 25
    cover_model: str = "both"
    """``floater``, ``twin_pool`` or ``both`` (requirements 1.6)."""
    minutes_hard: bool = False
    """Whether a contact's minutes may never pass what her employment holds (MA-08, MA-09), so that
    clients can be left without; else they are only weighed."""
    persons_max: int = 0
    """No more carers than this should come to a client in 14 days (MA-13); 0: no limit is set."""
    persons_hard: bool = False
    """Whether ``persons_max`` is a rule, for whose sake a visit can be left out; else one more
    person has a price, above that of any tier."""


@dataclass(frozen=True, slots=True)
class RoundRules:
    """Hard rules of a shift, and the blocks in it.

    Sources: arbetstidslagen 15 § (break: nobody works more than five hours in a row), AB from
    1 October 2023 (eleven hours' rest), LU-40 (handover), MA-34 (clashes), MA-16 (the band).
    """

    break_s: int = 30 * 60
    max_work_without_break_s: int = 5 * 3600
    break_required_over_s: int = 5 * 3600
    """Longer shifts hold a break in one piece; never split by travel."""
    handover_s: int = 10 * 60
    """At the base: at the end of a day shift and at the start of an evening shift (LU-40)."""
    handover_not_under_s: int = 3 * 3600
    """A shorter shift has no handover: a help for an hour or two has nothing to hand over."""
    rest_between_shifts_s: int = 11 * 3600
    clash_limits: Mapping[str, int] = field(
        default_factory=lambda: {"shower": 2, "cleaning": 1, "laundry": 2, "shopping": 2}
    )
    """Most visits of a task by a carer in a half-day; by start, parted at `[hours] noon`."""
    client_time_band_pct: tuple[int, int] = (65, 70)
    overhead_pct: int = 30
    """Of the price of an hour, for all that is no visit (MA-04, LU-03)."""
    heavy_most: int = 2
    """More heavy tasks in a carer's half-day are told of (MA-35); of whatever kinds."""
    heavy_hard: bool = False
    """Whether ``heavy_most`` is a rule that the rounds keep; else what passes it is told of."""
    visits_most: int = 16
    """More visits than this in a shift are told of (FA-10)."""
    weekday_rounds: tuple[int, int] = (2, 3)
    """Day rounds of a team on a weekday outside these are told of (LU-25)."""
    slack_s_per_visit: int = 0
    """Extra seconds reserved after every visit (FA-02)."""
    lend_in_area: bool = True
    """Day carers may help another team of their area; as a last resort, by its price."""
    lend_between_areas: bool = True
    """Carers may help another area with what must be done and nobody of its own can."""
    one_errand: bool = False
    """Two visits in one home on one date come one after the other, the one that must begin first
    first: nobody cleans while another helps with the shower, or before the morning visit."""


@dataclass(frozen=True, slots=True)
class LayerRules:
    """What lies above the teams: sections, areas and the pool (MA-14, requirements 4.3)."""

    section_areas: tuple[int, int] = (1, 2)
    """Least and most resource areas of a section (what one manager leads)."""
    area_sections: tuple[int, int] = (2, 4)
    """Least and most sections of an area."""
    absence_pct: int = 15
    """Share of rostered shifts lost to leave and illness: 12–15 % as a rule."""


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """Days until something must be done, as the documents word them; each is the municipality's."""

    contact_days: int = 14
    """From the start of service to a named contact (LU-05)."""
    change_days: int = 14
    """From the wish for another contact to the new one (LU-06)."""
    welcome_days: int = 14
    """MA-24."""
    care_plan_days: int = 30
    """LU-10; three weeks in Norrköping (NO-04)."""
    service_weeks: tuple[int, int] = (2, 4)
    """Service begins within, and at the latest after, so many weeks (NO-14)."""
    extra_days: int = 14
    """So long may more be done without a new decision (LU-04)."""
    escort_days: int = 3
    """Notice of an errand (MA-27)."""
    handover_days: int = 2
    """Working days of notice before a client is handed over (NO-21)."""
    leave_days: int = 14
    """A contact who is away so long is told of (LU-22)."""
    new_client_days: int = 60
    """Longer ago a start is nobody's news."""
    ahead_days: int = 30
    """How far ahead the list looks."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one municipality."""

    teams: TeamRules = TeamRules()
    contacts: ContactRules = ContactRules()
    rounds: RoundRules = field(default_factory=RoundRules)
    access: AccessRules = field(default_factory=AccessRules)
    layers: LayerRules = LayerRules()
    deadlines: DeadlineRules = DeadlineRules()
    hours: DayHours = DAY_HOURS
    """What the tables are read by; a municipality at hand has its own (`data.model`)."""


def preset(name: str) -> Rules:
    """Rules as one of the source municipalities words them.

    Raises
    ------
    KeyError
        Where there is no such preset.
    """
    standard = Rules()
    lund = replace(
        standard,
        teams=replace(standard.teams, clients_min=15, clients_max=18, clients_target=16),
        contacts=replace(standard.contacts, clients_min=3, clients_max=4, cover_model="floater"),
    )
    malmo = replace(
        standard,
        teams=replace(standard.teams, clients_min=20, clients_max=35, clients_target=27),
        contacts=replace(standard.contacts, clients_min=4, clients_max=8, cover_model="twin_pool"),
        layers=replace(standard.layers, section_areas=(1, 1)),
    )
    orebro = replace(standard, contacts=replace(standard.contacts, share_target_pct=50))
    return {"standard": standard, "lund": lund, "malmo": malmo, "orebro": orebro}[name]
