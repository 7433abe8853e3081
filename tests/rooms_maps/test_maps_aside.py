"""Clients in no team, with an alarm only or another provider's: on the manager's map alone."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import maps
from data.care.set_aside import set_aside
from data.demo import make_municipality, make_streets
from data.plans import Team, TeamPlan

N = 40


@pytest.fixture(scope="module")
def town():
    network = make_streets(n_clients=N)
    municipality = make_municipality(network, n_clients=N, n_days=1, seed=3, name="Ekhamn")
    changed = list(municipality.clients)
    at = [i for i, one in enumerate(changed) if not one.protected and not one.household_id][:3]
    changed[at[0]] = replace(changed[at[0]], alarm_only=True)
    changed[at[1]] = replace(changed[at[1]], provider="Omsorg AB")
    changed[at[2]] = replace(changed[at[2]], provider="Omsorg AB", protected=True)
    aside = set_aside(
        replace(municipality, clients=tuple(changed)), municipality.clients[0].provider
    )
    return network, aside, [changed[i].client_id for i in at]


@pytest.mark.parametrize("profile", ["manager", "anonymous", "council"])
def test_clients_aside_are_rings_on_the_managers_map_alone(town, tmp_path, profile):
    """LU-01, LU-19: seen by who plans, and by nobody else; who is protected is on no map."""
    network, municipality, (alarm, other, hidden) = town
    team = Team("L1", "A", municipality.bases[0].base_id,
                tuple(sorted(one.client_id for one in municipality.clients)))  # fmt: skip
    plan = TeamPlan((team,), {}, {}, {}, {}, {}, {}, {})
    path = tmp_path / "karta.html"
    maps.write_team_map(
        path, municipality=municipality, team_plan=plan, network=network, profile=profile,
        plan_id="p", date="d", team_table=[],
    )  # fmt: skip
    page = path.read_text(encoding="utf-8")
    text = re.search(r'application/json" id="data-view">(.*?)</script>', page, re.S)
    found = json.loads(text.group(1)).get("aside")
    assert hidden not in page
    if profile != "manager":
        assert found is None
        assert alarm not in page
        assert "2 brukare utanf" not in page
        return
    assert [one["id"] for one in found] == [alarm, other]
    assert "2 brukare utanf" in page
    # Where they live, and not in one place.
    assert len({(one["x"], one["y"]) for one in found}) == len(found)
    assert np.isfinite([one["x"] for one in found]).all()
