"""States with names, contacts by hand, locks, and the redesign's points taken as they are shown."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SettingsError
from data.progress import Progress
from hemrunda.studio import contact_desk, payloads, sides
from hemrunda.studio.acts import act
from hemrunda.studio.divisions import held_contacts, with_chosen
from hemrunda.studio.jobs.redesign_job import redesigned
from hemrunda.studio.jobs.rounds_job import with_contacts
from hemrunda.studio.journal import Act
from hemrunda.studio.session import Session
from hemrunda.studio.studio_scenario import LEFT, scenario_at, scenario_of

NAMES = st.sampled_from(["A", "B"])
DONE = st.lists(
    st.one_of(
        st.builds(
            lambda c, t: ("move", {"client_ids": [c], "team_id": t}),
            st.sampled_from(["B1", "B2", "B3"]),
            st.sampled_from(["L1", "L2"]),
        ),
        st.just(("undo", {})),
        st.just(("redo", {})),
        st.builds(lambda n: ("name", {"name": n}), NAMES),
        st.builds(lambda n: ("open", {"name": n}), NAMES),
        st.builds(lambda n: ("forget", {"name": n}), NAMES),
    ),
    max_size=40,
)


@given(DONE, NAMES)
def test_an_opened_state_is_what_was_named_and_the_one_left_is_kept(done, name):
    """Whoever opens a state gets just what stood when it was named, and loses nothing."""
    acts = [Act(i, "", "", kind, args) for i, (kind, args) in enumerate(done, 1)]
    now = scenario_of(acts)
    after = scenario_of([*acts, Act(len(acts) + 1, "", "", "open", {"name": name})])
    if name not in now.names:
        assert after.live == now.live
        return
    by_rev = {one.rev: one for one in acts}
    assert after.live == now.names[name]
    assert after.moves == scenario_at(by_rev, now.names[name]).moves
    assert now.live in after.names.values()
    assert now.live in now.names.values() or after.names[LEFT] == now.live


def test_a_request_waits_until_a_contact_is_chosen_and_again_if_that_is_undone():
    """LU-06: the days are counted from the request; only a choice after it answers it."""
    asked = Act(1, "", "", "request", {"client_id": "B1", "on": True, "day": "2026-03-02"})
    chosen = Act(2, "", "", "contact", {"client_id": "B1", "staff_id": "P1"})
    undo = Act(3, "", "", "undo", {})
    waiting = {"B1": dt.date(2026, 3, 2)}
    assert scenario_of([asked]).requests == waiting
    assert scenario_of([asked, chosen]).requests == {}
    assert scenario_of([asked, chosen, undo]).requests == waiting
    again = Act(3, "", "", "request", {**asked.args, "day": "2026-03-09"})
    assert scenario_of([asked, chosen, again]).requests == {"B1": dt.date(2026, 3, 9)}
    taken_back = Act(4, "", "", "request", {**asked.args, "on": False})
    assert scenario_of([asked, chosen, again, taken_back]).requests == {}


@pytest.fixture(scope="module")
def opened(town, tmp_path_factory):
    """A copy of the town, opened; tests of this module act on it one after the other."""
    return Session(
        shutil.copytree(town, tmp_path_factory.mktemp("proposals") / "kommun"), Progress()
    )


def do(session: Session, kind: str, **args):
    return act(session, session.journal.rev, "Prov", kind, args)["effect"]


def test_a_contact_is_chosen_among_candidates_and_only_she_changes(opened):
    """The chosen one becomes the contact; a vice changes places; nobody else is touched."""
    before = opened.present().plan.team_plan
    client_id = sorted(before.contact)[0]
    found = contact_desk.candidates_of(opened.present(), client_id)
    assert all(one["reasons"] for one in found)
    to = next(c for c in found if c["can"] and c["staff_id"] != before.contact[client_id])
    effect = do(opened, "contact", client_id=client_id, staff_id=to["staff_id"])
    after = opened.present().plan.team_plan
    assert effect["after"] == after.contact[client_id] == to["staff_id"]
    assert {c for c in before.contact if before.contact[c] != after.contact[c]} == {client_id}
    assert after.vice.get(client_id) != to["staff_id"]
    block = contact_desk.contacts_payload(opened.present(), {})
    mine = next(one for one in block["loads"] if one.staff_id == to["staff_id"])
    assert mine.n_clients == to["n_clients"] + 1
    do(opened, "undo")
    assert opened.present().plan.team_plan.contact == before.contact
    swapped = with_chosen(before, dict(list(before.vice.items())[:3]))
    for client_id in list(before.vice)[:3]:
        assert swapped.contact[client_id] == before.vice[client_id]
        assert swapped.vice.get(client_id, "") == before.contact.get(client_id, "")


def test_what_is_locked_stays_and_says_so(opened):
    """A locked contact is not chosen anew; nobody leaves or joins a locked team."""
    plan = opened.present().plan.team_plan
    client_id = sorted(plan.contact)[0]
    do(opened, "lock_contact", client_id=client_id, on=True)
    with pytest.raises(SettingsError, match="låst"):
        do(opened, "contact", client_id=client_id, staff_id=plan.contact[client_id])
    held = held_contacts(plan, opened.present().scenario)
    assert [(one.client_id, one.staff_id) for one in held] == [(client_id, plan.contact[client_id])]
    home, other = plan.team_of_client[client_id], plan.teams[-1].team_id
    stranger = next(c for c, t in plan.team_of_client.items() if t != home)
    do(opened, "lock_team", team_id=home, on=True)
    for one, to in ((client_id, other), (stranger, home)):
        with pytest.raises(SettingsError, match="låst"):
            do(opened, "move", client_ids=[one], team_id=to)
    assert (
        home
        in payloads.teams_payload(
            opened, opened.present(), payloads.Territories(opened.present().plan)
        )["locked_teams"]
    )
    made = with_contacts(opened.present().plan, opened.present().scenario)
    assert made.contact[client_id] == plan.contact[client_id]
    do(opened, "undo")
    do(opened, "undo")


def test_requests_count_days_to_fourteen(opened):
    """Day 1 is the day she asked; a day that has not been is refused."""
    client_id = sorted(opened.present().plan.team_plan.contact)[1]
    day = dt.date.today() - dt.timedelta(15)
    do(opened, "request", client_id=client_id, on=True, day=day.isoformat())
    (one,) = contact_desk.requests_of(opened.present(), dt.date.today())
    assert (one["client_id"], one["n"], one["of"]) == (client_id, 16, 14)
    with pytest.raises(SettingsError):
        do(opened, "request", client_id=client_id, on=True, day="2999-01-01")
    do(opened, "request", client_id=client_id, on=False)
    assert contact_desk.requests_of(opened.present(), dt.date.today()) == []


def test_a_point_is_looked_at_beside_today_and_adopted_as_it_was_shown(opened):
    """Each point is a whole plan: who moves on the list is who moves on the map and in the plan."""
    before = opened.present().plan.team_plan
    small = min(before.teams, key=lambda team: len(team.client_ids)).team_id
    do(opened, "lock_team", team_id=small, on=True)
    redesigned(opened, {"base": "o1", "seconds": 1.0}, Progress())
    found = sides.front(opened)
    assert found["is_fresh"]
    points = [one for one in found["points"] if one["aim"] == "balance"]
    assert [one["n_moved"] for one in points] == sorted({one["n_moved"] for one in points})
    known = opened.present().plan.municipality.client_by_id
    territories = payloads.Territories(opened.present().plan)
    for point in (points[0], points[-1]):
        side = f"plan:{point['base']}"
        beside = sides.compared(opened, territories, "now", side)
        moved = {one["client_id"] for one in beside["people"] if one["team"][0] != one["team"][1]}
        assert moved == {one["client_id"] for one in point["moves"]}
        assert small not in {one["from"] for one in point["moves"]}
        hidden = {c for c in known if known[c].protected}
        assert not moved & hidden
    do(opened, "name", name="Före")
    do(opened, "adopt", base=points[-1]["base"], what="point")
    after = opened.present().plan
    assert (
        sum(before.team_of_client[c] != t for c, t in after.team_plan.team_of_client.items())
        == points[-1]["n_moved"]
    )
    assert not after.round_plan.rows
    assert not sides.front(opened)["is_fresh"]
    do(opened, "open", name="Före")
    assert opened.present().plan.team_plan.team_of_client == before.team_of_client
    assert LEFT in opened.present().scenario.names
    with pytest.raises(SettingsError):
        opened.side("name:ingen")
