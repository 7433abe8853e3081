"""What waits to be seen to, and until when: one list over clients, carers and decisions.

Each item is reckoned from the tables, the plan and today. Clients with protected data are left out
by whoever writes the list for others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from data.care.decisions import undecided
from data.care.eligibility import absences
from data.care.hidden import hidden_clients
from data.care.matters import last_day
from data.care.welcome import welcome_id
from data.matter_model import Matter
from data.model import DATE_MAX, DATE_MIN, SERVICE_TASKS, Client, Municipality, Visit
from data.plans import RoundPlan, TeamPlan
from data.rules import DeadlineRules
from data.units import NOON_S, clock


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """Something that waits; the list is in order of its last day."""

    due: dt.date
    kind: str
    """A stable code: ``no_contact``, ``welcome``, ``delegation`` …"""
    client_id: str
    staff_id: str
    visit_id: str
    text: str
    """In Swedish, with ids and dates only."""


KINDS_SV = {
    "no_contact": "utan omsorgskontakt", "contact_offer": "kontakt ej erbjuden",
    "contact_change": "byte av kontakt", "contact_away": "kontakten är borta länge",
    "welcome": "välkomstsamtal", "service_start": "insats ska börja",
    "care_plan": "genomförandeplan", "temporary": "tillfälligt behov",
    "emergency": "akut beslut slutar", "decision_ends": "beslut upphör",
    "delegation": "delegering upphör", "handover": "överlämning", "takeover": "åter till oss",
    "escort": "ledsagning", "pause_ends": "uppehåll slutar", "note": "synpunkt väntar på svar",
}  # fmt: skip


@dataclass(frozen=True)
class _Desk:
    """What the list is made of."""

    town: Municipality
    team_plan: TeamPlan
    plan: RoundPlan
    rules: DeadlineRules
    today: dt.date

    def is_near(self, day: dt.date) -> bool:
        """Whether a day is within the days that are looked ahead."""
        return day <= self.today + dt.timedelta(self.rules.ahead_days)

    def is_coming(self, day: dt.date) -> bool:
        return self.today <= day and self.is_near(day)

    def done(self, kind: str, client_id: str) -> bool:
        """Whether a matter of the kind has been seen to for the client."""
        return any(
            matter.kind == kind and matter.client_id == client_id and matter.done_on is not None
            for matter in self.town.matters
        )

    def started(self, client: Client) -> dt.date | None:
        """When a new client's service starts; None of an old one, or where nobody has said."""
        start = client.valid_from
        if start == DATE_MIN or (self.today - start).days > self.rules.new_client_days:
            return None
        return start if self.is_near(start) else None


def waiting(
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    rules: DeadlineRules,
    today: dt.date,
) -> tuple[Waiting, ...]:
    """Everything that waits, in order of the last day; what is over and not done comes first.

    Parameters
    ----------
    municipality : Municipality
    team_plan : TeamPlan
        Who is contact.
    round_plan : RoundPlan
        When service that has not begun is planned for; may be empty.
    rules : DeadlineRules
        Days of each deadline, and how far ahead is looked.
    today : date
    """
    desk = _Desk(municipality, team_plan, round_plan, rules, today)
    items = [
        item
        for part in (_contacts, _contact_changes, _new_clients, _service_starts, _matters, _ends,
                     _delegations, _long_leave, _notes)
        for item in part(desk)
    ]  # fmt: skip
    clients = undecided(municipality).clients  # an emergency's end is a matter, and waits
    left = {client.client_id for client in clients if client.valid_to < today}
    return tuple(sorted({item for item in items if item.client_id not in left}))


def _item(
    kind: str, due: dt.date, text: str, client: str = "", staff: str = "", visit: str = ""
) -> Waiting:
    return Waiting(due, kind, client, staff, visit, text)


