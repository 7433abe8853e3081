"""Who has left with decisions, locks and notes still kept; decisions of other days than a plan's.

A client who ended before the roster stopped every plan (C9), and a decision that a plan cannot
follow was taken with a yes and no more.
"""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data.model import Decision, Matter, Pin, StaffNote
from data.store import read_outputs
from data.tables import read_input, write_input

WHO = {"decided_by": "planerare", "decided_on": dt.date(2026, 2, 1)}
QUICK = ("--seconds", "0", "--map-days", "0", "--workers", "1")


def leaving(town, client_id, last_day):
    """The town where a client's care ends that day, with all that was decided of her kept."""
    visit = town.visits_of[client_id][0]
    carer = next(c.staff_id for c in town.staff if c.may_be_contact and c.role == "contact")
    about = {"client_id": client_id, **WHO}
    return replace(
        town,
        clients=tuple(
            replace(c, valid_to=last_day) if c.client_id == client_id else c for c in town.clients
        ),
        decisions=(
            Decision("team", team_id="L01", **about), Decision("contact", staff_id=carer, **about),
            Decision("person", visit_id=visit.visit_id, staff_id=carer, **about),
            Decision("time", visit_id=visit.visit_id, start_s=visit.earliest_s, **WHO),
        ),
        pins=(Pin(town.dates[-1], visit.visit_id, carer),),
        notes=(StaffNote("proposal", dt.date(2026, 2, 1), client_id, noted_by=carer, text="x"),),
        matters=(Matter("contact_change", dt.date(2026, 2, 20), client_id=client_id),),
    )  # fmt: skip


