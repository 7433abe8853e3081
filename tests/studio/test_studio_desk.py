"""The morning desk: every kind of news reaches the tables, and what has begun is never touched."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from data.care.care_calendar import occurrences
from data.care.hidden import hidden_clients
from data.demo import make_municipality, make_streets
from data.errors import PlanRefusedError, SettingsError
from data.model import Pin
from data.progress import Progress
from data.store import read_outputs
from data.units import clock
from hemrunda.config import Config
from hemrunda.studio import acts
from hemrunda.studio.jobs.kept import LATER
from hemrunda.studio.jobs.repair_job import repaired
from hemrunda.studio.journal import Act
from hemrunda.studio.payloads import rounds_payload
from hemrunda.studio.studio_exports import deliver
from hemrunda.studio.studio_scenario import JournalState, scenario_of
from hemrunda.workfolder.disruptions import VACANT, Disruptions, with_disruptions
from hemrunda.workfolder.plan_context import PlanContext
from maps.common.audiences import Planner, profile_of
from maps.files.staff_sheets import NAMED
from maps.screen.round_view import rounds_view
from partition import plan_teams
from routing.rounds import plan_rounds
from routing.travel import travel_times


@cache
def planned() -> PlanContext:
    """Forty clients, two days, with rounds that keep every rule."""
    config = Config()
    network = make_streets(n_clients=40, seed=1)
    municipality = make_municipality(network, n_clients=40, n_days=2, seed=1)
    travel, engine, _ = travel_times(network, municipality)
    teams = plan_teams(municipality, travel, config.rules, network=network, seed=1)
    rounds = plan_rounds(
        municipality, teams, travel, config.rules, dates=municipality.dates, seed=1,
        n_iterations=3000,
    )  # fmt: skip
    return PlanContext(config, municipality, network, travel, engine, teams, rounds)


def with_one_hidden(plan):
    """The same, with a client who has a contact and asks for a skill protected."""
    known = plan.municipality
    asking = {visit.client_id for visit in known.visits if visit.skills}
    chosen = min(asking & {who for who, contact in plan.team_plan.contact.items() if contact})
    clients = tuple(replace(c, protected=c.client_id == chosen) for c in known.clients)
    return replace(plan, municipality=replace(known, clients=clients))


def shift_of(plan, day, rank=0):
    """A carer with several visits on a day (the busiest, or the next), and her line."""
    rows = [row for row in plan.round_plan.rows if row.date == day and row.kind == "visit"]
    staff_id = busiest(rows)[rank]
    line = next(one for one in plan.municipality.roster
                if (one.staff_id, one.date, one.kind) == (staff_id, day, "work"))  # fmt: skip
    return staff_id, line, sorted(r.start_s for r in rows if r.staff_id == staff_id)


def busiest(rows):
    """Who makes these visits, those with most of them first, equal ones by their ids."""
    return sorted({row.staff_id for row in rows},
                  key=lambda s: (-sum(r.staff_id == s for r in rows), s))  # fmt: skip


def test_late_and_leaving_cut_the_shift_and_nothing_else():
    """Late: the shift begins then. Home early: it ends then. All other lines stand."""
    plan = planned()
    day = plan.round_plan.dates[0]
    staff_id, line, _ = shift_of(plan, day)
    at = line.start_s + 3600
    for news, expected in (
        (Disruptions((day,), late=(f"{staff_id},{clock(at)}",)), replace(line, start_s=at)),
        (Disruptions((day,), leaves=(f"{staff_id},{clock(at)}",)), replace(line, end_s=at)),
    ):
        changed, told = with_disruptions(plan.municipality, news)
        assert set(changed.roster) ^ set(plan.municipality.roster) == {line, expected}
        assert len(told) == 1
    for text in (f"{staff_id},25:00", f"{staff_id},{clock(line.end_s)}", "ingen,09:00"):
        with pytest.raises(SettingsError):
            with_disruptions(plan.municipality, Disruptions((day,), late=(text,)))


def test_home_again_ends_the_pause_the_day_before():
    """NO-11: whoever comes home is served from that day, and was away until then."""
    plan = planned()
    day = plan.round_plan.dates[1]
    client = plan.municipality.clients[0]
    away = replace(client, pause_from=day - dt.timedelta(5), pause_to=day + dt.timedelta(9))
    paused = replace(plan.municipality, clients=(away, *plan.municipality.clients[1:]))
    changed, _ = with_disruptions(paused, Disruptions((day,), home=(client.client_id,)))
    after = changed.client_by_id[client.client_id]
    assert after.is_served_on(day)
    assert not after.is_served_on(day - dt.timedelta(1))
    assert changed.clients[1:] == paused.clients[1:]
    with pytest.raises(SettingsError):
        with_disruptions(plan.municipality, Disruptions((day,), home=(client.client_id,)))


def test_a_key_and_a_vacant_shift_reach_the_tables():
    """A key is fetched or not; a placeholder works the shift with the team's delegations."""
    plan = planned()
    day = plan.round_plan.dates[0]
    client = plan.municipality.clients[0]
    team_id = plan.municipality.staff[0].team_id
    said = "nej" if client.physical_key else "ja"
    changed, told = with_disruptions(
        plan.municipality,
        Disruptions(
            (day,), keys=(f"{client.client_id},{said}",), vacant=(f"{team_id},07:00-15:00",)
        ),
    )
    assert changed.client_by_id[client.client_id].physical_key is not client.physical_key
    (new,) = set(changed.staff_by_id) - set(plan.municipality.staff_by_id)
    assert new.startswith(VACANT)
    assert changed.staff_by_id[new].team_id == team_id
    assert [one.date for one in changed.roster if one.staff_id == new] == [day]
    assert len(told) == 2
    for wrong in (
        Disruptions((day,), keys=("ingen,ja",)),
        Disruptions((day,), keys=(f"{client.client_id},kanske",)),
        Disruptions((day,), vacant=("ingen,07:00-15:00",)),
    ):
        with pytest.raises(SettingsError):
            with_disruptions(plan.municipality, wrong)