def _contacts(desk: _Desk) -> Iterator[Waiting]:
    """LU-05, OR-04: who is without, on which day of so many."""
    days = desk.rules.contact_days
    for client in desk.town.clients:
        name = client.client_id
        if client.valid_to < desk.today or client.contact_status == "no":
            continue
        if client.contact_status == "not_asked":
            yield _item("contact_offer", _from(desk, client, days),
                        "har inte erbjudits en fast omsorgskontakt", name)  # fmt: skip
        elif client.needs_contact and name not in desk.team_plan.contact:
            if not desk.is_near(client.valid_from):
                continue
            n = (desk.today - client.valid_from).days + 1
            when = "startdatum saknas" if client.valid_from == DATE_MIN else f"dag {n} av {days}"
            yield _item("no_contact", _from(desk, client, days),
                        f"utan fast omsorgskontakt, {when}", name)  # fmt: skip


def _from(desk: _Desk, client: Client, days: int) -> dt.date:
    """The last day of so many from the start of service; today where nobody has said when."""
    if client.valid_from == DATE_MIN:
        return desk.today
    return client.valid_from + dt.timedelta(days)


def _contact_changes(desk: _Desk) -> Iterator[Waiting]:
    """LU-06: a new contact within so many days of the request."""
    for matter in desk.town.matters:
        if matter.kind != "contact_change" or matter.done_on is not None:
            continue
        n, days = (desk.today - matter.day).days + 1, desk.rules.change_days
        now = desk.team_plan.contact.get(matter.client_id, "")
        text = f"önskar byta omsorgskontakt, dag {n} av {days}"
        yield _item("contact_change", matter.day + dt.timedelta(days), text, matter.client_id, now)


def _new_clients(desk: _Desk) -> Iterator[Waiting]:
    """MA-24, LU-10, NO-04: a talk to welcome, and a care plan, so many days from the start."""
    asked = {(m.kind, m.client_id) for m in desk.town.matters if m.done_on is None}
    for client in desk.town.clients:
        start, name = desk.started(client), client.client_id
        for kind, days, text in (
            ("welcome", desk.rules.welcome_days, "välkomstsamtal ska hållas"),
            ("care_plan", desk.rules.care_plan_days, "genomförandeplan ska vara skriven"),
        ):
            if desk.done(kind, name) or (start is None and (kind, name) not in asked):
                continue
            begun = start if start is not None else _asked_on(desk, kind, name)
            contact = desk.team_plan.contact.get(name, "")
            yield _item(kind, begun + dt.timedelta(days), f"{text}{_booked(desk, kind, name)}",
                        name, contact)  # fmt: skip


def _asked_on(desk: _Desk, kind: str, client_id: str) -> dt.date:
    return min(m.day for m in desk.town.matters if (m.kind, m.client_id) == (kind, client_id))


def _booked(desk: _Desk, kind: str, client_id: str) -> str:
    """When the talk is planned, where it is."""
    rows = [row for row in desk.plan.rows if row.visit_id == welcome_id(client_id)]
    if kind != "welcome" or not rows:
        return ""
    if hidden_clients(desk.town):  # no shared file tells which carer makes which visit
        return f"; planerat {rows[0].date}"
    return f"; planerat {rows[0].date} {clock(rows[0].start_s)} hos {rows[0].staff_id}"


def _service_starts(desk: _Desk) -> Iterator[Waiting]:
    """NO-14: service begins within two weeks and after four at most."""
    wanted, latest = (7 * weeks for weeks in desk.rules.service_weeks)
    for visit in desk.town.visits:
        begins = max(visit.valid_from, desk.town.client_by_id[visit.client_id].valid_from)
        is_new = begins > DATE_MIN and (desk.today - begins).days <= desk.rules.new_client_days
        if visit.task not in SERVICE_TASKS or visit.last_done is not None or not is_new:
            continue
        if not desk.is_near(begins) or visit.mode == "external" or visit.valid_to < desk.today:
            continue
        planned = [row.date for row in desk.plan.rows if row.visit_id == visit.visit_id]
        first = min(planned, default=None)
        if first is not None and first <= begins + dt.timedelta(wanted):
            continue
        how = "inte planerad" if first is None else f"planerad först {first}"
        last = begins + dt.timedelta(latest)
        yield _item("service_start", begins + dt.timedelta(wanted),
                    f"{how}; ska börja inom {wanted // 7} veckor, senast {last}",
                    visit.client_id, "", visit.visit_id)  # fmt: skip


