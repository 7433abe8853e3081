"""Rules over rows and across tables, in one declared place (faults.md C1–C9).

Each rule is one function over the records, and adds its faults and warnings. What breaks a plan is
a fault; what a plan can heal (a contact who has left) is a warning, and the record is mended.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from data.care.feasible_alone import is_watch
from data.model import Client, Pin, Shift
from data.privacy import safe_id
from data.tables.decision_records import decisions_of_known
from data.tables.doubtful import (
    buildings_in_one_place,
    delegations_named,
    names_as_ids,
    weeks_by_number,
)
from data.tables.matter_records import matters_of_known, notes_of_known
from data.tables.parsed import Findings
from data.tables.records import Record, Records, date_range
from data.tables.standard_minutes import share_frames, with_experience
from data.units import MINUTE_S

T = TypeVar("T")

CONTACT_CLIENTS_MAX: Final = 8
"""More own clients than any of the source documents has (MA-09); told, not refused (C6)."""


Rule = Callable[[Records, Findings], None]


def _fault(
    record: Record[Any], column: str, problem: str, allowed: str, *, warn: bool = False
) -> Any:
    return record.sheet.fault(record.row, column, problem, allowed, warn=warn)


def unique_ids(records: Records, findings: Findings) -> None:
    """C1: an id stands once in its table; both rows are named."""
    groups: tuple[tuple[Sequence[Record[Any]], str], ...] = (
        (records.clients, "client_id"),
        (records.visits, "visit_id"),
        (records.staff, "staff_id"),
        (records.bases, "base_id"),
    )
    for group, column in groups:
        if len({getattr(record.item, column) for record in group}) == len(group):
            continue
        first: dict[str, Record[Any]] = {}
        for record in group:
            key = getattr(record.item, column)
            other = first.setdefault(key, record)
            if other is record:
                continue
            differs = []
            if column == "client_id":
                if (other.item.x, other.item.y) != (record.item.x, record.item.y):
                    differs.append("annan plats")
                if other.item.team_id != record.item.team_id:
                    differs.append("annat arbetslag")
            more = f" med {' och '.join(differs)}" if differs else ""
            place = "" if other.sheet is record.sheet else f" i {other.sheet.raw.file}"
            findings.faults.append(
                _fault(
                    record,
                    column,
                    f"{safe_id(key)} finns redan på rad {other.row}{place}{more}",
                    "Varje id ska finnas en gång.",
                )
            )


def one_team_of_people(records: Records, findings: Findings) -> None:
    """A household is one team's, and so are those whom the planner keeps together (FA-16)."""
    teams: dict[tuple[str, str], Record[Client]] = {}
    texts = {
        "household_id": ("samma hushåll", "Hushållet hålls ihop"),
        "together_id": ("de som ska hållas ihop", "De hålls ihop"),
    }
    for record in records.clients:
        client = record.item
        for column, (who, kept) in texts.items():
            name = getattr(client, column)
            if not name or not client.team_id:
                continue
            other = teams.setdefault((column, name), record)
            if other.item.team_id != client.team_id:
                findings.warnings.append(
                    _fault(
                        record,
                        column,
                        f"annat arbetslag än {who} på rad {other.row}",
                        f"{kept} i den nya indelningen.",
                        warn=True,
                    )
                )


def dates_in_order(records: Records, findings: Findings) -> None:
    """From is not after to."""
    for record in records.clients:
        client = record.item
        if client.pause_to and (client.pause_from is None or client.pause_to < client.pause_from):
            findings.faults.append(
                _fault(record, "pause_to", "uppehållet slutar före sin början", "Rätta datumen.")
            )
    both: Iterable[Record[Any]] = [*records.clients, *records.visits]
    for dated in both:
        if dated.item.valid_to < dated.item.valid_from:
            findings.faults.append(
                _fault(dated, "valid_to", "slutdatum före startdatum", "Rätta datumen.")
            )


def visits_have_clients(records: Records, findings: Findings) -> None:
    """Every visit belongs to a client of the clients table."""
    for record in records.visits:
        if record.item.client_id not in records.known_clients:
            findings.faults.append(
                _fault(
                    record,
                    "client_id",
                    f"{safe_id(record.item.client_id)} saknas bland brukarna",
                    "Ska vara ett id från tabellen Brukare.",
                )
            )


def lags_within_client(records: Records, findings: Findings) -> None:
    """Time to another visit names another visit of the same client."""
    owner = {record.item.visit_id: record.item.client_id for record in records.visits}
    for record in records.visits:
        for lag in record.item.gap_after:
            if lag.visit_id not in records.known_visits:
                problem = f"{safe_id(lag.visit_id)} saknas bland besöken"
            elif lag.visit_id == record.item.visit_id:
                problem = "besöket hänvisar till sig självt"
            elif owner.get(lag.visit_id, record.item.client_id) != record.item.client_id:
                problem = f"{safe_id(lag.visit_id)} är en annan brukares besök"
            else:
                continue
            findings.faults.append(
                _fault(record, "gap_after", problem, "Ska vara ett annat besök hos samma brukare.")
            )