@pytest.fixture(scope="module")
def left(small_run, run_cli, tmp_path_factory):
    """A plan of tables where one client left three days before its first day."""
    folder = tmp_path_factory.mktemp("left")
    town = read_input(small_run / "out" / "indata.xlsx").municipality
    first = town.dates[0]
    client_id = next(c.client_id for c in town.clients if not c.household_id and not c.protected)
    town = leaving(town, client_id, first - dt.timedelta(3))
    write_input(town, folder / "indata.xlsx")
    result = run_cli(
        "plan", "indata.xlsx", "--network", small_run / "out" / "network", "--out", "plan", *QUICK,
        cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder, client_id


def test_who_left_before_the_plan_stops_nothing(left, run_cli):
    """C9, MA-05: planned, proved and mended without her, whatever is kept about her."""
    folder, client_id = left
    plan, rounds = read_outputs(folder / "plan")
    assert client_id not in plan.team_of_client
    assert client_id not in plan.contact
    assert client_id not in {row.client_id for row in (*rounds.rows, *rounds.unplanned)}
    assert run_cli("check-plan", "plan", cwd=folder).returncode == 0
    sick = rounds.rows[0].staff_id
    mended = run_cli("replan", "plan", "--sick", sick, "--to", "lagad", *QUICK[2:], cwd=folder)
    assert mended.returncode == 0, mended.stderr
    assert client_id not in read_outputs(folder / "lagad")[0].team_of_client


def test_nothing_waits_and_nothing_is_decided_for_who_has_left(left, run_cli):
    """LU-06: a wish of a client who is gone is nobody's matter, and no contact can be chosen."""
    folder, client_id = left
    waits = run_cli("ask", "deadlines", "plan", cwd=folder)
    assert waits.returncode == 0, waits.stderr
    assert client_id not in waits.stdout
    plan, _ = read_outputs(folder / "plan")
    refused = run_cli("contacts", "choose", "plan", client_id, next(iter(plan.contact.values())),
                      "--by", "x", cwd=folder)  # fmt: skip
    assert refused.returncode == 2
    assert "finns inte i planen" in refused.stderr


def test_adopting_keeps_the_rows_of_who_has_left(left, run_cli):
    """What is kept of her is history: the tables that are written hold it all."""
    folder, client_id = left
    result = run_cli("adopt", "plan", "--out", "antagen", "--by", "enhetschef", cwd=folder)
    assert result.returncode == 0, result.stderr
    before, after = (
        read_input(folder / name).municipality
        for name in ("indata.xlsx", "antagen/indata.xlsx")
    )  # fmt: skip
    assert len(after.visits_of[client_id]) == len(before.visits_of[client_id])
    assert (len(after.decisions), len(after.notes), len(after.pins)) == (4, 1, 1)


def test_news_of_a_day_that_is_done_say_from_when_to_mend(small_run, run_cli, tmp_path):
    """NO-11: known on the third day that she left on the first: told which day to mend from."""
    out = tmp_path / "out"
    shutil.copytree(small_run / "out", out)
    town = read_input(out / "indata.xlsx").municipality
    _, rounds = read_outputs(out)
    first, second, third = town.dates
    client_id = next(
        row.client_id
        for row in rounds.rows
        if row.kind == "visit" and row.date == second
        and not town.client_by_id[row.client_id].protected
    )  # fmt: skip
    clients = tuple(
        replace(c, valid_to=first) if c.client_id == client_id else c for c in town.clients
    )
    write_input(replace(town, clients=clients), out / "indata.xlsx")
    late = run_cli("replan", out, "--from", third, "--to", "ny", *QUICK[2:], cwd=tmp_path)
    assert late.returncode == 2
    assert f"--from {second}" in late.stderr
    assert not (tmp_path / "ny").exists()
    told = run_cli("replan", out, "--from", second, "--to", "ny", *QUICK[2:], cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert run_cli("check-plan", "ny", cwd=tmp_path).returncode == 0


@pytest.fixture
def choose(small_run, run_cli, tmp_path):
    """How a contact is decided for one client of a plan, and the town and plan."""
    out = tmp_path / "out"
    shutil.copytree(small_run / "out", out)
    town = read_input(out / "indata.xlsx").municipality
    plan, _ = read_outputs(out)

    def chosen(client_id, staff_id, *more):
        return run_cli("contacts", "choose", out, client_id, staff_id, "--by", "x", *more,
                       cwd=tmp_path)  # fmt: skip

    return chosen, town, plan, Path(out)


def candidates(town, plan, *, at_work=True):
    """A client who needs no delegation, and others of her team who may be her contact."""
    busy = {line.staff_id for line in town.roster if line.kind == "work"}
    for client_id, contact_id in sorted(plan.contact.items()):
        client = town.client_by_id[client_id]
        if client.pets or client.smoker or client.blocked_staff:
            continue
        needed = {skill for visit in town.visits_of[client_id] for skill in visit.skills}
        found = [
            carer.staff_id
            for carer in town.staff
            if carer.role == "contact" and carer.may_be_contact and needed <= set(carer.skills)
            and plan.staff_team.get(carer.staff_id) == plan.team_of_client[client_id]
            and (carer.staff_id in busy) == at_work
            and carer.staff_id not in (contact_id, plan.vice.get(client_id))
            and sum(who == carer.staff_id for who in plan.contact.values()) < 7
        ]  # fmt: skip
        if len(found) > (1 if at_work else 0):
            return client_id, found
    raise AssertionError("nobody to decide about")


@pytest.mark.parametrize(
    ("begins", "ends", "said", "changes"),
    [
        (20, None, "efter planens sista dag", False),
        (-40, -9, "före planens första dag", False),
        (2, None, "hålls redan från planens första dag", True),
        (-20, 1, "hålls till planens sista dag", True),
        (-20, None, "", True),
        (0, 2, "", True),
    ],
)
def test_a_decision_for_other_days_is_told(choose, begins, ends, said, changes):
    """MA-05: it was taken with a yes whatever its days, and the plan did as it could."""
    decide, town, plan, out = choose
    client_id, (staff_id, *_) = candidates(town, plan)
    first = town.dates[0]
    until = () if ends is None else ("--until", first + dt.timedelta(ends))
    result = decide(client_id, staff_id, "--from", first + dt.timedelta(begins), *until)
    assert result.returncode == 0, result.stderr
    assert (f"{client_id}: kontakt" in result.stdout) is changes
    told = [line for line in result.stdout.splitlines() if "planens" in line]
    assert len(told) == (1 if said else 0)
    assert all(said in line for line in told)
    assert (out / "beslut.csv").exists()


def test_a_decision_about_who_is_not_at_work_is_told(choose):
    """LU-06: a contact with no shift can make none of the visits, and the planner hears of it."""
    decide, town, plan, _ = choose
    client_id, (staff_id, *_) = candidates(town, plan, at_work=False)
    result = decide(client_id, staff_id)
    assert result.returncode == 0, result.stderr
    assert f"{staff_id} är inte i tjänst någon av planens dagar" in result.stdout


def test_a_decision_that_another_goes_before_is_refused(choose):
    """MA-05: without a day it began in 1900, so the older went before it for ever, unsaid."""
    decide, town, plan, out = choose
    client_id, (one, other, *_) = candidates(town, plan)
    first = town.dates[0]
    assert decide(client_id, one, "--from", first - dt.timedelta(20)).returncode == 0
    refused = decide(client_id, other)
    assert refused.returncode == 2
    assert f"från {first - dt.timedelta(20)}" in refused.stderr
    within = decide(client_id, other, "--from", first + dt.timedelta(1))
    assert within.returncode == 0, within.stderr
    assert "när ett annat redan gäller" in within.stdout
    after = decide(client_id, other, "--from", first)
    assert after.returncode == 0, after.stderr
    assert f"{client_id}: kontakt {plan.contact[client_id]} → {other}" in after.stdout
    assert len((out / "beslut.csv").read_text("utf-8-sig").splitlines()) == 4