def _notes(desk: _Desk) -> Iterator[Waiting]:
    """FA-03, MA-05: what staff propose has an answer within so many days; its text stays put."""
    for note in desk.town.notes:
        if note.is_accepted is not None or note.kind not in ("length", "order", "proposal"):
            continue
        visit = undecided(desk.town).visit_by_id.get(note.visit_id)
        what = {"length": "längd", "order": "ordning", "proposal": "förslag"}[note.kind]
        if note.kind == "length" and visit is not None:
            what = f"längd {note.minutes_s // 60} min i stället för {visit.duration_s // 60}"
        elif note.kind == "order" and note.clock_s is not None:
            what = f"ordning: hellre kl {clock(note.clock_s)}"
        yield _item("note", note.day + dt.timedelta(desk.rules.change_days), what,
                    note.client_id, note.noted_by, note.visit_id)  # fmt: skip


def _matters(desk: _Desk) -> Iterator[Waiting]:
    """Temporary and emergency needs, hand-overs, take-overs and errands."""
    for matter in desk.town.matters:
        if matter.done_on is None and desk.is_near(matter.day):
            yield from _matter(desk, matter)


def _matter(desk: _Desk, matter: Matter) -> Iterator[Waiting]:
    end, rules = last_day(matter), desk.rules
    visit = desk.town.visit_by_id.get(matter.visit_id)
    client = matter.client_id or (visit.client_id if visit is not None else "")
    contact = desk.team_plan.contact.get(client, "")
    if matter.kind == "temporary":
        yield _item("temporary", end + dt.timedelta(1),
                    f"slutar {end}: kvarstår behovet?", client, "", matter.visit_id)  # fmt: skip
        limit = matter.day + dt.timedelta(rules.extra_days)
        if end >= limit:
            yield _item("temporary", limit, f"mer än {rules.extra_days} dagar: kräver ett beslut",
                        client, "", matter.visit_id)  # fmt: skip
    elif matter.kind == "emergency":
        moment = clock(matter.clock_s if matter.clock_s is not None else NOON_S)
        yield _item("emergency", end, f"akut beslut slutar kl {moment}", client)
    elif matter.kind == "handover":
        day = matter.day
        for _ in range(rules.handover_days):
            day = _working_day_before(day)
        who = f"kontakt {contact}" if contact else "kontakt är inte vald"
        yield _item("handover", day, f"tas över {matter.day}, besked i dag; {who}", client, contact)
    elif matter.kind == "takeover":
        yield _item("takeover", end + dt.timedelta(1),
                    f"åter från {matter.day}–{end}, samma kontakt", client, contact)  # fmt: skip
    elif matter.kind == "escort":
        notice = matter.day - dt.timedelta(rules.escort_days)
        late = f"; kortare varsel än {rules.escort_days} dagar" if notice < desk.today else ""
        yield _item("escort", max(notice, min(desk.today, matter.day)),
                    f"ledsagning {matter.day} bokas senast {notice}{late}",
                    client, matter.staff_id, matter.visit_id)  # fmt: skip


def _working_day_before(day: dt.date) -> dt.date:
    before = day - dt.timedelta(1)
    while before.weekday() > 4:
        before -= dt.timedelta(1)
    return before


