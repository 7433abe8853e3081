"""Shared files are the same, byte by byte, wherever and however somebody hidden lives (C7).

What a file tells less what it would tell without her is hers: so nothing that she alone has may
move a figure, however the figure is named. She is given another home, other minutes, another team
of today; the plan's own rows stay.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from data.care.hidden import hidden_clients, shown_unplanned
from data.plans import UnplannedRow, Violation
from data.store import write_layers
from data.tables.actuals.actual_rounds import ActualPlan
from data.tables.out.headings import read_shared
from data.travel_times import TravelTimes
from hemrunda.effort import Effort
from hemrunda.workfolder.plan_folder import open_plan
from hemrunda.writing import plan_files_out, teams_report
from hemrunda.writing.baseline_files import gaps_of, write_baseline
from hemrunda.writing.what_matters import unplanned_lines


@pytest.fixture(scope="module")
def plan(small_run):
    opened = open_plan(small_run / "out", None, None, None)
    assert hidden_clients(opened.municipality)
    return replace(opened, kept_measures=None)


def moved_away(travel, hidden, municipality):
    """Minutes as though each of the hidden lived beside somebody else."""
    at = [travel.client_idx(client_id) for client_id in sorted(hidden)]
    others = [
        travel.client_idx(c.client_id) for c in municipality.clients if c.client_id not in hidden
    ]
    row = np.arange(len(travel.point_ids))
    row[at] = np.random.default_rng(1).choice(others, len(at), replace=False)
    seconds = {
        mode: np.ascontiguousarray(t[np.ix_(row, row)]) for mode, t in travel.seconds.items()
    }
    return TravelTimes(travel.point_ids, seconds)


def elsewhere(plan):
    """The same plan of a town where the hidden live otherwise and elsewhere."""
    town, hidden = plan.municipality, hidden_clients(plan.municipality)
    clients = tuple(
        replace(c, x=c.x + 700, y=c.y - 500, team_id="", contact_id="", vice_id="",
                granted_min_week=3 * c.granted_min_week + 77)
        if c.client_id in hidden else c
        for c in town.clients
    )  # fmt: skip
    visits = tuple(
        replace(v, duration_s=2 * v.duration_s, priority=1) if v.client_id in hidden else v
        for v in town.visits
    )
    changed = replace(town, clients=clients, visits=visits)
    return replace(plan, municipality=changed, travel=moved_away(plan.travel, hidden, town))


def written(folder, plan):
    """Every shared file of a plan, by name, with the pages that other commands write."""
    plan_files_out.write_all(folder, plan, Effort(map_days=1), {})
    for profile in ("manager", "council", "anonymous"):
        plan_files_out.write_report_page(folder / f"report-{profile}.html", plan, profile)
        plan_files_out.write_maps(folder / "maps", plan, (), profile)
    write_layers(folder / "plan.gpkg", plan.municipality, plan.team_plan, plan.round_plan,
                 look=plan.look)  # fmt: skip
    seen = plan.shown
    rows = teams_report.measured_rows(seen, seen.team_plan)
    teams_report.write_page(folder / "teams-report.html", seen, rows, None, {}, "manager")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "private" not in path.parts and path.name != "manifest.json"
    }


def test_shared_files_are_the_same_wherever_the_hidden_live(plan, tmp_path):
    """Not the shape of a team, nor its travel, care or rounds, before or after."""
    here, there = (
        written(tmp_path / name, of) for name, of in (("a", plan), ("b", elsewhere(plan)))
    )
    assert {"teams.csv", "report.html", "plan.gpkg", "maps/teams-council.html"} <= set(here)
    assert [name for name in here if here[name] != there.get(name)] == []


def test_the_page_counts_those_only_who_may_be_shown(plan):
    """A visit of somebody hidden that has no place is the planner's to know, and no page's."""
    hidden = sorted(hidden_clients(plan.municipality))
    visits = [v for v in plan.municipality.visits if v.client_id == hidden[0]][:2]
    unplanned = tuple(
        UnplannedRow(plan.round_plan.dates[0], v.visit_id, v.client_id, 1, priority, "no room")
        for v, priority in zip(visits, (1, 3), strict=True)
    )
    lacking = replace(plan, round_plan=replace(plan.round_plan, unplanned=unplanned))
    assert shown_unplanned(plan.municipality, lacking.round_plan) == ()
    told, known = unplanned_lines(lacking, is_shared=True), unplanned_lines(lacking)
    assert not any(re.search(r"\d", line) for line in told), told
    assert "private/unplanned.csv" in told[-1]
    assert any("1" in line for line in known), "the planner is told"


def test_no_count_of_the_page_holds_the_hidden(plan, tmp_path):
    """Clients on the first page are as many as in clients.csv."""
    folder = tmp_path / "out"
    files = written(folder, plan)
    n_clients = len(files["clients.csv"].decode("utf-8-sig").splitlines()) - 1
    page = files["index.html"].decode()
    assert re.search(rf"av {n_clients} brukare", page), re.findall(r"av \d+ brukare", page)


def test_todays_plan_counts_the_faults_that_it_lists(plan, tmp_path):
    """The page and the manifest of a baseline, less faults.csv, are no fault of the hidden's."""
    hidden = hidden_clients(plan.municipality)
    whose = {v.visit_id: v.client_id for v in plan.municipality.visits}
    theirs = next(visit for visit, client in whose.items() if client in hidden)
    other = next(visit for visit, client in whose.items() if client not in hidden)
    breaches = [Violation("window", "", v, "late") for v in (theirs, theirs, other)]
    actual = ActualPlan(
        plan.municipality, plan.team_plan, plan.round_plan, (), {}, (), 3, 0, names_carers=True
    )
    write_baseline(tmp_path, plan, actual, breaches, manifest={}, map_days=0, proposal=None)
    listed = read_shared((tmp_path / "faults.csv").read_text("utf-8-sig"))
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert len(listed) == sum(manifest["breaches"].values()) == 1
    row = next(row for row in plan.round_plan.rows if row.client_id in hidden)
    late = replace(plan.round_plan, rows=(replace(row, wait_s=-30),))
    assert sum(gaps_of(replace(plan, round_plan=late)).values()) == 0