def times_that_fit(records: Records, findings: Findings) -> None:
    """C3: no visit is longer than the longest shift; a free day is one of enough days."""
    longest = max((r.item.end_s - r.item.start_s for r in records.roster if r.item.kind == "work"),
                  default=0)  # fmt: skip
    for record in records.visits:
        visit = record.item
        is_long = visit.duration_s > longest and visit.mode == "physical"
        if longest and is_long and not is_watch(visit):
            findings.faults.append(
                _fault(record, "duration_min", f"{visit.duration_s // 60} minuter",
                       f"Längre än det längsta passet, {longest // 60} minuter. Dela besöket.")
            )  # fmt: skip
        if visit.duration_s < MINUTE_S:
            findings.faults.append(
                _fault(record, "duration_min", f"{visit.duration_s} sekunder",
                       "Ett besök är minst en minut. Är kolumnens enhet timmar: skriv det i "
                       "rubriken, t.ex. Längd (tim).")
            )  # fmt: skip
        if visit.n_per_period > len(visit.weekdays) * visit.every_weeks:
            findings.faults.append(
                _fault(record, "weekdays", f"{visit.n_per_period} gånger på färre dagar",
                       "Tillåt fler veckodagar eller färre gånger.")
            )  # fmt: skip
        if visit.wished_s is not None and not visit.earliest_s <= visit.wished_s <= visit.latest_s:
            findings.warnings.append(
                _fault(record, "wished", "önskad tid utanför tidsfönstret",
                       "Fönstret gäller; önskemålet kan inte uppfyllas.", warn=True)
            )  # fmt: skip


def roster_of_known_staff(records: Records, findings: Findings) -> None:
    """Shifts belong to known carers, and do not overlap."""
    shifts_of: dict[tuple[str, Any], list[Record[Shift]]] = defaultdict(list)
    known, apart = records.known_staff, records.layer_staff  # two: a lost table knows anyone
    for record in records.roster:
        if record.item.staff_id not in known and record.item.staff_id not in apart:
            findings.faults.append(
                _fault(record, "staff_id", f"{safe_id(record.item.staff_id)} saknas i personalen",
                       "Ska vara ett id från tabellen Personal.")
            )  # fmt: skip
        elif record.item.kind == "work":
            shifts_of[record.item.staff_id, record.item.date].append(record)
    for shifts in shifts_of.values():
        shifts.sort(key=lambda record: record.item.start_s)
        for earlier, later in itertools.pairwise(shifts):
            if later.item.start_s < earlier.item.end_s:
                findings.faults.append(
                    _fault(later, "start", f"passet överlappar passet på rad {earlier.row}",
                           "Samma person kan inte ha två pass på en gång.")
                )  # fmt: skip


def known_people(records: Records, findings: Findings) -> None:
    """C5, LU-36: contacts, vices and twins who are not in the staff table are cleared, and told."""
    carers = {record.item.staff_id: record.item for record in records.staff}

    def is_gone(record: Record[Any], column: str, staff_id: str) -> bool:
        if not staff_id or staff_id in records.known_staff:
            return False
        findings.warnings.append(
            _fault(record, column, f"{safe_id(staff_id)} saknas i personalen",
                   "Uppgiften bortses från; en ny utses.", warn=True)
        )  # fmt: skip
        return True

    for position, record in enumerate(records.clients):
        client = record.item
        changes: dict[str, Any] = {}
        for column in ("contact_id", "vice_id", "evening_vice_id"):
            if is_gone(record, column, getattr(client, column)):
                changes[column] = ""
        for column in ("preferred_staff", "blocked_staff", "co_contacts"):
            named = getattr(client, column)
            gone = {p for p in sorted(named) if is_gone(record, column, p)} if named else None
            if gone:
                changes[column] = named - gone
        contact = carers.get(client.contact_id)
        is_fixed = client.needs_contact and not client.kontaktman
        if contact is not None and is_fixed and not contact.may_be_contact:
            findings.warnings.append(
                _fault(record, "contact_id", "kontakten är inte undersköterska",
                       "Kräver titeln eller övergångsregeln; en ny utses.", warn=True)
            )  # fmt: skip
        if client.contact_id and client.contact_id == client.vice_id:
            findings.warnings.append(
                _fault(record, "vice_id", "samma person som omsorgskontakten",
                       "Uppgiften bortses från; en ny vice utses.", warn=True)
            )  # fmt: skip
            changes["vice_id"] = ""
        if client.preferred_staff & client.blocked_staff:
            findings.faults.append(
                _fault(record, "blocked_staff", "samma person är både önskad och spärrad",
                       "Ta bort den ena.")
            )  # fmt: skip
        if changes:
            records.clients[position] = replace(record, item=replace(client, **changes))
    for position, carer in enumerate(records.staff):
        if is_gone(carer, "twin_id", carer.item.twin_id):
            records.staff[position] = replace(carer, item=replace(carer.item, twin_id=""))