def _ends(desk: _Desk) -> Iterator[Waiting]:
    """NO-26: decisions of care, of one visit and of planners that end; pauses that end."""
    bare = undecided(desk.town)
    for client in bare.clients:
        if client.valid_to != DATE_MAX and desk.is_coming(client.valid_to):
            yield _item("decision_ends", client.valid_to, "beslutet om hemtjänst upphör",
                        client.client_id)  # fmt: skip
        if client.pause_to is not None and desk.is_coming(client.pause_to):
            yield _item("pause_ends", client.pause_to, "uppehållet slutar; åter dagen efter",
                        client.client_id)  # fmt: skip
    for visit in bare.visits:
        if visit.valid_to != DATE_MAX and desk.is_coming(visit.valid_to):
            yield _item("decision_ends", visit.valid_to, "besöket upphör", visit.client_id, "",
                        visit.visit_id)  # fmt: skip
    for decision in bare.decisions:
        if decision.valid_to != DATE_MAX and desk.is_coming(decision.valid_to):
            yield _item("decision_ends", decision.valid_to, "beslut om planeringen upphör",
                        decision.client_id, decision.staff_id, decision.visit_id)  # fmt: skip


def _delegations(desk: _Desk) -> Iterator[Waiting]:
    """LU-34: a delegation that runs out, and how many visits of her clients ask for it."""
    needs: dict[str, int] = {}
    for visit in desk.town.visits:
        for skill in visit.skills:
            needs[skill] = needs.get(skill, 0) + 1
    for carer in desk.town.staff:
        for skill, last in sorted(carer.skills.items()):
            if desk.is_coming(last) and needs.get(skill):
                yield _item("delegation", last, f"delegeringen {skill} upphör",
                            "", carer.staff_id)  # fmt: skip


def _long_leave(desk: _Desk) -> Iterator[Waiting]:
    """LU-22, LU-14: contacts with no shift for so many days, and who is vice of each client."""
    dates = [day for day in desk.town.dates if day >= desk.today]
    if not dates:
        return
    away_all = absences(desk.town)
    works: dict[str, list[dt.date]] = {}
    for entry in desk.town.roster:
        if entry.kind == "work" and (entry.staff_id, entry.date) not in away_all:
            works.setdefault(entry.staff_id, []).append(entry.date)
    contacts = sorted(set(desk.team_plan.contact.values()))
    for staff_id in contacts:
        days = sorted(day for day in works.get(staff_id, ()) if day >= desk.today)
        back = days[0] if days else dates[-1] + dt.timedelta(1)
        if (back - desk.today).days < desk.rules.leave_days:
            continue
        for client_id, contact in sorted(desk.team_plan.contact.items()):
            if contact == staff_id:
                vice = desk.team_plan.vice.get(client_id, "")
                until = f"till {back}" if days else "hela schemat"
                who = f"vice {vice} kan ta över" if vice else "ingen vice"
                yield _item("contact_away", desk.today + dt.timedelta(desk.rules.change_days),
                            f"kontakten {staff_id} är borta {until}; {who}", client_id,
                            vice)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EndingLoad:
    """Care that ends, week by week (NO-26)."""

    monday: dt.date
    n_clients: int
    n_visits: int
    min_week: int
    """Minutes a week that end in the week."""


def ending_load(
    municipality: Municipality, today: dt.date, n_weeks: int = 8
) -> tuple[EndingLoad, ...]:
    """Minutes a week of visits whose decision, or whose client's, ends in each coming week."""
    bare = undecided(municipality)
    first = today - dt.timedelta(today.weekday())
    ends: dict[int, list[Visit]] = {}
    for visit in bare.visits:
        end = min(visit.valid_to, bare.client_by_id[visit.client_id].valid_to)
        if today <= end < first + dt.timedelta(7 * n_weeks):
            ends.setdefault((end - first).days // 7, []).append(visit)
    return tuple(
        EndingLoad(
            first + dt.timedelta(7 * week),
            len({v.client_id for v in ends.get(week, ())}),
            len(ends.get(week, ())),
            round(sum(_min_a_week(v) for v in ends.get(week, ()))),
        )
        for week in range(n_weeks)
    )


def _min_a_week(visit: Visit) -> float:
    times = (visit.n_per_period or len(visit.weekdays)) / visit.every_weeks
    return times * visit.duration_s / 60
