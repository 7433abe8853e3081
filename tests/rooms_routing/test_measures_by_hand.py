"""Each measure of the tiny world against figures worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.plans import UnplannedRow
from routing.check.view import see
from routing.measures import ContinuityDefinition, measure, summary_sv
from routing.measures.contact_ceiling import contact_ceiling, contact_ceiling_pct_by_client
from routing.measures.slices import whole


def _measure(world, **options):
    return measure(
        world.municipality, world.team_plan, world.travel, world.rules, world.plan, **options
    )


def test_visits_planned_and_not(tiny_world):
    """Fifteen carer-visits are planned; Tuesday's evening visit, of priority 1, is not."""
    planned = _measure(tiny_world).municipality.planned
    assert (planned.n_due, planned.n_planned, planned.n_unplanned) == (16, 15, 1)
    assert planned.n_unplanned_by_priority == {"1": 1, "2": 0, "3": 0}
    assert planned.n_planned_by_priority == {"1": 3, "2": 11, "3": 1}
    assert planned.n_unplanned_by_reason == {"ingen i tjänst": 1}


def test_tiers_add_up(tiny_world):
    """Contact 9, vice 2, team 1, floater 2, pool 1 of 15."""
    tiers = _measure(tiny_world).municipality.who.tier_pct
    assert tiers == {"contact": 60.0, "vice": 13.3, "team": 6.7, "floater": 13.3, "pool": 6.7}
    assert sum(tiers.values()) == pytest.approx(100, abs=0.3)


def test_ceiling_counts_what_a_contact_could_have_made(tiny_world):
    """Of 15: not the second carer of the shower, not F (no contact), not E's evening, and not
    E on Tuesday, when S2 is on leave. D's two could be S1's. Leaves 11."""
    who = _measure(tiny_world).municipality.who
    assert who.contact_ceiling_pct == pytest.approx(100 * 11 / 15, abs=0.05)
    assert who.contact_ceiling_pct >= who.tier_pct["contact"]
    assert who.contact_of_ceiling_pct == pytest.approx(100 * 9 / 11, abs=0.05)


def test_ceiling_knows_the_roster_and_the_shift_is_finite(tiny_world):
    """With every visit of A, C and D seven hours long, S1 can make one a day."""
    long = tuple(
        replace(v, duration_s=6 * 3600) if v.client_id in "ACD" else v
        for v in tiny_world.municipality.visits
    )
    before = _measure(tiny_world).municipality.who.contact_ceiling_pct
    tiny_world.municipality = replace(tiny_world.municipality, visits=long)
    assert _measure(tiny_world).municipality.who.contact_ceiling_pct < before


@given(st.lists(st.sampled_from(["S1", "S2", "S3", "S4", "E1", ""]), min_size=6, max_size=6))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_ceiling_is_never_below_the_plan(tiny_world, contacts):
    """Whoever is named contact: what she does in a valid plan, she could do."""
    named = {c: s for c, s in zip("ABCDEF", contacts, strict=True) if s}
    plan = replace(tiny_world.team_plan, contact=named, vice={}, twin={})
    rows = tuple(
        replace(r, tier="contact" if named.get(r.client_id) == r.staff_id else "team")
        if r.kind == "visit"
        else r
        for r in tiny_world.plan.rows
    )
    world = SimpleNamespace(
        **{
            **vars(tiny_world),
            "team_plan": plan,
            "plan": replace(tiny_world.plan, rows=rows),
        }
    )
    who = _measure(world).municipality.who
    assert who.contact_ceiling_pct >= who.tier_pct["contact"]


def test_distinct_carers_by_the_national_definition(tiny_world):
    """Only A and E have two visits a day not on a screen; E's are due though one is unplanned.

    A meets S1. E meets S2, E1 and S3. Mean 2, median 2.
    """
    people = _measure(tiny_world).municipality.continuity
    assert people.n_clients_counted == 2
    assert (people.distinct_carers_mean, people.distinct_carers_median) == (2.0, 2.0)
    assert people.period_days == 2


def test_the_definition_is_a_setting(tiny_world):
    """SKR stopped its statistics in 2024 and a new measure is on its way."""
    screens = ContinuityDefinition(count_digital=True)
    assert _measure(tiny_world, definition=screens).municipality.continuity.n_clients_counted == 3
    no_evening = ContinuityDefinition(to_s=17 * 3600)
    people = _measure(tiny_world, definition=no_evening).municipality.continuity
    assert people.n_clients_counted == 1


def test_evenness(tiny_world):
    """A-morning starts 07:30 with 07:45 wished: within 15 both days. Spreads by hand."""
    people = _measure(tiny_world).municipality.continuity
    assert people.wished_within_15_pct == 100.0
    # A-morning 0, A-lunch 25, D-screen 41, D-care 17.5, E-care 17.5 minutes
    assert people.start_spread_median_min == 17.5
    assert people.start_spread_within_30_pct == 80.0
    # longest run of days without the contact: A 0, B 1, C 1, D 0, E 1 (F has none)
    assert people.contact_gap_median_days == 1
    assert people.contact_gap_max_days == 1