def load_of_contacts(records: Records, findings: Findings) -> None:
    """C6: the present load of a contact is told where it is above every source's limit."""
    n_own = Counter(r.item.contact_id for r in records.clients if r.item.contact_id)
    for record in records.staff:
        n_clients = n_own[record.item.staff_id]
        if n_clients > CONTACT_CLIENTS_MAX:
            findings.warnings.append(
                _fault(record, "staff_id", f"omsorgskontakt för {n_clients} brukare i dag",
                       f"Vanligen högst {CONTACT_CLIENTS_MAX}.", warn=True)
            )  # fmt: skip


def skills_somebody_has(records: Records, findings: Findings) -> None:
    """A skill that no carer holds cannot be planned; told once per skill."""
    held = {skill for record in records.staff for skill in record.item.skills}
    named: set[str] = set()
    for record in records.visits:
        if record.item.skills <= held:
            continue
        for skill in sorted(record.item.skills - held - named):
            named.add(skill)
            findings.warnings.append(
                _fault(record, "skills", f"en kompetens ({len(skill)} tecken) som ingen har",
                       "Sådana besök blir oplanerade. Se personalens delegeringar.", warn=True)
            )  # fmt: skip


def ended_clients(records: Records, findings: Findings) -> None:
    """C9: clients whose decision ended before the roster begins are kept and not planned."""
    span = date_range(records.roster)
    if span is None:
        return
    ended = [record for record in records.clients if record.item.valid_to < span[0]]
    if ended:
        findings.warnings.append(
            _fault(ended[0], "valid_to", f"{len(ended)} brukare är avslutade före schemat",
                   "De planeras inte.", warn=True)
        )  # fmt: skip


def known_bases(records: Records, findings: Findings) -> None:
    """A carer's own base is one of the bases."""
    bases = {record.item.base_id for record in records.bases}
    for record in records.staff:
        if record.item.base_id and record.item.base_id not in bases:
            findings.faults.append(
                _fault(record, "base_id", f"{safe_id(record.item.base_id)} saknas bland lokalerna",
                       "Ska vara ett id från tabellen Lokaler.")
            )  # fmt: skip


def pins_of_known(records: Records, findings: Findings) -> None:
    """D9: locks name known visits and carers, and each carer of a visit is locked once a date."""
    first: dict[tuple[Any, ...], Record[Pin]] = {}
    for record in records.pins:
        pin = record.item
        for column, known, table in (
            ("visit_id", records.known_visits, "Besök"),
            ("staff_id", records.known_staff, "Personal"),
        ):
            name = getattr(pin, column)
            if name and name not in known:
                findings.faults.append(
                    _fault(record, column, f"{safe_id(name)} finns inte",
                           f"Ska vara ett id från tabellen {table}.")
                )  # fmt: skip
        what = (pin.visit_id, pin.carer_no) if pin.visit_id else (pin.staff_id,)
        other = first.setdefault((pin.date, *what), record)
        if other.item != pin:
            findings.faults.append(
                _fault(record, "visit_id", f"låst på annat sätt på rad {other.row}",
                       "Ta bort den ena låsningen.")
            )  # fmt: skip


def example_is_gone(records: Records, findings: Findings) -> None:
    """Clients of the template left among real ones would be planned for, and nobody live there.

    The template as it is may be read: there all clients are its own.
    """
    from data.tables.out.template import example_rows

    example = {(row["client_id"], row["x"], row["y"]) for row in example_rows()["clients"]}
    left = [r for r in records.clients if (r.item.client_id, r.item.x, r.item.y) in example]
    if len(left) == len(records.clients):
        return
    for record in left:
        findings.faults.append(
            _fault(record, "client_id", "en exempelrad ur mallen står kvar",
                   "Ta bort raden, och exempelbrukarens besök.")
        )  # fmt: skip


RULES: Final[tuple[Rule, ...]] = (
    share_frames,
    with_experience,
    unique_ids,
    weeks_by_number,
    example_is_gone,
    one_team_of_people,
    names_as_ids,
    buildings_in_one_place,
    dates_in_order,
    visits_have_clients,
    lags_within_client,
    times_that_fit,
    roster_of_known_staff,
    known_people,
    load_of_contacts,
    delegations_named,
    skills_somebody_has,
    ended_clients,
    known_bases,
    pins_of_known,
    decisions_of_known,
    matters_of_known,
    notes_of_known,
)


def apply(records: Records, findings: Findings) -> None:
    """Apply every rule, so that all faults are told at once."""
    for rule in RULES:
        rule(records, findings)
