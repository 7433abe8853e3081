"""The municipality as the engines see it: clients, visits, staff, roster and bases.

Everything here is frozen, validated once at the gate (`data.tables`), and free of names, personal
identity numbers and free text. Ids are text, as the user wrote them. Coordinates are metres in
the municipality's projected CRS.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from data.matter_model import DATE_MAX as DATE_MAX
from data.matter_model import DATE_MIN as DATE_MIN
from data.matter_model import BlockRule, LaundrySlot, LayerKind, Matter, Part, StaffNote
from data.matter_model import Decision as Decision
from data.matter_model import DecisionKind as DecisionKind
from data.privacy import guarded_ids
from data.units import DAY_HOURS, DAY_S, EPSG_SWEREF99_TM, DayHours

Role = Literal["contact", "floater", "pool"]
ShiftGroup = Literal["day", "evening", "both", "night"]
Title = Literal["assistant_nurse", "care_assistant"]
VisitMode = Literal["physical", "digital", "external"]
RosterKind = Literal["work", "meeting", "leave", "sick"]
Dwelling = Literal["house", "flat"]
WindowSource = Literal["HSL", "SoL", "wish"]
ContactStatus = Literal["", "yes", "no", "not_asked"]

NIGHT = "natt"  # label of a night's shift: of the date it begins on; hours count on past 24

PLANNING_TASKS: tuple[str, ...] = (
    *("morning", "medication", "forenoon", "lunch", "afternoon", "dinner", "evening"),
    *("late_evening", "check_in", "shower", "cleaning", "laundry", "shopping", "walk", "other"),
)
"""The planning types that a municipality's own task codes are mapped onto (FA-04)."""

PERSONAL_CARE_TASKS = frozenset({"morning", "evening", "late_evening", "shower"})
"""Where the person matters most (LU-18)."""

SERVICE_TASKS = frozenset({"cleaning", "laundry", "shopping", "walk"})
"""Dropped first when all cannot be done (NO-16); weekly or rarer as a rule."""


@dataclass(frozen=True, slots=True)
class Client:
    """A person who receives care (brukare)."""

    client_id: str
    x: float
    y: float
    dwelling: Dwelling = "house"
    building_id: str = ""
    """Clients of the same building share access minutes and, by default, a team."""
    household_id: str = ""
    """Couples share a household and always a team."""
    physical_key: bool = False
    team_id: str = ""
    contact_id: str = ""
    vice_id: str = ""
    needs_contact: bool = True
    preferred_staff: frozenset[str] = frozenset()
    blocked_staff: frozenset[str] = frozenset()
    language: str = ""
    pets: bool = False
    protected: bool = False
    """Kept out of every map, list and export; planned all the same (faults.md C7)."""
    pause_from: dt.date | None = None
    pause_to: dt.date | None = None
    granted_min_week: int = 0
    locked_team: bool = False
    provider: str = ""
    valid_from: dt.date = DATE_MIN
    valid_to: dt.date = DATE_MAX
    together_id: str = ""
    """Clients whom the planner keeps in one team, whoever they are (FA-16)."""
    wished_sex: str = ""
    """``woman`` or ``man`` where the client wishes for carers of one sex; a wish, not a rule."""
    alarm_only: bool = False  # has an alarm and nothing else: no head of a team (LU-01)
    is_65: bool | None = None
    """65 or older, for the national measure; None where nobody has said (OR-01)."""
    contact_status: ContactStatus = ""
    """What the client answered to the offer of a contact (OR-04)."""
    phone_on_delay: bool = False  # wants a call when somebody is late (MA-28)
    smoker: bool = False
    experience_min: int = 0
    """Least experience (1–3) of who comes; 0: anybody's (MA-43)."""
    alarms_week: int = 0  # in a common week, by the alarm team's statistics (NO-24)
    co_contacts: frozenset[str] = frozenset()
    """More contacts beside the first (OR-05): their visits cost as hers, and count as hers."""
    evening_vice_id: str = ""  # makes the evenings, and her twin after her (MA-11)
    kontaktman: bool = False  # has a contact of the older kind, who needs no title (OR-15)
    wished_skills: frozenset[str] = frozenset()
    """What the client would rather that who comes can; a wish, not a rule (MA-07)."""
    parking_s: int | None = None
    """What finding a place for the car takes here by the staff's notes (FA-03); None: as a rule."""
    floor: str = ""  # as the table writes it, "2 tr"; on her carers' own sheets alone
    flat: str = ""  # the flat's number, likewise
    door_code: str = field(default="", repr=False)  # on sealed sheets alone

    def is_served_on(self, day: dt.date) -> bool:
        """Whether the client is at home and entitled on ``day`` (NO-11, C9)."""
        paused = (
            self.pause_from is not None
            and self.pause_from <= day
            and (self.pause_to is None or day <= self.pause_to)
        )
        return self.valid_from <= day <= self.valid_to and not paused