def test_non_daily_by_contact(tiny_world):
    """Shower twice (one by the contact), cleaning by the contact, F's evening by the pool."""
    assert _measure(tiny_world).municipality.who.non_daily_by_contact_pct == 50.0


def test_personal_care_by_day_is_counted_apart(tiny_world):
    """LU-18: morning care and shower that begin by day; the evening's are not among them."""
    visit_of = tiny_world.municipality.visit_by_id
    rows = [row for row in tiny_world.plan.rows if row.kind == "visit"]
    care = [
        row for row in rows
        if visit_of[row.visit_id].task in ("morning", "evening", "late_evening", "shower")
        and visit_of[row.visit_id].earliest_s < 15 * 3600
    ]  # fmt: skip
    by_contact = sum(row.tier == "contact" for row in care)
    assert 0 < by_contact < len(care) < len(rows)
    who = _measure(tiny_world).municipality.who
    assert who.personal_care_day_by_contact_pct == pytest.approx(
        100 * by_contact / len(care), abs=0.05
    )


def test_hours_add_up(tiny_world):
    """Every rostered minute is somewhere, unused shifts included; leave is not rostered."""
    time = _measure(tiny_world).municipality.hours
    # day shifts S1, S1, S2, S3 (Tuesday), S4 and the evening: S3 is sick on Monday
    assert (time.n_shifts, time.n_rounds) == (6, 5)
    assert time.rostered_min == 5 * 480 + 420
    parts = (
        time.visit_min + time.travel_min + time.access_min + time.wait_min + time.break_min
        + time.meeting_min + time.handover_min + time.slack_min
    )  # fmt: skip
    assert parts == pytest.approx(time.rostered_min, abs=3)
    assert time.visit_min == 30 + 40 + 60 + 10 + 20 + 40 + 30 + 30 + 30 + 20 + 30 + 10 + 20 + 60
    assert (time.break_min, time.meeting_min, time.handover_min) == (150, 30, 50)
    assert time.client_time_pct == pytest.approx(100 * 430 / (2820 - 150), abs=0.05)
    assert (time.n_breaks_due, time.n_breaks_held) == (5, 5)


def test_shift_ends(tiny_world):
    """The evening round is home 19:23:20 of 22:00; S2 has 80 minutes before handover."""
    time = _measure(tiny_world).municipality.hours
    assert time.spare_at_end_least_min == 80.0


def test_band_warns_on_both_sides(tiny_world):
    """MA-16: the band is a target, not a maximum to be passed."""
    assert _measure(tiny_world).municipality.hours.band == "under"
    rounds = tiny_world.rules.rounds
    tiny_world.rules = replace(
        tiny_world.rules, rounds=replace(rounds, client_time_band_pct=(10, 12))
    )
    assert _measure(tiny_world).municipality.hours.band == "over"


def test_load_per_quarter(tiny_world):
    """At 09:00 on Monday two carers are with B, on Tuesday none: one on average, of three."""
    load = _measure(tiny_world).municipality.load
    nine = load.quarters.index("09:00")
    assert load.at_clients[nine] == 1.0
    # on duty at 09:00: S1, S2, S4 on Monday; S1, S3 on Tuesday
    assert load.on_duty[nine] == 2.5
    assert load.quarters[0] == "07:00"
    assert load.quarters[-1] == "21:45"


def test_slices_split_the_visits(tiny_world):
    """Visits add up over teams; the area holds both."""
    found = _measure(tiny_world)
    teams = [scope.planned.n_due for scope in found.teams.values()]
    assert teams == [15, 1]
    assert found.areas["O1"].planned == found.municipality.planned


def test_persons_only_when_asked_for(tiny_world):
    """Requirements 2.1 item 7: measures by team by default."""
    assert _measure(tiny_world).persons == {}
    one = _measure(tiny_world, with_persons=True).persons["S1"]
    assert (one.n_visits, one.n_clients, one.n_contact_for) == (8, 4, 3)


def test_ceilings_of_the_contacts_add_up_to_the_municipality(tiny_world):
    """Each contact's own, and none for who is nobody's contact: 11 in all, as above."""
    persons = _measure(tiny_world, with_persons=True).persons
    assert sum(one.n_as_contact_ceiling for one in persons.values()) == 11
    assert sum(one.n_as_contact for one in persons.values()) == 9
    assert all(one.n_as_contact <= one.n_as_contact_ceiling for one in persons.values())
    assert all(one.n_contact_for or not one.n_as_contact_ceiling for one in persons.values())