def test_a_visit_called_off_is_made_on_no_day_of_its_turn():
    """LU-12: one day of a visit that is not free; of one that is, the whole turn; locks let go."""
    plan = planned()
    day, other = plan.round_plan.dates
    known = plan.municipality
    fixed = next(v for v in known.visits if v.is_daily)
    free = next(
        v for v in known.visits
        if v.n_per_period == 1 and v.every_weeks == 1 and len(v.weekdays) == 5
        and any(day in one.dates for one in occurrences(known, (day,)) if one.visit == v)
    )  # fmt: skip
    staff_id, line, _ = shift_of(plan, day)
    locked = replace(known, pins=(Pin(day, fixed.visit_id, staff_id, line.start_s),))
    changed, told = with_disruptions(
        locked, Disruptions((day,), cancelled=(fixed.visit_id, free.visit_id))
    )
    assert changed.pins == ()
    assert told == [
        *(
            f"avbokat: {one} {day}"
            for one in sorted(
                (fixed.visit_id, free.visit_id), key=[v.visit_id for v in known.visits].index
            )
        ),
        f"låsningen av {fixed.visit_id} {day} gäller inte längre",
    ]
    week = [day + dt.timedelta(i) for i in range(5)]  # the plan begins on a Monday

    def due(tables, visit):
        return [one.dates for one in occurrences(tables, week) if one.visit.visit_id == visit]

    assert due(changed, fixed.visit_id) == [(one,) for one in week[1:]]
    assert not any(day in days for days in due(changed, free.visit_id))
    assert len(due(changed, free.visit_id)) == len(due(known, free.visit_id)) - 1
    again, _ = with_disruptions(changed, Disruptions((other,), cancelled=(fixed.visit_id,)))
    assert again.visit_by_id[fixed.visit_id].cancelled == {day, other}
    for wrong in (Disruptions((day,), cancelled=("inget",)),):
        with pytest.raises(SettingsError):
            with_disruptions(known, wrong)