@dataclass(frozen=True, slots=True)
class TimeLag:
    """Minutes between the end of a visit and the start of another the same day (``gap_after``)."""

    visit_id: str
    min_s: int
    max_s: int = 86_400


@dataclass(frozen=True, slots=True)
class Visit:
    """A recurring need; `VisitOccurrence` is one of it on a date.

    ``earliest_s`` and ``latest_s`` bound the **start** of the visit. With ``n_per_period`` 0 the
    visit happens on every weekday listed; with k > 0 it happens k times in each period of
    ``every_weeks`` weeks, on days chosen among those listed (MA-20): `data.care.recurrence`.
    """

    visit_id: str
    client_id: str
    task: str
    duration_s: int
    earliest_s: int
    latest_s: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    every_weeks: int = 1
    n_per_period: int = 0
    wished_s: int | None = None
    carers_required: int = 1
    skills: frozenset[str] = frozenset()
    priority: int = 2
    """1 must never be dropped (NO-16), 2 ordinary care, 3 service."""
    mode: VisitMode = "physical"
    gap_after: tuple[TimeLag, ...] = ()
    window_source: WindowSource = "SoL"
    valid_from: dt.date = DATE_MIN
    valid_to: dt.date = DATE_MAX
    last_done: dt.date | None = None
    """When it was last made; the intervals count from there."""
    next_due: dt.date | None = None
    """When it is to be made next, and not before; goes before ``last_done`` where it is later."""
    usual_s: int | None = None
    """When it usually begins, from the plan adopted last; the next plan keeps to it."""
    pause_from: dt.date | None = None
    """This visit alone is not made from here on (NO-12); ``pause_to`` is its last day away."""
    pause_to: dt.date | None = None
    ordered_s: int = 0
    """What is ordered, where the staff's own estimate is what is planned (MA-22); else 0."""
    standard: str = ""
    """The words that its length was written by: ``schablon``, ``nivå 2``, ``ramtid``."""
    in_frame: bool = True
    """Whether its minutes are taken from what is granted a week (NO-09)."""
    cancelled: frozenset[dt.date] = frozenset()
    """Days on which it has been called off (LU-12): in the tables as a pause of it."""
    layer: LayerKind | Literal[""] = ""
    """The team over the same clients whose it is, where not the day's or the night's (NO-20)."""
    hours: DayHours = DAY_HOURS
    """Its municipality's."""

    def is_paused_on(self, day: dt.date) -> bool:
        """Whether this visit alone is away on ``day``."""
        return day in self.cancelled or (
            self.pause_from is not None
            and self.pause_from <= day
            and (self.pause_to is None or day <= self.pause_to)
        )

    @property
    def shift(self) -> Part:
        """The shift in which the visit's window begins: evening from 15:00, as a rule (LU-28)."""
        if self.earliest_s >= self.hours.evening_to_s or self.latest_s > DAY_S:
            return "night"
        return "day" if self.earliest_s < self.hours.evening_from_s else "evening"

    @property
    def is_daily(self) -> bool:
        """Whether it happens on all seven days of every week."""
        return self.n_per_period == 0 and self.every_weeks == 1 and len(self.weekdays) == 7