def test_dictionary_is_json(tiny_world):
    """measures.json is written from it, whatever the plan."""
    found = _measure(tiny_world, with_persons=True).as_dict()
    assert json.loads(json.dumps(found)) == json.loads(json.dumps(found, sort_keys=True))


def test_summary_is_swedish_and_names_no_client(tiny_world):
    """The CLI prints it as it stands."""
    lines = dict(summary_sv(_measure(tiny_world)))
    assert lines["Arbetslag"] == "2 för 6 brukare"
    assert lines["Brukare per arbetslag"] == "1–5"
    assert lines["Oplanerade"] == "1 (prioritet 1: 1, 2: 0, 3: 0)"
    assert lines["Besök av omsorgskontakt"].startswith("60,0 % (tak 73,3 %")


def test_an_empty_plan_is_measured_too(tiny_world):
    """No division by zero (faults C10)."""
    world = tiny_world
    gone = (UnplannedRow(dt.date(2026, 3, 2), "A-lunch", "A", 1, 2, "ingen tid"),)
    world.plan = replace(world.plan, rows=(), unplanned=gone)
    found = _measure(world)
    assert found.municipality.who.contact_ceiling_pct is None
    assert summary_sv(found)
    world.plan = replace(world.plan, dates=(), unplanned=())
    assert _measure(world).municipality.hours.n_rounds == 0


def test_ceiling_of_each_client_by_hand(tiny_world):
    """F has no contact; the clients together cannot pass the sum of each alone."""
    view = see(
        tiny_world.municipality, tiny_world.team_plan, tiny_world.travel, tiny_world.rules,
        tiny_world.plan,
    )  # fmt: skip
    cut = whole(view)
    shares = contact_ceiling_pct_by_client(cut)
    stops = Counter(stop.client.client_id for stop in cut.stops)
    assert set(shares) == set(stops)
    assert shares["F"] == 0
    alone = sum(shares[client] * n / 100 for client, n in stops.items())
    assert contact_ceiling(cut) <= alone + 1e-9
    assert all(0 <= share <= 100 for share in shares.values())


def test_evenness_by_hand(tiny_world):
    """C's cleaning is on Monday, when S1 works. A has 3 h 09.5 between morning and lunch on
    Tuesday; two visits a shift for one carer each: A both days and, by day, none else."""
    even = _measure(tiny_world).municipality.evenness
    assert even.n_free_day == 1
    assert even.free_day_on_contact_day_pct == 100.0
    assert even.free_day_gap_even_pct is None
    stops = see(
        tiny_world.municipality, tiny_world.team_plan, tiny_world.travel, tiny_world.rules,
        tiny_world.plan,
    ).stops  # fmt: skip
    halves = {}
    for stop in stops:
        if stop.visit.mode == "physical" and stop.visit.carers_required == 1:
            key = (stop.client.client_id, stop.row.date, stop.visit.shift)
            halves.setdefault(key, []).append(stop.carer.staff_id)
    two = [set(staff) for staff in halves.values() if len(staff) > 1]
    assert even.same_day_carers_mean == round(sum(map(len, two)) / len(two), 2)


def test_even_gaps_of_a_weekly_task(tiny_world):
    """Three Mondays in a row are even; Monday, Sunday, Monday are not."""
    world = tiny_world
    row = next(r for r in world.plan.rows if r.visit_id == "C-clean")
    weekly = replace(
        world.municipality.visit_by_id["C-clean"], weekdays=tuple(range(7)), n_per_period=1
    )
    visits = tuple(weekly if v.visit_id == "C-clean" else v for v in world.municipality.visits)
    world.municipality = replace(world.municipality, visits=visits)

    def even(*days):
        dates = [row.date + dt.timedelta(day) for day in days]
        rows = tuple(replace(row, date=date, round_id=str(date)) for date in dates)
        plan = replace(world.plan, rows=rows, dates=tuple(dates))
        found = SimpleNamespace(**{**vars(world), "plan": plan})
        return _measure(found).municipality.evenness.free_day_gap_even_pct

    assert even(0, 7, 14) == 100.0
    assert even(0, 13, 14) == 0.0
    assert even(0, 8, 14) == 100.0


def test_fairness_by_hand(tiny_world):
    """Percentiles over the carers with a round; nobody is named."""
    fair = _measure(tiny_world).municipality.fairness
    assert fair.n_carers == len({r.staff_id for r in tiny_world.plan.rows})
    assert fair.client_time_pct_p10 <= fair.client_time_pct_p90
    heavy = Counter(
        r.staff_id for r in tiny_world.plan.rows if r.visit_id in ("B-shower", "C-clean")
    )
    assert fair.heavy_per_day_p90 >= 8 * min(heavy.values()) / 15.0
    assert fair.heavy_per_day_p10 == 0.0
    assert fair.evenings_pct_most is None
    assert fair.weekend_shifts_most is None