def test_a_visit_called_off_leaves_the_plan_and_every_rule_holds(tmp_path):
    """The repair takes it out, changes nothing else that day needs, and is proved."""
    plan = planned()
    day = plan.round_plan.dates[0]
    row = next(r for r in plan.round_plan.rows if r.kind == "visit" and r.date == day)
    session = SimpleNamespace(
        present=lambda: SimpleNamespace(plan=plan), plan_folder=lambda name: tmp_path / name
    )
    news = {"days": [day.isoformat()], "cancelled": [row.visit_id]}
    found = repaired(session, {"base": "a1", "news": news, "ways": ["calls"]}, Progress())[LATER]()
    (one,) = found["repairs"]
    assert "refused" not in one
    _, rounds = read_outputs(tmp_path / one["base"])
    left = {(r.date, r.visit_id) for r in (*rounds.rows, *rounds.unplanned)}
    assert (day, row.visit_id) not in left
    assert [c["kind"] for c in one["calls"] if c["visit_id"] == row.visit_id] == ["gone"]


def test_the_planner_sees_every_minute_but_nothing_of_who_is_hidden():
    """The page that visits are moved in is no file: exact times, and no stop of a hidden client."""
    plan = planned()
    day = plan.round_plan.dates[0]
    rows = [r for r in plan.round_plan.rows if r.kind == "visit" and r.date == day]
    known = plan.municipality.clients
    unseen = rows[3].client_id
    clients = tuple(replace(c, protected=c.client_id == unseen) for c in known)
    municipality = replace(plan.municipality, clients=clients)
    hidden = hidden_clients(municipality)
    assert unseen in hidden
    view = rounds_view(
        municipality, plan.team_plan, plan.round_plan, plan.engine.leg_path, Planner(), day=day
    )
    shown = {
        (stop.row.visit_id, stop.row.carer_no, stop.row.start_s)
        for one in view.rounds for stop in one.stops if stop.row.kind == "visit"
    }  # fmt: skip
    assert shown == {(r.visit_id, r.carer_no, r.start_s) for r in rows if r.client_id not in hidden}
    assert view.n_protected == sum(r.client_id in hidden for r in rows)
    assert not view.is_rough
    assert all(
        stop.travel_s is None and not len(stop.path)
        for one in view.rounds for stop, before in zip(one.stops[1:], one.stops, strict=False)
        if stop.row.seq != before.row.seq + 1 and not stop.is_digital
    )  # fmt: skip
    with pytest.raises(SettingsError):
        profile_of("planner")


