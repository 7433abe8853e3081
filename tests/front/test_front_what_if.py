"""Scenarios (FA-17, FA-22): as if there were more clients, fewer carers, longer shifts."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from data.demo import make_municipality, make_streets
from data.errors import SettingsError
from data.tables import read_input, write_input
from hemrunda.workfolder.what_if import WhatIf, with_what_if

H = 3600


@pytest.fixture(scope="module")
def town():
    return make_municipality(make_streets(n_clients=60), n_clients=60, n_days=7, seed=1)


def test_nothing_asked_changes_nothing(town):
    assert with_what_if(town, WhatIf(), 1) == (town, [])


def test_more_clients_have_the_needs_and_homes_of_others(town, tmp_path):
    """FA-22: each like somebody, living where somebody lives, of no team; the same by the seed."""
    found, told = with_what_if(town, WhatIf(more_clients=10), 3)
    assert with_what_if(town, WhatIf(more_clients=10), 3)[0] == found
    new = [c for c in found.clients if c.client_id not in town.client_by_id]
    assert len(new) == 10
    open_places = {(c.x, c.y) for c in town.clients if not c.protected}
    needs = {
        tuple(sorted((v.task, v.duration_s, v.weekdays) for v in town.visits_of[c.client_id]))
        for c in town.clients
    }
    for client in new:
        assert (client.x, client.y) in open_places  # never a hidden home
        assert (client.team_id, client.contact_id, client.protected) == ("", "", False)
        mine = found.visits_of[client.client_id]
        assert tuple(sorted((v.task, v.duration_s, v.weekdays) for v in mine)) in needs
        assert {lag.visit_id for v in mine for lag in v.gap_after} <= {v.visit_id for v in mine}
    assert "10 påhittade brukare" in told[0]
    write_input(found, tmp_path / "som-om")
    assert len(read_input(tmp_path / "som-om").municipality.clients) == len(found.clients)


def test_fewer_carers_leave_no_trace(town):
    """FA-22: their shifts go, and nobody has them for contact, vice or twin."""
    found, _ = with_what_if(town, WhatIf(fewer_carers=5), 1)
    gone = set(town.staff_by_id) - set(found.staff_by_id)
    assert len(gone) == 5
    assert not gone & {line.staff_id for line in found.roster}
    assert (
        not gone & {c.contact_id for c in found.clients} | {c.vice_id for c in found.clients} & gone
    )
    assert not gone & {carer.twin_id for carer in found.staff}
    with pytest.raises(SettingsError, match="minst en"):
        with_what_if(town, WhatIf(fewer_carers=10_000), 1)


@pytest.mark.parametrize("hours", [9.0, 10.0])
def test_longer_shifts_hold_the_same_hours(town, hours):
    """FA-17: fewer shifts of ten hours, each carer's time within half a shift of before."""
    found, _ = with_what_if(town, WhatIf(shift_hours=hours), 1)

    def worked(place):
        sums = Counter()
        for line in place.roster:
            if line.kind == "work":
                sums[line.staff_id] += line.end_s - line.start_s
        return sums

    before, after = worked(town), worked(found)
    assert all(abs(before[who] - after[who]) <= hours * H for who in before)
    assert {line.end_s - line.start_s for line in found.roster if line.kind == "work"} == {
        hours * H
    }
    dates = Counter((line.staff_id, line.date) for line in found.roster if line.kind == "work")
    assert max(dates.values()) == 1


def test_a_scenario_is_planned_and_set_beside(small_run, run_cli, tmp_path):
    """As if five more clients came and all shifts had nine hours: planned, proved, compared."""
    result = run_cli(
        "plan", "out/indata.xlsx", "--network", "out/network", "--more-clients", "5",
        "--shift-hours", "9", "--iterations", "500", "--workers", "1", "--map-days", "0",
        "--out", tmp_path / "som-om", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "5 påhittade brukare" in result.stderr
    measures = json.loads((tmp_path / "som-om" / "measures.json").read_text(encoding="utf-8"))
    before = json.loads((small_run / "out/measures.json").read_text(encoding="utf-8"))
    n_now, n_was = (sum(m["clients_per_team"].values()) for m in (measures, before))
    assert n_now >= n_was
    result = run_cli(
        "compare", "plans", "out", tmp_path / "som-om", "--network", "out/network",
        "--out", tmp_path / "skillnad", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Medarbetare som byter arbetslag" in result.stdout
    page = (tmp_path / "skillnad" / "compare.html").read_text(encoding="utf-8")
    assert "Medarbetare som berörs" in page


def test_a_plan_beside_itself_has_no_heading_over_nothing(small_run, run_cli, tmp_path):
    result = run_cli(
        "compare", "plans", "out", "out", "--network", "out/network",
        "--out", tmp_path / "samma", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "samma" / "compare.html").read_text(encoding="utf-8")
    assert "Före och efter" in page
    assert "Varför kontakter byts" not in page
    assert "Medarbetare som berörs" not in page
