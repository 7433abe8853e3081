"""Why a visit is unplanned: the first rule that leaves nobody, in plain Swedish."""

from __future__ import annotations

from collections.abc import Sequence

from data.care.eligibility import Bar, enters_home, visit_bar
from data.care.legs import travel_and_access_s
from data.model import Client, Visit, VisitOccurrence
from data.plans import UnplannedRow
from data.units import UNREACHABLE_S, clock
from routing.roster.shifts import UsableShift
from routing.rounds.area_search import AreaResult
from routing.rounds.person_wishes import PersonWishes
from routing.rounds.round_problem import AreaInput, shift_ends, standing_of


def _names(skills: Sequence[str]) -> str:
    return ", ".join(sorted(skills))


def blocking_rule(source: AreaInput, occurrence: VisitOccurrence) -> str:
    """The rule that binds, found by adding the rules one at a time.

    The order goes from what most limits a choice (nobody at work) to what least does (no room).
    """
    visit = occurrence.visit
    client = source.municipality.client_by_id[visit.client_id]
    left: list[UsableShift] = [s for s in source.shifts if s.shift.date in occurrence.dates]
    if not left:
        return "ingen i området är schemalagd den dagen"
    need = visit.carers_required
    left = [s for s in left if _bar(source, s, visit, client) in (None, Bar.SKILL)]
    if _n_people(left) < need:
        return "ingen schemalagd får gå till brukaren (arbetslag, spärr eller allergi)"
    in_time = [s for s in left if _in_time(source, s, client, occurrence)]
    if _n_people(in_time) < need:
        window = f"{clock(visit.earliest_s)}–{clock(visit.latest_s)}"
        return f"inget pass i arbetslaget täcker starttiden {window}"
    able = [s for s in in_time if _bar(source, s, visit, client) is None]
    if _n_people(able) < need:
        return f"för få i tjänst har delegering eller kompetens: {_names(sorted(visit.skills))}"
    few = PersonWishes(source).few(client)
    if few is not None and len({s.shift.staff_id for s in able} & few) < need:
        return "de få som ska komma till brukaren är inte i tjänst (högsta antal personer)"
    if need == 2:
        return "två personer har inte ledigt samtidigt inom tidsfönstret"
    return "inget ledigt utrymme inom tidsfönstret hos dem som får och kan"


def _bar(source: AreaInput, shift: UsableShift, visit: Visit, client: Client) -> Bar | None:
    carer = source.municipality.staff_by_id[shift.shift.staff_id]
    comes_as = standing_of(carer, client, source, shift.shift.part)
    return visit_bar(carer, visit, client, shift.shift.date, comes_as)


def _n_people(shifts: Sequence[UsableShift]) -> int:
    return len({s.shift.staff_id for s in shifts})


def _in_time(
    source: AreaInput, shift: UsableShift, client: Client, occurrence: VisitOccurrence
) -> bool:
    """Whether a shift holds a start in the window, with the travel there from its beginning."""
    visit, travel = occurrence.visit, source.travel
    mode = source.municipality.staff_by_id[shift.shift.staff_id].travel_mode
    leg_s = 0
    if enters_home(visit):
        if mode not in travel.seconds:
            return False
        begins, _ = shift_ends(source, shift)
        access = source.rules.access
        travel_s, access_s = travel_and_access_s(
            travel, access, mode, travel.idx[begins], None, client
        )
        if travel_s >= UNREACHABLE_S:
            return False
        leg_s = travel_s + access_s
    start = max(shift.shift.start_s + leg_s, visit.earliest_s)
    return start <= visit.latest_s and start + visit.duration_s <= shift.shift.end_s


def unplanned_row(occurrence: VisitOccurrence, carer_no: int, reason: str) -> UnplannedRow:
    """A carer that an occurrence needs and has not, dated by the first date allowed."""
    visit = occurrence.visit
    return UnplannedRow(
        occurrence.dates[0], visit.visit_id, visit.client_id, carer_no, visit.priority, reason
    )


def unplanned_of(result: AreaResult) -> list[UnplannedRow]:
    """The area's carers that visits needed and did not get, each with the rule that binds."""
    planned = {u for sequence in result.sequences for u in sequence}
    return [
        unplanned_row(
            key.occurrence, key.carer_no, blocking_rule(result.area.source, key.occurrence)
        )
        for u, key in enumerate(result.area.keys)
        if u not in planned
    ]