@pytest.mark.parametrize("rank", [0, 2, 3])
def test_what_has_begun_and_other_days_stand_whatever_is_mended(tmp_path, rank):
    """Sick at work from a time of day: before it, and on every other day, no row is another.

    Nor does she begin anything from then on: the busiest has a second visit where she is.
    """
    plan = planned()
    first, second = plan.round_plan.dates
    staff_id, _, starts = shift_of(plan, first, rank)
    since_s = starts[len(starts) // 2] // 60 * 60 + 60
    session = SimpleNamespace(
        present=lambda: SimpleNamespace(plan=plan), plan_folder=lambda name: tmp_path / name
    )
    news = {"days": [first.isoformat()], "sick": [staff_id], "since": clock(since_s)}
    at_once = repaired(session, {"base": "r1", "news": news}, Progress())
    assert not at_once["is_proved"]
    assert not list(tmp_path.iterdir())
    found = at_once[LATER]()
    assert found["is_proved"]
    assert [one["calls"] for one in found["repairs"]] == [
        one["calls"] for one in at_once["repairs"]
    ]
    assert found["news"]["sick"] == []
    assert found["news"]["leaves"][0].startswith(f"{staff_id},")
    taken = [one for one in found["repairs"] if "refused" not in one]
    assert len(taken) == 3
    for one in taken:
        _, rounds = read_outputs(tmp_path / one["base"])
        assert begun(rounds, first, since_s) == begun(plan.round_plan, first, since_s)
        assert [r for r in rounds.rows if r.date == second] == [
            r for r in plan.round_plan.rows if r.date == second
        ]
        later = [r for r in rounds.rows
                 if (r.staff_id, r.date, r.kind) == (staff_id, first, "visit")]  # fmt: skip
        assert max(r.start_s for r in later) < since_s


def begun(rounds, day, since_s):
    """Who visits whom, and when, up to a time of day."""
    return {
        (row.visit_id, row.carer_no, row.staff_id, row.start_s)
        for row in rounds.rows
        if row.kind == "visit" and row.date == day and row.start_s < since_s
    }


def test_a_vacant_shift_takes_what_nobody_has(tmp_path):
    """A placeholder who is called in gets visits, and the plan with her is proved."""
    plan = planned()
    day = plan.round_plan.dates[0]
    staff_id, line, _ = shift_of(plan, day)
    team_id = plan.municipality.staff_by_id[staff_id].team_id
    session = SimpleNamespace(
        present=lambda: SimpleNamespace(plan=plan), plan_folder=lambda name: tmp_path / name
    )
    news = {
        "days": [day.isoformat()], "sick": [staff_id],
        "vacant": [f"{team_id},{clock(line.start_s)}-{clock(line.end_s)}"],
    }  # fmt: skip
    found = repaired(session, {"base": "v1", "news": news, "ways": ["calls"]}, Progress())[LATER]()
    (one,) = found["repairs"]
    assert "refused" not in one
    _, rounds = read_outputs(tmp_path / one["base"])
    assert any(row.staff_id.startswith(VACANT) for row in rounds.rows if row.kind == "visit")


def test_a_shorter_visit_stands_where_the_longer_stood(tmp_path):
    """LU-12: the same person comes at the same time, for fewer minutes, that day alone."""
    plan = planned()
    day, other = plan.round_plan.dates
    known = plan.municipality
    row = next(
        r for r in plan.round_plan.rows
        if r.kind == "visit" and r.date == day and known.visit_by_id[r.visit_id].is_daily
        and known.visit_by_id[r.visit_id].carers_required == 1
    )  # fmt: skip
    visit = known.visit_by_id[row.visit_id]
    minutes = visit.duration_s // 60 - 5
    session = SimpleNamespace(
        present=lambda: SimpleNamespace(plan=plan), plan_folder=lambda name: tmp_path / name
    )
    news = {"days": [day.isoformat()], "shortened": [f"{visit.visit_id},{minutes}"]}
    found = repaired(session, {"base": "a1", "news": news, "ways": ["calls"]}, Progress())[LATER]()
    (one,) = found["repairs"]
    assert "refused" not in one
    _, rounds = read_outputs(tmp_path / one["base"])
    (made,) = [r for r in rounds.rows if r.visit_id == f"{visit.visit_id}-K1"]
    assert (made.date, made.staff_id) == (day, row.staff_id)
    assert made.end_s - made.start_s == minutes * 60
    assert {r.date for r in rounds.rows if r.visit_id == visit.visit_id} == {other}
    assert found["notes"] == [f"förkortat: {visit.visit_id} {day} {minutes} min"]
    for wrong in (f"{visit.visit_id},900", f"{visit.visit_id}", "inget,10", f"{visit.visit_id},0"):
        with pytest.raises(SettingsError):
            with_disruptions(known, Disruptions((day,), shortened=(wrong,)))


def test_a_lock_of_whoever_is_away_rests_and_the_desk_says_so(tmp_path):
    """D9: two are locked, one of them to hospital; the other's lock is not talked about."""
    plan = planned()
    day = plan.round_plan.dates[0]
    rows = {row.client_id: row for row in plan.round_plan.rows
            if row.kind == "visit" and row.date == day}  # fmt: skip
    gone, stays = list(rows.values())[:2]
    pins = tuple(Pin(day, row.visit_id, row.staff_id, None, row.carer_no) for row in (gone, stays))
    plan = replace(plan, municipality=replace(plan.municipality, pins=pins))
    session = SimpleNamespace(
        present=lambda: SimpleNamespace(plan=plan), plan_folder=lambda name: tmp_path / name
    )
    news = {"days": [day.isoformat()], "away": [gone.client_id]}
    found = repaired(session, {"base": "a1", "news": news, "ways": ["calls"]}, Progress())
    assert [note for note in found["notes"] if "låsningen" in note] == [
        f"låsningen av {gone.visit_id} {day} vilar: brukaren är borta då"
    ]


def test_who_works_longer_is_told_and_a_locked_day_stands(tmp_path):
    """A shift called in is counted whole; a colleague whose day is locked gets nothing of it."""
    plan = planned()
    day = plan.round_plan.dates[0]
    staff_id, line, _ = shift_of(plan, day)
    known = plan.municipality
    at_work = {one.staff_id for one in known.roster if one.date == day}
    team_id = known.staff_by_id[staff_id].team_id
    called = next(one.staff_id for one in known.staff
                  if one.staff_id not in at_work and one.team_id == team_id)  # fmt: skip
    held = next(row.staff_id for row in plan.round_plan.rows
                if row.date == day and row.staff_id != staff_id
                and known.staff_by_id[row.staff_id].team_id == team_id)  # fmt: skip
    pins = (Pin(day, staff_id=held),)
    plan = replace(plan, municipality=replace(known, pins=pins))
    session = SimpleNamespace(
        present=lambda: SimpleNamespace(plan=plan), plan_folder=lambda name: tmp_path / name
    )
    shift = f"{called},{clock(line.start_s)}-{clock(line.end_s)}"
    news = {"days": [day.isoformat()], "sick": [staff_id], "extra": [shift]}
    found = repaired(session, {"base": "x1", "news": news, "ways": ["calls"]}, Progress())[LATER]()
    (one,) = found["repairs"]
    assert "refused" not in one
    _, rounds = read_outputs(tmp_path / one["base"])
    hers = [row for row in rounds.rows if (row.date, row.staff_id) == (day, called)]
    longer = {row["staff_id"]: row for row in one["longer"]}
    assert longer[called]["more_min"] == round((hers[-1].end_s - hers[0].start_s) / 60) > 0
    assert longer[called]["end"] == hers[-1].end_s
    assert staff_id not in longer
    assert held not in longer
    key = (day, held, "visit")
    before, after = (
        [row for row in of.rows if (row.date, row.staff_id, row.kind) == key]
        for of in (plan.round_plan, rounds)
    )
    assert before == after != []


def test_what_a_repair_changed_is_marked_for_as_long_as_it_counts(tmp_path):
    """The page read anew has the marks; an act undone and a whole new plan have none."""
    plan = planned()
    day = plan.round_plan.dates[0]
    staff_id, _, _ = shift_of(plan, day)
    chosen = next(row.client_id for row in plan.round_plan.rows
                  if (row.date, row.staff_id, row.kind) == (day, staff_id, "visit"))  # fmt: skip
    known = plan.municipality
    clients = tuple(replace(one, protected=one.client_id == chosen) for one in known.clients)
    plan = replace(plan, municipality=replace(known, clients=clients))
    hidden = hidden_clients(plan.municipality)
    present = SimpleNamespace(plan=plan)
    session = SimpleNamespace(present=lambda: present, plan_folder=lambda name: tmp_path / name)
    news = {"days": [day.isoformat()], "sick": [staff_id], "since": "06:00"}
    found = repaired(session, {"base": "m1", "news": news, "ways": ["calls"]}, Progress())[LATER]()
    (one,) = found["repairs"]
    _, rounds = read_outputs(tmp_path / one["base"])
    after = replace(plan, round_plan=rounds)
    session.origin_of = lambda base: after
    args = {"base": one["base"], "what": "repair", "news": found["news"], "changed": {"x": 1}}
    kept, _ = acts._adopt(session, present, args)
    adopted = Act(1, "", "", "adopt", json.loads(json.dumps(kept)))

    def marked(*done):
        shown = SimpleNamespace(plan=after, rev=1, broken=(), scenario=scenario_of(done))
        told = rounds_payload(shown, day, None)
        return told["since"], set(told["changed"])

    def held(of):
        return [(row.visit_id, row.carer_no, row.staff_id, row.start_s) for row in of.rows
                if row.date == day and row.kind == "visit"]  # fmt: skip

    was = {(visit_id, staff, start) for visit_id, _, staff, start in held(plan.round_plan)}
    changed = {(visit_id, no) for visit_id, no, staff, start in held(rounds)
               if (visit_id, staff, start) not in was}  # fmt: skip
    of_visit = plan.municipality.visit_by_id
    seen = {key for key in changed if of_visit[key[0]].client_id not in hidden}
    assert set() != seen != changed
    assert marked(adopted) == ("06:00", seen)
    assert marked(adopted, Act(2, "", "", "undo", {})) == ("", set())
    assert marked(adopted, Act(2, "", "", "adopt", {"base": "p1"})) == ("", set())
    assert not any(visit_id in json.dumps(kept) for visit_id, _ in changed - seen)


def test_contact_cards_are_made_of_an_approved_plan_and_of_nobody_hidden(tmp_path):
    """MA-30: a card for each client with a contact, a file a team; a draft gives none."""
    plan = with_one_hidden(planned())
    session = SimpleNamespace(folder=tmp_path)

    def cards(*, is_approved, team=""):
        scenario = SimpleNamespace(is_approved=is_approved)
        present = SimpleNamespace(plan=plan, scenario=scenario)
        return deliver(session, present, {"kind": "cards", "team": team})

    with pytest.raises(PlanRefusedError):
        cards(is_approved=False)
    with pytest.raises(SettingsError):
        cards(is_approved=True, team="finns inte")
    made = [tmp_path / "out" / one["path"] for one in cards(is_approved=True)]
    text = "".join(page.extract_text() for path in made for page in PdfReader(path).pages)
    hidden = hidden_clients(plan.municipality)
    contact = plan.team_plan.contact
    for client_id in plan.team_plan.team_of_client:
        has_card = bool(contact.get(client_id)) and client_id not in hidden
        assert (client_id in text) == has_card, client_id
    assert "kontaktkort" in (tmp_path / "out" / "index.html").read_text("utf-8")


def test_names_are_on_the_papers_asked_for_and_nowhere_else(tmp_path):
    """A PDF beside the others has them, and the manifest says so; no id of a hidden client has."""
    plan = with_one_hidden(planned())
    day = plan.round_plan.dates[0]
    staff_id, _, _ = shift_of(plan, day)
    session = SimpleNamespace(folder=tmp_path)
    present = SimpleNamespace(plan=plan, scenario=SimpleNamespace(is_approved=True))
    asked = {"kind": "sheets", "day": day.isoformat(), "staff": staff_id}
    ids = [*plan.municipality.client_by_id, staff_id]
    names = {one: f"Qvist{i:03d}" for i, one in enumerate(ids)}
    deliver(session, present, asked)
    out = tmp_path / "out"
    assert not list(out.rglob(f"*{NAMED}"))
    assert "with_names" not in json.loads((out / "manifest.json").read_text("utf-8"))
    made = deliver(session, present, {**asked, "names": {**names, "okänd": "Ek"}})
    named = [one["path"] for one in made if one["name"].endswith(NAMED)]
    assert named
    assert json.loads((out / "manifest.json").read_text("utf-8"))["with_names"] == sorted(named)
    text = "".join(page.extract_text() for one in named for page in PdfReader(out / one).pages)
    hidden = hidden_clients(plan.municipality)
    mine = {row.client_id for row in plan.round_plan.rows
            if (row.date, row.staff_id, row.kind) == (day, staff_id, "visit")}  # fmt: skip
    assert {one for one, name in names.items() if name in text} == {*mine - hidden, staff_id}
    for path in out.rglob("*"):
        if path.is_file() and path.relative_to(out).as_posix() not in named:
            body = path.read_bytes()
            if path.suffix == ".pdf":
                body = "".join(page.extract_text() for page in PdfReader(path).pages).encode()
            assert b"Qvist" not in body, path
    deliver(session, present, {"kind": "cards"})
    assert json.loads((out / "manifest.json").read_text("utf-8"))["with_names"] == sorted(named)


def test_what_a_visit_asks_for_is_told_of_those_who_are_shown():
    """The filters of the rounds: each skill of a visit that is shown, and of nobody hidden."""
    plan = with_one_hidden(planned())
    day = plan.round_plan.dates[0]
    present = SimpleNamespace(plan=plan, rev=1, broken=(), scenario=JournalState())
    told = rounds_payload(present, day, None)["skills"]
    known, hidden = plan.municipality, hidden_clients(plan.municipality)
    made = {row.visit_id for row in plan.round_plan.rows if row.date == day and row.visit_id}
    made |= {row.visit_id for row in plan.round_plan.unplanned if row.date == day}
    wanted = {
        visit_id: sorted(known.visit_by_id[visit_id].skills) for visit_id in made
        if known.visit_by_id[visit_id].client_id not in hidden
    }  # fmt: skip
    assert told == {visit_id: skills for visit_id, skills in wanted.items() if skills}
    assert told