@dataclass(frozen=True, slots=True)
class VisitOccurrence:
    """One visit to be made once, on one of ``dates`` (a single date unless the day is free)."""

    visit: Visit
    dates: tuple[dt.date, ...]
    number: int = 0
    """Counts the occurrences of one visit whose day is free within the horizon."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A carer."""

    staff_id: str
    role: Role = "contact"
    shift_group: ShiftGroup = "day"
    title: Title = "assistant_nurse"
    team_id: str = ""
    skills: Mapping[str, dt.date] = field(default_factory=dict)
    """Delegations and other skills, each with its last valid date."""
    travel_mode: str = "bike"
    employment_pct: int = 100
    transition: bool = False
    """Permanently employed before the title rule of 1 July 2023 (OR-14)."""
    twin_id: str = ""
    pet_allergy: bool = False
    languages: frozenset[str] = frozenset()
    base_id: str = ""
    starts_home: bool = False
    ends_home: bool = False
    home: tuple[float, float] | None = field(default=None, repr=False)
    """East and north, kept only where shifts begin or end there; as secret as a client's."""
    sex: str = ""
    """``woman`` or ``man``, only where clients' wishes for one ask for it."""
    smoke_averse: bool = False
    experience: int = 0
    """1–3; 0 where nobody has said (MA-43)."""
    hourly: bool = False  # employed by the hour (LU-33)
    patrol_id: str = ""  # who bear the same one go together at night, as one (MA-01)
    layer: LayerKind | Literal[""] = ""
    """The team over the same clients that she is of, where not the day's or the night's (NO-20)."""

    def holds(self, skill: str, day: dt.date) -> bool:
        """Whether the carer holds ``skill`` on ``day`` (LU-34)."""
        valid_to = self.skills.get(skill)
        return valid_to is not None and day <= valid_to

    @property
    def may_be_contact(self) -> bool:
        """Title or transition rule for a fixed care contact (OR-14)."""
        return self.title == "assistant_nurse" or self.transition


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of the roster (schema): a carer, a date, from and to."""

    staff_id: str
    date: dt.date
    start_s: int
    end_s: int
    kind: RosterKind = "work"
    label: str = ""
    """What a meeting is: the word in the roster, or the name of the rule that laid it."""
    hours: DayHours = field(default=DAY_HOURS, compare=False)  # its municipality's

    @property
    def part(self) -> Part:
        """Evening when it starts at noon or later: 07–15 is day, 15–22 is evening."""
        if self.label == NIGHT:
            return "night"
        return "day" if self.start_s < self.hours.noon_s else "evening"


@dataclass(frozen=True, slots=True)
class Base:
    """Premises (lokal) where rounds start and end."""

    base_id: str
    x: float
    y: float
    team_ids: tuple[str, ...] = ()
    """The teams that start here; empty: every team to whom it is the nearest."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What a planner has locked (låsning) on a date; search and checker hold it as a rule.

    With a visit: it is made, by ``staff_id`` and at ``start_s`` where they are given. Pins of one
    carer's date with an ``order`` are made in rising order. Without a visit: the carer's whole
    day is closed, so that she gets the visits that are pinned to her and no others.
    """

    date: dt.date
    visit_id: str = ""
    staff_id: str = ""
    start_s: int | None = None
    carer_no: int = 1
    order: int = 0  # in no order
    decided_by: str = ""
    """A role or an id, never a name."""
    decided_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LayerRows:
    """Rows of one layer over the same clients (NO-20), which `data.layers` makes a town of."""

    kind: LayerKind
    visits: tuple[Visit, ...] = ()
    staff: tuple[Staff, ...] = ()
    roster: tuple[Shift, ...] = ()


@dataclass(frozen=True, repr=False)
class Municipality:
    """Everything the engines plan from. Immutable; made by `data.tables` or `data.demo`."""

    name: str
    clients: tuple[Client, ...]
    visits: tuple[Visit, ...]
    staff: tuple[Staff, ...]
    roster: tuple[Shift, ...]
    bases: tuple[Base, ...]
    epsg: int = EPSG_SWEREF99_TM
    pins: tuple[Pin, ...] = ()
    decisions: tuple[Decision, ...] = ()
    adopted_on: dt.date | None = None
    """When the clients' teams and contacts were adopted: from then on they stay until somebody asks
    for a change. None where they are only what happens to be."""
    undecided: Mapping[tuple[str, str], Mapping[str, object]] = field(default_factory=dict)
    """What decisions have laid themselves over, by table and id (`data.care.decisions.decided`)."""
    matters: tuple[Matter, ...] = ()
    laundry: tuple[LaundrySlot, ...] = ()
    notes: tuple[StaffNote, ...] = ()
    blocks: tuple[BlockRule, ...] = ()
    laid_shifts: tuple[Shift, ...] = ()
    """Entries of the roster that rules and matters have laid there, and no table holds."""
    laid_visits: tuple[str, ...] = ()
    """Ids of visits that matters have laid among the others, and no table holds."""
    aside_clients: tuple[Client, ...] = ()
    """Alarm only, or another provider's: on maps and in counts, in no team and no round (LU-01)."""
    aside_visits: tuple[Visit, ...] = ()
    layers: tuple[LayerRows, ...] = ()
    """The night's rows, the alarm team's, the homecoming team's: each planned by itself."""
    hours: DayHours = DAY_HOURS
    """When day and evening are; those of its visits and shifts too."""

    def __post_init__(self) -> None:
        """Hide households together, however the clients came here (C7); one town has one noon."""
        for name in ("visits", "aside_visits", "roster", "laid_shifts"):
            rows: tuple[Visit | Shift, ...] = getattr(self, name)
            if not all(row.hours is self.hours or row.hours == self.hours for row in rows):
                own = tuple(replace(row, hours=self.hours) for row in rows)
                object.__setattr__(self, name, own)
        ids = guarded_ids((*self.clients, *self.aside_clients))
        for name in ("clients", "aside_clients"):
            members: tuple[Client, ...] = getattr(self, name)
            if not all(member.protected for member in members if member.client_id in ids):
                hidden = tuple(replace(c, protected=c.client_id in ids) for c in members)
                object.__setattr__(self, name, hidden)

    def __repr__(self) -> str:
        return f"<Municipality {self.name}: {len(self.clients)} clients, {len(self.visits)} visits>"

    def at_hours(self, hours: DayHours) -> Municipality:
        """The same with another day and evening; windows that the tables left open stay."""
        return self if hours == self.hours else replace(self, hours=hours)

    def layer_rows(self, kind: LayerKind) -> LayerRows:
        """The rows of a layer; none where there is no such layer."""
        return next((layer for layer in self.layers if layer.kind == kind), LayerRows(kind))

    @cached_property
    def client_by_id(self) -> dict[str, Client]:
        """Clients by id."""
        return {client.client_id: client for client in self.clients}

    @cached_property
    def visit_by_id(self) -> dict[str, Visit]:
        """Visits by id."""
        return {visit.visit_id: visit for visit in self.visits}

    @cached_property
    def staff_by_id(self) -> dict[str, Staff]:
        """Staff by id."""
        return {carer.staff_id: carer for carer in self.staff}

    @cached_property
    def base_by_id(self) -> dict[str, Base]:
        """Bases by id."""
        return {base.base_id: base for base in self.bases}

    @cached_property
    def visits_of(self) -> dict[str, tuple[Visit, ...]]:
        """Each client's visits, in the order of the table; clients without visits included."""
        grouped: dict[str, list[Visit]] = {client.client_id: [] for client in self.clients}
        for visit in self.visits:
            grouped[visit.client_id].append(visit)
        return {client_id: tuple(visits) for client_id, visits in grouped.items()}

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """All dates on which the roster has anyone at work, in order."""
        return tuple(sorted({shift.date for shift in self.roster if shift.kind == "work"}))
